//! Key accounts, customers whose activity falls, lost customers and those won back.

use std::collections::BTreeMap;

use huiyin_core::pack::Text;
use serde::{Deserialize, Serialize};

use crate::{CustomerRow, Millis};

/// Most rows of a list of key accounts or of falling activity.
pub const MAX_LOYALTY_ROWS: usize = 500;
/// Most lost or won-back customers of one answer: their documents are opened for reason and date.
pub const MAX_STAGE_ROWS: usize = 50;

/// What of key accounts and lost customers is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LoyaltyQuery {
    /// `key`, `falling`, `lost` or `won_back`.
    pub tab: String,
    /// Name of owner A; empty = all.
    pub owner: String,
    /// Code of a branch; empty = all.
    pub branch: String,
}

/// A customer by what it brings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ValueRow {
    /// The customer.
    pub row: CustomerRow,
    /// Yearly amount in cents.
    pub value: i64,
    /// What it and those before it bring together, in per cent of the whole, rounded down.
    pub together_percent: u32,
    /// It is a key account: it and those before it are needed for the share of the policy.
    pub key: bool,
}

/// A customer whose activity falls.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FallingRow {
    /// The customer.
    pub row: CustomerRow,
    /// Contacts and cases of the months before.
    pub before: i64,
    /// Contacts and cases of the last months.
    pub now: i64,
    /// By how much it fell, in per cent rounded down.
    pub fell_percent: u32,
}

/// A step to win a customer back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WinBackStep {
    /// What is done, as the policy says it.
    pub text: Text,
    /// Who did it; empty while it is open.
    pub by: String,
    /// When it was done.
    pub at: Option<Millis>,
}

/// A lost or won-back customer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StageRow {
    /// The customer.
    pub row: CustomerRow,
    /// Yearly amount in cents, if the file has one.
    pub value: Option<i64>,
    /// When it came to this stage, if a step said so.
    pub at: Option<Millis>,
    /// Why.
    pub reason: String,
    /// When it was lost, of a customer won back.
    pub lost_at: Option<Millis>,
    /// The steps of the policy to win it back; empty of one won back.
    pub steps: Vec<WinBackStep>,
}

/// Key accounts and lost customers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LoyaltyView {
    /// The company has rules for key accounts; without them nobody is marked and nobody warned.
    pub has_rules: bool,
    /// Share that key accounts bring together, in per cent.
    pub key_percent: u32,
    /// Fall from which someone is warned, in per cent.
    pub fall_percent: u32,
    /// Months compared with as many before.
    pub months: u32,
    /// What all customers of the filter bring, in cents.
    pub whole: i64,
    /// Customers that bring something.
    pub valued: u32,
    /// Customers under each tab, by its name.
    pub counts: BTreeMap<String, u32>,
    /// Of the tab `key`: by what they bring, at most [`MAX_LOYALTY_ROWS`].
    pub values: Vec<ValueRow>,
    /// Of the tab `falling`: the greatest fall first, at most [`MAX_LOYALTY_ROWS`].
    pub falling: Vec<FallingRow>,
    /// Of the tabs `lost` and `won_back`: the last changed first, at most [`MAX_STAGE_ROWS`].
    pub stages: Vec<StageRow>,
}
