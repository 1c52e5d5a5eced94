//! The customer of a case, found by the phone while it is typed, or given by the address.

use huiyin_api::{CustomerRow, Request};
use leptos::prelude::*;

use crate::{
    shell::{ask, drafts::Draft, live::live},
    texts::use_texts,
    ui::{Button, Glyph, Icon, Look},
};

/// Digits from which on the phone is looked up.
const MIN_DIGITS: usize = 4;
/// Field that links the customer.
const CUSTOMER: &str = "customer";
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
            view! { <Chosen draft id /> }.into_any()
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
        let offers = rows
            .into_iter()
            .map(|row| {
                let name = row.name.clone();
                let label = move || (t.get().cases.take_customer)(&name);
                let detail = [row.phone.clone(), row.city.clone()]
                    .into_iter()
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join(" · ");
                let shown = row.name.clone();
                view! {
                    <li>
                        <button type="button" class="offer" aria-label=label on:click=move |_| take(draft, &row)>
                            <Icon glyph=Glyph::Person />
                            <strong>{shown}</strong>
                            <span class="muted num">{detail}</span>
                        </button>
                    </li>
                }
            })
            .collect_view();
        Some(
            view! {
                <div class="wide offers" role="group" aria-label=move || t.get().cases.found>
                    <span class="muted">{move || t.get().cases.found}</span>
                    <ul>{offers}</ul>
                </div>
            }
            .into_any(),
        )
    }
}

/// The customer chosen, who can be taken off again.
#[component]
pub fn Chosen(draft: Draft, id: String) -> impl IntoView {
    let t = use_texts();
    let found = live(
        move || Some(Request::Customer { id: id.clone() }),
        ask::customer,
    );
    let name = move || {
        found.value.with(|record| {
            record
                .as_ref()
                .map(|record| format!("{} · {}", record.row.name, record.row.number))
                .unwrap_or_default()
        })
    };
    view! {
        <div class="wide notice plain">
            <Icon glyph=Glyph::Person />
            <span>
                {move || t.get().cases.customer_taken} ": " <strong>{name}</strong>
            </span>
            <Button look=Look::Quiet press=move || draft.put(CUSTOMER, String::new())>
                {move || t.get().cases.customer_remove}
            </Button>
        </div>
    }
}
