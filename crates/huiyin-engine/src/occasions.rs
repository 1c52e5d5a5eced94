//! Greetings (问候) and reports that contact rules ask for when their day comes: birthdays of customers, festivals, months, periods.
//!
//! Decides what my day lists and for how long; which greetings fall on a day decides `huiyin-core`. A birthday is done by a contact that
//! names the greeting; what concerns all customers at once is ticked, which is a register of the branch's catalogue
//! (`occasion/<kind>/<id>/<period>`): two who tick it apart have both done it.
//!
//! Long: each kind of occasion with its days and how it is done.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use huiyin_api::{Answer, BirthdayView, OccasionView, Problem, ProblemCode};
use huiyin_core::calendar::{Day, WorkingCalendar};
use huiyin_core::contact::duties::greetings;
use huiyin_core::deadline::deadline;
use huiyin_core::id::RecordKind;
use huiyin_core::pack::ContactRules;
use huiyin_core::pack::contact_rules::{FollowUp, FollowsAfter, Greeting};
use huiyin_core::pack::file_rules::Every;
use huiyin_core::periods::Period;
use huiyin_core::staff::Actor;
use huiyin_document::{ContactColumn, CustomerColumn as C, DocumentKey, Registers, RowRef};
use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::lists::{HOME_ROWS, due_state_of};
use crate::replica::Replica;
use crate::task::{Run, Tx};

/// Registers of the catalogue about occasions.
const OCCASIONS: &str = "occasion/";
/// Version of [`Ticked`].
const TICKED_VERSION: u32 = 1;
/// How many days ahead a birthday is listed.
const AHEAD_DAYS: u64 = 3;
/// How many days a birthday nobody greeted stays listed.
const BEHIND_DAYS: u64 = 3;
/// How many days ahead a festival is listed.
const FESTIVAL_AHEAD_DAYS: u64 = 7;
/// A greeting this many days before the birthday is one for it.
const GREETED_DAYS: i64 = 30;
/// How long before its time a report is listed: seven days.
const REPORT_AHEAD_MS: Millis = 7 * 86_400_000;
/// How long after its time a report nobody wrote stays listed: fourteen days.
const REPORT_BEHIND_MS: Millis = 14 * 86_400_000;
/// How many days after a festival began the visits of it stay listed.
const VISITS_BEHIND_DAYS: u64 = 14;
/// Id of the greeting on birthdays.
const BIRTHDAY: &str = "birthday";
/// Kind of a return visit to all customers.
const VISIT: &str = "visit";
/// Id of the greeting on festivals.
const FESTIVAL: &str = "festival";

/// Who ticked an occasion, as JSON. Field order is the form of [`TICKED_VERSION`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Ticked {
    version: u32,
    by: String,
    at: Millis,
}

/// Something that is due for all customers at once, and its period.
struct Occasion<'a> {
    kind: &'static str,
    id: &'a str,
    title: &'a huiyin_core::pack::Text,
    period: String,
    festival: String,
    by: &'a str,
    to: &'a str,
    due: Millis,
}

impl Occasion<'_> {
    fn register(&self) -> String {
        format!("{}/{}/{}", self.kind, self.id, self.period)
    }
}

/// Returns the first day of the next festival that begins within some days, and what it is called.
fn festival(calendar: &WorkingCalendar, today: NaiveDate) -> Option<(NaiveDate, String)> {
    let name = |day: NaiveDate| match calendar.day(day) {
        Day::Holiday(name) => Some(name.to_owned()),
        _ => None,
    };
    // One that has begun counts by its first day.
    let mut day = today;
    while let (Some(now), Some(before)) = (name(day), day.pred_opt())
        && name(before).as_deref() == Some(now.as_str())
    {
        day = before;
    }
    (0..=FESTIVAL_AHEAD_DAYS).find_map(|ahead| {
        let day = day.checked_add_days(Days::new(ahead))?;
        Some((day, name(day)?))
    })
}

/// Returns the first day of the festival that began last, at most some days ago, and what it is called.
fn past_festival(calendar: &WorkingCalendar, today: NaiveDate) -> Option<(NaiveDate, String)> {
    (1..=VISITS_BEHIND_DAYS).find_map(|behind| {
        let day = today.checked_sub_days(Days::new(behind))?;
        // Its first day is the one the search forward finds.
        festival(calendar, day).filter(|(first, _)| *first <= day)
    })
}

/// Returns the return visits of the rules that come after a festival: of all customers at once, for the company has no day of their own.
fn visits<'a>(
    rules: &'a ContactRules,
    calendar: &WorkingCalendar,
    today: NaiveDate,
) -> Vec<Occasion<'a>> {
    let mut days: Vec<(NaiveDate, String)> = past_festival(calendar, today).into_iter().collect();
    days.extend(festival(calendar, today));
    days.dedup();
    let of_festivals = |rule: &&FollowUp| rule.after == FollowsAfter::Festival;
    rules
        .follow_ups
        .iter()
        .filter(of_festivals)
        .flat_map(|rule| {
            days.iter().map(move |(day, name)| {
                let begun = calendar.time_at(*day, 0);
                Occasion {
                    kind: VISIT,
                    id: &rule.id,
                    title: &rule.text,
                    period: day.to_string(),
                    festival: name.clone(),
                    by: rule.by.first().map_or("", |by| by.post.as_str()),
                    to: "",
                    due: rule
                        .within
                        .map_or(begun, |length| deadline(calendar, begun, length).due),
                }
            })
        })
        .collect()
}

/// Returns the occasions of the rules that are due about now, ticked or not.
fn occasions<'a>(
    rules: &'a ContactRules,
    calendar: &WorkingCalendar,
    now: Millis,
) -> Vec<Occasion<'a>> {
    let today = calendar.date_of(now);
    let mut found = visits(rules, calendar, today);
    for report in &rules.reports {
        let period = Period::of(report.every, today);
        // What was not written in its period is still owed in the next.
        for period in [period.previous(), period] {
            let due = period.due(calendar);
            let listed = due.saturating_sub(REPORT_AHEAD_MS)..=due.saturating_add(REPORT_BEHIND_MS);
            if listed.contains(&now) {
                found.push(Occasion {
                    kind: "report",
                    id: &report.id,
                    title: &report.text,
                    period: period.name(),
                    festival: String::new(),
                    by: &report.by,
                    to: &report.to,
                    due,
                });
            }
        }
    }
    let mut greet = |greeting: &'a Greeting, period: String, festival: String, due: Millis| {
        found.push(Occasion {
            kind: "greeting",
            id: &greeting.id,
            title: &greeting.text,
            period,
            festival,
            by: &greeting.by,
            to: "",
            due,
        });
    };
    let next = festival(calendar, today);
    for greeting in rules
        .greetings
        .iter()
        .filter(|greeting| greeting.id != BIRTHDAY)
    {
        let falls =
            |day, festive| greetings(rules, None, festive, day).contains(&greeting.id.as_str());
        if greeting.month > 0 && falls(today, false) {
            let period = Period::of(Every::Month, today);
            greet(greeting, period.name(), String::new(), period.due(calendar));
        } else if let Some((day, name)) = &next
            && greeting.id == FESTIVAL
            && falls(*day, true)
        {
            greet(
                greeting,
                day.to_string(),
                name.clone(),
                calendar.time_at(*day, 0),
            );
        }
    }
    found
}

/// Returns the birthday nearest to today that is listed: some days behind, today or some days ahead.
fn near_birthday(rules: &ContactRules, born: NaiveDate, today: NaiveDate) -> Option<NaiveDate> {
    let first = today.checked_sub_days(Days::new(BEHIND_DAYS))?;
    first
        .iter_days()
        .take((BEHIND_DAYS + AHEAD_DAYS) as usize + 1)
        .find(|day| greetings(rules, Some(born), false, *day).contains(&BIRTHDAY))
}

fn stage_is_over(row: RowRef<'_>) -> bool {
    row.customer(C::LifeCycle) == "lost"
}

impl Replica {
    /// Returns the birthdays of customers the person is to greet, by day: as owner, or by the role or post of the policy at the branch.
    pub fn birthdays(&self, now: Millis) -> Vec<BirthdayView> {
        let rules = self.contact_rules();
        let Some(rule) = rules.greetings.iter().find(|rule| rule.id == BIRTHDAY) else {
            return Vec::new();
        };
        let actor = self.actor();
        let standing = self.segments.standing();
        let mut found = Vec::new();
        for (at, segment) in self.segments.of_kind(RecordKind::Customer) {
            let branch = segment.key.working_branch();
            let calendar = self.policies.calendar_of(branch.as_str());
            let today = calendar.date_of(now);
            let held = is_near(&actor, branch.as_str()) && actor.holds_post(&rule.by);
            for (index, row) in segment.iter().enumerate() {
                let Some(born) = row.day(C::Birthday) else {
                    continue;
                };
                let own = actor.is_named(row.customer(C::Owner));
                if !(own || held) || stage_is_over(row) || standing.hides(segment, row) {
                    continue;
                }
                if let Some(day) = near_birthday(&rules, born, today) {
                    found.push((day, day < today, (at, index as u32)));
                }
            }
        }
        if found.is_empty() {
            return Vec::new();
        }
        let greeted = self.greeted(&rule.id);
        found.sort_unstable();
        found
            .into_iter()
            .filter_map(|(day, late, place)| {
                let (segment, row) = self.segments.at(place);
                let customer = segment.id(row).to_string();
                let done = greeted.iter().any(|(of, on)| {
                    *of == customer && (*on - day).num_days().abs() <= GREETED_DAYS
                });
                (!done).then(|| BirthdayView {
                    greeting: rule.id.clone(),
                    title: rule.text.clone(),
                    customer,
                    name: row.customer(C::Name).to_owned(),
                    phone: row.customer(C::Phone).to_owned(),
                    day: day.to_string(),
                    late,
                })
            })
            .take(HOME_ROWS)
            .collect()
    }

    /// Returns which customers were greeted when, by contacts carried out that name the greeting.
    fn greeted(&self, greeting: &str) -> BTreeSet<(String, NaiveDate)> {
        let standing = self.segments.standing();
        let mut found = BTreeSet::new();
        for (_, segment) in self.segments.of_kind(RecordKind::Contact) {
            let calendar = self
                .policies
                .calendar_of(segment.key.working_branch().as_str());
            for row in segment.iter() {
                if row.contact(ContactColumn::FollowUp) == greeting
                    && let Some(at) = row.done()
                {
                    let customer = standing.of_text(row.contact(ContactColumn::CustomerId));
                    found.insert((customer.to_owned(), calendar.date_of(at)));
                }
            }
        }
        found
    }

    /// Returns the reports and the greetings of all customers that are the person's to see to and not ticked yet, those due first.
    pub fn occasions(&mut self, now: Millis) -> Run<Vec<OccasionView>> {
        let rules = self.contact_rules();
        let actor = self.actor();
        let calendar = self.policies.calendar_of(&actor.branch);
        let mut due: Vec<Occasion<'_>> = occasions(&rules, calendar, now)
            .into_iter()
            .filter(|occasion| actor.holds_post(occasion.by))
            .collect();
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let catalogue = DocumentKey::Catalogue(self.branch()?);
        let ticked = self.documents.get(&catalogue)?.registers(OCCASIONS);
        due.retain(|occasion| !ticked.contains_key(&occasion.register()));
        due.sort_by(|a, b| (a.due, a.id).cmp(&(b.due, b.id)));
        Ok(due
            .into_iter()
            .map(|occasion| OccasionView {
                kind: occasion.kind.to_owned(),
                id: occasion.id.to_owned(),
                title: occasion.title.clone(),
                state: due_state_of(Some(occasion.due), now),
                period: occasion.period,
                festival: occasion.festival,
                by: occasion.by.to_owned(),
                to: occasion.to.to_owned(),
                due: occasion.due,
            })
            .collect())
    }

    /// Ticks a report or a greeting of all customers as done. Ticked twice it is done once.
    ///
    /// # Errors
    /// A problem if it is not due, or somebody else does it.
    pub fn tick_occasion(
        &mut self,
        tx: &mut Tx<'_>,
        kind: &str,
        id: &str,
        period: &str,
    ) -> Run<Answer> {
        let rules = self.contact_rules();
        let actor = self.actor();
        let calendar = self.policies.calendar_of(&actor.branch);
        let due = occasions(&rules, calendar, tx.now);
        let Some(occasion) = due
            .iter()
            .find(|due| due.kind == kind && due.id == id && due.period == period)
        else {
            return Err(Problem::at(ProblemCode::NotFound, id)
                .because("this report or greeting is not due: look at my day again")
                .into());
        };
        if !actor.holds_post(occasion.by) {
            return Err(Problem::at(ProblemCode::NotAllowed, id)
                .because(format!("this is done by {}", occasion.by))
                .into());
        }
        let catalogue = DocumentKey::Catalogue(self.branch()?);
        self.documents.get(&catalogue)?;
        let author = self.author(tx);
        let ticked = Ticked {
            version: TICKED_VERSION,
            by: author.by.clone(),
            at: author.at,
        };
        let json = serde_json::to_string(&ticked).expect("a tick is plain data");
        let register = format!("{OCCASIONS}{}", occasion.register());
        self.write_registers(tx, &catalogue, &author, &[(register, json)]);
        tx.changed = true;
        Ok(Answer::Done)
    }
}

/// Returns whether a branch's matters are the person's: the own branch, or any from head office.
fn is_near(actor: &Actor, branch: &str) -> bool {
    actor.head_office || actor.branch == branch
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_festival_counts_by_its_first_day_from_a_week_before_until_its_last() {
        let calendar = WorkingCalendar::china();
        let next = |today: &str| festival(&calendar, day(today)).map(|(day, _)| day.to_string());
        assert_eq!(next("2026-09-20").as_deref(), Some("2026-09-25"));
        assert_eq!(next("2026-09-26").as_deref(), Some("2026-09-25"));
        assert_eq!(next("2026-10-03").as_deref(), Some("2026-10-01"));
        assert_eq!(next("2026-11-10"), None);
        let past =
            |today: &str| past_festival(&calendar, day(today)).map(|(day, _)| day.to_string());
        assert_eq!(past("2026-10-03").as_deref(), Some("2026-10-01"));
        assert_eq!(past("2026-10-12").as_deref(), Some("2026-10-01"));
        assert_eq!(past("2026-09-20"), None);
        assert_eq!(past("2026-11-10"), None);
    }

    #[test]
    fn a_tick_is_stored_as_this_text() {
        let ticked = Ticked {
            version: TICKED_VERSION,
            by: "王芳".to_owned(),
            at: 1_780_000_000_000,
        };
        assert_eq!(
            serde_json::to_string(&ticked).expect("plain data"),
            r#"{"version":1,"by":"王芳","at":1780000000000}"#
        );
    }
}
