//! The cases screens.

use leptos::prelude::*;

use crate::{shell::title::set_title, texts::use_texts, ui::PageHead};

/// A screen of cases.
#[component]
pub fn CasesPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().cases.title);
    view! { <PageHead title=move || t.get().cases.title /> }
}

/// A screen of cases.
#[component]
pub fn CasePage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().cases.title);
    view! { <PageHead title=move || t.get().cases.title /> }
}

/// A screen of cases.
#[component]
pub fn NewCasePage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().cases.title);
    view! { <PageHead title=move || t.get().cases.title /> }
}
