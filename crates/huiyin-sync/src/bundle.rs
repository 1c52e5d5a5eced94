//! Bundles: the envelopes of a workspace in one file, for a stick or a mail.
//!
//! ```text
//! magic "HYB1" | version u8 | workspace 16 | count u32 LE | count × ( length u32 LE | envelope ) | BLAKE3 of all before, 32
//! ```
//! Envelopes of the members stream stand first, sealed objects last: an entry that begins with the magic of an object is one, and
//! readers that know of none take it for a damaged envelope and go on. Damage inside one envelope costs that envelope only and is
//! reported by its place; damage to the frame (lengths, count) makes the file unreadable.

use thiserror::Error;

use crate::envelope::{Envelope, EnvelopeError};
use crate::id::{StreamId, WorkspaceId};
use crate::limits::{MAX_BUNDLE_BYTES, MAX_ENVELOPE_BYTES};
use crate::object::{ObjectError, SealedObject};

/// First bytes of every bundle.
pub const BUNDLE_MAGIC: [u8; 4] = *b"HYB1";

/// Version of the bundle this crate writes, and the newest it reads.
pub const BUNDLE_VERSION: u8 = 1;

const HEADER: usize = 4 + 1 + 16 + 4;
const FOOTER: usize = 32;

/// Why a bundle was not written or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BundleError {
    /// More than [`MAX_BUNDLE_BYTES`]: use several files.
    #[error("handle a bundle: more than 256 MiB; use several files")]
    TooLarge,
    /// The first bytes are not a bundle's.
    #[error("read a bundle: this file is not one")]
    NotABundle,
    /// Written by a newer version: update first.
    #[error("read a bundle: written in version {version}, newer than this program")]
    NewerVersion {
        /// The version found.
        version: u8,
    },
    /// The file ends early, or a length in it is wrong, at the envelope with this place.
    #[error("read a bundle: cut short or damaged at envelope {place} of {count}; copy it again")]
    Damaged {
        /// Place from 1; `count + 1` for the end of the file.
        place: u32,
        /// Envelopes the file says it has.
        count: u32,
    },
    /// An envelope to be written belongs to another workspace or is none.
    #[error("write a bundle: an envelope is damaged or of another workspace")]
    ForeignEnvelope,
}

/// What one place of a bundle holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BundleEntry {
    /// An envelope, its signature verified.
    Envelope(Envelope),
    /// An object, not opened.
    Object(SealedObject),
}

impl BundleEntry {
    /// Returns the bytes as they stand in the bundle.
    pub fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Envelope(envelope) => envelope.into_bytes(),
            Self::Object(object) => object.into_bytes(),
        }
    }
}

/// An envelope of a bundle that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("read envelope {place} of {count} of a bundle")]
pub struct DamagedEnvelope {
    /// Place from 1.
    pub place: u32,
    /// Envelopes in the bundle.
    pub count: u32,
    /// What is wrong with it. `None`: it belongs to another workspace.
    #[source]
    pub source: Option<EnvelopeError>,
}

/// Gathers envelopes for one file.
#[derive(Debug, Clone)]
pub struct BundleWriter {
    workspace: WorkspaceId,
    members: Vec<u8>,
    others: Vec<u8>,
    objects: Vec<u8>,
    count: u32,
}

impl BundleWriter {
    /// Returns a writer for a bundle of `workspace`.
    pub fn new(workspace: WorkspaceId) -> Self {
        Self {
            workspace,
            members: Vec::new(),
            others: Vec::new(),
            objects: Vec::new(),
            count: 0,
        }
    }

    /// Adds an envelope. Those of the members stream are put first.
    ///
    /// # Errors
    /// [`BundleError::TooLarge`] (finish this file, begin another) and [`BundleError::ForeignEnvelope`].
    pub fn push(&mut self, envelope: &[u8]) -> Result<(), BundleError> {
        let decoded = Envelope::decode(envelope).map_err(|_| BundleError::ForeignEnvelope)?;
        let header = decoded.header();
        if header.workspace != self.workspace {
            return Err(BundleError::ForeignEnvelope);
        }
        self.make_room(envelope.len())?;
        let target = if header.stream == StreamId::members(&self.workspace) {
            &mut self.members
        } else {
            &mut self.others
        };
        target.extend_from_slice(&(envelope.len() as u32).to_le_bytes());
        target.extend_from_slice(envelope);
        self.count += 1;
        Ok(())
    }

    /// Adds an object.
    ///
    /// # Errors
    /// [`BundleError::TooLarge`] and [`BundleError::ForeignEnvelope`].
    pub fn push_object(&mut self, object: &SealedObject) -> Result<(), BundleError> {
        if object.place().workspace != self.workspace {
            return Err(BundleError::ForeignEnvelope);
        }
        let bytes = object.as_bytes();
        self.make_room(bytes.len())?;
        self.objects
            .extend_from_slice(&(bytes.len() as u32).to_le_bytes());
        self.objects.extend_from_slice(bytes);
        self.count += 1;
        Ok(())
    }

    fn make_room(&self, length: usize) -> Result<(), BundleError> {
        let filled = self.members.len() + self.others.len() + self.objects.len();
        if HEADER + FOOTER + filled + 4 + length > MAX_BUNDLE_BYTES {
            return Err(BundleError::TooLarge);
        }
        Ok(())
    }

    /// Returns the number of envelopes and objects added.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Returns the bytes of the file.
    pub fn finish(self) -> Vec<u8> {
        let filled = self.members.len() + self.others.len() + self.objects.len();
        let mut bytes = Vec::with_capacity(HEADER + filled + FOOTER);
        bytes.extend_from_slice(&BUNDLE_MAGIC);
        bytes.push(BUNDLE_VERSION);
        bytes.extend_from_slice(self.workspace.as_bytes());
        bytes.extend_from_slice(&self.count.to_le_bytes());
        bytes.extend_from_slice(&self.members);
        bytes.extend_from_slice(&self.others);
        bytes.extend_from_slice(&self.objects);
        let hash = blake3::hash(&bytes);
        bytes.extend_from_slice(hash.as_bytes());
        bytes
    }
}

/// A bundle whose frame is right.
#[derive(Debug, Clone)]
pub struct Bundle<'a> {
    workspace: WorkspaceId,
    envelopes: Vec<&'a [u8]>,
    intact: bool,
}

impl<'a> Bundle<'a> {
    /// Returns the bundle in `bytes`. Nothing is copied; envelopes are checked as they are read.
    ///
    /// # Errors
    /// [`BundleError`], all of them lasting: the file must be copied again.
    pub fn read(bytes: &'a [u8]) -> Result<Self, BundleError> {
        if bytes.len() > MAX_BUNDLE_BYTES {
            return Err(BundleError::TooLarge);
        }
        let rest = bytes
            .strip_prefix(&BUNDLE_MAGIC)
            .ok_or(BundleError::NotABundle)?;
        let damaged = |place, count| BundleError::Damaged { place, count };
        let (&version, rest) = rest.split_first().ok_or(damaged(1, 0))?;
        if version != BUNDLE_VERSION {
            return Err(BundleError::NewerVersion { version });
        }
        let (workspace, rest) = rest.split_first_chunk::<16>().ok_or(damaged(1, 0))?;
        let (count, mut rest) = rest.split_first_chunk::<4>().ok_or(damaged(1, 0))?;
        let count = u32::from_le_bytes(*count);
        let mut envelopes = Vec::new();
        for place in 1..=count {
            let (length, after) = rest.split_first_chunk::<4>().ok_or(damaged(place, count))?;
            let length = u32::from_le_bytes(*length) as usize;
            if length > MAX_ENVELOPE_BYTES {
                return Err(damaged(place, count));
            }
            let (envelope, after) = after
                .split_at_checked(length)
                .ok_or(damaged(place, count))?;
            envelopes.push(envelope);
            rest = after;
        }
        if rest.len() != FOOTER {
            return Err(damaged(count.saturating_add(1), count));
        }
        let body = &bytes[..bytes.len() - FOOTER];
        Ok(Self {
            workspace: WorkspaceId(*workspace),
            envelopes,
            intact: blake3::hash(body).as_bytes() == rest,
        })
    }

    /// Returns the workspace.
    pub fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// Returns whether not one bit of the file has changed. If not, [`envelopes`](Self::envelopes) names what is
    /// lost; when it names nothing, the damage lies outside the envelopes and costs nothing.
    pub fn is_intact(&self) -> bool {
        self.intact
    }

    /// Returns the number of envelopes, damaged ones included.
    pub fn count(&self) -> u32 {
        self.envelopes.len() as u32
    }

    /// Returns each envelope, decoded and with its signature verified, or where the damaged one stands. Objects are passed over.
    pub fn envelopes(&self) -> impl Iterator<Item = Result<Envelope, DamagedEnvelope>> + '_ {
        self.entries().filter_map(|entry| match entry {
            Ok(BundleEntry::Envelope(envelope)) => Some(Ok(envelope)),
            Ok(BundleEntry::Object(_)) => None,
            Err(damaged) => Some(Err(damaged)),
        })
    }

    /// Returns each envelope, decoded and with its signature verified, and each object, or where a damaged one stands.
    pub fn entries(&self) -> impl Iterator<Item = Result<BundleEntry, DamagedEnvelope>> + '_ {
        (1..).zip(&self.envelopes).map(|(place, bytes)| {
            let damaged = |source| DamagedEnvelope {
                place,
                count: self.count(),
                source,
            };
            if SealedObject::is_one(bytes) {
                let object = SealedObject::decode(bytes).map_err(|error| {
                    damaged(Some(match error {
                        ObjectError::NewerVersion { version } => {
                            EnvelopeError::NewerVersion { version }
                        }
                        _ => EnvelopeError::WrongLength,
                    }))
                })?;
                if object.place().workspace != self.workspace {
                    return Err(damaged(None));
                }
                return Ok(BundleEntry::Object(object));
            }
            let envelope = Envelope::decode(bytes).map_err(|error| damaged(Some(error)))?;
            if envelope.header().workspace != self.workspace {
                return Err(damaged(None));
            }
            envelope.verify().map_err(|error| damaged(Some(error)))?;
            Ok(BundleEntry::Envelope(envelope))
        })
    }
}
