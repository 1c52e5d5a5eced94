//! What the browser remembers beside the records: a few small values that the page needs before the engine answers.
//!
//! Browsers that refuse storage throw on access; then nothing is remembered, and the page goes on without.

use gloo_storage::{LocalStorage, Storage};
use leptos::prelude::window;
use serde::{Serialize, de::DeserializeOwned};

/// Returns what is remembered under a key; none if there is nothing, or nothing in this form.
pub fn recall<T: DeserializeOwned>(key: &str) -> Option<T> {
    works().then(|| LocalStorage::get(key).ok()).flatten()
}

/// Remembers a value under a key for the next visit, where the browser can.
pub fn remember(key: &str, value: &impl Serialize) {
    if works() {
        let _ = LocalStorage::set(key, value);
    }
}

/// Forgets what is remembered under a key.
pub fn forget(key: &str) {
    if works() {
        LocalStorage::delete(key);
    }
}

fn works() -> bool {
    window()
        .local_storage()
        .is_ok_and(|storage| storage.is_some())
}
