//! Who belongs to a workspace: what the fold over the statements of the members stream found, and what follows from it.
//!
//! The fold itself stands in `folding.rs`: the result depends on the set of statements alone, not on their order or on how often
//! each arrives. Here stand the questions: who belongs, may read, may write, holds which key, and how far the work of a device counts.
//!
//! A grant that counts gives the devices it wraps the key to the right to read and write that stream: so streams that are made later,
//! between two branches for instance, need no new invitation. A device with all streams has, beside the root, the streams of which it
//! was given a key, by its invitation or by a grant: an administrator keeps a stream from it by not wrapping the key to it. What
//! a change of rights takes away is gone however it was given, and who is shut out has nothing.
//!
//! Long: the questions share one state.

use std::collections::{BTreeMap, BTreeSet};

use crate::approval::Newcomer;
use crate::cuts::Reach;
use crate::id::{DeviceId, EnvelopeId, StreamId, WorkspaceId};
use crate::keys::{BoxPublic, Opener, StreamKey};
use crate::revocation::{Cut, RightsChange, SealedWords};
use crate::statement::{Grant, Invitation, Rights, StreamWrap};

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
    /// What it may do: the union over all invitations it used, or what the change in force says.
    pub rights: Rights,
    /// What it ever might do by invitations and changes.
    pub former: Rights,
    /// The change of its rights in force.
    pub change: Option<RightsChange>,
}

/// A device that is shut out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShutOut {
    /// The envelope of the revocation: the first that stands, if there are several.
    pub envelope: EnvelopeId,
    /// The administrator's device.
    pub by: DeviceId,
    /// Its clock, in milliseconds since 1970.
    pub clock: u64,
    /// Why.
    pub reason: SealedWords,
    /// What counts of its work per stream, within all revocations that stand; in a stream that is not here nothing counts.
    pub cuts: BTreeMap<StreamId, Cut>,
    /// What it was, once its admission is known.
    pub member: Option<Member>,
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
    /// Who uses it waits until an administrator confirms the device.
    pub asks: bool,
    /// The device that used it.
    pub used_by: Option<DeviceId>,
    /// An administrator has confirmed that device.
    pub confirmed: bool,
    /// It admits nobody any more.
    pub withdrawn: bool,
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
pub(crate) struct Epoch {
    pub(crate) commitment: [u8; 32],
    pub(crate) grant: Grant,
    pub(crate) wraps: BTreeSet<(BoxPublic, Vec<u8>)>,
}

/// The members of a workspace and what they may do. Equal for equal sets of statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub(crate) workspace: WorkspaceId,
    pub(crate) founder: Option<DeviceId>,
    pub(crate) members: BTreeMap<DeviceId, Member>,
    pub(crate) invitations: BTreeMap<[u8; 32], InvitationState>,
    pub(crate) second_uses: BTreeSet<SecondUse>,
    /// Who waits, by invitation and device.
    pub(crate) waiting: BTreeMap<([u8; 32], DeviceId), Newcomer>,
    pub(crate) epochs: BTreeMap<StreamId, BTreeMap<u32, Epoch>>,
    /// Streams of which a counted grant gave a key, by receiver.
    pub(crate) granted: BTreeMap<BoxPublic, BTreeSet<StreamId>>,
    /// Streams whose keys invitations carry, by the invitation's box key.
    pub(crate) invited: BTreeMap<BoxPublic, BTreeSet<StreamId>>,
    /// Box keys of the invitations each device used.
    pub(crate) doors: BTreeMap<DeviceId, BTreeSet<BoxPublic>>,
    /// The round in which each administrator was found: 0 for the founder.
    pub(crate) ranks: BTreeMap<DeviceId, u32>,
    /// Devices that are shut out; none of them is a member.
    pub(crate) shut: BTreeMap<DeviceId, ShutOut>,
    /// Envelopes beyond a cut that count all the same.
    pub(crate) taken: BTreeSet<EnvelopeId>,
    /// Streams and epochs whose key a device holds that may not read the stream any more.
    pub(crate) exposed: BTreeSet<(StreamId, u32)>,
}

impl Member {
    /// Returns whether a change of its rights took this stream away.
    fn has_lost(&self, stream: &StreamId) -> bool {
        let change = self.change.as_ref();
        change.is_some_and(|change| change.lost.contains(stream))
    }
}

impl Membership {
    /// Returns the membership of a workspace of which no charter is known.
    pub fn empty(workspace: WorkspaceId) -> Self {
        Self {
            workspace,
            founder: None,
            members: BTreeMap::new(),
            invitations: BTreeMap::new(),
            second_uses: BTreeSet::new(),
            waiting: BTreeMap::new(),
            epochs: BTreeMap::new(),
            granted: BTreeMap::new(),
            invited: BTreeMap::new(),
            doors: BTreeMap::new(),
            ranks: BTreeMap::new(),
            shut: BTreeMap::new(),
            taken: BTreeSet::new(),
            exposed: BTreeSet::new(),
        }
    }

    /// Returns the streams a member may read beside the members stream.
    fn readable<'a>(
        &'a self,
        device: &'a DeviceId,
        member: &'a Member,
    ) -> impl Iterator<Item = StreamId> + 'a {
        self.given(device, member, &member.rights)
            .filter(|stream| !member.has_lost(stream))
    }

    /// Returns the streams a device has by `rights` and by the keys it was given.
    fn given<'a>(
        &'a self,
        device: &'a DeviceId,
        member: &'a Member,
        rights: &'a Rights,
    ) -> impl Iterator<Item = StreamId> + 'a {
        let of = |given: &'a BTreeMap<BoxPublic, BTreeSet<StreamId>>, key: &BoxPublic| {
            given.get(key).into_iter().flatten().copied()
        };
        let all = rights.all_streams;
        let doors = self
            .doors
            .get(device)
            .into_iter()
            .flatten()
            .filter(move |_| all);
        rights
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

    /// Returns whether `device` may write to `stream`: whoever may read may write.
    pub fn may_write(&self, device: &DeviceId, stream: &StreamId) -> bool {
        self.may_read(device, stream)
    }

    /// Returns whether `device` may write to `stream` or might before it was shut out or given other rights. What it wrote then
    /// is kept everywhere; how much of it counts is [`Self::reach`].
    pub fn might_write(&self, device: &DeviceId, stream: &StreamId) -> bool {
        let was = self.shut.get(device).and_then(|shut| shut.member.as_ref());
        self.members.get(device).or(was).is_some_and(|member| {
            *stream == StreamId::members(&self.workspace)
                || self
                    .given(device, member, &member.former)
                    .any(|other| other == *stream)
        })
    }

    /// Returns whether `device` administers or did before it was shut out.
    pub fn was_admin(&self, device: &DeviceId) -> bool {
        self.ranks.contains_key(device)
    }

    /// Returns how far the work of `device` in `stream` counts.
    pub fn reach(&self, device: &DeviceId, stream: &StreamId) -> Reach {
        let cut = if let Some(shut) = self.shut.get(device) {
            shut.cuts.get(stream)
        } else if let Some(change) = self.members.get(device).and_then(|m| m.change.as_ref())
            && change.lost.contains(stream)
        {
            change.cuts.iter().filter(|cut| cut.stream == *stream).min()
        } else {
            return Reach::Whole;
        };
        cut.map_or(Reach::Nothing, |cut| Reach::Until(*cut))
    }

    /// Returns the devices whose work does not count wholly everywhere, with the streams it is cut in; without streams, in all.
    pub fn cut_devices(&self) -> Vec<(DeviceId, Option<Vec<StreamId>>)> {
        let shut = self.shut.keys().map(|device| (*device, None));
        let moved = self.members.iter().filter_map(|(device, member)| {
            let lost = &member.change.as_ref()?.lost;
            (!lost.is_empty()).then(|| (*device, Some(lost.clone())))
        });
        shut.chain(moved).collect()
    }

    /// Returns whether an administrator took this envelope though it lies beyond a cut.
    pub fn is_taken(&self, envelope: &EnvelopeId) -> bool {
        self.taken.contains(envelope)
    }

    /// Returns a hash over everything that decides which envelopes count.
    pub fn cuts_hash(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key("huiyin cuts v1");
        for (device, streams) in self.cut_devices() {
            hasher.update(device.as_bytes());
            let shut = self.shut.get(&device).map(|shut| shut.cuts.keys().copied());
            let listed = shut.map(Iterator::collect).or(streams);
            let listed: Vec<StreamId> = listed.unwrap_or_default();
            hasher.update(&[u8::from(self.shut.contains_key(&device))]);
            hasher.update(&(listed.len() as u64).to_le_bytes());
            for stream in listed {
                hasher.update(stream.as_bytes());
                if let Reach::Until(cut) = self.reach(&device, &stream) {
                    hasher.update(&cut.seq.to_le_bytes());
                    hasher.update(cut.id.as_bytes());
                }
                hasher.update(&[0xFF]);
            }
        }
        for envelope in &self.taken {
            hasher.update(envelope.as_bytes());
        }
        *hasher.finalize().as_bytes()
    }

    /// Returns how a device was shut out.
    pub fn shut_out(&self, device: &DeviceId) -> Option<&ShutOut> {
        self.shut.get(device)
    }

    /// Returns the devices that are shut out.
    pub fn shut_devices(&self) -> impl Iterator<Item = (&DeviceId, &ShutOut)> {
        self.shut.iter()
    }

    /// Returns whether the key of a stream's epoch was given to a device that may not read the stream any more: nothing is to
    /// be sealed under it.
    pub fn is_exposed(&self, stream: &StreamId, epoch: u32) -> bool {
        self.exposed.contains(&(*stream, epoch))
    }

    /// Lists the keys that devices hold which may not read their streams any more.
    pub(crate) fn list_exposed(&mut self) {
        // Box keys of such devices and of the invitations they used, with the streams they lost; none for all.
        let mut holders: BTreeMap<BoxPublic, Option<BTreeSet<StreamId>>> = BTreeMap::new();
        let out = self.shut.iter();
        let out = out.filter_map(|(device, shut)| Some((device, shut.member.as_ref()?, None)));
        let moved = self.members.iter().filter_map(|(device, member)| {
            let lost = &member.change.as_ref()?.lost;
            Some((device, member, Some(lost.iter().copied().collect())))
        });
        for (device, member, lost) in out.chain(moved) {
            for door in self.doors.get(device).into_iter().flatten() {
                holders.insert(*door, lost.clone());
            }
            holders.insert(member.box_public, lost);
        }
        let is_out = |to: &BoxPublic, stream: &StreamId| {
            let lost = holders.get(to);
            lost.is_some_and(|lost| lost.as_ref().is_none_or(|lost| lost.contains(stream)))
        };
        let mut exposed = BTreeSet::new();
        for (stream, epochs) in &self.epochs {
            for (epoch, entry) in epochs {
                if entry.wraps.iter().any(|(to, _)| is_out(to, stream)) {
                    exposed.insert((*stream, *epoch));
                }
            }
        }
        for state in self.invitations.values() {
            let wraps = state.invitation.wraps.iter();
            let held = wraps.filter(|wrap| is_out(&state.invitation.invite_box, &wrap.stream));
            exposed.extend(held.map(|wrap| (wrap.stream, wrap.epoch)));
        }
        self.exposed = exposed;
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

    /// Returns the devices that used invitations which ask, and wait: by invitation, then device.
    pub fn waiting(&self) -> impl Iterator<Item = &Newcomer> {
        self.waiting.values()
    }

    /// Returns whether `device` may say who has an invitation: it made it, or is an administrator found no later than who did.
    pub fn may_confirm(&self, device: &DeviceId, invite_sign: &[u8; 32]) -> bool {
        let maker = self.invitations.get(invite_sign);
        let maker = maker.and_then(|state| self.ranks.get(&state.author));
        let own = self.ranks.get(device);
        maker.is_some_and(|maker| own.is_some_and(|own| own <= maker))
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
        self.new_keys_for(opener, &BTreeMap::new())
    }

    /// As [`Self::keys_for`], without those that are among `known`: opening a wrap takes a thousand times as long as comparing a key.
    pub fn new_keys_for(
        &self,
        opener: &impl Opener,
        known: &BTreeMap<(StreamId, u32), StreamKey>,
    ) -> BTreeMap<(StreamId, u32), StreamKey> {
        let is_known = |wrap: &StreamWrap| {
            let key = known.get(&(wrap.stream, wrap.epoch));
            key.is_some_and(|key| self.is_key(&wrap.stream, wrap.epoch, key))
        };
        self.wraps_for(&opener.box_public())
            .into_iter()
            .filter(|wrap| !is_known(wrap))
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
