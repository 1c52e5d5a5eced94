//! Cases: registering, steps, and the whole record with its deadline. What may follow what is decided by `huiyin-core`.

use std::collections::BTreeMap;

use huiyin_api::{
    Answer, CaseRecord, ClashView, DeadlineView, DueState, Problem, ProblemCode, SpanView,
    StepForm, StepIntent,
};
use huiyin_core::calendar::{Length, SpanKind, deadline};
use huiyin_core::case::{CaseEvent, CaseSummary, Step, StepError, allowed_steps, check_step, fold};
use huiyin_core::hybrid_clock::HybridClock;
use huiyin_core::id::{EventId, RecordId, RecordKind};
use huiyin_document::{DocumentKey, Edit, Hand, NewRecord, Record};

use crate::Millis;
use crate::customers::{conflict_views, event_view, field_views, note_text, validate_all};
use crate::lists::due_state;
use crate::replica::Replica;
use crate::task::{Run, Tx};

/// Longest text of a step's field, in characters.
const MAX_STEP_TEXT: usize = 20_000;

impl Replica {
    /// Registers a case in this device's branch.
    pub fn register_case(
        &mut self,
        tx: &mut Tx<'_>,
        fields: &BTreeMap<String, String>,
        note: &str,
    ) -> Run<Answer> {
        let mut fields = validate_all(RecordKind::Case, fields)?;
        let note = note_text(note)?;
        let branch = self.branch()?;
        if fields.get("subject").is_none_or(String::is_empty) {
            return Err(Problem::at(ProblemCode::Missing, "subject").into());
        }
        let kind = fields.entry("kind".to_owned()).or_default();
        if kind.is_empty() {
            "complaint".clone_into(kind);
        }
        let today = self.policies.calendar.date_of(tx.now).to_string();
        let received_at = fields.entry("received_at".to_owned()).or_default();
        if received_at.is_empty() {
            received_at.clone_from(&today);
        }
        if *received_at > today {
            return Err(Problem::at(ProblemCode::BadField, "received_at")
                .because("the date lies ahead: a case is registered when it has come")
                .into());
        }
        let received = if *received_at == today {
            tx.now
        } else {
            self.day_start(received_at).unwrap_or(tx.now)
        };
        let period = received_at
            .chars()
            .filter(char::is_ascii_digit)
            .take(6)
            .collect::<String>();
        let segment = self.segment_for(RecordKind::Case, &branch, &period);
        let key = DocumentKey::Segment(segment.clone());
        self.documents.get(&key)?;

        let number = self.next_number(tx, &branch)?;
        let author = self.author(tx);
        let mut event = CaseEvent::new(
            EventId::from_u64(tx.entropy.next_u64()),
            Step::Registered,
            author.at,
            &author.by,
            &author.device,
        );
        event.note = note;
        let local = tx.entropy.next_u64();
        let record = NewRecord {
            local,
            number: number.clone(),
            created: author.at,
            created_by: author.by.clone(),
            received: Some(received),
            clock: Some(self.settings.case_clock.clone()),
            fields,
            events: vec![event],
            ..NewRecord::default()
        };
        self.edit(
            tx,
            &key,
            &author,
            Hand::Person,
            &[Edit::Create(Box::new(record))],
        );
        Ok(Answer::Saved {
            id: RecordId::new(segment, local).to_string(),
            number,
        })
    }

    /// Changes fields of a case.
    pub fn edit_case(
        &mut self,
        tx: &mut Tx<'_>,
        id: &str,
        fields: &BTreeMap<String, String>,
    ) -> Run<Answer> {
        let fields = validate_all(RecordKind::Case, fields)?;
        let (id, key) = self.open_record(id)?;
        Ok(self.save_fields(tx, &id, &key, &fields))
    }

    /// Takes a step.
    pub fn take_step(&mut self, tx: &mut Tx<'_>, text: &str, intent: &StepIntent) -> Run<Answer> {
        let (id, record, _) = self.read_record(text)?;
        let step = Step::parse(&intent.step).ok_or_else(|| {
            Problem::at(ProblemCode::StepRefused, &intent.step).because("there is no such step")
        })?;
        let summary = fold(&record.events);
        // A step comes after what its author saw, also on a device whose clock is a little slow and that was just started.
        for event in &record.events {
            let seen = HybridClock {
                wall_ms: event.at,
                counter: 0,
            };
            if event.at > self.clock.wall_ms.max(tx.now) {
                self.clock.receive(seen, tx.now);
            }
        }
        let author = self.author(tx);
        let event = event_of(
            intent,
            step,
            &summary,
            EventId::from_u64(tx.entropy.next_u64()),
            &author,
        )?;
        if let Some(branch) = &event.to_branch
            && !self.settings.branches.contains_key(branch)
        {
            return Err(Problem::at(ProblemCode::BadField, "to_branch")
                .because(format!("there is no branch {branch}"))
                .into());
        }
        let against = record.field("against_person");
        let against = (!against.is_empty()).then_some(against);
        check_step(&summary, &event, &self.actor(), against)
            .map_err(|error| step_problem(step, &error))?;
        let key = DocumentKey::Segment(id.segment.clone());
        self.edit(
            tx,
            &key,
            &author,
            Hand::Person,
            &[Edit::Append {
                local: id.local,
                event: Box::new(event),
            }],
        );
        Ok(Answer::Saved {
            id: id.to_string(),
            number: record.number,
        })
    }

    /// Returns a case as the screen shows it.
    pub fn case(&mut self, text: &str, now: Millis) -> Run<CaseRecord> {
        let (id, record, issues) = self.read_record(text)?;
        if id.kind() != RecordKind::Case {
            return Err(Problem::at(ProblemCode::NotFound, text).into());
        }
        let summary = fold(&record.events);
        let found = self
            .segments
            .iter()
            .find(|segment| segment.key == id.segment)
            .zip(self.segments.row(&id));
        let (row, state) = match found {
            Some((segment, row)) => (self.case_row(segment, row, now), due_state(row, now)),
            None => Default::default(),
        };
        let name_of = |id: &EventId| {
            summary
                .events
                .iter()
                .find(|event| event.event.id == *id)
                .map(|event| event.event.step.name().to_owned())
        };
        Ok(CaseRecord {
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
            steps: self.step_forms(&summary),
            deadline: self.deadline_view(&record, state),
            desk: Box::default(),
            reopened: summary.reopened,
            issues: issues
                .into_iter()
                .map(|issue| format!("{}: {}", issue.record, issue.what))
                .collect(),
        })
    }

    /// Returns the steps the person may take, those that lead on before the one that was taken last.
    fn step_forms(&self, summary: &CaseSummary) -> Vec<StepForm> {
        let mut steps = allowed_steps(summary, &self.actor());
        steps.sort_by_key(|step| step.name() == summary.state.name());
        steps.into_iter().map(step_form).collect()
    }

    fn deadline_view(&self, record: &Record, state: DueState) -> Option<DeadlineView> {
        let text = record.clock.as_deref()?;
        let length = Length::parse(text).ok()?;
        let from = record.received.unwrap_or(record.created);
        let found = deadline(&self.policies.calendar, from, length);
        let span = |span: huiyin_core::calendar::Span| {
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
        };
        Some(DeadlineView {
            due: found.due,
            from,
            length: text.to_owned(),
            provisional: found.provisional,
            state,
            explanation: found.explanation.into_iter().map(span).collect(),
        })
    }
}

/// Returns the event of an intent. What was seen is what comes before it; nothing given means the latest.
fn event_of(
    intent: &StepIntent,
    step: Step,
    summary: &CaseSummary,
    id: EventId,
    author: &huiyin_document::Author,
) -> Result<CaseEvent, Problem> {
    let text = |field: &str, value: &str| -> Result<Option<String>, Problem> {
        let value = value.trim();
        if value.chars().count() > MAX_STEP_TEXT || value.contains('\0') {
            return Err(Problem::at(ProblemCode::BadField, field)
                .because(format!("at most {MAX_STEP_TEXT} characters of plain text")));
        }
        Ok((!value.is_empty()).then(|| value.to_owned()))
    };
    let mut event = CaseEvent::new(
        id,
        step,
        intent.at.unwrap_or(author.at),
        &author.by,
        &author.device,
    );
    if event.at > author.at {
        return Err(Problem::at(ProblemCode::BadField, "at").because("the time lies ahead"));
    }
    event.note = note_text(&intent.note)?;
    event.after = if intent.seen.is_empty() {
        summary.heads.clone()
    } else {
        intent
            .seen
            .iter()
            .map(|id| EventId::parse(id))
            .collect::<Result<_, _>>()
            .map_err(|error| {
                Problem::at(ProblemCode::BadField, "seen").because(error.to_string())
            })?
    };
    event.reason = text("reason", &intent.reason)?;
    event.assignee = text("assignee", &intent.assignee)?;
    event.department = text("department", &intent.department)?;
    event.to_branch = text("to_branch", &intent.to_branch)?;
    event.cause = text("cause", &intent.cause)?;
    event.conclusion = text("conclusion", &intent.conclusion)?;
    event.countermeasure = text("countermeasure", &intent.countermeasure)?;
    event.prevention = text("prevention", &intent.prevention)?;
    event.satisfied = intent.satisfied;
    event.score = intent.score;
    event.amount = intent.amount;
    Ok(event)
}

fn step_problem(step: Step, error: &StepError) -> Problem {
    let code = match error {
        StepError::Recused { .. } => ProblemCode::Recused,
        StepError::NotYours { .. } | StepError::NotYoursByPolicy { .. } => ProblemCode::NotAllowed,
        StepError::Missing { .. } => ProblemCode::Missing,
        error if error.place().is_some() => ProblemCode::BadField,
        _ => ProblemCode::StepRefused,
    };
    Problem::at(code, error.place().unwrap_or(step.name())).because(error.to_string())
}

/// Returns what a step needs and offers. What it needs is what core would miss in an empty event.
fn step_form(step: Step) -> StepForm {
    let (needs, offers): (&[&str], &[&str]) = match step {
        Step::NotUpheld | Step::Withdrawn | Step::Reopened | Step::SentBack | Step::Malicious => {
            (&["reason"], &["note"])
        }
        Step::Duplicate => (&[], &["reason", "note"]),
        Step::Forwarded => (&["to_branch"], &["reason", "note"]),
        Step::Assigned => (&["assignee_or_department"], &["note"]),
        Step::Investigated => (
            &["conclusion"],
            &["cause", "countermeasure", "prevention", "note"],
        ),
        Step::Proposed | Step::Approved | Step::CarriedOut => (&[], &["amount", "note"]),
        Step::Answered | Step::Noted => (&["note"], &[]),
        Step::CalledBack => (&["satisfied"], &["score", "note"]),
        Step::Imported => (&["imported_state"], &[]),
        _ => (&[], &["note"]),
    };
    let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    StepForm {
        step: step.name().to_owned(),
        needs: own(needs),
        offers: own(offers),
    }
}

#[cfg(test)]
mod tests {
    use huiyin_core::staff::{Actor, Role};

    use super::*;

    #[test]
    fn a_form_asks_for_exactly_what_core_would_miss() {
        let actor = Actor::new("王芳", Role::ALL);
        for step in Step::ALL {
            let form = step_form(*step);
            let empty = CaseEvent::new(EventId::from_u64(9), *step, 10, "王芳", "d");
            let missing = huiyin_core::rules::missing_data(&empty);
            assert_eq!(
                form.needs.first().map(String::as_str),
                missing.as_ref().map(huiyin_core::case::RequiredData::place),
                "{}",
                step.name()
            );
        }
        assert!(actor.is_named("王芳"));
    }
}
