//! One-line fields.

use leptos::{html, prelude::*};

use super::{Field, new_id};

/// What is typed into a one-line field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InputKind {
    /// Words.
    #[default]
    Text,
    /// A phone number: the phone shows its number pad.
    Phone,
    /// An e-mail address.
    Email,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A month.
    Month,
    /// A day and a time.
    DateTime,
    /// A whole number.
    Number,
    /// An amount with decimals.
    Amount,
    /// An address of the web.
    Url,
    /// A passphrase: it is not shown.
    Secret,
    /// Digits that are not shown: the phone shows its number pad.
    Pin,
}

impl InputKind {
    fn kind(self) -> &'static str {
        match self {
            Self::Text | Self::Number | Self::Amount => "text",
            Self::Phone => "tel",
            Self::Email => "email",
            Self::Date => "date",
            Self::Time => "time",
            Self::Month => "month",
            Self::DateTime => "datetime-local",
            Self::Url => "url",
            Self::Secret | Self::Pin => "password",
        }
    }

    fn mode(self) -> Option<&'static str> {
        match self {
            Self::Number | Self::Pin => Some("numeric"),
            Self::Amount => Some("decimal"),
            _ => None,
        }
    }
}

/// A one-line field. The value belongs to the caller, who hears of every keystroke.
#[component]
pub fn TextField(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] input: Callback<String>,
    #[prop(optional)] kind: InputKind,
    #[prop(optional, into)] hint: Signal<String>,
    #[prop(optional, into)] error: Signal<String>,
    #[prop(optional)] required: bool,
    #[prop(optional)] wide: bool,
    #[prop(optional)] autofocus: bool,
    /// Shown, not to be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Values offered while typing.
    #[prop(optional, into)]
    offers: Signal<Vec<String>>,
) -> impl IntoView {
    let id = new_id("input");
    let help = format!("{id}-help");
    let list = format!("{id}-offers");
    let list_id = list.clone();
    let node = NodeRef::<html::Input>::new();
    if autofocus {
        focus_once_shown(node);
    }
    // A date of which one part is deleted has no value: writing that back would empty its other parts.
    Effect::new(move |_| {
        let wanted = value.get();
        if let Some(element) = node.get()
            && element.value() != wanted
        {
            element.set_value(&wanted);
        }
    });
    view! {
        <Field id=id.clone() label hint error required wide>
            <input
                node_ref=node
                id=id
                class="input"
                type=kind.kind()
                inputmode=kind.mode()
                autocomplete="off"
                autofocus=autofocus
                disabled=move || disabled.get()
                aria-required=required.then_some("true")
                aria-invalid=move || (!error.with(String::is_empty)).then_some("true")
                aria-describedby=help
                list=move || (!offers.with(Vec::is_empty)).then(|| list.clone())
                on:input:target=move |event| input.run(event.target().value())
            />
            {move || {
                let offers = offers.get();
                (!offers.is_empty())
                    .then(|| {
                        view! {
                            <datalist id=list_id.clone()>
                                {offers
                                    .into_iter()
                                    .map(|offer| view! { <option value=offer></option> })
                                    .collect_view()}
                            </datalist>
                        }
                    })
            }}
        </Field>
    }
}

/// Brings the cursor into a field once it is shown. Browsers heed `autofocus` on the first screen of a page only.
pub fn focus_once_shown(node: NodeRef<html::Input>) {
    Effect::new(move |_| {
        let Some(input) = node.get() else { return };
        request_animation_frame(move || {
            let typing = document()
                .active_element()
                .is_some_and(|active| matches!(active.tag_name().as_str(), "INPUT" | "TEXTAREA"));
            if !typing {
                // A missing focus harms nobody.
                let _ = input.focus();
            }
        });
    });
}
