//! The frame of a form field: label, mark of required fields, hint and error, tied together for assistive technology.

use std::sync::atomic::{AtomicU32, Ordering};

use leptos::prelude::*;

use crate::texts::use_texts;

static NEXT_ID: AtomicU32 = AtomicU32::new(1);

/// Returns an element id that no other element of the page has.
pub fn new_id(kind: &str) -> String {
    let number = NEXT_ID.fetch_add(1, Ordering::Relaxed);
    format!("{kind}-{number}")
}

/// The frame around a control with the id `id`. The control names `{id}-help` in its `aria-describedby`.
#[component]
pub fn Field(
    id: String,
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] hint: Signal<String>,
    #[prop(optional, into)] error: Signal<String>,
    #[prop(optional)] required: bool,
    #[prop(optional)] wide: bool,
    children: Children,
) -> impl IntoView {
    let t = use_texts();
    let help = format!("{id}-help");
    view! {
        <div class="field" class:wide=wide class:wrong=move || !error.with(String::is_empty)>
            <label for=id>
                {move || label.get()}
                {required
                    .then(|| {
                        view! {
                            <span class="required" title=move || t.get().common.required aria-hidden="true">
                                "*"
                            </span>
                        }
                    })}
            </label>
            {children()}
            <p class="field-help" id=help>
                {move || {
                    let error = error.get();
                    if error.is_empty() {
                        view! { <span class="hint">{hint.get()}</span> }.into_any()
                    } else {
                        view! { <span class="error" role="alert">{error}</span> }.into_any()
                    }
                }}
            </p>
        </div>
    }
}
