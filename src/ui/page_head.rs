//! The head of a screen: title, a line beneath it, and what can be done.

use leptos::prelude::*;

/// The head of a screen. Its children are the actions.
#[component]
pub fn PageHead(
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] subtitle: Signal<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class="page-head">
            <div class="page-title">
                <h1>{move || title.get()}</h1>
                {move || {
                    let text = subtitle.get();
                    (!text.is_empty()).then(|| view! { <p>{text}</p> })
                }}
            </div>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </header>
    }
}
