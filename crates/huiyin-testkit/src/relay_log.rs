//! What the simulated relay keeps its log in: memory, or what a test hands it, such as the stores of the real relay.

use std::collections::BTreeMap;
use std::fmt::Debug;

use huiyin_sync::{
    DeviceId, EnvelopeHeader, EnvelopeId, ObjectLabel, StoreEpoch, StreamId, WorkspaceId,
};

use crate::Random;

/// An envelope to be kept.
#[derive(Debug, Clone, Copy)]
pub struct Kept<'a> {
    /// Its header.
    pub header: &'a EnvelopeHeader,
    /// Its id.
    pub id: EnvelopeId,
    /// The envelope.
    pub bytes: &'a [u8],
}

/// Where the relay keeps what it answers for. Positions of a stream begin at 1 and have no gaps.
pub trait RelayLog: Debug {
    /// Returns the life of this log.
    fn epoch(&self) -> StoreEpoch;

    /// Returns the position of an envelope it has.
    fn position_of(&mut self, envelope: Kept<'_>) -> Option<u64>;

    /// Keeps an envelope it does not have and returns its position; nothing if its author has another one with its number in the stream.
    fn append(&mut self, envelope: Kept<'_>) -> Option<u64>;

    /// Returns the last position of a stream; 0 if it is empty.
    fn head(&self, workspace: &WorkspaceId, stream: &StreamId) -> u64;

    /// Returns the streams of a workspace that have an envelope.
    fn streams(&self, workspace: &WorkspaceId) -> Vec<StreamId>;

    /// Returns the id of the envelope at a position.
    fn id_at(
        &self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        position: u64,
    ) -> Option<EnvelopeId>;

    /// Returns the envelopes behind a position, in order: at most `most`, and those that stay within `bytes`, but one if there is one.
    fn since(
        &self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        after: u64,
        most: usize,
        bytes: usize,
    ) -> Vec<(u64, Vec<u8>)>;

    /// Keeps an object unless the stream has one of its label.
    fn put_object(
        &mut self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        label: &ObjectLabel,
        bytes: &[u8],
    );

    /// Returns an object.
    fn object(
        &self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        label: &ObjectLabel,
    ) -> Option<Vec<u8>>;

    /// The program ends, without being told, and starts again on what it had kept.
    fn restart(&mut self);

    /// Everything is gone; a new life begins.
    fn lose(&mut self);
}

#[derive(Debug, Default)]
struct Stream {
    log: Vec<(EnvelopeId, Vec<u8>)>,
    authors: BTreeMap<(DeviceId, u64), EnvelopeId>,
    objects: BTreeMap<ObjectLabel, Vec<u8>>,
}

/// A log in memory.
#[derive(Debug)]
pub struct MemoryLog {
    random: Random,
    epoch: StoreEpoch,
    streams: BTreeMap<(WorkspaceId, StreamId), Stream>,
}

impl MemoryLog {
    /// Returns an empty log.
    pub fn new(mut random: Random) -> Self {
        Self {
            epoch: new_epoch(&mut random),
            random,
            streams: BTreeMap::new(),
        }
    }

    fn stream(&self, workspace: &WorkspaceId, stream: &StreamId) -> Option<&Stream> {
        self.streams.get(&(*workspace, *stream))
    }
}

fn new_epoch(random: &mut Random) -> StoreEpoch {
    let bytes = random.entropy();
    StoreEpoch(bytes[..16].try_into().expect("16 of 32 bytes"))
}

impl RelayLog for MemoryLog {
    fn epoch(&self) -> StoreEpoch {
        self.epoch
    }

    fn position_of(&mut self, envelope: Kept<'_>) -> Option<u64> {
        let Kept { header, id, .. } = envelope;
        let mut log = self.stream(&header.workspace, &header.stream)?.log.iter();
        let at = log.position(|(known, _)| *known == id)?;
        Some(at as u64 + 1)
    }

    fn append(&mut self, envelope: Kept<'_>) -> Option<u64> {
        let Kept { header, id, bytes } = envelope;
        let key = (header.workspace, header.stream);
        let stream = self.streams.entry(key).or_default();
        let author = (header.author, header.seq);
        if stream.authors.contains_key(&author) {
            return None;
        }
        stream.authors.insert(author, id);
        stream.log.push((id, bytes.to_vec()));
        Some(stream.log.len() as u64)
    }

    fn head(&self, workspace: &WorkspaceId, stream: &StreamId) -> u64 {
        let stream = self.stream(workspace, stream);
        stream.map_or(0, |stream| stream.log.len() as u64)
    }

    fn streams(&self, workspace: &WorkspaceId) -> Vec<StreamId> {
        let own = self.streams.keys().filter(|(of, _)| of == workspace);
        own.map(|(_, stream)| *stream).collect()
    }

    fn id_at(
        &self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        position: u64,
    ) -> Option<EnvelopeId> {
        let at = position.checked_sub(1)? as usize;
        let (id, _) = self.stream(workspace, stream)?.log.get(at)?;
        Some(*id)
    }

    fn since(
        &self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        after: u64,
        most: usize,
        bytes: usize,
    ) -> Vec<(u64, Vec<u8>)> {
        let log = self.stream(workspace, stream).into_iter();
        let mut filled = 0;
        log.flat_map(|stream| &stream.log)
            .enumerate()
            .skip(after as usize)
            .take(most)
            .take_while(|(_, (_, envelope))| {
                let first = filled == 0;
                filled += envelope.len();
                first || filled <= bytes
            })
            .map(|(at, (_, envelope))| (at as u64 + 1, envelope.clone()))
            .collect()
    }

    fn put_object(
        &mut self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        label: &ObjectLabel,
        bytes: &[u8],
    ) {
        let stream = self.streams.entry((*workspace, *stream)).or_default();
        let known = stream.objects.entry(*label);
        known.or_insert_with(|| bytes.to_vec());
    }

    fn object(
        &self,
        workspace: &WorkspaceId,
        stream: &StreamId,
        label: &ObjectLabel,
    ) -> Option<Vec<u8>> {
        let objects = &self.stream(workspace, stream)?.objects;
        objects.get(label).cloned()
    }

    fn restart(&mut self) {}

    fn lose(&mut self) {
        self.streams.clear();
        self.epoch = new_epoch(&mut self.random);
    }
}
