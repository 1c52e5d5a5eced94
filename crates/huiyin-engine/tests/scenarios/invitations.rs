//! Who may come in, and what they see.

use huiyin_api::{ProblemCode, Request};
use huiyin_testkit::Device;

use crate::talk::*;

#[test]
fn a_branch_device_sees_its_branch_only_and_head_office_sees_both() {
    let mut a = founder();
    a.must(Request::SaveBranch {
        code: "B1".to_owned(),
        name: "分店".to_owned(),
    });
    new_customer(&mut a, &[("name", "总店的客户")]);
    let link = a.invite("B1", "store_manager");
    let mut b = Device::new("分店平板", 2);
    b.join(&link).unwrap();
    assert!(status(&mut b).waiting_for_data);
    exchange(&mut a, &mut b);
    let joined = status(&mut b);
    assert_eq!(
        (joined.branch.as_str(), joined.branch_name.as_str()),
        ("B1", "分店")
    );
    assert!(!joined.head_office && !joined.waiting_for_data);
    assert_eq!(joined.roles, ["store_manager"]);
    new_customer(&mut b, &[("name", "分店的客户")]);
    exchange(&mut a, &mut b);
    assert_eq!(names(&mut b), ["分店的客户"]);
    assert_eq!(names(&mut a).len(), 2);
    assert_eq!(a.digest(Some("B1")), b.digest(Some("B1")));
    assert_ne!(a.digest(None), b.digest(None));
    let problem = b.refused(Request::Invite {
        branch: None,
        role: "clerk".to_owned(),
        days: 1,
        base: String::new(),
        ask: false,
    });
    assert_eq!(problem.code, ProblemCode::NotAllowed);
    for envelope in b.store.load(&[huiyin_engine::Query::Range {
        table: huiyin_engine::Table::Envelopes,
        prefix: Vec::new(),
        after: None,
        limit: u32::MAX,
        keys_only: false,
    }])[0]
        .iter()
        .map(|(_, bytes)| bytes)
    {
        let needle = "总店的客户".as_bytes();
        assert!(
            !envelope
                .windows(needle.len())
                .any(|window| window == needle)
        );
    }
}

#[test]
fn a_second_use_of_an_invitation_is_shown_to_the_administrator_and_gives_nothing_in() {
    let mut a = founder();
    let link = a.invite("HQ", "store_manager");
    let (mut b, mut c) = (Device::new("平板", 2), Device::new("捡到链接的人", 3));
    b.join(&link).unwrap();
    c.now += 60_000;
    c.join(&link).unwrap();
    exchange(&mut a, &mut b);
    take(&mut c, &a.bundle());
    let stolen = new_customer(&mut c, &[("name", "不该进来的")]);
    take(&mut a, &c.bundle());
    let invitations = sync(&mut a).invitations;
    assert_eq!(invitations.len(), 1);
    assert_eq!(invitations[0].used_by.as_deref(), Some("平板"));
    assert_eq!(invitations[0].second_uses, 1);
    assert_eq!(sync(&mut a).devices.len(), 2);
    assert!(names(&mut a).is_empty());
    a.refused(Request::Customer { id: stolen });
}

#[test]
fn an_expired_invitation_lets_nobody_in() {
    let mut a = founder();
    let link = a.invite("HQ", "clerk");
    let mut late = Device::new("迟到", 4);
    late.now += 8 * 86_400_000;
    let joined = late.join(&link);
    a.now = late.now;
    if joined.is_ok() {
        exchange(&mut a, &mut late);
    }
    assert_eq!(sync(&mut a).devices.len(), 1, "only the founder");
    assert_eq!(sync(&mut a).invitations[0].used_by, None);
}

#[test]
fn wrong_links_are_told_apart() {
    let link = founder().invite("HQ", "clerk");
    let mut changed = link.clone();
    let last = changed.pop().unwrap();
    changed.push(if last == 'A' { 'B' } else { 'A' });
    let cases = [
        ("hello", ProblemCode::BadLink),
        ("", ProblemCode::BadLink),
        (changed.as_str(), ProblemCode::DamagedLink),
        (&link[..link.len() - 9], ProblemCode::DamagedLink),
    ];
    for (link, code) in cases {
        let mut device = Device::new("新", 8);
        let problem = device.join(link).unwrap_err();
        assert_eq!(problem.code, code, "{link}");
        assert!(!status(&mut device).ready);
    }
}
