//! Flat registers of the root and the catalogue documents: a path as key, a string as value.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{ROOT, ReadDoc};

use crate::document::author_of;
use crate::{Author, Document};

/// Reads and writes flat registers.
pub trait Registers {
    /// Returns every register with a prefix, without the prefix. Where several values were written at once, the greatest by
    /// (time, value) holds.
    fn registers(&self, prefix: &str) -> BTreeMap<String, String>;

    /// Returns one register.
    fn register(&self, key: &str) -> Option<String>;

    /// Returns every value of one register written at once, the one that holds last; none if there is no such register.
    fn register_values(&self, key: &str) -> Vec<String>;

    /// Writes registers as one change and returns its bytes; an empty value removes, and one that holds already settles those written
    /// beside it. None if nothing changes.
    fn write_registers(&mut self, author: &Author, values: &[(String, String)]) -> Option<Vec<u8>>;
}

impl Registers for Document {
    fn registers(&self, prefix: &str) -> BTreeMap<String, String> {
        let end = format!("{prefix}\u{10FFFF}");
        let keys: Vec<String> = self
            .doc()
            .map_range(ROOT, prefix.to_owned()..end)
            .map(|item| item.key.into_owned())
            .collect();
        keys.into_iter()
            .filter_map(|key| Some((key.strip_prefix(prefix)?.to_owned(), self.register(&key)?)))
            .collect()
    }

    fn register(&self, key: &str) -> Option<String> {
        self.register_values(key).pop()
    }

    fn register_values(&self, key: &str) -> Vec<String> {
        let Ok(values) = self.doc().get_all(ROOT, key) else {
            return Vec::new();
        };
        let single = values.len() == 1;
        let found: BTreeSet<(i64, String)> = values
            .into_iter()
            .filter_map(|(value, operation)| {
                let text = value.into_string().ok()?;
                let at = if single {
                    0
                } else {
                    author_of(self.doc(), &operation).at
                };
                Some((at, text))
            })
            .collect();
        let mut texts: Vec<String> = Vec::with_capacity(found.len());
        for (_, text) in found {
            texts.retain(|known| *known != text);
            texts.push(text);
        }
        texts
    }

    fn write_registers(&mut self, author: &Author, values: &[(String, String)]) -> Option<Vec<u8>> {
        for (key, value) in values {
            let old = self.register_values(key);
            if value.is_empty() {
                if !old.is_empty() {
                    self.remove(&ROOT, key);
                }
            } else if old != [value.as_str()] {
                self.put(&ROOT, key, value.as_str());
            }
        }
        self.commit(author)
    }
}
