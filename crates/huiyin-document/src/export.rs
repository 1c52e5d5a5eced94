//! The canonical form of a record: one line of JSON with sorted keys, without bookkeeping. Digests are made of these lines.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::case_data;
use huiyin_core::file::data;
use huiyin_core::id::{EventId, RecordId, RecordKind};
use huiyin_core::pack::PackRef;
use serde::{Deserialize, Serialize};

use crate::{Millis, NewRecord, Record, RecordConflict};

/// A record in an export file. Field order is the order in the line and part of the format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportLine {
    /// `customer`, `case`, `continuation` or `consequence`.
    pub t: String,
    /// Record id.
    pub id: String,
    /// Number people read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub number: String,
    /// When it was made.
    #[serde(default)]
    pub created: Millis,
    /// Who made it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub created_by: String,
    /// When a case was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<Millis>,
    /// Length of the case's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<String>,
    /// Pack version a case began under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pack: Option<PackRef>,
    /// Fields by wire name; for a field in conflict the value shown.
    pub fields: BTreeMap<String, String>,
    /// Open conflicts: every value with its author.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub conflicts: BTreeMap<String, Vec<ExportConflict>>,
    /// Events by time, then id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<CaseEvent>,
}

/// One value of a conflict in an export file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportConflict {
    /// The value.
    pub value: String,
    /// Who wrote it.
    #[serde(default)]
    pub by: String,
    /// On which device.
    #[serde(default)]
    pub device: String,
    /// When.
    #[serde(default)]
    pub at: Millis,
}

/// Returns the canonical line of a record, without line end.
pub fn export_line(id: &RecordId, record: &Record) -> String {
    let mut events = without_undone(&record.events);
    events.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    let line = ExportLine {
        t: match id.kind() {
            RecordKind::Customer => "customer",
            RecordKind::Case => "case",
            RecordKind::Continuation => "continuation",
            RecordKind::Consequence => "consequence",
            RecordKind::Contact => "contact",
            RecordKind::Survey => "survey",
        }
        .to_owned(),
        id: id.to_string(),
        number: record.number.clone(),
        created: record.created,
        created_by: record.created_by.clone(),
        received: record.received,
        clock: record.clock.clone(),
        pack: record.pack.clone(),
        fields: record
            .fields
            .iter()
            .map(|(name, field)| (name.clone(), field.shown.clone()))
            .collect(),
        conflicts: record
            .fields
            .iter()
            .filter(|(_, field)| !field.conflict.is_empty())
            .map(|(name, field)| {
                (
                    name.clone(),
                    field.conflict.iter().map(ExportConflict::of).collect(),
                )
            })
            .collect(),
        events,
    };
    serde_json::to_string(&line).expect("an export line is plain data")
}

/// Returns the events without merges and changes of many records that were undone: they are bookkeeping, and what was undone reads as
/// before. What came after such an event comes after what that one came after.
///
/// **Source:** design of the export: business events, without merges, imports and undo.
fn without_undone(events: &[CaseEvent]) -> Vec<CaseEvent> {
    let merges: BTreeMap<&EventId, &CaseEvent> = events
        .iter()
        .filter(|event| event.step == Step::Merged)
        .map(|event| (&event.id, event))
        .collect();
    let mut left_out: BTreeMap<&EventId, &CaseEvent> = BTreeMap::new();
    for undo in events.iter().filter(|event| event.step == Step::Unmerged) {
        let merge = EventId::parse(undo.datum(data::OF))
            .ok()
            .and_then(|of| merges.get_key_value(&of).map(|(id, merge)| (*id, *merge)));
        if let Some((id, merge)) = merge {
            left_out.insert(id, merge);
            left_out.insert(&undo.id, undo);
        }
    }
    for (done, undo) in undone_of_many(events) {
        left_out.insert(&done.id, done);
        left_out.insert(&undo.id, undo);
    }
    if left_out.is_empty() {
        return events.to_vec();
    }
    let kept = events
        .iter()
        .filter(|event| !left_out.contains_key(&event.id));
    kept.map(|event| {
        let mut event = event.clone();
        if event.after.iter().any(|id| left_out.contains_key(id)) {
            event.after = before(&event.after, &left_out);
        }
        event
    })
    .collect()
}

/// Returns each entry about a change of many records with the one of its undo: the same act, the same step, and of plain fields the
/// same ones. Two who undo one act apart leave an undo each.
fn undone_of_many(events: &[CaseEvent]) -> Vec<(&CaseEvent, &CaseEvent)> {
    let fields = |event: &CaseEvent| -> BTreeSet<String> {
        let names = event.data.keys();
        let marks = [case_data::BULK, case_data::BULK_UNDONE];
        names
            .filter(|name| event.step == Step::Noted && !marks.contains(&name.as_str()))
            .cloned()
            .collect()
    };
    let mut pairs = Vec::new();
    for undo in events {
        let act = undo.datum(case_data::BULK_UNDONE);
        if act.is_empty() {
            continue;
        }
        let done = events.iter().find(|done| {
            done.datum(case_data::BULK) == act
                && done.step == undo.step
                && fields(done) == fields(undo)
        });
        pairs.extend(done.map(|done| (done, undo)));
    }
    pairs
}

/// Returns what stands in `after` once these events are left out. An event is looked at once, so that a ring ends.
fn before(after: &[EventId], left_out: &BTreeMap<&EventId, &CaseEvent>) -> Vec<EventId> {
    let mut found: BTreeSet<EventId> = BTreeSet::new();
    let mut seen: BTreeSet<&EventId> = BTreeSet::new();
    let mut waiting: Vec<&EventId> = after.iter().collect();
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            continue;
        }
        match left_out.get(id) {
            Some(event) => waiting.extend(&event.after),
            None => drop(found.insert(id.clone())),
        }
    }
    found.into_iter().collect()
}

impl ExportConflict {
    fn of(value: &RecordConflict) -> Self {
        Self {
            value: value.value.clone(),
            by: value.by.clone(),
            device: value.device.clone(),
            at: value.at,
        }
    }
}

impl ExportLine {
    /// Returns the record the line describes, to be created under the id's local part.
    pub fn into_new_record(self, local: u64) -> NewRecord {
        let conflict = |value: ExportConflict| RecordConflict {
            at: value.at,
            value: value.value,
            by: value.by,
            device: value.device,
        };
        NewRecord {
            local,
            number: self.number,
            created: self.created,
            created_by: self.created_by,
            received: self.received,
            clock: self.clock,
            pack: self.pack,
            import: None,
            fields: self.fields,
            conflicts: self
                .conflicts
                .into_iter()
                .map(|(field, values)| (field, values.into_iter().map(conflict).collect()))
                .collect(),
            events: self.events,
        }
    }
}
