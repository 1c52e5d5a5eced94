//! What a list shows when it has nothing: why, and the next step.

use leptos::prelude::*;

use super::{Glyph, Icon};

/// An empty place with a sentence and, as children, what can be done.
#[component]
pub fn EmptyState(
    glyph: Glyph,
    #[prop(into)] title: Signal<String>,
    #[prop(into)] text: Signal<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty-icon">
                <Icon glyph />
            </span>
            <h2>{move || title.get()}</h2>
            <p>{move || text.get()}</p>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </div>
    }
}
