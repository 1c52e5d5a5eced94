//! Reading records: every object stored under a record's id is merged, every concurrent value of a field is kept.

use std::collections::{BTreeMap, BTreeSet};

use automerge::iter::MapRangeItem;
use automerge::{ObjId, ObjType, ROOT, ReadDoc, ScalarValueRef, Value, ValueRef};
use huiyin_core::case::CaseEvent;
use huiyin_core::pack::PackRef;

use crate::{Document, Millis, event, schema};

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
        let items: Vec<_> = self
            .document
            .doc
            .map_range(object, ..)
            .map(MapRangeItem::into_owned)
            .collect();
        for item in items {
            if item.key == schema::EVENTS {
                self.events(object);
            } else if item.key.starts_with(schema::BOOKKEEPING) {
                self.bookkeeping(&item);
            } else {
                self.field(object, &item, several);
            }
        }
    }

    fn bookkeeping(&mut self, item: &MapRangeItem<'_>) {
        let record = &mut self.record;
        match (item.key.as_ref(), &item.value) {
            (schema::NUMBER, ValueRef::Scalar(ScalarValueRef::Str(text))) => {
                record.number = text.to_string();
            }
            (schema::CREATED, ValueRef::Scalar(ScalarValueRef::Int(at))) => record.created = *at,
            (schema::CREATED_BY, ValueRef::Scalar(ScalarValueRef::Str(text))) => {
                record.created_by = text.to_string();
            }
            (schema::RECEIVED, ValueRef::Scalar(ScalarValueRef::Int(at))) => {
                record.received = Some(*at);
            }
            (schema::UPDATED, ValueRef::Scalar(ScalarValueRef::Int(at))) => {
                record.updated = record.updated.max(*at);
            }
            (schema::CLOCK, ValueRef::Scalar(ScalarValueRef::Str(text))) => {
                record.clock = Some(text.to_string());
            }
            (schema::PACK, ValueRef::Scalar(ScalarValueRef::Str(text))) => {
                record.pack = Some(PackRef(text.to_string()));
            }
            (schema::IMPORT, ValueRef::Scalar(ScalarValueRef::Str(text))) => {
                record.import = Some(text.to_string());
            }
            (schema::GONE, ValueRef::Scalar(ScalarValueRef::Str(text))) => {
                record.gone = Some(text.to_string());
            }
            (schema::EDITED, ValueRef::Scalar(ScalarValueRef::Boolean(flag))) => {
                record.edited |= flag;
            }
            (_, ValueRef::Scalar(_)) => {}
            (name, ValueRef::Object(_)) => {
                let what = format!("{name} is an object");
                self.issue(what);
            }
        }
    }

    fn field(&mut self, object: &ObjId, item: &MapRangeItem<'_>, several: bool) {
        let name = item.key.to_string();
        let Some(text) = text_of(&item.value) else {
            self.issue(format!("field {name} holds no text"));
            return;
        };
        if !item.conflict && !several {
            self.record.fields.insert(
                name,
                FieldValue {
                    shown: text,
                    conflict: Vec::new(),
                },
            );
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
                    match event::read(&id, self.document.doc.map_range(&event, ..)) {
                        Ok(event) => self.record.events.push(event),
                        Err(error) => self.issue(format!("event {id}: {error}")),
                    }
                }
            }
        }
    }

    fn finish(mut self) -> (Record, Vec<Issue>) {
        for (name, values) in self.values {
            let Some(latest) = values.last() else {
                continue;
            };
            let shown = latest.value.clone();
            let differing = values.iter().any(|value| value.value != shown);
            let conflict = if differing {
                values.into_iter().collect()
            } else {
                Vec::new()
            };
            self.record
                .fields
                .insert(name, FieldValue { shown, conflict });
        }
        self.record.events.sort();
        self.record.events.dedup();
        self.record.updated = self
            .record
            .events
            .iter()
            .map(|event| event.at)
            .fold(self.record.updated.max(self.record.created), Millis::max);
        (self.record, self.issues)
    }
}

fn text_of(value: &ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Scalar(ScalarValueRef::Str(text)) => Some(text.to_string()),
        ValueRef::Scalar(ScalarValueRef::Int(number)) => Some(number.to_string()),
        ValueRef::Scalar(ScalarValueRef::Uint(number)) => Some(number.to_string()),
        ValueRef::Scalar(ScalarValueRef::Boolean(flag)) => Some(flag.to_string()),
        _ => None,
    }
}
