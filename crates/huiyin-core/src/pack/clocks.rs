//! The clocks of a case: which run, since when, until when, and how they stand.
//!
//! Decides from the pack, the calendar and the folded events; asks nobody what time it is until the last step
//! ([`ClockStatus::is_late`]).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Pack;
use crate::Millis;
use crate::calendar::WorkingCalendar;
use crate::deadline::Deadline;
use crate::fold::CaseSummary;

/// What clocks need to know of a case beside its events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFacts {
    /// When it was received.
    pub received: Millis,
    /// Kind wire name.
    pub kind: String,
    /// Severity wire name, as the field says.
    pub severity: String,
    /// Category.
    pub category: String,
    /// Channel wire name.
    pub channel: String,
    /// The promised day, `YYYY-MM-DD`, or empty.
    pub promised: String,
    /// Date fields a clock may start from, by wire name.
    pub dates: BTreeMap<String, String>,
}

/// How one clock of a case stands in the present round (since it was last reopened).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct ClockStatus {
    /// Name in the pack.
    pub name: String,
    /// When it started.
    pub started: Millis,
    /// When it is due, and why. Nothing while it stands still.
    pub deadline: Option<Deadline>,
    /// The length it runs by, as text (`3wd`), or `promised`.
    pub length: String,
    /// When it stopped.
    pub stopped: Option<Millis>,
    /// Since when it stands still.
    pub paused_since: Option<Millis>,
    /// Whether it was extended to its special limit.
    pub extended: bool,
    /// Whether an approver may still extend it.
    pub may_extend: bool,
}

impl ClockStatus {
    /// Returns whether the clock runs: neither stopped nor paused.
    pub const fn runs(&self) -> bool {
        self.stopped.is_none() && self.paused_since.is_none()
    }

    /// Returns when it is due, if that is known.
    pub fn due(&self) -> Option<Millis> {
        self.deadline.as_ref().map(|deadline| deadline.due)
    }

    /// Returns whether it stopped after it was due, or runs and is past at `now`.
    pub fn is_late(&self, now: Millis) -> bool {
        self.due()
            .is_some_and(|due| self.stopped.unwrap_or(now) > due)
    }
}

/// Returns the clocks of a case that have started, in the order of the pack.
pub fn clocks(
    _pack: &Pack,
    _calendar: &WorkingCalendar,
    _facts: &CaseFacts,
    _summary: &CaseSummary,
) -> Vec<ClockStatus> {
    Vec::new()
}
