//! The clock, randomness and the worker's global scope: the only place where this crate asks the browser for them.

use huiyin_engine::Millis;
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::DedicatedWorkerGlobalScope;

use crate::js;

/// Returns the worker's global scope. Only the program in the worker may call it.
pub fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Returns the current time.
pub fn now() -> Millis {
    js_sys::Date::now() as Millis
}

/// Returns 32 bytes from the browser's generator.
pub fn entropy() -> [u8; 32] {
    let bytes = Uint8Array::new_with_length(32);
    let crypto = js::property(&js_sys::global(), "crypto");
    js::call(&crypto, "getRandomValues", &[&bytes])
        .expect("every browser that runs wasm gives random values to a worker");
    let mut drawn = [0; 32];
    bytes.copy_to(&mut drawn);
    drawn
}

/// Returns a text nobody else will choose.
pub fn token() -> String {
    let mut drawn = [0; 16];
    drawn.copy_from_slice(&entropy()[..16]);
    format!("{:032x}", u128::from_le_bytes(drawn))
}

/// Asks the browser, once, not to clear the store when space runs short. Its answer changes nothing here.
pub fn ask_for_persistence() {
    let navigator = js::property(&js_sys::global(), "navigator");
    let storage = js::property(&navigator, "storage");
    if storage.is_object()
        && let Ok(promise) = js::call(&storage, "persist", &[])
    {
        forget_outcome(promise);
    }
}

/// Lets a promise end as it will, without a report of an unhandled rejection.
pub fn forget_outcome(promise: JsValue) {
    wasm_bindgen_futures::spawn_local(async move {
        let _ = JsFuture::from(promise.unchecked_into::<Promise>()).await;
    });
}

/// Calls `act` whenever the device comes back online, for as long as the worker lives.
pub fn when_online(act: impl Fn() + 'static) {
    let handler = Closure::<dyn FnMut()>::new(act).into_js_value();
    scope().set_ononline(Some(handler.unchecked_ref()));
}

/// Writes a line to the console.
pub fn log(line: &str) {
    web_sys::console::warn_1(&line.into());
}
