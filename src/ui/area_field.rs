//! Many-line fields.

use leptos::prelude::*;

use super::{Field, new_id};

/// A many-line field. The value belongs to the caller, who hears of every keystroke.
#[component]
pub fn AreaField(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] input: Callback<String>,
    #[prop(optional, into)] hint: Signal<String>,
    #[prop(optional, into)] error: Signal<String>,
    #[prop(optional)] required: bool,
    #[prop(default = 3)] rows: u32,
) -> impl IntoView {
    let id = new_id("area");
    let help = format!("{id}-help");
    view! {
        <Field id=id.clone() label hint error required wide=true>
            <textarea
                id=id
                class="input area"
                rows=rows.to_string()
                autocomplete="off"
                aria-required=required.then_some("true")
                aria-invalid=move || (!error.with(String::is_empty)).then_some("true")
                aria-describedby=help
                prop:value=move || value.get()
                on:input:target=move |event| input.run(event.target().value())
            ></textarea>
        </Field>
    }
}
