//! Taking in envelopes from the relay, a bundle, or those that waited; and what becomes possible once they are in.
//!
//! Long: the way of an envelope from its arrival to the rows is read in one piece.

use std::collections::BTreeSet;

use huiyin_api::{BundleReport, Notice};
use huiyin_core::hybrid_clock::MAX_AHEAD_MS;
use huiyin_document::blob::PieceKey;
use huiyin_document::{DocumentKey, Registers};
use huiyin_sync::{Envelope, EnvelopeId, StreamId};

use crate::Table;
use crate::chains::envelope_key;
use crate::link::{MAX_QUARANTINE, MAX_WAITING_BYTES, PutAside, Unacked};
use crate::members::InvitationDetails;
use crate::replica::Replica;
use crate::task::{After, Run, Source, Tx, Work};

/// What an envelope carries.
#[derive(Default)]
struct Contents {
    changes: Vec<(DocumentKey, Vec<u8>)>,
    pieces: Vec<(PieceKey, Vec<u8>)>,
}

/// What becomes of one envelope from outside.
enum Verdict {
    Known(EnvelopeId),
    /// Not for this device.
    Foreign,
    New(Envelope, Contents),
    Statement(Envelope),
    Waits(&'static str),
    Bad(String),
}

impl Replica {
    /// Takes in envelopes. Statements of the members stream count before the rest, whatever the order.
    pub fn ingest(
        &mut self,
        tx: &mut Tx<'_>,
        source: &Source,
        envelopes: &[Vec<u8>],
    ) -> Run<BundleReport> {
        let identity = self.identity()?.clone();
        let workspace = identity.workspace();
        let keys = identity.keys();
        let invitation = identity.invitation();
        let members_stream = StreamId::members(&workspace);

        let mut seen = BTreeSet::new();
        let decoded: Vec<_> = envelopes
            .iter()
            .map(|bytes| Envelope::decode(bytes))
            .collect();
        let mut statements = self.members.statements.clone();
        let known_statements = statements.len();
        for envelope in decoded.iter().flatten() {
            let header = envelope.header();
            if header.workspace == workspace
                && header.stream == members_stream
                && !self.chains.has(header, envelope.id())
                && envelope.verify().is_ok()
            {
                statements.extend(envelope.signed_statement().ok());
            }
        }
        let mut members = crate::members::Members {
            statements,
            membership: self.members.membership.clone(),
            keys: self.members.keys.clone(),
            names: self.members.names.clone(),
        };
        let grown = members.statements.len() > known_statements;
        if grown {
            members.refold(workspace, &keys, invitation.as_ref());
        }

        let mut verdicts = Vec::with_capacity(decoded.len());
        for decoded in decoded {
            let verdict = match decoded {
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
                Ok(envelope) => judge(&members, envelope, members_stream, keys.device()),
            };
            verdicts.push(verdict);
        }
        let documents: Vec<&DocumentKey> = verdicts
            .iter()
            .filter_map(|verdict| match verdict {
                Verdict::New(_, contents) => Some(contents.changes.iter().map(|(key, _)| key)),
                _ => None,
            })
            .flatten()
            .filter(|key| !self.is_destroyed(key))
            .collect();
        let catalogues: Vec<DocumentKey> = verdicts
            .iter()
            .filter_map(|verdict| match verdict {
                Verdict::New(_, contents) => Some(contents.changes.iter().map(|(key, _)| key)),
                _ => None,
            })
            .flatten()
            .filter(|key| self.is_destroyed(key))
            .filter_map(|key| key.branch().cloned())
            .map(DocumentKey::Catalogue)
            .collect();
        self.documents.require(&catalogues)?;
        self.documents.require(documents)?;

        // Everything is at hand: from here on nothing halts.
        if grown {
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
        let mut touched = BTreeSet::new();
        for (verdict, bytes) in verdicts.into_iter().zip(envelopes) {
            match verdict {
                Verdict::Known(id) => {
                    report.known += 1;
                    if matches!(source, Source::Relay { .. })
                        && let Some(unacked) = self.link.unacked.remove(&id)
                    {
                        tx.delete(Table::Unacked, unacked.key);
                    }
                }
                Verdict::Foreign => {}
                Verdict::Statement(envelope) => {
                    report.new += 1;
                    self.accept(tx, source, &envelope);
                }
                Verdict::New(envelope, contents) => {
                    report.new += 1;
                    self.accept(tx, source, &envelope);
                    let clock = envelope.header().clock as i64;
                    for (piece, chunk) in contents.pieces {
                        if self.destroyed.has(&piece.blob.segment) {
                            continue;
                        }
                        if let Err(error) = self.take_piece(tx, &piece, &chunk) {
                            let reason = format!("undecodable: {error}");
                            self.put_aside(tx, source, reason, Vec::new(), bytes.len(), false);
                        }
                    }
                    for (key, chunk) in contents.changes {
                        if let DocumentKey::Segment(segment) = &key
                            && self.destroyed.has(segment)
                        {
                            self.note_late(tx, source, segment, clock, bytes.len());
                            continue;
                        }
                        match self.documents.apply(
                            tx,
                            &mut self.segments,
                            &self.policies,
                            &key,
                            chunk,
                        ) {
                            Ok(()) => {
                                touched.insert(key);
                            }
                            Err(error) => self.put_aside(
                                tx,
                                source,
                                format!("undecodable: {key}: {error}"),
                                Vec::new(),
                                bytes.len(),
                                false,
                            ),
                        }
                    }
                }
                Verdict::Waits(reason) => {
                    report.waiting += 1;
                    self.put_aside(
                        tx,
                        source,
                        reason.to_owned(),
                        bytes.clone(),
                        bytes.len(),
                        true,
                    );
                }
                Verdict::Bad(reason) => {
                    report.refused += 1;
                    self.put_aside(tx, source, reason, Vec::new(), bytes.len(), false);
                }
            }
        }
        let touched: Vec<DocumentKey> = touched.into_iter().collect();
        self.after_documents(&touched);
        self.follow_catalogues(tx, &touched);
        if let Source::Relay { stream, cursor } = source {
            tx.put(
                Table::Cursors,
                stream.as_bytes().to_vec(),
                postcard::to_allocvec(cursor).expect("a cursor is plain data"),
            );
            self.link.cursors.insert(*stream, *cursor);
            tx.after.push(After::Stored(*stream, *cursor));
            self.link.received += envelopes.len() as u64;
        }
        if touched.contains(&DocumentKey::Root) {
            self.follow_policies(tx);
        }
        if grown || touched.contains(&DocumentKey::Root) || self.wants_streams(&touched) {
            tx.after.push(After::Streams);
            tx.follow(Work::Reconcile);
            tx.changed = true;
        }
        if grown {
            tx.follow(Work::Ingest(Source::Waiting, self.waiting_bytes()));
        }
        if report.new > 0 && !matches!(source, Source::Relay { .. }) {
            tx.follow(Work::Offer);
        }
        Ok(report)
    }

    /// Returns whether cases came that were forwarded to a branch there is no stream to yet, and this device may make it.
    fn wants_streams(&self, touched: &[DocumentKey]) -> bool {
        let cases = |key: &DocumentKey| matches!(key, DocumentKey::Segment(segment) if segment.kind.is_case());
        self.settings.branches.len() > crate::streams::MAX_EAGER_BRANCHES
            && touched.iter().any(cases)
            && self.is_administrator()
    }

    /// Stores an envelope from outside and what follows from having it.
    fn accept(&mut self, tx: &mut Tx<'_>, source: &Source, envelope: &Envelope) {
        let header = envelope.header();
        let key = envelope_key(header, &envelope.id());
        self.chains
            .note(header.stream, header.author, header.seq, envelope.id());
        tx.put(Table::Envelopes, key.clone(), envelope.as_bytes().to_vec());
        if !matches!(source, Source::Relay { .. }) {
            tx.put(Table::Unacked, key.clone(), 0_u32.to_le_bytes().to_vec());
            self.link.unacked.insert(
                envelope.id(),
                Unacked {
                    key,
                    changes: 0,
                    offered: false,
                },
            );
        }
        let ahead = header.clock as i64 - tx.now;
        self.clock.receive(
            huiyin_core::hybrid_clock::HybridClock {
                wall_ms: header.clock as i64,
                counter: 0,
            },
            tx.now,
        );
        if ahead > MAX_AHEAD_MS {
            self.link.clock_skew = Some(ahead);
        }
        if *source == Source::Waiting {
            let found: Vec<u64> = self
                .link
                .put_aside
                .iter()
                .filter(|(_, row)| row.bytes == envelope.as_bytes())
                .map(|(key, _)| *key)
                .collect();
            for key in found {
                tx.delete(Table::Quarantine, key.to_be_bytes());
                self.link.put_aside.retain(|(other, _)| *other != key);
            }
        }
    }

    /// Returns the envelopes put aside until their author or key is known.
    pub fn waiting_bytes(&self) -> Vec<Vec<u8>> {
        self.link
            .put_aside
            .iter()
            .filter(|(_, row)| row.waits)
            .map(|(_, row)| row.bytes.clone())
            .collect()
    }

    /// Puts bytes aside with the reason; what waits already is not put aside again.
    pub fn put_aside(
        &mut self,
        tx: &mut Tx<'_>,
        source: &Source,
        reason: String,
        bytes: Vec<u8>,
        size: usize,
        waits: bool,
    ) {
        if *source == Source::Waiting {
            return;
        }
        let kept: usize = self
            .link
            .put_aside
            .iter()
            .map(|(_, row)| row.bytes.len())
            .sum();
        let known = waits
            && self
                .link
                .put_aside
                .iter()
                .any(|(_, row)| row.bytes == bytes);
        if known || kept + bytes.len() > MAX_WAITING_BYTES {
            return;
        }
        let from = match source {
            Source::Relay { .. } => "relay",
            Source::Bundle | Source::Waiting => "bundle",
        };
        let row = PutAside {
            at: tx.now,
            from: from.to_owned(),
            reason,
            size: size as u64,
            waits,
            bytes,
        };
        let key = self.link.next_put_aside;
        self.link.next_put_aside += 1;
        tx.put(
            Table::Quarantine,
            key.to_be_bytes(),
            postcard::to_allocvec(&row).expect("a quarantine row is plain data"),
        );
        self.link.put_aside.push_back((key, row));
        while self
            .link
            .put_aside
            .iter()
            .filter(|(_, row)| !row.waits)
            .count()
            > MAX_QUARANTINE
        {
            let Some(at) = self.link.put_aside.iter().position(|(_, row)| !row.waits) else {
                break;
            };
            if let Some((oldest, _)) = self.link.put_aside.remove(at) {
                tx.delete(Table::Quarantine, oldest.to_be_bytes());
            }
        }
    }

    /// Does what becomes possible when members, keys or the root document have come.
    pub fn reconcile(&mut self, tx: &mut Tx<'_>) -> Run<()> {
        let root = DocumentKey::Root;
        self.documents.require([&root])?;
        let mut identity = self.identity()?.clone();
        let device = identity.keys().device();
        if identity.branch.is_empty()
            && let Some(secret) = identity.invitation()
            && let Some(state) = self.members.membership.invitation(&secret.sign_public())
            && let Ok(bytes) = state.invitation.details(&identity.workspace(), &secret)
            && let Ok(details) = postcard::from_bytes::<InvitationDetails>(&bytes)
        {
            identity.branch = details.branch;
            identity.role = details.role;
            identity.store(tx);
            self.identity = Some(identity.clone());
            tx.changed = true;
        }
        let has_root = self
            .documents
            .opened(&root)
            .register("company/name")
            .is_some();
        let hex = device.to_string();
        if has_root && !identity.branch.is_empty() && !self.settings.devices.contains_key(&hex) {
            let mut values = vec![
                (format!("device/{hex}/name"), identity.device_name.clone()),
                (format!("device/{hex}/branch"), identity.branch.clone()),
            ];
            let staff = identity.staff.clone();
            values.extend(staff_registers(
                &staff,
                &identity.staff_name,
                std::slice::from_ref(&identity.role),
                &identity.branch,
                false,
            ));
            let author = self.author(tx);
            self.write_registers(tx, &root, &author, &values);
        }
        if self.complete_streams(tx).is_err() || self.complete_grants(tx).is_err() {
            // A grant never outgrows an envelope: receivers are limited by the relay's connections.
            tx.after.push(After::Notify(Notice::Changed {
                revision: self.segments.revision,
            }));
        }
        Ok(())
    }
}

/// Returns the registers of a member of staff.
pub(crate) fn staff_registers(
    id: &str,
    name: &str,
    roles: &[String],
    branch: &str,
    left: bool,
) -> Vec<(String, String)> {
    vec![
        (format!("staff/{id}/name"), name.to_owned()),
        (format!("staff/{id}/roles"), roles.join(",")),
        (format!("staff/{id}/branch"), branch.to_owned()),
        (
            format!("staff/{id}/left"),
            if left {
                "true".to_owned()
            } else {
                String::new()
            },
        ),
    ]
}

/// Returns the key a stream key is stored under.
pub(crate) fn stream_key_name((stream, epoch): &(StreamId, u32)) -> Vec<u8> {
    [stream.as_bytes().as_slice(), &epoch.to_be_bytes()].concat()
}

fn judge(
    members: &crate::members::Members,
    envelope: Envelope,
    members_stream: StreamId,
    own: huiyin_sync::DeviceId,
) -> Verdict {
    if let Err(error) = envelope.verify() {
        return Verdict::Bad(format!("damaged: {error}"));
    }
    let header = envelope.header();
    if header.stream == members_stream {
        return match envelope.statement() {
            Ok(_) => Verdict::Statement(envelope),
            Err(error) => Verdict::Bad(format!("damaged: {error}")),
        };
    }
    if !members.membership.may_write(&header.author, &header.stream) {
        return Verdict::Waits("unknown_author");
    }
    let Some(key) = members.keys.get(&(header.stream, header.epoch)) else {
        let mine = members.membership.may_read(&own, &header.stream)
            || !members.membership.is_member(&own);
        return if mine {
            Verdict::Waits("no_key")
        } else {
            Verdict::Foreign
        };
    };
    let parts = match envelope.open(key) {
        Ok(parts) => parts,
        Err(error) => return Verdict::Bad(format!("damaged: {error}")),
    };
    let name = members
        .names
        .get(&header.stream)
        .map(String::as_str)
        .unwrap_or_default();
    let mut contents = Contents::default();
    for part in parts {
        let document = part.document.parse::<DocumentKey>();
        let piece = part.document.parse::<PieceKey>();
        match (document, piece) {
            (Ok(key), _) if key.stream() == name => contents.changes.push((key, part.chunk)),
            (_, Ok(piece)) if piece.blob.stream() == name => {
                contents.pieces.push((piece, part.chunk));
            }
            _ => {
                return Verdict::Bad(format!(
                    "undecodable: document {:.40} does not belong to its stream",
                    part.document
                ));
            }
        }
    }
    Verdict::New(envelope, contents)
}
