//! Writing records: one user action becomes one change per document.

use automerge::ObjId;
use automerge::ROOT;
use automerge::transaction::Transactable;
use huiyin_core::case::CaseEvent;

use crate::creation::{NewRecord, event_value, events_value, record_value};
use crate::record::key_of;
use crate::{Author, Document, Millis, schema};

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
        for edit in edits {
            self.write(author, hand, edit);
        }
        self.commit(author)
    }

    fn write(&mut self, author: &Author, hand: Hand, edit: &Edit) {
        match edit {
            Edit::Create(record) => {
                let value = record_value(record);
                self.doc
                    .batch_create_object(ROOT, key_of(record.local), &value, false)
                    .expect("the root is a map and the value is a map");
            }
            Edit::SetField {
                local,
                field,
                value,
            } => {
                if self.set_field(*local, field, value) {
                    self.touch(*local, author.at, hand);
                }
            }
            Edit::SetReceived { local, at } => {
                if let Some(object) = self.winner(*local) {
                    self.put(&object, schema::RECEIVED, *at);
                }
            }
            Edit::Append { local, event } => {
                if let Some(object) = self.winner(*local) {
                    self.append(&object, event);
                    self.touch(*local, author.at, hand);
                }
            }
            Edit::SetGone { local, import } => {
                if let Some(object) = self.winner(*local) {
                    match import {
                        Some(import) => self.put(&object, schema::GONE, import.as_str()),
                        None => self
                            .objects(&key_of(*local))
                            .iter()
                            .for_each(|object| self.remove(object, schema::GONE)),
                    }
                }
            }
        }
    }

    fn winner(&self, local: u64) -> Option<ObjId> {
        self.objects(&key_of(local)).pop()
    }

    fn touch(&mut self, local: u64, at: Millis, hand: Hand) {
        let Some(object) = self.winner(local) else {
            return;
        };
        self.put(&object, schema::UPDATED, at);
        if hand == Hand::Person
            && self.scalar(&object, schema::IMPORT).is_some()
            && self.scalar(&object, schema::EDITED).is_none()
        {
            self.put(&object, schema::EDITED, true);
        }
    }

    /// Returns whether anything was written.
    fn set_field(&mut self, local: u64, field: &str, value: &str) -> bool {
        let objects = self.objects(&key_of(local));
        let Some((winner, others)) = objects.split_last() else {
            return false;
        };
        let mut written = false;
        for other in others {
            if self.scalar(other, field).is_some() {
                self.remove(other, field);
                written = true;
            }
        }
        let values = self.values(winner, field);
        if value.is_empty() {
            if !values.is_empty() {
                self.remove(winner, field);
                written = true;
            }
        } else if values.len() != 1 || values[0] != value {
            self.put(winner, field, value);
            written = true;
        }
        written
    }

    fn append(&mut self, object: &ObjId, event: &CaseEvent) {
        let events = match self.event_maps(object).pop() {
            Some(events) => events,
            None => self
                .doc
                .batch_create_object(object, schema::EVENTS, &events_value(&[]), false)
                .expect("the record is a map and the value is a map"),
        };
        self.doc
            .batch_create_object(&events, event.id.as_str(), &event_value(event), false)
            .expect("the events are a map and the value is a map");
    }

    fn values(&self, object: &ObjId, key: &str) -> Vec<String> {
        let all = automerge::ReadDoc::get_all(&self.doc, object, key).unwrap_or_default();
        all.into_iter()
            .filter_map(|(value, _)| value.into_string().ok())
            .collect()
    }

    fn scalar(&self, object: &ObjId, key: &str) -> Option<automerge::ScalarValue> {
        let (value, _) = automerge::ReadDoc::get(&self.doc, object, key).ok()??;
        value.into_scalar().ok()
    }
}
