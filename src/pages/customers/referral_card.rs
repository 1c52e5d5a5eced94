//! Customers a referrer brought who came to an event, and the points earned; hidden while there are none.

use huiyin_api::{CustomerRecord, ReferralEntry};
use leptos::prelude::*;

use crate::{
    shell::{base::use_base, intl},
    texts::{allocation, use_texts},
};

/// The card.
#[component]
pub fn ReferralCard(record: Signal<CustomerRecord>) -> impl IntoView {
    let t = use_texts();
    let view = Memo::new(move |_| record.with(|record| record.referral.clone()));
    move || {
        view.get().map(|view| {
            let (customers, brought, spent) = (view.customers, view.brought, view.spent);
            let count = move |number: u32| intl::count(t.language(), u64::from(number));
            let sum = move || {
                let total = count(brought.saturating_add(spent));
                (allocation::of(t.language()).referral_sum)(&count(customers), &total)
            };
            let parts = move || {
                (allocation::of(t.language()).referral_parts)(&count(brought), &count(spent))
            };
            let lines = view
                .entries
                .into_iter()
                .map(|entry| view! { <Line entry /> })
                .collect_view();
            view! {
                <section class="card">
                    <header class="card-head">
                        <h2>{move || allocation::of(t.language()).referral}</h2>
                        <span class="num">{sum}</span>
                    </header>
                    <p class="muted pad num">{parts}</p>
                    <ul class="people-lines">{lines}</ul>
                </section>
            }
            .into_any()
        })
    }
}

#[component]
fn Line(entry: ReferralEntry) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let link = base.href(&format!("/customers/{}", entry.customer));
    let (at, sold) = (entry.at, entry.sold);
    let closed = move || {
        (sold != 0).then(|| {
            let amount = intl::amount(t.language(), sold);
            (allocation::of(t.language()).referral_sold)(&amount)
        })
    };
    view! {
        <li class="people-line">
            <span class="people-line-main">
                <a class="link strong" href=link>{entry.name}</a>
                <span>{entry.event}</span>
                <span class="muted num">{move || intl::date(t.language(), at)}</span>
            </span>
            <span class="num">{closed}</span>
        </li>
    }
    .into_any()
}
