//! What the browser promises about this device's storage: kept or swept away, how much is used.

use js_sys::Promise;
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{StorageEstimate, StorageManager};

/// The browser's word on storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceStorage {
    /// The browser will not clear it by itself.
    pub kept: bool,
    /// Bytes in use, as far as the browser tells.
    pub used: u64,
    /// Bytes this app may use; 0 if not told.
    pub quota: u64,
}

/// Returns the browser's word, or none where it gives none (no secure context, old browsers).
pub async fn read() -> Option<DeviceStorage> {
    let storage = manager()?;
    let kept = settled(storage.persisted()).await?.is_truthy();
    let estimate = settled(storage.estimate()).await;
    let estimate = estimate.map(JsCast::unchecked_into::<StorageEstimate>);
    let bytes = |pick: fn(&StorageEstimate) -> Option<f64>| {
        estimate.as_ref().and_then(pick).unwrap_or_default() as u64
    };
    Some(DeviceStorage {
        kept,
        used: bytes(StorageEstimate::get_usage),
        quota: bytes(StorageEstimate::get_quota),
    })
}

/// Asks the browser to keep the storage. Returns whether it will.
pub async fn ask_to_keep() -> bool {
    let Some(storage) = manager() else {
        return false;
    };
    settled(storage.persist())
        .await
        .is_some_and(|kept| kept.is_truthy())
}

fn manager() -> Option<StorageManager> {
    let storage = window().navigator().storage();
    let value: &JsValue = storage.as_ref();
    (!value.is_undefined()).then_some(storage)
}

async fn settled(promise: Result<Promise, JsValue>) -> Option<JsValue> {
    JsFuture::from(promise.ok()?).await.ok()
}
