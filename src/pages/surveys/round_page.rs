//! A round: how satisfied customers are, by branch, class and question, what they said, and what follows where it is too little.

use huiyin_api::{
    ActionView, Request, SurveyPage, SurveyPart, SurveyQuery, SurveyRound, SurveyShare, SurveysView,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    action_dialog::ActionDialog,
    export::table,
    questions_card::QuestionsCard,
    reckoning::{Reckoning, percent, reckon},
    rows::AnswerLines,
};
use crate::{
    pages::{
        cases::{StepDialog, Taking, Target},
        shared::{ActionLine, ActionStep},
    },
    shell::{
        ask, branches::use_branches, files, intl, live::live, notices::use_toaster, policy::words,
        title::set_title,
    },
    texts::use_texts,
    ui::{
        Badge, Button, EmptyState, ErrorState, Glyph, Hue, Icon, LinkButton, Look, PageHead,
        Progress, Skeleton,
    },
};

/// Answers listed at first, and more with every press.
const STEP: u32 = 50;

/// The screen of one round.
#[component]
pub fn RoundPage() -> impl IntoView {
    let t = use_texts();
    let params = use_params_map();
    let param = move |name: &str| params.with(|params| params.get(name).unwrap_or_default());
    let survey = Memo::new(move |_| param("survey"));
    let period = Memo::new(move |_| param("period"));
    let found = live(|| Some(Request::Surveys), ask::surveys);
    let round = Memo::new(move |_| {
        found.value.with(|view: &Option<SurveysView>| {
            let rounds = &view.as_ref()?.rounds;
            let fits = |round: &&SurveyRound| {
                survey.with(|survey| round.survey == *survey)
                    && period.with(|period| round.period == *period)
            };
            rounds.iter().find(fits).cloned()
        })
    });
    let asked = Memo::new(move |_| found.value.with(Option::is_some));
    let here = Memo::new(move |_| round.with(Option::is_some));
    let name = move || {
        round.with(|round| {
            round
                .as_ref()
                .map_or_else(|| survey.get(), |round| words(t.language(), &round.text))
        })
    };
    set_title(name);
    let to_new = move || format!("/surveys/new?survey={}", survey.get());
    view! {
        <PageHead title=name subtitle=move || period.get()>
            <LinkButton to="/surveys" icon=Glyph::Back>
                {move || t.get().surveys.title}
            </LinkButton>
            <LinkButton to=move || format!("/papers/surveys/{}", survey.get()) icon=Glyph::Print>
                {move || t.get().surveys.print_blank}
            </LinkButton>
            <LinkButton to=to_new icon=Glyph::Plus look=Look::Primary>
                {move || t.get().surveys.new_answer}
            </LinkButton>
        </PageHead>
        <ErrorState problem=found.problem retry=move || found.ask_again() />
        {move || {
            if here.get() {
                let round = Signal::derive(move || round.get().unwrap_or_default());
                view! { <Round round /> }.into_any()
            } else if asked.get() {
                view! {
                    <section class="card">
                        <EmptyState
                            glyph=Glyph::Note
                            title=move || t.get().surveys.no_answers
                            text=move || t.get().surveys.no_answers_text
                        />
                    </section>
                }
                    .into_any()
            } else if found.problem.with(Option::is_none) {
                view! { <Skeleton lines=8 /> }.into_any()
            } else {
                ().into_any()
            }
        }}
    }
}

#[component]
fn Round(round: Signal<SurveyRound>) -> impl IntoView {
    let t = use_texts();
    let totals = reckon(Memo::new(move |_| {
        round.with(|round| {
            (
                round.survey.clone(),
                round.period.clone(),
                round.updated,
                round.answers,
            )
        })
    }));
    let whole: Signal<SurveyPart> = Signal::derive(move || totals.whole.get().unwrap_or_default());
    let any = Memo::new(move |_| round.with(|round| round.answers > 0));
    let known = Memo::new(move |_| totals.whole.with(Option::is_some));
    let versions = Memo::new(move |_| {
        totals
            .whole
            .with(|whole| whole.as_ref().map_or(0, |w| w.versions.len()))
    });
    view! {
        <div class="stack-page">
            <ErrorState problem=totals.problem />
            <Head round totals whole />
            <Show
                when=move || any.get()
                fallback=move || {
                    view! {
                        <section class="card">
                            <EmptyState
                                glyph=Glyph::Note
                                title=move || t.get().surveys.no_answers
                                text=move || t.get().surveys.no_answers_text
                            />
                        </section>
                    }
                }
            >
                <Show when=move || known.get()>
                    <div class="survey-results">
                        <Shares
                            title=move || t.get().surveys.by_branch
                            shares=move || whole.with(SurveyPart::by_branch)
                            branches=true
                        />
                        <Shares
                            title=move || t.get().surveys.by_class
                            shares=move || whole.with(SurveyPart::by_class)
                        />
                    </div>
                    {move || {
                        let count = versions.get();
                        let several = count > 1;
                        (0..count)
                            .map(|at| view! { <QuestionsCard whole at several /> })
                            .collect_view()
                    }}
                    <Comments whole />
                </Show>
                <Answers round />
            </Show>
            <Actions actions=move || round.with(|round| round.actions.clone()) />
        </div>
    }
}

/// The result, the target, and what can be done with it.
#[component]
fn Head(round: Signal<SurveyRound>, totals: Reckoning, whole: Signal<SurveyPart>) -> impl IntoView {
    let t = use_texts();
    let toaster = use_toaster();
    let branches = use_branches();
    let proposing = RwSignal::new(false);
    let share = Memo::new(move |_| whole.with(SurveyPart::satisfaction));
    let target = Memo::new(move |_| {
        whole.with(|whole| {
            let newest = whole.versions.first();
            newest.map_or(0, |version| version.rule.target_percent)
        })
    });
    let below = Memo::new(move |_| whole.with(SurveyPart::needs_action));
    let figure = move || {
        share
            .get()
            .map_or_else(|| t.get().surveys.not_scored.to_owned(), percent)
    };
    let count = move || {
        let texts = t.get();
        let answers = round.with(|round| round.answers);
        (texts.surveys.answers)(&intl::count(texts.language, u64::from(answers)))
    };
    let unknown = Memo::new(move |_| whole.with(|whole| whole.unknown));
    let export = move || {
        let texts = t.now();
        let name = round.with_untracked(|round| format!("{} {}.csv", round.survey, round.period));
        let csv = whole
            .with_untracked(|whole| table(texts, whole, &|code| untrack(|| branches.name(code))));
        let bytes = js_sys::Uint8Array::from(csv.as_bytes());
        if files::save_file(&name, "text/csv", &bytes) {
            toaster.good((texts.surveys.exported)(&name));
        }
    };
    let ready = Memo::new(move |_| totals.whole.with(Option::is_some));
    let paper =
        move || round.with(|round| format!("/papers/surveys/{}/{}", round.survey, round.period));
    view! {
        <section class="card survey-result" aria-label=move || t.get().surveys.satisfaction>
            <div class="card-body">
                <p class="survey-share" data-hue=move || if below.get() { "red" } else { "green" }>
                    <span class="muted">{move || t.get().surveys.satisfaction}</span>
                    <strong class="num">{figure}</strong>
                </p>
                <p class="badges">
                    <Badge hue=Hue::Neutral>{count}</Badge>
                    {move || {
                        let percent = target.get();
                        (percent > 0)
                            .then(|| view! { <Badge hue=Hue::Neutral>{(t.get().surveys.target_of)(percent)}</Badge> })
                    }}
                    {move || {
                        below
                            .get()
                            .then(|| view! { <Badge hue=Hue::Red>{move || t.get().surveys.below}</Badge> })
                    }}
                </p>
                {move || {
                    totals
                        .progress
                        .get()
                        .map(|(done, all)| {
                            let label = move || {
                                let texts = t.get();
                                let number = |count: u32| intl::count(texts.language, u64::from(count));
                                (texts.surveys.reckoning)(&number(done), &number(all))
                            };
                            view! {
                                <Progress
                                    label
                                    done=move || f64::from(done)
                                    total=move || f64::from(all)
                                />
                            }
                        })
                }}
                {move || {
                    let count = unknown.get();
                    (count > 0)
                        .then(|| {
                            view! {
                                <p class="notice plain">
                                    <Icon glyph=Glyph::Warning />
                                    <span>{(t.get().surveys.unknown)(count)}</span>
                                </p>
                            }
                        })
                }}
                <div class="actions">
                    <Show when=move || ready.get()>
                        <LinkButton to=paper icon=Glyph::Print>
                            {move || t.get().surveys.print}
                        </LinkButton>
                        <Button icon=Glyph::Export press=export>
                            {move || t.get().surveys.export}
                        </Button>
                    </Show>
                </div>
            </div>
            <Show when=move || below.get()>
                <div class="notice">
                    <Icon glyph=Glyph::Warning />
                    <span>{move || (t.get().surveys.propose_text)(&figure(), target.get())}</span>
                    <Button look=Look::Primary press=move || proposing.set(true)>
                        {move || t.get().surveys.propose}
                    </Button>
                </div>
            </Show>
        </section>
        <ActionDialog open=proposing round share=figure target />
    }
}

/// Satisfaction by group, as bars with their figures; hidden where there is only one group without a name.
#[component]
fn Shares(
    #[prop(into)] title: Signal<String>,
    #[prop(into)] shares: Signal<Vec<SurveyShare>>,
    #[prop(optional)] branches: bool,
) -> impl IntoView {
    let t = use_texts();
    let names = use_branches();
    let name = move |group: &str| {
        if branches {
            names.name(group)
        } else if group.is_empty() {
            t.get().surveys.no_class.to_owned()
        } else {
            t.get().value("class", group)
        }
    };
    let lines = move || {
        let texts = t.get();
        shares
            .get()
            .into_iter()
            .map(|share| {
                let words = share
                    .satisfaction
                    .map_or_else(|| texts.surveys.not_scored.to_owned(), percent);
                view! {
                    <tr>
                        <th scope="row">{name(&share.group)}</th>
                        <td class="num">{intl::count(texts.language, u64::from(share.count))}</td>
                        <td class="survey-bar-cell">
                            <Bar share=share.satisfaction.unwrap_or_default() />
                        </td>
                        <td class="num">{words}</td>
                    </tr>
                }
            })
            .collect_view()
    };
    view! {
        <section class="card">
            <header class="card-head">
                <h2>{move || title.get()}</h2>
            </header>
            <table class="survey-table">
                <thead>
                    <tr>
                        <th scope="col">{move || t.get().surveys.group}</th>
                        <th scope="col" class="num">
                            {move || t.get().surveys.number_of_answers}
                        </th>
                        <th scope="col" colspan="2" class="num">
                            {move || t.get().surveys.satisfaction}
                        </th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
        </section>
    }
}

/// A share as a bar; the figure stands beside it.
#[component]
pub fn Bar(
    /// In hundredths of a per cent.
    share: u32,
) -> impl IntoView {
    let width = format!("{}%", share.min(10_000) / 100);
    view! {
        <span class="survey-bar" aria-hidden="true">
            <span style:inline-size=width></span>
        </span>
    }
}

/// What customers said, the newest first.
#[component]
fn Comments(whole: Signal<SurveyPart>) -> impl IntoView {
    let t = use_texts();
    let base = crate::shell::base::use_base();
    let branches = use_branches();
    let any = Memo::new(move |_| whole.with(|whole| !whole.comments.is_empty()));
    let lines = move || {
        let texts = t.get();
        let comments = whole.with(|whole| whole.comments.clone());
        comments
            .into_iter()
            .map(|comment| {
                let question = whole.with(|whole| {
                    whole
                        .versions
                        .iter()
                        .flat_map(|version| &version.rule.questions)
                        .find(|question| question.id == comment.question)
                        .map(|question| words(texts.language, &question.text))
                });
                let detail = [
                    question.unwrap_or_default(),
                    branches.name(&comment.branch),
                    intl::date(texts.language, comment.created),
                ]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · ");
                view! {
                    <li class="line">
                        <a href=base.href(&format!("/surveys/answers/{}", comment.id)) class="line-main">
                            <span class="line-title lines-kept">{comment.text}</span>
                            <span class="muted num cut">{detail}</span>
                        </a>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <section class="card">
            <header class="card-head">
                <h2>{move || t.get().surveys.comments}</h2>
            </header>
            {move || {
                if any.get() {
                    view! { <ul class="lines">{lines}</ul> }.into_any()
                } else {
                    view! { <p class="muted pad">{move || t.get().surveys.no_comments}</p> }.into_any()
                }
            }}
        </section>
    }
}

/// The answers of the round.
#[component]
fn Answers(round: Signal<SurveyRound>) -> impl IntoView {
    let t = use_texts();
    let limit = RwSignal::new(STEP);
    let place =
        Memo::new(move |_| round.with(|round| (round.survey.clone(), round.period.clone())));
    let found = live(
        move || {
            let (survey, period) = place.get();
            Some(Request::SurveyAnswers(SurveyQuery {
                survey,
                period,
                limit: limit.get(),
                ..SurveyQuery::default()
            }))
        },
        ask::survey_answers,
    );
    let page: Signal<SurveyPage> = Signal::derive(move || found.value.get().unwrap_or_default());
    let more = Memo::new(move |_| page.with(|page| page.rows.len() < page.total as usize));
    let count = move || intl::count(t.language(), page.with(|page| u64::from(page.total)));
    view! {
        <section class="card">
            <header class="card-head">
                <h2>
                    {move || t.get().surveys.list} <span class="count">{count}</span>
                </h2>
            </header>
            <ErrorState problem=found.problem />
            <AnswerLines rows=Signal::derive(move || page.with(|page| page.rows.clone())) />
            <Show when=move || more.get()>
                <div class="pad">
                    <Button look=Look::Quiet press=move || limit.update(|rows| *rows += STEP)>
                        {move || t.get().surveys.more}
                    </Button>
                </div>
            </Show>
        </section>
    }
}

/// The corrective actions that follow from the round; hidden while there are none.
#[component]
fn Actions(#[prop(into)] actions: Signal<Vec<ActionView>>) -> impl IntoView {
    let t = use_texts();
    let taking = RwSignal::new(None::<Taking>);
    let take = Callback::new(move |(action, step): (ActionView, ActionStep)| {
        let target = Target::Case(action.case.clone());
        taking.set(Some(
            Taking::of(target, step.name()).with(huiyin_core::case_data::ACTION, &action.id),
        ));
    });
    let any = Memo::new(move |_| !actions.with(Vec::is_empty));
    view! {
        <Show when=move || any.get()>
            <section class="card">
                <header class="card-head">
                    <h2>{move || t.get().surveys.actions}</h2>
                </header>
                <ul class="action-lines">
                    {move || {
                        actions
                            .get()
                            .into_iter()
                            .map(|action| view! { <ActionLine action with_case=true take may=true /> })
                            .collect_view()
                    }}
                </ul>
            </section>
        </Show>
        <StepDialog taking />
    }
}
