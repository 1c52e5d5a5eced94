//! What an administrator says about a device after it joined: shut out, given other rights, confirmed, its late work taken.
//!
//! Here these statements are made and their words sealed; whether they count is decided in the fold. They are written in version 2 of
//! the statement encoding: a program that knows version 1 only keeps them until it is updated.

use serde::{Deserialize, Serialize};

use crate::entropy::Entropy;
use crate::id::{DeviceId, EnvelopeId, StreamId};
use crate::keys::{KeyError, StreamKey};
use crate::statement::Rights;

/// Bits of an epoch that tell who made it: two administrators who change a key apart make two epochs, and both can be read.
const MAKER_BITS: u32 = 20;
/// Most envelopes one [`Take`] names.
pub const MAX_TAKEN: usize = 4_096;
const WORDS_CONTEXT: &str = "words about a member";

/// The last envelope of a device that counts in one stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Cut {
    /// The stream.
    pub stream: StreamId,
    /// Place of the envelope among the device's in the stream.
    pub seq: u64,
    /// The envelope. What counts are this one and those it follows, by their hashes.
    pub id: EnvelopeId,
}

/// Words for the members of the company, under a key of the root stream.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedWords {
    /// Epoch of the root's key.
    pub epoch: u32,
    /// What the caller sealed; empty for none.
    #[serde(with = "serde_bytes")]
    pub sealed: Vec<u8>,
}

impl SealedWords {
    /// Returns `words` under the root's key of `epoch`.
    pub fn new(epoch: u32, key: &StreamKey, words: &str, entropy: &mut Entropy) -> Self {
        Self {
            epoch,
            sealed: key.seal_text(WORDS_CONTEXT, words, entropy),
        }
    }

    /// Returns the words.
    ///
    /// # Errors
    /// [`KeyError::NotForThisKey`] if `key` is not the one they were sealed under.
    pub fn open(&self, key: &StreamKey) -> Result<String, KeyError> {
        key.open_text(WORDS_CONTEXT, &self.sealed)
    }
}

/// A device that is shut out, and what of its work stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The device.
    pub device: DeviceId,
    /// The last envelope that counts, per stream; in a stream that is not listed none counts.
    pub cuts: Vec<Cut>,
}

/// Shuts devices out, or closes invitations nobody used. By an administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// The devices, for instance all of one person; none if only invitations are closed.
    pub targets: Vec<Target>,
    /// Invitations (their signing keys) that admit nobody any more, unless the use was confirmed.
    pub withdrawn: Vec<[u8; 32]>,
    /// Why.
    pub reason: SealedWords,
}

/// Gives a member other rights than it joined with. By an administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RightsChange {
    /// The device.
    pub device: DeviceId,
    /// One more than the greatest number of a change of this device its author knows; the greatest number is in force.
    pub number: u32,
    /// What the device may do from now on, in place of what its invitations say. An administrator stays one: only a revocation ends that.
    pub rights: Rights,
    /// Streams the device may use no more, however it was given their keys.
    pub lost: Vec<StreamId>,
    /// The last envelope of the device that counts in lost streams; in one that is not listed none counts.
    pub cuts: Vec<Cut>,
    /// When an administrator's device shuts the device out by its own clock, in milliseconds since 1970; 0 for never.
    pub until_ms: u64,
    /// Branch and role, as the caller writes them.
    pub details: SealedWords,
}

/// Says which device has used an invitation. By the administrator who made it, or one admitted no later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// Signing key of the invitation.
    pub invitation: [u8; 32],
    /// The device that has it.
    pub device: DeviceId,
}

/// Lets envelopes count that lie beyond a cut. By an administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Take {
    /// The envelopes; at most [`MAX_TAKEN`].
    pub envelopes: Vec<EnvelopeId>,
}

/// Returns the epoch `author` makes after `newest`; none once all 4,094 are used up.
///
/// The low 20 bits follow from the author: what two administrators make apart never has one number.
pub fn epoch_after(newest: u32, author: &DeviceId) -> Option<u32> {
    let generation = (newest >> MAKER_BITS).checked_add(1)?;
    let maker = blake3::derive_key("huiyin epoch maker v1", author.as_bytes());
    let low = u32::from_le_bytes([maker[0], maker[1], maker[2], 0]) & ((1 << MAKER_BITS) - 1);
    (generation < u32::MAX >> MAKER_BITS).then_some(generation << MAKER_BITS | low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::envelope::CLEAR_EPOCH;

    #[test]
    fn epochs_grow_and_two_makers_never_make_the_same() {
        let (one, other) = (DeviceId([1; 32]), DeviceId([2; 32]));
        let (first, second) = (
            epoch_after(0, &one).unwrap(),
            epoch_after(0, &other).unwrap(),
        );
        assert_ne!(first, second);
        assert!(first > 0 && epoch_after(first, &other).unwrap() > first.max(second));
        let mut epoch = 0;
        let mut made = 0;
        while let Some(next) = epoch_after(epoch, &one) {
            assert!(next > epoch && next < CLEAR_EPOCH);
            (epoch, made) = (next, made + 1);
        }
        assert_eq!(made, 4_094);
    }

    #[test]
    fn words_are_read_with_the_key_they_were_sealed_under_only() {
        let mut entropy = Entropy::from_seed([1; 32]);
        let key = StreamKey::generate(&mut entropy);
        let words = SealedWords::new(3, &key, "平板遗失", &mut entropy);
        assert_eq!(words.open(&key).unwrap(), "平板遗失");
        assert!(words.open(&StreamKey([9; 32])).is_err());
    }
}
