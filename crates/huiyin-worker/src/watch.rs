//! Watches the leader's beats from a worker that does not lead: when a lead is new, so that waiting requests are sent to
//! it, and when it has been silent so long that the lock must be taken. Time comes in as ticks of the watcher's own timer,
//! so that a machine that slept does not take the lead from a leader that slept with it.

/// Milliseconds between two beats of the leader, and between two ticks of a watcher.
pub const BEAT_MS: i32 = 1_000;

/// Ticks without a beat after which the leader is taken for dead.
pub const SILENT_TICKS: u32 = 5;

/// What a beat tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    /// The leader that is known already.
    Known,
    /// A leader that takes requests and has been sent none yet: send it everything that waits.
    New,
    /// A leader that is still opening its store: it lives, but send it nothing.
    Opening,
}

/// A watcher of beats.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Watch {
    silent: u32,
    lead: Option<String>,
}

impl Watch {
    /// Returns a watcher that knows no leader.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes note of a beat of the lead named `lead` (a name is never used for a second lead).
    pub fn beat(&mut self, lead: &str, ready: bool) -> Beat {
        self.silent = 0;
        if !ready {
            return Beat::Opening;
        }
        if self.lead.as_deref() == Some(lead) {
            return Beat::Known;
        }
        self.lead = Some(lead.to_owned());
        Beat::New
    }

    /// Takes note that a beat's time has passed. Returns whether the lock must be taken now; the count then starts anew.
    pub fn tick(&mut self) -> bool {
        self.silent += 1;
        if self.silent < SILENT_TICKS {
            return false;
        }
        self.silent = 0;
        true
    }

    /// Returns the lead that takes requests, if one is known.
    pub fn lead(&self) -> Option<&str> {
        self.lead.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leader_silent_for_five_ticks_is_replaced_and_one_that_beats_is_not() {
        let mut watch = Watch::new();
        for _ in 0..100 {
            assert!(!watch.tick());
            assert!(!watch.tick());
            watch.beat("a.1", true);
        }
        let taken: Vec<bool> = (0..SILENT_TICKS).map(|_| watch.tick()).collect();
        assert_eq!(taken, [false, false, false, false, true]);
        assert!(!watch.tick(), "the attempt is given its time");
    }

    #[test]
    fn every_ready_lead_is_new_exactly_once() {
        let mut watch = Watch::new();
        assert_eq!(watch.lead(), None);
        assert_eq!(watch.beat("a.1", false), Beat::Opening);
        assert_eq!(watch.lead(), None);
        assert_eq!(watch.beat("a.1", true), Beat::New);
        assert_eq!(watch.beat("a.1", true), Beat::Known);
        assert_eq!(watch.beat("b.1", false), Beat::Opening);
        assert_eq!(watch.beat("b.1", true), Beat::New);
        assert_eq!(watch.beat("a.2", true), Beat::New);
        assert_eq!(watch.lead(), Some("a.2"));
    }

    #[test]
    fn a_leader_that_is_opening_is_not_taken_for_dead() {
        let mut watch = Watch::new();
        for _ in 0..20 {
            watch.beat("a.1", false);
            assert!(!watch.tick());
        }
    }
}
