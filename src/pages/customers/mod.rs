//! The customers screens.

use leptos::prelude::*;

use crate::{shell::title::set_title, texts::use_texts, ui::PageHead};

/// A screen of customers.
#[component]
pub fn CustomersPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().customers.title);
    view! { <PageHead title=move || t.get().customers.title /> }
}

/// A screen of customers.
#[component]
pub fn CustomerPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().customers.title);
    view! { <PageHead title=move || t.get().customers.title /> }
}

/// A screen of customers.
#[component]
pub fn NewCustomerPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().customers.title);
    view! { <PageHead title=move || t.get().customers.title /> }
}

/// A screen of customers.
#[component]
pub fn EditCustomerPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().customers.title);
    view! { <PageHead title=move || t.get().customers.title /> }
}
