//! While a customer is entered: who has the phone already, and who is alike by name, phones, card and plate.

use std::collections::BTreeMap;

use huiyin_api::{AlikeRow, Request};
use huiyin_core::duplicate::Shared;
use leptos::prelude::*;

use crate::{
    pages::people::in_common,
    shell::{ask, base::use_base, drafts::Draft, intl, live::live},
    texts::use_texts,
    ui::{Glyph, Icon},
};

/// Digits of a phone from which on it is worth asking.
const MIN_DIGITS: usize = 5;
/// Fields that tell customers apart while they are typed.
const TELLING: [&str; 6] = [
    "name",
    "phone",
    "phone2",
    "contact_phone",
    "card_number",
    "plate",
];
/// Those of which a few characters say enough to ask.
const NUMBERS: [&str; 5] = ["phone", "phone2", "contact_phone", "card_number", "plate"];

/// Returns the customers like the one being entered, current, without `except`.
pub fn alike(draft: Draft, except: Option<String>) -> Signal<Vec<AlikeRow>> {
    let typed = Memo::new(move |_| {
        let fields: BTreeMap<String, String> = TELLING
            .into_iter()
            .map(|field| (field.to_owned(), draft.get(field)))
            .filter(|(_, value)| !value.trim().is_empty())
            .collect();
        let long = |field: &&str| {
            fields.get(*field).is_some_and(|value| {
                value.chars().filter(|c| c.is_alphanumeric()).count() >= MIN_DIGITS
            })
        };
        NUMBERS.iter().any(long).then_some(fields)
    });
    let found = live(
        move || {
            typed.get().map(|fields| Request::Alike {
                fields,
                except: except.clone(),
            })
        },
        ask::alike,
    );
    Signal::derive(move || {
        if typed.with(Option::is_none) {
            return Vec::new();
        }
        found.value.get().unwrap_or_default()
    })
}

/// The hint beneath the phone: links to those customers. One that is alike by more than digits is named as such.
#[component]
pub fn SamePhoneHint(found: Signal<Vec<AlikeRow>>) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    move || {
        let rows = found.get();
        (!rows.is_empty()).then(|| {
            let texts = t.get();
            let phone_only = rows
                .iter()
                .all(|row| row.score == 0 || row.shared == [Shared::Phone]);
            let words = if !phone_only {
                texts.people.alike.to_owned()
            } else if rows.len() == 1 {
                texts.customers.same_phone_one.to_owned()
            } else {
                let count = intl::number(texts.language, rows.len() as f64);
                (texts.customers.same_phone)(&count)
            };
            let links = rows
                .into_iter()
                .map(|found| {
                    let why = if phone_only {
                        String::new()
                    } else {
                        in_common(texts, &found.shared)
                    };
                    view! {
                        <a class="link" title=why href=base.href(&format!("/customers/{}", found.row.id))>
                            {found.row.name}
                        </a>
                    }
                })
                .collect_view();
            view! {
                <div class="notice wide" role="status">
                    <Icon glyph=Glyph::Person />
                    <span>{words}</span>
                    {links}
                </div>
            }
        })
    }
}
