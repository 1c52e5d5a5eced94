//! Sealed envelopes, streams, membership, bundles, relay sessions. Sans-IO.
//!
//! This crate decides what a byte string from outside may be ([`envelope`], [`bundle`], [`protocol`], [`link`]),
//! who belongs to a workspace ([`membership`]), and what a device says to a relay ([`session`]).
//! It never reads a clock, a disk or a source of randomness: times are arguments in milliseconds since 1970,
//! randomness is an [`Entropy`] seeded by the caller. What a document means is left to the caller.
//!
//! The path of an edit: the caller puts changes into [`Part`]s, [`Envelope::seal`]s them under the [`StreamKey`] of a
//! stream, stores the bytes, and offers them to a [`Session`] or a [`BundleWriter`]. The path back:
//! [`Envelope::decode`], [`Envelope::verify`], a look at the [`Membership`], [`Envelope::open`].

pub mod approval;
pub mod backup;
pub mod bundle;
pub mod cuts;
pub mod data_key;
pub mod entropy;
pub mod envelope;
mod folding;
pub mod id;
pub mod keys;
pub mod kit;
pub mod limits;
pub mod link;
pub mod membership;
pub mod object;
pub mod passphrase;
pub mod protocol;
pub mod revocation;
pub mod row_snapshot;
mod sealing;
pub mod session;
pub mod staff_key;
pub mod statement;

pub use approval::{Draw, Newcomer, six_digits};
pub use backup::{BackupError, open_backup, seal_backup};
pub use bundle::{Bundle, BundleEntry, BundleError, BundleWriter, DamagedEnvelope};
pub use cuts::{Link, Reach};
pub use data_key::{DataKey, DataKeyError, ROW_OVERHEAD, RowPlace, WrappedKey, sealed_under};
pub use entropy::Entropy;
pub use envelope::{
    ClearRequest, Envelope, EnvelopeError, EnvelopeHeader, EnvelopeSizing, Part, PartHeader,
    SealRequest,
};
pub use id::{DeviceId, EnvelopeId, ParseIdError, StreamId, WorkspaceId};
pub use keys::{
    BoxPublic, DeviceKeys, InvitationSecret, KeyError, Opener, Signature, StreamKey, seal_to,
};
pub use kit::{KitError, kit_lines, read_kit};
pub use link::{InviteLink, LinkError};
pub use membership::{InvitationState, Member, Membership, SecondUse, ShutOut};
pub use object::{ObjectError, ObjectLabel, ObjectPlace, SealedObject};
pub use protocol::{
    ClientFrame, Cursor, EnvelopeBytes, FailureCode, FrameError, Receipt, RefusalCode, RelayFrame,
    StoreEpoch, StreamHead,
};
pub use revocation::{
    Confirmation, Cut, Revocation, RightsChange, SealedWords, Take, Target, epoch_after,
};
pub use row_snapshot::{MAX_SNAPSHOT_PIECES, RowSnapshot, Vouched, snapshot_piece_name};
pub use session::{
    Delivered, ObjectAsk, Offered, OfflineReason, Session, SessionAction, SessionStatus,
};
pub use staff_key::{
    Act, Certificate, Holder, KeyDraw, KeyEnd, PinError, SealedStaffKey, StaffKey, StaffPublic,
    check_pin,
};
pub use statement::{
    Admission, Charter, Grant, Invitation, Rights, SignedStatement, Statement, StatementError,
    StreamWrap, Wrap,
};
