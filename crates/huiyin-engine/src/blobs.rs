//! Pieces of attachments on this device: which are here, which attachments are whole, and the rows that hold them.
//!
//! A whole attachment was checked against its hash and has a mark of its own; pieces without the mark are checked when the last
//! one comes, also after a restart. What does not fit its hash is thrown away.
//!
//! Pieces travel as sealed objects ([`crate::pieces`]); those of attachments made by older versions lie in envelopes too, and are not
//! marked as objects.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::FetchState;
use huiyin_core::id::SegmentKey;
use huiyin_document::blob::{BlobKey, PIECE_BYTES, PieceKey, parse_hash, pieces_of, read_piece};

use crate::replica::Replica;
use crate::task::{Rows, Run, Source, Tx, Work};
use crate::{Query, Table};

/// First byte of the key of a piece.
const PIECE: u8 = b'p';
/// First byte of the key of the mark of a whole attachment.
const WHOLE: u8 = b'w';
/// First byte of the key of the mark of an attachment whose pieces travel as objects.
const OBJECT: u8 = b'o';
/// First byte of the key of the mark of an attachment made here that the relay does not have yet.
const UNSENT: u8 = b'u';
/// The same for one that came from elsewhere and is passed on.
const PASSED_ON: u8 = b'v';
/// Ends the segment in keys.
const END: u8 = 0;

/// Attachments on this device.
#[derive(Debug, Default)]
pub(crate) struct Blobs {
    whole: BTreeSet<BlobKey>,
    /// Numbers of the pieces that are here, by attachment and size of the whole.
    pieces: BTreeMap<(BlobKey, u32), BTreeSet<u32>>,
    /// Those whose pieces travel as objects.
    objects: BTreeSet<BlobKey>,
    /// Those the relay does not have yet.
    unsent: BTreeMap<BlobKey, Unsent>,
}

/// An attachment the relay does not have yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unsent {
    /// Bytes of the whole.
    pub size: u32,
    /// It was made here.
    pub own: bool,
}

fn segment_prefix(kind: u8, segment: &SegmentKey) -> Vec<u8> {
    let mut key = vec![kind];
    key.extend_from_slice(segment.to_string().as_bytes());
    key.push(END);
    key
}

fn blob_prefix(kind: u8, blob: &BlobKey) -> Vec<u8> {
    let mut key = segment_prefix(kind, &blob.segment);
    key.extend_from_slice(&blob.hash);
    key
}

fn whole_prefix(blob: &BlobKey, size: u32) -> Vec<u8> {
    let mut key = blob_prefix(PIECE, blob);
    key.extend_from_slice(&size.to_be_bytes());
    key
}

fn piece_key(blob: &BlobKey, size: u32, number: u32) -> Vec<u8> {
    let mut key = whole_prefix(blob, size);
    key.extend_from_slice(&number.to_be_bytes());
    key
}

fn unsent_key(blob: &BlobKey, unsent: Unsent) -> Vec<u8> {
    let mut key = blob_prefix(if unsent.own { UNSENT } else { PASSED_ON }, blob);
    key.extend_from_slice(&unsent.size.to_be_bytes());
    key
}

/// Returns the read of a piece.
pub(crate) fn piece_row(blob: &BlobKey, size: u32, number: u32) -> Query {
    Query::Get {
        table: Table::Blobs,
        key: piece_key(blob, size, number),
    }
}

/// Returns the read of every piece that is here.
pub(crate) fn all_pieces() -> Query {
    under(vec![PIECE], false)
}

fn under(prefix: Vec<u8>, keys_only: bool) -> Query {
    Query::Range {
        table: Table::Blobs,
        prefix,
        after: None,
        limit: u32::MAX,
        keys_only,
    }
}

/// Returns the read of the names of everything stored.
pub(crate) fn names() -> Query {
    under(Vec::new(), true)
}

impl Blobs {
    /// Returns what the stored names say.
    pub fn of_names(rows: &Rows) -> Self {
        let mut blobs = Self::default();
        for (key, _) in rows {
            let _ = blobs.note(key);
        }
        blobs
    }

    fn note(&mut self, key: &[u8]) -> Option<()> {
        let (kind, rest) = key.split_first()?;
        let end = rest.iter().position(|byte| *byte == END)?;
        let segment = SegmentKey::parse(std::str::from_utf8(&rest[..end]).ok()?).ok()?;
        let (hash, rest) = rest[end + 1..].split_first_chunk::<32>()?;
        let blob = BlobKey {
            segment,
            hash: *hash,
        };
        match *kind {
            WHOLE => drop(self.whole.insert(blob)),
            OBJECT => drop(self.objects.insert(blob)),
            UNSENT | PASSED_ON => {
                let size = u32::from_be_bytes(rest.try_into().ok()?);
                let own = *kind == UNSENT;
                self.unsent.insert(blob, Unsent { size, own });
            }
            _ => {
                let (size, number) = read_place(rest)?;
                self.pieces.entry((blob, size)).or_default().insert(number);
            }
        }
        Some(())
    }

    /// Returns which piece of which attachment a stored piece is, if the attachment is whole and travels as objects.
    pub fn as_object(&self, key: &[u8]) -> Option<PieceKey> {
        let mut read = Self::default();
        read.note(key)?;
        let ((blob, _), numbers) = read.pieces.pop_first()?;
        let number = *numbers.first()?;
        (self.objects.contains(&blob) && self.has(&blob)).then_some(PieceKey { blob, number })
    }

    /// Returns the attachments the relay does not have yet and that are here, whole.
    pub fn unsent(&self) -> impl Iterator<Item = (&BlobKey, Unsent)> {
        self.unsent
            .iter()
            .filter(|(blob, _)| self.has(blob))
            .map(|(blob, unsent)| (blob, *unsent))
    }

    /// Returns the bytes of the pieces that are here of an attachment of this size.
    pub fn bytes_here(&self, blob: &BlobKey, size: u32) -> u64 {
        let whole = size as usize;
        let numbers = self.pieces.get(&(blob.clone(), size));
        let bytes = |number: &u32| {
            let before = *number as usize * PIECE_BYTES;
            whole.saturating_sub(before).min(PIECE_BYTES) as u64
        };
        numbers.into_iter().flatten().map(bytes).sum()
    }

    /// Returns whether an attachment is here, whole and checked.
    pub fn has(&self, blob: &BlobKey) -> bool {
        self.whole.contains(blob)
    }

    /// Returns whether a piece is here.
    pub fn has_piece(&self, blob: &BlobKey, size: u32, number: u32) -> bool {
        self.pieces
            .get(&(blob.clone(), size))
            .is_some_and(|numbers| numbers.contains(&number))
    }

    /// Returns the attachments of which every piece is here and which were not checked yet.
    pub fn unchecked(&self) -> Vec<(BlobKey, u32)> {
        self.pieces
            .iter()
            .filter(|((blob, size), numbers)| {
                !self.has(blob) && numbers.len() as u32 == pieces_of(*size as usize)
            })
            .map(|(found, _)| found.clone())
            .collect()
    }
}

impl Replica {
    /// Marks an attachment as one whose pieces travel as objects.
    pub fn mark_object(&mut self, tx: &mut Tx<'_>, blob: &BlobKey) {
        if self.blobs.objects.insert(blob.clone()) {
            tx.put(Table::Blobs, blob_prefix(OBJECT, blob), Vec::new());
        }
    }

    /// Marks an attachment as one the relay is to be given.
    pub fn mark_unsent(&mut self, tx: &mut Tx<'_>, blob: &BlobKey, unsent: Unsent) {
        if self.blobs.unsent.contains_key(blob) {
            return;
        }
        tx.put(Table::Blobs, unsent_key(blob, unsent), Vec::new());
        self.blobs.unsent.insert(blob.clone(), unsent);
    }

    /// The relay has every piece of an attachment.
    pub fn mark_sent(&mut self, tx: &mut Tx<'_>, blob: &BlobKey) {
        if let Some(unsent) = self.blobs.unsent.remove(blob) {
            tx.delete(Table::Blobs, unsent_key(blob, unsent));
        }
    }

    /// The relay's store was lost or restored: it is given every attachment again that lies in no envelope.
    pub fn reoffer_blobs(&mut self, tx: &mut Tx<'_>) {
        let found: Vec<(BlobKey, u32)> = self
            .blobs
            .pieces
            .keys()
            .filter(|(blob, _)| self.blobs.objects.contains(blob) && self.blobs.has(blob))
            .cloned()
            .collect();
        for (blob, size) in found {
            self.mark_unsent(tx, &blob, Unsent { size, own: false });
        }
    }

    /// Takes in a piece that came from elsewhere. Returns why it cannot be taken, if so.
    pub fn take_piece(
        &mut self,
        tx: &mut Tx<'_>,
        piece: &PieceKey,
        bytes: &[u8],
    ) -> Result<(), huiyin_document::blob::PieceError> {
        let (size, _) = read_piece(piece.number, bytes)?;
        if self.blobs.has(&piece.blob) || self.blobs.has_piece(&piece.blob, size, piece.number) {
            return Ok(());
        }
        tx.put(
            Table::Blobs,
            piece_key(&piece.blob, size, piece.number),
            bytes.to_vec(),
        );
        let numbers = self
            .blobs
            .pieces
            .entry((piece.blob.clone(), size))
            .or_default();
        numbers.insert(piece.number);
        if numbers.len() as u32 == pieces_of(size as usize) {
            tx.follow(Work::CheckBlob(piece.blob.clone(), size));
        }
        Ok(())
    }

    /// Checks an attachment of which every piece is here.
    pub fn check_blob(&mut self, tx: &mut Tx<'_>, blob: &BlobKey, size: u32) -> Run<()> {
        let found = (blob.clone(), size);
        if self.blobs.has(blob) || !self.blobs.pieces.contains_key(&found) {
            return Ok(());
        }
        let rows = tx.rows(under(whole_prefix(blob, size), false))?;
        if joined(rows).is_some_and(|content| blake3::hash(&content).as_bytes() == &blob.hash) {
            tx.put(Table::Blobs, blob_prefix(WHOLE, blob), Vec::new());
            self.blobs.whole.insert(blob.clone());
            self.fetch_ends(tx, blob, FetchState::Here);
            tx.follow(Work::Pieces);
            for continuation in &self.shares {
                tx.follow(Work::Share(continuation.clone()));
            }
        } else {
            let keys: Vec<Vec<u8>> = rows.iter().map(|(key, _)| key.clone()).collect();
            for key in keys {
                tx.delete(Table::Blobs, key);
            }
            self.blobs.pieces.remove(&found);
            self.fetch_ends(tx, blob, FetchState::Damaged);
            self.put_aside(
                tx,
                &Source::Bundle,
                format!("damaged: attachment {}", blob.hash_text()),
                Vec::new(),
                size as usize,
                false,
            );
        }
        tx.changed = true;
        Ok(())
    }

    /// Stores an attachment entered here, whole; the relay is given its pieces.
    pub fn keep_blob(&mut self, tx: &mut Tx<'_>, blob: &BlobKey, content: &[u8]) {
        if self.blobs.has(blob) {
            return;
        }
        let size = content.len() as u32;
        let mut numbers = BTreeSet::new();
        for (number, piece) in (0_u32..).zip(huiyin_document::blob::cut(content)) {
            tx.put(Table::Blobs, piece_key(blob, size, number), piece);
            numbers.insert(number);
        }
        tx.put(Table::Blobs, blob_prefix(WHOLE, blob), Vec::new());
        self.blobs.pieces.insert((blob.clone(), size), numbers);
        self.blobs.whole.insert(blob.clone());
        self.mark_object(tx, blob);
        self.mark_unsent(tx, blob, Unsent { size, own: true });
        self.fetch_ends(tx, blob, FetchState::Here);
        tx.follow(Work::Pieces);
    }

    /// Returns the content of a whole attachment, or asks for it; nothing if it is not here or its stored pieces went bad.
    pub fn blob_content(&self, tx: &Tx<'_>, blob: &BlobKey) -> Run<Option<Vec<u8>>> {
        if !self.blobs.has(blob) {
            return Ok(None);
        }
        let rows = tx.rows(under(blob_prefix(PIECE, blob), false))?;
        let sizes: BTreeSet<u32> = rows.iter().filter_map(|(key, _)| size_in(key)).collect();
        Ok(sizes.into_iter().find_map(|size| {
            let of_size: Rows = rows
                .iter()
                .filter(|(key, _)| size_in(key) == Some(size))
                .cloned()
                .collect();
            joined(&of_size).filter(|content| blake3::hash(content).as_bytes() == &blob.hash)
        }))
    }

    /// Removes every attachment of a segment.
    pub fn drop_blobs(&mut self, tx: &mut Tx<'_>, segment: &SegmentKey) -> Run<()> {
        for kind in [PIECE, WHOLE, OBJECT, UNSENT, PASSED_ON] {
            let keys: Vec<Vec<u8>> = tx
                .rows(under(segment_prefix(kind, segment), true))?
                .iter()
                .map(|(key, _)| key.clone())
                .collect();
            for key in keys {
                tx.delete(Table::Blobs, key);
            }
        }
        self.blobs.whole.retain(|blob| blob.segment != *segment);
        self.blobs
            .pieces
            .retain(|(blob, _), _| blob.segment != *segment);
        self.blobs.objects.retain(|blob| blob.segment != *segment);
        self.blobs.unsent.retain(|blob, _| blob.segment != *segment);
        self.pieces.forget(segment);
        Ok(())
    }
}

/// Returns size and number at the end of the key of a piece.
fn read_place(rest: &[u8]) -> Option<(u32, u32)> {
    let (size, number) = rest.split_first_chunk::<4>()?;
    let number = u32::from_be_bytes(number.try_into().ok()?);
    Some((u32::from_be_bytes(*size), number))
}

/// Returns the size of the whole in the key of a piece.
fn size_in(key: &[u8]) -> Option<u32> {
    let size = key.get(key.len().checked_sub(8)?..key.len() - 4)?;
    Some(u32::from_be_bytes(size.try_into().ok()?))
}

/// Returns the content of pieces in order, if none is missing.
fn joined(rows: &Rows) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    let mut whole = 0;
    for (number, (key, bytes)) in (0_u32..).zip(rows) {
        let stored = u32::from_be_bytes(*key.last_chunk::<4>()?);
        let (size, piece) = read_piece(number, bytes).ok()?;
        if stored != number {
            return None;
        }
        whole = size as usize;
        content.extend_from_slice(piece);
    }
    (whole > 0 && content.len() == whole).then_some(content)
}

/// Returns the name of an attachment of a segment.
pub(crate) fn blob_key(segment: &SegmentKey, hash: &str) -> Option<BlobKey> {
    Some(BlobKey {
        segment: segment.clone(),
        hash: parse_hash(hash)?,
    })
}
