//! What people do in a simulated day, and what they are told.
//!
//! Long: what is done and what is heard of it are one table.

use std::collections::BTreeMap;

use huiyin_api::{Answer, CaseRow, ImportKind, ListQuery, ProblemCode, Request, StepIntent};
use huiyin_engine::Attachment;

use super::plan::jumbled;
use super::{Posted, Simulation};
use crate::{Reply, text};

/// Fields that everybody edits.
const FIELDS: [&str; 3] = ["short_name", "class", "industry"];
/// Rows of an imported file.
const FILE_ROWS: usize = 6;
/// Files that go round in each branch.
const FILES: usize = 2;
/// Bundle files kept.
const MAX_BUNDLES: usize = 6;

/// Something a person does.
#[derive(Debug, Clone)]
pub(super) enum Op {
    Create {
        name: String,
    },
    Edit {
        record: String,
        field: &'static str,
        value: String,
    },
    Note {
        record: String,
        note: String,
    },
    Register {
        subject: String,
    },
    Step {
        record: String,
        note: String,
    },
    Attach {
        record: String,
    },
    OpenFile {
        file: String,
    },
    ImportFile {
        file: String,
    },
    ListImports,
    Undo {
        file: String,
    },
    ExportBundle,
    TakeBundle,
    Join,
}

/// Returns the text of a file of a branch, and its name.
fn file(branch: &str, number: usize) -> (String, String) {
    let name = format!("file-{branch}-{number}.csv");
    let mut lines = vec!["customerID,companyName,city".to_owned()];
    lines.extend(
        file_rows(&name)
            .iter()
            .enumerate()
            .map(|(row, title)| format!("{branch}{number}{row},{title},城市{row}")),
    );
    let content = lines.join("\n");
    (name, content)
}

/// Returns the customer name in a row of a file.
fn file_row(name: &str, row: usize) -> String {
    format!("imported {name} {row}")
}

/// Returns the customer names of a file.
pub(super) fn file_rows(name: &str) -> Vec<String> {
    (0..FILE_ROWS).map(|row| file_row(name, row)).collect()
}

pub(super) fn first_rows(limit: u32) -> ListQuery {
    ListQuery {
        limit,
        ..ListQuery::default()
    }
}

impl Simulation {
    /// Somebody does something at a device.
    pub(super) fn work(&mut self, at: usize) {
        self.counter += 1;
        // No mark begins another.
        let mark = format!("marker{}-{}z", self.seed, self.counter);
        match self.random.below(100) {
            0..=14 => {
                let name = format!("customer {mark}");
                let fields = BTreeMap::from([("name".to_owned(), name.clone())]);
                let request = Request::SaveCustomer { id: None, fields };
                self.post(at, Op::Create { name }, request, None);
            }
            15..=39 => self.edit(at, mark),
            40..=44 => self.edit_case(at, mark),
            45..=52 => {
                let Some(record) = self.some_customer(at) else {
                    return;
                };
                let request = Request::AddCustomerNote {
                    id: record.clone(),
                    note: mark.clone(),
                };
                self.post(at, Op::Note { record, note: mark }, request, None);
            }
            53..=62 => {
                let subject = format!("case {mark}");
                let request = Request::RegisterCase {
                    fields: BTreeMap::from([("subject".to_owned(), subject.clone())]),
                    note: String::new(),
                };
                self.post(at, Op::Register { subject }, request, None);
            }
            63..=80 => self.take_step(at, mark),
            81..=86 => self.open_file(at),
            87..=89 => self.attach(at, &mark),
            90 => self.post(at, Op::ListImports, Request::Imports, None),
            91..=95 => self.post(at, Op::ExportBundle, Request::ExportBundle, None),
            _ => {
                let Some(bytes) = self.random.choose(&self.bundles).cloned() else {
                    return;
                };
                let bytes = if self.random.percent(30) {
                    jumbled(&bytes, &mut self.random)
                } else {
                    bytes
                };
                let file = Some(Attachment::Bytes(bytes));
                self.post(at, Op::TakeBundle, Request::ImportBundle, file);
            }
        }
    }

    fn edit(&mut self, at: usize, value: String) {
        let Some(record) = self.some_customer(at) else {
            return;
        };
        let Some(field) = self.random.choose(&FIELDS).copied() else {
            return;
        };
        let request = if self.random.percent(20) {
            Request::SettleConflict {
                id: record.clone(),
                field: field.to_owned(),
                value: value.clone(),
            }
        } else {
            Request::SaveCustomer {
                id: Some(record.clone()),
                fields: BTreeMap::from([(field.to_owned(), value.clone())]),
            }
        };
        let op = Op::Edit {
            record,
            field,
            value,
        };
        self.post(at, op, request, None);
    }

    fn edit_case(&mut self, at: usize, value: String) {
        let Some(record) = self.some_case(at, 3).map(|row| row.id) else {
            return;
        };
        let field = "category";
        let request = Request::EditCase {
            id: record.clone(),
            fields: BTreeMap::from([(field.to_owned(), value.clone())]),
        };
        let op = Op::Edit {
            record,
            field,
            value,
        };
        self.post(at, op, request, None);
    }

    /// Returns a customer as the device lists them; mostly one that everybody edits.
    fn some_customer(&mut self, at: usize) -> Option<String> {
        let Answer::Customers(page) = self.peek(at, Request::Customers(first_rows(500)))? else {
            return None;
        };
        let hot = if self.random.percent(80) { 2 } else { 500 };
        let rows = &page.rows[..page.rows.len().min(hot)];
        self.random.choose(rows).map(|row| row.id.clone())
    }

    /// Returns one of the first cases the device lists; never the one that is to be destroyed.
    fn some_case(&mut self, at: usize, first: u32) -> Option<CaseRow> {
        let Answer::Cases(mut page) = self.peek(at, Request::Cases(first_rows(first)))? else {
            return None;
        };
        page.rows.retain(|row| row.id != self.destroying.case);
        self.random.choose(&page.rows).cloned()
    }

    fn take_step(&mut self, at: usize, note: String) {
        let Some(row) = self.some_case(at, 4) else {
            return;
        };
        let next: &[&str] = match row.state.as_str() {
            "registered" => &["accepted", "not_upheld", "forwarded", "returned", "noted"],
            "forwarded" => &["closed", "accepted", "noted"],
            "accepted" => &["assigned", "withdrawn"],
            "assigned" => &["investigated", "assigned"],
            "investigated" => &["answered", "proposed"],
            "proposed" => &["approved", "sent_back"],
            "approved" => &["carried_out"],
            "carried_out" => &["answered"],
            "answered" => &["called_back", "noted"],
            "called_back" => &["closed", "reopened"],
            "reopened" => &["assigned", "investigated"],
            _ => &["reopened", "noted", "archived"],
        };
        let Some(step) = self.random.choose(next).copied() else {
            return;
        };
        let intent = StepIntent {
            step: step.to_owned(),
            note: note.clone(),
            reason: "一个理由".to_owned(),
            assignee: "王芳".to_owned(),
            to_branch: "B1".to_owned(),
            conclusion: "查实".to_owned(),
            satisfied: Some(true),
            ..StepIntent::default()
        };
        let request = Request::TakeStep {
            id: row.id.clone(),
            step: intent,
        };
        let op = Op::Step {
            record: row.id,
            note,
        };
        self.post(at, op, request, None);
    }

    /// Somebody attaches a picture to a case; one in ten comes in several pieces.
    fn attach(&mut self, at: usize, mark: &str) {
        let Some(record) = self.some_case(at, 4).map(|row| row.id) else {
            return;
        };
        let repeats = if self.random.percent(10) { 30_000 } else { 20 };
        let picture = [b"\x89PNG\r\n\x1a\n", mark.repeat(repeats).as_bytes()].concat();
        let request = Request::Attach {
            id: record.clone(),
            name: format!("{mark}.png"),
        };
        let file = Some(Attachment::Bytes(picture));
        self.post(at, Op::Attach { record }, request, file);
    }

    fn open_file(&mut self, at: usize) {
        let Some(Answer::Status(status)) = self.peek(at, Request::Status) else {
            return;
        };
        if status.branch.is_empty() {
            return;
        }
        let number = self.random.below(FILES);
        let (name, content) = file(&status.branch, number);
        let request = Request::ImportOpen {
            name: name.clone(),
            kind: Some(ImportKind::Customers),
            mapping: BTreeMap::new(),
        };
        self.post(
            at,
            Op::OpenFile { file: name },
            request,
            Some(text(&content)),
        );
    }

    /// Notes what a device answered.
    pub(super) fn hear(&mut self, at: usize, id: &str, posted: Posted, reply: Reply) {
        let (answer, attachment) = match reply {
            Ok(answered) => answered,
            Err(problem) => {
                let code = problem.code;
                self.note(format!("d{at} {id} refused: {code:?} {}", problem.detail));
                if code == ProblemCode::Internal {
                    self.fail(&format!("d{at} {id}: {problem:?}"));
                }
                let storage = matches!(
                    code,
                    ProblemCode::StorageFull | ProblemCode::NotSaved | ProblemCode::Busy
                );
                self.figures.not_saved += u64::from(storage);
                match &posted.op {
                    // It may have been done before the crash: it is asked again until the disk answers.
                    _ if storage && posted.resent => {
                        self.posted.insert((at, id.to_owned()), posted);
                    }
                    Op::Join => self.post(at, Op::Join, posted.request, None),
                    _ => {}
                }
                return;
            }
        };
        self.note(format!("d{at} {id} answered"));
        self.oracle.answered += 1;
        self.figures.answered += 1;
        let resent = posted.resent;
        match posted.op {
            Op::Create { name } => {
                let made = self.oracle.made_at.entry(at).or_default();
                made.insert(name.clone());
                if self.oracle.said(at, &name) {
                    self.oracle.customers.insert(name);
                }
            }
            Op::Register { subject } => {
                let Answer::Saved { id, .. } = answer else {
                    self.fail("a case was answered with something else");
                };
                if self.oracle.said(at, &subject) {
                    self.oracle.cases.insert(subject, id);
                }
            }
            Op::Attach { record } => {
                let Answer::Saved { id: hash, .. } = answer else {
                    self.fail("an attachment was answered with something else");
                };
                self.oracle.attached(at, record, hash);
            }
            Op::Edit {
                record,
                field,
                value,
            } => self.oracle.wrote(at, &record, field, &value, resent),
            Op::Note { record, note } | Op::Step { record, note } => {
                self.oracle.worked_on(at, &record);
                if self.oracle.said(at, &note) {
                    self.oracle.notes.insert(note, record);
                }
            }
            Op::OpenFile { file } => {
                let Answer::ImportPreview(preview) = answer else {
                    self.fail("an opened file was answered with something else");
                };
                let request = Request::ImportRun {
                    import: preview.import,
                    dry_run: false,
                };
                self.oracle.files.entry(file.clone()).or_default().maybe = true;
                self.post(at, Op::ImportFile { file }, request, None);
            }
            Op::ImportFile { file } => {
                self.figures.imports += 1;
                let Answer::ImportReport(report) = answer else {
                    self.fail("an import was answered with something else");
                };
                let told = (report.added, report.changed, report.unchanged);
                self.note(format!("d{at} took in {file}: {told:?}"));
                // A row that was there already may be the work of somebody who is shut out later.
                let own = report.added as usize == FILE_ROWS && self.shutting.device != Some(at);
                let for_good = own || !self.plan.shuts_out;
                let state = self.oracle.files.entry(file).or_default();
                state.told = true;
                state.told_for_good |= for_good;
            }
            Op::ListImports => {
                let Answer::Imports(imports) = answer else {
                    self.fail("a list of imports was answered with something else");
                };
                let there: Vec<_> = imports.iter().filter(|import| !import.undone).collect();
                if let Some(import) = self.random.choose(&there) {
                    let (file, import) = (import.name.clone(), import.import.clone());
                    self.oracle.files.entry(file.clone()).or_default().undone = true;
                    self.post(at, Op::Undo { file }, Request::UndoImport { import }, None);
                }
            }
            Op::Undo { file } => {
                self.figures.undone += 1;
                self.note(format!("d{at} took {file} back"));
            }
            Op::ExportBundle => {
                let Some(bytes) = attachment else {
                    self.fail("a bundle was answered without a file");
                };
                if self.bundles.len() >= MAX_BUNDLES {
                    let old = self.random.below(MAX_BUNDLES);
                    self.bundles.remove(old);
                }
                self.bundles.push(bytes);
            }
            Op::TakeBundle => {
                self.figures.bundles += 1;
                let Answer::Bundle(report) = answer else {
                    self.fail("a bundle taken in was answered with something else");
                };
                if report.refused > 0 && !self.is_shut_out(at) {
                    self.fail(&format!("d{at} refused sound envelopes: {report:?}"));
                }
            }
            Op::Join => {}
        }
    }
}
