//! What the relay keeps in memory of the workspaces in use: members, heads, and a bell for those who wait.
//!
//! A hub lives as long as a connection or an append holds it; the next one is read from the store.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use huiyin_sync::limits::{MAX_ENVELOPES_PER_FRAME, MAX_FRAME};
use huiyin_sync::{
    DeviceId, Envelope, Membership, SignedStatement, StreamHead, StreamId, WorkspaceId,
};
use tokio::sync::watch;

use crate::store::{SqliteStore, StoreError};

/// What is known of one workspace.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) statements: Vec<SignedStatement>,
    pub(crate) membership: Arc<Membership>,
    pub(crate) heads: BTreeMap<StreamId, u64>,
    pub(crate) connections: usize,
}

/// One workspace in use.
#[derive(Debug)]
pub(crate) struct Hub {
    pub(crate) workspace: WorkspaceId,
    known: Mutex<Known>,
    changed: watch::Sender<u64>,
}

impl Hub {
    fn load(store: &SqliteStore, workspace: WorkspaceId) -> Result<Self, StoreError> {
        let members = StreamId::members(&workspace);
        let mut statements = Vec::new();
        let mut after = 0;
        loop {
            let entries = store.since(
                &workspace,
                &members,
                after,
                MAX_ENVELOPES_PER_FRAME,
                MAX_FRAME,
            )?;
            let Some((last, _)) = entries.last() else {
                break;
            };
            after = *last;
            statements.extend(entries.iter().filter_map(|(_, bytes)| {
                Envelope::decode(bytes)
                    .and_then(|envelope| envelope.signed_statement())
                    .ok()
            }));
        }
        Ok(Self {
            workspace,
            known: Mutex::new(Known {
                membership: Arc::new(Membership::fold(workspace, &statements)),
                statements,
                heads: store.heads(&workspace)?,
                connections: 0,
            }),
            changed: watch::Sender::new(0),
        })
    }

    /// Returns what is known, locked. Not to be held across an await.
    pub(crate) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes every connection of the workspace.
    pub(crate) fn ring(&self) {
        self.changed.send_modify(|rings| *rings += 1);
    }

    /// Returns a bell that rings after each commit that changed the workspace.
    pub(crate) fn bell(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Returns whether `device` is a member, and the streams it may read with their heads. Who is no member may read
    /// the members stream: that is how a joiner learns whom it joins.
    pub(crate) fn rights(&self, device: &DeviceId) -> (bool, Vec<StreamHead>) {
        let known = self.known();
        let member = known.membership.is_member(device);
        let streams = if member {
            known.membership.streams_of(device)
        } else {
            vec![StreamId::members(&self.workspace)]
        };
        let heads = streams
            .into_iter()
            .map(|stream| StreamHead {
                stream,
                head: known.heads.get(&stream).copied().unwrap_or(0),
            })
            .collect();
        (member, heads)
    }
}

/// All workspaces in use.
#[derive(Debug)]
pub(crate) struct Hubs {
    store: Arc<SqliteStore>,
    hubs: tokio::sync::Mutex<HashMap<WorkspaceId, Weak<Hub>>>,
}

impl Hubs {
    pub(crate) fn new(store: Arc<SqliteStore>) -> Self {
        Self {
            store,
            hubs: tokio::sync::Mutex::new(HashMap::new()),
        }
    }

    /// Returns the hub of `workspace`, read from the store if nobody holds it.
    pub(crate) async fn get(&self, workspace: WorkspaceId) -> Result<Arc<Hub>, StoreError> {
        let mut hubs = self.hubs.lock().await;
        if let Some(hub) = hubs.get(&workspace).and_then(Weak::upgrade) {
            return Ok(hub);
        }
        let store = Arc::clone(&self.store);
        let hub = tokio::task::spawn_blocking(move || Hub::load(&store, workspace))
            .await
            .expect("loading a hub does not panic")?;
        let hub = Arc::new(hub);
        hubs.retain(|_, held| held.strong_count() > 0);
        hubs.insert(workspace, Arc::downgrade(&hub));
        Ok(hub)
    }
}
