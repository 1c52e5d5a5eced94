//! Flat registers of the root and the catalogue documents: a path as key, a string as value.

use std::collections::BTreeMap;

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

    /// Writes registers as one change and returns its bytes; an empty value removes. None if nothing changes.
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
        let values = self.doc().get_all(ROOT, key).ok()?;
        let mut best: Option<(i64, String)> = None;
        let single = values.len() == 1;
        for (value, operation) in values {
            let Ok(text) = value.into_string() else {
                continue;
            };
            let at = if single {
                0
            } else {
                author_of(self.doc(), &operation).at
            };
            if best
                .as_ref()
                .is_none_or(|(best_at, best_text)| (at, &text) > (*best_at, best_text))
            {
                best = Some((at, text));
            }
        }
        best.map(|(_, text)| text)
    }

    fn write_registers(&mut self, author: &Author, values: &[(String, String)]) -> Option<Vec<u8>> {
        for (key, value) in values {
            let old = self.register(key);
            if value.is_empty() {
                if old.is_some() {
                    self.remove(&ROOT, key);
                }
            } else if old.as_ref() != Some(value) {
                self.put(&ROOT, key, value.as_str());
            }
        }
        self.commit(author)
    }
}
