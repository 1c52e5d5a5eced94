//! Short messages to the person at the screen (toasts) and the region that reads them aloud.

use std::{sync::Arc, time::Duration};

use huiyin_api::Problem;
use leptos::prelude::*;

use crate::texts::use_texts;

/// How long a message stays.
const SHOWN_FOR: Duration = Duration::from_secs(5);
/// How long a problem stays.
const PROBLEM_SHOWN_FOR: Duration = Duration::from_secs(12);
/// How long a message stays that offers something to do.
const ACT_SHOWN_FOR: Duration = Duration::from_secs(20);
/// Messages shown at once; older ones make room.
const MAX_SHOWN: usize = 4;

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something was done.
    Good,
    /// Something to know.
    Plain,
    /// Something went wrong.
    Bad,
}

/// Something a message offers to do, once. It outlives the screen it came from.
#[derive(Clone)]
pub struct Act {
    /// Name of the button.
    pub name: &'static str,
    run: Arc<dyn Fn() + Send + Sync>,
}

impl Act {
    /// Returns an act with the name of its button.
    pub fn new(name: &'static str, run: Arc<dyn Fn() + Send + Sync>) -> Self {
        Self { name, run }
    }

    /// Does it.
    pub fn run(&self) {
        (self.run)();
    }
}

/// A message on the screen.
#[derive(Clone)]
pub struct Toast {
    /// Key within this page.
    pub id: u64,
    /// What it is about.
    pub tone: Tone,
    /// The message.
    pub text: String,
    /// What to do next; may be empty.
    pub next: String,
    /// What the message offers to do.
    pub act: Option<Act>,
}

/// Handle for showing messages.
#[derive(Clone, Copy)]
pub struct Toaster {
    shown: RwSignal<Vec<Toast>>,
    counter: StoredValue<u64>,
    texts: crate::texts::TextsHandle,
}

impl Toaster {
    /// Returns a handle, to be provided to the whole app.
    pub fn new() -> Self {
        Self {
            shown: RwSignal::new(Vec::new()),
            counter: StoredValue::new(0),
            texts: use_texts(),
        }
    }

    /// Returns the messages on the screen, oldest first.
    pub fn shown(self) -> Vec<Toast> {
        self.shown.get()
    }

    /// Says that something was done.
    pub fn good(self, text: impl Into<String>) {
        self.show(Tone::Good, text.into(), String::new(), None);
    }

    /// Says that something was done, and offers a button, such as one that undoes it.
    pub fn good_with(self, text: impl Into<String>, act: Act) {
        self.show(Tone::Good, text.into(), String::new(), Some(act));
    }

    /// Says something worth knowing.
    pub fn say(self, text: impl Into<String>) {
        self.show(Tone::Plain, text.into(), String::new(), None);
    }

    /// Shows a problem with its next step.
    pub fn problem(self, problem: &Problem) {
        let words = self.texts.sentence(problem);
        self.show(Tone::Bad, words.error, words.next, None);
    }

    /// Takes every message away.
    pub fn clear(self) {
        self.shown.try_update(Vec::clear);
    }

    /// Takes a message away.
    pub fn dismiss(self, id: u64) {
        self.shown
            .try_update(|shown| shown.retain(|toast| toast.id != id));
    }

    fn show(self, tone: Tone, text: String, next: String, act: Option<Act>) {
        let offers = act.is_some();
        let id = self.counter.get_value() + 1;
        self.counter.set_value(id);
        self.shown.update(|shown| {
            // A later success says more than an earlier one; problems stay.
            shown.retain(|toast| {
                toast.text != text && !(tone == Tone::Good && toast.tone == Tone::Good)
            });
            if shown.len() >= MAX_SHOWN {
                shown.remove(0);
            }
            shown.push(Toast {
                id,
                tone,
                text,
                next,
                act,
            });
        });
        let stay = if tone == Tone::Bad {
            PROBLEM_SHOWN_FOR
        } else if offers {
            ACT_SHOWN_FOR
        } else {
            SHOWN_FOR
        };
        set_timeout(move || self.dismiss(id), stay);
    }
}

/// Returns the toaster.
pub fn use_toaster() -> Toaster {
    expect_context()
}
