//! The past changes of many records, each with its undo.

use huiyin_api::{BulkAct, BulkEntry, Request};
use leptos::prelude::*;

use super::run::undo;
use crate::{
    pages::shared::{PastAct, Undo, shown_value},
    shell::{ask, engine::use_engine, intl, live::live, notices::use_toaster, policy::use_policy},
    texts::use_texts,
    ui::ErrorState,
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
    let act = StoredValue::new(entry.act);
    let work = move || undo(engine, toaster, t, act.get_value());
    let label = Signal::derive(move || t.get().bulk.undo.to_owned());
    let changes = entry.changes;
    let what = move || {
        let texts = t.get();
        changes
            .iter()
            .map(|change| {
                let value = if change.value.is_empty() {
                    texts.bulk.empty.to_owned()
                } else {
                    shown_value(texts, policy, &change.field, &change.value)
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
    view! {
        <PastAct
            what=what
            much=count
            done=(entry.by, entry.at)
            undo=Some(Undo::new(label, work))
        />
    }
}
