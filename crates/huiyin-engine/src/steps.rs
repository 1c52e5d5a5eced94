//! Steps of cases: what a person does becomes an event, checked by `huiyin-core` under the pack the case began under.
//!
//! Long, because one step and several at once, the forms of steps and the refusals share their tables.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::{Answer, Problem, ProblemCode, StepForm, StepIntent};
use huiyin_core::case::{CaseEvent, Step, StepError};
use huiyin_core::case_data as datum;
use huiyin_core::hybrid_clock::HybridClock;
use huiyin_core::id::{EventId, RecordId};
use huiyin_core::pack::Pack;
use huiyin_core::pack::clocks::ClockStatus;
use huiyin_core::rules::{StepContext, allowed, check, needs};
use huiyin_core::staff::Actor;
use huiyin_document::{Author, DocumentKey, Edit, Hand, Judged, Record};

use crate::Millis;
use crate::customers::note_text;
use crate::replica::Replica;
use crate::task::{Halt, Run, Tx};

/// Longest text of a step's field, in characters.
const MAX_STEP_TEXT: usize = datum::MAX_VALUE;
/// Most cases one act is about.
pub(crate) const MAX_CASES_AT_ONCE: usize = 100;

/// A case with everything rules ask about it.
pub(crate) struct Case<'a> {
    pub id: String,
    pub branch: String,
    pub against_person: String,
    pub continuation: bool,
    pub judged: Judged<'a>,
    pub clocks: Vec<ClockStatus>,
    pub today: String,
    pub actor: Actor,
}

impl Case<'_> {
    /// Returns what decides about a step.
    pub fn context(&self) -> StepContext<'_> {
        let judged = &self.judged;
        StepContext {
            record: &self.id,
            branch: &self.branch,
            against_person: (!self.against_person.is_empty()).then_some(&self.against_person),
            kind: &judged.facts.kind,
            severity: &judged.facts.severity,
            category: &judged.facts.category,
            pack: judged.pack,
            pack_missing: judged.pack_missing,
            continuation: self.continuation,
            way: judged.way.clone(),
            clocks: &self.clocks,
            today: &self.today,
            ..StepContext::new(&judged.summary, &self.actor)
        }
    }
}

/// An act that passed every check, and the writes it becomes.
pub(crate) struct Prepared {
    pub id: RecordId,
    pub number: String,
    pub edits: Vec<(DocumentKey, Edit)>,
}

impl Replica {
    /// Returns a case with everything rules ask about it. For the person at this device.
    pub fn judge(&self, id: &RecordId, record: &Record, now: Millis) -> Case<'_> {
        let branch = id.segment.working_branch();
        let judged = Judged::of(record, &self.policies);
        let calendar = self.policies.calendar_of(branch.as_str());
        Case {
            id: id.to_string(),
            against_person: record.field("against_person").to_owned(),
            continuation: id.segment.to_branch().is_some(),
            clocks: judged.clocks(calendar),
            judged,
            today: calendar.date_of(now).to_string(),
            branch: branch.to_string(),
            actor: self.actor(),
        }
    }

    /// Takes a step.
    pub fn take_step(&mut self, tx: &mut Tx<'_>, text: &str, intent: &StepIntent) -> Run<Answer> {
        let (id, record, _) = self.read_record(text)?;
        hand_over(&mut self.clock, tx.now, &record);
        let author = self.author(tx);
        let prepared = self.prepare_step(tx, &author, id, record, intent)?;
        let answer = Answer::Saved {
            id: prepared.id.to_string(),
            number: prepared.number.clone(),
        };
        self.write_steps(tx, &author, vec![prepared]);
        Ok(answer)
    }

    /// Takes the same step of several cases: all or none, as one act.
    pub fn take_steps(
        &mut self,
        tx: &mut Tx<'_>,
        ids: &[String],
        intent: &StepIntent,
    ) -> Run<Answer> {
        let ids: BTreeSet<&String> = ids.iter().collect();
        if ids.is_empty() {
            return Err(Problem::at(ProblemCode::Missing, "cases").into());
        }
        if ids.len() > MAX_CASES_AT_ONCE {
            return Err(Problem::at(ProblemCode::BadField, "cases")
                .because(format!("at most {MAX_CASES_AT_ONCE} cases at once"))
                .into());
        }
        let keys = ids
            .iter()
            .map(|id| Ok(DocumentKey::Segment(self.live(id)?.segment)))
            .collect::<Result<Vec<_>, Problem>>()?;
        self.documents.require(&keys)?;
        let mut records = Vec::with_capacity(ids.len());
        for text in ids {
            let (id, record, _) = self.read_record(text)?;
            hand_over(&mut self.clock, tx.now, &record);
            records.push((id, record));
        }
        let author = self.author(tx);
        // What one person saw of one case is nothing another case knows.
        let intent = StepIntent {
            seen: Vec::new(),
            ..intent.clone()
        };
        let mut prepared = Vec::with_capacity(records.len());
        for (id, record) in records {
            let number = record.number.clone();
            let done = self
                .prepare_step(tx, &author, id, record, &intent)
                .map_err(|halt| match halt {
                    Halt::Problem(problem) => {
                        let detail = format!("{number}: {}", problem.detail);
                        Halt::Problem(problem.because(detail))
                    }
                    need @ Halt::Need(_) => need,
                })?;
            prepared.push(done);
        }
        self.write_steps(tx, &author, prepared);
        Ok(Answer::Done)
    }

    /// Checks a step of a read record and returns the writes it becomes. Nothing is written yet.
    pub fn prepare_step(
        &mut self,
        tx: &mut Tx<'_>,
        author: &Author,
        id: RecordId,
        record: Record,
        intent: &StepIntent,
    ) -> Run<Prepared> {
        let step = Step::parse(&intent.step).ok_or_else(|| {
            Problem::at(ProblemCode::StepRefused, &intent.step).because("there is no such step")
        })?;
        self.may_change(&id, Some(step))?;
        let case = self.judge(&id, &record, tx.now);
        let mut event = event_of(
            intent,
            step,
            &case.judged.summary.heads,
            EventId::from_u64(tx.entropy.next_u64()),
            author,
        )?;
        complete(tx, &case, &mut event);
        if let Some(branch) = &event.to_branch
            && !self.settings.branches.contains_key(branch)
        {
            return Err(Problem::at(ProblemCode::BadField, "to_branch")
                .because(format!("there is no branch {branch}"))
                .into());
        }
        check_event(&case, &event)?;
        let summary = case.judged.summary;
        self.check_forwarded(&summary, step)?;
        let continuation = self.continuation_of(tx, &id, &record, &summary, author, &mut event)?;
        let key = DocumentKey::Segment(id.segment.clone());
        let mut edits = Vec::new();
        // Lists, exports and forms read the field; the events decide.
        let severity = event.datum(datum::SEVERITY);
        if step == Step::Classed && severity != record.field("severity") {
            let edit = Edit::SetField {
                local: id.local,
                field: "severity".to_owned(),
                value: severity.to_owned(),
            };
            edits.push((key.clone(), edit));
        }
        let edit = Edit::Append {
            local: id.local,
            event: Box::new(event),
        };
        edits.push((key, edit));
        edits.extend(continuation);
        Ok(Prepared {
            id,
            number: record.number,
            edits,
        })
    }

    /// Writes acts that passed their checks: one change per document, under one action id.
    pub fn write_steps(&mut self, tx: &mut Tx<'_>, author: &Author, prepared: Vec<Prepared>) {
        let mut by_document: BTreeMap<DocumentKey, Vec<Edit>> = BTreeMap::new();
        for (key, edit) in prepared.into_iter().flat_map(|act| act.edits) {
            by_document.entry(key).or_default().push(edit);
        }
        for (key, edits) in by_document {
            self.edit(tx, &key, author, Hand::Person, &edits);
        }
    }

    /// Returns the steps the person may take here.
    pub fn open_steps(&self, id: &RecordId, case: &Case<'_>) -> Vec<Step> {
        let summary = &case.judged.summary;
        allowed(&case.context())
            .into_iter()
            .filter(|step| self.is_offered(id, summary, *step))
            .collect()
    }

    /// Returns the forms of steps, those that lead on before the one that was taken last.
    pub fn step_forms(case: &Case<'_>, mut steps: Vec<Step>) -> Vec<StepForm> {
        let judged = &case.judged;
        steps.sort_by_key(|step| step.name() == judged.summary.state.name());
        steps
            .into_iter()
            .map(|step| step_form(step, judged.pack, &judged.facts.kind))
            .collect()
    }
}

/// Takes the clock on to the events of a record: a step comes after what its author saw, also on a device whose clock is a
/// little slow and that was just started.
pub(crate) fn hand_over(clock: &mut HybridClock, now: Millis, record: &Record) {
    for event in &record.events {
        let seen = HybridClock {
            wall_ms: event.at,
            counter: 0,
        };
        if event.at > clock.wall_ms.max(now) {
            clock.receive(seen, now);
        }
    }
}

/// Checks an event by the rules of its case.
pub(crate) fn check_event(case: &Case<'_>, event: &CaseEvent) -> Result<(), Problem> {
    check(&case.context(), event).map_err(|error| step_problem(event.step, &error))
}

/// Fills in what follows from the case: the role a person signs as, the id of a new action.
fn complete(tx: &mut Tx<'_>, case: &Case<'_>, event: &mut CaseEvent) {
    let signs = matches!(
        event.step,
        Step::Approved | Step::Endorsed | Step::SentBack | Step::Delegated
    );
    if signs && event.datum(datum::AS_ROLE).is_empty() {
        let sign_as = case
            .context()
            .proposal()
            .and_then(|proposal| proposal.may_sign(&case.actor, &case.branch));
        if let Some(sign_as) = sign_as.filter(|sign_as| !sign_as.role.is_empty()) {
            event.data.insert(datum::AS_ROLE.to_owned(), sign_as.role);
        }
    }
    if event.step == Step::ActionPlanned && event.datum(datum::ACTION).is_empty() {
        event.data.insert(datum::ACTION.to_owned(), tx.random_id());
    }
}

/// Returns the event of an intent. What was seen is what comes before it; nothing given means the latest.
pub(crate) fn event_of(
    intent: &StepIntent,
    step: Step,
    heads: &[EventId],
    id: EventId,
    author: &Author,
) -> Result<CaseEvent, Problem> {
    let text = |field: &str, value: &str| -> Result<Option<String>, Problem> {
        let value = value.trim();
        if value.chars().count() > MAX_STEP_TEXT || value.contains('\0') {
            return Err(Problem::at(ProblemCode::BadField, field).because(format!(
                "it has {} characters: shorten it to {MAX_STEP_TEXT} of plain text",
                value.chars().count()
            )));
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
        heads.to_vec()
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
    if intent.data.len() > datum::MAX_ENTRIES {
        return Err(Problem::at(ProblemCode::BadField, "data")
            .because(format!("at most {} entries", datum::MAX_ENTRIES)));
    }
    for (name, value) in &intent.data {
        if let Some(value) = text(name, value)? {
            event.data.insert(name.clone(), value);
        }
    }
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

/// What steps offer beside what they need: fields of the intent and names of data.
const OFFERS: &[(Step, &[&str])] = &[
    (Step::Duplicate, &[datum::ORIGINAL, "reason"]),
    (Step::Forwarded, &["reason"]),
    (Step::Returned, &["reason"]),
    (Step::Assigned, &["assignee", "department", datum::LIMIT]),
    (
        Step::Investigated,
        &[
            datum::COURSE,
            "cause",
            datum::CAUSE_ID,
            datum::RESPONSIBLE,
            "countermeasure",
            "prevention",
        ],
    ),
    (Step::Proposed, &[datum::REMEDY, "amount"]),
    (Step::Approved, &["amount"]),
    (Step::CarriedOut, &["amount"]),
    (Step::Answered, &[datum::TEMPLATE, datum::CHANNEL]),
    (Step::CalledBack, &["score"]),
    (Step::Classed, &[datum::CRITERIA]),
    (Step::Paused, &[datum::CLOCK]),
    (Step::Resumed, &[datum::CLOCK]),
];

/// Returns what a step needs and offers under a pack.
pub(crate) fn step_form(step: Step, pack: Option<&Pack>, kind: &str) -> StepForm {
    let needs = needs(step, pack, kind);
    let mut offers: Vec<String> = Vec::new();
    let own = OFFERS
        .iter()
        .filter(|(of, _)| *of == step)
        .flat_map(|(_, names)| names.iter().copied());
    let packs = pack
        .into_iter()
        .flat_map(|pack| pack.step_fields(step, kind))
        .map(|field| field.id.as_str());
    let rest = match step {
        Step::Imported => &[][..],
        _ => &["note"],
    };
    for name in own.chain(packs).chain(rest.iter().copied()) {
        let known = needs.iter().chain(&offers).any(|known| known == name);
        if !known {
            offers.push(name.to_owned());
        }
    }
    StepForm {
        step: step.name().to_owned(),
        needs,
        offers,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_asks_first_for_what_core_would_miss() {
        for step in Step::ALL {
            let form = step_form(*step, None, "complaint");
            let empty = CaseEvent::new(EventId::from_u64(9), *step, 10, "王芳", "d");
            let missing = huiyin_core::rules::missing_data(&empty);
            assert_eq!(
                form.needs.first().map(String::as_str),
                missing.as_ref().map(huiyin_core::case::RequiredData::place),
                "{}",
                step.name()
            );
            assert!(
                form.needs.iter().all(|name| !form.offers.contains(name)),
                "nothing is both needed and offered: {form:?}"
            );
        }
    }
}
