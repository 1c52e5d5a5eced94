//! Keys of members of staff: what a person signs deciding acts with, sealed under a PIN, certified by an administrator's device.
//!
//! Decides the bytes: how a key follows from its seed, what is signed, how registers of the root document say it. Who is an
//! administrator decides the membership; which act wants a signature, and what a missing one means, decide others.
//!
//! | domain | over |
//! | --- | --- |
//! | `huiyin staff key v1` | workspace 16, public key 32, since u64 LE, length of the staff id u8, staff id, name |
//! | `huiyin staff key end v1` | workspace 16, public key 32, until u64 LE |
//! | `huiyin staff key draw v1` | workspace 16, public key 32, nonce 16 |
//! | `huiyin staff act v1` | workspace 16, length of the record id u8, record id, event id (16 hex digits), digest of the event 32 |
//!
//! Long: the four things that are signed, their texts, and their tests.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signer, SigningKey};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use zeroize::Zeroize as _;

use crate::data_key::DataKeyError;
use crate::entropy::Entropy;
use crate::id::{DeviceId, ParseIdError, WorkspaceId, fixed_bytes};
use crate::keys::{DeviceKeys, Signature, signed_bytes, verify};
use crate::passphrase::{SALT_BYTES, STRETCH, Stretch};

/// Fewest digits of a PIN.
///
/// **Source:** NIST SP 800-63B, 5.1.1.1: a memorised secret that is tried at a counted rate has six characters at least and may be all numeric.
pub const MIN_PIN_DIGITS: usize = 6;
/// Most digits of a PIN.
pub const MAX_PIN_DIGITS: usize = 12;

const CERTIFICATE: &[u8] = b"huiyin staff key v1";
const END: &[u8] = b"huiyin staff key end v1";
const DRAW: &[u8] = b"huiyin staff key draw v1";
const ACT: &[u8] = b"huiyin staff act v1";
/// One more than the greatest check number.
const NUMBERS: u64 = 1_000_000;

fixed_bytes!(
    /// The public half of a key of a member of staff (Ed25519).
    StaffPublic,
    32
);

/// Why digits are no PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PinError {
    /// Something else than 6 to 12 digits.
    #[error("a PIN has 6 to 12 digits and nothing else")]
    Form,
    /// One digit, repeated.
    #[error("choose another PIN: the same digit all along is guessed first")]
    Same,
    /// Each digit one more, or one less, than the one before.
    #[error("choose another PIN: digits in a row, such as 123456, are guessed first")]
    Row,
}

/// Returns whether digits will do as a PIN.
///
/// # Errors
/// [`PinError`]: what to choose instead.
pub fn check_pin(pin: &str) -> Result<(), PinError> {
    let digits = pin.trim().as_bytes();
    let fits = (MIN_PIN_DIGITS..=MAX_PIN_DIGITS).contains(&digits.len());
    if !fits || !digits.iter().all(u8::is_ascii_digit) {
        return Err(PinError::Form);
    }
    // Past nine comes nought.
    let steps = |by: u8| {
        let mut pairs = digits.windows(2);
        pairs.all(|pair| (pair[0] - b'0' + by) % 10 == pair[1] - b'0')
    };
    if steps(0) {
        return Err(PinError::Same);
    }
    if steps(1) || steps(9) {
        return Err(PinError::Row);
    }
    Ok(())
}

/// An act of a person: where the event stands, and what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act<'a> {
    /// Workspace.
    pub workspace: &'a WorkspaceId,
    /// Record id as text, at most 255 bytes; what a catalogue decides has a name that is no record id, such as `destroy/<segment>`.
    pub record: &'a str,
    /// Event id: 16 hex digits; empty in a catalogue.
    pub event: &'a str,
    /// BLAKE3 over the stored scalars of the event without its signature, or over what the catalogue says.
    pub digest: &'a [u8; 32],
}

impl Act<'_> {
    fn bytes(self) -> Vec<u8> {
        let mut bytes = self.workspace.as_bytes().to_vec();
        put_short(&mut bytes, self.record);
        bytes.extend_from_slice(self.event.as_bytes());
        bytes.extend_from_slice(self.digest);
        bytes
    }
}

/// Writes a text of at most 255 bytes behind its length; what is longer is cut, so that its signature fits nothing else.
fn put_short(bytes: &mut Vec<u8>, text: &str) {
    let length = text.len().min(usize::from(u8::MAX));
    bytes.push(length as u8);
    bytes.extend_from_slice(&text.as_bytes()[..length]);
}

impl StaffPublic {
    /// Returns whether the holder of this key signed the act.
    pub fn signed(&self, act: Act<'_>, signature: &Signature) -> bool {
        verify(&self.0, ACT, &act.bytes(), signature)
    }
}

/// The key of a member of staff on one device. Its seed is wiped when it is dropped.
#[derive(Clone)]
pub struct StaffKey {
    seed: [u8; 32],
    sign: SigningKey,
}

impl Drop for StaffKey {
    fn drop(&mut self) {
        self.seed.zeroize();
    }
}

impl fmt::Debug for StaffKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StaffKey({})", self.public())
    }
}

impl StaffKey {
    /// Returns a new key.
    pub fn generate(entropy: &mut Entropy) -> Self {
        Self::from_seed(entropy.array())
    }

    /// Returns the key that follows from 32 secret bytes.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        let sign = SigningKey::from_bytes(&blake3::derive_key("huiyin staff sign v1", &seed));
        Self { seed, sign }
    }

    /// Returns the public half.
    pub fn public(&self) -> StaffPublic {
        StaffPublic(self.sign.verifying_key().to_bytes())
    }

    /// Returns the signature of an act.
    pub fn sign(&self, act: Act<'_>) -> Signature {
        Signature(self.sign.sign(&signed_bytes(ACT, &act.bytes())).to_bytes())
    }

    /// Returns the seed as a PIN opens it. Takes about a quarter of a second and 64 MiB; more in a browser.
    pub fn seal(&self, pin: &str, entropy: &mut Entropy) -> SealedStaffKey {
        self.seal_with(STRETCH, pin, entropy)
    }

    fn seal_with(&self, stretch: Stretch, pin: &str, entropy: &mut Entropy) -> SealedStaffKey {
        let mut sealed = SealedStaffKey {
            public: self.public(),
            memory_kib: stretch.memory_kib,
            passes: stretch.passes,
            salt: entropy.array(),
            sealed: Vec::new(),
        };
        sealed.sealed = stretch
            .seal(pin, &sealed.salt, &sealed.context(), &self.seed, entropy)
            .expect("our own stretch is one that Argon2 knows");
        sealed
    }
}

/// A key under its PIN, with what is needed to try one. Field order is the stored form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedStaffKey {
    /// The public half.
    pub public: StaffPublic,
    /// How hard the PIN is stretched: memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Salt.
    pub salt: [u8; SALT_BYTES],
    /// Nonce and sealed seed.
    pub sealed: Vec<u8>,
}

impl SealedStaffKey {
    fn context(&self) -> Vec<u8> {
        [
            b"huiyin staff key seal v1".as_slice(),
            &self.memory_kib.to_le_bytes(),
            &self.passes.to_le_bytes(),
            &self.salt,
            &self.public.0,
        ]
        .concat()
    }

    /// Returns the key. Takes as long as sealing it did.
    ///
    /// # Errors
    /// [`DataKeyError::WrongPassphrase`].
    pub fn open(&self, pin: &str) -> Result<StaffKey, DataKeyError> {
        let stretch = Stretch {
            memory_kib: self.memory_kib,
            passes: self.passes,
        };
        stretch
            .open(pin, &self.salt, &self.context(), &self.sealed)
            .and_then(|bytes| bytes.try_into().ok())
            .map(StaffKey::from_seed)
            .filter(|key| key.public() == self.public)
            .ok_or(DataKeyError::WrongPassphrase)
    }
}

/// Whose key it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder<'a> {
    /// Workspace.
    pub workspace: &'a WorkspaceId,
    /// Id of the member of staff, at most 255 bytes.
    pub staff: &'a str,
    /// The key.
    pub public: &'a StaffPublic,
}

/// Says that a key is that of a member of staff. Its text is `device,since,signature,name`, hexadecimal but for time and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The administrator's device that says so.
    pub device: DeviceId,
    /// From when on, in milliseconds since 1970.
    pub since_ms: u64,
    /// Its signature.
    pub signature: Signature,
    /// The name of the person then: events name people by it.
    pub name: String,
}

impl Certificate {
    /// Returns the certificate that this device signs.
    pub fn new(keys: &DeviceKeys, holder: Holder<'_>, since_ms: u64, name: &str) -> Self {
        let message = Self::message(holder, since_ms, name);
        Self {
            device: keys.device(),
            since_ms,
            signature: keys.sign(CERTIFICATE, &message),
            name: name.to_owned(),
        }
    }

    fn message(holder: Holder<'_>, since_ms: u64, name: &str) -> Vec<u8> {
        let mut bytes = holder.workspace.as_bytes().to_vec();
        bytes.extend_from_slice(holder.public.as_bytes());
        bytes.extend_from_slice(&since_ms.to_le_bytes());
        put_short(&mut bytes, holder.staff);
        bytes.extend_from_slice(name.as_bytes());
        bytes
    }

    /// Returns whether the device it names signed it for this holder. Whether that device may is not asked here.
    pub fn holds(&self, holder: Holder<'_>) -> bool {
        let message = Self::message(holder, self.since_ms, &self.name);
        self.device.verify(CERTIFICATE, &message, &self.signature)
    }
}

/// Says that a key is none any more. Its text is `device,until,signature`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyEnd {
    /// The administrator's device that says so.
    pub device: DeviceId,
    /// From when on, in milliseconds since 1970.
    pub until_ms: u64,
    /// Its signature.
    pub signature: Signature,
}

impl KeyEnd {
    /// Returns the end that this device signs.
    pub fn new(
        keys: &DeviceKeys,
        workspace: &WorkspaceId,
        public: &StaffPublic,
        until_ms: u64,
    ) -> Self {
        Self {
            device: keys.device(),
            until_ms,
            signature: keys.sign(END, &end_message(workspace, public, until_ms)),
        }
    }

    /// Returns whether the device it names signed it for this key.
    pub fn holds(&self, workspace: &WorkspaceId, public: &StaffPublic) -> bool {
        let message = end_message(workspace, public, self.until_ms);
        self.device.verify(END, &message, &self.signature)
    }
}

fn end_message(workspace: &WorkspaceId, public: &StaffPublic, until_ms: u64) -> Vec<u8> {
    [
        workspace.as_bytes().as_slice(),
        public.as_bytes(),
        &until_ms.to_le_bytes(),
    ]
    .concat()
}

/// Answers a key that waits with random bytes, from which the number on both screens follows: drawn after the key was said, so that
/// nobody can choose a key to fit a number. Its text is `device,nonce,signature`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyDraw {
    /// The administrator's device that drew.
    pub device: DeviceId,
    /// The random bytes.
    pub nonce: [u8; 16],
    /// Its signature.
    pub signature: Signature,
}

impl KeyDraw {
    /// Returns a draw for a key.
    pub fn new(
        keys: &DeviceKeys,
        workspace: &WorkspaceId,
        public: &StaffPublic,
        entropy: &mut Entropy,
    ) -> Self {
        let nonce = entropy.array();
        Self {
            device: keys.device(),
            nonce,
            signature: keys.sign(DRAW, &draw_message(workspace, public, &nonce)),
        }
    }

    /// Returns whether the device it names drew it for this key.
    pub fn holds(&self, workspace: &WorkspaceId, public: &StaffPublic) -> bool {
        let message = draw_message(workspace, public, &self.nonce);
        self.device.verify(DRAW, &message, &self.signature)
    }

    /// Returns the number both screens show: six digits, the first 8 bytes (little end first) of BLAKE3 in derive mode over workspace, key,
    /// the drawing device, nonce and staff id, modulo 1,000,000, with leading zeros.
    pub fn number(&self, holder: Holder<'_>) -> String {
        let mut hasher = blake3::Hasher::new_derive_key("huiyin staff key digits v1");
        hasher.update(holder.workspace.as_bytes());
        hasher.update(holder.public.as_bytes());
        hasher.update(self.device.as_bytes());
        hasher.update(&self.nonce);
        hasher.update(holder.staff.as_bytes());
        let mut first = [0; 8];
        first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
        format!("{:06}", u64::from_le_bytes(first) % NUMBERS)
    }
}

fn draw_message(workspace: &WorkspaceId, public: &StaffPublic, nonce: &[u8; 16]) -> Vec<u8> {
    [
        workspace.as_bytes().as_slice(),
        public.as_bytes(),
        nonce.as_slice(),
    ]
    .concat()
}

/// A register that does not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("read a signed register: it is malformed")]
pub struct BadRegister;

impl From<ParseIdError> for BadRegister {
    fn from(_: ParseIdError) -> Self {
        Self
    }
}

/// Returns the next part of a register's text.
pub(crate) fn next<'a>(parts: &mut impl Iterator<Item = &'a str>) -> Result<&'a str, BadRegister> {
    parts.next().ok_or(BadRegister)
}

/// Returns a time in its only form: decimal digits without leading zeros.
pub(crate) fn time(text: &str) -> Result<u64, BadRegister> {
    let time: u64 = text.parse().map_err(|_| BadRegister)?;
    if time.to_string() == text {
        Ok(time)
    } else {
        Err(BadRegister)
    }
}

impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (device, since, signature) = (self.device, self.since_ms, self.signature);
        write!(f, "{device},{since},{signature},{}", self.name)
    }
}

impl FromStr for Certificate {
    type Err = BadRegister;

    fn from_str(text: &str) -> Result<Self, BadRegister> {
        let mut parts = text.splitn(4, ',');
        Ok(Self {
            device: next(&mut parts)?.parse()?,
            since_ms: time(next(&mut parts)?)?,
            signature: next(&mut parts)?.parse()?,
            name: next(&mut parts)?.to_owned(),
        })
    }
}

impl fmt::Display for KeyEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{},{}", self.device, self.until_ms, self.signature)
    }
}

impl FromStr for KeyEnd {
    type Err = BadRegister;

    fn from_str(text: &str) -> Result<Self, BadRegister> {
        let mut parts = text.split(',');
        Ok(Self {
            device: next(&mut parts)?.parse()?,
            until_ms: time(next(&mut parts)?)?,
            signature: next(&mut parts)?.parse()?,
        })
    }
}

impl fmt::Display for KeyDraw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nonce = WorkspaceId(self.nonce);
        write!(f, "{},{nonce},{}", self.device, self.signature)
    }
}

impl FromStr for KeyDraw {
    type Err = BadRegister;

    fn from_str(text: &str) -> Result<Self, BadRegister> {
        let mut parts = text.split(',');
        let device = next(&mut parts)?.parse()?;
        let nonce: WorkspaceId = next(&mut parts)?.parse()?;
        Ok(Self {
            device,
            nonce: nonce.0,
            signature: next(&mut parts)?.parse()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKSPACE: WorkspaceId = WorkspaceId([9; 16]);

    fn act(digest: &[u8; 32]) -> Act<'_> {
        Act {
            workspace: &WORKSPACE,
            record: "ca.HQ.202611.0.9f3a0c1d2e4b5a6c",
            event: "00000000000000aa",
            digest,
        }
    }

    #[test]
    fn pins_that_are_guessed_first_are_refused() {
        for pin in [
            "",
            "12345",
            "1234567890123",
            "12345a",
            "１２３４５６",
            "12 3456",
        ] {
            assert_eq!(check_pin(pin), Err(PinError::Form), "{pin}");
        }
        for pin in ["000000", "77777777"] {
            assert_eq!(check_pin(pin), Err(PinError::Same), "{pin}");
        }
        for pin in ["123456", "654321", "789012", "210987", "0123456789"] {
            assert_eq!(check_pin(pin), Err(PinError::Row), "{pin}");
        }
        for pin in ["123457", "112233", "258036", " 481516 ", "480951623742"] {
            assert_eq!(check_pin(pin), Ok(()), "{pin}");
        }
    }

    #[test]
    fn a_signature_holds_for_its_act_and_key_only() {
        let key = StaffKey::from_seed([1; 32]);
        let digest = [5; 32];
        let signature = key.sign(act(&digest));
        assert!(key.public().signed(act(&digest), &signature));
        let other = StaffKey::from_seed([2; 32]);
        assert!(!other.public().signed(act(&digest), &signature));
        let elsewhere = [
            Act {
                workspace: &WorkspaceId([8; 16]),
                ..act(&digest)
            },
            Act {
                record: "ca.HQ.202611.0.9f3a0c1d2e4b5a6d",
                ..act(&digest)
            },
            Act {
                event: "00000000000000ab",
                ..act(&digest)
            },
            act(&[6; 32]),
        ];
        for (place, act) in elsewhere.into_iter().enumerate() {
            assert!(!key.public().signed(act, &signature), "act {place}");
        }
    }

    #[test]
    fn a_sealed_key_opens_with_its_pin_only() {
        let light = Stretch {
            memory_kib: 64,
            passes: 1,
        };
        let mut entropy = Entropy::from_seed([3; 32]);
        let key = StaffKey::generate(&mut entropy);
        let sealed = key.seal_with(light, "481516", &mut entropy);
        assert_eq!(sealed.open(" 481516 ").unwrap().public(), key.public());
        let wrong = DataKeyError::WrongPassphrase;
        assert_eq!(sealed.open("481517").unwrap_err(), wrong);
        let mut damaged = sealed.clone();
        damaged.sealed[30] ^= 1;
        assert_eq!(damaged.open("481516").unwrap_err(), wrong);
        let mut softer = sealed.clone();
        softer.memory_kib = 32;
        assert_eq!(softer.open("481516").unwrap_err(), wrong);
        let mut forged = sealed;
        forged.memory_kib = u32::MAX;
        assert_eq!(forged.open("481516").unwrap_err(), wrong);
        assert!(!format!("{key:?}").contains("0303"));
    }

    #[test]
    fn certificates_ends_and_draws_hold_for_what_they_name_only() {
        let keys = DeviceKeys::from_bytes([4; 32]);
        let public = StaffKey::from_seed([1; 32]).public();
        let other = StaffKey::from_seed([2; 32]).public();
        let of = |staff, public| Holder {
            workspace: &WORKSPACE,
            staff,
            public,
        };
        let certificate = Certificate::new(&keys, of("s1", &public), 7, "王伟,甲");
        let read: Certificate = certificate.to_string().parse().unwrap();
        assert_eq!(read, certificate);
        assert!(read.holds(of("s1", &public)));
        assert!(!read.holds(of("s2", &public)));
        assert!(!read.holds(of("s1", &other)));
        let earlier = Certificate {
            since_ms: 6,
            ..read.clone()
        };
        assert!(!earlier.holds(of("s1", &public)));
        let renamed = Certificate {
            name: "李雷".to_owned(),
            ..read
        };
        assert!(!renamed.holds(of("s1", &public)));

        let end = KeyEnd::new(&keys, &WORKSPACE, &public, 8);
        let read: KeyEnd = end.to_string().parse().unwrap();
        assert_eq!(read, end);
        assert!(read.holds(&WORKSPACE, &public) && !read.holds(&WORKSPACE, &other));
        let later = KeyEnd {
            until_ms: 9,
            ..read
        };
        assert!(!later.holds(&WORKSPACE, &public));

        let mut entropy = Entropy::from_seed([5; 32]);
        let draw = KeyDraw::new(&keys, &WORKSPACE, &public, &mut entropy);
        let read: KeyDraw = draw.to_string().parse().unwrap();
        assert_eq!(read, draw);
        assert!(read.holds(&WORKSPACE, &public) && !read.holds(&WORKSPACE, &other));
        let number = read.number(of("s1", &public));
        assert_eq!(number.len(), 6);
        assert_ne!(number, read.number(of("s1", &other)));
        assert_ne!(number, read.number(of("s2", &public)));
    }

    #[test]
    fn malformed_registers_are_refused() {
        for text in ["", "x", ",,,", "00,1,00,王伟", "+1", "ab,01,cd"] {
            assert!(text.parse::<Certificate>().is_err(), "{text}");
            assert!(text.parse::<KeyEnd>().is_err(), "{text}");
            assert!(text.parse::<KeyDraw>().is_err(), "{text}");
        }
    }
}
