//! Leads shared out before, which of them went elsewhere, and the undo.

use huiyin_api::{LeadElsewhere, LeadEntry, LeadsView, Request};
use leptos::prelude::*;

use crate::{
    pages::shared::{LineCard, PastAct, Undo, by_receiver, tell_undone},
    shell::{ask, base::use_base, engine::use_engine, intl, notices::use_toaster},
    texts::{leads, use_texts},
};

/// The card; nothing while nothing was shared out.
#[component]
pub fn Past(#[prop(into)] found: Signal<Option<LeadsView>>) -> impl IntoView {
    let t = use_texts();
    let entries = Memo::new(move |_| {
        found.with(|view| {
            view.as_ref()
                .map_or_else(Vec::new, |view| view.past.clone())
        })
    });
    let may = Memo::new(move |_| found.with(|view| view.as_ref().is_some_and(|v| v.may_share)));
    move || {
        let entries = entries.get();
        let may = may.get();
        (!entries.is_empty()).then(|| {
            let lines = entries
                .into_iter()
                .map(|entry| view! { <PastLine entry may /> })
                .collect_view();
            view! { <LineCard title=move || leads::of(t.language()).past>{lines}</LineCard> }
        })
    }
}

#[component]
fn PastLine(entry: LeadEntry, may: bool) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let act = StoredValue::new(entry.act);
    let undo = move || {
        let act = act.get_value();
        async move {
            let request = Request::UndoShareLeads { act };
            let report = engine.get(request, ask::leads_shared).await?;
            let kept: Vec<String> = report.refused.into_iter().map(|(name, _)| name).collect();
            let texts = leads::of(t.now().language);
            tell_undone(toaster, t.now(), &kept, texts.undone, texts.undone_but);
            Ok(())
        }
    };
    let label = Signal::derive(move || leads::of(t.language()).undo.to_owned());
    let elsewhere = (!entry.elsewhere.is_empty()).then(|| {
        let count = entry.elsewhere.len() as u64;
        let lines = entry
            .elsewhere
            .into_iter()
            .map(|line| view! { <Elsewhere line /> })
            .collect_view();
        let words = move || {
            let count = intl::count(t.language(), count);
            (leads::of(t.language()).elsewhere)(&count)
        };
        view! {
            <details>
                <summary>{words}</summary>
                <ul>{lines}</ul>
            </details>
        }
    });
    view! {
        <PastAct
            what=entry.note
            much=by_receiver(entry.receivers)
            done=(entry.by, entry.at)
            undo=may.then(|| Undo::new(label, undo))
        >
            {elsewhere}
        </PastAct>
    }
}

#[component]
fn Elsewhere(line: LeadElsewhere) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let link = base.href(&format!("/customers/{}", line.id));
    let LeadElsewhere {
        name, to, owner, ..
    } = line;
    let words = move || {
        let texts = leads::of(t.language());
        let owner = if owner.is_empty() {
            texts.nobody
        } else {
            &owner
        };
        (texts.elsewhere_line)(&to, owner)
    };
    view! {
        <li>
            <a class="link" href=link>{name}</a>
            " "
            <span class="muted">{words}</span>
        </li>
    }
}
