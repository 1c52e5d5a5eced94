//! Sealed objects: bytes that lie at a relay under a label and are fetched when somebody wants them. They stand in no chain.
//!
//! ```text
//! object = magic "HYO1" | version u8 = 1 | workspace 16 | stream 16 | epoch u32 LE | label 32 | nonce 24 | XChaCha20-Poly1305( body )
//! body   = postcard( Part )                                      the object's name and content
//! label  = BLAKE3 keyed with D("huiyin object label v1", stream key) over the name
//! ```
//! The key that seals is `D("huiyin object v1", stream key)`; what stands before the nonce, and the key's commitment, are
//! authenticated. The label tells those without the key nothing, not even whether two streams hold the same object. Who sealed an
//! object is not said: what it must hold is said elsewhere, by a signed record that names its hash.

use thiserror::Error;

use crate::entropy::Entropy;
use crate::envelope::Part;
use crate::id::{StreamId, WorkspaceId, fixed_bytes};
use crate::keys::StreamKey;
use crate::limits::MAX_OBJECT_BYTES;
use crate::sealing;

/// First bytes of every object.
pub const OBJECT_MAGIC: [u8; 4] = *b"HYO1";

/// Version of the object this crate writes, and the newest it reads.
pub const OBJECT_VERSION: u8 = 1;

const HEADER: usize = 4 + 1 + 16 + 16 + 4 + 32;

fixed_bytes!(
    /// What an object is called to those without the key of its stream.
    ObjectLabel,
    32
);

/// Why an object was not made, read or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ObjectError {
    /// More than [`MAX_OBJECT_BYTES`].
    #[error("handle an object: {bytes} bytes, more than an object may have")]
    TooLarge {
        /// Bytes it has or would have.
        bytes: usize,
    },
    /// The bytes are no object, or too short for one.
    #[error("read an object: these bytes are none")]
    NotAnObject,
    /// Written by a newer version: an update can read it.
    #[error("read an object: written in version {version}, newer than this program")]
    NewerVersion {
        /// The version found.
        version: u8,
    },
    /// The key is not the one of this stream and epoch, or a byte has changed.
    #[error("open an object: it is damaged or sealed under another key")]
    WrongKey,
    /// What was opened holds nothing readable, or is called otherwise than its label says.
    #[error("open an object: it does not hold what its label says")]
    WrongContent,
}

/// Where an object belongs: what stands before its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectPlace {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The stream whose readers may have it.
    pub stream: StreamId,
    /// The epoch of the stream's key it is sealed under.
    pub epoch: u32,
}

/// An object whose form is right. Whether it holds what its label says is known after [`open`](Self::open).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedObject {
    place: ObjectPlace,
    label: ObjectLabel,
    bytes: Vec<u8>,
}

impl StreamKey {
    /// Returns the label of the object of this name.
    pub fn object_label(&self, name: &str) -> ObjectLabel {
        let key = blake3::derive_key("huiyin object label v1", &self.0);
        ObjectLabel(*blake3::keyed_hash(&key, name.as_bytes()).as_bytes())
    }
}

impl SealedObject {
    /// Returns name and content of `part`, sealed under `key`, which is the one of `place`.
    ///
    /// # Errors
    /// [`ObjectError::TooLarge`].
    pub fn seal(
        key: &StreamKey,
        place: ObjectPlace,
        part: &Part,
        entropy: &mut Entropy,
    ) -> Result<Self, ObjectError> {
        let label = key.object_label(&part.document);
        let mut bytes = Vec::with_capacity(HEADER + part.chunk.len() + 128);
        bytes.extend_from_slice(&OBJECT_MAGIC);
        bytes.push(OBJECT_VERSION);
        bytes.extend_from_slice(place.workspace.as_bytes());
        bytes.extend_from_slice(place.stream.as_bytes());
        bytes.extend_from_slice(&place.epoch.to_le_bytes());
        bytes.extend_from_slice(label.as_bytes());
        let plain = postcard::to_allocvec(part).expect("a part can be written");
        let sealed = sealing::seal(&own_key(key), &context(&bytes, key), &plain, entropy);
        bytes.extend_from_slice(&sealed);
        if bytes.len() > MAX_OBJECT_BYTES {
            return Err(ObjectError::TooLarge { bytes: bytes.len() });
        }
        Ok(Self {
            place,
            label,
            bytes,
        })
    }

    /// Returns whether bytes begin as an object does.
    pub fn is_one(bytes: &[u8]) -> bool {
        bytes.starts_with(&OBJECT_MAGIC)
    }

    /// Returns the object in `bytes`, as far as it can be read without a key.
    ///
    /// # Errors
    /// `TooLarge`, `NotAnObject` or `NewerVersion`.
    pub fn decode(bytes: &[u8]) -> Result<Self, ObjectError> {
        if bytes.len() > MAX_OBJECT_BYTES {
            return Err(ObjectError::TooLarge { bytes: bytes.len() });
        }
        let rest = bytes
            .strip_prefix(&OBJECT_MAGIC)
            .ok_or(ObjectError::NotAnObject)?;
        let (&version, rest) = rest.split_first().ok_or(ObjectError::NotAnObject)?;
        match version {
            OBJECT_VERSION => {}
            0 => return Err(ObjectError::NotAnObject),
            version => return Err(ObjectError::NewerVersion { version }),
        }
        let read = || {
            let (workspace, rest) = rest.split_first_chunk::<16>()?;
            let (stream, rest) = rest.split_first_chunk::<16>()?;
            let (epoch, rest) = rest.split_first_chunk::<4>()?;
            let (label, rest) = rest.split_first_chunk::<32>()?;
            let sealed = rest.len() > sealing::NONCE_LENGTH + sealing::TAG_LENGTH;
            let place = ObjectPlace {
                workspace: WorkspaceId(*workspace),
                stream: StreamId(*stream),
                epoch: u32::from_le_bytes(*epoch),
            };
            sealed.then_some((place, ObjectLabel(*label)))
        };
        let (place, label) = read().ok_or(ObjectError::NotAnObject)?;
        Ok(Self {
            place,
            label,
            bytes: bytes.to_vec(),
        })
    }

    /// Returns name and content, opened with the key of its stream and epoch.
    ///
    /// # Errors
    /// `WrongKey` or `WrongContent`.
    pub fn open(&self, key: &StreamKey) -> Result<Part, ObjectError> {
        let (header, sealed) = self.bytes.split_at(HEADER);
        let plain = sealing::open(&own_key(key), &context(header, key), sealed)
            .map_err(|_| ObjectError::WrongKey)?;
        let part = postcard::from_bytes::<Part>(&plain).map_err(|_| ObjectError::WrongContent)?;
        // Nothing left over, no number longer than its shortest form.
        let length = postcard::experimental::serialized_size(&part).unwrap_or(usize::MAX);
        if length == plain.len() && key.object_label(&part.document) == self.label {
            Ok(part)
        } else {
            Err(ObjectError::WrongContent)
        }
    }

    /// Returns where it belongs.
    pub fn place(&self) -> ObjectPlace {
        self.place
    }

    /// Returns its label.
    pub fn label(&self) -> ObjectLabel {
        self.label
    }

    /// Returns the bytes to store and send.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the bytes to store and send.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

fn own_key(key: &StreamKey) -> [u8; 32] {
    blake3::derive_key("huiyin object v1", &key.0)
}

fn context(header: &[u8], key: &StreamKey) -> Vec<u8> {
    [header, &key.commitment()].concat()
}
