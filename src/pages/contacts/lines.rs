//! Contacts and promises as lines: in the list, in a customer's file and on my day.

use huiyin_api::{ContactRow, PromiseView};
use leptos::prelude::*;

use crate::{
    pages::shared::{CheckBadge, DayCard},
    shell::{base::use_base, intl},
    texts::{Texts, use_texts},
    ui::{Badge, Hue},
};

/// Returns the colour of a contact's state.
pub fn hue_of(state: &str) -> Hue {
    match state {
        "planned" | "approved" => Hue::Active,
        "submitted" => Hue::Waiting,
        "sent_back" => Hue::Amber,
        "reported" => Hue::Green,
        _ => Hue::Neutral,
    }
}

/// Returns day and time of a contact in words.
pub fn when(texts: &Texts, row: &ContactRow) -> String {
    let day = intl::short_day(texts.language, &row.day);
    if row.time.is_empty() {
        day
    } else {
        format!("{day} {}", row.time)
    }
}

/// Contacts one below the other, each a link to its record.
#[component]
pub fn ContactLines(#[prop(into)] contacts: Signal<Vec<ContactRow>>) -> impl IntoView {
    view! {
        <ul class="lines">
            <For
                each=move || contacts.get()
                key=|row| (row.id.clone(), row.updated, row.state.clone(), row.duties.len())
                let:row
            >
                <ContactLine row />
            </For>
        </ul>
    }
}

#[component]
fn ContactLine(row: ContactRow) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let href = base.href(&format!("/contacts/{}", row.id));
    let to_check = row.clashes > 0 || row.conflicts > 0;
    let duty = row.duties.first().cloned();
    let state = row.state.clone();
    let hue = hue_of(&state);
    let row = StoredValue::new(row);
    let title = move || {
        let texts = t.get();
        row.with_value(|row| {
            let kind = texts.value("kind", &row.kind);
            [kind.as_str(), row.customer.as_str()]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · ")
        })
    };
    let detail = move || {
        let texts = t.get();
        row.with_value(|row| {
            [
                when(texts, row),
                row.subject.clone(),
                row.by.clone(),
                texts.value("result", &row.result),
            ]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
        })
    };
    view! {
        <li class="line">
            <a href=href class="line-main">
                <span class="line-title cut">{title}</span>
                <span class="muted num cut">{detail}</span>
            </a>
            <span class="line-marks">
                {to_check.then(|| view! { <CheckBadge /> })}
                {duty
                    .map(|duty| {
                        let hue = if duty.late { Hue::Red } else { Hue::Amber };
                        let kind = duty.kind;
                        view! {
                            <Badge hue>{move || t.get().value("contact_duty", &kind)}</Badge>
                        }
                    })}
                <Badge hue>{move || t.get().state(&state)}</Badge>
            </span>
        </li>
    }
}

/// A card of contacts on my day; hidden while there are none.
#[component]
pub fn ContactCard(
    #[prop(into)] title: Signal<String>,
    #[prop(into)] contacts: Signal<Vec<ContactRow>>,
) -> impl IntoView {
    view! {
        <DayCard title=title count=move || contacts.with(Vec::len) as u64>
            <ContactLines contacts />
        </DayCard>
    }
}

/// The promises a person has to keep, on my day; hidden while there are none.
#[component]
pub fn PromiseCard(#[prop(into)] promises: Signal<Vec<PromiseView>>) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let line = move |promise: PromiseView| {
        let href = base.href(&format!("/contacts/{}", promise.contact));
        let late = promise.late;
        let due = promise.due.clone();
        let words = move || {
            let texts = t.get();
            let day = intl::short_day(texts.language, &due);
            if late {
                (texts.home.was_due)(&day)
            } else {
                (texts.home.due_on)(&day)
            }
        };
        let has_due = !promise.due.is_empty();
        let hue = if late { Hue::Red } else { Hue::Neutral };
        view! {
            <li class="line">
                <a href=href class="line-main">
                    <span class="line-title cut">{promise.text}</span>
                    <span class="muted num cut">{promise.customer}</span>
                </a>
                <span class="line-marks">
                    {has_due.then(|| view! { <Badge hue>{words}</Badge> })}
                </span>
            </li>
        }
    };
    view! {
        <DayCard title=move || t.get().contacts.promises_mine count=move || promises.with(Vec::len) as u64>
            <ul class="lines">
                <For
                    each=move || promises.get()
                    key=|promise| (promise.event.clone(), promise.late)
                    children=line
                />
            </ul>
        </DayCard>
    }
}
