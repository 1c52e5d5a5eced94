//! Editing a customer: only what is changed is written.

use std::collections::BTreeMap;

use huiyin_api::{CustomerRecord, Problem, Request};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;

use super::form::CustomerForm;
use crate::{
    shell::{ask, engine::use_engine, title::set_title},
    texts::use_texts,
    ui::{ErrorState, PageHead, Skeleton},
};

/// The screen that edits a customer.
#[component]
pub fn EditCustomerPage() -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    set_title(move || t.get().customers.edit);
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let record = RwSignal::new(None::<CustomerRecord>);
    let problem = RwSignal::new(None::<Problem>);
    // Read once: a change arriving meanwhile must not touch what is being typed.
    Effect::new(move |_| {
        let id = id.get();
        spawn_local(async move {
            match engine.get(Request::Customer { id }, ask::customer).await {
                Ok(found) => {
                    record.try_set(Some(found));
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    });
    let subtitle = move || {
        record.with(|record| {
            record
                .as_ref()
                .map(|record| format!("{} · {}", record.row.name, record.row.number))
                .unwrap_or_default()
        })
    };
    let form = move || match record.get() {
        Some(record) => {
            let original: BTreeMap<String, String> = record
                .fields
                .into_iter()
                .map(|field| (field.name, field.value))
                .collect();
            view! { <CustomerForm id=record.row.id original /> }.into_any()
        }
        None if problem.with(Option::is_some) => view! { <ErrorState problem /> }.into_any(),
        None => view! { <Skeleton lines=8 /> }.into_any(),
    };
    view! {
        <div class="form-page">
            <PageHead title=move || t.get().customers.edit subtitle />
            {form}
        </div>
    }
}
