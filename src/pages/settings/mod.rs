//! The settings screen.

use leptos::prelude::*;

use crate::{shell::title::set_title, texts::use_texts, ui::PageHead};

/// The settings screen.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().settings.title);
    view! { <PageHead title=move || t.get().settings.title /> }
}
