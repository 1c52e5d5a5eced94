//! Changing stream keys, and what an administrator's device says by itself about members: whose use of an invitation stands, which
//! invitations are over, and new keys where an old one is with somebody who lost the right.

use huiyin_sync::{
    Confirmation, DeviceId, EnvelopeError, Revocation, SealedWords, ShutOut, Statement, StreamId,
    StreamKey, epoch_after,
};

use crate::members::InvitationDetails;
use crate::replica::Replica;
use crate::streams::Entitlement;
use crate::task::Tx;

/// Name of the stream of the company's root document.
const ROOT_STREAM: &str = "root";
/// How long an unused invitation is left open after its time, in milliseconds: a day, so that who used it in the last minute is
/// heard of before it is closed.
const CLOSED_AFTER_MS: u64 = 86_400_000;

impl Replica {
    /// Returns this device's id; none without a company.
    pub fn own_device(&self) -> Option<DeviceId> {
        Some(self.identity.as_ref()?.keys().device())
    }

    /// Returns how this device was shut out, if it was.
    pub fn shut_out(&self) -> Option<&ShutOut> {
        self.members.membership.shut_out(&self.own_device()?)
    }

    /// Returns epoch and key that changes of a stream are sealed under: the newest here. None while a device that lost the right has
    /// it: then the next key is waited for, which an administrator's device makes. A device that lost the right itself goes on with what it has,
    /// so that it can hand over what it did.
    pub fn sealing_key(&self, stream: &StreamId) -> Option<(u32, &StreamKey)> {
        let (epoch, key) = self.members.key(stream)?;
        let membership = &self.members.membership;
        let waits = membership.is_exposed(stream, epoch)
            && self
                .own_device()
                .is_some_and(|own| membership.may_read(&own, stream));
        (!waits).then_some((epoch, key))
    }

    /// Makes the next key of a stream and gives it to whoever has the right. Does nothing once the epochs are used up.
    pub fn renew_key(&mut self, tx: &mut Tx<'_>, name: &str) -> Result<(), EnvelopeError> {
        let Some(identity) = &self.identity else {
            return Ok(());
        };
        let (workspace, own) = (identity.workspace(), identity.keys());
        let stream = StreamId::derive(&workspace, name);
        let membership = &self.members.membership;
        let newest = membership.current_epoch(&stream).unwrap_or_default();
        let Some(epoch) = epoch_after(newest, &own.device()) else {
            return Ok(());
        };
        let entitlement = Entitlement::of(workspace, name, &self.settings.head_office);
        let mut receivers = entitlement.lacking(membership, epoch);
        let readers = membership.members();
        receivers.extend(
            readers
                .filter(|(device, _)| membership.may_read(device, &stream))
                .map(|(_, member)| member.box_public),
        );
        receivers.extend(entitlement.doors(membership));
        let key = StreamKey::generate(&mut tx.entropy);
        self.grant(tx, name, epoch, &key, receivers)
    }

    /// Makes new keys of the streams whose newest is with a device that lost the right. For administrators.
    pub fn complete_rotations(&mut self, tx: &mut Tx<'_>) -> Result<(), EnvelopeError> {
        if !self.is_administrator() {
            return Ok(());
        }
        let membership = &self.members.membership;
        let exposed: Vec<String> = self
            .members
            .names
            .iter()
            .filter(|(stream, _)| {
                let newest = membership.current_epoch(stream);
                newest.is_some_and(|newest| membership.is_exposed(stream, newest))
            })
            .map(|(_, name)| name.clone())
            .collect();
        for name in &exposed {
            self.renew_key(tx, name)?;
        }
        if !exposed.is_empty() {
            self.store_keys(tx);
        }
        Ok(())
    }

    /// Makes new keys of all streams. For administrators.
    pub fn renew_all_keys(&mut self, tx: &mut Tx<'_>) -> Result<(), EnvelopeError> {
        let names: Vec<String> = self.members.names.values().cloned().collect();
        for name in names {
            self.renew_key(tx, &name)?;
        }
        self.store_keys(tx);
        Ok(())
    }

    /// Confirms the uses of this device's invitations, and closes those whose time is over: so no joiner's clock decides who came first, or
    /// whether in time.
    pub fn settle_invitations(&mut self, tx: &mut Tx<'_>) -> Result<(), EnvelopeError> {
        let Some(own) = self.own_device().filter(|_| self.is_administrator()) else {
            return Ok(());
        };
        let now = tx.now.max(0) as u64;
        let mut used = Vec::new();
        let mut over = Vec::new();
        for state in self.members.membership.invitations() {
            let invitation = state.invitation.invite_sign;
            match state.used_by {
                _ if state.author != own || state.confirmed => {}
                Some(device) => used.push(Confirmation { invitation, device }),
                None if !state.withdrawn
                    && now > state.invitation.expires_ms.saturating_add(CLOSED_AFTER_MS) =>
                {
                    over.push(invitation);
                }
                None => {}
            }
        }
        self.draw_numbers(tx)?;
        for confirmation in used {
            self.say(tx, Statement::Confirmation(confirmation))?;
        }
        if !over.is_empty() {
            let closing = Revocation {
                targets: Vec::new(),
                withdrawn: over,
                reason: SealedWords::default(),
            };
            self.say(tx, Statement::Revocation(closing))?;
        }
        Ok(())
    }

    /// Returns words for the members, under the newest key of the root stream that is here; empty ones without it.
    pub fn sealed_words(&self, tx: &mut Tx<'_>, words: &str) -> SealedWords {
        let root = self.root_stream();
        match root.and_then(|root| self.members.key(&root)) {
            Some((epoch, key)) => SealedWords::new(epoch, key, words, &mut tx.entropy),
            None => SealedWords::default(),
        }
    }

    /// Returns words for the members; empty if they cannot be read here.
    pub fn words(&self, words: &SealedWords) -> String {
        let root = self.root_stream();
        let key = root.and_then(|root| self.members.keys.get(&(root, words.epoch)));
        key.and_then(|key| words.open(key).ok()).unwrap_or_default()
    }

    fn root_stream(&self) -> Option<StreamId> {
        let workspace = self.identity.as_ref()?.workspace();
        Some(StreamId::derive(&workspace, ROOT_STREAM))
    }

    /// Takes over branch and role that a change of this device's rights names.
    pub fn follow_own_rights(&mut self, tx: &mut Tx<'_>) {
        let own = self.own_device();
        let member = own.and_then(|own| self.members.membership.device(&own));
        let Some(change) = member.and_then(|member| member.change.as_ref()) else {
            return;
        };
        let Some(details) = InvitationDetails::read(&self.words(&change.details)) else {
            return;
        };
        if let Some(identity) = &mut self.identity
            && (identity.branch != details.branch || identity.role != details.role)
        {
            identity.branch = details.branch;
            identity.role = details.role;
            let identity = identity.clone();
            identity.store(tx);
            tx.changed = true;
        }
    }
}

impl InvitationDetails {
    /// Returns branch and role as words of a change of rights.
    pub fn written(&self) -> String {
        format!("{}\n{}", self.branch, self.role)
    }

    /// Returns branch and role that words of a change of rights name.
    pub fn read(words: &str) -> Option<Self> {
        let (branch, role) = words.split_once('\n')?;
        Some(Self {
            branch: branch.to_owned(),
            role: role.to_owned(),
        })
    }
}
