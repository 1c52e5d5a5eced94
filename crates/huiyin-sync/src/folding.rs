//! The fold over the statements of the members stream. Its result depends on the set of statements alone.
//!
//! 1. **Rounds.** Round 0 has one administrator, the device of the charter that the workspace id proves. Each round takes the invitations,
//!    confirmations and changes of rights of the administrators known so far, then the admissions that use the invitations;
//!    administrators admitted in one round invite in the next. What a round has taken stays taken. Within a round, of several
//!    claims to one thing the lowest (clock, envelope id) wins, except for the use of an invitation that was confirmed: that was decided by
//!    whoever made it, by one admitted earlier or in the same round. Who uses an invitation that asks waits for that.
//! 2. **Revocations**, one after the other: of those whose author is an administrator and that lie within the cuts on their author so
//!    far, the one whose author was found in the earliest round, then has the lowest id; then the lowest place in its chain. What
//!    an administrator says beyond the cut of a revocation that stands does not count, and the rounds are run again without it; a revocation that
//!    was applied stays. So the founder prevails over whom the founder shuts out, and of any two always the same one: nobody can change afterwards which;
//!    revocations of administrators who do not shut each other out all hold, and of several cuts on one device the nearest. A
//!    revocation that would leave no administrator does nothing.
//! 3. **Grants** and taken envelopes of the administrators.
//!
//! Signatures of envelopes are checked before this. No clock decides who is shut out, which rights are in force, or whether
//! confirmed use of an invitation was in time.
//!
//! Long: the three steps share what statements say and what revocations have decided.

use std::collections::{BTreeMap, BTreeSet};

use crate::approval::{Draw, Newcomer};
use crate::cuts::{Link, Reach};
use crate::id::{DeviceId, EnvelopeId, StreamId, WorkspaceId};
use crate::membership::{Epoch, InvitationState, Member, Membership, SecondUse, ShutOut};
use crate::revocation::{Confirmation, Revocation, RightsChange, Take};
use crate::statement::{Admission, Charter, Grant, Invitation, Rights, SignedStatement, Statement};

type Signed<'a, T> = (&'a SignedStatement, &'a T);

/// Place of a claim: the round its author was found in and the author, which nobody chooses afterwards; its place in the author's
/// chain, its envelope.
type Claim = (u32, DeviceId, u64, EnvelopeId);

/// Statements by kind, each kind sorted by (clock, envelope id).
#[derive(Default)]
struct Said<'a> {
    charters: Vec<Signed<'a, Charter>>,
    grants: Vec<Signed<'a, Grant>>,
    invitations: Vec<Signed<'a, Invitation>>,
    admissions: Vec<Signed<'a, Admission>>,
    revocations: Vec<Signed<'a, Revocation>>,
    changes: Vec<Signed<'a, RightsChange>>,
    confirmations: Vec<Signed<'a, Confirmation>>,
    takes: Vec<Signed<'a, Take>>,
    draws: Vec<Signed<'a, Draw>>,
    /// What each author said, in its chain.
    chains: BTreeMap<DeviceId, BTreeSet<Link>>,
}

impl<'a> Said<'a> {
    fn of(
        workspace: &WorkspaceId,
        statements: impl IntoIterator<Item = &'a SignedStatement>,
    ) -> Self {
        let mut sorted: Vec<_> = statements.into_iter().collect();
        sorted.sort_by_key(|signed| (signed.clock, signed.id));
        sorted.dedup_by_key(|signed| signed.id);
        let mut said = Self::default();
        for signed in sorted {
            let chain = said.chains.entry(signed.author).or_default();
            chain.insert(Link {
                seq: signed.seq,
                id: signed.id,
                prev: signed.prev,
            });
            match &signed.statement {
                Statement::Charter(charter) => said.charters.push((signed, charter)),
                Statement::Grant(grant) => said.grants.push((signed, grant)),
                Statement::Invitation(invitation) | Statement::AskingInvitation(invitation) => {
                    said.invitations.push((signed, invitation));
                }
                Statement::Admission(admission) => said.admissions.push((signed, admission)),
                Statement::Revocation(revocation) => said.revocations.push((signed, revocation)),
                Statement::RightsChange(change) => said.changes.push((signed, change)),
                Statement::Confirmation(confirmation) => {
                    said.confirmations.push((signed, confirmation));
                }
                Statement::Take(take) => said.takes.push((signed, take)),
                Statement::Draw(draw) => said.draws.push((signed, draw)),
            }
        }
        said.admissions.retain(|(signed, admission)| {
            signed.author == admission.device && admission.signature_holds(workspace)
        });
        said
    }
}

/// What revocations that stand have decided so far.
#[derive(Clone, Default)]
struct Decided {
    shut: BTreeMap<DeviceId, ShutOut>,
    withdrawn: BTreeSet<[u8; 32]>,
    /// Statements of shut devices beyond their cuts.
    beyond: BTreeSet<EnvelopeId>,
}

impl Decided {
    fn counts(&self, signed: &SignedStatement) -> bool {
        !self.beyond.contains(&signed.id)
    }

    /// Shuts a device out, or draws its cuts nearer.
    fn shut(
        &mut self,
        said: &Said<'_>,
        members: StreamId,
        signed: &SignedStatement,
        revocation: &Revocation,
        target: &crate::revocation::Target,
    ) {
        let mut cuts = BTreeMap::new();
        for cut in &target.cuts {
            let nearest = cuts.entry(cut.stream).or_insert(*cut);
            *nearest = (*nearest).min(*cut);
        }
        let shut = self.shut.entry(target.device).or_insert_with(|| ShutOut {
            envelope: signed.id,
            by: signed.author,
            clock: signed.clock,
            reason: revocation.reason.clone(),
            cuts: cuts.clone(),
            member: None,
        });
        shut.cuts.retain(|stream, cut| {
            let other = cuts.get(stream);
            *cut = other.map_or(*cut, |other| (*cut).min(*other));
            other.is_some()
        });
        let reach = shut
            .cuts
            .get(&members)
            .map_or(Reach::Nothing, |cut| Reach::Until(*cut));
        if let Some(chain) = said.chains.get(&target.device) {
            self.beyond.extend(reach.beyond(chain));
        }
    }
}

impl Membership {
    /// Returns what these statements, in any order, make of `workspace`. Their envelopes have been verified.
    pub fn fold<'a>(
        workspace: WorkspaceId,
        statements: impl IntoIterator<Item = &'a SignedStatement>,
    ) -> Self {
        let said = Said::of(&workspace, statements);
        let members = StreamId::members(&workspace);
        let mut decided = Decided::default();
        let mut membership = Self::in_rounds(workspace, &said, &decided);
        let mut open = said.revocations.clone();
        while let Some(at) = membership.next_revocation(&open, &decided) {
            let (signed, revocation) = open.remove(at);
            let mut then = decided.clone();
            then.withdrawn.extend(&revocation.withdrawn);
            for target in &revocation.targets {
                then.shut(&said, members, signed, revocation, target);
            }
            let administers = |device: &DeviceId| membership.ranks.contains_key(device);
            if revocation.withdrawn.is_empty()
                && !revocation.targets.iter().any(|t| administers(&t.device))
            {
                decided = then;
                continue;
            }
            let left = Self::in_rounds(workspace, &said, &then);
            if left
                .ranks
                .keys()
                .any(|device| !then.shut.contains_key(device))
            {
                (decided, membership) = (then, left);
            }
        }
        membership.take_grants(&said, &decided);
        membership.list_granted();
        membership.take_draws(&said, &decided);
        for (signed, take) in &said.takes {
            if membership.was_admin(&signed.author) && decided.counts(signed) {
                membership.taken.extend(&take.envelopes);
            }
        }
        for (device, mut shut) in decided.shut {
            shut.member = membership.members.remove(&device);
            membership.shut.insert(device, shut);
        }
        membership.list_exposed();
        membership
    }

    /// Returns the place of the revocation that is next to stand.
    fn next_revocation(&self, open: &[Signed<'_, Revocation>], decided: &Decided) -> Option<usize> {
        let claims = open.iter().enumerate().filter_map(|(at, (signed, _))| {
            let rank = self.ranks.get(&signed.author)?;
            decided
                .counts(signed)
                .then_some(((*rank, signed.author, signed.seq, signed.id), at))
        });
        claims.min().map(|(_, at): (Claim, usize)| at)
    }

    /// Returns members, invitations and administrators, without grants.
    fn in_rounds(workspace: WorkspaceId, said: &Said<'_>, decided: &Decided) -> Self {
        let mut membership = Self::empty(workspace);
        membership.found(&said.charters);
        let mut rounds = Rounds {
            decided,
            round: 0,
            invitations: said.invitations.clone(),
            admissions: said.admissions.clone(),
            changes: said.changes.clone(),
            confirmations: said.confirmations.clone(),
            confirmed: BTreeMap::new(),
            in_force: BTreeMap::new(),
        };
        while rounds.run(&mut membership) {}
        for (device, (_, change)) in rounds.in_force {
            if let Some(member) = membership.members.get_mut(&device) {
                member.rights = Rights {
                    administrator: member.rights.administrator,
                    ..change.rights.clone()
                };
                member.change = Some(change.clone());
            }
        }
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
            let rights = Rights {
                streams: Vec::new(),
                all_streams: true,
                administrator: true,
            };
            self.members.insert(
                charter.device,
                Member {
                    box_public: charter.box_public,
                    invitation: None,
                    admitted_ms: charter.created_ms,
                    name_sealed: Vec::new(),
                    former: rights.clone(),
                    rights,
                    change: None,
                },
            );
        }
    }

    /// Of several keys granted for one epoch the first granted stands; grants of the same key add receivers.
    fn take_grants(&mut self, said: &Said<'_>, decided: &Decided) {
        for (signed, grant) in &said.grants {
            if !self.was_admin(&signed.author) || !decided.counts(signed) {
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

    /// Takes what was drawn for newcomers: of several draws the one with the lowest claim.
    fn take_draws(&mut self, said: &Said<'_>, decided: &Decided) {
        let mut first: BTreeMap<([u8; 32], DeviceId), (Claim, [u8; 16])> = BTreeMap::new();
        for (signed, draw) in &said.draws {
            if !decided.counts(signed) || !self.may_confirm(&signed.author, &draw.invitation) {
                continue;
            }
            let rank = self.ranks[&signed.author];
            let claim = ((rank, signed.author, signed.seq, signed.id), draw.nonce);
            let entry = first.entry((draw.invitation, draw.device)).or_insert(claim);
            *entry = (*entry).min(claim);
        }
        self.waiting
            .retain(|(_, device), _| !decided.shut.contains_key(device));
        for (name, (_, nonce)) in first {
            if let Some(newcomer) = self.waiting.get_mut(&name) {
                newcomer.nonce = Some(nonce);
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
}

/// The rounds under way: what no round has taken yet.
struct Rounds<'a> {
    decided: &'a Decided,
    round: u32,
    invitations: Vec<Signed<'a, Invitation>>,
    admissions: Vec<Signed<'a, Admission>>,
    changes: Vec<Signed<'a, RightsChange>>,
    confirmations: Vec<Signed<'a, Confirmation>>,
    confirmed: BTreeMap<[u8; 32], (Claim, DeviceId)>,
    /// Changes by device, the one in force: greatest number, then earliest claim.
    in_force: BTreeMap<DeviceId, ((u32, std::cmp::Reverse<Claim>), &'a RightsChange)>,
}

impl Rounds<'_> {
    /// Runs a round. Returns whether another may find more.
    fn run(&mut self, membership: &mut Membership) -> bool {
        let found = membership.members.iter();
        let found = found.filter(|(_, member)| member.rights.administrator);
        for (device, _) in found {
            membership.ranks.entry(*device).or_insert(self.round);
        }
        let (decided, ranks) = (self.decided, &membership.ranks);
        self.invitations.retain(|(signed, invitation)| {
            if !ranks.contains_key(&signed.author) {
                return true;
            }
            if decided.counts(signed) {
                let name = invitation.invite_sign;
                let state = InvitationState {
                    envelope: signed.id,
                    author: signed.author,
                    created_ms: signed.clock,
                    invitation: (*invitation).clone(),
                    asks: matches!(signed.statement, Statement::AskingInvitation(_)),
                    used_by: None,
                    confirmed: false,
                    withdrawn: decided.withdrawn.contains(&name),
                };
                membership.invitations.entry(name).or_insert(state);
            }
            false
        });
        let (confirmed, invitations) = (&mut self.confirmed, &membership.invitations);
        self.confirmations.retain(|(signed, confirmation)| {
            let (Some(rank), true) = (ranks.get(&signed.author), decided.counts(signed)) else {
                return true;
            };
            let maker = invitations.get(&confirmation.invitation);
            let Some(maker) = maker.and_then(|state| ranks.get(&state.author)) else {
                return true;
            };
            if rank <= maker {
                let claim = (
                    (*rank, signed.author, signed.seq, signed.id),
                    confirmation.device,
                );
                let first = confirmed.entry(confirmation.invitation).or_insert(claim);
                *first = (*first).min(claim);
            }
            false
        });
        let mut any = self.admit(membership);
        let (ranks, members) = (&membership.ranks, &mut membership.members);
        let in_force = &mut self.in_force;
        self.changes.retain(|(signed, change)| {
            let (Some(rank), true) = (ranks.get(&signed.author), decided.counts(signed)) else {
                return true;
            };
            let Some(member) = members.get_mut(&change.device) else {
                return true;
            };
            any |= change.rights.administrator && !member.rights.administrator;
            member.rights.administrator |= change.rights.administrator;
            add(&mut member.former, &change.rights);
            let claim = (*rank, signed.author, signed.seq, signed.id);
            let claim = (change.number, std::cmp::Reverse(claim));
            let entry = in_force.entry(change.device).or_insert((claim, change));
            if claim > entry.0 {
                *entry = (claim, change);
            }
            false
        });
        self.round += 1;
        any
    }

    /// Takes the admissions that use known invitations. Returns whether any device was admitted.
    fn admit(&mut self, membership: &mut Membership) -> bool {
        let mut any = false;
        let confirmed = &self.confirmed;
        self.admissions.retain(|(signed, admission)| {
            let Some(state) = membership.invitations.get_mut(&admission.invitation) else {
                return true;
            };
            let chosen = confirmed
                .get(&admission.invitation)
                .map(|(_, device)| device);
            if chosen.is_none() && (state.withdrawn || signed.clock > state.invitation.expires_ms) {
                return false;
            }
            if chosen.is_none() && state.asks {
                let newcomer = Newcomer {
                    invitation: admission.invitation,
                    maker: state.author,
                    device: admission.device,
                    box_public: admission.box_public,
                    clock: signed.clock,
                    envelope: signed.id,
                    nonce: None,
                };
                let name = (admission.invitation, admission.device);
                membership.waiting.entry(name).or_insert(newcomer);
                return false;
            }
            let (chosen, confirmed) = match chosen {
                Some(device) => (*device, true),
                None => (state.used_by.unwrap_or(admission.device), false),
            };
            if chosen != admission.device {
                membership.second_uses.insert(SecondUse {
                    invitation: admission.invitation,
                    device: admission.device,
                    clock: signed.clock,
                    envelope: signed.id,
                });
            } else if state.used_by.is_none() {
                state.used_by = Some(admission.device);
                state.confirmed = confirmed;
                let rights = state.invitation.rights.clone();
                let door = state.invitation.invite_box;
                membership
                    .doors
                    .entry(admission.device)
                    .or_default()
                    .insert(door);
                membership.admit(signed, admission, &rights);
                any = true;
            }
            false
        });
        any
    }
}

impl Membership {
    fn admit(&mut self, signed: &SignedStatement, admission: &Admission, rights: &Rights) {
        let member = self
            .members
            .entry(admission.device)
            .or_insert_with(|| Member {
                box_public: admission.box_public,
                invitation: Some(admission.invitation),
                admitted_ms: signed.clock,
                name_sealed: admission.name_sealed.clone(),
                rights: Rights::default(),
                former: Rights::default(),
                change: None,
            });
        add(&mut member.rights, rights);
        add(&mut member.former, rights);
    }
}

/// Adds rights to those a member has.
fn add(mine: &mut Rights, rights: &Rights) {
    mine.streams.extend(&rights.streams);
    mine.streams.sort_unstable();
    mine.streams.dedup();
    mine.all_streams |= rights.all_streams;
    mine.administrator |= rights.administrator;
}
