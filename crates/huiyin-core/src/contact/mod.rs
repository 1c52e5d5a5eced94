//! A contact (拜访、电话、信函、来访、活动): from plan to report, as its events tell it.
//!
//! Decides how the events of one contact become one summary, whatever order they arrived in. What is due is in [`duties`],
//! return visits in [`follow_up`], what a reception may cost in [`reception`].
//!
//! ```text
//! planned → submitted → approved | sent back → done → reported
//! done also straight away, without a plan; cancelled before it is done; planned again after that
//! ```
//!
//! A contact, or a promise it names as `of`, is assigned to somebody else when a leaver hands over.
//!
//! Each event is judged by the state its author saw; one that may not follow is kept and changes nothing. Of states reached
//! apart the greatest of [`ContactState`] holds: what took place took place, what was sent back is not approved, nothing is
//! cancelled by accident. It is listed as a clash until a deciding event comes after all of them.
//!
//! Long: the way of a contact and the summary are read together.

pub mod duties;
pub mod follow_up;
pub mod reception;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::case::{CaseEvent, Step};
use crate::event_graph::Graph;
use crate::field::parse_date;
use crate::file::data;
use crate::id::EventId;

/// The steps of a contact, in the order of its way.
pub const STEPS: &[Step] = &[
    Step::Imported,
    Step::Planned,
    Step::Submitted,
    Step::Endorsed,
    Step::Approved,
    Step::SentBack,
    Step::Rescheduled,
    Step::Assigned,
    Step::Done,
    Step::Reported,
    Step::Promised,
    Step::PromiseKept,
    Step::CustomerSigned,
    Step::Supervised,
    Step::Cancelled,
    Step::Noted,
];

/// Where a contact stands, from what gives way to what holds among states reached apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactState {
    /// It does not take place.
    Cancelled,
    /// Planned.
    Planned,
    /// Its plan waits for approval.
    Submitted,
    /// Its plan is approved.
    Approved,
    /// Its plan is to be changed.
    SentBack,
    /// It took place.
    Done,
    /// It took place and is reported.
    Reported,
}

impl ContactState {
    /// Returns the wire name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Planned => "planned",
            Self::Submitted => "submitted",
            Self::Approved => "approved",
            Self::SentBack => "sent_back",
            Self::Done => "done",
            Self::Reported => "reported",
        }
    }

    /// Returns whether it took place.
    pub const fn took_place(self) -> bool {
        matches!(self, Self::Done | Self::Reported)
    }
}

/// Returns the state after `step`, or nothing when it may not follow.
pub fn follow(state: Option<ContactState>, step: Step) -> Option<ContactState> {
    use ContactState as S;
    match (step, state) {
        (Step::Planned, None | Some(S::Cancelled)) => Some(S::Planned),
        (Step::Submitted, Some(S::Planned | S::SentBack)) => Some(S::Submitted),
        (Step::Approved, Some(S::Submitted)) => Some(S::Approved),
        (Step::SentBack, Some(S::Submitted | S::Approved)) => Some(S::SentBack),
        (Step::Imported, None) => Some(S::Done),
        (Step::Done, None) => Some(S::Done),
        (Step::Done, Some(S::Planned | S::Submitted | S::Approved | S::SentBack)) => Some(S::Done),
        (Step::Reported, Some(S::Done | S::Reported)) => Some(S::Reported),
        (Step::Cancelled, Some(S::Planned | S::Submitted | S::Approved | S::SentBack)) => {
            Some(S::Cancelled)
        }
        _ => None,
    }
}

const fn is_deciding(step: Step) -> bool {
    matches!(
        step,
        Step::Planned
            | Step::Submitted
            | Step::Approved
            | Step::SentBack
            | Step::Imported
            | Step::Done
            | Step::Reported
            | Step::Cancelled
    )
}

/// A promise made to the customer: a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// The `promised` event.
    pub event: EventId,
    /// What was promised.
    pub note: String,
    /// Who keeps it.
    pub owner: String,
    /// The day it is due.
    pub due: Option<NaiveDate>,
    /// When it was kept; the earliest of several.
    pub kept_at: Option<Millis>,
}

/// The check of a supervisor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Supervision {
    /// Who.
    pub by: String,
    /// When.
    pub at: Millis,
    /// Whether it was found good.
    pub good: bool,
    /// What was said.
    pub note: String,
}

/// One event in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct FoldedContactEvent {
    /// The event as it was made.
    pub event: CaseEvent,
    /// Whether it could not follow what its author saw; it changed nothing then.
    pub out_of_order: bool,
    /// The state after it, as its author saw it.
    pub state: Option<ContactState>,
}

/// A contact as its events tell it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactSummary {
    /// Where it stands; nothing while there are no events.
    pub state: Option<ContactState>,
    /// The day it is planned for.
    pub planned_on: Option<NaiveDate>,
    /// Time of day it is planned for, `HH:MM`; empty = all day.
    pub planned_at: String,
    /// Who planned or did it first, or took it over last.
    pub by: String,
    /// Who approved the plan.
    pub approved_by: Option<String>,
    /// When it took place: the earliest `done`.
    pub done_at: Option<Millis>,
    /// When it was first reported.
    pub reported_at: Option<Millis>,
    /// What came of it ([`crate::contact_field::RESULTS`]); empty = not said.
    pub result: String,
    /// Whether the customer signed on screen.
    pub signed: bool,
    /// The supervisor's latest check.
    pub supervision: Option<Supervision>,
    /// Promises, in order.
    pub promises: Vec<Promise>,
    /// Deciding events made apart with different outcomes, in order: check this. Empty if there are none.
    pub clash: Vec<EventId>,
    /// The steps of those events: any of them may be taken again, to settle it.
    pub rivals: Vec<Step>,
    /// The latest events, which no other comes after; the next event names them in `after`.
    pub heads: Vec<EventId>,
    /// Every event, once, in order.
    pub events: Vec<FoldedContactEvent>,
}

impl ContactSummary {
    /// Returns the events in force, in order.
    pub fn in_force(&self) -> impl DoubleEndedIterator<Item = &CaseEvent> {
        self.events
            .iter()
            .filter(|folded| !folded.out_of_order)
            .map(|folded| &folded.event)
    }

    /// Returns the steps that may follow now, whoever takes them.
    pub fn next_steps(&self) -> Vec<Step> {
        let open_promise = self
            .promises
            .iter()
            .any(|promise| promise.kept_at.is_none());
        STEPS
            .iter()
            .copied()
            .filter(|step| match step {
                // Somebody else's contact is given on by the hand-over of a leaver.
                Step::Imported | Step::Assigned => false,
                Step::Noted | Step::Promised => self.state.is_some(),
                Step::PromiseKept => open_promise,
                Step::Rescheduled => self
                    .state
                    .is_some_and(|state| !state.took_place() && state != ContactState::Cancelled),
                Step::Endorsed => self.state == Some(ContactState::Submitted),
                Step::CustomerSigned | Step::Supervised => {
                    self.state.is_some_and(ContactState::took_place)
                }
                step => follow(self.state, *step).is_some() || self.rivals.contains(step),
            })
            .collect()
    }
}

struct Node {
    state: Option<ContactState>,
    latest: Vec<usize>,
    in_order: bool,
}

/// The greatest state among the latest deciding events, those events, and their steps if nobody has seen all.
fn join(
    graph: &Graph<'_>,
    nodes: &[Node],
    positions: &[usize],
) -> (Option<ContactState>, Vec<usize>, BTreeSet<Step>) {
    let all: BTreeSet<usize> = positions
        .iter()
        .flat_map(|&at| nodes[at].latest.iter().copied())
        .collect();
    let latest = graph.latest(&all);
    let state = latest.iter().filter_map(|&at| nodes[at].state).max();
    let seen_by_one = |of: &usize| latest.iter().all(|at| nodes[*of].latest.contains(at));
    let rivals = if latest.len() < 2 || positions.iter().any(seen_by_one) {
        BTreeSet::new()
    } else {
        latest.iter().map(|&at| graph.events[at].step).collect()
    };
    (state, latest, rivals)
}

fn reached(step: Step) -> Option<ContactState> {
    use ContactState as S;
    Some(match step {
        Step::Planned => S::Planned,
        Step::Submitted => S::Submitted,
        Step::Approved => S::Approved,
        Step::SentBack => S::SentBack,
        Step::Imported | Step::Done => S::Done,
        Step::Reported => S::Reported,
        Step::Cancelled => S::Cancelled,
        _ => return None,
    })
}

/// Returns the summary of the contact these events are about. Order and repetition do not matter; of two different events
/// with one id the smaller is taken. An event whose past has not all arrived counts as its author meant it.
pub fn fold(events: &[CaseEvent]) -> ContactSummary {
    let graph = Graph::new(events);
    let mut nodes: Vec<Node> = Vec::with_capacity(graph.events.len());
    for (at, event) in graph.events.iter().enumerate() {
        let (past, latest, rivals) = join(&graph, &nodes, &graph.before[at]);
        let lenient = graph.names_unknown[at] || rivals.contains(&event.step);
        let next =
            follow(past, event.step).or_else(|| lenient.then(|| reached(event.step)).flatten());
        let node = match next {
            _ if event.signing.is_missing() => Node {
                state: past,
                latest,
                in_order: false,
            },
            Some(state) => Node {
                state: Some(state),
                latest: vec![at],
                in_order: true,
            },
            None => Node {
                state: past,
                latest,
                in_order: STEPS.contains(&event.step)
                    && !is_deciding(event.step)
                    && is_sensible(&graph, at, past),
            },
        };
        nodes.push(node);
    }
    let heads = graph.heads();
    let (state, latest, rivals) = join(&graph, &nodes, &heads);
    let mut summary = ContactSummary {
        state,
        heads: heads
            .iter()
            .map(|&at| graph.events[at].id.clone())
            .collect(),
        ..ContactSummary::default()
    };
    let states: BTreeSet<_> = latest.iter().filter_map(|&at| nodes[at].state).collect();
    if states.len() > 1 && !rivals.is_empty() {
        summary.clash = latest
            .iter()
            .map(|&at| graph.events[at].id.clone())
            .collect();
    }
    summary.rivals = rivals.into_iter().collect();
    for (event, node) in graph.events.iter().zip(&nodes) {
        if node.in_order {
            summary.take(event);
        }
        summary.events.push(FoldedContactEvent {
            event: (*event).clone(),
            out_of_order: !node.in_order,
            state: node.state,
        });
    }
    if summary.state != Some(ContactState::Approved)
        && !summary.state.is_some_and(ContactState::took_place)
    {
        summary.approved_by = None;
    }
    summary
}

fn is_sensible(graph: &Graph<'_>, at: usize, state: Option<ContactState>) -> bool {
    let event = graph.events[at];
    let of = event.datum(data::OF);
    graph.names_unknown[at]
        || match event.step {
            Step::PromiseKept => graph
                .seen(at, |_| true)
                .iter()
                .any(|seen| seen.step == Step::Promised && seen.id.as_str() == of),
            Step::Assigned => {
                let named =
                    |seen: &&CaseEvent| seen.step == Step::Promised && seen.id.as_str() == of;
                event
                    .assignee
                    .as_deref()
                    .is_some_and(|to| !to.trim().is_empty())
                    && (of.is_empty() || graph.seen(at, |_| true).iter().any(named))
            }
            Step::Supervised | Step::CustomerSigned => state.is_some_and(ContactState::took_place),
            Step::Rescheduled => {
                state.is_some_and(|state| !state.took_place() && state != ContactState::Cancelled)
            }
            _ => true,
        }
}

impl ContactSummary {
    /// Takes over what an event says beside its state, in the order of events.
    fn take(&mut self, event: &CaseEvent) {
        if self.by.is_empty() {
            self.by.clone_from(&event.by);
        }
        if matches!(event.step, Step::Planned | Step::Rescheduled)
            && let Some(day) = parse_date(event.datum(data::DAY))
        {
            self.planned_on = Some(day);
            event.datum(data::TIME).clone_into(&mut self.planned_at);
        }
        match event.step {
            Step::Approved => self.approved_by = Some(event.by.clone()),
            Step::Done | Step::Imported => {
                self.done_at = Some(self.done_at.map_or(event.at, |at| at.min(event.at)));
            }
            Step::Reported => {
                self.reported_at = Some(self.reported_at.map_or(event.at, |at| at.min(event.at)));
            }
            Step::CustomerSigned => self.signed = true,
            Step::Supervised => {
                self.supervision = Some(Supervision {
                    by: event.by.clone(),
                    at: event.at,
                    good: event.datum(crate::case_data::GOOD) != "no",
                    note: event.note.clone(),
                });
            }
            Step::Promised => {
                let owner = event.datum(data::OWNER).trim();
                self.promises.push(Promise {
                    event: event.id.clone(),
                    note: event.note.clone(),
                    owner: if owner.is_empty() {
                        event.by.clone()
                    } else {
                        owner.to_owned()
                    },
                    due: parse_date(event.datum(data::DUE)),
                    kept_at: None,
                });
            }
            Step::Assigned => {
                let of = event.datum(data::OF);
                let to = event.assignee.as_deref().unwrap_or_default().trim();
                let promise = self
                    .promises
                    .iter_mut()
                    .find(|promise| promise.event.as_str() == of);
                match promise {
                    Some(promise) => to.clone_into(&mut promise.owner),
                    None if of.is_empty() => to.clone_into(&mut self.by),
                    None => {}
                }
            }
            Step::PromiseKept => {
                let of = event.datum(data::OF);
                if let Some(promise) = self
                    .promises
                    .iter_mut()
                    .find(|promise| promise.event.as_str() == of)
                {
                    promise.kept_at = Some(promise.kept_at.map_or(event.at, |at| at.min(event.at)));
                }
            }
            _ => {}
        }
        if matches!(event.step, Step::Done | Step::Reported) {
            self.signed |= !event.datum(data::SIGNATURE).is_empty();
            if !event.datum(data::RESULT).is_empty() {
                event.datum(data::RESULT).clone_into(&mut self.result);
            }
        }
    }
}
