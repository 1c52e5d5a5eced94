//! When a clock of a pack is due, for a start that is given instead of found in a case.
//!
//! Decides what may be asked; how lengths are counted is decided in [`crate::deadline`].

use chrono::NaiveDate;

use super::{Clock, Grant, Pack};
use crate::Millis;
use crate::calendar::WorkingCalendar;
use crate::deadline::{Deadline, deadline_with, promised};

/// Why a clock cannot be reckoned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReckonError {
    /// The pack has no such clock.
    #[error("the pack has no clock {clock:?}: write one of {}", known.join(", "))]
    Clock {
        /// What was asked for.
        clock: String,
        /// The clocks of the pack.
        known: Vec<String>,
    },
    /// The clock runs until a promised day, and none is given.
    #[error("the clock {0:?} runs until the promised day: give that day")]
    NoPromise(String),
    /// The clock has its own length.
    #[error(
        "the clock {clock:?} runs for {length} whatever is promised: leave the promised day out"
    )]
    PromiseNotTaken {
        /// The clock.
        clock: String,
        /// Its length.
        length: String,
    },
    /// The promised day lies before the start.
    #[error("the promised day {day} lies before the start on {start}: correct one of them")]
    PromiseBeforeStart {
        /// The promised day.
        day: NaiveDate,
        /// The day of the start.
        start: NaiveDate,
    },
}

/// Returns when the clock `name` is due if it starts at `from`. A special limit may be named like any clock, and clocks that
/// are switched off too.
///
/// # Errors
/// [`ReckonError`] naming what exists or what is missing.
pub fn reckon(
    pack: &Pack,
    calendar: &WorkingCalendar,
    name: &str,
    from: Millis,
    promise: Option<NaiveDate>,
) -> Result<Deadline, ReckonError> {
    let clock = pack.clock(name).ok_or_else(|| ReckonError::Clock {
        clock: name.to_owned(),
        known: pack.clocks.iter().map(|clock| clock.name.clone()).collect(),
    })?;
    match (clock.length, promise) {
        (Grant::Promised, None) => Err(ReckonError::NoPromise(name.to_owned())),
        (Grant::Length(length), Some(_)) if !clock.promise_holds => {
            Err(ReckonError::PromiseNotTaken {
                clock: name.to_owned(),
                length: length.to_string(),
            })
        }
        (_, Some(day)) => {
            let start = calendar.date_of(from);
            if day < start {
                return Err(ReckonError::PromiseBeforeStart { day, start });
            }
            Ok(promised(calendar, from, day))
        }
        (Grant::Length(length), None) => Ok(deadline_with(
            calendar,
            from,
            length,
            pack.time_of(clock),
            &[],
        )),
    }
}

impl Pack {
    /// Returns how the time of a clock runs: as it says, else as the clock it extends, else as the pack.
    pub fn time_of(&self, clock: &Clock) -> super::TimeMode {
        clock
            .time
            .or_else(|| self.clock(&clock.extends)?.time)
            .unwrap_or(self.time)
    }
}
