//! Files that come from outside the app: shared with it by another program, or opened with it by the system.
//!
//! What is shared arrives at the service worker, which keeps it in a cache (`public/sw.js`) until the page has taken it: nothing is lost
//! while the device is locked or has no company yet. What is opened is handed over by the browser's launch queue.
//!
//! **Source:** Web Share Target API (W3C draft), File Handling and Launch Handler (WICG). No types of web-sys are used: those are behind
//! a flag that would rebuild everything.

use js_sys::{Array, JsString, Reflect, decode_uri_component};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Blob, File};

use super::backup_folder::{apply, call};

/// Name of the cache; the service worker knows the same.
const CACHE: &str = "huiyin-shared";
/// Header of a kept file with its name, percent-encoded; the service worker writes it.
const NAME: &str = "X-File-Name";
/// Endings of the names of bundles and of full backups.
const BUNDLE: &str = ".huiyin";
/// See [`BUNDLE`].
const BACKUP: &str = ".huiyin-backup";

/// What kind of file came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A bundle of data.
    Bundle,
    /// A full backup.
    Backup,
    /// None of ours.
    Other,
}

/// A file that came, and where it is kept.
#[derive(Debug, Clone)]
pub struct Came {
    /// The file.
    pub file: File,
    /// Key in the cache; none for one that was opened.
    kept: Option<JsValue>,
}

impl Came {
    /// Returns what kind of file it is, by its name.
    pub fn kind(&self) -> Kind {
        kind_of(&self.file.name())
    }
}

fn kind_of(name: &str) -> Kind {
    let name = name.to_ascii_lowercase();
    if name.ends_with(BACKUP) {
        Kind::Backup
    } else if name.ends_with(BUNDLE) {
        Kind::Bundle
    } else {
        Kind::Other
    }
}

/// Files that came and were not taken yet, the first first. Cheap to copy.
#[derive(Clone, Copy)]
pub struct SharedFiles(RwSignal<Vec<Came>, LocalStorage>);

impl SharedFiles {
    /// Looks what is kept and hears of what is opened with the app.
    pub fn follow() -> Self {
        let came = Self(RwSignal::new_local(Vec::new()));
        came.look();
        came.hear_launches();
        came
    }

    fn look(self) {
        spawn_local(async move {
            for one in kept().await {
                self.0.try_update(|all| all.push(one));
            }
        });
    }

    fn hear_launches(self) {
        let Ok(queue) = Reflect::get(&window(), &"launchQueue".into()) else {
            return;
        };
        let hear = Closure::<dyn FnMut(JsValue)>::new(move |launch: JsValue| {
            let handles = Reflect::get(&launch, &"files".into()).unwrap_or_default();
            for handle in handles.dyn_into::<Array>().unwrap_or_default() {
                spawn_local(async move {
                    let file = call(&handle, "getFile", &[]).await;
                    if let Some(file) = file.and_then(|file| file.dyn_into::<File>().ok()) {
                        self.0.try_update(|all| all.push(Came { file, kept: None }));
                    }
                });
            }
        });
        // It is heard as long as the page lives.
        if queue.is_object() {
            apply(&queue, "setConsumer", &[hear.into_js_value()]);
        }
    }

    /// Returns the first file, tracked.
    pub fn first(self) -> Option<Came> {
        self.0.with(|all| all.first().cloned())
    }

    /// Returns the first full backup.
    pub fn backup(self) -> Option<Came> {
        let backup = |came: &&Came| came.kind() == Kind::Backup;
        self.0
            .with_untracked(|all| all.iter().find(backup).cloned())
    }

    /// Forgets the first file: it was taken, or is not wanted.
    pub fn drop_first(self) {
        let first = self.0.try_update(|all| {
            if all.is_empty() {
                None
            } else {
                Some(all.remove(0))
            }
        });
        if let Some(Some(Came {
            kept: Some(key), ..
        })) = first
        {
            spawn_local(async move {
                if let Some(cache) = cache().await {
                    call(&cache, "delete", &[key]).await;
                }
            });
        }
    }
}

/// Returns the files that came.
pub fn use_shared_files() -> SharedFiles {
    expect_context()
}

async fn cache() -> Option<JsValue> {
    let caches = Reflect::get(&window(), &"caches".into()).ok()?;
    call(&caches, "open", &[CACHE.into()]).await
}

async fn kept() -> Vec<Came> {
    let mut found = Vec::new();
    let Some(cache) = cache().await else {
        return found;
    };
    let keys = call(&cache, "keys", &[]).await.unwrap_or_default();
    for key in keys.dyn_into::<Array>().unwrap_or_default() {
        if let Some(file) = kept_file(&cache, &key).await {
            found.push(Came {
                file,
                kept: Some(key),
            });
        }
    }
    found
}

async fn kept_file(cache: &JsValue, key: &JsValue) -> Option<File> {
    let kept = call(cache, "match", std::slice::from_ref(key)).await?;
    let headers = Reflect::get(&kept, &"headers".into()).ok()?;
    let name = apply(&headers, "get", &[NAME.into()])?.as_string()?;
    let name: JsString = decode_uri_component(&name).ok()?;
    let content: Blob = call(&kept, "blob", &[]).await?.dyn_into().ok()?;
    let parts = Array::of1(&content);
    File::new_with_blob_sequence(&parts, &String::from(name)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_the_end_of_their_names() {
        assert_eq!(kind_of("禾木-2026-11-22.huiyin"), Kind::Bundle);
        assert_eq!(kind_of("A.HUIYIN-BACKUP"), Kind::Backup);
        assert_eq!(kind_of("photo.jpg"), Kind::Other);
        assert_eq!(kind_of("huiyin"), Kind::Other);
    }
}
