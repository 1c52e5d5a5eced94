//! A folder of the person's own that backups are written to, where the browser can: the handle, the right to write, the files.
//!
//! The handle is kept in a small database of its own, because nothing else in a browser can hold one. It names a folder and no
//! customer. The right to write may end at any time; asking for it again needs a press of the person.
//!
//! **Source:** File System Access API (WICG), `showDirectoryPicker`, `queryPermission`, `requestPermission`; Chromium has it, on
//! computers. No types of web-sys are used: those are behind a flag that would rebuild everything.

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// Backups kept in the folder; older ones of the same company are removed.
pub const KEPT_BACKUPS: usize = 7;
/// End of the names of backups.
const ENDING: &str = ".huiyin-backup";
const DATABASE: &str = "huiyin-backup-folder";
const STORE: &str = "folder";
const KEY: &str = "handle";

/// A folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Folder(JsValue);

/// Why a folder cannot be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderTrouble {
    /// The person closed the choice of a folder.
    NotChosen,
    /// The right to write has ended.
    NoRight,
    /// The folder is gone, full or refuses.
    Refused,
}

/// Returns whether the browser can write to a folder of the person's.
pub fn is_offered() -> bool {
    Reflect::get(&window(), &"showDirectoryPicker".into()).is_ok_and(|found| found.is_function())
}

/// Asks the person for a folder and keeps it. Needs a press of the person.
///
/// # Errors
/// [`FolderTrouble::NotChosen`], [`FolderTrouble::NoRight`].
pub async fn choose() -> Result<Folder, FolderTrouble> {
    let wish = Object::new();
    for (name, value) in [("id", "huiyin-backup"), ("mode", "readwrite")] {
        // Setting a property of an own object cannot fail.
        let _ = Reflect::set(&wish, &name.into(), &value.into());
    }
    let picked = call(&window(), "showDirectoryPicker", &[wish.into()]).await;
    let folder = Folder(picked.ok_or(FolderTrouble::NotChosen)?);
    if !folder.may_write().await {
        return Err(FolderTrouble::NoRight);
    }
    keep(Some(&folder)).await;
    Ok(folder)
}

/// Returns the folder chosen before.
pub async fn kept() -> Option<Folder> {
    let store = store("readonly").await?;
    let found = request(&store, "get", &[KEY.into()]).await?;
    found.is_object().then_some(Folder(found))
}

/// Forgets the folder. The files in it stay.
pub async fn forget() {
    keep(None).await;
}

async fn keep(folder: Option<&Folder>) {
    let Some(store) = store("readwrite").await else {
        return;
    };
    match folder {
        Some(folder) => request(&store, "put", &[folder.0.clone(), KEY.into()]).await,
        None => request(&store, "delete", &[KEY.into()]).await,
    };
}

impl Folder {
    /// Returns the folder's name.
    pub fn name(&self) -> String {
        let name = Reflect::get(&self.0, &"name".into()).ok();
        name.and_then(|name| name.as_string()).unwrap_or_default()
    }

    /// Returns whether the browser still allows writing.
    pub async fn may_write(&self) -> bool {
        self.permission("queryPermission").await
    }

    /// Asks the person to allow writing again. Needs a press of the person.
    pub async fn ask_to_write(&self) -> bool {
        self.permission("requestPermission").await
    }

    async fn permission(&self, method: &str) -> bool {
        let wish = Object::new();
        let _ = Reflect::set(&wish, &"mode".into(), &"readwrite".into());
        let state = call(&self.0, method, &[wish.into()]).await;
        state.is_some_and(|state| state.as_string().as_deref() == Some("granted"))
    }

    /// Writes a backup and removes the oldest ones of the same company beyond [`KEPT_BACKUPS`].
    ///
    /// # Errors
    /// [`FolderTrouble::NoRight`], [`FolderTrouble::Refused`]; a file begun before stays as it was.
    pub async fn write(&self, name: &str, bytes: &Uint8Array) -> Result<(), FolderTrouble> {
        if !self.may_write().await {
            return Err(FolderTrouble::NoRight);
        }
        self.put(name, bytes).await.ok_or(FolderTrouble::Refused)?;
        for old in beyond(self.names().await, name, KEPT_BACKUPS) {
            // One that cannot be removed now is removed with the next.
            call(&self.0, "removeEntry", &[old.into()]).await;
        }
        Ok(())
    }

    async fn put(&self, name: &str, bytes: &Uint8Array) -> Option<()> {
        let wish = Object::new();
        let _ = Reflect::set(&wish, &"create".into(), &JsValue::TRUE);
        let file = call(&self.0, "getFileHandle", &[name.into(), wish.into()]).await?;
        let stream = call(&file, "createWritable", &[]).await?;
        // The browser writes beside the file and takes its place when the stream is closed.
        call(&stream, "write", &[bytes.into()]).await?;
        call(&stream, "close", &[]).await?;
        Some(())
    }

    async fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let Some(keys) = apply(&self.0, "keys", &[]) else {
            return names;
        };
        while let Some(step) = call(&keys, "next", &[]).await {
            let done = Reflect::get(&step, &"done".into());
            if done.is_ok_and(|done| done.is_truthy()) {
                break;
            }
            let name = Reflect::get(&step, &"value".into()).ok();
            match name.and_then(|name| name.as_string()) {
                Some(name) => names.push(name),
                None => break,
            }
        }
        names
    }
}

/// Returns the names of the oldest backups of the company of `name` beyond so many: names end in the day they were made on.
fn beyond(mut names: Vec<String>, name: &str, kept: usize) -> Vec<String> {
    let company = |name: &str| {
        let stem = name.strip_suffix(ENDING)?;
        let day = stem.len().checked_sub("-2026-01-31".len())?;
        stem.get(..day).map(str::to_owned)
    };
    let own = company(name);
    names.retain(|found| own.is_some() && company(found) == own);
    names.sort();
    names.truncate(names.len().saturating_sub(kept));
    names
}

/// Calls a method and returns what it gives; none if there is no such method or it throws.
pub(super) fn apply(object: &JsValue, method: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let function: Function = Reflect::get(object, &method.into()).ok()?.dyn_into().ok()?;
    function
        .apply(object, &arguments.iter().cloned().collect::<Array>())
        .ok()
}

/// Calls a method and returns what its promise gives; none if it fails.
pub(super) async fn call(object: &JsValue, method: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let promise: Promise = apply(object, method, arguments)?.dyn_into().ok()?;
    JsFuture::from(promise).await.ok()
}

/// Returns the object store, in a transaction of this kind.
async fn store(mode: &str) -> Option<JsValue> {
    let factory = Reflect::get(&window(), &"indexedDB".into()).ok()?;
    let opening = apply(&factory, "open", &[DATABASE.into(), 1.into()])?;
    let upgraded = opening.clone();
    let upgrade = Closure::once_into_js(move || {
        let database = Reflect::get(&upgraded, &"result".into()).unwrap_or_default();
        apply(&database, "createObjectStore", &[STORE.into()]);
    });
    Reflect::set(&opening, &"onupgradeneeded".into(), &upgrade).ok()?;
    let database = outcome(&opening).await?;
    let transaction = apply(&database, "transaction", &[STORE.into(), mode.into()])?;
    apply(&transaction, "objectStore", &[STORE.into()])
}

async fn request(store: &JsValue, method: &str, arguments: &[JsValue]) -> Option<JsValue> {
    outcome(&apply(store, method, arguments)?).await
}

/// Returns the result of a request of IndexedDB once it is there; none if it failed.
async fn outcome(request: &JsValue) -> Option<JsValue> {
    let promise = Promise::new(&mut |resolve, reject| {
        // Setting a handler of a request cannot fail.
        let _ = Reflect::set(request, &"onsuccess".into(), &resolve);
        let _ = Reflect::set(request, &"onerror".into(), &reject);
        let _ = Reflect::set(request, &"onblocked".into(), &reject);
    });
    JsFuture::from(promise).await.ok()?;
    Reflect::get(request, &"result".into()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_backups_of_the_same_company_give_way() {
        let names = |days: &[&str]| -> Vec<String> {
            days.iter()
                .map(|day| format!("回音商贸-{day}{ENDING}"))
                .collect()
        };
        let mut there = names(&["2026-03-02", "2026-03-01", "2026-03-03"]);
        there.push(format!("别家-2026-01-01{ENDING}"));
        there.push("回音商贸-2026-01-01.txt".to_owned());
        let newest = format!("回音商贸-2026-03-03{ENDING}");
        assert_eq!(beyond(there.clone(), &newest, 2), names(&["2026-03-01"]));
        assert_eq!(beyond(there, &newest, 7), Vec::<String>::new());
    }

    #[test]
    fn a_name_of_another_form_removes_nothing() {
        let there = vec!["a".to_owned(), format!("x{ENDING}")];
        assert_eq!(beyond(there, "x", 0), Vec::<String>::new());
    }
}
