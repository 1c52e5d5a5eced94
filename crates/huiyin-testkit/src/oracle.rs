//! What people were told is stored: the yardstick of the simulation.
//!
//! Every text that is written is different, so that each can be found again, and found once.

use std::collections::{BTreeMap, BTreeSet};

/// A field of a record.
type Place = (String, String);

/// How an import of a file stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct FileState {
    /// Somebody was told that it is in.
    pub told: bool,
    /// Somebody began to take it in or back: rows may be here.
    pub maybe: bool,
    /// Somebody was told or may have been told that it was taken back.
    pub undone: bool,
}

/// What was acknowledged.
#[derive(Debug, Default)]
pub(crate) struct Oracle {
    /// Names of customers made by hand.
    pub customers: BTreeSet<String>,
    /// The same by device.
    pub made_at: BTreeMap<usize, BTreeSet<String>>,
    /// Subjects of cases made by hand.
    pub cases: BTreeSet<String>,
    /// Notes of customers and cases: text → record.
    pub notes: BTreeMap<String, String>,
    /// Values by field in the order of their acknowledgement; true if the write was sent more than once.
    pub writes: BTreeMap<Place, Vec<(String, bool)>>,
    /// Imported records that a person edited since.
    pub edited: BTreeSet<String>,
    /// Files by content.
    pub files: BTreeMap<String, FileState>,
    /// Attachments by record and hash.
    pub attached: BTreeSet<(String, String)>,
    /// Requests answered.
    pub answered: u64,
}

impl Oracle {
    /// Notes an acknowledged value of a field.
    pub fn wrote(&mut self, record: &str, field: &str, value: &str, resent: bool) {
        self.writes
            .entry((record.to_owned(), field.to_owned()))
            .or_default()
            .push((value.to_owned(), resent));
        self.edited.insert(record.to_owned());
    }

    /// Returns what is wrong with the values a field holds at the end: the last acknowledged one must be among them, or one
    /// that was sent again and may have been written later; none may come from nowhere.
    pub fn judge(&self, place: &Place, holds: &BTreeSet<String>) -> Option<String> {
        let writes = self.writes.get(place)?;
        let resent: BTreeSet<&String> = writes
            .iter()
            .filter_map(|(value, resent)| resent.then_some(value))
            .collect();
        let last = writes
            .iter()
            .rev()
            .find(|(_, resent)| !resent)
            .map(|(value, _)| value);
        if holds.iter().any(|value| resent.contains(value)) {
            return None;
        }
        match last {
            Some(last) if !holds.contains(last) => Some(format!(
                "{} of {}: {last} was acknowledged last, but it holds {holds:?}",
                place.1, place.0
            )),
            None if holds.is_empty() => {
                Some(format!("{} of {}: nothing is left", place.1, place.0))
            }
            _ => None,
        }
    }
}
