//! The recovery kit: an administrator's invitation on paper, for the day when every administrator's device is lost.

use serde::{Deserialize, Serialize};

use crate::Millis;

/// Days after which a company is reminded that it has no kit that was tried.
pub const KIT_DUE_DAYS: u32 = 1;

/// Whether a kit can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KitState {
    /// It can.
    #[default]
    Valid,
    /// A device came back by it: it works once.
    Used,
    /// It was replaced by a later one, or closed.
    Closed,
    /// Its time is over.
    Expired,
}

/// A kit that was made. What is printed on it is nowhere on a device.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct KitView {
    /// Short id of its invitation, printed on it.
    pub id: String,
    /// When it was made.
    pub made: Millis,
    /// By whom.
    pub by: String,
    /// Last millisecond it can be used.
    pub expires: Millis,
    /// When it was tried last, and found to work.
    pub tried: Option<Millis>,
    /// By whom.
    pub tried_by: String,
    /// Whether it can be used.
    pub state: KitState,
}

/// The kits of the company.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RecoveryView {
    /// All that were made, the latest first.
    pub kits: Vec<KitView>,
    /// This device may make one.
    pub may_make: bool,
}

/// What an administrator is reminded of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KitDue {
    /// There is no kit that can be used.
    Missing,
    /// There is one, and nobody has tried it.
    Untried,
}
