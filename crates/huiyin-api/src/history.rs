//! What was written in a record when and by whom, the record as it stood on a day, and taking one's own writes back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ConflictLeft, EventView, Millis};

/// Most lines of history one answer shows, the newest first; the count tells of all.
pub const MAX_HISTORY: u32 = 500;

/// Which part of a record's history is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HistoryQuery {
    /// Record id.
    pub id: String,
    /// Field wire name; empty = all.
    pub field: String,
    /// Lines wanted, at most [`MAX_HISTORY`].
    pub limit: u32,
}

/// The history of a record, field by field.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RecordHistory {
    /// Number people read.
    pub number: String,
    /// Name of the customer, subject of the case.
    pub title: String,
    /// How often each field was written, by wire name.
    pub fields: BTreeMap<String, u32>,
    /// Lines that match, in all.
    pub total: u32,
    /// The newest of them.
    pub lines: Vec<HistoryLine>,
    /// The day of the first line, `YYYY-MM-DD`: before it there was no record.
    pub since: String,
    /// Today, `YYYY-MM-DD`.
    pub today: String,
    /// Changes of a form this version does not read: what they wrote is not in the list.
    pub unread: u32,
    /// How the customers that values name are called, by record id.
    #[serde(default)]
    pub names: BTreeMap<String, String>,
}

/// A field written once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HistoryLine {
    /// Field wire name.
    pub field: String,
    /// The value; empty if it was removed.
    pub value: String,
    /// Values it took the place of: several if it settled differing entries.
    pub before: Vec<String>,
    /// Who; of an import who imported, if known.
    pub by: String,
    /// On which device.
    pub device: String,
    /// When; of an import when it was imported, none if that is not known here.
    pub at: Option<Millis>,
    /// Name of the imported file, or the import's id; empty = no import.
    pub import: String,
    /// Id of the action, shared by all it wrote.
    pub action: String,
    /// The record was made by it.
    pub made: bool,
    /// It is what the record says now, or one of several entries.
    pub holds: bool,
    /// The person at the device may take the action back: their own, and not the making of the record.
    pub own: bool,
}

/// A record as it stood at the end of a day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RecordThen {
    /// The day, `YYYY-MM-DD`.
    pub day: String,
    /// The end of it in the zone of the branch.
    pub at: Millis,
    /// The record had been made by then.
    pub exists: bool,
    /// Fields then and now, those that had a value at either time.
    pub fields: Vec<FieldThen>,
    /// State of the case, stage of the customer; wire names.
    pub state: String,
    /// The same now.
    pub state_now: String,
    /// The time line up to then.
    pub events: Vec<EventView>,
    /// Changes of the record made since.
    pub later: u32,
    /// How the customers that values name are called, by record id.
    #[serde(default)]
    pub names: BTreeMap<String, String>,
}

/// A field then and now.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FieldThen {
    /// Field wire name.
    pub field: String,
    /// The value then.
    pub then: String,
    /// The value now.
    pub now: String,
    /// Then there were several entries, of which one showed.
    pub differing: bool,
}

/// What taking an action back came to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TakenBack {
    /// Wire names of fields that say again what they said before.
    pub done: Vec<String>,
    /// Fields left as they are, with the reason.
    pub left: Vec<ConflictLeft>,
}
