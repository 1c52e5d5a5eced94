//! The log on disk: SQLite in WAL mode with `synchronous=FULL`. One writer, several readers, one process.
//!
//! Beside the file lies a lock file. It also remembers how many envelopes and objects the store held at the last commit: a file that comes
//! back with fewer is an older copy, and gets a new epoch when it is opened.
//!
//! Long: the tables, and every statement that touches them, in one place.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use huiyin_sync::{EnvelopeId, ObjectLabel, StoreEpoch, StreamId, WorkspaceId};
use rusqlite::{Connection, OptionalExtension, params};
use tokio::sync::mpsc;

use super::{
    Appended, Group, Heads, NewEnvelope, NewObject, News, ObjectPut, STATEMENT_PAGE_BYTES,
    STATEMENTS_PER_PAGE, Store, StoreError, Usage, random,
};

/// Version of the tables this program writes, and the newest it opens.
const STORE_VERSION: i64 = 3;
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
  bytes INTEGER NOT NULL DEFAULT 0,
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

/// What version 3 has beside the tables of version 2: sealed objects, and what each stream has of them.
const OBJECT_TABLES: &str = "
CREATE TABLE object_streams (
  key INTEGER PRIMARY KEY,
  workspace INTEGER NOT NULL REFERENCES workspaces(key),
  stream BLOB NOT NULL,
  objects INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  UNIQUE (workspace, stream)
) STRICT;
CREATE TABLE objects (
  stream INTEGER NOT NULL REFERENCES object_streams(key),
  label BLOB NOT NULL,
  received_ms INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  UNIQUE (stream, label)
) STRICT;
";

/// What makes the tables of version 1 those of version 2: each stream knows its bytes.
const FROM_VERSION_1: &str = "
ALTER TABLE streams ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
UPDATE streams SET bytes =
  (SELECT coalesce(sum(length(e.bytes)), 0) FROM envelopes e WHERE e.stream = streams.key);
";

/// The store in a file.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    epoch: RwLock<StoreEpoch>,
    /// Envelopes and objects of all streams; changed by who holds the writer.
    count: AtomicU64,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    /// Held for as long as the store is open; its content is what [`Watermark`] says.
    lock: File,
}

/// What the lock file remembers: epoch, then the number of envelopes and objects as eight bytes, little end first.
struct Watermark;

impl Watermark {
    const LENGTH: usize = 16 + 8;

    fn read(mut lock: &File) -> Option<(StoreEpoch, u64)> {
        let mut bytes = [0; Self::LENGTH];
        lock.rewind().ok()?;
        lock.read_exact(&mut bytes).ok()?;
        let (epoch, count) = bytes.split_first_chunk()?;
        Some((
            StoreEpoch(*epoch),
            u64::from_le_bytes(count.try_into().ok()?),
        ))
    }

    /// Not flushed: it is to outlive the process and the file's replacement, not the machine.
    fn write(mut lock: &File, epoch: StoreEpoch, count: u64) {
        let mut bytes = epoch.0.to_vec();
        bytes.extend_from_slice(&count.to_le_bytes());
        if let Err(error) = lock.rewind().and_then(|()| lock.write_all(&bytes)) {
            tracing::warn!(%error, "the lock file was not written");
        }
    }
}

fn count_in(connection: &Connection) -> Result<u64, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT (SELECT coalesce(sum(next_position - 1), 0) FROM streams)
                  + (SELECT coalesce(sum(objects), 0) FROM object_streams)",
        )?
        .query_row([], |row| row.get::<_, i64>(0))
        .map(|count| count as u64)
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
        let lock = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(lock_path)
            .map_err(|error| failed(error.to_string()))?;
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
        let epoch =
            prepare(&mut connection, Watermark::read(&lock)).map_err(|error| match error {
                StoreError::Sqlite(error) => failed(error.to_string()),
                other => other,
            })?;
        let count = count_in(&connection).map_err(|error| failed(error.to_string()))?;
        Watermark::write(&lock, epoch, count);
        Ok(Self {
            path: path.to_owned(),
            epoch: RwLock::new(epoch),
            count: AtomicU64::new(count),
            writer: Mutex::new(connection),
            readers: Mutex::new(Vec::new()),
            lock,
        })
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
}

impl Store for SqliteStore {
    fn epoch(&self) -> StoreEpoch {
        *self.epoch.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin<'a>(
        &'a self,
        _envelopes: &[NewEnvelope<'a>],
    ) -> Result<Box<dyn Group<'a> + 'a>, StoreError> {
        let connection = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        connection.execute_batch("BEGIN IMMEDIATE")?;
        Ok(Box::new(SqliteGroup {
            store: self,
            connection,
            added: 0,
            open: true,
        }))
    }

    fn since(
        &self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        after: u64,
        max_count: usize,
        max_bytes: usize,
    ) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        self.read(|connection| page(connection, workspace, stream, after, max_count, max_bytes))
    }

    fn id_at(
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

    fn heads(&self, workspaces: &[WorkspaceId]) -> Result<Heads, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT s.stream, s.next_position - 1 FROM streams s
                 JOIN workspaces w ON w.key = s.workspace WHERE w.workspace = ?1",
            )?;
            let mut all = HashMap::new();
            for workspace in workspaces {
                let heads = statement
                    .query_map(params![workspace.as_bytes()], |row| {
                        Ok((StreamId(row.get(0)?), row.get::<_, i64>(1)? as u64))
                    })?
                    .collect::<Result<_, _>>()?;
                all.insert(*workspace, heads);
            }
            Ok(all)
        })
    }

    fn usage(&self, workspace: &WorkspaceId) -> Result<Usage, StoreError> {
        self.read(|connection| usage(connection, workspace))
    }

    fn put_object(
        &self,
        object: &NewObject<'_>,
        max_stream_bytes: u64,
    ) -> Result<ObjectPut, StoreError> {
        let mut connection = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction =
            connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let put = put_object(&transaction, object, max_stream_bytes)?;
        transaction.commit()?;
        if put == ObjectPut::New {
            let count = self.count.fetch_add(1, Ordering::Relaxed) + 1;
            Watermark::write(&self.lock, self.epoch(), count);
        }
        Ok(put)
    }

    fn object(
        &self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        label: &ObjectLabel,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT o.bytes FROM objects o
                     JOIN object_streams s ON s.key = o.stream JOIN workspaces w ON w.key = s.workspace
                     WHERE w.workspace = ?1 AND s.stream = ?2 AND o.label = ?3",
                )?
                .query_row(
                    params![workspace.as_bytes(), stream.as_bytes(), label.as_bytes()],
                    |row| row.get(0),
                )
                .optional()
        })
    }

    fn is_readable(&self) -> bool {
        self.read(|connection| connection.query_row("SELECT count(*) FROM meta", [], |_| Ok(())))
            .is_ok()
    }

    fn renew(&self) -> Result<StoreEpoch, StoreError> {
        let epoch = StoreEpoch(random());
        let connection = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        set_epoch(&connection, epoch)?;
        Watermark::write(&self.lock, epoch, self.count.load(Ordering::Relaxed));
        *self.epoch.write().unwrap_or_else(PoisonError::into_inner) = epoch;
        Ok(epoch)
    }

    fn close(&self) -> Result<(), StoreError> {
        self.readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        let connection = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }

    fn news(&self) -> Option<mpsc::Receiver<News>> {
        None
    }
}

fn put_object(
    connection: &Connection,
    object: &NewObject<'_>,
    max_stream_bytes: u64,
) -> Result<ObjectPut, rusqlite::Error> {
    let (workspace, stream) = (object.workspace.as_bytes(), object.stream.as_bytes());
    connection
        .prepare_cached("INSERT OR IGNORE INTO workspaces (workspace, created_ms) VALUES (?1, ?2)")?
        .execute(params![workspace, object.received_ms as i64])?;
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO object_streams (workspace, stream)
             SELECT key, ?2 FROM workspaces WHERE workspace = ?1",
        )?
        .execute(params![workspace, stream])?;
    let (key, bytes): (i64, i64) = connection
        .prepare_cached(
            "SELECT s.key, s.bytes FROM object_streams s JOIN workspaces w ON w.key = s.workspace
             WHERE w.workspace = ?1 AND s.stream = ?2",
        )?
        .query_row(params![workspace, stream], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let known = connection
        .prepare_cached("SELECT 1 FROM objects WHERE stream = ?1 AND label = ?2")?
        .exists(params![key, object.label.as_bytes()])?;
    if known {
        return Ok(ObjectPut::Known);
    }
    let added = object.bytes.len() as i64;
    if (bytes + added) as u64 > max_stream_bytes {
        return Ok(ObjectPut::Full);
    }
    connection
        .prepare_cached(
            "INSERT INTO objects (stream, label, received_ms, bytes) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            key,
            object.label.as_bytes(),
            object.received_ms as i64,
            object.bytes
        ])?;
    connection
        .prepare_cached(
            "UPDATE object_streams SET objects = objects + 1, bytes = bytes + ?2 WHERE key = ?1",
        )?
        .execute(params![key, added])?;
    Ok(ObjectPut::New)
}

fn usage(connection: &Connection, workspace: &WorkspaceId) -> Result<Usage, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT count(*), coalesce(sum(s.next_position - 1), 0), coalesce(sum(s.bytes), 0) +
                    (SELECT coalesce(sum(o.bytes), 0) FROM object_streams o
                     JOIN workspaces v ON v.key = o.workspace WHERE v.workspace = ?1)
             FROM streams s JOIN workspaces w ON w.key = s.workspace WHERE w.workspace = ?1",
        )?
        .query_row(params![workspace.as_bytes()], |row| {
            Ok(Usage {
                streams: row.get::<_, i64>(0)? as u64,
                envelopes: row.get::<_, i64>(1)? as u64,
                bytes: row.get::<_, i64>(2)? as u64,
            })
        })
}

fn page(
    connection: &Connection,
    workspace: &WorkspaceId,
    stream: &StreamId,
    after: u64,
    max_count: usize,
    max_bytes: usize,
) -> Result<Vec<(u64, Vec<u8>)>, rusqlite::Error> {
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
}

fn set_epoch(connection: &Connection, epoch: StoreEpoch) -> Result<(), rusqlite::Error> {
    connection.execute(
        "INSERT INTO meta (key, value) VALUES ('store_epoch', ?1)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        params![epoch.as_bytes()],
    )?;
    Ok(())
}

/// Makes the tables if they are missing and returns the store's epoch: a new one if the lock file is gone or says that the
/// store once held more.
fn prepare(
    connection: &mut Connection,
    last: Option<(StoreEpoch, u64)>,
) -> Result<StoreEpoch, StoreError> {
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match version {
        0 => {
            transaction.execute_batch(TABLES)?;
            transaction.execute_batch(OBJECT_TABLES)?;
            set_epoch(&transaction, StoreEpoch(random()))?;
        }
        1 => {
            transaction.execute_batch(FROM_VERSION_1)?;
            transaction.execute_batch(OBJECT_TABLES)?;
        }
        2 => transaction.execute_batch(OBJECT_TABLES)?,
        STORE_VERSION => {}
        version => return Err(StoreError::Newer { version }),
    }
    transaction.pragma_update(None, "user_version", STORE_VERSION)?;
    let mut epoch = transaction.query_row(
        "SELECT value FROM meta WHERE key = 'store_epoch'",
        [],
        |row| row.get(0).map(StoreEpoch),
    )?;
    let count = count_in(&transaction)?;
    // Version 1 left the lock file empty.
    let is_older = match last {
        Some((last, had)) => last != epoch || had > count,
        None => version >= 2,
    };
    if is_older {
        epoch = StoreEpoch(random());
        set_epoch(&transaction, epoch)?;
        tracing::warn!(
            "the store is an older copy or another one: devices will offer again what they have"
        );
    }
    transaction.commit()?;
    Ok(epoch)
}

struct SqliteGroup<'a> {
    store: &'a SqliteStore,
    added: u64,
    connection: MutexGuard<'a, Connection>,
    open: bool,
}

impl<'a> Group<'a> for SqliteGroup<'a> {
    fn append(&mut self, envelope: &NewEnvelope<'a>) -> Result<Appended, StoreError> {
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
                "UPDATE streams SET next_position = next_position + 1, bytes = bytes + ?2 WHERE key = ?1
                 RETURNING next_position - 1",
            )?
            .query_row(params![stream, envelope.bytes.len() as i64], |row| {
                row.get(0)
            })?;
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
        self.added += 1;
        Ok(Appended::New(position as u64))
    }

    fn position_of(&mut self, envelope: &NewEnvelope<'a>) -> Result<Option<u64>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT e.position FROM envelopes e
                 JOIN streams s ON s.key = e.stream JOIN workspaces w ON w.key = s.workspace
                 WHERE w.workspace = ?1 AND s.stream = ?2 AND e.id = ?3",
            )?
            .query_row(
                params![
                    envelope.workspace.as_bytes(),
                    envelope.stream.as_bytes(),
                    envelope.id.as_bytes()
                ],
                |row| row.get::<_, i64>(0),
            )
            .optional()?
            .map(|position| position as u64))
    }

    fn usage(&mut self, workspace: &WorkspaceId) -> Result<Usage, StoreError> {
        Ok(usage(&self.connection, workspace)?)
    }

    fn has_stream(&mut self, envelope: &NewEnvelope<'a>) -> Result<bool, StoreError> {
        Ok(self.stream(envelope)?.is_some())
    }

    fn members_since(
        &mut self,
        workspace: &WorkspaceId,
        after: u64,
    ) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        Ok(page(
            &self.connection,
            workspace,
            &StreamId::members(workspace),
            after,
            STATEMENTS_PER_PAGE,
            STATEMENT_PAGE_BYTES,
        )?)
    }

    fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        self.connection.execute_batch("COMMIT")?;
        self.open = false;
        let count = self.store.count.fetch_add(self.added, Ordering::Relaxed) + self.added;
        Watermark::write(&self.store.lock, self.store.epoch(), count);
        Ok(())
    }
}

impl SqliteGroup<'_> {
    fn stream(&self, envelope: &NewEnvelope<'_>) -> Result<Option<i64>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT s.key FROM streams s JOIN workspaces w ON w.key = s.workspace
                 WHERE w.workspace = ?1 AND s.stream = ?2",
            )?
            .query_row(
                params![envelope.workspace.as_bytes(), envelope.stream.as_bytes()],
                |row| row.get(0),
            )
            .optional()?)
    }

    fn stream_key(&self, envelope: &NewEnvelope<'_>) -> Result<i64, StoreError> {
        if let Some(key) = self.stream(envelope)? {
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
}

impl Drop for SqliteGroup<'_> {
    fn drop(&mut self) {
        if self.open && self.connection.execute_batch("ROLLBACK").is_err() {
            tracing::error!("the store did not roll back");
        }
    }
}
