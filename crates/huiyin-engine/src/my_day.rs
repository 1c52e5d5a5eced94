//! What waits for the person at the device, from the rows of cases alone: signatures, forwarded cases, actions, reminders.
//!
//! Decides what is listed; whose turn it is was decided when the row was made. Nothing here opens a document, and the cost
//! grows with the rows.

use std::collections::BTreeMap;

use huiyin_api::{ActionView, DeskView, ReminderView};
use huiyin_core::case::{CaseState, Step};
use huiyin_core::id::{BranchCode, RecordKind};
use huiyin_core::pack::{Pack, PackRef, Place, Text};
use huiyin_core::rules::who_may;
use huiyin_core::staff::Actor;
use huiyin_core::text::same_name;
use huiyin_document::{CaseColumn, DeskRow, RowAction, RowRef};

use crate::Millis;
use crate::lists::HOME_ROWS;
use crate::nearest::Nearest;
use crate::replica::Replica;
use crate::segments::{Place as At, Segment};

/// Reminders shown, the most pressing first.
const MAX_REMINDERS: usize = 200;
/// Actions listed.
const MAX_ACTIONS: usize = 2_000;
/// Milliseconds of an hour.
const HOUR_MS: Millis = 3_600_000;

/// Returns whether the person may give the signature that a case waits for.
pub(crate) fn may_sign(actor: &Actor, desk: &DeskRow, branch: &BranchCode) -> bool {
    let Some(awaited) = &desk.awaited else {
        return false;
    };
    let recused = !desk.against_person.is_empty() && actor.is_named(&desk.against_person);
    if recused || desk.pack_missing {
        return false;
    }
    if awaited.delegates.iter().any(|name| actor.is_named(name)) {
        return true;
    }
    let approver = &awaited.approver;
    let holds = if approver.role.is_empty() {
        actor.holds_any(who_may(Step::Approved))
    } else {
        actor.holds_post(&approver.role)
    };
    let sits = match approver.place {
        Place::Anywhere => true,
        Place::Branch => actor.branch == branch.as_str(),
        Place::HeadOffice => actor.head_office,
    };
    holds && sits && !awaited.signed.iter().any(|name| actor.is_named(name))
}

/// Returns an action of a case as a list of several cases shows it.
pub(crate) fn action_view(
    action: &RowAction,
    segment: &Segment,
    row: RowRef<'_>,
    today: &str,
) -> ActionView {
    let overdue = action.state == "open" && !action.due.is_empty() && action.due.as_str() < today;
    ActionView {
        id: action.id.clone(),
        kind: action.kind.clone(),
        text: action.text.clone(),
        owner: action.owner.clone(),
        due: action.due.clone(),
        state: if overdue {
            "overdue".to_owned()
        } else {
            action.state.clone()
        },
        verified_by: if action.state == "verified" {
            action.verified_by.clone()
        } else {
            String::new()
        },
        case: segment.id(row).to_string(),
        number: row.case(CaseColumn::Number).to_owned(),
    }
}

/// The day at each branch, made once.
struct Days<'a> {
    replica: &'a Replica,
    now: Millis,
    known: BTreeMap<BranchCode, String>,
}

impl Days<'_> {
    fn today(&mut self, branch: &BranchCode) -> &str {
        let (replica, now) = (self.replica, self.now);
        self.known
            .entry(branch.clone())
            .or_insert_with_key(|branch| replica.today(branch, now))
    }
}

impl Replica {
    fn days(&self, now: Millis) -> Days<'_> {
        Days {
            replica: self,
            now,
            known: BTreeMap::new(),
        }
    }

    /// Returns the lists of my day that come from the desk.
    pub fn desk_view(&self, now: Millis) -> DeskView {
        let actor = self.actor();
        let mut days = self.days(now);
        let mut view = DeskView::default();
        let [mut approvals, mut waiting, mut answerable, mut incoming] = <[Nearest; 4]>::default();
        let mut reminders: Vec<(Millis, ReminderView)> = Vec::new();
        for (at, segment) in self.listed(RecordKind::Case) {
            let branch = segment.key.working_branch();
            for (index, row) in segment.iter().enumerate() {
                let place: At = (at, index as u32);
                let due = row.due().unwrap_or(Millis::MAX);
                let open = row.group() != 2;
                // Reading what the desk keeps of a case costs more than asking whether there is anything to it.
                let tells = row.awaits_signature() || !row.pack().is_empty();
                let desk = (row.has_actions() || (open && tells))
                    .then(|| row.desk())
                    .flatten();
                let mine = open
                    && desk
                        .as_ref()
                        .is_some_and(|desk| may_sign(&actor, desk, &branch));
                if mine {
                    approvals.put(due, place);
                } else if open && row.has_desk() && waits_for_others(row) {
                    waiting.put(due, place);
                }
                if let Some(desk) = &desk {
                    if row.has_actions() {
                        let today = days.today(&branch);
                        list_actions(&mut view, &actor, segment, row, desk, today);
                    }
                    if open {
                        self.remind(&mut reminders, &actor, segment, row, desk, now);
                    }
                }
                // A forwarded case waits; asking every row for its state would cost more than the rest.
                if row.group() == 1 && self.still_answers(segment, row) {
                    answerable.put(due, place);
                } else if self.is_incoming(segment, row) {
                    incoming.put(due, place);
                }
            }
        }
        view.approvals_total = approvals.total();
        view.waiting_total = waiting.total();
        view.approvals = self.rows_of(approvals, now);
        view.waiting = self.rows_of(waiting, now);
        view.answerable = self.rows_of(answerable, now);
        view.incoming = self.rows_of(incoming, now);
        for list in [&mut view.actions, &mut view.to_verify] {
            list.sort_by(|a, b| due_last(a).cmp(&due_last(b)));
            list.truncate(HOME_ROWS);
        }
        reminders.sort_by(|(a, x), (b, y)| (a, &x.key).cmp(&(b, &y.key)));
        reminders.truncate(MAX_REMINDERS);
        view.reminders = reminders
            .into_iter()
            .map(|(_, reminder)| reminder)
            .collect();
        view
    }

    /// Adds what the person has to be told about a case: that it is as grave as the pack says, and of each clock the last rule
    /// whose time has come.
    fn remind(
        &self,
        reminders: &mut Vec<(Millis, ReminderView)>,
        actor: &Actor,
        segment: &Segment,
        row: RowRef<'_>,
        desk: &DeskRow,
        now: Millis,
    ) {
        let Some(pack) = desk
            .pack
            .as_ref()
            .and_then(|pack: &PackRef| self.policies.pack(pack))
        else {
            return;
        };
        let branch = segment.key.working_branch();
        // Someone of another branch sees the case only at head office.
        if !actor.head_office && actor.branch != branch.as_str() {
            return;
        }
        if let Some(told) = told_severity(pack, actor, row, desk) {
            let id = segment.id(row).to_string();
            let reminder = ReminderView {
                key: format!("{id}|severity|{}", row.case(CaseColumn::Severity)),
                case: id,
                number: row.case(CaseColumn::Number).to_owned(),
                subject: row.case(CaseColumn::Subject).to_owned(),
                title: told,
                due: row.received(),
                ..ReminderView::default()
            };
            reminders.push((row.received(), reminder));
        }
        if desk.paused {
            return;
        }
        for running in &desk.running {
            let Some((hours, title)) = due_warning(pack, &running.name, running.due, now, |tell| {
                is_told(actor, desk, tell)
            }) else {
                continue;
            };
            let id = segment.id(row).to_string();
            let reminder = ReminderView {
                key: format!("{id}|{}|{}|{hours}", running.name, running.due),
                case: id,
                number: row.case(CaseColumn::Number).to_owned(),
                subject: row.case(CaseColumn::Subject).to_owned(),
                clock: running.name.clone(),
                title,
                due: running.due,
                hours,
            };
            reminders.push((running.due, reminder));
        }
    }

    /// Returns the corrective and preventive actions of all cases, those due first at the top.
    pub fn all_actions(&self, open: bool, now: Millis) -> Vec<ActionView> {
        let mut days = self.days(now);
        let mut found = Vec::new();
        for (_, segment) in self.listed(RecordKind::Case) {
            let branch = segment.key.working_branch();
            for row in segment.iter().filter(RowRef::has_actions) {
                let Some(desk) = row.desk() else {
                    continue;
                };
                for action in &desk.actions {
                    if !open || action.state != "verified" {
                        found.push(action_view(action, segment, row, days.today(&branch)));
                    }
                }
            }
        }
        found.sort_by(|a, b| due_last(a).cmp(&due_last(b)));
        found.truncate(MAX_ACTIONS);
        found
    }
}

/// Returns what the person is told at once about the severity of a case, until the case is looked into.
fn told_severity(pack: &Pack, actor: &Actor, row: RowRef<'_>, desk: &DeskRow) -> Option<Text> {
    let severity = row.case(CaseColumn::Severity);
    let rule = pack
        .severities
        .iter()
        .find(|rule| rule.id == severity && !rule.tell.is_empty())?;
    let fresh = [
        CaseState::Registered,
        CaseState::Accepted,
        CaseState::Forwarded,
        CaseState::Assigned,
        CaseState::Reopened,
    ];
    let state = CaseState::parse(row.case(CaseColumn::State))?;
    (fresh.contains(&state) && is_told(actor, desk, &rule.tell)).then(|| Text {
        zh: format!("已定为“{}”", rule.text.zh),
        en: format!("Classed as {}", rule.text.en.to_lowercase()),
    })
}

/// Sorts what has no day behind what has one.
fn due_last(action: &ActionView) -> (bool, &str, &str, &str) {
    (
        action.due.is_empty(),
        &action.due,
        &action.number,
        &action.id,
    )
}

fn waits_for_others(row: RowRef<'_>) -> bool {
    let state = row.case(CaseColumn::State);
    row.is_paused() || state == CaseState::Forwarded.name() || state == CaseState::Proposed.name()
}

/// Adds the actions of a case that wait for the person.
fn list_actions(
    view: &mut DeskView,
    actor: &Actor,
    segment: &Segment,
    row: RowRef<'_>,
    desk: &DeskRow,
    today: &str,
) {
    let verifies = actor.holds_any(who_may(Step::ActionVerified))
        && !same_name(&desk.against_person, &actor.name);
    for action in &desk.actions {
        let own = actor.is_named(&action.owner);
        if action.state == "open" && own {
            view.actions.push(action_view(action, segment, row, today));
        } else if action.state == "done" && verifies && !own && !actor.is_named(&action.done_by) {
            view.to_verify
                .push(action_view(action, segment, row, today));
        }
    }
}

/// Returns the last rule of a clock whose time has come and that tells the person, and the clock's title.
fn due_warning(
    pack: &Pack,
    clock: &str,
    due: Millis,
    now: Millis,
    told: impl Fn(&[String]) -> bool,
) -> Option<(i32, Text)> {
    let clock = pack.clock(clock)?;
    clock
        .warn
        .iter()
        .filter(|rule| now >= due.saturating_add(Millis::from(rule.hours) * HOUR_MS))
        .filter(|rule| told(&rule.tell))
        .map(|rule| rule.hours)
        .max()
        .map(|hours| (hours, clock.text.clone()))
}

fn is_told(actor: &Actor, desk: &DeskRow, tell: &[String]) -> bool {
    tell.iter().any(|whom| match whom.as_str() {
        "assignee" => !desk.assignee.is_empty() && actor.is_named(&desk.assignee),
        "registrar" => !desk.registrar.is_empty() && actor.is_named(&desk.registrar),
        role => actor.holds_post(role),
    })
}
