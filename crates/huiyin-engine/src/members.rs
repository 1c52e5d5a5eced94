//! Members of the company as this device knows them, and the stream keys it holds.

use std::collections::BTreeMap;

use huiyin_sync::{
    DeviceId, DeviceKeys, Envelope, EnvelopeError, Invitation, InvitationSecret, Membership,
    SignedStatement, Statement, StreamId, StreamKey, WorkspaceId,
};
use serde::{Deserialize, Serialize};

use crate::chains::envelope_key;
use crate::link::Unacked;
use crate::replica::Replica;
use crate::task::{After, Tx, Work};
use crate::{Durability, Table};

/// Epoch of every stream's first key.
pub(crate) const FIRST_EPOCH: u32 = 0;

/// Statements, what they make, and keys.
#[derive(Debug)]
pub(crate) struct Members {
    pub statements: Vec<SignedStatement>,
    pub membership: Membership,
    /// Keys by stream and epoch.
    pub keys: BTreeMap<(StreamId, u32), StreamKey>,
    /// Names of streams whose key is held.
    pub names: BTreeMap<StreamId, String>,
}

impl Default for Members {
    fn default() -> Self {
        Self {
            statements: Vec::new(),
            membership: Membership::empty(WorkspaceId([0; 16])),
            keys: BTreeMap::new(),
            names: BTreeMap::new(),
        }
    }
}

/// What an invitation tells the joiner alone. Field order is the format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct InvitationDetails {
    pub branch: String,
    pub role: String,
}

impl Members {
    /// Folds the statements again and opens the keys that were given to this device.
    pub fn refold(
        &mut self,
        workspace: WorkspaceId,
        device: &DeviceKeys,
        invitation: Option<&InvitationSecret>,
    ) {
        self.membership = Membership::fold(workspace, &self.statements);
        let mut keys = self.membership.new_keys_for(device, &self.keys);
        if let Some(secret) = invitation {
            keys.extend(self.membership.new_keys_for(secret, &self.keys));
        }
        self.keys.extend(keys);
        for ((stream, epoch), key) in &self.keys {
            if let Some(name) = self
                .membership
                .grant(stream, *epoch)
                .and_then(|grant| grant.name(key).ok())
            {
                self.names.insert(*stream, name);
            }
        }
    }

    /// Returns the current epoch and key of a stream.
    pub fn key(&self, stream: &StreamId) -> Option<(u32, &StreamKey)> {
        self.keys
            .range((*stream, 0)..=(*stream, u32::MAX))
            .next_back()
            .map(|((_, epoch), key)| (*epoch, key))
    }

    /// Returns whether a device may read every stream.
    pub fn sees_everything(&self, device: &DeviceId) -> bool {
        self.membership
            .device(device)
            .is_some_and(|member| member.rights.all_streams || member.invitation.is_none())
    }
}

impl Replica {
    /// Says something in the members stream: stores the envelope, folds it in, offers it.
    ///
    /// # Errors
    /// [`EnvelopeError`] only if the statement is larger than an envelope.
    pub fn say(&mut self, tx: &mut Tx<'_>, statement: Statement) -> Result<(), EnvelopeError> {
        let Some(identity) = &self.identity else {
            return Ok(());
        };
        let (workspace, keys) = (identity.workspace(), identity.keys());
        let invitation = identity.invitation();
        let stream = StreamId::members(&workspace);
        let (seq, prev) = self.chains.next(stream, keys.device());
        let clock = tx.now.max(0) as u64;
        let envelope = Envelope::clear(
            &keys,
            huiyin_sync::ClearRequest {
                workspace,
                seq,
                prev,
                clock,
                statement,
            },
        )?;
        self.members.statements.push(envelope.signed_statement()?);
        self.store_own(tx, &envelope, 0);
        self.members.refold(workspace, &keys, invitation.as_ref());
        self.follow_staff_keys(tx);
        tx.after.push(After::Streams);
        Ok(())
    }

    /// Stores an envelope of this device and marks it as not acknowledged.
    pub fn store_own(&mut self, tx: &mut Tx<'_>, envelope: &Envelope, changes: u32) {
        let key = envelope_key(envelope.header(), &envelope.id());
        let header = envelope.header();
        self.chains
            .note(header.stream, header.author, header.seq, envelope.id());
        tx.put(Table::Envelopes, key.clone(), envelope.as_bytes().to_vec());
        tx.put(Table::Unacked, key.clone(), changes.to_le_bytes().to_vec());
        self.link.unacked.insert(
            envelope.id(),
            Unacked {
                key,
                changes,
                offered: false,
                soft: tx.durability == Durability::Relaxed,
            },
        );
        tx.follow(Work::Offer);
    }

    /// Makes an invitation and returns its secret. One that asks carries no keys: they are wrapped to the device that was let in.
    pub fn make_invitation(
        &mut self,
        tx: &mut Tx<'_>,
        branch: &str,
        role: &str,
        expires_ms: u64,
        (everything, ask): (bool, bool),
    ) -> Result<InvitationSecret, EnvelopeError> {
        let identity = self
            .identity
            .as_ref()
            .expect("only a device with a workspace invites");
        let workspace = identity.workspace();
        let secret = InvitationSecret::generate(&mut tx.entropy);
        let rights = self.invited_rights(branch, role, everything);
        let keys = if ask {
            Vec::new()
        } else {
            self.invited_keys(&rights)
        };
        let details = postcard::to_allocvec(&InvitationDetails {
            branch: branch.to_owned(),
            role: role.to_owned(),
        })
        .expect("details are plain data");
        let invitation = Invitation::new(
            &workspace,
            &secret,
            rights,
            expires_ms,
            &keys,
            &details,
            &mut tx.entropy,
        )
        .expect("a generated secret has a usable public key");
        let statement = if ask {
            Statement::AskingInvitation(invitation)
        } else {
            Statement::Invitation(invitation)
        };
        self.say(tx, statement)?;
        Ok(secret)
    }
}
