//! Reading records: every object stored under a record's id is merged, every concurrent value of a field is kept.

use std::collections::{BTreeMap, BTreeSet};

use automerge::iter::MapRangeItem;
use automerge::{ObjId, ObjType, ROOT, ReadDoc, Value};
use huiyin_core::case::CaseEvent;
use huiyin_core::pack::PackRef;

use crate::event::EventReader;
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
        self.doc
            .keys(ROOT)
            .filter_map(|key| local_of(&key))
            .collect()
    }

    /// Returns whether a record is stored here.
    pub fn has_record(&self, local: u64) -> bool {
        !self.objects(&key_of(local)).is_empty()
    }

    /// Returns a record with the defects found, or none if nothing is stored under its id.
    pub fn record(&self, local: u64) -> Option<(Record, Vec<Issue>)> {
        let key = key_of(local);
        let objects = self.objects(&key);
        if objects.is_empty() {
            return None;
        }
        let mut reader = Reader {
            document: self,
            key,
            record: Record {
                local,
                ..Record::default()
            },
            issues: Vec::new(),
            values: BTreeMap::new(),
        };
        for object in &objects {
            reader.object(object, objects.len() > 1);
        }
        Some(reader.finish())
    }

    /// Returns the map objects stored under a root key; more than one if two devices made it apart. The winner is last.
    pub(crate) fn objects(&self, key: &str) -> Vec<ObjId> {
        self.maps_at(&ROOT, key)
    }

    fn maps_at(&self, parent: &ObjId, key: &str) -> Vec<ObjId> {
        let all = self.doc.get_all(parent, key).unwrap_or_default();
        all.into_iter()
            .filter(|(value, _)| matches!(value, Value::Object(ObjType::Map)))
            .map(|(_, id)| id)
            .collect()
    }

    /// Returns the event maps of a record object.
    pub(crate) fn event_maps(&self, object: &ObjId) -> Vec<ObjId> {
        self.maps_at(object, schema::EVENTS)
    }
}

/// Returns the root key of a record.
pub(crate) fn key_of(local: u64) -> String {
    format!("{local:016x}")
}

/// Returns the local id of a root key, if it is one.
pub(crate) fn local_of(key: &str) -> Option<u64> {
    (key.len() == 16)
        .then(|| u64::from_str_radix(key, 16).ok())
        .flatten()
}

struct Reader<'a> {
    document: &'a Document,
    key: String,
    record: Record,
    issues: Vec<Issue>,
    /// Values of fields that more than one object or writer gave.
    values: BTreeMap<String, BTreeSet<RecordConflict>>,
}

impl Reader<'_> {
    fn issue(&mut self, what: String) {
        self.issues.push(Issue {
            record: self.key.clone(),
            what,
        });
    }

    fn object(&mut self, object: &ObjId, several: bool) {
        let document = self.document;
        for item in document.doc.map_range(object, ..) {
            if item.key == schema::EVENTS {
                self.events(object);
            } else if item.key.starts_with(schema::BOOKKEEPING) {
                match Stored::of(&item.value) {
                    Some(value) => self.record.take_bookkeeping(&item.key, value),
                    None => self.issue(format!("{} is an object", item.key)),
                }
            } else {
                self.field(object, &item, several);
            }
        }
    }

    fn field(&mut self, object: &ObjId, item: &MapRangeItem<'_>, several: bool) {
        let name = item.key.to_string();
        let Some(text) = Stored::of(&item.value).and_then(Stored::shown) else {
            self.issue(format!("field {name} holds no text"));
            return;
        };
        if !item.conflict && !several {
            self.record.fields.insert(name, text.into());
            return;
        }
        let all = self
            .document
            .doc
            .get_all(object, name.as_str())
            .unwrap_or_default();
        let values = self.values.entry(name).or_default();
        for (value, operation) in all {
            let Ok(value) = value.into_string() else {
                continue;
            };
            let author = self.document.author_of(&operation);
            values.insert(RecordConflict {
                at: author.at,
                value,
                by: author.by,
                device: author.device,
            });
        }
    }

    fn events(&mut self, object: &ObjId) {
        for map in self.document.event_maps(object) {
            let ids: Vec<String> = self.document.doc.keys(&map).collect();
            for id in ids {
                for event in self.document.maps_at(&map, &id) {
                    match self.event(&id, &event) {
                        Ok(event) => self.record.events.push(event),
                        Err(error) => self.issue(format!("event {id}: {error}")),
                    }
                }
            }
        }
    }

    fn event(&self, id: &str, map: &ObjId) -> Result<CaseEvent, String> {
        let mut event = EventReader::default();
        for item in self.document.doc.map_range(map, ..) {
            if let Some(value) = Stored::of(&item.value) {
                event.take(&item.key, value)?;
            }
        }
        event.finish(id)
    }

    fn finish(mut self) -> (Record, Vec<Issue>) {
        for (name, values) in self.values {
            if let Some(field) = FieldValue::of(values) {
                self.record.fields.insert(name, field);
            }
        }
        self.record.settle();
        (self.record, self.issues)
    }
}
