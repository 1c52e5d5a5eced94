//! Penalties and rewards: who holds them, who sees them, and that nothing is in force without its approval.

use huiyin_api::{
    Answer, PenaltiesView, PenaltyIntent, PenaltyView, ProblemCode, Request, StepIntent,
};
use huiyin_core::pack::Pack;
use huiyin_engine::{Query, Table};
use huiyin_testkit::Device;

use crate::talk::*;

/// A pack with one clause of 200 to 400 yuan that doubles from the second breach in a month, and one reward.
fn pack() -> Pack {
    let mut pack = huiyin_core::pack::builtin::packs()
        .into_iter()
        .find(|pack| pack.neutral)
        .unwrap();
    let clause =
        |id: &str, reward: bool, from: i64, to: i64, doubles_from: u32| huiyin_core::pack::Clause {
            id: id.to_owned(),
            text: huiyin_core::pack::Text {
                zh: "条款".to_owned(),
                en: "clause".to_owned(),
            },
            reward,
            from_amount: from,
            to_amount: to,
            points: 5,
            doubles_from,
            ..huiyin_core::pack::Clause::default()
        };
    pack.clauses = vec![
        clause("rude", false, 20_000, 40_000, 2),
        clause("praised", true, 5_000, 50_000, 0),
    ];
    pack.required_fields.clear();
    pack.approvals.penalties = vec!["general_manager".to_owned()];
    pack
}

/// The founder of head office, the store manager's device and a clerk's device of one branch.
fn company() -> [Device; 3] {
    let mut a = founder();
    a.must(Request::SaveBranch {
        code: "B1".to_owned(),
        name: "分店".to_owned(),
    });
    a.must(Request::PublishPack {
        pack: Box::new(pack()),
    });
    let links = [a.invite("B1", "store_manager"), a.invite("B1", "clerk")];
    let mut devices = [a, Device::new("店长电脑", 2), Device::new("柜台", 3)];
    for (device, link) in devices[1..].iter_mut().zip(&links) {
        device.join(link).unwrap();
    }
    meet(&mut devices);
    devices
}

fn meet(devices: &mut [Device; 3]) {
    for _ in 0..2 {
        let [a, b, c] = devices;
        exchange(a, b);
        exchange(a, c);
    }
}

fn propose(case: &str, person: &str, clause: &str, amount: Option<i64>) -> Request {
    Request::ProposePenalty(PenaltyIntent {
        case: case.to_owned(),
        person: person.to_owned(),
        clause: clause.to_owned(),
        amount,
        note: "对客户大声说话".to_owned(),
        ..PenaltyIntent::default()
    })
}

fn act(id: &str, step: &str, said: &str) -> Request {
    let data = if matches!(step, "penalty_heard" | "penalty_appealed") {
        [("statement".to_owned(), said.to_owned())].into()
    } else {
        std::collections::BTreeMap::default()
    };
    Request::PenaltyStep {
        id: id.to_owned(),
        step: StepIntent {
            step: step.to_owned(),
            reason: said.to_owned(),
            data,
            ..StepIntent::default()
        },
    }
}

#[track_caller]
fn list(device: &mut Device) -> PenaltiesView {
    match device.must(Request::Penalties {
        month: String::new(),
    }) {
        Answer::Penalties(view) => *view,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn proposed(device: &mut Device, request: Request) -> String {
    match device.must(request) {
        Answer::Saved { id, .. } => id,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn one(device: &mut Device, id: &str) -> PenaltyView {
    let entries = list(device).entries;
    entries.into_iter().find(|entry| entry.id == id).unwrap()
}

fn a_case(device: &mut Device) -> String {
    new_case(
        device,
        &[("subject", "服务态度差"), ("against_person", "小李")],
        "",
    )
}

#[test]
fn a_penalty_is_heard_and_approved_by_someone_else_before_it_counts() {
    let mut devices = company();
    let case_id = a_case(&mut devices[1]);
    assert!(case(&mut devices[1], &case_id).desk.may_propose_penalty);
    let id = proposed(&mut devices[1], propose(&case_id, "小李", "rude", None));
    let view = one(&mut devices[1], &id);
    assert_eq!(
        (view.amount, view.points, view.in_force),
        (20_000, 5, false)
    );
    assert!(
        list(&mut devices[1]).sums.is_empty(),
        "nothing counts before its approval"
    );
    let problem = devices[1].refused(act(&id, "penalty_approved", ""));
    assert_eq!(problem.code, ProblemCode::StepRefused, "{problem:?}");
    devices[1].must(act(&id, "penalty_heard", "我当时很忙"));
    let problem = devices[1].refused(act(&id, "penalty_approved", ""));
    assert_eq!(problem.code, ProblemCode::NotAllowed, "{problem:?}");

    meet(&mut devices);
    let Answer::Home(home) = devices[0].must(Request::Home) else {
        panic!("my day")
    };
    assert_eq!(
        home.desk.penalties.len(),
        1,
        "it waits for the general manager"
    );
    assert!(
        case(&mut devices[0], &case_id)
            .desk
            .penalties
            .iter()
            .any(|view| view.id == id)
    );
    devices[0].must(act(&id, "penalty_approved", ""));
    devices[0].must(act(&id, "penalty_published", ""));
    meet(&mut devices);
    let view = list(&mut devices[1]);
    assert!(view.entitled);
    assert!(view.entries[0].in_force && view.entries[0].published);
    assert_eq!(view.sums.len(), 1);
    assert_eq!((view.sums[0].amount, view.sums[0].points), (20_000, -5));
    devices[1].restart();
    assert_eq!(list(&mut devices[1]), view);
}

#[test]
fn repeated_breaches_in_a_month_double_and_amounts_stay_within_the_clause() {
    let mut devices = company();
    let device = &mut devices[1];
    let problem = device.refused(propose("", "小李", "rude", Some(50_000)));
    assert_eq!(
        (problem.code, problem.place.as_str()),
        (ProblemCode::BadField, "amount")
    );
    let problem = device.refused(propose("", "小李", "nothing", None));
    assert_eq!(problem.place, "clause");
    let problem = device.refused(propose("", "", "rude", None));
    assert_eq!(
        (problem.code, problem.place.as_str()),
        (ProblemCode::Missing, "person")
    );
    let own = status(device).staff_name;
    let problem = device.refused(propose("", &own, "rude", None));
    assert_eq!(problem.code, ProblemCode::Recused);
    assert!(
        list(device).entries.is_empty(),
        "what is refused leaves nothing"
    );
    let first = proposed(device, propose("", "小李", "rude", None));
    let second = proposed(device, propose("", "小 李", "rude", None));
    let other = proposed(device, propose("", "小王", "rude", None));
    let reward = proposed(device, propose("", "小李", "praised", None));
    let amounts = [&first, &second, &other, &reward].map(|id| one(device, id).amount);
    assert_eq!(amounts[0], 20_000);
    assert_eq!(amounts[2..], [20_000, 5_000]);
    let again = proposed(device, propose("", "小李", "rude", Some(80_000)));
    assert_eq!(one(device, &again).amount, 80_000);
}

#[test]
fn a_clerks_device_neither_receives_nor_shows_penalties() {
    let mut devices = company();
    let case_id = a_case(&mut devices[2]);
    meet(&mut devices);
    let id = proposed(&mut devices[1], propose(&case_id, "小李", "rude", None));
    meet(&mut devices);
    assert_eq!(one(&mut devices[0], &id).person, "小李");
    let view = list(&mut devices[2]);
    assert!(!view.entitled && view.entries.is_empty());
    let shown = case(&mut devices[2], &case_id);
    assert!(shown.desk.penalties.is_empty() && !shown.desk.may_propose_penalty);
    let problem = devices[2].refused(propose(&case_id, "小李", "rude", None));
    assert_eq!(problem.code, ProblemCode::NotAllowed);
    assert_eq!(
        devices[2].refused(act(&id, "penalty_heard", "x")).code,
        ProblemCode::NotFound
    );
    let all = |table| Query::Range {
        table,
        prefix: Vec::new(),
        after: None,
        limit: u32::MAX,
        keys_only: true,
    };
    let streams = |device: &Device| {
        let rows = device
            .store
            .load(&[all(Table::Envelopes), all(Table::Keys)]);
        let names = |rows: &[(Vec<u8>, Vec<u8>)]| -> std::collections::BTreeSet<Vec<u8>> {
            rows.iter().map(|(key, _)| key[..16].to_vec()).collect()
        };
        (names(&rows[0]), names(&rows[1]))
    };
    let (manager, clerk) = (streams(&devices[1]), streams(&devices[2]));
    assert_eq!(
        manager.0.difference(&clerk.0).count(),
        1,
        "the managers' envelopes"
    );
    assert_eq!(
        manager.1.difference(&clerk.1).count(),
        1,
        "the managers' key"
    );
    assert!(clerk.1.is_subset(&manager.1));
    assert_eq!(devices[1].digest(None), devices[2].digest(None));
    assert_eq!(devices[0].digest(Some("B1")), devices[2].digest(Some("B1")));
    assert!(devices[1].export().contains("\"t\":\"consequence\""));
    assert!(!devices[2].export().contains("consequence"));
}

#[test]
fn a_clerk_at_head_office_is_kept_from_penalties_and_a_manager_there_is_not() {
    let mut a = founder();
    a.must(Request::PublishPack {
        pack: Box::new(pack()),
    });
    let links = [a.invite("HQ", "general_manager"), a.invite("HQ", "clerk")];
    let mut devices = [a, Device::new("总经理", 2), Device::new("前台", 3)];
    for (device, link) in devices[1..].iter_mut().zip(&links) {
        device.join(link).unwrap();
    }
    meet(&mut devices);
    devices[0].must(Request::SaveBranch {
        code: "B1".to_owned(),
        name: "分店".to_owned(),
    });
    let id = proposed(&mut devices[0], propose("", "小李", "rude", None));
    meet(&mut devices);
    assert_eq!(one(&mut devices[1], &id).steps.len(), 2, "hear or reject");
    devices[1].must(act(&id, "penalty_heard", "很忙"));
    devices[1].must(act(&id, "penalty_approved", ""));
    meet(&mut devices);
    assert!(one(&mut devices[0], &id).in_force);
    assert!(list(&mut devices[2]).entries.is_empty());
    assert!(!list(&mut devices[2]).entitled);
    let customer = new_customer(&mut devices[2], &[("name", "张三")]);
    meet(&mut devices);
    assert_eq!(
        super::talk::customer(&mut devices[1], &customer).row.name,
        "张三"
    );
}

#[test]
fn decisions_made_apart_leave_the_milder_one_in_force_until_someone_settles_it() {
    let mut a = founder();
    a.must(Request::PublishPack {
        pack: Box::new(pack()),
    });
    let links = [
        a.invite("HQ", "general_manager"),
        a.invite("HQ", "general_manager"),
    ];
    let mut devices = [a, Device::new("总经理", 2), Device::new("副总", 3)];
    for (device, link) in devices[1..].iter_mut().zip(&links) {
        device.join(link).unwrap();
    }
    meet(&mut devices);
    let id = proposed(&mut devices[0], propose("", "小李", "rude", None));
    devices[0].must(act(&id, "penalty_heard", "很忙"));
    meet(&mut devices);
    devices[1].must(act(&id, "penalty_approved", ""));
    devices[2].must(act(&id, "penalty_rejected", "证据不足"));
    meet(&mut devices);
    for device in &mut devices {
        let view = one(device, &id);
        assert_eq!((view.state.as_str(), view.in_force), ("rejected", false));
    }
    devices[1].must(act(&id, "penalty_approved", ""));
    meet(&mut devices);
    assert!(one(&mut devices[2], &id).in_force);
}
