//! The key a device seals its own store under, and the passphrase that opens that key.
//!
//! A sealed row = magic `HYR` | version u8 = 1 | number of the key u32 LE | nonce 24 | XChaCha20-Poly1305( value ). What is authenticated
//! with the value: the eight bytes in front, the table's name, a zero and the row's key, so that a row is of use in its place only.

use thiserror::Error;
use zeroize::Zeroize as _;

use crate::entropy::Entropy;
use crate::passphrase::{SALT_BYTES, STRETCH, Stretch};
use crate::sealing::{NONCE_LENGTH, TAG_LENGTH, open, seal};

/// First bytes of a sealed row: a name and the version of the form.
pub const ROW_MAGIC: [u8; 4] = *b"HYR\x01";
/// Bytes a sealed row is longer than its value.
pub const ROW_OVERHEAD: usize = HEADER + NONCE_LENGTH + TAG_LENGTH;
const HEADER: usize = 8;

/// Why a row or a key does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DataKeyError {
    /// It was sealed under another key, for another place, or was changed.
    #[error("open what is sealed: another key or place, or it was changed")]
    NotForThisKey,
    /// The passphrase is wrong, or what it opens was changed.
    #[error("open the key: the passphrase is wrong or the stored key is damaged")]
    WrongPassphrase,
}

/// The key of a device's store. Its bytes are wiped when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct DataKey([u8; 32]);

impl Drop for DataKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DataKey(..)")
    }
}

/// Where a row lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowPlace<'a> {
    /// Name of the table.
    pub table: &'a str,
    /// Key of the row.
    pub key: &'a [u8],
}

impl RowPlace<'_> {
    fn context(self, header: &[u8]) -> Vec<u8> {
        [header, self.table.as_bytes(), &[0], self.key].concat()
    }
}

/// Returns the number of the key a row was sealed under; none if the row is not sealed.
pub fn sealed_under(row: &[u8]) -> Option<u32> {
    let header = row.get(..HEADER).filter(|_| row.len() >= ROW_OVERHEAD)?;
    let number = header.strip_prefix(&ROW_MAGIC)?;
    Some(u32::from_le_bytes(number.try_into().ok()?))
}

impl DataKey {
    /// Returns a new key.
    pub fn generate(entropy: &mut Entropy) -> Self {
        Self(entropy.array())
    }

    /// Returns the key of these bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the key's bytes, for storing it where no lock is set.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns a value sealed for its place. `number` is the number of this key. The result is [`ROW_OVERHEAD`] bytes longer.
    pub fn seal_row(
        &self,
        number: u32,
        place: RowPlace<'_>,
        value: &[u8],
        entropy: &mut Entropy,
    ) -> Vec<u8> {
        let mut row = Vec::with_capacity(value.len() + ROW_OVERHEAD);
        row.extend_from_slice(&ROW_MAGIC);
        row.extend_from_slice(&number.to_le_bytes());
        let context = place.context(&row);
        row.extend_from_slice(&seal(&self.0, &context, value, entropy));
        row
    }

    /// Returns the value of a sealed row.
    ///
    /// # Errors
    /// [`DataKeyError::NotForThisKey`].
    pub fn open_row(&self, place: RowPlace<'_>, row: &[u8]) -> Result<Vec<u8>, DataKeyError> {
        let (header, sealed) = row
            .split_at_checked(HEADER)
            .ok_or(DataKeyError::NotForThisKey)?;
        open(&self.0, &place.context(header), sealed).map_err(|_| DataKeyError::NotForThisKey)
    }

    /// Returns this key sealed under another, for keeping both while rows are moved from one to the other.
    pub fn under(&self, other: &Self, entropy: &mut Entropy) -> Vec<u8> {
        seal(&other.0, b"huiyin earlier data key v1", &self.0, entropy)
    }

    /// Returns the key that [`Self::under`] sealed.
    ///
    /// # Errors
    /// [`DataKeyError::NotForThisKey`].
    pub fn from_under(other: &Self, sealed: &[u8]) -> Result<Self, DataKeyError> {
        open(&other.0, b"huiyin earlier data key v1", sealed)
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or(DataKeyError::NotForThisKey)
    }

    /// Returns this key as a passphrase opens it. Takes about a quarter of a second and 64 MiB; more in a browser.
    pub fn wrap(&self, passphrase: &str, entropy: &mut Entropy) -> WrappedKey {
        self.wrap_with(STRETCH, passphrase, entropy)
    }

    fn wrap_with(&self, stretch: Stretch, passphrase: &str, entropy: &mut Entropy) -> WrappedKey {
        let salt = entropy.array();
        let mut wrapped = WrappedKey {
            stretch,
            salt,
            sealed: Vec::new(),
        };
        wrapped.sealed = stretch
            .seal(passphrase, &salt, &wrapped.context(), &self.0, entropy)
            .expect("our own stretch is one that Argon2 knows");
        wrapped
    }
}

/// A data key under a passphrase, with what is needed to try one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// How hard the passphrase is stretched.
    pub stretch: Stretch,
    /// Salt.
    pub salt: [u8; SALT_BYTES],
    /// Nonce and sealed key.
    pub sealed: Vec<u8>,
}

impl WrappedKey {
    fn context(&self) -> Vec<u8> {
        [
            b"huiyin lock v1".as_slice(),
            &self.stretch.memory_kib.to_le_bytes(),
            &self.stretch.passes.to_le_bytes(),
            &self.salt,
        ]
        .concat()
    }

    /// Returns the key. Takes as long as wrapping it did.
    ///
    /// # Errors
    /// [`DataKeyError::WrongPassphrase`].
    pub fn open(&self, passphrase: &str) -> Result<DataKey, DataKeyError> {
        self.stretch
            .open(passphrase, &self.salt, &self.context(), &self.sealed)
            .and_then(|bytes| bytes.try_into().ok())
            .map(DataKey)
            .ok_or(DataKeyError::WrongPassphrase)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: RowPlace<'static> = RowPlace {
        table: "drafts",
        key: b"customer-new",
    };

    fn entropy() -> Entropy {
        Entropy::from_seed([1; 32])
    }

    #[test]
    fn a_sealed_row_is_these_bytes_for_ever() {
        let key = DataKey::from_bytes([9; 32]);
        let row = key.seal_row(3, PLACE, "张伟".as_bytes(), &mut entropy());
        let golden = "4859520103000000b19579e9511d3f7534f7560c3f466464ec434d1a15fe206f78d06dd9bb0e6a3f879323c87150c96a83a1a6daf87f";
        let digits = |at: usize| u8::from_str_radix(&golden[at..at + 2], 16).unwrap();
        let golden: Vec<u8> = (0..golden.len()).step_by(2).map(digits).collect();
        assert_eq!(row, golden);
        assert_eq!(row.len(), "张伟".len() + ROW_OVERHEAD);
        assert_eq!(sealed_under(&row), Some(3));
        assert_eq!(key.open_row(PLACE, &row).unwrap(), "张伟".as_bytes());
    }

    #[test]
    fn a_row_opens_with_its_key_in_its_place_and_unchanged_only() {
        let key = DataKey::generate(&mut entropy());
        let row = key.seal_row(1, PLACE, b"value", &mut entropy());
        let refused = Err(DataKeyError::NotForThisKey);
        let other = DataKey::from_bytes([0; 32]);
        assert_eq!(other.open_row(PLACE, &row), refused);
        let elsewhere = RowPlace {
            key: b"customer-2",
            ..PLACE
        };
        assert_eq!(key.open_row(elsewhere, &row), refused);
        let other_table = RowPlace {
            table: "deltas",
            ..PLACE
        };
        assert_eq!(key.open_row(other_table, &row), refused);
        for at in 0..row.len() {
            let mut changed = row.clone();
            changed[at] ^= 1;
            assert_eq!(key.open_row(PLACE, &changed), refused, "byte {at}");
            assert_eq!(key.open_row(PLACE, &row[..at]), refused, "cut at {at}");
        }
    }

    #[test]
    fn plain_rows_are_not_taken_for_sealed_ones() {
        for plain in [
            b"".as_slice(),
            b"{}",
            b"HYR",
            b"HYR\x01",
            &[0; 100],
            b"HYR\x02 a row of a later version, longer than any head is or was",
        ] {
            assert_eq!(sealed_under(plain), None, "{plain:?}");
        }
    }

    #[test]
    fn a_wrapped_key_opens_with_its_passphrase_only() {
        let light = Stretch {
            memory_kib: 64,
            passes: 1,
        };
        let key = DataKey::generate(&mut entropy());
        let wrapped = key.wrap_with(light, "一把好口令 2026", &mut entropy());
        assert_eq!(wrapped.open("一把好口令 2026").unwrap(), key);
        let wrong = Err(DataKeyError::WrongPassphrase);
        assert_eq!(wrapped.open("一把好口令 2025"), wrong);
        let softer = WrappedKey {
            stretch: Stretch {
                memory_kib: 32,
                passes: 1,
            },
            ..wrapped.clone()
        };
        assert_eq!(softer.open("一把好口令 2026"), wrong);
        let mut damaged = wrapped;
        damaged.sealed[30] ^= 1;
        assert_eq!(damaged.open("一把好口令 2026"), wrong);
    }

    #[test]
    fn an_earlier_key_opens_under_the_present_one_only() {
        let (earlier, present) = (DataKey::from_bytes([1; 32]), DataKey::from_bytes([2; 32]));
        let sealed = earlier.under(&present, &mut entropy());
        assert_eq!(DataKey::from_under(&present, &sealed).unwrap(), earlier);
        assert!(DataKey::from_under(&earlier, &sealed).is_err());
    }
}
