//! The deadline of a case, and day by day why it falls on that day.

use huiyin_api::DeadlineView;
use leptos::prelude::*;

use super::deadline_words::{length_words, span_words};
use crate::{
    pages::shared::DueBadge,
    shell::intl,
    texts::use_texts,
    ui::{Glyph, Icon},
};

/// The deadline with its arithmetic.
#[component]
pub fn DeadlineCard(#[prop(into)] deadline: Signal<Option<DeadlineView>>) -> impl IntoView {
    let t = use_texts();
    view! {
        <section class="card">
            <header class="card-head">
                <h2>{move || t.get().cases.deadline}</h2>
                {move || {
                    deadline
                        .get()
                        .map(|deadline| {
                            view! {
                                <DueBadge
                                    due=Some(deadline.due)
                                    state=deadline.state
                                    provisional=deadline.provisional
                                />
                            }
                        })
                }}
            </header>
            {move || match deadline.get() {
                Some(deadline) => view! { <Explained deadline /> }.into_any(),
                None => view! { <p class="muted pad">{t.get().cases.due_none}</p> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Explained(deadline: DeadlineView) -> impl IntoView {
    let t = use_texts();
    let (due, from, length) = (deadline.due, deadline.from, deadline.length);
    let head = move || {
        let texts = t.get();
        let from = intl::date(texts.language, from);
        (texts.cases.why_length)(&length_words(texts, &length), &from)
    };
    let days = deadline.explanation;
    let rows = move || {
        let texts = t.get();
        days.iter()
            .map(|span| {
                let counts = span.counted.is_some();
                let kind = span.kind.clone();
                view! {
                    <li class="day" class:counts=counts data-kind=kind>
                        <span class="num">{intl::short_day(texts.language, &span.date)}</span>
                        <span>{span_words(texts, span)}</span>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <div class="deadline">
            <p class="deadline-due num">{move || intl::date_time(t.language(), due)}</p>
            <p class="muted">{head}</p>
            {deadline
                .provisional
                .then(|| {
                    view! {
                        <p class="notice">
                            <Icon glyph=Glyph::Warning />
                            <span>{move || t.get().cases.provisional_text}</span>
                        </p>
                    }
                })}
            <details class="why">
                <summary>{move || t.get().cases.why}</summary>
                <ol class="days">{rows}</ol>
            </details>
        </div>
    }
}
