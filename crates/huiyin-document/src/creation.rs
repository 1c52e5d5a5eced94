//! New records, and imports whose creation change is byte-identical on every device.
//!
//! An imported record is created by an actor derived from the import, on top of the genesis alone, at time 0. Two devices that
//! import the same file apart therefore make the same bytes, and merging them adds nothing.

use std::collections::{BTreeMap, HashMap};

use automerge::hydrate::{self, Value};
use automerge::transaction::Transactable;
use huiyin_core::case::CaseEvent;
use huiyin_core::pack::PackRef;

use crate::record::key_of;
use crate::{ActorSeed, Author, Document, DocumentKey, Millis, RecordConflict, event, schema};

/// Concurrent values a record is created with (import of an export that held an open conflict).
pub type CreatedConflict = RecordConflict;

/// A record to be made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewRecord {
    /// Local id.
    pub local: u64,
    /// Number people read.
    pub number: String,
    /// When it is made.
    pub created: Millis,
    /// Who makes it.
    pub created_by: String,
    /// When a case was received.
    pub received: Option<Millis>,
    /// Length of the case's clock, none = no clock.
    pub clock: Option<String>,
    /// Pack version a case begins under.
    pub pack: Option<PackRef>,
    /// Import it comes with, if any.
    pub import: Option<String>,
    /// Fields by wire name; empty values are left out.
    pub fields: BTreeMap<String, String>,
    /// Fields with several values.
    pub conflicts: BTreeMap<String, Vec<CreatedConflict>>,
    /// Events.
    pub events: Vec<CaseEvent>,
}

/// Returns the changes that create `records` in a document, equal on every device for equal input.
///
/// `import` names the import; records go in by local id, so their order does not matter.
pub fn creation_changes(import: &str, document: &DocumentKey, records: &[NewRecord]) -> Vec<u8> {
    let name = document.to_string();
    let mut base = Document::new(&ActorSeed::creation(import, &name, 0));
    let root: HashMap<String, Value> = records
        .iter()
        .map(|record| (key_of(record.local), record_value(record)))
        .collect();
    base.doc
        .init_root_from_hydrate(&root.into())
        .expect("the root is a map");
    let author = Author {
        action: import.to_owned(),
        ..Author::default()
    };
    base.commit(&author);
    let genesis = Document::new(&ActorSeed([0; 16])).doc.get_heads();
    let mut merged = base.doc.fork();
    for (part, (local, field, value)) in conflicts_of(records).into_iter().enumerate() {
        let mut fork = Document {
            doc: base
                .doc
                .fork()
                .with_actor(ActorSeed::creation(import, &name, part as u32 + 1).actor()),
        };
        let object = fork
            .objects(&key_of(local))
            .pop()
            .expect("the record was created above");
        fork.put(&object, field, value.value.as_str());
        fork.commit(&Author {
            action: import.to_owned(),
            by: value.by.clone(),
            device: value.device.clone(),
            at: value.at,
        });
        merged
            .merge(&mut fork.doc)
            .expect("forks of one document merge");
    }
    merged
        .get_changes(&genesis)
        .iter()
        .flat_map(|change| change.raw_bytes().to_vec())
        .collect()
}

/// Returns every conflicting value in a fixed order.
fn conflicts_of(records: &[NewRecord]) -> Vec<(u64, &str, &CreatedConflict)> {
    let mut all: Vec<_> = records
        .iter()
        .flat_map(|record| {
            record.conflicts.iter().flat_map(|(field, values)| {
                values
                    .iter()
                    .map(|value| (record.local, field.as_str(), value))
            })
        })
        .collect();
    all.sort();
    all
}

/// Returns a record as the map that is stored.
pub(crate) fn record_value(record: &NewRecord) -> Value {
    let mut map: HashMap<String, Value> = record
        .fields
        .iter()
        .filter(|(name, value)| !value.is_empty() && !record.conflicts.contains_key(*name))
        .map(|(name, value)| (name.clone(), Value::scalar(value.clone())))
        .collect();
    let mut put = |name: &str, value: Value| map.insert(name.to_owned(), value);
    if !record.number.is_empty() {
        put(schema::NUMBER, Value::scalar(record.number.clone()));
    }
    put(schema::CREATED, Value::scalar(record.created));
    if !record.created_by.is_empty() {
        put(schema::CREATED_BY, Value::scalar(record.created_by.clone()));
    }
    if let Some(received) = record.received {
        put(schema::RECEIVED, Value::scalar(received));
    }
    if let Some(clock) = &record.clock {
        put(schema::CLOCK, Value::scalar(clock.clone()));
    }
    if let Some(pack) = &record.pack {
        put(schema::PACK, Value::scalar(pack.0.clone()));
    }
    if let Some(import) = &record.import {
        put(schema::IMPORT, Value::scalar(import.clone()));
    }
    put(schema::EVENTS, events_value(&record.events));
    Value::Map(hydrate::Map::from(map))
}

/// Returns events as the map that is stored.
pub(crate) fn events_value(events: &[CaseEvent]) -> Value {
    let map: HashMap<String, Value> = events
        .iter()
        .map(|event| {
            let scalars: HashMap<String, Value> = event::scalars(event).into_iter().collect();
            (event.id.as_str().to_owned(), Value::Map(scalars.into()))
        })
        .collect();
    Value::Map(map.into())
}
