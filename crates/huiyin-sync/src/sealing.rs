//! Symmetric sealing under a stream key: XChaCha20-Poly1305 with the nonce in front.
//!
//! Different uses of one stream key run under different derived keys. The hash of the key is part of what is
//! authenticated, so bytes cannot be passed off as sealed under another key; grants publish the same hash.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::entropy::Entropy;
use crate::keys::{KeyError, StreamKey};

pub(crate) const NONCE_LENGTH: usize = 24;
pub(crate) const TAG_LENGTH: usize = 16;

pub(crate) fn seal(key: &[u8; 32], context: &[u8], plain: &[u8], entropy: &mut Entropy) -> Vec<u8> {
    let nonce: [u8; NONCE_LENGTH] = entropy.array();
    let sealed = XChaCha20Poly1305::new(&(*key).into())
        .encrypt(
            &XNonce::from(nonce),
            Payload {
                msg: plain,
                aad: context,
            },
        )
        .expect("a message below 256 GiB can be sealed");
    [nonce.as_slice(), &sealed].concat()
}

pub(crate) fn open(key: &[u8; 32], context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
    let (nonce, sealed) = sealed
        .split_first_chunk::<NONCE_LENGTH>()
        .ok_or(KeyError::NotForThisKey)?;
    XChaCha20Poly1305::new(&(*key).into())
        .decrypt(
            &XNonce::from(*nonce),
            Payload {
                msg: sealed,
                aad: context,
            },
        )
        .map_err(|_| KeyError::NotForThisKey)
}

impl StreamKey {
    /// Returns what a document is called to those without the key: the first 16 bytes of BLAKE3 keyed by a key
    /// derived from this one.
    pub fn alias(&self, document: &str) -> [u8; 16] {
        let key = blake3::derive_key("huiyin document alias v1", &self.0);
        let mut alias = [0; 16];
        alias.copy_from_slice(&blake3::keyed_hash(&key, document.as_bytes()).as_bytes()[..16]);
        alias
    }

    pub(crate) fn seal_part(&self, aad: &[u8], body: &[u8], entropy: &mut Entropy) -> Vec<u8> {
        let key = blake3::derive_key("huiyin part v1", &self.0);
        seal(&key, &[aad, &self.commitment()].concat(), body, entropy)
    }

    pub(crate) fn open_part(&self, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
        let key = blake3::derive_key("huiyin part v1", &self.0);
        open(&key, &[aad, &self.commitment()].concat(), sealed)
    }

    /// Returns `plain` sealed under this key for `context` (one text per purpose): a branch's name, a device's name.
    ///
    /// The result is 40 bytes longer than `plain`.
    pub fn seal_text(&self, context: &str, plain: &str, entropy: &mut Entropy) -> Vec<u8> {
        let key = blake3::derive_key("huiyin text v1", &self.0);
        let aad = [context.as_bytes(), &self.commitment()].concat();
        seal(&key, &aad, plain.as_bytes(), entropy)
    }

    /// Returns the text that [`seal_text`](Self::seal_text) sealed for the same `context`.
    ///
    /// # Errors
    /// [`KeyError::NotForThisKey`].
    pub fn open_text(&self, context: &str, sealed: &[u8]) -> Result<String, KeyError> {
        let key = blake3::derive_key("huiyin text v1", &self.0);
        let aad = [context.as_bytes(), &self.commitment()].concat();
        String::from_utf8(open(&key, &aad, sealed)?).map_err(|_| KeyError::NotForThisKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_text_opens_for_its_key_and_context_only() {
        let mut entropy = Entropy::from_seed([1; 32]);
        let key = StreamKey::generate(&mut entropy);
        let sealed = key.seal_text("branch name", "北京", &mut entropy);
        assert_eq!(sealed.len(), "北京".len() + NONCE_LENGTH + TAG_LENGTH);
        assert_eq!(key.open_text("branch name", &sealed).unwrap(), "北京");
        assert!(key.open_text("device name", &sealed).is_err());
        assert!(
            StreamKey([0; 32])
                .open_text("branch name", &sealed)
                .is_err()
        );
        assert!(key.open_text("branch name", &sealed[..10]).is_err());
    }

    #[test]
    fn aliases_differ_between_keys_and_documents() {
        let (a, b) = (StreamKey([1; 32]), StreamKey([2; 32]));
        assert_ne!(a.alias("doc"), b.alias("doc"));
        assert_ne!(a.alias("doc"), a.alias("cod"));
    }
}
