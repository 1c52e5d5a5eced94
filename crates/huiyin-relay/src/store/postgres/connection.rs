//! Connections: how they are made, which statements they have ready, and the few that wait for readers.
//!
//! Long: a connection's life, in its order.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::poll_fn;
use huiyin_sync::{EnvelopeId, StreamId, WorkspaceId};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Semaphore, mpsc};
use tokio_postgres::config::SslMode;
use tokio_postgres::types::ToSql;
use tokio_postgres::{AsyncMessage, Client, Config, Connection, Error, NoTls, Row, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::store::address::without_password;
use crate::store::{Heads, StoreError, Usage};

/// Connections for reading at a time; a node has one for writing and one for news beside them.
const READERS: usize = 8;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// A network that takes nothing for so long is gone.
const NETWORK_TIMEOUT: Duration = Duration::from_secs(15);

/// What every connection is set to. Only point look-ups are asked here, whatever the planner thinks of young tables.
const SETTINGS: &str = "
SET statement_timeout = '15s';
SET lock_timeout = '10s';
SET idle_in_transaction_session_timeout = '60s';
SET default_transaction_isolation = 'read committed';
SET enable_seqscan = off;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local');
";

const PAGE: &str = "
SELECT position, bytes FROM (
  SELECT e.position, e.bytes, e.size, sum(e.size) OVER (ORDER BY e.position) AS total
  FROM (
    SELECT position, size, bytes FROM envelopes
    WHERE stream = (SELECT s.key FROM streams s JOIN workspaces w ON w.key = s.workspace
                    WHERE w.workspace = $1 AND s.stream = $2)
      AND position > $3
    ORDER BY position LIMIT $4
  ) e
) page
WHERE total <= $5 OR total = size ORDER BY position";

const ID_AT: &str = "
SELECT e.id FROM envelopes e JOIN streams s ON s.key = e.stream JOIN workspaces w ON w.key = s.workspace
WHERE w.workspace = $1 AND s.stream = $2 AND e.position = $3";

const HEADS: &str = "
SELECT w.workspace, s.stream, s.next_position - 1 FROM unnest($1::bytea[]) AS q (workspace)
JOIN workspaces w ON w.workspace = q.workspace JOIN streams s ON s.workspace = w.key";

const USAGE: &str = "
SELECT q.workspace, count(s.key), coalesce(sum(s.next_position - 1), 0)::bigint, coalesce(sum(s.bytes), 0)::bigint,
       coalesce(max(s.next_position - 1) FILTER (WHERE s.stream = q.members), 0),
       (SELECT coalesce(sum(o.bytes), 0)::bigint FROM object_streams o WHERE o.workspace = w.key)
FROM unnest($1::bytea[], $2::bytea[]) AS q (workspace, members)
JOIN workspaces w ON w.workspace = q.workspace JOIN streams s ON s.workspace = w.key
GROUP BY q.workspace, w.key";

const LOCK: &str = "
SELECT s.key, w.workspace, s.stream, s.next_position
FROM unnest($1::bytea[], $2::bytea[]) AS q (workspace, stream)
JOIN workspaces w ON w.workspace = q.workspace
JOIN streams s ON s.workspace = w.key AND s.stream = q.stream
ORDER BY s.key FOR NO KEY UPDATE OF s";

const KNOWN: &str = "
SELECT e.stream, e.id, e.position FROM unnest($1::bigint[], $2::bytea[]) AS q (stream, id)
JOIN envelopes e ON e.stream = q.stream AND e.id = q.id";

const TAKEN: &str = "
SELECT e.stream, e.author, e.seq FROM unnest($1::bigint[], $2::bytea[], $3::bigint[]) AS q (stream, author, seq)
JOIN envelopes e ON e.stream = q.stream AND e.author = q.author AND e.seq = q.seq";

const FOUND: &str = "
INSERT INTO workspaces (workspace, created_ms) SELECT q.workspace, $2::bigint FROM unnest($1::bytea[]) AS q (workspace)
ORDER BY q.workspace ON CONFLICT DO NOTHING";

const OPEN: &str = "
INSERT INTO streams (workspace, stream, next_position, bytes)
SELECT w.key, q.stream, 1, 0 FROM unnest($1::bytea[], $2::bytea[]) AS q (workspace, stream)
JOIN workspaces w ON w.workspace = q.workspace ORDER BY w.workspace, q.stream
ON CONFLICT DO NOTHING
RETURNING key, (SELECT w.workspace FROM workspaces w WHERE w.key = streams.workspace), stream";

const INSERT: &str = "
INSERT INTO envelopes (stream, position, id, author, seq, received_ms, size, bytes)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bytea[], $5::bigint[], $6::bigint[], $7::integer[],
                     $8::bytea[])";

const ADVANCE: &str = "
UPDATE streams s SET next_position = q.next_position, bytes = s.bytes + q.bytes
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS q (key, next_position, bytes) WHERE s.key = q.key";

/// Returns error and causes on one line.
pub(super) fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text.replace('\n', " ")
}

/// The database, and connections to it that are at rest.
pub(super) struct Database {
    shown: String,
    config: Config,
    tls: Option<MakeRustlsConnect>,
    permits: Semaphore,
    idle: Mutex<Vec<Connected>>,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Database({})", self.shown)
    }
}

impl Database {
    pub(super) fn new(url: &str, ca: Option<&Path>) -> Result<Self, StoreError> {
        let wrong = |detail: String| StoreError::Address {
            detail: detail.into(),
        };
        let mut config: Config = url.parse().map_err(|error: Error| wrong(told(&error)))?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(wrong("the address names no host".to_owned()));
        }
        config
            .application_name("huiyin-relay")
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_user_timeout(NETWORK_TIMEOUT)
            .keepalives_idle(NETWORK_TIMEOUT);
        let tls = if config.get_ssl_mode() == SslMode::Require {
            Some(tls(ca).map_err(wrong)?)
        } else {
            // "Prefer" would take any certificate or none: that is no protection, so it is not pretended.
            config.ssl_mode(SslMode::Disable);
            None
        };
        Ok(Self {
            shown: without_password(url),
            config,
            tls,
            permits: Semaphore::new(READERS),
            idle: Mutex::new(Vec::new()),
        })
    }

    pub(super) fn cannot_connect(&self, error: &Error) -> StoreError {
        StoreError::Connect {
            address: self.shown.clone().into(),
            detail: told(error).into(),
        }
    }

    /// Returns a connection; what others announce goes to `notices`.
    pub(super) async fn connect(
        &self,
        notices: Option<mpsc::Sender<String>>,
    ) -> Result<Client, Error> {
        let client = match &self.tls {
            None => {
                let (client, connection) = self.config.connect(NoTls).await?;
                tokio::spawn(drive(connection, notices));
                client
            }
            Some(tls) => {
                let (client, connection) = self.config.connect(tls.clone()).await?;
                tokio::spawn(drive(connection, notices));
                client
            }
        };
        client.batch_execute(SETTINGS).await?;
        Ok(client)
    }

    /// Returns a connection with its statements ready.
    pub(super) async fn session(&self) -> Result<Connected, Error> {
        Connected::new(self.connect(None).await?).await
    }

    /// Returns what `query` finds, on a connection at rest if there is one; one that has died meanwhile is replaced.
    pub(super) async fn read<T>(
        &self,
        query: impl AsyncFn(&Connected) -> Result<T, Error>,
    ) -> Result<T, StoreError> {
        let _permit = self
            .permits
            .acquire()
            .await
            .expect("the semaphore is never closed");
        let rested = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
            .filter(|connected| !connected.is_closed());
        if let Some(connected) = rested {
            match query(&connected).await.map_err(StoreError::from) {
                Ok(found) => {
                    self.rest(connected);
                    return Ok(found);
                }
                Err(error) if error.is_passing() => {}
                Err(error) => return Err(error),
            }
        }
        let connected = self.session().await?;
        let found = query(&connected).await?;
        self.rest(connected);
        Ok(found)
    }

    fn rest(&self, connected: Connected) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(connected);
    }

    /// Closes connections at rest.
    pub(super) fn forget(&self) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

fn tls(ca: Option<&Path>) -> Result<MakeRustlsConnect, String> {
    let mut roots = rustls::RootCertStore::empty();
    match ca {
        Some(path) => {
            let named = |error: String| format!("{}: {error}", path.display());
            let certificates = CertificateDer::pem_file_iter(path)
                .map_err(|error| named(error.to_string()))?
                .collect::<Result<Vec<_>, _>>()
                .map_err(|error| named(error.to_string()))?;
            if certificates.is_empty() {
                return Err(named("no certificate in this file".to_owned()));
            }
            for certificate in certificates {
                roots
                    .add(certificate)
                    .map_err(|error| named(error.to_string()))?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// Moves the connection's bytes until it ends. What is announced while nobody has room for it is dropped.
async fn drive<S, T>(mut connection: Connection<S, T>, notices: Option<mpsc::Sender<String>>)
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    let mut messages = poll_fn(move |context| connection.poll_message(context));
    while let Some(Ok(message)) = messages.next().await {
        if let (AsyncMessage::Notification(notification), Some(notices)) = (message, &notices) {
            let _full = notices.try_send(notification.payload().to_owned());
        }
    }
}

pub(super) struct Statements {
    page: Statement,
    id_at: Statement,
    heads: Statement,
    usage: Statement,
    pub(super) lock: Statement,
    pub(super) known: Statement,
    pub(super) taken: Statement,
    pub(super) found: Statement,
    pub(super) open: Statement,
    pub(super) insert: Statement,
    pub(super) advance: Statement,
}

/// A connection with its statements.
pub(super) struct Connected {
    pub(super) client: Client,
    pub(super) statements: Statements,
}

impl std::fmt::Debug for Connected {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Connected")
    }
}

/// A parameter that can be sent from any thread.
pub(super) type Parameter<'a> = &'a (dyn ToSql + Sync);

impl Connected {
    async fn new(client: Client) -> Result<Self, Error> {
        let (page, id_at, heads, usage, lock, known) = tokio::try_join!(
            client.prepare(PAGE),
            client.prepare(ID_AT),
            client.prepare(HEADS),
            client.prepare(USAGE),
            client.prepare(LOCK),
            client.prepare(KNOWN),
        )?;
        let (taken, found, open, insert, advance) = tokio::try_join!(
            client.prepare(TAKEN),
            client.prepare(FOUND),
            client.prepare(OPEN),
            client.prepare(INSERT),
            client.prepare(ADVANCE),
        )?;
        let statements = Statements {
            page,
            id_at,
            heads,
            usage,
            lock,
            known,
            taken,
            found,
            open,
            insert,
            advance,
        };
        Ok(Self { client, statements })
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    pub(super) async fn ping(&self) -> Result<(), Error> {
        self.client
            .query_one("SELECT 1 FROM meta LIMIT 1", &[])
            .await
            .map(drop)
    }

    pub(super) async fn page(
        &self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        after: u64,
        max_count: usize,
        max_bytes: usize,
    ) -> Result<Vec<(u64, Vec<u8>)>, Error> {
        let parameters: [Parameter<'_>; 5] = [
            &workspace.as_bytes().as_slice(),
            &stream.as_bytes().as_slice(),
            &(after as i64),
            &(max_count as i64),
            &(max_bytes as i64),
        ];
        let rows = self
            .client
            .query(&self.statements.page, &parameters)
            .await?;
        Ok(rows
            .iter()
            .map(|row| (row.get::<_, i64>(0) as u64, row.get(1)))
            .collect())
    }

    pub(super) async fn id_at(
        &self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        position: u64,
    ) -> Result<Option<EnvelopeId>, Error> {
        let parameters: [Parameter<'_>; 3] = [
            &workspace.as_bytes().as_slice(),
            &stream.as_bytes().as_slice(),
            &(position as i64),
        ];
        let row = self
            .client
            .query_opt(&self.statements.id_at, &parameters)
            .await?;
        Ok(row.and_then(|row| fixed(&row, 0).map(EnvelopeId)))
    }

    pub(super) async fn heads(&self, workspaces: &[WorkspaceId]) -> Result<Heads, Error> {
        let asked: Vec<&[u8]> = workspaces.iter().map(|w| w.as_bytes().as_slice()).collect();
        let rows = self.client.query(&self.statements.heads, &[&asked]).await?;
        let mut heads = Heads::new();
        for row in &rows {
            if let (Some(workspace), Some(stream)) = (fixed(row, 0), fixed(row, 1)) {
                heads
                    .entry(WorkspaceId(workspace))
                    .or_default()
                    .insert(StreamId(stream), row.get::<_, i64>(2) as u64);
            }
        }
        Ok(heads)
    }

    /// Returns what workspaces keep, each with the head of its members stream. Unknown ones are left out.
    pub(super) async fn usage(
        &self,
        workspaces: &[WorkspaceId],
    ) -> Result<HashMap<WorkspaceId, (Usage, u64)>, Error> {
        let members: Vec<StreamId> = workspaces.iter().map(StreamId::members).collect();
        let asked: Vec<&[u8]> = workspaces.iter().map(|w| w.as_bytes().as_slice()).collect();
        let members: Vec<&[u8]> = members.iter().map(|s| s.as_bytes().as_slice()).collect();
        let rows = self
            .client
            .query(&self.statements.usage, &[&asked, &members])
            .await?;
        let number = |row: &Row, column| row.get::<_, i64>(column) as u64;
        Ok(rows
            .iter()
            .filter_map(|row| {
                let usage = Usage {
                    streams: number(row, 1),
                    envelopes: number(row, 2),
                    bytes: number(row, 3) + number(row, 5),
                };
                Some((WorkspaceId(fixed(row, 0)?), (usage, number(row, 4))))
            })
            .collect())
    }
}

/// Returns a column of a fixed length; nothing if it has another, which only a stranger's hand can bring about.
pub(super) fn fixed<const N: usize>(row: &Row, column: usize) -> Option<[u8; N]> {
    row.get::<_, &[u8]>(column).try_into().ok()
}
