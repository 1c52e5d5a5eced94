//! The monthly complaint table (月度投诉统计表): due by the 10th of the next month, signed off by the complaint officer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{CaseFigures, DueState, Millis};

/// The day of the next month by which the table is due. **Source:** the monthly tables that complaint policies ask for, "by the 10th".
pub const MONTH_TABLE_DAY: u32 = 10;
/// Who signs it off: this role or post.
pub const MONTH_TABLE_ROLE: &str = "complaint_officer";
/// Most sign-offs of a month shown, the newest first.
pub const MAX_MONTH_SIGNATURES: usize = 20;

/// What of a month is signed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MonthFigures {
    /// All cases.
    pub cases: CaseFigures,
    /// By category.
    pub categories: BTreeMap<String, CaseFigures>,
}

/// A sign-off.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MonthSignature {
    /// Who signed.
    pub by: String,
    /// When.
    pub at: Millis,
    /// On which device.
    pub device: String,
    /// Digest of the figures signed.
    pub digest: String,
    /// The figures signed.
    pub figures: MonthFigures,
    /// They are others now.
    pub changed: bool,
    /// The person has a key and did not sign with it: the sign-off does not count.
    pub unsigned: bool,
}

/// The table of a month with its sign-offs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MonthTable {
    /// `YYYY-MM`.
    pub month: String,
    /// Branch it is about; empty = all, at head office.
    pub branch: String,
    /// By when it is signed.
    pub due: Millis,
    /// How that stands; met once somebody signed in time, late once somebody did later.
    pub state: DueState,
    /// The month is over, and the person at the device holds [`MONTH_TABLE_ROLE`].
    pub may_sign: bool,
    /// The figures as they stand now.
    pub figures: MonthFigures,
    /// Their digest; a sign-off names it.
    pub digest: String,
    /// Sign-offs, the newest first (at most [`MAX_MONTH_SIGNATURES`]).
    pub signed: Vec<MonthSignature>,
}

/// What the table of a month adds to my day: it waits for the person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MonthDuty {
    /// `YYYY-MM`.
    pub month: String,
    /// By when.
    pub due: Millis,
    /// How that stands.
    pub state: DueState,
}
