//! Toasts: short messages above everything, read aloud politely. A manual popover, so that open dialogs do not hide them.

use leptos::{html, prelude::*};
use wasm_bindgen::{JsCast, JsValue};

use super::{Glyph, Icon};
use crate::{
    shell::notices::{Toast, Tone, use_toaster},
    texts::use_texts,
};

/// The messages on the screen.
#[component]
pub fn Toasts() -> impl IntoView {
    let t = use_texts();
    let toaster = use_toaster();
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        let Some(region) = node.get() else { return };
        // Shown anew for each message, so that it lies above a dialog opened meanwhile.
        call(&region, "hidePopover");
        if !toaster.shown().is_empty() {
            call(&region, "showPopover");
        }
    });
    view! {
        <div
            node_ref=node
            class="toasts"
            popover="manual"
            role="status"
            aria-live="polite"
            aria-label=move || t.get().shell.notices
        >
            <For each=move || toaster.shown() key=|toast| toast.id let:toast>
                <ToastCard toast />
            </For>
        </div>
    }
}

#[component]
fn ToastCard(toast: Toast) -> impl IntoView {
    let t = use_texts();
    let toaster = use_toaster();
    let (glyph, tone) = match toast.tone {
        Tone::Good => (Glyph::Check, "good"),
        Tone::Plain => (Glyph::Note, "plain"),
        Tone::Bad => (Glyph::Warning, "bad"),
    };
    let next = toast.next;
    let act = toast.act.map(|act| {
        let name = act.name;
        let press = move |_| {
            act.run();
            toaster.dismiss(toast.id);
        };
        view! {
            <button type="button" class="button" on:click=press>
                {name}
            </button>
        }
    });
    view! {
        <div class="toast" data-tone=tone>
            <Icon glyph />
            <div class="toast-text">
                <p>{toast.text}</p>
                {(!next.is_empty()).then(|| view! { <p class="muted">{next}</p> })}
            </div>
            {act}
            <button
                type="button"
                class="icon-button"
                aria-label=move || t.get().shell.dismiss
                on:click=move |_| toaster.dismiss(toast.id)
            >
                <Icon glyph=Glyph::Close />
            </button>
        </div>
    }
}

/// Popover methods are called by name: the bindings carry them only in part. Refusals (already open, already closed) do not matter.
fn call(element: &web_sys::HtmlElement, method: &str) {
    let function = js_sys::Reflect::get(element, &JsValue::from_str(method))
        .ok()
        .and_then(|function| function.dyn_into::<js_sys::Function>().ok());
    if let Some(function) = function {
        let _ = function.call0(element);
    }
}
