//! After leads were shared out: what was left, and a notice for each colleague to copy.

use leptos::{prelude::*, task::spawn_local};

use super::page::Sharing;
use crate::{
    pages::shared::{LineCard, RefusedLines},
    shell::{files::copy_text, notices::use_toaster},
    texts::{leads, use_texts},
    ui::Button,
};

/// Both cards; nothing before the first act.
#[component]
pub fn Told(state: Sharing) -> impl IntoView {
    let t = use_texts();
    let notices = move || {
        let notices = state.notices.get();
        (!notices.is_empty()).then(|| {
            let lines = notices
                .into_iter()
                .map(|text| view! { <NoticeLine text /> })
                .collect_view();
            view! { <LineCard title=move || leads::of(t.language()).notices>{lines}</LineCard> }
        })
    };
    view! {
        <RefusedLines title=move || leads::of(t.language()).left refused=state.refused />
        {notices}
    }
    .into_any()
}

#[component]
fn NoticeLine(text: String) -> impl IntoView {
    let t = use_texts();
    let toaster = use_toaster();
    let copied = text.clone();
    let copy = move || {
        let text = copied.clone();
        spawn_local(async move {
            if copy_text(&text).await {
                toaster.good(leads::of(t.now().language).copied);
            }
        });
    };
    view! {
        <li class="people-line">
            <p class="people-letter">{text}</p>
            <Button press=copy>{move || leads::of(t.language()).copy}</Button>
        </li>
    }
}
