//! Invitations that ask: nobody reads anything before an administrator has compared six digits and let the device in.

use huiyin_api::{OwnApproval, ProblemCode, RelayState, Request};
use huiyin_testkit::{Device, Wire};

use crate::talk::*;

/// A founder with a customer, and a device that used an invitation which asks. Both have heard of each other.
fn asked() -> (Device, Device) {
    let mut a = founder();
    new_customer(&mut a, &[("name", "华美商场")]);
    let link = a.invite_asking("HQ", "store_manager");
    let mut b = Device::new("平板", 2);
    b.join(&link).unwrap();
    exchange(&mut a, &mut b);
    (a, b)
}

/// The number the administrator's screen shows for the only newcomer, and its device.
#[track_caller]
fn only(a: &mut Device) -> (String, String) {
    let newcomers = sync(a).newcomers;
    assert_eq!(newcomers.len(), 1, "{newcomers:?}");
    let newcomer = newcomers.into_iter().next().unwrap();
    (newcomer.number.unwrap(), newcomer.device)
}

fn approve(device: String, number: String) -> Request {
    Request::ApproveDevice { device, number }
}

#[test]
fn both_screens_show_the_same_six_digits_and_the_newcomer_reads_nothing_until_let_in() {
    let (mut a, mut b) = asked();
    let (number, device) = only(&mut a);
    assert_eq!(number.len(), 6);
    assert_eq!(
        sync(&mut b).approval,
        Some(OwnApproval::Number(number.clone()))
    );
    assert!(status(&mut b).waiting_for_data);
    assert!(names(&mut b).is_empty());
    assert_eq!(sync(&mut a).devices.len(), 1, "only the founder belongs");
    assert!(sync(&mut a).invitations[0].asks);

    a.must(approve(device, number));
    assert!(sync(&mut a).newcomers.is_empty());
    exchange(&mut a, &mut b);
    assert_eq!(sync(&mut b).approval, None);
    assert_eq!(names(&mut b), ["华美商场"]);
    assert_eq!(status(&mut b).roles, ["store_manager"]);
    new_customer(&mut b, &[("name", "宏达超市")]);
    exchange(&mut a, &mut b);
    assert_eq!(names(&mut a).len(), 2);
    assert_eq!(a.digest(None), b.digest(None));
}

#[test]
fn a_newcomer_has_no_key_even_if_it_is_given_every_envelope() {
    let (mut a, mut b) = asked();
    // A second branch and new keys come while it waits: they are not wrapped to its invitation either.
    a.must(Request::SaveBranch {
        code: "B1".to_owned(),
        name: "分店".to_owned(),
    });
    a.must(Request::RenewKeys);
    take(&mut b, &a.bundle());
    assert!(names(&mut b).is_empty());
    let keys = b.store.load(&[huiyin_engine::Query::Range {
        table: huiyin_engine::Table::Keys,
        prefix: Vec::new(),
        after: None,
        limit: u32::MAX,
        keys_only: false,
    }]);
    assert!(keys[0].is_empty());
    let (number, device) = only(&mut a);
    a.must(approve(device, number));
    exchange(&mut a, &mut b);
    assert_eq!(names(&mut b), ["华美商场"]);
}

#[test]
fn a_refused_newcomer_is_told_and_stays_outside() {
    let (mut a, mut b) = asked();
    let invitation = sync(&mut a).newcomers[0].invitation.clone();
    let (number, device) = only(&mut a);
    a.must(Request::CloseInvitation { invitation });
    exchange(&mut a, &mut b);
    assert_eq!(sync(&mut b).approval, Some(OwnApproval::Refused));
    assert!(names(&mut b).is_empty());
    let problem = a.refused(approve(device, number));
    assert_eq!(problem.code, ProblemCode::NotFound);
}

#[test]
fn of_two_who_used_one_link_each_has_a_number_and_only_the_approved_one_comes_in() {
    let mut a = founder();
    let link = a.invite_asking("HQ", "store_manager");
    let (mut b, mut c) = (Device::new("平板", 2), Device::new("捡到链接的人", 3));
    b.join(&link).unwrap();
    c.join(&link).unwrap();
    exchange(&mut a, &mut c);
    exchange(&mut a, &mut b);
    take(&mut c, &a.bundle());
    let newcomers = sync(&mut a).newcomers;
    assert_eq!(newcomers.len(), 2);
    assert!(newcomers.iter().all(|newcomer| newcomer.rivals == 2));
    assert_ne!(newcomers[0].number, newcomers[1].number);
    let Some(OwnApproval::Number(number)) = sync(&mut b).approval else {
        panic!("b has no number");
    };
    let wanted = newcomers
        .iter()
        .find(|newcomer| newcomer.number.as_deref() == Some(&number))
        .unwrap();
    a.must(approve(wanted.device.clone(), number));
    exchange(&mut a, &mut b);
    take(&mut c, &a.bundle());
    assert!(!status(&mut b).waiting_for_data);
    assert!(status(&mut c).waiting_for_data);
    assert_eq!(sync(&mut c).approval, Some(OwnApproval::Other));
    assert_eq!(sync(&mut a).invitations[0].second_uses, 1);
}

#[test]
fn another_number_than_the_compared_one_lets_nobody_in() {
    let (mut a, mut b) = asked();
    let (number, device) = only(&mut a);
    let other = if number == "000000" {
        "000001"
    } else {
        "000000"
    };
    let problem = a.refused(approve(device.clone(), other.to_owned()));
    assert_eq!(problem.code, ProblemCode::NotFound);
    let problem = b.refused(approve(device, number));
    assert_eq!(problem.code, ProblemCode::NotAllowed);
    assert_eq!(sync(&mut a).newcomers.len(), 1);
}

#[test]
fn the_number_is_the_same_after_a_restart_and_by_whatever_way_it_came() {
    let (mut a, mut b) = asked();
    let (number, _) = only(&mut a);
    let bundle = a.bundle();
    for device in [&mut a, &mut b] {
        device.restart();
    }
    take(&mut b, &bundle);
    take(&mut a, &b.bundle());
    assert_eq!(only(&mut a).0, number);
    assert_eq!(sync(&mut b).approval, Some(OwnApproval::Number(number)));
}

#[test]
fn a_relay_carries_the_question_and_the_answer_and_gives_who_waits_nothing_else() {
    const RELAY: &str = "http://relay.example";
    let mut a = Device::new("总店电脑", 1);
    a.found(Some(RELAY));
    new_customer(&mut a, &[("name", "华美商场")]);
    let link = a.invite_asking("HQ", "store_manager");
    let mut b = Device::new("平板", 2);
    b.join(&link).unwrap();
    let mut devices = vec![a, b];
    let mut wire = Wire::new(4);
    let has_number = |devices: &mut [Device]| {
        matches!(sync(&mut devices[1]).approval, Some(OwnApproval::Number(_)))
    };
    assert!(wire.settle_until(&mut devices, has_number));
    let (number, device) = only(&mut devices[0]);
    let shown = sync(&mut devices[1]).approval;
    assert_eq!(shown, Some(OwnApproval::Number(number.clone())));
    let members = devices[1].store.load(&[huiyin_engine::Query::Range {
        table: huiyin_engine::Table::Envelopes,
        prefix: Vec::new(),
        after: None,
        limit: u32::MAX,
        keys_only: true,
    }]);
    let streams: std::collections::BTreeSet<_> = members[0]
        .iter()
        .map(|(key, _)| key[..16].to_vec())
        .collect();
    assert_eq!(streams.len(), 1, "the members stream alone");

    devices[0].must(approve(device, number));
    let is_in = |devices: &mut [Device]| {
        devices.iter_mut().all(|device| {
            let view = sync(device);
            view.state == RelayState::UpToDate && view.only_here == 0 && view.approval.is_none()
        })
    };
    assert!(
        wire.settle_until(&mut devices, is_in),
        "{:?}",
        sync(&mut devices[1])
    );
    assert_eq!(names(&mut devices[1]), ["华美商场"]);
}
