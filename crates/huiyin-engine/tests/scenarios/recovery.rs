//! The recovery kit: tried without using it, it brings an administrator back on an empty device, once.

use huiyin_api::{Answer, KitDue, KitState, KitView, ProblemCode, RelayState, Request};
use huiyin_testkit::{Device, Wire};

use crate::talk::*;

const DAY_MS: i64 = 86_400_000;

/// The text of a new kit.
#[track_caller]
fn kit(device: &mut Device) -> String {
    match device.ask(Request::MakeRecoveryKit) {
        Ok((Answer::File { .. }, Some(bytes))) => String::from_utf8(bytes).unwrap(),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn kits(device: &mut Device) -> Vec<KitView> {
    match device.must(Request::Recovery) {
        Answer::Recovery(view) => view.kits,
        other => panic!("{other:?}"),
    }
}

fn attempt(code: &str) -> Request {
    Request::TryRecoveryKit {
        code: code.to_owned(),
    }
}

#[test]
fn a_kit_brings_an_administrator_back_who_shuts_the_lost_device_out() {
    let mut a = founder();
    a.must(Request::SaveBranch {
        code: "B1".to_owned(),
        name: "分店".to_owned(),
    });
    new_customer(&mut a, &[("name", "华美商场")]);
    let code = kit(&mut a);
    a.must(attempt(&code));
    // What comes after the kit was made is for its holder too: another branch, new keys.
    a.must(Request::SaveBranch {
        code: "B2".to_owned(),
        name: "二店".to_owned(),
    });
    a.must(Request::RenewKeys);
    new_customer(&mut a, &[("name", "宏达超市")]);
    let bundle = a.bundle();
    let lost = sync(&mut a).devices[0].id.clone();

    let mut b = Device::new("新电脑", 2);
    b.join(&code).unwrap();
    take(&mut b, &bundle);
    assert_eq!(names(&mut b).len(), 2);
    assert!(sync(&mut b).may_invite);
    assert_eq!(kits(&mut b)[0].state, KitState::Used);
    b.must(Request::ShutOut {
        device: lost,
        whole_person: false,
        until: None,
        reason: "电脑被盗".to_owned(),
    });
    take(&mut a, &b.bundle());
    assert_eq!(sync(&mut a).state, RelayState::ShutOut);
    // And goes on: invites, and makes the next kit.
    let link = b.invite("B1", "store_manager");
    let mut c = Device::new("分店平板", 3);
    c.join(&link).unwrap();
    exchange(&mut b, &mut c);
    assert!(!status(&mut c).waiting_for_data);
    let next = kit(&mut b);
    b.must(attempt(&next));
    assert_eq!(b.refused(attempt(&code)).code, ProblemCode::KitOver);
}

#[test]
fn a_kit_brings_an_administrator_back_by_the_relay_alone() {
    const RELAY: &str = "http://relay.example";
    let mut a = Device::new("总店电脑", 1);
    a.found(Some(RELAY));
    new_customer(&mut a, &[("name", "华美商场")]);
    let code = kit(&mut a);
    assert!(code.ends_with(RELAY), "{code}");
    let mut devices = vec![a];
    let mut wire = Wire::new(3);
    let at_rest = |devices: &mut [Device]| {
        devices.iter_mut().all(|device| {
            let view = sync(device);
            view.state == RelayState::UpToDate && view.only_here == 0
        })
    };
    assert!(wire.settle_until(&mut devices, at_rest));
    // The only device is gone.
    let mut b = Device::new("新电脑", 2);
    b.join(&code).unwrap();
    let mut devices = vec![b];
    assert!(wire.settle_until(&mut devices, at_rest));
    assert_eq!(names(&mut devices[0]), ["华美商场"]);
    assert!(sync(&mut devices[0]).may_invite);
}

#[test]
fn trying_a_kit_uses_nothing_up_and_is_remembered() {
    let mut a = founder();
    assert_eq!(sync(&mut a).kit_due, None, "not on the first day");
    a.now += 2 * DAY_MS;
    assert_eq!(sync(&mut a).kit_due, Some(KitDue::Missing));
    let code = kit(&mut a);
    assert_eq!(sync(&mut a).kit_due, Some(KitDue::Untried));
    let before = sync(&mut a).devices.len();
    a.must(attempt(&code.to_lowercase().replace(' ', "-")));
    assert_eq!(sync(&mut a).kit_due, None);
    assert_eq!(sync(&mut a).devices.len(), before);
    let made = kits(&mut a);
    assert_eq!((made.len(), made[0].state), (1, KitState::Valid));
    assert!(made[0].tried.is_some() && !made[0].tried_by.is_empty());
    a.restart();
    assert_eq!(kits(&mut a), made);
    a.must(attempt(&code));
}

#[test]
fn a_later_kit_ends_the_earlier_ones() {
    let mut a = founder();
    let first = kit(&mut a);
    let second = kit(&mut a);
    assert_ne!(first, second);
    assert_eq!(a.refused(attempt(&first)).code, ProblemCode::KitOver);
    a.must(attempt(&second));
    let mut thief = Device::new("捡到旧卡的人", 5);
    thief.join(&first).unwrap();
    // Even with a bundle of everything: no member, and no key of what is written from now on.
    new_customer(&mut a, &[("name", "华美商场")]);
    exchange(&mut a, &mut thief);
    assert!(names(&mut thief).is_empty());
    assert!(!sync(&mut thief).may_invite);
    assert_eq!(sync(&mut a).devices.len(), 1);
}

#[test]
fn what_is_no_kit_of_this_company_is_told_apart() {
    let mut a = founder();
    let code = kit(&mut a);
    let mut other = Device::new("别的公司", 9);
    other.found(None);
    let mut third: Vec<&str> = code.lines().collect();
    let changed = third[2].replace(|c: char| c.is_ascii_digit(), "Z");
    third[2] = &changed;
    let mistyped = a.refused(attempt(&third.join("\n")));
    assert_eq!(mistyped.code, ProblemCode::MistypedKit);
    assert_eq!(mistyped.place, "3");
    let cases = [("hello", ProblemCode::NotAKit), ("", ProblemCode::NotAKit)];
    for (text, expected) in cases {
        assert_eq!(a.refused(attempt(text)).code, expected, "{text}");
    }
    let foreign = kit(&mut other);
    assert_eq!(
        a.refused(attempt(&foreign)).code,
        ProblemCode::OtherWorkspace
    );
    let link = a.invite("HQ", "clerk");
    assert_eq!(a.refused(attempt(&link)).code, ProblemCode::NotAKit);
}

#[test]
fn only_an_administrators_device_makes_or_tries_one() {
    let (mut a, mut b) = pair();
    let code = kit(&mut a);
    exchange(&mut a, &mut b);
    assert_eq!(
        b.refused(Request::MakeRecoveryKit).code,
        ProblemCode::NotAllowed
    );
    assert_eq!(b.refused(attempt(&code)).code, ProblemCode::NotAllowed);
    assert_eq!(sync(&mut b).kit_due, None);
}
