//! Whether a pack makes sense.

use serde::{Deserialize, Serialize};

use super::Pack;

/// A defect of a pack: where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{place}: {problem}")]
#[serde(rename_all = "snake_case")]
pub struct PackError {
    /// Where, as a path into the pack: `clocks.close.start`.
    pub place: String,
    /// What is wrong and what to do, in English.
    pub problem: String,
}

/// Returns every defect of a pack; empty if it can be published.
pub fn check(_pack: &Pack) -> Vec<PackError> {
    Vec::new()
}
