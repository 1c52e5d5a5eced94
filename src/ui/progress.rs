//! Progress of long work.

use leptos::prelude::*;

/// A bar with its name; without a total it shows that work goes on.
#[component]
pub fn Progress(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] done: Signal<f64>,
    #[prop(into)] total: Signal<f64>,
) -> impl IntoView {
    let known = move || total.get() > 0.0;
    view! {
        <div class="progress">
            <span class="progress-label">{move || label.get()}</span>
            <progress
                aria-label=move || label.get()
                max=move || known().then(|| total.get().to_string())
                value=move || known().then(|| done.get().to_string())
            ></progress>
        </div>
    }
}
