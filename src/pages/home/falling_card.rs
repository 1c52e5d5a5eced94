//! Customers of my day whose activity falls; hidden while there are none.

use huiyin_api::FallingRow;
use leptos::prelude::*;

use crate::{
    shell::{base::use_base, intl},
    texts::{loyalty, use_texts},
    ui::{Badge, Hue},
};

/// The card.
#[component]
pub fn FallingCard(#[prop(into)] falling: Signal<Vec<FallingRow>>) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let any = Memo::new(move |_| !falling.with(Vec::is_empty));
    let count = move || intl::count(t.language(), falling.with(Vec::len) as u64);
    view! {
        <Show when=move || any.get()>
            <section class="card group" aria-label=move || loyalty::of(t.language()).falling_today>
                <header class="card-head">
                    <h2>
                        {move || loyalty::of(t.language()).falling_today} " "
                        <span class="count">{count}</span>
                    </h2>
                    <a class="link" href=base.href("/customers/key-accounts")>
                        {move || t.get().common.all}
                    </a>
                </header>
                <ul class="lines">
                    <For
                        each=move || falling.get()
                        key=|fall| (fall.row.id.clone(), fall.before, fall.now)
                        let:fall
                    >
                        <FallingLine fall />
                    </For>
                </ul>
            </section>
        </Show>
    }
    .into_any()
}

#[component]
fn FallingLine(fall: FallingRow) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let (before, now, percent) = (fall.before, fall.now, fall.fell_percent);
    view! {
        <li class="line">
            <a href=base.href(&format!("/customers/{}", fall.row.id)) class="line-main">
                <span class="line-title cut">{fall.row.name}</span>
                <span class="muted num cut">
                    {move || (loyalty::of(t.language()).activity)(before, now)}
                </span>
            </a>
            <span class="line-marks">
                <Badge hue=Hue::Amber>{move || (loyalty::of(t.language()).fell)(percent)}</Badge>
            </span>
        </li>
    }
    .into_any()
}
