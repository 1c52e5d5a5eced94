//! One line of the customer list: columns on wide screens, a card on phones.

use huiyin_api::{CustomerRow, custom_name, custom_text};
use leptos::prelude::*;

use crate::{
    pages::{lists::Column, shared::CheckBadge},
    shell::{base::use_base, intl},
    texts::use_texts,
    ui::{Badge, Hue},
};

/// The cells of a row in the columns shown. `opened` hears that the row was followed.
#[component]
pub fn CustomerCells(
    row: CustomerRow,
    opened: Callback<()>,
    columns: Memo<Vec<Column>>,
) -> impl IntoView {
    let cell = move |column: &Column| cell(&row, column, opened);
    move || columns.with(|columns| columns.iter().map(&cell).collect_view())
}

fn cell(row: &CustomerRow, column: &Column, opened: Callback<()>) -> AnyView {
    let class = column.class;
    let plain = |text: &str| {
        let text = text.to_owned();
        view! { <span role="gridcell" class=format!("{class} muted")>{text}</span> }.into_any()
    };
    match &*column.name {
        "name" => name(row, opened),
        "phone" => {
            let phone = row.phone.clone();
            view! { <span role="gridcell" class="c-phone num">{phone}</span> }.into_any()
        }
        "kind" => named(class, "kind", &row.kind),
        "class" => named(class, "class", &row.class),
        "life_cycle" => stage(row),
        "updated" => updated(row.updated),
        "number" => plain(&row.number),
        "contact_name" => plain(&row.contact),
        "city" => plain(&row.city),
        "owner" => plain(&row.owner),
        own if custom_name(own).is_some() => plain(custom_text(&row.custom, own)),
        _ => plain(&row.branch),
    }
}

fn name(row: &CustomerRow, opened: Callback<()>) -> AnyView {
    let base = use_base();
    let name = row.name.clone();
    view! {
        <span role="gridcell" class="c-name">
            <a
                class="row-link strong"
                tabindex="-1"
                href=base.href(&format!("/customers/{}", row.id))
                on:click=move |_| opened.run(())
            >
                {name}
            </a>
            {(row.conflicts > 0).then(|| view! { <CheckBadge /> })}
        </span>
    }
    .into_any()
}

fn named(class: &'static str, field: &'static str, wire: &str) -> AnyView {
    let t = use_texts();
    let wire = wire.to_owned();
    view! { <span role="gridcell" class=class>{move || t.get().value(field, &wire)}</span> }
        .into_any()
}

fn stage(row: &CustomerRow) -> AnyView {
    let t = use_texts();
    let stage = row.life_cycle.clone();
    let hue = match stage.as_str() {
        "active" | "won_back" => Hue::Green,
        "potential" | "target" => Hue::Active,
        "dormant" => Hue::Amber,
        _ => Hue::Neutral,
    };
    view! {
        <span role="gridcell" class="c-stage">
            {(!stage.is_empty())
                .then(|| view! { <Badge hue>{move || t.get().value("life_cycle", &stage)}</Badge> })}
        </span>
    }
    .into_any()
}

fn updated(at: i64) -> AnyView {
    let t = use_texts();
    view! {
        <span role="gridcell" class="c-updated muted num">
            {move || (at > 0).then(|| intl::recent(t.language(), at))}
        </span>
    }
    .into_any()
}
