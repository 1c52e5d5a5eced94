//! Reading one record: every object stored under its id is merged, every concurrent value of a field is kept.
//!
//! Decides what a record says; where its maps lie is the [`Source`]'s: an Automerge document or [`crate::light::Light`].

use std::collections::{BTreeMap, BTreeSet};

use automerge::{AutoCommit, ObjId, ObjType, ROOT, ReadDoc, Value, ValueRef};
use huiyin_core::case::CaseEvent;

use crate::document::author_of;
use crate::event::EventReader;
use crate::light::{Id, Light};
use crate::record::key_of;
use crate::stored::Stored;
use crate::{Author, FieldValue, Issue, Record, RecordConflict, schema};

/// What a key of a map shows.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shown<'a, Map> {
    /// A scalar.
    Scalar(Stored<'a>),
    /// A map.
    Map(Map),
    /// A list or text object, which this schema does not use.
    Object,
}

/// Is told a key of a map, what it shows, and whether there is more than one value.
pub(crate) type Each<'a, Map> = dyn FnMut(&str, Shown<'_, Map>, bool) + 'a;

/// Maps that can be read.
pub(crate) trait Source {
    /// Names a map.
    type Map: Clone;

    /// Returns the maps stored under the key of a record; the winner is last.
    fn record_maps(&self, key: &str) -> Vec<Self::Map>;

    /// Returns the maps stored under a key; the winner is last.
    fn maps_at(&self, map: &Self::Map, key: &str) -> Vec<Self::Map>;

    /// Calls `each` with every key of a map in order, what it shows, and whether there is more than one value.
    fn each(&self, map: &Self::Map, each: &mut Each<'_, Self::Map>);

    /// Returns every text of a key with its author.
    fn texts(&self, map: &Self::Map, key: &str) -> Vec<(String, Author)>;
}

impl Source for AutoCommit {
    type Map = ObjId;

    fn record_maps(&self, key: &str) -> Vec<ObjId> {
        self.maps_at(&ROOT, key)
    }

    fn maps_at(&self, map: &ObjId, key: &str) -> Vec<ObjId> {
        let all = self.get_all(map, key).unwrap_or_default();
        all.into_iter()
            .filter(|(value, _)| matches!(value, Value::Object(ObjType::Map)))
            .map(|(_, id)| id)
            .collect()
    }

    fn each(&self, map: &ObjId, each: &mut Each<'_, ObjId>) {
        for item in self.map_range(map, ..) {
            let shown = match Stored::of(&item.value) {
                Some(value) => Shown::Scalar(value),
                None if matches!(item.value, ValueRef::Object(ObjType::Map)) => {
                    Shown::Map(item.id())
                }
                None => Shown::Object,
            };
            each(&item.key, shown, item.conflict);
        }
    }

    fn texts(&self, map: &ObjId, key: &str) -> Vec<(String, Author)> {
        let all = self.get_all(map, key).unwrap_or_default();
        all.into_iter()
            .filter_map(|(value, operation)| {
                Some((value.into_string().ok()?, author_of(self, &operation)))
            })
            .collect()
    }
}

impl Source for Light {
    type Map = Id;

    fn record_maps(&self, key: &str) -> Vec<Id> {
        self.maps_at(None, key)
    }

    fn maps_at(&self, map: &Id, key: &str) -> Vec<Id> {
        self.maps_at(Some(*map), key)
    }

    fn each(&self, map: &Id, each: &mut Each<'_, Id>) {
        self.each(*map, each);
    }

    fn texts(&self, map: &Id, key: &str) -> Vec<(String, Author)> {
        self.texts(*map, key)
    }
}

/// Returns a record with the defects found, or none if nothing is stored under its id.
pub(crate) fn read<S: Source>(source: &S, local: u64) -> Option<(Record, Vec<Issue>)> {
    let key = key_of(local);
    let objects = source.record_maps(&key);
    if objects.is_empty() {
        return None;
    }
    let mut reader = Reader {
        source,
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

struct Reader<'a, S> {
    source: &'a S,
    key: String,
    record: Record,
    issues: Vec<Issue>,
    /// Values of fields that more than one object or writer gave.
    values: BTreeMap<String, BTreeSet<RecordConflict>>,
}

impl<S: Source> Reader<'_, S> {
    fn issue(&mut self, what: String) {
        self.issues.push(Issue {
            record: self.key.clone(),
            what,
        });
    }

    fn object(&mut self, object: &S::Map, several: bool) {
        let source = self.source;
        source.each(object, &mut |key, shown, conflict| {
            if key == schema::EVENTS {
                match shown {
                    Shown::Map(events) if !conflict => self.events(&events),
                    _ => {
                        for events in source.maps_at(object, key) {
                            self.events(&events);
                        }
                    }
                }
            } else if key.starts_with(schema::BOOKKEEPING) {
                match shown {
                    Shown::Scalar(value) => self.record.take_bookkeeping(key, value),
                    _ => self.issue(format!("{key} is an object")),
                }
            } else {
                self.field(object, key, &shown, conflict || several);
            }
        });
    }

    fn field(&mut self, object: &S::Map, name: &str, shown: &Shown<'_, S::Map>, several: bool) {
        let text = match shown {
            Shown::Scalar(value) => value.shown(),
            _ => None,
        };
        let Some(text) = text else {
            self.issue(format!("field {name} holds no text"));
            return;
        };
        if !several {
            self.record.fields.insert(name.to_owned(), text.into());
            return;
        }
        let values = self.values.entry(name.to_owned()).or_default();
        for (value, author) in self.source.texts(object, name) {
            values.insert(RecordConflict {
                at: author.at,
                value,
                by: author.by,
                device: author.device,
            });
        }
    }

    fn events(&mut self, map: &S::Map) {
        let source = self.source;
        source.each(map, &mut |id, shown, conflict| match shown {
            Shown::Map(event) if !conflict => self.event(id, &event),
            _ => {
                for event in source.maps_at(map, id) {
                    self.event(id, &event);
                }
            }
        });
    }

    fn event(&mut self, id: &str, map: &S::Map) {
        match self.read_event(id, map) {
            Ok(event) => self.record.events.push(event),
            Err(error) => self.issue(format!("event {id}: {error}")),
        }
    }

    fn read_event(&self, id: &str, map: &S::Map) -> Result<CaseEvent, String> {
        let mut event = EventReader::default();
        let mut result = Ok(());
        self.source.each(map, &mut |name, shown, _| {
            if let (Shown::Scalar(value), Ok(())) = (shown, &result) {
                result = event.take(name, value);
            }
        });
        result?;
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
