//! Chooses the column a list is grouped by; kept on the device for the person at it.

use leptos::prelude::*;

use super::{
    columns::title,
    grouping::{OF_CASES, OF_CUSTOMERS},
    layout::keep,
};
use crate::{
    pages::shared::FilterChip,
    shell::{engine::use_engine, list_memory::ListState, session::use_session},
    texts::use_texts,
};

/// The chip.
#[component]
pub fn GroupChip(
    /// The list is that of cases.
    cases: bool,
    state: ListState,
) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let session = use_session();
    let choices = Signal::derive(move || {
        let texts = t.get();
        let all = (String::new(), texts.lists.group.to_owned());
        let named = if cases { OF_CASES } else { OF_CUSTOMERS }
            .iter()
            .map(|name| {
                let name_of = title(texts, cases, name);
                ((*name).to_owned(), (texts.lists.group_by)(&name_of))
            });
        std::iter::once(all).chain(named).collect::<Vec<_>>()
    });
    view! {
        <FilterChip
            label=move || t.get().lists.group
            chosen=Signal::derive(move || state.query.with(|query| query.group.clone()))
            choices
            choose=move |group: String| {
                state.change(|query| query.group = group);
                keep(engine, session, cases, state);
            }
        />
    }
}
