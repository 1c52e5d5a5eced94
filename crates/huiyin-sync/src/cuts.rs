//! How far the work of a device counts: which envelopes of a chain lie on the way that ends in a cut.
//!
//! A function of the envelopes that are here, whatever the order they came in.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::EnvelopeId;
use crate::revocation::Cut;

/// An envelope in the chain of its author and stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// Its place.
    pub seq: u64,
    /// Its id.
    pub id: EnvelopeId,
    /// The one it follows.
    pub prev: EnvelopeId,
}

/// How far the work of a device counts in a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All of it.
    Whole,
    /// Up to a cut.
    Until(Cut),
    /// None.
    Nothing,
}

impl Reach {
    /// Returns the envelopes of a chain that are beyond the reach.
    ///
    /// Within a cut are its own envelope and those it follows. Where one of these is not here, an envelope further back counts as long as
    /// nothing shows that another belongs in its place.
    pub fn beyond(&self, chain: &BTreeSet<Link>) -> BTreeSet<EnvelopeId> {
        let cut = match self {
            Self::Whole => return BTreeSet::new(),
            Self::Nothing => return chain.iter().map(|link| link.id).collect(),
            Self::Until(cut) => cut,
        };
        let by_id: BTreeMap<(u64, EnvelopeId), EnvelopeId> = chain
            .iter()
            .map(|link| ((link.seq, link.id), link.prev))
            .collect();
        let mut way = BTreeMap::from([(cut.seq, cut.id)]);
        let mut at = (cut.seq, cut.id);
        while let (Some(prev), Some(seq)) = (by_id.get(&at), at.0.checked_sub(1)) {
            way.insert(seq, *prev);
            at = (seq, *prev);
        }
        chain
            .iter()
            .filter(|link| {
                link.seq > cut.seq || way.get(&link.seq).is_some_and(|id| *id != link.id)
            })
            .map(|link| link.id)
            .collect()
    }

    /// Returns the nearer of two: what is within both.
    #[must_use]
    pub fn nearer(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, _) | (_, Self::Nothing) => Self::Nothing,
            (Self::Whole, reach) | (reach, Self::Whole) => reach,
            (Self::Until(a), Self::Until(b)) => {
                Self::Until(if (a.seq, a.id) <= (b.seq, b.id) { a } else { b })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::StreamId;

    const fn id(byte: u8) -> EnvelopeId {
        EnvelopeId([byte; 32])
    }

    fn link(seq: u64, own: u8, prev: u8) -> Link {
        Link {
            seq,
            id: id(own),
            prev: id(prev),
        }
    }

    fn until(seq: u64, own: u8) -> Reach {
        Reach::Until(Cut {
            stream: StreamId([7; 16]),
            seq,
            id: id(own),
        })
    }

    #[track_caller]
    fn check(reach: Reach, chain: &[Link], expected: &[u8]) {
        let chain = chain.iter().copied().collect();
        let expected = expected.iter().map(|byte| id(*byte)).collect();
        assert_eq!(reach.beyond(&chain), expected);
    }

    #[test]
    fn the_chain_of_the_cut_counts_and_nothing_after_it() {
        let chain = [link(0, 1, 0), link(1, 2, 1), link(2, 3, 2)];
        check(until(1, 2), &chain, &[3]);
        check(until(2, 3), &chain, &[]);
        check(Reach::Whole, &chain, &[]);
        check(Reach::Nothing, &chain, &[1, 2, 3]);
    }

    #[test]
    fn what_is_put_into_the_chain_afterwards_does_not_count() {
        // 9 is signed later in the place of 1, and 8 in the place of the cut.
        let chain = [link(0, 9, 0), link(0, 1, 0), link(1, 2, 1), link(1, 8, 9)];
        check(until(1, 2), &chain, &[8, 9]);
        let alone = [link(0, 9, 0), link(1, 2, 1)];
        check(until(1, 2), &alone, &[9]);
    }

    #[test]
    fn behind_a_gap_what_nothing_contradicts_counts() {
        let chain = [link(0, 1, 0), link(2, 3, 2)];
        check(until(2, 3), &chain, &[]);
        check(until(3, 4), &chain, &[]);
    }
}
