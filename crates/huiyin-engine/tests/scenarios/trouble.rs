//! Disks that fill, engines that die, messages that come twice.

use huiyin_api::{Answer, ProblemCode, RelayState, Request};
use huiyin_engine::StoreError;
use huiyin_sync::{Bundle, BundleWriter, Statement};
use huiyin_testkit::{CUSTOMERS_CSV, Device, Wire};

use crate::talk::*;

fn create(name: &str) -> Request {
    Request::SaveCustomer {
        id: None,
        fields: fields(&[("name", name)]),
    }
}

#[test]
fn a_command_sent_twice_is_done_once_also_after_a_restart() {
    let mut device = founder();
    let first = device.ask_as("page1-7", create("一次"), None).unwrap();
    let second = device.ask_as("page1-7", create("一次"), None).unwrap();
    assert_eq!(first, second);
    device.restart();
    let third = device.ask_as("page1-7", create("一次"), None).unwrap();
    assert_eq!(first, third);
    assert_eq!(names(&mut device), ["一次"]);
}

#[test]
fn a_command_that_comes_again_while_it_is_under_way_is_done_once() {
    let mut device = founder();
    for steps in 0..6 {
        let id = format!("page1-{steps}");
        device.post(&id, create(&format!("客户{steps}")), None);
        for _ in 0..steps {
            device.disk_step();
        }
        let early = device.take_reply(&id);
        device.post(&id, create(&format!("客户{steps}")), None);
        device.settle();
        assert!(
            early.is_some() || device.take_reply(&id).is_some(),
            "{steps}"
        );
    }
    assert_eq!(names(&mut device).len(), 6);
}

#[test]
fn two_hundred_edits_in_flight_at_a_crash_are_each_stored_once_after_they_are_sent_again() {
    let mut device = founder();
    let mut answered = 0;
    let post = |device: &mut Device, number: usize| {
        device.post(
            &format!("p-{number}"),
            create(&format!("客户{number:03}")),
            None,
        );
    };
    for number in 0..200 {
        post(&mut device, number);
    }
    let mut crashes = 0;
    // Each life gets a few commits further; the last crash leaves one written but unheard.
    for life in 0..12_usize {
        for _ in 0..life * 3 {
            device.disk_step();
        }
        for number in 0..200 {
            answered += usize::from(device.take_reply(&format!("p-{number}")).is_some());
        }
        device.crash(life % 3);
        crashes += 1;
        device.start();
        for number in 0..200 {
            post(&mut device, number);
        }
    }
    device.settle();
    for number in 0..200 {
        let reply = device.take_reply(&format!("p-{number}"));
        assert!(
            matches!(reply, Some(Ok((Answer::Saved { .. }, _)))),
            "{number}: {reply:?}"
        );
    }
    assert!(answered > 20 && crashes == 12, "{answered} answers before");
    let expected: Vec<String> = (0..200).map(|number| format!("客户{number:03}")).collect();
    assert_eq!(names(&mut device), expected);
    let Answer::Verify(view) = device.must(Request::Verify) else {
        panic!("verify")
    };
    assert!(view.broken.is_empty(), "{:?}", view.broken);
}

#[test]
fn a_full_disk_says_not_saved_leaves_nothing_half_done_and_the_next_edit_works() {
    let (mut device, mut other) = pair();
    let id = new_customer(&mut device, &[("name", "甲"), ("phone", "100")]);
    let before = device.export();
    for request in [
        create("没有位置"),
        Request::SaveCustomer {
            id: Some(id.clone()),
            fields: fields(&[("phone", "200")]),
        },
        Request::RegisterCase {
            fields: fields(&[("subject", "没有位置")]),
            note: String::new(),
        },
        Request::SaveBranch {
            code: "B9".to_owned(),
            name: "新店".to_owned(),
        },
        Request::Invite {
            branch: None,
            role: "clerk".to_owned(),
            days: 1,
            base: String::new(),
            ask: false,
        },
    ] {
        device.full_for = 1;
        let problem = device.refused(request);
        assert_eq!(problem.code, ProblemCode::StorageFull);
        assert_eq!(device.export(), before);
        device.restart();
        assert_eq!(device.export(), before, "after a restart");
    }
    edit(&mut device, &id, &[("phone", "300")]);
    assert_eq!(customer(&mut device, &id).row.phone, "300");
    exchange(&mut device, &mut other);
    assert_eq!(device.digest(None), other.digest(None));
    assert!(sync(&mut device).quarantine.is_empty());
}

#[test]
fn a_question_never_sees_what_is_being_written_and_then_fails() {
    let mut device = Device::new("a", 1);
    device.settle();
    device.full_for = 1;
    let request = Request::CreateWorkspace {
        company: "海悦百货".to_owned(),
        branch_code: "HQ".to_owned(),
        branch_name: "总部".to_owned(),
        staff_name: "王芳".to_owned(),
        device_name: "前台".to_owned(),
        relay: None,
        pack: None,
        sample: false,
    };
    device.post("make", request, None);
    assert_eq!(device.disk_waiting(), 1, "the company is being written");
    device.post("status", Request::Status, None);
    device.settle();
    let made = device.take_reply("make").unwrap();
    assert_eq!(made.unwrap_err().code, ProblemCode::StorageFull);
    let Ok((Answer::Status(status), _)) = device.take_reply("status").unwrap() else {
        panic!("the question is answered");
    };
    assert!(!status.ready, "nothing was saved");
}

#[test]
fn requests_behind_a_failed_commit_are_still_done() {
    let mut device = founder();
    device.full_for = 1;
    for number in 0..5 {
        device.post(
            &format!("p-{number}"),
            create(&format!("客户{number}")),
            None,
        );
    }
    device.settle();
    let replies: Vec<bool> = (0..5)
        .map(|number| device.take_reply(&format!("p-{number}")).unwrap().is_ok())
        .collect();
    assert_eq!(replies, [false, true, true, true, true]);
    assert_eq!(names(&mut device).len(), 4);
}

#[test]
fn an_import_on_a_full_disk_is_answered_and_can_be_done_again() {
    // Its records, then its end.
    for commits in 0..2 {
        let mut device = founder();
        let preview = open_file(&mut device, "customers.csv", CUSTOMERS_CSV, None).unwrap();
        let request = Request::ImportRun {
            import: preview.import,
            dry_run: false,
        };
        device.post("run", request, None);
        let before = device.commits();
        while device.commits() < before + commits && device.disk_step() {}
        device.full_for = 1;
        device.settle();
        let reply = device
            .take_reply("run")
            .expect("an import is always answered");
        assert_eq!(
            reply.unwrap_err().code,
            ProblemCode::StorageFull,
            "after {commits} commits"
        );
        device.full_for = 0;
        import(&mut device, "customers.csv", CUSTOMERS_CSV);
        assert_eq!(names(&mut device).len(), 6);
    }
}

#[test]
fn an_import_whose_request_comes_again_is_answered_once_and_done_once() {
    let mut device = founder();
    let preview = open_file(&mut device, "customers.csv", CUSTOMERS_CSV, None).unwrap();
    let request = Request::ImportRun {
        import: preview.import,
        dry_run: false,
    };
    device.post("run", request.clone(), None);
    device.disk_step();
    device.disk_step();
    device.post("run", request.clone(), None);
    device.settle();
    let first = device.take_reply("run").unwrap().unwrap();
    device.post("run", request, None);
    device.settle();
    let again = device.take_reply("run").unwrap().unwrap();
    assert_eq!(first, again, "the remembered report");
    assert_eq!(names(&mut device).len(), 6);
}

#[test]
fn a_disk_that_stays_full_does_not_keep_the_engine_busy() {
    let mut device = founder();
    // The invitation leaves work to do in the background.
    let link = device.invite("HQ", "clerk");
    let mut other = Device::new("平板", 2);
    other.join(&link).unwrap();
    device.full_for = u32::MAX;
    for _ in 0..5 {
        let reply = device.take_bundle(&other.bundle());
        assert!(Device::is_full(&reply), "{reply:?}");
        device.now += 120_000;
        device.wake_if_due();
        device.settle();
    }
    device.full_for = 0;
    take(&mut device, &other.bundle());
    assert_eq!(sync(&mut device).devices.len(), 2);
}

#[test]
fn a_joiner_that_works_before_its_keys_have_come_waits_and_hands_over_later() {
    let mut a = Device::new("总店电脑", 1);
    a.found(Some("http://relay.example"));
    let link = a.invite("HQ", "store_manager");
    let mut b = Device::new("平板", 2);
    b.join(&link).unwrap();
    assert_eq!(b.refused(create("太早")).code, ProblemCode::NoWorkspace);

    // The stick holds the charter and the invitation, not yet the grants with the keys.
    let file = a.bundle();
    let bundle = Bundle::read(&file).unwrap();
    let mut writer = BundleWriter::new(bundle.workspace());
    for envelope in bundle.envelopes().map(Result::unwrap) {
        let needed = matches!(
            envelope.statement(),
            Ok(Statement::Charter(_) | Statement::Invitation(_))
        );
        if needed {
            writer.push(envelope.as_bytes()).unwrap();
        }
    }
    take(&mut b, &writer.finish());
    let mut devices = vec![b];
    let mut wire = Wire::new(3);
    wire.settle(&mut devices);
    assert_eq!(
        sync(&mut devices[0]).state,
        RelayState::Receiving,
        "connected"
    );
    new_customer(&mut devices[0], &[("name", "早了一点")]);
    wire.settle(&mut devices);
    assert_eq!(sync(&mut devices[0]).only_here, 1);

    take(&mut devices[0], &file);
    take(&mut a, &devices[0].bundle());
    assert_eq!(names(&mut a), ["早了一点"]);
}

#[test]
fn a_device_that_lost_the_lead_says_so_and_stores_nothing_more() {
    let mut device = founder();
    device.refuse_with = Some(StoreError::LostLead);
    device.post("p-1", create("甲"), None);
    device.post("p-2", create("乙"), None);
    device.settle();
    for id in ["p-1", "p-2"] {
        let problem = device.take_reply(id).unwrap().unwrap_err();
        assert_eq!(problem.code, ProblemCode::Busy, "{id}");
    }
    assert_eq!(device.refused(create("丙")).code, ProblemCode::Busy);
    assert_eq!(device.refused(Request::Status).code, ProblemCode::Busy);
    device.restart();
    assert!(names(&mut device).is_empty());
    new_customer(&mut device, &[("name", "丁")]);
}

#[test]
fn a_store_that_is_refused_names_the_cause() {
    let mut device = Device::new("无痕窗口", 1);
    device.settle();
    device.refuse_with = Some(StoreError::Refused("private window".to_owned()));
    let problem = device.refused(Request::CreateWorkspace {
        company: "甲".to_owned(),
        branch_code: "HQ".to_owned(),
        branch_name: "总店".to_owned(),
        staff_name: "乙".to_owned(),
        device_name: "丙".to_owned(),
        relay: None,
        pack: None,
        sample: false,
    });
    assert_eq!(problem.code, ProblemCode::StorageRefused);
    assert!(problem.detail.contains("private window"), "{problem:?}");
}

#[test]
fn an_import_that_is_stopped_keeps_what_it_stored_and_goes_on_when_run_again() {
    // More than the segments of one slice take.
    const ROWS: u64 = 4_700;
    let rows: Vec<String> = (0..ROWS).map(|row| format!("客户{row},{row}")).collect();
    let content = format!("名称,客户编号\n{}\n", rows.join("\n"));
    let mut device = founder();
    let preview = open_file(&mut device, "many.csv", &content, None).unwrap();
    let request = Request::ImportRun {
        import: preview.import.clone(),
        dry_run: false,
    };
    let before = device.commits();
    device.post("run", request, None);
    while device.commits() < before + 1 && device.disk_step() {}
    let cancel = Request::ImportCancel {
        import: preview.import,
    };
    device.post("stop", cancel, None);
    device.settle();
    assert_eq!(device.take_reply("stop").unwrap().unwrap().0, Answer::Done);
    let Answer::ImportReport(report) = device.take_reply("run").unwrap().unwrap().0 else {
        panic!("an import answers with its report");
    };
    assert!(report.cancelled);
    assert!(report.added > 0 && report.added < ROWS, "{}", report.added);
    assert_eq!(u64::from(status(&mut device).customers), report.added);
    let rest = import(&mut device, "many.csv", &content);
    assert_eq!(
        (rest.added, rest.unchanged),
        (ROWS - report.added, report.added)
    );
}

#[test]
fn sending_and_receiving_rest_after_a_pause_until_a_person_goes_on() {
    let state = |device: &mut Device| match device.must(Request::Sync) {
        Answer::Sync(view) => view.state,
        other => panic!("{other:?}"),
    };
    let mut device = Device::new("tablet", 3);
    device.found(Some("http://relay.example"));
    assert_eq!(state(&mut device), RelayState::Connecting);
    device.must(Request::PauseSync);
    assert_eq!(state(&mut device), RelayState::Offline);
    device.must(create("在暂停时登记"));
    assert_eq!(state(&mut device), RelayState::Offline);
    device.must(Request::SyncNow);
    assert_eq!(state(&mut device), RelayState::Connecting);
}
