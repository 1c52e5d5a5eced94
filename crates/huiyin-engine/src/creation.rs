//! Records of an import: made by an actor derived from the import, so that devices which import a file apart make the same bytes.
//!
//! What goes into segments that are not here yet needs no document in memory: the changes are sealed at once, the document lies in
//! the envelope, and the list rows are made from the records.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_core::id::SegmentKey;
use huiyin_document::{
    DocumentKey, Edit, Hand, NewRecord, PROJECTION_VERSION, Record, SegmentRows, Touched,
    creation_changes, creation_hash, mark_signatures, row_of,
};
use huiyin_sync::{Envelope, Part};

use crate::chains::envelope_key;
use crate::parts::{is_packed_creation, part_of};
use crate::replica::Replica;
use crate::stored::{Lying, PartPlace, delta_keys, snapshot};
use crate::task::{Halt, Run, Tx};
use crate::{Durability, Table};

/// Plain bytes of creation changes put into one envelope before the next one is begun.
const ENVELOPE_PLAIN_BYTES: usize = 2 * 1024 * 1024;

/// A segment that is not here yet, with the change that makes it.
struct Fresh {
    key: DocumentKey,
    records: Vec<NewRecord>,
    changes: Vec<u8>,
}

impl Replica {
    /// Makes records, several segments at a time; returns how many records are in them. Segments that are destroyed get none.
    pub fn create_records(
        &mut self,
        tx: &mut Tx<'_>,
        id: &str,
        segments: Vec<(DocumentKey, Vec<NewRecord>)>,
    ) -> Run<u64> {
        let mut by_key: BTreeMap<DocumentKey, Vec<NewRecord>> = BTreeMap::new();
        for (key, records) in segments {
            if !self.is_destroyed(&key) {
                by_key.entry(key).or_default().extend(records);
            }
        }
        let known = self.known_of(tx, by_key.keys())?;
        self.documents.require(&known)?;
        // A lost tail of an import is made again by importing the file again; its end is stored strictly.
        tx.durability = Durability::Relaxed;
        let made = by_key.values().map(|records| records.len() as u64).sum();
        let mut fresh: BTreeMap<String, Vec<Fresh>> = BTreeMap::new();
        for (key, records) in by_key {
            let changes = creation_changes(&name_of(id, &records), &key, &records);
            if known.contains(&key) {
                self.create_beside(tx, &key, changes, &records);
            } else {
                fresh.entry(key.stream()).or_default().push(Fresh {
                    key,
                    records,
                    changes,
                });
            }
        }
        for (stream, segments) in fresh {
            self.create_segments(tx, &stream, segments)?;
        }
        Ok(made)
    }

    /// Returns those of the documents of which something is stored here; asks for what it takes to know.
    pub fn known_of<'a>(
        &self,
        tx: &Tx<'_>,
        keys: impl IntoIterator<Item = &'a DocumentKey>,
    ) -> Run<BTreeSet<DocumentKey>> {
        let mut known = BTreeSet::new();
        let mut needs = Vec::new();
        for key in keys {
            let in_memory = match key {
                DocumentKey::Segment(segment) => self.segments.mark(segment) != 0,
                DocumentKey::Root | DocumentKey::Catalogue(_) => true,
            };
            if in_memory || self.documents.is_open(key) || self.documents.is_damaged(key) {
                known.insert(key.clone());
                continue;
            }
            for query in [snapshot(key), delta_keys(key, 1)] {
                match tx.rows(query) {
                    Ok(rows) if rows.is_empty() => {}
                    Ok(_) => {
                        known.insert(key.clone());
                    }
                    Err(Halt::Need(need)) => needs.extend(need),
                    Err(halt) => return Err(halt),
                }
            }
        }
        if needs.is_empty() {
            Ok(known)
        } else {
            Err(Halt::Need(needs))
        }
    }

    /// Makes records in a document that is open: beside what it holds.
    fn create_beside(
        &mut self,
        tx: &mut Tx<'_>,
        key: &DocumentKey,
        changes: Vec<u8>,
        records: &[NewRecord],
    ) {
        let document = self.documents.opened(key);
        let touched = document
            .apply(&changes)
            .expect("creation changes are plain changes");
        // Also what another device's envelope has brought meanwhile: should that device be shut out, the records are this one's too.
        self.keep(tx, key, changes, &touched);
        let back: Vec<Edit> = records
            .iter()
            .filter(|record| {
                self.documents
                    .opened(key)
                    .record(record.local)
                    .is_some_and(|(stored, _)| !stored.is_live())
            })
            .map(|record| Edit::SetGone {
                local: record.local,
                import: None,
            })
            .collect();
        if !back.is_empty() {
            let author = self.author(tx);
            self.edit(tx, key, &author, Hand::Import, &back);
        }
    }

    /// Makes segments of one stream: sealed at once if its key is here.
    fn create_segments(&mut self, tx: &mut Tx<'_>, stream: &str, segments: Vec<Fresh>) -> Run<()> {
        let mut batch = Vec::new();
        let mut bytes = 0;
        for fresh in segments {
            if bytes > 0 && bytes + fresh.changes.len() > ENVELOPE_PLAIN_BYTES {
                self.seal_segments(tx, stream, std::mem::take(&mut batch))?;
                bytes = 0;
            }
            bytes += fresh.changes.len();
            batch.push(fresh);
        }
        self.seal_segments(tx, stream, batch)
    }

    fn seal_segments(&mut self, tx: &mut Tx<'_>, stream: &str, mut batch: Vec<Fresh>) -> Run<()> {
        let parts: Vec<Part> = batch
            .iter()
            .map(|fresh| part_of(&fresh.key.to_string(), &fresh.changes))
            .collect();
        let is_packed: Vec<bool> = parts.iter().map(is_packed_creation).collect();
        match self.seal_parts(tx, stream, parts, batch.len())? {
            Some(Ok(envelope)) => {
                for (part, fresh) in (0_u32..).zip(batch) {
                    let records: Vec<Record> = fresh.records.iter().map(Record::of).collect();
                    let hash = is_packed[part as usize].then(|| creation_hash(&fresh.changes));
                    self.lay_segment(tx, &fresh.key, &envelope, (part, hash), &records);
                }
                Ok(())
            }
            // Compressed badly: with fewer documents it fits.
            Some(Err(_)) if batch.len() > 1 => {
                let rest = batch.split_off(batch.len() / 2);
                self.seal_segments(tx, stream, batch)?;
                self.seal_segments(tx, stream, rest)
            }
            // No key yet, or one document larger than an envelope: it waits in the outbox.
            _ => {
                let actor = self.identity()?.actor();
                for fresh in batch {
                    self.documents.begin(fresh.key.clone(), &actor);
                    self.documents
                        .opened(&fresh.key)
                        .apply(&fresh.changes)
                        .expect("creation changes are plain changes");
                    self.keep(tx, &fresh.key, fresh.changes, &Touched::All);
                }
                Ok(())
            }
        }
    }

    /// Stores a segment whose records came whole in a part of a stored envelope, given by its place and, if it lies packed there, the
    /// hash of the creation: where it lies, and its rows.
    pub fn lay_segment(
        &mut self,
        tx: &mut Tx<'_>,
        key: &DocumentKey,
        envelope: &Envelope,
        (part, creation): (u32, Option<[u8; 32]>),
        records: &[Record],
    ) {
        let place = PartPlace {
            envelope: envelope_key(envelope.header(), &envelope.id()),
            part,
        };
        tx.put(
            Table::Snapshots,
            key.to_string(),
            Lying {
                places: vec![place],
                creation,
            }
            .encode(),
        );
        if let DocumentKey::Segment(segment) = key {
            self.load_rows(segment, records);
            self.segments.store(tx, segment);
        }
        tx.changed = true;
    }

    fn load_rows(&mut self, segment: &SegmentKey, records: &[Record]) {
        let branch = segment.working_branch();
        let judged: Vec<Record>;
        let records = if self.policies.signers == 0 {
            records
        } else {
            judged = records
                .iter()
                .map(|record| self.judged(segment, record))
                .collect();
            &judged
        };
        let rows = records
            .iter()
            .map(|record| row_of(segment.kind, record, &self.policies, branch.as_str()))
            .collect();
        let rows = SegmentRows {
            version: PROJECTION_VERSION,
            mark: self.policies.mark_of(segment.kind),
            rows,
        };
        self.segments.load(segment.clone(), rows);
    }
}

impl Replica {
    /// Returns a record with its signatures judged.
    fn judged(&self, segment: &SegmentKey, record: &Record) -> Record {
        let mut record = record.clone();
        mark_signatures(&*self.staff_keys, segment, &mut record);
        record
    }
}

/// Returns the name of what makes these records. What they are is part of the name: devices that know different parts of a file,
/// or make other records of it, never make different changes under one name.
fn name_of(import: &str, records: &[NewRecord]) -> String {
    let mut hasher = blake3::Hasher::new();
    for record in records {
        hasher.update(&record.local.to_le_bytes());
        hasher.update(&record.created.to_le_bytes());
        hasher.update(&record.received.unwrap_or(-1).to_le_bytes());
        let pack = record.pack.as_ref().map(|pack| pack.0.as_str());
        let fields = record.fields.iter().flat_map(|(name, value)| [name, value]);
        let texts = [&record.number, &record.created_by]
            .into_iter()
            .chain(fields)
            .map(String::as_str)
            .chain([record.clock.as_deref().unwrap_or_default()])
            .chain([pack.unwrap_or_default()])
            .chain([record.import.as_deref().unwrap_or_default()]);
        for text in texts {
            hasher.update(&(text.len() as u32).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        if !record.events.is_empty() {
            let events = serde_json::to_vec(&record.events).expect("events are plain data");
            hasher.update(&events);
        }
        if !record.conflicts.is_empty() {
            hasher.update(format!("{:?}", record.conflicts).as_bytes());
        }
    }
    format!("{import}-{}", &hasher.finalize().to_hex()[..8])
}
