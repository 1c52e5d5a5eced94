//! Fields that several people wrote at once, of every record on the device, and how they are settled.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ConflictView, Millis, Problem};

/// Most records one answer shows: each may lie in a document of its own, which is opened for it.
pub const MAX_DIFFERING_ROWS: u32 = 20;
/// Most fields settled by one command.
pub const MAX_SETTLED: usize = 200;

/// A window over the records that wait to be settled.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DifferingQuery {
    /// Kind of records, the two letters ids begin with; empty = all.
    pub kind: String,
    /// First record wanted.
    pub offset: u32,
    /// Records wanted, at most [`MAX_DIFFERING_ROWS`].
    pub limit: u32,
}

/// Records with differing entries, those changed last first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DifferingPage {
    /// Records of every kind, by the two letters ids begin with.
    pub counts: BTreeMap<String, u32>,
    /// Records that match, in all.
    pub total: u32,
    /// The records of the window.
    pub records: Vec<DifferingRecord>,
    /// Pieces of work of devices that were shut out: kept, not in force, and waiting to be judged.
    pub late: u32,
}

/// A record with differing entries.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DifferingRecord {
    /// Record id.
    pub id: String,
    /// Number people read.
    pub number: String,
    /// Name of the customer, subject of the case.
    pub title: String,
    /// Code of the branch that works on it.
    pub branch: String,
    /// Last change.
    pub updated: Millis,
    /// Fields with several values.
    pub fields: Vec<DifferingField>,
    /// Steps taken apart that contradict each other: settled on the record's own screen.
    pub clashes: u32,
    /// Why nothing can be settled here, if so.
    pub refused: Option<Problem>,
}

/// A field with several values.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DifferingField {
    /// The field with its values, by time.
    pub conflict: ConflictView,
    /// How each of the values stands, in their order.
    pub standing: Vec<ValueStanding>,
    /// The value in force, where a step decides it and not what was entered.
    pub decided: Option<String>,
}

/// How a value stands among others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueStanding {
    /// As good as the others.
    #[default]
    Entered,
    /// In force: a step decided it.
    Decided,
    /// Not in force: a step decided otherwise.
    Overruled,
    /// Written by the person complained about, who takes no part in handling.
    Recused,
}

/// What somebody chose for a field.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ConflictChoice {
    /// Record id.
    pub id: String,
    /// Field wire name.
    pub field: String,
    /// Value that shall hold.
    pub value: String,
    /// The values that were on the screen. If others are there now, the choice was made without them and is not taken.
    pub seen: Vec<String>,
}

/// What settling came to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SettledReport {
    /// Fields settled.
    pub settled: u32,
    /// Fields left as they are, with the reason.
    pub left: Vec<ConflictLeft>,
}

/// A field that was not settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictLeft {
    /// Record id.
    pub id: String,
    /// Field wire name.
    pub field: String,
    /// Why.
    pub problem: Problem,
}
