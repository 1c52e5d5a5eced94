//! Which envelopes are stored here: a chain per stream and author. Gaps and forks show; an envelope is taken once.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_sync::{DeviceId, EnvelopeHeader, EnvelopeId, StreamId};

/// Bytes of a stored envelope's key: stream 16, author 32, sequence 8, id 32.
pub(crate) const ENVELOPE_KEY: usize = 88;

/// Names of the stored envelopes.
#[derive(Debug, Default)]
pub(crate) struct Chains {
    known: BTreeMap<(StreamId, DeviceId), BTreeSet<(u64, EnvelopeId)>>,
}

/// Returns the key an envelope is stored under.
pub(crate) fn envelope_key(header: &EnvelopeHeader, id: &EnvelopeId) -> Vec<u8> {
    let mut key = Vec::with_capacity(ENVELOPE_KEY);
    key.extend_from_slice(header.stream.as_bytes());
    key.extend_from_slice(header.author.as_bytes());
    key.extend_from_slice(&header.seq.to_be_bytes());
    key.extend_from_slice(id.as_bytes());
    key
}

impl Chains {
    /// Notes a stored envelope by its key. Keys of another length are no envelopes.
    pub fn note_key(&mut self, key: &[u8]) {
        let Ok(key) = <&[u8; ENVELOPE_KEY]>::try_from(key) else {
            return;
        };
        let part = |from: usize, to: usize| &key[from..to];
        let stream = StreamId(part(0, 16).try_into().expect("16 bytes"));
        let author = DeviceId(part(16, 48).try_into().expect("32 bytes"));
        let seq = u64::from_be_bytes(part(48, 56).try_into().expect("8 bytes"));
        let id = EnvelopeId(part(56, 88).try_into().expect("32 bytes"));
        self.note(stream, author, seq, id);
    }

    /// Notes a stored envelope.
    pub fn note(&mut self, stream: StreamId, author: DeviceId, seq: u64, id: EnvelopeId) {
        self.known
            .entry((stream, author))
            .or_default()
            .insert((seq, id));
    }

    /// Returns whether an envelope is stored.
    pub fn has(&self, header: &EnvelopeHeader, id: EnvelopeId) -> bool {
        self.known
            .get(&(header.stream, header.author))
            .is_some_and(|chain| chain.contains(&(header.seq, id)))
    }

    /// Returns whether the envelope of this name is stored.
    pub fn holds(&self, stream: StreamId, author: DeviceId, seq: u64, id: EnvelopeId) -> bool {
        let chain = self.known.get(&(stream, author));
        chain.is_some_and(|chain| chain.contains(&(seq, id)))
    }

    /// Returns the sequence and previous id for the author's next envelope in a stream.
    pub fn next(&self, stream: StreamId, author: DeviceId) -> (u64, EnvelopeId) {
        let last = self
            .known
            .get(&(stream, author))
            .and_then(|chain| chain.last());
        last.map_or((0, EnvelopeId::ZERO), |(seq, id)| (seq + 1, *id))
    }

    /// Returns the streams in which envelopes of a device are stored.
    pub fn streams_of(&self, author: &DeviceId) -> Vec<StreamId> {
        let chains = self.known.keys();
        let own = chains.filter(|(_, other)| other == author);
        own.map(|(stream, _)| *stream).collect()
    }

    /// Returns place and id of the last stored envelope of a device in a stream.
    pub fn last(&self, stream: StreamId, author: DeviceId) -> Option<(u64, EnvelopeId)> {
        self.known.get(&(stream, author))?.last().copied()
    }

    /// Returns the first stored envelopes of a chain from a place on, that place's all.
    pub fn from(&self, stream: StreamId, author: DeviceId, seq: u64) -> Vec<(u64, EnvelopeId)> {
        let chain = self.known.get(&(stream, author)).into_iter().flatten();
        let mut later = chain.copied().filter(|(at, _)| *at >= seq).peekable();
        let first = later.peek().map(|(at, _)| *at);
        later.take_while(|(at, _)| Some(*at) == first).collect()
    }

    /// Returns chains that lack an envelope or hold two under one sequence: author, stream, sequence, what.
    pub fn defects(&self) -> Vec<(DeviceId, StreamId, u64, &'static str)> {
        let mut defects = Vec::new();
        for ((stream, author), chain) in &self.known {
            let mut expected = 0;
            for (seq, _) in chain {
                match seq.cmp(&expected) {
                    std::cmp::Ordering::Equal => expected += 1,
                    std::cmp::Ordering::Greater => {
                        defects.push((*author, *stream, expected, "missing"));
                        expected = seq + 1;
                    }
                    std::cmp::Ordering::Less => defects.push((*author, *stream, *seq, "forked")),
                }
            }
        }
        defects
    }
}
