//! When things are done that need not be done at once: waiting changes are sealed after a quiet moment, pages hear of changes a few
//! times a second, what nobody waits for is read while nobody asks. Decides times only; the engine does the work.

use crate::Millis;

/// While connected, waiting changes are sealed once nothing was entered for so long, in milliseconds.
const QUIET_MS: Millis = 300;
/// Longest that a change waits while others keep coming, and that reading nobody waits for is put off, in milliseconds.
const LONGEST_MS: Millis = 2_000;
/// Waiting changes that are sealed without waiting for a quiet moment.
pub(super) const MAX_WAITING: usize = 64;
/// Shortest time between two notices of changes that nobody at this device asked for, in milliseconds.
const NOTICE_MS: Millis = 300;
/// What nobody waits for is read once nobody has asked for anything for so long, in milliseconds: longer than a page takes from one
/// answer to its next request.
const UNASKED_MS: Millis = 60;

/// What is due when.
#[derive(Debug, Default)]
pub(super) struct Pace {
    seal_at: Option<Millis>,
    /// When the first of the waiting changes was seen.
    waiting_since: Millis,
    /// The outbox as it was when last seen: the next key.
    seen: u64,
    notice_at: Option<Millis>,
    told_at: Option<Millis>,
    read_at: Option<Millis>,
    /// When the reading was put off first.
    unread_since: Millis,
    /// The latest request.
    asked_at: Option<Millis>,
    /// Somebody waits for what is read, now and then.
    reading_is_wanted: bool,
    /// The wake-up the shell was last asked for.
    asked: Option<Millis>,
}

impl Pace {
    /// Notes that changes wait, with the next key of the outbox.
    pub fn waiting(&mut self, next: u64, now: Millis) {
        if self.seal_at.is_none() {
            self.waiting_since = now;
        } else if self.seen == next {
            return;
        }
        self.seen = next;
        self.seal_at = Some((now + QUIET_MS).min(self.waiting_since + LONGEST_MS));
    }

    /// Notes that nothing waits for a quiet moment.
    pub fn nothing_waits(&mut self) {
        self.seal_at = None;
    }

    /// Brings near what a clock that was set back has put far into the future.
    pub fn heed_clock(&mut self, now: Millis) {
        let near = |at: Millis, wait| at.min(now + wait);
        self.seal_at = self.seal_at.map(|at| near(at, LONGEST_MS));
        self.waiting_since = self.waiting_since.min(now);
        self.notice_at = self.notice_at.map(|at| near(at, NOTICE_MS));
        self.read_at = self.read_at.map(|at| near(at, UNASKED_MS));
        self.asked_at = self.asked_at.map(|at| at.min(now));
    }

    /// Returns whether waiting changes are to be sealed now.
    pub fn seals(&mut self, now: Millis) -> bool {
        take_due(&mut self.seal_at, now)
    }

    /// Something has changed: returns whether the pages are to be told now. Otherwise they are told later.
    pub fn changed(&mut self, asked: bool, now: Millis) -> bool {
        let next = self.told_at.map_or(now, |told| told + NOTICE_MS);
        // A clock that was set back must not silence the notices.
        let long_ago = next <= now || next > now + NOTICE_MS;
        if asked || long_ago {
            self.told_at = Some(now);
            self.notice_at = None;
            return true;
        }
        self.notice_at.get_or_insert(next);
        false
    }

    /// Returns whether a notice that was put off is due.
    pub fn tells(&mut self, now: Millis) -> bool {
        let due = take_due(&mut self.notice_at, now);
        if due {
            self.told_at = Some(now);
        }
        due
    }

    /// Notes that somebody asks for something.
    pub fn requested(&mut self, now: Millis) {
        self.asked_at = Some(now);
    }

    /// Notes that somebody looks for what is still being read: it is put off no more.
    pub fn wants_reading(&mut self) {
        self.reading_is_wanted = true;
        self.read_at = None;
    }

    /// Returns whether reading what nobody waits for is put off.
    pub fn puts_off_reading(&mut self, now: Millis) -> bool {
        if self.reading_is_wanted {
            return false;
        }
        if self.read_at.is_none() {
            self.unread_since = now;
        }
        let quiet = self.asked_at.map_or(now, |asked| asked + UNASKED_MS);
        let at = quiet.min(self.unread_since + LONGEST_MS);
        // A clock that was set back must not put it off for long.
        self.read_at = (now < at).then(|| at.min(now + UNASKED_MS));
        self.read_at.is_some()
    }

    /// Returns whether reading that was put off may be due.
    pub fn reads(&self, now: Millis) -> bool {
        self.read_at.is_some_and(|at| at <= now)
    }

    /// Returns the first time at which anything here is due.
    pub fn next(&self) -> Option<Millis> {
        let others = self.notice_at.into_iter().chain(self.read_at);
        self.seal_at.into_iter().chain(others).min()
    }

    /// The shell has woken the engine: it has to be asked anew.
    pub fn woken(&mut self) {
        self.asked = None;
    }

    /// Returns the time the shell is to be asked for, if it is another than before.
    pub fn ask(&mut self, wake: Option<Millis>) -> Option<Millis> {
        if self.asked == wake {
            return None;
        }
        self.asked = wake;
        wake
    }
}

fn take_due(at: &mut Option<Millis>, now: Millis) -> bool {
    let due = at.is_some_and(|at| at <= now);
    if due {
        *at = None;
    }
    due
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_changes_are_sealed_after_a_quiet_moment_and_not_put_off_for_ever() {
        let mut pace = Pace::default();
        pace.waiting(1, 1_000);
        assert_eq!(pace.next(), Some(1_300));
        pace.waiting(1, 1_200);
        assert_eq!(pace.next(), Some(1_300), "nothing new waits");
        pace.waiting(2, 1_250);
        assert_eq!(pace.next(), Some(1_550));
        assert!(!pace.seals(1_549));
        for key in 3..30 {
            pace.waiting(key, 1_250 + key as Millis * 100);
        }
        assert_eq!(pace.next(), Some(3_000));
        assert!(pace.seals(3_000));
        assert!(!pace.seals(4_000), "once");
        assert_eq!(pace.next(), None);
    }

    #[test]
    fn a_clock_that_was_set_back_puts_nothing_off() {
        let mut pace = Pace::default();
        pace.waiting(1, 9_000_000);
        assert!(pace.changed(false, 9_000_000) && !pace.changed(false, 9_000_001));
        pace.heed_clock(1_000);
        assert_eq!(pace.next(), Some(1_000 + NOTICE_MS));
        assert!(pace.tells(1_000 + NOTICE_MS) && pace.seals(1_000 + LONGEST_MS));
        // As the days go on, nothing is brought forward.
        pace.waiting(2, 5_000);
        pace.heed_clock(5_100);
        assert_eq!(pace.next(), Some(5_000 + QUIET_MS));
    }

    #[test]
    fn what_nobody_waits_for_is_read_between_requests_and_not_put_off_for_ever() {
        let mut pace = Pace::default();
        assert!(!pace.puts_off_reading(1_000), "nobody has asked");
        pace.requested(1_000);
        assert!(pace.puts_off_reading(1_010));
        assert_eq!(pace.next(), Some(1_060));
        assert!(!pace.reads(1_059) && pace.reads(1_060));
        for now in (1_050..3_000).step_by(50) {
            pace.requested(now);
            assert!(pace.puts_off_reading(now), "{now}");
        }
        pace.requested(3_010);
        assert!(!pace.puts_off_reading(3_010), "somebody asks all the time");
        assert_eq!(pace.next(), None);
        // A clock that was set back.
        pace.requested(9_000);
        assert!(pace.puts_off_reading(500));
        assert_eq!(pace.next(), Some(500 + UNASKED_MS));
        pace.heed_clock(500 + UNASKED_MS);
        assert!(!pace.puts_off_reading(500 + 2 * UNASKED_MS));
        pace.requested(1_000);
        assert!(pace.puts_off_reading(1_000));
        pace.wants_reading();
        assert!(!pace.reads(2_000) && !pace.puts_off_reading(1_000));
    }

    #[test]
    fn notices_come_at_most_every_so_often_and_the_last_one_always() {
        let mut pace = Pace::default();
        assert!(pace.changed(false, 1_000));
        assert!(!pace.changed(false, 1_100));
        assert!(!pace.changed(false, 1_200));
        assert_eq!(pace.next(), Some(1_300));
        assert!(
            pace.changed(true, 1_210),
            "what was asked for is told at once"
        );
        assert_eq!(pace.next(), None);
        assert!(!pace.changed(false, 1_220));
        assert!(pace.tells(1_510));
        assert!(!pace.tells(1_900));
        assert!(
            pace.changed(false, 500),
            "a clock set back silences nothing"
        );
    }

    #[test]
    fn the_shell_is_asked_for_a_wake_up_once() {
        let mut pace = Pace::default();
        assert_eq!(pace.ask(Some(5)), Some(5));
        assert_eq!(pace.ask(Some(5)), None);
        pace.woken();
        assert_eq!(pace.ask(Some(5)), Some(5));
        assert_eq!(pace.ask(None), None);
    }
}
