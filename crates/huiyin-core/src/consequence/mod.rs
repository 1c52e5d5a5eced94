//! What follows for a person (责任与处罚): a penalty or reward of the clause book, from proposal to appeal.
//!
//! Decides how the events of one such record become one state whatever order they arrived in, and the sums of a month.
//! Who may take which step, and what a clause allows, is decided in `rules` and re-exported here; who sees which
//! record, and where it is kept, elsewhere.
//!
//! ```text
//! proposed → heard → approved | rejected        approved → appealed → confirmed | lifted
//! published while it is in force
//! ```
//!
//! Each event is judged by the state its author saw, as in [`crate::fold`]; one that may not follow is kept and changes
//! nothing, and so does one whose past has not all arrived: nothing is in force by half a story. Where
//! deciding events are concurrent, what is not in force holds, and of two approvals the smaller figures, until
//! an event comes after both; that event may repeat either step.

mod rules;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::case::{CaseEvent, Step};
use crate::case_data as data;
use crate::event_graph::Graph;
use crate::id::EventId;

pub use rules::{
    MAX_POINTS, PenaltyContext, PenaltyError, allowed, check, deciders, is_entitled, span,
};

/// Where a penalty or reward stands. The order is from what holds among concurrent ones to what gives way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PenaltyState {
    /// Taken back after an appeal.
    Lifted,
    /// Turned down.
    Rejected,
    /// The person appealed: it rests until that is decided.
    Appealed,
    /// Somebody proposed it.
    Proposed,
    /// The person was heard.
    Heard,
    /// Approved: in force.
    Approved,
    /// It stays after an appeal: in force.
    Confirmed,
}

impl PenaltyState {
    /// Returns the wire name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lifted => "lifted",
            Self::Rejected => "rejected",
            Self::Appealed => "appealed",
            Self::Proposed => "proposed",
            Self::Heard => "heard",
            Self::Approved => "approved",
            Self::Confirmed => "confirmed",
        }
    }

    /// Returns whether money and points count.
    pub const fn is_in_force(self) -> bool {
        matches!(self, Self::Approved | Self::Confirmed)
    }

    /// Returns whether nothing more is to be decided.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Lifted | Self::Rejected | Self::Confirmed)
    }
}

/// Returns the state after `step`, or nothing when it may not follow.
fn follow(state: Option<PenaltyState>, step: Step) -> Option<PenaltyState> {
    use PenaltyState as S;
    match (state, step) {
        (None, Step::PenaltyProposed) => Some(S::Proposed),
        (Some(S::Proposed | S::Heard), Step::PenaltyHeard) => Some(S::Heard),
        (Some(S::Heard), Step::PenaltyApproved) => Some(S::Approved),
        (Some(S::Proposed | S::Heard), Step::PenaltyRejected) => Some(S::Rejected),
        (Some(S::Approved), Step::PenaltyAppealed) => Some(S::Appealed),
        (Some(S::Appealed), Step::PenaltyConfirmed) => Some(S::Confirmed),
        (Some(S::Appealed), Step::PenaltyLifted) => Some(S::Lifted),
        _ => None,
    }
}

const fn reached(step: Step) -> Option<PenaltyState> {
    Some(match step {
        Step::PenaltyProposed => PenaltyState::Proposed,
        Step::PenaltyHeard => PenaltyState::Heard,
        Step::PenaltyApproved => PenaltyState::Approved,
        Step::PenaltyRejected => PenaltyState::Rejected,
        Step::PenaltyAppealed => PenaltyState::Appealed,
        Step::PenaltyConfirmed => PenaltyState::Confirmed,
        Step::PenaltyLifted => PenaltyState::Lifted,
        _ => return None,
    })
}

/// The steps of a penalty or reward, in the order of its way.
pub const STEPS: &[Step] = &[
    Step::PenaltyProposed,
    Step::PenaltyHeard,
    Step::PenaltyApproved,
    Step::PenaltyRejected,
    Step::PenaltyPublished,
    Step::PenaltyAppealed,
    Step::PenaltyConfirmed,
    Step::PenaltyLifted,
];

/// One event in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct FoldedPenaltyEvent {
    /// The event as it was made.
    pub event: CaseEvent,
    /// Whether it could not follow what its author saw; it changed nothing then.
    pub out_of_order: bool,
}

/// A penalty or reward as its events tell it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Consequence {
    /// Where it stands; nothing while no proposal is here.
    pub state: Option<PenaltyState>,
    /// The person it is about.
    pub person: String,
    /// Id of the clause.
    pub clause: String,
    /// Whether it is a reward.
    pub reward: bool,
    /// Money in cents, not below zero: as approved, before that as proposed.
    pub amount: i64,
    /// Points, not below zero: as approved, before that as proposed.
    pub points: i32,
    /// Why, in words.
    pub note: String,
    /// Who proposed it.
    pub proposed_by: String,
    /// When it was proposed: the month of this time is the month it counts in.
    pub proposed_at: Option<Millis>,
    /// What the person said when heard.
    pub statement: String,
    /// Who approved it.
    pub approved_by: String,
    /// Whether it was published; it is shown as such only while it is in force.
    pub published: bool,
    /// Decisions made apart that contradict each other and that nobody has settled, in order: check this.
    pub contradiction: Vec<EventId>,
    /// The steps of those decisions: any of them may be taken again, to settle it.
    pub rivals: Vec<Step>,
    /// The latest events, which no other comes after; the next event names them in `after`.
    pub heads: Vec<EventId>,
    /// Every event, once, in order.
    pub events: Vec<FoldedPenaltyEvent>,
}

impl Consequence {
    /// Returns whether its money and points count.
    pub fn is_in_force(&self) -> bool {
        self.state.is_some_and(PenaltyState::is_in_force)
    }

    /// Returns the money as it counts in sums, in cents: a reward below zero; 0 while it is not in force.
    pub fn counted_amount(&self) -> i64 {
        match (self.is_in_force(), self.reward) {
            (false, _) => 0,
            (true, false) => self.amount,
            (true, true) => -self.amount,
        }
    }

    /// Returns the points as they count in sums: a reward above zero, a penalty below; 0 while it is not in force.
    pub fn counted_points(&self) -> i32 {
        match (self.is_in_force(), self.reward) {
            (false, _) => 0,
            (true, false) => -self.points,
            (true, true) => self.points,
        }
    }
}

/// What is known at one event, from what it comes after alone.
struct Node {
    state: Option<PenaltyState>,
    /// The latest decisions; the event itself if it decides.
    latest: Vec<usize>,
    in_order: bool,
}

/// The latest decisions after a part of the graph.
struct Latest {
    state: Option<PenaltyState>,
    among: Vec<usize>,
    /// Their steps, if there are several and nobody has seen all.
    rivals: BTreeSet<Step>,
}

fn join(graph: &Graph<'_>, nodes: &[Node], positions: &[usize]) -> Latest {
    let all: BTreeSet<usize> = positions
        .iter()
        .flat_map(|&at| nodes[at].latest.iter().copied())
        .collect();
    let among = graph.latest(&all);
    let seen_by_one = |of: &usize| among.iter().all(|at| nodes[*of].latest.contains(at));
    let rivals = if among.len() < 2 || positions.iter().any(seen_by_one) {
        BTreeSet::new()
    } else {
        among.iter().map(|&at| graph.events[at].step).collect()
    };
    Latest {
        // The least state holds.
        state: among.iter().filter_map(|&at| nodes[at].state).min(),
        among,
        rivals,
    }
}

fn judge(graph: &Graph<'_>) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::with_capacity(graph.events.len());
    for (at, event) in graph.events.iter().enumerate() {
        let past = join(graph, &nodes, &graph.before[at]);
        let reached = follow(past.state, event.step).or_else(|| {
            past.rivals
                .contains(&event.step)
                .then(|| reached(event.step))
                .flatten()
        });
        let node = match (event.step, reached) {
            _ if event.signing.is_missing() => Node {
                in_order: false,
                state: past.state,
                latest: past.among,
            },
            (_, Some(state)) if !graph.names_unknown[at] => Node {
                state: Some(state),
                latest: vec![at],
                in_order: true,
            },
            (step, _) => Node {
                in_order: match step {
                    Step::PenaltyPublished => past.state.is_some_and(PenaltyState::is_in_force),
                    step => step == Step::Noted,
                },
                state: past.state,
                latest: past.among,
            },
        };
        nodes.push(node);
    }
    nodes
}

/// Returns the penalty or reward these events are about. Order and repetition do not matter; of two different
/// events with one id the smaller is taken, of two proposals the first in order.
pub fn fold(events: &[CaseEvent]) -> Consequence {
    let graph = Graph::new(events);
    let nodes = judge(&graph);
    let heads = graph.heads();
    let present = join(&graph, &nodes, &heads);
    let in_force = |step: Step| {
        let kept = |at: &usize| nodes[*at].in_order && graph.events[*at].step == step;
        (0..nodes.len()).filter(kept).collect::<BTreeSet<usize>>()
    };
    let mut found = Consequence {
        state: present.state,
        person: String::new(),
        clause: String::new(),
        reward: false,
        amount: 0,
        points: 0,
        note: String::new(),
        proposed_by: String::new(),
        proposed_at: None,
        statement: String::new(),
        approved_by: String::new(),
        published: !in_force(Step::PenaltyPublished).is_empty(),
        contradiction: Vec::new(),
        rivals: present.rivals.iter().copied().collect(),
        heads: heads
            .iter()
            .map(|&at| graph.events[at].id.clone())
            .collect(),
        events: Vec::with_capacity(nodes.len()),
    };
    if let Some(&at) = in_force(Step::PenaltyProposed).first() {
        let proposed = graph.events[at];
        proposed
            .datum(data::PERSON)
            .trim()
            .clone_into(&mut found.person);
        proposed.datum(data::CLAUSE).clone_into(&mut found.clause);
        found.reward = proposed.datum(data::REWARD) == "yes";
        found.amount = proposed.amount.unwrap_or(0).max(0);
        found.points = points(proposed).unwrap_or(0);
        found.note.clone_from(&proposed.note);
        found.proposed_by.clone_from(&proposed.by);
        found.proposed_at = Some(proposed.at);
    }
    if let Some(&at) = in_force(Step::PenaltyHeard).last() {
        graph.events[at]
            .datum(data::STATEMENT)
            .clone_into(&mut found.statement);
    }
    // The approvals that no other replaced: of several made apart the smaller figures hold.
    let approvals = graph.latest(&in_force(Step::PenaltyApproved));
    let amounts = approvals.iter().map(|&at| graph.events[at].amount);
    if let Some(amount) = amounts.map(|of| of.unwrap_or(found.amount)).min() {
        found.amount = amount.max(0);
    }
    let given = approvals.iter().map(|&at| points(graph.events[at]));
    if let Some(least) = given.map(|of| of.unwrap_or(found.points)).min() {
        found.points = least;
    }
    if let Some(&at) = approvals.last() {
        found.approved_by.clone_from(&graph.events[at].by);
    }
    let differ = present.rivals.len() > 1 || {
        let figures: BTreeSet<_> = present
            .among
            .iter()
            .map(|&at| (graph.events[at].amount, points(graph.events[at])))
            .collect();
        present.rivals.contains(&Step::PenaltyApproved) && figures.len() > 1
    };
    if differ {
        found.contradiction = present
            .among
            .iter()
            .map(|&at| graph.events[at].id.clone())
            .collect();
    }
    for (event, node) in graph.events.iter().zip(&nodes) {
        found.events.push(FoldedPenaltyEvent {
            event: (*event).clone(),
            out_of_order: !node.in_order,
        });
    }
    found
}

/// Returns the points an event names, without their sign.
fn points(event: &CaseEvent) -> Option<i32> {
    let points: i32 = event.datum(data::POINTS).trim().parse().ok()?;
    Some(points.saturating_abs())
}

/// What a person has in one month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Sum {
    /// The person.
    pub person: String,
    /// Month, `YYYY-MM`.
    pub month: String,
    /// Money taken, in cents; rewards count below zero.
    pub amount: i64,
    /// Points; rewards count above zero, penalties below.
    pub points: i32,
    /// Penalties and rewards in force.
    pub count: u32,
}

/// Returns the sums per month and person of what is in force, given with the month each counts in (`YYYY-MM`); months
/// from the latest, people by name.
pub fn sums<'a>(all: impl IntoIterator<Item = (String, &'a Consequence)>) -> Vec<Sum> {
    let mut found: BTreeMap<(std::cmp::Reverse<String>, String), Sum> = BTreeMap::new();
    for (month, consequence) in all {
        if !consequence.is_in_force() {
            continue;
        }
        let key = (
            std::cmp::Reverse(month.clone()),
            crate::text::fold(&consequence.person),
        );
        let sum = found.entry(key).or_insert_with(|| Sum {
            person: consequence.person.clone(),
            month,
            amount: 0,
            points: 0,
            count: 0,
        });
        // Spelled in several ways, the least stands for all, so that their order does not matter.
        if consequence.person < sum.person {
            sum.person.clone_from(&consequence.person);
        }
        sum.amount = sum.amount.saturating_add(consequence.counted_amount());
        sum.points = sum.points.saturating_add(consequence.counted_points());
        sum.count += 1;
    }
    found.into_values().collect()
}
