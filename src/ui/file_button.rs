//! A button that opens the system's file dialog.

use leptos::{ev, html, prelude::*};

use super::{Button, Glyph, Look};

/// A button that lets the person choose one file. The file input itself is hidden from everyone; it bears the same label.
#[component]
pub fn FileButton(
    #[prop(into)] label: Signal<String>,
    /// Kinds of files offered first.
    accept: &'static str,
    #[prop(into)] take: Callback<web_sys::File>,
    #[prop(optional)] look: Look,
    #[prop(default = Glyph::Import)] icon: Glyph,
    #[prop(optional, into)] busy: Signal<bool>,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    let taken = move |_: ev::Event| {
        let Some(input) = node.get_untracked() else {
            return;
        };
        let chosen = input.files().and_then(|files| files.get(0));
        // The same file may be chosen again after a problem.
        input.set_value("");
        if let Some(file) = chosen {
            take.run(file);
        }
    };
    let press = move || {
        if let Some(input) = node.get_untracked() {
            input.click();
        }
    };
    view! {
        <span class="file-button">
            <input
                node_ref=node
                type="file"
                class="hidden-input"
                tabindex="-1"
                aria-hidden="true"
                accept=accept
                aria-label=move || label.get()
                on:change=taken
            />
            <Button look icon busy press>
                {move || label.get()}
            </Button>
        </span>
    }
}
