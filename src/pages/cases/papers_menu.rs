//! The papers of a case that can be printed.

use leptos::prelude::*;

use super::acts::Acts;
use crate::{pages::shared, shell::policy, texts::use_texts};

/// Papers offered where the pack names none.
const USUAL: &[&str] = &[
    "registration",
    "handling",
    "record_card",
    "investigation",
    "feedback",
    "call_back",
];
/// The notice of a penalty or reward: offered where there is one.
const PENALTY: &str = "penalty";

/// A menu of links to the papers.
#[component]
pub fn PapersMenu(acts: Acts) -> impl IntoView {
    let t = use_texts();
    let papers = Signal::derive(move || {
        let texts = t.get();
        let own = acts.desk(|desk| desk.forms.clone());
        let has_penalty = acts.desk(|desk| !desk.penalties.is_empty());
        let id = acts.record.with(|record| record.row.id.clone());
        let mut named: Vec<(String, String)> = if own.is_empty() {
            USUAL
                .iter()
                .map(|layout| ((*layout).to_owned(), texts.value("paper", layout)))
                .collect()
        } else {
            own.iter()
                .filter(|(layout, _)| !matches!(layout.as_str(), "statistics" | PENALTY))
                .map(|(layout, title)| (layout.clone(), policy::words(texts.language, title)))
                .collect()
        };
        if has_penalty {
            let title = own
                .iter()
                .find(|(layout, _)| layout == PENALTY)
                .map_or_else(
                    || texts.value("paper", PENALTY),
                    |(_, title)| policy::words(texts.language, title),
                );
            named.push((PENALTY.to_owned(), title));
        }
        named
            .into_iter()
            .map(|(layout, title)| (format!("/cases/{id}/print/{layout}"), title))
            .collect::<Vec<_>>()
    });
    view! { <shared::PapersMenu label=move || t.get().desk.papers papers /> }
}
