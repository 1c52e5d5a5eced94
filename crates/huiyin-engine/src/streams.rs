//! Which streams there are, and whose devices get their keys: branches, their managers, pairs of branches.
//!
//! Decided by an administrator's device, which makes the keys and wraps them; relays and other devices follow the grants. What
//! a device is entitled to follows from the signed invitation it came by, never from what it writes into the root document.

use std::collections::BTreeSet;

use huiyin_core::id::{BranchCode, RecordId};
use huiyin_core::staff::Role;
use huiyin_document::{
    CaseColumn, DocumentKey, branch_stream, exchange_branches, exchange_stream, managers_branch,
    managers_stream,
};
use huiyin_sync::{
    BoxPublic, DeviceKeys, EnvelopeError, Grant, Membership, Opener, Rights, Statement, StreamId,
    StreamKey, WorkspaceId,
};

use crate::members::FIRST_EPOCH;
use crate::replica::Replica;
use crate::segments::Segment;
use crate::task::Tx;

/// Branches up to which every pair has its stream from the beginning; with more, a pair gets one when a case is forwarded.
pub(crate) const MAX_EAGER_BRANCHES: usize = 8;

/// Roles whose devices get the managers' stream of their branch: those that propose, decide, or pay out penalties and rewards.
const MANAGERS: &[Role] = &[
    Role::StoreManager,
    Role::DepartmentManager,
    Role::ServiceSupervisor,
    Role::QualityLead,
    Role::GeneralManager,
    Role::Finance,
    Role::Administrator,
];

/// Returns whether a role's device gets the managers' stream.
pub(crate) fn is_manager(role: Role) -> bool {
    MANAGERS.contains(&role)
}

/// Tells whose rights entitle to a stream's key.
pub(crate) struct Entitlement {
    /// The managers' stream of head office: who has it sees every branch's.
    head_managers: StreamId,
    stream: StreamId,
    managers: bool,
    pair: Option<[StreamId; 2]>,
}

impl Entitlement {
    /// Returns who is entitled to the stream of this name.
    pub fn of(workspace: WorkspaceId, name: &str, head_office: &str) -> Self {
        let stream = |name: &str| StreamId::derive(&workspace, name);
        Self {
            head_managers: BranchCode::parse(head_office)
                .map_or(StreamId([0; 16]), |code| stream(&managers_stream(&code))),
            stream: stream(name),
            managers: managers_branch(name).is_some(),
            pair: exchange_branches(name)
                .map(|(a, b)| [stream(&branch_stream(&a)), stream(&branch_stream(&b))]),
        }
    }

    /// Returns whether a member or an invitation with these rights gets the key.
    pub fn holds(&self, rights: &Rights) -> bool {
        let has = |stream: &StreamId| rights.streams.contains(stream);
        match &self.pair {
            _ if has(&self.stream) => true,
            _ if self.managers => {
                rights.administrator || (rights.all_streams && has(&self.head_managers))
            }
            Some(pair) => rights.all_streams || pair.iter().any(has),
            None => rights.all_streams,
        }
    }

    /// Returns the box keys of members that are entitled but lack the right or the key.
    pub fn lacking(&self, membership: &Membership, epoch: u32) -> Vec<BoxPublic> {
        let has_key = |to: &BoxPublic| membership.has_wrap(to, &self.stream, epoch);
        membership
            .members()
            .filter(|(device, member)| {
                let by_invitation = member
                    .invitation
                    .and_then(|name| membership.invitation(&name))
                    .is_some_and(|state| has_key(&state.invitation.invite_box));
                self.holds(&member.rights)
                    && !(membership.may_read(device, &self.stream)
                        && (by_invitation || has_key(&member.box_public)))
            })
            .map(|(_, member)| member.box_public)
            .collect()
    }

    /// Returns the box keys of unused invitations that are entitled by themselves, so that who uses one has the key at once. Those that ask get
    /// none.
    pub fn doors(&self, membership: &Membership) -> Vec<BoxPublic> {
        membership
            .invitations()
            .filter(|state| {
                let rights = &state.invitation.rights;
                state.used_by.is_none()
                    && !state.withdrawn
                    && !state.asks
                    && self.holds(rights)
                    && (rights.all_streams || rights.streams.contains(&self.stream))
            })
            .map(|state| state.invitation.invite_box)
            .collect()
    }
}

impl Replica {
    /// Makes a stream with a new key, for every device that is entitled to it, unless its key is here. Two administrators who
    /// make the stream of a pair of branches apart make the same key.
    pub fn make_stream(&mut self, tx: &mut Tx<'_>, name: &str) -> Result<(), EnvelopeError> {
        let Some(identity) = &self.identity else {
            return Ok(());
        };
        let (workspace, keys): (WorkspaceId, DeviceKeys) = (identity.workspace(), identity.keys());
        let stream = StreamId::derive(&workspace, name);
        if self.members.key(&stream).is_some() {
            return Ok(());
        }
        let key = match self.key_of_pair(&workspace, name) {
            Some(key) => key,
            None => StreamKey::generate(&mut tx.entropy),
        };
        let entitlement = Entitlement::of(workspace, name, &self.settings.head_office);
        let membership = &self.members.membership;
        let mut receivers = vec![keys.box_public()];
        receivers.extend(entitlement.lacking(membership, FIRST_EPOCH));
        receivers.extend(entitlement.doors(membership));
        self.grant(tx, name, FIRST_EPOCH, &key, receivers)?;
        // Who held both branches' first keys and was shut out since can derive this one.
        let derived = exchange_branches(name).is_some_and(|(a, b)| {
            [a, b].iter().any(|branch| {
                let stream = StreamId::branch(&workspace, branch.as_str());
                self.members.membership.is_exposed(&stream, FIRST_EPOCH)
            })
        });
        if derived {
            self.renew_key(tx, name)?;
        }
        Ok(())
    }

    /// Returns the key of the stream between two branches: it follows from both branches' keys, which only head office has.
    fn key_of_pair(&self, workspace: &WorkspaceId, name: &str) -> Option<StreamKey> {
        let (a, b) = exchange_branches(name)?;
        let key = |branch: &BranchCode| {
            let stream = StreamId::branch(workspace, branch.as_str());
            self.members.keys.get(&(stream, FIRST_EPOCH))
        };
        Some(StreamKey::between(key(&a)?, key(&b)?))
    }

    pub fn grant(
        &mut self,
        tx: &mut Tx<'_>,
        name: &str,
        epoch: u32,
        key: &StreamKey,
        mut receivers: Vec<BoxPublic>,
    ) -> Result<(), EnvelopeError> {
        let Some(identity) = &self.identity else {
            return Ok(());
        };
        receivers.sort();
        receivers.dedup();
        let workspace = identity.workspace();
        let stream = StreamId::derive(&workspace, name);
        let grant = Grant::new(
            &workspace,
            stream,
            epoch,
            key,
            name,
            &receivers,
            &mut tx.entropy,
        )
        .expect("receivers' keys were checked when they were admitted");
        self.say(tx, Statement::Grant(grant))
    }

    /// Returns the role a wire name means: a role of the program, or the one a post of a published pack acts as.
    fn role_of(&self, name: &str) -> Option<Role> {
        Role::parse(name).or_else(|| {
            let mut posts = self.policies.packs.values().flat_map(|pack| &pack.posts);
            posts
                .find(|post| post.id == name)
                .and_then(|post| Role::parse(&post.acts_as))
        })
    }

    /// Returns the rights an invitation to a branch gives beside the root.
    pub fn invited_rights(&self, branch: &str, role: &str, everything: bool) -> Rights {
        let Some(identity) = &self.identity else {
            return Rights::default();
        };
        let workspace = identity.workspace();
        let mut streams = vec![
            StreamId::root(&workspace),
            StreamId::branch(&workspace, branch),
        ];
        if let Ok(code) = BranchCode::parse(branch) {
            if self.role_of(role).is_some_and(is_manager) {
                streams.push(StreamId::derive(&workspace, &managers_stream(&code)));
            }
            let pairs = self.members.names.iter().filter(|(_, name)| {
                exchange_branches(name).is_some_and(|(a, b)| a == code || b == code)
            });
            streams.extend(pairs.map(|(stream, _)| *stream));
        }
        Rights {
            streams,
            all_streams: everything,
            administrator: everything && role == "administrator",
        }
    }

    /// Returns the keys held here that these rights entitle to.
    pub fn invited_keys(&self, rights: &Rights) -> Vec<(StreamId, u32, StreamKey)> {
        let Some(identity) = &self.identity else {
            return Vec::new();
        };
        let workspace = identity.workspace();
        self.members
            .keys
            .iter()
            .filter(|((stream, _), _)| {
                self.members.names.get(stream).is_some_and(|name| {
                    let entitlement = Entitlement::of(workspace, name, &self.settings.head_office);
                    entitlement.holds(rights)
                        && (rights.all_streams || rights.streams.contains(stream))
                })
            })
            .map(|((stream, epoch), key)| (*stream, *epoch, key.clone()))
            .collect()
    }

    /// Wraps every stream key to members that are entitled to the stream but lack the right or the key. For administrators.
    pub fn complete_grants(&mut self, tx: &mut Tx<'_>) -> Result<(), EnvelopeError> {
        let Some(identity) = &self.identity else {
            return Ok(());
        };
        if !self.is_administrator() {
            return Ok(());
        }
        let workspace = identity.workspace();
        let held: Vec<_> = self
            .members
            .keys
            .iter()
            .filter_map(|((stream, epoch), key)| {
                let name = self.members.names.get(stream)?;
                Some((name.clone(), *epoch, key.clone()))
            })
            .collect();
        for (name, epoch, key) in held {
            let receivers = Entitlement::of(workspace, &name, &self.settings.head_office)
                .lacking(&self.members.membership, epoch);
            if !receivers.is_empty() {
                self.grant(tx, &name, epoch, &key, receivers)?;
            }
        }
        Ok(())
    }

    /// Makes the streams that branches need and that are not there: of managers, and between branches. For administrators.
    pub fn complete_streams(&mut self, tx: &mut Tx<'_>) -> Result<(), EnvelopeError> {
        let Some(identity) = &self.identity else {
            return Ok(());
        };
        if !self.is_administrator() {
            return Ok(());
        }
        // Several administrators would make different keys of one managers' stream: the first of them does it.
        let first = self
            .members
            .membership
            .members()
            .filter(|(_, member)| member.rights.administrator)
            .min_by_key(|(device, member)| (member.admitted_ms, **device))
            .is_some_and(|(device, _)| *device == identity.keys().device());
        let mut wanted = BTreeSet::new();
        let codes: Vec<BranchCode> = self
            .settings
            .branches
            .keys()
            .filter_map(|code| BranchCode::parse(code).ok())
            .collect();
        if first {
            wanted.extend(codes.iter().map(managers_stream));
        }
        wanted.extend(self.pairs_wanted(&codes));
        let held = self.members.keys.len();
        for name in wanted {
            self.make_stream(tx, &name)?;
        }
        if self.members.keys.len() > held {
            self.store_keys(tx);
        }
        Ok(())
    }

    /// Returns the names of the streams that pairs of branches need.
    fn pairs_wanted(&self, codes: &[BranchCode]) -> BTreeSet<String> {
        if codes.len() <= MAX_EAGER_BRANCHES {
            let pairs = codes
                .iter()
                .enumerate()
                .flat_map(|(at, a)| codes[at + 1..].iter().map(move |b| (a, b)));
            return pairs.map(|(a, b)| exchange_stream(a, b)).collect();
        }
        self.segments
            .iter()
            .filter(|segment| segment.key.kind.is_case())
            .flat_map(Segment::iter)
            .filter_map(|row| {
                let id = RecordId::parse(row.case(CaseColumn::Continuation)).ok()?;
                Some(DocumentKey::Segment(id.segment).stream())
            })
            .collect()
    }
}
