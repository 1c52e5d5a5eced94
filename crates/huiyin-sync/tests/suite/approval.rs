//! Invitations that ask: who uses one waits, the number both screens show, and what ends the waiting.

use huiyin_sync::{
    Confirmation, DeviceKeys, Draw, Membership, Revocation, SealedWords, SignedStatement,
    Statement, StatementError, StreamId,
};
use proptest::prelude::*;

use crate::fixtures::{FOUNDED, World, administrator, all_streams};

const EXPIRES: u64 = FOUNDED + 1_000_000;

/// A founder, an invitation that asks, and two devices that used it.
struct Door {
    world: World,
    invitation: [u8; 32],
    first: DeviceKeys,
    second: DeviceKeys,
    said: Vec<SignedStatement>,
}

fn door() -> Door {
    let mut world = World::new(3);
    let (first, second) = (world.device(), world.device());
    let founder = world.founder.clone();
    let (secret, asking) = world.asking(all_streams(), EXPIRES);
    let said = vec![
        world.signed(&founder, FOUNDED, world.charter()),
        world.signed(&founder, FOUNDED + 1, asking),
        world.signed(&first, FOUNDED + 2, world.admission(&secret, &first)),
        world.signed(&second, FOUNDED + 3, world.admission(&secret, &second)),
    ];
    Door {
        invitation: secret.sign_public(),
        world,
        first,
        second,
        said,
    }
}

impl Door {
    fn fold(&self) -> Membership {
        Membership::fold(self.world.workspace, &self.said)
    }

    fn say(&mut self, by: &DeviceKeys, clock: u64, statement: Statement) {
        let signed = self.world.signed(by, FOUNDED + clock, statement);
        self.said.push(signed);
    }

    fn draw(&self, device: &DeviceKeys, nonce: u8) -> Statement {
        Statement::Draw(Draw {
            invitation: self.invitation,
            device: device.device(),
            nonce: [nonce; 16],
        })
    }

    fn confirm(&self, device: &DeviceKeys) -> Statement {
        Statement::Confirmation(Confirmation {
            invitation: self.invitation,
            device: device.device(),
        })
    }

    fn numbers(&self) -> Vec<Option<String>> {
        let membership = self.fold();
        let mut waiting: Vec<_> = membership.waiting().collect();
        waiting.sort_by_key(|newcomer| newcomer.clock);
        let workspace = &self.world.workspace;
        waiting.iter().map(|one| one.number(workspace)).collect()
    }
}

#[test]
fn who_uses_an_invitation_that_asks_waits_and_reads_nothing_but_statements() {
    let door = door();
    let membership = door.fold();
    for device in [&door.first, &door.second] {
        assert!(!membership.is_member(&device.device()));
        let members = StreamId::members(&door.world.workspace);
        assert!(!membership.may_read(&device.device(), &members));
        assert!(!membership.may_read(&device.device(), &door.world.root()));
    }
    assert_eq!(membership.waiting().count(), 2);
    assert_eq!(door.numbers(), [None, None]);
    assert_eq!(membership.second_uses().count(), 0);
}

#[test]
fn the_confirmed_device_belongs_and_the_other_is_shown_as_a_second_use() {
    let mut door = door();
    let (founder, second) = (door.world.founder.clone(), door.second.clone());
    door.say(&founder, 9, door.confirm(&second));
    let membership = door.fold();
    assert!(membership.is_member(&second.device()));
    assert!(!membership.is_member(&door.first.device()));
    assert_eq!(membership.waiting().count(), 0);
    let others: Vec<_> = membership.second_uses().map(|one| one.device).collect();
    assert_eq!(others, [door.first.device()]);
}

#[test]
fn each_newcomer_has_a_number_of_its_own_and_a_stranger_draws_none() {
    let mut door = door();
    let (founder, first, second) = (
        door.world.founder.clone(),
        door.first.clone(),
        door.second.clone(),
    );
    door.say(&first, 4, door.draw(&first, 1));
    assert_eq!(door.numbers(), [None, None], "a newcomer draws for itself");
    door.say(&founder, 5, door.draw(&first, 1));
    door.say(&founder, 6, door.draw(&second, 1));
    let numbers = door.numbers();
    assert!(numbers.iter().all(Option::is_some));
    assert_ne!(numbers[0], numbers[1]);
    // A later draw of the same device changes nothing.
    let again = door.world.say(&founder, 7, FOUNDED, door.draw(&first, 2));
    let again = again.signed_statement().expect("a clear envelope");
    door.said.push(again);
    assert_eq!(door.numbers(), numbers);
}

#[test]
fn closing_the_invitation_refuses_everybody_who_waits() {
    let mut door = door();
    let founder = door.world.founder.clone();
    let closing = Statement::Revocation(Revocation {
        targets: Vec::new(),
        withdrawn: vec![door.invitation],
        reason: SealedWords::default(),
    });
    door.say(&founder, 8, closing);
    let membership = door.fold();
    assert_eq!(membership.waiting().count(), 0);
    let state = membership.invitation(&door.invitation).expect("it counts");
    assert!(state.withdrawn && state.used_by.is_none());
}

#[test]
fn an_administrator_who_came_later_confirms_nothing_of_the_founders_invitation() {
    let mut door = door();
    let founder = door.world.founder.clone();
    let later = door.world.device();
    let (secret, invitation) = door.world.invite(administrator(), EXPIRES);
    let admission = door.world.admission(&secret, &later);
    door.say(&founder, 4, invitation);
    door.say(&later, 5, admission);
    let first = door.first.clone();
    door.say(&later, 6, door.confirm(&first));
    door.say(&later, 7, door.draw(&first, 3));
    let membership = door.fold();
    assert!(membership.is_admin(&later.device()));
    assert!(!membership.may_confirm(&later.device(), &door.invitation));
    assert!(!membership.is_member(&first.device()));
    assert_eq!(door.numbers(), [None, None]);
}

#[test]
fn who_came_after_the_time_does_not_wait() {
    let mut door = door();
    for signed in &mut door.said[2..] {
        signed.clock = EXPIRES + 1;
    }
    assert_eq!(door.fold().waiting().count(), 0);
}

#[test]
fn a_program_of_version_2_is_told_that_these_are_newer() {
    let bytes = door().draw(&door().first, 1).encode();
    assert_eq!(bytes[0], 3);
    let later = [&[4], &bytes[1..]].concat();
    let told = Statement::decode(&later);
    assert_eq!(told, Err(StatementError::NewerVersion { version: 4 }));
}

proptest! {
    #[test]
    fn the_order_of_what_was_said_changes_nothing(
        order in Just((0..7_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let mut door = door();
        let (founder, first, second) =
            (door.world.founder.clone(), door.first.clone(), door.second.clone());
        door.say(&founder, 4, door.draw(&first, 1));
        door.say(&founder, 5, door.draw(&second, 2));
        door.say(&founder, 6, door.confirm(&first));
        let shuffled: Vec<_> = order.iter().map(|at| door.said[*at].clone()).collect();
        prop_assert_eq!(Membership::fold(door.world.workspace, &shuffled), door.fold());
    }
}
