//! Cases forwarded to another branch (转办): the continuation there, and who answers for the case (首问负责).
//!
//! Forwarding writes two records in one action: the step in the case, and a continuation in the stream of the two branches.
//! The continuation goes the way of a case with the other branch; the sender sees it beside its own case and changes nothing in
//! it. Until the other branch accepts, and again once it gives the case back, the sender answers for it; when the
//! continuation is done the sender closes its case with that outcome. The customer's time goes on from when the sender received
//! the case.

use std::collections::BTreeMap;

use huiyin_api::{ContinuationView, Problem, ProblemCode};
use huiyin_core::case::{CaseEvent, CaseState, CaseSummary, Step};
use huiyin_core::case_data;
use huiyin_core::id::{BranchCode, EventId, RecordId, RecordKind, SegmentKey};
use huiyin_document::{
    Author, CaseColumn, CustomerColumn, DocumentKey, Edit, NewRecord, Record, RowRef,
};

use crate::Millis;
use crate::customers::CASES_PER_SEGMENT;
use crate::replica::Replica;
use crate::segments::Segment;
use crate::task::{Run, Tx};

/// Fields of a case that stay with the branch that received it: links to its own records, and what the engine writes itself.
const KEPT_BACK: &[&str] = &["customer", "matter", "continues", "from_branch"];

/// Steps that head office may take in a continuation with another branch: signatures and looking, not the work.
const FROM_HEAD_OFFICE: &[Step] = &[
    Step::Endorsed,
    Step::Approved,
    Step::SentBack,
    Step::Delegated,
    Step::Extended,
    Step::SpotChecked,
    Step::ActionVerified,
    Step::Noted,
];

/// How the continuation of a forwarded case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// The case names none, as cases forwarded by earlier versions.
    None,
    /// It is named and has not come to this device.
    Unknown,
    /// It is here.
    In(CaseState),
}

fn refused(branch: &str, why: &str) -> Problem {
    Problem::at(ProblemCode::WithOtherBranch, branch).because(why)
}

impl Replica {
    /// Returns whether the records of a segment are listed as cases here: cases, and the continuations of this branch.
    pub fn is_listed(&self, key: &SegmentKey) -> bool {
        match key.kind {
            RecordKind::Case => true,
            RecordKind::Continuation => self.is_head_office() || self.works_here(key),
            RecordKind::Customer
            | RecordKind::Consequence
            | RecordKind::Contact
            | RecordKind::Survey => false,
        }
    }

    /// Returns whether this device's branch works on the records of a segment.
    fn works_here(&self, key: &SegmentKey) -> bool {
        self.identity
            .as_ref()
            .and_then(crate::identity::Identity::branch)
            .is_some_and(|own| key.working_branch() == own)
    }

    /// Returns the segments that lists of a kind show, with their index: for cases also the continuations of this branch.
    pub fn listed(&self, kind: RecordKind) -> impl Iterator<Item = (u32, &Segment)> {
        self.segments
            .iter()
            .enumerate()
            .filter(move |(_, segment)| match kind {
                RecordKind::Case => self.is_listed(&segment.key),
                kind => segment.key.kind == kind,
            })
            .map(|(index, segment)| (index as u32, segment))
    }

    /// Returns the state of the continuation of a case, if it was forwarded and the continuation is here.
    pub fn continued(&self, row: RowRef<'_>) -> &str {
        RecordId::parse(row.case(CaseColumn::Continuation))
            .ok()
            .and_then(|id| self.segments.row(&id))
            .map_or("", |row| row.case(CaseColumn::State))
    }

    /// Returns whether this branch forwarded the case and still answers for it: not accepted there yet, or given back.
    pub fn still_answers(&self, segment: &Segment, row: RowRef<'_>) -> bool {
        row.case(CaseColumn::State) == CaseState::Forwarded.name()
            && self.works_here(&segment.key)
            && matches!(self.continued(row), "" | "registered" | "returned")
    }

    /// Returns whether the case was forwarded to this branch and nobody here has accepted it.
    pub fn is_incoming(&self, segment: &Segment, row: RowRef<'_>) -> bool {
        segment.key.kind == RecordKind::Continuation
            && self.works_here(&segment.key)
            && row.case(CaseColumn::State) == CaseState::Registered.name()
    }

    /// Refuses changes of what another branch works on, and of what is no case.
    ///
    /// # Errors
    /// [`ProblemCode::NotFound`] for records of other kinds, [`ProblemCode::WithOtherBranch`].
    pub fn may_change(&self, id: &RecordId, step: Option<Step>) -> Result<(), Problem> {
        if !id.kind().is_case() {
            return Err(Problem::at(ProblemCode::NotFound, id.to_string()));
        }
        let signs = step.is_some_and(|step| FROM_HEAD_OFFICE.contains(&step));
        let free = id.kind() == RecordKind::Case
            || self.works_here(&id.segment)
            || (self.is_head_office() && signs);
        if free {
            Ok(())
        } else {
            let branch = id.segment.working_branch();
            Err(refused(
                branch.as_str(),
                "it was forwarded: that branch works on it, yours reads along",
            ))
        }
    }

    /// Returns whether a step may be offered: what [`Self::may_change`] and [`Self::check_forwarded`] would not refuse.
    pub fn is_offered(&self, id: &RecordId, summary: &CaseSummary, step: Step) -> bool {
        self.may_change(id, Some(step)).is_ok() && self.check_forwarded(summary, step).is_ok()
    }

    /// Refuses steps of a forwarded case that belong to the other branch.
    ///
    /// # Errors
    /// [`ProblemCode::WithOtherBranch`].
    pub fn check_forwarded(&self, summary: &CaseSummary, step: Step) -> Result<(), Problem> {
        if summary.state != CaseState::Forwarded
            || !step.is_deciding()
            || !summary.rivals.is_empty()
        {
            return Ok(());
        }
        let branch = summary.to_branch.as_deref().unwrap_or_default();
        let standing = self.standing(summary);
        match (step, standing) {
            (_, Standing::None) => Ok(()),
            (_, Standing::Unknown) => Err(refused(
                branch,
                "its continuation there has not come to this device yet",
            )),
            (Step::Closed, Standing::In(CaseState::Returned)) => Err(refused(
                branch,
                "it was given back: accept it again or forward it elsewhere",
            )),
            (Step::Closed, Standing::In(state)) if state.is_open() => Err(refused(
                branch,
                "it is still open there: close it when they are done",
            )),
            (Step::Closed, Standing::In(_)) | (_, Standing::In(CaseState::Returned)) => Ok(()),
            (_, Standing::In(state)) if state.is_open() => Err(refused(
                branch,
                "they work on it: what has to be done is done there until they are done or give it back",
            )),
            (_, Standing::In(_)) => Err(refused(
                branch,
                "they are done: close it with their outcome",
            )),
        }
    }

    fn standing(&self, summary: &CaseSummary) -> Standing {
        match last_forwarding(summary).map(|event| event.datum(case_data::CONTINUATION)) {
            None | Some("") => Standing::None,
            Some(id) => RecordId::parse(id)
                .ok()
                .and_then(|id| self.segments.row(&id))
                .and_then(|row| CaseState::parse(row.case(CaseColumn::State)))
                .map_or(Standing::Unknown, Standing::In),
        }
    }

    /// Returns the document and the edit that make the continuation of a case, and names it in the event. Nothing for other
    /// steps than forwarding. To be called after the step was checked and before anything is written.
    ///
    /// # Errors
    /// [`ProblemCode::BadField`] at `to_branch` if the case is there already.
    pub fn continuation_of(
        &mut self,
        tx: &mut Tx<'_>,
        id: &RecordId,
        record: &Record,
        summary: &CaseSummary,
        author: &Author,
        event: &mut CaseEvent,
    ) -> Run<Option<(DocumentKey, Edit)>> {
        if event.step != Step::Forwarded {
            return Ok(None);
        }
        let from = id.segment.working_branch();
        let bad = |reason: &str| Problem::at(ProblemCode::BadField, "to_branch").because(reason);
        let to = BranchCode::parse(event.to_branch.as_deref().unwrap_or_default())
            .map_err(|_| bad("name the branch it goes to"))?;
        if to == from {
            return Err(bad("the case is with this branch already").into());
        }
        let month: String = self
            .policies
            .calendar
            .date_of(tx.now)
            .to_string()
            .chars()
            .filter(char::is_ascii_digit)
            .take(6)
            .collect();
        let segment = self.continuation_segment(&from, &to, &month);
        let key = DocumentKey::Segment(segment.clone());
        self.documents.get(&key)?;

        let local = tx.entropy.next_u64();
        let continuation_id = RecordId::new(segment, local);
        event.data.insert(
            case_data::CONTINUATION.to_owned(),
            continuation_id.to_string(),
        );
        Self::share_later(tx, record, &continuation_id);
        let mut registered = CaseEvent::new(
            EventId::from_u64(tx.entropy.next_u64()),
            Step::Registered,
            author.at,
            &author.by,
            &author.device,
        );
        registered.note = match &event.reason {
            Some(reason) if event.note.is_empty() => reason.clone(),
            Some(reason) => format!("{reason}\n{}", event.note),
            None => event.note.clone(),
        };
        let continuation = NewRecord {
            local,
            number: record.number.clone(),
            created: author.at,
            created_by: author.by.clone(),
            received: Some(record.received.unwrap_or(record.created)),
            clock: record.clock.clone(),
            pack: record.pack.clone(),
            fields: self.released(id, record, summary),
            events: vec![registered],
            ..NewRecord::default()
        };
        Ok(Some((key, Edit::Create(Box::new(continuation)))))
    }

    fn continuation_segment(&self, from: &BranchCode, to: &BranchCode, month: &str) -> SegmentKey {
        let key = |number| {
            SegmentKey::continuation(from.clone(), to, month, number)
                .expect("a month of digits is valid")
        };
        let first = key(0);
        let number =
            match self
                .segments
                .fill(RecordKind::Continuation, from.as_str(), &first.period)
            {
                Some((number, rows)) if rows < CASES_PER_SEGMENT => number,
                Some((number, _)) => number + 1,
                None => 0,
            };
        key(number)
    }

    /// Returns what the other branch is told: what the case says, without notes and without links to this branch's records.
    fn released(
        &self,
        id: &RecordId,
        record: &Record,
        summary: &CaseSummary,
    ) -> BTreeMap<String, String> {
        let mut fields: BTreeMap<String, String> = record
            .fields
            .iter()
            .filter(|(name, _)| !KEPT_BACK.contains(&name.as_str()))
            .map(|(name, field)| (name.clone(), field.shown.clone()))
            .collect();
        let customer = RecordId::parse(record.field("customer"))
            .ok()
            .and_then(|customer| self.segments.row(&customer));
        for (name, column) in [
            ("complainant_name", CustomerColumn::Name),
            ("complainant_phone", CustomerColumn::Phone),
        ] {
            if let Some(row) = customer
                && fields.get(name).is_none_or(String::is_empty)
            {
                fields.insert(name.to_owned(), row.customer(column).to_owned());
            }
        }
        if let Some(severity) = &summary.severity {
            fields.insert("severity".to_owned(), severity.clone());
        }
        fields.insert("continues".to_owned(), id.to_string());
        fields.insert(
            "from_branch".to_owned(),
            id.segment.working_branch().to_string(),
        );
        fields.retain(|_, value| !value.is_empty());
        fields
    }

    /// Returns what the record of a case shows about forwarding: the continuation of a forwarded case, or where a continuation
    /// comes from.
    pub fn continuation_view(
        &self,
        id: &RecordId,
        record: &Record,
        summary: &CaseSummary,
        now: Millis,
    ) -> Option<ContinuationView> {
        let found = |other: &RecordId| {
            let segment = self.segments.find(&other.segment)?;
            let row = self.segments.row(other)?;
            Some(self.case_row(segment, row, now))
        };
        let other = last_forwarding(summary).map(|event| event.datum(case_data::CONTINUATION));
        if let Some(text) = other {
            let row = RecordId::parse(text).ok().and_then(|other| found(&other));
            let state = row
                .as_ref()
                .map(|row| row.state.clone())
                .unwrap_or_default();
            return Some(ContinuationView {
                id: row.as_ref().map(|row| row.id.clone()).unwrap_or_default(),
                number: record.number.clone(),
                from_branch: id.segment.working_branch().to_string(),
                to_branch: summary.to_branch.clone().unwrap_or_default(),
                sender_answers: summary.state == CaseState::Forwarded
                    && matches!(state.as_str(), "" | "registered" | "returned"),
                state,
                row,
                here: false,
            });
        }
        if id.kind() != RecordKind::Continuation {
            return None;
        }
        let origin = RecordId::parse(record.field("continues")).ok();
        let row = origin.as_ref().and_then(found);
        Some(ContinuationView {
            id: row.as_ref().map(|row| row.id.clone()).unwrap_or_default(),
            number: record.number.clone(),
            from_branch: id.segment.branch.to_string(),
            to_branch: id.segment.working_branch().to_string(),
            state: summary.state.name().to_owned(),
            row,
            here: true,
            sender_answers: matches!(summary.state, CaseState::Registered | CaseState::Returned),
        })
    }
}

/// Returns the last forwarding in force.
fn last_forwarding(summary: &CaseSummary) -> Option<&CaseEvent> {
    summary
        .events
        .iter()
        .rev()
        .find(|folded| folded.event.step == Step::Forwarded && !folded.out_of_order)
        .map(|folded| &folded.event)
}
