//! A new contact: planned, or recorded after it took place.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::form::ContactForm;
use crate::{shell::title::set_title, texts::use_texts, ui::PageHead};

/// The screen that plans or records a contact. The address may name the customer, the kind and the day.
#[component]
pub fn NewContactPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().contacts.new);
    let query = use_query_map();
    let given = move |name: &'static str| {
        query.with(|query| query.get(name).filter(|value| !value.is_empty()))
    };
    let names = ["customer", "kind", "day", "case", "follow_up"];
    let given = Memo::new(move |_| names.map(|name| given(name).unwrap_or_default()));
    move || {
        let [customer, kind, day, case, follow_up] = given.get();
        view! {
            <div class="form-page">
                <PageHead
                    title=move || t.get().contacts.new
                    subtitle=move || t.get().contacts.new_subtitle
                />
                <ContactForm customer kind day case follow_up />
            </div>
        }
        .into_any()
    }
}
