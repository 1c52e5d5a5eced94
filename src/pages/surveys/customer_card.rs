//! The surveys a customer has answered, in the file, and the rounds to report on, on my day.

use huiyin_api::{CustomerRecord, EventView, FieldView, SurveyRound};
use leptos::prelude::*;

use super::{list_page::RoundLine, rows::AnswerLines};
use crate::{
    pages::shared::DayCard,
    shell::policy::words,
    texts::{Texts, use_texts},
    ui::{Glyph, LinkButton},
};

/// The customer's answers, the latest first, and the way to ask again.
#[component]
pub fn CustomerSurveys(record: Signal<CustomerRecord>) -> impl IntoView {
    let t = use_texts();
    let customer = Memo::new(move |_| record.with(|record| record.row.id.clone()));
    let rows = Memo::new(move |_| record.with(|record| record.surveys.clone()));
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

/// Returns the time line of a customer with the surveys it answered, each by its name, oldest first.
pub fn with_surveys(texts: &Texts, record: &CustomerRecord) -> Vec<EventView> {
    let answered = record.surveys.iter().map(|row| EventView {
        id: row.id.clone(),
        step: "survey_answered".to_owned(),
        at: row.created,
        note: words(texts.language, &row.text),
        data: [("period", &row.period), ("number", &row.number)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| FieldView {
                name: name.to_owned(),
                value: value.clone(),
            })
            .collect(),
        ..EventView::default()
    });
    let mut events = record.events.clone();
    for event in answered {
        // The events themselves stay in the order the engine told them in.
        let place = events.iter().position(|other| other.at > event.at);
        events.insert(place.unwrap_or(events.len()), event);
    }
    events
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

#[cfg(test)]
mod tests {
    use huiyin_api::{Language, SurveyRow};
    use huiyin_core::pack::Text;

    use super::*;
    use crate::texts::of;

    #[test]
    fn an_answered_survey_stands_at_its_time_among_the_events() {
        let event = |at: i64| EventView {
            at,
            step: "noted".to_owned(),
            ..EventView::default()
        };
        let record = CustomerRecord {
            events: vec![event(1), event(5)],
            surveys: vec![SurveyRow {
                created: 3,
                period: "2026".to_owned(),
                text: Text {
                    zh: "年度调查".to_owned(),
                    en: "Yearly survey".to_owned(),
                },
                ..SurveyRow::default()
            }],
            ..CustomerRecord::default()
        };
        let events = with_surveys(of(Language::Chinese), &record);
        let at: Vec<i64> = events.iter().map(|event| event.at).collect();
        assert_eq!(at, [1, 3, 5]);
        assert_eq!(events[1].note, "年度调查");
        assert_eq!(events[1].data.len(), 1, "there is no number");
    }
}
