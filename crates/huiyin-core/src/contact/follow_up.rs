//! Return visits (回访): which matters are followed up, when, by whom.
//!
//! Decides from plain facts about what they come after. The sample is the same on every device that knows the same matters, and
//! never smaller than the share of the pack.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::calendar::WorkingCalendar;
use crate::deadline::{Length, deadline};
use crate::pack::ContactRules;
use crate::pack::contact_rules::{FollowUp, FollowsAfter};
use crate::pack::file_rules::{Every, among};

/// Most follow-ups listed of one that comes round.
pub const MAX_ROUNDS: usize = 400;

/// Something a return visit comes after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matter<'a> {
    /// Record id: of the case, of the event's guest list entry, of the customer.
    pub id: &'a str,
    /// When it happened.
    pub at: Millis,
    /// Severity of a case; empty counts as the lightest.
    pub severity: &'a str,
    /// Why it needs none: `anonymous` or `reply_only`; empty = it does.
    pub excuse: &'a str,
    /// When it was followed up, in order.
    pub followed: &'a [Millis],
    /// Whether the last follow-up found it unsolved.
    pub unsolved: bool,
}

/// A return visit that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct FollowUpDuty {
    /// Id of the rule.
    pub rule: String,
    /// Record id of what it comes after.
    pub of: String,
    /// By when.
    pub due: Millis,
    /// Role or post that does it.
    pub by: String,
    /// Whether the phone will do.
    pub by_phone: bool,
    /// Which follow-up of the matter it is, from 1.
    pub number: u32,
}

/// Returns a number made of a record id that is spread evenly and is the same everywhere and for ever.
///
/// **Source:** FNV-1a with 64 bits, then the mixing step of SplitMix64, so that ids that differ in the last digit lie far apart.
pub fn lot(id: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in id.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// Returns the ids drawn from `ids`: those whose [`lot`] lies in the share, and as many of the next as the share still lacks.
///
/// At least `percent` of them, rounded up. Drawn for good by its lot is about that share; the rest fill up while there are few.
pub fn sample<'a>(ids: impl IntoIterator<Item = &'a str>, percent: u8) -> BTreeSet<&'a str> {
    let mut drawn: Vec<(u64, &str)> = ids.into_iter().map(|id| (lot(id), id)).collect();
    drawn.sort_unstable();
    drawn.dedup();
    let wanted = (drawn.len() * usize::from(percent)).div_ceil(100);
    let below = u128::from(percent) * (u128::from(u64::MAX) + 1) / 100;
    let by_lot = drawn.partition_point(|(lot, _)| u128::from(*lot) < below);
    drawn
        .into_iter()
        .take(wanted.max(by_lot))
        .map(|(_, id)| id)
        .collect()
}

/// Returns the share that was followed up, in per cent rounded down, of the matters that need it; nothing if none does.
pub fn followed_percent(rule: &FollowUp, matters: &[Matter<'_>]) -> Option<u32> {
    let needing: Vec<&Matter<'_>> = matters
        .iter()
        .filter(|matter| needs(rule, matter))
        .collect();
    let followed = needing
        .iter()
        .filter(|matter| !matter.followed.is_empty())
        .count();
    (followed * 100)
        .checked_div(needing.len())
        .map(|percent| percent as u32)
}

fn needs(rule: &FollowUp, matter: &Matter<'_>) -> bool {
    matter.excuse.is_empty() || !rule.excused.iter().any(|excuse| excuse == matter.excuse)
}

/// Returns the follow-ups still to be made of the matters one rule is about, in the order of their time, then id.
pub fn due(
    rule: &FollowUp,
    calendar: &WorkingCalendar,
    matters: &[Matter<'_>],
    now: Millis,
) -> Vec<FollowUpDuty> {
    let needing: Vec<&Matter<'_>> = matters
        .iter()
        .filter(|matter| needs(rule, matter))
        .collect();
    let drawn = sample(needing.iter().map(|matter| matter.id), rule.percent);
    let mut found: Vec<FollowUpDuty> = needing
        .into_iter()
        .filter(|matter| {
            drawn.contains(matter.id) || always(rule, matter) || !matter.followed.is_empty()
        })
        .filter_map(|matter| next(rule, calendar, matter, now))
        .collect();
    found.sort_by(|a, b| (a.due, &a.of).cmp(&(b.due, &b.of)));
    found
}

fn severity<'a>(matter: &Matter<'a>) -> &'a str {
    if matter.severity.is_empty() {
        crate::case::SEVERITIES[0]
    } else {
        matter.severity
    }
}

fn always(rule: &FollowUp, matter: &Matter<'_>) -> bool {
    rule.always_visited.iter().any(|of| of == severity(matter))
}

/// Returns the next follow-up of one matter.
fn next(
    rule: &FollowUp,
    calendar: &WorkingCalendar,
    matter: &Matter<'_>,
    now: Millis,
) -> Option<FollowUpDuty> {
    let made = matter.followed.len();
    let last = matter.followed.last().copied();
    let due = match (rule.within, last) {
        (Some(length), None) => deadline(calendar, matter.at, length).due,
        (Some(length), Some(last)) if rule.until_solved && matter.unsolved => {
            deadline(calendar, last, length).due
        }
        _ => round(rule, calendar, (matter.at, last), now)?,
    };
    let by = rule
        .by
        .iter()
        .find(|by| among(&by.severities, severity(matter)))?;
    let number = made as u32 + 1;
    Some(FollowUpDuty {
        rule: rule.id.clone(),
        of: matter.id.to_owned(),
        due,
        by: by.post.clone(),
        by_phone: number >= rule.by_phone_from && !always(rule, matter),
        number,
    })
}

const fn months(every: Every) -> u32 {
    match every {
        Every::Week | Every::Month => 1,
        Every::Quarter => 3,
        Every::HalfYear => 6,
        Every::Year => 12,
    }
}

/// Returns after how many months follow-ups that come round are due, at most [`MAX_ROUNDS`].
fn months_after(rule: &FollowUp) -> Vec<u32> {
    let mut found = Vec::new();
    let mut after = 0;
    for then in &rule.then {
        let step = months(then.every);
        while found.len() < MAX_ROUNDS
            && (then.until_months == 0 || after + step <= then.until_months)
            && after + step <= crate::deadline::MAX_MONTHS
        {
            after += step;
            found.push(after);
        }
    }
    found
}

/// Returns the times at which follow-ups that come round are due, at most [`MAX_ROUNDS`]: so many months after the beginning.
pub fn coming(rule: &FollowUp, calendar: &WorkingCalendar, at: Millis) -> Vec<Millis> {
    let due = |after| deadline(calendar, at, Length::Months(after)).due;
    months_after(rule).into_iter().map(due).collect()
}

/// Returns when the round is due that is still to be followed up of a matter that happened and was last followed up then; nothing if
/// none is. A round begins when the one before is due, the first with the matter, and is listed from then on.
///
/// A round that was missed stays until the next one ends too; then that one is the missed one. One visit cannot make up for
/// months: whoever is behind owes one, not thirty.
fn round(
    rule: &FollowUp,
    calendar: &WorkingCalendar,
    (at, last): (Millis, Option<Millis>),
    now: Millis,
) -> Option<Millis> {
    let due = |after: u32| deadline(calendar, at, Length::Months(after)).due;
    let months = months_after(rule);
    // Found by halving: each time takes a look at the calendar.
    let begun = months.partition_point(|after| due(*after) <= now);
    (begun.saturating_sub(1)..months.len().min(begun + 1)).find_map(|index| {
        let starts = match index {
            0 => at,
            index => due(months[index - 1]),
        };
        (starts <= now && last.is_none_or(|last| last < starts)).then(|| due(months[index]))
    })
}

/// Returns the rules that follow something, in the order of the pack.
pub fn rules_after(rules: &ContactRules, after: FollowsAfter) -> impl Iterator<Item = &FollowUp> {
    rules
        .follow_ups
        .iter()
        .filter(move |rule| rule.after == after)
}
