//! One line of the customer list: columns on wide screens, a card on phones.

use huiyin_api::CustomerRow;
use leptos::prelude::*;

use crate::{
    pages::shared::CheckBadge,
    shell::{base::use_base, intl},
    texts::use_texts,
    ui::{Badge, Hue},
};

/// The cells of a row. `opened` hears that the row was followed.
#[component]
pub fn CustomerCells(row: CustomerRow, opened: Callback<()>) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let kind = row.kind.clone();
    let stage = row.life_cycle.clone();
    let hue = match row.life_cycle.as_str() {
        "active" | "won_back" => Hue::Green,
        "potential" | "target" => Hue::Active,
        "dormant" => Hue::Amber,
        _ => Hue::Neutral,
    };
    let updated = row.updated;
    view! {
        <span role="gridcell" class="c-name">
            <a
                class="row-link strong"
                tabindex="-1"
                href=base.href(&format!("/customers/{}", row.id))
                on:click=move |_| opened.run(())
            >
                {row.name}
            </a>
            {(row.conflicts > 0).then(|| view! { <CheckBadge /> })}
        </span>
        <span role="gridcell" class="c-phone num">{row.phone}</span>
        <span role="gridcell" class="c-kind">{move || t.get().value("kind", &kind)}</span>
        <span role="gridcell" class="c-stage">
            {(!stage.is_empty())
                .then(|| view! { <Badge hue>{move || t.get().value("life_cycle", &stage)}</Badge> })}
        </span>
        <span role="gridcell" class="c-city muted">{row.city}</span>
        <span role="gridcell" class="c-owner muted">{row.owner}</span>
        <span role="gridcell" class="c-branch muted">{row.branch}</span>
        <span role="gridcell" class="c-updated muted num">
            {move || (updated > 0).then(|| intl::recent(t.language(), updated))}
        </span>
    }
}
