//! Who works here: the workspace, branch and person of this device, kept current.
//!
//! The last state is remembered beside the preferences, so that the frame stands while the engine still opens its store. It names the
//! company, the branch and the person at the device; no customer and no case is in it.

use huiyin_api::{Problem, Request, WorkspaceStatus};
use leptos::prelude::*;

use super::{
    ask,
    engine::use_engine,
    live::{Live, live},
    remembered::{forget, recall, remember},
};

/// Where the state is remembered; a state of another form is forgotten.
const STORAGE_KEY: &str = "huiyin-session";

/// The state of the workspace on this device.
#[derive(Clone, Copy)]
pub struct Session {
    status: Live<WorkspaceStatus>,
    shown: Memo<Option<WorkspaceStatus>>,
}

impl Session {
    /// Starts to follow the workspace.
    pub fn follow() -> Self {
        let engine = use_engine();
        let status = live(|| Some(Request::Status), ask::status);
        let last_visit = last_visit();
        // Where a passphrase is set nothing is remembered outside of the sealed store.
        let lock_set =
            Memo::new(move |_| engine.lock.with(|view| view.as_ref().map(|view| view.set)));
        let shown = Memo::new(move |_| {
            status.value.get().or_else(|| {
                let trouble = engine.trouble.get().or_else(|| status.problem.get());
                last_visit.clone().filter(|_| trouble.is_none())
            })
        });
        Effect::new(move |_| match lock_set.get() {
            None => {}
            Some(true) => forget_session(),
            Some(false) => status.value.with(|now| now.as_ref().map_or((), keep)),
        });
        Self { status, shown }
    }

    /// Reads the state without copying it.
    pub fn with<R>(self, read: impl FnOnce(Option<&WorkspaceStatus>) -> R) -> R {
        self.shown.with(|status| read(status.as_ref()))
    }

    /// Returns why the state cannot be had, if so.
    pub fn problem(self) -> Option<Problem> {
        self.status.problem.get()
    }

    /// Asks again now.
    pub fn refresh(self) {
        self.status.ask_again();
    }
}

/// Returns the state of the last visit, if work could begin in it.
fn last_visit() -> Option<WorkspaceStatus> {
    recall(STORAGE_KEY).filter(|status: &WorkspaceStatus| status.ready && !status.waiting_for_data)
}

/// Keeps the state for the next visit. Where the browser remembers nothing, that waits for the engine.
fn keep(status: &WorkspaceStatus) {
    if status.ready {
        remember(STORAGE_KEY, status);
    } else {
        forget(STORAGE_KEY);
    }
}

/// Forgets the state of the last visit.
pub fn forget_session() {
    forget(STORAGE_KEY);
}

/// Returns the session.
pub fn use_session() -> Session {
    expect_context()
}
