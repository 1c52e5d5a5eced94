//! The clock of a sample company while it is told from its past on: requests carry the time they happen at.
//!
//! Who may set it is decided by the leader.

use std::cell::Cell;

use huiyin_engine::Millis;

/// How long a time that was told holds without another one, in milliseconds: whoever tells may be gone.
const HOLDS_MS: Millis = 30_000;

/// The time of a story, where one is being told.
#[derive(Default)]
pub struct StoryClock {
    /// The time told last and when it was told, by the clock of the device.
    told: Cell<Option<(Millis, Millis)>>,
}

impl StoryClock {
    /// Takes the time a request happens at. What others ask meanwhile is answered in that time too: the clock of an engine does not jump.
    pub fn set(&self, at: Millis, now: Millis) {
        self.told.set(Some((at.min(now), now)));
    }

    /// Ends the story: its company is gone.
    pub fn end(&self) {
        self.told.set(None);
    }

    /// Returns what time it is in the story, or `now` where none is told.
    pub fn time(&self, now: Millis) -> Millis {
        match self.told.get() {
            Some((at, since)) if (0..HOLDS_MS).contains(&(now - since)) => at + now - since,
            _ => now,
        }
    }

    /// Returns when an alarm of the story rings by the clock of the device.
    pub fn alarm(&self, at: Millis, now: Millis) -> Millis {
        at.saturating_add(now - self.time(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_told_time_goes_on_until_nobody_tells_on() {
        let clock = StoryClock::default();
        assert_eq!(
            (clock.time(5_000), clock.alarm(7_000, 5_000)),
            (5_000, 7_000)
        );
        clock.set(100, 5_000);
        assert_eq!((clock.time(5_050), clock.alarm(300, 5_050)), (150, 5_200));
        assert_eq!(clock.time(5_000 + HOLDS_MS), 5_000 + HOLDS_MS);
        clock.set(9_999, 5_100);
        assert_eq!(
            clock.time(5_100),
            5_100,
            "no story runs ahead of the device"
        );
        clock.set(100, 5_200);
        clock.end();
        assert_eq!(clock.time(5_200), 5_200);
    }
}
