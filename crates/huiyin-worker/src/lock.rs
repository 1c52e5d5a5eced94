//! The Web Lock that makes one worker the leader. Web Locks exist only in secure contexts (https, localhost); elsewhere
//! the lead is settled by beats and the store's leader epoch alone.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, AbortSignal};

use crate::{LOCK_NAME, js};

/// How to ask for the lock.
#[derive(Debug, Clone)]
pub enum Ask {
    /// Only if nobody holds it.
    IfFree,
    /// Wait for it until it is free or the wait is given up.
    Wait(AbortSignal),
    /// Take it from whoever holds it.
    Steal,
}

/// What became of a request for the lock.
pub enum Outcome {
    /// The lock is ours.
    Held(Held),
    /// Another holds it, or the wait was given up.
    NotNow,
    /// The browser gives this page no locks, as where it gives no storage.
    Refused,
}

/// The lock while it is held. Dropping it gives the lock back.
pub struct Held {
    release: Function,
}

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.release.call0(&JsValue::UNDEFINED);
    }
}

/// Returns whether this browser, in this context, has Web Locks.
pub fn available() -> bool {
    lock_manager().is_object()
}

fn lock_manager() -> JsValue {
    js::property(&js::property(&js_sys::global(), "navigator"), "locks")
}

/// Returns a way to give up a wait.
pub fn abort_controller() -> AbortController {
    AbortController::new().expect("a browser with Web Locks has AbortController")
}

/// Asks for the lock. `outcome` is called once. `stolen` is called if the lock, once held, is taken away.
pub fn request(
    ask: &Ask,
    outcome: impl FnOnce(Outcome) + 'static,
    stolen: impl FnOnce() + 'static,
) {
    let options = match ask {
        Ask::IfFree => js::object(&[("ifAvailable", &JsValue::TRUE)]),
        Ask::Wait(signal) => js::object(&[("signal", signal)]),
        Ask::Steal => js::object(&[("steal", &JsValue::TRUE)]),
    };
    let held = Rc::new(Cell::new(false));
    let outcome = Rc::new(Cell::new(Some(outcome)));
    let granted = {
        let (held, outcome) = (held.clone(), outcome.clone());
        Closure::once_into_js(move |lock: JsValue| -> JsValue {
            let Some(outcome) = outcome.take() else {
                return JsValue::UNDEFINED;
            };
            if lock.is_null() || lock.is_undefined() {
                outcome(Outcome::NotNow);
                return JsValue::UNDEFINED;
            }
            held.set(true);
            let (promise, release, _) = js::deferred();
            outcome(Outcome::Held(Held { release }));
            promise.into()
        })
    };
    let requested = js::call(
        &lock_manager(),
        "request",
        &[&LOCK_NAME.into(), &options, &granted],
    );
    spawn_local(async move {
        let end = match requested {
            Ok(promise) => JsFuture::from(promise.unchecked_into::<Promise>()).await,
            Err(error) => Err(error),
        };
        let Err(error) = end else { return };
        if held.get() {
            stolen();
        } else if let Some(outcome) = outcome.take() {
            // A wait given up ends so. **Source:** Web Locks API, `request()`.
            outcome(if js::error_name(&error) == "AbortError" {
                Outcome::NotNow
            } else {
                Outcome::Refused
            });
        }
    });
}
