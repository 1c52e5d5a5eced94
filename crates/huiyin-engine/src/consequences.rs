//! Penalties and rewards (责任与处罚): proposing, deciding, showing. The clause book and the rights are core's; here is which
//! device may hold them.
//!
//! A record lies in a segment of the branch of its case, in the stream of that branch's managers: a device without that
//! stream's key neither receives it nor can read it. On a device that has the key only those entitled see it; the person it is
//! about sees their own once they are published.
//!
//! Long: the requests of penalties share who is entitled to see what.

use std::collections::BTreeSet;

use huiyin_api::{
    Answer, PenaltiesView, PenaltyIntent, PenaltySum, PenaltyView, Problem, ProblemCode, StepIntent,
};
use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::case_data;
use huiyin_core::consequence::{
    Consequence, PenaltyContext, PenaltyError, allowed, check, fold, is_entitled, span, sums,
};
use huiyin_core::hybrid_clock::HybridClock;
use huiyin_core::id::{BranchCode, EventId, RecordId, RecordKind};
use huiyin_core::pack::{Pack, PackRef};
use huiyin_core::text::same_name;
use huiyin_document::{
    CaseColumn, ConsequenceColumn, DocumentKey, Edit, Hand, NewRecord, Record, managers_stream,
};
use huiyin_sync::StreamId;

use crate::customers::event_view;
use crate::replica::Replica;
use crate::task::{Run, Tx};

/// Penalties and rewards shown at once.
const MAX_SHOWN: usize = 2_000;
/// Penalties and rewards of "my day".
const HOME_PENALTIES: usize = 50;
/// Row group of those that wait for a decision.
const WAITING: u8 = 0;
/// Row group of those that were turned down or taken back.
const VOID: u8 = 2;

/// One penalty or reward, read.
struct Found {
    id: RecordId,
    record: Record,
    consequence: Consequence,
}

fn problem(step: Step, error: &PenaltyError) -> Problem {
    let code = match error {
        PenaltyError::NotNow { .. } | PenaltyError::NotHeard { .. } => ProblemCode::StepRefused,
        PenaltyError::OwnMatter { .. } => ProblemCode::Recused,
        PenaltyError::NotYours { .. } | PenaltyError::OwnProposal { .. } => ProblemCode::NotAllowed,
        PenaltyError::Missing { .. } => ProblemCode::Missing,
        _ => ProblemCode::BadField,
    };
    Problem::at(code, error.place().unwrap_or(step.name())).because(error.to_string())
}

impl Replica {
    /// Returns whether this device holds the managers' stream of a branch.
    fn holds_managers(&self, branch: &BranchCode) -> bool {
        self.identity.as_ref().is_some_and(|identity| {
            let stream = StreamId::derive(&identity.workspace(), &managers_stream(branch));
            self.members.key(&stream).is_some()
        })
    }

    /// Returns whether this device holds the managers' stream of a branch, or may make it because nobody has.
    fn may_hold_managers(&self, branch: &BranchCode) -> bool {
        self.holds_managers(branch)
            || self.identity.as_ref().is_some_and(|identity| {
                let stream = StreamId::derive(&identity.workspace(), &managers_stream(branch));
                let membership = &self.members.membership;
                self.is_administrator() && membership.current_epoch(&stream).is_none()
            })
    }

    /// Returns the clause book of a case's version, or of the active one.
    fn clause_book(&self, reference: Option<&PackRef>) -> Option<(PackRef, Pack)> {
        match reference {
            Some(reference) => self
                .policies
                .pack(reference)
                .map(|pack| (reference.clone(), pack.clone())),
            None => self
                .policies
                .active()
                .map(|(reference, pack)| (reference.clone(), pack.clone())),
        }
    }

    /// Returns whether the person at the device may propose a penalty in a case of this branch under this version.
    pub fn may_propose_penalty(&self, branch: &BranchCode, reference: Option<&PackRef>) -> bool {
        let Some((_, pack)) = self.clause_book(reference) else {
            return false;
        };
        let nothing = fold(&[]);
        let context = PenaltyContext {
            consequence: &nothing,
            actor: &self.actor(),
            pack: Some(&pack),
            nth: 1,
        };
        self.may_hold_managers(branch)
            && !pack.clauses.is_empty()
            && allowed(&context).contains(&Step::PenaltyProposed)
    }

    /// Counts the breach of a clause by a person in a month, from 1: those before it that were not turned down.
    fn nth(&self, person: &str, clause: &str, month: &str, except: Option<&RecordId>) -> u32 {
        use ConsequenceColumn as C;
        let before = self
            .segments
            .of_kind(RecordKind::Consequence)
            .flat_map(|(_, segment)| segment.iter().map(move |row| (segment, row)))
            .filter(|(segment, row)| {
                row.group() != VOID
                    && row.consequence(C::Month) == month
                    && row.consequence(C::Clause) == clause
                    && same_name(row.consequence(C::Person), person)
                    && except.is_none_or(|except| segment.id(*row) != *except)
            })
            .count();
        before as u32 + 1
    }

    /// Returns whether a penalty or reward of this clause, not turned down, stands for a record. For one who may propose it.
    pub(crate) fn is_claimed(&self, record: &str, clause: &str) -> bool {
        use ConsequenceColumn as C;
        self.segments
            .of_kind(RecordKind::Consequence)
            .flat_map(|(_, segment)| segment.iter())
            .any(|row| {
                row.group() != VOID
                    && row.consequence(C::Case) == record
                    && row.consequence(C::Clause) == clause
            })
    }

    /// Proposes a penalty or reward.
    pub fn propose_penalty(&mut self, tx: &mut Tx<'_>, intent: &PenaltyIntent) -> Run<Answer> {
        let own = self.branch()?;
        let (case, case_number, branch, reference) = if intent.case.is_empty() {
            let staff = self.settings.staff.values();
            let of_person = staff
                .filter(|staff| !staff.left && same_name(&staff.name, &intent.person))
                .find_map(|staff| BranchCode::parse(&staff.branch).ok());
            let branch = of_person.unwrap_or(own);
            if intent.invitation.is_empty() {
                (String::new(), String::new(), branch, None)
            } else {
                let (id, record) = self.read_contact(&intent.invitation)?;
                if self.is_claimed(&id.to_string(), &intent.clause) {
                    return Err(Problem::at(
                        ProblemCode::StepRefused,
                        Step::PenaltyProposed.name(),
                    )
                    .because("this was proposed already: look under penalties")
                    .into());
                }
                (id.to_string(), record.number, branch, None)
            }
        } else {
            let (id, record, _) = self.read_record(&intent.case)?;
            if !id.kind().is_case() {
                return Err(Problem::at(ProblemCode::NotFound, &intent.case).into());
            }
            let branch = id.segment.working_branch();
            (id.to_string(), record.number.clone(), branch, record.pack)
        };
        if !self.may_hold_managers(&branch) {
            return Err(Problem::new(ProblemCode::NotAllowed)
                .because(format!(
                    "this device does not hold the managers' records of branch {branch}"
                ))
                .into());
        }
        let (reference, pack) = self.clause_book(reference.as_ref()).ok_or_else(|| {
            Problem::at(ProblemCode::NotFound, "clause")
                .because("there is no clause book: choose a policy in the settings, or wait until it has come")
        })?;
        let date = self.policies.calendar_of(branch.as_str()).date_of(tx.now);
        let month: String = date.to_string().chars().take(7).collect();
        let period: String = month.chars().filter(char::is_ascii_digit).collect();
        let segment = self.segment_for(RecordKind::Consequence, &branch, &period);
        let key = DocumentKey::Segment(segment.clone());
        self.documents.get(&key)?;

        let nothing = fold(&[]);
        let nth = self.nth(&intent.person, &intent.clause, &month, None);
        let actor = self.actor();
        let author = self.author(tx);
        let mut event = CaseEvent::new(
            EventId::from_u64(tx.entropy.next_u64()),
            Step::PenaltyProposed,
            author.at,
            &author.by,
            &author.device,
        );
        intent.note.trim().clone_into(&mut event.note);
        let person = intent.person.trim().to_owned();
        let mut put = |name: &str, value: String| event.data.insert(name.to_owned(), value);
        put(case_data::PERSON, person.clone());
        put(case_data::CLAUSE, intent.clause.clone());
        event.amount = intent.amount;
        if let Some(clause) = pack
            .clauses
            .iter()
            .find(|clause| clause.id == intent.clause)
        {
            event.amount = Some(intent.amount.unwrap_or(span(clause, nth).0));
            let sign = if clause.reward { 1 } else { -1 };
            let points = (sign * clause.points.saturating_abs()).to_string();
            event.data.insert(case_data::POINTS.to_owned(), points);
            if clause.reward {
                event
                    .data
                    .insert(case_data::REWARD.to_owned(), "yes".to_owned());
            }
        }
        let context = PenaltyContext {
            consequence: &nothing,
            actor: &actor,
            pack: Some(&pack),
            nth,
        };
        check(&context, &event).map_err(|error| problem(event.step, &error))?;
        // A company older than managers' streams whose first administrator's device is lost has none yet.
        if !self.holds_managers(&branch) {
            self.make_stream(tx, &managers_stream(&branch))
                .map_err(|_| Problem::at(ProblemCode::Internal, "statement too large"))?;
            self.store_keys(tx);
        }
        let local = tx.entropy.next_u64();
        let fields = [
            ("person", person),
            ("clause", intent.clause.clone()),
            ("case", case),
            ("case_number", case_number),
            ("month", month),
        ];
        let record = NewRecord {
            local,
            created: author.at,
            created_by: author.by.clone(),
            pack: Some(reference),
            fields: fields
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            events: vec![event],
            ..NewRecord::default()
        };
        let edits = [Edit::Create(Box::new(record))];
        self.edit(tx, &key, &author, Hand::Person, &edits);
        Ok(Answer::Saved {
            id: RecordId::new(segment, local).to_string(),
            number: String::new(),
        })
    }

    /// Takes a step of a penalty or reward.
    pub fn penalty_step(
        &mut self,
        tx: &mut Tx<'_>,
        text: &str,
        intent: &StepIntent,
    ) -> Run<Answer> {
        let (id, record, _) = self.read_record(text)?;
        if id.kind() != RecordKind::Consequence {
            return Err(Problem::at(ProblemCode::NotFound, text).into());
        }
        let step = Step::parse(&intent.step).ok_or_else(|| {
            Problem::at(ProblemCode::StepRefused, &intent.step).because("there is no such step")
        })?;
        for event in &record.events {
            if event.at > self.clock.wall_ms.max(tx.now) {
                let seen = HybridClock {
                    wall_ms: event.at,
                    counter: 0,
                };
                self.clock.receive(seen, tx.now);
            }
        }
        let consequence = fold(&record.events);
        let author = self.author(tx);
        let mut event = CaseEvent::new(
            EventId::from_u64(tx.entropy.next_u64()),
            step,
            author.at,
            &author.by,
            &author.device,
        );
        event.after = if intent.seen.is_empty() {
            consequence.heads.clone()
        } else {
            let seen: Result<_, _> = intent.seen.iter().map(|id| EventId::parse(id)).collect();
            seen.map_err(|error| {
                Problem::at(ProblemCode::BadField, "seen").because(error.to_string())
            })?
        };
        intent.note.trim().clone_into(&mut event.note);
        event.reason = Some(intent.reason.trim().to_owned()).filter(|reason| !reason.is_empty());
        event.amount = intent.amount;
        if intent.data.len() > case_data::MAX_ENTRIES {
            return Err(Problem::at(ProblemCode::BadField, "data")
                .because(format!("at most {} entries", case_data::MAX_ENTRIES))
                .into());
        }
        event.data.clone_from(&intent.data);
        event.data.retain(|_, value| !value.trim().is_empty());
        let pack = record
            .pack
            .as_ref()
            .and_then(|reference| self.policies.pack(reference));
        let context = PenaltyContext {
            consequence: &consequence,
            actor: &self.actor(),
            pack,
            nth: self.nth(
                &consequence.person,
                &consequence.clause,
                record.field("month"),
                Some(&id),
            ),
        };
        check(&context, &event).map_err(|error| problem(step, &error))?;
        let key = DocumentKey::Segment(id.segment.clone());
        let edits = [Edit::Append {
            local: id.local,
            event: Box::new(event),
        }];
        self.edit(tx, &key, &author, Hand::Person, &edits);
        Ok(Answer::Done)
    }

    /// Reads the penalties and rewards of rows that `wanted` picks.
    fn find_penalties(
        &mut self,
        wanted: impl Fn(huiyin_document::RowRef<'_>) -> bool,
    ) -> Run<Vec<Found>> {
        let ids: Vec<RecordId> = self
            .segments
            .of_kind(RecordKind::Consequence)
            .flat_map(|(_, segment)| segment.iter().map(move |row| (segment, row)))
            .filter(|(_, row)| wanted(*row))
            .map(|(segment, row)| segment.id(row))
            .collect();
        let keys: BTreeSet<DocumentKey> = ids
            .iter()
            .map(|id| DocumentKey::Segment(id.segment.clone()))
            .collect();
        self.documents.require(&keys)?;
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let key = DocumentKey::Segment(id.segment.clone());
            if let Some((record, _)) = self.documents.opened(&key).record(id.local) {
                let consequence = fold(&record.events);
                found.push(Found {
                    id,
                    record,
                    consequence,
                });
            }
        }
        found.sort_by_key(|found| std::cmp::Reverse((found.record.created, found.id.clone())));
        Ok(found)
    }

    /// Returns whether the person at the device may see a penalty or reward.
    fn may_see(&self, found: &Found) -> bool {
        let actor = self.actor();
        let pack = found
            .record
            .pack
            .as_ref()
            .and_then(|reference| self.policies.pack(reference));
        let own = actor.is_named(&found.consequence.person);
        (is_entitled(&actor, pack) && !own)
            || (own && (found.consequence.published || is_entitled(&actor, pack)))
    }

    fn penalty_view(&self, found: &Found) -> PenaltyView {
        let Found {
            id,
            record,
            consequence,
        } = found;
        let pack = record
            .pack
            .as_ref()
            .and_then(|reference| self.policies.pack(reference));
        let clause = pack.and_then(|pack| {
            let mut clauses = pack.clauses.iter();
            clauses.find(|clause| clause.id == consequence.clause)
        });
        let case = record.field("case");
        // Of an invitation too: a number is the first text of every row.
        let number = RecordId::parse(case)
            .ok()
            .and_then(|case| self.segments.row(&case))
            .map_or(record.field("case_number"), |row| {
                row.case(CaseColumn::Number)
            });
        let context = PenaltyContext {
            consequence,
            actor: &self.actor(),
            pack,
            nth: 1,
        };
        PenaltyView {
            id: id.to_string(),
            case: case.to_owned(),
            case_number: number.to_owned(),
            person: consequence.person.clone(),
            clause: consequence.clause.clone(),
            clause_text: clause.map(|clause| clause.text.clone()).unwrap_or_default(),
            amount: consequence.amount,
            points: consequence.points,
            reward: consequence.reward,
            state: consequence
                .state
                .map(|state| state.name().to_owned())
                .unwrap_or_default(),
            published: consequence.published && consequence.is_in_force(),
            in_force: consequence.is_in_force(),
            month: record.field("month").to_owned(),
            branch: id.segment.branch.to_string(),
            steps: allowed(&context)
                .into_iter()
                .filter(|step| *step != Step::PenaltyProposed)
                .map(|step| step.name().to_owned())
                .collect(),
            events: consequence
                .events
                .iter()
                .map(|event| event_view(&event.event, event.out_of_order))
                .collect(),
        }
    }

    /// Returns the penalties and rewards of a month (`YYYY-MM`; empty = all) with their sums, as far as the person at the
    /// device may see them.
    pub fn penalties(&mut self, month: &str) -> Run<PenaltiesView> {
        let mut found = self.find_penalties(|row| {
            month.is_empty() || row.consequence(ConsequenceColumn::Month) == month
        })?;
        found.retain(|found| self.may_see(found));
        let counted = found
            .iter()
            .map(|found| (found.record.field("month").to_owned(), &found.consequence));
        let sums = sums(counted)
            .into_iter()
            .map(|sum| PenaltySum {
                person: sum.person,
                month: sum.month,
                amount: sum.amount,
                points: sum.points,
                count: sum.count,
            })
            .collect();
        let active = self.policies.active().map(|(_, pack)| pack);
        Ok(PenaltiesView {
            entitled: is_entitled(&self.actor(), active)
                && self.branch().is_ok_and(|own| self.holds_managers(&own)),
            entries: found
                .iter()
                .take(MAX_SHOWN)
                .map(|found| self.penalty_view(found))
                .collect(),
            sums,
        })
    }

    /// Returns the penalties and rewards that follow from a case, as far as the person at the device may see them.
    pub fn penalties_of(&mut self, case: &RecordId) -> Run<Vec<PenaltyView>> {
        let text = case.to_string();
        let mut found =
            self.find_penalties(|row| row.consequence(ConsequenceColumn::Case) == text)?;
        found.retain(|found| self.may_see(found));
        Ok(found.iter().map(|found| self.penalty_view(found)).collect())
    }

    /// Returns the penalties and rewards that wait for a step of the person at the device, or that name the person and are
    /// published: the newest of them.
    pub fn penalties_waiting(&mut self) -> Run<Vec<PenaltyView>> {
        let actor = self.actor();
        let mut found = self.find_penalties(|row| {
            row.group() == WAITING || actor.is_named(row.consequence(ConsequenceColumn::Person))
        })?;
        found.retain(|found| self.may_see(found));
        let decides = |view: &PenaltyView| {
            view.steps.iter().any(|step| {
                matches!(
                    Step::parse(step),
                    Some(
                        Step::PenaltyHeard
                            | Step::PenaltyApproved
                            | Step::PenaltyRejected
                            | Step::PenaltyConfirmed
                            | Step::PenaltyLifted
                    )
                )
            })
        };
        Ok(found
            .iter()
            .map(|found| self.penalty_view(found))
            .filter(|view| decides(view) || actor.is_named(&view.person))
            .take(HOME_PENALTIES)
            .collect())
    }
}
