//! The contacts with a customer, in the file.

use huiyin_api::ContactRow;
use leptos::prelude::*;

use super::lines::ContactLines;
use crate::{
    texts::use_texts,
    ui::{Glyph, LinkButton},
};

/// The contacts with the customer, the latest day first, and the way to a new one.
#[component]
pub fn CustomerContacts(
    #[prop(into)] customer: Signal<String>,
    #[prop(into)] contacts: Signal<Vec<ContactRow>>,
) -> impl IntoView {
    let t = use_texts();
    view! {
        <section class="card">
            <header class="card-head">
                <h2>
                    {move || t.get().contacts.of_customer}
                    <span class="count">{move || contacts.with(Vec::len).to_string()}</span>
                </h2>
                <LinkButton
                    to=move || format!("/contacts/new?customer={}", customer.get())
                    icon=Glyph::Plus
                >
                    {move || t.get().contacts.new}
                </LinkButton>
            </header>
            <Show
                when=move || !contacts.with(Vec::is_empty)
                fallback=move || {
                    view! { <p class="muted pad">{move || t.get().contacts.of_customer_empty}</p> }
                }
            >
                <ContactLines contacts />
            </Show>
        </section>
    }
}
