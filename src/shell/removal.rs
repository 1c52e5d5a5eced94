//! Removing what this device holds where nothing is lost by it: a sample company, or an invitation by which nothing has come.
//!
//! The worker decides whether it may go; this forgets what the browser keeps beside it and opens the first run.

use huiyin_api::{LockIntent, Problem};
use leptos::{prelude::*, task::spawn_local};

use super::{
    backup_folder,
    base::{Base, use_base},
    files,
    lock::{Lock, use_lock},
    preferences::{Preferences, use_preferences},
    safekeeping,
    session::forget_session,
    tour::{Tour, use_tour},
};

/// Where the first run begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// With all ways to begin.
    Afresh,
    /// With joining a company.
    ByLink,
    /// With the link that was opened.
    ByThisLink,
}

/// What removes everything. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Removal {
    lock: Lock,
    base: Base,
    tour: Tour,
    preferences: RwSignal<Preferences>,
}

impl Removal {
    /// Removes the company with all this browser keeps of it, and opens the first run. `then` is told what went wrong.
    pub fn run(self, begin: Begin, then: impl FnOnce(Problem) + 'static) {
        self.lock
            .ask(LockIntent::Erase, move |result| match result {
                Ok(_) => {
                    self.tour.end();
                    forget_session();
                    safekeeping::forget_all();
                    spawn_local(backup_folder::forget());
                    self.preferences
                        .update(|preferences| preferences.last_route.clear());
                    match begin {
                        Begin::Afresh => files::open(&self.base.address()),
                        Begin::ByLink => files::open(&format!("{}join", self.base.address())),
                        Begin::ByThisLink => files::reload(),
                    }
                }
                Err(problem) => then(problem),
            });
    }
}

/// Returns what removes everything.
pub fn use_removal() -> Removal {
    Removal {
        lock: use_lock(),
        base: use_base(),
        tour: use_tour(),
        preferences: use_preferences(),
    }
}
