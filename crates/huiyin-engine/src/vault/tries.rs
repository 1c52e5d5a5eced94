//! Wrong tries at the passphrase: how many, and how long until the next. The wall clock of the device measures; set back it shortens
//! nothing. Set forward it does: what holds then is only what each try costs.

use serde::{Deserialize, Serialize};

use crate::Millis;

/// Tries that need no wait.
const FREE_TRIES: u32 = 3;
const SECOND: Millis = 1_000;
/// Waits after the third wrong try and each further one, in milliseconds; the last one stays.
const WAITS_MS: [Millis; 5] = [
    5 * SECOND,
    30 * SECOND,
    60 * SECOND,
    5 * 60 * SECOND,
    15 * 60 * SECOND,
];

/// Wrong tries in a row. Field order is the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Tries {
    /// How many.
    pub failed: u32,
    /// Wait as it was when noted, in milliseconds.
    wait_ms: Millis,
    /// When it was noted.
    noted: Millis,
}

impl Tries {
    /// Returns the milliseconds until the next try.
    pub fn remaining(&self, now: Millis) -> Millis {
        let passed = now.saturating_sub(self.noted).max(0);
        self.wait_ms.saturating_sub(passed).max(0)
    }

    /// Returns the count with one more try, which is taken for wrong until it is known to be right.
    pub fn and_one(self, now: Millis) -> Self {
        let failed = self.failed.saturating_add(1);
        let wait_ms = failed
            .checked_sub(FREE_TRIES)
            .map_or(0, |over| WAITS_MS[(over as usize).min(WAITS_MS.len() - 1)]);
        Self {
            failed,
            wait_ms,
            noted: now,
        }
    }

    /// Returns the count with what remains noted anew, if the clock was set back since: it would stand still until then.
    pub fn after_clock_set_back(self, now: Millis) -> Option<Self> {
        (self.wait_ms > 0 && now < self.noted).then_some(Self { noted: now, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_tries_are_free_and_each_further_one_waits_longer() {
        let mut tries = Tries::default();
        let waits: Vec<Millis> = (0..10)
            .map(|_| {
                tries = tries.and_one(1_000);
                tries.remaining(1_000) / SECOND
            })
            .collect();
        assert_eq!(waits, [0, 0, 5, 30, 60, 300, 900, 900, 900, 900]);
        assert_eq!(tries.failed, 10);
    }

    #[test]
    fn a_wait_passes_with_the_clock_and_a_clock_set_back_does_not_shorten_it() {
        let tries = (0..4).fold(Tries::default(), |tries, _| tries.and_one(1_000_000));
        assert_eq!(tries.remaining(1_000_000), 30_000);
        assert_eq!(tries.remaining(1_010_000), 20_000);
        assert_eq!(tries.remaining(1_030_000), 0);
        assert_eq!(tries.remaining(2_000), 30_000);
        let again = tries
            .after_clock_set_back(2_000)
            .expect("the clock was set back");
        assert_eq!(again.remaining(2_000), 30_000);
        assert_eq!(again.remaining(32_000), 0, "nobody waits for ever");
        assert_eq!(tries.after_clock_set_back(1_000_001), None);
    }
}
