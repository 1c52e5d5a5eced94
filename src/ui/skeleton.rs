//! Grey bars in place of content that is on its way.

use leptos::prelude::*;

use crate::texts::use_texts;

/// Lines of grey bars.
#[component]
pub fn Skeleton(#[prop(default = 4)] lines: usize) -> impl IntoView {
    let t = use_texts();
    view! {
        <div class="skeleton" role="status" aria-label=move || t.get().common.loading>
            {(0..lines).map(|_| view! { <span class="bar"></span> }).collect_view()}
        </div>
    }
}
