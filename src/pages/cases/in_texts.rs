//! Cases found by the words of their descriptions, under those that the list itself finds.
//!
//! The engine answers in parts where descriptions are not all in memory; a button has it look further.

use huiyin_api::{CaseRow, ListQuery, Request, TextHits};
use leptos::prelude::*;

use crate::{
    pages::shared::StateBadge,
    shell::{ask, base::use_base, intl, list_memory::ListState, live::live},
    texts::use_texts,
    ui::{Button, Look},
};

/// Hits shown of one part.
const SHOWN: u32 = 20;

/// The group "in the text" under the list of cases; nothing while no words are looked for.
#[component]
pub fn InTexts(state: ListState) -> impl IntoView {
    let t = use_texts();
    let words = Memo::new(move |_| state.query.with(|query| query.search.trim().to_owned()));
    let after = RwSignal::new(String::new());
    Effect::new(move |_| {
        let _words = words.get();
        after.set(String::new());
    });
    let found = live(
        move || {
            (!words.get().is_empty()).then(|| Request::SearchText {
                query: ListQuery {
                    limit: SHOWN,
                    offset: 0,
                    ..state.query.get()
                },
                after: after.get(),
            })
        },
        ask::texts,
    );
    let hits = move || {
        let hits = found.value.get().unwrap_or_default();
        (!words.get().is_empty() && (!hits.rows.is_empty() || !hits.next.is_empty()))
            .then_some(hits)
    };
    let group = move |hits: TextHits| {
        let next = hits.next.clone();
        let left = f64::from(hits.left);
        let further = (!next.is_empty()).then(|| {
            view! {
                <Button look=Look::Quiet press=move || after.set(next.clone())>
                    {move || {
                        let texts = t.get();
                        (texts.cases.in_texts_further)(&intl::number(texts.language, left))
                    }}
                </Button>
            }
        });
        view! {
            <section class="card in-texts" aria-label=move || t.get().cases.in_texts>
                <h2>{move || t.get().cases.in_texts}</h2>
                <ul>{hits.rows.into_iter().map(|row| view! { <Hit row /> }).collect_view()}</ul>
                {further}
            </section>
        }
    };
    move || hits().map(group)
}

#[component]
fn Hit(row: CaseRow) -> impl IntoView {
    let base = use_base();
    view! {
        <li>
            <a class="row-link" href=base.href(&format!("/cases/{}", row.id))>
                <span class="muted num">{row.number}</span>
                " "
                <span class="strong">{row.subject}</span>
                " "
                <span class="muted">{row.customer}</span>
            </a>
            <StateBadge state=row.state group=row.group />
        </li>
    }
}
