//! Who has to sign a proposal, who has signed, and who may sign next.

use serde::{Deserialize, Serialize};

use super::{Approver, Pack};
use crate::Millis;
use crate::fold::CaseSummary;
use crate::id::EventId;

/// One signature under a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Signature {
    /// The event.
    pub event: EventId,
    /// Role or post signed as.
    pub role: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Millis,
}

/// The latest proposal of a case and how far its approval is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Proposal {
    /// The `proposed` event.
    pub event: EventId,
    /// Remedy proposed, an id of the pack's list; may be empty.
    pub remedy: String,
    /// Amount in cents.
    pub amount: i64,
    /// The signatures it needs, in order.
    pub chain: Vec<Approver>,
    /// The signatures it has, in the order given.
    pub signed: Vec<Signature>,
    /// Who may sign instead of an approver: (delegated by, to).
    pub delegated: Vec<(String, String)>,
    /// The case was approved, but for an earlier proposal: the approval does not cover this one.
    pub stale_approval: bool,
}

impl Proposal {
    /// Returns the signature that is missing next, if any.
    pub fn next(&self) -> Option<&Approver> {
        self.chain.get(self.signed.len())
    }
}

/// Returns the latest proposal of a case, if there is one in force.
pub fn proposal(
    _pack: Option<&Pack>,
    _kind: &str,
    _severity: &str,
    _category: &str,
    _summary: &CaseSummary,
) -> Option<Proposal> {
    None
}
