//! Import of files: looked through, mapped and previewed, then run slice by slice. The file is read in pieces, once for each;
//! neither its text nor its records are ever in memory as a whole.
//!
//! The same file gives the same records on every device (see [`huiyin_document::creation_changes`]); a row whose record is known
//! is compared, not doubled. Every import can be taken back.
//!
//! Long: the states of an import and what leads from one to the next.

mod columns;
mod errors;
mod json;
mod look;
mod pass;
mod past;
mod places;
mod prepare;
mod rows;
mod run;
mod text;

use std::collections::{BTreeMap, VecDeque};

use huiyin_api::{
    Answer, ColumnMap, ImportKind, ImportPreview, ImportProgress, ImportStage, Notice, Problem,
    ProblemCode, Request,
};

use crate::replica::Replica;
use crate::task::{After, Origin, Reply, Run, Tx, Work};
use crate::{Attachment, Effect, FilePiece, FileTrouble, Millis};

pub use columns::import_fields;
pub(crate) use past::{import_noted, import_times};

use errors::Collecting;
use look::{Found, Looking};
use pass::{Pass, Step, Stop};
use places::Derivation;
use prepare::{Frame, Shape};
use run::Running;
use text::Encoding;

/// Largest file, in bytes.
pub const MAX_IMPORT_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// Files open for import at a time; the oldest is closed for a new one.
const MAX_OPEN_IMPORTS: usize = 3;
/// Rows shown in a preview.
const SAMPLE_ROWS: usize = 20;
/// Rejected rows listed in a report.
const REPORTED_ROWS: usize = 100;
/// Progress is told at most this often, in milliseconds.
const TELL_EVERY_MS: Millis = 100;

/// What is done with a file.
#[derive(Debug)]
enum Task {
    Look(Box<Looking>),
    Run(Box<Running>),
    Collect(Box<Collecting>),
}

/// A file open for import.
#[derive(Debug)]
pub(crate) struct Session {
    id: String,
    name: String,
    /// The shell's number of the file.
    file: u64,
    size: u64,
    /// Kind and mapping it was opened with, until they are in force.
    wish: Option<(Option<ImportKind>, BTreeMap<String, String>)>,
    encoding: Option<Encoding>,
    json: bool,
    columns: Vec<String>,
    kind: ImportKind,
    mapping: BTreeMap<String, String>,
    /// Hash of the text: with kind and mapping it names the import.
    hash: Option<blake3::Hash>,
    found: Found,
    /// The reading under way.
    pass: Option<Pass>,
    task: Option<Task>,
}

/// Files open for import.
#[derive(Debug, Default)]
pub(crate) struct Imports {
    open: VecDeque<Session>,
    /// Files the shell may forget.
    closed: Vec<u64>,
}

impl Imports {
    fn get(&mut self, id: &str) -> Result<&mut Session, Problem> {
        self.open
            .iter_mut()
            .find(|session| session.id == id)
            .ok_or_else(|| Problem::at(ProblemCode::ImportGone, id))
    }

    /// Closes files; returns those who waited for something of them.
    fn close(&mut self, which: impl Fn(&Session) -> bool) -> Vec<Origin> {
        let mut waiting = Vec::new();
        self.open.retain_mut(|session| {
            let close = which(session);
            if close {
                self.closed.push(session.file);
                waiting.extend(session.origins().cloned());
            }
            !close
        });
        waiting
    }

    /// Closes every file and returns those who wait.
    pub fn close_all(&mut self) -> Vec<Origin> {
        self.close(|_| true)
    }

    /// Lets the answer go to the newer client if its request came again. Returns whether it did.
    pub fn redirect(&mut self, origin: &Origin) -> bool {
        let waiting = self
            .open
            .iter_mut()
            .flat_map(Session::origins_mut)
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
                task: Some(Task::Run(running)),
                ..
            }) = self.get(import)
        {
            running.cancel();
        }
    }

    /// Takes a piece of a file. Returns the import that waits for it, if it does.
    pub fn hear(&mut self, id: u64, result: Result<FilePiece, FileTrouble>) -> Option<String> {
        let mut result = Some(result);
        self.open.iter_mut().find_map(|session| {
            let pass = session.pass.as_mut()?;
            let waits = pass.hear(id, &mut result) && std::mem::take(&mut pass.idle);
            waits.then(|| session.id.clone())
        })
    }

    /// Returns what the shell shall do with files. `next` gives ids of effects.
    pub fn effects(&mut self, mut next: impl FnMut() -> u64) -> Vec<Effect> {
        let closed = self.closed.drain(..).map(|file| Effect::CloseFile { file });
        let mut effects: Vec<Effect> = closed.collect();
        for session in &mut self.open {
            let Some(pass) = &mut session.pass else {
                continue;
            };
            if let Some((id, offset, length, reading)) = pass.ask(&mut next) {
                effects.push(Effect::ReadFile {
                    id,
                    file: session.file,
                    offset,
                    length,
                    reading,
                });
            }
        }
        effects
    }
}

impl Session {
    /// Returns those who wait for something of this file.
    fn origins(&self) -> impl Iterator<Item = &Origin> {
        let (many, one) = match &self.task {
            None => (&[][..], None),
            Some(Task::Look(look)) => (&look.origins[..], None),
            Some(Task::Run(running)) => (&[][..], running.origin.as_ref()),
            Some(Task::Collect(collecting)) => (&[][..], collecting.origin.as_ref()),
        };
        many.iter().chain(one)
    }

    fn origins_mut(&mut self) -> impl Iterator<Item = &mut Origin> {
        let (many, one) = match &mut self.task {
            None => (&mut [][..], None),
            Some(Task::Look(look)) => (&mut look.origins[..], None),
            Some(Task::Run(running)) => (&mut [][..], running.origin.as_mut()),
            Some(Task::Collect(collecting)) => (&mut [][..], collecting.origin.as_mut()),
        };
        many.iter_mut().chain(one)
    }

    /// Returns the import's id by a derivation, once the file was looked through.
    fn import_id(&self, derivation: Derivation) -> Result<String, Problem> {
        let hash = self.hash.ok_or_else(|| busy(&self.id))?;
        Ok(derivation.import_id(&hash, self.kind, &self.mapping))
    }

    /// Returns what the columns mean under the mapping in force.
    fn shape(&self) -> Shape {
        Shape::new(self.kind, &self.mapping, &self.columns)
    }

    /// Begins a reading of the file.
    fn begin_pass(&mut self) {
        self.pass = Some(Pass::new(&self.name, self.size, self.encoding));
    }

    /// Learns the columns. A file that is being opened gets kind and mapping.
    fn begin(&mut self, columns: Vec<String>, json: bool) -> Result<(), Problem> {
        (self.columns, self.json) = (columns, json);
        let Some((kind, mapping)) = self.wish.clone() else {
            return Ok(());
        };
        self.set_kind(kind.unwrap_or_else(|| columns::guess_kind(&self.columns)));
        let is_known = |field: &&String| !field.starts_with(huiyin_document::schema::CUSTOM_PREFIX);
        let mapped = self.mapping.keys().filter(is_known).count();
        if self.kind != ImportKind::Records && mapped == 0 && mapping.is_empty() {
            return Err(Problem::at(ProblemCode::NoColumns, &self.name)
                .because(format!("found: {}", self.columns.join(", "))));
        }
        self.apply_mapping(&mapping)
    }

    fn set_kind(&mut self, kind: ImportKind) {
        self.kind = match kind {
            _ if self.json => ImportKind::Records,
            ImportKind::Records => columns::guess_kind(&self.columns),
            kind => kind,
        };
        self.mapping = match self.kind {
            ImportKind::Records => BTreeMap::new(),
            kind => columns::guess(kind, &self.columns),
        };
    }

    fn apply_mapping(&mut self, mapping: &BTreeMap<String, String>) -> Result<(), Problem> {
        for (field, column) in mapping {
            if !columns::is_field(self.kind, field) {
                return Err(Problem::at(ProblemCode::UnknownColumn, field)
                    .because("it is no field; `import --fields` lists them"));
            }
            if !column.is_empty() && !self.columns.contains(column) {
                return Err(Problem::at(ProblemCode::UnknownColumn, column)
                    .because(format!("the file has {}", self.columns.join(", "))));
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

    fn preview(&self) -> ImportPreview {
        let map = |(field, column): (&String, &String)| ColumnMap {
            field: field.clone(),
            column: column.clone(),
        };
        ImportPreview {
            import: self.id.clone(),
            name: self.name.clone(),
            kind: self.kind,
            encoding: self.encoding.map_or("", Encoding::name).to_owned(),
            columns: self.columns.clone(),
            mapping: self.mapping.iter().map(map).collect(),
            fields: import_fields(),
            sample: self.found.sample.clone(),
            rows: self.found.rows,
            states: self.found.states.clone(),
            rejected: self
                .found
                .rejected
                .iter()
                .take(SAMPLE_ROWS)
                .cloned()
                .collect(),
            rejected_total: self.found.rejected_total,
        }
    }
}

fn busy(import: &str) -> Problem {
    Problem::at(ProblemCode::Busy, "import").because(import)
}

impl Replica {
    /// Opens a file and has it looked through; the preview is answered after that.
    pub fn import_open(
        &mut self,
        tx: &mut Tx<'_>,
        name: &str,
        kind: Option<ImportKind>,
        mapping: &BTreeMap<String, String>,
        attachment: Option<&Attachment>,
    ) -> Run<Option<Reply>> {
        let Some(Attachment::File { file, bytes }) = attachment else {
            return Err(Problem::at(ProblemCode::UnreadableFile, name).into());
        };
        if let Err(problem) = self.branch() {
            self.imports.closed.push(*file);
            return Err(problem.into());
        }
        if *bytes > MAX_IMPORT_BYTES {
            self.imports.closed.push(*file);
            return Err(Problem::at(ProblemCode::TooLarge, name)
                .because(format!("at most {} MiB", MAX_IMPORT_BYTES >> 20))
                .into());
        }
        while self.imports.open.len() >= MAX_OPEN_IMPORTS {
            let is_running = |session: &&Session| matches!(session.task, Some(Task::Run(_)));
            let Some(oldest) = self
                .imports
                .open
                .iter()
                .find(|session| !is_running(session))
            else {
                break;
            };
            let oldest = oldest.id.clone();
            self.close_import(tx, &oldest);
        }
        let id = tx.random_id();
        let mut session = Session {
            id: id.clone(),
            name: name.to_owned(),
            file: *file,
            size: *bytes,
            wish: Some((kind, mapping.clone())),
            encoding: None,
            json: false,
            columns: Vec::new(),
            kind: ImportKind::default(),
            mapping: BTreeMap::new(),
            hash: None,
            found: Found::default(),
            pass: None,
            task: None,
        };
        session.begin_pass();
        let origins = tx.origin.clone().into_iter().collect();
        session.task = Some(Task::Look(Box::new(Looking::new(origins, tx.now))));
        self.imports.open.push_back(session);
        tx.follow(Work::Import(id));
        Ok(None)
    }

    /// Changes kind or mapping of an open file and has it looked through again.
    pub fn import_map(
        &mut self,
        tx: &mut Tx<'_>,
        import: &str,
        kind: ImportKind,
        mapping: &BTreeMap<String, String>,
    ) -> Run<Option<Reply>> {
        let session = self.imports.get(import)?;
        let mut origins = match &session.task {
            None => Vec::new(),
            // The preview of the newer choice answers the older one too.
            Some(Task::Look(look)) if session.wish.is_none() => look.origins.clone(),
            Some(_) => return Err(busy(import).into()),
        };
        if session.kind != kind {
            session.set_kind(kind);
        }
        session.apply_mapping(mapping)?;
        origins.extend(tx.origin.clone());
        session.task = Some(Task::Look(Box::new(Looking::new(origins, tx.now))));
        session.begin_pass();
        tx.follow(Work::Import(import.to_owned()));
        Ok(None)
    }

    /// Does the next step of what is done with an open file: uses a piece, or stores a slice.
    pub fn import_step(&mut self, tx: &mut Tx<'_>, import: &str) -> Run<()> {
        match self.imports.get(import).map(|session| &session.task) {
            Ok(Some(Task::Look(_))) => self.look_step(tx, import),
            Ok(Some(Task::Run(_))) => self.run_step(tx, import),
            Ok(Some(Task::Collect(_))) => self.collect_step(tx, import),
            _ => Ok(()),
        }
    }

    fn look_step(&mut self, tx: &mut Tx<'_>, import: &str) -> Run<()> {
        let branch = self.branch()?;
        let frame = Frame::of(&branch, &self.settings, &self.policies);
        let session = self.imports.get(import)?;
        let (Some(Task::Look(mut look)), Some(mut pass)) =
            (session.task.take(), session.pass.take())
        else {
            return Ok(());
        };
        let mut hasher = std::mem::take(&mut look.hasher);
        let step = pass.step(
            &mut |text| {
                hasher.update(text.as_bytes());
            },
            &mut |row| look.row(session, frame, row),
        );
        look.hasher = hasher;
        let step = match step {
            Ok(Step::End) => look.end(session.json || pass.is_json()).map(|()| Step::End),
            Ok(step) => Ok(step),
            Err(Stop::NotUtf8) => {
                // From the beginning, in the other encoding.
                session.encoding = Some(Encoding::Gb18030);
                *look = Looking::new(std::mem::take(&mut look.origins), tx.now);
                pass = Pass::new(&session.name, session.size, session.encoding);
                Ok(Step::More)
            }
            Err(Stop::Problem(problem)) => Err(problem),
        };
        match step {
            Ok(Step::End) => {
                session.encoding = pass.encoding();
                session.wish = None;
                session.hash = Some(look.hasher.finalize());
                session.found = look.found;
                let preview = session.preview();
                for origin in look.origins {
                    let answer = Answer::ImportPreview(Box::new(preview.clone()));
                    tx.after.push(After::Answer(origin, Ok((answer, None))));
                }
            }
            Ok(step) => {
                if tx.now - look.told >= TELL_EVERY_MS {
                    look.told = tx.now;
                    let progress = ImportProgress {
                        import: import.to_owned(),
                        stage: ImportStage::Looking,
                        done: pass.read(),
                        total: session.size,
                    };
                    tx.after
                        .push(After::Notify(Notice::ImportProgress(progress)));
                }
                session.task = Some(Task::Look(look));
                session.pass = Some(pass);
                if step == Step::More {
                    tx.follow(Work::Import(import.to_owned()));
                }
            }
            Err(problem) => {
                for origin in look.origins {
                    tx.after.push(After::Answer(origin, Err(problem.clone())));
                }
                // A file that was never seen whole is of no use; another mapping of one that was may be.
                if session.wish.is_some() {
                    self.imports.close(|session| session.id == import);
                }
            }
        }
        Ok(())
    }

    /// Finds the rejected rows of a file with their reasons, as a CSV file that can be mended and imported.
    pub fn import_errors(&mut self, tx: &mut Tx<'_>, import: &str) -> Run<Option<Reply>> {
        let session = self.imports.get(import)?;
        if session.task.is_some() {
            return Err(busy(import).into());
        }
        let collecting = Collecting::new(session, tx.origin.clone())?;
        session.task = Some(Task::Collect(Box::new(collecting)));
        session.begin_pass();
        tx.follow(Work::Import(import.to_owned()));
        Ok(None)
    }

    fn collect_step(&mut self, tx: &mut Tx<'_>, import: &str) -> Run<()> {
        let branch = self.branch()?;
        let frame = Frame::of(&branch, &self.settings, &self.policies);
        let session = self.imports.get(import)?;
        let (Some(Task::Collect(mut collecting)), Some(mut pass)) =
            (session.task.take(), session.pass.take())
        else {
            return Ok(());
        };
        let step = pass.step(&mut |_| {}, &mut |row| {
            collecting.row(&session.columns, frame, row)
        });
        match step {
            Ok(Step::End) => {
                if let Some(origin) = collecting.origin.take() {
                    let reply = collecting.end(&session.name);
                    tx.after.push(After::Answer(origin, reply));
                }
            }
            Ok(step) => {
                session.task = Some(Task::Collect(collecting));
                session.pass = Some(pass);
                if step == Step::More {
                    tx.follow(Work::Import(import.to_owned()));
                }
            }
            Err(refusal) => {
                if let Some(origin) = collecting.origin.take() {
                    tx.after.push(After::Answer(
                        origin,
                        Err(refusal.into_problem(&session.name)),
                    ));
                }
            }
        }
        Ok(())
    }

    /// Stops a running import (marked when the request came) or closes an open file.
    pub fn import_cancel(&mut self, tx: &mut Tx<'_>, import: &str) -> Answer {
        let is_running = self
            .imports
            .get(import)
            .is_ok_and(|session| matches!(session.task, Some(Task::Run(_))));
        if !is_running {
            self.close_import(tx, import);
        }
        Answer::Done
    }

    fn close_import(&mut self, tx: &mut Tx<'_>, import: &str) {
        for origin in self.imports.close(|session| session.id == import) {
            let gone = Problem::at(ProblemCode::ImportGone, import);
            tx.after.push(After::Answer(origin, Err(gone)));
        }
    }
}
