//! Leads shared out before, which of them went elsewhere, and the undo.

use huiyin_api::{LeadElsewhere, LeadEntry, LeadsView, Problem, Request};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    shell::{ask, base::use_base, engine::use_engine, intl, notices::use_toaster},
    texts::{leads, use_texts},
    ui::{Button, ErrorState, Glyph},
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
            view! {
                <section class="card">
                    <header class="card-head">
                        <h2>{move || leads::of(t.language()).past}</h2>
                    </header>
                    <ul class="people-lines">{lines}</ul>
                </section>
            }
        })
    }
}

#[component]
fn PastLine(entry: LeadEntry, may: bool) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let act = StoredValue::new(entry.act);
    let undo = move || {
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let request = Request::UndoShareLeads {
                act: act.get_value(),
            };
            let result = engine.get(request, ask::leads_shared).await;
            busy.try_set(false);
            match result {
                Ok(report) => {
                    let texts = leads::of(t.now().language);
                    let kept: Vec<String> =
                        report.refused.into_iter().map(|(name, _)| name).collect();
                    if kept.is_empty() {
                        toaster.good(texts.undone);
                    } else {
                        let comma = t.now().people.comma;
                        toaster.say((texts.undone_but)(&kept.join(comma)));
                    }
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let (by, at) = (entry.by, entry.at);
    let when = move || (t.get().people.merged_by)(&by, &intl::date_time(t.language(), at));
    let receivers = entry
        .receivers
        .into_iter()
        .map(|(name, count)| format!("{name} {count}"))
        .collect::<Vec<_>>()
        .join(" · ");
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
        <li class="people-line">
            <span class="people-line-main">
                <strong>{entry.note}</strong>
                <span>{receivers}</span>
                <span class="muted">{when}</span>
                {elsewhere}
            </span>
            {may
                .then(|| {
                    view! {
                        <Button icon=Glyph::Undo busy press=undo>
                            {move || leads::of(t.language()).undo}
                        </Button>
                    }
                })}
            <ErrorState problem />
        </li>
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
