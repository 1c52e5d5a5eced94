//! Long reads over every record: export, digest, check, likely duplicates. A few segments are loaded at a time, so memory stays bounded.

use std::collections::VecDeque;

use huiyin_api::{Answer, DigestView, Request, VerifyView};
use huiyin_core::id::{RecordId, RecordKind};
use huiyin_document::{DocumentKey, export_line};
use huiyin_sync::Envelope;

use crate::duplicates::Compared;
use crate::replica::Replica;
use crate::task::{Halt, Need, Reply, Rows, Run};
use crate::{Millis, Query, Table};

/// Defects listed by a check.
const MAX_BROKEN: usize = 100;

/// Documents loaded together.
const READ_AHEAD: usize = 8;

/// What is made of the records.
enum Sink {
    Export(Vec<u8>),
    Digest(Box<blake3::Hasher>),
    Verify {
        broken: Vec<String>,
        documents: u64,
        envelopes: Option<u64>,
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
                    envelopes: None,
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
    /// `loaded` holds the rows asked for so far; a check asks for every envelope.
    pub fn run(
        &mut self,
        replica: &mut Replica,
        loaded: &[(Query, Rows)],
        now: Millis,
    ) -> Run<Reply> {
        replica.identity()?;
        if let Sink::Verify {
            broken, envelopes, ..
        } = &mut self.sink
            && envelopes.is_none()
        {
            let Some((_, rows)) = loaded.first() else {
                return Err(envelopes_need());
            };
            broken.extend(broken_envelopes(rows));
            *envelopes = Some(rows.len() as u64);
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
                    envelopes,
                } => {
                    broken.truncate(MAX_BROKEN);
                    (
                        Answer::Verify(VerifyView {
                            envelopes: envelopes.unwrap_or_default(),
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
                broken.extend(
                    issues
                        .into_iter()
                        .map(|issue| format!("{key} record {}: {}", issue.record, issue.what)),
                );
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
    /// Returns what is wrong with the chains of envelopes, in words.
    fn chain_defects(&self) -> Vec<String> {
        self.chains
            .defects()
            .into_iter()
            .map(|(author, stream, seq, what)| {
                let stream = self
                    .members
                    .names
                    .get(&stream)
                    .cloned()
                    .unwrap_or_else(|| stream.to_string());
                format!("envelope {seq} of device {author:.12} in stream {stream} is {what}")
            })
            .collect()
    }
}

/// Returns what is wrong with stored envelopes.
fn broken_envelopes(rows: &[(Vec<u8>, Vec<u8>)]) -> Vec<String> {
    rows.iter()
        .filter_map(|(key, bytes)| {
            let result = Envelope::decode(bytes)
                .and_then(|envelope| envelope.verify().map(|()| envelope.id()));
            match result {
                Ok(id) if key.ends_with(id.as_bytes()) => None,
                Ok(_) => Some("an envelope is stored under another one's name".to_owned()),
                Err(error) => Some(format!(
                    "envelope {}: {error}",
                    hex(&key[56.min(key.len())..])
                )),
            }
        })
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .take(6)
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Asks for every stored envelope.
fn envelopes_need() -> Halt {
    Halt::Need(vec![Need::Rows(Query::Range {
        table: Table::Envelopes,
        prefix: Vec::new(),
        after: None,
        limit: u32::MAX,
        keys_only: false,
    })])
}
