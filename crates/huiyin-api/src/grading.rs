//! Classes of customers: what one has, what is proposed, and the meeting that confirms.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{CustomerRow, Millis};

/// A class proposed for a customer that nobody has confirmed or refused.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClassProposal {
    /// Id of the proposal, which a decision names as `of`.
    pub event: String,
    /// Wire name of the class.
    pub class: String,
    /// It shall be provisional.
    pub provisional: bool,
    /// Who proposed it.
    pub by: String,
    /// When.
    pub at: Millis,
    /// The score sheet, `criterion=score` separated by commas; empty = none.
    pub scores: String,
    /// What was noted with it.
    pub note: String,
}

/// The class of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClassView {
    /// Wire name; empty = none yet.
    pub class: String,
    /// It is provisional.
    pub provisional: bool,
    /// When it was confirmed; none if no step ever gave it (an import, a form).
    pub since: Option<Millis>,
    /// Who confirmed it.
    pub by: String,
    /// Why it differs from what was proposed, or was given without a sheet.
    pub reason: String,
    /// The score sheet it was confirmed by, `criterion=score` separated by commas; empty = none.
    pub scores: String,
    /// Lines scored since the last decision, written as `scores`: what a new sheet begins with.
    #[serde(default)]
    pub scored: String,
    /// Wire names of the lines of the sheet that the person at the device may score.
    #[serde(default)]
    pub may_score: Vec<String>,
    /// What waits for a decision.
    pub proposed: Option<ClassProposal>,
    /// Two devices decided differently: it is put right by deciding again.
    pub clash: bool,
    /// When somebody was last in contact, as far as it is known.
    pub last_contact: Option<Millis>,
}

/// Most customers whose class one command confirms, and whose sheets one answer lists.
pub const MAX_CLASSES_AT_ONCE: usize = 100;

/// What of the yearly review is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GradingQuery {
    /// `due`, `new` (no class yet), `proposed` or `classed`.
    pub tab: String,
    /// Wire name of a class; empty = all.
    pub class: String,
    /// Name of owner A; empty = all.
    pub owner: String,
    /// Code of a branch; empty = all.
    pub branch: String,
    /// Rows wanted, at most [`crate::MAX_PAGE_ROWS`]; with sheets at most [`MAX_CLASSES_AT_ONCE`].
    pub limit: u32,
    /// Whether [`GradingRow::sheet`] is wanted: the documents of the listed customers are opened for it.
    pub sheets: bool,
}

/// A customer of the yearly review.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GradingRow {
    /// The customer.
    pub row: CustomerRow,
    /// The day of the last confirmed grading, `YYYY-MM-DD`; empty = never.
    pub graded_on: String,
    /// Yearly amount in cents, if the file has one.
    pub value: Option<i64>,
    /// By when a provisional class is to be reviewed, if it is one.
    pub review_due: Option<Millis>,
    /// Its class with the sheet, if sheets were wanted.
    pub sheet: Option<ClassView>,
}

/// The yearly review.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GradingPage {
    /// The company has rules for grading.
    pub has_rules: bool,
    /// First day of this year's window, `YYYY-MM-DD`; empty = none.
    pub opens: String,
    /// Last day of this year's window.
    pub closes: String,
    /// Today, where this device is.
    pub today: String,
    /// Customers under each tab, by its name, with the filters of the query.
    pub counts: BTreeMap<String, u32>,
    /// The customers of the tab: due and new ones by what they bring, proposed ones the longest waiting first, classed ones the
    /// last graded first.
    pub rows: Vec<GradingRow>,
    /// Owners of the customers listed under any tab, by name.
    pub owners: Vec<String>,
    /// The person at the device may propose.
    pub may_propose: bool,
    /// The person at the device may confirm for the meeting.
    pub may_confirm: bool,
}

/// A class the meeting confirms.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ClassLine {
    /// Record id of the customer.
    pub id: String,
    /// Id of the proposal that was seen.
    pub of: String,
    /// Wire name of the class given.
    pub class: String,
    /// It is provisional.
    pub provisional: bool,
    /// Why it is another class than proposed; empty if it is not.
    pub reason: String,
}

/// What a meeting did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClassReport {
    /// Customers whose class is confirmed.
    pub done: u32,
    /// Those left as they are: name, and why in English words.
    pub refused: Vec<(String, String)>,
}
