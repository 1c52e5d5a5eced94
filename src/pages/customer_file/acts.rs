//! The steps of the file on the screen: which may be taken, taking one at once, opening the form of one.

use huiyin_api::{CustomerRecord, FileView, Problem, Request, StepForm, StepIntent};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    shell::{
        engine::{Engine, use_engine},
        notices::{Toaster, use_toaster},
    },
    texts::{TextsHandle, use_texts},
};

/// A step about to be taken.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Taking {
    /// What it needs and offers.
    pub form: StepForm,
    /// What is given already and not asked again; the step is named here.
    pub given: StepIntent,
    /// What fields hold at first.
    pub preset: Vec<(String, String)>,
}

impl Taking {
    /// Returns the step with a datum given.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.given.data.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Returns the step with what a field holds at first.
    pub fn holding(mut self, name: &str, value: String) -> Self {
        self.preset.push((name.to_owned(), value));
        self
    }
}

/// The file on the screen and the step about to be taken. Cheap to copy.
#[derive(Clone, Copy)]
pub struct FileActs {
    /// The customer.
    pub record: Signal<CustomerRecord>,
    /// The step about to be taken.
    pub taking: RwSignal<Option<Taking>>,
    /// A step is on its way.
    pub busy: RwSignal<bool>,
    /// Why a step taken at once was refused.
    pub problem: RwSignal<Option<Problem>>,
    engine: Engine,
    toaster: Toaster,
    texts: TextsHandle,
}

impl FileActs {
    /// Returns the handle.
    pub fn new(record: Signal<CustomerRecord>) -> Self {
        Self {
            record,
            taking: RwSignal::new(None),
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
            engine: use_engine(),
            toaster: use_toaster(),
            texts: use_texts(),
        }
    }

    /// Reads the file, tracked.
    pub fn file<R>(self, read: impl FnOnce(&FileView) -> R) -> R {
        self.record.with(|record| read(&record.file))
    }

    /// Returns whether the person at the device may take a step now, tracked.
    pub fn may(self, step: &str) -> bool {
        self.file(|file| file.steps.iter().any(|form| form.step == step))
    }

    /// Returns a step of this file after everything the screen shows.
    pub fn step(self, step: &str) -> Taking {
        self.record.with_untracked(|record| {
            let form = record.file.steps.iter().find(|form| form.step == step);
            Taking {
                form: form.cloned().unwrap_or_default(),
                given: StepIntent {
                    step: step.to_owned(),
                    seen: record.file.heads.clone(),
                    ..StepIntent::default()
                },
                preset: Vec::new(),
            }
        })
    }

    /// Opens the form of a step.
    pub fn ask(self, taking: Taking) {
        self.problem.set(None);
        self.taking.set(Some(taking));
    }

    /// Takes a step; `done` hears how it went.
    pub fn send(self, step: StepIntent, done: Callback<Result<(), Problem>>) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        let id = self.record.with_untracked(|record| record.row.id.clone());
        let name = self.texts.now().step(&step.step);
        spawn_local(async move {
            let result = self.engine.tell(Request::FileStep { id, step }).await;
            self.busy.try_set(false);
            if result.is_ok() {
                self.toaster
                    .good((self.texts.now().cases.step_taken)(&name));
            }
            done.try_run(result);
        });
    }

    /// Takes a step that needs no form; a refusal is shown on the card.
    pub fn take_now(self, taking: Taking) {
        self.take_or(taking, Callback::new(|()| ()));
    }

    /// Takes a step that needs no form; after a refusal, shown on the card and told, `undo` puts the screen right.
    pub fn take_or(self, taking: Taking, undo: Callback<()>) {
        let done = Callback::new(move |result: Result<(), Problem>| {
            if let Err(found) = result {
                self.toaster.problem(&found);
                self.problem.try_set(Some(found));
                undo.try_run(());
            }
        });
        self.send(taking.given, done);
    }
}
