//! The way of envelopes from their arrival to the rows: judged, then what they lack is loaded, then all is taken in at once.
//!
//! Changes are gathered per document over the whole batch, applied once and projected once. A segment that comes whole in one
//! creation change needs no document in memory: its rows are made from the records, and the document lies in the envelope.
//!
//! Long: the stations of one way, in their order.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::BundleReport;
use huiyin_document::blob::{PieceKey, read_piece};
use huiyin_document::{DocumentKey, Record, followed, read_creation, read_unpacked_creation};
use huiyin_sync::{Envelope, EnvelopeError, Reach, SealedObject, StreamId};

use crate::blobs::Unsent;
use crate::judging::{Chunk, NEWER, Verdict, judge, judge_object};
use crate::members::Members;
use crate::replica::Replica;
use crate::replication::stream_key_name;
use crate::task::{After, Run, Source, Tx, Work};
use crate::{Durability, Table};

/// Place of a chunk: the verdict, then the chunk in its contents.
type At = (usize, usize);

/// A batch of envelopes, judged. Kept while what it lacks is loaded, so that nothing is opened twice.
#[derive(Debug)]
pub(crate) struct Arrivals {
    /// Hash of the batch.
    hash: blake3::Hash,
    /// Members as these envelopes make them, if they say anything new.
    grown: Option<Members>,
    verdicts: Vec<Verdict>,
    /// Chunks by document, without those of destroyed segments.
    documents: BTreeMap<DocumentKey, Vec<At>>,
    /// Changes of envelopes beyond cuts that changes of this batch follow. Filled once they are known.
    followed: Option<BTreeMap<DocumentKey, Vec<u8>>>,
    /// Segments that are not here yet, with the chunk that makes them and its records. Filled once that is known.
    creations: Option<BTreeMap<DocumentKey, (At, Vec<Record>)>>,
}

impl Arrivals {
    fn chunk(&self, (verdict, chunk): At) -> Option<(&Envelope, &Chunk)> {
        match &self.verdicts[verdict] {
            Verdict::New(envelope, contents) => Some((envelope, &contents.changes[chunk])),
            _ => None,
        }
    }

    fn changes(&self, at: &[At]) -> Vec<u8> {
        let chunks = at.iter().filter_map(|at| self.chunk(*at));
        chunks
            .flat_map(|(_, chunk)| chunk.bytes.iter().copied())
            .collect()
    }
}

/// Returns the hash that tells one batch from another.
fn hash_of(envelopes: &[Vec<u8>]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for bytes in envelopes {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    }
    hasher.finalize()
}

impl Replica {
    /// Takes in envelopes. Statements of the members stream count before the rest, whatever the order.
    pub fn ingest(
        &mut self,
        tx: &mut Tx<'_>,
        source: &Source,
        envelopes: &[Vec<u8>],
    ) -> Run<BundleReport> {
        let hash = hash_of(envelopes);
        let kept = self.link.arrivals.take();
        let mut arrivals = match kept.filter(|arrivals| arrivals.hash == hash) {
            Some(arrivals) => arrivals,
            None => Box::new(self.judge_all(hash, envelopes)?),
        };
        if let Err(halt) = self.gather(tx, &mut arrivals) {
            self.link.arrivals = Some(arrivals);
            return Err(halt);
        }
        Ok(self.take_in(tx, source, envelopes, *arrivals))
    }

    fn judge_all(&self, hash: blake3::Hash, envelopes: &[Vec<u8>]) -> Run<Arrivals> {
        let identity = self.identity()?;
        let workspace = identity.workspace();
        let keys = identity.keys();
        let members_stream = StreamId::members(&workspace);
        let decoded: Vec<_> = envelopes
            .iter()
            .map(|bytes| Envelope::decode(bytes))
            .collect();
        let news: Vec<_> = decoded
            .iter()
            .flatten()
            .filter(|envelope| {
                let header = envelope.header();
                header.workspace == workspace
                    && header.stream == members_stream
                    && !self.chains.has(header, envelope.id())
                    && envelope.verify().is_ok()
            })
            .filter_map(|envelope| envelope.signed_statement().ok())
            .collect();
        let grown = (!news.is_empty()).then(|| {
            let mut members = Members {
                statements: self.members.statements.clone(),
                membership: self.members.membership.clone(),
                keys: self.members.keys.clone(),
                names: self.members.names.clone(),
            };
            members.statements.extend(news);
            members.refold(workspace, &keys, identity.invitation().as_ref());
            members
        });
        let members = grown.as_ref().unwrap_or(&self.members);
        let mut seen = BTreeSet::new();
        let verdicts: Vec<Verdict> = decoded
            .into_iter()
            .zip(envelopes)
            .map(|(decoded, bytes)| match decoded {
                Err(_) if SealedObject::is_one(bytes) => {
                    judge_object(members, bytes, workspace, keys.device())
                }
                Err(EnvelopeError::NewerVersion { .. }) => Verdict::Waits(NEWER),
                Err(error) => Verdict::Bad(format!("damaged: {error}")),
                Ok(envelope) if envelope.header().workspace != workspace => {
                    Verdict::Bad("other_workspace".to_owned())
                }
                Ok(envelope)
                    if self.chains.has(envelope.header(), envelope.id())
                        || !seen.insert(envelope.id()) =>
                {
                    Verdict::Known(envelope.id())
                }
                Ok(envelope) => judge(members, envelope, members_stream, keys.device()),
            })
            .collect();
        let mut documents: BTreeMap<DocumentKey, Vec<At>> = BTreeMap::new();
        for (at, verdict) in verdicts.iter().enumerate() {
            if let Verdict::New(_, contents) = verdict {
                for (place, chunk) in contents.changes.iter().enumerate() {
                    if !self.is_destroyed(&chunk.key) {
                        documents
                            .entry(chunk.key.clone())
                            .or_default()
                            .push((at, place));
                    }
                }
            }
        }
        Ok(Arrivals {
            hash,
            grown,
            verdicts,
            documents,
            followed: None,
            creations: None,
        })
    }

    /// Asks for what a batch lacks: whether its documents are here, and those that have to be open.
    fn gather(&mut self, tx: &Tx<'_>, arrivals: &mut Arrivals) -> Run<()> {
        if arrivals.creations.is_none() {
            let known = self.known_of(tx, arrivals.documents.keys())?;
            let fresh = arrivals
                .documents
                .iter()
                .filter(|(key, _)| !known.contains(key));
            let creations = fresh
                .filter_map(|(key, chunks)| {
                    let found = chunks.iter().find_map(|at| {
                        let (_, chunk) = arrivals.chunk(*at)?;
                        let read = if chunk.unpacked.is_some() {
                            read_unpacked_creation
                        } else {
                            read_creation
                        };
                        let records = chunk.alone.then(|| read(&chunk.bytes))??;
                        Some((*at, records))
                    })?;
                    Some((key.clone(), found))
                })
                .collect();
            arrivals.creations = Some(creations);
        }
        if arrivals.followed.is_none() {
            let mut followed = BTreeMap::new();
            for (key, chunks) in &arrivals.documents {
                let late = self.late_followed(tx, key, &arrivals.changes(chunks))?;
                if !late.is_empty() {
                    followed.insert(key.clone(), late);
                }
            }
            arrivals.followed = Some(followed);
        }
        let creations = arrivals.creations.iter().flatten();
        let laid: BTreeSet<&DocumentKey> = creations
            .map(|(key, _)| key)
            .filter(|key| arrivals.documents[*key].len() == 1)
            .collect();
        let opened = arrivals.documents.keys().filter(|key| !laid.contains(key));
        let late: Vec<DocumentKey> = arrivals
            .verdicts
            .iter()
            .filter_map(|verdict| match verdict {
                Verdict::New(_, contents) => Some(contents.changes.iter()),
                _ => None,
            })
            .flatten()
            .filter(|chunk| self.is_destroyed(&chunk.key))
            .filter_map(|chunk| chunk.key.branch().cloned())
            .map(DocumentKey::Catalogue)
            .collect();
        self.documents.require(opened.chain(&late))
    }

    /// Takes in a batch that has all it needs: from here on nothing halts.
    fn take_in(
        &mut self,
        tx: &mut Tx<'_>,
        source: &Source,
        envelopes: &[Vec<u8>],
        mut arrivals: Arrivals,
    ) -> BundleReport {
        let grown = arrivals.grown.is_some();
        if let Some(members) = arrivals.grown.take() {
            for (name, key) in &members.keys {
                if !self.members.keys.contains_key(name) {
                    tx.put(Table::Keys, stream_key_name(name), key.0.to_vec());
                }
            }
            self.members = members;
        }
        let mut report = BundleReport {
            envelopes: envelopes.len() as u64,
            ..BundleReport::default()
        };
        let late = (self.late.judged, self.late.envelopes.len());
        for (verdict, bytes) in arrivals.verdicts.iter_mut().zip(envelopes) {
            self.settle_envelope(tx, source, verdict, bytes, &mut report);
        }
        if late != (self.late.judged, self.late.envelopes.len()) {
            self.late.store(tx);
        }
        let mut touched = BTreeSet::new();
        let mut creations = arrivals.creations.take().unwrap_or_default();
        for (key, chunks) in &arrivals.documents {
            let creation = creations.remove(key);
            self.take_changes(tx, source, &arrivals, key, chunks, creation);
            if let Some(late) = arrivals.followed.as_ref().and_then(|all| all.get(key)) {
                // What is no change of this document was never taken: it cannot be followed.
                let _ = self.apply(tx, key, late.clone());
            }
            touched.insert(key.clone());
        }
        let touched: Vec<DocumentKey> = touched.into_iter().collect();
        self.after_documents(&touched);
        if grown {
            self.follow_staff_keys(tx);
        }
        self.follow_catalogues(tx, &touched);
        if let Source::Relay { stream, cursor } = source {
            self.had_up_to(tx, *stream, *cursor);
            self.link.received += envelopes.len() as u64;
            // The cursor is stored with what it stands for: what a failing disk loses comes again.
            tx.durability = Durability::Relaxed;
        }
        if touched.contains(&DocumentKey::Root) {
            self.follow_policies(tx);
        }
        if grown || touched.contains(&DocumentKey::Root) || self.wants_streams(&touched) {
            tx.after.push(After::Streams);
            tx.follow(Work::Reconcile);
            tx.changed = true;
        }
        if grown && self.shut_out().is_some() {
            tx.after.push(After::Restart);
        }
        if grown || self.late.judged == [0; 32] {
            self.follow_cuts(tx);
        }
        if grown {
            tx.follow(Work::Ingest(Source::Waiting, self.waiting_bytes()));
            // Attachments wait for the key they are sealed under, too.
            tx.follow(Work::Pieces);
        }
        if report.new > 0 && !matches!(source, Source::Relay { .. }) {
            tx.follow(Work::Pieces);
            tx.follow(Work::Offer);
        }
        report
    }

    /// Stores an envelope and its pieces, or puts it aside.
    fn settle_envelope(
        &mut self,
        tx: &mut Tx<'_>,
        source: &Source,
        verdict: &mut Verdict,
        bytes: &[u8],
        report: &mut BundleReport,
    ) {
        match verdict {
            Verdict::Known(id) => {
                report.known += 1;
                if matches!(source, Source::Relay { .. })
                    && let Some(unacked) = self.link.unacked.remove(id)
                {
                    tx.delete(Table::Unacked, unacked.key);
                }
                if *source == Source::Waiting {
                    self.waits_no_more(tx, bytes);
                }
            }
            Verdict::Foreign => {
                if *source == Source::Waiting {
                    self.waits_no_more(tx, bytes);
                }
            }
            Verdict::Statement(envelope) => {
                report.new += 1;
                self.accept(tx, source, envelope);
            }
            Verdict::Late(envelope, contents) => {
                report.new += 1;
                self.accept(tx, source, envelope);
                let documents = contents.changes.iter().map(|chunk| chunk.key.to_string());
                let all = contents.changes.iter().map(|chunk| chunk.bytes.as_slice());
                let changes = followed([], all).1;
                let (header, id) = (envelope.header(), envelope.id());
                self.late.note(header, &id, documents.collect(), changes);
            }
            Verdict::New(envelope, contents) => {
                report.new += 1;
                self.within_a_cut(envelope);
                self.accept(tx, source, envelope);
                let clock = envelope.header().clock as i64;
                for (piece, chunk) in contents.pieces.drain(..) {
                    if self.destroyed.has(&piece.blob.segment) {
                        continue;
                    }
                    if let Err(error) = self.take_piece(tx, &piece, &chunk) {
                        let reason = format!("undecodable: {error}");
                        self.put_aside(tx, source, reason, Vec::new(), bytes.len(), false);
                    }
                }
                for chunk in &contents.changes {
                    if let DocumentKey::Segment(segment) = &chunk.key
                        && self.destroyed.has(segment)
                    {
                        self.note_late(tx, source, segment, clock, bytes.len());
                    }
                }
            }
            Verdict::Object(piece, chunk) => {
                let (piece, chunk) = (piece.clone(), std::mem::take(chunk));
                if self.take_object(tx, &piece, &chunk) {
                    report.new += 1;
                } else {
                    report.known += 1;
                }
                if *source == Source::Waiting {
                    self.waits_no_more(tx, bytes);
                }
            }
            Verdict::Waits(reason) => {
                report.waiting += 1;
                let reason = (*reason).to_owned();
                self.put_aside(tx, source, reason, bytes.to_vec(), bytes.len(), true);
            }
            Verdict::Bad(reason) => {
                report.refused += 1;
                let reason = std::mem::take(reason);
                self.put_aside(tx, source, reason, Vec::new(), bytes.len(), false);
            }
        }
    }

    /// Has a chain looked through again in which an envelope came below a cut that is here: it may have been put there since.
    fn within_a_cut(&mut self, envelope: &Envelope) {
        let header = envelope.header();
        let Ok(own) = self.identity().map(|identity| identity.keys().device()) else {
            return;
        };
        if let Reach::Until(cut) = self.members.reach(&own, &header.author, &header.stream)
            && (header.seq == cut.seq
                || self
                    .chains
                    .holds(cut.stream, header.author, cut.seq, cut.id))
        {
            self.late.judged = [0; 32];
        }
    }

    /// Takes in a piece that came as an object in a file, to be passed on to the relay. Returns whether it was news.
    fn take_object(&mut self, tx: &mut Tx<'_>, piece: &PieceKey, chunk: &[u8]) -> bool {
        let Ok((size, _)) = read_piece(piece.number, chunk) else {
            return false;
        };
        let known = self.blobs.has(&piece.blob)
            || self.blobs.has_piece(&piece.blob, size, piece.number)
            || self.destroyed.has(&piece.blob.segment);
        if known || self.take_piece(tx, piece, chunk).is_err() {
            return false;
        }
        self.mark_object(tx, &piece.blob);
        self.mark_unsent(tx, &piece.blob, Unsent { size, own: false });
        true
    }

    /// Takes in the changes of one document. `creation` makes the segment, if it is not here yet and comes whole.
    fn take_changes(
        &mut self,
        tx: &mut Tx<'_>,
        source: &Source,
        arrivals: &Arrivals,
        key: &DocumentKey,
        chunks: &[At],
        creation: Option<(At, Vec<Record>)>,
    ) {
        let mut rest = chunks.to_vec();
        if let Some((at, records)) = creation
            && let Some((envelope, chunk)) = arrivals.chunk(at)
        {
            rest.retain(|other| *other != at);
            let bytes = envelope.part_len(chunk.part as usize);
            if rest.is_empty() || self.documents.lay(key, &chunk.bytes, bytes).is_ok() {
                self.lay_segment(tx, key, envelope, (chunk.part, chunk.unpacked), &records);
            } else {
                rest = chunks.to_vec();
            }
        }
        if rest.is_empty() {
            return;
        }
        let together = arrivals.changes(&rest);
        if self.apply(tx, key, together).is_ok() {
            return;
        }
        // One of them is no change: the others count.
        for at in rest {
            let Some((envelope, chunk)) = arrivals.chunk(at) else {
                continue;
            };
            if let Err(error) = self.apply(tx, key, chunk.bytes.clone()) {
                let reason = format!("undecodable: {key}: {error}");
                let size = envelope.as_bytes().len();
                self.put_aside(tx, source, reason, Vec::new(), size, false);
            }
        }
    }

    fn apply(
        &mut self,
        tx: &mut Tx<'_>,
        key: &DocumentKey,
        changes: Vec<u8>,
    ) -> Result<(), huiyin_document::ApplyError> {
        let (segments, policies) = (&mut self.segments, &self.policies);
        self.documents.apply(tx, segments, policies, key, changes)
    }
}
