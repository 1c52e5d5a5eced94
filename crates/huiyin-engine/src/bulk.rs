//! Many records changed at once, in slices that can be looked at before and undone afterwards.
//!
//! Decides what is written for a slice and what is left as it is; each field is changed as its own screen changes it, and every act
//! stands in the time line. A slice is noted in the catalogue of this device's branch under `bulk/<act>/<slice>`, as [`Slice`] writes
//! it. An undo writes the old value only where the one of the act still holds. What one kind of record needs is in [`changes`].

mod changes;
mod slice;

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::{
    Answer, BulkAct, BulkChange, BulkEntry, BulkForm, BulkIntent, BulkLeft, BulkLine, BulkReason,
    BulkReport, MAX_BULK, MAX_BULK_CHANGES, MAX_BULK_ENTRIES, MAX_BULK_LINES, MAX_BULK_SLICE,
    Problem, ProblemCode, bulk_field,
};
use huiyin_core::case_data as datum;
use huiyin_core::id::RecordKind;
use huiyin_document::{Author, DocumentKey, Registers};
use huiyin_sync::Entropy;

use crate::act_id::checked_act;
use crate::customers::{note_text, validate};
use crate::replica::Replica;
use crate::steps::Prepared;
use crate::task::{Halt, Run, Tx};
use crate::{Durability, Millis};

use changes::{Outcome, Wanted};
use slice::Slice;

/// Registers of the catalogue about changes of many records.
const BULK: &str = "bulk/";
/// Digits of the number of a slice, so that they sort.
const SLICE_DIGITS: usize = 6;

/// How the events of an act are marked.
#[derive(Debug, Clone, Copy)]
struct Mark<'a> {
    /// [`datum::BULK`], or [`datum::BULK_UNDONE`] for an undo.
    name: &'static str,
    /// Id of the act.
    act: &'a str,
    /// An undo of what the person at the device did: no right is needed for it beside that one.
    own_undo: bool,
}

impl Mark<'_> {
    fn undoes(&self) -> bool {
        self.name == datum::BULK_UNDONE
    }
}

/// A field of a record that changes, with what is noted for the undo.
#[derive(Debug)]
struct Done {
    /// Place of the change among those of the act.
    change: usize,
    line: BulkLine,
    /// What is put back: the old value, of a tag nothing.
    old: String,
    /// Words beside it: the reason of a stage.
    reason: String,
}

/// What a slice comes to.
#[derive(Default)]
struct Sum {
    report: BulkReport,
    acts: Vec<Prepared>,
    done: Vec<Done>,
}

impl Sum {
    fn take(&mut self, id: &str, outcome: Outcome, acts: Option<Prepared>) {
        if !outcome.done.is_empty() {
            self.report.records += 1;
            self.report.changing.push(id.to_owned());
        }
        for done in &outcome.done {
            if self.report.lines.len() < MAX_BULK_LINES {
                self.report.lines.push(done.line.clone());
            }
        }
        for left in outcome.left {
            self.leave(left);
        }
        self.done.extend(outcome.done);
        self.acts.extend(acts);
    }

    fn leave(&mut self, left: BulkLeft) {
        *self.report.left.entry(left.why).or_default() += 1;
        if left.why != BulkReason::Same && self.report.examples.len() < MAX_BULK_LINES {
            self.report.examples.push(left);
        }
    }
}

impl Replica {
    /// Returns what changing these records would do. Nothing is written.
    pub fn bulk_look(
        &mut self,
        intent: &BulkIntent,
        ids: &[String],
        now: Millis,
    ) -> Run<BulkReport> {
        let changes = self.checked_bulk(intent)?;
        let wanted = wanted_of(&changes, &intent.reason);
        let records = self.chosen(ids, &wanted)?;
        let mut tx = Tx {
            now,
            entropy: Entropy::from_seed([0; 32]),
            origin: None,
            scratch: &[],
            writes: Vec::new(),
            durability: Durability::Relaxed,
            after: Vec::new(),
            changed: false,
            events: 0,
            act: None,
        };
        let author = self.author(&mut tx);
        let mark = Mark {
            name: datum::BULK,
            act: "",
            own_undo: false,
        };
        let sum = self.change_all(&mut tx, &author, mark, intent.cases, &records)?;
        Ok(sum.report)
    }

    /// Changes a slice of the chosen records.
    pub fn bulk_edit(
        &mut self,
        tx: &mut Tx<'_>,
        act: &str,
        intent: &BulkIntent,
        ids: &[String],
    ) -> Run<Answer> {
        checked_act(act)?;
        let changes = self.checked_bulk(intent)?;
        let wanted = wanted_of(&changes, &intent.reason);
        let records = self.chosen(ids, &wanted)?;
        let catalogue = DocumentKey::Catalogue(self.branch()?);
        self.require_chosen(&records, Some(&catalogue))?;
        let path = format!("{BULK}{act}/");
        let slices = self.documents.opened(&catalogue).registers(&path).len();
        if slices >= MAX_BULK / MAX_BULK_SLICE {
            return Err(Problem::at(ProblemCode::BadField, "records")
                .because(format!("at most {MAX_BULK} records at once"))
                .into());
        }
        let author = self.author(tx);
        let mark = Mark {
            name: datum::BULK,
            act,
            own_undo: false,
        };
        let mut sum = self.change_all(tx, &author, mark, intent.cases, &records)?;
        sum.report.changing.clear();
        if sum.done.is_empty() {
            return Ok(Answer::Bulk(Box::new(sum.report)));
        }
        let slice = Slice::new(intent.cases, &author, changes, sum.done);
        self.write_steps(tx, &author, sum.acts);
        let register = (format!("{path}{slices:0SLICE_DIGITS$}"), slice.write());
        self.write_registers(tx, &catalogue, &author, &[register]);
        tx.changed = true;
        Ok(Answer::Bulk(Box::new(sum.report)))
    }

    /// Undoes the last slice of an act that is in force.
    pub fn undo_bulk_edit(&mut self, tx: &mut Tx<'_>, act: &str) -> Run<Answer> {
        let catalogue = DocumentKey::Catalogue(self.branch()?);
        let path = format!("{BULK}{act}/");
        let slices = self.documents.get(&catalogue)?.registers(&path);
        let Some((number, json)) = slices.last_key_value() else {
            return Err(Problem::at(ProblemCode::NotFound, act).into());
        };
        let slice = Slice::read(json).ok_or_else(|| {
            Problem::at(ProblemCode::StepRefused, "bulk").because(
                "this change was made by a newer version of the program: update to undo it",
            )
        })?;
        let records = slice.undo();
        self.require_chosen(&records, None)?;
        let author = self.author(tx);
        let mark = Mark {
            name: datum::BULK_UNDONE,
            act,
            own_undo: self.actor().is_named(&slice.by),
        };
        let mut sum = self.change_all(tx, &author, mark, slice.cases, &records)?;
        sum.report.changing.clear();
        sum.report.slices = slices.len() as u32 - 1;
        self.write_steps(tx, &author, sum.acts);
        let register = (format!("{path}{number}"), String::new());
        self.write_registers(tx, &catalogue, &author, &[register]);
        tx.changed = true;
        Ok(Answer::Bulk(Box::new(sum.report)))
    }

    /// Returns past acts of this branch that are in force, the newest first, at most [`MAX_BULK_ENTRIES`].
    pub fn bulk_edits(&mut self) -> Run<Vec<BulkEntry>> {
        let catalogue = DocumentKey::Catalogue(self.branch()?);
        let slices = self.documents.get(&catalogue)?.registers(BULK);
        let mut found: BTreeMap<String, BulkEntry> = BTreeMap::new();
        for (path, json) in slices {
            let (Some((act, _)), Some(slice)) = (path.split_once('/'), Slice::read(&json)) else {
                continue;
            };
            let records = slice.records();
            let entry = found.entry(act.to_owned()).or_insert_with(|| BulkEntry {
                act: act.to_owned(),
                cases: slice.cases,
                changes: slice.changes,
                by: slice.by,
                at: slice.at,
                records: 0,
            });
            entry.records += records;
        }
        let mut entries: Vec<BulkEntry> = found.into_values().collect();
        entries.sort_by(|a, b| (b.at, &b.act).cmp(&(a.at, &a.act)));
        entries.truncate(MAX_BULK_ENTRIES);
        Ok(entries)
    }

    /// Returns the changes of an intent with values in their stored form.
    fn checked_bulk(&self, intent: &BulkIntent) -> Result<Vec<BulkChange>, Problem> {
        note_text(&intent.reason)?;
        if intent.changes.is_empty() || intent.changes.len() > MAX_BULK_CHANGES {
            return Err(Problem::at(ProblemCode::BadField, "changes")
                .because(format!("one to {MAX_BULK_CHANGES} changes at once")));
        }
        let mut seen = BTreeSet::new();
        intent
            .changes
            .iter()
            .map(|change| {
                let place = change.field.as_str();
                let refuse = |why: &str| Problem::at(ProblemCode::BadField, place).because(why);
                let field = bulk_field(intent.cases, place)
                    .ok_or_else(|| refuse("this field is not changed for many at once"))?;
                if !seen.insert((place, change.act)) {
                    return Err(refuse("the field is named twice: keep one"));
                }
                if (change.act == BulkAct::Set) == (field.form == BulkForm::Tag) {
                    return Err(refuse("tags are added or removed, other fields are set"));
                }
                let value = change.value.trim();
                if value.is_empty() && !field.may_be_empty {
                    return Err(Problem::at(ProblemCode::Missing, place));
                }
                let kind = if intent.cases {
                    RecordKind::Case
                } else {
                    RecordKind::Customer
                };
                let value = match field.form {
                    BulkForm::Person if value.is_empty() => String::new(),
                    BulkForm::Person => self.at_work(place, value)?,
                    BulkForm::Tag if value.contains([',', '，', ';', '；', '、']) => {
                        return Err(refuse("give one tag"));
                    }
                    _ => validate(kind, place, value)?,
                };
                Ok(BulkChange {
                    value,
                    ..change.clone()
                })
            })
            .collect()
    }

    /// Returns the chosen records with what is wanted of each.
    fn chosen<'a>(
        &self,
        ids: &[String],
        wanted: &[Wanted<'a>],
    ) -> Result<BTreeMap<String, Vec<Wanted<'a>>>, Problem> {
        if ids.is_empty() || ids.len() > MAX_BULK_SLICE {
            return Err(Problem::at(ProblemCode::BadField, "records")
                .because(format!("one to {MAX_BULK_SLICE} records in one request")));
        }
        self.identity()?;
        Ok(ids.iter().map(|id| (id.clone(), wanted.to_vec())).collect())
    }

    /// Asks for the documents of everything chosen that is still here.
    fn require_chosen(
        &mut self,
        records: &BTreeMap<String, Vec<Wanted<'_>>>,
        catalogue: Option<&DocumentKey>,
    ) -> Run<()> {
        let keys: BTreeSet<DocumentKey> = records
            .keys()
            .filter_map(|text| self.live(text).ok())
            .map(|id| DocumentKey::Segment(id.segment))
            .collect();
        self.documents.require(keys.iter().chain(catalogue))
    }

    fn change_all(
        &mut self,
        tx: &mut Tx<'_>,
        author: &Author,
        mark: Mark<'_>,
        cases: bool,
        records: &BTreeMap<String, Vec<Wanted<'_>>>,
    ) -> Run<Sum> {
        self.require_chosen(records, None)?;
        let mut sum = Sum::default();
        for (text, wanted) in records {
            let read = self.read_record(text).and_then(|(id, record, _)| {
                if id.kind().is_case() == cases && (cases || id.kind().is_customer()) {
                    Ok((id, record))
                } else {
                    Err(Problem::at(ProblemCode::NotFound, text).into())
                }
            });
            let (id, record) = match read {
                Ok(read) => read,
                Err(need @ Halt::Need(_)) => return Err(need),
                Err(Halt::Problem(_)) => {
                    for wanted in wanted {
                        sum.leave(BulkLeft {
                            id: text.clone(),
                            name: text.clone(),
                            field: wanted.field.to_owned(),
                            why: BulkReason::Gone,
                            detail: String::new(),
                        });
                    }
                    continue;
                }
            };
            let number = record.number.clone();
            let mut outcome = Outcome::new(&id, self.called(text));
            if cases {
                self.change_case(tx, author, mark, &id, record, wanted, &mut outcome)?;
            } else {
                self.change_customer(tx, author, mark, &id, &record, wanted, &mut outcome);
            }
            let edits = std::mem::take(&mut outcome.edits);
            let act = (!edits.is_empty()).then_some(Prepared { id, number, edits });
            sum.take(text, outcome, act);
        }
        Ok(sum)
    }
}

/// Returns what changes ask of every record.
fn wanted_of<'a>(changes: &'a [BulkChange], reason: &'a str) -> Vec<Wanted<'a>> {
    changes
        .iter()
        .enumerate()
        .map(|(change, wanted)| Wanted {
            change,
            field: &wanted.field,
            act: wanted.act,
            value: &wanted.value,
            reason: reason.trim(),
            holds: None,
        })
        .collect()
}
