//! Who works here: the workspace, branch and person of this device, kept current.
//!
//! The last state is remembered beside the preferences, so that the frame stands while the engine still opens its store. It names the
//! company, the branch and the person at the device; no customer and no case is in it.

use gloo_storage::{LocalStorage, Storage};
use huiyin_api::{Problem, Request, WorkspaceStatus};
use leptos::prelude::*;

use super::{
    ask,
    engine::use_engine,
    live::{Live, live},
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
        let remembered = remembered();
        let shown = Memo::new(move |_| {
            status.value.get().or_else(|| {
                let trouble = engine.trouble.get().or_else(|| status.problem.get());
                remembered.clone().filter(|_| trouble.is_none())
            })
        });
        Effect::new(move |_| status.value.with(|now| now.as_ref().map(remember)));
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
fn remembered() -> Option<WorkspaceStatus> {
    let status: WorkspaceStatus = LocalStorage::get(STORAGE_KEY).ok()?;
    (status.ready && !status.waiting_for_data).then_some(status)
}

/// Remembers the state for the next visit. Where the browser keeps nothing, the next visit waits for the engine.
fn remember(status: &WorkspaceStatus) {
    if status.ready {
        let _ = LocalStorage::set(STORAGE_KEY, status);
    } else {
        LocalStorage::delete(STORAGE_KEY);
    }
}

/// Returns the session.
pub fn use_session() -> Session {
    expect_context()
}
