//! The tables, and which life of the database they are in.

use huiyin_sync::StoreEpoch;
use tokio_postgres::Client;

use crate::store::{StoreError, random};

/// Version of the tables this program writes, and the newest it opens.
const STORE_VERSION: i64 = 2;
/// Only one node at a time looks whether the tables are there: a number nobody else uses.
const PREPARING: i64 = 0x6875_6979_696e_0001;

const TABLES: &str = "
CREATE TABLE workspaces (
  key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace bytea NOT NULL UNIQUE,
  created_ms bigint NOT NULL
);
CREATE TABLE streams (
  key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace bigint NOT NULL REFERENCES workspaces (key),
  stream bytea NOT NULL,
  next_position bigint NOT NULL,
  bytes bigint NOT NULL,
  UNIQUE (workspace, stream)
) WITH (fillfactor = 50);
CREATE TABLE envelopes (
  stream bigint NOT NULL REFERENCES streams (key),
  position bigint NOT NULL,
  id bytea NOT NULL,
  author bytea NOT NULL,
  seq bigint NOT NULL,
  received_ms bigint NOT NULL,
  size integer NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (stream, position),
  UNIQUE (stream, id),
  UNIQUE (stream, author, seq)
);
-- Sealed bytes do not compress.
ALTER TABLE envelopes ALTER COLUMN bytes SET STORAGE EXTERNAL;
";

/// What version 2 has beside the tables of version 1: sealed objects, and what each stream has of them.
const OBJECT_TABLES: &str = "
CREATE TABLE object_streams (
  key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace bigint NOT NULL REFERENCES workspaces (key),
  stream bytea NOT NULL,
  objects bigint NOT NULL,
  bytes bigint NOT NULL,
  UNIQUE (workspace, stream)
);
CREATE TABLE objects (
  stream bigint NOT NULL REFERENCES object_streams (key),
  label bytea NOT NULL,
  received_ms bigint NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (stream, label)
);
ALTER TABLE objects ALTER COLUMN bytes SET STORAGE EXTERNAL;
";

/// The row of the epoch.
pub(super) const EPOCH: &str = "store_epoch";
const VERSION: &str = "version";
const LIFE: &str = "life";

/// Returns a row of `meta`.
async fn get(client: &Client, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(client
        .query_opt("SELECT value FROM meta WHERE key = $1", &[&key])
        .await?
        .map(|row| row.get(0)))
}

/// Sets a row of `meta`.
pub(super) async fn set(client: &Client, key: &str, value: &[u8]) -> Result<(), StoreError> {
    client
        .execute(
            "INSERT INTO meta (key, value) VALUES ($1, $2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            &[&key, &value],
        )
        .await?;
    Ok(())
}

/// Returns the epoch the database holds, if it holds one.
pub(super) async fn epoch(client: &Client) -> Result<Option<StoreEpoch>, StoreError> {
    let value = get(client, EPOCH).await?;
    Ok(value.and_then(|value| Some(StoreEpoch(value.try_into().ok()?))))
}

/// Makes the tables if they are missing, gives the store a new epoch if the database has begun another life, and returns the
/// epoch.
pub(super) async fn prepare(client: &Client) -> Result<StoreEpoch, StoreError> {
    client.batch_execute("BEGIN").await?;
    client
        .execute("SELECT pg_advisory_xact_lock($1)", &[&PREPARING])
        .await?;
    client
        .batch_execute(
            "SET LOCAL client_min_messages = warning;
             CREATE TABLE IF NOT EXISTS meta (key text PRIMARY KEY, value bytea NOT NULL)",
        )
        .await?;
    match get(client, VERSION).await? {
        None => {
            client.batch_execute(TABLES).await?;
            client.batch_execute(OBJECT_TABLES).await?;
            set(client, VERSION, &STORE_VERSION.to_be_bytes()).await?;
        }
        Some(bytes) => {
            let version = bytes.try_into().map_or(i64::MAX, i64::from_be_bytes);
            match version {
                1 => {
                    client.batch_execute(OBJECT_TABLES).await?;
                    set(client, VERSION, &STORE_VERSION.to_be_bytes()).await?;
                }
                STORE_VERSION => {}
                version => return Err(StoreError::Newer { version }),
            }
        }
    }
    let life = life(client).await?;
    let (known, last) = (epoch(client).await?, get(client, LIFE).await?);
    let epoch = match known {
        Some(epoch) if last.as_deref() == Some(life.as_bytes()) => epoch,
        _ => {
            if known.is_some() {
                tracing::warn!(
                    "the database was restored or promoted: devices will offer again what they have"
                );
            }
            let epoch = StoreEpoch(random());
            set(client, EPOCH, &epoch.0).await?;
            set(client, LIFE, life.as_bytes()).await?;
            epoch
        }
    };
    client.batch_execute("COMMIT").await?;
    let synced: String = client.query_one("SHOW fsync", &[]).await?.get(0);
    if synced != "on" {
        tracing::warn!(
            "the database runs with fsync off: a power loss may lose what was acknowledged"
        );
    }
    Ok(epoch)
}

/// Returns what changes when a database is loaded from a dump, recovered to an earlier point, or its standby takes over.
///
/// **Source:** PostgreSQL documentation, "Control Data Functions", "Backup Control Functions" (the first eight digits of a
/// write-ahead file's name are the timeline).
async fn life(client: &Client) -> Result<String, StoreError> {
    let row = client
        .query_one(
            "SELECT (SELECT oid::text FROM pg_database WHERE datname = current_database()),
                    (SELECT system_identifier::text FROM pg_control_system()),
                    left(pg_walfile_name(pg_current_wal_lsn()), 8)",
            &[],
        )
        .await?;
    Ok([0, 1, 2]
        .map(|column| row.get::<_, String>(column))
        .join("/"))
}
