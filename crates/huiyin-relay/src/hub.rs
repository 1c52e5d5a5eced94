//! What the relay keeps in memory of the workspaces in use: members, heads, and a bell for those who wait.
//!
//! A hub lives as long as a connection or an append holds it; the next one is read from the store. Where several nodes share a
//! store, what others append is read again when they say so, and every so often in any case.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use huiyin_sync::limits::{MAX_ENVELOPES_PER_FRAME, MAX_FRAME};
use huiyin_sync::{
    DeviceId, Envelope, Membership, SignedStatement, StreamHead, StreamId, WorkspaceId,
};
use tokio::sync::watch;

use crate::recent::{RECENT_BYTES, Recent};
use crate::store::{Store, StoreError};

/// What is known of one workspace.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) statements: Vec<SignedStatement>,
    /// Position in the members stream up to which `statements` and `membership` go.
    pub(crate) statements_at: u64,
    pub(crate) membership: Arc<Membership>,
    pub(crate) heads: BTreeMap<StreamId, u64>,
    pub(crate) connections: usize,
}

/// One workspace in use.
#[derive(Debug)]
pub(crate) struct Hub {
    pub(crate) workspace: WorkspaceId,
    known: Mutex<Known>,
    recent: Mutex<Recent>,
    changed: watch::Sender<u64>,
}

/// A statement with its position in the members stream; nothing if it is written in a version not known here.
pub(crate) type Said = (u64, Option<SignedStatement>);

/// Returns what envelopes of the members stream say.
pub(crate) fn statements(entries: Vec<(u64, Vec<u8>)>) -> Vec<Said> {
    entries
        .into_iter()
        .map(|(position, bytes)| {
            let statement = Envelope::decode(&bytes)
                .and_then(|envelope| envelope.signed_statement())
                .ok();
            (position, statement)
        })
        .collect()
}

impl Known {
    /// Takes statements and heads that are in the store. Returns whether anything was news.
    pub(crate) fn take(
        &mut self,
        workspace: WorkspaceId,
        said: Vec<Said>,
        heads: BTreeMap<StreamId, u64>,
        folded: Option<Arc<Membership>>,
    ) -> bool {
        let base = self.statements_at;
        let first = said.first().map(|(position, _)| *position);
        for (position, statement) in said {
            if position > self.statements_at {
                self.statements_at = position;
                self.statements.extend(statement);
            }
        }
        let mut is_news = self.statements_at > base;
        if is_news {
            // What was folded elsewhere holds only if it began where this did.
            let folded = folded.filter(|_| first == Some(base + 1));
            self.membership =
                folded.unwrap_or_else(|| Arc::new(Membership::fold(workspace, &self.statements)));
        }
        for (stream, head) in heads {
            let known = self.heads.entry(stream).or_default();
            is_news |= head > *known;
            *known = head.max(*known);
        }
        is_news
    }
}

impl Hub {
    fn load(store: &dyn Store, workspace: WorkspaceId) -> Result<Self, StoreError> {
        let hub = Self {
            workspace,
            known: Mutex::new(Known {
                statements: Vec::new(),
                statements_at: 0,
                membership: Arc::new(Membership::empty(workspace)),
                heads: BTreeMap::new(),
                connections: 0,
            }),
            recent: Mutex::default(),
            changed: watch::Sender::new(0),
        };
        let heads = store.heads(&[workspace])?.remove(&workspace);
        hub.refresh(store, heads.unwrap_or_default())?;
        Ok(hub)
    }

    /// Reads statements up to the head of the members stream, takes the heads, and rings if anything was news.
    fn refresh(&self, store: &dyn Store, heads: BTreeMap<StreamId, u64>) -> Result<(), StoreError> {
        let members = StreamId::members(&self.workspace);
        let goal = heads.get(&members).copied().unwrap_or(0);
        let mut said = Vec::new();
        let mut after = self.known().statements_at;
        while after < goal {
            let entries = store.since(
                &self.workspace,
                &members,
                after,
                MAX_ENVELOPES_PER_FRAME,
                MAX_FRAME,
            )?;
            let Some((last, _)) = entries.last() else {
                break;
            };
            after = *last;
            said.extend(statements(entries));
        }
        self.read_ahead(store, &heads)?;
        if self.known().take(self.workspace, said, heads, None) {
            self.ring();
        }
        Ok(())
    }

    /// Reads what is new in streams once for all connections, as far as it fits the memory for it.
    fn read_ahead(
        &self,
        store: &dyn Store,
        heads: &BTreeMap<StreamId, u64>,
    ) -> Result<(), StoreError> {
        let moved: Vec<(StreamId, u64)> = {
            let known = self.known();
            if known.connections == 0 {
                return Ok(());
            }
            heads
                .iter()
                .map(|(stream, head)| (*stream, known.heads.get(stream).copied(), *head))
                .filter_map(|(stream, had, head)| Some((stream, had.filter(|had| *had < head)?)))
                .collect()
        };
        for (stream, had) in moved {
            let entries = store.since(
                &self.workspace,
                &stream,
                had,
                MAX_ENVELOPES_PER_FRAME,
                RECENT_BYTES / 4,
            )?;
            let mut recent = self.recent();
            for (position, bytes) in entries {
                recent.push(stream, position, bytes.into());
            }
        }
        Ok(())
    }

    /// Returns the newest envelopes, locked. Not to be held across an await.
    pub(crate) fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
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
    store: Arc<dyn Store>,
    hubs: tokio::sync::Mutex<HashMap<WorkspaceId, Weak<Hub>>>,
}

impl Hubs {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
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
        let hub = tokio::task::spawn_blocking(move || Hub::load(&*store, workspace))
            .await
            .expect("loading a hub does not panic")?;
        let hub = Arc::new(hub);
        hubs.retain(|_, held| held.strong_count() > 0);
        hubs.insert(workspace, Arc::downgrade(&hub));
        Ok(hub)
    }

    /// Looks again at those of `workspaces` that are in use, or at all in use. What cannot be read stays as it is.
    pub(crate) async fn refresh(
        &self,
        workspaces: Option<&[WorkspaceId]>,
    ) -> Result<(), StoreError> {
        let used: Vec<Arc<Hub>> = {
            let hubs = self.hubs.lock().await;
            match workspaces {
                Some(some) => some
                    .iter()
                    .filter_map(|workspace| hubs.get(workspace)?.upgrade())
                    .collect(),
                None => hubs.values().filter_map(Weak::upgrade).collect(),
            }
        };
        if used.is_empty() {
            return Ok(());
        }
        let store = Arc::clone(&self.store);
        tokio::task::spawn_blocking(move || {
            let ids: Vec<WorkspaceId> = used.iter().map(|hub| hub.workspace).collect();
            let mut heads = store.heads(&ids)?;
            for hub in used {
                if let Some(heads) = heads.remove(&hub.workspace) {
                    hub.refresh(&*store, heads)?;
                }
            }
            Ok(())
        })
        .await
        .expect("refreshing a hub does not panic")
    }

    /// Returns how many workspaces are in use.
    pub(crate) async fn in_use(&self) -> usize {
        let hubs = self.hubs.lock().await;
        hubs.values().filter(|hub| hub.strong_count() > 0).count()
    }
}
