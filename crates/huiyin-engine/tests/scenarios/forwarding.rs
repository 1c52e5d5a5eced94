//! Cases forwarded to another branch: the continuation there, who answers, and how the sender closes.

use huiyin_api::{Answer, CasePage, HomeView, ListQuery, ProblemCode, Request};
use huiyin_engine::{Query, Table};
use huiyin_testkit::Device;

use crate::talk::*;

/// Head office with its founder, and a device of each of two branches, everything handed over.
fn three() -> [Device; 3] {
    let mut a = founder();
    for (code, name) in [("A1", "甲店"), ("B1", "乙店")] {
        a.must(Request::SaveBranch {
            code: code.to_owned(),
            name: name.to_owned(),
        });
    }
    let links = [
        a.invite("A1", "complaint_officer"),
        a.invite("B1", "complaint_officer"),
    ];
    let mut devices = [a, Device::new("甲店平板", 2), Device::new("乙店平板", 3)];
    for (device, link) in devices[1..].iter_mut().zip(&links) {
        device.join(link).unwrap();
    }
    meet(&mut devices);
    devices
}

/// Hands bundles to and fro between head office and each branch; the branches do not meet.
fn meet(devices: &mut [Device; 3]) {
    for _ in 0..2 {
        let [a, b, c] = devices;
        exchange(a, b);
        exchange(a, c);
    }
}

fn forward(id: &str, to: &str) -> Request {
    step_with(id, "forwarded", "请你店处理", |intent| {
        to.clone_into(&mut intent.to_branch);
    })
}

#[track_caller]
fn cases(device: &mut Device) -> CasePage {
    match device.must(Request::Cases(ListQuery {
        limit: 100,
        ..ListQuery::default()
    })) {
        Answer::Cases(page) => page,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn home(device: &mut Device) -> HomeView {
    match device.must(Request::Home) {
        Answer::Home(view) => *view,
        other => panic!("{other:?}"),
    }
}

/// Changes of a device that are in no envelope.
fn waiting(device: &Device) -> usize {
    let query = Query::Range {
        table: Table::Outbox,
        prefix: Vec::new(),
        after: None,
        limit: u32::MAX,
        keys_only: true,
    };
    device.store.load(&[query])[0].len()
}

/// Takes a continuation from acceptance to its close.
fn finish(device: &mut Device, id: &str) {
    device.must(step(id, "accepted", ""));
    device.must(step_with(id, "assigned", "", |intent| {
        "售后部".clone_into(&mut intent.department);
    }));
    device.must(step_with(id, "investigated", "", |intent| {
        "属实".clone_into(&mut intent.conclusion);
    }));
    device.must(step(id, "answered", "已换货"));
    device.must(step_with(id, "called_back", "", |intent| {
        intent.satisfied = Some(true);
    }));
    device.must(step(id, "closed", ""));
}

#[test]
fn a_forwarded_case_is_worked_on_there_and_closed_here_with_their_outcome() {
    let mut devices = three();
    let customer = new_customer(
        &mut devices[1],
        &[("name", "张三"), ("phone", "13800000000")],
    );
    let id = new_case(
        &mut devices[1],
        &[("subject", "电视有划痕"), ("customer", &customer)],
        "客户很生气（内部）",
    );
    devices[1].must(step(&id, "noted", "内部备注"));
    devices[1].must(forward(&id, "B1"));
    let sent = case(&mut devices[1], &id);
    assert_eq!(sent.row.state, "forwarded");
    assert_eq!(sent.row.continued, "registered");
    let view = sent.desk.continuation.clone().unwrap();
    assert!(view.sender_answers && !view.here, "{view:?}");
    assert_eq!(
        (view.from_branch.as_str(), view.to_branch.as_str()),
        ("A1", "B1")
    );
    let there = view.id;
    assert_eq!(
        cases(&mut devices[1]).total,
        1,
        "the continuation is not listed twice"
    );
    let problem = devices[1].refused(step(&id, "closed", ""));
    assert_eq!(problem.code, ProblemCode::WithOtherBranch, "{problem:?}");
    let problem = devices[1].refused(step(&there, "accepted", ""));
    assert_eq!(problem.code, ProblemCode::WithOtherBranch);
    assert_eq!(problem.place, "B1");

    meet(&mut devices);
    let page = cases(&mut devices[2]);
    assert_eq!(page.total, 1);
    let row = &page.rows[0];
    assert_eq!(
        (row.id.as_str(), row.branch.as_str()),
        (there.as_str(), "B1")
    );
    assert_eq!(
        (row.customer.as_str(), row.phone.as_str()),
        ("张三", "13800000000")
    );
    assert_eq!(row.number, sent.row.number, "the customer has one number");
    assert_eq!(
        row.received, sent.row.received,
        "the customer's time goes on"
    );
    let received = case(&mut devices[2], &there);
    assert!(received.desk.continuation.as_ref().unwrap().here);
    assert!(
        received
            .events
            .iter()
            .all(|event| !event.note.contains("内部"))
    );
    assert!(!received.fields.iter().any(|field| field.name == "customer"));
    assert_eq!(field(&received.fields, "from_branch"), "A1");
    assert_eq!(cases(&mut devices[0]).total, 2, "head office sees both");

    finish(&mut devices[2], &there);
    meet(&mut devices);
    let done = case(&mut devices[1], &id);
    assert_eq!(done.row.continued, "closed");
    assert!(!done.desk.continuation.as_ref().unwrap().sender_answers);
    let steps: Vec<&str> = done.steps.iter().map(|form| form.step.as_str()).collect();
    assert!(
        steps.contains(&"closed") && !steps.contains(&"accepted"),
        "{steps:?}"
    );
    devices[1].must(step(&id, "closed", "以乙店的结果结案"));
    meet(&mut devices);
    assert_eq!(case(&mut devices[0], &id).row.state, "closed");
    let export = devices[2].export();
    assert!(export.contains("\"t\":\"continuation\""), "{export}");
    assert_eq!(devices[0].digest(Some("A1")), devices[1].digest(Some("A1")));
}

#[test]
fn a_case_given_back_is_answered_for_by_its_sender_who_may_forward_it_elsewhere() {
    let mut devices = three();
    let id = new_case(&mut devices[1], &[("subject", "发错货")], "");
    devices[1].must(forward(&id, "B1"));
    let first = case(&mut devices[1], &id).desk.continuation.unwrap().id;
    meet(&mut devices);
    let problem = devices[1].refused(forward(&id, "HQ"));
    assert_eq!(problem.code, ProblemCode::WithOtherBranch, "{problem:?}");
    devices[2].must(step(&first, "accepted", ""));
    meet(&mut devices);
    assert!(
        !case(&mut devices[1], &id)
            .desk
            .continuation
            .unwrap()
            .sender_answers
    );
    devices[2].must(step_with(&first, "returned", "", |intent| {
        "不是我们的客户".clone_into(&mut intent.reason);
    }));
    meet(&mut devices);
    let back = case(&mut devices[1], &id).desk.continuation.unwrap();
    assert!(back.sender_answers);
    assert_eq!(back.state, "returned");
    let problem = devices[1].refused(step(&id, "closed", ""));
    assert!(problem.detail.contains("given back"), "{problem:?}");
    devices[1].must(forward(&id, "HQ"));
    let second = case(&mut devices[1], &id).desk.continuation.unwrap();
    assert_ne!(second.id, first);
    meet(&mut devices);
    assert_eq!(
        home(&mut devices[0]).open_total,
        2,
        "the case and its second continuation"
    );
    finish(&mut devices[0], &second.id);
    meet(&mut devices);
    devices[1].must(step(&id, "closed", ""));
}

#[test]
fn forwarding_and_accepting_go_on_offline_and_meet_in_any_order() {
    let mut devices = three();
    let id = new_case(&mut devices[1], &[("subject", "漏水")], "");
    devices[1].must(forward(&id, "B1"));
    let there = case(&mut devices[1], &id).desk.continuation.unwrap().id;
    // Only the continuation reaches the other branch; its origin never does.
    let bundle = devices[1].bundle();
    take(&mut devices[2], &bundle);
    devices[2].must(step(&there, "accepted", ""));
    devices[2].restart();
    devices[1].must(step(&id, "noted", "客户又来电"));
    let back = devices[2].bundle();
    take(&mut devices[0], &back);
    assert_eq!(case(&mut devices[0], &there).row.state, "accepted");
    take(&mut devices[1], &back);
    let view = case(&mut devices[1], &id).desk.continuation.unwrap();
    assert_eq!(
        (view.state.as_str(), view.sender_answers),
        ("accepted", false)
    );
    let here = case(&mut devices[2], &there).desk.continuation.unwrap();
    assert!(here.id.is_empty() && here.row.is_none(), "{here:?}");
    meet(&mut devices);
    assert_eq!(case(&mut devices[0], &id).row.continued, "accepted");
}

#[test]
fn a_pair_of_branches_beyond_eight_gets_its_stream_when_a_case_is_forwarded() {
    let mut a = founder();
    for number in 1..=9 {
        a.must(Request::SaveBranch {
            code: format!("S{number}"),
            name: format!("{number}店"),
        });
    }
    let links = [
        a.invite("S8", "complaint_officer"),
        a.invite("S9", "complaint_officer"),
    ];
    let mut devices = [a, Device::new("八店", 2), Device::new("九店", 3)];
    for (device, link) in devices[1..].iter_mut().zip(&links) {
        device.join(link).unwrap();
    }
    meet(&mut devices);
    let id = new_case(&mut devices[1], &[("subject", "退货")], "");
    devices[1].must(forward(&id, "S9"));
    devices[1].bundle();
    assert_eq!(
        waiting(&devices[1]),
        1,
        "the continuation waits for its key"
    );
    for _ in 0..2 {
        meet(&mut devices);
    }
    assert_eq!(cases(&mut devices[2]).total, 1);
    devices[1].bundle();
    assert_eq!(waiting(&devices[1]), 0);
}

#[test]
fn a_case_is_not_forwarded_to_its_own_branch_or_to_none() {
    let mut devices = three();
    let id = new_case(&mut devices[1], &[("subject", "发错货")], "");
    for (to, detail) in [("A1", "with this branch"), ("ZZ", "no branch ZZ")] {
        let problem = devices[1].refused(forward(&id, to));
        assert_eq!(problem.place, "to_branch");
        assert!(problem.detail.contains(detail), "{problem:?}");
    }
    assert_eq!(case(&mut devices[1], &id).row.state, "registered");
}
