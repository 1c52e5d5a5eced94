//! The clocks of a case: which run, since when, until when, and how they stand.
//!
//! Decides from the pack, the calendar and the folded events; asks nobody what time it is until the last step
//! ([`ClockStatus::is_late`]).
//!
//! - Only events in force count: those out of order do not.
//! - A round begins when the case is received and again whenever it is reopened. Clocks show how they stand in the
//!   present round; only clocks that start with a date of the case do not start again.
//! - A clock stops with the first of its stopping steps after its start, and when the case is done.
//! - It stands still from a pause that names it (or none) until it is resumed.
//! - It runs by the clock that extends it once it was extended, from its own start.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Clock, Grant, Pack, Start};
use crate::Millis;
use crate::calendar::{Pause, WorkingCalendar};
use crate::case::Step;
use crate::case_data;
use crate::deadline::{Deadline, deadline_with, promised};
use crate::field::parse_date;
use crate::fold::{CaseSummary, FoldedEvent};

/// Severity that starts [`Start::Major`] clocks.
const MAJOR: &str = "major";
/// Severity of a case that says none.
const DEFAULT_SEVERITY: &str = "general";
/// Kind of a case that says none.
const DEFAULT_KIND: &str = "complaint";

/// What clocks need to know of a case beside its events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFacts {
    /// When it was received.
    pub received: Millis,
    /// Kind wire name; empty counts as a complaint.
    pub kind: String,
    /// Severity wire name, as the field says; empty counts as general. A `classed` event goes before it.
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
    pack: &Pack,
    calendar: &WorkingCalendar,
    facts: &CaseFacts,
    summary: &CaseSummary,
) -> Vec<ClockStatus> {
    let case = Case::new(pack, calendar, facts, summary);
    pack.clocks
        .iter()
        .filter(|clock| clock.extends.is_empty())
        .filter_map(|clock| case.status(clock, &mut Vec::new()))
        .map(|(status, _)| status)
        .collect()
}

/// A moment of a case: when, and between which events. Events from `position` on come after it.
#[derive(Clone, Copy)]
struct Moment {
    at: Millis,
    position: usize,
}

/// A case under its pack, as clocks see it.
struct Case<'a> {
    pack: &'a Pack,
    calendar: &'a WorkingCalendar,
    facts: &'a CaseFacts,
    /// The events in force, in order.
    events: Vec<&'a FoldedEvent>,
    /// Where the present round begins: the position of the last `reopened`, or 0.
    round: usize,
    /// When the present round began.
    began: Millis,
    severity: &'a str,
    /// Whether the case is still open, so that no event counts as having ended it.
    open: bool,
}

impl<'a> Case<'a> {
    fn new(
        pack: &'a Pack,
        calendar: &'a WorkingCalendar,
        facts: &'a CaseFacts,
        summary: &'a CaseSummary,
    ) -> Self {
        let events: Vec<&FoldedEvent> = summary
            .events
            .iter()
            .filter(|folded| !folded.out_of_order)
            .collect();
        let reopened = events
            .iter()
            .rposition(|folded| folded.event.step == Step::Reopened);
        let classed = events
            .iter()
            .rev()
            .filter(|folded| folded.event.step == Step::Classed)
            .map(|folded| folded.event.datum(case_data::SEVERITY))
            .find(|severity| !severity.is_empty());
        Self {
            pack,
            calendar,
            facts,
            round: reopened.unwrap_or(0),
            began: reopened.map_or(facts.received, |at| events[at].event.at),
            severity: or(classed.unwrap_or(&facts.severity), DEFAULT_SEVERITY),
            open: summary.state.is_open(),
            events,
        }
    }

    /// Returns how a clock stands and where it stopped, if it applies and has started. `asked` are the clocks that wait
    /// for this answer: a ring of clocks never starts.
    fn status(
        &self,
        clock: &'a Clock,
        asked: &mut Vec<&'a str>,
    ) -> Option<(ClockStatus, Option<Moment>)> {
        if clock.off || !self.applies(clock) || asked.contains(&clock.name.as_str()) {
            return None;
        }
        asked.push(&clock.name);
        let start = self.start(clock, asked);
        asked.pop();
        let start = start?;
        let stop = self.stop(clock, start);
        let extension = self
            .pack
            .special_of(&clock.name)
            .map(|special| (special, self.is_extended(clock, start, stop)));
        let (pauses, paused_since) = self.pauses(clock, start, stop);
        let extended = extension.is_some_and(|(_, extended)| extended);
        let length = match extension {
            Some((special, true)) => special.length,
            _ => clock.length,
        };
        let promise = (!extended && (clock.promise_holds || length == Grant::Promised))
            .then(|| self.promised(clock, start))
            .flatten();
        let time = self.pack.time_of(clock);
        let (deadline, length) = match (promise, length) {
            (Some(day), _) => (
                promised(self.calendar, start.at, day),
                Grant::Promised.to_string(),
            ),
            (None, Grant::Length(length)) => (
                deadline_with(self.calendar, start.at, length, time, &pauses),
                length.to_string(),
            ),
            (None, Grant::Promised) => return None,
        };
        let stopped = stop.map(|moment| moment.at);
        let status = ClockStatus {
            name: clock.name.clone(),
            started: start.at,
            deadline: paused_since.is_none().then_some(deadline),
            length,
            stopped,
            paused_since,
            extended,
            may_extend: extension.is_some()
                && !extended
                && stopped.is_none()
                && paused_since.is_none(),
        };
        Some((status, stop))
    }

    fn applies(&self, clock: &Clock) -> bool {
        let fits = |list: &[String], value: &str| {
            list.is_empty() || list.iter().any(|entry| entry == value)
        };
        fits(&clock.kinds, or(&self.facts.kind, DEFAULT_KIND))
            && fits(&clock.severities, self.severity)
            && fits(&clock.categories, &self.facts.category)
            && fits(&clock.channels, &self.facts.channel)
    }

    fn start(&self, clock: &'a Clock, asked: &mut Vec<&'a str>) -> Option<Moment> {
        match &clock.start {
            Start::Registered => Some(Moment {
                at: self.began,
                position: self.round,
            }),
            Start::Step(step) => self.first(self.round, |folded| folded.event.step == *step),
            Start::Major => self.classed_major(),
            Start::Clock(name) => self.status(self.pack.clock(name)?, asked)?.1,
            Start::Field(name) => {
                let day = parse_date(self.facts.dates.get(name)?)?;
                Some(Moment {
                    at: self.calendar.time_at(day, 0),
                    position: 0,
                })
            }
        }
    }

    /// Returns when the case was classed as major in this round; when it was received if its field says so without that.
    fn classed_major(&self) -> Option<Moment> {
        if self.severity != MAJOR {
            return None;
        }
        let is_major = |folded: &FoldedEvent| {
            folded.event.step == Step::Classed && folded.event.datum(case_data::SEVERITY) == MAJOR
        };
        if self.events.iter().any(|folded| is_major(folded)) {
            self.first(self.round, is_major)
        } else {
            (self.round == 0).then_some(Moment {
                at: self.began,
                position: 0,
            })
        }
    }

    /// Returns the moment of the first event from a position on that fits.
    fn first(&self, from: usize, fits: impl Fn(&FoldedEvent) -> bool) -> Option<Moment> {
        let at = from
            + self
                .events
                .get(from..)?
                .iter()
                .position(|folded| fits(folded))?;
        Some(Moment {
            at: self.events[at].event.at,
            position: at + 1,
        })
    }

    fn stop(&self, clock: &Clock, start: Moment) -> Option<Moment> {
        let ends =
            |folded: &FoldedEvent| folded.event.step.is_deciding() && !folded.state.is_open();
        let mut stop = self.first(start.position, |folded| {
            let stops = clock.stops.contains(&received_as(folded.event.step))
                && (clock.stops_with.is_empty()
                    || !folded.event.datum(&clock.stops_with).is_empty());
            if ends(folded) { !self.open } else { stops }
        })?;
        if stop.position == 1 && received_as(self.events[0].event.step) == Step::Registered {
            stop.at = self.facts.received;
        }
        stop.at = stop.at.max(start.at);
        Some(stop)
    }

    fn is_extended(&self, clock: &Clock, start: Moment, stop: Option<Moment>) -> bool {
        self.before(start, stop).any(|folded| {
            folded.event.step == Step::Extended
                && folded.event.datum(case_data::CLOCK) == clock.name
        })
    }

    /// Returns the events after a start and before a stop.
    fn before(&self, start: Moment, stop: Option<Moment>) -> impl Iterator<Item = &FoldedEvent> {
        let end = stop.map_or(self.events.len(), |moment| moment.position);
        let events = self.events.get(start.position..end).unwrap_or_default();
        events.iter().copied()
    }

    /// Returns the times the clock stood still, and since when it does now.
    fn pauses(
        &self,
        clock: &Clock,
        start: Moment,
        stop: Option<Moment>,
    ) -> (Vec<Pause>, Option<Millis>) {
        let mut pauses = Vec::new();
        let mut since: Option<Millis> = None;
        let whole_round = Moment {
            at: self.began,
            position: self.round.min(start.position),
        };
        for folded in self.before(whole_round, stop).filter(|_| clock.pauses) {
            let event = &folded.event;
            let named = event.datum(case_data::CLOCK);
            if !named.is_empty() && named != clock.name {
                continue;
            }
            match event.step {
                Step::Paused => since = since.or(Some(event.at)),
                Step::Resumed => {
                    pauses.extend(since.take().map(|from| Pause { from, to: event.at }));
                }
                _ => {}
            }
        }
        if let (Some(from), Some(stop)) = (since, stop) {
            pauses.push(Pause { from, to: stop.at });
            since = None;
        }
        (pauses, since.map(|since| since.max(start.at)))
    }

    /// Returns the day promised: to the customer, or as the limit of the latest assignment of this round; for clocks that
    /// start at the assignment its limit goes first. A day before the start promises nothing.
    fn promised(&self, clock: &Clock, start: Moment) -> Option<NaiveDate> {
        let limit = self.events[self.round.min(self.events.len())..]
            .iter()
            .rev()
            .find(|folded| folded.event.step == Step::Assigned)
            .map_or("", |folded| folded.event.datum(case_data::LIMIT));
        let mut days = [self.facts.promised.as_str(), limit];
        if clock.start == Start::Step(Step::Assigned) {
            days.reverse();
        }
        let first_day = self.calendar.date_of(start.at);
        days.into_iter()
            .filter_map(parse_date)
            .find(|day| *day >= first_day)
    }
}

/// Returns a step with an import counted as the registration it stands for.
fn received_as(step: Step) -> Step {
    if step == Step::Imported {
        Step::Registered
    } else {
        step
    }
}

fn or<'a>(text: &'a str, default: &'a str) -> &'a str {
    if text.is_empty() { default } else { text }
}
