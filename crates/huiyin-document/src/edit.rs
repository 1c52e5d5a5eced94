//! Writing records: one user action becomes one change per document.

use automerge::transaction::Transactable;
use automerge::{ObjId, ROOT, ReadDoc, Value, hydrate};
use huiyin_core::case::CaseEvent;

use crate::creation::{NewRecord, event_value, events_value, record_value};
use crate::creation_change::Slot;
use crate::light::{Id, Writing};
use crate::reader::Source;
use crate::record::key_of;
use crate::stored::Stored;
use crate::{Author, Document, Millis, event, schema};

/// One write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Makes a record.
    Create(Box<NewRecord>),
    /// Sets a field; an empty value removes it. Settles the field's conflict, if there is one.
    SetField {
        /// Record.
        local: u64,
        /// Field wire name.
        field: String,
        /// Value.
        value: String,
    },
    /// Corrects when a case was received.
    SetReceived {
        /// Record.
        local: u64,
        /// When.
        at: Millis,
    },
    /// Adds an event.
    Append {
        /// Record.
        local: u64,
        /// The event.
        event: Box<CaseEvent>,
    },
    /// Takes a record back with an import, or brings it back.
    SetGone {
        /// Record.
        local: u64,
        /// Import, or none to bring it back.
        import: Option<String>,
    },
}

impl Edit {
    /// Returns the local id of the record the edit is about.
    pub fn local(&self) -> u64 {
        match self {
            Self::Create(record) => record.local,
            Self::SetField { local, .. }
            | Self::SetReceived { local, .. }
            | Self::Append { local, .. }
            | Self::SetGone { local, .. } => *local,
        }
    }
}

/// Who edits: a person, or a further import of the same records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// A person: imported records are marked as edited, so that taking the import back leaves them.
    Person,
    /// An import or its undo.
    Import,
}

impl Document {
    /// Writes the edits as one change and returns its bytes; none if nothing changes. Edits of records that are not here
    /// are left out: the caller has checked that they exist.
    pub fn edit(&mut self, author: &Author, hand: Hand, edits: &[Edit]) -> Option<Vec<u8>> {
        if let Some((light, actor)) = self.light_mut() {
            let mut writing = Writing::new(light, actor);
            for edit in edits {
                write(&mut writing, author, hand, edit);
            }
            return writing.commit(author);
        }
        for edit in edits {
            write(self, author, hand, edit);
        }
        self.commit(author)
    }
}

/// Maps that can be written.
trait Target {
    /// Names a map.
    type Map;

    /// Returns the maps stored under the key of a record; the winner is last.
    fn record_maps(&mut self, key: &str) -> Vec<Self::Map>;
    /// Returns the maps of events of a record's map.
    fn event_maps(&mut self, map: &Self::Map) -> Vec<Self::Map>;
    /// Returns the texts of a key.
    fn texts(&mut self, map: &Self::Map, key: &str) -> Vec<String>;
    /// Returns whether a key shows a scalar.
    fn has_scalar(&mut self, map: &Self::Map, key: &str) -> bool;
    /// Sets a scalar.
    fn set(&mut self, map: &Self::Map, key: &str, value: Stored<'_>);
    /// Removes a key if it is there.
    fn unset(&mut self, map: &Self::Map, key: &str);
    /// Makes a record.
    fn create(&mut self, record: &NewRecord);
    /// Makes the map of events of a record.
    fn create_events(&mut self, map: &Self::Map) -> Self::Map;
    /// Makes an event.
    fn create_event(&mut self, events: &Self::Map, event: &CaseEvent);
}

impl Target for Document {
    type Map = ObjId;

    fn record_maps(&mut self, key: &str) -> Vec<ObjId> {
        self.doc().record_maps(key)
    }

    fn event_maps(&mut self, map: &ObjId) -> Vec<ObjId> {
        self.doc().maps_at(map, schema::EVENTS)
    }

    fn texts(&mut self, map: &ObjId, key: &str) -> Vec<String> {
        let all = self.doc().get_all(map, key).unwrap_or_default();
        all.into_iter()
            .filter_map(|(value, _)| value.into_string().ok())
            .collect()
    }

    fn has_scalar(&mut self, map: &ObjId, key: &str) -> bool {
        let shown = self.doc().get(map, key);
        matches!(shown, Ok(Some((Value::Scalar(_), _))))
    }

    fn set(&mut self, map: &ObjId, key: &str, value: Stored<'_>) {
        if let hydrate::Value::Scalar(scalar) = value.hydrated() {
            self.put(map, key, scalar);
        }
    }

    fn unset(&mut self, map: &ObjId, key: &str) {
        self.remove(map, key);
    }

    fn create(&mut self, record: &NewRecord) {
        let value = record_value(record);
        self.doc_mut()
            .batch_create_object(ROOT, key_of(record.local), &value, false)
            .expect("the root is a map and the value is a map");
    }

    fn create_events(&mut self, map: &ObjId) -> ObjId {
        self.doc_mut()
            .batch_create_object(map, schema::EVENTS, &events_value(&[]), false)
            .expect("the record is a map and the value is a map")
    }

    fn create_event(&mut self, events: &ObjId, event: &CaseEvent) {
        self.doc_mut()
            .batch_create_object(events, event.id.as_str(), &event_value(event), false)
            .expect("the events are a map and the value is a map");
    }
}

impl Target for Writing<'_> {
    type Map = Id;

    fn record_maps(&mut self, key: &str) -> Vec<Id> {
        self.record_maps(key)
    }

    fn event_maps(&mut self, map: &Id) -> Vec<Id> {
        self.maps_at(*map, schema::EVENTS)
    }

    fn texts(&mut self, map: &Id, key: &str) -> Vec<String> {
        Writing::texts(self, *map, key)
    }

    fn has_scalar(&mut self, map: &Id, key: &str) -> bool {
        Writing::has_scalar(self, *map, key)
    }

    fn set(&mut self, map: &Id, key: &str, value: Stored<'_>) {
        self.put(*map, key, value);
    }

    fn unset(&mut self, map: &Id, key: &str) {
        self.remove(*map, key);
    }

    fn create(&mut self, record: &NewRecord) {
        let made = record.made();
        let own = self.make(None, &key_of(record.local));
        let mut events = None;
        made.slots(|name, slot| match slot {
            Slot::Scalar(value) => self.put(own, name, value),
            Slot::Events => events = Some(self.make(Some(own), name)),
        });
        let Some(events) = events else { return };
        let maps: Vec<Id> = made
            .events
            .iter()
            .map(|event| self.make(Some(events), event.id.as_str()))
            .collect();
        for (map, event) in maps.into_iter().zip(made.events) {
            event::scalars(event, |name, value| self.put(map, &name.key(), value));
        }
    }

    fn create_events(&mut self, map: &Id) -> Id {
        self.make(Some(*map), schema::EVENTS)
    }

    fn create_event(&mut self, events: &Id, event: &CaseEvent) {
        let map = self.make(Some(*events), event.id.as_str());
        event::scalars(event, |name, value| self.put(map, &name.key(), value));
    }
}

fn winner<T: Target>(target: &mut T, local: u64) -> Option<T::Map> {
    target.record_maps(&key_of(local)).pop()
}

fn write<T: Target>(target: &mut T, author: &Author, hand: Hand, edit: &Edit) {
    match edit {
        Edit::Create(record) => target.create(record),
        Edit::SetField {
            local,
            field,
            value,
        } => {
            if set_field(target, *local, field, value) {
                touch(target, *local, author.at, hand);
            }
        }
        Edit::SetReceived { local, at } => {
            if let Some(map) = winner(target, *local) {
                target.set(&map, schema::RECEIVED, Stored::Int(*at));
            }
        }
        Edit::Append { local, event } => {
            if let Some(map) = winner(target, *local) {
                let events = target.event_maps(&map).pop();
                let events = events.unwrap_or_else(|| target.create_events(&map));
                target.create_event(&events, event);
                touch(target, *local, author.at, hand);
            }
        }
        Edit::SetGone { local, import } => {
            let mut maps = target.record_maps(&key_of(*local));
            match import {
                Some(import) => {
                    if let Some(map) = maps.pop() {
                        target.set(&map, schema::GONE, Stored::Text(import));
                    }
                }
                None => {
                    for map in &maps {
                        target.unset(map, schema::GONE);
                    }
                }
            }
        }
    }
}

fn touch<T: Target>(target: &mut T, local: u64, at: Millis, hand: Hand) {
    let Some(map) = winner(target, local) else {
        return;
    };
    target.set(&map, schema::UPDATED, Stored::Int(at));
    if hand == Hand::Person
        && target.has_scalar(&map, schema::IMPORT)
        && !target.has_scalar(&map, schema::EDITED)
    {
        target.set(&map, schema::EDITED, Stored::Flag(true));
    }
}

/// Returns whether anything was written.
fn set_field<T: Target>(target: &mut T, local: u64, field: &str, value: &str) -> bool {
    let maps = target.record_maps(&key_of(local));
    let Some((winner, others)) = maps.split_last() else {
        return false;
    };
    let mut written = false;
    for other in others {
        if target.has_scalar(other, field) {
            target.unset(other, field);
            written = true;
        }
    }
    let values = target.texts(winner, field);
    if value.is_empty() {
        if !values.is_empty() {
            target.unset(winner, field);
            written = true;
        }
    } else if values.len() != 1 || values[0] != value {
        if values.len() > 1 && values.last().is_some_and(|shown| shown == value) {
            // Choosing the value that shows is a write of its own as choosing another one is: else of two choices made apart the
            // other would take its place unseen.
            target.unset(winner, field);
        }
        target.set(winner, field, Stored::Text(value));
        written = true;
    }
    written
}
