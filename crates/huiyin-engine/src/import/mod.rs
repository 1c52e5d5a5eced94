//! Import of files: opened, mapped and previewed in memory, then run slice by slice, one document and one commit each.
//!
//! The same file gives the same records on every device (see [`huiyin_document::creation_changes`]); a row whose record is known
//! is compared, not doubled. Every import can be taken back.
//!
//! About 700 lines: the steps of one session, which share its state; reading, mapping and the past are in files of their own.

mod columns;
mod past;
mod prepare;
mod source;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use huiyin_api::{
    Answer, ColumnMap, ImportKind, ImportPreview, ImportProgress, ImportReport, Notice, Problem,
    ProblemCode, RejectedRow, Request,
};
use huiyin_core::case::CaseState;
use huiyin_core::id::{RecordId, RecordKind};
use huiyin_document::{DocumentKey, Edit, Hand, NewRecord, Record};

use crate::Attachment;
use crate::replica::Replica;
use crate::task::{After, Origin, Reply, Run, Tx, Work};

pub use columns::import_fields;
pub use source::MAX_IMPORT_BYTES;

use prepare::{Draft, Frame, MAX_BLOCK_BYTES, prepare};
use source::Source;

/// Files open for import at a time; the oldest is closed for a new one.
const MAX_OPEN_IMPORTS: usize = 3;
/// Rows shown in a preview.
const SAMPLE_ROWS: usize = 20;
/// Rejected rows listed in a report.
const REPORTED_ROWS: usize = 100;
/// Records of one slice.
const SLICE_RECORDS: usize = 500;

/// One step of a running import.
#[derive(Debug)]
pub(crate) enum Slice {
    /// Records made in one document.
    Create(DocumentKey, Vec<NewRecord>),
    /// Records that exist, compared field by field.
    Compare(DocumentKey, Vec<NewRecord>),
}

impl Slice {
    fn rows(&self) -> usize {
        match self {
            Self::Create(_, records) | Self::Compare(_, records) => records.len(),
        }
    }
}

/// A running import.
#[derive(Debug)]
pub(crate) struct Running {
    origin: Option<Origin>,
    slices: VecDeque<Slice>,
    done: u64,
    total: u64,
    report: ImportReport,
    /// Segments that got records: for taking the import back.
    segments: BTreeSet<String>,
    cancelled: bool,
}

/// A file open for import.
#[derive(Debug)]
pub(crate) struct Session {
    id: String,
    name: String,
    encoding: String,
    kind: ImportKind,
    mapping: BTreeMap<String, String>,
    source: Source,
    /// Hash of the text: with kind and mapping it names the import.
    hash: blake3::Hash,
    malformed: Vec<RejectedRow>,
    rejected: Vec<RejectedRow>,
    running: Option<Running>,
}

/// Files open for import.
#[derive(Debug, Default)]
pub(crate) struct Imports {
    open: VecDeque<Session>,
}

impl Imports {
    fn get(&mut self, id: &str) -> Result<&mut Session, Problem> {
        self.open
            .iter_mut()
            .find(|session| session.id == id)
            .ok_or_else(|| Problem::at(ProblemCode::ImportGone, id))
    }

    /// Takes those who wait for running imports.
    pub fn take_origins(&mut self) -> Vec<Origin> {
        self.open
            .iter_mut()
            .filter_map(|session| session.running.as_mut()?.origin.take())
            .collect()
    }

    /// Lets the answer of a running import go to the newer client if its request came again. Returns whether it did.
    pub fn redirect(&mut self, origin: &Origin) -> bool {
        let waiting = self
            .open
            .iter_mut()
            .filter_map(|session| session.running.as_mut()?.origin.as_mut())
            .find(|waiting| waiting.id == origin.id);
        waiting.is_some_and(|waiting| {
            waiting.clone_from(origin);
            true
        })
    }

    /// Marks a running import to stop after its present slice.
    pub fn cancel(&mut self, request: &Request) {
        if let Request::ImportCancel { import } = request
            && let Ok(Session {
                running: Some(running),
                ..
            }) = self.get(import)
        {
            running.cancelled = true;
        }
    }
}

impl Session {
    /// Returns the import's id: equal for the same file, kind and mapping on every device.
    fn import_id(&self) -> String {
        let mut hasher = blake3::Hasher::new_derive_key("huiyin 2026 import");
        hasher.update(self.hash.as_bytes());
        hasher.update(format!("{:?}", self.kind).as_bytes());
        for (field, column) in &self.mapping {
            hasher
                .update(field.as_bytes())
                .update(b"\0")
                .update(column.as_bytes())
                .update(b"\0");
        }
        hasher.finalize().to_hex()[..16].to_owned()
    }

    fn set_kind(&mut self, kind: ImportKind) {
        let columns = self.source.columns();
        let kind = match self.source {
            Source::Json { .. } => ImportKind::Records,
            Source::Csv { .. } if kind == ImportKind::Records => columns::guess_kind(&columns),
            Source::Csv { .. } => kind,
        };
        self.kind = kind;
        self.mapping = if kind == ImportKind::Records {
            BTreeMap::new()
        } else {
            columns::guess(kind, &columns)
        };
    }

    fn apply_mapping(&mut self, mapping: &BTreeMap<String, String>) -> Result<(), Problem> {
        let columns = self.source.columns();
        for (field, column) in mapping {
            if !columns::is_field(self.kind, field) {
                return Err(Problem::at(ProblemCode::UnknownColumn, field)
                    .because("it is no field; `import --fields` lists them"));
            }
            if !column.is_empty() && !columns.contains(column) {
                return Err(Problem::at(ProblemCode::UnknownColumn, column)
                    .because(format!("the file has {}", columns.join(", "))));
            }
        }
        for (field, column) in mapping {
            self.mapping
                .retain(|_, other| other != column || column.is_empty());
            if column.is_empty() {
                self.mapping.remove(field);
            } else {
                self.mapping.insert(field.clone(), column.clone());
            }
        }
        Ok(())
    }
}

impl Replica {
    /// Opens a file.
    pub fn import_open(
        &mut self,
        tx: &mut Tx<'_>,
        name: &str,
        kind: Option<ImportKind>,
        mapping: &BTreeMap<String, String>,
        attachment: Option<&Attachment>,
    ) -> Run<Answer> {
        self.branch()?;
        let Some(Attachment::Text { text, encoding }) = attachment else {
            return Err(Problem::at(ProblemCode::UnknownEncoding, name).into());
        };
        let hash = blake3::hash(text.as_bytes());
        let (source, malformed) = source::read(name, text.clone())?;
        let columns = source.columns();
        let guessed = kind.unwrap_or_else(|| columns::guess_kind(&columns));
        let mut session = Session {
            id: tx.random_id(),
            name: name.to_owned(),
            encoding: (*encoding).to_owned(),
            kind: guessed,
            mapping: BTreeMap::new(),
            source,
            hash,
            malformed,
            rejected: Vec::new(),
            running: None,
        };
        session.set_kind(guessed);
        let mapped = |session: &Session| {
            session
                .mapping
                .keys()
                .filter(|field| !field.starts_with(huiyin_document::schema::CUSTOM_PREFIX))
                .count()
        };
        if session.kind != ImportKind::Records && mapped(&session) == 0 && mapping.is_empty() {
            return Err(Problem::at(ProblemCode::NoColumns, name)
                .because(format!("found: {}", columns.join(", ")))
                .into());
        }
        session.apply_mapping(mapping)?;
        while self.imports.open.len() >= MAX_OPEN_IMPORTS {
            let Some(at) = self
                .imports
                .open
                .iter()
                .position(|session| session.running.is_none())
            else {
                break;
            };
            self.imports.open.remove(at);
        }
        let id = session.id.clone();
        self.imports.open.push_back(session);
        self.preview(&id)
    }

    /// Changes kind or mapping of an open file.
    pub fn import_map(
        &mut self,
        _tx: &mut Tx<'_>,
        import: &str,
        kind: ImportKind,
        mapping: &BTreeMap<String, String>,
    ) -> Run<Answer> {
        let session = self.imports.get(import)?;
        if session.kind != kind {
            session.set_kind(kind);
        }
        session.apply_mapping(mapping)?;
        self.preview(import)
    }

    fn preview(&mut self, import: &str) -> Run<Answer> {
        let drafts = self.prepared(import)?;
        let session = self.imports.get(import)?;
        let columns = session.source.columns();
        let sample = (0..session.source.len().min(SAMPLE_ROWS))
            .map(|row| session.source.cells(row, &columns))
            .collect();
        let preview = ImportPreview {
            import: session.id.clone(),
            name: session.name.clone(),
            kind: session.kind,
            encoding: session.encoding.clone(),
            mapping: session
                .mapping
                .iter()
                .map(|(field, column)| ColumnMap {
                    field: field.clone(),
                    column: column.clone(),
                })
                .collect(),
            fields: import_fields(),
            sample,
            rows: session.source.len() as u64 + session.malformed.len() as u64,
            states: unknown_states(&drafts),
            rejected: session.rejected.iter().take(SAMPLE_ROWS).cloned().collect(),
            rejected_total: session.rejected.len() as u64,
            columns,
        };
        Ok(Answer::ImportPreview(Box::new(preview)))
    }

    /// Returns the records of an open file; its rejected rows are kept with it.
    fn prepared(&mut self, import: &str) -> Result<Vec<Draft>, Problem> {
        let branch = self.branch()?;
        let clock = self.settings.case_clock.clone();
        let customers = self.segments.by_external(RecordKind::Customer);
        let calendar = &self.policies.calendar;
        let session = self.imports.get(import)?;
        let id = session.import_id();
        let frame = Frame {
            import: &id,
            kind: session.kind,
            mapping: &session.mapping,
            branch: &branch,
            clock: &clock,
            calendar,
            customers: &customers,
        };
        let (drafts, mut rejected) = prepare(&session.source, &frame);
        rejected.extend(session.malformed.iter().cloned());
        rejected.sort_by_key(|row| row.line);
        session.rejected = rejected;
        Ok(drafts)
    }

    /// Runs an open file, or counts what it would do.
    pub fn import_run(
        &mut self,
        tx: &mut Tx<'_>,
        import: &str,
        dry_run: bool,
    ) -> Run<Option<Reply>> {
        self.documents
            .require([&DocumentKey::Root, &DocumentKey::Catalogue(self.branch()?)])?;
        if self.imports.get(import)?.running.is_some() {
            return Err(Problem::at(ProblemCode::Busy, "import").into());
        }
        let drafts = self.prepared(import)?;
        let unknown: BTreeSet<_> = drafts
            .iter()
            .flat_map(|draft| {
                let segment = &draft.id.segment;
                [segment.branch.clone(), segment.working_branch()]
            })
            .filter(|code| !self.settings.branches.contains_key(code.as_str()))
            .collect();
        if !dry_run && !unknown.is_empty() {
            if !self.is_administrator() {
                let codes = unknown
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(", ");
                return Err(Problem::at(ProblemCode::NotAllowed, "branch")
                    .because(format!("the file has branches that do not exist: {codes}"))
                    .into());
            }
            for code in &unknown {
                self.ensure_branch(tx, code, code.as_str())?;
            }
        }
        let mut plan = self.plan(drafts);
        let rejected = self.imports.get(import)?.rejected.clone();
        plan.report.rejected = rejected.len() as u64;
        plan.report.rejected_rows = rejected.into_iter().take(REPORTED_ROWS).collect();
        import.clone_into(&mut plan.report.import);
        plan.report.dry_run = dry_run;
        plan.origin.clone_from(&tx.origin);
        let catalogue = (!dry_run
            && plan
                .slices
                .iter()
                .any(|slice| matches!(slice, Slice::Create(..))))
        .then(|| plan.segments.clone());
        self.imports.get(import)?.running = Some(plan);
        if let Some(segments) = catalogue {
            self.note_import(tx, import, &segments)?;
        }
        tx.follow(Work::Import(import.to_owned()));
        Ok(None)
    }

    /// Sorts records into those to be made and those to be compared.
    fn plan(&self, drafts: Vec<Draft>) -> Running {
        let by_external = [RecordKind::Customer, RecordKind::Case]
            .map(|kind| (kind, self.segments.by_external(kind)));
        let known = |draft: &Draft| -> Option<RecordId> {
            if self.segments.row(&draft.id).is_some() {
                return Some(draft.id.clone());
            }
            let (_, external) = by_external
                .iter()
                .find(|(kind, _)| *kind == draft.id.kind())?;
            (!draft.own_id && !draft.external.is_empty())
                .then(|| external.get(draft.external.as_str()).cloned())
                .flatten()
        };
        let mut create: BTreeMap<DocumentKey, Vec<NewRecord>> = BTreeMap::new();
        let mut compare: BTreeMap<DocumentKey, Vec<NewRecord>> = BTreeMap::new();
        let mut report = ImportReport::default();
        let total = drafts.len() as u64;
        let mut seen = BTreeSet::new();
        for draft in drafts {
            if self.destroyed.has(&draft.id.segment) {
                report.unchanged += 1;
                continue;
            }
            match known(&draft) {
                // Rows of our own export are never compared: what was edited since must stay.
                Some(_) if draft.own_id => report.unchanged += 1,
                Some(id) => {
                    let mut record = draft.record;
                    record.local = id.local;
                    compare
                        .entry(DocumentKey::Segment(id.segment))
                        .or_default()
                        .push(record);
                }
                None if !draft.external.is_empty()
                    && !draft.own_id
                    && !seen.insert((draft.id.kind(), draft.external.clone())) =>
                {
                    report.unchanged += 1;
                }
                None => create
                    .entry(DocumentKey::Segment(draft.id.segment))
                    .or_default()
                    .push(draft.record),
            }
        }
        let segments = create.keys().map(ToString::to_string).collect();
        let mut slices = VecDeque::new();
        for (key, records) in create {
            slices.extend(
                blocks(records)
                    .into_iter()
                    .map(|records| Slice::Create(key.clone(), records)),
            );
        }
        for (key, records) in compare {
            slices.push_back(Slice::Compare(key, records));
        }
        let done = report.unchanged;
        Running {
            origin: None,
            slices,
            done,
            total,
            report,
            segments,
            cancelled: false,
        }
    }

    /// Does the next slice of a running import, or ends it.
    pub fn import_slice(&mut self, tx: &mut Tx<'_>, import: &str) -> Run<()> {
        let Ok(session) = self.imports.get(import) else {
            return Ok(());
        };
        let id = session.import_id();
        let Some(running) = &mut session.running else {
            return Ok(());
        };
        let dry_run = running.report.dry_run;
        let (key, creates) = match running.slices.front() {
            Some(Slice::Create(key, _)) if !running.cancelled => (key.clone(), true),
            Some(Slice::Compare(key, _)) if !running.cancelled => (key.clone(), false),
            _ => return self.import_end(tx, import),
        };
        if creates {
            let known = self.known_of(tx, [&key])?;
            self.documents.require(&known)?;
        } else {
            self.documents.get(&key)?;
        }
        let Some(slice) = self
            .imports
            .get(import)?
            .running
            .as_mut()
            .and_then(|running| running.slices.pop_front())
        else {
            return Ok(());
        };
        let rows = slice.rows() as u64;
        let (added, changed) = match slice {
            Slice::Create(_, records) if dry_run => (records.len() as u64, 0),
            Slice::Create(_, records) => (self.create_records(tx, &id, vec![(key, records)])?, 0),
            Slice::Compare(_, records) => {
                (0, self.compare_slice(tx, import, &key, &records, dry_run)?)
            }
        };
        let running = self
            .imports
            .get(import)?
            .running
            .as_mut()
            .expect("checked above");
        running.report.added += added;
        running.report.changed += changed;
        running.report.unchanged += rows - added - changed;
        running.done += rows;
        let progress = ImportProgress {
            import: import.to_owned(),
            done: running.done,
            total: running.total,
        };
        tx.after
            .push(After::Notify(Notice::ImportProgress(progress)));
        tx.follow(Work::Import(import.to_owned()));
        Ok(())
    }

    /// Compares known records with the file; returns how many differ. Empty cells say nothing; an unchanged row of a file that
    /// was imported before leaves what was edited since.
    fn compare_slice(
        &mut self,
        tx: &mut Tx<'_>,
        import: &str,
        key: &DocumentKey,
        records: &[NewRecord],
        dry_run: bool,
    ) -> Run<u64> {
        let id = self.imports.get(import)?.import_id();
        let mut edits = Vec::new();
        let mut old: BTreeMap<String, BTreeMap<String, [String; 2]>> = BTreeMap::new();
        let mut changed = BTreeSet::new();
        for record in records {
            let Some((stored, _)) = self.documents.opened(key).record(record.local) else {
                continue;
            };
            if stored.import.as_deref() == Some(id.as_str()) {
                continue;
            }
            for (field, value) in differing(&stored, record) {
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
            self.documents
                .get(&DocumentKey::Catalogue(self.branch()?))?;
            let author = self.author(tx);
            self.edit(tx, key, &author, Hand::Import, &edits);
            self.note_old_values(tx, import, key, &old)?;
        }
        Ok(changed.len() as u64)
    }

    fn import_end(&mut self, tx: &mut Tx<'_>, import: &str) -> Run<()> {
        self.documents
            .get(&DocumentKey::Catalogue(self.branch()?))?;
        let session = self.imports.get(import)?;
        let Some(running) = session.running.take() else {
            return Ok(());
        };
        let mut report = running.report;
        report.cancelled = running.cancelled;
        if !report.dry_run && (report.added > 0 || report.changed > 0) {
            self.note_import_end(tx, import, &report)?;
        }
        if let Some(origin) = running.origin {
            tx.after.push(After::Answer(
                origin,
                Ok((Answer::ImportReport(Box::new(report)), None)),
            ));
        }
        Ok(())
    }

    /// Stops a running import (marked when the request came) or closes an open file.
    pub fn import_cancel(&mut self, import: &str) -> Answer {
        self.imports
            .open
            .retain(|session| session.id != import || session.running.is_some());
        Answer::Done
    }

    /// Returns the rejected rows of a file with their reasons, as a CSV file that can be mended and imported.
    pub fn import_errors(&mut self, import: &str) -> Run<Reply> {
        let session = self.imports.get(import)?;
        let columns = session.source.columns();
        let lines: BTreeMap<u64, usize> = (0..session.source.len())
            .map(|row| (session.source.line(row), row))
            .collect();
        // A row with too many cells keeps them all.
        let mut writer = csv::WriterBuilder::new()
            .flexible(true)
            .from_writer(crate::sniff::UTF8_BOM.to_vec());
        let header = ["line", "column", "reason"]
            .into_iter()
            .map(str::to_owned)
            .chain(columns.iter().cloned());
        let fail = |_| Problem::at(ProblemCode::Internal, "error rows");
        writer.write_record(header).map_err(fail)?;
        for row in &session.rejected {
            let cells = lines
                .get(&row.line)
                .map(|at| session.source.cells(*at, &columns))
                .or_else(|| session.source.misfit(row.line))
                .unwrap_or_else(|| vec![String::new(); columns.len()]);
            let start = [row.line.to_string(), row.column.clone(), row.reason.clone()];
            writer
                .write_record(start.into_iter().chain(cells))
                .map_err(fail)?;
        }
        let bytes = writer
            .into_inner()
            .map_err(|_| Problem::at(ProblemCode::Internal, "error rows"))?;
        let name = format!(
            "{}-errors.csv",
            session
                .name
                .trim_end_matches(".csv")
                .trim_end_matches(".jsonl")
        );
        Ok((
            Answer::File {
                name,
                media: "text/csv".to_owned(),
            },
            Some(bytes),
        ))
    }
}

/// Returns the fields that the file says otherwise.
fn differing<'a>(stored: &Record, record: &'a NewRecord) -> Vec<(&'a String, &'a String)> {
    record
        .fields
        .iter()
        .filter(|(field, value)| !value.is_empty() && stored.field(field) != value.as_str())
        .collect()
}

/// Cuts the records of one document so that each creation change fits an envelope.
fn blocks(records: Vec<NewRecord>) -> Vec<Vec<NewRecord>> {
    let mut all = vec![Vec::new()];
    let mut bytes = 0;
    for record in records {
        let size = record
            .fields
            .iter()
            .map(|(name, value)| name.len() + value.len())
            .sum::<usize>()
            + record
                .events
                .iter()
                .map(|event| event.note.len() + 120)
                .sum::<usize>();
        let last = all.last_mut().expect("there is always one block");
        if !last.is_empty() && (bytes + size > MAX_BLOCK_BYTES || last.len() >= SLICE_RECORDS) {
            all.push(vec![record]);
            bytes = size;
        } else {
            last.push(record);
            bytes += size;
        }
    }
    all.retain(|block| !block.is_empty());
    all
}

/// Returns the states of the file that are not states here, and what each becomes.
fn unknown_states(drafts: &[Draft]) -> BTreeMap<String, String> {
    let mut states = BTreeMap::new();
    for event in drafts
        .iter()
        .filter(|draft| !draft.own_id)
        .flat_map(|draft| &draft.record.events)
    {
        let Some(text) = &event.imported_state else {
            continue;
        };
        if CaseState::parse(text).is_none() {
            let known = CaseState::from_imported(text).unwrap_or(CaseState::Registered);
            states.insert(text.clone(), known.name().to_owned());
        }
    }
    states
}
