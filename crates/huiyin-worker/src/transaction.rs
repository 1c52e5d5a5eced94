//! One IndexedDB transaction: begin it with a durability, await its end, and tell its faults apart.

use huiyin_engine::{Durability, StoreError, Table};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbTransaction};

use crate::js;

/// Why a transaction did not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// No space left.
    Full,
    /// The browser gives no storage.
    Refused(String),
    /// The store belongs to a newer format.
    Newer,
    /// The store's leader epoch is not ours.
    LostLead,
    /// The connection died or the browser failed; on a new connection it may succeed.
    Broken(String),
}

impl Fault {
    /// Returns the fault an exception stands for. Names of exceptions: **Source:** Indexed Database API 3.0 and Web IDL.
    pub fn of(error: &JsValue) -> Self {
        let words = js::describe(error);
        match js::error_name(error).as_str() {
            "QuotaExceededError" => Self::Full,
            "SecurityError" | "NotAllowedError" => Self::Refused(words),
            // Chromium, where a site may keep nothing ("The user denied permission to access the database").
            "UnknownError" if words.contains("denied permission") => Self::Refused(words),
            "VersionError" => Self::Newer,
            _ => Self::Broken(words),
        }
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Full => Self::Full,
            Fault::Refused(reason) => Self::Refused(reason),
            Fault::Newer => Self::Refused("the store was written by a newer version".to_owned()),
            Fault::LostLead => Self::LostLead,
            Fault::Broken(reason) => Self::Failed(reason),
        }
    }
}

/// What a transaction may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Read only.
    Read,
    /// Read and write, reaching the disk as hard as named.
    Write(Durability),
}

/// Begins a transaction over `tables` (at least one).
///
/// # Errors
/// The exception, as a fault: a dead connection throws here.
pub fn begin(
    database: &IdbDatabase,
    tables: impl IntoIterator<Item = Table>,
    access: Access,
) -> Result<IdbTransaction, Fault> {
    let names: Array = tables
        .into_iter()
        .map(|table| JsValue::from_str(table.name()))
        .collect();
    let (mode, options) = match access {
        Access::Read => ("readonly", JsValue::UNDEFINED),
        Access::Write(durability) => {
            let name = match durability {
                Durability::Strict => "strict",
                Durability::Relaxed => "relaxed",
            };
            (
                "readwrite",
                js::object(&[("durability", &JsValue::from_str(name))]),
            )
        }
    };
    js::call(
        database,
        "transaction",
        &[&names, &JsValue::from_str(mode), &options],
    )
    .map(JsCast::unchecked_into)
    .map_err(|error| Fault::of(&error))
}

/// Waits until the transaction is stored.
///
/// # Errors
/// Why it was rolled back.
pub async fn finished(transaction: &IdbTransaction) -> Result<(), Fault> {
    let (promise, resolve, reject) = js::deferred();
    transaction.set_oncomplete(Some(&resolve));
    transaction.set_onabort(Some(&reject));
    let end = JsFuture::from(promise).await;
    transaction.set_oncomplete(None);
    transaction.set_onabort(None);
    match end {
        Ok(_) => Ok(()),
        Err(_) => Err(transaction.error().map_or_else(
            || Fault::Broken("the transaction was rolled back".to_owned()),
            |error| Fault::of(&error),
        )),
    }
}
