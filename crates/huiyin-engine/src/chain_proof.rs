//! The proof that what devices sent is whole: every stored envelope is signed, lies under its own name, and follows the one its author
//! sent before it in the stream. Read page by page in the order of the names, so that memory stays bounded.

use std::collections::BTreeSet;

use huiyin_sync::{DeviceId, Envelope, EnvelopeId, StreamId};

use crate::chains::envelope_key;
use crate::task::{Halt, Need, Rows, Run};
use crate::{Query, Table};

/// Envelopes read at once.
const PAGE: u32 = 256;
/// Breaks that are told; what follows them is checked and not listed.
pub(crate) const MAX_BREAKS: usize = 100;

/// A break of a chain: its place, and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Break {
    /// Stream, author and sequence; none if the bytes do not even tell that.
    pub place: Option<(StreamId, DeviceId, u64)>,
    /// What is wrong, in words.
    pub what: String,
}

/// A proof under way.
#[derive(Debug, Default)]
pub(crate) struct ChainProof {
    /// Key of the last envelope read.
    last: Option<Vec<u8>>,
    ended: bool,
    /// Chain under way, and sequence and ids of its last two steps.
    chain: Option<(StreamId, DeviceId)>,
    before: (u64, BTreeSet<EnvelopeId>),
    here: (u64, BTreeSet<EnvelopeId>),
    /// Envelopes read.
    pub envelopes: u64,
    /// Breaks found, in the order of the names; at most [`MAX_BREAKS`].
    pub breaks: Vec<Break>,
}

impl ChainProof {
    /// Goes on with the pages read so far, which are used up, until all are through.
    pub fn run(&mut self, loaded: &mut Vec<(Query, Rows)>) -> Run<()> {
        for (_, rows) in loaded.drain(..) {
            self.ended = rows.len() < PAGE as usize;
            for (key, bytes) in rows {
                self.envelopes += 1;
                self.take(&key, &bytes);
                self.last = Some(key);
            }
        }
        if self.ended {
            return Ok(());
        }
        Err(Halt::Need(vec![Need::Rows(Query::Range {
            table: Table::Envelopes,
            prefix: Vec::new(),
            after: self.last.clone(),
            limit: PAGE,
            keys_only: false,
        })]))
    }

    fn take(&mut self, key: &[u8], bytes: &[u8]) {
        let envelope = match Envelope::decode(bytes) {
            Ok(envelope) => envelope,
            Err(error) => return self.tell(None, error.to_string()),
        };
        let (header, id) = (envelope.header(), envelope.id());
        let place = Some((header.stream, header.author, header.seq));
        if let Err(error) = envelope.verify() {
            self.tell(place, error.to_string());
        } else if key != envelope_key(header, &id) {
            self.tell(place, "is stored under another one's name".to_owned());
        }
        let chain = (header.stream, header.author);
        if self.chain != Some(chain) {
            self.chain = Some(chain);
            self.before = (0, BTreeSet::new());
            self.here = (header.seq, BTreeSet::new());
        } else if self.here.0 != header.seq {
            self.before = std::mem::replace(&mut self.here, (header.seq, BTreeSet::new()));
        }
        self.here.1.insert(id);
        let follows = match header.seq.checked_sub(1) {
            None => header.prev == EnvelopeId::ZERO,
            // A missing one is told by the list of names.
            Some(seq) if self.before.0 != seq || self.before.1.is_empty() => true,
            Some(_) => self.before.1.contains(&header.prev),
        };
        if !follows {
            let what = "does not follow the one its author sent before";
            self.tell(place, what.to_owned());
        }
    }

    fn tell(&mut self, place: Option<(StreamId, DeviceId, u64)>, what: String) {
        if self.breaks.len() < MAX_BREAKS {
            self.breaks.push(Break { place, what });
        }
    }
}

#[cfg(test)]
mod tests {
    use huiyin_sync::{DeviceKeys, Entropy, Part, SealRequest, StreamKey, WorkspaceId};

    use super::*;

    /// Seals an envelope of the author made from `seed` and returns its stored row and id.
    fn sealed(seed: u8, seq: u64, prev: EnvelopeId, text: &[u8]) -> (Vec<u8>, Vec<u8>, EnvelopeId) {
        let mut entropy = Entropy::from_seed([seed; 32]);
        let keys = DeviceKeys::generate(&mut entropy);
        let key = StreamKey::generate(&mut Entropy::from_seed([99; 32]));
        let workspace = WorkspaceId([7; 16]);
        let envelope = Envelope::seal(
            &keys,
            &key,
            SealRequest {
                workspace,
                stream: StreamId::root(&workspace),
                epoch: 0,
                seq,
                prev,
                clock: 5,
                parts: vec![Part {
                    document: "root".to_owned(),
                    chunk: text.to_vec(),
                }],
            },
            &mut entropy,
        )
        .expect("small");
        let id = envelope.id();
        let name = envelope_key(envelope.header(), &id);
        (name, envelope.as_bytes().to_vec(), id)
    }

    /// Returns what is wrong with these rows, read as the store gives them.
    fn breaks(mut rows: Rows) -> Vec<(Option<u64>, String)> {
        rows.sort();
        let mut proof = ChainProof::default();
        let mut loaded = Vec::new();
        while let Err(Halt::Need(needs)) = proof.run(&mut loaded) {
            let [Need::Rows(query)] = needs.as_slice() else {
                panic!("{needs:?}");
            };
            let Query::Range { after, limit, .. } = query else {
                panic!("{query:?}");
            };
            let page = rows
                .iter()
                .filter(|(key, _)| after.as_ref().is_none_or(|after| key > after))
                .take(*limit as usize);
            loaded.push((query.clone(), page.cloned().collect()));
        }
        assert_eq!(proof.envelopes, rows.len() as u64);
        let told = proof.breaks.into_iter();
        told.map(|found| (found.place.map(|(_, _, seq)| seq), found.what))
            .collect()
    }

    /// Returns the rows of a sound chain longer than a page.
    fn chain(seed: u8) -> Rows {
        let mut prev = EnvelopeId::ZERO;
        (0..u64::from(PAGE) + 3)
            .map(|seq| {
                let (key, bytes, id) = sealed(seed, seq, prev, b"a");
                prev = id;
                (key, bytes)
            })
            .collect()
    }

    #[test]
    fn sound_chains_of_two_authors_have_no_break() {
        assert_eq!(breaks([chain(1), chain(2)].concat()), []);
        assert_eq!(breaks(Vec::new()), []);
    }

    #[test]
    fn an_envelope_put_in_the_place_of_another_is_named() {
        let mut rows = chain(1);
        // The author's own hand, another text: signed, and not what the next one follows.
        let (_, _, before) = sealed(1, 0, EnvelopeId::ZERO, b"a");
        let (key, bytes, _) = sealed(1, 1, before, b"b");
        rows[1] = (key, bytes);
        let what = "does not follow the one its author sent before".to_owned();
        assert_eq!(breaks(rows), [(Some(2), what)]);
    }

    #[test]
    fn damaged_and_renamed_envelopes_are_named() {
        let mut rows = chain(1);
        rows.truncate(3);
        let last = rows[1].1.len() - 1;
        rows[1].1[last] ^= 1;
        rows[2].0[56] ^= 1;
        let found = breaks(rows);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[1].1.contains("another one's name"), "{found:?}");
    }

    #[test]
    fn a_fork_is_followed_on_both_sides() {
        let first = sealed(1, 0, EnvelopeId::ZERO, b"a");
        let other = sealed(1, 0, EnvelopeId::ZERO, b"b");
        let after_first = sealed(1, 1, first.2, b"c");
        let after_other = sealed(1, 1, other.2, b"d");
        let after_none = sealed(1, 1, EnvelopeId([9; 32]), b"e");
        let row = |(key, bytes, _): &(Vec<u8>, Vec<u8>, EnvelopeId)| (key.clone(), bytes.clone());
        let sound: Rows = [&first, &other, &after_first, &after_other].map(row).into();
        assert_eq!(breaks(sound.clone()), []);
        let found = breaks([sound, vec![row(&after_none)]].concat());
        assert_eq!(found.len(), 1, "{found:?}");
    }
}
