//! Who looks after customers: a change of owner, and the hand-over of everything a leaver holds.

use std::collections::BTreeMap;

use huiyin_core::allocation::{HandOverLine, HeldAs};
use serde::{Deserialize, Serialize};

use crate::Millis;

/// Most lines of one hand-over: what is beyond is handed over by the next.
pub const MAX_HAND_OVER: usize = 5_000;
/// Most lines of one command that hands over.
pub const MAX_HAND_OVER_SLICE: usize = 50;

/// Who leaves and who takes over.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HandOverIntent {
    /// Name of the leaver.
    pub leaver: String,
    /// Names of those among whom the rest is shared out evenly.
    pub successors: Vec<String>,
    /// Who takes a customer or a case by its record id.
    pub named: BTreeMap<String, String>,
}

/// What handing over would do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HandOverPlan {
    /// Everything the leaver holds and who takes it, customers, cases, planned contacts, promises; at most [`MAX_HAND_OVER`].
    pub lines: Vec<HandOverLine>,
    /// What is beyond that.
    pub left: u32,
}

/// One thing that changes hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOverMove {
    /// Record id.
    pub id: String,
    /// As what the leaver holds it.
    pub held: HeldAs,
    /// Name of who takes it.
    pub to: String,
}

/// What a slice of a hand-over or of its undo did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HandOverReport {
    /// Lines done.
    pub done: u32,
    /// Lines not done: what it is called, and why in English words.
    pub refused: Vec<(String, String)>,
    /// Slices of the act that are still to be undone.
    pub left: u32,
}

/// A past hand-over.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HandOverEntry {
    /// Id of the act.
    pub act: String,
    /// Name of the leaver.
    pub leaver: String,
    /// Who did it.
    pub by: String,
    /// When it began.
    pub at: Millis,
    /// Lines by who took them.
    pub receivers: BTreeMap<String, u32>,
}
