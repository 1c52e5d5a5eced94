//! A chip that narrows a list by one column, or orders it.

use leptos::prelude::*;

use crate::ui::{Glyph, Icon};

/// A chip with choices as pairs of value and name; the empty value stands for no choice.
#[component]
pub fn FilterChip(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] chosen: Signal<String>,
    #[prop(into)] choices: Signal<Vec<(String, String)>>,
    #[prop(into)] choose: Callback<String>,
    /// The chip is marked while something is chosen.
    #[prop(default = true)]
    marks: bool,
) -> impl IntoView {
    view! {
        <span class="chip" class:on=move || marks && !chosen.with(String::is_empty)>
            <select
                aria-label=move || label.get()
                on:change:target=move |event| choose.run(event.target().value())
            >
                {move || {
                    let now = chosen.get();
                    choices
                        .get()
                        .into_iter()
                        .map(|(value, name)| {
                            let selected = value == now;
                            view! {
                                <option value=value selected=selected prop:selected=selected>
                                    {name}
                                </option>
                            }
                        })
                        .collect_view()
                }}
            </select>
            <Icon glyph=Glyph::Down />
        </span>
    }
}
