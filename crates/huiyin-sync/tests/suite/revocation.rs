//! Shutting out, changing rights, confirming, taking: the rules one by one, and that order and repetition change nothing.
//!
//! Long: one rule after another, each read alone.

use std::collections::BTreeMap;

use huiyin_sync::statement::{Grant, Rights};
use huiyin_sync::{
    Confirmation, Cut, DeviceId, DeviceKeys, EnvelopeId, InvitationSecret, Membership, Opener,
    Reach, Revocation, RightsChange, SealedWords, SignedStatement, Statement, StreamId, StreamKey,
    Take, Target,
};
use proptest::prelude::*;

use crate::fixtures::{FOUNDED, World, administrator, all_streams, only};

const EXPIRES: u64 = FOUNDED + 1_000_000;

/// A company whose devices say things one after the other, each in its chain.
struct Company {
    world: World,
    founder: DeviceKeys,
    said: Vec<SignedStatement>,
    /// Place and id of the last thing each device said.
    last: BTreeMap<DeviceId, (u64, EnvelopeId)>,
    clock: u64,
}

impl Company {
    fn new() -> Self {
        let world = World::new(4);
        let founder = world.founder.clone();
        let charter = world.charter();
        let mut company = Self {
            world,
            founder: founder.clone(),
            said: Vec::new(),
            last: BTreeMap::new(),
            clock: FOUNDED,
        };
        company.say(&founder, charter);
        let root = company.world.root();
        let grant = company.world.grant(root, &[&founder]);
        company.say(&founder, grant);
        company
    }

    fn members(&self) -> StreamId {
        StreamId::members(&self.world.workspace)
    }

    fn say(&mut self, by: &DeviceKeys, statement: Statement) -> SignedStatement {
        let (seq, prev) = self
            .last
            .get(&by.device())
            .map_or((0, EnvelopeId::ZERO), |(seq, id)| (seq + 1, *id));
        self.clock += 1;
        let envelope = huiyin_sync::Envelope::clear(
            by,
            huiyin_sync::ClearRequest {
                workspace: self.world.workspace,
                seq,
                prev,
                clock: self.clock,
                statement,
            },
        )
        .expect("small");
        let signed = envelope.signed_statement().expect("clear");
        self.last.insert(by.device(), (seq, envelope.id()));
        self.said.push(signed.clone());
        signed
    }

    fn join(&mut self, by: &DeviceKeys, rights: Rights) -> DeviceKeys {
        let joiner = self.world.device();
        let secret = self.invite(by, rights);
        let admission = self.world.admission(&secret, &joiner);
        self.say(&joiner, admission);
        joiner
    }

    fn invite(&mut self, by: &DeviceKeys, rights: Rights) -> InvitationSecret {
        let (secret, invitation) = self.world.invite(rights, EXPIRES);
        self.say(by, invitation);
        secret
    }

    /// Returns the cut after all a device has said so far.
    fn here(&self, device: &DeviceKeys) -> Vec<Cut> {
        let last = self.last.get(&device.device());
        last.map(|(seq, id)| Cut {
            stream: self.members(),
            seq: *seq,
            id: *id,
        })
        .into_iter()
        .collect()
    }

    fn shut(&mut self, by: &DeviceKeys, device: &DeviceKeys, cuts: Vec<Cut>) -> SignedStatement {
        let device = device.device();
        self.say(by, revocation(vec![Target { device, cuts }], Vec::new()))
    }

    fn fold(&self) -> Membership {
        Membership::fold(self.world.workspace, &self.said)
    }
}

fn revocation(targets: Vec<Target>, withdrawn: Vec<[u8; 32]>) -> Statement {
    Statement::Revocation(Revocation {
        targets,
        withdrawn,
        reason: SealedWords::default(),
    })
}

#[test]
fn a_device_that_is_shut_out_has_no_rights_and_what_it_said_before_stays() {
    let mut company = Company::new();
    let founder = company.founder.clone();
    let second = company.join(&founder, administrator());
    let friend = company.join(&second, all_streams());
    let cuts = company.here(&second);
    let said = company.shut(&founder, &second, cuts);
    // Beyond the cut: an invitation and a grant that nobody takes.
    let late = company.join(&second, administrator());
    let pair = StreamId::derive(&company.world.workspace, "exchange/BJ+SH");
    let grant = company.world.grant(pair, &[&friend]);
    company.say(&second, grant);

    let membership = company.fold();
    let device = second.device();
    assert!(!membership.is_member(&device) && !membership.is_admin(&device));
    assert!(membership.was_admin(&device));
    assert!(membership.streams_of(&device).is_empty());
    assert!(!membership.may_read(&device, &company.world.root()));
    assert!(membership.might_write(&device, &company.world.root()));
    let shut = membership.shut_out(&device).unwrap();
    assert_eq!((shut.by, shut.envelope), (founder.device(), said.id));
    assert!(
        membership.is_member(&friend.device()),
        "invited before the cut"
    );
    assert!(!membership.is_member(&late.device()), "invited beyond it");
    assert_eq!(membership.current_epoch(&pair), None);
    let root = company.world.root();
    assert_eq!(
        membership.reach(&device, &root),
        Reach::Nothing,
        "no cut there was named"
    );
    assert!(matches!(
        membership.reach(&device, &company.members()),
        Reach::Until(_)
    ));
    assert_eq!(membership.reach(&friend.device(), &root), Reach::Whole);
}

#[test]
fn a_shut_out_device_does_not_come_back_by_another_invitation() {
    let mut company = Company::new();
    let founder = company.founder.clone();
    let device = company.join(&founder, all_streams());
    company.shut(&founder, &device, Vec::new());
    let secret = company.invite(&founder, all_streams());
    let admission = company.world.admission(&secret, &device);
    company.say(&device, admission);
    assert!(!company.fold().is_member(&device.device()));
}

#[test]
fn only_administrators_shut_out_and_nobody_the_last_administrator() {
    let mut company = Company::new();
    let founder = company.founder.clone();
    let plain = company.join(&founder, all_streams());
    company.shut(&plain, &founder, Vec::new());
    let cuts = company.here(&founder);
    company.shut(&founder, &founder, cuts);
    let membership = company.fold();
    assert!(membership.is_admin(&founder.device()));
    assert_eq!(membership.shut_devices().count(), 0);
    // With a second administrator the founder may go; one invited beyond the founder's own cut would go along.
    company.join(&founder, administrator());
    assert!(company.fold().is_admin(&founder.device()));
    let mut company = Company::new();
    let founder = company.founder.clone();
    let second = company.join(&founder, administrator());
    let cuts = company.here(&founder);
    company.shut(&second, &founder, cuts);
    let membership = company.fold();
    assert!(membership.is_admin(&second.device()) && !membership.is_member(&founder.device()));
}

#[test]
fn of_two_who_shut_each_other_out_the_one_admitted_earlier_stays() {
    let mut company = Company::new();
    let founder = company.founder.clone();
    let second = company.join(&founder, administrator());
    let third = company.join(&second, administrator());
    for (a, b) in [(&second, &third), (&founder, &second)] {
        let (cut_a, cut_b) = (company.here(a), company.here(b));
        company.shut(b, a, cut_a);
        company.shut(a, b, cut_b);
    }
    let membership = company.fold();
    assert!(membership.is_admin(&founder.device()));
    assert!(
        !membership.is_member(&second.device()),
        "the founder prevails"
    );
    // The second had shut out the third before the founder's cut.
    assert!(!membership.is_member(&third.device()));
    assert_eq!(membership.shut_devices().count(), 2);
}

#[test]
fn two_peers_who_shut_out_the_same_device_leave_the_nearer_cut() {
    let mut company = Company::new();
    let founder = company.founder.clone();
    let (a, b) = (
        company.join(&founder, administrator()),
        company.join(&founder, administrator()),
    );
    let device = company.join(&founder, all_streams());
    let root = company.world.root();
    let other = StreamId::branch(&company.world.workspace, "SH");
    let cut = |stream, seq| Cut {
        stream,
        seq,
        id: EnvelopeId([seq as u8; 32]),
    };
    company.shut(&a, &device, vec![cut(root, 7), cut(other, 1)]);
    company.shut(&b, &device, vec![cut(root, 5)]);
    let membership = company.fold();
    let device = device.device();
    assert_eq!(membership.reach(&device, &root), Reach::Until(cut(root, 5)));
    assert_eq!(membership.reach(&device, &other), Reach::Nothing);
}

#[test]
fn a_statement_put_into_the_chain_before_the_cut_afterwards_does_not_count() {
    let mut company = Company::new();
    let founder = company.founder.clone();
    let second = company.join(&founder, administrator());
    company.invite(&second, all_streams());
    let cuts = company.here(&second);
    company.shut(&founder, &second, cuts);
    // Back to the beginning of its chain: another second statement, with an early clock.
    let (mut forged, secret) = {
        let admission = company
            .said
            .iter()
            .find(|s| s.author == second.device())
            .unwrap()
            .id;
        company.last.insert(second.device(), (0, admission));
        company.clock = FOUNDED;
        let secret = company.invite(&second, administrator());
        (company.world.device(), secret)
    };
    let admission = company.world.admission(&secret, &forged);
    forged = forged.clone();
    company.say(&forged, admission);
    assert!(!company.fold().is_member(&forged.device()));
}

#[test]
fn a_key_that_a_shut_out_device_holds_is_exposed_until_there_is_another() {
    let mut company = Company::new();
    let founder = company.founder.clone();
    let (device, stays) = (
        company.join(&founder, all_streams()),
        company.join(&founder, all_streams()),
    );
    let root = company.world.root();
    assert!(!company.fold().is_exposed(&root, 0));
    company.shut(&founder, &device, Vec::new());
    assert!(
        company.fold().is_exposed(&root, 0),
        "its invitation gave it the key"
    );
    let epoch = huiyin_sync::epoch_after(0, &founder.device()).unwrap();
    let grant = Grant::new(
        &company.world.workspace,
        root,
        epoch,
        &StreamKey([9; 32]),
        "root",
        &[founder.box_public(), stays.box_public()],
        &mut company.world.entropy,
    )
    .unwrap();
    company.say(&founder, Statement::Grant(grant));
    let membership = company.fold();
    assert_eq!(membership.current_epoch(&root), Some(epoch));
    assert!(!membership.is_exposed(&root, epoch) && membership.is_exposed(&root, 0));
    assert!(membership.keys_for(&stays).contains_key(&(root, epoch)));
    assert!(!membership.keys_for(&device).contains_key(&(root, epoch)));
}

fn change(device: &DeviceKeys, number: u32, rights: Rights, lost: &[StreamId]) -> Statement {
    Statement::RightsChange(RightsChange {
        device: device.device(),
        number,
        rights,
        lost: lost.to_vec(),
        cuts: Vec::new(),
        until_ms: 0,
        details: SealedWords::default(),
    })
}

#[test]
fn the_change_with_the_greatest_number_is_in_force_and_takes_granted_keys_along() {
    let mut company = Company::new();
    let founder = company.founder.clone();
    let workspace = company.world.workspace;
    let (bj, sh) = (
        StreamId::branch(&workspace, "BJ"),
        StreamId::branch(&workspace, "SH"),
    );
    let pair = StreamId::derive(&workspace, "exchange/BJ+GZ");
    let root = company.world.root();
    let device = company.join(&founder, only(&[root, bj]));
    let grant = company.world.grant(pair, &[&device]);
    company.say(&founder, grant);
    assert!(company.fold().may_read(&device.device(), &pair));
    // Said in this order, and numbered the other way round.
    company.say(&founder, change(&device, 2, only(&[root, sh]), &[bj, pair]));
    company.say(&founder, change(&device, 1, only(&[root]), &[]));
    let membership = company.fold();
    let id = device.device();
    assert!(membership.may_write(&id, &sh) && membership.may_read(&id, &root));
    assert!(!membership.may_read(&id, &bj) && !membership.may_read(&id, &pair));
    assert!(membership.might_write(&id, &bj) && membership.might_write(&id, &pair));
    assert_eq!(membership.reach(&id, &bj), Reach::Nothing);
    assert_eq!(membership.reach(&id, &sh), Reach::Whole);
    assert!(membership.is_exposed(&pair, 0));
    // Back again.
    company.say(&founder, change(&device, 3, only(&[root, bj]), &[sh]));
    let membership = company.fold();
    assert!(membership.may_read(&id, &bj) && membership.may_read(&id, &pair));
    assert_eq!(membership.reach(&id, &bj), Reach::Whole);
    assert!(!membership.may_read(&id, &sh));
}

#[test]
fn a_change_makes_an_administrator_who_may_then_invite() {
    let mut company = Company::new();
    let founder = company.founder.clone();
    let device = company.join(&founder, all_streams());
    let early = company.join(&device, all_streams());
    assert!(!company.fold().is_member(&early.device()));
    company.say(&founder, change(&device, 1, administrator(), &[]));
    let membership = company.fold();
    assert!(membership.is_admin(&device.device()) && membership.is_member(&early.device()));
    // Nobody else's word makes one.
    let plain = company.join(&founder, all_streams());
    company.say(&plain, change(&plain, 9, administrator(), &[]));
    assert!(!company.fold().is_admin(&plain.device()));
}

#[test]
fn a_confirmed_use_stands_whatever_the_clocks_say_and_an_open_invitation_can_be_closed() {
    let mut company = Company::new();
    let founder = company.founder.clone();
    let (honest, thief) = (company.world.device(), company.world.device());
    let secret = company.invite(&founder, all_streams());
    company.clock = EXPIRES + 5;
    let admission = company.world.admission(&secret, &honest);
    company.say(&honest, admission);
    company.clock = FOUNDED;
    let admission = company.world.admission(&secret, &thief);
    company.say(&thief, admission);
    assert!(
        company.fold().is_member(&thief.device()),
        "by its clock alone"
    );
    let invitation = secret.sign_public();
    let confirmation = |device: &DeviceKeys| {
        Statement::Confirmation(Confirmation {
            invitation,
            device: device.device(),
        })
    };
    // A thief who has joined does not confirm itself.
    company.say(&thief, confirmation(&thief));
    company.say(&founder, confirmation(&honest));
    let membership = company.fold();
    assert!(membership.is_member(&honest.device()) && !membership.is_member(&thief.device()));
    assert_eq!(membership.second_uses().count(), 1);
    let state = membership.invitation(&invitation).unwrap();
    assert!(state.confirmed && state.used_by == Some(honest.device()));

    company.say(&founder, revocation(Vec::new(), vec![invitation]));
    assert!(
        company.fold().is_member(&honest.device()),
        "it was confirmed"
    );
    let open = company.invite(&founder, all_streams());
    company.say(&founder, revocation(Vec::new(), vec![open.sign_public()]));
    let guest = company.world.device();
    let admission = company.world.admission(&open, &guest);
    company.say(&guest, admission);
    assert!(!company.fold().is_member(&guest.device()));
}

#[test]
fn taken_envelopes_are_those_an_administrator_names() {
    let mut company = Company::new();
    let founder = company.founder.clone();
    let plain = company.join(&founder, all_streams());
    let take = |byte: u8| {
        Statement::Take(Take {
            envelopes: vec![EnvelopeId([byte; 32])],
        })
    };
    let before = company.fold().cuts_hash();
    company.say(&plain, take(1));
    assert_eq!(company.fold().cuts_hash(), before);
    company.say(&founder, take(2));
    let membership = company.fold();
    assert!(!membership.is_taken(&EnvelopeId([1; 32])));
    assert!(membership.is_taken(&EnvelopeId([2; 32])));
    assert_ne!(membership.cuts_hash(), before);
}

/// Returns a company in which `acts` were done, each by and to one of six devices.
fn told(acts: &[(u8, usize, usize)]) -> Company {
    let mut company = Company::new();
    let founder = company.founder.clone();
    let mut devices = vec![founder];
    for (by, rights) in [
        (0, administrator()),
        (0, administrator()),
        (1, administrator()),
        (3, all_streams()),
        (2, only(&[])),
    ] {
        let by = devices[by].clone();
        devices.push(company.join(&by, rights));
    }
    let mut kept = Vec::new();
    for (at, (kind, by, to)) in acts.iter().enumerate() {
        let (by, to) = (&devices[by % 6], &devices[to % 6]);
        match kind % 6 {
            0 => {
                let cuts = company.here(to);
                company.shut(by, to, cuts);
            }
            1 => {
                company.shut(by, to, kept.clone());
            }
            2 => {
                company.join(by, administrator());
            }
            3 => {
                let root = company.world.root();
                company.say(by, change(to, at as u32, only(&[root]), &[root]));
            }
            4 => {
                kept = company.here(to);
            }
            _ => {
                let root = company.world.root();
                let grant = company.world.grant(root, &[to]);
                company.say(by, grant);
            }
        }
    }
    company
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_acts_in_any_order_give_the_same_members(
        acts in prop::collection::vec((any::<u8>(), 0..6_usize, 0..6_usize), 1..12),
        seed in any::<u64>(),
    ) {
        let company = told(&acts);
        let expected = company.fold();
        prop_assert!(expected.members().any(|(_, member)| member.rights.administrator));
        for (device, _) in expected.shut_devices() {
            prop_assert!(!expected.is_member(device));
        }
        let mut shuffled = company.said.clone();
        let mut state = seed | 1;
        for at in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(at, (state >> 33) as usize % (at + 1));
        }
        shuffled.extend(company.said.iter().take(3).cloned());
        let folded = Membership::fold(company.world.workspace, &shuffled);
        prop_assert_eq!(folded.cuts_hash(), expected.cuts_hash());
        prop_assert_eq!(folded, expected);
    }
}
