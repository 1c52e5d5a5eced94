//! Devices that are shut out or given other rights, and what becomes of what they did, by files and at a relay.
//!
//! Long: one scenario after another, each read alone.

use huiyin_api::{Answer, CutPreview, DeviceState, DevicesView, ProblemCode, RelayState, Request};
use huiyin_engine::{Query, Table};
use huiyin_sync::Envelope;
use huiyin_testkit::{Device, Wire};
use proptest::prelude::*;

use crate::talk::*;

const RELAY: &str = "http://relay.example";
const DAY: i64 = 86_400_000;

#[track_caller]
fn devices(device: &mut Device) -> DevicesView {
    match device.must(Request::Devices) {
        Answer::Devices(view) => *view,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn id_of(device: &mut Device, name: &str) -> String {
    let rows = devices(device).rows;
    let row = rows.iter().find(|row| row.name == name);
    row.unwrap_or_else(|| panic!("no {name} in {rows:?}"))
        .id
        .clone()
}

#[track_caller]
fn shut_out(by: &mut Device, name: &str) {
    let device = id_of(by, name);
    by.must(Request::ShutOut {
        device,
        whole_person: false,
        until: None,
        reason: "平板遗失".to_owned(),
    });
    by.settle();
}

/// A founder and so many tablets of head office, all with everything.
fn company(tablets: usize) -> Vec<Device> {
    let mut devices = vec![founder()];
    for number in 0..tablets {
        let link = devices[0].invite("HQ", "store_manager");
        let mut tablet = Device::new(&format!("平板{number}"), number as u64 + 2);
        tablet.join(&link).unwrap();
        exchange(&mut devices[0], &mut tablet);
        devices.push(tablet);
    }
    let last = devices[0].bundle();
    for tablet in &mut devices[1..] {
        take(tablet, &last);
    }
    devices
}

/// Hands everybody's file to everybody but the device at `out`, until nothing is new.
fn all_meet(devices: &mut [Device], out: usize) {
    for _ in 0..3 {
        let files: Vec<_> = devices.iter_mut().map(Device::bundle).collect();
        for (at, device) in devices.iter_mut().enumerate() {
            for (from, file) in files.iter().enumerate() {
                if at != from && at != out {
                    take(device, file);
                }
            }
            device.settle();
        }
    }
}

#[track_caller]
fn assert_equal(devices: &mut [Device], out: usize) {
    let expected = devices[0].export();
    let digest = devices[0].digest(None);
    for (at, device) in devices.iter_mut().enumerate() {
        if at != out {
            assert_eq!(device.export(), expected, "{}", device.name);
            assert_eq!(device.digest(None), digest, "{}", device.name);
            let mut anew = device.with_rows_made_anew();
            assert_eq!(
                anew.export(),
                expected,
                "{} with rows made anew",
                device.name
            );
        }
    }
}

/// The epochs of the envelopes of one device, latest last, beside those in the clear.
fn epochs(device: &Device) -> Vec<u32> {
    let query = Query::Range {
        table: Table::Envelopes,
        prefix: Vec::new(),
        after: None,
        limit: u32::MAX,
        keys_only: false,
    };
    let rows = device.store.load(&[query]).remove(0);
    let epochs = rows
        .iter()
        .map(|(_, bytes)| Envelope::decode(bytes).unwrap().header().epoch)
        .filter(|epoch| *epoch != u32::MAX);
    let mut epochs: Vec<u32> = epochs.collect();
    epochs.sort_unstable();
    epochs
}

#[test]
fn late_work_does_not_count_unless_somebody_built_on_it_and_all_devices_agree() {
    let mut all = company(3);
    let kept = new_customer(&mut all[1], &[("name", "按时录入")]);
    all_meet(&mut all, 9);
    // The tablet that will be shut out goes on without the founder; the second tablet has it by a stick and builds on one of two.
    let built_on = new_customer(&mut all[1], &[("name", "有人接着写")]);
    let alone = new_customer(&mut all[1], &[("name", "没有人接着写")]);
    edit(&mut all[1], &kept, &[("city", "迟到的改动")]);
    let late = all[1].bundle();
    take(&mut all[2], &late);
    edit(&mut all[2], &built_on, &[("phone", "13800000001")]);
    assert_eq!(names(&mut all[2]).len(), 3);

    shut_out(&mut all[0], "平板0");
    all_meet(&mut all, 1);
    assert_equal(&mut all, 1);
    for at in [0, 2, 3] {
        let device = &mut all[at];
        // Both late customers lie in one document, and changes follow each other there: what the second tablet saw stays, all of it.
        assert_eq!(customer(device, &built_on).row.name, "有人接着写");
        assert_eq!(customer(device, &alone).row.name, "没有人接着写");
    }
    // What comes later still, nobody has built on.
    let later = new_customer(&mut all[1], &[("name", "关停后录入")]);
    let file = all[1].bundle();
    take(&mut all[3], &file);
    all_meet(&mut all, 1);
    assert_equal(&mut all, 1);
    for at in [0, 2, 3] {
        all[at].refused(Request::Customer { id: later.clone() });
        let view = devices(&mut all[at]);
        assert!(view.late_total >= 1, "{view:?}");
        assert_eq!(view.late[0].device, "平板0");
        assert!(view.late[0].at > 0 && view.late[0].changes >= 1);
    }
}

#[test]
fn a_device_that_took_late_work_makes_its_documents_anew_without_it() {
    let mut all = company(2);
    new_customer(&mut all[1], &[("name", "按时录入")]);
    all_meet(&mut all, 9);
    let late = new_customer(&mut all[1], &[("name", "迟到的客户")]);
    let case = new_case(&mut all[1], &[("subject", "迟到的案件")], "");
    let file = all[1].bundle();
    take(&mut all[2], &file);
    assert_eq!(names(&mut all[2]).len(), 2);
    shut_out(&mut all[0], "平板0");
    all_meet(&mut all, 1);
    assert_equal(&mut all, 1);
    assert_eq!(names(&mut all[2]), ["按时录入"]);
    assert_eq!(status(&mut all[2]).cases, 0);
    all[2].refused(Request::Case { id: case });
    // It stays so after a restart, and when stored rows are lost.
    all[2].restart();
    all[2].settle();
    assert_eq!(names(&mut all[2]), ["按时录入"]);
    // Everything goes on: the same documents are written again.
    new_customer(&mut all[2], &[("name", "之后的客户")]);
    all_meet(&mut all, 1);
    assert_equal(&mut all, 1);

    // An administrator takes what was left out: everybody has it.
    let view = devices(&mut all[0]);
    let ids: Vec<String> = view.late.iter().map(|row| row.id.clone()).collect();
    assert!(!ids.is_empty());
    all[2].refused(Request::TakeLate {
        ids: vec!["00".repeat(32)],
    });
    all[0].must(Request::TakeLate { ids });
    all[0].settle();
    all_meet(&mut all, 1);
    assert_equal(&mut all, 1);
    for at in [0, 2] {
        assert_eq!(customer(&mut all[at], &late).row.name, "迟到的客户");
        assert_eq!(devices(&mut all[at]).late_total, 0);
        assert_eq!(status(&mut all[at]).cases, 1);
    }
}

#[test]
fn work_can_be_cut_at_a_time_and_the_dialog_says_what_is_left_out() {
    let mut all = company(2);
    new_customer(&mut all[1], &[("name", "昨天录入")]);
    all_meet(&mut all, 9);
    let before = all[1].now;
    for device in &mut all {
        device.now += DAY;
    }
    new_customer(&mut all[1], &[("name", "今天录入一")]);
    new_customer(&mut all[1], &[("name", "今天录入二")]);
    all_meet(&mut all, 9);
    let device = id_of(&mut all[0], "平板0");
    let preview = |all: &mut [Device], until| -> CutPreview {
        let device = device.clone();
        match all[0].must(Request::CutPreview { device, until }) {
            Answer::CutPreview(preview) => *preview,
            other => panic!("{other:?}"),
        }
    };
    let whole = preview(&mut all, None);
    assert_eq!((whole.left_out, whole.first_left_out), (0, None));
    assert!(whole.last.is_some_and(|last| last > before));
    let cut = preview(&mut all, Some(before + 60_000));
    assert_eq!(cut.left_out, 2, "{cut:?}");
    assert!(cut.last.is_some_and(|last| last <= before + 60_000));
    assert!(
        cut.first_left_out
            .is_some_and(|first| first > before + 60_000)
    );

    let problem = all[0].refused(Request::ShutOut {
        device: device.clone(),
        whole_person: false,
        until: None,
        reason: "  ".to_owned(),
    });
    assert_eq!(
        (problem.code, problem.place.as_str()),
        (ProblemCode::Missing, "reason")
    );
    all[0].must(Request::ShutOut {
        device: device.clone(),
        whole_person: false,
        until: Some(before + 60_000),
        reason: "账号被冒用".to_owned(),
    });
    all[0].settle();
    all_meet(&mut all, 1);
    assert_equal(&mut all, 1);
    assert_eq!(names(&mut all[2]), ["昨天录入"]);
    let view = devices(&mut all[2]);
    let row = view.rows.iter().find(|row| row.id == device).unwrap();
    assert_eq!(row.state, DeviceState::ShutOut);
    let shut = row.shut.as_ref().unwrap();
    assert_eq!(
        (shut.by.as_str(), shut.reason.as_str()),
        ("总店电脑", "账号被冒用")
    );
    assert_eq!(view.late.iter().map(|row| row.changes).sum::<u32>(), 2);
    assert_eq!(sync(&mut all[2]).late, view.late_total);
}

#[test]
fn after_a_revocation_all_seal_under_new_keys_that_the_device_does_not_get() {
    let mut all = company(2);
    new_customer(&mut all[2], &[("name", "之前")]);
    all_meet(&mut all, 9);
    assert_eq!(epochs(&all[2]).last(), Some(&0));
    shut_out(&mut all[0], "平板0");
    all_meet(&mut all, 1);
    let secret = new_customer(&mut all[2], &[("name", "之后")]);
    all_meet(&mut all, 1);
    assert!(epochs(&all[0]).last().is_some_and(|epoch| *epoch > 0));
    assert_eq!(customer(&mut all[0], &secret).row.name, "之后");
    // Even with all the bytes the device reads nothing of it, and its own work stays where it is.
    let own = new_customer(&mut all[1], &[("name", "自己的")]);
    let file = all[0].bundle();
    take(&mut all[1], &file);
    all[1].refused(Request::Customer { id: secret });
    assert_eq!(customer(&mut all[1], &own).row.name, "自己的");
    let view = sync(&mut all[1]);
    let told = view.shut_out.unwrap();
    assert_eq!(
        (view.state, told.by.as_str()),
        (RelayState::ShutOut, "总店电脑")
    );
    assert_eq!(told.reason, "平板遗失");
    // It can still be handed over as a file, and waits at the administrator's to be taken or left.
    let file = all[1].bundle();
    take(&mut all[0], &file);
    all[0].settle();
    let late = devices(&mut all[0]).late;
    assert_eq!(late.len(), 1, "{late:?}");
    let ids = vec![late[0].id.clone()];
    all[0].must(Request::LeaveLate { ids });
    assert_eq!(sync(&mut all[0]).late, 0);
    assert!(devices(&mut all[0]).late[0].left);
}

#[test]
fn a_newcomer_reads_old_and_new_work_and_nothing_that_was_cut() {
    let mut all = company(2);
    new_customer(&mut all[1], &[("name", "按时录入")]);
    all_meet(&mut all, 9);
    new_customer(&mut all[1], &[("name", "迟到的客户")]);
    let file = all[1].bundle();
    take(&mut all[0], &file);
    let device = id_of(&mut all[0], "平板0");
    let until = Some(all[0].now - 1);
    all[0].must(Request::ShutOut {
        device,
        whole_person: false,
        until,
        reason: "离职".to_owned(),
    });
    all[0].settle();
    new_customer(&mut all[2], &[("name", "另一台的客户")]);
    all_meet(&mut all, 1);
    let link = all[0].invite("HQ", "clerk");
    let mut newcomer = Device::new("新平板", 40);
    newcomer.join(&link).unwrap();
    exchange(&mut all[0], &mut newcomer);
    all.push(newcomer);
    all_meet(&mut all, 1);
    assert_equal(&mut all, 1);
}

#[test]
fn all_devices_of_a_person_go_at_once_and_nobody_shuts_out_the_own_device() {
    let mut all = company(2);
    let own = id_of(&mut all[0], "总店电脑");
    let ask = |device: String| Request::ShutOut {
        device,
        whole_person: true,
        until: None,
        reason: "离职".to_owned(),
    };
    assert_eq!(all[0].refused(ask(own)).code, ProblemCode::NotAllowed);
    let tablet = id_of(&mut all[0], "平板0");
    assert_eq!(
        all[2].refused(ask(tablet.clone())).code,
        ProblemCode::NotAllowed
    );
    assert_eq!(
        all[0].refused(ask("zz".to_owned())).code,
        ProblemCode::NotFound
    );
    // A third device of the person who has the first tablet.
    let person = devices(&mut all[0])
        .rows
        .iter()
        .find(|row| row.name == "平板0")
        .unwrap()
        .staff
        .clone();
    assert!(!person.is_empty());
    let link = all[0].invite("HQ", "clerk");
    let mut phone = Device::new("手机", 30);
    phone.must(Request::JoinWorkspace {
        link,
        staff_name: person,
        device_name: "手机".to_owned(),
    });
    exchange(&mut all[0], &mut phone);
    let row = |all: &mut [Device], name: &str| {
        let rows = devices(&mut all[0]).rows;
        rows.into_iter().find(|row| row.name == name).unwrap()
    };
    assert_eq!(row(&mut all, "平板0").siblings, 1);
    all[0].must(ask(tablet.clone()));
    assert_eq!(row(&mut all, "手机").state, DeviceState::ShutOut);
    assert_eq!(row(&mut all, "平板1").state, DeviceState::Member);
    assert_eq!(
        all[0].refused(ask(tablet)).code,
        ProblemCode::NotFound,
        "already out"
    );
}

#[test]
fn a_device_that_moves_branch_gets_the_new_branch_and_no_later_keys_of_the_old() {
    let mut head = founder();
    for (code, name) in [("B1", "一店"), ("B2", "二店")] {
        head.must(Request::SaveBranch {
            code: code.to_owned(),
            name: name.to_owned(),
        });
    }
    let links = [
        head.invite("B1", "store_manager"),
        head.invite("B1", "clerk"),
        head.invite("B2", "clerk"),
    ];
    let mut all = vec![head];
    for (at, link) in links.iter().enumerate() {
        let mut tablet = Device::new(&format!("平板{at}"), at as u64 + 2);
        tablet.join(link).unwrap();
        exchange(&mut all[0], &mut tablet);
        all.push(tablet);
    }
    all_meet(&mut all, 9);
    let old = new_customer(&mut all[1], &[("name", "一店的老客户")]);
    new_customer(&mut all[3], &[("name", "二店的客户")]);
    all_meet(&mut all, 9);
    let device = id_of(&mut all[0], "平板0");
    let ask = |branch: &str, role: &str| Request::ChangeRights {
        device: device.clone(),
        branch: branch.to_owned(),
        role: role.to_owned(),
        until: None,
    };
    assert_eq!(
        all[0].refused(ask("B9", "clerk")).code,
        ProblemCode::NotFound
    );
    assert_eq!(
        all[0].refused(ask("B2", "nothing")).code,
        ProblemCode::BadField
    );
    all[0].must(ask("B2", "clerk"));
    all[0].settle();
    all_meet(&mut all, 9);
    let moved = status(&mut all[1]);
    assert_eq!(moved.branch, "B2");
    let rows = devices(&mut all[0]).rows;
    let row = rows.iter().find(|row| row.name == "平板0").unwrap();
    assert_eq!(
        (row.branches.as_slice(), row.role.as_str()),
        (&["B2".to_owned()][..], "clerk")
    );
    assert_eq!(names(&mut all[3]), ["二店的客户"]);
    assert!(names(&mut all[1]).contains(&"二店的客户".to_owned()));
    let secret = new_customer(&mut all[2], &[("name", "一店的新客户")]);
    let mine = new_customer(&mut all[1], &[("name", "调店后的客户")]);
    all_meet(&mut all, 9);
    all[1].refused(Request::Customer { id: secret.clone() });
    assert_eq!(
        customer(&mut all[2], &old).row.name,
        "一店的老客户",
        "earlier work stays"
    );
    assert_eq!(customer(&mut all[3], &mine).row.name, "调店后的客户");
    assert_eq!(all[0].digest(Some("B1")), all[2].digest(Some("B1")));
    assert_eq!(all[0].digest(Some("B2")), all[3].digest(Some("B2")));
    // And back.
    all[0].must(ask("B1", "store_manager"));
    all[0].settle();
    all_meet(&mut all, 9);
    assert_eq!(status(&mut all[1]).branch, "B1");
    assert_eq!(customer(&mut all[1], &secret).row.name, "一店的新客户");
}

#[test]
fn keys_are_changed_with_one_press_and_everybody_goes_on() {
    let mut all = company(2);
    assert_eq!(devices(&mut all[0]).renewals, 0);
    all[0].must(Request::RenewKeys);
    all[0].settle();
    all_meet(&mut all, 9);
    new_customer(&mut all[1], &[("name", "换密钥之后")]);
    all_meet(&mut all, 9);
    assert_equal(&mut all, 9);
    assert_eq!(devices(&mut all[2]).renewals, 1);
    assert_eq!(
        all[1].refused(Request::RenewKeys).code,
        ProblemCode::NotAllowed
    );
}

#[test]
fn a_closed_invitation_lets_nobody_in() {
    let mut head = founder();
    let link = head.invite("HQ", "clerk");
    let invitation = sync(&mut head).invitations[0].id.clone();
    head.must(Request::CloseInvitation {
        invitation: invitation.clone(),
    });
    assert!(sync(&mut head).invitations[0].closed);
    assert_eq!(
        head.refused(Request::CloseInvitation { invitation }).code,
        ProblemCode::NotFound
    );
    let mut guest = Device::new("来晚了", 5);
    guest.join(&link).unwrap();
    exchange(&mut head, &mut guest);
    assert_eq!(sync(&mut head).devices.len(), 1);
}

fn at_rest(devices: &mut [Device]) -> bool {
    devices.iter_mut().all(|device| {
        let view = sync(device);
        view.state == RelayState::ShutOut
            || (view.state == RelayState::UpToDate && view.only_here == 0)
    })
}

#[test]
fn at_a_relay_the_device_is_told_stops_and_gets_nothing_more() {
    let mut head = Device::new("总店电脑", 1);
    head.found(Some(RELAY));
    let links = [
        head.invite("HQ", "store_manager"),
        head.invite("HQ", "clerk"),
    ];
    let mut all = vec![head];
    for (at, link) in links.iter().enumerate() {
        let mut tablet = Device::new(&format!("平板{at}"), at as u64 + 2);
        tablet.join(link).unwrap();
        all.push(tablet);
    }
    let mut wire = Wire::new(9);
    assert!(wire.settle_until(&mut all, at_rest));
    new_customer(&mut all[1], &[("name", "按时录入")]);
    assert!(wire.settle_until(&mut all, at_rest));
    shut_out(&mut all[0], "平板0");
    assert!(
        wire.settle_until(&mut all, |all| at_rest(all)
            && sync(&mut all[1]).state == RelayState::ShutOut),
        "{:?}",
        sync(&mut all[1])
    );
    let secret = new_customer(&mut all[2], &[("name", "之后")]);
    let late = new_customer(&mut all[1], &[("name", "关停后录入")]);
    all[1].now += DAY;
    assert!(wire.settle_until(&mut all, at_rest));
    assert_eq!(customer(&mut all[0], &secret).row.name, "之后");
    all[1].refused(Request::Customer { id: secret });
    all[0].refused(Request::Customer { id: late.clone() });
    // By a file to one of them, through the relay to all: put aside, then taken.
    let file = all[1].bundle();
    take(&mut all[2], &file);
    assert!(wire.settle_until(&mut all, |all| at_rest(all)
        && devices(&mut all[0]).late_total == 1));
    let ids = devices(&mut all[0])
        .late
        .iter()
        .map(|row| row.id.clone())
        .collect();
    all[0].must(Request::TakeLate { ids });
    assert!(wire.settle_until(&mut all, |all| at_rest(all)
        && devices(&mut all[2]).late_total == 0));
    assert_eq!(customer(&mut all[2], &late).row.name, "关停后录入");
    assert_eq!(all[0].export(), all[2].export());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]

    /// Whatever was done and handed over before and after a revocation, in whatever order: who has the same envelopes has the same company.
    #[test]
    fn the_outcome_is_a_function_of_the_set_of_envelopes(
        acts in prop::collection::vec((0..6_usize, 0..4_usize, 0..4_usize), 8..30),
        revoked_at in 2..8_usize,
        cut_back in any::<bool>(),
    ) {
        let mut all = company(3);
        let mut customers: Vec<String> = Vec::new();
        for (step, (kind, who, other)) in acts.iter().enumerate() {
            all[*who].now += 60_000;
            if step == revoked_at {
                let device = id_of(&mut all[0], "平板0");
                let until = cut_back.then(|| all[0].now - 120_000);
                all[0].must(Request::ShutOut {
                    device,
                    whole_person: false,
                    until,
                    reason: "测试".to_owned(),
                });
                all[0].settle();
            }
            match kind {
                0 | 1 => {
                    let name = format!("客户{step}");
                    customers.push(new_customer(&mut all[*who], &[("name", &name)]));
                }
                2 if !customers.is_empty() => {
                    let id = customers[step % customers.len()].clone();
                    let fields = fields(&[("city", &format!("城市{step}"))]);
                    let _ = all[*who].ask(Request::SaveCustomer { id: Some(id), fields });
                }
                _ if who != other => {
                    let file = all[*who].bundle();
                    take(&mut all[*other], &file);
                    all[*other].settle();
                }
                _ => {}
            }
        }
        // The device that was shut out hands over all it has, once to each in turn.
        let file = all[1].bundle();
        for at in [3, 0, 2] {
            take(&mut all[at], &file);
            all[at].settle();
        }
        all_meet(&mut all, 1);
        assert_equal(&mut all, 1);
    }
}

#[test]
fn two_administrators_who_act_apart_come_to_one_outcome() {
    let mut head = founder();
    let link = head.invite("HQ", "administrator");
    let mut second = Device::new("副管理员", 20);
    second.join(&link).unwrap();
    exchange(&mut head, &mut second);
    let mut all = vec![head, second];
    for number in 0..2 {
        let link = all[0].invite("HQ", "clerk");
        let mut tablet = Device::new(&format!("平板{number}"), number + 2);
        tablet.join(&link).unwrap();
        exchange(&mut all[0], &mut tablet);
        all.push(tablet);
    }
    all_meet(&mut all, 9);
    new_customer(&mut all[2], &[("name", "两边都知道")]);
    all_meet(&mut all, 9);
    // Apart: each shuts out another tablet and changes the keys; the second also shuts out the founder, who shuts out the second.
    shut_out(&mut all[0], "平板0");
    shut_out(&mut all[1], "平板1");
    new_customer(&mut all[0], &[("name", "总店之后")]);
    all_meet(&mut all[..2], 9);
    assert_equal(&mut all[..2], 9);
    let out = |device: &mut Device| {
        let rows = devices(device).rows;
        let out = rows.iter().filter(|row| row.state == DeviceState::ShutOut);
        out.map(|row| row.name.clone()).collect::<Vec<_>>()
    };
    for device in &mut all[..2] {
        assert_eq!(out(device), ["平板0", "平板1"]);
        new_customer(device, &[("name", "各自又录入")]);
    }
    all_meet(&mut all[..2], 9);
    assert_equal(&mut all[..2], 9);
    assert_eq!(names(&mut all[1]).len(), 4);

    shut_out(&mut all[1], "总店电脑");
    shut_out(&mut all[0], "副管理员");
    new_customer(&mut all[1], &[("name", "副管理员之后")]);
    all_meet(&mut all[..2], 9);
    assert_eq!(
        sync(&mut all[1]).state,
        RelayState::ShutOut,
        "the founder prevails"
    );
    assert_eq!(sync(&mut all[0]).shut_out, None);
    assert_eq!(out(&mut all[0]), ["副管理员", "平板0", "平板1"]);
    assert_eq!(names(&mut all[0]).len(), 4);
}

#[test]
fn a_device_that_moved_goes_on_at_the_relay() {
    let mut head = Device::new("总店电脑", 1);
    head.found(Some(RELAY));
    head.must(Request::SaveBranch {
        code: "B1".to_owned(),
        name: "一店".to_owned(),
    });
    let link = head.invite("B1", "clerk");
    let mut tablet = Device::new("平板", 2);
    tablet.join(&link).unwrap();
    let mut all = vec![head, tablet];
    let mut wire = Wire::new(9);
    assert!(wire.settle_until(&mut all, at_rest));
    let device = id_of(&mut all[0], "平板");
    let until = Some(all[0].now + DAY);
    all[0].must(Request::ChangeRights {
        device: device.clone(),
        branch: "HQ".to_owned(),
        role: "clerk".to_owned(),
        until,
    });
    assert!(wire.settle_until(&mut all, |all| at_rest(all)
        && status(&mut all[1]).branch == "HQ"));
    let id = new_customer(&mut all[1], &[("name", "调到总店")]);
    assert!(wire.settle_until(&mut all, at_rest));
    assert_eq!(customer(&mut all[0], &id).row.name, "调到总店");
    // Its time is over: the administrator's device shuts it out by itself once it has everything.
    let until = devices(&mut all[0]).rows.iter().find_map(|row| row.until);
    assert!(until.is_some());
    for device in &mut all {
        device.now += 2 * DAY;
    }
    let state = |device: &mut Device| {
        let rows = devices(device).rows;
        let row = rows.iter().find(|row| row.name == "平板");
        row.map(|row| row.state)
    };
    assert_eq!(state(&mut all[0]), Some(DeviceState::Expired));
    all[0].restart();
    wire.cut_all();
    assert!(wire.settle_until(&mut all, |all| state(&mut all[0])
        == Some(DeviceState::ShutOut)));
    assert_eq!(
        customer(&mut all[0], &id).row.name,
        "调到总店",
        "its work stays"
    );
}

#[test]
fn a_crash_at_any_write_of_the_cut_leaves_all_or_nothing_of_it() {
    for written in 0..12 {
        let mut all = company(2);
        new_customer(&mut all[1], &[("name", "按时录入")]);
        all_meet(&mut all, 9);
        new_customer(&mut all[1], &[("name", "迟到的客户")]);
        let file = all[1].bundle();
        take(&mut all[2], &file);
        shut_out(&mut all[0], "平板0");
        let file = all[0].bundle();
        let attachment = huiyin_engine::Attachment::Bytes(file.clone());
        all[2].post("the file", Request::ImportBundle, Some(attachment));
        for _ in 0..written {
            all[2].disk_step();
        }
        all[2].crash(written % 3);
        all[2].start();
        all[2].settle();
        take(&mut all[2], &file);
        all[2].settle();
        all_meet(&mut all, 1);
        assert_equal(&mut all, 1);
        assert_eq!(names(&mut all[2]), ["按时录入"], "{written}");
    }
}

#[test]
fn a_gap_in_what_a_device_sent_is_named_with_who_and_when() {
    let mut all = company(1);
    for number in 0..3 {
        all[1].now += DAY;
        new_customer(&mut all[1], &[("name", &format!("客户{number}"))]);
        all[1].bundle();
    }
    assert!(devices(&mut all[1]).alarms.is_empty());
    let query = Query::Range {
        table: Table::Envelopes,
        prefix: Vec::new(),
        after: None,
        limit: u32::MAX,
        keys_only: false,
    };
    let mut rows = all[1].store.load(&[query]).remove(0);
    let sealed = |bytes: &[u8]| {
        let header = Envelope::decode(bytes).unwrap().header().clone();
        (header.epoch != u32::MAX, header.clock, header.author)
    };
    let latest = rows.iter().map(|(_, bytes)| sealed(bytes)).max().unwrap();
    let mut of_tablet: Vec<usize> = (0..rows.len())
        .filter(|at| {
            let row = sealed(&rows[*at].1);
            row.0 && row.2 == latest.2
        })
        .collect();
    of_tablet.sort_by_key(|at| sealed(&rows[*at].1).1);
    // The last but one never comes.
    let gone = of_tablet[of_tablet.len() - 2];
    rows.remove(gone);
    let workspace = Envelope::decode(&rows[0].1).unwrap().header().workspace;
    let mut writer = huiyin_sync::BundleWriter::new(workspace);
    for (_, bytes) in &rows {
        writer.push(bytes).unwrap();
    }
    let file = writer.finish();
    take(&mut all[0], &file);
    let alarms = devices(&mut all[0]).alarms;
    assert_eq!(alarms.len(), 1, "{alarms:?}");
    assert_eq!(
        (alarms[0].device.as_str(), alarms[0].forked),
        ("平板0", false)
    );
    assert_eq!(alarms[0].at, Some(latest.1 as i64));
    let file = all[1].bundle();
    take(&mut all[0], &file);
    assert!(devices(&mut all[0]).alarms.is_empty(), "it came");
}

#[test]
fn a_file_taken_in_again_after_its_first_import_was_cut_is_there_for_good() {
    const FILE: &str = "编号,名称\nW1,海月茶庄\nW2,云山茶庄\n";
    let mut all = company(3);
    all_meet(&mut all, 9);
    // The tablet that will be shut out takes the file in; others have its late work by a stick, each at another moment.
    assert_eq!(
        counts(&import(&mut all[1], "老客户.csv", FILE)),
        [2, 0, 0, 0]
    );
    let late = all[1].bundle();
    take(&mut all[2], &late);
    assert_eq!(
        counts(&import(&mut all[2], "老客户.csv", FILE)),
        [0, 0, 2, 0]
    );
    shut_out(&mut all[0], "平板0");
    all_meet(&mut all, 1);
    assert_equal(&mut all, 1);
    assert!(names(&mut all[2]).is_empty(), "nobody built on it");
    for at in [3, 2] {
        let report = import(&mut all[at], "老客户.csv", FILE);
        assert_eq!(report.rejected, 0);
        all_meet(&mut all, 1);
        for device in [0, 2, 3] {
            assert_eq!(
                names(&mut all[device]).len(),
                2,
                "imported by {at}, at {device}"
            );
        }
    }
    for at in [0, 2, 3] {
        all[at].restart();
        assert_eq!(names(&mut all[at]).len(), 2);
        // Late work that comes after the import changes nothing.
        take(&mut all[at], &late);
        assert_eq!(names(&mut all[at]).len(), 2);
    }
    all_meet(&mut all, 1);
    assert_equal(&mut all, 1);
}
