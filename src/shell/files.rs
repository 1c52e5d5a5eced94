//! Files in and out, links to the clipboard, and whether the page is seen.

use js_sys::{Array, Reflect, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, Url};

/// Returns the bytes of a file the user chose, or none if it cannot be read.
pub async fn read_file(file: &File) -> Option<Uint8Array> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer))
}

/// Returns the text of a file the user chose: UTF-8, or else GB18030 as older programs write it. None if it cannot be read.
pub async fn read_text(file: &File) -> Option<String> {
    let bytes = read_file(file).await?;
    match String::from_utf8(bytes.to_vec()) {
        Ok(text) => Some(text),
        Err(_) => decoded(&bytes, "gb18030"),
    }
}

/// Returns text in an encoding that the browser knows.
fn decoded(bytes: &Uint8Array, encoding: &str) -> Option<String> {
    let maker = Reflect::get(&js_sys::global(), &"TextDecoder".into()).ok()?;
    let maker: js_sys::Function = maker.dyn_into().ok()?;
    let decoder = Reflect::construct(&maker, &Array::of1(&encoding.into())).ok()?;
    let decode = Reflect::get(&decoder, &"decode".into()).ok()?;
    let decode: js_sys::Function = decode.dyn_into().ok()?;
    decode.call1(&decoder, bytes).ok()?.as_string()
}

/// Returns a file with a text, as if the user had chosen it.
pub fn text_file(name: &str, text: &str) -> Option<File> {
    let bytes = Uint8Array::from(text.as_bytes());
    File::new_with_u8_array_sequence(&Array::of1(&bytes), name).ok()
}

/// Offers bytes as a download. Returns false where the browser refuses.
pub fn save_file(name: &str, media: &str, bytes: &Uint8Array) -> bool {
    offer(name, media, bytes).is_some()
}

fn offer(name: &str, media: &str, bytes: &Uint8Array) -> Option<()> {
    let parts = Array::of1(bytes);
    let kind = BlobPropertyBag::new();
    kind.set_type(media);
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &kind).ok()?;
    let url = Url::create_object_url_with_blob(&blob).ok()?;
    let anchor: HtmlAnchorElement = document().create_element("a").ok()?.dyn_into().ok()?;
    anchor.set_href(&url);
    anchor.set_download(name);
    anchor.click();
    // The download has taken its own reference by the time this runs.
    set_timeout(
        move || {
            let _ = Url::revoke_object_url(&url);
        },
        std::time::Duration::from_mins(1),
    );
    Some(())
}

/// Puts text on the clipboard. Returns false where the browser refuses.
pub async fn copy_text(text: &str) -> bool {
    let navigator: JsValue = window().navigator().into();
    let Ok(clipboard) = Reflect::get(&navigator, &"clipboard".into()) else {
        return false;
    };
    let write = Reflect::get(&clipboard, &"writeText".into())
        .ok()
        .and_then(|write| write.dyn_into::<js_sys::Function>().ok());
    let promise = write
        .and_then(|write| write.call1(&clipboard, &text.into()).ok())
        .and_then(|promise| promise.dyn_into::<js_sys::Promise>().ok());
    match promise {
        Some(promise) => JsFuture::from(promise).await.is_ok(),
        None => false,
    }
}

/// Opens the browser's print dialog.
pub fn print() {
    // A browser that refuses shows why itself.
    let _ = window().print();
}

/// Opens the page anew.
pub fn reload() {
    // A browser that refuses leaves the page as it is.
    let _ = window().location().reload();
}

/// Opens an address in place of the page.
pub fn open(address: &str) {
    // A browser that refuses leaves the page as it is.
    let _ = window().location().replace(address);
}

/// Returns whether the page is hidden, so that it draws no frames.
pub fn page_hidden() -> bool {
    let document: JsValue = document().into();
    Reflect::get(&document, &"hidden".into())
        .ok()
        .and_then(|hidden| hidden.as_bool())
        .unwrap_or(false)
}

/// Returns a plain name for this device, such as `Chrome · Windows`.
pub fn device_name() -> String {
    let agent = window().navigator().user_agent().unwrap_or_default();
    let pick = |table: &[(&str, &'static str)], other| {
        table
            .iter()
            .find(|(mark, _)| agent.contains(mark))
            .map_or(other, |(_, name)| *name)
    };
    let browser = pick(
        &[
            ("MicroMessenger", "WeChat"),
            ("Edg/", "Edge"),
            ("Firefox/", "Firefox"),
            ("Chrome/", "Chrome"),
            ("Safari/", "Safari"),
        ],
        "Browser",
    );
    let system = pick(
        &[
            ("Android", "Android"),
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Windows", "Windows"),
            ("Mac OS", "Mac"),
            ("Linux", "Linux"),
        ],
        "",
    );
    if system.is_empty() {
        browser.to_owned()
    } else {
        format!("{browser} · {system}")
    }
}
