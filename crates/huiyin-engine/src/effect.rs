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
    /// A file the engine reads in pieces with [`Effect::ReadFile`], until it says [`Effect::CloseFile`].
    File {
        /// The shell's number of the file; never used for another one while the engine lives.
        file: u64,
        /// Size in bytes.
        bytes: u64,
    },
}

/// In which form a piece of a file is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reading {
    /// The bytes as they are.
    #[default]
    Bytes,
    /// Text in GB18030 decoded to UTF-8, as far as it consists of whole characters
    /// (see [`crate::sniff::whole_gb18030`]).
    Gb18030,
}

/// A piece of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FilePiece {
    /// Its bytes, or its text in UTF-8.
    pub bytes: Vec<u8>,
    /// Bytes of the file it stands for: as many as were asked for, fewer at the file's end or before a character cut in two.
    pub read: u64,
}

/// Why a piece of a file did not come.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileTrouble {
    /// It cannot be read (any more).
    #[error("read the file: {0}")]
    Unreadable(String),
    /// Its bytes are no text in the encoding asked for.
    #[error("decode the file: it is in another encoding")]
    NotInEncoding,
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
    /// A `ReadFile` finished.
    FileRead {
        /// Id of the effect.
        id: u64,
        /// The piece or why not.
        result: Result<FilePiece, FileTrouble>,
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
    /// Read a piece of a file and report `FileRead`. May overtake loads and commits.
    ReadFile {
        /// Names the answer.
        id: u64,
        /// The shell's number of the file.
        file: u64,
        /// Where the piece begins, in bytes.
        offset: u64,
        /// Its length in bytes; the file may end before.
        length: u32,
        /// In which form.
        reading: Reading,
    },
    /// Forget a file; reads of it that are under way need no answer.
    CloseFile {
        /// The shell's number of the file.
        file: u64,
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
