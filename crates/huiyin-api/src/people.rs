//! Merging customer files, and files that are likely the same.

use huiyin_core::duplicate::Shared;
use huiyin_core::merge::MergeField;
use serde::{Deserialize, Serialize};

use crate::{CustomerRow, Millis};

/// Most pairs of likely duplicates that an answer lists, the likeliest first.
pub const MAX_PAIRS: usize = 500;

/// A merge to look at before it is done.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MergePreview {
    /// The file that stays.
    pub stays: CustomerRow,
    /// The file that gives way.
    pub gives_way: CustomerRow,
    /// Every field that either has and a person may choose about, by name.
    pub fields: Vec<MergeField>,
    /// Fields of the file that stays with several values: a value is not taken over into them before they are settled.
    pub unsettled: Vec<String>,
    /// Cases of the file that gives way, shown at the other one afterwards.
    pub cases: u32,
    /// Entries of its time line, read together afterwards.
    pub entries: u32,
}

/// The other file of a merge in force.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MergedView {
    /// Record id.
    pub id: String,
    /// Number people read.
    pub number: String,
    /// Name; empty if the file is not on this device.
    pub name: String,
    /// Who merged.
    pub by: String,
    /// When.
    pub at: Millis,
    /// The two were merged directly and the merge can be undone here.
    pub may_undo: bool,
}

/// What undoing a merge did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UnmergeReport {
    /// Fields put back.
    pub put_back: Vec<String>,
    /// Fields that somebody changed since the merge; they stay as they are.
    pub kept: Vec<String>,
}

/// A customer like the one being entered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AlikeRow {
    /// The customer.
    pub row: CustomerRow,
    /// Likeness out of 100; 0 while only some digits of a phone are the same.
    pub score: u32,
    /// What is the same.
    pub shared: Vec<Shared>,
}

/// Two files that are likely the same.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DuplicatePair {
    /// Likeness, 60 to 100.
    pub score: u32,
    /// The one made first.
    pub a: CustomerRow,
    /// The other.
    pub b: CustomerRow,
    /// What is the same.
    pub shared: Vec<Shared>,
}

/// Files that are likely the same, as a look at every file found them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DuplicatesView {
    /// The likeliest pairs, at most [`MAX_PAIRS`].
    pub pairs: Vec<DuplicatePair>,
    /// Pairs in all.
    pub total: u32,
    /// Files looked at.
    pub files: u32,
    /// Pairs left out because somebody said that they are not the same.
    pub distinct: u32,
}
