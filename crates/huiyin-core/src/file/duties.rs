//! What is due for one customer file, by when, and who does it.
//!
//! Decides from the file's events, its fields and the rules of the pack, at a time that is passed in. A duty is never stored:
//! it follows from the file. Long, because every kind of duty is read against the others.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::FileSummary;
use super::classes::DECIDE_CLASSES;
use super::complete::completeness;
use super::papers::{HandOverStage, listed};
use crate::Millis;
use crate::calendar::WorkingCalendar;
use crate::case::{CaseEvent, Step};
use crate::deadline::{Length, deadline};
use crate::field::parse_date;
use crate::pack::file_rules::{FileClock, FileRound, FileStart, among};
use crate::pack::{Every, FileRules, GradingRules};
use crate::periods::Period;

/// What a duty is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum DutyKind {
    /// A clock of the pack runs.
    Clock {
        /// Its name.
        name: String,
    },
    /// A duty that comes round.
    Round {
        /// Its name.
        name: String,
        /// The period, such as `2026-11` ([`Period::name`]).
        period: String,
    },
    /// A signature is missing under a filed or changed file.
    Review {
        /// Role or post that signs.
        role: String,
    },
    /// The file was sent back and is not completed yet.
    Returned,
    /// A second member of staff in contact is missing.
    SecondContact,
    /// The contact report is missing.
    ContactReport,
    /// A paper lacks something.
    Paper {
        /// `list/paper`.
        paper: String,
    },
    /// A hand-over waits for the second signature.
    HandOver {
        /// The `handed_over` event.
        event: String,
    },
    /// A class is proposed and waits for the meeting. Rows of customers keep it: the list for the meeting is made from them.
    ClassToConfirm {
        /// Wire name of the class.
        class: String,
    },
    /// A provisional class is due for review.
    ProvisionalClass,
    /// Somebody should be in contact: the class wants it.
    ClassContact,
    /// A dispute waits for a ruling.
    Dispute,
}

/// Something due for a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Duty {
    /// What.
    pub kind: DutyKind,
    /// Since when.
    pub since: Millis,
    /// By when; nothing if the rules give no time.
    pub due: Option<Millis>,
    /// When it was done; nothing while it is open.
    pub done: Option<Millis>,
    /// Whether the time touches a year whose holidays are not announced.
    pub provisional: bool,
    /// Roles, posts, `owner_a` or `owner_b` that do it.
    pub by: Vec<String>,
    /// Id of the clause of leaving it; empty = none.
    pub clause: String,
}

impl Duty {
    /// Returns whether it is or was late at a time: open after its time, or done after it.
    pub fn is_late(&self, now: Millis) -> bool {
        self.due.is_some_and(|due| self.done.unwrap_or(now) > due)
    }

    /// Returns whether it is still to be done.
    pub const fn is_open(&self) -> bool {
        self.done.is_none()
    }
}

/// A file as duties look at it.
#[derive(Debug, Clone, Copy)]
pub struct FileFacts<'a> {
    /// Wire name of the kind of customer.
    pub kind: &'a str,
    /// Stored values by wire name; `owner_a`, `owner_b`, `class` and `life_cycle` as they are now.
    pub fields: &'a BTreeMap<String, String>,
    /// The events.
    pub summary: &'a FileSummary,
    /// When somebody was last in contact with the customer.
    pub last_contact: Option<Millis>,
}

impl FileFacts<'_> {
    fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |value| value.trim())
    }

    /// Returns when the customer was first in contact: the day of the field, else when the file was made.
    pub fn first_contact(&self, calendar: &WorkingCalendar) -> Option<Millis> {
        let made = self.summary.registered_at;
        let day = parse_date(self.field("first_contact_on")).map(|day| calendar.time_at(day, 0));
        day.or(made)
    }
}

/// Returns the duties of a file at a time, open and done: the clocks of the pack first, then what comes round, in the order of
/// the pack. Duties that came round in earlier periods are not listed; [`missed_rounds`] counts them.
pub fn duties(
    rules: &FileRules,
    grading: Option<&GradingRules>,
    calendar: &WorkingCalendar,
    facts: &FileFacts<'_>,
    now: Millis,
) -> Vec<Duty> {
    if facts.summary.merged_into.is_some() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for clock in rules
        .clocks
        .iter()
        .filter(|clock| among(&clock.kinds, facts.kind))
    {
        found.extend(clock_duties(clock, calendar, facts));
    }
    rounds(rules, calendar, facts, now, &mut found);
    standing(rules, grading, calendar, facts, &mut found);
    let known = facts.last_contact.or(facts.summary.registered_at);
    let class = facts.field("class");
    found.extend(class_contact(
        rules,
        calendar,
        (class, facts.field("life_cycle")),
        contact_since(rules, calendar, class, known, now),
    ));
    found
}

/// Returns the duties of a file that depend neither on when one asks nor on contacts: all of [`duties`] but what comes round and
/// the contact a class wants. What a list keeps of a file is made of these.
pub fn lasting(
    rules: &FileRules,
    grading: Option<&GradingRules>,
    calendar: &WorkingCalendar,
    facts: &FileFacts<'_>,
) -> Vec<Duty> {
    if facts.summary.merged_into.is_some() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for clock in rules
        .clocks
        .iter()
        .filter(|clock| among(&clock.kinds, facts.kind))
    {
        found.extend(clock_duties(clock, calendar, facts));
    }
    standing(rules, grading, calendar, facts, &mut found);
    found
}

fn standing(
    rules: &FileRules,
    grading: Option<&GradingRules>,
    calendar: &WorkingCalendar,
    facts: &FileFacts<'_>,
    found: &mut Vec<Duty>,
) {
    reviews(rules, facts, found);
    people(rules, facts, found);
    papers(rules, facts, found);
    provisional_class(grading, calendar, facts, found);
    if let Some(dispute) = facts.summary.disputes.first() {
        found.push(plain(DutyKind::Dispute, dispute.at));
    }
}

fn plain(kind: DutyKind, since: Millis) -> Duty {
    Duty {
        kind,
        since,
        due: None,
        done: None,
        provisional: false,
        by: Vec::new(),
        clause: String::new(),
    }
}

fn owner(by: &[String]) -> Vec<String> {
    if by.is_empty() {
        vec!["owner_a".to_owned()]
    } else {
        by.to_vec()
    }
}

/// Returns the duties of one clock: one for each start, the open ones and the last done one.
fn clock_duties(clock: &FileClock, calendar: &WorkingCalendar, facts: &FileFacts<'_>) -> Vec<Duty> {
    let events: Vec<&CaseEvent> = facts.summary.in_force().collect();
    let stops = |event: &&&CaseEvent| clock.stops.contains(&event.step);
    // A hand-over of another leg, refused or not yet signed for, stops nothing.
    let handed = |from: Millis| {
        let lines = facts.summary.hand_overs.iter();
        lines
            .filter(|line| line.leg == clock.leg && line.stage == HandOverStage::Accepted)
            .map(|line| line.at)
            .find(|at| *at >= from)
    };
    let stop_after = |from: Millis, after: usize| {
        if !clock.leg.is_empty() {
            return handed(from);
        }
        events
            .iter()
            .skip(after)
            .find(|event| stops(event) && event.at >= from)
            .map(|event| event.at)
    };
    // The day of filing an import brings stops what filing stops.
    let filed = facts
        .summary
        .filed_at
        .filter(|_| clock.stops.contains(&Step::Filed));
    let make = |since: Millis, done: Option<Millis>| {
        let until = deadline(calendar, since, clock.length);
        Duty {
            kind: DutyKind::Clock {
                name: clock.name.clone(),
            },
            since,
            due: Some(until.due),
            done,
            provisional: until.provisional,
            by: owner(&clock.by),
            clause: clock.clause.clone(),
        }
    };
    match &clock.start {
        FileStart::FirstContact => {
            let done = stop_after(Millis::MIN, 0).or(filed);
            facts
                .first_contact(calendar)
                .map(|since| make(since, done))
                .into_iter()
                .collect()
        }
        FileStart::Field(name) => parse_date(facts.field(name))
            .map(|date| calendar.time_at(date, 0))
            .map(|since| make(since, stop_after(since, 0).or(filed)))
            .into_iter()
            .collect(),
        FileStart::Step(Step::ChangeNoticed) if clock.stops.contains(&Step::Changed) => facts
            .summary
            .open_changes
            .values()
            .map(|since| make(*since, None))
            .collect(),
        FileStart::Step(step) => events
            .iter()
            .rposition(|event| event.step == *step)
            .map(|at| make(events[at].at, stop_after(events[at].at, at + 1)))
            .into_iter()
            .collect(),
    }
}

/// Returns the first period in which a file has duties that come round: the one after it was made. None for a file imported at no
/// time anybody knows: it was made long ago, and has them in every period.
fn first_period(every: Every, calendar: &WorkingCalendar, facts: &FileFacts<'_>) -> Option<Period> {
    let made = facts.summary.registered_at?;
    Some(Period::of(every, calendar.date_of(made)).next())
}

fn rounds(
    rules: &FileRules,
    calendar: &WorkingCalendar,
    facts: &FileFacts<'_>,
    now: Millis,
    found: &mut Vec<Duty>,
) {
    let complete = completeness(rules, facts.kind, facts.fields, facts.summary).is_complete();
    for round in rules
        .rounds
        .iter()
        .filter(|round| among(&round.kinds, facts.kind))
    {
        let period = Period::of(round.every, calendar.date_of(now));
        if first_period(round.every, calendar, facts)
            .is_some_and(|first| first.first > period.first)
        {
            continue;
        }
        let done = facts
            .summary
            .in_force()
            .filter(|event| round.stops.contains(&event.step))
            .map(|event| event.at)
            .find(|at| period.contains(calendar.date_of(*at)));
        if round.only_incomplete && complete && done.is_none() {
            continue;
        }
        found.push(Duty {
            kind: DutyKind::Round {
                name: round.name.clone(),
                period: period.name(),
            },
            since: calendar.time_at(period.first, 0),
            due: Some(period.due(calendar)),
            done,
            provisional: false,
            by: owner(&round.by),
            clause: round.clause.clone(),
        });
    }
}

/// Returns the names of the periods in which a duty that comes round was left undone, of the last `periods` before the
/// present one, oldest first. Whether the file was incomplete then is not known: for such duties it counts as it is now.
pub fn missed_rounds(
    rules: &FileRules,
    name: &str,
    calendar: &WorkingCalendar,
    facts: &FileFacts<'_>,
    now: Millis,
    periods: usize,
) -> Vec<String> {
    let Some(round) = rules
        .rounds
        .iter()
        .find(|round| round.name == name && among(&round.kinds, facts.kind))
    else {
        return Vec::new();
    };
    // Of a file imported at no time anybody knows, nobody knows what was done before.
    let Some(first) = first_period(round.every, calendar, facts) else {
        return Vec::new();
    };
    if round.only_incomplete
        && completeness(rules, facts.kind, facts.fields, facts.summary).is_complete()
    {
        return Vec::new();
    }
    let done: Vec<_> = facts
        .summary
        .in_force()
        .filter(|event| round.stops.contains(&event.step))
        .map(|event| calendar.date_of(event.at))
        .collect();
    let mut missed = Vec::new();
    let mut period = Period::of(round.every, calendar.date_of(now)).previous();
    for _ in 0..periods {
        if period.first < first.first {
            break;
        }
        if !done.iter().any(|day| period.contains(*day)) {
            missed.push(period.name());
        }
        period = period.previous();
    }
    missed.reverse();
    missed
}

fn reviews(rules: &FileRules, facts: &FileFacts<'_>, found: &mut Vec<Duty>) {
    let summary = facts.summary;
    if let Some(at) = summary.returned_at {
        found.push(Duty {
            by: owner(&[]),
            ..plain(DutyKind::Returned, at)
        });
        return;
    }
    let Some(since) = summary.review_since() else {
        return;
    };
    // Signatures come in their turn: only the next one is due.
    let chain = rules.reviews(facts.kind);
    if let Some((approver, _)) = chain.get(summary.signatures.len()) {
        let role = approver.role.clone();
        found.push(Duty {
            by: vec![role.clone()],
            ..plain(DutyKind::Review { role }, since)
        });
    }
}

fn people(rules: &FileRules, facts: &FileFacts<'_>, found: &mut Vec<Duty>) {
    let since = facts.summary.registered_at.unwrap_or_default();
    let rule = rules.shared_contact.iter().find(|rule| {
        among(&rule.classes, facts.field("class"))
            && among(&rule.life_cycles, facts.field("life_cycle"))
    });
    let Some(rule) = rule else { return };
    let named = ["owner_a", "owner_b"]
        .iter()
        .filter(|name| !facts.field(name).is_empty())
        .count();
    if named < usize::from(rule.staff.min(2)) {
        found.push(Duty {
            by: owner(&[]),
            ..plain(DutyKind::SecondContact, since)
        });
    }
    if rule.report && facts.summary.contact_report_at.is_none() {
        found.push(Duty {
            by: owner(&[]),
            ..plain(DutyKind::ContactReport, since)
        });
    }
}

fn papers(rules: &FileRules, facts: &FileFacts<'_>, found: &mut Vec<Duty>) {
    let since = facts.summary.registered_at.unwrap_or_default();
    for listed in listed(rules, facts.kind, &facts.summary.papers) {
        if !listed.lacks.is_empty() {
            let at = if listed.held.at > 0 {
                listed.held.at
            } else {
                since
            };
            found.push(Duty {
                by: owner(&[]),
                ..plain(DutyKind::Paper { paper: listed.id }, at)
            });
        }
    }
    for line in facts
        .summary
        .hand_overs
        .iter()
        .filter(|line| line.stage == HandOverStage::Waiting)
    {
        let leg = rules
            .checklists(facts.kind)
            .flat_map(|list| &list.hand_over)
            .find(|leg| leg.id == line.leg);
        let by = leg.map(|leg| vec![leg.to.clone()]).unwrap_or_default();
        found.push(Duty {
            by,
            ..plain(
                DutyKind::HandOver {
                    event: line.event.to_string(),
                },
                line.at,
            )
        });
    }
}

/// Returns who decides classes: those the policy names, else the roles of the program.
fn deciders(grading: Option<&GradingRules>) -> Vec<String> {
    match grading.map(|grading| &grading.confirmed_by) {
        Some(named) if !named.is_empty() => named.clone(),
        _ => DECIDE_CLASSES
            .iter()
            .map(|role| role.name().to_owned())
            .collect(),
    }
}

fn provisional_class(
    grading: Option<&GradingRules>,
    calendar: &WorkingCalendar,
    facts: &FileFacts<'_>,
    found: &mut Vec<Duty>,
) {
    if let Some(proposed) = &facts.summary.class_proposed {
        found.push(Duty {
            by: deciders(grading),
            ..plain(
                DutyKind::ClassToConfirm {
                    class: proposed.class.clone(),
                },
                proposed.at,
            )
        });
    }
    let given = facts.summary.class.as_ref();
    if let Some(given) = given.filter(|given| given.provisional)
        && let Some(months) = grading
            .map(|grading| grading.provisional_months)
            .filter(|months| *months > 0)
    {
        let until = deadline(calendar, given.at, Length::Months(months));
        found.push(Duty {
            due: Some(until.due),
            provisional: until.provisional,
            by: deciders(grading),
            ..plain(DutyKind::ProvisionalClass, given.at)
        });
    }
}

/// Returns the contact the class of a customer wants, since it was last in contact (`since`, else since its file was made); nothing
/// if the class wants none, the customer is lost or nobody knows since when. `standing` is the class and the stage.
pub fn class_contact(
    rules: &FileRules,
    calendar: &WorkingCalendar,
    (class, stage): (&str, &str),
    since: Option<Millis>,
) -> Option<Duty> {
    let (_, class) = rules
        .class(class)
        .filter(|(_, class)| class.contact_months > 0 && stage != "lost")?;
    let since = since?;
    let until = deadline(calendar, since, Length::Months(class.contact_months));
    Some(Duty {
        due: Some(until.due),
        provisional: until.provisional,
        by: owner(&[]),
        ..plain(DutyKind::ClassContact, since)
    })
}

/// Returns since when a customer of a class waits for contact: `known`, else, for one imported at no time anybody knows whom nobody
/// was in contact with, the start of the present month, quarter, half-year or year, whichever the class's months fill.
pub fn contact_since(
    rules: &FileRules,
    calendar: &WorkingCalendar,
    class: &str,
    known: Option<Millis>,
    now: Millis,
) -> Option<Millis> {
    known.or_else(|| {
        let (_, class) = rules.class(class)?;
        let every = match class.contact_months {
            0 => return None,
            1 => Every::Month,
            2..=3 => Every::Quarter,
            4..=6 => Every::HalfYear,
            _ => Every::Year,
        };
        let period = Period::of(every, calendar.date_of(now));
        Some(calendar.time_at(period.first, 0))
    })
}

/// Returns when a duty that comes round was last done, whatever the period; nothing if never.
pub fn last_round(round: &FileRound, summary: &FileSummary) -> Option<Millis> {
    summary
        .in_force()
        .filter(|event| round.stops.contains(&event.step))
        .map(|event| event.at)
        .max()
}
