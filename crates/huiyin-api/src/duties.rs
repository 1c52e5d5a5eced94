//! What is due for customers' files, of many customers at once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::DutyView;

/// Which duties are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", default)]
pub struct FileDutyQuery {
    /// Kinds of [`DutyView::kind`]; empty = all.
    pub kinds: Vec<String>,
    /// Name of the owner, A or B; empty = whoever.
    pub owner: String,
    /// Branch code; empty = all on this device.
    pub branch: String,
    /// Only those past their time.
    pub late: bool,
    /// Only those that fall to the person at the device.
    pub mine: bool,
    /// Rows left out at the beginning.
    pub offset: u32,
    /// Rows wanted, at most [`crate::MAX_PAGE_ROWS`].
    pub limit: u32,
}

/// One duty of a customer's file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FileDutyView {
    /// Record id of the customer.
    pub customer: String,
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
    /// Owner A; empty = nobody.
    pub owner: String,
    /// Branch code.
    pub branch: String,
    /// What is due; never done. Of papers there is one for all of a file.
    pub duty: DutyView,
    /// How many papers lack something; 1 for other kinds.
    pub count: u32,
    /// It falls to the person at the device.
    pub mine: bool,
}

/// A window of the duties of files: overdue first, then by time, those without one last.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FileDutyPage {
    /// There are rules for files; without them nothing is due.
    pub has_rules: bool,
    /// The rules chosen have not come to this device yet.
    pub rules_missing: bool,
    /// All that fit the query.
    pub total: u32,
    /// Rows left out at the beginning.
    pub offset: u32,
    /// The rows.
    pub rows: Vec<FileDutyView>,
    /// How many there are of each kind, whatever kinds were asked for.
    pub kinds: BTreeMap<String, u32>,
    /// Those past their time, whether only these were asked for or not.
    pub late: u32,
    /// Owners of files with duties, by name (at most 500).
    pub owners: Vec<String>,
}

/// What duties of files add to my day: those that fall to the person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FileDay {
    /// Overdue first, then by time (at most 50).
    pub rows: Vec<FileDutyView>,
    /// All of them.
    pub total: u32,
    /// Those past their time.
    pub late: u32,
}
