//! A clock that orders what devices do, close to wall time and never far ahead of it.
//!
//! Decides how it advances; the wall time is always passed in.
//!
//! **Source:** Kulkarni et al., Logical Physical Clocks (2014), with a cap on what is taken from others.

use serde::{Deserialize, Serialize};

use crate::Millis;

/// Furthest a remote clock can push ours beyond our own wall clock: 5 minutes.
pub const MAX_AHEAD_MS: Millis = 5 * 60_000;
/// Bits of the packed form that hold the counter.
const COUNTER_BITS: u32 = 16;
/// Latest wall time that fits the packed form.
const MAX_WALL_MS: Millis = (1 << (64 - COUNTER_BITS)) - 1;

/// A point of the hybrid time. Sorts by wall time, then counter.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub struct HybridClock {
    /// Wall time, from 0 to 2^48 - 1.
    pub wall_ms: Millis,
    /// Orders what happened within one millisecond.
    pub counter: u16,
}

impl HybridClock {
    /// Returns the clock in one number that sorts like it: 48 bits of time, 16 of counter.
    pub const fn pack(self) -> u64 {
        ((held(self.wall_ms) as u64) << COUNTER_BITS) | self.counter as u64
    }

    /// Returns the clock of a packed number.
    pub const fn unpack(packed: u64) -> Self {
        Self {
            wall_ms: (packed >> COUNTER_BITS) as Millis,
            counter: (packed & 0xffff) as u16,
        }
    }

    /// Advances for something done here at wall time `now`, and returns the new time: later than
    /// every one before, also when the wall clock went back.
    pub fn tick(&mut self, now: Millis) -> Self {
        let now = held(now);
        *self = if now > self.wall_ms {
            Self {
                wall_ms: now,
                counter: 0,
            }
        } else {
            self.successor()
        };
        *self
    }

    /// Advances for something received at wall time `now` and returns the new time: later than ours, and
    /// later than the remote one unless that lies more than [`MAX_AHEAD_MS`] beyond `now`.
    pub fn receive(&mut self, remote: Self, now: Millis) -> Self {
        let now = held(now);
        let limit = Self {
            wall_ms: held(now + MAX_AHEAD_MS),
            counter: 0,
        };
        let seen = (*self).max(remote.min(limit));
        *self = if now > seen.wall_ms {
            Self {
                wall_ms: now,
                counter: 0,
            }
        } else {
            seen
        };
        if *self == seen {
            *self = self.successor();
        }
        *self
    }

    const fn successor(self) -> Self {
        match self.counter.checked_add(1) {
            Some(counter) => Self {
                wall_ms: self.wall_ms,
                counter,
            },
            None => Self {
                wall_ms: held(self.wall_ms + 1),
                counter: 0,
            },
        }
    }
}

/// Returns whether a remote clock lies so far ahead of wall time `now` that people should be told:
/// one of the two devices has a wrong clock. A time in the past may just be old.
pub const fn clock_is_off(remote: HybridClock, now: Millis) -> bool {
    remote.wall_ms > held(now) + MAX_AHEAD_MS
}

const fn held(wall_ms: Millis) -> Millis {
    if wall_ms < 0 {
        0
    } else if wall_ms > MAX_WALL_MS {
        MAX_WALL_MS
    } else {
        wall_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Millis = 1_795_190_400_000;

    fn clock(wall_ms: Millis, counter: u16) -> HybridClock {
        HybridClock { wall_ms, counter }
    }

    #[test]
    fn a_clock_never_stands_still_or_goes_back() {
        let mut ours = HybridClock::default();
        assert_eq!(ours.tick(NOW), clock(NOW, 0));
        assert_eq!(ours.tick(NOW), clock(NOW, 1));
        assert_eq!(ours.tick(NOW - 9_000), clock(NOW, 2));
        ours.counter = u16::MAX;
        assert_eq!(ours.tick(NOW), clock(NOW + 1, 0));
    }

    #[test]
    fn a_remote_clock_pushes_ours_at_most_five_minutes_ahead() {
        let mut ours = HybridClock::default();
        assert_eq!(
            ours.receive(clock(NOW + 60_000, 5), NOW),
            clock(NOW + 60_000, 6)
        );
        assert_eq!(
            ours.receive(clock(NOW + 86_400_000, 5), NOW),
            clock(NOW + MAX_AHEAD_MS, 1)
        );
        assert_eq!(
            ours.receive(clock(Millis::MAX, u16::MAX), NOW),
            clock(NOW + MAX_AHEAD_MS, 2)
        );
        let mut other = HybridClock::default();
        assert_eq!(other.receive(clock(NOW - 60_000, 5), NOW), clock(NOW, 0));
    }

    #[test]
    fn only_a_clock_far_ahead_is_off() {
        assert!(!clock_is_off(clock(NOW + MAX_AHEAD_MS, 9), NOW));
        assert!(clock_is_off(clock(NOW + MAX_AHEAD_MS + 1, 0), NOW));
        assert!(!clock_is_off(clock(0, 0), NOW));
    }

    proptest! {
        #[test]
        fn packing_keeps_value_and_order(a in 0..=MAX_WALL_MS, b in 0..=MAX_WALL_MS, i: u16, j: u16) {
            let (x, y) = (clock(a, i), clock(b, j));
            prop_assert_eq!(HybridClock::unpack(x.pack()), x);
            prop_assert_eq!(x.cmp(&y), x.pack().cmp(&y.pack()));
        }

        #[test]
        fn any_history_advances_and_stays_near_the_wall(steps in proptest::collection::vec((any::<i64>(), any::<u16>(), 0i64..1_000_000, any::<bool>()), 1..60)) {
            let mut ours = HybridClock::default();
            let mut latest = 0;
            for (wall, counter, now, receives) in steps {
                let before = ours;
                latest = latest.max(now);
                let after = if receives { ours.receive(clock(wall, counter), now) } else { ours.tick(now) };
                prop_assert!(after > before);
                prop_assert!(after.wall_ms <= latest + MAX_AHEAD_MS + 1);
            }
        }
    }
}
