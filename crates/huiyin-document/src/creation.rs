//! New records, and imports whose creation change is byte-identical on every device.
//!
//! An imported record is created by an actor derived from the import, on top of the genesis alone, at time 0. Two devices that
//! import the same file apart therefore make the same bytes, and merging them adds nothing.

use std::collections::{BTreeMap, HashMap};

use automerge::ChangeHash;
use automerge::hydrate::{self, Value};
use huiyin_core::case::CaseEvent;
use huiyin_core::pack::PackRef;

use crate::change::hash_of_chunk;
use crate::creation_change::{
    Made, ReadChange, Slot, is_creation_of, read_creation_change, write_creation,
};
use crate::reader::Source;
use crate::record::key_of;
use crate::stored::Stored;
use crate::{
    ActorSeed, Author, Document, DocumentKey, FieldValue, Millis, Record, RecordConflict, event,
    schema,
};

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

/// Records made together with the change that creates them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Creation {
    /// The change chunk; more than one if records were created with conflicts.
    pub changes: Vec<u8>,
    /// The records as a document holds them after these changes, by local id.
    pub records: Vec<Record>,
}

impl Creation {
    /// Makes records; [`creation_changes`] for callers that want the records too.
    pub fn of(import: &str, document: &DocumentKey, records: &[NewRecord]) -> Self {
        let by_local: BTreeMap<u64, Record> = records
            .iter()
            .map(|record| (record.local, Record::of(record)))
            .collect();
        Self {
            changes: creation_changes(import, document, records),
            records: by_local.into_values().collect(),
        }
    }
}

/// Returns the changes that create `records` in a document, equal on every device for equal input.
///
/// `import` names the import; records go in by local id, so their order does not matter. Of several with one id the last is taken.
pub fn creation_changes(import: &str, document: &DocumentKey, records: &[NewRecord]) -> Vec<u8> {
    let name = document.to_string();
    let actor = ActorSeed::creation(import, &name, 0);
    let by_local: BTreeMap<u64, &NewRecord> = records
        .iter()
        .map(|record| (record.local, record))
        .collect();
    if by_local.is_empty() {
        return Vec::new();
    }
    let made: Vec<Made<'_>> = by_local.values().map(|record| record.made()).collect();
    let (base, _) = write_creation(&actor.0, import, &made);
    let conflicts = conflicts_of(records);
    if conflicts.is_empty() {
        return base;
    }
    let mut document = Document::new(&actor);
    document.apply(&base).expect("a change made here applies");
    with_conflicts(import, &name, &mut document, conflicts)
}

/// Returns the changes of a document and beside them one per conflicting value, made by forks.
fn with_conflicts(
    import: &str,
    name: &str,
    base: &mut Document,
    conflicts: Vec<(u64, &str, &CreatedConflict)>,
) -> Vec<u8> {
    let mut merged = base.doc_mut().fork();
    for (part, (local, field, value)) in conflicts.into_iter().enumerate() {
        let actor = ActorSeed::creation(import, name, part as u32 + 1);
        let mut fork = Document::around(base.doc_mut().fork(), &actor);
        let object = fork
            .doc()
            .record_maps(&key_of(local))
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
            .merge(fork.doc_mut())
            .expect("forks of one document merge");
    }
    merged
        .get_changes(&[ChangeHash(schema::GENESIS_HASH)])
        .iter()
        .flat_map(|change| change.raw_bytes().to_vec())
        .collect()
}

/// Returns the records that a chunk creates, by local id, if it is one whole change as [`creation_changes`] makes them of records
/// without conflicts; none for anything else, which goes the long way through [`Document::apply`].
///
/// The records are those of a document that holds the genesis and this change alone. Any such document takes the change: it is proven
/// byte by byte to be one that [`creation_changes`] writes, by whatever actor. A document with further changes is read by Automerge.
pub fn read_creation(chunk: &[u8]) -> Option<Vec<Record>> {
    Some(prove_creation(chunk)?.records)
}

/// As [`read_creation`], for a chunk that [`crate::unpack_creation`] has just put together: its checksum is right.
pub fn read_unpacked_creation(chunk: &[u8]) -> Option<Vec<Record>> {
    Some(prove_body(chunk)?.records)
}

/// Returns the hash of a creation change.
///
/// # Panics
/// On less than a chunk's prefix.
pub fn creation_hash(chunk: &[u8]) -> [u8; 32] {
    hash_of_chunk(chunk)
}

/// Returns what a chunk creates, proven by writing it again.
pub(crate) fn prove_creation(chunk: &[u8]) -> Option<ReadChange> {
    prove_body(chunk).filter(|_| hash_of_chunk(chunk)[..4] == chunk[4..8])
}

fn prove_body(chunk: &[u8]) -> Option<ReadChange> {
    let read = read_creation_change(chunk)?;
    if !read.records.iter().all(Record::is_as_created) {
        return None;
    }
    let made: Vec<Made<'_>> = read.records.iter().map(Record::as_made).collect();
    let same = is_creation_of(chunk, &read.actor, &read.import, &made);
    drop(made);
    same.then_some(read)
}

/// Returns every conflicting value in a fixed order.
fn conflicts_of(records: &[NewRecord]) -> Vec<(u64, &str, &CreatedConflict)> {
    let mut all: Vec<_> = records
        .iter()
        .flat_map(|record| {
            let conflicts = record.conflicts.iter().filter(|(name, _)| is_field(name));
            conflicts.flat_map(|(field, values)| {
                values
                    .iter()
                    .map(|value| (record.local, field.as_str(), value))
            })
        })
        .collect();
    all.sort();
    all
}

/// Returns whether a name is one of a field; bookkeeping has no conflicts.
fn is_field(name: &str) -> bool {
    !name.starts_with(schema::BOOKKEEPING)
}

/// Returns a conflicting value as the message and time of its change keep it.
fn conflict_as_kept(value: &CreatedConflict) -> RecordConflict {
    let author = Author {
        action: String::new(),
        by: value.by.clone(),
        device: value.device.clone(),
        at: value.at,
    };
    let kept = Author::of(Some(&author.message()), value.at.div_euclid(1000));
    RecordConflict {
        at: kept.at,
        value: value.value.clone(),
        by: kept.by,
        device: kept.device,
    }
}

/// Returns a text to be stored, none if it is empty.
fn text(text: &str) -> Option<Slot<'_>> {
    (!text.is_empty()).then_some(Slot::Scalar(Stored::Text(text)))
}

/// Returns bookkeeping, sorted by name.
fn bookkeeping<'a>(
    created: Millis,
    created_by: &'a str,
    received: Option<Millis>,
    clock: Option<&'a str>,
    pack: Option<&'a PackRef>,
    import: Option<&'a str>,
    number: &'a str,
) -> [(&'static str, Option<Slot<'a>>); 8] {
    let scalar = Slot::Scalar;
    [
        (schema::CREATED_BY, text(created_by)),
        (schema::CREATED, Some(scalar(Stored::Int(created)))),
        (schema::EVENTS, Some(Slot::Events)),
        (
            schema::IMPORT,
            import.map(|import| scalar(Stored::Text(import))),
        ),
        (
            schema::CLOCK,
            clock.map(|clock| scalar(Stored::Text(clock))),
        ),
        (schema::NUMBER, text(number)),
        (schema::PACK, pack.map(|pack| scalar(Stored::Text(&pack.0)))),
        (schema::RECEIVED, received.map(|at| scalar(Stored::Int(at)))),
    ]
}

/// Returns events by id, the last of each.
fn by_id(events: &[CaseEvent]) -> Vec<&CaseEvent> {
    let mut all: Vec<&CaseEvent> = events.iter().rev().collect();
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all.dedup_by(|later, kept| later.id == kept.id);
    all
}

impl NewRecord {
    /// Returns the record as it is stored.
    pub(crate) fn made(&self) -> Made<'_> {
        Made {
            local: self.local,
            own: bookkeeping(
                self.created,
                &self.created_by,
                self.received,
                self.clock.as_deref(),
                self.pack.as_ref(),
                self.import.as_deref(),
                &self.number,
            ),
            fields: self
                .fields
                .iter()
                .filter(|(name, value)| !value.is_empty() && !self.conflicts.contains_key(*name))
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect(),
            events: by_id(&self.events),
        }
    }
}

impl Record {
    /// Returns what [`Document::record`] gives of a record after [`creation_changes`] of it was applied.
    pub fn of(new: &NewRecord) -> Self {
        let mut record = Self {
            local: new.local,
            ..Self::default()
        };
        let made = new.made();
        let mut fields: Vec<(String, FieldValue)> = Vec::with_capacity(made.fields.len());
        made.slots(|name, slot| match slot {
            Slot::Scalar(value) if name.starts_with(schema::BOOKKEEPING) => {
                record.take_bookkeeping(name, value);
            }
            Slot::Scalar(value) => {
                fields.extend(value.shown().map(|shown| (name.to_owned(), shown.into())));
            }
            Slot::Events => {}
        });
        record.events = by_id(&new.events)
            .into_iter()
            .map(event::as_stored)
            .collect();
        let conflicts = new.conflicts.iter().filter(|(name, _)| is_field(name));
        fields.extend(conflicts.filter_map(|(name, values)| {
            let values = values.iter().map(conflict_as_kept).collect();
            Some((name.clone(), FieldValue::of(values)?))
        }));
        record.fields = fields.into_iter().collect();
        record.settle();
        record
    }

    /// Returns whether nothing but its creation is in the record.
    fn is_as_created(&self) -> bool {
        self.gone.is_none() && !self.edited && self.conflicts() == 0
    }

    /// Returns the record as its creation stored it.
    pub(crate) fn as_made(&self) -> Made<'_> {
        Made {
            local: self.local,
            own: bookkeeping(
                self.created,
                &self.created_by,
                self.received,
                self.clock.as_deref(),
                self.pack.as_ref(),
                self.import.as_deref(),
                &self.number,
            ),
            fields: self
                .fields
                .iter()
                .map(|(name, value)| (name.as_str(), value.shown.as_str()))
                .collect(),
            events: self.events.iter().collect(),
        }
    }
}

/// Returns a record as the map that is stored.
pub(crate) fn record_value(record: &NewRecord) -> Value {
    let made = record.made();
    let mut map: HashMap<String, Value> = HashMap::new();
    made.slots(|name, slot| {
        let value = match slot {
            Slot::Scalar(value) => value.hydrated(),
            Slot::Events => events_value(&record.events),
        };
        map.insert(name.to_owned(), value);
    });
    Value::Map(hydrate::Map::from(map))
}

/// Returns events as the map that is stored.
pub(crate) fn events_value(events: &[CaseEvent]) -> Value {
    let map: HashMap<String, Value> = events
        .iter()
        .map(|event| (event.id.as_str().to_owned(), event_value(event)))
        .collect();
    Value::Map(map.into())
}

/// Returns an event as the map that is stored.
pub(crate) fn event_value(event: &CaseEvent) -> Value {
    let mut map: HashMap<String, Value> = HashMap::new();
    event::scalars(event, |name, value| {
        map.insert(name.key(), value.hydrated());
    });
    Value::Map(map.into())
}
