//! Customers whom others may take: unserved for too long, or put into the pool.

use serde::{Deserialize, Serialize};

use crate::{CustomerRow, Millis};

/// A customer nobody has served for the time the policy names, or whom somebody put into the pool.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PoolRow {
    /// The customer.
    pub row: CustomerRow,
    /// What is missing (`no_contact` …); empty for a customer put into the pool by a person.
    pub sign: String,
    /// Since when the customer may go to others.
    pub since: Millis,
    /// The person at the device may take the customer.
    #[serde(default)]
    pub may_claim: bool,
}

/// Customers whom others may take.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PoolView {
    /// The longest unserved first, at most [`crate::MAX_PAGE_ROWS`].
    pub rows: Vec<PoolRow>,
    /// All of them.
    pub total: u32,
    /// Months without service the active policy names; 0 = it has no such rule, and only customers put into the pool are listed.
    pub months: u32,
    /// Role or post told of every customer taken; empty = nobody.
    #[serde(default)]
    pub told: String,
}
