//! Fields with a few choices.

use leptos::prelude::*;

use super::{Field, Glyph, Icon, new_id};

/// A field with choices as pairs of value and name. The value belongs to the caller.
#[component]
pub fn SelectField(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] input: Callback<String>,
    /// Value and name of each choice.
    #[prop(into)]
    choices: Signal<Vec<(String, String)>>,
    #[prop(optional, into)] hint: Signal<String>,
    #[prop(optional, into)] error: Signal<String>,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let id = new_id("select");
    let help = format!("{id}-help");
    view! {
        <Field id=id.clone() label hint error required>
            <div class="select">
                <select
                    id=id
                    class="input"
                    aria-required=required.then_some("true")
                    aria-invalid=move || (!error.with(String::is_empty)).then_some("true")
                    aria-describedby=help
                    on:change:target=move |event| input.run(event.target().value())
                >
                    {move || {
                        let chosen = value.get();
                        choices
                            .get()
                            .into_iter()
                            .map(|(wire, name)| {
                                let selected = wire == chosen;
                                view! {
                                    <option value=wire selected=selected prop:selected=selected>
                                        {name}
                                    </option>
                                }
                            })
                            .collect_view()
                    }}
                </select>
                <Icon glyph=Glyph::Down />
            </div>
        </Field>
    }
}
