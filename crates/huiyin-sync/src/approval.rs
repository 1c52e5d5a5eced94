//! The check of six digits: a newcomer's screen and the administrator's show the same number before the newcomer belongs.
//!
//! An invitation that asks ([`Statement::AskingInvitation`](crate::Statement::AskingInvitation)) carries no keys, and who uses it is no member
//! but waits. The device that made it answers each newcomer with a [`Draw`]: random bytes, drawn after the newcomer's keys were said. Both
//! screens show the number that follows from those keys, the invitation, its maker and the draw ([`six_digits`]); people compare them, and an
//! administrator says a [`Confirmation`](crate::Confirmation). Whoever stole the link and passes on the messages cannot pick keys to fit a
//! number, because the number is not there when the keys are said: of [`MAX_DRAWN`] tries one fits by chance once in 125,000.

use serde::{Deserialize, Serialize};

use crate::id::{DeviceId, EnvelopeId, WorkspaceId};
use crate::keys::BoxPublic;

/// Most newcomers of one invitation that are answered: more would be guesses.
pub const MAX_DRAWN: usize = 8;
/// One more than the greatest number.
const NUMBERS: u64 = 1_000_000;

/// Answers a newcomer with random bytes. By the administrator's device that made the invitation, or one admitted no later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draw {
    /// Signing key of the invitation.
    pub invitation: [u8; 32],
    /// The newcomer.
    pub device: DeviceId,
    /// Random bytes, drawn once its admission is here.
    pub nonce: [u8; 16],
}

/// A device that used an invitation which asks, and waits for an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomer {
    /// Signing key of the invitation.
    pub invitation: [u8; 32],
    /// Who made the invitation.
    pub maker: DeviceId,
    /// The device that waits.
    pub device: DeviceId,
    /// Its box key.
    pub box_public: BoxPublic,
    /// Its clock at the admission, in milliseconds since 1970.
    pub clock: u64,
    /// The envelope of its admission.
    pub envelope: EnvelopeId,
    /// What an administrator's device drew for it.
    pub nonce: Option<[u8; 16]>,
}

impl Newcomer {
    /// Returns the number both screens show, as six digits; none before it was drawn.
    pub fn number(&self, workspace: &WorkspaceId) -> Option<String> {
        let nonce = self.nonce?;
        let (invitation, maker) = (&self.invitation, &self.maker);
        let keys = (&self.device, &self.box_public);
        Some(six_digits(workspace, invitation, maker, keys, &nonce))
    }
}

/// Returns six digits: the first 8 bytes (little endian) of BLAKE3 in derive mode over workspace, invitation, its maker, the newcomer's keys and
/// the draw, modulo 1,000,000, with leading zeros.
pub fn six_digits(
    workspace: &WorkspaceId,
    invitation: &[u8; 32],
    maker: &DeviceId,
    (device, box_public): (&DeviceId, &BoxPublic),
    nonce: &[u8; 16],
) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("huiyin six digits v1");
    hasher.update(workspace.as_bytes());
    hasher.update(invitation);
    hasher.update(maker.as_bytes());
    hasher.update(device.as_bytes());
    hasher.update(box_public.as_bytes());
    hasher.update(nonce);
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    format!("{:06}", u64::from_le_bytes(first) % NUMBERS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(change: impl FnOnce(&mut [[u8; 32]; 4], &mut [u8; 16])) -> String {
        let (mut keys, mut nonce) = ([[1; 32], [2; 32], [3; 32], [4; 32]], [5; 16]);
        change(&mut keys, &mut nonce);
        let [invitation, maker, device, box_public] = keys;
        let newcomer = (&DeviceId(device), &BoxPublic(box_public));
        let workspace = WorkspaceId([9; 16]);
        six_digits(&workspace, &invitation, &DeviceId(maker), newcomer, &nonce)
    }

    #[test]
    fn the_number_is_six_digits_and_hangs_on_every_key_and_on_the_draw() {
        let agreed = number(|_, _| {});
        assert_eq!(agreed.len(), 6);
        assert!(agreed.bytes().all(|digit| digit.is_ascii_digit()));
        for key in 0..4 {
            assert_ne!(number(|keys, _| keys[key][0] ^= 1), agreed, "key {key}");
        }
        assert_ne!(number(|_, nonce| nonce[15] ^= 1), agreed);
    }
}
