//! Who works here: the workspace, branch and person of this device, kept current.

use huiyin_api::{Problem, Request, WorkspaceStatus};
use leptos::prelude::*;

use super::{
    ask,
    live::{Live, live},
};

/// The state of the workspace on this device.
#[derive(Clone, Copy)]
pub struct Session {
    status: Live<WorkspaceStatus>,
}

impl Session {
    /// Starts to follow the workspace.
    pub fn follow() -> Self {
        Self {
            status: live(|| Some(Request::Status), ask::status),
        }
    }

    /// Reads the state without copying it.
    pub fn with<R>(self, read: impl FnOnce(Option<&WorkspaceStatus>) -> R) -> R {
        self.status.value.with(|status| read(status.as_ref()))
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

/// Returns the session.
pub fn use_session() -> Session {
    expect_context()
}
