//! Fields that several people wrote at once: found by their rows, shown side by side, settled in one act.
//!
//! Rows count such fields, so every one of every record is found without a look at documents; only the records shown are opened.
//! A choice is taken only if it was made among the values that are there now. What was chosen and what was put aside stands in the
//! time line, so that the decision can be read later. Two people who settle a field apart make the same value, or a new pair of
//! values that is shown as any other.
//!
//! Penalties and rewards are left out: nobody may edit their fields, and they are not for everyone at the device.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::{
    Answer, ConflictChoice, ConflictLeft, DifferingField, DifferingPage, DifferingQuery,
    DifferingRecord, MAX_DIFFERING_ROWS, MAX_SETTLED, Problem, ProblemCode, SettledReport,
    ValueStanding,
};
use huiyin_core::case::{CaseField, Step};
use huiyin_core::case_data as datum;
use huiyin_core::contact_field::ContactField;
use huiyin_core::file::{self, data};
use huiyin_core::id::{EventId, RecordId, RecordKind};
use huiyin_core::text::same_name;
use huiyin_document::{
    CaseColumn, ContactColumn, CustomerColumn, DocumentKey, Edit, Hand, Judged, Record,
    RecordConflict, RowRef, SurveyColumn,
};

use crate::cases::new_event;
use crate::customers::{conflict_views, validate};
use crate::lists::number;
use crate::owners::{NOBODY, owners_of};
use crate::replica::Replica;
use crate::segments::{Place, Segment};
use crate::steps::hand_over;
use crate::task::{Halt, Run, Tx};

/// Longest list of values put aside that is kept in a time line, in characters.
const MAX_PUT_ASIDE: usize = 4_000;

impl Replica {
    /// Returns the segments whose differing entries are shown, with their indexes.
    fn reviewed(&self) -> impl Iterator<Item = (u32, &Segment)> {
        self.segments
            .iter()
            .enumerate()
            .filter(|(_, segment)| segment.key.kind != RecordKind::Consequence)
            .map(|(index, segment)| (index as u32, segment))
    }

    /// Returns the number of records with fields that several people wrote at once. Files that gave way to another are left out:
    /// nothing is settled there.
    pub fn differing_total(&self) -> u32 {
        let standing = self.segments.standing();
        self.reviewed()
            .flat_map(|(_, segment)| segment.iter().map(move |row| (segment, row)))
            .filter(|(segment, row)| {
                let customer = segment.key.kind == RecordKind::Customer;
                row.conflicts() > 0 && !(customer && standing.hides(segment, *row))
            })
            .count() as u32
    }

    /// Returns a window of the records that wait to be settled. Opens the documents of those shown.
    pub fn differing(&mut self, query: &DifferingQuery) -> Run<DifferingPage> {
        let mut page = DifferingPage {
            late: self
                .late
                .envelopes
                .values()
                .filter(|late| !late.left)
                .count() as u32,
            ..DifferingPage::default()
        };
        let mut found: Vec<(i64, String, Place)> = Vec::new();
        for (at, segment) in self.reviewed() {
            let kind = segment.key.kind.name();
            for (index, row) in segment.iter().enumerate() {
                if row.conflicts() == 0 && row.clashes() == 0 {
                    continue;
                }
                *page.counts.entry(kind.to_owned()).or_default() += 1;
                if query.kind.is_empty() || query.kind == kind {
                    let id = segment.id(row).to_string();
                    found.push((-row.updated(), id, (at, index as u32)));
                }
            }
        }
        found.sort_unstable();
        page.total = found.len() as u32;
        let shown: Vec<(String, DifferingRecord)> = found
            .into_iter()
            .skip(query.offset as usize)
            .take(query.limit.min(MAX_DIFFERING_ROWS) as usize)
            .map(|(_, id, place)| {
                let (segment, row) = self.segments.at(place);
                (id.clone(), listed(id, segment, row))
            })
            .collect();
        let ids = shown.iter().filter_map(|(id, _)| self.live(id).ok());
        let keys: Vec<DocumentKey> = ids.map(|id| DocumentKey::Segment(id.segment)).collect();
        self.documents.require(&keys)?;
        for (id, mut record) in shown {
            let (id, stored, _) = self.read_record(&id)?;
            record.fields = self.differing_fields(&id, &stored);
            record.refused = self.may_settle(&id).err();
            page.records.push(record);
        }
        Ok(page)
    }

    /// Refuses settling in records that nobody may change here.
    fn may_settle(&self, id: &RecordId) -> Result<(), Problem> {
        match id.kind() {
            RecordKind::Customer => self.must_stand(id),
            RecordKind::Case | RecordKind::Continuation => self.may_change(id, None),
            RecordKind::Contact | RecordKind::Survey => Ok(()),
            RecordKind::Consequence => Err(Problem::new(ProblemCode::NotAllowed)),
        }
    }

    fn differing_fields(&self, id: &RecordId, record: &Record) -> Vec<DifferingField> {
        let decided = self.decided(id.kind(), record);
        let against = CaseField::AgainstPerson.name();
        let standing = |field: &str, value: &str, by: &str| match decided.get(field) {
            Some(holds) if holds == value => ValueStanding::Decided,
            Some(_) => ValueStanding::Overruled,
            None if id.kind().is_case() && same_name(record.field(against), by) => {
                ValueStanding::Recused
            }
            None => ValueStanding::Entered,
        };
        conflict_views(record)
            .into_iter()
            .map(|conflict| DifferingField {
                standing: conflict
                    .values
                    .iter()
                    .map(|value| standing(&conflict.field, &value.value, &value.by))
                    .collect(),
                decided: decided.get(conflict.field.as_str()).cloned(),
                conflict,
            })
            .collect()
    }

    /// Returns the fields whose value steps decided, with that value.
    fn decided(&self, kind: RecordKind, record: &Record) -> BTreeMap<&'static str, String> {
        let mut decided = BTreeMap::new();
        match kind {
            RecordKind::Customer => {
                let summary = file::fold(&record.events);
                if summary.owner_a.is_some() || summary.owner_b.is_some() || summary.pooled {
                    let names = [data::OWNER_A, data::OWNER_B];
                    decided.extend(names.into_iter().zip(owners_of(record)));
                }
                if let Some(stage) = summary.life_cycle {
                    decided.insert("life_cycle", stage);
                    decided.insert("life_cycle_reason", summary.life_cycle_reason);
                }
                if let Some(given) = summary.class {
                    decided.insert(crate::grading::CLASS, given.class);
                }
            }
            RecordKind::Case | RecordKind::Continuation => {
                if let Some(severity) = Judged::of(record, &self.policies).summary.severity {
                    decided.insert(CaseField::Severity.name(), severity);
                }
            }
            RecordKind::Contact => {
                let summary = huiyin_core::contact::fold(&record.events);
                if let Some(day) = summary.planned_on {
                    decided.insert(ContactField::PlannedOn.name(), day.to_string());
                    decided.insert(ContactField::PlannedAt.name(), summary.planned_at);
                }
            }
            RecordKind::Survey | RecordKind::Consequence => {}
        }
        decided
    }

    /// Settles fields with several values, in one act.
    pub fn settle_conflicts(&mut self, tx: &mut Tx<'_>, choices: &[ConflictChoice]) -> Run<Answer> {
        if choices.len() > MAX_SETTLED {
            let why = format!("at most {MAX_SETTLED} fields at once");
            return Err(Problem::at(ProblemCode::BadField, "choices")
                .because(why)
                .into());
        }
        self.require_for(choices)?;
        tx.act = Some(tx.random_id());
        let mut report = SettledReport::default();
        for choice in choices {
            let result = match self.is_as_seen(choice) {
                Ok(()) => self.settle_and_tell(tx, &choice.id, &choice.field, &choice.value),
                Err(problem) => Err(problem.into()),
            };
            match result {
                Ok(_) => report.settled += 1,
                Err(Halt::Problem(problem)) => report.left.push(ConflictLeft {
                    id: choice.id.clone(),
                    field: choice.field.clone(),
                    problem,
                }),
                Err(need) => return Err(need),
            }
        }
        Ok(Answer::Settled(report))
    }

    /// Asks for everything that settling may lack, before the first write.
    fn require_for(&mut self, choices: &[ConflictChoice]) -> Run<()> {
        let ids: Vec<RecordId> = choices
            .iter()
            .filter_map(|choice| self.live(&choice.id).ok())
            .collect();
        let keys: BTreeSet<DocumentKey> = ids
            .into_iter()
            .map(|id| DocumentKey::Segment(id.segment))
            .collect();
        self.documents.require(&keys)?;
        for choice in choices {
            let Ok(id) = self.live(&choice.id) else {
                continue;
            };
            let fields = BTreeMap::from([(choice.field.clone(), choice.value.clone())]);
            match self.check_relations(Some(&id), &fields) {
                // What is wrong with it is told where it is settled.
                Ok(()) | Err(Halt::Problem(_)) => {}
                Err(need) => return Err(need),
            }
        }
        Ok(())
    }

    /// Refuses a choice made among other values than those that are there now.
    fn is_as_seen(&mut self, choice: &ConflictChoice) -> Result<(), Problem> {
        let changed = || Problem::at(ProblemCode::ChangedSince, &choice.field);
        let missing = || Problem::at(ProblemCode::NotFound, &choice.id);
        let id = self.live(&choice.id)?;
        self.may_settle(&id)?;
        let key = DocumentKey::Segment(id.segment.clone());
        let (record, _) = self
            .documents
            .opened(&key)
            .record(id.local)
            .ok_or_else(missing)?;
        let field = record.fields.get(&choice.field).ok_or_else(changed)?;
        let now: BTreeSet<&str> = field
            .conflict
            .iter()
            .map(|one| one.value.as_str())
            .collect();
        let seen: BTreeSet<&str> = choice.seen.iter().map(String::as_str).collect();
        if now == seen { Ok(()) } else { Err(changed()) }
    }

    /// Settles a conflict of any record by the value that shall hold, and tells it in the time line.
    pub fn settle_and_tell(
        &mut self,
        tx: &mut Tx<'_>,
        id: &str,
        field: &str,
        value: &str,
    ) -> Run<Answer> {
        let (_, before, _) = self.read_record(id)?;
        if tx.act.is_none() {
            tx.act = Some(tx.random_id());
        }
        let answer = self.write_field(tx, id, field, value)?;
        let values = before.fields.get(field).map(|field| &field.conflict[..]);
        if let Some(values) = values.filter(|values| !values.is_empty()) {
            self.tell_settled(tx, id, field, values)?;
        }
        Ok(answer)
    }

    /// Writes a field of any record as its own screen does, with its checks and the steps that belong to it.
    pub fn write_field(
        &mut self,
        tx: &mut Tx<'_>,
        id: &str,
        field: &str,
        value: &str,
    ) -> Run<Answer> {
        let (id, key) = self.open_record(id)?;
        let value = validate(id.kind(), field, value)?;
        let mut fields = BTreeMap::from([(field.to_owned(), value)]);
        if id.kind().is_case() {
            return self.edit_case(tx, &id.to_string(), &fields);
        }
        self.check_relations(Some(&id), &fields)?;
        self.check_class_field(tx, Some(&id), &fields)?;
        if id.kind() == RecordKind::Contact && field == "planned_on" {
            return self.settle_day(tx, &id.to_string(), &fields[field]);
        }
        if id.kind().is_customer() {
            self.must_stand(&id)?;
            let (_, record, _) = self.read_record(&id.to_string())?;
            self.check_owners(&record, &mut fields)?;
            if field == "life_cycle" {
                let reason = record.field("life_cycle_reason").to_owned();
                fields.insert("life_cycle_reason".to_owned(), reason);
            }
            let stage = self.stage_step(tx, &id, &record, &mut fields)?;
            return Ok(self.save_fields(tx, &id, &key, &fields, stage));
        }
        Ok(self.save_fields(tx, &id, &key, &fields, None))
    }

    /// Writes into the time line what was chosen, and what was put aside by that. The documents are open.
    fn tell_settled(
        &mut self,
        tx: &mut Tx<'_>,
        id: &str,
        field: &str,
        values: &[RecordConflict],
    ) -> Run<()> {
        let (id, record, _) = self.read_record(id)?;
        hand_over(&mut self.clock, tx.now, &record);
        let author = self.author(tx);
        let chosen = record.field(field);
        let mut event = new_event(tx, Step::Noted, &author);
        event.after = self.heads_of(id.kind(), &record);
        let told = if chosen.is_empty() { NOBODY } else { chosen };
        event.data = BTreeMap::from([
            (datum::SETTLED.to_owned(), field.to_owned()),
            (datum::CHOSEN.to_owned(), cut(told, datum::MAX_VALUE)),
            (datum::PUT_ASIDE.to_owned(), put_aside(values, chosen)),
        ]);
        event.data.retain(|_, value| !value.is_empty());
        let key = DocumentKey::Segment(id.segment.clone());
        let edit = Edit::Append {
            local: id.local,
            event: Box::new(event),
        };
        self.edit(tx, &key, &author, Hand::Person, &[edit]);
        Ok(())
    }

    /// Returns the latest events of a record, which the next one names.
    fn heads_of(&self, kind: RecordKind, record: &Record) -> Vec<EventId> {
        let events = &record.events;
        match kind {
            RecordKind::Customer => file::fold(events).heads,
            RecordKind::Case | RecordKind::Continuation => {
                Judged::of(record, &self.policies).summary.heads
            }
            RecordKind::Contact => huiyin_core::contact::fold(events).heads,
            RecordKind::Survey | RecordKind::Consequence => Vec::new(),
        }
    }
}

/// Returns the values other than the chosen one, each with who wrote it where: `杭州 (赵敏 · 平板) / 上海 (…)`.
fn put_aside(values: &[RecordConflict], chosen: &str) -> String {
    let others = values.iter().filter(|value| value.value != chosen);
    let told = others.map(|value| {
        let who = [value.by.as_str(), value.device.as_str()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · ");
        let shown = if value.value.is_empty() {
            "—"
        } else {
            value.value.as_str()
        };
        if who.is_empty() {
            shown.to_owned()
        } else {
            format!("{shown} ({who})")
        }
    });
    cut(&told.collect::<Vec<_>>().join(" / "), MAX_PUT_ASIDE)
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// Returns what the list says of a record by its row.
fn listed(id: String, segment: &Segment, row: RowRef<'_>) -> DifferingRecord {
    let title = match segment.key.kind {
        RecordKind::Customer => row.customer(CustomerColumn::Name),
        RecordKind::Case | RecordKind::Continuation => row.case(CaseColumn::Subject),
        RecordKind::Contact => row.contact(ContactColumn::CustomerName),
        RecordKind::Survey => row.survey(SurveyColumn::CustomerName),
        RecordKind::Consequence => "",
    };
    DifferingRecord {
        id,
        number: number(row),
        title: title.to_owned(),
        branch: segment.key.working_branch().to_string(),
        updated: row.updated(),
        clashes: u32::from(row.clashes()),
        ..DifferingRecord::default()
    }
}
