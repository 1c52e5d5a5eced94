//! Days of a company, as the simulation lives them, over the real stores: each commit goes to SQLite or PostgreSQL, a crash of the relay closes
//! the store and opens it again, a loss of the store goes on with an empty one.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use huiyin_relay::{Appended, NewEnvelope, NewObject, Store, StoreAddress};
use huiyin_sync::{EnvelopeId, ObjectLabel, StoreEpoch, StreamId, WorkspaceId};
use huiyin_testkit::{Figures, Kept, RelayLog, Simulation};
use tokio::runtime::Runtime;

use crate::database::Server;
use crate::store::runtime;

/// Days over SQLite.
const FILE_SEEDS: u64 = 6;
/// Days over PostgreSQL.
const DATABASE_SEEDS: u64 = 2;
/// Bytes of objects a stream may have: more than any day has.
const ROOM: u64 = 1 << 40;

/// A place for a new, empty store.
type Fresh = Box<dyn FnMut(&Runtime) -> StoreAddress>;

/// One of the real stores as the simulation's relay uses it.
struct Kind {
    runtime: Runtime,
    fresh: Fresh,
    address: StoreAddress,
    /// None only while it is opened again: two never have it open.
    store: Option<Arc<dyn Store>>,
    /// Heads of streams, as far as they were asked for.
    heads: RefCell<HashMap<WorkspaceId, BTreeMap<StreamId, u64>>>,
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kind").finish_non_exhaustive()
    }
}

impl Kind {
    fn new(mut fresh: Fresh) -> Self {
        let runtime = runtime();
        let address = fresh(&runtime);
        let store = runtime.block_on(address.open(None)).unwrap();
        Self {
            runtime,
            fresh,
            address,
            store: Some(store),
            heads: RefCell::default(),
        }
    }

    fn store(&self) -> &dyn Store {
        self.store.as_deref().unwrap()
    }

    fn open(&mut self) {
        self.store = None;
        self.heads.borrow_mut().clear();
        let opened = self.runtime.block_on(self.address.open(None));
        self.store = Some(opened.unwrap());
    }

    fn with_heads<R>(
        &self,
        workspace: &WorkspaceId,
        read: impl FnOnce(&mut BTreeMap<StreamId, u64>) -> R,
    ) -> R {
        let mut known = self.heads.borrow_mut();
        let heads = known.entry(*workspace).or_insert_with(|| {
            let mut found = self.store().heads(&[*workspace]).unwrap();
            found.remove(workspace).unwrap_or_default()
        });
        read(heads)
    }
}

fn new_envelope(kept: Kept<'_>) -> NewEnvelope<'_> {
    NewEnvelope {
        workspace: kept.header.workspace,
        stream: kept.header.stream,
        id: kept.id,
        author: kept.header.author,
        seq: kept.header.seq,
        bytes: kept.bytes,
        received_ms: 0,
    }
}

impl RelayLog for Kind {
    fn epoch(&self) -> StoreEpoch {
        self.store().epoch()
    }

    fn position_of(&mut self, envelope: Kept<'_>) -> Option<u64> {
        let envelope = new_envelope(envelope);
        let mut group = self.store().begin(&[envelope]).unwrap();
        group.position_of(&envelope).unwrap()
    }

    fn append(&mut self, envelope: Kept<'_>) -> Option<u64> {
        let envelope = new_envelope(envelope);
        let (workspace, stream) = (envelope.workspace, envelope.stream);
        let appended = self.store().append(&[envelope]).unwrap();
        match appended[..] {
            [Appended::New(position)] => {
                self.with_heads(&workspace, |heads| heads.insert(stream, position));
                Some(position)
            }
            [Appended::Known(position)] => Some(position),
            _ => None,
        }
    }

    fn head(&self, workspace: &WorkspaceId, stream: &StreamId) -> u64 {
        self.with_heads(workspace, |heads| heads.get(stream).copied().unwrap_or(0))
    }

    fn streams(&self, workspace: &WorkspaceId) -> Vec<StreamId> {
        self.with_heads(workspace, |heads| heads.keys().copied().collect())
    }

    fn id_at(
        &self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        position: u64,
    ) -> Option<EnvelopeId> {
        self.store().id_at(workspace, stream, position).unwrap()
    }

    fn since(
        &self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        after: u64,
        most: usize,
        bytes: usize,
    ) -> Vec<(u64, Vec<u8>)> {
        let found = self.store().since(workspace, stream, after, most, bytes);
        found.unwrap()
    }

    fn put_object(
        &mut self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        label: &ObjectLabel,
        bytes: &[u8],
    ) {
        let object = NewObject {
            workspace: *workspace,
            stream: *stream,
            label: *label,
            bytes,
            received_ms: 0,
        };
        self.store().put_object(&object, ROOM).unwrap();
    }

    fn object(
        &self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        label: &ObjectLabel,
    ) -> Option<Vec<u8>> {
        self.store().object(workspace, stream, label).unwrap()
    }

    fn restart(&mut self) {
        self.open();
    }

    fn lose(&mut self) {
        self.store = None;
        self.address = (self.fresh)(&self.runtime);
        self.open();
    }
}

/// Lives these days and returns what happened.
fn live(seeds: u64, mut log: impl FnMut() -> Kind) -> Figures {
    let mut sum = Figures::default();
    for seed in 0..seeds {
        sum += Simulation::on(seed, Box::new(log())).run();
    }
    println!("{sum:?}");
    assert!(sum.answered > 100 && sum.records > 20, "idle days: {sum:?}");
    sum
}

#[test]
fn days_over_sqlite_lose_nothing_and_all_devices_become_equal() {
    let folder = tempfile::tempdir().unwrap();
    let mut number = 0;
    let sum = live(FILE_SEEDS, || {
        number += 1;
        let folder = folder.path().join(number.to_string());
        std::fs::create_dir(&folder).unwrap();
        let mut stores = 0;
        Kind::new(Box::new(move |_| {
            stores += 1;
            StoreAddress::File(folder.join(format!("relay-{stores}.db")))
        }))
    });
    assert!(sum.crashes > 0 && sum.store_losses > 0, "{sum:?}");
}

#[test]
fn days_over_postgresql_lose_nothing_and_all_devices_become_equal() {
    let Some(server) = Server::shared() else {
        return;
    };
    live(DATABASE_SEEDS, || {
        let server = Arc::clone(&server);
        Kind::new(Box::new(move |runtime| {
            let (address, _) = runtime.block_on(server.database());
            address
        }))
    });
}
