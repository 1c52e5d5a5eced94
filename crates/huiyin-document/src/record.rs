//! Reading records: every object stored under a record's id is merged, every concurrent value of a field is kept.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{ROOT, ReadDoc};
use huiyin_core::case::CaseEvent;
use huiyin_core::pack::PackRef;

use crate::reader::{self, Source};
use crate::stored::Stored;
use crate::{Document, Millis, schema};

/// A defect found while reading; the rest of the record was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Local id of the record, as stored.
    pub record: String,
    /// English fragment: what and where.
    pub what: String,
}

/// One of several values written at the same time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct RecordConflict {
    /// When; to the second.
    pub at: Millis,
    /// The value.
    pub value: String,
    /// Who.
    pub by: String,
    /// On which device.
    pub device: String,
}

/// A field's value and, if several were written at once, all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldValue {
    /// What a form shows: the latest by (time, value).
    pub shown: String,
    /// All values by time, if there is more than one different value.
    pub conflict: Vec<RecordConflict>,
}

impl From<String> for FieldValue {
    fn from(shown: String) -> Self {
        Self {
            shown,
            conflict: Vec::new(),
        }
    }
}

impl FieldValue {
    /// Returns the field of these values; none if there are none.
    pub(crate) fn of(values: BTreeSet<RecordConflict>) -> Option<Self> {
        let shown = values.last()?.value.clone();
        let differing = values.iter().any(|value| value.value != shown);
        let conflict = if differing {
            values.into_iter().collect()
        } else {
            Vec::new()
        };
        Some(Self { shown, conflict })
    }
}

/// A record as stored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// Local id within its segment.
    pub local: u64,
    /// Number people read.
    pub number: String,
    /// When it was made.
    pub created: Millis,
    /// Who made it.
    pub created_by: String,
    /// When a case was received.
    pub received: Option<Millis>,
    /// Length of the case's clock.
    pub clock: Option<String>,
    /// Pack version a case began under.
    pub pack: Option<PackRef>,
    /// Import it came with.
    pub import: Option<String>,
    /// Taken back with this import.
    pub gone: Option<String>,
    /// Edited by somebody after the import.
    pub edited: bool,
    /// Last edit.
    pub updated: Millis,
    /// Fields by wire name.
    pub fields: BTreeMap<String, FieldValue>,
    /// Events, in no particular order.
    pub events: Vec<CaseEvent>,
}

impl Record {
    /// Returns the shown value of a field, or an empty text.
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |field| &field.shown)
    }

    /// Returns whether the record is in force: not taken back, or edited since.
    pub fn is_live(&self) -> bool {
        self.gone.is_none() || self.edited
    }

    /// Returns the number of fields with several values.
    pub fn conflicts(&self) -> usize {
        self.fields
            .values()
            .filter(|field| !field.conflict.is_empty())
            .count()
    }
}

impl Record {
    /// Takes in a scalar of bookkeeping; what this version does not know or does not expect there is left out.
    pub(crate) fn take_bookkeeping(&mut self, name: &str, value: Stored<'_>) {
        match (name, value) {
            (schema::NUMBER, Stored::Text(text)) => text.clone_into(&mut self.number),
            (schema::CREATED, Stored::Int(at)) => self.created = at,
            (schema::CREATED_BY, Stored::Text(text)) => text.clone_into(&mut self.created_by),
            (schema::RECEIVED, Stored::Int(at)) => self.received = Some(at),
            (schema::UPDATED, Stored::Int(at)) => self.updated = self.updated.max(at),
            (schema::CLOCK, Stored::Text(text)) => self.clock = Some(text.to_owned()),
            (schema::PACK, Stored::Text(text)) => self.pack = Some(PackRef(text.to_owned())),
            (schema::IMPORT, Stored::Text(text)) => self.import = Some(text.to_owned()),
            (schema::GONE, Stored::Text(text)) => self.gone = Some(text.to_owned()),
            (schema::EDITED, Stored::Flag(flag)) => self.edited |= flag,
            _ => {}
        }
    }

    /// Brings events in order and tells the last edit, once everything was taken in.
    pub(crate) fn settle(&mut self) {
        self.events.sort();
        self.events.dedup();
        self.updated = self
            .events
            .iter()
            .map(|event| event.at)
            .fold(self.updated.max(self.created), Millis::max);
    }
}

impl Document {
    /// Returns the local ids of all records, taken back or not.
    pub fn record_ids(&self) -> BTreeSet<u64> {
        if let Some(light) = self.light() {
            return light.record_ids();
        }
        let keys = self.doc().keys(ROOT);
        keys.filter_map(|key| local_of(&key)).collect()
    }

    /// Returns whether a record is stored here.
    pub fn has_record(&self, local: u64) -> bool {
        match self.light() {
            Some(light) => {
                light.is_untouched(local) || !light.record_maps(&key_of(local)).is_empty()
            }
            None => !self.doc().record_maps(&key_of(local)).is_empty(),
        }
    }

    /// Returns a record with the defects found, or none if nothing is stored under its id.
    pub fn record(&self, local: u64) -> Option<(Record, Vec<Issue>)> {
        let (mut record, issues) = match self.light() {
            Some(light) => match light.untouched(local) {
                Some(record) => (record, Vec::new()),
                None => reader::read(light, local)?,
            },
            None => reader::read(self.doc(), local)?,
        };
        if let Some(judge) = &self.judge {
            judge.mark(&mut record);
        }
        Some((record, issues))
    }
}

/// Digits of a local id in a key.
pub(crate) const ID_DIGITS: usize = 16;

/// Returns the root key of a record.
pub(crate) fn key_of(local: u64) -> String {
    hex_of(local).into_iter().map(char::from).collect()
}

/// Returns the digits of a local id as [`key_of`] writes them.
pub(crate) fn hex_of(local: u64) -> [u8; ID_DIGITS] {
    let bytes = local.to_be_bytes();
    std::array::from_fn(|at| {
        let half = bytes[at / 2] >> (4 * (1 - at % 2)) & 0xF;
        b"0123456789abcdef"[usize::from(half)]
    })
}

/// Returns the local id of a root key, if it is one.
pub(crate) fn local_of(key: &str) -> Option<u64> {
    (key.len() == ID_DIGITS)
        .then(|| u64::from_str_radix(key, 16).ok())
        .flatten()
}
