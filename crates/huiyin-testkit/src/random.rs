//! Choices that follow from a seed.

use huiyin_sync::Entropy;

/// A stream of choices.
#[derive(Debug)]
pub struct Random(Entropy);

impl Random {
    /// Returns the stream that follows from a number.
    pub fn new(seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Self(Entropy::from_seed(bytes))
    }

    /// Returns another stream that follows from this one.
    pub fn fork(&mut self) -> Self {
        Self(Entropy::from_seed(self.0.array()))
    }

    /// Returns a number below `end`, or 0 if `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        if end == 0 {
            return 0;
        }
        (self.0.next_u64() % end as u64) as usize
    }

    /// Returns a number from `first` to `last`, both included.
    pub fn between(&mut self, first: i64, last: i64) -> i64 {
        let span = (last - first).max(0) as u64 + 1;
        first + (self.0.next_u64() % span) as i64
    }

    /// Returns true in `times` of a hundred cases.
    pub fn percent(&mut self, times: usize) -> bool {
        self.below(100) < times
    }

    /// Returns one of the items; none if there are none.
    pub fn choose<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// Returns 32 bytes for an event of an engine.
    pub fn entropy(&mut self) -> [u8; 32] {
        self.0.array()
    }
}
