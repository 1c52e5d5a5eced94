//! The customer of a case, found by the phone while it is typed, or given by the address.

use huiyin_api::{CustomerRow, Request};
use leptos::prelude::*;

use crate::{
    pages::shared::{CUSTOMER, ChosenCustomer, CustomerOffers},
    shell::{ask, drafts::Draft, live::live},
    texts::use_texts,
};

/// Digits from which on the phone is looked up.
const MIN_DIGITS: usize = 4;
const PHONE: &str = "complainant_phone";
const NAME: &str = "complainant_name";

/// Links the customer to the case and fills in name and phone where they are empty.
pub fn take(draft: Draft, row: &CustomerRow) {
    draft.put(CUSTOMER, row.id.clone());
    if draft.peek(NAME).trim().is_empty() {
        let name = if row.contact.is_empty() {
            row.name.clone()
        } else {
            row.contact.clone()
        };
        draft.put(NAME, name);
    }
    if !row.phone.is_empty() {
        draft.put(PHONE, row.phone.clone());
    }
}

/// Beneath the phone: customers to choose from, or the one chosen.
#[component]
pub fn CustomerFinder(draft: Draft) -> impl IntoView {
    let chosen = Memo::new(move |_| draft.get(CUSTOMER));
    move || {
        let id = chosen.get();
        if id.is_empty() {
            view! { <Offers draft /> }.into_any()
        } else {
            view! { <ChosenCustomer draft id /> }.into_any()
        }
    }
}

#[component]
fn Offers(draft: Draft) -> impl IntoView {
    let t = use_texts();
    let typed = Memo::new(move |_| {
        let phone = draft.get(PHONE);
        let digits = phone.chars().filter(char::is_ascii_digit).count();
        (digits >= MIN_DIGITS).then_some(phone)
    });
    let found = live(
        move || {
            typed.get().map(|search| {
                Request::Customers(huiyin_api::ListQuery {
                    search,
                    limit: 5,
                    ..huiyin_api::ListQuery::default()
                })
            })
        },
        ask::customers,
    );
    move || {
        typed.get()?;
        let rows = found
            .value
            .with(|page| page.as_ref().map(|page| page.rows.clone()))?;
        if rows.is_empty() {
            return Some(
                view! { <p class="wide hint-line muted">{move || t.get().cases.found_none}</p> }
                    .into_any(),
            );
        }
        Some(
            view! { <CustomerOffers rows take=Callback::new(move |row| take(draft, &row)) /> }
                .into_any(),
        )
    }
}
