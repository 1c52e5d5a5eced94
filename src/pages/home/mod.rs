//! The home screens.

use leptos::prelude::*;

use crate::{shell::title::set_title, texts::use_texts, ui::PageHead};

/// A screen of home.
#[component]
pub fn HomePage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().home.title);
    view! { <PageHead title=move || t.get().home.title /> }
}
