//! Who made a change: carried in the change's message, so that a conflict or a time line can name people offline.

use automerge::ActorId;

use crate::Millis;

/// Separates the parts of a change message.
const SEPARATOR: char = '\t';

/// The author of a change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Author {
    /// Id of the user action; all changes of one action share it.
    pub action: String,
    /// Name of the person.
    pub by: String,
    /// Name of the device.
    pub device: String,
    /// When; kept to the second.
    pub at: Millis,
}

impl Author {
    /// Returns the message of a change by this author.
    pub(crate) fn message(&self) -> String {
        let clean = |text: &str| text.replace([SEPARATOR, '\n'], " ");
        format!(
            "{}{SEPARATOR}{}{SEPARATOR}{}",
            clean(&self.action),
            clean(&self.by),
            clean(&self.device)
        )
    }

    /// Returns the author of a change from its message and time in seconds.
    pub(crate) fn of(message: Option<&str>, seconds: i64) -> Self {
        let mut parts = message
            .unwrap_or_default()
            .splitn(3, SEPARATOR)
            .map(str::to_owned);
        let mut next = || parts.next().unwrap_or_default();
        Self {
            action: next(),
            by: next(),
            device: next(),
            at: seconds.saturating_mul(1000),
        }
    }
}

/// Where an Automerge actor id comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActorSeed(pub [u8; 16]);

impl ActorSeed {
    /// How an actor begins that is bound to a device: others are hashes and begin so once in four thousand million.
    pub const BOUND: [u8; 4] = *b"HYA2";

    /// Returns the actor a device writes under: [`Self::BOUND`], then 12 bytes of a hash of its signing key, so that whoever has an envelope
    /// sees whether its signer may write under it ([`crate::may_write_as`]). A restored backup has a new device key and so a new actor.
    pub fn bound(device: &[u8; 32]) -> Self {
        let Self(hash) = Self::derive("huiyin 2026 bound actor of a device", &[device]);
        let mut seed = [0; 16];
        seed[..4].copy_from_slice(&Self::BOUND);
        seed[4..].copy_from_slice(&hash[..12]);
        Self(seed)
    }

    /// Returns the actor a device's store wrote under before actors were bound: hash(device key, store instance).
    pub fn device(device: &[u8; 32], instance: &[u8; 16]) -> Self {
        Self::derive("huiyin 2026 actor of a device", &[device, instance])
    }

    /// Returns the actor that creates imported records; equal input gives the equal actor on every device.
    pub(crate) fn creation(import: &str, document: &str, part: u32) -> Self {
        Self::derive(
            "huiyin 2026 actor of an import",
            &[
                import.as_bytes(),
                b"\0",
                document.as_bytes(),
                &part.to_le_bytes(),
            ],
        )
    }

    fn derive(context: &str, parts: &[&[u8]]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key(context);
        for part in parts {
            hasher.update(part);
        }
        let mut seed = [0; 16];
        seed.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        Self(seed)
    }

    pub(crate) fn actor(&self) -> ActorId {
        ActorId::from(&self.0[..])
    }
}
