//! The cases of a customer, in the file.

use huiyin_api::CaseRow;
use leptos::prelude::*;

use crate::{
    pages::shared::CaseLines,
    texts::use_texts,
    ui::{Glyph, LinkButton},
};

/// The customer's cases, newest first, and the way to a new one.
#[component]
pub fn CustomerCases(
    #[prop(into)] customer: Signal<String>,
    #[prop(into)] cases: Signal<Vec<CaseRow>>,
) -> impl IntoView {
    let t = use_texts();
    view! {
        <section class="card">
            <header class="card-head">
                <h2>
                    {move || t.get().customers.cases}
                    <span class="count">{move || cases.with(Vec::len).to_string()}</span>
                </h2>
                <LinkButton to=move || format!("/cases/new?customer={}", customer.get()) icon=Glyph::Plus>
                    {move || t.get().customers.new_case}
                </LinkButton>
            </header>
            <Show
                when=move || !cases.with(Vec::is_empty)
                fallback=move || view! { <p class="muted pad">{move || t.get().customers.cases_empty}</p> }
            >
                <CaseLines cases />
            </Show>
        </section>
    }
}
