//! How the events of a case become one state, whatever order they arrived in.
//!
//! The events form a graph: each names the events its author saw ([`CaseEvent::after`]). Decides the
//! order, the state, and what two people decided at once. The result is a function of the set
//! of events: order of arrival, repetition and grouping change nothing.
//!
//! 1. Order: an event comes after those it names; ties go by time, then id. (Times are made by the
//!    capped hybrid clock of [`crate::hybrid_clock`], so a wrong clock cannot run far ahead.)
//! 2. Each event is judged by the state its author saw, the fold over what it comes after. One that may
//!    not follow that state is kept, marked `out_of_order`, and changes nothing. An event naming
//!    events that have not arrived applies unjudged. One that lacks the signature of its person ([`crate::signing`]) is
//!    kept in the same way, and changes nothing, whatever it names.
//!    Steps a policy leaves out are bridged ([`crate::follow::follow_in`]). Steps that decide nothing are judged by
//!    whether they make sense to their author: nothing is resumed that does not stand still, no action done
//!    that was not planned, no plan signed that was not seen.
//! 3. Where deciding events are concurrent, an open outcome beats a done one, so that no matter is
//!    closed by accident; an approval gives way to anything else that is open (a revised plan, one sent
//!    back), for it was given without knowing of it, so that nothing is carried out unapproved; among
//!    equals the last in order holds.
//!    The clash is listed until an event comes after both. That event may repeat any of the rival steps, to
//!    choose between them. Two branches that accept, assign or close one case while apart are such a clash.
//! 4. What a case says beside its state (severity, latest plan, what was approved) is taken from the events in force in
//!    their order. A reopening begins a new round: the plan and approval it had seen, and pauses, are over.
//!
//! What someone should look at beside clashes is in [`crate::mark`].
//!
//! Time and memory grow with the square of the number of events of one case, which is small. The graph is
//! in `event_graph`.
//!
//! Long: the rules above and the code that keeps them are read together.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::case::{CaseEvent, CaseState, Step};
use crate::case_data as data;
use crate::event_graph::{Graph, Positions};
use crate::follow::{Outcome, outcome, stands_still};
use crate::id::EventId;
use crate::pack::Way;

/// Most deciding events of one case compared with each other for clashes: the last in order.
pub const MAX_COMPARED: usize = 512;

/// Wire name of the gravest severity.
pub const MAJOR: &str = "major";

/// What kind of clash it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClashKind {
    /// Assigned at once by two people.
    Assignment,
    /// The same step taken at once by two people, for instance closed twice.
    Repeated,
    /// Different things decided at once, for instance accepted and not upheld.
    Outcome,
}

/// Deciding events made without knowledge of each other: "check this".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Clash {
    /// The events, in the order of the fold. An event after all of them settles the clash.
    pub events: Vec<EventId>,
    /// What kind of clash it is.
    pub kind: ClashKind,
}

/// One event in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct FoldedEvent {
    /// The event as it was made.
    pub event: CaseEvent,
    /// Whether the step could not follow the state its author saw, or lacks the signature of its person
    /// ([`CaseEvent::signing`]); it changed nothing then.
    pub out_of_order: bool,
    /// The state after the event, as its author saw it.
    pub state: CaseState,
}

/// Where a case stands, and how it came there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct CaseSummary {
    /// The state; [`CaseState::Registered`] when there are no events.
    pub state: CaseState,
    /// The person it is assigned to.
    pub assignee: Option<String>,
    /// The department it is assigned to.
    pub department: Option<String>,
    /// The branch it was forwarded to.
    pub to_branch: Option<String>,
    /// What the customer said at the last call-back; nothing after a reopening.
    pub satisfied: Option<bool>,
    /// How often it was reopened.
    pub reopened: u32,
    /// When it was registered or imported: the earliest time of such an event.
    pub registered_at: Option<Millis>,
    /// When the state was reached, if it is a done one.
    pub done_at: Option<Millis>,
    /// Whether clocks stand still: paused and not resumed.
    pub paused: bool,
    /// The severity it was classed as last; nothing if it never was, then the field says.
    pub severity: Option<String>,
    /// When it was first classed as major.
    pub classed_major_at: Option<Millis>,
    /// The latest plan (a `proposed` event) of the present round.
    pub proposal: Option<EventId>,
    /// The plan that the latest approval of the present round is about.
    pub approved_of: Option<EventId>,
    /// The latest approval of the present round.
    pub approval: Option<EventId>,
    /// What two people decided at once and nobody has settled.
    pub clashes: Vec<Clash>,
    /// The steps by which the latest events contradict each other, if they do: any of them may be taken
    /// again, to settle it.
    pub rivals: Vec<Step>,
    /// The latest events, which no other comes after; the next event names them in `after`.
    pub heads: Vec<EventId>,
    /// Every event, once, in order.
    pub events: Vec<FoldedEvent>,
}

impl CaseSummary {
    /// Returns when `step` was last taken, leaving out events out of order.
    pub fn step_at(&self, step: Step) -> Option<Millis> {
        let taken = |folded: &&FoldedEvent| folded.event.step == step && !folded.out_of_order;
        self.events
            .iter()
            .rev()
            .find(taken)
            .map(|folded| folded.event.at)
    }

    /// Returns the events in force, in order: all but those out of order.
    pub fn in_force(&self) -> impl DoubleEndedIterator<Item = &CaseEvent> {
        self.events
            .iter()
            .filter(|folded| !folded.out_of_order)
            .map(|folded| &folded.event)
    }

    /// Returns an event by its id.
    pub fn event(&self, id: &EventId) -> Option<&FoldedEvent> {
        self.events.iter().find(|folded| folded.event.id == *id)
    }

    /// Returns the events in force of the present round: since the case was last taken up again.
    pub fn this_round(&self) -> Vec<&CaseEvent> {
        let mut round: Vec<&CaseEvent> = Vec::new();
        for event in self.in_force() {
            if event.step == Step::Reopened {
                round.clear();
            }
            round.push(event);
        }
        round
    }

    /// Returns whether the latest approval is about an earlier plan than the latest one.
    pub fn approval_is_stale(&self) -> bool {
        self.approved_of.is_some() && self.approved_of != self.proposal
    }

    /// Returns whether someone should look: a clash is open or an event is out of order.
    pub fn needs_check(&self) -> bool {
        !self.clashes.is_empty() || self.events.iter().any(|folded| folded.out_of_order)
    }
}

/// Returns the state of the case these events are about. Order and repetition do not matter; of two
/// different events with one id the smaller is taken. Judged by the whole way; see [`fold_in`].
pub fn fold(events: &[CaseEvent]) -> CaseSummary {
    fold_in(events, &Way::default())
}

/// Returns the state of the case these events are about under a policy that leaves steps out.
pub fn fold_in(events: &[CaseEvent], way: &Way) -> CaseSummary {
    let graph = Graph::new(events);
    let nodes = judge(&graph, way);
    let heads = graph.heads();
    let present = join(&graph, &nodes, &heads);
    let mut summary = CaseSummary {
        state: present.state.unwrap_or(CaseState::Registered),
        assignee: None,
        department: None,
        to_branch: None,
        satisfied: None,
        reopened: 0,
        registered_at: None,
        done_at: None,
        paused: false,
        severity: None,
        classed_major_at: None,
        proposal: None,
        approved_of: None,
        approval: None,
        clashes: clashes(&graph, &nodes, &heads),
        rivals: present.rivals.clone(),
        heads: heads
            .iter()
            .map(|&at| graph.events[at].id.clone())
            .collect(),
        events: Vec::with_capacity(nodes.len()),
    };
    if !summary.state.is_open() {
        summary.done_at = present.decider.map(|at| graph.events[at].at);
    }
    // The reopenings that the present state goes back to end what was planned and approved before them.
    let reopenings: Vec<usize> = (0..nodes.len())
        .filter(|&at| nodes[at].in_order && graph.events[at].step == Step::Reopened)
        .filter(|&at| {
            present
                .decider
                .is_some_and(|now| now == at || graph.ancestors[now].contains(at))
        })
        .collect();
    for (at, (event, node)) in graph.events.iter().zip(&nodes).enumerate() {
        if node.in_order {
            summary.take(event);
        }
        let ended = || {
            reopenings
                .iter()
                .any(|&reopened| graph.ancestors[reopened].contains(at))
        };
        if node.in_order && event.step == Step::Proposed && !ended() {
            summary.proposal = Some(event.id.clone());
        }
        if node.in_order && event.step == Step::Approved && !ended() {
            let of = plan_approved(&graph, &nodes, at);
            // An approval of an earlier plan made apart does not undo the approval of the latest.
            let is_approved =
                summary.approved_of.is_some() && summary.approved_of == summary.proposal;
            if !is_approved || of == summary.proposal {
                summary.approval = Some(event.id.clone());
                summary.approved_of = of;
            }
        }
        summary.events.push(FoldedEvent {
            event: (*event).clone(),
            out_of_order: !node.in_order,
            state: node.state.unwrap_or(CaseState::Registered),
        });
    }
    let in_force: Vec<&CaseEvent> = summary.in_force().collect();
    summary.paused = summary.state.is_open() && stands_still(&in_force, "");
    summary
}

/// Returns the plan an approval is about: the one it names, or the latest its author saw.
fn plan_approved(graph: &Graph<'_>, nodes: &[Node], at: usize) -> Option<EventId> {
    match graph.events[at].datum(data::OF) {
        "" => graph
            .seen(at, |before| nodes[before].in_order)
            .into_iter()
            .rev()
            .find(|event| event.step == Step::Proposed)
            .map(|event| event.id.clone()),
        of => EventId::parse(of).ok(),
    }
}

impl CaseSummary {
    /// Takes over what an event says beside its state.
    fn take(&mut self, event: &CaseEvent) {
        match event.step {
            Step::Registered | Step::Imported => {
                self.registered_at =
                    Some(self.registered_at.map_or(event.at, |at| at.min(event.at)));
            }
            Step::Forwarded => self.to_branch.clone_from(&event.to_branch),
            Step::CalledBack => self.satisfied = event.satisfied,
            Step::Reopened => {
                self.reopened += 1;
                self.satisfied = None;
            }
            Step::Classed => {
                let severity = event.datum(data::SEVERITY);
                if severity == MAJOR {
                    self.classed_major_at.get_or_insert(event.at);
                }
                self.severity = Some(severity.to_owned());
            }
            _ => {}
        }
        if matches!(
            event.step,
            Step::Registered | Step::Imported | Step::Assigned
        ) {
            if event.assignee.is_some() || event.step == Step::Assigned {
                self.assignee.clone_from(&event.assignee);
            }
            if event.department.is_some() {
                self.department.clone_from(&event.department);
            }
        }
    }
}

/// Returns the state after all of `positions`, by rule 3.
fn join(graph: &Graph<'_>, nodes: &[Node], positions: &[usize]) -> Deciding {
    let all: BTreeSet<usize> = positions
        .iter()
        .flat_map(|&at| nodes[at].latest.iter().copied())
        .collect();
    let latest = graph.latest(&all);
    // A registration is only the beginning: whatever else was done counts before it.
    let is_beginning = |at: usize| graph.events[at].step == Step::Registered;
    let only_begun = latest.iter().all(|&at| is_beginning(at));
    let counted = latest.iter().filter(|&&at| only_begun || !is_beginning(at));
    let mut found: Vec<(usize, CaseState)> = counted
        .filter_map(|&at| Some((at, nodes[at].state?)))
        .collect();
    let seen_by_one = |of: &usize| latest.iter().all(|at| nodes[*of].latest.contains(at));
    let rivals: BTreeSet<Step> = if found.len() < 2 || positions.iter().any(seen_by_one) {
        BTreeSet::new()
    } else {
        let steps = found.iter().map(|&(at, _)| graph.events[at].step);
        steps.collect()
    };
    // Whatever else is open was not known to whoever approved beside it.
    let is_other = |state: CaseState| state.is_open() && state != CaseState::Approved;
    if found.iter().any(|&(_, state)| is_other(state)) {
        found.retain(|&(_, state)| state != CaseState::Approved);
    }
    let open = found.iter().rev().find(|(_, state)| state.is_open());
    let chosen = open.or(found.last()).copied();
    Deciding {
        state: chosen.map(|(_, state)| state),
        decider: chosen.map(|(at, _)| at),
        latest,
        rivals: rivals.into_iter().collect(),
    }
}

/// The state of a part of the graph and the position of the event that gave it.
struct Deciding {
    state: Option<CaseState>,
    decider: Option<usize>,
    /// The latest deciding events, from which it was chosen.
    latest: Vec<usize>,
    /// The steps of those events, if they contradict each other and nobody has seen all.
    rivals: Vec<Step>,
}

/// What the fold knows at one event, from what it comes after alone.
struct Node {
    state: Option<CaseState>,
    /// The latest deciding events; the event itself if it decides. All are kept, so that it does not matter
    /// who met whom first.
    latest: Vec<usize>,
    in_order: bool,
}

fn judge(graph: &Graph<'_>, way: &Way) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::with_capacity(graph.events.len());
    for (at, event) in graph.events.iter().enumerate() {
        let past = join(graph, &nodes, &graph.before[at]);
        let unjudged = graph.names_unknown[at] || past.rivals.contains(&event.step);
        let seen = || graph.seen(at, |before| nodes[before].in_order);
        let outcome = if event.signing.is_missing() {
            Outcome::OutOfOrder
        } else {
            outcome(way, past.state, event, unjudged, seen)
        };
        let (state, latest, in_order) = match outcome {
            Outcome::To(state) => (Some(state), vec![at], true),
            Outcome::Unchanged => (past.state, past.latest, true),
            Outcome::OutOfOrder => (past.state, past.latest, false),
        };
        let node = Node {
            state,
            latest,
            in_order,
        };
        nodes.push(node);
    }
    nodes
}

/// Returns the groups of concurrent deciding events that no head comes after together.
fn clashes(graph: &Graph<'_>, nodes: &[Node], heads: &[usize]) -> Vec<Clash> {
    let mut deciding: Vec<usize> = (0..nodes.len())
        .filter(|&at| nodes[at].in_order && graph.events[at].step.is_deciding())
        .collect();
    deciding.drain(..deciding.len().saturating_sub(MAX_COMPARED));
    let followed_by: Vec<Positions> = deciding
        .iter()
        .map(|&at| {
            let mut found = Positions::default();
            heads
                .iter()
                .filter(|&&head| graph.ancestors[head].contains(at))
                .for_each(|&head| found.insert(head));
            found
        })
        .collect();
    // Concurrent unsettled events are joined into groups; group[i] is the least index of its group.
    let mut group: Vec<usize> = (0..deciding.len()).collect();
    for (j, &later) in deciding.iter().enumerate() {
        for i in 0..j {
            let concurrent = !graph.ancestors[later].contains(deciding[i]);
            if concurrent && !followed_by[i].meets(&followed_by[j]) && group[i] != group[j] {
                let (low, high) = (group[i].min(group[j]), group[i].max(group[j]));
                group
                    .iter_mut()
                    .filter(|of| **of == high)
                    .for_each(|of| *of = low);
            }
        }
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (i, of) in group.iter().enumerate() {
        members.entry(*of).or_default().push(deciding[i]);
    }
    members
        .into_values()
        .filter(|members| members.len() > 1)
        .map(|members| {
            let first = graph.events[members[0]].step;
            let same = members.iter().all(|&at| graph.events[at].step == first);
            let kind = match first {
                _ if !same => ClashKind::Outcome,
                Step::Assigned => ClashKind::Assignment,
                _ => ClashKind::Repeated,
            };
            Clash {
                events: members
                    .iter()
                    .map(|&at| graph.events[at].id.clone())
                    .collect(),
                kind,
            }
        })
        .collect()
}
