//! Documents in memory: loaded when needed, written as deltas, compacted into snapshots, forgotten when they weigh too much.
//!
//! What is stored of them stands in [`crate::stored`]; `Projections[name]` = list rows as of the snapshot. A document that came in
//! one piece lies in its envelope and gets a saved form of its own only when it has been edited a good deal.
//!
//! Long: what is in memory and what is stored of it change together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use huiyin_core::id::SegmentKey;
use huiyin_core::pack::policies::Policies;
use huiyin_document::{
    ActorSeed, ApplyError, Document, DocumentKey, PROJECTION_VERSION, SegmentRows, Signatories,
    Touched,
};

use crate::Table;
use crate::parts::LyingChanges;
use crate::segments::Segments;
use crate::stored::delta_key;
pub(crate) use crate::stored::{Delta, Lying, delta_keys, delta_rows, queries, read_delta_key};
use crate::task::{Halt, Need, Rows, Run, Tx};

/// Most bytes the documents kept in memory may weigh, as estimated from their saved size: about 130 segments of 128 cases.
const MAX_OPEN_BYTES: usize = 128 * 1024 * 1024;
/// Bytes of memory a document takes for each byte of its saved form. Measured: 128 cases of five events, 27 KB saved, take 1 MB.
const WEIGHT_OF_SAVED_BYTE: usize = 36;
/// Bytes of memory every open document takes, however small.
const WEIGHT_OF_DOCUMENT: usize = 32 * 1024;
/// Deltas of one document before it is compacted.
const MAX_DELTAS: u64 = 128;
/// Bytes of deltas that are kept whatever the snapshot's size.
const MIN_DELTA_BYTES: usize = 32 * 1024;
/// Bytes of changes up to which a document of imported records stays in its envelope; beyond, it gets a saved form of its own.
const MAX_FOLDED_BYTES: usize = 256 * 1024;

/// A document in memory with what is stored of it.
#[derive(Debug)]
pub(crate) struct Open {
    pub document: Document,
    first_delta: u64,
    next_delta: u64,
    /// Bytes of deltas since the snapshot, or since they were last folded into one.
    delta_bytes: usize,
    /// Bytes of the delta that others were folded into.
    folded_bytes: usize,
    snapshot_bytes: usize,
    used: u64,
    /// The stored snapshot row names places in envelopes.
    lies: bool,
}

/// What was read of a document whose changes lie in envelopes still to be read.
#[derive(Debug)]
struct Found {
    lying: Lying,
    deltas: Rows,
}

/// What became of a document's stored rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    /// It is open.
    Open,
    /// The envelopes it lies in are to be read next: [`Documents::lying`].
    Lies,
    /// Its rows cannot be read: [`Documents::rebuild`] makes it anew from the lasting copies.
    Damaged,
}

/// The documents in memory.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    open: BTreeMap<DocumentKey, Open>,
    /// Documents that wait for the envelopes they lie in.
    found: BTreeMap<DocumentKey, Found>,
    /// Documents whose stored rows cannot be read, with the sequences of their deltas (first, one past the last).
    damaged: BTreeMap<DocumentKey, (u64, u64)>,
    uses: u64,
    /// Who judges signatures under events.
    judge: Option<Arc<dyn Signatories>>,
}

impl Documents {
    /// Has the records of every document judged, those that are open too.
    pub fn judged_by(&mut self, judge: Option<Arc<dyn Signatories>>) {
        for (key, open) in &mut self.open {
            if let DocumentKey::Segment(segment) = key {
                open.document.judged_by(segment, judge.clone());
            }
        }
        self.judge = judge;
    }

    /// Keeps an open document, with who judges its records.
    fn keep_open(&mut self, key: DocumentKey, mut open: Open) {
        if let DocumentKey::Segment(segment) = &key {
            open.document.judged_by(segment, self.judge.clone());
        }
        self.open.insert(key, open);
    }

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

    /// Returns whether a document is in memory.
    pub fn is_open(&self, key: &DocumentKey) -> bool {
        self.open.contains_key(key)
    }

    /// Opens a new document, of which nothing is stored.
    pub fn begin(&mut self, key: DocumentKey, actor: &ActorSeed) {
        self.open_with(key, Some(Document::new(actor)), &Vec::new(), 0, false);
    }

    /// Opens a document from its stored rows, or notes what is still to be read.
    pub fn insert(
        &mut self,
        key: DocumentKey,
        snapshot: &Rows,
        deltas: Rows,
        actor: &ActorSeed,
    ) -> Opening {
        let bytes = snapshot.first().map(|(_, value)| value.as_slice());
        if let Some(lying) = bytes.and_then(Lying::decode) {
            self.found.insert(key, Found { lying, deltas });
            return Opening::Lies;
        }
        let saved = match bytes {
            Some(bytes) => Document::load(bytes, actor).ok(),
            None => Some(Document::new(actor)),
        };
        self.open_with(key, saved, &deltas, bytes.map_or(0, <[u8]>::len), false)
    }

    /// Returns the places a document lies in that waits for its envelopes.
    pub fn lying(&self, key: &DocumentKey) -> Option<&Lying> {
        self.found.get(key).map(|found| &found.lying)
    }

    /// Opens a document that lies in envelopes from what they hold of it, if all could be read; `bytes` is their size as sealed.
    pub fn insert_lying(
        &mut self,
        key: DocumentKey,
        contents: Option<LyingChanges>,
        bytes: usize,
        actor: &ActorSeed,
    ) -> Opening {
        let Some(found) = self.found.remove(&key) else {
            return Opening::Damaged;
        };
        let document = contents.and_then(|LyingChanges { packed, changes }| {
            let mut document = Document::new(actor);
            match packed {
                Some(packed) => document
                    .apply_packed(packed, found.lying.creation, &changes)
                    .ok()?,
                None => drop(document.apply_kept(&changes).ok()?),
            }
            Some(document)
        });
        self.open_with(key, document, &found.deltas, bytes, true)
    }

    /// Opens a document with its deltas. If any of them cannot be read it stays closed and is noted as damaged.
    fn open_with(
        &mut self,
        key: DocumentKey,
        document: Option<Document>,
        deltas: &Rows,
        snapshot_bytes: usize,
        lies: bool,
    ) -> Opening {
        let sequences = || deltas.iter().filter_map(|(key, _)| read_delta_key(key));
        let next_delta = sequences().map(|(_, seq)| seq + 1).max().unwrap_or(0);
        let first_delta = sequences().map(|(_, seq)| seq).min().unwrap_or(next_delta);
        let Some(document) = document.and_then(|document| with_deltas(document, deltas)) else {
            self.damaged.insert(key, (first_delta, next_delta));
            return Opening::Damaged;
        };
        let bytes: usize = deltas.iter().map(|(_, value)| value.len()).sum();
        let folded_bytes = match deltas.first() {
            Some((_, first)) if lies && is_folded(first) => first.len(),
            _ => 0,
        };
        let open = Open {
            document,
            first_delta,
            next_delta,
            delta_bytes: bytes - folded_bytes,
            folded_bytes,
            snapshot_bytes,
            used: self.uses,
            lies,
        };
        self.keep_open(key, open);
        Opening::Open
    }

    /// Notes that the snapshot of an open, so far empty document lies in an envelope, and takes in its changes from there.
    ///
    /// # Errors
    /// [`ApplyError`] if the bytes are no changes.
    pub fn lay(
        &mut self,
        key: &DocumentKey,
        changes: &[u8],
        bytes: usize,
    ) -> Result<(), ApplyError> {
        self.opened(key).apply(changes)?;
        if let Some(open) = self.open.get_mut(key) {
            open.lies = true;
            open.snapshot_bytes = bytes;
        }
        Ok(())
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
            folded_bytes: 0,
            snapshot_bytes: 0,
            used: self.uses,
            lies: false,
        };
        self.keep_open(key, open);
    }

    /// Makes an open document anew from these changes. The caller has it written anew.
    pub fn replace<'a>(
        &mut self,
        key: DocumentKey,
        changes: impl IntoIterator<Item = &'a [u8]>,
        actor: &ActorSeed,
    ) {
        if let Some(open) = self.open.remove(&key) {
            let deltas = (open.first_delta, open.next_delta);
            self.damaged.insert(key.clone(), deltas);
        }
        self.rebuild(key, changes, actor);
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
        let limit = MIN_DELTA_BYTES.max((open.snapshot_bytes + open.folded_bytes).div_euclid(2));
        if deltas > MAX_DELTAS || open.delta_bytes + bytes.len() > limit {
            open.compact(tx, key, segments);
        } else {
            open.delta_bytes += bytes.len();
            tx.put(Table::Deltas, delta_key(key, open.next_delta), bytes);
            open.next_delta += 1;
            if let DocumentKey::Segment(segment) = key {
                segments.store_summary(tx, segment);
            }
        }
    }

    /// Writes the rows of a document anew, and with them the document if it has deltas: those hold rows of before.
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
                    mark: policies.mark_of(segment.kind),
                    rows,
                },
            );
        }
        match key {
            DocumentKey::Segment(segment) if open.lies && open.first_delta == open.next_delta => {
                segments.store(tx, segment);
            }
            _ => open.compact(tx, key, segments),
        }
    }

    /// Forgets a document whose stored rows are deleted.
    pub fn forget(&mut self, key: &DocumentKey) {
        self.open.remove(key);
        self.found.remove(key);
        self.damaged.remove(key);
    }

    /// Forgets documents that were not used for longest until the rest weighs little enough. Called between pieces of work only.
    pub fn evict(&mut self) {
        let mut weight: usize = self.open.values().map(Open::weight).sum();
        if weight <= MAX_OPEN_BYTES {
            return;
        }
        let mut oldest: Vec<(u64, DocumentKey)> = self
            .open
            .iter()
            .filter(|(key, _)| **key != DocumentKey::Root)
            .map(|(key, open)| (open.used, key.clone()))
            .collect();
        oldest.sort();
        for (_, key) in oldest {
            if weight <= MAX_OPEN_BYTES {
                return;
            }
            weight -= self.open.remove(&key).map_or(0, |open| open.weight());
        }
    }
}

impl Open {
    /// Returns the bytes of memory the document takes, as estimated.
    fn weight(&self) -> usize {
        let saved = self.snapshot_bytes + self.folded_bytes + self.delta_bytes;
        let light = self.document.memory();
        WEIGHT_OF_DOCUMENT + light.unwrap_or(saved * WEIGHT_OF_SAVED_BYTE)
    }

    /// Makes one of many deltas: a document that lies in an envelope keeps its changes as one delta, which costs no look at the
    /// records; others, and those written a great deal, are saved whole. The rows are stored with either.
    fn compact(&mut self, tx: &mut Tx<'_>, key: &DocumentKey, segments: &mut Segments) {
        let later = self.document.later_changes();
        let changes = if let Some(later) = later
            && self.lies
            && later.len() <= MAX_FOLDED_BYTES
        {
            later
        } else {
            let snapshot = self.document.save();
            self.snapshot_bytes = snapshot.len();
            self.lies = false;
            tx.put(Table::Snapshots, key.to_string(), snapshot);
            // A saved document does not hold what waits for other changes.
            self.document.pending()
        };
        let mut mark = 0;
        if let DocumentKey::Segment(segment) = key {
            segments.store(tx, segment);
            mark = segments.mark(segment);
        }
        for sequence in self.first_delta..self.next_delta {
            tx.delete(Table::Deltas, delta_key(key, sequence));
        }
        self.first_delta = self.next_delta;
        self.delta_bytes = 0;
        self.folded_bytes = 0;
        if !changes.is_empty() {
            let delta = Delta {
                changes,
                mark,
                ..Delta::default()
            };
            let bytes = delta.encode();
            self.folded_bytes = bytes.len();
            tx.put(Table::Deltas, delta_key(key, self.next_delta), bytes);
            self.next_delta += 1;
        }
    }
}

/// Returns whether a stored delta is one that others were folded into: changes whose rows are stored elsewhere.
fn is_folded(delta: &[u8]) -> bool {
    Delta::decode(delta).is_some_and(|(delta, _)| delta.rows.is_empty() && delta.removed.is_empty())
}

/// Returns a document with the changes of its deltas; none if any of them cannot be read.
fn with_deltas(mut document: Document, deltas: &Rows) -> Option<Document> {
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
    delta.mark = policies.mark_of(segment.kind);
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
