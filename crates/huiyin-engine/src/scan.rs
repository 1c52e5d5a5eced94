//! Long reads over every record: export, digest, check, likely duplicates. A few segments are loaded at a time, so memory stays bounded.

use std::collections::VecDeque;

use huiyin_api::{Answer, DigestView, Request, VerifyView};
use huiyin_core::id::{RecordId, RecordKind};
use huiyin_document::{DocumentKey, export_line};

use crate::chain_proof::{Break, ChainProof, MAX_BREAKS};
use crate::duplicates::Compared;
use crate::replica::Replica;
use crate::task::{Reply, Rows, Run};
use crate::{Millis, Query};

/// Documents loaded together.
const READ_AHEAD: usize = 8;

/// What is made of the records.
enum Sink {
    Export(Vec<u8>),
    Digest(Box<blake3::Hasher>),
    Verify {
        broken: Vec<String>,
        documents: u64,
        proof: ChainProof,
        proven: bool,
    },
    Duplicates(Vec<Compared>),
}

/// A long read under way.
pub(crate) struct Scan {
    documents: VecDeque<DocumentKey>,
    sink: Sink,
    customers: u64,
    cases: u64,
}

impl Scan {
    /// Returns the scan a request needs, if it needs one.
    pub fn of(request: &Request, replica: &Replica) -> Option<Self> {
        let (sink, branch) = match request {
            Request::ExportJsonl => (Sink::Export(Vec::new()), None),
            Request::Digest { branch } => (Sink::Digest(Box::default()), branch.as_deref()),
            Request::Verify => (
                Sink::Verify {
                    broken: replica.chain_defects(),
                    documents: 0,
                    proof: ChainProof::default(),
                    proven: false,
                },
                None,
            ),
            Request::Duplicates => (Sink::Duplicates(Vec::new()), None),
            _ => return None,
        };
        let documents = replica
            .segments
            .iter()
            .filter(|segment| {
                // Not every device of a branch holds its penalties, and devices compare digests.
                match sink {
                    Sink::Digest(_) => segment.key.kind != RecordKind::Consequence,
                    Sink::Duplicates(_) => segment.key.kind == RecordKind::Customer,
                    Sink::Export(_) | Sink::Verify { .. } => true,
                }
            })
            .filter(|segment| {
                branch.is_none_or(|code| segment.key.branch.as_str().eq_ignore_ascii_case(code))
            })
            .map(|segment| DocumentKey::Segment(segment.key.clone()))
            .collect();
        Some(Self {
            documents,
            sink,
            customers: 0,
            cases: 0,
        })
    }

    /// Goes on until a document has to be loaded, or to the end.
    ///
    /// `loaded` holds the rows asked for and not used yet; a check reads every envelope, page by page.
    pub fn run(
        &mut self,
        replica: &mut Replica,
        loaded: &mut Vec<(Query, Rows)>,
        now: Millis,
    ) -> Run<Reply> {
        replica.identity()?;
        if let Sink::Verify {
            broken,
            proof,
            proven,
            ..
        } = &mut self.sink
            && !*proven
        {
            proof.run(loaded)?;
            *proven = true;
            let breaks = std::mem::take(&mut proof.breaks);
            broken.extend(breaks.into_iter().map(|found| replica.told(found)));
        }
        while let Some(key) = self.documents.front().cloned() {
            if !replica.documents.is_open(&key) {
                // Neighbours often lie in one envelope: it is read once for all.
                replica
                    .documents
                    .require(self.documents.iter().take(READ_AHEAD))?;
            }
            self.take(replica, &key);
            self.documents.pop_front();
            replica.documents.evict();
        }
        Ok(
            match std::mem::replace(&mut self.sink, Sink::Export(Vec::new())) {
                Sink::Duplicates(files) => match replica.likely_same(&files) {
                    Ok(view) => (Answer::Duplicates(Box::new(view)), None),
                    Err(halt) => {
                        self.sink = Sink::Duplicates(files);
                        return Err(halt);
                    }
                },
                Sink::Export(bytes) => {
                    let name = format!(
                        "{}-{}.jsonl",
                        "huiyin",
                        replica.policies.calendar.date_of(now)
                    );
                    (
                        Answer::File {
                            name,
                            media: "application/jsonl".to_owned(),
                        },
                        Some(bytes),
                    )
                }
                Sink::Digest(hasher) => {
                    let digest = hasher.finalize().to_hex().to_string();
                    (
                        Answer::Digest(DigestView {
                            digest,
                            customers: self.customers,
                            cases: self.cases,
                        }),
                        None,
                    )
                }
                Sink::Verify {
                    mut broken,
                    documents,
                    proof,
                    ..
                } => {
                    broken.truncate(MAX_BREAKS);
                    (
                        Answer::Verify(VerifyView {
                            envelopes: proof.envelopes,
                            documents,
                            broken,
                            at: now,
                        }),
                        None,
                    )
                }
            },
        )
    }

    fn take(&mut self, replica: &mut Replica, key: &DocumentKey) {
        let DocumentKey::Segment(segment) = key else {
            return;
        };
        let document = replica.documents.opened(key);
        let ids = document.record_ids();
        if let Sink::Verify { documents, .. } = &mut self.sink {
            *documents += 1;
        }
        for local in ids {
            let Some((record, issues)) = document.record(local) else {
                continue;
            };
            if let Sink::Verify { broken, .. } = &mut self.sink {
                broken.extend(issues.into_iter().map(|issue| {
                    format!("record {} of document {key}: {}", issue.record, issue.what)
                }));
            }
            if !record.is_live() {
                continue;
            }
            match segment.kind {
                RecordKind::Customer => self.customers += 1,
                RecordKind::Case | RecordKind::Continuation => self.cases += 1,
                RecordKind::Consequence | RecordKind::Contact | RecordKind::Survey => {}
            }
            let id = RecordId::new(segment.clone(), local);
            let mut line = match &mut self.sink {
                Sink::Verify { .. } => continue,
                Sink::Duplicates(files) => {
                    files.push(Compared::of(&id, &record));
                    continue;
                }
                _ => export_line(&id, &record),
            };
            line.push('\n');
            match &mut self.sink {
                Sink::Export(bytes) => bytes.extend_from_slice(line.as_bytes()),
                Sink::Digest(hasher) => {
                    hasher.update(line.as_bytes());
                }
                Sink::Verify { .. } | Sink::Duplicates(_) => {}
            }
        }
    }
}

impl Replica {
    /// Returns what is wrong with the names of stored envelopes, in words.
    fn chain_defects(&self) -> Vec<String> {
        let defects = self.chains.defects().into_iter();
        defects
            .map(|(author, stream, seq, what)| {
                self.told(Break {
                    place: Some((stream, author, seq)),
                    what: format!("is {what}"),
                })
            })
            .collect()
    }

    /// Returns a break in words: the envelope, its device and stream, then what is wrong.
    fn told(&self, found: Break) -> String {
        let Some((stream, author, seq)) = found.place else {
            return format!("an envelope: {}", found.what);
        };
        let named = self.members.names.get(&stream).cloned();
        let stream = named.unwrap_or_else(|| stream.to_string());
        let what = found.what;
        format!("envelope {seq} of device {author:.12} in stream {stream} {what}")
    }
}
