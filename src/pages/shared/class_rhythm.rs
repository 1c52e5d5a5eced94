//! How often a customer's class wants a contact, against the last one: where a contact or a case begins.

use huiyin_api::ClassView;
use leptos::prelude::*;

use crate::{
    shell::{intl, policy::use_policy},
    texts::{grading, use_texts},
};

/// One line; nothing for a customer without a class.
#[component]
pub fn ClassRhythm(#[prop(into)] class: Signal<ClassView>) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    move || {
        let class = class.get();
        (!class.class.is_empty()).then(|| {
            let texts = t.get();
            let words = grading::of(texts.language);
            let months = policy
                .class_rule(&class.class)
                .map_or(0, |rule| rule.contact_months);
            let last = match class.last_contact {
                Some(at) => (words.last_contact)(&intl::date(texts.language, at)),
                None => words.no_contact.to_owned(),
            };
            let mut parts = vec![policy.class(texts, &class.class)];
            if months > 0 {
                parts.extend([(words.rhythm)(months), last]);
            }
            view! { <span class="muted">" " {parts.join(" · ")}</span> }
        })
    }
}
