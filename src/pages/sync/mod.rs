//! The sync screen.

use leptos::prelude::*;

use crate::{shell::title::set_title, texts::use_texts, ui::PageHead};

/// The sync screen.
#[component]
pub fn SyncPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().sync.title);
    view! { <PageHead title=move || t.get().sync.title /> }
}
