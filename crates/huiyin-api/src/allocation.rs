//! What sharing out adds to files and my day: rights over owners, points of referrers, claims told, customers to be moved.

use serde::{Deserialize, Serialize};

use crate::Millis;

/// Most entries of a referrer's points an answer lists, the newest first.
pub const MAX_REFERRALS: usize = 100;

/// What the person at the device may do about who looks after a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OwnerRights {
    /// Change the owners.
    pub change: bool,
    /// Put the customer into the pool.
    pub pool: bool,
}

/// An entry of a referrer's points: a customer brought who came to an event.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReferralEntry {
    /// Record id of the customer brought.
    pub customer: String,
    /// What the customer is called.
    pub name: String,
    /// Name of the event.
    pub event: String,
    /// When it was recorded.
    pub at: Millis,
    /// Money closed at the event, in cents.
    pub sold: i64,
}

/// What a referrer earned by a customer brought.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReferralView {
    /// Entries, the newest first, at most [`MAX_REFERRALS`].
    pub entries: Vec<ReferralEntry>,
    /// Customers brought who came.
    pub customers: u32,
    /// Points for bringing them; 0 without rules.
    pub brought: u32,
    /// Points for what they spent.
    pub spent: u32,
}

/// A customer somebody took out of the pool.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClaimNotice {
    /// Id of the notice.
    pub id: String,
    /// Record id of the customer.
    pub customer: String,
    /// What the customer is called.
    pub name: String,
    /// Who took the customer.
    pub by: String,
    /// When.
    pub at: Millis,
    /// What service was missing; empty for one put into the pool by a person.
    pub sign: String,
}

/// A customer whose complaint is unsolved for longer than the policy says, who is to move to somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MoveProposal {
    /// Record id of the case.
    pub case: String,
    /// Number of the case.
    pub number: String,
    /// Record id of the customer.
    pub customer: String,
    /// What the customer is called.
    pub name: String,
    /// Who looks after the customer.
    pub owner: String,
    /// Who would: of those of the branch with the same work who have the fewest customers; empty = nobody.
    pub to: String,
    /// Since when it is due.
    pub since: Millis,
}

/// What sharing out adds to my day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AllocationDay {
    /// Customers taken out of the pool, for whom the policy has told (at most 50).
    pub claims: Vec<ClaimNotice>,
    /// Customers to be moved, for those who decide owners (at most 50).
    pub moves: Vec<MoveProposal>,
}
