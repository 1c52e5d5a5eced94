//! The head of a screen: title, a line beneath it, and what can be done.

use leptos::prelude::*;

use crate::texts::use_texts;

/// The head of a screen. Its children are the actions. Where there are many, a phone shows the primary one and a button for the others
/// (`.more-actions` in the styles).
#[component]
pub fn PageHead(
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] subtitle: Signal<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let t = use_texts();
    let all = RwSignal::new(false);
    view! {
        <header class="page-head">
            <div class="page-title">
                <h1>{move || title.get()}</h1>
                {move || {
                    let text = subtitle.get();
                    (!text.is_empty()).then(|| view! { <p>{text}</p> })
                }}
            </div>
            {children
                .map(|children| {
                    view! {
                        <div class="actions" class:all=all>
                            {children()}
                            <button
                                type="button"
                                class="button more-actions"
                                aria-expanded=move || if all.get() { "true" } else { "false" }
                                on:click=move |_| all.update(|all| *all = !*all)
                            >
                                {move || {
                                    let texts = &t.get().common;
                                    if all.get() { texts.fewer } else { texts.more }
                                }}
                            </button>
                        </div>
                    }
                })}
        </header>
    }
}
