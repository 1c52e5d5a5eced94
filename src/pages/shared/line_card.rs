//! A card of lines under a title.

use leptos::prelude::*;

/// The card; its lines are `<li class="people-line">`.
#[component]
pub fn LineCard(#[prop(into)] title: Signal<String>, children: Children) -> impl IntoView {
    view! {
        <section class="card">
            <header class="card-head">
                <h2>{move || title.get()}</h2>
            </header>
            <ul class="people-lines">{children()}</ul>
        </section>
    }
    .into_any()
}
