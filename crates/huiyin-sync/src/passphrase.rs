//! Keys from passphrases: Argon2id and how hard it works. Backups, the lock of a device and PINs use it.

use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroize as _;

use crate::entropy::Entropy;
use crate::sealing::{open, seal};

/// Bytes of a salt.
pub const SALT_BYTES: usize = 16;

/// Most memory a stored form may ask for, in KiB: a forged one must not take the device down.
const MAX_MEMORY_KIB: u32 = 256 * 1024;
/// Most passes a stored form may ask for.
const MAX_PASSES: u32 = 10;

/// How hard a passphrase is stretched. It is stored beside what the key opens, so that later versions may ask for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

/// What is used for new keys: 64 MiB, three passes, one lane.
///
/// **Source:** memory and passes from RFC 9106, second recommended option; the OWASP Password Storage Cheat Sheet asks for 19 MiB and two
/// passes at least. One lane, because a browser's worker has one thread.
pub const STRETCH: Stretch = Stretch {
    memory_kib: 64 * 1024,
    passes: 3,
};

impl Stretch {
    /// Returns whether no more memory and passes are asked for than any version of the app would ask for.
    pub fn is_bearable(self) -> bool {
        self.memory_kib <= MAX_MEMORY_KIB && self.passes <= MAX_PASSES
    }

    /// Returns the key that follows from a passphrase, without the spaces around it; none if it is more than
    /// bearable, or less than Argon2 can do.
    pub fn key(self, passphrase: &str, salt: &[u8; SALT_BYTES]) -> Option<[u8; 32]> {
        if !self.is_bearable() {
            return None;
        }
        let params = Params::new(self.memory_kib, self.passes, 1, Some(32)).ok()?;
        let mut key = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.trim().as_bytes(), salt, &mut key)
            .ok()?;
        Some(key)
    }

    /// Returns `clear` as a passphrase opens it, bound to `context`; none as of [`Self::key`].
    pub(crate) fn seal(
        self,
        passphrase: &str,
        salt: &[u8; SALT_BYTES],
        context: &[u8],
        clear: &[u8],
        entropy: &mut Entropy,
    ) -> Option<Vec<u8>> {
        let mut key = self.key(passphrase, salt)?;
        let sealed = seal(&key, context, clear, entropy);
        key.zeroize();
        Some(sealed)
    }

    /// Returns what [`Self::seal`] sealed; none if passphrase or context are others, or the bytes are damaged.
    pub(crate) fn open(
        self,
        passphrase: &str,
        salt: &[u8; SALT_BYTES],
        context: &[u8],
        sealed: &[u8],
    ) -> Option<Vec<u8>> {
        let mut key = self.key(passphrase, salt)?;
        let opened = open(&key, context, sealed);
        key.zeroize();
        opened.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_follows_from_passphrase_salt_and_stretch_for_ever() {
        let light = Stretch {
            memory_kib: 64,
            passes: 1,
        };
        let key = light.key("correct horse", &[7; SALT_BYTES]).unwrap();
        assert_eq!(light.key(" correct horse ", &[7; SALT_BYTES]), Some(key));
        assert_ne!(light.key("correct horse", &[8; SALT_BYTES]), Some(key));
        assert_ne!(light.key("correct hors", &[7; SALT_BYTES]), Some(key));
        assert_eq!(key[..8], [10, 168, 215, 98, 23, 171, 36, 44]);
    }

    #[test]
    fn forged_stretches_are_refused() {
        for (memory_kib, passes) in [(u32::MAX, 1), (64, u32::MAX), (1, 1), (64, 0)] {
            let stretch = Stretch { memory_kib, passes };
            assert_eq!(stretch.key("x", &[0; SALT_BYTES]), None, "{stretch:?}");
        }
    }
}
