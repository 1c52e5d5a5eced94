//! What the complaint desk needs of a case in a list: its pack, clocks, wanted signature, actions and links; for contacts their
//! promises, for customers the duties of their files.
//!
//! Decides what is kept of a case beside the columns, so that my day opens no document. What clocks show and whose turn it
//! is decides `huiyin-core`.

use std::collections::BTreeMap;

use huiyin_core::actions::actions;
use huiyin_core::calendar::WorkingCalendar;
use huiyin_core::case::{CaseField, CaseSummary, Step, fold_in};
use huiyin_core::case_data as datum;
use huiyin_core::contact::ContactSummary;
use huiyin_core::field::FieldKind;
use huiyin_core::mark::Mark;
use huiyin_core::pack::approval::{Proposal, proposal};
use huiyin_core::pack::clocks::{CaseFacts, ClockStatus, clocks};
use huiyin_core::pack::policies::Policies;
use huiyin_core::pack::{Approver, Pack, PackRef, Way};
use serde::{Deserialize, Serialize};

use crate::{FileRow, Millis, Record};

/// Most actions of a case kept in its row; all of them are in the record.
pub const MAX_ROW_ACTIONS: usize = 32;
/// Most characters of a text kept in a row.
const MAX_TEXT: usize = 120;

/// A clock that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowClock {
    /// Name in the pack.
    pub name: String,
    /// When it is due.
    pub due: Millis,
}

/// A signature that is wanted now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Awaited {
    /// Who: role or post, and where.
    pub approver: Approver,
    /// People who may sign instead.
    pub delegates: Vec<String>,
    /// People who have signed as this role already and do not sign again.
    pub signed: Vec<String>,
}

/// A corrective or preventive action.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RowAction {
    /// Id.
    pub id: String,
    /// `corrective` or `preventive`.
    pub kind: String,
    /// What is to be done, shortened.
    pub text: String,
    /// Who does it.
    pub owner: String,
    /// The day it is due, `YYYY-MM-DD`.
    pub due: String,
    /// `open`, `done` or `verified`.
    pub state: String,
    /// Who did it last.
    pub done_by: String,
    /// Who looked at it last.
    pub verified_by: String,
}

/// What a case, a contact or a customer has beside the columns of a list. Field order is the stored form of [`crate::PROJECTION_VERSION`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DeskRow {
    /// Pack version it began under.
    pub pack: Option<PackRef>,
    /// That version is not on this device: no clocks, and the row is made anew when it comes.
    pub pack_missing: bool,
    /// Clocks that run, in the order of the pack.
    pub running: Vec<RowClock>,
    /// Clocks stand still.
    pub paused: bool,
    /// The signature wanted next.
    pub awaited: Option<Awaited>,
    /// The person complained about.
    pub against_person: String,
    /// Who registered it.
    pub registrar: String,
    /// The person it is assigned to.
    pub assignee: String,
    /// Channel wire name.
    pub channel: String,
    /// Actions, at most [`MAX_ROW_ACTIONS`].
    pub actions: Vec<RowAction>,
    /// Record id of the leading case of one matter.
    pub matter: String,
    /// Branch that forwarded it.
    pub from_branch: String,
    /// Branch it was last forwarded to.
    pub to_branch: String,
    /// Record id of the case it repeats.
    pub original: String,
    /// When its solution was last carried out.
    pub carried_out: Option<Millis>,
    /// When the customer was last called back, if its solution was carried out.
    pub called_back: Option<Millis>,
    /// Of a customer: duties of its file.
    pub file: Option<FileRow>,
}

/// How the clocks of a case stand together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// The earliest deadline of those that run; else that of a late one, or of the last.
    pub due: Option<Millis>,
    /// Nothing while one runs.
    pub ended: Option<Millis>,
    /// A deadline counted without known holidays.
    pub provisional: bool,
    /// Clocks that run.
    pub running: Vec<RowClock>,
}

impl Standing {
    /// Returns how these clocks stand together.
    pub fn of_clocks(clocks: &[ClockStatus]) -> Self {
        let mut running: Vec<(&ClockStatus, Millis)> = clocks
            .iter()
            .filter(|clock| clock.runs())
            .filter_map(|clock| Some((clock, clock.due()?)))
            .collect();
        running.sort_by_key(|(_, due)| *due);
        let provisional = clocks
            .iter()
            .filter(|clock| clock.runs())
            .filter_map(|clock| clock.deadline.as_ref())
            .any(|deadline| deadline.provisional);
        let (due, ended) = if let Some((_, due)) = running.first() {
            (Some(*due), None)
        } else if clocks
            .iter()
            .any(|clock| clock.paused_since.is_some() && clock.stopped.is_none())
        {
            (None, None)
        } else {
            let stopped = clocks
                .iter()
                .filter_map(|clock| Some((clock.due()?, clock.stopped?)));
            let worst = stopped.max_by_key(|(due, stopped)| (stopped > due, *due));
            (worst.map(|(due, _)| due), worst.map(|(_, stopped)| stopped))
        };
        Self {
            due,
            ended,
            provisional,
            running: running
                .into_iter()
                .map(|(clock, due)| RowClock {
                    name: clock.name.clone(),
                    due,
                })
                .collect(),
        }
    }
}

/// A case read under the policies that hold for it.
#[derive(Debug, Clone)]
pub struct Judged<'a> {
    /// The folded events.
    pub summary: CaseSummary,
    /// What clocks and rules ask.
    pub facts: CaseFacts,
    /// The pack version it began under, if it is here.
    pub pack: Option<&'a Pack>,
    /// It began under a version that is not here.
    pub pack_missing: bool,
    /// Its steps.
    pub way: Way,
}

impl<'a> Judged<'a> {
    /// Reads a case.
    pub fn of(record: &Record, policies: &'a Policies) -> Self {
        let pack = record
            .pack
            .as_ref()
            .and_then(|reference| policies.pack(reference));
        let way = policies.way(record.pack.as_ref(), record.field("kind"));
        let summary = fold_in(&record.events, &way);
        let classed = summary.severity.as_deref().filter(|name| !name.is_empty());
        let severity = classed.unwrap_or(record.field("severity")).to_owned();
        let own = |name: &str| record.field(name).to_owned();
        let dates: BTreeMap<String, String> = CaseField::ALL
            .iter()
            .filter(|field| matches!(field.kind(), FieldKind::Date))
            .map(|field| (field.name().to_owned(), own(field.name())))
            .filter(|(_, date)| !date.is_empty())
            .collect();
        Self {
            facts: CaseFacts {
                received: record.received.unwrap_or(record.created),
                kind: own("kind"),
                severity,
                category: own("category"),
                channel: own("channel"),
                promised: own("promised_at"),
                dates,
            },
            pack,
            pack_missing: record.pack.is_some() && pack.is_none(),
            way,
            summary,
        }
    }

    /// Returns its clocks; none without a pack.
    pub fn clocks(&self, calendar: &WorkingCalendar) -> Vec<ClockStatus> {
        self.pack.map_or_else(Vec::new, |pack| {
            clocks(pack, calendar, &self.facts, &self.summary)
        })
    }

    /// Returns the latest proposal, if there is one.
    pub fn proposal(&self) -> Option<Proposal> {
        proposal(
            self.pack,
            &self.facts.kind,
            &self.facts.severity,
            &self.facts.category,
            &self.summary,
        )
    }

    /// Returns what somebody should look at, beside clashes.
    pub fn marks(&self, record: &Record) -> Vec<Mark> {
        self.summary.marks(record.field("against_person"))
    }
}

impl DeskRow {
    /// Returns the duties of a customer's file.
    pub(crate) fn of_file(file: FileRow) -> Self {
        Self {
            file: Some(file),
            ..Self::default()
        }
    }

    /// Returns the promises of a contact as actions of kind `promise`, `open` or `done`; none if nothing was promised.
    pub(crate) fn of_promises(contact: &ContactSummary) -> Option<Self> {
        let short = |text: &str| text.chars().take(MAX_TEXT).collect::<String>();
        // Open ones first, so that none of them is cut off.
        let (open, kept): (Vec<_>, Vec<_>) = contact
            .promises
            .iter()
            .partition(|promise| promise.kept_at.is_none());
        let actions: Vec<RowAction> = open
            .into_iter()
            .chain(kept)
            .take(MAX_ROW_ACTIONS)
            .map(|promise| RowAction {
                id: promise.event.to_string(),
                kind: "promise".to_owned(),
                text: short(&promise.note),
                owner: short(&promise.owner),
                due: promise.due.map(|day| day.to_string()).unwrap_or_default(),
                state: if promise.kept_at.is_none() {
                    "open".to_owned()
                } else {
                    "done".to_owned()
                },
                ..RowAction::default()
            })
            .collect();
        (!actions.is_empty()).then(|| Self {
            actions,
            ..Self::default()
        })
    }

    /// Returns what the desk needs of a case; none if there is nothing.
    pub(crate) fn of(record: &Record, judged: &Judged<'_>, standing: &Standing) -> Option<Self> {
        let summary = &judged.summary;
        let short = |text: &str| text.chars().take(MAX_TEXT).collect::<String>();
        let field = |name: &str| short(record.field(name));
        let last = |step: Step, name: &str| {
            summary
                .events
                .iter()
                .rev()
                .find(|folded| folded.event.step == step && !folded.out_of_order)
                .map(|folded| short(folded.event.datum(name)))
                .unwrap_or_default()
        };
        let taken = |step: Step| {
            summary
                .events
                .iter()
                .filter(|folded| folded.event.step == step && !folded.out_of_order)
                .map(|folded| folded.event.at)
                .max()
        };
        let carried_out = taken(Step::CarriedOut);
        let awaited = judged
            .proposal()
            .filter(|proposal| proposal.waits)
            .and_then(|proposal| {
                let next = proposal.next()?.clone();
                let delegates = proposal
                    .delegated
                    .iter()
                    .filter(|given| given.role == next.role)
                    .map(|given| short(&given.to))
                    .collect();
                let signed = proposal
                    .signed
                    .iter()
                    .filter(|signature| signature.role == next.role)
                    .map(|signature| short(&signature.by))
                    .collect();
                Some(Awaited {
                    approver: next,
                    delegates,
                    signed,
                })
            });
        let actions = actions(summary)
            .into_iter()
            .take(MAX_ROW_ACTIONS)
            .map(|action| RowAction {
                id: short(&action.id),
                kind: short(&action.kind),
                text: short(&action.text),
                owner: short(&action.owner),
                due: short(&action.due),
                state: action.state.name().to_owned(),
                done_by: short(&action.done_by),
                verified_by: short(&action.verified_by),
            })
            .collect();
        let desk = Self {
            pack: record.pack.clone(),
            pack_missing: judged.pack_missing,
            running: standing.running.clone(),
            paused: summary.paused,
            awaited,
            against_person: field("against_person"),
            registrar: String::new(),
            assignee: summary.assignee.as_deref().map(short).unwrap_or_default(),
            channel: String::new(),
            actions,
            matter: field("matter"),
            from_branch: field("from_branch"),
            to_branch: summary.to_branch.as_deref().map(short).unwrap_or_default(),
            original: last(Step::Duplicate, datum::ORIGINAL),
            carried_out,
            called_back: carried_out.and_then(|_| taken(Step::CalledBack)),
            file: None,
        };
        if desk == Self::default() {
            return None;
        }
        Some(Self {
            registrar: short(&record.created_by),
            channel: field("channel"),
            ..desk
        })
    }
}
