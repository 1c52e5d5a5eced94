//! What a device and a relay say to each other: binary WebSocket messages, a version byte, then postcard.
//!
//! ```text
//! device                                relay
//! Hello{workspace, device}         →
//!                                  ←    Challenge{nonce, store_epoch}
//! Proof{signature}                 →
//!                                  ←    Welcome{member, streams}            again whenever rights change
//! Subscribe{(stream, cursor)…}     →
//!                                  ←    Batch{stream, entries, head}…       at least one per stream, maybe empty
//! WithoutEcho                      →                                        what this connection hands over does not come back
//! Stored{stream, position}         →                                        frees the relay's window
//! Append{request, envelopes}       →
//!                                  ←    Refused{request, Some(envelope)}…   one per envelope refused
//!                                  ←    Accepted{request, receipts}         ends the request; after commit
//!                                  ←    Refused{request, None}              ends the request; nothing was taken
//! PutObject{request, object}       →
//!                                  ←    ObjectStored{request}  or Refused{request, None}
//! GetObject{request, stream, label} →
//!                                  ←    Object{request, Some(object)}  or None: not here, or not for this device
//! ```
//! A frame carries the version that brought it: 1, 2 for the four about objects, and 3 for `WithoutEcho`. Who does not know a frame's
//! version answers `Failed{OtherVersion}`; a relay sends frames of version 2 only in answer to such frames.
//!
//! Positions count from 1 within a stream; a head of 0 says the stream is empty.
//!
//! Long: every message of both sides, in the order of their numbers.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::id::{DeviceId, EnvelopeId, StreamId, WorkspaceId, fixed_bytes};
use crate::keys::{DeviceKeys, Signature};
use crate::limits::MAX_FRAME;
use crate::object::ObjectLabel;

/// First version of the protocol: the first byte of every frame that is as old as the protocol.
pub const PROTOCOL_VERSION: u8 = 1;
/// Version of the protocol that brought objects: the first byte of the frames about them.
pub const OBJECTS_VERSION: u8 = 2;
/// Version of the protocol that brought [`ClientFrame::WithoutEcho`]: its first byte, and the newest this program speaks.
pub const ECHO_VERSION: u8 = 3;

const PROOF_DOMAIN: &[u8] = b"huiyin relay proof v1";

fixed_bytes!(
    /// Names one life of a relay's store: a restored store gets a new one.
    StoreEpoch,
    16
);

/// Why bytes are no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FrameError {
    /// More than [`MAX_FRAME`].
    #[error("read a frame: more than 1 MiB")]
    TooLarge,
    /// Of another protocol version.
    #[error("read a frame: protocol version {version}, this program speaks 1 to 3")]
    OtherVersion {
        /// The version found.
        version: u8,
    },
    /// The bytes follow no known form.
    #[error("read a frame: malformed")]
    Malformed,
}

/// The bytes of one envelope in a frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EnvelopeBytes(#[serde(with = "serde_bytes")] pub Vec<u8>);

/// How far a device has a stream: the position and the envelope there, in one life of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The life of the store.
    pub epoch: StoreEpoch,
    /// Position of the last envelope had, from 1.
    pub position: u64,
    /// The envelope at that position.
    pub envelope: EnvelopeId,
}

/// A stream the device may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamHead {
    /// The stream.
    pub stream: StreamId,
    /// Position of its last envelope; 0 if it has none.
    pub head: u64,
}

/// Where an appended envelope stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The envelope.
    pub envelope: EnvelopeId,
    /// Its position in its stream, from 1.
    pub position: u64,
}

/// Why an envelope or a request was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RefusalCode {
    /// Larger than an envelope may be.
    TooLarge,
    /// No envelope, or damaged.
    Malformed,
    /// Written in a version the relay does not know yet.
    NewerVersion,
    /// Not signed by its author.
    BadSignature,
    /// Of another workspace than the connection's.
    ForeignWorkspace,
    /// The author is no member, or may not write to the stream.
    NotPermitted,
    /// The charter does not prove the workspace.
    BadCharter,
    /// The admission's invitation is not known here.
    UnknownInvitation,
    /// The invitation had expired.
    InvitationExpired,
    /// The invitation was used by another device.
    InvitationUsed,
    /// The author has another envelope with the same sequence number in the stream.
    Fork,
    /// Too much in too short a time: wait and send again.
    RateLimited,
    /// The store could not take it: send again later.
    StoreFailed,
}

impl RefusalCode {
    /// Every code, for counters and tables of texts.
    pub const ALL: [Self; 13] = [
        Self::TooLarge,
        Self::Malformed,
        Self::NewerVersion,
        Self::BadSignature,
        Self::ForeignWorkspace,
        Self::NotPermitted,
        Self::BadCharter,
        Self::UnknownInvitation,
        Self::InvitationExpired,
        Self::InvitationUsed,
        Self::Fork,
        Self::RateLimited,
        Self::StoreFailed,
    ];

    /// Returns the code in snake_case, for metrics and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::Malformed => "malformed",
            Self::NewerVersion => "newer_version",
            Self::BadSignature => "bad_signature",
            Self::ForeignWorkspace => "foreign_workspace",
            Self::NotPermitted => "not_permitted",
            Self::BadCharter => "bad_charter",
            Self::UnknownInvitation => "unknown_invitation",
            Self::InvitationExpired => "invitation_expired",
            Self::InvitationUsed => "invitation_used",
            Self::Fork => "fork",
            Self::RateLimited => "rate_limited",
            Self::StoreFailed => "store_failed",
        }
    }

    /// Returns whether the same envelope will be refused for ever. A right may still be granted, an invitation
    /// still arrive, a relay be updated: those are not permanent.
    pub fn is_permanent(self) -> bool {
        !matches!(
            self,
            Self::NewerVersion
                | Self::NotPermitted
                | Self::UnknownInvitation
                | Self::RateLimited
                | Self::StoreFailed
        )
    }
}

/// Why the relay ends a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FailureCode {
    /// The device speaks another protocol version.
    OtherVersion,
    /// A frame was malformed, too large, or out of turn.
    BadFrame,
    /// The proof does not hold for the device.
    BadProof,
    /// The handshake took too long.
    TooSlow,
    /// The workspace has too many connections here.
    TooManyConnections,
    /// The store does not answer.
    StoreFailed,
    /// The relay is being stopped.
    Stopping,
}

/// What a device says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClientFrame {
    /// Names workspace and device.
    Hello {
        /// The workspace.
        workspace: WorkspaceId,
        /// The device.
        device: DeviceId,
    },
    /// Proves the device: see [`proof`].
    Proof {
        /// The signature.
        signature: Signature,
    },
    /// Asks for what stands behind the cursors, and for what comes.
    Subscribe {
        /// Streams, each with how far it is had; `None` from the start.
        streams: Vec<(StreamId, Option<Cursor>)>,
    },
    /// Says that a batch up to this position is stored durably here.
    Stored {
        /// The stream.
        stream: StreamId,
        /// The position.
        position: u64,
    },
    /// Hands over envelopes, of any streams, each author's in order.
    Append {
        /// Chosen by the device, returned with the answer.
        request: u64,
        /// At most [`crate::limits::MAX_ENVELOPES_PER_FRAME`].
        envelopes: Vec<EnvelopeBytes>,
    },
    /// Asks for a sign of life.
    Ping(u64),
    /// Hands over a sealed object (version 2). One with a label the relay has is receipted and not stored again.
    PutObject {
        /// Chosen by the device, returned with the answer.
        request: u64,
        /// The object, at most [`crate::limits::MAX_OBJECT_BYTES`].
        object: EnvelopeBytes,
    },
    /// Asks for an object (version 2).
    GetObject {
        /// Chosen by the device, returned with the answer.
        request: u64,
        /// The stream it belongs to.
        stream: StreamId,
        /// Its label.
        label: ObjectLabel,
    },
    /// From now on batches leave out what was handed over on this connection and receipted (version 3). The device moves its cursor
    /// over those positions by their receipts. Statements of the members stream come back all the same.
    WithoutEcho,
}

/// What a relay says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RelayFrame {
    /// To be signed by the device.
    Challenge {
        /// Fresh for each connection.
        nonce: [u8; 32],
        /// The life of the store.
        store_epoch: StoreEpoch,
    },
    /// The proof holds. Sent again when the device's rights change.
    Welcome {
        /// Whether the device is a member, as far as this relay has heard.
        member: bool,
        /// What it may read, with heads.
        streams: Vec<StreamHead>,
    },
    /// Envelopes of a stream in order. Empty when nothing stands behind the cursor.
    Batch {
        /// The stream.
        stream: StreamId,
        /// Position and bytes, ascending.
        entries: Vec<(u64, EnvelopeBytes)>,
        /// Position of the stream's last envelope.
        head: u64,
    },
    /// The cursor is of another life of the store: batches follow from the start, and the device offers again what
    /// it has.
    Reset {
        /// The stream.
        stream: StreamId,
    },
    /// The request is stored, save what was refused by name.
    Accepted {
        /// The request.
        request: u64,
        /// Where each envelope stands.
        receipts: Vec<Receipt>,
    },
    /// One envelope, or the whole request, was refused.
    Refused {
        /// The request.
        request: u64,
        /// The envelope; `None`: the whole request, which ends with this.
        envelope: Option<EnvelopeId>,
        /// Why.
        code: RefusalCode,
        /// Whether sending it again is of no use.
        permanent: bool,
    },
    /// The relay ends the connection.
    Failed {
        /// Why.
        code: FailureCode,
    },
    /// Answers a `Ping`.
    Pong(u64),
    /// The object is stored (version 2).
    ObjectStored {
        /// The request.
        request: u64,
    },
    /// The object asked for (version 2); `None` if it is not here or the device may not read its stream, which is not told apart.
    Object {
        /// The request.
        request: u64,
        /// The object.
        object: Option<EnvelopeBytes>,
    },
}

/// Which version of the protocol brought a frame.
trait Since {
    fn since(&self) -> u8;
}

impl Since for ClientFrame {
    fn since(&self) -> u8 {
        match self {
            Self::PutObject { .. } | Self::GetObject { .. } => OBJECTS_VERSION,
            Self::WithoutEcho => ECHO_VERSION,
            _ => PROTOCOL_VERSION,
        }
    }
}

impl Since for RelayFrame {
    fn since(&self) -> u8 {
        match self {
            Self::ObjectStored { .. } | Self::Object { .. } => OBJECTS_VERSION,
            _ => PROTOCOL_VERSION,
        }
    }
}

fn encode(frame: &(impl Serialize + Since)) -> Vec<u8> {
    postcard::to_extend(frame, vec![frame.since()]).expect("a frame can be written")
}

fn decode<T: DeserializeOwned + Since>(bytes: &[u8]) -> Result<T, FrameError> {
    if bytes.len() > MAX_FRAME {
        return Err(FrameError::TooLarge);
    }
    let (&version, body) = bytes.split_first().ok_or(FrameError::Malformed)?;
    if !(PROTOCOL_VERSION..=ECHO_VERSION).contains(&version) {
        return Err(FrameError::OtherVersion { version });
    }
    match postcard::take_from_bytes::<T>(body) {
        Ok((frame, [])) if frame.since() == version => Ok(frame),
        _ => Err(FrameError::Malformed),
    }
}

impl ClientFrame {
    /// Returns the bytes to send.
    pub fn encode(&self) -> Vec<u8> {
        encode(self)
    }

    /// Returns the frame in `bytes`.
    ///
    /// # Errors
    /// [`FrameError`]: end the connection.
    pub fn decode(bytes: &[u8]) -> Result<Self, FrameError> {
        decode(bytes)
    }
}

impl RelayFrame {
    /// Returns the bytes to send.
    pub fn encode(&self) -> Vec<u8> {
        encode(self)
    }

    /// Returns the frame in `bytes`.
    ///
    /// # Errors
    /// [`FrameError`]: end the connection.
    pub fn decode(bytes: &[u8]) -> Result<Self, FrameError> {
        decode(bytes)
    }
}

fn proof_message(nonce: &[u8; 32], epoch: &StoreEpoch, workspace: &WorkspaceId) -> Vec<u8> {
    [
        nonce.as_slice(),
        epoch.as_bytes().as_slice(),
        workspace.as_bytes(),
    ]
    .concat()
}

/// Returns the device's answer to a challenge: its signature over nonce, store epoch, workspace and device.
pub fn proof(
    keys: &DeviceKeys,
    nonce: &[u8; 32],
    epoch: &StoreEpoch,
    workspace: &WorkspaceId,
) -> Signature {
    let mut message = proof_message(nonce, epoch, workspace);
    message.extend_from_slice(keys.device().as_bytes());
    keys.sign(PROOF_DOMAIN, &message)
}

/// Returns whether `signature` is `device`'s answer to the challenge.
pub fn proof_holds(
    device: &DeviceId,
    nonce: &[u8; 32],
    epoch: &StoreEpoch,
    workspace: &WorkspaceId,
    signature: &Signature,
) -> bool {
    let mut message = proof_message(nonce, epoch, workspace);
    message.extend_from_slice(device.as_bytes());
    device.verify(PROOF_DOMAIN, &message, signature)
}
