//! The time line of a record: what happened, when, by whom; newest first.

use huiyin_api::{EventView, FieldView};
use leptos::prelude::*;

use crate::{
    shell::intl,
    texts::{Texts, use_texts},
    ui::{Badge, Glyph, Hue, Icon},
};

/// Entries of a time line, given oldest first, shown newest first.
#[component]
pub fn Timeline(
    #[prop(into)] events: Signal<Vec<EventView>>,
    /// Ids of events that somebody must check.
    #[prop(optional, into)]
    marked: Signal<Vec<String>>,
    #[prop(into)] empty: Signal<String>,
) -> impl IntoView {
    move || {
        let mut events = events.get();
        if events.is_empty() {
            return view! { <p class="muted pad">{empty.get()}</p> }.into_any();
        }
        events.reverse();
        let marked = marked.get();
        let entries = events
            .into_iter()
            .map(|event| {
                let check = marked.contains(&event.id);
                view! { <Entry event check /> }
            })
            .collect_view();
        view! { <ol class="timeline">{entries}</ol> }.into_any()
    }
}

#[component]
fn Entry(event: EventView, check: bool) -> impl IntoView {
    let t = use_texts();
    let glyph = match event.step.as_str() {
        "note" | "noted" | "called_back" => Glyph::Note,
        "created" | "registered" => Glyph::Plus,
        "imported" => Glyph::Import,
        "edited" => Glyph::Pencil,
        "closed" | "archived" | "approved" | "settled" => Glyph::Check,
        "reopened" | "sent_back" | "withdrawn" => Glyph::Undo,
        _ => Glyph::Next,
    };
    let step = event.step.clone();
    let by = [event.by.clone(), event.device.clone()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    let at = event.at;
    let data = event.data;
    let pairs = move || {
        let texts = t.get();
        data.iter()
            .map(|field| {
                view! {
                    <div>
                        <dt>{texts.field(&field.name)}</dt>
                        <dd>{data_value(texts, field)}</dd>
                    </div>
                }
            })
            .collect_view()
    };
    view! {
        <li class="entry" class:out-of-order=event.out_of_order class:to-check=check>
            <span class="entry-dot">
                <Icon glyph />
            </span>
            <div class="entry-body">
                <p class="entry-head">
                    <strong>{move || t.get().step(&step)}</strong>
                    <span class="muted">{by}</span>
                    <time class="muted num">{move || intl::date_time(t.language(), at)}</time>
                    {check.then(|| view! { <Badge hue=Hue::Amber>{move || t.get().cases.check}</Badge> })}
                </p>
                {(!event.note.is_empty()).then(|| view! { <p class="entry-note">{event.note}</p> })}
                <dl class="entry-data">{pairs}</dl>
                {event.out_of_order.then(|| view! { <p class="muted">{move || t.get().cases.out_of_order}</p> })}
            </div>
        </li>
    }
}

/// Amounts travel in cents, answers to yes-or-no questions as words.
fn data_value(texts: &Texts, field: &FieldView) -> String {
    match field.name.as_str() {
        "amount" => field.value.parse().map_or_else(
            |_| field.value.clone(),
            |cents| intl::amount(texts.language, cents),
        ),
        "imported_state" => field.value.clone(),
        name => texts.value(name, &field.value),
    }
}
