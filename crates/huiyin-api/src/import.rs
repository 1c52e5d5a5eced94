//! Import of files: preview, progress, report.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Millis;

/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportKind {
    /// Customer files.
    #[default]
    Customers,
    /// Cases.
    Cases,
    /// JSON lines that name their kind row by row.
    Records,
}

/// A field that a column may be mapped to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FieldChoice {
    /// Field wire name.
    pub field: String,
    /// `customers` or `cases`.
    pub kind: String,
    /// `line`, `text`, `phone`, `email`, `date`, `integer`, `choice`, `tags`.
    pub form: String,
}

/// A field and the column it is read from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ColumnMap {
    /// Field wire name.
    pub field: String,
    /// Column header.
    pub column: String,
}

/// A row that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RejectedRow {
    /// Line in the file, from 1; the header is line 1.
    pub line: u64,
    /// Column header, if one is at fault.
    pub column: String,
    /// English reason fragment naming what to mend.
    pub reason: String,
}

/// What an import would do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ImportPreview {
    /// Session id.
    pub import: String,
    /// File name.
    pub name: String,
    /// What the rows are taken for.
    pub kind: ImportKind,
    /// `utf-8`, `utf-8-bom`, `utf-16` or `gb18030`.
    pub encoding: String,
    /// Column headers in file order.
    pub columns: Vec<String>,
    /// Mapping in force.
    pub mapping: Vec<ColumnMap>,
    /// Fields offered for mapping.
    pub fields: Vec<FieldChoice>,
    /// First rows (at most 20), by column.
    pub sample: Vec<Vec<String>>,
    /// Data rows in the file.
    pub rows: u64,
    /// Unknown states of the file → the state they become, for cases.
    pub states: BTreeMap<String, String>,
    /// First rejected rows (at most 20).
    pub rejected: Vec<RejectedRow>,
    /// Rejected rows in all.
    pub rejected_total: u64,
}

/// What is done with a file just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportStage {
    /// It is read through: columns, counts, rows that cannot be taken. Nothing is stored.
    Looking,
    /// Its rows are stored, or counted in a dry run.
    #[default]
    Running,
}

/// How far a file is that is read through or imported. Told at most ten times a second.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ImportProgress {
    /// Session id.
    pub import: String,
    /// What is done with it.
    #[serde(default)]
    pub stage: ImportStage,
    /// Rows done; bytes of the file while it is read through.
    pub done: u64,
    /// Rows in all; bytes of the file while it is read through.
    pub total: u64,
}

/// What an import did, or would do in a dry run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ImportReport {
    /// Session id.
    pub import: String,
    /// New records.
    pub added: u64,
    /// Records with changed fields.
    pub changed: u64,
    /// Records that were already so.
    pub unchanged: u64,
    /// Rows not taken.
    pub rejected: u64,
    /// First rejected rows (at most 100).
    pub rejected_rows: Vec<RejectedRow>,
    /// Nothing was stored.
    pub dry_run: bool,
    /// Stopped by the user before the end.
    pub cancelled: bool,
}

/// An import of the past.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ImportSummary {
    /// Import id.
    pub import: String,
    /// File name.
    pub name: String,
    /// What the rows were.
    pub kind: ImportKind,
    /// When.
    pub at: Millis,
    /// By whom.
    pub by: String,
    /// Records added.
    pub added: u64,
    /// Records changed.
    pub changed: u64,
    /// Taken back.
    pub undone: bool,
}

/// What taking an import back did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UndoReport {
    /// Records removed or set back.
    pub removed: u64,
    /// Records kept because they were edited since: id and name.
    pub kept: Vec<(String, String)>,
}
