//! The field of a form that names the customer: found while name or phone is typed, or only named.

use huiyin_api::{CustomerRow, ListQuery, Request};
use leptos::prelude::*;

use super::{CUSTOMER, ChosenCustomer, CustomerOffers, RecordForm};
use crate::{
    shell::{ask, keys::enter_presses_offer, live::live},
    texts::use_texts,
    ui::TextField,
};

/// Field of a form that holds the customer's name as it was written.
pub const CUSTOMER_NAME: &str = "customer_name";
/// Letters from which on customers are looked up.
const MIN_LETTERS: usize = 2;
/// Customers offered.
const OFFERS: u32 = 5;

/// The customer: found while name or phone is typed, or only named.
#[component]
pub fn CustomerPick(
    form: RecordForm,
    #[prop(optional)] required: bool,
    #[prop(into)] hint: Signal<String>,
) -> impl IntoView {
    let chosen = Memo::new(move |_| form.draft.get(CUSTOMER));
    move || {
        let id = chosen.get();
        if id.is_empty() {
            view! { <CustomerSearch form required hint /> }.into_any()
        } else {
            view! { <ChosenCustomer draft=form.draft id /> }.into_any()
        }
    }
}

#[component]
fn CustomerSearch(form: RecordForm, required: bool, hint: Signal<String>) -> impl IntoView {
    let t = use_texts();
    let draft = form.draft;
    let typed: Signal<String> = Memo::new(move |_| draft.get(CUSTOMER_NAME)).into();
    let error = Signal::derive(move || {
        form.errors.with(|errors| {
            errors
                .get(CUSTOMER_NAME)
                .or_else(|| errors.get(CUSTOMER))
                .cloned()
                .unwrap_or_default()
        })
    });
    let input = Callback::new(move |value: String| {
        form.errors.update(|errors| {
            errors.remove(CUSTOMER_NAME);
            errors.remove(CUSTOMER);
        });
        draft.put(CUSTOMER_NAME, value);
    });
    let found = live(
        move || {
            let search = typed.with(|typed| typed.trim().to_owned());
            (search.chars().count() >= MIN_LETTERS).then(|| {
                Request::Customers(ListQuery {
                    search,
                    limit: OFFERS,
                    ..ListQuery::default()
                })
            })
        },
        ask::customers,
    );
    let offers = move || {
        if typed.with(|typed| typed.trim().chars().count()) < MIN_LETTERS {
            return None;
        }
        let rows = found
            .value
            .with(|page| page.as_ref().map(|page| page.rows.clone()))?;
        let take = Callback::new(move |row: CustomerRow| {
            draft.put(CUSTOMER_NAME, row.name);
            draft.put(CUSTOMER, row.id);
        });
        (!rows.is_empty()).then(|| view! { <CustomerOffers rows take /> })
    };
    view! {
        <div class="wide finder" on:keydown=enter_presses_offer>
        <TextField
            label=move || t.get().field(CUSTOMER)
            value=typed
            input
            error
            required
            wide=true
            autofocus=true
            hint
        />
        {offers}
        </div>
    }
}
