//! What the Automerge documents of a company look like, how they are written, and how they are read.
//!
//! A company is a root document, a catalogue per branch and segments of records. Every document begins with one genesis
//! change that is byte-identical on every device, so that replicas made apart merge. Reading never fails: a defect becomes
//! an [`Issue`] beside what could be read, and fields this version does not know survive.

mod actor;
mod author;
pub mod blob;
mod case_texts;
mod change;
mod columns;
mod creation;
mod creation_change;
mod creation_pack;
#[cfg(test)]
mod creation_pack_tests;
#[cfg(test)]
mod creation_tests;
mod custom_fields;
mod desk_row;
mod document;
mod edit;
mod event;
mod export;
mod file_row;
mod guard;
#[cfg(test)]
mod guard_tests;
mod kept_creation;
mod key;
mod late;
mod light;
#[cfg(test)]
mod light_tests;
mod operations;
mod pack;
#[cfg(test)]
mod pack_tests;
mod past;
mod reader;
mod record;
mod register;
mod row;
mod row_columns;
mod row_form;
#[cfg(test)]
mod row_tests;
pub mod schema;
mod signing;
mod stored;

pub use actor::may_write_as;
pub use author::{ActorSeed, Author};
pub use case_texts::CaseTexts;
pub use creation::{
    CreatedConflict, Creation, NewRecord, creation_changes, creation_hash, read_creation,
    read_unpacked_creation,
};
pub use creation_pack::{
    is_creation_of_newer_form, pack_creation, unpack_creation, unpack_with_hash,
};
pub use custom_fields::{MAX_CUSTOM_CHARS, MAX_ROW_CUSTOM, RowCustom};
pub use desk_row::{Awaited, DeskRow, Judged, MAX_ROW_ACTIONS, RowAction, RowClock, Standing};
pub use document::{ApplyError, Document, Touched};
pub use edit::{Edit, Hand};
pub use export::{ExportConflict, ExportLine, export_line};
pub use file_row::{CustomerFile, FileRow, MAX_ROW_DUTIES, RowDuty, RowDutyKind};
pub use key::{
    DocumentKey, KeyError, branch_stream, exchange_branches, exchange_stream, managers_branch,
    managers_stream,
};
pub use late::followed;
pub use pack::{
    MAX_GROUP, MAX_UNPACKED, is_of_newer_form, pack_changes, pack_group, unpack_changes,
    unpack_group,
};
pub use past::{Included, Past, PastWrite};
pub use record::{FieldValue, Issue, Record, RecordConflict};
pub use register::Registers;
pub use row::{
    CaseColumn, ConsequenceColumn, ContactColumn, CustomerColumn, GAVE_WAY, POOLED,
    PROJECTION_VERSION, Row, SegmentRows, SurveyColumn, row_of,
};
pub use row_columns::{Columns, RowRef};
pub use signing::{Signatories, event_digest, mark_signatures};

pub use huiyin_core::Millis;
