//! A running import: rows go to their segments, full blocks are stored slice by slice, lists answer in between.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::{Answer, ImportProgress, ImportReport, ImportStage, Notice, Problem, ProblemCode};
use huiyin_core::file;
use huiyin_core::id::SegmentKey;
use huiyin_document::{DocumentKey, Edit, Hand, NewRecord, Record};

use super::look::Found;
use super::pass::Step;
use super::places::{Derivation, Here, Placing};
use super::prepare::{Frame, Shape};
use super::rows::Row;
use super::{REPORTED_ROWS, TELL_EVERY_MS, Task, busy};
use crate::replica::Replica;
use crate::task::{After, Origin, Reply, Run, Tx, Work};
use crate::{Durability, Millis};

/// Segments made in one slice: what takes long enough to be worth a commit, and little enough for lists to answer after it.
const SLICE_SEGMENTS: usize = 8;
/// While slices are stored, views are told of them at most this often, in milliseconds.
const CHANGED_EVERY_MS: Millis = 300;

/// A running import.
#[derive(Debug)]
pub(crate) struct Running {
    pub origin: Option<Origin>,
    placing: Placing,
    shape: Shape,
    /// No row follows.
    read_all: bool,
    /// The import stands in the catalogue.
    noted: bool,
    cancelled: bool,
    /// Rows stored, counted or found to be here.
    done: u64,
    total: u64,
    report: ImportReport,
    /// When progress and changes were told last.
    told: Millis,
    told_changed: Millis,
}

impl Running {
    /// Marks the import to stop after its present slice.
    pub fn cancel(&mut self) {
        self.cancelled = true;
    }

    fn row(&mut self, frame: Frame<'_>, here: Here<'_>, row: &Row<'_>) {
        let taken = match row {
            Row::Cells(line, cells) => self.shape.cells(frame, cells, *line),
            Row::Object(line, text) => self.shape.object(frame, text, *line),
            Row::Header(_) | Row::Misfit(..) | Row::NoObject(_) | Row::TooLong(_) => return,
        };
        // What cannot be taken was counted when the file was looked through.
        if let Ok(loose) = taken {
            self.placing.put(loose, here);
        }
    }

    /// Counts rows that need no slice.
    fn count_unchanged(&mut self) {
        let unchanged = std::mem::take(&mut self.placing.unchanged);
        self.report.unchanged += unchanged;
        self.done += unchanged;
    }
}

impl Replica {
    /// Runs an open file, or counts what it would do.
    pub fn import_run(
        &mut self,
        tx: &mut Tx<'_>,
        import: &str,
        dry_run: bool,
    ) -> Run<Option<Reply>> {
        self.documents
            .require([&DocumentKey::Root, &DocumentKey::Catalogue(self.branch()?)])?;
        let session = self.imports.get(import)?;
        if session.task.is_some() {
            return Err(busy(import).into());
        }
        // A file that an earlier version imported keeps the ids it got then.
        let hashed = session.import_id(Derivation::Hashed)?;
        let counted = session.import_id(Derivation::Counted)?;
        let Found {
            rows,
            rejected_total,
            ..
        } = session.found;
        let report = ImportReport {
            import: import.to_owned(),
            rejected: rejected_total,
            rejected_rows: session
                .found
                .rejected
                .iter()
                .take(REPORTED_ROWS)
                .cloned()
                .collect(),
            dry_run,
            ..ImportReport::default()
        };
        let shape = session.shape();
        let unknown: BTreeSet<_> = session
            .found
            .branches
            .iter()
            .filter(|code| !self.settings.branches.contains_key(code.as_str()))
            .cloned()
            .collect();
        let (id, derivation) = if self.has_import(&hashed)? {
            (hashed, Derivation::Hashed)
        } else {
            (counted, Derivation::Counted)
        };
        if !dry_run && !unknown.is_empty() {
            if !self.is_administrator() {
                let codes: Vec<_> = unknown.iter().map(ToString::to_string).collect();
                return Err(Problem::at(ProblemCode::NotAllowed, "branch")
                    .because(format!(
                        "the file has branches that do not exist: {}",
                        codes.join(", ")
                    ))
                    .into());
            }
            for code in &unknown {
                self.ensure_branch(tx, code, code.as_str())?;
            }
        }
        let here = Here {
            segments: &self.segments,
            destroyed: &self.destroyed,
            calendar: &self.policies.calendar,
        };
        let running = Running {
            origin: tx.origin.clone(),
            placing: Placing::new(id, derivation, here),
            shape,
            read_all: false,
            noted: false,
            cancelled: false,
            done: 0,
            total: rows - rejected_total,
            report,
            told: tx.now,
            told_changed: tx.now,
        };
        let session = self.imports.get(import)?;
        session.task = Some(Task::Run(Box::new(running)));
        session.begin_pass();
        tx.follow(Work::Import(import.to_owned()));
        Ok(None)
    }

    fn running(&mut self, import: &str) -> Result<&mut Running, Problem> {
        match &mut self.imports.get(import)?.task {
            Some(Task::Run(running)) => Ok(running),
            _ => Err(busy(import)),
        }
    }

    /// Stores the next slice of a running import, or uses the next piece of its file, or ends it.
    pub(super) fn run_step(&mut self, tx: &mut Tx<'_>, import: &str) -> Run<()> {
        let running = self.running(import)?;
        if running.cancelled {
            return self.run_end(tx, import);
        }
        let all = running.read_all;
        let blocks = running.placing.next_creates(SLICE_SEGMENTS, all);
        if blocks > 0 {
            self.create_slice(tx, import, blocks)?;
        } else if running.placing.key_of_compare().is_some() {
            self.compare_slice(tx, import)?;
        } else if all {
            return self.run_end(tx, import);
        } else if !self.use_piece(tx, import)? {
            return Ok(());
        }
        let now = tx.now;
        let running = self.running(import)?;
        running.count_unchanged();
        let progress = (now - running.told >= TELL_EVERY_MS).then(|| {
            running.told = now;
            ImportProgress {
                import: import.to_owned(),
                stage: ImportStage::Running,
                done: running.done,
                total: running.total,
            }
        });
        if tx.changed {
            tx.changed = now - running.told_changed >= CHANGED_EVERY_MS;
            if tx.changed {
                running.told_changed = now;
            }
        }
        if let Some(progress) = progress {
            tx.after
                .push(After::Notify(Notice::ImportProgress(progress)));
        }
        tx.follow(Work::Import(import.to_owned()));
        Ok(())
    }

    /// Puts the rows of the next piece where they belong. Returns whether there was one.
    fn use_piece(&mut self, tx: &mut Tx<'_>, import: &str) -> Run<bool> {
        let branch = self.branch()?;
        let frame = Frame::of(&branch, &self.settings, &self.policies);
        let here = Here {
            segments: &self.segments,
            destroyed: &self.destroyed,
            calendar: &self.policies.calendar,
        };
        let session = self.imports.get(import)?;
        let (Some(Task::Run(running)), Some(pass)) = (&mut session.task, &mut session.pass) else {
            return Ok(false);
        };
        let step = pass.step(&mut |_| {}, &mut |row| {
            running.row(frame, here, &row);
            Ok(())
        });
        match step {
            Ok(Step::Waits) => Ok(false),
            Ok(Step::More) => Ok(true),
            Ok(Step::End) => {
                running.read_all = true;
                running.placing.close();
                session.pass = None;
                Ok(true)
            }
            Err(refusal) => {
                // What was stored stays; the same file goes on from there.
                let origin = running.origin.take();
                let problem = refusal.into_problem(&session.name);
                (session.task, session.pass) = (None, None);
                if let Some(origin) = origin {
                    tx.after.push(After::Answer(origin, Err(problem)));
                }
                tx.changed = true;
                Ok(false)
            }
        }
    }

    /// Makes the records of the next blocks.
    fn create_slice(&mut self, tx: &mut Tx<'_>, import: &str, blocks: usize) -> Run<()> {
        let running = self.running(import)?;
        let dry_run = running.report.dry_run;
        let noted = running.noted;
        if !dry_run {
            // Everything that may have to be loaded, before a block is taken.
            let keys: Vec<DocumentKey> = running
                .placing
                .keys_of_creates(blocks)
                .map(|segment| DocumentKey::Segment(segment.clone()))
                .collect();
            if !noted {
                let catalogue = DocumentKey::Catalogue(self.branch()?);
                self.documents.require([&DocumentKey::Root, &catalogue])?;
            }
            let known = self.known_of(tx, &keys)?;
            self.documents.require(&known)?;
            if !noted {
                self.note_import(tx, import)?;
            }
        }
        let running = self.running(import)?;
        running.noted = true;
        let id = running.placing.import().to_owned();
        let blocks: Vec<(DocumentKey, Vec<NewRecord>)> = running
            .placing
            .take_creates(blocks)
            .into_iter()
            .map(|(segment, records)| (DocumentKey::Segment(segment), records))
            .collect();
        let rows = blocks.iter().map(|(_, records)| records.len() as u64).sum();
        let added = if dry_run {
            rows
        } else {
            let added = self.create_records(tx, &id, blocks)?;
            tx.durability = Durability::Relaxed;
            added
        };
        let running = self.running(import)?;
        running.report.added += added;
        running.report.unchanged += rows - added.min(rows);
        running.done += rows;
        Ok(())
    }

    /// Compares the known records of the next block with the file. Empty cells say nothing; an unchanged row of a file that
    /// was imported before leaves what was edited since.
    fn compare_slice(&mut self, tx: &mut Tx<'_>, import: &str) -> Run<()> {
        let Some(segment) = self.running(import)?.placing.key_of_compare().cloned() else {
            return Ok(());
        };
        let catalogue = DocumentKey::Catalogue(self.branch()?);
        let key = DocumentKey::Segment(segment);
        self.documents.require([&catalogue, &key])?;
        let running = self.running(import)?;
        let dry_run = running.report.dry_run;
        let id = running.placing.import().to_owned();
        let Some((_, records)) = running.placing.take_compare() else {
            return Ok(());
        };
        let mut edits = Vec::new();
        let mut old: BTreeMap<String, BTreeMap<String, [String; 2]>> = BTreeMap::new();
        let mut changed = BTreeSet::new();
        for record in &records {
            let Some((stored, _)) = self.documents.opened(&key).record(record.local) else {
                continue;
            };
            if stored.import.as_deref() == Some(id.as_str()) {
                continue;
            }
            // A stage that acts decided goes on to hold: a field beside them would say what is not so.
            let decided = record.fields.contains_key("life_cycle")
                && file::fold(&stored.events).life_cycle.is_some();
            for (field, value) in differing(&stored, record) {
                if decided && STAGE.contains(&field.as_str()) {
                    continue;
                }
                changed.insert(record.local);
                let pair = [stored.field(field).to_owned(), value.clone()];
                old.entry(format!("{:016x}", record.local))
                    .or_default()
                    .insert(field.clone(), pair);
                edits.push(Edit::SetField {
                    local: record.local,
                    field: field.clone(),
                    value: value.clone(),
                });
            }
        }
        if !dry_run && !edits.is_empty() {
            let author = self.author(tx);
            self.edit(tx, &key, &author, Hand::Import, &edits);
            self.note_old_values(tx, import, &key, &old)?;
        }
        let running = self.running(import)?;
        let (rows, changed) = (records.len() as u64, changed.len() as u64);
        running.report.changed += changed;
        running.report.unchanged += rows - changed;
        running.done += rows;
        Ok(())
    }

    fn run_end(&mut self, tx: &mut Tx<'_>, import: &str) -> Run<()> {
        self.documents
            .get(&DocumentKey::Catalogue(self.branch()?))?;
        let running = self.running(import)?;
        running.count_unchanged();
        let mut report = running.report.clone();
        report.cancelled = running.cancelled;
        let origin = running.origin.take();
        if !report.dry_run && (report.added > 0 || report.changed > 0) {
            self.note_import_end(tx, import, &report)?;
            tx.changed = true;
        }
        let session = self.imports.get(import)?;
        (session.task, session.pass) = (None, None);
        if let Some(origin) = origin {
            tx.after.push(After::Answer(
                origin,
                Ok((Answer::ImportReport(Box::new(report)), None)),
            ));
        }
        Ok(())
    }

    /// Returns the id of the running import.
    pub(super) fn running_id(&mut self, import: &str) -> Result<String, Problem> {
        Ok(self.running(import)?.placing.import().to_owned())
    }

    /// Returns the segments of rows that came with their ids.
    pub(super) fn own_segments(&mut self, import: &str) -> Result<BTreeSet<SegmentKey>, Problem> {
        Ok(self.imports.get(import)?.found.segments.clone())
    }
}

/// Fields of a customer's stage.
const STAGE: [&str; 2] = ["life_cycle", "life_cycle_reason"];

/// Returns the fields that the file says otherwise.
fn differing<'a>(stored: &Record, record: &'a NewRecord) -> Vec<(&'a String, &'a String)> {
    record
        .fields
        .iter()
        .filter(|(field, value)| !value.is_empty() && stored.field(field) != value.as_str())
        .collect()
}
