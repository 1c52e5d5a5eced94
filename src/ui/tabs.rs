//! Tabs that narrow a list, with counts.

use leptos::prelude::*;

/// One tab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// Value handed to the caller.
    pub value: String,
    /// Name shown.
    pub name: String,
    /// Count shown beside the name, once known.
    pub count: Option<String>,
    /// The count asks for attention.
    pub urgent: bool,
}

/// A row of tabs. One is chosen.
#[component]
pub fn Tabs(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] tabs: Signal<Vec<Tab>>,
    #[prop(into)] chosen: Signal<String>,
    #[prop(into)] choose: Callback<String>,
) -> impl IntoView {
    let tab = move |tab: Tab| {
        let value = tab.value.clone();
        let own = tab.value.clone();
        view! {
            <button
                type="button"
                class="tab"
                class:urgent=tab.urgent
                aria-pressed=move || if chosen.with(|now| *now == own) { "true" } else { "false" }
                on:click=move |_| choose.run(value.clone())
            >
                {tab.name}
                {tab.count.map(|count| view! { <span class="tab-count">{count}</span> })}
            </button>
        }
    };
    view! {
        <div class="tabs" role="group" aria-label=move || label.get()>
            {move || tabs.get().into_iter().map(tab).collect_view()}
        </div>
    }
}
