//! The past changes of many records, each with its undo.

use huiyin_api::{BulkAct, BulkEntry, Problem, Request};
use leptos::prelude::*;

use super::run::undo;
use crate::{
    shell::{ask, engine::use_engine, intl, live::live, notices::use_toaster, policy::use_policy},
    texts::use_texts,
    ui::{Button, ErrorState, Glyph},
};

/// The content of the dialog.
#[component]
pub fn PastDialog() -> impl IntoView {
    let t = use_texts();
    let found = live(|| Some(Request::BulkEdits), ask::bulk_entries);
    let list = move || {
        let entries = found.value.get()?;
        if entries.is_empty() {
            return Some(view! { <p class="muted pad">{t.get().bulk.no_past}</p> }.into_any());
        }
        let lines = entries
            .into_iter()
            .map(|entry| view! { <Entry entry /> })
            .collect_view();
        Some(view! { <ul class="people-lines">{lines}</ul> }.into_any())
    };
    view! {
        <ErrorState problem=found.problem />
        {list}
    }
}

#[component]
fn Entry(entry: BulkEntry) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let engine = use_engine();
    let toaster = use_toaster();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let act = entry.act;
    let press = move || {
        busy.set(true);
        problem.set(None);
        undo(engine, toaster, t, act.clone(), move |found| {
            busy.try_set(false);
            problem.try_set(found);
        });
    };
    let changes = entry.changes;
    let what = move || {
        let texts = t.get();
        changes
            .iter()
            .map(|change| {
                let value = if change.value.is_empty() {
                    texts.bulk.empty.to_owned()
                } else {
                    policy.value(texts, &change.field, &change.value)
                };
                let field = texts.field(&change.field);
                match change.act {
                    BulkAct::Set => (texts.bulk.said_set)(&field, &value),
                    BulkAct::AddTag => (texts.bulk.said_add)(&value),
                    BulkAct::RemoveTag => (texts.bulk.said_remove)(&value),
                }
            })
            .collect::<Vec<_>>()
            .join(texts.bulk.semicolon)
    };
    let (records, cases) = (entry.records, entry.cases);
    let count = move || {
        let texts = t.get();
        let count = intl::number(texts.language, f64::from(records));
        if cases {
            (texts.bulk.count_cases)(&count)
        } else {
            (texts.bulk.count_customers)(&count)
        }
    };
    let (by, at) = (entry.by, entry.at);
    let when = move || (t.get().people.merged_by)(&by, &intl::date_time(t.language(), at));
    view! {
        <li class="people-line">
            <span class="people-line-main">
                <strong>{what}</strong>
                <span>{count}</span>
                <span class="muted">{when}</span>
            </span>
            <Button icon=Glyph::Undo busy press>{move || t.get().bulk.undo}</Button>
            <ErrorState problem />
        </li>
    }
}
