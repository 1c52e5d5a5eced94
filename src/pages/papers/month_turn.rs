//! The month of a form: which one the address names, and the ways to those beside it.

use leptos::prelude::*;

use super::{record_sheet::use_param, statistics::month_after};
use crate::{
    shell::intl,
    texts::use_texts,
    ui::{Glyph, Icon},
};

/// Returns the month the address names, tracked; the present one if it names none.
pub fn use_month() -> Memo<String> {
    let wanted = use_param("month");
    Memo::new(move |_| {
        wanted
            .with(|wanted| month_after(wanted, 0))
            .unwrap_or_else(|| intl::iso_today().get(..7).unwrap_or_default().to_owned())
    })
}

/// A month with the ways to those beside it.
#[component]
pub fn MonthTurn(month: Memo<String>, #[prop(into)] to: Callback<String>) -> impl IntoView {
    let t = use_texts();
    let turn = move |by: i32| {
        if let Some(month) = month_after(&month.get_untracked(), by) {
            to.run(month);
        }
    };
    view! {
        <span class="paper-turn">
            <button
                type="button"
                class="icon-button"
                aria-label=move || t.get().papers.month_before
                title=move || t.get().papers.month_before
                on:click=move |_| turn(-1)
            >
                <Icon glyph=Glyph::Back />
            </button>
            <strong class="num" aria-live="polite">
                {move || month.get()}
            </strong>
            <button
                type="button"
                class="icon-button"
                aria-label=move || t.get().papers.month_after
                title=move || t.get().papers.month_after
                on:click=move |_| turn(1)
            >
                <Icon glyph=Glyph::Next />
            </button>
        </span>
    }
}
