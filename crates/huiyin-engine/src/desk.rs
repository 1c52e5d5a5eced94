//! A case as the screen shows it: its record, and what the complaint desk adds (clocks, signatures, actions, links, lists of
//! its pack).

use huiyin_api::{
    ActionView, CaseDesk, CaseRecord, CaseRow, ClashView, ClockView, DeadlineView, DueState,
    MarkView, Problem, ProblemCode, ProposalView, SignatureView, SpanView,
};
use huiyin_core::actions::{Action, ActionState, actions};
use huiyin_core::calendar::{Deadline, Length, Span, SpanKind, deadline};
use huiyin_core::case::{CaseSummary, Step};
use huiyin_core::case_data as datum;
use huiyin_core::id::{EventId, RecordId};
use huiyin_core::pack::approval::Proposal;
use huiyin_core::pack::clocks::ClockStatus;
use huiyin_core::pack::{Pack, Start};
use huiyin_document::{CustomerColumn, DeskRow, Record, RowRef};

use crate::Millis;
use crate::customers::{conflict_views, event_view, field_views};
use crate::lists::{SOON_MS, due_state};
use crate::pack_lists::{Facts, fill_lists};
use crate::replica::Replica;
use crate::steps::Case;
use crate::task::Run;

/// Linked cases shown beside a case.
const MAX_LINKED: usize = 50;

impl Replica {
    /// Returns a case as the screen shows it.
    pub fn case(&mut self, text: &str, now: Millis) -> Run<CaseRecord> {
        let (id, record, issues) = self.read_record(text)?;
        if !id.kind().is_case() {
            return Err(Problem::at(ProblemCode::NotFound, text).into());
        }
        let penalties = self.penalties_of(&id)?;
        let case = self.judge(&id, &record, now);
        let steps = self.open_steps(&id, &case);
        let summary = &case.judged.summary;
        let mut desk = self.case_desk(&id, &record, &case, &steps, now);
        desk.penalties = penalties;
        desk.attachments = self.attachment_views(&id, &record);
        desk.may_propose_penalty =
            self.may_propose_penalty(&id.segment.working_branch(), record.pack.as_ref());
        let found = self.segments.find(&id.segment).zip(self.segments.row(&id));
        let (row, state) = match found {
            Some((segment, row)) => (self.case_row(segment, row, now), due_state(row, now)),
            None => Default::default(),
        };
        let name_of = |id: &EventId| {
            summary
                .event(id)
                .map(|event| event.event.step.name().to_owned())
        };
        let file = RecordId::parse(&row.customer_id)
            .ok()
            .and_then(|id| self.segments.row(&id));
        Ok(CaseRecord {
            customer_name: file
                .map_or("", |file| file.customer(CustomerColumn::Name))
                .to_owned(),
            row,
            fields: field_views(&record),
            conflicts: conflict_views(&record),
            events: summary
                .events
                .iter()
                .map(|event| event_view(&event.event, event.out_of_order))
                .collect(),
            heads: summary.heads.iter().map(ToString::to_string).collect(),
            clashes: summary
                .clashes
                .iter()
                .map(|clash| ClashView {
                    events: clash.events.iter().map(ToString::to_string).collect(),
                    steps: clash.events.iter().filter_map(name_of).collect(),
                })
                .collect(),
            steps: Self::step_forms(&case, steps.clone()),
            deadline: self.deadline_view(&id, &record, state),
            desk: Box::new(desk),
            reopened: summary.reopened,
            issues: issues
                .into_iter()
                .map(|issue| format!("{}: {}", issue.record, issue.what))
                .collect(),
        })
    }

    /// Returns the deadline of a case without a pack.
    fn deadline_view(
        &self,
        id: &RecordId,
        record: &Record,
        state: DueState,
    ) -> Option<DeadlineView> {
        if record.pack.is_some() {
            return None;
        }
        let text = record.clock.as_deref()?;
        let length = Length::parse(text).ok()?;
        let from = record.received.unwrap_or(record.created);
        let branch = id.segment.working_branch();
        let calendar = self.policies.calendar_of(branch.as_str());
        let found = deadline(calendar, from, length);
        Some(DeadlineView {
            due: found.due,
            from,
            length: text.to_owned(),
            provisional: found.provisional,
            state,
            explanation: found.explanation.into_iter().map(span_view).collect(),
        })
    }

    /// Returns what the desk shows of a case beside its record.
    fn case_desk(
        &self,
        id: &RecordId,
        record: &Record,
        case: &Case<'_>,
        steps: &[Step],
        now: Millis,
    ) -> CaseDesk {
        let summary = &case.judged.summary;
        let mut desk = CaseDesk {
            pack: record
                .pack
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            paused: summary.paused,
            marks: marks(record, case, now),
            proposal: case
                .judged
                .proposal()
                .map(|proposal| proposal_view(&proposal, case, steps)),
            actions: actions(summary)
                .iter()
                .map(|action| action_view(action, &case.today))
                .collect(),
            matter: self.matter(id, record, now),
            duplicates: self.duplicates(id, summary, now),
            continuation: self.continuation_view(id, record, summary, now),
            ..CaseDesk::default()
        };
        if let Some(pack) = case.judged.pack {
            let extends = steps.contains(&Step::Extended);
            desk.clocks = case
                .clocks
                .iter()
                .map(|status| clock_view(pack, status, extends, now))
                .collect();
            let facts = Facts::of(record, summary, &self.settings.company, &case.today);
            fill_lists(&mut desk, pack, &case.judged.facts.kind, &facts);
        }
        desk
    }

    /// Returns the other cases on the same matter.
    fn matter(&self, id: &RecordId, record: &Record, now: Millis) -> Vec<CaseRow> {
        let own = id.to_string();
        let leader = match record.field("matter") {
            "" => own.as_str(),
            leader => leader,
        };
        self.linked(id, leader, now, |desk| desk.matter == leader)
    }

    /// Returns the cases found to be the same as this one, and the one that goes on.
    fn duplicates(&self, id: &RecordId, summary: &CaseSummary, now: Millis) -> Vec<CaseRow> {
        let own = id.to_string();
        let original = summary
            .in_force()
            .rev()
            .find(|event| event.step == Step::Duplicate)
            .map_or("", |event| event.datum(datum::ORIGINAL));
        self.linked(id, original, now, |desk| desk.original == own)
    }

    /// Returns the case named `first`, and those whose row is linked as `is` says; never `own`.
    fn linked(
        &self,
        own: &RecordId,
        first: &str,
        now: Millis,
        is: impl Fn(&DeskRow) -> bool,
    ) -> Vec<CaseRow> {
        let first = RecordId::parse(first).ok();
        let mut rows = Vec::new();
        for segment in self
            .segments
            .iter()
            .filter(|segment| segment.key.kind.is_case())
        {
            let at = |id: &RecordId, row: RowRef<'_>| {
                row.local() == id.local && segment.key == id.segment
            };
            for row in segment.iter() {
                let linked = (row.is_linked() && row.desk().as_ref().is_some_and(&is))
                    || first.as_ref().is_some_and(|first| at(first, row));
                if linked && !at(own, row) {
                    rows.push(self.case_row(segment, row, now));
                    if rows.len() == MAX_LINKED {
                        return rows;
                    }
                }
            }
        }
        rows
    }
}

/// Returns an action as a list shows it; the case is filled in where the list is of several.
pub(crate) fn action_view(action: &Action, today: &str) -> ActionView {
    let state = if action.is_overdue(today) {
        "overdue"
    } else {
        action.state.name()
    };
    ActionView {
        id: action.id.clone(),
        kind: action.kind.clone(),
        text: action.text.clone(),
        owner: action.owner.clone(),
        due: action.due.clone(),
        state: state.to_owned(),
        verified_by: if action.state == ActionState::Verified {
            action.verified_by.clone()
        } else {
            String::new()
        },
        ..ActionView::default()
    }
}

fn marks(record: &Record, case: &Case<'_>, now: Millis) -> Vec<MarkView> {
    let mut marks: Vec<MarkView> = case
        .judged
        .marks(record)
        .iter()
        .map(|mark| MarkView {
            kind: mark.name().to_owned(),
            event: mark.event().map(ToString::to_string).unwrap_or_default(),
            detail: match mark {
                huiyin_core::mark::Mark::Recused { name, .. } => name.clone(),
                _ => String::new(),
            },
        })
        .collect();
    // A clock that starts with a date the customer names limits the customer, not the company.
    let late = |status: &&ClockStatus| {
        status.stopped.is_some()
            && status.is_late(now)
            && case
                .judged
                .pack
                .and_then(|pack| pack.clock(&status.name))
                .is_some_and(|clock| matches!(clock.start, Start::Field(_)))
    };
    // Nobody has acted since a corrected calendar moved the deadline.
    let heads = case.judged.summary.heads.iter();
    let recomputed = heads
        .filter_map(|head| case.judged.summary.event(head))
        .map(|folded| &folded.event)
        .filter(|event| !event.datum(datum::NEW_DUE).is_empty());
    marks.extend(recomputed.map(|event| MarkView {
        kind: "limit_recomputed".to_owned(),
        event: event.id.to_string(),
        detail: event.datum(datum::CLOCK).to_owned(),
    }));
    marks.extend(case.clocks.iter().filter(late).map(|status| MarkView {
        kind: "late_objection".to_owned(),
        event: String::new(),
        detail: status.name.clone(),
    }));
    marks
}

fn proposal_view(proposal: &Proposal, case: &Case<'_>, steps: &[Step]) -> ProposalView {
    let signed = proposal.signed.iter().map(|signature| SignatureView {
        role: signature.role.clone(),
        by: signature.by.clone(),
        at: Some(signature.at),
    });
    let wanted = proposal
        .chain
        .iter()
        .skip(proposal.signed.len())
        .map(|approver| SignatureView {
            role: approver.role.clone(),
            ..SignatureView::default()
        });
    let signs = proposal
        .may_sign(&case.actor, &case.branch)
        .is_some_and(|sign_as| steps.contains(&sign_as.step));
    ProposalView {
        event: proposal.event.to_string(),
        remedy: proposal.remedy.clone(),
        amount: proposal.amount,
        note: proposal.note.clone(),
        by: proposal.by.clone(),
        at: proposal.at,
        signatures: signed.chain(wanted).collect(),
        delegated_to: proposal
            .delegated
            .iter()
            .map(|given| given.to.clone())
            .collect(),
        may_sign: signs,
        stale_approval: proposal.stale_approval,
    }
}

/// Returns a clock as the screen shows it. `extends`: the person may extend clocks.
pub(crate) fn clock_view(
    pack: &Pack,
    status: &ClockStatus,
    extends: bool,
    now: Millis,
) -> ClockView {
    let rule = pack.clock(&status.name);
    let special = status
        .extended
        .then(|| pack.special_of(&status.name))
        .flatten();
    let (due, provisional, explanation) = match &status.deadline {
        Some(Deadline {
            due,
            provisional,
            explanation,
        }) => (
            Some(*due),
            *provisional,
            explanation.iter().cloned().map(span_view).collect(),
        ),
        None => (None, false, Vec::new()),
    };
    ClockView {
        name: status.name.clone(),
        title: rule.map(|rule| rule.text.clone()).unwrap_or_default(),
        from: status.started,
        due,
        length: status.length.clone(),
        provisional,
        state: clock_state(status, now),
        stopped: status.stopped,
        paused_since: status.paused_since,
        extended: status.extended,
        may_extend: status.may_extend && extends,
        explanation,
        source: special
            .or(rule)
            .map(|rule| rule.source.clone())
            .unwrap_or_default(),
    }
}

fn clock_state(status: &ClockStatus, now: Millis) -> DueState {
    let Some(due) = status.due() else {
        return DueState::None;
    };
    match status.stopped {
        Some(_) if status.is_late(now) => DueState::Late,
        Some(_) => DueState::Met,
        None if due < now => DueState::Overdue,
        None if due - now <= SOON_MS => DueState::Soon,
        None => DueState::OnTime,
    }
}

/// Returns a line of the explanation of a deadline.
pub(crate) fn span_view(span: Span) -> SpanView {
    let (kind, name) = match span.kind {
        SpanKind::Start => ("start", String::new()),
        SpanKind::Working => ("working", String::new()),
        SpanKind::RestDay { name } => ("rest_day", name),
        SpanKind::Holiday { name } => ("holiday", name),
        SpanKind::MakeUp { name } => ("make_up", name),
        SpanKind::Paused => ("paused", String::new()),
        SpanKind::Omitted { days } => ("omitted", days.to_string()),
        SpanKind::Due => ("due", String::new()),
    };
    SpanView {
        date: span.date,
        kind: kind.to_owned(),
        name,
        counted: span.counted,
    }
}
