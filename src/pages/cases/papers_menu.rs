//! The papers of a case that can be printed.

use leptos::prelude::*;

use super::acts::Acts;
use crate::{
    shell::{base::use_base, policy},
    texts::use_texts,
    ui::{Glyph, Icon},
};

/// Papers offered where the pack names none.
const USUAL: &[&str] = &[
    "registration",
    "handling",
    "record_card",
    "investigation",
    "feedback",
    "call_back",
];

/// A menu of links to the papers.
#[component]
pub fn PapersMenu(acts: Acts) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let papers = Memo::new(move |_| {
        let texts = t.get();
        let own = acts.desk(|desk| desk.forms.clone());
        let id = acts.record.with(|record| record.row.id.clone());
        let named: Vec<(String, String)> = if own.is_empty() {
            USUAL
                .iter()
                .map(|layout| ((*layout).to_owned(), texts.value("paper", layout)))
                .collect()
        } else {
            own.iter()
                .filter(|(layout, _)| !matches!(layout.as_str(), "statistics" | "penalty"))
                .map(|(layout, title)| (layout.clone(), policy::words(texts.language, title)))
                .collect()
        };
        named
            .into_iter()
            .map(|(layout, title)| (format!("/cases/{id}/print/{layout}"), title))
            .collect::<Vec<_>>()
    });
    view! {
        <details class="menu">
            <summary class="button">
                <Icon glyph=Glyph::Export />
                <span>{move || t.get().desk.papers}</span>
            </summary>
            <ul>
                {move || {
                    papers
                        .get()
                        .into_iter()
                        .map(|(path, title)| {
                            view! {
                                <li>
                                    <a href=base.href(&path)>{title}</a>
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ul>
        </details>
    }
}
