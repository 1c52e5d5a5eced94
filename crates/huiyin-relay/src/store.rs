//! The log on disk: SQLite in WAL mode with `synchronous=FULL`. One writer, several readers, one process.
//!
//! It knows positions, ids and sequence numbers, and keeps bytes. Whether an envelope may be taken is decided before.
//! A store is named by an epoch made with it, which devices compare with their cursors.
//!
//! About 470 lines: the tables, and every statement that touches them, in one place.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use huiyin_sync::{DeviceId, EnvelopeId, StoreEpoch, StreamId, WorkspaceId};
use rusqlite::{Connection, OptionalExtension, params};
use thiserror::Error;

/// Version of the tables this program writes, and the newest it opens.
const STORE_VERSION: i64 = 1;
const BUSY: Duration = Duration::from_secs(5);
const IDLE_READERS: usize = 8;

const TABLES: &str = "
CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE TABLE workspaces (key INTEGER PRIMARY KEY, workspace BLOB NOT NULL UNIQUE, created_ms INTEGER NOT NULL) STRICT;
CREATE TABLE streams (
  key INTEGER PRIMARY KEY,
  workspace INTEGER NOT NULL REFERENCES workspaces(key),
  stream BLOB NOT NULL,
  next_position INTEGER NOT NULL,
  UNIQUE (workspace, stream)
) STRICT;
CREATE TABLE envelopes (
  stream INTEGER NOT NULL REFERENCES streams(key),
  position INTEGER NOT NULL,
  id BLOB NOT NULL,
  author BLOB NOT NULL,
  seq INTEGER NOT NULL,
  received_ms INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  UNIQUE (stream, position),
  UNIQUE (stream, id),
  UNIQUE (stream, author, seq)
) STRICT;
";

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
    /// SQLite failed: a full disk, a damaged file.
    #[error("use the store")]
    Sqlite(#[from] rusqlite::Error),
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

/// The store.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    epoch: StoreEpoch,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    /// Held for as long as the store is open.
    _lock: File,
}

fn connect(path: &Path) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(connection)
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system gives randomness");
    bytes
}

impl SqliteStore {
    /// Returns the store in `path`, made if it does not exist.
    ///
    /// # Errors
    /// [`StoreError`], each a sentence for whoever started the relay.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let failed = |detail: String| StoreError::Open {
            path: path.to_owned(),
            detail: detail.into(),
        };
        let mut lock_path = path.as_os_str().to_owned();
        lock_path.push(".lock");
        let lock = File::create(lock_path).map_err(|error| failed(error.to_string()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => {
                return Err(StoreError::InUse {
                    path: path.to_owned(),
                });
            }
            Err(std::fs::TryLockError::Error(error)) => return Err(failed(error.to_string())),
        }
        let mut connection = connect(path).map_err(|error| failed(error.to_string()))?;
        let epoch = prepare(&mut connection).map_err(|error| match error {
            StoreError::Sqlite(error) => failed(error.to_string()),
            other => other,
        })?;
        Ok(Self {
            path: path.to_owned(),
            epoch,
            writer: Mutex::new(connection),
            readers: Mutex::new(Vec::new()),
            _lock: lock,
        })
    }

    /// Returns the life of this store.
    pub fn epoch(&self) -> StoreEpoch {
        self.epoch
    }

    /// Begins a group of appends, which become durable together. Dropped without commit, none of it happened.
    pub(crate) fn begin(&self) -> Result<Group<'_>, StoreError> {
        let connection = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        connection.execute_batch("BEGIN IMMEDIATE")?;
        Ok(Group {
            connection,
            open: true,
        })
    }

    /// Keeps envelopes; when this returns they are on disk.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`]: none of them was kept.
    pub fn append(&self, envelopes: &[NewEnvelope<'_>]) -> Result<Vec<Appended>, StoreError> {
        let mut group = self.begin()?;
        let appended = envelopes
            .iter()
            .map(|envelope| group.append(envelope))
            .collect::<Result<_, _>>()?;
        group.commit()?;
        Ok(appended)
    }

    fn read<T>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>,
    ) -> Result<T, StoreError> {
        let pooled = self
            .readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let connection = match pooled {
            Some(connection) => connection,
            None => connect(&self.path)?,
        };
        let result = query(&connection)?;
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() < IDLE_READERS {
            readers.push(connection);
        }
        Ok(result)
    }

    /// Returns envelopes of a stream behind position `after`, in order: as many as stay within `max_count` and
    /// `max_bytes`, but at least one if there is one.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn since(
        &self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        after: u64,
        max_count: usize,
        max_bytes: usize,
    ) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT e.position, e.bytes FROM envelopes e
                 JOIN streams s ON s.key = e.stream JOIN workspaces w ON w.key = s.workspace
                 WHERE w.workspace = ?1 AND s.stream = ?2 AND e.position > ?3
                 ORDER BY e.position LIMIT ?4",
            )?;
            let mut rows = statement.query(params![
                workspace.as_bytes(),
                stream.as_bytes(),
                after as i64,
                max_count as i64
            ])?;
            let mut entries = Vec::new();
            let mut total = 0;
            while let Some(row) = rows.next()? {
                let bytes: Vec<u8> = row.get(1)?;
                total += bytes.len();
                if total > max_bytes && !entries.is_empty() {
                    break;
                }
                entries.push((row.get::<_, i64>(0)? as u64, bytes));
            }
            Ok(entries)
        })
    }

    /// Returns the id of the envelope at `position` of a stream.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn id_at(
        &self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        position: u64,
    ) -> Result<Option<EnvelopeId>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT e.id FROM envelopes e
                     JOIN streams s ON s.key = e.stream JOIN workspaces w ON w.key = s.workspace
                     WHERE w.workspace = ?1 AND s.stream = ?2 AND e.position = ?3",
                )?
                .query_row(
                    params![workspace.as_bytes(), stream.as_bytes(), position as i64],
                    |row| row.get(0).map(EnvelopeId),
                )
                .optional()
        })
    }

    /// Returns the position of the last envelope of each stream of a workspace.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn heads(&self, workspace: &WorkspaceId) -> Result<BTreeMap<StreamId, u64>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT s.stream, s.next_position - 1 FROM streams s
                     JOIN workspaces w ON w.key = s.workspace WHERE w.workspace = ?1",
                )?
                .query_map(params![workspace.as_bytes()], |row| {
                    Ok((StreamId(row.get(0)?), row.get::<_, i64>(1)? as u64))
                })?
                .collect()
        })
    }

    /// Returns whether the store answers.
    pub fn is_readable(&self) -> bool {
        self.read(|connection| connection.query_row("SELECT count(*) FROM meta", [], |_| Ok(())))
            .is_ok()
    }

    /// Moves the write-ahead log into the file, as is done before a stop.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`]; nothing is lost by it.
    pub fn checkpoint(&self) -> Result<(), StoreError> {
        self.readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        let connection = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }
}

/// Makes the tables if they are missing and returns the store's epoch.
fn prepare(connection: &mut Connection) -> Result<StoreEpoch, StoreError> {
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match version {
        0 => {
            transaction.execute_batch(TABLES)?;
            transaction.execute(
                "INSERT INTO meta (key, value) VALUES ('store_epoch', ?1)",
                params![random::<16>()],
            )?;
            transaction.pragma_update(None, "user_version", STORE_VERSION)?;
        }
        STORE_VERSION => {}
        version => return Err(StoreError::Newer { version }),
    }
    let epoch = transaction.query_row(
        "SELECT value FROM meta WHERE key = 'store_epoch'",
        [],
        |row| row.get(0).map(StoreEpoch),
    )?;
    transaction.commit()?;
    Ok(epoch)
}

/// Appends that become durable together.
pub(crate) struct Group<'a> {
    connection: MutexGuard<'a, Connection>,
    open: bool,
}

impl Group<'_> {
    /// Takes an envelope, unless it is known or forks its author's sequence.
    pub(crate) fn append(&mut self, envelope: &NewEnvelope<'_>) -> Result<Appended, StoreError> {
        let stream = self.stream_key(envelope)?;
        let known: Option<(i64, [u8; 32])> = self
            .connection
            .prepare_cached("SELECT position, id FROM envelopes WHERE stream = ?1 AND id = ?2")?
            .query_row(params![stream, envelope.id.as_bytes()], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        if let Some((position, _)) = known {
            return Ok(Appended::Known(position as u64));
        }
        let taken = self
            .connection
            .prepare_cached(
                "SELECT 1 FROM envelopes WHERE stream = ?1 AND author = ?2 AND seq = ?3",
            )?
            .exists(params![
                stream,
                envelope.author.as_bytes(),
                envelope.seq as i64
            ])?;
        if taken {
            return Ok(Appended::Fork);
        }
        let position: i64 = self
            .connection
            .prepare_cached(
                "UPDATE streams SET next_position = next_position + 1 WHERE key = ?1
                 RETURNING next_position - 1",
            )?
            .query_row(params![stream], |row| row.get(0))?;
        self.connection
            .prepare_cached(
                "INSERT INTO envelopes (stream, position, id, author, seq, received_ms, bytes)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                stream,
                position,
                envelope.id.as_bytes(),
                envelope.author.as_bytes(),
                envelope.seq as i64,
                envelope.received_ms as i64,
                envelope.bytes
            ])?;
        Ok(Appended::New(position as u64))
    }

    /// Returns the position of an envelope the store has.
    pub(crate) fn position_of(
        &self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        id: &EnvelopeId,
    ) -> Result<Option<u64>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT e.position FROM envelopes e
                 JOIN streams s ON s.key = e.stream JOIN workspaces w ON w.key = s.workspace
                 WHERE w.workspace = ?1 AND s.stream = ?2 AND e.id = ?3",
            )?
            .query_row(
                params![workspace.as_bytes(), stream.as_bytes(), id.as_bytes()],
                |row| row.get::<_, i64>(0),
            )
            .optional()?
            .map(|position| position as u64))
    }

    fn stream_key(&self, envelope: &NewEnvelope<'_>) -> Result<i64, StoreError> {
        let found = self
            .connection
            .prepare_cached(
                "SELECT s.key FROM streams s JOIN workspaces w ON w.key = s.workspace
                 WHERE w.workspace = ?1 AND s.stream = ?2",
            )?
            .query_row(
                params![envelope.workspace.as_bytes(), envelope.stream.as_bytes()],
                |row| row.get(0),
            )
            .optional()?;
        if let Some(key) = found {
            return Ok(key);
        }
        self.connection.execute(
            "INSERT OR IGNORE INTO workspaces (workspace, created_ms) VALUES (?1, ?2)",
            params![envelope.workspace.as_bytes(), envelope.received_ms as i64],
        )?;
        Ok(self.connection.query_row(
            "INSERT INTO streams (workspace, stream, next_position)
             SELECT key, ?2, 1 FROM workspaces WHERE workspace = ?1 RETURNING key",
            params![envelope.workspace.as_bytes(), envelope.stream.as_bytes()],
            |row| row.get(0),
        )?)
    }

    /// Makes the group durable.
    pub(crate) fn commit(mut self) -> Result<(), StoreError> {
        self.connection.execute_batch("COMMIT")?;
        self.open = false;
        Ok(())
    }
}

impl Drop for Group<'_> {
    fn drop(&mut self) {
        if self.open && self.connection.execute_batch("ROLLBACK").is_err() {
            tracing::error!("the store did not roll back");
        }
    }
}
