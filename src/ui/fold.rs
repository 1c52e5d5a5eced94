//! A part of a form that stands folded until it is needed.

use leptos::{html, prelude::*};

/// A folded part under its title. It unfolds when it comes to be needed, and only the person folds it again: correcting the
/// mistake that unfolded it leaves it as it is.
#[component]
pub fn Fold(
    #[prop(into)] title: Signal<String>,
    /// Something in it must be seen: a mistake, a value that is asked for.
    #[prop(into)]
    needed: Signal<bool>,
    /// It takes the whole width of the form around it.
    #[prop(optional)]
    wide: bool,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Details>::new();
    Effect::new(move |_| {
        if let (Some(details), true) = (node.get(), needed.get()) {
            details.set_open(true);
        }
    });
    view! {
        <details node_ref=node class="more-fields" class:wide=wide>
            <summary>{move || title.get()}</summary>
            {children()}
        </details>
    }
}
