//! Documents in memory: loaded when needed, written as deltas, compacted into snapshots, forgotten when old.
//!
//! Stored form: `Snapshots[name]` = saved document; `Deltas[name, 0, sequence]` = changes since and the list rows they
//! changed; `Projections[name]` = list rows as of the snapshot. Rows tell the version of their form and the calendars they
//! were made with; others are made anew.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_core::id::SegmentKey;
use huiyin_core::pack::policies::Policies;
use huiyin_document::{
    ActorSeed, ApplyError, Document, DocumentKey, PROJECTION_VERSION, Row, SegmentRows, Touched,
};
use serde::{Deserialize, Serialize};

use crate::segments::Segments;
use crate::task::{Halt, Need, Rows, Run, Tx};
use crate::{Query, Table};

/// Most documents kept in memory.
const MAX_OPEN: usize = 48;
/// Deltas of one document before it is compacted.
const MAX_DELTAS: u64 = 64;
/// Bytes of deltas that are kept whatever the snapshot's size.
const MIN_DELTA_BYTES: usize = 16 * 1024;

/// First byte of a delta since the second form of rows. A delta of the first form begins with the length of its changes, which
/// are never empty.
const VERSIONED: u8 = 0;

/// What a delta row holds. Field order is the format.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Delta {
    pub changes: Vec<u8>,
    /// Mark of the calendars the rows were made with.
    pub mark: u64,
    pub rows: Vec<Row>,
    pub removed: Vec<u64>,
}

impl Delta {
    /// Returns the stored form: a zero, the version of the rows, the delta.
    fn encode(&self) -> Vec<u8> {
        let version = PROJECTION_VERSION as u8;
        postcard::to_extend(self, vec![VERSIONED, version]).expect("a delta is plain data")
    }

    /// Returns a stored delta and whether its rows are of this version; rows of another are left out. None if it cannot be read.
    pub fn decode(bytes: &[u8]) -> Option<(Self, bool)> {
        let (version, body) = match bytes {
            [VERSIONED, version, body @ ..] => (u32::from(*version), body),
            body => (1, body),
        };
        if version == PROJECTION_VERSION {
            return postcard::from_bytes(body).ok().map(|delta| (delta, true));
        }
        let (changes, _) = postcard::take_from_bytes::<Vec<u8>>(body).ok()?;
        let delta = Self {
            changes,
            ..Self::default()
        };
        Some((delta, false))
    }
}

/// A document in memory with what is stored of it.
#[derive(Debug)]
pub(crate) struct Open {
    pub document: Document,
    first_delta: u64,
    next_delta: u64,
    delta_bytes: usize,
    snapshot_bytes: usize,
    used: u64,
}

/// The documents in memory.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    open: BTreeMap<DocumentKey, Open>,
    /// Documents whose stored rows cannot be read, with the sequences of their deltas (first, one past the last).
    damaged: BTreeMap<DocumentKey, (u64, u64)>,
    uses: u64,
}

/// Returns the prefix of a document's delta keys.
fn delta_prefix(key: &DocumentKey) -> Vec<u8> {
    let mut prefix = key.to_string().into_bytes();
    prefix.push(0);
    prefix
}

fn delta_key(key: &DocumentKey, sequence: u64) -> Vec<u8> {
    let mut bytes = delta_prefix(key);
    bytes.extend_from_slice(&sequence.to_be_bytes());
    bytes
}

/// Returns the document name and sequence of a delta key.
pub(crate) fn read_delta_key(key: &[u8]) -> Option<(DocumentKey, u64)> {
    let (name, sequence) = key.split_at_checked(key.len().checked_sub(9)?)?;
    let sequence = u64::from_be_bytes(sequence[1..].try_into().ok()?);
    Some((std::str::from_utf8(name).ok()?.parse().ok()?, sequence))
}

/// Returns the read of the keys of a document's deltas.
pub(crate) fn delta_keys(key: &DocumentKey) -> Query {
    Query::Range {
        table: Table::Deltas,
        prefix: delta_prefix(key),
        after: None,
        limit: u32::MAX,
        keys_only: true,
    }
}

/// Returns the queries that load a document.
pub(crate) fn queries(key: &DocumentKey) -> [Query; 2] {
    [
        Query::Get {
            table: Table::Snapshots,
            key: key.to_string().into_bytes(),
        },
        Query::Range {
            table: Table::Deltas,
            prefix: delta_prefix(key),
            after: None,
            limit: u32::MAX,
            keys_only: false,
        },
    ]
}

impl Documents {
    /// Returns an open document, or asks for it.
    pub fn get(&mut self, key: &DocumentKey) -> Run<&mut Document> {
        self.uses += 1;
        match self.open.get_mut(key) {
            Some(open) => {
                open.used = self.uses;
                Ok(&mut open.document)
            }
            None => Err(Halt::Need(vec![Need::Document(key.clone())])),
        }
    }

    /// Asks for every document that is not open.
    pub fn require<'a>(&mut self, keys: impl IntoIterator<Item = &'a DocumentKey>) -> Run<()> {
        let unique: BTreeSet<&DocumentKey> = keys.into_iter().collect();
        let missing: Vec<Need> = unique
            .into_iter()
            .filter(|key| !self.open.contains_key(*key))
            .map(|key| Need::Document(key.clone()))
            .collect();
        if missing.is_empty() {
            Ok(())
        } else {
            Err(Halt::Need(missing))
        }
    }

    /// Returns an open document; the caller has required it.
    pub fn opened(&mut self, key: &DocumentKey) -> &mut Document {
        self.uses += 1;
        let open = self
            .open
            .get_mut(key)
            .expect("the document was required before");
        open.used = self.uses;
        &mut open.document
    }

    /// Opens a document from its stored rows. If any of them cannot be read the document stays closed and is noted as
    /// damaged: [`Self::rebuild`] makes it anew from the lasting copies. Returns whether it is open.
    pub fn insert(
        &mut self,
        key: DocumentKey,
        snapshot: &Rows,
        deltas: &Rows,
        actor: &ActorSeed,
    ) -> bool {
        let sequences = || deltas.iter().filter_map(|(key, _)| read_delta_key(key));
        let next_delta = sequences().map(|(_, seq)| seq + 1).max().unwrap_or(0);
        let first_delta = sequences().map(|(_, seq)| seq).min().unwrap_or(next_delta);
        let bytes = snapshot.first().map(|(_, value)| value.as_slice());
        let Some(document) = read(bytes, deltas, actor) else {
            self.damaged.insert(key, (first_delta, next_delta));
            return false;
        };
        let open = Open {
            document,
            first_delta,
            next_delta,
            delta_bytes: deltas.iter().map(|(_, value)| value.len()).sum(),
            snapshot_bytes: bytes.map_or(0, <[u8]>::len),
            used: self.uses,
        };
        self.open.insert(key, open);
        true
    }

    /// Returns whether the stored rows of a document were found damaged and it was not rebuilt since.
    pub fn is_damaged(&self, key: &DocumentKey) -> bool {
        self.damaged.contains_key(key)
    }

    /// Opens a damaged document from its changes, as envelopes and outbox hold them. The caller has it written anew.
    pub fn rebuild<'a>(
        &mut self,
        key: DocumentKey,
        changes: impl IntoIterator<Item = &'a [u8]>,
        actor: &ActorSeed,
    ) {
        let (first_delta, next_delta) = self.damaged.remove(&key).unwrap_or_default();
        let mut document = Document::new(actor);
        for changes in changes {
            // What cannot be applied is in quarantine since it came.
            let _ = document.apply(changes);
        }
        let open = Open {
            document,
            first_delta,
            next_delta,
            delta_bytes: 0,
            snapshot_bytes: 0,
            used: self.uses,
        };
        self.open.insert(key, open);
    }

    /// Applies changes made elsewhere and stores them.
    ///
    /// # Errors
    /// [`ApplyError`] if the bytes are no changes; nothing is written then.
    pub fn apply(
        &mut self,
        tx: &mut Tx<'_>,
        segments: &mut Segments,
        policies: &Policies,
        key: &DocumentKey,
        changes: Vec<u8>,
    ) -> Result<(), ApplyError> {
        let touched = self.opened(key).apply(&changes)?;
        self.store(tx, segments, policies, key, changes, &touched);
        Ok(())
    }

    /// Stores changes that the open document already has.
    pub fn store(
        &mut self,
        tx: &mut Tx<'_>,
        segments: &mut Segments,
        policies: &Policies,
        key: &DocumentKey,
        changes: Vec<u8>,
        touched: &Touched,
    ) {
        let open = self
            .open
            .get_mut(key)
            .expect("the document was required before");
        tx.changed = true;
        let mut delta = Delta {
            changes,
            ..Delta::default()
        };
        if let DocumentKey::Segment(segment) = key {
            project(&open.document, segment, touched, policies, &mut delta);
            segments.update(segment, &delta);
        }
        let bytes = delta.encode();
        let deltas = open.next_delta - open.first_delta + 1;
        let limit = MIN_DELTA_BYTES.max(open.snapshot_bytes / 2);
        if deltas > MAX_DELTAS || open.delta_bytes + bytes.len() > limit {
            open.compact(tx, key, segments);
        } else {
            tx.put(
                Table::Deltas,
                delta_key(key, open.next_delta),
                bytes.clone(),
            );
            open.next_delta += 1;
            open.delta_bytes += bytes.len();
        }
    }

    /// Writes a document whole: snapshot and rows; deltas go.
    pub fn rewrite(
        &mut self,
        tx: &mut Tx<'_>,
        segments: &mut Segments,
        policies: &Policies,
        key: &DocumentKey,
    ) {
        let open = self
            .open
            .get_mut(key)
            .expect("the document was required before");
        if let DocumentKey::Segment(segment) = key {
            let rows =
                open.document
                    .rows(segment.kind, policies, segment.working_branch().as_str());
            segments.load(
                segment.clone(),
                SegmentRows {
                    version: PROJECTION_VERSION,
                    mark: policies.mark,
                    rows,
                },
            );
        }
        open.compact(tx, key, segments);
    }

    /// Forgets a document whose stored rows are deleted.
    pub fn forget(&mut self, key: &DocumentKey) {
        self.open.remove(key);
        self.damaged.remove(key);
    }

    /// Forgets documents that were not used for longest. Called between pieces of work only.
    pub fn evict(&mut self) {
        while self.open.len() > MAX_OPEN {
            let Some(oldest) = self
                .open
                .iter()
                .filter(|(key, _)| **key != DocumentKey::Root)
                .min_by_key(|(_, open)| open.used)
            else {
                return;
            };
            let key = oldest.0.clone();
            self.open.remove(&key);
        }
    }
}

impl Open {
    fn compact(&mut self, tx: &mut Tx<'_>, key: &DocumentKey, segments: &Segments) {
        let snapshot = self.document.save();
        self.snapshot_bytes = snapshot.len();
        tx.put(Table::Snapshots, key.to_string(), snapshot);
        if let DocumentKey::Segment(segment) = key {
            segments.store(tx, segment);
        }
        for sequence in self.first_delta..self.next_delta {
            tx.delete(Table::Deltas, delta_key(key, sequence));
        }
        self.first_delta = self.next_delta;
        self.delta_bytes = 0;
    }
}

/// Returns the document that stored rows make; none if any of them cannot be read.
fn read(snapshot: Option<&[u8]>, deltas: &Rows, actor: &ActorSeed) -> Option<Document> {
    let mut document = match snapshot {
        Some(bytes) => Document::load(bytes, actor).ok()?,
        None => Document::new(actor),
    };
    for (_, value) in deltas {
        let (delta, _) = Delta::decode(value)?;
        document.apply(&delta.changes).ok()?;
    }
    Some(document)
}

fn project(
    document: &Document,
    segment: &SegmentKey,
    touched: &Touched,
    policies: &Policies,
    delta: &mut Delta,
) {
    let locals: Vec<u64> = match touched {
        Touched::All => document.record_ids().into_iter().collect(),
        Touched::Keys(keys) => keys
            .iter()
            .filter_map(|key| u64::from_str_radix(key, 16).ok())
            .collect(),
    };
    delta.mark = policies.mark;
    let branch = segment.working_branch();
    for local in locals {
        match document
            .row(segment.kind, local, policies, branch.as_str())
            .0
        {
            Some(row) => delta.rows.push(row),
            None => delta.removed.push(local),
        }
    }
}
