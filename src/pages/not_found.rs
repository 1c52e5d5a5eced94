//! An address without a screen.

use leptos::prelude::*;

use crate::{
    shell::title::set_title,
    texts::use_texts,
    ui::{EmptyState, Glyph, LinkButton, Look, PageHead},
};

/// Says that the address leads nowhere, and where to go on.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().shell.not_found);
    view! {
        <PageHead title=move || t.get().shell.not_found />
        <EmptyState
            glyph=Glyph::Search
            title=move || t.get().shell.not_found
            text=move || t.get().shell.not_found_next
        >
            <LinkButton to="/" look=Look::Primary>
                {move || t.get().shell.home}
            </LinkButton>
        </EmptyState>
    }
}
