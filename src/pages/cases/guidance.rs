//! Principles of the pack beside a form: politeness, what to tell the customer.

use leptos::prelude::*;

use crate::{
    shell::policy::{self, use_policy},
    texts::use_texts,
};

/// The principles, folded or open; nothing without any.
#[component]
pub fn Guidance(#[prop(optional)] open: bool) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let lines = Memo::new(move |_| {
        let language = t.language();
        policy.with(|pack| {
            pack.into_iter()
                .flat_map(|pack| &pack.guidance)
                .map(|text| policy::words(language, text))
                .collect::<Vec<_>>()
        })
    });
    move || {
        let lines = lines.get();
        (!lines.is_empty()).then(|| {
            let rows = lines
                .into_iter()
                .map(|line| view! { <li>{line}</li> })
                .collect_view();
            view! {
                <details class="card guidance" open=open>
                    <summary>{move || t.get().desk.guidance}</summary>
                    <ul>{rows}</ul>
                </details>
            }
        })
    }
}
