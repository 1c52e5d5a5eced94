//! Messages between a page and its worker. An attachment (file bytes) travels beside the JSON text.

use serde::{Deserialize, Serialize};

use crate::{Answer, ImportProgress, LockView, Millis, Problem, Request, SyncView};

/// From the page to its worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToWorker {
    /// Unique for ever (page token and counter): a command sent again under the same id is recognised.
    pub id: String,
    /// The request.
    pub request: Request,
    /// The time it happens at, while a sample company is told from its past on; in any other company the clock of the device counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Millis>,
}

/// From the worker to its page. A page may read answers later than the message, as another type `A`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromWorker<A = Answer> {
    /// The worker listens. Sent once, before anything else; what was posted earlier is lost.
    Ready {
        /// This worker holds the lock and runs the engine (false: it forwards to the tab that does).
        leader: bool,
    },
    /// The lock moved.
    Leader {
        /// As in `Ready`.
        leader: bool,
    },
    /// The answer to a request.
    Answer {
        /// Id of the request.
        id: String,
        /// The answer or the problem.
        result: Result<A, Problem>,
    },
    /// Something happened that no request asked for.
    Notice(Notice),
}

/// Something a page should know without asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// Stored records changed; visible lists and records should be asked for again.
    Changed {
        /// Grows with every change since the engine started.
        revision: u64,
    },
    /// Replication changed its state.
    Sync(Box<SyncView>),
    /// A running import.
    ImportProgress(ImportProgress),
    /// How far an attachment is that was asked for.
    Fetch(crate::FetchView),
    /// First data is arriving: documents taken in so far of those known.
    Receiving {
        /// Envelopes taken in.
        done: u64,
        /// Envelopes known to exist.
        total: u64,
    },
    /// The app was opened and the rows of lists are being read; counts are whole before, lists are answered when their rows are here.
    Opening {
        /// Rows read.
        done: u64,
        /// Rows there are.
        total: u64,
    },
    /// The engine had to be restarted; nothing stored was lost.
    Restarted {
        /// What went wrong, for the log.
        reason: String,
    },
    /// How the lock of the device stands changed.
    Lock(LockView),
    /// Storage refuses to work; nothing further is saved until it does.
    StorageTrouble(Problem),
}
