//! Who took part in the sharing out of leads.

use leptos::prelude::*;

use super::page::Sharing;
use crate::{
    pages::shared::NameTicks,
    shell::intl,
    texts::{leads, use_texts},
};

/// Ticks for those who took part, and whether those with fewer customers come first.
#[component]
pub fn Who(
    /// Names with how many customers each looks after.
    staff: Memo<Vec<(String, u32)>>,
    state: Sharing,
) -> impl IntoView {
    let t = use_texts();
    let names = Signal::derive(move || {
        let texts = leads::of(t.language());
        let has = |(name, holds): (String, u32)| {
            let count = intl::count(t.language(), u64::from(holds));
            (name, (texts.holds)(&count))
        };
        staff.get().into_iter().map(has).collect::<Vec<_>>()
    });
    let ticked = Signal::derive(move || state.query.with(|query| query.staff.clone()));
    let tick = move |staff: Vec<String>| state.query.update(|query| query.staff = staff);
    let level = move || state.query.with(|query| query.level);
    let change = move |_| state.query.update(|query| query.level = !query.level);
    view! {
        <section class="card card-body">
            <div class="form">
                <NameTicks label=move || leads::of(t.language()).who names ticked change=tick />
                <label class="checkbox wide">
                    <input type="checkbox" prop:checked=level on:change=change />
                    <span>{move || leads::of(t.language()).level}</span>
                </label>
            </div>
        </section>
    }
    .into_any()
}
