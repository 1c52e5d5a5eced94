//! The customer a form is about: those found while something is typed, and the one chosen.

use huiyin_api::{CustomerRow, Request};
use leptos::prelude::*;

use super::ClassRhythm;
use crate::{
    shell::{ask, drafts::Draft, live::live},
    texts::use_texts,
    ui::{Button, Glyph, Icon, Look},
};

/// Field of a form that links the customer.
pub const CUSTOMER: &str = "customer";

/// Customers to choose from, one button each.
#[component]
pub fn CustomerOffers(rows: Vec<CustomerRow>, take: Callback<CustomerRow>) -> impl IntoView {
    let t = use_texts();
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
                    <button
                        type="button"
                        class="offer"
                        aria-label=label
                        on:click=move |_| take.run(row.clone())
                    >
                        <Icon glyph=Glyph::Person />
                        <strong>{shown}</strong>
                        <span class="muted num">{detail}</span>
                    </button>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="wide offers" role="group" aria-label=move || t.get().cases.found>
            <span class="muted">{move || t.get().cases.found}</span>
            <ul>{offers}</ul>
        </div>
    }
}

/// The customer chosen, who can be taken off again.
#[component]
pub fn ChosenCustomer(draft: Draft, id: String) -> impl IntoView {
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
    let class = Signal::derive(move || {
        found.value.with(|record| {
            record
                .as_ref()
                .map(|record| record.file.class.clone())
                .unwrap_or_default()
        })
    });
    view! {
        <div class="wide notice plain">
            <Icon glyph=Glyph::Person />
            <span>
                {move || t.get().cases.customer_taken} ": " <strong>{name}</strong> <ClassRhythm class />
            </span>
            <Button look=Look::Quiet press=move || draft.put(CUSTOMER, String::new())>
                {move || t.get().cases.customer_remove}
            </Button>
        </div>
    }
}
