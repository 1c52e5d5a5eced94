//! The engine's door: events in, effects out.

use huiyin_api::{Answer, Notice, Problem, Request};

use crate::{Batch, Millis, Query, StoreError};

/// Rows of an answer: key and value, in key order.
pub type Rows = Vec<(Vec<u8>, Vec<u8>)>;

/// Bytes that travel beside a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attachment {
    /// A file as it is (bundle).
    Bytes(Vec<u8>),
    /// A text file the shell has decoded, with the encoding it found (see [`crate::sniff`]).
    Text {
        /// The decoded text without byte order mark.
        text: String,
        /// `utf-8`, `utf-8-bom` or `gb18030`.
        encoding: &'static str,
    },
}

/// Something that happened outside.
#[expect(clippy::large_enum_variant, reason = "one event exists at a time")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The shell is up and the store can be read. Sent once, first.
    Start,
    /// A page (or the command line) asks. `client` is chosen by the shell and comes back in the reply.
    Request {
        /// Where the reply goes.
        client: u64,
        /// Unique id of the request; a command with an id seen before is answered again, not done again.
        id: String,
        /// The request.
        request: Request,
        /// File content, if any.
        attachment: Option<Attachment>,
    },
    /// A `Load` finished: one list of rows (key, value) per query, in key order.
    Loaded {
        /// Id of the effect.
        id: u64,
        /// Rows or why not.
        result: Result<Vec<Rows>, StoreError>,
    },
    /// A `Commit` finished, all or nothing.
    Committed {
        /// Id of the effect.
        id: u64,
        /// Whether it is stored.
        result: Result<(), StoreError>,
    },
    /// The relay socket is open.
    Opened,
    /// A binary frame came from the relay.
    Frame(Vec<u8>),
    /// The relay socket closed or could not be opened.
    Closed {
        /// For the log and the sync screen.
        reason: String,
    },
    /// The time asked for by `WakeAt` has come, or the device came back online.
    Wake,
}

/// Something the shell must do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Read rows and report `Loaded`.
    Load {
        /// Names the answer.
        id: u64,
        /// What to read.
        queries: Vec<Query>,
    },
    /// Write all or nothing and report `Committed`.
    Commit {
        /// Names the answer.
        id: u64,
        /// What to write.
        batch: Batch,
    },
    /// Answer a request.
    Reply {
        /// The client of the request.
        client: u64,
        /// The id of the request.
        id: String,
        /// Answer or problem.
        result: Result<Answer, Problem>,
        /// File content, if the answer is a file.
        attachment: Option<Vec<u8>>,
    },
    /// Tell every page.
    Notify(Notice),
    /// Open a WebSocket to this address (already a `ws://` or `wss://` URL ending in `/ws`), closing any other.
    Connect {
        /// Address.
        url: String,
    },
    /// Send a binary frame on the open socket.
    Send {
        /// Frame bytes.
        frame: Vec<u8>,
    },
    /// Close the socket; no `Closed` event is expected.
    Disconnect,
    /// Send `Wake` at or after this time; replaces an earlier wish.
    WakeAt(Millis),
}
