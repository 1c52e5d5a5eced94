//! The program in its worker: one message in, one message out.
//!
//! `{ask: "read", bytes, sheet?}` is answered with `{sheet, sheets, bytes}` (sheets: names by line), `{ask: "write", text}` (JSON of
//! [`crate::write::Export`]) with `{bytes}`; what fails with `{problem}`, the name of the error. `{ready: true}` comes first.

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::{MAX_FILE_BYTES, read, write};

/// Listens to the page for as long as the worker lives.
pub fn start() {
    console_error_panic_hook::set_once();
    let handler = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| {
        let reply = answer(&event.data()).unwrap_or_else(|problem| {
            let reply = Object::new();
            set(&reply, "problem", &problem.into());
            reply
        });
        post(&reply);
    });
    scope().set_onmessage(Some(handler.into_js_value().unchecked_ref()));
    let ready = Object::new();
    set(&ready, "ready", &JsValue::TRUE);
    post(&ready);
}

fn answer(message: &JsValue) -> Result<Object, &'static str> {
    let reply = Object::new();
    let bytes = match text(message, "ask").as_deref() {
        Some("read") => {
            let file: Uint8Array = property(message, "bytes")
                .dyn_into()
                .map_err(|_| read::ReadError::NotAWorkbook.name())?;
            // Before it is copied here.
            if file.length() as usize > MAX_FILE_BYTES {
                return Err(read::ReadError::TooLarge.name());
            }
            let sheet = text(message, "sheet");
            let table =
                read::table(&file.to_vec(), sheet.as_deref()).map_err(read::ReadError::name)?;
            set(&reply, "sheet", &table.sheet.into());
            set(&reply, "sheets", &table.sheets.join("\n").into());
            Uint8Array::from(table.csv.as_bytes())
        }
        Some("write") => {
            let json = text(message, "text").unwrap_or_default();
            let file = write::workbook_of_json(&json).map_err(|error| error.name())?;
            Uint8Array::from(&file[..])
        }
        _ => return Err("not_understood"),
    };
    set(&reply, "bytes", &bytes);
    Ok(reply)
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn post(reply: &Object) {
    let transfer = Array::new();
    if let Ok(bytes) = property(reply, "bytes").dyn_into::<Uint8Array>() {
        transfer.push(&bytes.buffer());
    }
    scope()
        .post_message_with_transfer(reply, &transfer)
        .expect("texts and bytes can be posted");
}

fn property(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

fn text(object: &JsValue, name: &str) -> Option<String> {
    property(object, name).as_string()
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // Setting a plain property of a fresh object cannot fail.
    let _ = Reflect::set(object, &name.into(), value);
}
