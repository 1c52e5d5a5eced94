//! Plain change chunks taken apart and put together, without a look at what their operations mean.
//!
//! **Source:** Automerge binary format, "Chunk Container" and "Change chunk".

use sha2::{Digest, Sha256};

use crate::columns::{
    RunReader, put_prefixed, put_signed, put_unsigned, take_bytes, take_prefixed, take_signed,
    take_unsigned,
};

/// Start of every Automerge chunk.
pub(crate) const CHUNK_MAGIC: [u8; 4] = [0x85, 0x6F, 0x4A, 0x83];
/// Chunk type of a plain change.
pub(crate) const CHANGE_CHUNK: u8 = 1;
/// Magic, checksum, type.
pub(crate) const CHUNK_PREFIX: usize = 9;
/// Columns of operations on maps by specification: object actor and counter, key, insert, action, value's kind and bytes, predecessors'
/// number, actors and counters.
pub(crate) const OBJECT_ACTOR: u64 = 0x01;
/// Counter of the object.
pub(crate) const OBJECT: u64 = 0x02;
/// Key.
pub(crate) const KEY: u64 = 0x15;
/// Whether it inserts into a list.
pub(crate) const INSERT: u64 = 0x34;
/// Action.
pub(crate) const ACTION: u64 = 0x42;
/// Kind and length of the value.
pub(crate) const KIND: u64 = 0x56;
/// Bytes of the value.
pub(crate) const VALUE: u64 = 0x57;
/// Number of predecessors.
pub(crate) const PREDECESSORS: u64 = 0x70;
/// Actors of predecessors.
pub(crate) const PREDECESSOR_ACTOR: u64 = 0x71;
/// Counters of predecessors.
pub(crate) const PREDECESSOR: u64 = 0x73;
/// Action that makes a map.
pub(crate) const MAKE_MAP: u64 = 0;
/// Action that sets a scalar.
pub(crate) const SET: u64 = 1;
/// Action that deletes.
pub(crate) const DELETE: u64 = 3;
/// Kinds of values in the low four bits of a value's description; the length of its bytes is above.
pub(crate) const NULL: u64 = 0;
/// No.
pub(crate) const FALSE: u64 = 1;
/// Yes.
pub(crate) const TRUE: u64 = 2;
/// Unsigned number.
pub(crate) const UINT: u64 = 3;
/// Signed number.
pub(crate) const INT: u64 = 4;
/// Text.
pub(crate) const TEXT: u64 = 6;
/// Counter, which later operations may change.
pub(crate) const COUNTER: u64 = 8;
/// Separates the action from person and device in the message of a change.
const TAB: u8 = b'\t';

/// Returns the chunk of a change with this body, and its hash.
///
/// **Source:** Automerge binary format, "Chunk Container": the checksum is the first 4 bytes of the SHA-256 of type, length and body.
pub(crate) fn chunk_of(body: &[u8]) -> (Vec<u8>, [u8; 32]) {
    let mut chunk = chunk_without_checksum(body);
    let hash = hash_of_chunk(&chunk);
    chunk[4..8].copy_from_slice(&hash[..4]);
    (chunk, hash)
}

/// Returns the chunk of a change with zeros for its checksum.
pub(crate) fn chunk_without_checksum(body: &[u8]) -> Vec<u8> {
    let mut chunk = Vec::with_capacity(CHUNK_PREFIX + 5 + body.len());
    chunk.extend_from_slice(&CHUNK_MAGIC);
    chunk.extend_from_slice(&[0; 4]);
    chunk.push(CHANGE_CHUNK);
    put_prefixed(&mut chunk, body);
    chunk
}

/// Returns the hash of a change from its whole chunk.
///
/// # Panics
/// On less than a chunk's prefix.
pub(crate) fn hash_of_chunk(chunk: &[u8]) -> [u8; 32] {
    Sha256::digest(&chunk[CHUNK_PREFIX - 1..]).into()
}

/// Returns a count of things of which each takes at least one byte of what follows.
pub(crate) fn take_count(bytes: &mut &[u8]) -> Option<usize> {
    let count = usize::try_from(take_unsigned(bytes)?).ok()?;
    (count <= bytes.len()).then_some(count)
}

/// A change taken apart.
#[derive(Debug, Default)]
pub(crate) struct Parts<'a> {
    pub(crate) dependencies: Vec<[u8; 32]>,
    pub(crate) actor: &'a [u8],
    pub(crate) sequence: u64,
    pub(crate) first_operation: u64,
    pub(crate) seconds: i64,
    pub(crate) message: &'a [u8],
    pub(crate) other_actors: Vec<&'a [u8]>,
    pub(crate) columns: Vec<(u64, &'a [u8])>,
    /// Of the whole chunk.
    pub(crate) hash: [u8; 32],
}

/// Returns the changes of a concatenation of plain change chunks taken apart; none if it is not one, or not of the usual form.
pub(crate) fn split(mut bytes: &[u8]) -> Option<Vec<Parts<'_>>> {
    let bytes = &mut bytes;
    let mut changes = Vec::new();
    while !bytes.is_empty() {
        let prefix = take_bytes(bytes, CHUNK_PREFIX)?;
        if prefix[..4] != CHUNK_MAGIC || prefix[8] != CHANGE_CHUNK {
            return None;
        }
        let change = Parts::of(take_prefixed(bytes)?)?;
        if prefix[4..8] != change.hash[..4] {
            return None;
        }
        changes.push(change);
    }
    Some(changes)
}

impl<'a> Parts<'a> {
    fn of(body: &'a [u8]) -> Option<Self> {
        let bytes = &mut &*body;
        let dependencies = (0..take_count(bytes)?)
            .map(|_| take_bytes(bytes, 32)?.try_into().ok())
            .collect::<Option<_>>()?;
        let mut parts = Self {
            dependencies,
            actor: take_prefixed(bytes)?,
            sequence: take_unsigned(bytes)?,
            first_operation: take_unsigned(bytes)?,
            seconds: take_signed(bytes)?,
            message: take_prefixed(bytes)?,
            other_actors: (0..take_count(bytes)?)
                .map(|_| take_prefixed(bytes))
                .collect::<Option<_>>()?,
            columns: Vec::new(),
            hash: chunk_of(body).1,
        };
        let lengths = (0..take_count(bytes)?)
            .map(|_| Some((take_unsigned(bytes)?, take_unsigned(bytes)?)))
            .collect::<Option<Vec<_>>>()?;
        for (specification, length) in lengths {
            let column = take_bytes(bytes, usize::try_from(length).ok()?)?;
            parts.columns.push((specification, column));
        }
        bytes.is_empty().then_some(parts)
    }

    /// Returns the chunk and its hash.
    pub(crate) fn chunk(&self) -> (Vec<u8>, [u8; 32]) {
        chunk_of(&self.body())
    }

    /// Returns the body of the chunk.
    pub(crate) fn body(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(256);
        put_unsigned(&mut body, self.dependencies.len() as u64);
        self.dependencies
            .iter()
            .for_each(|hash| body.extend_from_slice(hash));
        put_prefixed(&mut body, self.actor);
        put_unsigned(&mut body, self.sequence);
        put_unsigned(&mut body, self.first_operation);
        put_signed(&mut body, self.seconds);
        put_prefixed(&mut body, self.message);
        put_unsigned(&mut body, self.other_actors.len() as u64);
        for actor in &self.other_actors {
            put_prefixed(&mut body, actor);
        }
        put_unsigned(&mut body, self.columns.len() as u64);
        for (specification, column) in &self.columns {
            put_unsigned(&mut body, *specification);
            put_unsigned(&mut body, column.len() as u64);
        }
        for (_, column) in &self.columns {
            body.extend_from_slice(column);
        }
        body
    }

    /// Returns the bytes of the parts that differ in length, which is nearly all of the chunk.
    pub(crate) fn length(&self) -> usize {
        let others: usize = self.other_actors.iter().map(|actor| actor.len()).sum();
        let columns: usize = self.columns.iter().map(|(_, column)| column.len()).sum();
        32 * self.dependencies.len() + self.actor.len() + self.message.len() + others + columns
    }

    /// Returns the bytes of a column; none if it is not there.
    pub(crate) fn column(&self, specification: u64) -> &'a [u8] {
        let mut all = self.columns.iter();
        all.find(|(own, _)| *own == specification)
            .map_or(&[][..], |(_, column)| column)
    }

    /// Returns the number of operations.
    pub(crate) fn operations(&self) -> u64 {
        let mut actions = RunReader::new(self.column(ACTION));
        let mut count = 0_u64;
        while let Some((_, run)) = RunReader::<u64>::next_run(&mut actions) {
            count = count.wrapping_add(run);
        }
        count
    }

    /// Returns the action of the message, and the rest from the first tab on.
    pub(crate) fn action(&self) -> (&'a [u8], &'a [u8]) {
        let end = self.message.iter().position(|byte| *byte == TAB);
        self.message.split_at(end.unwrap_or(self.message.len()))
    }
}
