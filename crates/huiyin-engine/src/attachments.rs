//! Photos and papers with a case or in a customer's file: attaching, listing, handing out, and sending them along when a case is forwarded.
//!
//! A record says what is attached in a field per act, so that two people who attach at once never conflict; the bytes lie apart
//! ([`crate::blobs`]) under the hash of the content.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::{Answer, AttachmentView, FetchState, Notice, Problem, ProblemCode};
use huiyin_core::id::{RecordId, RecordKind};
use huiyin_document::blob::{BlobKey, MAX_BLOB_BYTES};
use huiyin_document::{DocumentKey, Edit, Hand, Record};
use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::blobs::blob_key;
use crate::replica::Replica;
use crate::task::{After, Reply, Run, Tx, Work};
use crate::{Attachment, Query, Table};

/// Most photos and papers of one case.
pub(crate) const MAX_ATTACHMENTS: usize = 20;
/// Most photos and scans in one customer's file: title deeds and contracts are many.
pub(crate) const MAX_CUSTOMER_ATTACHMENTS: usize = 100;
/// Longest file name kept, in characters.
const MAX_NAME: usize = 120;
/// Begins the names of fields that say what is attached: `att:`, the hash, `:`, 16 hexadecimal digits of the act.
pub(crate) const FIELD_PREFIX: &str = "att:";
/// Begins the keys in the meta table of continuations whose attachments are still to be sent along.
const SHARE_PREFIX: &[u8] = b"share/";
/// Bytes in a MiB.
const MIB: f64 = 1024.0 * 1024.0;

/// What a field says about an attachment. Field names are the format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attached {
    pub name: String,
    pub media: String,
    pub size: u64,
    #[serde(default)]
    by: String,
    #[serde(default)]
    at: Millis,
}

/// Returns the media type by the first bytes; nothing for what may not be attached.
fn media_of(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some("image/png"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("image/webp"),
        [b'%', b'P', b'D', b'F', b'-', ..] => Some("application/pdf"),
        _ => None,
    }
}

/// Returns a file name without folders and control characters.
fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_NAME)
        .collect();
    let clean = clean.trim();
    if clean.is_empty() {
        "file".to_owned()
    } else {
        clean.to_owned()
    }
}

/// Returns what is attached to a record, by hash: of several acts with one content the first.
pub(crate) fn attached(record: &Record) -> BTreeMap<String, Attached> {
    let mut all: BTreeMap<String, Attached> = BTreeMap::new();
    for (name, field) in &record.fields {
        let Some((hash, _)) = name
            .strip_prefix(FIELD_PREFIX)
            .and_then(|rest| rest.split_once(':'))
        else {
            continue;
        };
        let Ok(found) = serde_json::from_str::<Attached>(&field.shown) else {
            continue;
        };
        all.entry(hash.to_owned())
            .and_modify(|kept| {
                if (found.at, &found.name) < (kept.at, &kept.name) {
                    *kept = found.clone();
                }
            })
            .or_insert(found);
    }
    all
}

impl Replica {
    /// Attaches a file to a case or puts it into a customer's file.
    pub fn attach(
        &mut self,
        tx: &mut Tx<'_>,
        id: &str,
        name: &str,
        attachment: Option<&Attachment>,
    ) -> Run<Answer> {
        let (id, record, _) = self.read_record(id)?;
        let in_file = id.kind() == RecordKind::Customer;
        if !in_file {
            self.may_change(&id, None)?;
        }
        let name = file_name(name);
        let Some(Attachment::Bytes(bytes)) = attachment else {
            return Err(Problem::at(ProblemCode::Missing, "file").into());
        };
        if bytes.len() > MAX_BLOB_BYTES {
            return Err(Problem::at(ProblemCode::TooLarge, name)
                .because(format!(
                    "it has {:.1} MiB; at most {} MiB: make the photo smaller",
                    bytes.len() as f64 / MIB,
                    MAX_BLOB_BYTES / (1024 * 1024)
                ))
                .into());
        }
        let Some(media) = media_of(bytes) else {
            return Err(Problem::at(ProblemCode::BadField, "file")
                .because("attach a JPEG, PNG or WebP picture or a PDF file")
                .into());
        };
        let hash = blake3::hash(bytes).to_hex().to_string();
        let before = attached(&record);
        if !before.contains_key(&hash) {
            let (whose, most) = if in_file {
                ("customer", MAX_CUSTOMER_ATTACHMENTS)
            } else {
                ("case", MAX_ATTACHMENTS)
            };
            if before.len() >= most {
                return Err(Problem::at(ProblemCode::BadField, "file")
                    .because(format!(
                        "the {whose} has {most} files already: put several papers into one PDF file"
                    ))
                    .into());
            }
            let author = self.author(tx);
            let said = Attached {
                name,
                media: media.to_owned(),
                size: bytes.len() as u64,
                by: author.by.clone(),
                at: author.at,
            };
            let edit = Edit::SetField {
                local: id.local,
                field: format!("{FIELD_PREFIX}{hash}:{}", tx.random_id()),
                value: serde_json::to_string(&said).expect("what is attached is plain data"),
            };
            let key = DocumentKey::Segment(id.segment.clone());
            self.edit(tx, &key, &author, Hand::Person, &[edit]);
        }
        let blob = BlobKey {
            segment: id.segment,
            hash: *blake3::hash(bytes).as_bytes(),
        };
        self.keep_blob(tx, &blob, bytes);
        Ok(Answer::Saved {
            id: hash,
            number: record.number,
        })
    }

    /// Returns what is attached to a record, oldest first.
    pub fn attachment_views(&self, id: &RecordId, record: &Record) -> Vec<AttachmentView> {
        let mut views: Vec<AttachmentView> = attached(record)
            .into_iter()
            .map(|(hash, said)| AttachmentView {
                here: blob_key(&id.segment, &hash).is_some_and(|blob| self.blobs.has(&blob)),
                hash,
                name: said.name,
                media: said.media,
                size: said.size,
                by: said.by,
                at: said.at,
            })
            .collect();
        views.sort_by(|a, b| (a.at, &a.hash).cmp(&(b.at, &b.hash)));
        views
    }

    /// Returns the bytes of an attachment.
    pub fn attachment(&mut self, tx: &Tx<'_>, id: &str, hash: &str) -> Run<Reply> {
        let (id, record, _) = self.read_record(id)?;
        let missing = || Problem::at(ProblemCode::NotFound, hash);
        let said = attached(&record).remove(hash).ok_or_else(missing)?;
        let blob = blob_key(&id.segment, hash).ok_or_else(missing)?;
        let content = self
            .blob_content(tx, &blob)?
            .ok_or_else(|| missing().because("the file has not come to this device yet"))?;
        // What it is said to be came from another device; what it is decides how it is shown.
        let media = media_of(&content).ok_or_else(missing)?.to_owned();
        let answer = Answer::File {
            name: said.name,
            media,
        };
        Ok((answer, Some(content)))
    }

    /// Notes that the attachments of a case have to be sent along with its continuation.
    pub fn share_later(tx: &mut Tx<'_>, record: &Record, continuation: &RecordId) {
        if !attached(record).is_empty() {
            tx.put(Table::Meta, share_key(continuation), Vec::new());
            tx.follow(Work::Share(continuation.clone()));
        }
    }

    /// Sends the next attachment of a forwarded case along: in the stream of both branches. One that has not come to this device
    /// itself is waited for.
    pub fn share(&mut self, tx: &mut Tx<'_>, continuation: &RecordId) -> Run<()> {
        let key = DocumentKey::Segment(continuation.segment.clone());
        self.documents.get(&key)?;
        let record = self.documents.opened(&key).record(continuation.local);
        let mut next = None;
        let mut awaited = Vec::new();
        if let Some((record, _)) = &record
            && let Ok(origin) = RecordId::parse(record.field("continues"))
        {
            for (hash, said) in attached(record) {
                let (Some(from), Some(to)) = (
                    blob_key(&origin.segment, &hash),
                    blob_key(&continuation.segment, &hash),
                ) else {
                    continue;
                };
                match (self.blobs.has(&from), self.blobs.has(&to)) {
                    (_, true) => {}
                    (true, false) => next = Some((from, to)),
                    (false, false) => awaited.push((from, said.size)),
                }
            }
        }
        if let Some((from, to)) = next {
            if let Some(content) = self.blob_content(tx, &from)? {
                self.keep_blob(tx, &to, &content);
                let here = self.fetch_view(&to, content.len() as u32, FetchState::Here);
                tx.after.push(After::Notify(Notice::Fetch(here)));
                tx.changed = true;
                tx.follow(Work::Share(continuation.clone()));
                return Ok(());
            }
            // Its stored pieces went bad: the rest is not held up by it for ever.
            awaited.clear();
        }
        if awaited.is_empty() {
            self.shares.remove(continuation);
            tx.delete(Table::Meta, share_key(continuation));
            return Ok(());
        }
        self.shares.insert(continuation.clone());
        for (blob, size) in awaited {
            // Those for which there is no room now are asked for when one has come.
            if let Ok(size) = u32::try_from(size)
                && self.link.session.is_some()
            {
                let _ = self.want(tx, &blob, size);
            }
        }
        Ok(())
    }
}

fn share_key(continuation: &RecordId) -> Vec<u8> {
    [SHARE_PREFIX, continuation.to_string().as_bytes()].concat()
}

/// Returns the read of the continuations whose attachments are still to be sent along.
pub(crate) fn shares() -> Query {
    Query::Range {
        table: Table::Meta,
        prefix: SHARE_PREFIX.to_vec(),
        after: None,
        limit: u32::MAX,
        keys_only: true,
    }
}

/// Returns the continuations that a read of [`shares`] names.
pub(crate) fn read_shares(rows: &[(Vec<u8>, Vec<u8>)]) -> BTreeSet<RecordId> {
    rows.iter()
        .filter_map(|(key, _)| {
            let text = std::str::from_utf8(key.strip_prefix(SHARE_PREFIX)?).ok()?;
            RecordId::parse(text).ok()
        })
        .collect()
}
