//! An invitation opened on a device that has a company already.

use leptos::prelude::*;

use crate::{
    shell::title::set_title,
    texts::use_texts,
    ui::{EmptyState, Glyph, LinkButton, Look, PageHead},
};

/// Says that this device cannot join a second company.
#[component]
pub fn JoinedPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().wizard.join);
    view! {
        <PageHead title=move || t.get().wizard.join />
        <EmptyState
            glyph=Glyph::Link
            title=move || t.get().wizard.already
            text=move || t.get().wizard.already_next
        >
            <LinkButton to="/" look=Look::Primary>
                {move || t.get().shell.home}
            </LinkButton>
        </EmptyState>
    }
}
