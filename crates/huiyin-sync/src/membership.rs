//! Who belongs to a workspace: a fold over the statements of the members stream.
//!
//! The result depends on the set of statements alone, not on their order or on how often each arrives. It is found in
//! rounds. Round 0 has one administrator, the device of the charter that the workspace id proves. Each round takes
//! the invitations of the administrators known so far, then the admissions that use them; administrators admitted in one
//! round invite in the next. What a round has taken stays taken. Within a round, of several claims to one thing the lowest
//! (clock, envelope id) wins. Signatures of envelopes are checked before this; revocation is not part of v1.
//!
//! Last come the grants of the administrators found. A grant that counts gives the devices it wraps the key to the right to
//! read and write that stream: so streams that are made later, between two branches for instance, need no new invitation. A
//! device with all streams has, beside the root, the streams of which it was given a key, by its invitation or by a grant:
//! an administrator keeps a stream from it by not wrapping the key to it.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::{DeviceId, EnvelopeId, StreamId, WorkspaceId};
use crate::keys::{BoxPublic, Opener, StreamKey};
use crate::statement::{Admission, Charter, Grant, Invitation, SignedStatement, Statement};
use crate::statement::{Rights, StreamWrap};

/// A device that belongs to the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its box key: what stream keys are wrapped to.
    pub box_public: BoxPublic,
    /// The invitation it came by first; `None` for the founder.
    pub invitation: Option<[u8; 32]>,
    /// Its clock at admission or founding, in milliseconds since 1970.
    pub admitted_ms: u64,
    /// Its name as the admission carries it, sealed; empty for the founder.
    pub name_sealed: Vec<u8>,
    /// What it may do: the union over all invitations it used.
    pub rights: Rights,
}

/// An invitation that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationState {
    /// The envelope it stands in.
    pub envelope: EnvelopeId,
    /// The administrator who made it.
    pub author: DeviceId,
    /// Its author's clock, in milliseconds since 1970.
    pub created_ms: u64,
    /// The invitation.
    pub invitation: Invitation,
    /// The device that used it.
    pub used_by: Option<DeviceId>,
}

/// A device that came with an invitation another device had used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecondUse {
    /// [`Invitation::invite_sign`].
    pub invitation: [u8; 32],
    /// The device kept out by this invitation.
    pub device: DeviceId,
    /// Its clock, in milliseconds since 1970.
    pub clock: u64,
    /// The envelope of its admission.
    pub envelope: EnvelopeId,
}

/// One epoch of a stream's key, from all grants that name the same key.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Epoch {
    commitment: [u8; 32],
    grant: Grant,
    wraps: BTreeSet<(BoxPublic, Vec<u8>)>,
}

/// The members of a workspace and what they may do. Equal for equal sets of statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    workspace: WorkspaceId,
    founder: Option<DeviceId>,
    members: BTreeMap<DeviceId, Member>,
    invitations: BTreeMap<[u8; 32], InvitationState>,
    second_uses: BTreeSet<SecondUse>,
    epochs: BTreeMap<StreamId, BTreeMap<u32, Epoch>>,
    /// Streams of which a counted grant gave a key, by receiver.
    granted: BTreeMap<BoxPublic, BTreeSet<StreamId>>,
    /// Streams whose keys invitations carry, by the invitation's box key.
    invited: BTreeMap<BoxPublic, BTreeSet<StreamId>>,
    /// Box keys of the invitations each device used.
    doors: BTreeMap<DeviceId, BTreeSet<BoxPublic>>,
}

type Signed<'a, T> = (&'a SignedStatement, &'a T);

impl Membership {
    /// Returns the membership of a workspace of which no charter is known.
    pub fn empty(workspace: WorkspaceId) -> Self {
        Self {
            workspace,
            founder: None,
            members: BTreeMap::new(),
            invitations: BTreeMap::new(),
            second_uses: BTreeSet::new(),
            epochs: BTreeMap::new(),
            granted: BTreeMap::new(),
            invited: BTreeMap::new(),
            doors: BTreeMap::new(),
        }
    }

    /// Returns what these statements, in any order, make of `workspace`. Their envelopes have been verified.
    pub fn fold<'a>(
        workspace: WorkspaceId,
        statements: impl IntoIterator<Item = &'a SignedStatement>,
    ) -> Self {
        let mut sorted: Vec<_> = statements.into_iter().collect();
        sorted.sort_by_key(|signed| (signed.clock, signed.id));
        sorted.dedup_by_key(|signed| signed.id);

        let mut charters: Vec<Signed<'_, Charter>> = Vec::new();
        let mut grants: Vec<Signed<'_, Grant>> = Vec::new();
        let mut invitations: Vec<Signed<'_, Invitation>> = Vec::new();
        let mut admissions: Vec<Signed<'_, Admission>> = Vec::new();
        for signed in sorted {
            match &signed.statement {
                Statement::Charter(charter) => charters.push((signed, charter)),
                Statement::Grant(grant) => grants.push((signed, grant)),
                Statement::Invitation(invitation) => invitations.push((signed, invitation)),
                Statement::Admission(admission) => admissions.push((signed, admission)),
            }
        }
        admissions.retain(|(signed, admission)| {
            signed.author == admission.device && admission.signature_holds(&workspace)
        });

        let mut membership = Self::empty(workspace);
        membership.found(&charters);
        while membership.take_round(&mut invitations, &mut admissions) {}
        membership.take_grants(&grants);
        membership.list_granted();
        membership
    }

    fn found(&mut self, charters: &[Signed<'_, Charter>]) {
        let charter = charters.iter().find(|(signed, charter)| {
            charter.workspace == self.workspace
                && charter.derived_workspace() == self.workspace
                && charter.device == signed.author
        });
        if let Some((_, charter)) = charter {
            self.founder = Some(charter.device);
            self.members.insert(
                charter.device,
                Member {
                    box_public: charter.box_public,
                    invitation: None,
                    admitted_ms: charter.created_ms,
                    name_sealed: Vec::new(),
                    rights: Rights {
                        streams: Vec::new(),
                        all_streams: true,
                        administrator: true,
                    },
                },
            );
        }
    }

    /// Takes the invitations of the administrators known and the admissions that use them. Returns whether any
    /// device was admitted, so that another round may find more.
    fn take_round(
        &mut self,
        invitations: &mut Vec<Signed<'_, Invitation>>,
        admissions: &mut Vec<Signed<'_, Admission>>,
    ) -> bool {
        let administrators: BTreeSet<DeviceId> = self
            .members
            .iter()
            .filter(|(_, member)| member.rights.administrator)
            .map(|(device, _)| *device)
            .collect();
        invitations.retain(|(signed, invitation)| {
            if !administrators.contains(&signed.author) {
                return true;
            }
            self.invitations
                .entry(invitation.invite_sign)
                .or_insert_with(|| InvitationState {
                    envelope: signed.id,
                    author: signed.author,
                    created_ms: signed.clock,
                    invitation: (*invitation).clone(),
                    used_by: None,
                });
            false
        });
        let mut any = false;
        admissions.retain(|(signed, admission)| {
            let Some(state) = self.invitations.get_mut(&admission.invitation) else {
                return true;
            };
            if signed.clock > state.invitation.expires_ms {
                return false;
            }
            match state.used_by {
                None => {
                    state.used_by = Some(admission.device);
                    let rights = state.invitation.rights.clone();
                    let door = state.invitation.invite_box;
                    self.doors.entry(admission.device).or_default().insert(door);
                    self.admit(signed, admission, rights);
                    any = true;
                }
                Some(user) if user == admission.device => {}
                Some(_) => {
                    self.second_uses.insert(SecondUse {
                        invitation: admission.invitation,
                        device: admission.device,
                        clock: signed.clock,
                        envelope: signed.id,
                    });
                }
            }
            false
        });
        any
    }

    fn admit(&mut self, signed: &SignedStatement, admission: &Admission, rights: Rights) {
        let member = self
            .members
            .entry(admission.device)
            .or_insert_with(|| Member {
                box_public: admission.box_public,
                invitation: Some(admission.invitation),
                admitted_ms: signed.clock,
                name_sealed: admission.name_sealed.clone(),
                rights: Rights::default(),
            });
        let mine = &mut member.rights;
        mine.streams.extend(rights.streams);
        mine.streams.sort_unstable();
        mine.streams.dedup();
        mine.all_streams |= rights.all_streams;
        mine.administrator |= rights.administrator;
    }

    /// Of several keys granted for one epoch the first granted stands; grants of the same key add receivers.
    fn take_grants(&mut self, grants: &[Signed<'_, Grant>]) {
        for (signed, grant) in grants {
            if !self.is_admin(&signed.author) {
                continue;
            }
            let epoch = self
                .epochs
                .entry(grant.stream)
                .or_default()
                .entry(grant.epoch)
                .or_insert_with(|| Epoch {
                    commitment: grant.commitment,
                    grant: (*grant).clone(),
                    wraps: BTreeSet::new(),
                });
            if epoch.commitment == grant.commitment {
                epoch.wraps.extend(
                    grant
                        .wraps
                        .iter()
                        .map(|wrap| (wrap.to, wrap.sealed.clone())),
                );
            }
        }
    }

    /// Lists the streams each receiver was given a key of, by grants and by the wraps of invitations.
    fn list_granted(&mut self) {
        for (stream, epochs) in &self.epochs {
            for (receiver, _) in epochs.values().flat_map(|epoch| &epoch.wraps) {
                self.granted.entry(*receiver).or_default().insert(*stream);
            }
        }
        for state in self.invitations.values() {
            let known = state
                .invitation
                .wraps
                .iter()
                .map(|wrap| wrap.stream)
                .filter(|stream| self.epochs.contains_key(stream));
            self.invited
                .entry(state.invitation.invite_box)
                .or_default()
                .extend(known);
        }
    }

    /// Returns the streams a member may read beside the members stream.
    fn readable<'a>(
        &'a self,
        device: &'a DeviceId,
        member: &'a Member,
    ) -> impl Iterator<Item = StreamId> + 'a {
        let of = |given: &'a BTreeMap<BoxPublic, BTreeSet<StreamId>>, key: &BoxPublic| {
            given.get(key).into_iter().flatten().copied()
        };
        let all = member.rights.all_streams;
        let doors = self
            .doors
            .get(device)
            .into_iter()
            .flatten()
            .filter(move |_| all);
        member
            .rights
            .streams
            .iter()
            .copied()
            .chain(all.then(|| StreamId::root(&self.workspace)))
            .chain(of(&self.granted, &member.box_public))
            .chain(
                doors.flat_map(move |door| of(&self.granted, door).chain(of(&self.invited, door))),
            )
    }

    /// Returns the workspace.
    pub fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// Returns the founding device, once its charter is known.
    pub fn founder(&self) -> Option<DeviceId> {
        self.founder
    }

    /// Returns whether `device` belongs to the workspace.
    pub fn is_member(&self, device: &DeviceId) -> bool {
        self.members.contains_key(device)
    }

    /// Returns whether `device` may invite and grant.
    pub fn is_admin(&self, device: &DeviceId) -> bool {
        self.members
            .get(device)
            .is_some_and(|member| member.rights.administrator)
    }

    /// Returns whether `device` may read `stream`: members read the members stream, the streams of their rights, and those
    /// of which a counted grant gave them a key; a member with all streams also reads the root and the streams whose keys were
    /// given to its invitation.
    pub fn may_read(&self, device: &DeviceId, stream: &StreamId) -> bool {
        self.members.get(device).is_some_and(|member| {
            *stream == StreamId::members(&self.workspace)
                || self.readable(device, member).any(|other| other == *stream)
        })
    }

    /// Returns whether `device` may write to `stream`. In v1 whoever may read may write.
    pub fn may_write(&self, device: &DeviceId, stream: &StreamId) -> bool {
        self.may_read(device, stream)
    }

    /// Returns the streams `device` may read, the members stream first, the rest by id.
    pub fn streams_of(&self, device: &DeviceId) -> Vec<StreamId> {
        let Some(member) = self.members.get(device) else {
            return Vec::new();
        };
        let members = StreamId::members(&self.workspace);
        let mut streams: BTreeSet<StreamId> = self.readable(device, member).collect();
        streams.remove(&members);
        std::iter::once(members).chain(streams).collect()
    }

    /// Returns the member that is `device`.
    pub fn device(&self, device: &DeviceId) -> Option<&Member> {
        self.members.get(device)
    }

    /// Returns all members by device.
    pub fn members(&self) -> impl Iterator<Item = (&DeviceId, &Member)> {
        self.members.iter()
    }

    /// Returns all invitations that count, by public signing key, used or not, expired or not.
    pub fn invitations(&self) -> impl Iterator<Item = &InvitationState> {
        self.invitations.values()
    }

    /// Returns the invitation with this public signing key.
    pub fn invitation(&self, invite_sign: &[u8; 32]) -> Option<&InvitationState> {
        self.invitations.get(invite_sign)
    }

    /// Returns the devices that came with a used invitation: for the administrator to look at.
    pub fn second_uses(&self) -> impl Iterator<Item = &SecondUse> {
        self.second_uses.iter()
    }

    /// Returns the streams of which a key was granted.
    pub fn granted_streams(&self) -> impl Iterator<Item = &StreamId> {
        self.epochs.keys()
    }

    /// Returns the newest epoch of `stream` of which a key was granted.
    pub fn current_epoch(&self, stream: &StreamId) -> Option<u32> {
        self.epochs
            .get(stream)?
            .last_key_value()
            .map(|(epoch, _)| *epoch)
    }

    /// Returns the first grant of `stream`'s key in `epoch`: it carries the stream's sealed name.
    pub fn grant(&self, stream: &StreamId, epoch: u32) -> Option<&Grant> {
        Some(&self.epochs.get(stream)?.get(&epoch)?.grant)
    }

    /// Returns whether `key` is the key granted for `stream` in `epoch`.
    pub fn is_key(&self, stream: &StreamId, epoch: u32, key: &StreamKey) -> bool {
        self.grant(stream, epoch)
            .is_some_and(|grant| grant.commitment == key.commitment())
    }

    /// Returns the wraps made for `to`, a device's or an invitation's box key.
    pub fn wraps_for(&self, to: &BoxPublic) -> Vec<StreamWrap> {
        let granted = self.epochs.iter().flat_map(|(stream, epochs)| {
            epochs.iter().flat_map(|(epoch, entry)| {
                entry
                    .wraps
                    .iter()
                    .filter(|(receiver, _)| receiver == to)
                    .map(|(_, sealed)| StreamWrap {
                        stream: *stream,
                        epoch: *epoch,
                        sealed: sealed.clone(),
                    })
            })
        });
        let invited = self
            .invitations
            .values()
            .filter(|state| state.invitation.invite_box == *to)
            .flat_map(|state| state.invitation.wraps.iter().cloned());
        let all: BTreeSet<StreamWrap> = granted.chain(invited).collect();
        all.into_iter().collect()
    }

    /// Returns whether the key of a stream's epoch was wrapped to `to`, a device's or an invitation's box key.
    pub fn has_wrap(&self, to: &BoxPublic, stream: &StreamId, epoch: u32) -> bool {
        let granted = self
            .epochs
            .get(stream)
            .and_then(|epochs| epochs.get(&epoch))
            .and_then(|entry| entry.wraps.range((*to, Vec::new())..).next())
            .is_some_and(|(receiver, _)| receiver == to);
        granted
            || self
                .invitations
                .values()
                .filter(|state| state.invitation.invite_box == *to)
                .flat_map(|state| &state.invitation.wraps)
                .any(|wrap| wrap.stream == *stream && wrap.epoch == epoch)
    }

    /// Returns the keys `opener` (a device or an invitation) has been given, each checked against its grant.
    ///
    /// A wrap that does not open or holds another key than the grant names is left out.
    pub fn keys_for(&self, opener: &impl Opener) -> BTreeMap<(StreamId, u32), StreamKey> {
        self.wraps_for(&opener.box_public())
            .into_iter()
            .filter_map(|wrap| {
                let key = StreamKey::unwrap(
                    opener,
                    &self.workspace,
                    &wrap.stream,
                    wrap.epoch,
                    &wrap.sealed,
                )
                .ok()?;
                self.is_key(&wrap.stream, wrap.epoch, &key)
                    .then_some(((wrap.stream, wrap.epoch), key))
            })
            .collect()
    }
}
