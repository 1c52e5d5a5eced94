//! Pieces of attachments on their way: handed to the relay as sealed objects, and fetched from it when somebody opens an attachment.
//!
//! An object's name is the piece's (`blob.<segment>.<hash>.<n>`), its content the piece. What was made here stays marked until the relay
//! has receipted every piece; what is fetched comes in a window of a few requests, is kept piece by piece and goes on after a break.
//! A relay that knows no objects is not given any: attachments wait here and are counted.
//!
//! Long: both ways share the window, the rest and what is forgotten when a connection ends.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::{Answer, FetchState, FetchView, Notice, Problem, ProblemCode};
use huiyin_core::id::{RecordId, RecordKind, SegmentKey};
use huiyin_document::Record;
use huiyin_document::blob::{BlobKey, MAX_BLOB_BYTES, PieceKey, pieces_of, read_piece};
use huiyin_sync::limits::OBJECT_WINDOW;
use huiyin_sync::{
    BundleError, BundleWriter, Entropy, ObjectAsk, ObjectPlace, Part, SealedObject, StreamId,
};

use crate::attachments::attached;
use crate::blobs::{all_pieces, blob_key, piece_row};
use crate::replica::Replica;
use crate::task::{After, Halt, Run, Source, Tx, Work};
use crate::{Durability, Millis};

/// Attachments fetched at a time; further ones are refused until one has come.
const MAX_FETCHES: usize = 32;
/// First wait before attachments of forwarded cases that the relay did not have are asked for again, in milliseconds; it doubles.
const FIRST_SHARE_WAIT_MS: Millis = 5_000;
/// Longest such wait, in milliseconds.
const LAST_SHARE_WAIT_MS: Millis = 600_000;
/// Rest after the relay could not take or give a piece for now, in milliseconds.
const REST_MS: Millis = 5_000;

/// What a request about an object was for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Asked {
    Put(PieceKey),
    /// With the size of the whole, and the epoch of the key it was asked for under.
    Get(PieceKey, u32, u32),
    /// The piece of a snapshot of rows that is on its way.
    Rows,
}

/// An attachment that is being fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fetch {
    blob: BlobKey,
    size: u32,
    /// The state the pages were told last.
    told: FetchState,
}

/// What is on its way. In memory only: what is here and what the relay lacks is in the store.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    next_token: u64,
    asked: BTreeMap<u64, Asked>,
    /// In the order they were asked for.
    fetches: Vec<Fetch>,
    /// Numbers of the pieces the relay has receipted, of attachments it does not have whole.
    stored: BTreeMap<BlobKey, BTreeSet<u32>>,
    /// Attachments of forwarded cases that somebody opened here, with the continuation: if the relay has none, they are made from those of
    /// the case it came from, where that is read here. Who was to send them along may have been shut out.
    opened: BTreeMap<BlobKey, RecordId>,
    /// Attachments the relay does not take for good; put again after a restart.
    refused: BTreeSet<BlobKey>,
    /// Nothing is asked before this time.
    rest_until: Option<Millis>,
    /// When attachments of forwarded cases are asked for again, and how long was waited for it.
    shares_again: Option<Millis>,
    share_wait: Millis,
}

impl Pieces {
    /// Returns when pieces that rest are to be asked for again.
    pub fn wake_at(&self) -> Option<Millis> {
        self.rest_until.into_iter().chain(self.shares_again).min()
    }

    /// Brings near what a clock that was set back has put far into the future.
    pub fn heed_clock(&mut self, now: Millis) {
        self.rest_until = self.rest_until.map(|at| at.min(now + REST_MS));
        let again = self.shares_again;
        self.shares_again = again.map(|at| at.min(now + LAST_SHARE_WAIT_MS));
    }

    /// Returns whether attachments of forwarded cases are to be asked for again, once.
    pub fn shares_again(&mut self, now: Millis) -> bool {
        let due = self.shares_again.is_some_and(|at| at <= now);
        if due {
            self.shares_again = None;
        }
        due
    }

    /// Returns whether a rest is over, once.
    pub fn rested(&mut self, now: Millis) -> bool {
        let over = self.rest_until.is_some_and(|until| until <= now);
        if over {
            self.rest_until = None;
        }
        over
    }

    /// The connection has ended: every question is forgotten. Returns what the pages are to be told.
    pub fn lost(&mut self) -> Vec<BlobKey> {
        self.asked.clear();
        let mut told = Vec::new();
        for fetch in &mut self.fetches {
            if fetch.told != FetchState::Offline {
                fetch.told = FetchState::Offline;
                told.push(fetch.blob.clone());
            }
        }
        told
    }

    /// Returns whether the relay does not take an attachment for good.
    pub fn is_refused(&self, blob: &BlobKey) -> bool {
        self.refused.contains(blob)
    }

    /// The relay's store is another one than before: it has no piece.
    pub fn forget_receipts(&mut self) {
        self.stored.clear();
    }

    /// Forgets what belongs to a segment that is destroyed.
    pub fn forget(&mut self, segment: &SegmentKey) {
        self.fetches.retain(|fetch| fetch.blob.segment != *segment);
        self.stored.retain(|blob, _| blob.segment != *segment);
    }

    fn is_asked(&self, piece: &PieceKey) -> bool {
        self.asked.values().any(
            |asked| matches!(asked, Asked::Put(found) | Asked::Get(found, ..) if found == piece),
        )
    }

    /// Returns the token of a question about a snapshot of rows.
    pub fn ask_for_rows(&mut self) -> u64 {
        self.ask(Asked::Rows)
    }

    fn ask(&mut self, asked: Asked) -> u64 {
        self.next_token += 1;
        self.asked.insert(self.next_token, asked);
        self.next_token
    }
}

impl Replica {
    /// Returns how many attachments the relay is still to be given, and how many of them were made here.
    pub fn unsent_blobs(&self) -> (usize, u64) {
        let open = self
            .blobs
            .unsent()
            .filter(|(blob, _)| !self.pieces.is_refused(blob));
        open.fold((0, 0), |(all, own), (_, unsent)| {
            (all + 1, own + u64::from(unsent.own))
        })
    }

    /// Begins to fetch an attachment somebody wants to see. It goes on by itself when the relay is reached again.
    ///
    /// # Errors
    /// [`ProblemCode::NotFound`] if the record names no such attachment, [`ProblemCode::BadField`] if too many are on their way.
    pub fn fetch_attachment(&mut self, tx: &mut Tx<'_>, id: &str, hash: &str) -> Run<Answer> {
        let (id, record, _) = self.read_record(id)?;
        let missing = || Problem::at(ProblemCode::NotFound, hash);
        let said = attached(&record).remove(hash).ok_or_else(missing)?;
        let blob = blob_key(&id.segment, hash).ok_or_else(missing)?;
        let size = u32::try_from(said.size).unwrap_or(u32::MAX);
        if size == 0 || size as usize > MAX_BLOB_BYTES {
            return Err(missing().into());
        }
        let state = if self.blobs.has(&blob) {
            FetchState::Here
        } else if self.identity()?.relay.is_none() {
            FetchState::NoRelay
        } else if self.relay_is_without_objects() {
            FetchState::OldRelay
        } else {
            if blob.segment.kind == RecordKind::Continuation && self.reads_origin(&record) {
                self.pieces.opened.insert(blob.clone(), id);
            }
            self.want(tx, &blob, size)?
        };
        Ok(Answer::Fetch(self.fetch_view(&blob, size, state)))
    }

    /// Returns whether the case a continuation came from is here.
    fn reads_origin(&self, record: &Record) -> bool {
        let origin = RecordId::parse(record.field("continues"));
        origin.is_ok_and(|origin| self.segments.row(&origin).is_some())
    }

    /// Stops fetching an attachment. The pieces that have come stay.
    pub fn cancel_fetch(&mut self, id: &str, hash: &str) -> Run<Answer> {
        let (id, ..) = self.read_record(id)?;
        if let Some(blob) = blob_key(&id.segment, hash) {
            self.pieces.opened.remove(&blob);
            self.pieces.fetches.retain(|fetch| fetch.blob != blob);
        }
        Ok(Answer::Done)
    }

    /// Puts an attachment among those to be fetched and returns how that stands.
    pub fn want(
        &mut self,
        tx: &mut Tx<'_>,
        blob: &BlobKey,
        size: u32,
    ) -> Result<FetchState, Problem> {
        let state = if self.takes_objects() {
            FetchState::Loading
        } else {
            tx.after.push(After::Connect);
            FetchState::Offline
        };
        let fetches = &mut self.pieces.fetches;
        if let Some(fetch) = fetches.iter_mut().find(|fetch| fetch.blob == *blob) {
            fetch.told = state;
        } else if fetches.len() >= MAX_FETCHES {
            return Err(Problem::at(ProblemCode::BadField, "file").because(format!(
                "{MAX_FETCHES} photos are being fetched: open it again in a moment"
            )));
        } else {
            let (blob, told) = (blob.clone(), state);
            fetches.push(Fetch { blob, size, told });
        }
        tx.follow(Work::Pieces);
        Ok(state)
    }

    /// Returns how far the fetching of an attachment is.
    pub fn fetch_view(&self, blob: &BlobKey, size: u32, state: FetchState) -> FetchView {
        let done = if state == FetchState::Here {
            u64::from(size)
        } else {
            self.blobs.bytes_here(blob, size)
        };
        FetchView {
            hash: blob.hash_text(),
            state,
            done,
            size: u64::from(size),
        }
    }

    /// Returns the notices that tell the pages of lost connections.
    pub fn fetches_lost(&mut self) -> Vec<Notice> {
        let lost = self.pieces.lost();
        let fetches = self.pieces.fetches.iter();
        fetches
            .filter(|fetch| lost.contains(&fetch.blob))
            .map(|fetch| Notice::Fetch(self.fetch_view(&fetch.blob, fetch.size, fetch.told)))
            .collect()
    }

    /// Returns a notice about a fetch as it stands now: the connection may have ended while what it tells was being written.
    pub fn as_it_stands(&self, notice: Notice) -> Notice {
        match notice {
            Notice::Fetch(mut view) if view.state == FetchState::Loading => {
                let mut fetches = self.pieces.fetches.iter();
                if let Some(fetch) = fetches.find(|fetch| fetch.blob.hash_text() == view.hash) {
                    view.state = fetch.told;
                }
                Notice::Fetch(view)
            }
            notice => notice,
        }
    }

    /// An attachment is fetched no more; the pages are told why.
    pub fn fetch_ends(&mut self, tx: &mut Tx<'_>, blob: &BlobKey, state: FetchState) {
        let Some(at) = self
            .pieces
            .fetches
            .iter()
            .position(|fetch| fetch.blob == *blob)
        else {
            return;
        };
        let fetch = self.pieces.fetches.remove(at);
        let state = match self.pieces.opened.remove(blob) {
            Some(continuation) if state == FetchState::Missing => {
                tx.follow(Work::Share(continuation));
                FetchState::Loading
            }
            _ => state,
        };
        let view = self.fetch_view(blob, fetch.size, state);
        tx.after.push(After::Notify(Notice::Fetch(view)));
        if state == FetchState::Here {
            tx.changed = true;
            self.pieces.share_wait = 0;
        } else if !self.shares.is_empty() {
            let wait = (self.pieces.share_wait * 2).clamp(FIRST_SHARE_WAIT_MS, LAST_SHARE_WAIT_MS);
            self.pieces.share_wait = wait;
            self.pieces.shares_again = Some(tx.now + wait);
        }
    }

    pub fn takes_objects(&self) -> bool {
        let session = self.link.session.as_ref();
        session.is_some_and(huiyin_sync::Session::takes_objects)
    }

    fn relay_is_without_objects(&self) -> bool {
        let session = self.link.session.as_ref();
        session.is_some_and(huiyin_sync::Session::is_without_objects)
    }

    /// Fills the window: what somebody waits for first, then what the relay lacks.
    pub fn move_pieces(&mut self, tx: &mut Tx<'_>) -> Run<()> {
        if self.relay_is_without_objects() {
            let all: Vec<BlobKey> = self.fetched().map(|(blob, _)| blob.clone()).collect();
            for blob in all {
                self.fetch_ends(tx, &blob, FetchState::OldRelay);
            }
        }
        if !self.takes_objects() || self.pieces.rest_until.is_some() {
            return Ok(());
        }
        let room = OBJECT_WINDOW.saturating_sub(self.pieces.asked.len());
        let gets = self.next_gets(room);
        let puts = self.next_puts(room - gets.len());
        let sealed = self.sealed_pieces(tx, puts)?;
        for (piece, size) in gets {
            let stream = self.stream_of(&piece.blob);
            let newest = stream.and_then(|stream| Some((stream, self.members.key(&stream)?.0)));
            let Some((stream, epoch)) = newest else {
                self.fetch_ends(tx, &piece.blob, FetchState::Missing);
                continue;
            };
            self.ask_piece(tx, stream, &piece, size, epoch);
            self.tell_progress(tx, &piece.blob);
        }
        for (piece, bytes) in sealed {
            let token = self.pieces.ask(Asked::Put(piece));
            tx.after.push(After::Object(token, ObjectAsk::Put(bytes)));
        }
        Ok(())
    }

    /// Asks for a piece as it is called under the key of an epoch.
    fn ask_piece(
        &mut self,
        tx: &mut Tx<'_>,
        stream: StreamId,
        piece: &PieceKey,
        size: u32,
        epoch: u32,
    ) {
        if let Some(key) = self.members.keys.get(&(stream, epoch)) {
            let label = key.object_label(&piece.to_string());
            let token = self.pieces.ask(Asked::Get(piece.clone(), size, epoch));
            let ask = ObjectAsk::Get { stream, label };
            tx.after.push(After::Object(token, ask));
        }
    }

    fn fetched(&self) -> impl Iterator<Item = (&BlobKey, u32)> {
        let fetches = self.pieces.fetches.iter();
        fetches.map(|fetch| (&fetch.blob, fetch.size))
    }

    fn stream_of(&self, blob: &BlobKey) -> Option<StreamId> {
        let workspace = self.identity.as_ref()?.workspace();
        Some(StreamId::derive(&workspace, &blob.stream()))
    }

    /// Returns the next pieces to be fetched, with the sizes of their wholes.
    fn next_gets(&self, most: usize) -> Vec<(PieceKey, u32)> {
        self.fetched()
            .flat_map(|(blob, size)| {
                (0..pieces_of(size as usize)).map(move |number| {
                    let blob = blob.clone();
                    (PieceKey { blob, number }, size)
                })
            })
            .filter(|(piece, size)| {
                !self.blobs.has_piece(&piece.blob, *size, piece.number)
                    && !self.pieces.is_asked(piece)
            })
            .take(most)
            .collect()
    }

    /// Returns the next pieces the relay is to be given, with the sizes of their wholes.
    fn next_puts(&self, most: usize) -> Vec<(PieceKey, u32)> {
        let open = self.blobs.unsent().filter(|(blob, _)| {
            let stream = self.stream_of(blob);
            !self.pieces.is_refused(blob)
                && stream.is_some_and(|stream| self.sealing_key(&stream).is_some())
        });
        open.flat_map(|(blob, unsent)| {
            let stored = self.pieces.stored.get(blob);
            (0..pieces_of(unsent.size as usize))
                .filter(move |number| !stored.is_some_and(|stored| stored.contains(number)))
                .map(move |number| {
                    let blob = blob.clone();
                    (PieceKey { blob, number }, unsent.size)
                })
        })
        .filter(|(piece, _)| !self.pieces.is_asked(piece))
        .take(most)
        .collect()
    }

    /// Returns pieces sealed as objects, or asks for them. One whose row is gone is passed over.
    fn sealed_pieces(
        &mut self,
        tx: &mut Tx<'_>,
        pieces: Vec<(PieceKey, u32)>,
    ) -> Run<Vec<(PieceKey, Vec<u8>)>> {
        let mut needs = Vec::new();
        let mut read = Vec::new();
        for (piece, size) in pieces {
            match tx.rows(piece_row(&piece.blob, size, piece.number)) {
                Ok(rows) => {
                    let bytes = rows.first().map(|(_, bytes)| bytes.clone());
                    read.push((piece, bytes));
                }
                Err(Halt::Need(need)) => needs.extend(need),
                Err(halt) => return Err(halt),
            }
        }
        if !needs.is_empty() {
            return Err(Halt::Need(needs));
        }
        let mut sealed = Vec::new();
        for (piece, bytes) in read {
            let object = bytes.and_then(|bytes| self.seal_piece(&mut tx.entropy, &piece, bytes));
            match object {
                Some(object) => sealed.push((piece, object.into_bytes())),
                None => {
                    self.pieces.refused.insert(piece.blob);
                }
            }
        }
        Ok(sealed)
    }

    fn seal_piece(
        &self,
        entropy: &mut Entropy,
        piece: &PieceKey,
        chunk: Vec<u8>,
    ) -> Option<SealedObject> {
        let workspace = self.identity.as_ref()?.workspace();
        let stream = self.stream_of(&piece.blob)?;
        let (epoch, key) = self.sealing_key(&stream)?;
        let place = ObjectPlace {
            workspace,
            stream,
            epoch,
        };
        let part = Part {
            document: piece.to_string(),
            chunk,
        };
        SealedObject::seal(key, place, &part, entropy).ok()
    }

    /// Puts every attachment here that lies in no envelope into a file, as objects; those whose stream's key is not here are left out.
    ///
    /// # Errors
    /// [`ProblemCode::TooLarge`] at `place`.
    pub fn write_objects(
        &self,
        tx: &mut Tx<'_>,
        writer: &mut BundleWriter,
        place: &str,
    ) -> Run<()> {
        let mut entropy = Entropy::from_seed(tx.entropy.array());
        for (key, bytes) in tx.rows(all_pieces())? {
            let object = self
                .blobs
                .as_object(key)
                .and_then(|piece| self.seal_piece(&mut entropy, &piece, bytes.clone()));
            if let Some(object) = object
                && writer.push_object(&object) == Err(BundleError::TooLarge)
            {
                return Err(Problem::at(ProblemCode::TooLarge, place).into());
            }
        }
        Ok(())
    }

    /// The relay has a piece.
    pub fn piece_stored(&mut self, tx: &mut Tx<'_>, token: u64) {
        let asked = self.pieces.asked.remove(&token);
        if asked == Some(Asked::Rows) {
            self.rows_stored(tx);
        }
        if let Some(Asked::Put(piece)) = asked {
            let size = self.blobs.unsent().find(|(blob, _)| **blob == piece.blob);
            let size = size.map(|(_, unsent)| unsent.size);
            let stored = self.pieces.stored.entry(piece.blob.clone()).or_default();
            stored.insert(piece.number);
            if size.is_some_and(|size| stored.len() as u32 >= pieces_of(size as usize)) {
                self.pieces.stored.remove(&piece.blob);
                self.mark_sent(tx, &piece.blob);
                tx.changed = true;
            }
        }
        tx.follow(Work::Pieces);
    }

    /// The relay does not take or give a piece: for now, or not at all.
    pub fn piece_refused(&mut self, tx: &mut Tx<'_>, token: u64, reason: &str, permanent: bool) {
        let Some(asked) = self.pieces.asked.remove(&token) else {
            return;
        };
        match asked {
            Asked::Put(piece) if permanent => {
                let reason = format!("refused_by_relay: {reason}: {piece}");
                self.put_aside(tx, &Source::Bundle, reason, Vec::new(), 0, false);
                self.pieces.refused.insert(piece.blob);
                tx.changed = true;
                tx.follow(Work::Pieces);
            }
            Asked::Get(piece, ..) if permanent => {
                self.fetch_ends(tx, &piece.blob, FetchState::Missing);
            }
            Asked::Rows => self.rows_refused(tx, permanent),
            _ => self.pieces.rest_until = Some(tx.now + REST_MS),
        }
    }

    /// A piece that was asked for has come, or the relay has none of it.
    pub fn piece_came(&mut self, tx: &mut Tx<'_>, token: u64, bytes: Option<&[u8]>) {
        let (piece, size, epoch) = match self.pieces.asked.remove(&token) {
            Some(Asked::Get(piece, size, epoch)) => (piece, size, epoch),
            Some(Asked::Rows) => return self.rows_came(tx, bytes),
            _ => return,
        };
        tx.follow(Work::Pieces);
        // What a failing disk loses is fetched again.
        tx.durability = Durability::Relaxed;
        if self.destroyed.has(&piece.blob.segment) {
            return;
        }
        let Some(bytes) = bytes else {
            // It may have been sealed before the key of the stream was changed.
            let older = self.stream_of(&piece.blob).and_then(|stream| {
                let keys = self.members.keys.range((stream, 0)..(stream, epoch));
                keys.map(|(name, _)| *name).next_back()
            });
            return match older {
                Some((stream, epoch)) => self.ask_piece(tx, stream, &piece, size, epoch),
                None => self.fetch_ends(tx, &piece.blob, FetchState::Missing),
            };
        };
        let opened = self
            .open_piece(&piece, size, bytes)
            .map(|chunk| self.take_piece(tx, &piece, &chunk));
        if let Some(Ok(())) = opened {
            self.mark_object(tx, &piece.blob);
            self.tell_progress(tx, &piece.blob);
        } else {
            let reason = format!("damaged: piece {piece}");
            self.put_aside(tx, &Source::Bundle, reason, Vec::new(), bytes.len(), false);
            self.fetch_ends(tx, &piece.blob, FetchState::Damaged);
            tx.changed = true;
        }
    }

    /// Returns what an object holds if it is this piece.
    fn open_piece(&self, piece: &PieceKey, size: u32, bytes: &[u8]) -> Option<Vec<u8>> {
        let object = SealedObject::decode(bytes).ok()?;
        let place = object.place();
        let key = self.members.keys.get(&(place.stream, place.epoch))?;
        let part = object.open(key).ok()?;
        let fits = Some(place.stream) == self.stream_of(&piece.blob)
            && part.document == piece.to_string()
            && read_piece(piece.number, &part.chunk).is_ok_and(|(whole, _)| whole == size);
        fits.then_some(part.chunk)
    }

    fn tell_progress(&mut self, tx: &mut Tx<'_>, blob: &BlobKey) {
        let fetches = &mut self.pieces.fetches;
        let Some(fetch) = fetches.iter_mut().find(|fetch| fetch.blob == *blob) else {
            return;
        };
        fetch.told = FetchState::Loading;
        let size = fetch.size;
        let view = self.fetch_view(blob, size, FetchState::Loading);
        tx.after.push(After::Notify(Notice::Fetch(view)));
    }
}
