//! Customers of my day whose activity falls; hidden while there are none.

use huiyin_api::FallingRow;
use leptos::prelude::*;

use crate::{
    pages::shared::DayCard,
    shell::base::use_base,
    texts::{loyalty, use_texts},
    ui::{Badge, Hue},
};

/// The card.
#[component]
pub fn FallingCard(#[prop(into)] falling: Signal<Vec<FallingRow>>) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    view! {
        <DayCard title=move || loyalty::of(t.language()).falling_today count=move || falling.with(Vec::len) as u64 beside=move || view! { <a class="link" href=base.href("/customers/key-accounts")>{move || t.get().common.all}</a> }>
            <ul class="lines">
                <For
                    each=move || falling.get()
                    key=|fall| (fall.row.id.clone(), fall.before, fall.now)
                    let:fall
                >
                    <FallingLine fall />
                </For>
            </ul>
        </DayCard>
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
