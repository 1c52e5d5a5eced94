//! The figure on the icon of the installed app: what is overdue and what waits for a signature.

use js_sys::{Function, Promise, Reflect};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::day::use_day;

/// Keeps the badge current while the calling view is shown. Browsers without badges are left alone.
pub fn follow() {
    let day = use_day();
    let count = Memo::new(move |_| {
        day.live().value.with(|home| {
            home.as_ref()
                .map_or(0, |home| home.overdue_total + home.desk.approvals_total)
        })
    });
    Effect::new(move |_| show(count.get()));
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
