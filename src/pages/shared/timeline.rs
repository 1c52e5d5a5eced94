//! The time line of a record: what happened, when, by whom; newest first.

use huiyin_api::EventView;
use huiyin_core::case_data;
use leptos::prelude::*;

use super::Vocabulary;
use crate::{
    shell::{branches::use_branches, intl, policy::use_policy},
    texts::{pins, use_texts},
    ui::{Badge, Glyph, Hue, Icon, Signature},
};

/// Entries of a time line, given oldest first, shown newest first.
#[component]
pub fn Timeline(
    #[prop(into)] events: Signal<Vec<EventView>>,
    /// Ids of events that somebody must check.
    #[prop(optional, into)]
    marked: Signal<Vec<String>>,
    #[prop(into)] empty: Signal<String>,
    /// Words of the pack the record began under.
    #[prop(optional, into)]
    words: Signal<Vocabulary>,
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
                view! { <Entry event check words /> }
            })
            .collect_view();
        view! { <ol class="timeline">{entries}</ol> }.into_any()
    }
}

#[component]
fn Entry(event: EventView, check: bool, words: Signal<Vocabulary>) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let branches = use_branches();
    let glyph = match event.step.as_str() {
        "note" | "noted" | "called_back" | "survey_answered" => Glyph::Note,
        "created" | "registered" => Glyph::Plus,
        "imported" => Glyph::Import,
        "edited" | "bulk_edited" | "answer_corrected" | "conflict_settled" => Glyph::Pencil,
        "closed" | "archived" | "approved" | "endorsed" | "settled" | "action_verified"
        | "penalty_approved" => Glyph::Check,
        "reopened" | "sent_back" | "withdrawn" | "returned" | "bulk_undone" => Glyph::Undo,
        "paused" | "resumed" | "extended" => Glyph::Clock,
        _ => Glyph::Next,
    };
    let step = event.step.clone();
    let by = [event.by.clone(), event.device.clone()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    let at = event.at;
    let signed = event.signed;
    let data = event.data;
    let pairs = move || {
        let texts = t.get();
        let words = words.get();
        data.iter()
            .filter(|field| !Vocabulary::hides(&field.name))
            .map(|field| {
                let value = if field.name == case_data::SIGNATURE {
                    view! { <Signature path=field.value.clone() /> }.into_any()
                } else if field.name == "to_branch" {
                    branches.name(&field.value).into_any()
                } else {
                    words.value(texts, policy, field).into_any()
                };
                view! {
                    <div>
                        <dt>{words.field(texts, &field.name)}</dt>
                        <dd>{value}</dd>
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
                    {(signed == Some(true))
                        .then(|| {
                            view! {
                                <span class="muted entry-signed">
                                    <Icon glyph=Glyph::Check />
                                    {move || pins::of(t.language()).signed}
                                </span>
                            }
                        })}
                    {check.then(|| view! { <Badge hue=Hue::Amber>{move || t.get().cases.check}</Badge> })}
                </p>
                {(!event.note.is_empty()).then(|| view! { <p class="entry-note">{event.note}</p> })}
                <dl class="entry-data">{pairs}</dl>
                {event
                    .out_of_order
                    .then(|| {
                        let why = move || {
                            if signed == Some(false) {
                                pins::of(t.language()).unsigned
                            } else {
                                t.get().cases.out_of_order
                            }
                        };
                        view! { <p class="muted">{why}</p> }
                    })}
            </div>
        </li>
    }
}
