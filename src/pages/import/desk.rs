//! The import under way: the opened file, its preview, the run and its report.
//!
//! It lives as long as the frame, so that a long import goes on while other screens are shown. The file itself is read by the
//! engine, in pieces; its handle is kept to open it again when the engine was restarted meanwhile.
//!
//! Long: one state with everything that moves it on.

use std::collections::BTreeMap;

use huiyin_api::{
    ImportKind, ImportPreview, ImportProgress, ImportReport, ImportStage, Millis, Problem,
    ProblemCode, Request,
};
use leptos::{prelude::*, task::spawn_local};
use web_sys::File;

use super::cards;
use crate::{
    shell::{
        ask,
        base::Base,
        engine::{Engine, use_engine},
        files, intl,
        notices::{Toaster, use_toaster},
        spreadsheet::{self, Unread},
    },
    texts::{TextsHandle, use_texts},
};

/// Largest file of address cards taken, in bytes.
const MAX_CARD_BYTES: f64 = 64.0 * 1024.0 * 1024.0;
/// A run shows its speed after this time, in milliseconds: before, it would only jump.
const SPEED_AFTER_MS: Millis = 1_500;

/// What is being waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// The file is read.
    Opening,
    /// The preview is made anew.
    Mapping,
    /// Rows are counted, nothing is stored.
    DryRun,
    /// Rows are stored.
    Run,
}

/// Which part of the screen is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// No file is open.
    Choose,
    /// A file is open.
    Prepare,
    /// Rows are gone through.
    Running,
    /// The import is over.
    Done,
}

/// The import under way. Cheap to copy.
#[derive(Clone, Copy)]
pub struct ImportDesk {
    base: Base,
    engine: Engine,
    toaster: Toaster,
    texts: TextsHandle,
    file: StoredValue<Option<File>, LocalStorage>,
    /// When the run began.
    began: StoredValue<Millis>,
    /// Field → column as chosen by the person and not yet answered.
    choices: RwSignal<BTreeMap<String, String>>,
    /// Everything chosen so far, for opening the file again.
    chosen: StoredValue<BTreeMap<String, String>>,
    round: StoredValue<u64>,
    /// The import screen is shown.
    watched: StoredValue<bool>,
    /// Name of the file that is open or being opened.
    pub name: RwSignal<String>,
    /// What the file would bring.
    pub preview: RwSignal<Option<ImportPreview>>,
    /// What is being waited for.
    pub work: RwSignal<Option<Work>>,
    /// A stop was asked for.
    pub stopping: RwSignal<bool>,
    /// What the last run did.
    pub report: RwSignal<Option<ImportReport>>,
    /// Why the last thing asked for failed.
    pub problem: RwSignal<Option<Problem>>,
}

impl ImportDesk {
    /// Returns a desk with no file on it.
    pub fn new() -> Self {
        Self {
            base: expect_context(),
            engine: use_engine(),
            toaster: use_toaster(),
            texts: use_texts(),
            file: StoredValue::new_local(None),
            began: StoredValue::new(0),
            choices: RwSignal::new(BTreeMap::new()),
            chosen: StoredValue::new(BTreeMap::new()),
            round: StoredValue::new(0),
            watched: StoredValue::new(false),
            name: RwSignal::new(String::new()),
            preview: RwSignal::new(None),
            work: RwSignal::new(None),
            stopping: RwSignal::new(false),
            report: RwSignal::new(None),
            problem: RwSignal::new(None),
        }
    }

    /// Notes that the calling view shows the import: then the end of a run needs no message of its own.
    pub fn watch(self) {
        self.watched.set_value(true);
        on_cleanup(move || {
            self.watched.try_set_value(false);
        });
    }

    /// Returns which part of the screen is shown, tracked.
    pub fn stage(self) -> Stage {
        if self.preview.with(Option::is_none) {
            return Stage::Choose;
        }
        if matches!(self.work.get(), Some(Work::DryRun | Work::Run)) {
            return Stage::Running;
        }
        let over = self
            .report
            .with(|report| report.as_ref().is_some_and(|report| !report.dry_run));
        if over { Stage::Done } else { Stage::Prepare }
    }

    /// Reads from the preview, tracked; what is read is empty while there is none.
    pub fn read<R: Default>(self, read: impl FnOnce(&ImportPreview) -> R) -> R {
        self.preview
            .with(|preview| preview.as_ref().map(read).unwrap_or_default())
    }

    /// Returns the column a field is read from, tracked; empty if none.
    pub fn column_of(self, field: &str) -> String {
        if let Some(column) = self.choices.with(|choices| choices.get(field).cloned()) {
            return column;
        }
        self.read(|preview| {
            let mapped = preview.mapping.iter().find(|map| map.field == field);
            mapped.map(|map| map.column.clone()).unwrap_or_default()
        })
    }

    /// Opens a file the person chose; what was open is put away.
    pub fn choose(self, file: File) {
        self.put_away();
        self.name.set(file.name());
        self.work.set(Some(Work::Opening));
        let round = self.next_round();
        spawn_local(async move {
            // A workbook or cards become CSV first; from there on they are the same.
            let file = match as_table(self.base, file).await {
                Ok((file, left_out)) => {
                    if left_out > 0 {
                        let texts = self.texts.now();
                        let count = intl::count(texts.language, left_out as u64);
                        self.toaster.say((texts.import.cards_left_out)(&count));
                    }
                    file
                }
                Err(why) if self.round.try_get_value() == Some(round) => {
                    self.work.set(None);
                    self.toaster.say((self.texts.now().import.workbook)(why));
                    return;
                }
                Err(_) => return,
            };
            if self.round.try_get_value() != Some(round) {
                return;
            }
            self.file.set_value(Some(file));
            self.open(None);
        });
    }

    /// Opens the same file again, with the choices made.
    pub fn open_again(self) {
        let kind = self
            .preview
            .with_untracked(|preview| preview.as_ref().map(|preview| preview.kind));
        self.open(kind);
    }

    /// Takes the rows for something else; columns are matched anew.
    pub fn take_for(self, kind: ImportKind) {
        self.forget_choices();
        if let Some(import) = self.session() {
            let mapping = BTreeMap::new();
            let request = Request::ImportMap {
                import,
                kind,
                mapping,
            };
            self.ask_preview(Work::Mapping, request, None);
        }
    }

    /// Reads a field from a column, which no other field is read from then; an empty column leaves the field out.
    pub fn map(self, field: &str, column: String) {
        self.chosen.update_value(|chosen| {
            chosen.retain(|_, other| other.is_empty() || *other != column);
            chosen.insert(field.to_owned(), column.clone());
        });
        self.choices.update(|choices| {
            choices.insert(field.to_owned(), column.clone());
        });
        let request = self.preview.with_untracked(|preview| {
            let preview = preview.as_ref()?;
            Some(Request::ImportMap {
                import: preview.import.clone(),
                kind: preview.kind,
                mapping: BTreeMap::from([(field.to_owned(), column)]),
            })
        });
        if let Some(request) = request {
            self.ask_preview(Work::Mapping, request, None);
        }
    }

    /// Goes through the rows; a dry run stores nothing.
    pub fn run(self, dry_run: bool) {
        let Some(import) = self.session() else { return };
        self.work
            .set(Some(if dry_run { Work::DryRun } else { Work::Run }));
        self.stopping.set(false);
        self.report.set(None);
        self.problem.set(None);
        self.engine.import_progress.set(None);
        self.began.set_value(intl::now());
        spawn_local(async move {
            let request = Request::ImportRun { import, dry_run };
            let result = self.engine.get(request, ask::import_report).await;
            self.work.try_set(None);
            match result {
                Ok(report) => self.take_report(report),
                Err(found) => {
                    if !self.watched.try_get_value().unwrap_or_default() {
                        self.toaster.problem(&found);
                    }
                    self.problem.try_set(Some(found));
                }
            }
        });
    }

    /// Stops the run after the rows stored so far.
    pub fn stop(self) {
        let Some(import) = self.session() else { return };
        self.stopping.set(true);
        spawn_local(async move {
            if let Err(problem) = self.engine.tell(Request::ImportCancel { import }).await {
                self.stopping.try_set(false);
                self.toaster.problem(&problem);
            }
        });
    }

    /// Offers the rejected rows as a file.
    pub fn download_errors(self) {
        let Some(import) = self.session() else { return };
        spawn_local(async move {
            let result = self.engine.download(Request::ImportErrors { import }).await;
            if let Err(found) = result {
                self.problem.try_set(Some(found));
            }
        });
    }

    /// Puts the file away; nothing more is stored of it.
    pub fn put_away(self) {
        self.close_session();
        self.next_round();
        self.file.set_value(None);
        self.forget_choices();
        self.name.set(String::new());
        self.work.set(None);
        self.report.set(None);
        self.problem.set(None);
        self.preview.set(None);
    }

    fn take_report(self, report: ImportReport) {
        let seen = self.watched.try_get_value() == Some(true);
        if !seen && !report.dry_run && !report.cancelled {
            let texts = self.texts.now();
            let number = |count| intl::count(texts.language, count);
            self.toaster.good((texts.import.finished)(
                &number(report.added),
                &number(report.changed),
            ));
        }
        self.report.try_set(Some(report));
    }

    fn open(self, kind: Option<ImportKind>) {
        let Some(file) = self.file.get_value() else {
            return;
        };
        let request = Request::ImportOpen {
            name: file.name(),
            kind,
            mapping: self.chosen.get_value(),
        };
        self.ask_preview(Work::Opening, request, Some(file));
    }

    fn ask_preview(self, work: Work, request: Request, file: Option<File>) {
        let round = self.next_round();
        self.engine.import_progress.set(None);
        self.work.set(Some(work));
        self.problem.set(None);
        self.report.set(None);
        spawn_local(async move {
            let result = match file {
                Some(file) => self.engine.ask_about(request, file).await,
                None => self.engine.ask_with(request, None).await,
            };
            // A later choice is under way, or the app is gone.
            if self.round.try_get_value() != Some(round) {
                return;
            }
            self.work.set(None);
            match result.map(|(answer, _)| ask::import_preview(&answer)) {
                Ok(Some(preview)) => {
                    self.preview.set(Some(preview));
                    self.choices.set(BTreeMap::new());
                }
                Ok(None) => self
                    .problem
                    .set(Some(Problem::at(ProblemCode::Internal, "answer"))),
                // The engine was restarted and has forgotten the file; it is still here.
                Err(gone) if gone.code == ProblemCode::ImportGone && work == Work::Mapping => {
                    self.open_again();
                }
                Err(found) => self.problem.set(Some(found)),
            }
        });
    }

    fn forget_choices(self) {
        self.choices.set(BTreeMap::new());
        self.chosen.set_value(BTreeMap::new());
    }

    /// Returns how far the reading of the file is, tracked: bytes read and in all; zeros while that is not known.
    pub fn looked(self) -> (u64, u64) {
        let looking = matches!(self.work.get(), Some(Work::Opening | Work::Mapping));
        self.engine.import_progress.with(|progress| {
            let progress = progress
                .as_ref()
                .filter(|progress| looking && is_look(progress));
            progress.map_or((0, 0), |progress| (progress.done, progress.total))
        })
    }

    /// Returns how far the run is, tracked: rows done, if any are.
    pub fn run_progress(self) -> Option<ImportProgress> {
        let own = self.read(|preview| preview.import.clone());
        self.engine.import_progress.with(|progress| {
            let progress = progress.as_ref()?;
            (progress.import == own && !is_look(progress)).then(|| progress.clone())
        })
    }

    /// Returns rows per second and the seconds left after so many rows of so many; nothing before that can be told.
    pub fn speed(self, done: u64, total: u64) -> Option<(u64, u64)> {
        let took = intl::now() - self.began.get_value();
        if done == 0 || took < SPEED_AFTER_MS {
            return None;
        }
        let rate = done as f64 * 1_000.0 / took as f64;
        let left = total.saturating_sub(done) as f64 / rate;
        Some((rate as u64, left.ceil() as u64))
    }

    /// The open file; one that is still being read is known by its progress.
    fn session(self) -> Option<String> {
        let opened = self
            .preview
            .with_untracked(|preview| preview.as_ref().map(|preview| preview.import.clone()));
        let opening = self.work.get_untracked() == Some(Work::Opening);
        opened.or_else(|| {
            self.engine.import_progress.with_untracked(|progress| {
                let progress = progress.as_ref().filter(|_| opening)?;
                is_look(progress).then(|| progress.import.clone())
            })
        })
    }

    fn close_session(self) {
        let Some(import) = self.session() else { return };
        spawn_local(async move {
            // A session that is gone already needs no closing.
            let _ = self.engine.tell(Request::ImportCancel { import }).await;
        });
    }

    fn next_round(self) -> u64 {
        let round = self.round.get_value() + 1;
        self.round.set_value(round);
        round
    }
}

fn is_look(progress: &ImportProgress) -> bool {
    progress.stage == ImportStage::Looking
}

/// Returns the import under way.
pub fn use_desk() -> ImportDesk {
    expect_context()
}

/// Returns a workbook or a file of address cards as CSV, any other file as it is, and how many cards were left out.
async fn as_table(base: Base, file: File) -> Result<(File, usize), Unread> {
    let name = file.name();
    if !name.to_lowercase().ends_with(".vcf") {
        return spreadsheet::as_csv(base, file).await.map(|file| (file, 0));
    }
    if file.size() > MAX_CARD_BYTES {
        return Err(Unread::TooLarge);
    }
    let text = files::read_text(&file).await.ok_or(Unread::Damaged)?;
    let (csv, left_out) = cards::as_csv(&text).ok_or(Unread::NoCards)?;
    let file = files::text_file(&name, &csv).ok_or(Unread::Damaged)?;
    Ok((file, left_out))
}
