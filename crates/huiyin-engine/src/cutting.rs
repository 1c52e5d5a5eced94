//! What counts of the work of devices that were shut out or given other rights, and the documents made to fit it.
//!
//! The outcome is a function of the envelopes and statements that are here, whatever the order they came in: an envelope counts up to the
//! cut on its author in its stream, or if an administrator took it; of the others those changes count that a change which counts
//! follows. Where that is not what the documents hold, they are made anew from the envelopes of their stream, all in the
//! one commit that stores the result.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_document::{DocumentKey, followed};
use huiyin_sync::{DeviceId, Envelope, Link, Reach, StreamId};

use crate::chains::envelope_key;
use crate::late::{Late, LateEnvelope};
use crate::parts::{Carried, read_part};
use crate::replica::Replica;
use crate::task::{After, Halt, Rows, Run, Tx, Work};
use crate::{Query, Table};

/// Changes of one document, by whether their envelopes count.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub counting: Vec<Vec<u8>>,
    pub late: Vec<Vec<u8>>,
}

impl Found {
    /// Returns the changes that count: those of envelopes that do, then those of others that these follow.
    pub fn all(mut self) -> Vec<Vec<u8>> {
        if !self.late.is_empty() {
            let counting = self.counting.iter().map(Vec::as_slice);
            let (kept, _) = followed(counting, self.late.iter().map(Vec::as_slice));
            self.counting.extend(kept);
        }
        self.counting
    }
}

/// Returns the read of a device's envelopes in a stream.
pub(crate) fn chain_rows(stream: &StreamId, device: &DeviceId) -> Query {
    Query::Range {
        table: Table::Envelopes,
        prefix: [stream.as_bytes().as_slice(), device.as_bytes()].concat(),
        after: None,
        limit: u32::MAX,
        keys_only: false,
    }
}

/// Returns the rows of every one of these queries, or asks for all that are missing.
pub(crate) fn all_rows<'a>(tx: &Tx<'a>, queries: &[Query]) -> Run<Vec<&'a Rows>> {
    let scratch = tx.scratch;
    let mut needs = Vec::new();
    let mut found = Vec::new();
    for query in queries {
        match scratch.iter().find(|(asked, _)| asked == query) {
            Some((_, rows)) => found.push(rows),
            None => needs.push(crate::task::Need::Rows(query.clone())),
        }
    }
    if needs.is_empty() {
        Ok(found)
    } else {
        Err(Halt::Need(needs))
    }
}

impl Replica {
    /// Has all judged again if cuts have changed, or something has come that is still to be judged.
    pub fn follow_cuts(&self, tx: &mut Tx<'_>) {
        if self.late.judged != self.members.membership.cuts_hash() {
            tx.follow(Work::Cut);
        }
    }

    /// Judges which envelopes count, and makes the documents fit that.
    pub fn cut(&mut self, tx: &mut Tx<'_>) -> Run<()> {
        let own = self.identity()?.keys().device();
        let judged = self.members.membership.cuts_hash();
        if self.late.judged == judged {
            return Ok(());
        }
        let mut late = Late {
            judged,
            envelopes: self.envelopes_beyond(tx, &own)?,
        };
        if late.envelopes.is_empty() && self.late.envelopes.is_empty() {
            self.late = late;
            if !self.members.membership.cut_devices().is_empty() {
                // So that the chains are not read again at every start.
                self.late.store(tx);
            }
            return Ok(());
        }
        let before = &self.late.envelopes;
        // What changes sides, and what has come late: a change that waits for it may have been here before.
        let mut changed = BTreeSet::new();
        let mut came = BTreeSet::new();
        let mut taken = BTreeSet::new();
        let names = |envelope: &LateEnvelope| -> Vec<DocumentKey> {
            let names = envelope.documents.iter();
            names.filter_map(|name| name.parse().ok()).collect()
        };
        for (key, envelope) in &late.envelopes {
            match before.get(key) {
                None => changed.extend(names(envelope)),
                Some(known) if known.fresh => came.extend(names(envelope)),
                Some(_) => {}
            }
        }
        for (_, envelope) in before.iter().filter(|(key, _)| !late.has(key)) {
            taken.extend(names(envelope));
        }
        changed.extend(taken.iter().cloned());
        for keys in [&mut changed, &mut came] {
            keys.retain(|key| !self.is_destroyed(key));
        }
        let known = self.known_of(tx, changed.iter().chain(&came))?;
        changed.retain(|key| known.contains(key) || taken.contains(key));
        came.retain(|key| known.contains(key));
        self.documents.require(changed.iter().chain(&came))?;
        came.retain(|key| !self.documents.opened(key).pending().is_empty());
        changed.extend(came);
        let streams: BTreeMap<String, BTreeSet<DocumentKey>> =
            changed.into_iter().fold(BTreeMap::new(), |mut all, key| {
                let of_stream: &mut BTreeSet<_> = all.entry(key.stream()).or_default();
                of_stream.insert(key);
                all
            });
        let queries: Vec<Query> = streams
            .values()
            .filter_map(|keys| keys.first().map(|key| self.envelopes_of(key)))
            .collect();
        let rows = all_rows(tx, &queries)?;

        // From here on nothing halts.
        for (key, envelope) in &mut late.envelopes {
            envelope.left = before.get(key).is_some_and(|known| known.left);
        }
        self.late = late;
        self.late.store(tx);
        let mut touched = Vec::new();
        for (keys, rows) in streams.into_values().zip(rows) {
            let mut found = self.changes_in(&keys, rows);
            for key in keys {
                let all = found.remove(&key).unwrap_or_default().all();
                self.make_anew(&key, &all);
                let (segments, policies) = (&mut self.segments, &self.policies);
                self.documents.rewrite(tx, segments, policies, &key);
                touched.push(key);
            }
        }
        tx.changed = true;
        self.after_documents(&touched);
        self.follow_catalogues(tx, &touched);
        if touched.contains(&DocumentKey::Root) {
            self.follow_policies(tx);
            tx.after.push(After::Streams);
            tx.follow(Work::Reconcile);
        }
        Ok(())
    }

    /// Returns the envelopes here that are beyond a cut and were not taken.
    fn envelopes_beyond(
        &self,
        tx: &Tx<'_>,
        own: &DeviceId,
    ) -> Run<BTreeMap<Vec<u8>, LateEnvelope>> {
        let membership = &self.members.membership;
        let members = StreamId::members(&membership.workspace());
        let mut chains = Vec::new();
        for (device, streams) in membership.cut_devices() {
            for stream in self.chains.streams_of(&device) {
                let listed = streams.as_ref().is_none_or(|all| all.contains(&stream));
                let reach = self.members.reach(own, &device, &stream);
                if listed && stream != members && reach != Reach::Whole {
                    chains.push((reach, chain_rows(&stream, &device)));
                }
            }
        }
        let queries: Vec<Query> = chains.iter().map(|(_, query)| query.clone()).collect();
        let mut found = BTreeMap::new();
        for ((reach, _), rows) in chains.iter().zip(all_rows(tx, &queries)?) {
            let envelopes: Vec<Envelope> = rows
                .iter()
                .filter_map(|(_, bytes)| Envelope::decode(bytes).ok())
                .collect();
            let links = envelopes.iter().map(|envelope| Link {
                seq: envelope.header().seq,
                id: envelope.id(),
                prev: envelope.header().prev,
            });
            let beyond = reach.beyond(&links.collect());
            for envelope in envelopes {
                let id = envelope.id();
                if beyond.contains(&id) && !membership.is_taken(&id) {
                    let key = envelope_key(envelope.header(), &id);
                    found.insert(key, self.described(&envelope));
                }
            }
        }
        Ok(found)
    }

    /// Returns what an envelope beyond a cut holds.
    fn described(&self, envelope: &Envelope) -> LateEnvelope {
        let changes = self.changes_of_envelope(envelope);
        let names: BTreeSet<String> = changes.iter().map(|(key, _)| key.to_string()).collect();
        let all = changes.iter().map(|(_, chunk)| chunk.as_slice());
        LateEnvelope {
            clock: envelope.header().clock,
            changes: followed([], all).1 as u32,
            documents: names.into_iter().collect(),
            fresh: false,
            left: false,
        }
    }

    /// Returns the changes in a stored envelope whose key is here.
    pub fn changes_of_envelope(&self, envelope: &Envelope) -> Vec<(DocumentKey, Vec<u8>)> {
        let header = envelope.header();
        let stream = self.members.names.get(&header.stream);
        let parts = self
            .members
            .keys
            .get(&(header.stream, header.epoch))
            .and_then(|key| envelope.open(key).ok())
            .unwrap_or_default();
        let stream = stream.map(String::as_str).unwrap_or_default();
        parts
            .into_iter()
            .filter_map(|part| match read_part(part, stream) {
                Ok(Carried::Changes(changes, _)) => Some(changes),
                _ => None,
            })
            .flatten()
            .collect()
    }

    /// Returns the changes of documents in stored envelopes, by whether these count, and in what is in none yet.
    pub fn changes_in(
        &self,
        keys: &BTreeSet<DocumentKey>,
        rows: &Rows,
    ) -> BTreeMap<DocumentKey, Found> {
        let mut found: BTreeMap<DocumentKey, Found> = BTreeMap::new();
        for (name, bytes) in rows {
            let Ok(envelope) = Envelope::decode(bytes) else {
                continue;
            };
            let late = self.late.has(name);
            for (key, chunk) in self.changes_of_envelope(&envelope) {
                if keys.contains(&key) {
                    let found = found.entry(key).or_default();
                    let side = if late {
                        &mut found.late
                    } else {
                        &mut found.counting
                    };
                    side.push(chunk);
                }
            }
        }
        for waiting in &self.outbox {
            if let Ok(key) = waiting.document.parse::<DocumentKey>()
                && keys.contains(&key)
            {
                let found = found.entry(key).or_default();
                found.counting.push(waiting.change.clone());
            }
        }
        found
    }

    /// Returns the changes of envelopes beyond cuts that `new` changes of a document follow; asks for those envelopes.
    pub fn late_followed(&self, tx: &Tx<'_>, key: &DocumentKey, new: &[u8]) -> Run<Vec<u8>> {
        let queries: Vec<Query> = self
            .late
            .of_document(key)
            .map(|name| Query::Get {
                table: Table::Envelopes,
                key: name.clone(),
            })
            .collect();
        if queries.is_empty() {
            return Ok(Vec::new());
        }
        let mut late = Vec::new();
        for (_, bytes) in all_rows(tx, &queries)?.into_iter().flatten() {
            if let Ok(envelope) = Envelope::decode(bytes) {
                let changes = self.changes_of_envelope(&envelope);
                late.extend(changes.into_iter().filter(|(of, _)| of == key));
            }
        }
        let late = late.iter().map(|(_, chunk)| chunk.as_slice());
        Ok(followed([new], late).0.concat())
    }
}
