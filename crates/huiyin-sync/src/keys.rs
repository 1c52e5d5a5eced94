//! Keys: a device's signing and box pair, an invitation's one-time pair, the key of a stream.
//!
//! Wraps are HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305; the bytes are
//! the 32 bytes of the encapsulated key, then the ciphertext. Signatures are Ed25519, checked strictly.
//! Where secrets lie and how they are locked is left to the caller.
//!
//! Long: the keys of devices, invitations and streams share one way of wrapping.

use std::fmt;

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use thiserror::Error;

use crate::entropy::Entropy;
use crate::id::{DeviceId, StreamId, WorkspaceId, fixed_bytes};

type BoxSecret = <X25519HkdfSha256 as Kem>::PrivateKey;

const ENCAPPED_LENGTH: usize = 32;
const WRAP_INFO: &[u8] = b"huiyin wrap v1";

fixed_bytes!(
    /// The public half of a box pair (X25519): what wraps are made for.
    BoxPublic,
    32
);
fixed_bytes!(
    /// An Ed25519 signature.
    Signature,
    64
);

/// Why wrapped bytes did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The public key is no point a secret can be shared with.
    #[error("seal to a public key: the key is not usable")]
    BadPublicKey,
    /// The bytes were sealed to another key, for another place, or were changed.
    #[error("open sealed bytes: sealed to another key or damaged")]
    NotForThisKey,
}

/// A signing pair and a box pair that follow from 32 secret bytes.
#[derive(Clone)]
struct Pairs {
    sign: SigningKey,
    secret: BoxSecret,
    public: BoxPublic,
}

impl Pairs {
    fn derive(sign_context: &str, box_context: &str, seed: &[u8; 32]) -> Self {
        let sign = SigningKey::from_bytes(&blake3::derive_key(sign_context, seed));
        let secret = BoxSecret::from_bytes(&blake3::derive_key(box_context, seed))
            .expect("32 bytes are a private key");
        let mut public = BoxPublic([0; 32]);
        X25519HkdfSha256::sk_to_pk(&secret).write_exact(&mut public.0);
        Self {
            sign,
            secret,
            public,
        }
    }
}

pub(crate) fn signed_bytes(domain: &[u8], message: &[u8]) -> Vec<u8> {
    let length = u8::try_from(domain.len()).expect("a signature domain is a short constant");
    let mut bytes = Vec::with_capacity(1 + domain.len() + message.len());
    bytes.push(length);
    bytes.extend_from_slice(domain);
    bytes.extend_from_slice(message);
    bytes
}

/// Returns whether `signature` was made by the holder of `public` over `message` in `domain`.
pub fn verify(public: &[u8; 32], domain: &[u8], message: &[u8], signature: &Signature) -> bool {
    VerifyingKey::from_bytes(public).is_ok_and(|key| {
        key.verify_strict(
            &signed_bytes(domain, message),
            &ed25519_dalek::Signature::from_bytes(&signature.0),
        )
        .is_ok()
    })
}

impl DeviceId {
    /// Returns whether this device signed `message` in `domain`.
    pub fn verify(&self, domain: &[u8], message: &[u8], signature: &Signature) -> bool {
        verify(&self.0, domain, message, signature)
    }
}

/// Returns `plain` sealed so that only the holder of the box secret of `to` can open it in the same `context`.
///
/// The result is 48 bytes longer than `plain`.
///
/// # Errors
/// [`KeyError::BadPublicKey`] if `to` is no usable public key.
pub fn seal_to(
    to: &BoxPublic,
    context: &[u8],
    plain: &[u8],
    entropy: &mut Entropy,
) -> Result<Vec<u8>, KeyError> {
    let public = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(&to.0)
        .map_err(|_| KeyError::BadPublicKey)?;
    let (encapped, sealed) = hpke::single_shot_seal_with_rng::<
        ChaCha20Poly1305,
        HkdfSha256,
        X25519HkdfSha256,
    >(&OpModeS::Base, &public, WRAP_INFO, plain, context, entropy)
    .map_err(|_| KeyError::BadPublicKey)?;
    let mut bytes = encapped.to_bytes().to_vec();
    bytes.extend_from_slice(&sealed);
    Ok(bytes)
}

fn open_with(secret: &BoxSecret, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
    let (encapped, sealed) = sealed
        .split_at_checked(ENCAPPED_LENGTH)
        .ok_or(KeyError::NotForThisKey)?;
    let encapped = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(encapped)
        .map_err(|_| KeyError::NotForThisKey)?;
    hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        secret,
        &encapped,
        WRAP_INFO,
        sealed,
        context,
    )
    .map_err(|_| KeyError::NotForThisKey)
}

/// Whoever holds a box secret: a device or an invitation.
pub trait Opener {
    /// Returns the public half: what a wrap names as its receiver.
    fn box_public(&self) -> BoxPublic;

    /// Returns the plain bytes of what [`seal_to`] made for this key in `context`.
    ///
    /// # Errors
    /// [`KeyError::NotForThisKey`].
    fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, KeyError>;
}

/// The keys of one device: an Ed25519 pair (its identity) and an X25519 pair (what keys are wrapped to).
#[derive(Clone)]
pub struct DeviceKeys {
    seed: [u8; 32],
    pairs: Pairs,
}

impl DeviceKeys {
    /// Returns new keys.
    pub fn generate(entropy: &mut Entropy) -> Self {
        Self::from_bytes(entropy.array())
    }

    /// Returns the keys that follow from what [`to_bytes`](Self::to_bytes) gave.
    pub fn from_bytes(seed: [u8; 32]) -> Self {
        Self {
            seed,
            pairs: Pairs::derive("huiyin device sign v1", "huiyin device box v1", &seed),
        }
    }

    /// Returns the secret the keys follow from. It must not leave the device.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.seed
    }

    /// Returns the device's id: its public signing key.
    pub fn device(&self) -> DeviceId {
        DeviceId(self.pairs.sign.verifying_key().to_bytes())
    }

    /// Returns the signature over `message` in `domain` (at most 255 bytes, one constant per purpose).
    pub fn sign(&self, domain: &[u8], message: &[u8]) -> Signature {
        Signature(
            self.pairs
                .sign
                .sign(&signed_bytes(domain, message))
                .to_bytes(),
        )
    }
}

impl Opener for DeviceKeys {
    fn box_public(&self) -> BoxPublic {
        self.pairs.public
    }

    fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
        open_with(&self.pairs.secret, context, sealed)
    }
}

impl fmt::Debug for DeviceKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceKeys({})", self.device())
    }
}

/// The secret half of an invitation: what the link carries.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationSecret(pub [u8; 32]);

impl InvitationSecret {
    /// Returns a new secret.
    pub fn generate(entropy: &mut Entropy) -> Self {
        Self(entropy.array())
    }

    fn pairs(&self) -> Pairs {
        Pairs::derive("huiyin invite sign v1", "huiyin invite box v1", &self.0)
    }

    /// Returns the public signing key: the name of the invitation.
    pub fn sign_public(&self) -> [u8; 32] {
        self.pairs().sign.verifying_key().to_bytes()
    }

    /// Returns the invitation's signature over `message` in `domain`.
    pub fn sign(&self, domain: &[u8], message: &[u8]) -> Signature {
        Signature(
            self.pairs()
                .sign
                .sign(&signed_bytes(domain, message))
                .to_bytes(),
        )
    }
}

impl Opener for InvitationSecret {
    fn box_public(&self) -> BoxPublic {
        self.pairs().public
    }

    fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
        open_with(&self.pairs().secret, context, sealed)
    }
}

impl fmt::Debug for InvitationSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InvitationSecret(..)")
    }
}

/// The key of one stream in one epoch.
#[derive(Clone, PartialEq, Eq)]
pub struct StreamKey(pub [u8; 32]);

impl StreamKey {
    /// Returns a new key.
    pub fn generate(entropy: &mut Entropy) -> Self {
        Self(entropy.array())
    }

    /// Returns the key that whoever holds both of two streams' keys makes of them, whichever is named first. It tells nothing
    /// about either.
    pub fn between(a: &Self, b: &Self) -> Self {
        let (first, second) = if a.0 <= b.0 { (a, b) } else { (b, a) };
        Self(blake3::derive_key(
            "huiyin stream key between two streams v1",
            &[first.0, second.0].concat(),
        ))
    }

    /// Returns what can be published of the key: a hash that binds it and tells nothing about it.
    pub fn commitment(&self) -> [u8; 32] {
        blake3::derive_key("huiyin stream key commitment v1", &self.0)
    }

    /// Returns the key wrapped to `to`, usable for this stream and epoch only (80 bytes).
    ///
    /// # Errors
    /// [`KeyError::BadPublicKey`] if `to` is no usable public key.
    pub fn wrap(
        &self,
        to: &BoxPublic,
        workspace: &WorkspaceId,
        stream: &StreamId,
        epoch: u32,
        entropy: &mut Entropy,
    ) -> Result<Vec<u8>, KeyError> {
        seal_to(
            to,
            &wrap_context(workspace, stream, epoch),
            &self.0,
            entropy,
        )
    }

    /// Returns the key that [`wrap`](Self::wrap) wrapped to `opener` for this stream and epoch.
    ///
    /// # Errors
    /// [`KeyError::NotForThisKey`].
    pub fn unwrap(
        opener: &impl Opener,
        workspace: &WorkspaceId,
        stream: &StreamId,
        epoch: u32,
        wrapped: &[u8],
    ) -> Result<Self, KeyError> {
        let plain = opener.open(&wrap_context(workspace, stream, epoch), wrapped)?;
        <[u8; 32]>::try_from(plain)
            .map(Self)
            .map_err(|_| KeyError::NotForThisKey)
    }
}

fn wrap_context(workspace: &WorkspaceId, stream: &StreamId, epoch: u32) -> Vec<u8> {
    [
        b"stream key".as_slice(),
        workspace.as_bytes(),
        stream.as_bytes(),
        &epoch.to_le_bytes(),
    ]
    .concat()
}

impl fmt::Debug for StreamKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StreamKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entropy() -> Entropy {
        Entropy::from_seed([3; 32])
    }

    #[test]
    fn keys_return_from_their_bytes() {
        let keys = DeviceKeys::generate(&mut entropy());
        let again = DeviceKeys::from_bytes(keys.to_bytes());
        assert_eq!(again.device(), keys.device());
        assert_eq!(again.box_public(), keys.box_public());
    }

    #[test]
    fn a_signature_holds_for_its_domain_message_and_device_only() {
        let mut entropy = entropy();
        let keys = DeviceKeys::generate(&mut entropy);
        let other = DeviceKeys::generate(&mut entropy);
        let signature = keys.sign(b"a", b"message");
        assert!(keys.device().verify(b"a", b"message", &signature));
        assert!(!keys.device().verify(b"b", b"message", &signature));
        assert!(!keys.device().verify(b"am", b"essage", &signature));
        assert!(!keys.device().verify(b"a", b"massage", &signature));
        assert!(!other.device().verify(b"a", b"message", &signature));
    }

    #[test]
    fn a_wrapped_key_opens_for_its_receiver_stream_and_epoch_only() {
        let mut entropy = entropy();
        let keys = DeviceKeys::generate(&mut entropy);
        let other = DeviceKeys::generate(&mut entropy);
        let (workspace, stream) = (WorkspaceId([1; 16]), StreamId([2; 16]));
        let key = StreamKey::generate(&mut entropy);
        let wrapped = key
            .wrap(&keys.box_public(), &workspace, &stream, 4, &mut entropy)
            .unwrap();
        assert_eq!(wrapped.len(), 80);
        let open = |opener: &DeviceKeys, stream: &StreamId, epoch| {
            StreamKey::unwrap(opener, &workspace, stream, epoch, &wrapped)
        };
        assert_eq!(open(&keys, &stream, 4), Ok(key));
        assert_eq!(open(&keys, &stream, 5), Err(KeyError::NotForThisKey));
        assert_eq!(
            open(&keys, &StreamId([3; 16]), 4),
            Err(KeyError::NotForThisKey)
        );
        assert_eq!(open(&other, &stream, 4), Err(KeyError::NotForThisKey));
    }

    #[test]
    fn a_small_order_public_key_is_refused_not_sealed_to() {
        assert_eq!(
            seal_to(&BoxPublic([0; 32]), b"", b"secret", &mut entropy()),
            Err(KeyError::BadPublicKey)
        );
    }

    #[test]
    fn short_or_random_bytes_do_not_open() {
        let keys = DeviceKeys::generate(&mut entropy());
        for length in [0, 31, 32, 47, 48, 80] {
            assert_eq!(
                keys.open(b"", &vec![9; length]),
                Err(KeyError::NotForThisKey)
            );
        }
    }

    #[test]
    fn secrets_do_not_show_in_debug_output() {
        let text = format!(
            "{:?} {:?} {:?}",
            StreamKey([0xab; 32]),
            InvitationSecret([0xab; 32]),
            DeviceKeys::from_bytes([0xab; 32])
        );
        assert!(!text.contains("abab") && !text.contains("171"), "{text}");
    }
}
