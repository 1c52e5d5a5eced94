//! The engine's store in an SQLite file: one table per table, byte keys, byte values. One process holds it at a time.

use std::path::Path;
use std::time::Duration;

use huiyin_api::{Problem, ProblemCode};
use huiyin_engine::{Batch, Durability, Query, StoreError, Table, Write};
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, TransactionBehavior, params};

use crate::device::{Rows, Store};

/// Name of the file in the store's folder. It carries the version of the storage format.
pub const FILE_NAME: &str = "huiyin-v1.sqlite";

/// Version of the tables within the format.
const TABLES_VERSION: i64 = 3;

/// How long to wait for another process to let go of the store.
const BUSY_WAIT: Duration = Duration::from_secs(2);

/// A store on disk.
pub struct Disk {
    connection: Connection,
    durability: Durability,
}

impl Disk {
    /// Returns whether the folder holds a store.
    pub fn exists(folder: &Path) -> bool {
        folder.join(FILE_NAME).exists()
    }

    /// Opens the store in `folder`, making folder and store if need be, and keeps every other process out.
    ///
    /// # Errors
    /// `Busy` if another process holds it, `NewerStore` if a newer version wrote it, else why there is no store.
    pub fn open(folder: &Path) -> Result<Self, Problem> {
        let place = folder.display().to_string();
        std::fs::create_dir_all(folder).map_err(|error| {
            Problem::at(ProblemCode::StorageRefused, place.as_str())
                .because(format!("{place}: {error}"))
        })?;
        Self::try_open(&folder.join(FILE_NAME)).map_err(|fault| match fault {
            OpenFault::Newer => Problem::at(ProblemCode::NewerStore, place),
            OpenFault::Sqlite(error) => match error.sqlite_error_code() {
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                    Problem::at(ProblemCode::Busy, place)
                }
                Some(ErrorCode::DiskFull) => Problem::at(ProblemCode::StorageFull, place),
                _ => Problem::at(ProblemCode::StorageRefused, place.as_str())
                    .because(format!("{place}: {error}")),
            },
        })
    }

    fn try_open(path: &Path) -> Result<Self, OpenFault> {
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(BUSY_WAIT)?;
        // Held until the connection closes, however the process ends.
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
        let version: i64 =
            transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if version > TABLES_VERSION {
            return Err(OpenFault::Newer);
        }
        for table in Table::ALL {
            transaction.execute_batch(&format!(
                "CREATE TABLE IF NOT EXISTS {} (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
                table.name()
            ))?;
        }
        transaction.pragma_update(None, "user_version", TABLES_VERSION)?;
        transaction.commit()?;
        Ok(Self {
            connection,
            durability: Durability::Strict,
        })
    }

    fn rows(&self, query: &Query) -> rusqlite::Result<Rows> {
        match query {
            Query::Get { table, key } => {
                let value = self
                    .connection
                    .prepare_cached(&format!(
                        "SELECT value FROM {} WHERE key = ?1",
                        table.name()
                    ))?
                    .query_row([key], |row| row.get(0))
                    .optional()?;
                Ok(value
                    .map(|value| vec![(key.clone(), value)])
                    .unwrap_or_default())
            }
            Query::Range {
                table,
                prefix,
                after,
                limit,
                keys_only,
            } => {
                let (bound, from) = match after {
                    Some(after) if after >= prefix => (">", after),
                    _ => (">=", prefix),
                };
                let value = if *keys_only { "x''" } else { "value" };
                let mut statement = self.connection.prepare_cached(&format!(
                    "SELECT key, {value} FROM {} WHERE key {bound} ?1 ORDER BY key LIMIT ?2",
                    table.name()
                ))?;
                let mut found = statement.query(params![from, limit])?;
                let mut rows = Vec::new();
                while let Some(row) = found.next()? {
                    let key: Vec<u8> = row.get(0)?;
                    if !key.starts_with(prefix) {
                        break;
                    }
                    rows.push((key, row.get(1)?));
                }
                Ok(rows)
            }
        }
    }

    fn write(&mut self, batch: &Batch) -> rusqlite::Result<()> {
        if batch.durability != self.durability {
            let level = match batch.durability {
                Durability::Strict => "FULL",
                Durability::Relaxed => "NORMAL",
            };
            self.connection.pragma_update(None, "synchronous", level)?;
            self.durability = batch.durability;
        }
        let transaction = self.connection.transaction()?;
        for write in &batch.writes {
            match write {
                Write::Put { table, key, value } => transaction
                    .prepare_cached(&format!(
                        "INSERT INTO {} (key, value) VALUES (?1, ?2) \
                         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                        table.name()
                    ))?
                    .execute(params![key, value])?,
                Write::Delete { table, key } => transaction
                    .prepare_cached(&format!("DELETE FROM {} WHERE key = ?1", table.name()))?
                    .execute([key])?,
            };
        }
        transaction.commit()
    }
}

impl Store for Disk {
    fn load(&mut self, queries: &[Query]) -> Result<Vec<Rows>, StoreError> {
        queries
            .iter()
            .map(|query| self.rows(query))
            .collect::<Result<_, _>>()
            .map_err(store_error)
    }

    fn commit(&mut self, batch: Batch) -> Result<(), StoreError> {
        self.write(&batch).map_err(store_error)
    }
}

fn store_error(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full,
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            StoreError::Refused(error.to_string())
        }
        _ => StoreError::Failed(error.to_string()),
    }
}

#[derive(Debug)]
enum OpenFault {
    Newer,
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for OpenFault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

#[cfg(test)]
mod tests;
