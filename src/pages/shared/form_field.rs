//! A form field made from what core says about a field: which control, which check.

use std::collections::BTreeMap;

use huiyin_core::{
    case::CaseField, contact_field::ContactField, customer::CustomerField, field::FieldKind,
};
use leptos::prelude::*;

use crate::{
    shell::drafts::Draft,
    texts::use_texts,
    ui::{AreaField, InputKind, SelectField, TextField},
};

/// A field as a form needs it.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Wire name.
    pub name: &'static str,
    /// What it holds.
    pub kind: FieldKind,
}

impl From<CustomerField> for Rule {
    fn from(field: CustomerField) -> Self {
        Self {
            name: field.name(),
            kind: field.kind(),
        }
    }
}

impl From<CaseField> for Rule {
    fn from(field: CaseField) -> Self {
        Self {
            name: field.name(),
            kind: field.kind(),
        }
    }
}

impl From<ContactField> for Rule {
    fn from(field: ContactField) -> Self {
        Self {
            name: field.name(),
            kind: field.kind(),
        }
    }
}

/// A field of a draft, with the error found beside it.
#[component]
pub fn FormField(
    rule: Rule,
    draft: Draft,
    /// Errors by wire name.
    errors: RwSignal<BTreeMap<String, String>>,
    #[prop(optional)] required: bool,
    #[prop(optional)] autofocus: bool,
    #[prop(optional)] wide: bool,
    #[prop(optional, into)] hint: Signal<String>,
    #[prop(optional, into)] offers: Signal<Vec<String>>,
    /// Value and name of each choice, where they are others than core's.
    #[prop(optional, into)]
    choices: Signal<Vec<(String, String)>>,
) -> impl IntoView {
    let t = use_texts();
    let name = rule.name;
    let label = Signal::derive(move || t.get().field(name));
    // A memo: a keystroke in one field leaves the others alone.
    let value: Signal<String> = Memo::new(move |_| draft.get(name)).into();
    let error =
        Signal::derive(move || errors.with(|errors| errors.get(name).cloned().unwrap_or_default()));
    let input = Callback::new(move |value: String| {
        if errors.with_untracked(|errors| errors.contains_key(name)) {
            errors.update(|errors| {
                errors.remove(name);
            });
        }
        draft.put(name, value);
    });
    let line = move |kind: InputKind| {
        view! { <TextField label value input kind hint error required autofocus offers wide /> }
            .into_any()
    };
    let chosen_from = choices;
    let choose = move || {
        let choices = Signal::derive(move || {
            let mut listed = vec![(String::new(), t.get().common.choose.to_owned())];
            listed.extend(chosen_from.get());
            let now = value.get();
            // A value of an older list stays what it is.
            if !listed.iter().any(|(wire, _)| *wire == now) {
                listed.push((now.clone(), t.get().value(name, &now)));
            }
            listed
        });
        view! { <SelectField label value input choices hint error required /> }
    };
    match rule.kind {
        FieldKind::Line if name == "planned_at" => line(InputKind::Time),
        FieldKind::Line if matches!(name, "purpose" | "service_class" | "reception_class") => {
            choose().into_any()
        }
        FieldKind::Line if name == "category" => {
            let listed = Memo::new(move |_| !chosen_from.with(Vec::is_empty));
            (move || {
                if listed.get() {
                    choose().into_any()
                } else {
                    line(InputKind::Text)
                }
            })
            .into_any()
        }
        FieldKind::Choice(_)
            if matches!(name, "kind" | "severity")
                && !chosen_from.with_untracked(Vec::is_empty) =>
        {
            choose().into_any()
        }
        FieldKind::Line
        | FieldKind::Tags
        | FieldKind::Money
        | FieldKind::IdentityNumber
        | FieldKind::CreditCode => line(InputKind::Text),
        FieldKind::Phone => line(InputKind::Phone),
        FieldKind::Email => line(InputKind::Email),
        FieldKind::Date => line(InputKind::Date),
        FieldKind::Integer => line(InputKind::Number),
        FieldKind::Text => view! { <AreaField label value input hint error required /> }.into_any(),
        FieldKind::Choice(wires) => {
            let choices = Signal::derive(move || {
                let texts = t.get();
                let none = (String::new(), texts.common.choose.to_owned());
                let named = wires
                    .iter()
                    .map(|wire| ((*wire).to_owned(), texts.value(name, wire)));
                std::iter::once(none).chain(named).collect::<Vec<_>>()
            });
            view! { <SelectField label value input choices hint error required /> }.into_any()
        }
    }
}
