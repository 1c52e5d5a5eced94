//! What an act on many records left as it was, each with the reason.

use huiyin_api::detail_in;
use leptos::prelude::*;

use super::LineCard;
use crate::texts::use_texts;

/// The card; nothing while nothing was refused.
#[component]
pub fn RefusedLines(
    #[prop(into)] title: Signal<String>,
    /// What each is called, and why it was left, as the engine tells it.
    #[prop(into)]
    refused: Signal<Vec<(String, String)>>,
) -> impl IntoView {
    let t = use_texts();
    move || {
        let refused = refused.get();
        (!refused.is_empty()).then(|| {
            let lines = refused
                .into_iter()
                .map(|(name, why)| {
                    let why = move || detail_in(t.language(), &why);
                    view! { <li class="people-line">{name} ": " {why}</li> }
                })
                .collect_view();
            view! { <LineCard title>{lines}</LineCard> }
        })
    }
}
