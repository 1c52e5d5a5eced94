//! A new case.

use leptos::prelude::*;

use super::register_form::RegisterForm;
use crate::{shell::title::set_title, texts::use_texts, ui::PageHead};

/// The screen that registers a case.
#[component]
pub fn NewCasePage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().cases.new);
    view! {
        <div class="form-page">
            <PageHead title=move || t.get().cases.new subtitle=move || t.get().cases.new_subtitle />
            <RegisterForm />
        </div>
    }
}
