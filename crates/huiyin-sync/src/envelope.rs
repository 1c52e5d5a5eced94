//! Envelope v1: a signed header that lists parts, then the parts, each sealed on its own.
//!
//! ```text
//! magic "HYE1" | header length u32 LE | header (postcard) | signature 64 | parts, one after the other
//! sealed part  = nonce 24 | XChaCha20-Poly1305( method u8 | body ) ; method 0: as is, 1: deflate
//! body         = postcard( Part )
//! clear part   = statement version u8 | postcard( Statement )         (stream "members" only)
//! ```
//! The id is the BLAKE3 hash of the header bytes, which must be the canonical postcard form. The header holds length and hash of
//! each part as it is sent, so signature and chain cover the parts too. Checks go from cheap to dear, in the order
//! the caller must follow: [`Envelope::decode`], the author's rights, [`Envelope::verify`], [`Envelope::open`].
//! Who may write, and what a document key means, is decided elsewhere.
//!
//! Long: the format stands in one file, making beside reading.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::entropy::Entropy;
use crate::id::{DeviceId, EnvelopeId, StreamId, WorkspaceId};
use crate::keys::{DeviceKeys, Signature, StreamKey};
use crate::limits::{MAX_ENVELOPE_BYTES, MAX_PART_PLAIN, MAX_PARTS};
use crate::sealing::{NONCE_LENGTH, TAG_LENGTH};
use crate::statement::{SignedStatement, Statement, StatementError};

/// First bytes of every envelope.
pub const ENVELOPE_MAGIC: [u8; 4] = *b"HYE1";

/// Header version this crate writes, and the newest it reads.
pub const ENVELOPE_VERSION: u8 = 1;

/// The epoch a clear envelope names.
pub const CLEAR_EPOCH: u32 = u32::MAX;

const SIGN_DOMAIN: &[u8] = b"huiyin envelope v1";
const PREFIX: usize = 8;
const SIGNATURE: usize = 64;
const STORED: u8 = 0;
const DEFLATED: u8 = 1;
const DEFLATE_LEVEL: u8 = 6;
/// Bytes of the header that do not depend on the parts, at most: fixed fields, and integers at their longest.
const HEADER_FIXED: usize = 1 + 16 + 16 + 5 + 32 + 10 + 32 + 10 + 3;
/// Bytes a part adds beside its document key and chunk, at most: its header entry, nonce, tag, method, two lengths.
const PART_FIXED: usize = 16 + 5 + 32 + NONCE_LENGTH + TAG_LENGTH + 1 + 5 + 5;

/// Why an envelope was not made, read or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EnvelopeError {
    /// More than [`MAX_ENVELOPE_BYTES`], [`MAX_PARTS`] or [`MAX_PART_PLAIN`]: split it.
    #[error("handle an envelope: {bytes} bytes or too many parts; split it")]
    TooLarge {
        /// Bytes it has or would have.
        bytes: usize,
    },
    /// The first bytes are not an envelope's.
    #[error("read an envelope: these bytes are none")]
    NotAnEnvelope,
    /// Written by a newer version: an update can read it.
    #[error("read an envelope: written in version {version}, newer than this program")]
    NewerVersion {
        /// The version found.
        version: u8,
    },
    /// The header follows no known form.
    #[error("read an envelope: the header is malformed")]
    BadHeader,
    /// Bytes are missing or left over.
    #[error("read an envelope: bytes are missing or left over")]
    WrongLength,
    /// A part is not what the header lists.
    #[error("read an envelope: part {part} is damaged")]
    PartDamaged {
        /// Its place, from 0.
        part: usize,
    },
    /// Sealed in the members stream or clear in another, or not exactly one statement.
    #[error("read an envelope: only statements are clear, and they stand in the members stream")]
    WrongStream,
    /// The author did not sign this.
    #[error("verify an envelope: the signature is not the author's")]
    BadSignature,
    /// The key is not the one of this stream and epoch, or the author sealed it wrongly.
    #[error("open an envelope: part {part} is sealed under another key")]
    WrongKey {
        /// Its place, from 0.
        part: usize,
    },
    /// An opened part holds nothing readable, or inflates beyond [`MAX_PART_PLAIN`].
    #[error("open an envelope: the content of part {part} is malformed")]
    BadPart {
        /// Its place, from 0.
        part: usize,
    },
    /// The statement cannot be read.
    #[error("read the statement of an envelope")]
    BadStatement(#[source] StatementError),
}

impl EnvelopeError {
    /// Returns whether trying again later, with another key or a newer program, cannot help.
    pub fn is_permanent(&self) -> bool {
        !matches!(
            self,
            Self::NewerVersion { .. }
                | Self::WrongKey { .. }
                | Self::BadStatement(StatementError::NewerVersion { .. })
        )
    }
}

/// What the header lists of one part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartHeader {
    /// The document's name to those without the key; zero in a clear envelope.
    pub alias: [u8; 16],
    /// Length of the part as sent, in bytes.
    pub len: u32,
    /// BLAKE3 of the part as sent.
    pub hash: [u8; 32],
}

/// The signed header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvelopeHeader {
    /// [`ENVELOPE_VERSION`].
    pub version: u8,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The stream.
    pub stream: StreamId,
    /// Epoch of the stream key, or [`CLEAR_EPOCH`].
    pub epoch: u32,
    /// Who signed.
    pub author: DeviceId,
    /// Place among the author's envelopes in this stream, from 0.
    pub seq: u64,
    /// The author's envelope before this one in this stream; [`EnvelopeId::ZERO`] for the first.
    pub prev: EnvelopeId,
    /// The author's clock, in milliseconds since 1970.
    pub clock: u64,
    /// The parts in order.
    pub parts: Vec<PartHeader>,
}

/// One document's changes, opaque here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The document's key as a text.
    pub document: String,
    /// Its changes.
    #[serde(with = "serde_bytes")]
    pub chunk: Vec<u8>,
}

/// What is to be sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealRequest {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The stream; not the members stream.
    pub stream: StreamId,
    /// The epoch the key belongs to.
    pub epoch: u32,
    /// One more than the author's last in this stream, from 0.
    pub seq: u64,
    /// The author's last in this stream, or [`EnvelopeId::ZERO`].
    pub prev: EnvelopeId,
    /// The author's clock, in milliseconds since 1970.
    pub clock: u64,
    /// The parts.
    pub parts: Vec<Part>,
}

/// What is to be said in the members stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClearRequest {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// One more than the author's last in the members stream, from 0.
    pub seq: u64,
    /// The author's last in the members stream, or [`EnvelopeId::ZERO`].
    pub prev: EnvelopeId,
    /// The author's clock, in milliseconds since 1970.
    pub clock: u64,
    /// The statement.
    pub statement: Statement,
}

/// Tells how many parts surely fit one envelope, however badly they compress.
///
/// Add parts while [`fits`](Self::fits) holds, then seal and begin anew. A single part that does not fit an empty
/// sizing may still seal if it compresses; otherwise [`Envelope::seal`] says `TooLarge`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EnvelopeSizing {
    bytes: usize,
    parts: usize,
}

impl EnvelopeSizing {
    /// Plain bytes (document keys and chunks) of one part that surely fit an envelope of their own.
    pub const LARGEST_PART: usize =
        MAX_ENVELOPE_BYTES - PREFIX - SIGNATURE - HEADER_FIXED - PART_FIXED;

    fn cost(part: &Part) -> usize {
        PART_FIXED + part.document.len() + part.chunk.len()
    }

    /// Returns whether `part` surely fits beside those added so far.
    pub fn fits(&self, part: &Part) -> bool {
        self.parts < MAX_PARTS
            && PREFIX + SIGNATURE + HEADER_FIXED + self.bytes + Self::cost(part)
                <= MAX_ENVELOPE_BYTES
    }

    /// Counts `part`.
    pub fn add(&mut self, part: &Part) {
        self.bytes += Self::cost(part);
        self.parts += 1;
    }
}

/// An envelope whose form is right: lengths and hashes agree. Whether its author signed it is known after
/// [`verify`](Self::verify).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    bytes: Vec<u8>,
    header: EnvelopeHeader,
    header_len: usize,
}

impl Envelope {
    /// Returns the parts of `request` compressed, sealed under `key` and signed by `keys`.
    ///
    /// # Errors
    /// [`EnvelopeError::TooLarge`] (split the parts, see [`EnvelopeSizing`]) and [`EnvelopeError::WrongStream`].
    pub fn seal(
        keys: &DeviceKeys,
        key: &StreamKey,
        request: SealRequest,
        entropy: &mut Entropy,
    ) -> Result<Self, EnvelopeError> {
        if request.stream == StreamId::members(&request.workspace) || request.epoch == CLEAR_EPOCH {
            return Err(EnvelopeError::WrongStream);
        }
        let plain: usize = request.parts.iter().map(EnvelopeSizing::cost).sum();
        if plain > MAX_PART_PLAIN || request.parts.len() > MAX_PARTS {
            return Err(EnvelopeError::TooLarge { bytes: plain });
        }
        let mut header = EnvelopeHeader {
            version: ENVELOPE_VERSION,
            workspace: request.workspace,
            stream: request.stream,
            epoch: request.epoch,
            author: keys.device(),
            seq: request.seq,
            prev: request.prev,
            clock: request.clock,
            parts: Vec::with_capacity(request.parts.len()),
        };
        let mut sealed_parts = Vec::new();
        for (place, part) in request.parts.iter().enumerate() {
            let alias = key.alias(&part.document);
            let aad = part_aad(&header, place, &alias);
            let sealed = key.seal_part(&aad, &pack(part), entropy);
            header.parts.push(PartHeader {
                alias,
                len: sealed.len() as u32,
                hash: *blake3::hash(&sealed).as_bytes(),
            });
            sealed_parts.extend_from_slice(&sealed);
        }
        Self::assemble(keys, header, &sealed_parts)
    }

    /// Returns the statement of `request` in a signed clear envelope of the members stream.
    ///
    /// # Errors
    /// [`EnvelopeError::TooLarge`].
    pub fn clear(keys: &DeviceKeys, request: ClearRequest) -> Result<Self, EnvelopeError> {
        let part = request.statement.encode();
        if part.len() > MAX_ENVELOPE_BYTES {
            return Err(EnvelopeError::TooLarge { bytes: part.len() });
        }
        let header = EnvelopeHeader {
            version: ENVELOPE_VERSION,
            workspace: request.workspace,
            stream: StreamId::members(&request.workspace),
            epoch: CLEAR_EPOCH,
            author: keys.device(),
            seq: request.seq,
            prev: request.prev,
            clock: request.clock,
            parts: vec![PartHeader {
                alias: [0; 16],
                len: part.len() as u32,
                hash: *blake3::hash(&part).as_bytes(),
            }],
        };
        Self::assemble(keys, header, &part)
    }

    fn assemble(
        keys: &DeviceKeys,
        header: EnvelopeHeader,
        parts: &[u8],
    ) -> Result<Self, EnvelopeError> {
        let header_bytes = postcard::to_allocvec(&header).expect("a header can be written");
        let total = PREFIX + header_bytes.len() + SIGNATURE + parts.len();
        if total > MAX_ENVELOPE_BYTES {
            return Err(EnvelopeError::TooLarge { bytes: total });
        }
        let signature = keys.sign(SIGN_DOMAIN, &header_bytes);
        let mut bytes = Vec::with_capacity(total);
        bytes.extend_from_slice(&ENVELOPE_MAGIC);
        bytes.extend_from_slice(&(header_bytes.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&header_bytes);
        bytes.extend_from_slice(&signature.0);
        bytes.extend_from_slice(parts);
        Ok(Self {
            bytes,
            header,
            header_len: header_bytes.len(),
        })
    }

    /// Returns the envelope in `bytes` if its form, lengths and hashes are right and nothing is left over.
    ///
    /// # Errors
    /// Any [`EnvelopeError`] up to `WrongStream`.
    pub fn decode(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        let header_bytes = header_bytes(bytes)?;
        match header_bytes.first() {
            Some(&version) if version > ENVELOPE_VERSION => {
                return Err(EnvelopeError::NewerVersion { version });
            }
            Some(&ENVELOPE_VERSION) => {}
            _ => return Err(EnvelopeError::BadHeader),
        }
        let (header, rest) = postcard::take_from_bytes::<EnvelopeHeader>(header_bytes)
            .map_err(|_| EnvelopeError::BadHeader)?;
        let canonical = postcard::to_allocvec(&header).expect("a header that was read");
        if !rest.is_empty() || canonical != header_bytes || header.parts.len() > MAX_PARTS {
            return Err(EnvelopeError::BadHeader);
        }
        let clear = header.stream == StreamId::members(&header.workspace);
        if clear != (header.epoch == CLEAR_EPOCH) || (clear && header.parts.len() != 1) {
            return Err(EnvelopeError::WrongStream);
        }
        let mut rest = bytes
            .get(PREFIX + header_bytes.len() + SIGNATURE..)
            .ok_or(EnvelopeError::WrongLength)?;
        let listed: u64 = header.parts.iter().map(|part| u64::from(part.len)).sum();
        if listed != rest.len() as u64 {
            return Err(EnvelopeError::WrongLength);
        }
        for (place, part) in header.parts.iter().enumerate() {
            let (body, after) = rest.split_at(part.len as usize);
            if blake3::hash(body).as_bytes() != &part.hash {
                return Err(EnvelopeError::PartDamaged { part: place });
            }
            rest = after;
        }
        Ok(Self {
            header_len: header_bytes.len(),
            header,
            bytes: bytes.to_vec(),
        })
    }

    /// Returns the id the envelope in `bytes` would have, without reading further than its header's length.
    ///
    /// # Errors
    /// `TooLarge`, `NotAnEnvelope` or `WrongLength`.
    pub fn peek_id(bytes: &[u8]) -> Result<EnvelopeId, EnvelopeError> {
        header_bytes(bytes).map(|header| EnvelopeId(*blake3::hash(header).as_bytes()))
    }

    /// Checks the author's signature.
    ///
    /// # Errors
    /// [`EnvelopeError::BadSignature`].
    pub fn verify(&self) -> Result<(), EnvelopeError> {
        let from = PREFIX + self.header_len;
        let signature = self.bytes[from..]
            .first_chunk::<SIGNATURE>()
            .expect("decode has seen the signature");
        if self
            .header
            .author
            .verify(SIGN_DOMAIN, self.header_bytes(), &Signature(*signature))
        {
            Ok(())
        } else {
            Err(EnvelopeError::BadSignature)
        }
    }

    /// Returns the parts, opened with `key` and inflated within [`MAX_PART_PLAIN`] for all together.
    ///
    /// # Errors
    /// `WrongKey`, `BadPart`, or `WrongStream` for a clear envelope.
    pub fn open(&self, key: &StreamKey) -> Result<Vec<Part>, EnvelopeError> {
        if self.is_clear() {
            return Err(EnvelopeError::WrongStream);
        }
        let mut budget = MAX_PART_PLAIN;
        (0..self.header.parts.len())
            .map(|place| self.open_at(key, place, &mut budget))
            .collect()
    }

    /// Returns the part at a place, from 0, opened with `key` and inflated within [`MAX_PART_PLAIN`].
    ///
    /// # Errors
    /// `WrongKey`, `BadPart` (also if there is no such part), or `WrongStream` for a clear envelope.
    pub fn open_part(&self, key: &StreamKey, place: usize) -> Result<Part, EnvelopeError> {
        if self.is_clear() {
            return Err(EnvelopeError::WrongStream);
        }
        self.open_at(key, place, &mut { MAX_PART_PLAIN })
    }

    fn open_at(
        &self,
        key: &StreamKey,
        place: usize,
        budget: &mut usize,
    ) -> Result<Part, EnvelopeError> {
        let bad = EnvelopeError::BadPart { part: place };
        let listed = self.header.parts.get(place).ok_or(bad)?;
        let before = self.header.parts[..place].iter();
        let start: usize = before.map(|part| part.len as usize).sum();
        let sealed = &self.part_bytes()[start..start + listed.len as usize];
        let aad = part_aad(&self.header, place, &listed.alias);
        let body = key
            .open_part(&aad, sealed)
            .map_err(|_| EnvelopeError::WrongKey { part: place })?;
        let part = unpack(&body, budget).ok_or(bad)?;
        if key.alias(&part.document) != listed.alias {
            return Err(bad);
        }
        Ok(part)
    }

    /// Returns the statement of a clear envelope.
    ///
    /// # Errors
    /// `WrongStream` for a sealed envelope, or `BadStatement`.
    pub fn statement(&self) -> Result<Statement, EnvelopeError> {
        if !self.is_clear() {
            return Err(EnvelopeError::WrongStream);
        }
        Statement::decode(self.part_bytes()).map_err(EnvelopeError::BadStatement)
    }

    /// Returns the statement with who said it and when, as [`crate::Membership::fold`] takes it.
    ///
    /// # Errors
    /// Those of [`statement`](Self::statement). The signature is not checked here.
    pub fn signed_statement(&self) -> Result<SignedStatement, EnvelopeError> {
        Ok(SignedStatement {
            id: self.id(),
            author: self.header.author,
            seq: self.header.seq,
            prev: self.header.prev,
            clock: self.header.clock,
            statement: self.statement()?,
        })
    }

    /// Returns the id: BLAKE3 of the header.
    pub fn id(&self) -> EnvelopeId {
        EnvelopeId(*blake3::hash(self.header_bytes()).as_bytes())
    }

    /// Returns the header.
    pub fn header(&self) -> &EnvelopeHeader {
        &self.header
    }

    /// Returns whether this carries a statement, not sealed parts.
    pub fn is_clear(&self) -> bool {
        self.header.epoch == CLEAR_EPOCH
    }

    /// Returns the length of the part at a place as sent, in bytes; 0 if there is none.
    pub fn part_len(&self, place: usize) -> usize {
        let listed = self.header.parts.get(place);
        listed.map_or(0, |part| part.len as usize)
    }

    /// Returns the bytes to store and send.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the bytes to store and send.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn header_bytes(&self) -> &[u8] {
        &self.bytes[PREFIX..PREFIX + self.header_len]
    }

    fn part_bytes(&self) -> &[u8] {
        &self.bytes[PREFIX + self.header_len + SIGNATURE..]
    }
}

fn header_bytes(bytes: &[u8]) -> Result<&[u8], EnvelopeError> {
    if bytes.len() > MAX_ENVELOPE_BYTES {
        return Err(EnvelopeError::TooLarge { bytes: bytes.len() });
    }
    let rest = bytes
        .strip_prefix(&ENVELOPE_MAGIC)
        .ok_or(EnvelopeError::NotAnEnvelope)?;
    let (length, rest) = rest
        .split_first_chunk::<4>()
        .ok_or(EnvelopeError::WrongLength)?;
    rest.get(..u32::from_le_bytes(*length) as usize)
        .ok_or(EnvelopeError::WrongLength)
}

/// What a part is bound to: its place in the author's chain of the stream, and the document it says it is for.
fn part_aad(header: &EnvelopeHeader, place: usize, alias: &[u8; 16]) -> Vec<u8> {
    [
        ENVELOPE_MAGIC.as_slice(),
        header.workspace.as_bytes(),
        header.stream.as_bytes(),
        &header.epoch.to_le_bytes(),
        header.author.as_bytes(),
        &header.seq.to_le_bytes(),
        header.prev.as_bytes(),
        &(place as u32).to_le_bytes(),
        alias,
    ]
    .concat()
}

fn pack(part: &Part) -> Vec<u8> {
    let plain = postcard::to_allocvec(part).expect("a part can be written");
    let deflated = miniz_oxide::deflate::compress_to_vec(&plain, DEFLATE_LEVEL);
    let (method, body) = if deflated.len() < plain.len() {
        (DEFLATED, deflated)
    } else {
        (STORED, plain)
    };
    [&[method], body.as_slice()].concat()
}

fn unpack(bytes: &[u8], budget: &mut usize) -> Option<Part> {
    let (&method, body) = bytes.split_first()?;
    let inflated;
    let plain = match method {
        STORED => body,
        DEFLATED => {
            inflated = miniz_oxide::inflate::decompress_to_vec_with_limit(body, *budget).ok()?;
            &inflated
        }
        _ => return None,
    };
    *budget = budget.checked_sub(plain.len())?;
    let (part, rest) = postcard::take_from_bytes::<Part>(plain).ok()?;
    // A number written longer than it has to be makes the whole longer than its only form.
    let length = postcard::experimental::serialized_size(&part).ok()?;
    (rest.is_empty() && length == plain.len()).then_some(part)
}
