//! Rows for newcomers: a device of head office puts those of a branch at the relay, signed, and who joins shows lists from them at once,
//! while the envelopes are still coming.
//!
//! What is put there: the rows of the customers of the branch and of its newest cases ([`MAX_CUSTOMERS`], [`MAX_CASES`]), and the
//! counts of the rest, in pieces that are objects of the branch's stream. A register of the root document (`rows/<branch>`) says which pieces, signed by the
//! device; a newcomer takes only what a member with all streams signed. A branch gets another snapshot when half of its rows have
//! changed, so that all snapshots together weigh less than the envelopes of those changes.
//!
//! A newcomer reads the root first, then the snapshots, then everything. What does not come, or does not hold, is done without.
//!
//! Long: the two ends of one form.

use std::collections::{BTreeMap, VecDeque};

use huiyin_core::id::{BranchCode, RecordKind, SegmentKey};
use huiyin_document::{Author, DocumentKey, branch_stream};
use huiyin_sync::{
    MAX_SNAPSHOT_PIECES, ObjectAsk, ObjectPlace, Part, RowSnapshot, SealedObject, StreamId,
    Vouched, snapshot_piece_name,
};
use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::link::RootFirst;
use crate::replica::Replica;
use crate::segments::{MAX_ROWS_BYTES, PreviewOf, Segment};
use crate::summary::{Summary, TextPatch};
use crate::task::{After, Run, Tx, Work};

/// Begins the registers of the root document that name snapshots.
pub(crate) const REGISTERS: &str = "rows/";
/// Rows from which a branch has a snapshot: fewer come in a moment anyway.
const MIN_ROWS: u32 = 500;
/// Bytes of a piece beyond which the next segment goes into another.
const PIECE_BYTES: usize = 160 * 1024;
/// Most customers whose rows are in a snapshot, of about 30 bytes each.
const MAX_CUSTOMERS: usize = 200_000;
/// Most cases whose rows are in a snapshot, of about 50 bytes each.
const MAX_CASES: usize = 500;
/// Least time between two snapshots of a branch whose rows were changed but have not become more, in milliseconds.
const MIN_AGE_MS: Millis = 3_600_000;
/// Form of the pieces.
const VERSION: u8 = 1;
/// Most pieces a newcomer fetches in all.
const MAX_FETCHED: u32 = 256;

/// A segment in a piece. Field order is the form of [`VERSION`].
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stored {
    segment: String,
    summary: Vec<u8>,
    rows: Option<Vec<u8>>,
}

/// What is being put at the relay.
#[derive(Debug)]
struct Making {
    branch: BranchCode,
    made: Millis,
    /// Epoch of the key everything is sealed under.
    epoch: u32,
    rows: u32,
    /// Segments still to be put, with whether their rows are.
    left: VecDeque<(SegmentKey, bool)>,
    hashes: Vec<[u8; 32]>,
    /// A piece is on its way.
    sent: bool,
}

/// What is being fetched.
#[derive(Debug)]
struct Fetching {
    branch: BranchCode,
    snapshot: RowSnapshot,
    pieces: Vec<Vec<u8>>,
}

/// Snapshots on their way. In memory only: what a break ends begins anew, or is done without.
#[derive(Debug)]
pub(crate) struct RowSnapshots {
    /// Rows from which a branch has one.
    pub from: u32,
    making: Option<Making>,
    fetching: Option<VecDeque<Fetching>>,
    /// The relay did not take a snapshot: none is made until the program is started again.
    refused: bool,
    /// Who vouches for what lists show while documents are still coming, and as of when.
    pub shown: Option<(huiyin_sync::DeviceId, Millis)>,
}

impl Default for RowSnapshots {
    fn default() -> Self {
        Self {
            from: MIN_ROWS,
            making: None,
            fetching: None,
            refused: false,
            shown: None,
        }
    }
}

impl RowSnapshots {
    /// Returns whether a snapshot is being put at the relay.
    pub fn is_making(&self) -> bool {
        self.making.is_some()
    }
}

impl Replica {
    fn rows_stream(&self, branch: &BranchCode) -> Option<StreamId> {
        let workspace = self.identity.as_ref()?.workspace();
        Some(StreamId::derive(&workspace, &branch_stream(branch)))
    }

    fn of_branch<'a>(&'a self, branch: &'a BranchCode) -> impl Iterator<Item = &'a Segment> {
        let segments = self.segments.iter();
        segments.filter(move |segment| is_of_branch(&segment.key, branch))
    }

    /// Returns a branch that is to have a snapshot, with its rows and the epoch of its key.
    fn branch_without_rows(&self, now: Millis) -> Option<(BranchCode, u32, u32)> {
        let mut rows: BTreeMap<&BranchCode, u32> = BTreeMap::new();
        for segment in self.segments.iter() {
            if is_of_branch(&segment.key, &segment.key.branch) {
                *rows.entry(&segment.key.branch).or_default() += segment.len() as u32;
            }
        }
        rows.retain(|_, rows| *rows >= self.row_snapshots.from);
        rows.into_iter().find_map(|(branch, rows)| {
            let (epoch, _) = self.sealing_key(&self.rows_stream(branch)?)?;
            let last = self.settings.snapshots.get(branch.as_str());
            let due = last.is_none_or(|last| {
                let half = rows.div_ceil(2);
                last.epoch != epoch
                    || !self.is_trusted(branch, last)
                    || rows.abs_diff(last.rows) >= half
                    || self.changed_rows(branch, last, now) >= half
            });
            due.then(|| (branch.clone(), rows, epoch))
        })
    }

    /// Returns how many rows of a branch were changed since a snapshot of it; none of one that is new. What a clock that is ahead
    /// dates into the future does not count: it would for ever.
    fn changed_rows(&self, branch: &BranchCode, last: &RowSnapshot, now: Millis) -> u32 {
        let made = last.made_ms as Millis;
        if made.abs_diff(now) < MIN_AGE_MS as u64 {
            return 0;
        }
        let segments = self.of_branch(branch);
        let changed = segments
            .filter(|segment| segment.summary.updated > made)
            .flat_map(Segment::iter)
            .filter(|row| row.updated() > made && row.updated() <= now);
        changed.count() as u32
    }

    /// Goes on with the snapshot that is being made, or begins one if a branch is to have it and nothing else is to do.
    pub fn snapshot_rows(&mut self, tx: &mut Tx<'_>) -> Run<()> {
        if !self.takes_objects() || self.row_snapshots.refused {
            return Ok(());
        }
        let sent = self.row_snapshots.making.as_ref().map(|making| making.sent);
        match sent {
            Some(false) => {}
            None if self.begin_snapshot(tx.now) => {}
            _ => return Ok(()),
        }
        self.documents.require([&DocumentKey::Root])?;
        let Some(mut making) = self.row_snapshots.making.take() else {
            return Ok(());
        };
        let piece = self.next_piece(&mut making.left);
        if piece.is_empty() {
            self.note_snapshot(tx, &making);
            return Ok(());
        }
        let number = making.hashes.len() as u32;
        making.hashes.push(*blake3::hash(&piece).as_bytes());
        making.sent = true;
        if number >= MAX_SNAPSHOT_PIECES {
            self.row_snapshots.refused = true;
        } else if let Some(object) = self.seal_rows(tx, &making, number, piece) {
            let token = self.pieces.ask_for_rows();
            tx.after.push(After::Object(token, ObjectAsk::Put(object)));
            self.row_snapshots.making = Some(making);
        }
        Ok(())
    }

    fn begin_snapshot(&mut self, now: Millis) -> bool {
        let rests = self.is_head_office()
            && !self.settings.sample
            && self.link.is_caught_up()
            && self.link.unacked.is_empty()
            && self.outbox.is_empty()
            && !self.segments.is_previewed()
            && self.segments.absent().next().is_none();
        if !rests {
            return false;
        }
        let Some((branch, rows, epoch)) = self.branch_without_rows(now) else {
            return false;
        };
        let mut segments: Vec<&Segment> = self.of_branch(&branch).collect();
        // Customers first, then the newest cases.
        segments.sort_by_key(|segment| {
            let newest = std::cmp::Reverse(segment.summary.newest);
            (segment.key.kind.is_case(), newest)
        });
        let (mut cases, mut customers) = (MAX_CASES, MAX_CUSTOMERS);
        let mut left = VecDeque::new();
        for segment in segments {
            let room = match segment.key.kind {
                RecordKind::Customer => &mut customers,
                kind if kind.is_case() => &mut cases,
                _ => &mut 0,
            };
            let rest = room.checked_sub(segment.len());
            *room = rest.unwrap_or(0);
            left.push_back((segment.key.clone(), rest.is_some()));
        }
        self.row_snapshots.making = Some(Making {
            branch,
            made: now,
            epoch,
            rows,
            left,
            hashes: Vec::new(),
            sent: false,
        });
        true
    }

    /// Returns the next piece; empty if nothing is left.
    fn next_piece(&self, left: &mut VecDeque<(SegmentKey, bool)>) -> Vec<u8> {
        let mut parts = Vec::new();
        let mut bytes = 0;
        while bytes < PIECE_BYTES
            && let Some((key, with_rows)) = left.pop_front()
        {
            let Some(segment) = self.segments.find(&key) else {
                continue;
            };
            let rows = with_rows.then(|| segment.columns().encode(segment.mark));
            let rows = rows.filter(|rows| rows.len() <= MAX_ROWS_BYTES);
            let summary = segment.summary.encode(&TextPatch::new());
            bytes += rows.as_ref().map_or(0, Vec::len) + summary.len();
            let segment = key.to_string();
            parts.push(Stored {
                segment,
                summary,
                rows,
            });
        }
        if parts.is_empty() {
            return Vec::new();
        }
        written_piece(&parts)
    }

    /// Returns a piece as an object; none if the stream has another key by now.
    fn seal_rows(
        &self,
        tx: &mut Tx<'_>,
        making: &Making,
        number: u32,
        chunk: Vec<u8>,
    ) -> Option<Vec<u8>> {
        let identity = self.identity.as_ref()?;
        let stream = self.rows_stream(&making.branch)?;
        let (epoch, key) = self.sealing_key(&stream)?;
        let place = ObjectPlace {
            workspace: identity.workspace(),
            stream,
            epoch,
        };
        let own = identity.keys().device();
        let part = Part {
            document: snapshot_piece_name(&own, making.made as u64, number),
            chunk,
        };
        let object = SealedObject::seal(key, place, &part, &mut tx.entropy).ok()?;
        (epoch == making.epoch).then(|| object.into_bytes())
    }

    /// The relay has every piece: the root document says so.
    fn note_snapshot(&mut self, tx: &mut Tx<'_>, making: &Making) {
        let (Ok(identity), Some(stream)) = (self.identity(), self.rows_stream(&making.branch))
        else {
            return;
        };
        let of = Vouched {
            workspace: &identity.workspace(),
            stream: &stream,
            epoch: making.epoch,
        };
        let made = making.made as u64;
        let snapshot = RowSnapshot::new(&identity.keys(), of, made, making.rows, &making.hashes);
        let author: Author = self.author(tx);
        let register = (
            format!("{REGISTERS}{}", making.branch),
            snapshot.to_string(),
        );
        self.write_registers(tx, &DocumentKey::Root, &author, &[register]);
        // Another branch may be without one.
        tx.follow(Work::SnapshotRows);
    }

    /// The relay has a piece: on to the next.
    pub fn rows_stored(&mut self, tx: &mut Tx<'_>) {
        if let Some(making) = &mut self.row_snapshots.making {
            making.sent = false;
        }
        tx.follow(Work::SnapshotRows);
    }

    /// The relay did not take or give a piece of a snapshot.
    pub fn rows_refused(&mut self, tx: &mut Tx<'_>, permanent: bool) {
        self.row_snapshots.refused |= permanent;
        if self.rows_lost() {
            tx.after.push(After::Streams);
        }
    }

    /// The connection has ended; true if a newcomer goes on without the rest of the snapshots.
    pub fn rows_lost(&mut self) -> bool {
        self.row_snapshots.making = None;
        let fetched = self.row_snapshots.fetching.take().is_some();
        if fetched {
            self.link.root = RootFirst::Done;
        }
        fetched
    }

    /// Returns whether more than the root is wanted: only then has everything come once nothing more comes.
    pub fn has_all_streams(&self) -> bool {
        !self.link.root.is_under_way() && !self.settings.company.is_empty()
    }

    /// Returns whether this device has never had everything.
    pub fn never_complete(&self) -> bool {
        let identity = self.identity.as_ref();
        identity.is_some_and(|own| own.last_contact.is_none())
    }

    /// Returns whether snapshots are to be had before anything else but the root.
    pub fn lacks_rows(&self) -> bool {
        self.never_complete() && !self.settings.snapshots.is_empty()
    }

    /// Asks for the snapshots of branches this device reads, its own first; without any, for everything else.
    pub fn fetch_rows(&mut self, tx: &mut Tx<'_>) {
        if self.link.root != RootFirst::Rows || self.row_snapshots.fetching.is_some() {
            return;
        }
        if !self.takes_objects() {
            let session = self.link.session.as_ref();
            if session.is_some_and(huiyin_sync::Session::is_without_objects) {
                self.want_everything(tx);
            }
            return;
        }
        let own = self.identity.as_ref().map(|own| own.branch.clone());
        let mut wanted: Vec<Fetching> = if self.lacks_rows() {
            let known = self.settings.snapshots.iter();
            let found = known.filter_map(|(branch, snapshot)| {
                let branch = BranchCode::parse(branch).ok()?;
                self.is_trusted(&branch, snapshot).then(|| Fetching {
                    branch,
                    snapshot: snapshot.clone(),
                    pieces: Vec::new(),
                })
            });
            found.collect()
        } else {
            Vec::new()
        };
        wanted.sort_by_key(|one| Some(one.branch.as_str()) != own.as_deref());
        let mut room = MAX_FETCHED;
        wanted.retain(|one| {
            let fits = one.snapshot.pieces <= room;
            room -= if fits { one.snapshot.pieces } else { 0 };
            fits
        });
        self.row_snapshots.fetching = Some(wanted.into());
        self.fetch_next_piece(tx);
    }

    /// Returns whether a member with all streams signed a snapshot, under a key that is here.
    fn is_trusted(&self, branch: &BranchCode, snapshot: &RowSnapshot) -> bool {
        let (Ok(identity), Some(stream)) = (self.identity(), self.rows_stream(branch)) else {
            return false;
        };
        let of = Vouched {
            workspace: &identity.workspace(),
            stream: &stream,
            epoch: snapshot.epoch,
        };
        self.members.keys.contains_key(&(stream, snapshot.epoch))
            && self.members.membership.is_member(&snapshot.device)
            && self.members.sees_everything(&snapshot.device)
            && snapshot.holds(of)
    }

    fn fetch_next_piece(&mut self, tx: &mut Tx<'_>) {
        let next = self
            .row_snapshots
            .fetching
            .as_ref()
            .and_then(VecDeque::front);
        let Some(next) = next else {
            self.want_everything(tx);
            return;
        };
        let number = next.pieces.len() as u32;
        let name = snapshot_piece_name(&next.snapshot.device, next.snapshot.made_ms, number);
        let stream = self.rows_stream(&next.branch);
        let found = stream.and_then(|stream| {
            let key = self.members.keys.get(&(stream, next.snapshot.epoch))?;
            Some((stream, key))
        });
        let Some((stream, key)) = found else {
            self.pass_over(tx);
            return;
        };
        let label = key.object_label(&name);
        let token = self.pieces.ask_for_rows();
        let ask = ObjectAsk::Get { stream, label };
        tx.after.push(After::Object(token, ask));
    }

    fn pass_over(&mut self, tx: &mut Tx<'_>) {
        if let Some(fetching) = &mut self.row_snapshots.fetching {
            fetching.pop_front();
        }
        self.fetch_next_piece(tx);
    }

    /// A piece has come, or the relay has none: what is whole is shown.
    pub fn rows_came(&mut self, tx: &mut Tx<'_>, bytes: Option<&[u8]>) {
        let piece = bytes.and_then(|bytes| self.open_rows(bytes));
        let Some(fetching) = &mut self.row_snapshots.fetching else {
            return;
        };
        let (Some(piece), Some(next)) = (piece, fetching.front_mut()) else {
            self.pass_over(tx);
            return;
        };
        next.pieces.push(piece);
        if next.pieces.len() < next.snapshot.pieces as usize {
            self.fetch_next_piece(tx);
            return;
        }
        let hash = |piece: &Vec<u8>| *blake3::hash(piece).as_bytes();
        let hashes: Vec<[u8; 32]> = next.pieces.iter().map(hash).collect();
        if next.snapshot.is_of(&hashes) {
            let (branch, pieces) = (next.branch.clone(), std::mem::take(&mut next.pieces));
            self.row_snapshots.shown =
                Some((next.snapshot.device, next.snapshot.made_ms as Millis));
            let parts = pieces.iter().filter_map(|piece| read_piece(piece));
            let parts = parts
                .flatten()
                .filter_map(|stored| part_of(&branch, stored));
            let parts: Vec<PreviewOf> = parts
                .filter(|part| !self.destroyed.has(&part.key))
                .collect();
            self.segments.preview(parts);
            tx.changed = true;
        }
        self.pass_over(tx);
    }

    /// Returns what a piece of the snapshot that is being fetched holds.
    fn open_rows(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let next = self.row_snapshots.fetching.as_ref()?.front()?;
        let object = SealedObject::decode(bytes).ok()?;
        let place = object.place();
        let key = self.members.keys.get(&(place.stream, place.epoch))?;
        let part = object.open(key).ok()?;
        let (device, made) = (&next.snapshot.device, next.snapshot.made_ms);
        let fits = Some(place.stream) == self.rows_stream(&next.branch)
            && place.epoch == next.snapshot.epoch
            && part.document == snapshot_piece_name(device, made, next.pieces.len() as u32);
        fits.then_some(part.chunk)
    }

    /// The snapshots are here, or are done without: everything else is wanted now.
    fn want_everything(&mut self, tx: &mut Tx<'_>) {
        self.row_snapshots.fetching = None;
        if self.link.root == RootFirst::Rows {
            self.link.root = RootFirst::Done;
            tx.after.push(After::Streams);
        }
    }

    /// Everything has come: lists show what the documents say.
    pub fn end_preview(&mut self, tx: &mut Tx<'_>) {
        self.row_snapshots.shown = None;
        tx.changed |= self.segments.end_preview();
    }
}

fn written_piece(parts: &[Stored]) -> Vec<u8> {
    postcard::to_extend(&parts, vec![VERSION]).expect("rows are plain data")
}

/// Returns the segments in a piece; none if it is of another version or damaged.
fn read_piece(bytes: &[u8]) -> Option<Vec<Stored>> {
    match bytes.split_first() {
        Some((&VERSION, body)) => postcard::from_bytes(body).ok(),
        _ => None,
    }
}

/// Returns whether a segment lies in the stream of a branch.
fn is_of_branch(key: &SegmentKey, branch: &BranchCode) -> bool {
    let in_stream = matches!(
        key.kind,
        RecordKind::Customer | RecordKind::Case | RecordKind::Contact | RecordKind::Survey
    );
    in_stream && key.branch == *branch
}

/// Returns a segment to be shown, if it is one of the branch.
fn part_of(branch: &BranchCode, stored: Stored) -> Option<PreviewOf> {
    let key = SegmentKey::parse(&stored.segment).ok()?;
    let summary = Summary::decode(&stored.summary)?;
    is_of_branch(&key, branch).then_some(PreviewOf {
        key,
        summary,
        rows: stored.rows,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A piece of version 1: a segment with rows, one that is only counted.
    const GOLDEN: &[u8] =
        b"\x01\x02\x0bcu.HQ.all.0\x02\xAA\xBB\x01\x03\x01\x02\x03\x0eca.HQ.202606.0\x01\xCC\x00";

    fn parts() -> Vec<Stored> {
        let part = |segment: &str, summary: &[u8], rows: Option<&[u8]>| Stored {
            segment: segment.to_owned(),
            summary: summary.to_vec(),
            rows: rows.map(<[u8]>::to_vec),
        };
        vec![
            part("cu.HQ.all.0", &[0xAA, 0xBB], Some(&[1, 2, 3])),
            part("ca.HQ.202606.0", &[0xCC], None),
        ]
    }

    #[test]
    fn a_piece_of_version_1_is_written_and_read_as_ever() {
        assert_eq!(written_piece(&parts()), GOLDEN);
        assert_eq!(read_piece(GOLDEN), Some(parts()));
    }

    #[test]
    fn another_version_and_a_broken_piece_are_no_rows() {
        let mut other = GOLDEN.to_vec();
        other[0] = 2;
        assert_eq!(read_piece(&other), None);
        for end in 0..GOLDEN.len() {
            assert_eq!(read_piece(&GOLDEN[..end]), None, "{end}");
        }
    }

    #[test]
    fn only_segments_of_the_branch_are_shown() {
        let branch = BranchCode::parse("HQ").expect("a code");
        let shown = |segment: &str| {
            let summary = Summary::default().encode(&TextPatch::new());
            let segment = segment.to_owned();
            let stored = Stored {
                segment,
                summary,
                rows: None,
            };
            part_of(&branch, stored).is_some()
        };
        assert!(shown("cu.HQ.all.0") && shown("ca.HQ.202606.0"));
        for other in ["cu.B1.all.0", "ex.HQ.4231x202606.0", "nonsense", ""] {
            assert!(!shown(other), "{other}");
        }
    }
}
