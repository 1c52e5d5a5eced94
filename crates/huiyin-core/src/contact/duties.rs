//! What is due about contacts: plans, reports, promises, targets, greetings.
//!
//! Decides from summaries and the rules of the pack, at a time that is passed in. Return visits are in [`super::follow_up`].

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{ContactState, ContactSummary};
use crate::Millis;
use crate::calendar::WorkingCalendar;
use crate::deadline::{deadline, promised};
use crate::id::EventId;
use crate::pack::ContactRules;
use crate::pack::contact_rules::Target;
use crate::pack::file_rules::among;
use crate::periods::Period;

/// Something due about one contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ContactDuty {
    /// It took place and is not reported.
    Report {
        /// By when.
        due: Millis,
    },
    /// A promise is not kept.
    Promise {
        /// The `promised` event.
        event: EventId,
        /// Who keeps it.
        owner: String,
        /// By when; nothing if no day was given.
        due: Option<Millis>,
    },
    /// Its day is over and it neither took place nor was cancelled.
    Overdue {
        /// End of the planned day.
        due: Millis,
    },
    /// A home visit is not signed by the customer.
    Signature,
    /// The supervisor has not checked it.
    Supervision {
        /// Role or post.
        role: String,
    },
}

/// Returns what is due about one contact. `kind` and `way` are its fields; open duties only.
pub fn duties(
    rules: &ContactRules,
    calendar: &WorkingCalendar,
    kind: &str,
    way: &str,
    contact: &ContactSummary,
    now: Millis,
) -> Vec<ContactDuty> {
    let mut found = Vec::new();
    let Some(state) = contact
        .state
        .filter(|state| *state != ContactState::Cancelled)
    else {
        return found;
    };
    if !state.took_place()
        && let Some(day) = contact.planned_on
    {
        let due = promised(calendar, now, day).due;
        if due < now {
            found.push(ContactDuty::Overdue { due });
        }
    }
    if state == ContactState::Done
        && kind == "visit"
        && let (Some(length), Some(done)) = (rules.report_within, contact.done_at)
    {
        found.push(ContactDuty::Report {
            due: deadline(calendar, done, length).due,
        });
    }
    for promise in contact
        .promises
        .iter()
        .filter(|promise| promise.kept_at.is_none())
    {
        found.push(ContactDuty::Promise {
            event: promise.event.clone(),
            owner: promise.owner.clone(),
            due: promise.due.map(|day| promised(calendar, now, day).due),
        });
    }
    if state.took_place() && kind == "follow_up" {
        if rules.home_visit_signed && way == "home" && !contact.signed {
            found.push(ContactDuty::Signature);
        }
        if !rules.checked_by.is_empty() && contact.supervision.is_none() {
            found.push(ContactDuty::Supervision {
                role: rules.checked_by.clone(),
            });
        }
    }
    found
}

/// How far the plan of a person for one period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanStage {
    /// Nothing is planned.
    Missing,
    /// Planned, not all submitted.
    Drafted,
    /// Something was sent back.
    SentBack,
    /// Waits for approval.
    Waiting,
    /// Approved.
    Approved,
}

/// The plan of a person for a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct PlanStatus {
    /// Name of the period planned ([`Period::name`]).
    pub period: String,
    /// By when it is submitted.
    pub due: Millis,
    /// How far it is.
    pub stage: PlanStage,
    /// Contacts planned in it.
    pub planned: u32,
    /// When the last of it was first submitted, if all is.
    pub submitted_at: Option<Millis>,
}

impl PlanStatus {
    /// Returns whether it was submitted late, or is late now.
    pub fn is_late(&self, now: Millis) -> bool {
        self.submitted_at.unwrap_or(now) > self.due
    }
}

/// Returns how far a person's plan is for the period in which `day` lies; nothing if the pack asks for no plan of the posts
/// held. `contacts` are the person's contacts, of any period.
pub fn plan_status<'a>(
    rules: &ContactRules,
    calendar: &WorkingCalendar,
    posts: &[String],
    contacts: impl IntoIterator<Item = &'a ContactSummary>,
    day: NaiveDate,
) -> Option<PlanStatus> {
    let plan = rules.plan.as_ref()?;
    if !plan.posts.is_empty() && !posts.iter().any(|post| plan.posts.contains(post)) {
        return None;
    }
    let period = Period::of(plan.every, day);
    let mut status = PlanStatus {
        period: period.name(),
        due: period.previous().due(calendar),
        stage: PlanStage::Approved,
        planned: 0,
        submitted_at: None,
    };
    let mut all_submitted = true;
    for contact in contacts {
        let is_in = contact.planned_on.is_some_and(|day| period.contains(day));
        let Some(state) = contact
            .state
            .filter(|state| is_in && *state != ContactState::Cancelled)
        else {
            continue;
        };
        status.planned += 1;
        let reached = match state {
            ContactState::Planned => PlanStage::Drafted,
            ContactState::SentBack => PlanStage::SentBack,
            ContactState::Submitted => PlanStage::Waiting,
            _ => PlanStage::Approved,
        };
        status.stage = status.stage.min(reached);
        let submitted = contact
            .in_force()
            .find(|event| event.step == crate::case::Step::Submitted)
            .map(|event| event.at);
        // What took place without a plan of its own does not hold the plan up.
        all_submitted &= submitted.is_some() || state.took_place();
        status.submitted_at = status.submitted_at.max(submitted);
    }
    if status.planned == 0 {
        status.stage = PlanStage::Missing;
    }
    if !all_submitted {
        status.submitted_at = None;
    }
    Some(status)
}

/// A target with what was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetStatus<'a> {
    /// The target.
    pub target: &'a Target,
    /// Contacts that took place in the period.
    pub done: u32,
}

/// Returns the targets of someone who holds `posts`, with what the person did in the periods in which `day` lies.
/// `contacts` are kind and day of what took place.
pub fn targets<'a>(
    rules: &'a ContactRules,
    posts: &[String],
    contacts: &[(&str, NaiveDate)],
    day: NaiveDate,
) -> Vec<TargetStatus<'a>> {
    rules
        .targets
        .iter()
        .filter(|target| posts.contains(&target.post))
        .map(|target| {
            let period = Period::of(target.every, day);
            let counts = |(kind, on): &&(&str, NaiveDate)| {
                (target.kind.is_empty() || target.kind == *kind) && period.contains(*on)
            };
            TargetStatus {
                target,
                done: contacts.iter().filter(counts).count() as u32,
            }
        })
        .collect()
}

/// Returns the ids of the greetings of the pack that fall on a day: by the month they are prepared in, and on the customer's
/// birthday. A birthday on 29 February is greeted on the 28th in other years.
pub fn greetings(
    rules: &ContactRules,
    birthday: Option<NaiveDate>,
    festival: bool,
    day: NaiveDate,
) -> Vec<&str> {
    let is_birthday = birthday.is_some_and(|born| {
        let in_year = NaiveDate::from_ymd_opt(day.year(), born.month(), born.day());
        in_year.or_else(|| NaiveDate::from_ymd_opt(day.year(), 2, 28)) == Some(day)
    });
    rules
        .greetings
        .iter()
        .filter(|greeting| match (greeting.id.as_str(), greeting.month) {
            ("birthday", _) => is_birthday,
            ("festival", 0) => festival,
            (_, 0) => false,
            (_, month) => u32::from(month) == day.month(),
        })
        .map(|greeting| greeting.id.as_str())
        .collect()
}

/// Returns whether a person does something by the posts held; an empty list means everyone.
pub fn is_for(posts: &[String], wanted: &[String]) -> bool {
    wanted.is_empty() || posts.iter().any(|post| among(wanted, post))
}
