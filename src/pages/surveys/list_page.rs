//! All surveys: the round of the present period of each questionnaire, then past rounds, with answers and satisfaction.

use huiyin_api::{Request, SurveyRound, SurveysView};
use leptos::prelude::*;

use super::reckoning::{percent, reckon};
use crate::{
    shell::{
        ask,
        base::use_base,
        focus::move_along,
        go::use_go,
        intl,
        keys::{Command, on_command},
        live::live,
        policy::words,
        title::set_title,
    },
    texts::use_texts,
    ui::{Badge, EmptyState, ErrorState, Glyph, Hue, Icon, LinkButton, Look, PageHead, Skeleton},
};

/// Every line of the list.
const LINES: &str = ".survey-rounds .line-main";
/// Rounds whose satisfaction is reckoned for the list; of older ones it is on their own screens.
const RECKONED: usize = 12;

/// The screen of surveys.
#[component]
pub fn SurveysPage() -> impl IntoView {
    let t = use_texts();
    let go = use_go();
    set_title(move || t.get().surveys.title);
    move_along(LINES);
    on_command(move |command| {
        let new = command == Command::New;
        if new {
            go.to("/surveys/new");
        }
        new
    });
    let found = live(|| Some(Request::Surveys), ask::surveys);
    let here = Memo::new(move |_| found.value.with(Option::is_some));
    let read: Signal<SurveysView> = Signal::derive(move || found.value.get().unwrap_or_default());
    view! {
        <div class="stack-page">
            <PageHead title=move || t.get().surveys.title subtitle=move || t.get().surveys.subtitle>
                <LinkButton to="/surveys/questionnaires" icon=Glyph::Pencil>
                    {move || t.get().surveys.questionnaires}
                </LinkButton>
                <LinkButton to="/surveys/new" icon=Glyph::Plus look=Look::Primary>
                    {move || t.get().surveys.new_answer}
                </LinkButton>
            </PageHead>
            <ErrorState problem=found.problem retry=move || found.ask_again() />
            {move || {
                if here.get() {
                    view! { <Rounds read /> }.into_any()
                } else if found.problem.with(Option::is_none) {
                    view! { <Skeleton lines=6 /> }.into_any()
                } else {
                    ().into_any()
                }
            }}
        </div>
    }
}

#[component]
fn Rounds(read: Signal<SurveysView>) -> impl IntoView {
    let t = use_texts();
    let missing = Memo::new(move |_| read.with(|view| view.missing));
    let any = Memo::new(move |_| read.with(|view| !view.rounds.is_empty()));
    view! {
        <Show when=move || missing.get()>
            <p class="notice">
                <Icon glyph=Glyph::Warning />
                <span>{move || t.get().surveys.missing}</span>
            </p>
        </Show>
        <section class="card" aria-label=move || t.get().surveys.rounds>
            {move || {
                if any.get() {
                    view! {
                        <ul class="lines survey-rounds">
                            <For
                                each=move || {
                                    read.with(|view| view.rounds.clone()).into_iter().enumerate()
                                }
                                key=|(at, round)| {
                                    (
                                        *at < RECKONED,
                                        round.survey.clone(),
                                        round.period.clone(),
                                        round.updated,
                                        round.answers,
                                        round.actions.len(),
                                        round.text.zh.clone(),
                                    )
                                }
                                children=move |(at, round)| {
                                    let reckoned = at < RECKONED;
                                    view! { <RoundLine round reckoned /> }
                                }
                            />
                        </ul>
                    }
                        .into_any()
                } else {
                    view! {
                        <EmptyState
                            glyph=Glyph::Note
                            title=move || t.get().surveys.none
                            text=move || t.get().surveys.none_text
                        >
                            <LinkButton to="/surveys/questionnaires" look=Look::Primary>
                                {move || t.get().surveys.questionnaires}
                            </LinkButton>
                        </EmptyState>
                    }
                        .into_any()
                }
            }}
        </section>
    }
}

/// One round, a link to its totals.
#[component]
pub fn RoundLine(round: SurveyRound, #[prop(optional)] reckoned: bool) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let href = base.href(&format!("/surveys/{}/{}", round.survey, round.period));
    let answers = if reckoned { round.answers } else { 0 };
    let mark = (
        round.survey.clone(),
        round.period.clone(),
        round.updated,
        answers,
    );
    let totals = reckon(Memo::new(move |_| mark.clone()));
    let text = round.text.clone();
    let period = round.period.clone();
    let count = round.answers;
    let due = round.due;
    let present = round.present;
    let open = round
        .actions
        .iter()
        .filter(|action| action.state != "verified")
        .count();
    let detail = move || {
        let texts = t.get();
        let mut parts = vec![
            period.clone(),
            (texts.surveys.answers)(&intl::count(texts.language, u64::from(count))),
        ];
        if let Some(due) = due {
            parts.push((texts.surveys.until)(&intl::date(texts.language, due)));
        }
        parts.join(" · ")
    };
    let share = move || {
        totals.whole.with(|whole| {
            let whole = whole.as_ref()?;
            let share = whole.satisfaction()?;
            let target = whole.versions.first();
            let target = target.map_or(0, |version| version.rule.target_percent * 100);
            let hue = if whole.needs_action() {
                Hue::Red
            } else if share < target {
                Hue::Amber
            } else {
                Hue::Green
            };
            Some((share, hue))
        })
    };
    view! {
        <li class="line">
            <a href=href class="line-main">
                <span class="line-title cut">{move || words(t.language(), &text)}</span>
                <span class="muted num cut">{detail}</span>
            </a>
            <span class="line-marks">
                {present.then(|| view! { <Badge hue=Hue::Active>{move || t.get().surveys.present}</Badge> })}
                {(open > 0)
                    .then(|| view! { <Badge hue=Hue::Amber>{move || t.get().surveys.actions}</Badge> })}
                {move || {
                    share()
                        .map(|(share, hue)| {
                            view! {
                                <Badge hue>
                                    {move || t.get().surveys.satisfaction} " " {percent(share)}
                                </Badge>
                            }
                        })
                }}
            </span>
        </li>
    }
}
