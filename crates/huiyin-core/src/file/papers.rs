//! The papers of a file (资料): what is there, what is missing, who handed it over to whom.
//!
//! Decides the state of each paper from the events, and the hand-over book. Which papers a file must have is data of the
//! pack ([`crate::pack::file_rules::Checklist`]).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::data;
use crate::Millis;
use crate::case::{CaseEvent, Step};
use crate::event_graph::Graph;
use crate::id::EventId;
use crate::pack::FileRules;
use crate::pack::file_rules::{Paper, PaperForm};

/// Where a paper stands. Of several states given apart the least holds: what is doubtful is looked for again.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum PaperState {
    /// Not there.
    #[default]
    Missing,
    /// Given back to the customer.
    Returned,
    /// There.
    Received,
    /// There and compared with what it must be.
    Checked,
}

impl PaperState {
    /// Returns the wire name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Returned => "returned",
            Self::Received => "received",
            Self::Checked => "checked",
        }
    }

    /// Returns whether the paper counts as there.
    pub const fn is_there(self) -> bool {
        matches!(self, Self::Received | Self::Checked)
    }
}

/// A paper as the events tell it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Held {
    /// Where it stands.
    pub state: PaperState,
    /// Copies.
    pub copies: u32,
    /// Pages counted; 0 = not counted.
    pub pages: u32,
    /// Whether it is the original.
    pub original: bool,
    /// Who handed it over.
    pub from: String,
    /// Who received it.
    pub by: String,
    /// When its state was given.
    pub at: Millis,
    /// Content id of the scan or photo; empty = none.
    pub scan: String,
    /// What was noted with its state.
    pub note: String,
}

/// Whether a hand-over is signed.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum HandOverStage {
    /// Signed by who handed over, not by who receives.
    #[default]
    Waiting,
    /// Signed by both.
    Accepted,
    /// Not accepted.
    Refused,
}

/// One line of the hand-over book (签收簿).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct HandOverState {
    /// The `handed_over` event.
    pub event: EventId,
    /// Id of the leg of the pack's list; empty = none.
    pub leg: String,
    /// The papers handed over.
    pub papers: Vec<String>,
    /// The papers noted as missing.
    pub missing: Vec<String>,
    /// Who handed over.
    pub from: String,
    /// Whether who handed over signed on screen.
    pub from_signed: bool,
    /// When.
    pub at: Millis,
    /// Where it stands.
    pub stage: HandOverStage,
    /// Who received or refused; empty while it waits.
    pub to: String,
    /// Whether who received signed on screen.
    pub to_signed: bool,
    /// When it was received or refused.
    pub received_at: Option<Millis>,
    /// What was said with it.
    pub note: String,
}

/// A paper of a list with what is there of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<'a> {
    /// Id of list and paper: `vehicle/invoice`.
    pub id: String,
    /// The paper.
    pub paper: &'a Paper,
    /// What is there.
    pub held: Held,
    /// What still has to be done about it; empty if nothing.
    pub lacks: Vec<Lack>,
}

/// What a paper lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    /// It is not there.
    Paper,
    /// Fewer copies than wanted.
    Copies,
    /// A copy where the original is wanted.
    Original,
    /// Its pages are not counted.
    Pages,
}

fn list(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

fn number(event: &CaseEvent, name: &str) -> u32 {
    event.datum(name).trim().parse().unwrap_or(0)
}

const fn state_of(step: Step) -> Option<PaperState> {
    Some(match step {
        Step::PaperReceived => PaperState::Received,
        Step::PaperChecked => PaperState::Checked,
        Step::PaperReturned => PaperState::Returned,
        Step::PaperMissing => PaperState::Missing,
        _ => return None,
    })
}

/// Returns the papers as the events tell them.
pub(super) fn held(graph: &Graph<'_>, sensible: &[bool]) -> BTreeMap<String, Held> {
    let mut about: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (at, event) in graph.events.iter().enumerate() {
        if sensible[at] && state_of(event.step).is_some() {
            about
                .entry(event.datum(data::PAPER))
                .or_default()
                .insert(at);
        }
    }
    let mut found = BTreeMap::new();
    for (paper, positions) in about {
        let latest = graph.latest(&positions);
        let Some(&holds) = latest
            .iter()
            .min_by_key(|&&at| (state_of(graph.events[at].step), at))
        else {
            continue;
        };
        // Copies and pages come from the last receipt in the history of the state that holds.
        let receipt = (0..=holds)
            .rev()
            .filter(|at| {
                positions.contains(at) && (*at == holds || graph.ancestors[holds].contains(*at))
            })
            .map(|at| graph.events[at])
            .find(|event| event.step == Step::PaperReceived);
        let event = graph.events[holds];
        let mut held = Held {
            state: state_of(event.step).unwrap_or_default(),
            at: event.at,
            by: event.by.clone(),
            note: event.note.clone(),
            ..Held::default()
        };
        if let Some(receipt) = receipt {
            held.copies = number(receipt, data::COPIES).max(1);
            held.pages = number(receipt, data::PAGES);
            held.original = receipt.datum(data::ORIGINAL_PAPER) == "yes";
            receipt.datum(data::FROM).clone_into(&mut held.from);
            receipt.by.clone_into(&mut held.by);
            receipt.datum(data::SCAN).clone_into(&mut held.scan);
        }
        found.insert(paper.to_owned(), held);
    }
    found
}

/// Returns the hand-over book, in order. A hand-over accepted and refused apart from each other counts as refused.
pub(super) fn hand_overs(graph: &Graph<'_>, sensible: &[bool]) -> Vec<HandOverState> {
    let mut book: Vec<HandOverState> = Vec::new();
    let is_signed = |event: &CaseEvent| !event.datum(data::SIGNATURE).is_empty();
    for (at, event) in graph
        .events
        .iter()
        .enumerate()
        .filter(|(at, _)| sensible[*at])
    {
        if event.step == Step::HandedOver {
            book.push(HandOverState {
                event: event.id.clone(),
                leg: event.datum(data::LEG).to_owned(),
                papers: list(event.datum(data::PAPERS)),
                missing: list(event.datum(data::MISSING)),
                from: event.by.clone(),
                from_signed: is_signed(event),
                at: event.at,
                stage: HandOverStage::Waiting,
                to: String::new(),
                to_signed: false,
                received_at: None,
                note: event.note.clone(),
            });
        }
        let stage = match event.step {
            Step::HandOverAccepted => HandOverStage::Accepted,
            Step::HandOverRefused => HandOverStage::Refused,
            _ => continue,
        };
        let line = book
            .iter_mut()
            .find(|line| line.event.as_str() == event.datum(data::OF));
        if let Some(line) = line {
            // One after another the later counts; apart from each other the refusal does.
            let knew = line.received_at.is_none_or(|_| {
                graph
                    .seen(at, |_| true)
                    .iter()
                    .any(|seen| seen.datum(data::OF) == line.event.as_str())
            });
            if knew || stage > line.stage {
                line.stage = stage;
                line.to.clone_from(&event.by);
                line.to_signed = is_signed(event);
                line.received_at = Some(event.at);
            }
        }
    }
    book
}

/// Returns the papers of a kind of customer with what is there of each, in the order of the lists.
pub fn listed<'a>(
    rules: &'a FileRules,
    kind: &'a str,
    papers: &BTreeMap<String, Held>,
) -> Vec<Listed<'a>> {
    let mut found = Vec::new();
    for checklist in rules.checklists(kind) {
        for paper in &checklist.papers {
            let id = format!("{}/{}", checklist.id, paper.id);
            let held = papers.get(&id).cloned().unwrap_or_default();
            let lacks = lacks(paper, &held);
            found.push(Listed {
                id,
                paper,
                held,
                lacks,
            });
        }
    }
    found
}

fn lacks(paper: &Paper, held: &Held) -> Vec<Lack> {
    // What a file may do without may also be given back.
    if paper.optional && !held.state.is_there() {
        return Vec::new();
    }
    if !held.state.is_there() {
        return vec![Lack::Paper];
    }
    let mut found = Vec::new();
    if held.copies < u32::from(paper.copies) {
        found.push(Lack::Copies);
    }
    if paper.form == PaperForm::Original && !held.original {
        found.push(Lack::Original);
    }
    if paper.pages && held.pages == 0 {
        found.push(Lack::Pages);
    }
    found
}
