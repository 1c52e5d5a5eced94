//! What any log behind the relay must do, whichever database keeps it.
//!
//! A store knows positions, ids and sequence numbers, and keeps bytes. Whether an envelope may be taken is decided before.
//! Positions of a stream have no gaps and are seen in order: who sees position 7 sees 1 to 6. What was appended is durable
//! when [`Group::commit`] returns. A store is named by an epoch, which devices compare with their cursors; a restored store
//! gets a new one. Every method blocks: call them from threads that may.

mod address;
mod postgres;
mod sqlite;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::path::PathBuf;

use huiyin_sync::limits::{MAX_ENVELOPES_PER_FRAME, MAX_FRAME};
use huiyin_sync::{DeviceId, EnvelopeId, ObjectLabel, StoreEpoch, StreamId, WorkspaceId};
use thiserror::Error;
use tokio::sync::mpsc;

pub use address::StoreAddress;
pub use postgres::PostgresStore;
pub use sqlite::SqliteStore;

/// Why the store does not serve.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The file or its folder cannot be opened for writing.
    #[error("open the store {}: {detail}; check that the folder exists and can be written", path.display())]
    Open {
        /// The store's file.
        path: PathBuf,
        /// The reason, on one line.
        detail: Box<str>,
    },
    /// Another relay has it open.
    #[error("open the store {}: another relay is using it; stop that one or name another file", path.display())]
    InUse {
        /// The store's file.
        path: PathBuf,
    },
    /// A newer version wrote it.
    #[error(
        "open the store: written in version {version}, newer than this program; update the relay"
    )]
    Newer {
        /// The version found.
        version: i64,
    },
    /// The address names no database.
    #[error(
        "open the store: {detail}; write postgres://user:password@host:5432/database, or the name of a file"
    )]
    Address {
        /// What is wrong with it, on one line, without the password.
        detail: Box<str>,
    },
    /// The database cannot be reached or does not let the relay in.
    #[error(
        "open the store {address}: {detail}; check that the database runs and that user and password are right"
    )]
    Connect {
        /// The database, without the password.
        address: Box<str>,
        /// The reason, on one line.
        detail: Box<str>,
    },
    /// SQLite failed: a full disk, a damaged file.
    #[error("use the store")]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL failed, or its network.
    #[error("use the store")]
    Postgres(#[from] tokio_postgres::Error),
    /// The database took too long.
    #[error("use the store: the database does not answer")]
    TooSlow,
    /// Another node made the same stream in this moment: begin again.
    #[error("use the store: another node was first")]
    Raced,
}

impl StoreError {
    /// Returns whether the same work may succeed when it is begun again at once: a connection lost while it was idle, two
    /// nodes in each other's way.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Raced => true,
            Self::Postgres(error) => {
                error.is_closed()
                    || error.code().is_none_or(|code| {
                        // Connection exceptions, transaction rollbacks, operator intervention (a restart).
                        ["08", "40", "57"].contains(&&code.code()[..2])
                    })
            }
            _ => false,
        }
    }
}

/// An envelope to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewEnvelope<'a> {
    /// Its workspace, made known if it is not.
    pub workspace: WorkspaceId,
    /// Its stream.
    pub stream: StreamId,
    /// Its id.
    pub id: EnvelopeId,
    /// Its author.
    pub author: DeviceId,
    /// Its place among the author's in the stream.
    pub seq: u64,
    /// The envelope.
    pub bytes: &'a [u8],
    /// When it came, in milliseconds since 1970.
    pub received_ms: u64,
}

/// What became of an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// It stands at this position from now on.
    New(u64),
    /// It stood at this position already.
    Known(u64),
    /// Its author has another envelope with this sequence number.
    Fork,
}

/// A sealed object to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewObject<'a> {
    /// Its workspace, made known if it is not.
    pub workspace: WorkspaceId,
    /// The stream whose readers may have it.
    pub stream: StreamId,
    /// Its label.
    pub label: ObjectLabel,
    /// The object.
    pub bytes: &'a [u8],
    /// When it came, in milliseconds since 1970.
    pub received_ms: u64,
}

/// What became of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectPut {
    /// It is stored.
    New,
    /// The stream has an object of this label, which stays as it is.
    Known,
    /// The stream keeps as many bytes of objects as it may.
    Full,
}

/// What a workspace keeps in the store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Streams with at least one envelope.
    pub streams: u64,
    /// Envelopes.
    pub envelopes: u64,
    /// Bytes of envelopes and objects, without what the database adds.
    pub bytes: u64,
}

/// Heads of streams by workspace.
pub type Heads = HashMap<WorkspaceId, BTreeMap<StreamId, u64>>;

/// What other nodes did to a shared store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// These workspaces have new envelopes.
    Changed(Vec<WorkspaceId>),
    /// Something may have been missed: look at everything in use.
    Missed,
    /// The store was restored while the relay ran: what is held in memory is wrong. Stop, and start again.
    Restored,
}

/// A log behind the relay.
pub trait Store: Debug + Send + Sync {
    /// Returns the life of this store.
    fn epoch(&self) -> StoreEpoch;

    /// Begins a group of appends, which become durable together. Dropped without commit, none of it happened. Only
    /// `envelopes` may be looked up and appended in it.
    ///
    /// # Errors
    /// [`StoreError`]: the store does not answer.
    fn begin<'a>(
        &'a self,
        envelopes: &[NewEnvelope<'a>],
    ) -> Result<Box<dyn Group<'a> + 'a>, StoreError>;

    /// Returns envelopes of a stream behind position `after`, in order: as many as stay within `max_count` and
    /// `max_bytes`, but at least one if there is one.
    ///
    /// # Errors
    /// [`StoreError`]: the store does not answer.
    fn since(
        &self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        after: u64,
        max_count: usize,
        max_bytes: usize,
    ) -> Result<Vec<(u64, Vec<u8>)>, StoreError>;

    /// Returns the id of the envelope at `position` of a stream.
    ///
    /// # Errors
    /// [`StoreError`]: the store does not answer.
    fn id_at(
        &self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        position: u64,
    ) -> Result<Option<EnvelopeId>, StoreError>;

    /// Returns the position of the last envelope of each stream of `workspaces`. Unknown ones are left out.
    ///
    /// # Errors
    /// [`StoreError`]: the store does not answer.
    fn heads(&self, workspaces: &[WorkspaceId]) -> Result<Heads, StoreError>;

    /// Returns what `workspace` keeps.
    ///
    /// # Errors
    /// [`StoreError`]: the store does not answer.
    fn usage(&self, workspace: &WorkspaceId) -> Result<Usage, StoreError>;

    /// Keeps an object unless its stream has one of its label or would have more than `max_stream_bytes` of objects; when this
    /// returns it is durable.
    ///
    /// # Errors
    /// [`StoreError`]: it may or may not have become durable; putting it again tells.
    fn put_object(
        &self,
        object: &NewObject<'_>,
        max_stream_bytes: u64,
    ) -> Result<ObjectPut, StoreError>;

    /// Returns the object of a stream that has this label.
    ///
    /// # Errors
    /// [`StoreError`]: the store does not answer.
    fn object(
        &self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        label: &ObjectLabel,
    ) -> Result<Option<Vec<u8>>, StoreError>;

    /// Returns whether the store answers.
    fn is_readable(&self) -> bool;

    /// Gives the store a new life, as is due after an older copy was put back. Devices then offer again what they have.
    ///
    /// # Errors
    /// [`StoreError`]: the store keeps its epoch.
    fn renew(&self) -> Result<StoreEpoch, StoreError>;

    /// Brings what is on disk into the form to be left behind at a stop.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is lost by it.
    fn close(&self) -> Result<(), StoreError>;

    /// Returns what other nodes do from now on, for the one who asks first; nothing if the store is this process's alone.
    fn news(&self) -> Option<mpsc::Receiver<News>>;

    /// Keeps envelopes; when this returns they are durable.
    ///
    /// # Errors
    /// [`StoreError`]: none of them was kept.
    fn append(&self, envelopes: &[NewEnvelope<'_>]) -> Result<Vec<Appended>, StoreError> {
        let mut group = self.begin(envelopes)?;
        let appended = envelopes
            .iter()
            .map(|envelope| group.append(envelope))
            .collect::<Result<_, _>>()?;
        group.commit()?;
        Ok(appended)
    }
}

/// Appends that become durable together.
pub trait Group<'a> {
    /// Returns the position of an envelope the store has.
    ///
    /// # Errors
    /// [`StoreError`]: give the group up.
    fn position_of(&mut self, envelope: &NewEnvelope<'a>) -> Result<Option<u64>, StoreError>;

    /// Returns what its workspace keeps, with what this group has appended.
    ///
    /// # Errors
    /// [`StoreError`]: give the group up.
    fn usage(&mut self, workspace: &WorkspaceId) -> Result<Usage, StoreError>;

    /// Returns whether the stream has an envelope, with what this group has appended.
    ///
    /// # Errors
    /// [`StoreError`]: give the group up.
    fn has_stream(&mut self, envelope: &NewEnvelope<'a>) -> Result<bool, StoreError>;

    /// Returns a page of the members stream of `workspace` behind position `after`: empty at the end. If the group has an
    /// envelope of that stream, nobody else appends to it until the group ends.
    ///
    /// # Errors
    /// [`StoreError`]: give the group up.
    fn members_since(
        &mut self,
        workspace: &WorkspaceId,
        after: u64,
    ) -> Result<Vec<(u64, Vec<u8>)>, StoreError>;

    /// Takes an envelope, unless it is known or forks its author's sequence.
    ///
    /// # Errors
    /// [`StoreError`]: give the group up.
    fn append(&mut self, envelope: &NewEnvelope<'a>) -> Result<Appended, StoreError>;

    /// Makes the group durable.
    ///
    /// # Errors
    /// [`StoreError`]: it may or may not have become durable; appending the same again tells.
    fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

/// Entries of one page of statements.
const STATEMENTS_PER_PAGE: usize = MAX_ENVELOPES_PER_FRAME;
/// Bytes of one page of statements.
const STATEMENT_PAGE_BYTES: usize = MAX_FRAME;

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system gives randomness");
    bytes
}
