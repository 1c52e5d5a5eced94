//! A new customer.

use leptos::prelude::*;

use super::form::CustomerForm;
use crate::{shell::title::set_title, texts::use_texts, ui::PageHead};

/// The screen of a new customer.
#[component]
pub fn NewCustomerPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().customers.new);
    view! {
        <div class="form-page">
            <PageHead title=move || t.get().customers.new />
            <CustomerForm />
        </div>
    }
}
