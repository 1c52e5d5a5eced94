//! Messages with this worker's page: JSON text, and file bytes beside it.

use huiyin_api::FromWorker;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MessageEvent;

use crate::environment::scope;
use crate::file::Content;
use crate::js;

/// Calls `heard` with text and content of every message the page posts, for as long as the worker lives.
pub fn listen(heard: impl Fn(String, Option<Content>) + 'static) {
    let handler = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let message = event.data();
        if let Some(text) = js::text_property(&message, "text") {
            heard(text, Content::of(&message));
        }
    });
    scope().set_onmessage(Some(handler.into_js_value().unchecked_ref()));
}

/// Posts a message to the page.
pub fn post(message: &FromWorker, bytes: Option<&Uint8Array>) {
    post_text(&encode(message), bytes);
}

/// Posts a message that is JSON text of [`FromWorker`] already.
pub fn post_text(text: &str, bytes: Option<&Uint8Array>) {
    let message = js::object(&[
        ("text", &text.into()),
        ("bytes", bytes.map_or(&JsValue::UNDEFINED, AsRef::as_ref)),
    ]);
    let transfer = Array::new();
    if let Some(bytes) = bytes {
        transfer.push(&bytes.buffer());
    }
    scope()
        .post_message_with_transfer(&message, &transfer)
        .expect("text and bytes can be posted");
}

/// Returns a message as JSON text.
pub fn encode(message: &FromWorker) -> String {
    serde_json::to_string(message).expect("plain data has a JSON form")
}
