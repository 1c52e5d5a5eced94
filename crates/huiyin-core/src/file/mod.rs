//! The customer file (客户档案) as its events tell it.
//!
//! Decides how the events of one file become one summary, whatever order they arrived in. The result is a function of the set
//! of events: order of arrival, repetition and grouping change nothing. Papers are in [`papers`], duties in [`duties`], how
//! complete a file is in [`complete`]; who may do what is decided by the policy where the deed is.
//!
//! A file has several matters that are decided apart: who looks after it, its stage, its class, what was merged into it, the
//! pool. In each the decision that no other one of that matter comes after holds; of several made apart the last in order,
//! and of several claims, leads shared out or filings the first, and they are listed as a [`FileClash`] until a decision of that matter comes
//! after all of them. Events that make no sense to their author (a hand-over accepted that was never made) are kept,
//! marked out of order, and change nothing.
//!
//! Long: the summary and the rules that make it are read together.

pub mod classes;
pub mod complete;
pub mod data;
pub mod duties;
pub mod papers;
pub mod rules;
mod together;
pub mod win_back;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::case::{CaseEvent, Step};
use crate::event_graph::Graph;
use crate::id::EventId;
use papers::{HandOverState, Held};
pub use together::fold_together;

/// The steps of a file, in the order of its way.
pub const STEPS: &[Step] = &[
    Step::Registered,
    Step::Imported,
    Step::Filed,
    Step::ChangeNoticed,
    Step::Changed,
    Step::Completed,
    Step::Refreshed,
    Step::Reviewed,
    Step::FileApproved,
    Step::FileReturned,
    Step::ContactReported,
    Step::PaperReceived,
    Step::PaperChecked,
    Step::PaperReturned,
    Step::PaperMissing,
    Step::HandedOver,
    Step::HandOverAccepted,
    Step::HandOverRefused,
    Step::OwnerChanged,
    Step::CustomerTold,
    Step::LifeCycleChanged,
    Step::ClassProposed,
    Step::ClassConfirmed,
    Step::ClassRefused,
    Step::Merged,
    Step::Unmerged,
    Step::Pooled,
    Step::Claimed,
    Step::Disputed,
    Step::Ruled,
    Step::Opened,
    Step::Noted,
];

/// A matter of a file that is decided apart from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// Who looks after the customer, and whether anybody does.
    Owner,
    /// The stage of the life cycle.
    LifeCycle,
    /// The class.
    Class,
    /// Into which file it was merged.
    Merge,
}

impl Matter {
    const ALL: [Self; 4] = [Self::Owner, Self::LifeCycle, Self::Class, Self::Merge];

    /// Returns the matter an event decides, if it decides one. A ruling about an invitation says nothing about owners.
    fn of(event: &CaseEvent) -> Option<Self> {
        Some(match event.step {
            Step::Ruled if !event.datum(data::INVITATION).is_empty() => return None,
            Step::OwnerChanged | Step::Pooled | Step::Claimed | Step::Ruled => Self::Owner,
            Step::LifeCycleChanged => Self::LifeCycle,
            Step::ClassConfirmed | Step::ClassRefused => Self::Class,
            Step::Merged | Step::Unmerged => Self::Merge,
            _ => return None,
        })
    }
}

/// Decisions of one matter made without knowledge of each other, with different outcomes: check this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct FileClash {
    /// What is decided twice.
    pub matter: Matter,
    /// The decisions, in order.
    pub events: Vec<EventId>,
    /// The one that holds until somebody decides again.
    pub holds: EventId,
}

/// One event in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct FoldedFileEvent {
    /// The event as it was made.
    pub event: CaseEvent,
    /// Whether it made no sense to its author; it changed nothing then.
    pub out_of_order: bool,
}

/// A class a customer has or is proposed for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct GivenClass {
    /// Wire name of the class.
    pub class: String,
    /// Whether it is provisional.
    pub provisional: bool,
    /// The event.
    pub event: EventId,
    /// Who.
    pub by: String,
    /// When.
    pub at: Millis,
}

/// Two who claim the same customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Dispute {
    /// The `disputed` event.
    pub event: EventId,
    /// Who disputes.
    pub by: String,
    /// When.
    pub at: Millis,
    /// Why.
    pub note: String,
}

/// A merge in force in the file that stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct MergedFile {
    /// The `merged` event.
    pub event: EventId,
    /// Record id of the file that gave way.
    pub other: String,
    /// When.
    pub at: Millis,
    /// What to put back, as [`crate::merge::Undo`] writes it.
    pub undo: String,
}

/// A file as its events tell it. What its fields hold is elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct FileSummary {
    /// When the file was made: the earliest registration or import.
    pub registered_at: Option<Millis>,
    /// When the customer was filed: the earliest filing.
    pub filed_at: Option<Millis>,
    /// Changes somebody heard of that are not in the file yet, by the `change_noticed` event, with their time.
    pub open_changes: BTreeMap<EventId, Millis>,
    /// Signatures of reviewers (`reviewed`, `file_approved`): step, who, when. Only those count whose author saw every filing, change
    /// and return, and all signatures before; of two given apart the first.
    pub signatures: Vec<(Step, String, Millis)>,
    /// When it was last sent back to be completed, if nothing was done since.
    pub returned_at: Option<Millis>,
    /// Owner A as the events say; nothing if they never did, then the field says.
    pub owner_a: Option<String>,
    /// Owner B as the events say.
    pub owner_b: Option<String>,
    /// Whether the customer is in the pool.
    pub pooled: bool,
    /// Disputes nobody has ruled, the first raised first.
    pub disputes: Vec<Dispute>,
    /// Stage of the life cycle as the events say.
    pub life_cycle: Option<String>,
    /// Why it is at that stage.
    pub life_cycle_reason: String,
    /// When it came to that stage.
    pub life_cycle_at: Option<Millis>,
    /// The class confirmed last.
    pub class: Option<GivenClass>,
    /// A class proposed that nobody has confirmed or refused.
    pub class_proposed: Option<GivenClass>,
    /// The papers, by list and paper: `vehicle/invoice`.
    pub papers: BTreeMap<String, Held>,
    /// The hand-over book, in order.
    pub hand_overs: Vec<HandOverState>,
    /// Files merged into this one.
    pub merged: Vec<MergedFile>,
    /// The file this one gave way to.
    pub merged_into: Option<String>,
    /// When a contact report was last made.
    pub contact_report_at: Option<Millis>,
    /// How often a protected file was opened.
    pub openings: u32,
    /// Decisions made apart.
    pub clashes: Vec<FileClash>,
    /// The latest events, which no other comes after; the next event names them in `after`.
    pub heads: Vec<EventId>,
    /// Every event, once, in order.
    pub events: Vec<FoldedFileEvent>,
}

impl FileSummary {
    /// Returns the events in force, in order.
    pub fn in_force(&self) -> impl DoubleEndedIterator<Item = &CaseEvent> {
        self.events
            .iter()
            .filter(|folded| !folded.out_of_order)
            .map(|folded| &folded.event)
    }

    /// Returns when a step was last taken.
    pub fn last(&self, step: Step) -> Option<Millis> {
        self.in_force()
            .rev()
            .find(|event| event.step == step)
            .map(|event| event.at)
    }

    /// Returns whether the customer is filed (备案).
    pub const fn is_filed(&self) -> bool {
        self.filed_at.is_some()
    }

    /// Returns whether someone should look.
    pub fn needs_check(&self) -> bool {
        !self.clashes.is_empty() || self.events.iter().any(|folded| folded.out_of_order)
    }
}

/// Returns the summary of the file these events are about. Order and repetition do not matter; of two different events with
/// one id the smaller is taken.
pub fn fold(events: &[CaseEvent]) -> FileSummary {
    let graph = Graph::new(events);
    let sensible: Vec<bool> = (0..graph.events.len())
        .map(|at| is_sensible(&graph, at))
        .collect();
    let mut summary = FileSummary {
        heads: graph
            .heads()
            .iter()
            .map(|&at| graph.events[at].id.clone())
            .collect(),
        ..FileSummary::default()
    };
    for (at, event) in graph.events.iter().enumerate() {
        if sensible[at] {
            summary.take(event);
        }
        summary.events.push(FoldedFileEvent {
            event: (*event).clone(),
            out_of_order: !sensible[at],
        });
    }
    for matter in Matter::ALL {
        summary.decide(&graph, &sensible, matter);
    }
    summary.merges(&graph, &sensible);
    summary.review(&graph, &sensible);
    let promised = |at: &usize| sensible[*at] && graph.events[*at].step == Step::ClassProposed;
    let proposals: BTreeSet<usize> = (0..graph.events.len()).filter(promised).collect();
    // A proposal waits until a decision comes after it.
    let waiting = graph.latest(&proposals).into_iter().rev().find(|&at| {
        !(at..graph.events.len()).any(|later| {
            sensible[later]
                && Matter::of(graph.events[later]) == Some(Matter::Class)
                && graph.ancestors[later].contains(at)
        })
    });
    summary.class_proposed = waiting.and_then(|at| given_class(graph.events[at]));
    summary.hand_overs = papers::hand_overs(&graph, &sensible);
    summary.papers = papers::held(&graph, &sensible);
    summary
}

/// Returns whether an event makes sense after what its author saw, and is signed if it must be. One whose past has not all arrived does.
fn is_sensible(graph: &Graph<'_>, at: usize) -> bool {
    let event = graph.events[at];
    if event.signing.is_missing() || !STEPS.contains(&event.step) {
        return false;
    }
    let of = event.datum(data::OF);
    let saw = |step: Step| {
        let named = |before: &&CaseEvent| {
            let is_named = || data::ids(of).any(|id| before.id.as_str() == id);
            before.step == step && (of.is_empty() || is_named())
        };
        graph.names_unknown[at] || graph.seen(at, |_| true).iter().any(named)
    };
    match event.step {
        Step::HandOverAccepted | Step::HandOverRefused => !of.is_empty() && saw(Step::HandedOver),
        Step::Unmerged => !of.is_empty() && saw(Step::Merged),
        Step::Claimed => saw(Step::Pooled),
        Step::Ruled => saw(Step::Disputed),
        Step::ClassProposed | Step::ClassConfirmed => !event.datum(data::CLASS).is_empty(),
        Step::ClassRefused => saw(Step::ClassProposed),
        Step::LifeCycleChanged => crate::customer::LIFE_CYCLES.contains(&event.datum(data::STAGE)),
        Step::Merged => !event.datum(data::OTHER).is_empty() || !event.datum(data::INTO).is_empty(),
        Step::PaperReceived | Step::PaperChecked | Step::PaperReturned | Step::PaperMissing => {
            !event.datum(data::PAPER).is_empty()
        }
        _ => true,
    }
}

fn given_class(event: &CaseEvent) -> Option<GivenClass> {
    Some(GivenClass {
        class: event.datum(data::CLASS).to_owned(),
        provisional: event.datum(data::PROVISIONAL) == "yes",
        event: event.id.clone(),
        by: event.by.clone(),
        at: event.at,
    })
    .filter(|given| !given.class.is_empty())
}

/// Returns what a decision comes to, for comparing two made apart.
fn outcome(event: &CaseEvent) -> Vec<&str> {
    match event.step {
        Step::OwnerChanged | Step::Claimed | Step::Ruled => {
            vec![event.datum(data::OWNER_A), event.datum(data::OWNER_B)]
        }
        Step::LifeCycleChanged => vec![event.datum(data::STAGE)],
        Step::ClassConfirmed => vec![event.datum(data::CLASS), event.datum(data::PROVISIONAL)],
        Step::Merged => vec![event.datum(data::OTHER), event.datum(data::INTO)],
        step => vec![step.name()],
    }
}

impl FileSummary {
    /// Takes over what only adds up.
    fn take(&mut self, event: &CaseEvent) {
        let earliest = |known: &mut Option<Millis>| {
            *known = Some(known.map_or(event.at, |at| at.min(event.at)));
        };
        match event.step {
            Step::Registered | Step::Imported => earliest(&mut self.registered_at),
            Step::Filed => earliest(&mut self.filed_at),
            Step::ChangeNoticed => {
                self.open_changes.insert(event.id.clone(), event.at);
            }
            Step::ContactReported => self.contact_report_at = Some(event.at),
            Step::Opened => self.openings += 1,
            Step::Disputed => {
                self.disputes.push(Dispute {
                    event: event.id.clone(),
                    by: event.by.clone(),
                    at: event.at,
                    note: event.note.clone(),
                });
            }
            // A ruling that names no dispute rules all of them.
            Step::Ruled => {
                let of = event.datum(data::OF);
                let is_named =
                    |dispute: &Dispute| data::ids(of).any(|id| id == dispute.event.as_str());
                self.disputes
                    .retain(|dispute| !of.is_empty() && !is_named(dispute));
            }
            _ => {}
        }
    }

    /// Takes over which changes were entered, who signed and whether the file was sent back, by what the author of each saw.
    fn review(&mut self, graph: &Graph<'_>, sensible: &[bool]) {
        let of = |steps: &[Step]| -> Vec<usize> {
            (0..graph.events.len())
                .filter(|&at| sensible[at] && steps.contains(&graph.events[at].step))
                .collect()
        };
        for at in of(&[Step::Changed]) {
            match EventId::parse(graph.events[at].datum(data::OF)) {
                Ok(of) => drop(self.open_changes.remove(&of)),
                // A change that names none enters all that its author had heard of.
                Err(_) => {
                    for seen in graph.seen(at, |_| true) {
                        self.open_changes.remove(&seen.id);
                    }
                }
            }
        }
        let reset = of(&[Step::Filed, Step::Changed, Step::FileReturned]);
        let mut signed: Vec<usize> = Vec::new();
        for at in of(&[Step::Reviewed, Step::FileApproved]) {
            let saw = |before: &usize| graph.ancestors[at].contains(*before);
            if reset.iter().all(saw) && signed.iter().all(saw) {
                signed.push(at);
            }
        }
        self.signatures = signed
            .into_iter()
            .map(|at| graph.events[at])
            .map(|event| (event.step, event.by.clone(), event.at))
            .collect();
        let answers = of(&[Step::Filed, Step::Changed, Step::Completed, Step::Refreshed]);
        let answered = |at: usize| {
            answers
                .iter()
                .any(|&later| graph.ancestors[later].contains(at))
        };
        self.returned_at = of(&[Step::FileReturned])
            .into_iter()
            .rev()
            .find(|&at| !answered(at))
            .map(|at| graph.events[at].at);
    }

    /// Returns since when the file as it is now waits for reviewers or has their signatures: its last filing or change. Nothing if it
    /// is not filed, or only a field says that it was, as an import brings it.
    pub fn review_since(&self) -> Option<Millis> {
        self.filed_at?;
        self.last(Step::Changed).max(self.last(Step::Filed))
    }

    /// Returns who filed or changed the file last; nothing if nobody did here.
    pub fn last_entered_by(&self) -> Option<&str> {
        self.in_force()
            .rfind(|event| matches!(event.step, Step::Filed | Step::Changed))
            .map(|event| event.by.as_str())
    }

    /// Takes over the decision of a matter that holds, and lists the ones made apart from it.
    fn decide(&mut self, graph: &Graph<'_>, sensible: &[bool], matter: Matter) {
        let deciding: BTreeSet<usize> = (0..graph.events.len())
            .filter(|&at| sensible[at] && Matter::of(graph.events[at]) == Some(matter))
            .collect();
        let latest = graph.latest(&deciding);
        let claims = |at: &&usize| {
            let event = graph.events[**at];
            event.step == Step::Claimed
                || event.step == Step::OwnerChanged && !event.datum(data::LEAD).is_empty()
        };
        let Some(&holds) = latest
            .iter()
            .find(|at| latest.iter().all(|at| claims(&at)) && claims(at))
            .or(latest.last())
        else {
            return;
        };
        let first = outcome(graph.events[latest[0]]);
        if matter != Matter::Merge && latest.iter().any(|&at| outcome(graph.events[at]) != first) {
            self.clashes.push(FileClash {
                matter,
                events: latest
                    .iter()
                    .map(|&at| graph.events[at].id.clone())
                    .collect(),
                holds: graph.events[holds].id.clone(),
            });
        }
        let event = graph.events[holds];
        match matter {
            Matter::Owner => {
                self.pooled = event.step == Step::Pooled;
                // Each owner is what the last decision that names one says, in the history of the one that holds.
                let history: Vec<&CaseEvent> = (0..=holds)
                    .filter(|&at| {
                        deciding.contains(&at)
                            && (at == holds || graph.ancestors[holds].contains(at))
                    })
                    .map(|at| graph.events[at])
                    .collect();
                let named = |name: &str| {
                    history
                        .iter()
                        .rev()
                        .find_map(|event| event.data.get(name))
                        .map(|owner| owner.trim().to_owned())
                };
                self.owner_a = named(data::OWNER_A);
                self.owner_b = named(data::OWNER_B);
            }
            Matter::LifeCycle => {
                self.life_cycle = Some(event.datum(data::STAGE).to_owned());
                let words = event.reason.as_deref().unwrap_or_default();
                let reason = if words.is_empty() {
                    event.datum(data::REASON_ID)
                } else {
                    words
                };
                reason.clone_into(&mut self.life_cycle_reason);
                self.life_cycle_at = Some(event.at);
            }
            Matter::Class => {
                let confirmed = |at: &usize| {
                    deciding.contains(at)
                        && graph.events[*at].step == Step::ClassConfirmed
                        && (*at == holds || graph.ancestors[holds].contains(*at))
                };
                self.class = (0..=holds)
                    .rev()
                    .find(confirmed)
                    .and_then(|at| given_class(graph.events[at]));
            }
            Matter::Merge => {}
        }
    }

    /// Takes over the merges nobody has undone. One that was undone apart from being made again stays undone.
    fn merges(&mut self, graph: &Graph<'_>, sensible: &[bool]) {
        let undone: BTreeSet<&str> = (0..graph.events.len())
            .filter(|&at| sensible[at] && graph.events[at].step == Step::Unmerged)
            .map(|at| graph.events[at].datum(data::OF))
            .collect();
        let mut into: BTreeSet<String> = BTreeSet::new();
        for (at, event) in graph.events.iter().enumerate() {
            if event.step != Step::Merged || !sensible[at] || undone.contains(event.id.as_str()) {
                continue;
            }
            let other = event.datum(data::OTHER);
            if !other.is_empty() && !self.merged.iter().any(|merged| merged.other == other) {
                self.merged.push(MergedFile {
                    event: event.id.clone(),
                    other: other.to_owned(),
                    at: event.at,
                    undo: event.datum(data::UNDO).to_owned(),
                });
            }
            if !event.datum(data::INTO).is_empty() {
                into.insert(event.datum(data::INTO).to_owned());
            }
        }
        // Two devices that let it give way to two files: the smaller id holds, and the other is listed.
        if into.len() > 1 {
            let events: Vec<EventId> = self
                .in_force()
                .filter(|event| {
                    event.step == Step::Merged
                        && !event.datum(data::INTO).is_empty()
                        && !undone.contains(event.id.as_str())
                })
                .map(|event| event.id.clone())
                .collect();
            let least = into.first().cloned().unwrap_or_default();
            let holds = self
                .in_force()
                .find(|event| event.datum(data::INTO) == least && events.contains(&event.id))
                .map(|event| event.id.clone());
            if let Some(holds) = holds {
                self.clashes.push(FileClash {
                    matter: Matter::Merge,
                    events,
                    holds,
                });
            }
        }
        self.merged_into = into.pop_first();
    }
}
