//! The import screen.

use leptos::prelude::*;

use crate::{shell::title::set_title, texts::use_texts, ui::PageHead};

/// The import screen.
#[component]
pub fn ImportPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().import.title);
    view! { <PageHead title=move || t.get().import.title /> }
}
