//! Work and what it needs: a handler that lacks something says so, is given it, and runs again from its start.
//!
//! Handlers first require everything they read, then check, then write: a handler that halts has changed nothing.

use huiyin_api::{Answer, Notice, Problem, Request};
use huiyin_core::hybrid_clock::HybridClock;
use huiyin_core::id::{EventId, RecordId, SegmentKey};
use huiyin_document::blob::BlobKey;
use huiyin_document::{Author, DocumentKey};
use huiyin_sync::{Cursor, Entropy, EnvelopeId, ObjectAsk, Offered, StoreEpoch, StreamId};

use crate::{Attachment, Batch, Durability, Millis, Query, Table, Write};

/// Who asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    pub client: u64,
    pub id: String,
}

/// Rows answered to a query: key and value.
pub(crate) type Rows = Vec<(Vec<u8>, Vec<u8>)>;

/// Where envelopes came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// From the relay; the cursor is stored with them.
    Relay { stream: StreamId, cursor: Cursor },
    /// From a file that somebody chose.
    Bundle,
    /// Put aside before; tried again because the membership grew.
    Waiting,
}

/// Something to do that may write.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Work {
    Request(Box<Request>, Option<Attachment>),
    Ingest(Source, Vec<Vec<u8>>),
    Receipts {
        /// The envelopes, each with where it stands.
        receipts: Vec<(EnvelopeId, Cursor)>,
        /// How far streams are had by that.
        passed: Vec<(StreamId, Cursor)>,
    },
    /// The relay's store is another one than before: nothing counts as acknowledged any more.
    Reoffer,
    /// The relay named its store.
    StoreNamed(StoreEpoch),
    Refused {
        envelope: EnvelopeId,
        reason: String,
        turned_away: bool,
    },
    /// Puts waiting changes into envelopes.
    Seal,
    /// Hands unacknowledged envelopes to the session.
    Offer,
    /// Does the next step of what is done with a file: looks at a piece of it, or stores a slice.
    Import(String),
    /// Wraps stream keys to members that lack them; registers this device in the root document.
    Reconcile,
    /// Shuts out devices whose time is over.
    Expire,
    /// Judges which envelopes count, after cuts have changed.
    Cut,
    /// Notes that everything was received from the relay.
    Contact,
    /// Checks an attachment of this size of which every piece is here.
    CheckBlob(BlobKey, u32),
    /// Asks the relay for pieces of attachments, or hands over some.
    Pieces,
    /// The relay has the piece handed over under this token.
    PieceStored(u64),
    /// The relay did not take or give the piece of this token.
    PieceRefused {
        token: u64,
        reason: &'static str,
        permanent: bool,
    },
    /// What the relay has of the piece asked for under this token.
    PieceCame(u64, Option<Vec<u8>>),
    /// Puts rows for newcomers at the relay, a piece at a time, if a branch is to have them.
    SnapshotRows,
    /// Fetches the rows that others put at the relay.
    FetchRows,
    /// Deletes a segment whose destruction was approved.
    Destroy(SegmentKey),
    /// Sends the attachments of a forwarded case along with this continuation.
    Share(RecordId),
    /// Makes the rows of these segments anew.
    Reproject(Vec<DocumentKey>),
    /// Makes the rows of the next segment anew that were made under other calendars or without their pack.
    Refresh,
}

/// Something a handler lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Need {
    Document(DocumentKey),
    Rows(Query),
}

/// Why a handler did not finish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Halt {
    Need(Vec<Need>),
    Problem(Problem),
}

impl From<Problem> for Halt {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// What a handler gives.
pub(crate) type Run<T> = Result<T, Halt>;

/// An answer with its file, if any.
pub(crate) type Reply = (Answer, Option<Vec<u8>>);

/// What happens once the writes are stored.
#[derive(Debug)]
pub(crate) enum After {
    Follow(Work),
    Stored(StreamId, Cursor),
    Offer(Vec<Offered>),
    /// Asks the relay for an object or hands one over.
    Object(u64, ObjectAsk),
    /// A connection is tried at once.
    Connect,
    /// The relay is asked for a sign of life.
    Ask,
    /// The set of streams this device can read may have grown.
    Streams,
    /// Relay or workspace changed: a new session begins.
    Restart,
    Notify(Notice),
    Answer(Origin, Result<Reply, Problem>),
}

/// One attempt of a handler: what it was given, and what it writes.
pub(crate) struct Tx<'a> {
    pub now: Millis,
    pub entropy: Entropy,
    pub origin: Option<Origin>,
    /// Rows loaded for this work so far.
    pub scratch: &'a [(Query, Rows)],
    pub writes: Vec<Write>,
    pub durability: Durability,
    pub after: Vec<After>,
    pub changed: bool,
    /// Events named so far.
    pub events: u64,
    /// Id of the action every change of this work belongs to; none = each write of the work is an action of its own.
    pub act: Option<String>,
}

impl Tx<'_> {
    pub fn put(&mut self, table: Table, key: impl Into<Vec<u8>>, value: Vec<u8>) {
        self.writes.push(Write::Put {
            table,
            key: key.into(),
            value,
        });
    }

    pub fn delete(&mut self, table: Table, key: impl Into<Vec<u8>>) {
        self.writes.push(Write::Delete {
            table,
            key: key.into(),
        });
    }

    /// Returns the rows of a query, or asks for them.
    pub fn rows(&self, query: Query) -> Run<&Rows> {
        match self.scratch.iter().find(|(asked, _)| *asked == query) {
            Some((_, rows)) => Ok(rows),
            None => Err(Halt::Need(vec![Need::Rows(query)])),
        }
    }

    /// Returns the value stored under a key, or asks for it.
    pub fn value(&self, table: Table, key: &[u8]) -> Run<Option<&[u8]>> {
        let rows = self.rows(Query::Get {
            table,
            key: key.to_vec(),
        })?;
        Ok(rows.first().map(|(_, value)| value.as_slice()))
    }

    pub fn follow(&mut self, work: Work) {
        self.after.push(After::Follow(work));
    }

    /// Returns 64 random bits as 16 hex digits.
    pub fn random_id(&mut self) -> String {
        format!("{:016x}", self.entropy.next_u64())
    }

    /// Returns the id of the next event of an act: the act's own, counted on, so that a change says it once.
    pub fn event_id(&mut self, author: &Author) -> EventId {
        let first = u64::from_str_radix(&author.action, 16);
        let first = first.unwrap_or_else(|_| self.entropy.next_u64());
        let id = EventId::from_u64(first.wrapping_add(self.events));
        self.events += 1;
        id
    }

    /// Returns the time of a new event.
    pub fn tick(&self, clock: &mut HybridClock) -> Millis {
        clock.tick(self.now).wall_ms
    }

    pub fn batch(&mut self) -> Batch {
        Batch {
            writes: std::mem::take(&mut self.writes),
            durability: self.durability,
        }
    }
}
