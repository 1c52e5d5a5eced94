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
    /// So was somebody whose work counts from the first to the last.
    pub told_for_good: bool,
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
    /// Subjects of cases made by hand, with their ids.
    pub cases: BTreeMap<String, String>,
    /// Names, subjects and notes by device.
    pub said_at: BTreeMap<usize, BTreeSet<String>>,
    /// Those of a device that was shut out which may be there or not.
    pub cut: BTreeSet<String>,
    /// The device that was shut out.
    pub out: Option<usize>,
    /// Hashes of what it attached: the pieces may be on it alone.
    pub attached_out: BTreeSet<String>,
    /// Notes of customers and cases: text → record.
    pub notes: BTreeMap<String, String>,
    /// Values by field in the order of their acknowledgement; true if the write was sent more than once, or need not count.
    pub writes: BTreeMap<Place, Vec<(String, bool)>>,
    /// Values by device.
    pub wrote_at: BTreeMap<usize, BTreeSet<String>>,
    /// Imported records that a person edited since.
    pub edited: BTreeSet<String>,
    /// Files by content.
    pub files: BTreeMap<String, FileState>,
    /// Attachments by record and hash.
    pub attached: BTreeSet<(String, String)>,
    /// Who attached what: device, record, hash.
    pub attached_at: BTreeSet<(usize, String, String)>,
    /// Who edited which record first.
    pub edited_at: BTreeMap<String, BTreeSet<usize>>,
    /// Requests answered.
    pub answered: u64,
}

impl Oracle {
    /// Notes an acknowledged value of a field.
    pub fn wrote(&mut self, at: usize, record: &str, field: &str, value: &str, resent: bool) {
        let may_go = resent || self.out == Some(at);
        self.writes
            .entry((record.to_owned(), field.to_owned()))
            .or_default()
            .push((value.to_owned(), may_go));
        let mine = self.wrote_at.entry(at).or_default();
        mine.insert(value.to_owned());
        if self.out == Some(at) {
            self.cut.insert(value.to_owned());
        }
        self.worked_on(at, record);
    }

    /// Notes that somebody worked on a record.
    pub fn worked_on(&mut self, at: usize, record: &str) {
        if self.out != Some(at) {
            self.edited.insert(record.to_owned());
        }
        let by = self.edited_at.entry(record.to_owned()).or_default();
        by.insert(at);
    }

    /// Notes an acknowledged name, subject or note. Returns whether it must be there at the end.
    pub fn said(&mut self, at: usize, text: &str) -> bool {
        if self.out == Some(at) {
            self.cut.insert(text.to_owned());
            return false;
        }
        let mine = self.said_at.entry(at).or_default();
        mine.insert(text.to_owned());
        true
    }

    /// Notes an acknowledged attachment.
    pub fn attached(&mut self, at: usize, record: String, hash: String) {
        self.worked_on(at, &record);
        if self.out == Some(at) {
            self.attached_out.insert(hash);
        } else {
            self.attached.insert((record.clone(), hash.clone()));
            self.attached_at.insert((at, record, hash));
        }
    }

    /// A device is shut out: of its work what `seen` (the export of who shut it out) does not hold need not count any more.
    pub fn shut_out(&mut self, at: usize, seen: &str) {
        self.out = Some(at);
        let said = self.said_at.remove(&at).unwrap_or_default();
        for text in said.into_iter().filter(|text| !seen.contains(text)) {
            self.customers.remove(&text);
            self.cases.remove(&text);
            self.notes.remove(&text);
            self.cut.insert(text);
        }
        let wrote = self.wrote_at.remove(&at).unwrap_or_default();
        for (value, may_go) in self.writes.values_mut().flatten() {
            if wrote.contains(value) && !seen.contains(value.as_str()) {
                *may_go = true;
                self.cut.insert(value.clone());
            }
        }
        for (_, record, hash) in self.attached_at.iter().filter(|(by, ..)| *by == at) {
            self.attached.remove(&(record.clone(), hash.clone()));
            self.attached_out.insert(hash.clone());
        }
        let only = |by: &BTreeSet<usize>| by.iter().all(|by| *by == at);
        for (record, _) in self.edited_at.iter().filter(|(_, by)| only(by)) {
            self.edited.remove(record);
        }
    }

    /// Takes out what was said about the records of a destroyed segment.
    pub fn destroyed(&mut self, is_gone: impl Fn(&str) -> bool) {
        self.cases.retain(|_, id| !is_gone(id));
        self.notes.retain(|_, record| !is_gone(record));
        self.writes.retain(|(record, _), _| !is_gone(record));
        self.edited.retain(|record| !is_gone(record));
        self.attached.retain(|(record, _)| !is_gone(record));
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
            // Of a device that was shut out nothing need be left.
            None if holds.is_empty()
                && !writes.iter().any(|(value, _)| self.cut.contains(value)) =>
            {
                Some(format!("{} of {}: nothing is left", place.1, place.0))
            }
            _ => None,
        }
    }
}
