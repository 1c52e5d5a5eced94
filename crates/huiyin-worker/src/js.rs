//! Properties and methods of JavaScript objects that web-sys does not declare (or only behind its unstable flag): Web
//! Locks, transaction durability, random values. Nothing here knows what it is used for.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Returns a property, `undefined` if there is none.
pub fn property(target: &JsValue, name: &str) -> JsValue {
    Reflect::get(target, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// Returns a text property, or none if it is no text.
pub fn text_property(target: &JsValue, name: &str) -> Option<String> {
    property(target, name).as_string()
}

/// Calls a method.
///
/// # Errors
/// What the method throws, or a `TypeError` where there is no such method.
pub fn call(target: &JsValue, method: &str, arguments: &[&JsValue]) -> Result<JsValue, JsValue> {
    let function: Function = property(target, method)
        .dyn_into()
        .map_err(|_| js_sys::TypeError::new(&format!("no method {method}")))?;
    let list = Array::new();
    for argument in arguments {
        list.push(argument);
    }
    Reflect::apply(&function, target, &list)
}

/// Returns a new object with these properties.
pub fn object(properties: &[(&str, &JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in properties {
        // Setting a plain property of a new object cannot fail.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}

/// Returns a promise with the functions that settle it.
pub fn deferred() -> (Promise, Function, Function) {
    let mut settle = None;
    let promise = Promise::new(&mut |resolve, reject| settle = Some((resolve, reject)));
    let (resolve, reject) = settle.expect("a promise calls its executor at once");
    (promise, resolve, reject)
}

/// Returns the name of an exception, for instance `QuotaExceededError`; empty for anything else.
pub fn error_name(error: &JsValue) -> String {
    text_property(error, "name").unwrap_or_default()
}

/// Returns an exception in words, for a log.
pub fn describe(error: &JsValue) -> String {
    let name = error_name(error);
    match text_property(error, "message") {
        Some(message) if !name.is_empty() => format!("{name}: {message}"),
        Some(message) => message,
        None => format!("{error:?}"),
    }
}
