//! Whether the clocks of a pack can start, stop and be extended.

use super::Findings;
use crate::case::{CaseField, Step};
use crate::deadline::Length;
use crate::field::FieldKind;
use crate::pack::{Clock, Grant, Start};

/// Farthest from a deadline that someone is told, in hours.
pub const MAX_WARNING_HOURS: u32 = 10_000;
/// Most warnings of one clock.
pub const MAX_WARNINGS: usize = 20;

impl<'a> Findings<'a> {
    pub(super) fn clocks(&mut self) {
        let pack = self.pack;
        for clock in &pack.clocks {
            let place = format!("clocks.{}", clock.name);
            self.id(&place, &clock.name);
            self.text(&format!("{place}.text"), &clock.text);
            self.known_kinds(&format!("{place}.kinds"), &clock.kinds);
            self.known_severities(&format!("{place}.severities"), &clock.severities);
            self.known_categories(&format!("{place}.categories"), &clock.categories);
            self.known_channels(&format!("{place}.channels"), &clock.channels);
            self.warnings(&place, clock);
            if clock.extends.is_empty() {
                self.start(&place, clock);
                self.stops(&place, clock);
            } else {
                self.special(&place, clock);
            }
        }
        self.no_twice("clocks", pack.clocks.iter().map(|clock| &clock.name));
    }

    fn warnings(&mut self, place: &str, clock: &Clock) {
        let place = format!("{place}.warn");
        if clock.warn.len() > MAX_WARNINGS {
            self.add(&place, format!("give at most {MAX_WARNINGS} warnings"));
        }
        for warning in &clock.warn {
            if warning.hours.unsigned_abs() > MAX_WARNING_HOURS {
                self.add(
                    &place,
                    format!("give at most {MAX_WARNING_HOURS} hours before or after the deadline"),
                );
            }
            if warning.tell.is_empty() {
                self.add(
                    &place,
                    "nobody is told: name a role, a post, assignee or registrar",
                );
            }
            self.told(&place, &warning.tell);
        }
    }

    fn start(&mut self, place: &str, clock: &'a Clock) {
        let place = format!("{place}.start");
        match &clock.start {
            Start::Registered | Start::Major => {}
            Start::Step(step) => {
                if !self.has_step(*step, &clock.kinds) {
                    let problem = "the step is switched off, so the clock never starts: switch it on or choose another start";
                    self.add(place, problem);
                }
            }
            Start::Field(name) => {
                let date = CaseField::parse(name).is_some_and(|field| field.kind() == FieldKind::Date);
                if !date {
                    let problem = format!("{name:?} is no date field of a case: correct it");
                    self.add(place, problem);
                }
            }
            Start::Clock(name) => match self.pack.clock(name) {
                None => self.add(place, format!("there is no clock {name:?}: correct it")),
                Some(before) if !before.extends.is_empty() => self.add(
                    place,
                    "it waits for a special limit, which never runs by itself: name the clock it extends",
                ),
                Some(before) if before.off && !clock.off => self.add(
                    place,
                    "it waits for a clock that is switched off: switch that on or choose another start",
                ),
                Some(_) if self.waits_for_itself(clock) => self.add(
                    place,
                    "the clocks wait for each other in a ring: let one start otherwise",
                ),
                Some(_) => {}
            },
        }
    }

    fn waits_for_itself(&self, clock: &Clock) -> bool {
        let mut at = clock;
        for _ in 0..self.pack.clocks.len() {
            let Start::Clock(name) = &at.start else {
                return false;
            };
            if *name == clock.name {
                return true;
            }
            let Some(before) = self.pack.clock(name) else {
                return false;
            };
            at = before;
        }
        false
    }

    fn stops(&mut self, place: &str, clock: &Clock) {
        let here = format!("{place}.stops");
        if clock.stops.is_empty() {
            return self.add(here, "nothing stops the clock: name a step");
        }
        let start = match &clock.start {
            Start::Step(step) => Some(*step),
            Start::Registered => Some(Step::Registered),
            _ => None,
        };
        if clock.stops.iter().all(|step| Some(*step) == start) {
            self.add(
                &here,
                "only the step that starts the clock would stop it: name a later one",
            );
        }
        if !clock
            .stops
            .iter()
            .any(|step| self.has_step(*step, &clock.kinds))
        {
            self.add(
                &here,
                "every step that stops it is switched off: switch one on or name another",
            );
        }
        if !clock.stops_with.is_empty() {
            let asked = self.pack.step_fields.iter().any(|field| {
                field.id == clock.stops_with
                    && clock.stops.iter().any(|step| step.name() == field.step)
            });
            if !asked {
                let problem = format!(
                    "none of the stopping steps asks for {:?}: add it to the step's fields",
                    clock.stops_with
                );
                self.add(format!("{place}.stops_with"), problem);
            }
        }
    }

    fn special(&mut self, place: &str, clock: &Clock) {
        let here = format!("{place}.extends");
        if !clock.stops.is_empty() || clock.start != Start::Registered {
            self.add(
                place,
                "a special limit starts and stops with the clock it extends: leave start and stops out",
            );
        }
        let Some(base) = self.pack.clock(&clock.extends) else {
            let problem = format!("there is no clock {:?}: correct it", clock.extends);
            return self.add(here, problem);
        };
        if base.name == clock.name || !base.extends.is_empty() {
            return self.add(
                here,
                "a clock cannot extend itself or another special limit: name the ordinary clock",
            );
        }
        let first = self
            .pack
            .clocks
            .iter()
            .find(|other| other.extends == clock.extends);
        if first.is_some_and(|first| first.name != clock.name) {
            self.add(&here, "the clock already has a special limit: keep one");
        }
        match (base.length, clock.length) {
            (_, Grant::Promised) => self.add(
                format!("{place}.length"),
                "a special limit has a length: write 7wd or the like",
            ),
            (Grant::Length(short), Grant::Length(long)) if is_shorter(long, short) => self.add(
                format!("{place}.length"),
                "the special limit is not longer than the clock it extends: give more",
            ),
            _ => {}
        }
        if self.pack.approvals.extend.is_empty() && !clock.off {
            self.add(here, "nobody may extend it: name roles in approvals.extend");
        }
    }
}

/// Returns whether a length is certainly not longer than another of the same unit.
fn is_shorter(long: Length, short: Length) -> bool {
    match (long, short) {
        (Length::WorkingDays(long), Length::WorkingDays(short))
        | (Length::Days(long), Length::Days(short))
        | (Length::Weeks(long), Length::Weeks(short))
        | (Length::Months(long), Length::Months(short))
        | (Length::Hours(long), Length::Hours(short)) => long <= short,
        _ => long == short,
    }
}
