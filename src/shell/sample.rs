//! The sample company as the page sees it: whether one is shown, whether one is being made, and its removal.

use huiyin_api::{LockIntent, Problem};
use leptos::{prelude::*, task::spawn_local};

use super::{
    backup_folder,
    base::{Base, use_base},
    files,
    lock::{Lock, use_lock},
    preferences::{Preferences, use_preferences},
    safekeeping,
    session::{Session, forget_session},
    tour::{Tour, use_tour},
};

/// The sample company. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Sample {
    making: RwSignal<bool>,
    session: Session,
}

impl Sample {
    /// Follows whether the company here is a sample.
    pub fn follow(session: Session) -> Self {
        Self {
            making: RwSignal::new(false),
            session,
        }
    }

    /// Returns whether one is being made, tracked: the first run is shown until it is whole.
    pub fn is_being_made(self) -> bool {
        self.making.get()
    }

    /// Says that one is being made, or no more.
    pub fn set_being_made(self, making: bool) {
        self.making.set(making);
    }

    /// Returns whether the company here is a sample, tracked.
    pub fn is_here(self) -> bool {
        self.session
            .with(|status| status.is_some_and(|status| status.sample))
    }
}

/// What removes a sample company. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Removal {
    lock: Lock,
    base: Base,
    tour: Tour,
    preferences: RwSignal<Preferences>,
}

impl Removal {
    /// Removes it with all this browser keeps of it, and opens the first run. `then` is told what went wrong.
    pub fn run(self, then: impl FnOnce(Problem) + 'static) {
        self.lock
            .ask(LockIntent::Erase, move |result| match result {
                Ok(_) => {
                    self.tour.end();
                    forget_session();
                    safekeeping::forget_all();
                    spawn_local(backup_folder::forget());
                    self.preferences
                        .update(|preferences| preferences.last_route.clear());
                    files::open(&self.base.address());
                }
                Err(problem) => then(problem),
            });
    }
}

/// Returns what removes a sample company.
pub fn use_removal() -> Removal {
    Removal {
        lock: use_lock(),
        base: use_base(),
        tour: use_tour(),
        preferences: use_preferences(),
    }
}

/// Returns the sample company.
pub fn use_sample() -> Sample {
    expect_context()
}
