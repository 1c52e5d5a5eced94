//! The search box of a list. `/` brings the cursor here.

use leptos::{html, prelude::*};

use crate::{
    shell::keys::{Command, on_command},
    texts::use_texts,
    ui::{Glyph, Icon},
};

/// A box whose words narrow a list at every keystroke.
#[component]
pub fn SearchBox(
    #[prop(into)] hint: Signal<String>,
    #[prop(into)] words: Signal<String>,
    search: Callback<String>,
) -> impl IntoView {
    let t = use_texts();
    let node = NodeRef::<html::Input>::new();
    on_command(move |command| {
        let Some(input) = node.get_untracked() else {
            return false;
        };
        let here = document()
            .active_element()
            .is_some_and(|active| active == **input);
        match command {
            Command::Search => {
                // A missing focus harms nobody.
                let _ = input.focus();
                input.select();
                true
            }
            Command::Back if here => {
                let _ = input.blur();
                true
            }
            _ => false,
        }
    });
    view! {
        <div class="searchbox" role="search">
            <Icon glyph=Glyph::Search />
            <input
                node_ref=node
                class="input"
                type="search"
                autocomplete="off"
                aria-label=move || t.get().common.search
                placeholder=move || hint.get()
                prop:value=move || words.get()
                on:input:target=move |event| search.run(event.target().value())
            />
            {move || {
                if words.with(String::is_empty) {
                    view! { <kbd aria-hidden="true">"/"</kbd> }.into_any()
                } else {
                    view! {
                        <button
                            type="button"
                            class="icon-button"
                            aria-label=move || t.get().common.clear
                            on:click=move |_| search.run(String::new())
                        >
                            <Icon glyph=Glyph::Close />
                        </button>
                    }
                        .into_any()
                }
            }}
        </div>
    }
}
