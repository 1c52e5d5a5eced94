//! The figure on the icon of the installed app: the person's own cases that are overdue or due within a day, and what waits for the
//! person's signature.

use huiyin_api::{DueState, HomeView};
use js_sys::{Function, Promise, Reflect};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::day::use_day;

/// Keeps the badge current while the calling view is shown. Browsers without badges are left alone.
pub fn follow() {
    let day = use_day();
    let count = Memo::new(move |_| day.live().value.with(|home| home.as_ref().map_or(0, own)));
    Effect::new(move |_| show(count.get()));
}

/// Returns what of my day is the person's own and cannot wait.
fn own(home: &HomeView) -> u32 {
    let due =
        |row: &&huiyin_api::CaseRow| matches!(row.due_state, DueState::Overdue | DueState::Soon);
    home.mine.iter().filter(due).count() as u32 + home.desk.approvals_total
}

fn show(count: u32) {
    let navigator: JsValue = window().navigator().into();
    let method = if count > 0 {
        "setAppBadge"
    } else {
        "clearAppBadge"
    };
    let function = Reflect::get(&navigator, &method.into())
        .ok()
        .and_then(|function| function.dyn_into::<Function>().ok());
    let promise = function
        .and_then(|function| {
            if count > 0 {
                function.call1(&navigator, &JsValue::from_f64(f64::from(count)))
            } else {
                function.call0(&navigator)
            }
            .ok()
        })
        .and_then(|promise| promise.dyn_into::<Promise>().ok());
    if let Some(promise) = promise {
        spawn_local(async move {
            // A refusal (the app is not installed) harms nobody.
            let _ = JsFuture::from(promise).await;
        });
    }
}

#[cfg(test)]
mod tests {
    use huiyin_api::CaseRow;

    use super::*;

    #[test]
    fn what_is_due_soon_overdue_or_waits_for_a_signature_counts() {
        let row = |due_state| CaseRow {
            due_state,
            ..CaseRow::default()
        };
        let mut home = HomeView {
            mine: vec![
                row(DueState::Overdue),
                row(DueState::Soon),
                row(DueState::OnTime),
                row(DueState::None),
            ],
            overdue_total: 9,
            ..HomeView::default()
        };
        assert_eq!(own(&home), 2);
        home.desk.approvals_total = 3;
        assert_eq!(own(&home), 5);
        assert_eq!(own(&HomeView::default()), 0);
    }
}
