//! What is stored of a document: a snapshot row and delta rows.
//!
//! `Snapshots[name]` = the saved document, or the places in envelopes where its changes lie: an envelope is the lasting copy
//! anyway, so what came in one piece is not kept twice. `Deltas[name, 0, sequence]` = changes since, and the list rows they
//! changed. Rows tell the version of their form and the calendars they were made with; others are made anew.

use huiyin_document::{DocumentKey, PROJECTION_VERSION, Row};
use serde::{Deserialize, Serialize};

use crate::{Query, Table};

/// First byte of a delta since the second form of rows, and of a snapshot row that names places. A delta of the first form begins
/// with the length of its changes, which are never empty; a saved document begins with Automerge's magic `85 6F 4A 83`.
const VERSIONED: u8 = 0;
/// Version of the form of [`Lying`].
const LYING_VERSION: u8 = 2;
/// Version of its form before: the places alone.
const LYING_PLACES: u8 = 1;
/// Most places one document may lie in.
const MAX_PLACES: usize = 64;

/// What a delta row holds. Field order is the format.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Delta {
    pub changes: Vec<u8>,
    /// Mark of the calendars the rows were made with.
    pub mark: u64,
    pub rows: Vec<Row>,
    pub removed: Vec<u64>,
}

impl Delta {
    /// Returns the stored form: a zero, the version of the rows, the delta.
    pub fn encode(&self) -> Vec<u8> {
        let version = PROJECTION_VERSION as u8;
        postcard::to_extend(self, vec![VERSIONED, version]).expect("a delta is plain data")
    }

    /// Takes in the rows of the delta after this one.
    pub fn follow(&mut self, next: Self) {
        let again = |local: u64| {
            next.removed.contains(&local) || next.rows.iter().any(|row| row.local == local)
        };
        self.rows.retain(|row| !again(row.local));
        self.removed.retain(|local| !again(*local));
        self.rows.extend(next.rows);
        self.removed.extend(next.removed);
    }

    /// Returns a stored delta and whether its rows are of this version; rows of another are left out. None if it cannot be read.
    pub fn decode(bytes: &[u8]) -> Option<(Self, bool)> {
        let (version, body) = match bytes {
            [VERSIONED, version, body @ ..] => (u32::from(*version), body),
            body => (1, body),
        };
        if version == PROJECTION_VERSION {
            return postcard::from_bytes(body).ok().map(|delta| (delta, true));
        }
        let (changes, _) = postcard::take_from_bytes::<Vec<u8>>(body).ok()?;
        let delta = Self {
            changes,
            ..Self::default()
        };
        Some((delta, false))
    }
}

/// A part of a stored envelope. Field order is the format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PartPlace {
    /// Key in the envelopes table.
    pub envelope: Vec<u8>,
    /// Place of the part in the envelope, from 0.
    pub part: u32,
}

/// Where the changes of a document lie that has no saved form of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lying {
    pub places: Vec<PartPlace>,
    /// If the first place holds a packed creation: the hash of its change, found when it was taken in.
    pub creation: Option<[u8; 32]>,
}

impl Lying {
    /// Returns the stored form: a zero, the version, the places, the hash.
    pub fn encode(&self) -> Vec<u8> {
        let body = (&self.places, self.creation);
        postcard::to_extend(&body, vec![VERSIONED, LYING_VERSION]).expect("places are plain data")
    }

    /// Returns the places a snapshot row names; none if it holds a saved document or nothing that can be read.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let [VERSIONED, version, body @ ..] = bytes else {
            return None;
        };
        let (places, rest) = postcard::take_from_bytes::<Vec<PartPlace>>(body).ok()?;
        let (creation, rest) = match *version {
            LYING_VERSION => postcard::take_from_bytes(rest).ok()?,
            LYING_PLACES => (None, rest),
            _ => return None,
        };
        let sound = rest.is_empty() && !places.is_empty() && places.len() <= MAX_PLACES;
        sound.then_some(Self { places, creation })
    }
}

/// Returns the prefix of a document's delta keys.
fn delta_prefix(key: &DocumentKey) -> Vec<u8> {
    let mut prefix = key.to_string().into_bytes();
    prefix.push(0);
    prefix
}

/// Returns the key of a document's delta.
pub(crate) fn delta_key(key: &DocumentKey, sequence: u64) -> Vec<u8> {
    let mut bytes = delta_prefix(key);
    bytes.extend_from_slice(&sequence.to_be_bytes());
    bytes
}

/// Returns the document name and sequence of a delta key.
pub(crate) fn read_delta_key(key: &[u8]) -> Option<(DocumentKey, u64)> {
    let (name, sequence) = key.split_at_checked(key.len().checked_sub(9)?)?;
    let sequence = u64::from_be_bytes(sequence[1..].try_into().ok()?);
    Some((std::str::from_utf8(name).ok()?.parse().ok()?, sequence))
}

/// Returns the read of the keys of a document's deltas, at most `limit` of them.
pub(crate) fn delta_keys(key: &DocumentKey, limit: u32) -> Query {
    Query::Range {
        table: Table::Deltas,
        prefix: delta_prefix(key),
        after: None,
        limit,
        keys_only: true,
    }
}

/// Returns the read of a document's snapshot row.
pub(crate) fn snapshot(key: &DocumentKey) -> Query {
    Query::Get {
        table: Table::Snapshots,
        key: key.to_string().into_bytes(),
    }
}

/// Returns the queries that load a document.
pub(crate) fn queries(key: &DocumentKey) -> [Query; 2] {
    [snapshot(key), delta_rows(key)]
}

/// Returns the read of a document's deltas.
pub(crate) fn delta_rows(key: &DocumentKey) -> Query {
    Query::Range {
        table: Table::Deltas,
        prefix: delta_prefix(key),
        after: None,
        limit: u32::MAX,
        keys_only: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lying(creation: Option<[u8; 32]>) -> Lying {
        let place = |envelope, part| PartPlace { envelope, part };
        Lying {
            places: vec![place(vec![0xAB; 3], 5), place(vec![0xCD; 2], 300)],
            creation,
        }
    }

    #[test]
    fn the_places_of_a_document_are_stored_as_these_bytes() {
        let places = [
            2, // places
            3, 0xAB, 0xAB, 0xAB, 5, // envelope, part
            2, 0xCD, 0xCD, 0xAC, 0x02, // envelope, part 300
        ];
        // Form, version, places, hash.
        let without = [&[0, 2][..], &places, &[0]].concat();
        let with = [&[0, 2][..], &places, &[1], &[0xEE; 32]].concat();
        for (golden, creation) in [(without, None), (with, Some([0xEE; 32]))] {
            assert_eq!(lying(creation).encode(), golden);
            assert_eq!(Lying::decode(&golden), Some(lying(creation)));
        }
        // Written up to the version that had places alone.
        let first = [&[0, 1][..], &places].concat();
        assert_eq!(Lying::decode(&first), Some(lying(None)));
    }

    #[test]
    fn what_is_no_list_of_places_is_not_taken_for_one() {
        let good = lying(Some([7; 32])).encode();
        for bad in [
            vec![],
            vec![0x85, 0x6F, 0x4A, 0x83, 0, 0],
            vec![VERSIONED, LYING_VERSION],
            vec![VERSIONED, LYING_VERSION, 0],
            vec![VERSIONED, LYING_VERSION + 1, 1, 1, 1, 1],
            good[..good.len() - 1].to_vec(),
            [good.as_slice(), &[0]].concat(),
            vec![0xFF; 20],
        ] {
            assert_eq!(Lying::decode(&bad), None, "{bad:?}");
        }
    }

    #[test]
    fn delta_keys_read_back() {
        let key: DocumentKey = "ca.HQ.202611.3".parse().expect("a name");
        assert_eq!(read_delta_key(&delta_key(&key, 7)), Some((key, 7)));
        assert_eq!(read_delta_key(b"short"), None);
    }
}
