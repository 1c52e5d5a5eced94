//! A round: how satisfied customers are, by branch, class and question, what they said, and what follows where it is too little.

use huiyin_api::{
    ActionView, Request, SurveyPage, SurveyPart, SurveyQuery, SurveyRound, SurveysView,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    questions_card::QuestionsCard, reckoning::reckon, result_head::ResultHead, rows::AnswerLines,
    shares::Shares,
};
use crate::{
    pages::{
        cases::{StepDialog, Taking, Target},
        shared::{ActionLine, ActionStep},
    },
    shell::{ask, branches::use_branches, intl, live::live, policy::words, title::set_title},
    texts::use_texts,
    ui::{Button, EmptyState, ErrorState, Glyph, LinkButton, Look, PageHead, Skeleton},
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
            <ResultHead round totals whole />
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
