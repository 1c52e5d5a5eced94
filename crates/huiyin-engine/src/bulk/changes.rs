//! What changing fields of one record writes, and which of them are left as they are.
//!
//! Long: customers and cases side by side, with what they share.

use std::collections::BTreeMap;

use huiyin_api::{BulkAct, BulkLeft, BulkLine, BulkReason, Problem, ProblemCode, StepIntent};
use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::case_data as datum;
use huiyin_core::field::tags;
use huiyin_core::file::{Matter, data};
use huiyin_core::id::{EventId, RecordId, RecordKind};
use huiyin_core::text::same_name;
use huiyin_document::{Author, DocumentKey, Edit, Record};

use super::{Done, Mark};
use crate::cases::new_event;
use crate::customers::validate;
use crate::file_steps::{File, fields_of, step_problem};
use crate::owners::{NOBODY, owner_act, owners_of};
use crate::replica::Replica;
use crate::steps::hand_over;
use crate::task::{Halt, Run, Tx};

/// What is wanted of one field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// Place of the change among those of the act.
    pub change: usize,
    pub field: &'a str,
    pub act: BulkAct,
    pub value: &'a str,
    pub reason: &'a str,
    /// The value that has to hold for it; none = any.
    pub holds: Option<&'a str>,
}

/// What a record comes to.
#[derive(Debug)]
pub(super) struct Outcome {
    id: String,
    key: DocumentKey,
    local: u64,
    name: String,
    pub edits: Vec<(DocumentKey, Edit)>,
    pub done: Vec<Done>,
    pub left: Vec<BulkLeft>,
}

impl Outcome {
    pub fn new(id: &RecordId, name: String) -> Self {
        Self {
            id: id.to_string(),
            key: DocumentKey::Segment(id.segment.clone()),
            local: id.local,
            name,
            edits: Vec::new(),
            done: Vec::new(),
            left: Vec::new(),
        }
    }

    fn leave(&mut self, wanted: &Wanted<'_>, why: BulkReason, detail: &str) {
        self.left.push(BulkLeft {
            id: self.id.clone(),
            name: self.name.clone(),
            field: wanted.field.to_owned(),
            why,
            detail: detail.to_owned(),
        });
    }

    fn refuse(&mut self, wanted: &Wanted<'_>, problem: &Problem) {
        let why = match problem.code {
            ProblemCode::NotAllowed | ProblemCode::Recused => BulkReason::NotAllowed,
            _ => BulkReason::Refused,
        };
        self.leave(wanted, why, &problem.detail);
    }

    /// Notes a change: `old` and `new` as a person reads them.
    fn change(&mut self, wanted: &Wanted<'_>, old: &str, new: &str, reason: &str) {
        let is_tag = wanted.act != BulkAct::Set;
        self.done.push(Done {
            change: wanted.change,
            line: BulkLine {
                id: self.id.clone(),
                name: self.name.clone(),
                field: wanted.field.to_owned(),
                old: old.to_owned(),
                new: new.to_owned(),
            },
            old: if is_tag {
                String::new()
            } else {
                old.to_owned()
            },
            reason: reason.to_owned(),
        });
    }

    /// Returns whether a value may be replaced as it is now, and leaves it otherwise.
    fn may_replace(&mut self, wanted: &Wanted<'_>, now: &str) -> bool {
        if wanted.holds.is_some_and(|holds| holds != now) {
            self.leave(wanted, BulkReason::Changed, "");
            false
        } else if now == wanted.value {
            self.leave(wanted, BulkReason::Same, "");
            false
        } else {
            true
        }
    }

    fn set(&mut self, field: &str, value: &str) {
        let edit = Edit::SetField {
            local: self.local,
            field: field.to_owned(),
            value: value.to_owned(),
        };
        self.edits.push((self.key.clone(), edit));
    }

    fn append(&mut self, event: CaseEvent) {
        let edit = Edit::Append {
            local: self.local,
            event: Box::new(event),
        };
        self.edits.push((self.key.clone(), edit));
    }
}

/// The plain fields of a record: checked here, written together with one entry of the time line.
#[derive(Default)]
struct Plain {
    fields: BTreeMap<String, String>,
}

impl Plain {
    /// Takes a field if it may be changed.
    fn take(&mut self, record: &Record, wanted: &Wanted<'_>, undo: bool, outcome: &mut Outcome) {
        let field = record.fields.get(wanted.field);
        if field.is_some_and(|field| !field.conflict.is_empty()) {
            let why = if undo {
                BulkReason::Changed
            } else {
                BulkReason::Unsettled
            };
            outcome.leave(wanted, why, "");
            return;
        }
        let stored = record.field(wanted.field);
        let now = self.fields.get(wanted.field).map_or(stored, String::as_str);
        let new = if wanted.act == BulkAct::Set {
            if !outcome.may_replace(wanted, now) {
                return;
            }
            wanted.value.to_owned()
        } else {
            let has = tags(now).any(|tag| tag == wanted.value);
            if has == (wanted.act == BulkAct::AddTag) {
                let why = if undo {
                    BulkReason::Changed
                } else {
                    BulkReason::Same
                };
                outcome.leave(wanted, why, "");
                return;
            }
            let added = (!has).then_some(wanted.value);
            let kept = tags(now).filter(|tag| *tag != wanted.value);
            let joined = kept.chain(added).collect::<Vec<_>>().join(",");
            match validate(RecordKind::Customer, "tags", &joined) {
                Ok(joined) => joined,
                Err(problem) => {
                    outcome.refuse(wanted, &problem);
                    return;
                }
            }
        };
        outcome.change(wanted, now, &new, "");
        self.fields.insert(wanted.field.to_owned(), new);
    }

    /// Writes the fields and the entry about them.
    fn write(
        self,
        tx: &mut Tx<'_>,
        author: &Author,
        mark: Mark<'_>,
        heads: Vec<EventId>,
        outcome: &mut Outcome,
    ) {
        if self.fields.is_empty() {
            return;
        }
        let mut event = new_event(tx, Step::Noted, author);
        event.after = heads;
        for (field, value) in self.fields {
            outcome.set(&field, &value);
            let told = if value.is_empty() { NOBODY } else { &value };
            event.data.insert(field, told.to_owned());
        }
        event.data.insert(mark.name.to_owned(), mark.act.to_owned());
        outcome.append(event);
    }
}

impl Replica {
    /// Adds to `outcome` what changing a customer writes.
    #[expect(clippy::too_many_arguments, reason = "one act in one record")]
    pub(super) fn change_customer(
        &mut self,
        tx: &mut Tx<'_>,
        author: &Author,
        mark: Mark<'_>,
        id: &RecordId,
        record: &Record,
        all: &[Wanted<'_>],
        outcome: &mut Outcome,
    ) {
        hand_over(&mut self.clock, tx.now, record);
        let file = self.file_of(id, record);
        if self.segments.standing().of_id(id).is_some() || file.summary.merged_into.is_some() {
            for wanted in all {
                outcome.leave(wanted, BulkReason::Merged, "");
            }
            return;
        }
        let mut heads = file.summary.heads.clone();
        let before = owners_of(record);
        let mut after = before.clone();
        let mut plain = Plain::default();
        let mut stage = None;
        for wanted in all {
            match wanted.field {
                "owner_a" | "owner_b" => {
                    self.change_one_owner(&file, &before, &mut after, wanted, mark, outcome);
                }
                "life_cycle" => stage = Some(wanted),
                _ => plain.take(record, wanted, mark.undoes(), outcome),
            }
        }
        if after != before {
            let mut event = new_event(tx, Step::OwnerChanged, author);
            event.data.insert(mark.name.to_owned(), mark.act.to_owned());
            let told = event.id.clone();
            let act = owner_act(id.clone(), record, &before, &after, event);
            outcome.edits.extend(act.edits);
            heads = vec![told];
        }
        if let Some(wanted) = stage {
            let mut event = new_event(tx, Step::LifeCycleChanged, author);
            event.after.clone_from(&heads);
            event
                .data
                .insert(data::STAGE.to_owned(), wanted.value.to_owned());
            event.reason = (!wanted.reason.is_empty()).then(|| wanted.reason.to_owned());
            let told = event.id.clone();
            if Self::change_stage(&file, record, wanted, mark, event, outcome) {
                heads = vec![told];
            }
        }
        plain.write(tx, author, mark, heads, outcome);
    }

    fn change_one_owner(
        &self,
        file: &File<'_>,
        before: &[String; 2],
        after: &mut [String; 2],
        wanted: &Wanted<'_>,
        mark: Mark<'_>,
        outcome: &mut Outcome,
    ) {
        let at = usize::from(wanted.field == "owner_b");
        let is = |value: &str| {
            same_name(&before[at], value) || (before[at].is_empty() && value.is_empty())
        };
        let unsettled = file
            .summary
            .clashes
            .iter()
            .any(|clash| clash.matter == Matter::Owner);
        let own = before.iter().any(|owner| self.actor().is_named(owner));
        let free = mark.own_undo || own || before.iter().all(String::is_empty);
        if wanted.holds.is_some_and(|holds| !is(holds)) {
            outcome.leave(wanted, BulkReason::Changed, "");
        } else if is(wanted.value) {
            outcome.leave(wanted, BulkReason::Same, "");
        } else if unsettled {
            outcome.leave(wanted, BulkReason::Unsettled, "");
        } else if !free && !self.decides_owners() {
            outcome.refuse(wanted, &Self::owners_refused());
        } else if same_name(&after[1 - at], wanted.value) {
            let why = "owner A and owner B are one person: name two";
            outcome.leave(wanted, BulkReason::Refused, why);
        } else {
            wanted.value.clone_into(&mut after[at]);
            outcome.change(wanted, &before[at], wanted.value, "");
        }
    }

    /// Changes the stage of the life cycle. Returns whether it did.
    fn change_stage(
        file: &File<'_>,
        record: &Record,
        wanted: &Wanted<'_>,
        mark: Mark<'_>,
        mut event: CaseEvent,
        outcome: &mut Outcome,
    ) -> bool {
        let now = file.field("life_cycle");
        let clash = |clash: &huiyin_core::file::FileClash| clash.matter == Matter::LifeCycle;
        let unsettled = file.summary.clashes.iter().any(clash);
        if !outcome.may_replace(wanted, now) {
            return false;
        }
        if unsettled {
            outcome.leave(wanted, BulkReason::Unsettled, "");
            return false;
        }
        if wanted.value.is_empty() {
            outcome.leave(wanted, BulkReason::NotBack, "");
            return false;
        }
        if !mark.undoes()
            && let Err(error) = file.context().check(&event)
        {
            outcome.refuse(wanted, &step_problem(Step::LifeCycleChanged, &error));
            return false;
        }
        let reason = record.field("life_cycle_reason").to_owned();
        let mut fields = fields_of(file, &event, "");
        if mark.undoes() {
            fields = vec![
                ("life_cycle", wanted.value.to_owned()),
                ("life_cycle_reason", wanted.reason.to_owned()),
            ];
        }
        for (field, value) in fields {
            outcome.set(field, &value);
        }
        event.data.insert(mark.name.to_owned(), mark.act.to_owned());
        outcome.append(event);
        outcome.change(wanted, now, wanted.value, &reason);
        true
    }

    /// Adds to `outcome` what changing a case writes.
    #[expect(clippy::too_many_arguments, reason = "one act in one record")]
    pub(super) fn change_case(
        &mut self,
        tx: &mut Tx<'_>,
        author: &Author,
        mark: Mark<'_>,
        id: &RecordId,
        mut record: Record,
        all: &[Wanted<'_>],
        outcome: &mut Outcome,
    ) -> Run<()> {
        hand_over(&mut self.clock, tx.now, &record);
        if let Err(problem) = self.may_change(id, None) {
            for wanted in all {
                let detail = &problem.detail;
                outcome.leave(wanted, BulkReason::NotAllowed, detail);
            }
            return Ok(());
        }
        let mut plain = Plain::default();
        for wanted in all {
            let case = self.judge(id, &record, tx.now);
            let judged = &case.judged;
            let under_pack = judged.pack.is_some() || judged.pack_missing;
            match wanted.field {
                "assignee" => {
                    let now = judged.summary.assignee.clone().unwrap_or_default();
                    let intent = StepIntent {
                        step: Step::Assigned.name().to_owned(),
                        assignee: wanted.value.to_owned(),
                        department: judged.summary.department.clone().unwrap_or_default(),
                        ..StepIntent::default()
                    };
                    self.take_for_all(
                        tx,
                        author,
                        mark,
                        id,
                        &mut record,
                        wanted,
                        &now,
                        &intent,
                        outcome,
                    )?;
                }
                "severity" if under_pack => {
                    let now = judged.facts.severity.clone();
                    let intent = StepIntent {
                        step: Step::Classed.name().to_owned(),
                        data: BTreeMap::from([(
                            datum::SEVERITY.to_owned(),
                            wanted.value.to_owned(),
                        )]),
                        ..StepIntent::default()
                    };
                    self.take_for_all(
                        tx,
                        author,
                        mark,
                        id,
                        &mut record,
                        wanted,
                        &now,
                        &intent,
                        outcome,
                    )?;
                }
                field => {
                    let value = BTreeMap::from([(field.to_owned(), wanted.value.to_owned())]);
                    match self.check_edit(&record, &value) {
                        Err(problem) if wanted.act == BulkAct::Set => {
                            outcome.refuse(wanted, &problem);
                        }
                        _ => plain.take(&record, wanted, mark.undoes(), outcome),
                    }
                }
            }
        }
        let heads = self.judge(id, &record, tx.now).judged.summary.heads;
        plain.write(tx, author, mark, heads, outcome);
        Ok(())
    }

    /// Takes a step of a case that changes one field; what was done counts for the changes after it.
    #[expect(clippy::too_many_arguments, reason = "one act in one record")]
    fn take_for_all(
        &mut self,
        tx: &mut Tx<'_>,
        author: &Author,
        mark: Mark<'_>,
        id: &RecordId,
        record: &mut Record,
        wanted: &Wanted<'_>,
        now: &str,
        intent: &StepIntent,
        outcome: &mut Outcome,
    ) -> Run<()> {
        if !outcome.may_replace(wanted, now) {
            return Ok(());
        }
        if wanted.value.is_empty() {
            outcome.leave(wanted, BulkReason::NotBack, "");
            return Ok(());
        }
        let prepared = match self.prepare_step(tx, author, id.clone(), record.clone(), intent) {
            Ok(prepared) => prepared,
            Err(Halt::Problem(problem)) => {
                outcome.refuse(wanted, &problem);
                return Ok(());
            }
            Err(need @ Halt::Need(_)) => return Err(need),
        };
        for (key, mut edit) in prepared.edits {
            if let Edit::Append { event, .. } = &mut edit {
                event.data.insert(mark.name.to_owned(), mark.act.to_owned());
                record.events.push((**event).clone());
            }
            outcome.edits.push((key, edit));
        }
        outcome.change(wanted, now, wanted.value, "");
        Ok(())
    }
}
