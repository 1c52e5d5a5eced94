//! The log in PostgreSQL, shared by any number of nodes.
//!
//! Each stream has a counter row. A group locks the counters of its streams in one order, so that positions have no gaps and are
//! seen in order by every node; it is committed with `synchronous_commit` on. Other nodes hear of a commit by a NOTIFY that
//! gathers many, and find out anyway by looking.
//!
//! A store's epoch is kept together with the life of the database (cluster, database, timeline): a dump loaded elsewhere,
//! a recovery to a point in time and a promoted standby each get a new epoch by themselves.

mod connection;
mod group;
mod news;
mod objects;
mod tables;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use huiyin_sync::{EnvelopeId, ObjectLabel, StoreEpoch, StreamId, WorkspaceId};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use connection::{Connected, Database};
use group::PostgresGroup;
use news::Announcements;

use super::{
    Group, Heads, NewEnvelope, NewObject, News, ObjectPut, Store, StoreError, Usage, random,
};

/// The database is given up on after so long; statements end themselves a little earlier.
const PATIENCE: Duration = Duration::from_secs(20);
/// Pieces of news that may wait; what does not fit is found by looking.
const WAITING_NEWS: usize = 64;

/// The store in a database.
#[derive(Debug)]
pub struct PostgresStore {
    runtime: Handle,
    database: Arc<Database>,
    epoch: RwLock<StoreEpoch>,
    writer: Mutex<Option<Connected>>,
    announcements: Arc<Announcements>,
    news: Mutex<Option<mpsc::Receiver<News>>>,
    listener: JoinHandle<()>,
}

impl PostgresStore {
    /// Returns the store in the database at `url`, whose tables are made if they do not exist. `sslmode=require` in the address
    /// asks for TLS, with a certificate by the authority in the PEM file `ca`, or by the system's.
    ///
    /// It works on the current tokio runtime, which must have threads of its own.
    ///
    /// # Errors
    /// [`StoreError`], each a sentence for whoever started the relay.
    pub async fn open(url: &str, ca: Option<&Path>) -> Result<Self, StoreError> {
        let database = Arc::new(Database::new(url, ca)?);
        let client = database
            .connect(None)
            .await
            .map_err(|error| database.cannot_connect(&error))?;
        let opened = tokio::time::timeout(PATIENCE, tables::prepare(&client)).await;
        let epoch = match opened {
            Ok(Ok(epoch)) => epoch,
            Ok(Err(StoreError::Postgres(error))) => return Err(database.cannot_connect(&error)),
            Ok(Err(error)) => return Err(error),
            Err(_) => return Err(StoreError::TooSlow),
        };
        let announcements = Arc::new(Announcements::default());
        let (tell, news) = mpsc::channel(WAITING_NEWS);
        let listener = tokio::spawn(news::follow(
            Arc::clone(&database),
            epoch,
            Arc::clone(&announcements),
            tell,
        ));
        Ok(Self {
            runtime: Handle::current(),
            database,
            epoch: RwLock::new(epoch),
            writer: Mutex::new(None),
            announcements,
            news: Mutex::new(Some(news)),
            listener,
        })
    }

    /// Waits for `work` on this thread.
    fn wait<T>(&self, work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        self.runtime.block_on(async {
            tokio::time::timeout(PATIENCE, work)
                .await
                .unwrap_or(Err(StoreError::TooSlow))
        })
    }
}

impl Drop for PostgresStore {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

impl Store for PostgresStore {
    fn epoch(&self) -> StoreEpoch {
        *self.epoch.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin<'a>(
        &'a self,
        envelopes: &[NewEnvelope<'a>],
    ) -> Result<Box<dyn Group<'a> + 'a>, StoreError> {
        let mut slot = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = slot.take().filter(|connected| !connected.is_closed());
        let group = self.wait(async {
            let connected = match idle {
                Some(connected) => connected,
                None => self.database.session().await?,
            };
            PostgresGroup::begin(self, slot, connected, envelopes).await
        })?;
        Ok(Box::new(group))
    }

    fn since(
        &self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        after: u64,
        max_count: usize,
        max_bytes: usize,
    ) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        self.wait(self.database.read(async |connected| {
            connected
                .page(workspace, stream, after, max_count, max_bytes)
                .await
        }))
    }

    fn id_at(
        &self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        position: u64,
    ) -> Result<Option<EnvelopeId>, StoreError> {
        self.wait(
            self.database
                .read(async |connected| connected.id_at(workspace, stream, position).await),
        )
    }

    fn heads(&self, workspaces: &[WorkspaceId]) -> Result<Heads, StoreError> {
        self.wait(
            self.database
                .read(async |connected| connected.heads(workspaces).await),
        )
    }

    fn usage(&self, workspace: &WorkspaceId) -> Result<Usage, StoreError> {
        let all = self.wait(
            self.database
                .read(async |connected| connected.usage(&[*workspace]).await),
        )?;
        Ok(all
            .get(workspace)
            .map_or(Usage::default(), |(usage, _)| *usage))
    }

    fn put_object(
        &self,
        object: &NewObject<'_>,
        max_stream_bytes: u64,
    ) -> Result<ObjectPut, StoreError> {
        // Putting the same again finds it: a connection that died half-way may be replaced.
        self.wait(
            self.database
                .read(async |connected| connected.put_object(object, max_stream_bytes).await),
        )
    }

    fn object(
        &self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        label: &ObjectLabel,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.wait(
            self.database
                .read(async |connected| connected.object(workspace, stream, label).await),
        )
    }

    fn is_readable(&self) -> bool {
        self.wait(self.database.read(async |connected| connected.ping().await))
            .is_ok()
    }

    fn renew(&self) -> Result<StoreEpoch, StoreError> {
        let epoch = StoreEpoch(random());
        self.wait(async {
            let client = self.database.connect(None).await?;
            tables::set(&client, tables::EPOCH, &epoch.0).await?;
            Ok(())
        })?;
        *self.epoch.write().unwrap_or_else(PoisonError::into_inner) = epoch;
        Ok(epoch)
    }

    fn close(&self) -> Result<(), StoreError> {
        self.listener.abort();
        self.writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        self.database.forget();
        Ok(())
    }

    fn news(&self) -> Option<mpsc::Receiver<News>> {
        self.news
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}
