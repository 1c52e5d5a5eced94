//! Envelopes that lie beyond the cut on their author: stored like others, passed on like others, and not in the documents.
//!
//! Which they are is a function of the envelopes and statements that are here ([`crate::cutting`]); what stands here is that result, stored in
//! one row so that opening the app reads no envelope for it. The row can always be made again.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_document::DocumentKey;
use huiyin_sync::{DeviceId, EnvelopeHeader, EnvelopeId, Reach, StreamId};
use serde::{Deserialize, Serialize};

use crate::Table;
use crate::chains::{ENVELOPE_KEY, envelope_key};
use crate::members::Members;
use crate::task::Tx;

/// Key of the row in the meta table.
pub(crate) const LATE_KEY: &[u8] = b"late_work";
/// Version of its form.
const LATE_VERSION: u8 = 1;

/// An envelope beyond a cut. Field order is the format.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LateEnvelope {
    /// Its author's clock.
    pub clock: u64,
    /// Changes in it.
    pub changes: u32,
    /// The documents they belong to.
    pub documents: Vec<String>,
    /// It has come since all was judged last.
    pub fresh: bool,
    /// Somebody at this device has looked at it and left it.
    pub left: bool,
}

/// What is beyond cuts, as of one state of the cuts. Field order is the format.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Late {
    /// Hash of the cuts that all was judged by; zeros if something has come since that is still to be judged.
    pub judged: [u8; 32],
    /// Envelopes by their key in the envelopes table.
    pub envelopes: BTreeMap<Vec<u8>, LateEnvelope>,
}

/// Stream, author, place and id of a stored envelope.
pub(crate) struct Place {
    pub stream: StreamId,
    pub author: DeviceId,
    pub id: EnvelopeId,
}

impl Place {
    /// Returns what an envelope's key says; none if it is not one.
    pub fn of(key: &[u8]) -> Option<Self> {
        let key: &[u8; ENVELOPE_KEY] = key.try_into().ok()?;
        Some(Self {
            stream: StreamId(key[..16].try_into().ok()?),
            author: DeviceId(key[16..48].try_into().ok()?),
            id: EnvelopeId(key[56..].try_into().ok()?),
        })
    }
}

impl Late {
    /// Returns what a stored row says; all is judged again if it cannot be read.
    pub fn decode(bytes: &[u8]) -> Self {
        match bytes.split_first() {
            Some((&LATE_VERSION, body)) => postcard::from_bytes(body).unwrap_or_default(),
            _ => Self::default(),
        }
    }

    fn encode(&self) -> Vec<u8> {
        postcard::to_extend(self, vec![LATE_VERSION]).expect("plain data")
    }

    pub fn store(&self, tx: &mut Tx<'_>) {
        tx.put(Table::Meta, LATE_KEY, self.encode());
    }

    pub fn has(&self, key: &[u8]) -> bool {
        self.envelopes.contains_key(key)
    }

    /// Returns the keys of the envelopes that hold changes of a document.
    pub fn of_document<'a>(&'a self, key: &DocumentKey) -> impl Iterator<Item = &'a Vec<u8>> {
        let name = (!self.envelopes.is_empty()).then(|| key.to_string());
        self.envelopes
            .iter()
            .filter(move |(_, late)| name.as_ref().is_some_and(|n| late.documents.contains(n)))
            .map(|(key, _)| key)
    }

    /// Notes an envelope that came and is beyond a cut.
    pub fn note(
        &mut self,
        header: &EnvelopeHeader,
        id: &EnvelopeId,
        documents: BTreeSet<String>,
        changes: usize,
    ) {
        self.judged = [0; 32];
        let late = LateEnvelope {
            clock: header.clock,
            changes: changes as u32,
            documents: documents.into_iter().collect(),
            fresh: true,
            left: false,
        };
        self.envelopes.insert(envelope_key(header, id), late);
    }
}

impl Members {
    /// Returns how far the work of a device counts on this one. What a device wrote itself stays on it, whatever others decided.
    pub fn reach(&self, own: &DeviceId, author: &DeviceId, stream: &StreamId) -> Reach {
        if author == own || self.membership.shut_out(own).is_some() {
            return Reach::Whole;
        }
        self.membership.reach(author, stream)
    }

    /// Returns whether an envelope that came is beyond the cut on its author, as far as it can be told from itself.
    pub fn is_late(&self, own: &DeviceId, header: &EnvelopeHeader, id: &EnvelopeId) -> bool {
        let beyond = match self.reach(own, &header.author, &header.stream) {
            Reach::Whole => false,
            Reach::Nothing => true,
            Reach::Until(cut) => header.seq > cut.seq || (header.seq == cut.seq && *id != cut.id),
        };
        beyond && !self.membership.is_taken(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_work_is_stored_as_these_bytes() {
        let late = Late {
            judged: [9; 32],
            envelopes: BTreeMap::from([(
                vec![0xAB; 2],
                LateEnvelope {
                    clock: 300,
                    changes: 2,
                    documents: vec!["root".to_owned()],
                    fresh: false,
                    left: true,
                },
            )]),
        };
        let mut golden = vec![1];
        golden.extend([9; 32]);
        golden.extend([1, 2, 0xAB, 0xAB, 0xAC, 0x02, 2, 1, 4]);
        golden.extend(b"root");
        golden.extend([0, 1]);
        assert_eq!(late.encode(), golden);
        assert_eq!(Late::decode(&golden), late);
        for bad in [&[][..], &[2, 0], &golden[..20]] {
            assert_eq!(Late::decode(bad), Late::default());
        }
    }
}
