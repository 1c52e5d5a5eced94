//! How customers are shared out (分配): leads, a leaver's customers, the pool, invitations to events.
//!
//! Decides from plain facts; nothing is done here, everything comes back as a plan to look at. Every plan is the same on every
//! device that knows the same facts. Long, because the ways a customer changes hands are read against each other.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::calendar::WorkingCalendar;
use crate::deadline::{Length, deadline};
use crate::pack::care_rules::{InvitationRules, PoolRule};
use crate::pack::{Template, Text};
use crate::text::same_name;

/// Why customers cannot be shared out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum AllocationError {
    /// Nobody is named.
    #[error("nobody is named to take them: name at least one colleague")]
    NobodyNamed,
    /// The leaver is among those who take over.
    #[error("{name} leaves and cannot take over: name somebody else")]
    Leaver {
        /// The leaver.
        name: String,
    },
}

/// Returns who gets each lead, in the order of the leads.
///
/// Each goes to whoever has the fewest, the first named among equals. `staff` are names with what they hold already; with
/// equal holdings the numbers differ by one at most, and more leads change nothing about the ones before.
///
/// # Errors
/// [`AllocationError::NobodyNamed`] for leads and no staff.
pub fn share_out<'a>(
    leads: usize,
    staff: &[(&'a str, u32)],
) -> Result<Vec<&'a str>, AllocationError> {
    let mut held: Vec<(u32, usize, &str)> = Vec::new();
    for (at, (name, count)) in staff.iter().enumerate() {
        if !held.iter().any(|(_, _, known)| same_name(known, name)) {
            held.push((*count, at, name));
        }
    }
    if held.is_empty() && leads > 0 {
        return Err(AllocationError::NobodyNamed);
    }
    let mut waiting: BTreeSet<(u32, usize, &str)> = held.into_iter().collect();
    let mut given = Vec::with_capacity(leads);
    for _ in 0..leads {
        let Some((count, at, name)) = waiting.pop_first() else {
            break;
        };
        given.push(name);
        waiting.insert((count.saturating_add(1), at, name));
    }
    Ok(given)
}

/// What a leaver holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldAs {
    /// Owner A of a customer.
    OwnerA,
    /// Owner B of a customer.
    OwnerB,
    /// A case assigned.
    Case,
    /// A planned contact.
    Contact,
    /// A task: a promise, an action.
    Task,
}

/// One thing a leaver holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding<'a> {
    /// Record id.
    pub id: &'a str,
    /// What it is called.
    pub name: &'a str,
    /// As what.
    pub held: HeldAs,
    /// The customer it belongs to (the id itself for a customer): all of one customer goes to one person.
    pub customer: &'a str,
    /// The other owner of a customer, who cannot become both; empty if there is none.
    pub other_owner: &'a str,
}

/// One line of the hand-over of a leaver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct HandOverLine {
    /// Record id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// As what the leaver held it.
    pub held: HeldAs,
    /// Who takes it.
    pub to: String,
    /// The letter to the customer; nothing where none is sent: for anything but a customer, and without a template.
    pub notice: Option<Text>,
}

/// What fills in the letters of a hand-over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NoticeFacts<'a> {
    /// Name of the company.
    pub company: &'a str,
    /// The day, as it is printed.
    pub date: &'a str,
    /// Phones of those who take over, by name.
    pub phones: &'a [(&'a str, &'a str)],
}

/// Returns who takes what of a leaver: a plan to preview, every holding once, in the order given.
///
/// `named` says who takes a customer or a record by its id. The rest is shared out evenly among `successors`, with all of one
/// customer in one hand; nobody becomes both owners of a customer unless there is nobody else.
///
/// # Errors
/// [`AllocationError`] if nobody could take something, or the leaver would.
pub fn leaver_plan(
    leaver: &str,
    holdings: &[Holding<'_>],
    successors: &[&str],
    named: &BTreeMap<String, String>,
    template: Option<&Template>,
    facts: &NoticeFacts<'_>,
) -> Result<Vec<HandOverLine>, AllocationError> {
    let is_leaver = |name: &str| same_name(name, leaver);
    if successors.iter().any(|name| is_leaver(name)) || named.values().any(|name| is_leaver(name)) {
        return Err(AllocationError::Leaver {
            name: leaver.to_owned(),
        });
    }
    // What each takes by name counts, so that the rest evens it out.
    let mut taken: BTreeMap<&str, u32> = successors.iter().map(|name| (*name, 0)).collect();
    let mut of_customer: BTreeMap<&str, String> = BTreeMap::new();
    for holding in holdings {
        let given = named
            .get(holding.id)
            .or_else(|| named.get(holding.customer));
        if let Some(to) = given
            && !of_customer.contains_key(group(holding))
        {
            of_customer.insert(group(holding), to.clone());
            if let Some((_, count)) = taken.iter_mut().find(|(name, _)| same_name(name, to)) {
                *count += 1;
            }
        }
    }
    let mut lines = Vec::with_capacity(holdings.len());
    for holding in holdings {
        let own = named.get(holding.id);
        let to = if let Some(to) = own.or_else(|| of_customer.get(group(holding))) {
            to.clone()
        } else {
            let least = |other: bool| {
                successors
                    .iter()
                    .filter(|name| other || !same_name(name, holding.other_owner))
                    .min_by_key(|name| taken.get(**name).copied())
            };
            let to = least(false)
                .or_else(|| least(true))
                .ok_or(AllocationError::NobodyNamed)?;
            *taken.entry(to).or_default() += 1;
            of_customer.insert(group(holding), (*to).to_owned());
            (*to).to_owned()
        };
        let is_customer = matches!(holding.held, HeldAs::OwnerA | HeldAs::OwnerB);
        let notice = template.filter(|_| is_customer).map(|template| {
            let phone = facts
                .phones
                .iter()
                .find(|(name, _)| same_name(name, &to))
                .map_or("", |(_, phone)| *phone);
            let text = if phone.is_empty() {
                without_phone(&template.text)
            } else {
                template.text.clone()
            };
            fill(
                &text,
                &[
                    ("name", holding.name),
                    ("company", facts.company),
                    ("date", facts.date),
                    ("old_owner", leaver),
                    ("new_owner", &to),
                    ("phone", phone),
                ],
            )
        });
        lines.push(HandOverLine {
            id: holding.id.to_owned(),
            name: holding.name.to_owned(),
            held: holding.held,
            to,
            notice,
        });
    }
    Ok(lines)
}

/// Returns a letter without the brackets of a phone nobody knows.
fn without_phone(text: &Text) -> Text {
    const BRACKETS: [&str; 3] = [" ({phone})", "({phone})", "（{phone}）"];
    let one = |text: &str| {
        BRACKETS
            .iter()
            .fold(text.to_owned(), |text, brackets| text.replace(brackets, ""))
    };
    Text {
        zh: one(&text.zh),
        en: one(&text.en),
    }
}

fn group<'a>(holding: &Holding<'a>) -> &'a str {
    if holding.customer.is_empty() {
        holding.id
    } else {
        holding.customer
    }
}

/// Returns a text with `{name}` and the like filled in; what is not known stays as it is. What is filled in is never read again.
pub fn fill(text: &Text, values: &[(&str, &str)]) -> Text {
    let one = |text: &str| {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let known = after.split_once('}').and_then(|(name, rest)| {
                Some((values.iter().find(|(known, _)| *known == name)?.1, rest))
            });
            rest = if let Some((value, rest)) = known {
                filled.push_str(value);
                rest
            } else {
                filled.push('{');
                after
            };
        }
        filled.push_str(rest);
        filled
    };
    Text {
        zh: one(&text.zh),
        en: one(&text.en),
    }
}

/// When a customer was last served.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Service {
    /// When the file was made: before it nobody could serve.
    pub registered_at: Millis,
    /// Last invitation.
    pub invited_at: Option<Millis>,
    /// Last event the customer came to.
    pub came_at: Option<Millis>,
    /// Last home visit.
    pub home_visit_at: Option<Millis>,
    /// Last contact of any kind.
    pub contact_at: Option<Millis>,
}

/// Why a customer may go to others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Unserved {
    /// What is missing ([`crate::pack::care_rules::NO_SERVICE`]).
    pub sign: String,
    /// Since when the customer may go to others.
    pub since: Millis,
}

/// Returns why a customer may be taken by others, the longest first; empty if none of the signs of the rule holds.
pub fn unserved(
    rule: &PoolRule,
    calendar: &WorkingCalendar,
    service: &Service,
    now: Millis,
) -> Vec<Unserved> {
    let mut found: Vec<Unserved> = rule
        .any_of
        .iter()
        .filter_map(|sign| {
            let last = match sign.as_str() {
                "not_invited" => service.invited_at,
                "did_not_come" => service.came_at,
                "no_home_visit" => service.home_visit_at,
                "no_contact" => service.contact_at,
                _ => return None,
            };
            let from = last.map_or(service.registered_at, |at| at.max(service.registered_at));
            let since = deadline(calendar, from, Length::Months(rule.months)).due;
            (since < now).then(|| Unserved {
                sign: sign.clone(),
                since,
            })
        })
        .collect();
    found.sort_by(|a, b| (a.since, &a.sign).cmp(&(b.since, &b.sign)));
    found
}

/// An invitation of a guest as it was registered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Invitation {
    /// When it was registered, by the hybrid clock.
    pub at: Millis,
    /// Record id of the contact that is the invitation: sets apart those of one moment.
    pub id: String,
    /// Who invited.
    pub inviter: String,
    /// The department.
    pub department: String,
}

/// Where an invitation counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Before lists are taken for the event.
    TooEarly,
    /// On the list of a day.
    On(NaiveDate),
    /// After the last list closed.
    Late,
}

/// Returns the list an invitation counts on: that of its day until the closing time, else that of the next day; on the day
/// of the event until its session's closing time. `rank` is the place of the department in the order of inviting, from 0:
/// each begins so many days after the one before as the rules say.
///
/// A closing time that is not `HH:MM` counts as the end of the day.
pub fn counted(
    rules: &InvitationRules,
    calendar: &WorkingCalendar,
    at: Millis,
    event_day: NaiveDate,
    session: &str,
    rank: u32,
) -> Counted {
    let local = calendar.zone().local(at);
    let closes = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok();
    let in_time = |limit: Option<NaiveTime>| limit.is_none_or(|limit| local.time() <= limit);
    let today = local.date();
    let day = if today >= event_day || in_time(closes(&rules.closes)) {
        today
    } else {
        today + Days::new(1)
    };
    let first = event_day
        - Days::new(u64::from(
            rules
                .days_before
                .saturating_sub(rank.saturating_mul(rules.head_start_days)),
        ));
    if today > event_day {
        return Counted::Late;
    }
    if day < first {
        return Counted::TooEarly;
    }
    if day < event_day {
        return Counted::On(day);
    }
    // The day of the event: only sessions with a list of their own are still open.
    match rules.day_of.iter().find(|list| list.session == session) {
        Some(list) if today < event_day || in_time(closes(&list.closes)) => Counted::On(event_day),
        _ => Counted::Late,
    }
}

/// Returns the invitation that holds among those of one guest to one event: the first registered. Late ones lose to any that
/// is not late; `is_late` says which are.
pub fn winner(
    invitations: &[Invitation],
    is_late: impl Fn(&Invitation) -> bool,
) -> Option<&Invitation> {
    invitations
        .iter()
        .min_by_key(|invitation| (is_late(invitation), *invitation))
}
