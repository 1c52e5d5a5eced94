//! Statements about members: what the clear `members` stream carries, readable by the relay and by every member.
//!
//! A statement stands in a signed clear envelope, as a version byte and its postcard form. Here it is made, written
//! and read; whether it counts is decided in [`crate::membership`].
//!
//! Long: every statement with its making and reading.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::approval::Draw;
use crate::entropy::Entropy;
use crate::id::{DeviceId, EnvelopeId, StreamId, WorkspaceId};
use crate::keys::{
    BoxPublic, DeviceKeys, InvitationSecret, KeyError, Opener, Signature, StreamKey, seal_to,
    verify,
};
use crate::revocation::{Confirmation, Revocation, RightsChange, Take};

/// The newest version of the statement encoding this crate reads. A statement is written in the version its kind came with.
pub const STATEMENT_VERSION: u8 = 3;

const ADMISSION_DOMAIN: &[u8] = b"huiyin admission v1";
const NAME_CONTEXT: &str = "stream name";
const DETAILS_CONTEXT: &[u8] = b"invitation details";

/// Why bytes are no statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum StatementError {
    /// Written by a newer version: an update can read it.
    #[error("read a statement: written in version {version}, newer than this program")]
    NewerVersion {
        /// The version found.
        version: u8,
    },
    /// The bytes follow no known form.
    #[error("read a statement: malformed")]
    Malformed,
}

/// What a member says about members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Statement {
    /// Founds the workspace.
    Charter(Charter),
    /// Hands the key of a stream's epoch to devices and invitations.
    Grant(Grant),
    /// Opens the door to whoever holds a one-time secret.
    Invitation(Invitation),
    /// Uses an invitation.
    Admission(Admission),
    /// Shuts devices out or closes invitations.
    Revocation(Revocation),
    /// Gives a member other rights.
    RightsChange(RightsChange),
    /// Says who has used an invitation.
    Confirmation(Confirmation),
    /// Lets late work count.
    Take(Take),
    /// An invitation whose user waits until an administrator confirms it. It carries no keys.
    AskingInvitation(Invitation),
    /// Answers who waits with random bytes.
    Draw(Draw),
}

impl Statement {
    fn version(&self) -> u8 {
        match self {
            Self::Charter(_) | Self::Grant(_) | Self::Invitation(_) | Self::Admission(_) => 1,
            Self::Revocation(_) | Self::RightsChange(_) | Self::Confirmation(_) | Self::Take(_) => {
                2
            }
            Self::AskingInvitation(_) | Self::Draw(_) => 3,
        }
    }

    /// Returns the bytes: a version, then postcard.
    pub fn encode(&self) -> Vec<u8> {
        postcard::to_extend(self, vec![self.version()]).expect("a statement can be written")
    }

    /// Returns the statement these bytes hold, with nothing left over and every number in its shortest form.
    ///
    /// # Errors
    /// [`StatementError`]: keep the bytes of a newer version, set the rest aside.
    pub fn decode(bytes: &[u8]) -> Result<Self, StatementError> {
        let (&version, body) = bytes.split_first().ok_or(StatementError::Malformed)?;
        if version > STATEMENT_VERSION {
            return Err(StatementError::NewerVersion { version });
        }
        match postcard::take_from_bytes(body) {
            Ok((statement, [])) if Self::encode(&statement) == bytes => Ok(statement),
            _ => Err(StatementError::Malformed),
        }
    }
}

/// A statement with what its envelope says about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedStatement {
    /// The envelope.
    pub id: EnvelopeId,
    /// Who signed it.
    pub author: DeviceId,
    /// Place among the author's envelopes in the members stream.
    pub seq: u64,
    /// The author's envelope before it there.
    pub prev: EnvelopeId,
    /// The author's clock, in milliseconds since 1970.
    pub clock: u64,
    /// What was said.
    pub statement: Statement,
}

/// The founding statement: its author is the first administrator and may read every stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charter {
    /// The workspace, which follows from the other fields.
    pub workspace: WorkspaceId,
    /// The founding device.
    pub device: DeviceId,
    /// Its box key.
    pub box_public: BoxPublic,
    /// When it was founded, in milliseconds since 1970.
    pub created_ms: u64,
    /// Sets apart two workspaces founded in one millisecond.
    pub nonce: [u8; 16],
}

impl Charter {
    /// Returns the charter of a new workspace.
    pub fn new(keys: &DeviceKeys, created_ms: u64, entropy: &mut Entropy) -> Self {
        let mut charter = Self {
            workspace: WorkspaceId([0; 16]),
            device: keys.device(),
            box_public: keys.box_public(),
            created_ms,
            nonce: entropy.array(),
        };
        charter.workspace = charter.derived_workspace();
        charter
    }

    /// Returns the workspace these fields found: the first 16 bytes of BLAKE3 in derive mode over device, box key,
    /// time (little endian) and nonce.
    pub fn derived_workspace(&self) -> WorkspaceId {
        let mut hasher = blake3::Hasher::new_derive_key("huiyin workspace id v1");
        hasher.update(self.device.as_bytes());
        hasher.update(self.box_public.as_bytes());
        hasher.update(&self.created_ms.to_le_bytes());
        hasher.update(&self.nonce);
        let mut id = [0; 16];
        id.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        WorkspaceId(id)
    }
}

/// A stream key wrapped to one receiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrap {
    /// The receiver: a device's or an invitation's box key.
    pub to: BoxPublic,
    /// What [`StreamKey::wrap`] gave.
    #[serde(with = "serde_bytes")]
    pub sealed: Vec<u8>,
}

/// Hands the key of one epoch of a stream to receivers. By an administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The stream.
    pub stream: StreamId,
    /// The epoch, from 0.
    pub epoch: u32,
    /// [`StreamKey::commitment`]: tells a wrong key from the right one.
    pub commitment: [u8; 32],
    /// The stream's name under its own key: see [`Grant::name`].
    #[serde(with = "serde_bytes")]
    pub sealed_name: Vec<u8>,
    /// The key for each receiver.
    pub wraps: Vec<Wrap>,
}

impl Grant {
    /// Returns the grant of `key` as `stream`'s key in `epoch` to `receivers`.
    ///
    /// # Errors
    /// [`KeyError::BadPublicKey`] if a receiver's key is not usable.
    pub fn new(
        workspace: &WorkspaceId,
        stream: StreamId,
        epoch: u32,
        key: &StreamKey,
        name: &str,
        receivers: &[BoxPublic],
        entropy: &mut Entropy,
    ) -> Result<Self, KeyError> {
        let sealed_name = key.seal_text(NAME_CONTEXT, name, entropy);
        let wraps = receivers
            .iter()
            .map(|to| {
                Ok(Wrap {
                    to: *to,
                    sealed: key.wrap(to, workspace, &stream, epoch, entropy)?,
                })
            })
            .collect::<Result<_, KeyError>>()?;
        Ok(Self {
            stream,
            epoch,
            commitment: key.commitment(),
            sealed_name,
            wraps,
        })
    }

    /// Returns the stream's name.
    ///
    /// # Errors
    /// [`KeyError::NotForThisKey`] if `key` is not the key granted here.
    pub fn name(&self, key: &StreamKey) -> Result<String, KeyError> {
        key.open_text(NAME_CONTEXT, &self.sealed_name)
    }
}

/// The key of one stream and epoch, wrapped to a receiver named elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StreamWrap {
    /// The stream.
    pub stream: StreamId,
    /// The epoch.
    pub epoch: u32,
    /// What [`StreamKey::wrap`] gave.
    #[serde(with = "serde_bytes")]
    pub sealed: Vec<u8>,
}

/// What a member may do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights {
    /// Streams to read and write, beside `members`.
    pub streams: Vec<StreamId>,
    /// The root, and every stream, also one made later, of which an administrator gives this member a key.
    pub all_streams: bool,
    /// Inviting and granting.
    pub administrator: bool,
}

/// A one-time invitation. By an administrator. The link carries the secret half.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Public signing key of the invitation, and its name.
    pub invite_sign: [u8; 32],
    /// Public box key of the invitation.
    pub invite_box: BoxPublic,
    /// What whoever uses it may do.
    pub rights: Rights,
    /// Last millisecond (since 1970) an admission may carry on its clock.
    pub expires_ms: u64,
    /// The stream keys wrapped to `invite_box`.
    pub wraps: Vec<StreamWrap>,
    /// Bytes for the joiner alone: see [`Invitation::details`].
    #[serde(with = "serde_bytes")]
    pub sealed_details: Vec<u8>,
}

impl Invitation {
    /// Returns the public half of `secret` with the `keys` wrapped to it and `details` only its holder can read.
    ///
    /// # Errors
    /// [`KeyError::BadPublicKey`], which a generated secret never causes.
    pub fn new(
        workspace: &WorkspaceId,
        secret: &InvitationSecret,
        rights: Rights,
        expires_ms: u64,
        keys: &[(StreamId, u32, StreamKey)],
        details: &[u8],
        entropy: &mut Entropy,
    ) -> Result<Self, KeyError> {
        let invite_box = secret.box_public();
        let wraps = keys
            .iter()
            .map(|(stream, epoch, key)| {
                Ok(StreamWrap {
                    stream: *stream,
                    epoch: *epoch,
                    sealed: key.wrap(&invite_box, workspace, stream, *epoch, entropy)?,
                })
            })
            .collect::<Result<_, KeyError>>()?;
        let context = [DETAILS_CONTEXT, workspace.as_bytes()].concat();
        Ok(Self {
            invite_sign: secret.sign_public(),
            invite_box,
            rights,
            expires_ms,
            wraps,
            sealed_details: seal_to(&invite_box, &context, details, entropy)?,
        })
    }

    /// Returns the details the administrator left for the joiner.
    ///
    /// # Errors
    /// [`KeyError::NotForThisKey`] if `secret` is not this invitation's.
    pub fn details(
        &self,
        workspace: &WorkspaceId,
        secret: &InvitationSecret,
    ) -> Result<Vec<u8>, KeyError> {
        let context = [DETAILS_CONTEXT, workspace.as_bytes()].concat();
        secret.open(&context, &self.sealed_details)
    }
}

/// Uses an invitation. By the new device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admission {
    /// [`Invitation::invite_sign`] of the invitation used.
    pub invitation: [u8; 32],
    /// The new device: the author of the envelope.
    pub device: DeviceId,
    /// Its box key.
    pub box_public: BoxPublic,
    /// By the invitation's key over workspace, device and box key.
    pub signature: Signature,
    /// The device's name for people, sealed by the caller (see [`StreamKey::seal_text`]).
    #[serde(with = "serde_bytes")]
    pub name_sealed: Vec<u8>,
}

impl Admission {
    /// Returns the admission of the device with `keys` by the invitation of `secret`.
    pub fn new(
        workspace: &WorkspaceId,
        secret: &InvitationSecret,
        keys: &DeviceKeys,
        name_sealed: Vec<u8>,
    ) -> Self {
        let (device, box_public) = (keys.device(), keys.box_public());
        Self {
            invitation: secret.sign_public(),
            device,
            box_public,
            signature: secret.sign(
                ADMISSION_DOMAIN,
                &admission_message(workspace, &device, &box_public),
            ),
            name_sealed,
        }
    }

    /// Returns whether the holder of the invitation's secret let this device into `workspace`.
    pub fn signature_holds(&self, workspace: &WorkspaceId) -> bool {
        verify(
            &self.invitation,
            ADMISSION_DOMAIN,
            &admission_message(workspace, &self.device, &self.box_public),
            &self.signature,
        )
    }
}

fn admission_message(
    workspace: &WorkspaceId,
    device: &DeviceId,
    box_public: &BoxPublic,
) -> Vec<u8> {
    [
        workspace.as_bytes().as_slice(),
        device.as_bytes(),
        box_public.as_bytes(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charter_proves_its_workspace_and_no_other() {
        let mut entropy = Entropy::from_seed([1; 32]);
        let keys = DeviceKeys::generate(&mut entropy);
        let charter = Charter::new(&keys, 5, &mut entropy);
        assert_eq!(charter.workspace, charter.derived_workspace());
        let later = Charter {
            created_ms: 6,
            ..charter.clone()
        };
        assert_ne!(later.derived_workspace(), charter.workspace);
    }

    #[test]
    fn a_statement_has_one_form_only() {
        let mut entropy = Entropy::from_seed([3; 32]);
        let keys = DeviceKeys::generate(&mut entropy);
        let statement = Statement::Charter(Charter::new(&keys, 5, &mut entropy));
        let bytes = statement.encode();
        assert_eq!(Statement::decode(&bytes), Ok(statement));
        // The kind, 0, written in two bytes.
        let overlong = [&bytes[..1], &[0x80, 0x00], &bytes[2..]].concat();
        assert_eq!(Statement::decode(&overlong), Err(StatementError::Malformed));
    }

    #[test]
    fn an_invitation_gives_its_holder_the_details_and_the_keys() {
        let mut entropy = Entropy::from_seed([2; 32]);
        let workspace = WorkspaceId([7; 16]);
        let stream = StreamId::root(&workspace);
        let secret = InvitationSecret::generate(&mut entropy);
        let key = StreamKey::generate(&mut entropy);
        let invitation = Invitation::new(
            &workspace,
            &secret,
            Rights::default(),
            9,
            &[(stream, 0, key.clone())],
            b"welcome",
            &mut entropy,
        )
        .unwrap();
        assert_eq!(invitation.details(&workspace, &secret).unwrap(), b"welcome");
        let wrap = &invitation.wraps[0];
        assert_eq!(
            StreamKey::unwrap(&secret, &workspace, &stream, 0, &wrap.sealed),
            Ok(key)
        );
        let stranger = InvitationSecret::generate(&mut entropy);
        assert_eq!(
            invitation.details(&workspace, &stranger),
            Err(KeyError::NotForThisKey)
        );
    }

    #[test]
    fn an_admission_holds_for_its_workspace_and_device_only() {
        let mut entropy = Entropy::from_seed([3; 32]);
        let workspace = WorkspaceId([7; 16]);
        let secret = InvitationSecret::generate(&mut entropy);
        let keys = DeviceKeys::generate(&mut entropy);
        let other = DeviceKeys::generate(&mut entropy);
        let admission = Admission::new(&workspace, &secret, &keys, Vec::new());
        assert!(admission.signature_holds(&workspace));
        assert!(!admission.signature_holds(&WorkspaceId([8; 16])));
        let stolen = Admission {
            device: other.device(),
            ..admission
        };
        assert!(!stolen.signature_holds(&workspace));
    }

    #[test]
    fn a_newer_statement_is_told_from_a_broken_one() {
        assert_eq!(
            Statement::decode(&[4, 0]),
            Err(StatementError::NewerVersion { version: 4 })
        );
        assert_eq!(Statement::decode(&[]), Err(StatementError::Malformed));
        assert_eq!(Statement::decode(&[1, 9]), Err(StatementError::Malformed));
        let take = Statement::Take(Take {
            envelopes: vec![EnvelopeId([1; 32])],
        });
        let bytes = take.encode();
        assert_eq!((bytes[0], Statement::decode(&bytes)), (2, Ok(take)));
        for version in [0, 1, 3] {
            // A kind belongs to one version: there is one way to write it.
            let other = [&[version], &bytes[1..]].concat();
            assert_eq!(Statement::decode(&other), Err(StatementError::Malformed));
        }
    }
}
