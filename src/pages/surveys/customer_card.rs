//! The surveys a customer has answered, in the file, and the rounds to report on, on my day.

use huiyin_api::{Request, SurveyQuery, SurveyRound};
use leptos::prelude::*;

use super::{list_page::RoundLine, rows::AnswerLines};
use crate::{
    pages::shared::DayCard,
    shell::{ask, live::live},
    texts::use_texts,
    ui::{Glyph, LinkButton},
};

/// Answers shown beside a customer.
const MAX_SHOWN: u32 = 50;

/// The customer's answers, the latest first, and the way to ask again. Nothing of it is shown while the company asks nothing.
#[component]
pub fn CustomerSurveys(#[prop(into)] customer: Signal<String>) -> impl IntoView {
    let t = use_texts();
    let found = live(
        move || {
            Some(Request::SurveyAnswers(SurveyQuery {
                customer: customer.get(),
                limit: MAX_SHOWN,
                ..SurveyQuery::default()
            }))
        },
        ask::survey_answers,
    );
    let rows = Memo::new(move |_| {
        let page = found.value.get();
        page.map(|page| page.rows).unwrap_or_default()
    });
    let count = move || rows.with(Vec::len).to_string();
    view! {
        <section class="card">
            <header class="card-head">
                <h2>
                    {move || t.get().surveys.of_customer} <span class="count">{count}</span>
                </h2>
                <LinkButton
                    to=move || format!("/surveys/new?customer={}", customer.get())
                    icon=Glyph::Plus
                >
                    {move || t.get().surveys.new_answer}
                </LinkButton>
            </header>
            <Show
                when=move || !rows.with(Vec::is_empty)
                fallback=move || {
                    view! { <p class="muted pad">{move || t.get().surveys.of_customer_none}</p> }
                }
            >
                <AnswerLines rows=rows with_survey=true />
            </Show>
        </section>
    }
}

/// The rounds whose report the person writes, on my day; hidden while there are none.
#[component]
pub fn SurveyCard(#[prop(into)] rounds: Signal<Vec<SurveyRound>>) -> impl IntoView {
    let t = use_texts();
    view! {
        <DayCard title=move || t.get().surveys.to_report count=move || rounds.with(Vec::len) as u64>
            <ul class="lines">
                <For
                    each=move || rounds.get()
                    key=|round| (round.survey.clone(), round.period.clone(), round.answers)
                    children=|round| view! { <RoundLine round /> }
                />
            </ul>
        </DayCard>
    }
}
