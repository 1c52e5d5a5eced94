//! Events of one record in an order that does not depend on how they arrived.
//!
//! Decides which event comes after which. What they mean is decided in [`crate::fold`] and [`crate::consequence`].

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use crate::Millis;
use crate::case::CaseEvent;
use crate::id::EventId;
use crate::signing::Signing;

/// A set of positions in the order.
#[derive(Clone, Default)]
pub struct Positions(Vec<u64>);

impl Positions {
    pub fn insert(&mut self, at: usize) {
        if self.0.len() <= at / 64 {
            self.0.resize(at / 64 + 1, 0);
        }
        self.0[at / 64] |= 1 << (at % 64);
    }

    pub fn contains(&self, at: usize) -> bool {
        self.0
            .get(at / 64)
            .is_some_and(|word| word & (1 << (at % 64)) != 0)
    }

    pub fn extend(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine |= theirs;
        }
    }

    pub fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(a, b)| a & b != 0)
    }
}

/// The events in order, with the edges between them.
pub struct Graph<'a> {
    /// The events, in order.
    pub events: Vec<&'a CaseEvent>,
    /// Positions of the known events each names, all smaller than its own.
    pub before: Vec<Vec<usize>>,
    /// Everything each event comes after, directly or not.
    pub ancestors: Vec<Positions>,
    /// Whether the event names one that is not here.
    pub names_unknown: Vec<bool>,
}

impl<'a> Graph<'a> {
    pub fn new(events: &'a [CaseEvent]) -> Self {
        let mut unique: BTreeMap<&EventId, &CaseEvent> = BTreeMap::new();
        for event in events {
            unique
                .entry(&event.id)
                .and_modify(|kept| *kept = chosen(kept, event))
                .or_insert(event);
        }
        let order = in_order(&unique);
        let position: BTreeMap<&EventId, usize> = order
            .iter()
            .enumerate()
            .map(|(at, event)| (&event.id, at))
            .collect();
        let mut graph = Self {
            before: Vec::new(),
            ancestors: Vec::new(),
            names_unknown: Vec::new(),
            events: order,
        };
        for (at, event) in graph.events.iter().enumerate() {
            // A later position occurs only in a ring of events naming each other, which no honest device makes.
            let known: BTreeSet<usize> = event
                .after
                .iter()
                .filter_map(|id| position.get(id).copied())
                .filter(|before| *before < at)
                .collect();
            let mut ancestors = Positions::default();
            for &before in &known {
                ancestors.insert(before);
                ancestors.extend(&graph.ancestors[before]);
            }
            graph.before.push(known.into_iter().collect());
            graph.ancestors.push(ancestors);
            graph
                .names_unknown
                .push(event.after.iter().any(|id| !position.contains_key(id)));
        }
        graph
    }

    /// Returns the events that the author of an event saw and that `counts` keeps, in order.
    pub fn seen(&self, at: usize, counts: impl Fn(usize) -> bool) -> Vec<&'a CaseEvent> {
        (0..at)
            .filter(|&before| self.ancestors[at].contains(before) && counts(before))
            .map(|before| self.events[before])
            .collect()
    }

    pub fn heads(&self) -> Vec<usize> {
        let mut named = Positions::default();
        self.before
            .iter()
            .flatten()
            .for_each(|&at| named.insert(at));
        (0..self.events.len())
            .filter(|&at| !named.contains(at))
            .collect()
    }

    /// Returns those of the events that none of the others comes after, in order.
    pub fn latest(&self, found: &BTreeSet<usize>) -> Vec<usize> {
        let superseded = |at: usize| {
            found
                .iter()
                .any(|&later| self.ancestors[later].contains(at))
        };
        found
            .iter()
            .copied()
            .filter(|&at| !superseded(at))
            .collect()
    }
}

/// Returns which of two events of one id is taken: one that its person signed, else the smaller.
fn chosen<'a>(a: &'a CaseEvent, b: &'a CaseEvent) -> &'a CaseEvent {
    let is_signed = |event: &CaseEvent| event.signing == Signing::Signed;
    if (!is_signed(a), a) <= (!is_signed(b), b) {
        a
    } else {
        b
    }
}

/// Returns the events sorted so that each comes after those it names, ties by time, then id. In
/// a ring of events naming each other the earliest goes first.
fn in_order<'a>(unique: &BTreeMap<&'a EventId, &'a CaseEvent>) -> Vec<&'a CaseEvent> {
    let mut missing: BTreeMap<&EventId, usize> = BTreeMap::new();
    let mut followers: BTreeMap<&EventId, Vec<&'a CaseEvent>> = BTreeMap::new();
    for event in unique.values() {
        let known: BTreeSet<&EventId> = event
            .after
            .iter()
            .filter(|id| unique.contains_key(*id))
            .collect();
        missing.insert(&event.id, known.len());
        for id in known {
            followers.entry(id).or_default().push(event);
        }
    }
    let mut waiting: BTreeSet<(Millis, &EventId)> =
        unique.values().map(|event| (event.at, &event.id)).collect();
    let mut ready: BinaryHeap<Reverse<(Millis, &EventId)>> = waiting
        .iter()
        .filter(|(_, id)| missing[id] == 0)
        .map(|key| Reverse(*key))
        .collect();
    let mut order = Vec::with_capacity(unique.len());
    while let Some(key) = ready
        .pop()
        .map(|Reverse(key)| key)
        .or_else(|| waiting.first().copied())
    {
        if !waiting.remove(&key) {
            continue;
        }
        order.push(unique[key.1]);
        for follower in followers.get(key.1).into_iter().flatten() {
            let left = missing
                .get_mut(&follower.id)
                .expect("every event is counted above");
            *left -= 1;
            if *left == 0 {
                ready.push(Reverse((follower.at, &follower.id)));
            }
        }
    }
    order
}
