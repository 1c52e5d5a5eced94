//! Who belongs: the rules one by one, and that order and repetition change nothing. Long: one scene after the other of the same small company.

use huiyin_sync::statement::{Admission, Charter, Grant};
use huiyin_sync::{
    DeviceKeys, Membership, Opener, SignedStatement, Statement, StreamId, StreamKey,
};
use proptest::prelude::*;

use crate::fixtures::{FOUNDED, World, administrator, all_streams, only};

const GOLDEN_BETWEEN: [u8; 4] = [131, 14, 203, 108];
const EXPIRES: u64 = FOUNDED + 1_000_000;

fn fold(world: &World, statements: &[SignedStatement]) -> Membership {
    Membership::fold(world.workspace, statements)
}

fn founded(world: &World) -> Vec<SignedStatement> {
    vec![world.signed(&world.founder, FOUNDED, world.charter())]
}

#[test]
fn the_founder_administers_and_reads_all() {
    let mut world = World::new(1);
    let mut said = founded(&world);
    let branch = StreamId::branch(&world.workspace, "BJ");
    assert!(!fold(&world, &said).may_read(&world.founder.device(), &branch));
    let founder = world.founder.clone();
    let grant = world.grant(branch, &[&founder]);
    said.push(world.signed(&founder, FOUNDED + 1, grant));
    let membership = fold(&world, &said);
    let device = founder.device();
    assert!(membership.is_admin(&device));
    assert_eq!(membership.founder(), Some(device));
    let streams = membership.streams_of(&device);
    assert_eq!(streams[0], StreamId::members(&world.workspace));
    assert!(streams.contains(&branch) && streams.contains(&world.root()));
    assert!(
        streams
            .iter()
            .all(|stream| membership.may_write(&device, stream))
    );
    assert_eq!(membership.current_epoch(&branch), Some(0));
    let keys = membership.keys_for(&founder);
    let key = &keys[&(branch, 0)];
    assert_eq!(key, &world.root_key);
    assert!(membership.new_keys_for(&founder, &keys).is_empty());
    let mut others = keys.clone();
    others.insert((branch, 0), StreamKey([9; 32]));
    let new = membership.new_keys_for(&founder, &others);
    assert_eq!(
        new.keys().collect::<Vec<_>>(),
        [&(branch, 0)],
        "another key was known"
    );
    assert_eq!(
        membership.grant(&branch, 0).unwrap().name(key).unwrap(),
        "root"
    );
}

#[test]
fn a_charter_of_another_workspace_or_by_another_device_founds_nothing() {
    let mut world = World::new(1);
    let thief = world.device();
    let nonce = world.charter.nonce;
    let forged = Charter {
        device: thief.device(),
        nonce,
        ..world.charter.clone()
    };
    for said in [
        world.signed(&thief, FOUNDED, Statement::Charter(forged)),
        world.signed(&thief, FOUNDED, world.charter()),
        world.signed(&world.founder, FOUNDED, World::new(2).charter()),
    ] {
        assert_eq!(fold(&world, &[said]), Membership::empty(world.workspace));
    }
}

#[test]
fn an_invited_device_reads_what_it_was_invited_to() {
    let mut world = World::new(1);
    let (joiner, stranger) = (world.device(), world.device());
    let (bj, sh) = (
        StreamId::branch(&world.workspace, "BJ"),
        StreamId::branch(&world.workspace, "SH"),
    );
    let founder = world.founder.clone();
    let root = world.root();
    let mut said = founded(&world);
    for stream in [bj, sh, root] {
        let grant = world.grant(stream, &[&founder]);
        said.push(world.signed(&founder, FOUNDED, grant));
    }
    let (secret, invitation) = world.invite(only(&[bj, root]), EXPIRES);
    said.push(world.signed(&founder, FOUNDED + 1, invitation));
    said.push(world.signed(&joiner, FOUNDED + 2, world.admission(&secret, &joiner)));
    let membership = fold(&world, &said);
    let device = joiner.device();
    assert!(membership.is_member(&device) && !membership.is_admin(&device));
    assert!(membership.may_write(&device, &bj));
    assert!(!membership.may_read(&device, &sh));
    assert!(membership.may_read(&device, &StreamId::members(&world.workspace)));
    assert!(!membership.may_read(&stranger.device(), &StreamId::members(&world.workspace)));
    assert_eq!(membership.streams_of(&device).len(), 3);
    let member = membership.device(&device).unwrap();
    assert_eq!(member.admitted_ms, FOUNDED + 2);
    assert_eq!(member.invitation, Some(secret.sign_public()));
    assert_eq!(member.box_public, joiner.box_public());
    let invitation = membership.invitation(&secret.sign_public()).unwrap();
    assert_eq!(invitation.used_by, Some(device));
    assert_eq!(
        membership.keys_for(&secret).into_keys().collect::<Vec<_>>(),
        vec![(root, 0)]
    );
}

#[test]
fn the_first_use_by_clock_stands_and_the_second_is_listed() {
    let mut world = World::new(1);
    let (first, second) = (world.device(), world.device());
    let founder = world.founder.clone();
    let (secret, invitation) = world.invite(all_streams(), EXPIRES);
    let mut said = founded(&world);
    said.push(world.signed(&second, FOUNDED + 9, world.admission(&secret, &second)));
    said.push(world.signed(&founder, FOUNDED + 1, invitation));
    said.push(world.signed(&first, FOUNDED + 8, world.admission(&secret, &first)));
    said.push(world.signed(&first, FOUNDED + 10, world.admission(&secret, &first)));
    let membership = fold(&world, &said);
    assert!(membership.is_member(&first.device()));
    assert!(!membership.is_member(&second.device()));
    let uses: Vec<_> = membership.second_uses().collect();
    assert_eq!(uses.len(), 1);
    assert_eq!(
        (uses[0].device, uses[0].clock),
        (second.device(), FOUNDED + 9)
    );
}

#[test]
fn admissions_that_are_late_forged_or_for_another_device_admit_nobody() {
    let mut world = World::new(1);
    let (joiner, other) = (world.device(), world.device());
    let founder = world.founder.clone();
    let (secret, invitation) = world.invite(all_streams(), EXPIRES);
    let mut said = founded(&world);
    said.push(world.signed(&founder, FOUNDED, invitation));
    let admission = world.admission(&secret, &joiner);
    let mut for_other_workspace = World::new(2);
    for_other_workspace.workspace = World::new(2).workspace;
    let cases = [
        world.signed(&joiner, EXPIRES + 1, admission.clone()),
        world.signed(&other, FOUNDED, admission),
        world.signed(
            &joiner,
            FOUNDED,
            for_other_workspace.admission(&secret, &joiner),
        ),
        world.signed(
            &other,
            FOUNDED,
            Statement::Admission(Admission {
                device: other.device(),
                ..Admission::new(&world.workspace, &secret, &joiner, Vec::new())
            }),
        ),
    ];
    for wrong in cases {
        let membership = fold(&world, &[said.clone(), vec![wrong.clone()]].concat());
        assert_eq!(membership.members().count(), 1, "{wrong:?}");
    }
    let in_time = world.signed(&joiner, EXPIRES, world.admission(&secret, &joiner));
    said.push(in_time);
    assert_eq!(fold(&world, &said).members().count(), 2);
}

#[test]
fn administrators_invite_administrators_and_nobody_else_does() {
    let mut world = World::new(1);
    let (second, third, plain, guest) = (
        world.device(),
        world.device(),
        world.device(),
        world.device(),
    );
    let founder = world.founder.clone();
    let (to_second, by_founder) = world.invite(administrator(), EXPIRES);
    let (to_third, by_second) = world.invite(administrator(), EXPIRES);
    let (to_plain, by_third) = world.invite(all_streams(), EXPIRES);
    let (to_guest, by_plain) = world.invite(administrator(), EXPIRES);
    let mut said = founded(&world);
    // The clocks run against the order of the invitations: rounds, not clocks, decide.
    said.push(world.signed(&founder, FOUNDED + 9, by_founder));
    said.push(world.signed(&second, FOUNDED + 8, world.admission(&to_second, &second)));
    said.push(world.signed(&second, FOUNDED + 7, by_second));
    said.push(world.signed(&third, FOUNDED + 6, world.admission(&to_third, &third)));
    said.push(world.signed(&third, FOUNDED + 5, by_third));
    said.push(world.signed(&plain, FOUNDED + 4, world.admission(&to_plain, &plain)));
    said.push(world.signed(&plain, FOUNDED + 3, by_plain));
    said.push(world.signed(&guest, FOUNDED + 2, world.admission(&to_guest, &guest)));
    let membership = fold(&world, &said);
    assert!(membership.is_admin(&second.device()) && membership.is_admin(&third.device()));
    assert!(membership.is_member(&plain.device()) && !membership.is_admin(&plain.device()));
    assert!(!membership.is_member(&guest.device()));
    assert_eq!(membership.invitations().count(), 3);
}

#[test]
fn an_administrator_cannot_undo_its_own_invitation_by_repeating_its_key() {
    let mut world = World::new(1);
    let second = world.device();
    let founder = world.founder.clone();
    let (secret, by_founder) = world.invite(administrator(), EXPIRES);
    let Statement::Invitation(mut weaker) = by_founder.clone() else {
        unreachable!("an invitation")
    };
    weaker.rights = only(&[]);
    let mut said = founded(&world);
    said.push(world.signed(&founder, FOUNDED + 9, by_founder));
    said.push(world.signed(&second, FOUNDED + 8, world.admission(&secret, &second)));
    said.push(world.signed(&second, FOUNDED, Statement::Invitation(weaker)));
    assert!(fold(&world, &said).is_admin(&second.device()));
}

#[test]
fn a_second_invitation_adds_rights() {
    let mut world = World::new(1);
    let joiner = world.device();
    let founder = world.founder.clone();
    let (bj, sh) = (
        StreamId::branch(&world.workspace, "BJ"),
        StreamId::branch(&world.workspace, "SH"),
    );
    let (one, to_bj) = world.invite(only(&[bj]), EXPIRES);
    let (two, to_sh) = world.invite(only(&[sh]), EXPIRES);
    let mut said = founded(&world);
    for (clock, by, statement) in [
        (1, &founder, to_bj),
        (2, &founder, to_sh),
        (3, &joiner, world.admission(&one, &joiner)),
        (4, &joiner, world.admission(&two, &joiner)),
    ] {
        said.push(world.signed(by, FOUNDED + clock, statement));
    }
    let membership = fold(&world, &said);
    assert!(membership.may_read(&joiner.device(), &bj));
    assert!(membership.may_read(&joiner.device(), &sh));
    assert_eq!(
        membership.device(&joiner.device()).unwrap().invitation,
        Some(one.sign_public())
    );
}

#[test]
fn only_administrators_grant_and_the_first_key_of_an_epoch_stands() {
    let mut world = World::new(1);
    let member = world.device();
    let founder = world.founder.clone();
    let root = world.root();
    let (secret, invitation) = world.invite(all_streams(), EXPIRES);
    let first = world.grant(root, &[&founder]);
    let same_key = world.grant(root, &[&member]);
    let other_key = Grant::new(
        &world.workspace,
        root,
        0,
        &StreamKey([9; 32]),
        "root",
        &[founder.box_public()],
        &mut world.entropy,
    )
    .unwrap();
    let mut said = founded(&world);
    said.push(world.signed(&founder, FOUNDED + 1, invitation));
    said.push(world.signed(&member, FOUNDED + 2, world.admission(&secret, &member)));
    said.push(world.signed(&member, FOUNDED, Statement::Grant(other_key.clone())));
    said.push(world.signed(&founder, FOUNDED + 3, first));
    said.push(world.signed(&founder, FOUNDED + 4, Statement::Grant(other_key)));
    said.push(world.signed(&founder, FOUNDED + 5, same_key));
    let membership = fold(&world, &said);
    assert!(membership.is_key(&root, 0, &world.root_key));
    assert_eq!(membership.wraps_for(&founder.box_public()).len(), 1);
    assert_eq!(
        membership
            .keys_for(&member)
            .into_values()
            .collect::<Vec<_>>(),
        vec![world.root_key.clone()]
    );
}

#[test]
fn a_counted_grant_gives_its_receivers_the_right_to_its_stream_and_nobody_else() {
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let (named, other, all) = (world.device(), world.device(), world.device());
    let root = world.root();
    let pair = StreamId::derive(&world.workspace, "exchange/BJ+SH");
    let grant = world.grant(root, &[&founder]);
    let mut said = founded(&world);
    said.push(world.signed(&founder, FOUNDED, grant));
    for (device, rights) in [
        (&named, only(&[root])),
        (&other, only(&[root])),
        (&all, all_streams()),
    ] {
        let (secret, invitation) = world.invite(rights, EXPIRES);
        said.push(world.signed(&founder, FOUNDED + 1, invitation));
        said.push(world.signed(device, FOUNDED + 2, world.admission(&secret, device)));
    }
    let by_member = world.grant(pair, &[&named]);
    let not_counted = world.signed(&named, FOUNDED + 3, by_member);
    let before = fold(&world, &[said.clone(), vec![not_counted.clone()]].concat());
    for device in [&named, &other, &all] {
        assert!(!before.may_read(&device.device(), &pair));
    }
    let by_founder = world.grant(pair, &[&founder, &named]);
    said.push(world.signed(&founder, FOUNDED + 4, by_founder));
    said.push(not_counted);
    let after = fold(&world, &said);
    assert!(after.may_read(&named.device(), &pair) && after.may_write(&named.device(), &pair));
    assert!(after.streams_of(&named.device()).contains(&pair));
    assert!(after.has_wrap(&named.box_public(), &pair, 0));
    assert!(!after.has_wrap(&named.box_public(), &pair, 1));
    for device in [&other, &all] {
        assert!(!after.may_write(&device.device(), &pair));
        assert!(!after.streams_of(&device.device()).contains(&pair));
        assert!(!after.has_wrap(&device.box_public(), &pair, 0));
    }
    assert!(
        after.may_read(&all.device(), &root),
        "its invitation gave it that key"
    );
}

#[test]
fn the_key_between_two_streams_is_one_whichever_is_named_first() {
    let (a, b, c) = (StreamKey([1; 32]), StreamKey([2; 32]), StreamKey([3; 32]));
    assert_eq!(StreamKey::between(&a, &b), StreamKey::between(&b, &a));
    assert_ne!(StreamKey::between(&a, &b), StreamKey::between(&a, &c));
    assert_eq!(
        StreamKey::between(&a, &b).0[..4],
        GOLDEN_BETWEEN,
        "the derivation is part of the format"
    );
}

/// A workspace with every kind of statement, right and wrong.
fn crowd() -> (World, Vec<SignedStatement>) {
    let mut world = World::new(8);
    let founder = world.founder.clone();
    let root = world.root();
    let devices: Vec<DeviceKeys> = (0..5).map(|_| world.device()).collect();
    let mut said = founded(&world);
    said.extend(founded(&world));
    let grant = world.grant(root, &[&founder, &devices[0]]);
    said.push(world.signed(&founder, FOUNDED + 1, grant));
    for (place, (by, rights)) in [
        (&founder, administrator()),
        (&devices[0], administrator()),
        (&devices[1], all_streams()),
        (&devices[2], only(&[root])),
    ]
    .into_iter()
    .enumerate()
    {
        let (secret, invitation) = world.invite(rights, FOUNDED + 50);
        said.push(world.signed(by, FOUNDED + 10, invitation.clone()));
        said.push(world.signed(&devices[4], FOUNDED + 10, invitation));
        for user in [&devices[place], &devices[4], &devices[(place + 2) % 5]] {
            let clock = FOUNDED + 30 + place as u64;
            said.push(world.signed(user, clock, world.admission(&secret, user)));
        }
        let grant = world.grant(root, &[&devices[place]]);
        said.push(world.signed(by, FOUNDED + 20, grant));
        let pair = StreamId::derive(&world.workspace, "exchange/BJ+SH");
        let grant = world.grant(pair, &[&devices[place], &devices[3]]);
        said.push(world.signed(by, FOUNDED + 21, grant));
    }
    (world, said)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn order_and_repetition_change_nothing(
        shuffled in Just(crowd().1).prop_shuffle(),
        repeated in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let (world, said) = crowd();
        let mut shuffled = shuffled;
        for at in repeated {
            shuffled.push(shuffled[at.index(shuffled.len())].clone());
        }
        let expected = fold(&world, &said);
        prop_assert!(expected.members().count() >= 3);
        prop_assert!(expected.second_uses().count() >= 1);
        prop_assert_eq!(fold(&world, &shuffled), expected);
    }
}
