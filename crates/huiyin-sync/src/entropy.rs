//! Randomness as an argument: a stream of bytes that follows from a seed the shell took from its system.

use std::convert::Infallible;
use std::fmt;

use hpke::rand_core::{TryCryptoRng, TryRng};

/// A stream of unpredictable bytes: the extendable output of BLAKE3 over a seed.
///
/// Give each event a fresh seed of 32 bytes from the system; tests give fixed seeds. One seed must never serve
/// two purposes: nonces and keys come from it. It is not `Clone` for that reason.
pub struct Entropy(blake3::OutputReader);

impl Entropy {
    /// Returns the stream that follows from `seed`.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("huiyin entropy v1");
        hasher.update(&seed);
        Self(hasher.finalize_xof())
    }

    /// Fills `bytes` with the next bytes of the stream.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }

    /// Returns the next `N` bytes of the stream.
    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// Returns the next eight bytes as a number.
    pub fn next_u64(&mut self) -> u64 {
        u64::from_le_bytes(self.array())
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entropy(..)")
    }
}

impl TryRng for Entropy {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.array()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.array()))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for Entropy {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_follows_from_the_seed_and_never_repeats_a_block() {
        let mut one = Entropy::from_seed([7; 32]);
        let mut same = Entropy::from_seed([7; 32]);
        let first: [u8; 64] = one.array();
        assert_eq!(first, same.array());
        assert_ne!(first, one.array());
        assert_ne!(first, Entropy::from_seed([8; 32]).array());
    }
}
