//! From waiting changes to the relay: envelopes are made, offered, receipted, and offered again after a loss.

use std::collections::BTreeMap;
use std::sync::Arc;

use huiyin_sync::{
    Cursor, Envelope, EnvelopeError, EnvelopeId, EnvelopeSizing, Offered, Part, SealRequest,
    StoreEpoch, StreamId,
};

use crate::link::{STORE_KEY, Unacked};
use crate::parts::parts_of;
use crate::replica::{Replica, Waiting};
use crate::task::{After, Run, Source, Tx, Work};
use crate::{Durability, Query, Table};

/// Unacknowledged envelopes handed to the session at a time.
const OFFER_BATCH: usize = 64;
/// Bytes of waiting changes after which an envelope is made even without a relay.
pub(crate) const MAX_OUTBOX_BYTES: usize = 512 * 1024;

impl Replica {
    /// Returns the bytes of waiting changes.
    pub fn outbox_bytes(&self) -> usize {
        self.outbox.iter().map(|waiting| waiting.change.len()).sum()
    }

    /// Returns the number and bytes of waiting changes that can be put into envelopes now: the key of their stream is here, and
    /// they fit.
    pub fn sealable(&self) -> (usize, usize) {
        let Some(identity) = &self.identity else {
            return (0, 0);
        };
        let workspace = identity.workspace();
        let mut held: BTreeMap<&str, bool> = BTreeMap::new();
        let can = self.outbox.iter().filter(|waiting| {
            !self.too_large.contains(&waiting.key)
                && *held.entry(&waiting.stream).or_insert_with(|| {
                    let stream = StreamId::derive(&workspace, &waiting.stream);
                    self.sealing_key(&stream).is_some()
                })
        });
        can.fold((0, 0), |(count, bytes), waiting| {
            (count + 1, bytes + waiting.change.len())
        })
    }

    /// Makes envelopes of every waiting change: per stream, as few as fit.
    pub fn seal(&mut self, tx: &mut Tx<'_>) -> Run<()> {
        let mut by_stream: BTreeMap<String, Vec<Waiting>> = BTreeMap::new();
        for waiting in std::mem::take(&mut self.outbox) {
            by_stream
                .entry(waiting.stream.clone())
                .or_default()
                .push(waiting);
        }
        for (name, waiting) in by_stream {
            for batch in batches(waiting) {
                let changes = batch
                    .iter()
                    .map(|waiting| (waiting.document.as_str(), waiting.change.as_slice()));
                match self.seal_parts(tx, &name, parts_of(changes), batch.len())? {
                    Some(Ok(_)) => {
                        for waiting in &batch {
                            tx.delete(Table::Outbox, waiting.key.to_be_bytes());
                        }
                    }
                    Some(Err(_)) => {
                        // One change larger than an envelope: limits on what is entered keep this from happening; it stays here.
                        self.too_large
                            .extend(batch.iter().map(|waiting| waiting.key));
                        self.outbox.extend(batch);
                    }
                    // The key of the stream has not come yet.
                    None => self.outbox.extend(batch),
                }
            }
        }
        self.outbox.sort_by_key(|waiting| waiting.key);
        Ok(())
    }

    /// Seals parts that hold so many changes into one envelope of a stream and stores it as this device's; none if the key of the
    /// stream is not here.
    pub fn seal_parts(
        &mut self,
        tx: &mut Tx<'_>,
        name: &str,
        parts: Vec<Part>,
        changes: usize,
    ) -> Run<Option<Result<Envelope, EnvelopeError>>> {
        let identity = self.identity()?;
        let (workspace, keys) = (identity.workspace(), identity.keys());
        let stream = StreamId::derive(&workspace, name);
        let Some((epoch, key)) = self.sealing_key(&stream) else {
            return Ok(None);
        };
        let (seq, prev) = self.chains.next(stream, keys.device());
        let request = SealRequest {
            workspace,
            stream,
            epoch,
            seq,
            prev,
            clock: tx.now.max(0) as u64,
            parts,
        };
        let sealed = Envelope::seal(&keys, key, request, &mut tx.entropy);
        if let Ok(envelope) = &sealed {
            self.store_own(tx, envelope, changes as u32);
        }
        Ok(Some(sealed))
    }

    /// Hands envelopes without receipt to the session.
    pub fn offer(&mut self, tx: &mut Tx<'_>) -> Run<()> {
        if self.link.session.is_none() {
            return Ok(());
        }
        let open: Vec<(EnvelopeId, Vec<u8>)> = self
            .link
            .unacked
            .iter()
            .filter(|(_, unacked)| !unacked.offered)
            .take(OFFER_BATCH)
            .map(|(id, unacked)| (*id, unacked.key.clone()))
            .collect();
        let mut needs = Vec::new();
        let mut offered = Vec::new();
        for (id, key) in &open {
            match tx.value(Table::Envelopes, key) {
                Ok(Some(bytes)) => {
                    let stream = StreamId(
                        key[..16]
                            .try_into()
                            .expect("an envelope key begins with its stream"),
                    );
                    offered.push(Offered {
                        id: *id,
                        stream,
                        bytes: Arc::from(bytes),
                    });
                }
                Ok(None) => {}
                Err(crate::task::Halt::Need(need)) => needs.extend(need),
                Err(halt) => return Err(halt),
            }
        }
        if !needs.is_empty() {
            return Err(crate::task::Halt::Need(needs));
        }
        self.harden(tx);
        for (id, _) in &open {
            if let Some(unacked) = self.link.unacked.get_mut(id) {
                unacked.offered = true;
            }
        }
        if open.len() == OFFER_BATCH {
            tx.follow(Work::Offer);
        }
        if !offered.is_empty() {
            tx.after.push(After::Offer(offered));
        }
        Ok(())
    }

    /// Has own envelopes that a power cut could still take back written through, in the commit of this work: one that was handed out and then
    /// lost would have its place among the author's envelopes taken by another.
    pub fn harden(&mut self, tx: &mut Tx<'_>) {
        let mut last = None;
        for unacked in self.link.unacked.values_mut().filter(|row| row.soft) {
            unacked.soft = false;
            last = Some((unacked.key.clone(), unacked.changes));
        }
        // A strict commit takes along what was committed before it.
        if let Some((key, changes)) = last {
            tx.put(Table::Unacked, key, changes.to_le_bytes().to_vec());
            tx.durability = Durability::Strict;
        }
    }

    /// The relay has these on disk.
    pub fn receipts(&mut self, tx: &mut Tx<'_>, receipts: &[(EnvelopeId, Cursor)]) {
        for (id, _) in receipts {
            if let Some(unacked) = self.link.unacked.remove(id) {
                tx.delete(Table::Unacked, unacked.key);
            }
        }
    }

    /// Everything the relay has of `stream` up to `cursor` is had once this is committed.
    pub fn had_up_to(&mut self, tx: &mut Tx<'_>, stream: StreamId, cursor: Cursor) {
        tx.put(
            Table::Cursors,
            stream.as_bytes().to_vec(),
            postcard::to_allocvec(&cursor).expect("a cursor is plain data"),
        );
        self.link.cursors.insert(stream, cursor);
        tx.after.push(After::Stored(stream, cursor));
    }

    /// The relay has named its store. If it is another one than before, what the old one acknowledged is offered again: also in
    /// streams of which nothing was read from it yet, so that no cursor tells.
    pub fn store_named(&mut self, tx: &mut Tx<'_>, epoch: StoreEpoch) -> Run<()> {
        let before = self.link.store;
        if before == Some(epoch) {
            return Ok(());
        }
        if before.is_some() {
            self.reoffer(tx)?;
        }
        tx.put(Table::Meta, STORE_KEY, epoch.as_bytes().to_vec());
        self.link.store = Some(epoch);
        Ok(())
    }

    /// The relay's store was lost or restored: no envelope counts as acknowledged.
    pub fn reoffer(&mut self, tx: &mut Tx<'_>) -> Run<()> {
        let query = Query::Range {
            table: Table::Envelopes,
            prefix: Vec::new(),
            after: None,
            limit: u32::MAX,
            keys_only: true,
        };
        let keys: Vec<Vec<u8>> = tx.rows(query)?.iter().map(|(key, _)| key.clone()).collect();
        self.reoffer_blobs(tx);
        self.pieces.forget_receipts();
        tx.follow(Work::Pieces);
        for key in keys {
            let Some(Ok(id)) = key.get(56..).map(<[u8; 32]>::try_from) else {
                continue;
            };
            if let std::collections::btree_map::Entry::Vacant(entry) =
                self.link.unacked.entry(EnvelopeId(id))
            {
                tx.put(Table::Unacked, key.clone(), 0_u32.to_le_bytes().to_vec());
                entry.insert(Unacked {
                    key,
                    changes: 0,
                    offered: false,
                    soft: false,
                });
            }
        }
        tx.follow(Work::Offer);
        Ok(())
    }

    /// The relay does not take an envelope, for good.
    pub fn refused(
        &mut self,
        tx: &mut Tx<'_>,
        envelope: EnvelopeId,
        reason: &str,
        turned_away: bool,
    ) {
        let Some(unacked) = self.link.unacked.get(&envelope) else {
            return;
        };
        // Another device's admission may have come with a bundle and be passed on.
        let author = unacked.key.get(16..48);
        let is_own = (self.own_device()).is_some_and(|own| author == Some(own.as_bytes()));
        self.link.turned_away |= turned_away && is_own;
        let size = unacked.key.len();
        let source = Source::Relay {
            stream: StreamId([0; 16]),
            cursor: Cursor {
                epoch: huiyin_sync::StoreEpoch([0; 16]),
                position: 0,
                envelope,
            },
        };
        self.put_aside(
            tx,
            &source,
            format!("refused_by_relay: {reason}"),
            Vec::new(),
            size,
            false,
        );
    }
}

/// Cuts waiting changes into batches that surely fit an envelope.
fn batches(waiting: Vec<Waiting>) -> Vec<Vec<Waiting>> {
    let mut all = Vec::new();
    let mut batch = Vec::new();
    let mut sizing = EnvelopeSizing::default();
    for change in waiting {
        let part = Part {
            document: change.document.clone(),
            chunk: change.change.clone(),
        };
        if !batch.is_empty() && !sizing.fits(&part) {
            all.push(std::mem::take(&mut batch));
            sizing = EnvelopeSizing::default();
        }
        sizing.add(&part);
        batch.push(change);
    }
    if !batch.is_empty() {
        all.push(batch);
    }
    all
}
