//! The properties of a record at its right-hand side.

use huiyin_api::FieldView;
use huiyin_core::{case::CaseField, contact_field::ContactField, customer::CustomerField};
use leptos::prelude::*;

use super::shown_value;
use crate::{
    shell::policy::{Policy, use_policy},
    texts::{Texts, use_texts},
};

/// Every filled field in the order of the domain, except those left out.
#[component]
pub fn Properties(
    #[prop(into)] fields: Signal<Vec<FieldView>>,
    /// Fields shown elsewhere.
    #[prop(optional)]
    without: &'static [&'static str],
) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    view! {
        <dl class="properties">
            {move || {
                let texts = t.get();
                let mut fields = fields.get();
                fields.retain(|field| !without.contains(&field.name.as_str()));
                fields.sort_by_key(|field| place(&field.name));
                fields
                    .into_iter()
                    .map(|field| {
                        let name = texts.field(&field.name);
                        view! { <Property name>{value(texts, policy, &field)}</Property> }
                    })
                    .collect_view()
            }}
        </dl>
    }
}

/// Where a field stands among those of its kind of record; unknown ones come last.
fn place(name: &str) -> usize {
    CustomerField::ALL
        .iter()
        .position(|field| field.name() == name)
        .or_else(|| CaseField::ALL.iter().position(|field| field.name() == name))
        .or_else(|| {
            ContactField::ALL
                .iter()
                .position(|field| field.name() == name)
        })
        .unwrap_or(usize::MAX)
}

/// One property.
#[component]
pub fn Property(#[prop(into)] name: Signal<String>, children: Children) -> impl IntoView {
    view! {
        <div>
            <dt>{move || name.get()}</dt>
            <dd>{children()}</dd>
        </div>
    }
}

/// Phones, addresses of mail and of the web can be followed.
fn value(texts: &Texts, policy: Policy, field: &FieldView) -> AnyView {
    let text = shown_value(texts, policy, &field.name, &field.value);
    let link = match field.name.as_str() {
        "phone" | "phone2" | "contact_phone" | "complainant_phone" => {
            let digits: String = field
                .value
                .chars()
                .filter(|c| c.is_ascii_digit() || *c == '+')
                .collect();
            Some(format!("tel:{digits}"))
        }
        "email" => Some(format!("mailto:{}", field.value)),
        "website" if field.value.starts_with("https://") || field.value.starts_with("http://") => {
            Some(field.value.clone())
        }
        _ => None,
    };
    match (field.name.as_str(), link) {
        (_, Some(href)) => {
            view! { <a class="link num" href=href rel="external noreferrer">{text}</a> }.into_any()
        }
        ("tags", None) => text
            .split([',', '，'])
            .map(|tag| view! { <span class="tag">{tag.trim().to_owned()}</span> })
            .collect_view()
            .into_any(),
        _ => view! { <span class="lines-kept">{text}</span> }.into_any(),
    }
}
