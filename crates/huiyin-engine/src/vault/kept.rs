//! The one row that is never sealed: the data key (plain, or under a passphrase), wrong tries, and how far sealing anew has come.

use huiyin_sync::passphrase::{SALT_BYTES, Stretch};
use huiyin_sync::{DataKey, WrappedKey};
use serde::{Deserialize, Serialize};

use super::VaultError;
use super::moving::Place;
use super::tries::Tries;
use crate::{Batch, Durability, Table, Write};

/// Version of the row.
const VERSION: u8 = 1;
/// Key of the row in the meta table.
pub(super) const ROW_KEY: &[u8] = b"lock";

/// The row. Field order is the format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    /// Number of the data key; rows name it.
    pub number: u32,
    /// The data key.
    pub key: KeptKey,
    /// The data key before, while rows are moved from it: its number, and the key sealed under the present one.
    pub earlier: Option<(u32, Vec<u8>)>,
    /// How far rows are sealed under the present key; none = all of them.
    pub moving: Option<Place>,
    /// Rows of an app that sealed nothing may still be there.
    pub plain: bool,
    /// Minutes until the device locks itself; 0 = never.
    pub idle_minutes: u16,
    /// Grows with every locking, so that a key handed on before is worth nothing after.
    pub session: u32,
    /// Wrong tries.
    pub tries: Tries,
}

/// A data key as it lies in the row. The order of variants and fields is the format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum KeptKey {
    /// No passphrase is set.
    Plain([u8; 32]),
    /// Under a passphrase.
    Wrapped {
        memory_kib: u32,
        passes: u32,
        salt: [u8; SALT_BYTES],
        sealed: Vec<u8>,
    },
}

impl KeptKey {
    pub fn wrapped(key: WrappedKey) -> Self {
        Self::Wrapped {
            memory_kib: key.stretch.memory_kib,
            passes: key.stretch.passes,
            salt: key.salt,
            sealed: key.sealed,
        }
    }

    /// Returns what a passphrase opens, if one is set.
    pub fn to_wrapped(&self) -> Option<WrappedKey> {
        match self {
            Self::Plain(_) => None,
            Self::Wrapped {
                memory_kib,
                passes,
                salt,
                sealed,
            } => Some(WrappedKey {
                stretch: Stretch {
                    memory_kib: *memory_kib,
                    passes: *passes,
                },
                salt: *salt,
                sealed: sealed.clone(),
            }),
        }
    }

    /// Returns the key where no passphrase is set.
    pub fn plain(&self) -> Option<DataKey> {
        match self {
            Self::Plain(bytes) => Some(DataKey::from_bytes(*bytes)),
            Self::Wrapped { .. } => None,
        }
    }
}

impl Kept {
    /// Returns the stored form.
    pub fn encode(&self) -> Vec<u8> {
        postcard::to_extend(self, vec![VERSION]).expect("the row is plain data")
    }

    /// Returns the row of a stored form.
    ///
    /// # Errors
    /// [`VaultError::Newer`] and [`VaultError::Damaged`].
    pub fn decode(bytes: &[u8]) -> Result<Self, VaultError> {
        match bytes {
            [VERSION, body @ ..] => postcard::from_bytes(body).map_err(|_| VaultError::Damaged),
            [version, ..] if *version > VERSION => Err(VaultError::Newer),
            _ => Err(VaultError::Damaged),
        }
    }

    /// Returns the write of the row.
    pub fn write(&self) -> Write {
        Write::Put {
            table: Table::Meta,
            key: ROW_KEY.to_vec(),
            value: self.encode(),
        }
    }

    /// Returns a commit of the row alone.
    pub fn batch(&self) -> Batch {
        Batch {
            writes: vec![self.write()],
            durability: Durability::Strict,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept() -> Kept {
        Kept {
            number: 2,
            key: KeptKey::Wrapped {
                memory_kib: 64,
                passes: 3,
                salt: [0xAA; SALT_BYTES],
                sealed: vec![0xBB; 2],
            },
            earlier: Some((1, vec![0xCC])),
            moving: Some(Place {
                table: "deltas".to_owned(),
                after: Some(vec![0xDD]),
            }),
            plain: true,
            idle_minutes: 15,
            session: 4,
            tries: Tries::default().and_one(7),
        }
    }

    #[test]
    fn the_row_of_the_lock_is_these_bytes_for_ever() {
        let mut golden = vec![
            1, // version
            2, // number of the key
            1, 64, 3, // wrapped: memory, passes
        ];
        golden.extend([0xAA; SALT_BYTES]);
        golden.extend([
            2, 0xBB, 0xBB, // sealed key
            1, 1, 1, 0xCC, // earlier key: there, number, sealed
            1, 6, b'd', b'e', b'l', b't', b'a', b's', 1, 1, 0xDD, // place
            1,    // plain rows
            15, 4, // minutes, session
            1, 0, 14, // tries: failed, wait, noted
        ]);
        assert_eq!(kept().encode(), golden);
        assert_eq!(Kept::decode(&golden), Ok(kept()));
    }

    #[test]
    fn a_row_of_a_later_version_and_a_damaged_one_are_told_apart() {
        assert_eq!(Kept::decode(&[2, 0, 0]), Err(VaultError::Newer));
        for damaged in [&[][..], &[0], &[1], &[1, 2, 9]] {
            assert_eq!(Kept::decode(damaged), Err(VaultError::Damaged));
        }
    }
}
