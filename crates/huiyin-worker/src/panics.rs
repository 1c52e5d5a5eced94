//! A panic ends the engine, never the page: the page is told by an `error` event on the worker, and starts a new one.
//! What is left of this worker falls silent, so that no other takes it for a leader that lives.

use std::cell::Cell;

use wasm_bindgen::JsValue;

use crate::js;

thread_local! {
    static HAPPENED: Cell<bool> = const { Cell::new(false) };
}

/// Makes panics known from now on.
pub fn report_to_page() {
    std::panic::set_hook(Box::new(|panic| {
        HAPPENED.set(true);
        console_error_panic_hook::hook(panic);
        // A panic within a promise would end as an unhandled rejection, which the page does not hear of.
        let error: JsValue = js_sys::Error::new(&panic.to_string()).into();
        let _ = js::call(&js_sys::global(), "reportError", &[&error]);
    }));
}

/// Returns whether this worker has panicked and must keep silent.
pub fn happened() -> bool {
    HAPPENED.get()
}
