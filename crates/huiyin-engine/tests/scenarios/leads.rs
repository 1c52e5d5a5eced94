//! Leads: listed until somebody looks after them, shared out evenly in one act, undone; two devices apart end well.

use huiyin_api::{
    Answer, LeadMove, LeadQuery, LeadReport, LeadsView, Problem, ProblemCode, Request,
};
use huiyin_testkit::{CUSTOMERS_CSV, Device};

use crate::talk::*;

const ACT: &str = "00000000000000c1";

#[track_caller]
fn staff(device: &mut Device, name: &str, role: &str) -> String {
    match device.must(Request::SaveStaff {
        id: None,
        name: name.to_owned(),
        roles: vec![role.to_owned()],
        branch: "HQ".to_owned(),
        left: false,
    }) {
        Answer::Saved { id, .. } => id,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn leads(device: &mut Device, staff: &[&str], level: bool) -> LeadsView {
    let request = Request::Leads(LeadQuery {
        branch: String::new(),
        staff: staff.iter().map(|name| (*name).to_owned()).collect(),
        level,
    });
    match device.must(request) {
        Answer::Leads(view) => *view,
        other => panic!("{other:?}"),
    }
}

fn sharing(act: &str, view: &LeadsView) -> Request {
    Request::ShareLeads {
        act: act.to_owned(),
        moves: view
            .lines
            .iter()
            .map(|line| LeadMove {
                id: line.row.id.clone(),
                to: line.to.clone(),
            })
            .collect(),
        note: "春季联谊会".to_owned(),
    }
}

#[track_caller]
fn shared(device: &mut Device, request: Request) -> LeadReport {
    match device.must(request) {
        Answer::LeadsShared(report) => report,
        other => panic!("{other:?}"),
    }
}

fn undo(act: &str) -> Request {
    Request::UndoShareLeads {
        act: act.to_owned(),
    }
}

fn gets(view: &LeadsView, name: &str) -> u32 {
    view.staff
        .iter()
        .find(|person| person.name == name)
        .map_or(0, |person| person.gets)
}

#[test]
fn s15_leads_are_shared_out_evenly_among_those_who_took_part_and_the_undo_gives_them_back() {
    let mut device = founder_under("S15");
    for name in ["李娜", "王芳"] {
        staff(&mut device, name, "sales_rep");
    }
    import(&mut device, "customers.csv", CUSTOMERS_CSV);
    let target = new_customer(
        &mut device,
        &[("name", "目标客户"), ("life_cycle", "target")],
    );
    let owned = new_customer(&mut device, &[("name", "有人的"), ("owner_a", "李娜")]);
    let potential = new_customer(
        &mut device,
        &[("name", "活动线索"), ("life_cycle", "potential")],
    );
    let seen = leads(&mut device, &[], false);
    assert_eq!((seen.total, seen.lines.len()), (7, 7));
    assert!(seen.may_share && seen.even);
    assert_eq!(seen.entered_by, "resources_director");
    let ids: Vec<&str> = seen.lines.iter().map(|line| line.row.id.as_str()).collect();
    assert!(!ids.contains(&target.as_str()) && !ids.contains(&owned.as_str()));
    assert!(ids.contains(&potential.as_str()));
    assert!(seen.lines.iter().all(|line| line.to.is_empty()));

    let plan = leads(&mut device, &["李娜", "王芳"], false);
    assert_eq!((gets(&plan, "李娜"), gets(&plan, "王芳")), (4, 3));
    assert_eq!(
        leads(&mut device, &["李娜", "王芳"], false),
        plan,
        "again the same"
    );
    let level = leads(&mut device, &["李娜", "王芳"], true);
    assert_eq!((gets(&level, "李娜"), gets(&level, "王芳")), (3, 4));

    let before = device.export();
    let report = shared(&mut device, sharing(ACT, &plan));
    assert_eq!(report.refused, []);
    assert_eq!(report.receivers.values().sum::<u32>(), 7);
    for line in &plan.lines {
        let record = customer(&mut device, &line.row.id);
        assert_eq!(record.row.owner, line.to);
        assert_eq!(field(&record.fields, "owner_a"), line.to);
        let told = record.events.last().unwrap();
        assert_eq!(
            (told.step.as_str(), told.note.as_str()),
            ("owner_changed", "春季联谊会")
        );
    }
    let after = leads(&mut device, &[], false);
    assert_eq!((after.total, after.past.len()), (0, 1));
    assert_eq!(after.past[0].elsewhere, []);
    assert_eq!(after.past[0].receivers["李娜"], 4);
    assert_ne!(device.export(), before);

    // One changes hands since: the undo leaves it there.
    device.must(Request::ChangeOwner {
        id: potential.clone(),
        owner_a: Some("赵敏".to_owned()),
        owner_b: None,
        note: String::new(),
    });
    assert_eq!(
        leads(&mut device, &[], false).past[0].elsewhere[0].id,
        potential
    );
    let back = shared(&mut device, undo(ACT));
    assert_eq!(back.receivers.values().sum::<u32>(), 6);
    assert_eq!(back.refused.len(), 1, "{back:?}");
    let again = leads(&mut device, &[], false);
    assert_eq!((again.total, again.past.len()), (6, 0));
    device.restart();
    assert_eq!(leads(&mut device, &[], false).total, 6);
    assert_eq!(customer(&mut device, &potential).row.owner, "赵敏");
}

#[test]
fn leads_are_shared_out_by_whom_the_policy_names_and_by_nobody_else() {
    let mut device = founder_under("S15");
    let director = staff(&mut device, "何总监", "resources_director");
    let manager = staff(&mut device, "陈经理", "department_manager");
    staff(&mut device, "李娜", "sales_rep");
    new_customer(&mut device, &[("name", "线索")]);
    device.must(Request::ActAs { staff: manager });
    let plan = leads(&mut device, &["李娜"], false);
    assert!(!plan.may_share);
    let refused = device.refused(sharing(ACT, &plan));
    assert_eq!(refused.code, ProblemCode::NotAllowed);
    assert!(refused.detail.contains("resources_director"), "{refused:?}");
    device.must(Request::ActAs { staff: director });
    assert!(leads(&mut device, &[], false).may_share);
    shared(&mut device, sharing(ACT, &plan));
}

#[test]
fn bad_shares_are_refused_with_nothing_written() {
    let mut device = founder();
    staff(&mut device, "李娜", "sales_rep");
    let id = new_customer(&mut device, &[("name", "线索")]);
    let share = |act: &str, moves: &[(&str, &str)]| Request::ShareLeads {
        act: act.to_owned(),
        moves: moves
            .iter()
            .map(|(id, to)| LeadMove {
                id: (*id).to_owned(),
                to: (*to).to_owned(),
            })
            .collect(),
        note: String::new(),
    };
    let before = device.export();
    let places: Vec<Problem> = [
        share(ACT, &[]),
        share("zz", &[(&id, "李娜")]),
        share(ACT, &[(&id, "路人")]),
        share(ACT, &vec![(id.as_str(), "李娜"); 501]),
    ]
    .into_iter()
    .map(|request| device.refused(request))
    .collect();
    let places: Vec<&str> = places.iter().map(|found| found.place.as_str()).collect();
    assert_eq!(places, ["lines", "act", "assignee", "lines"]);
    assert_eq!(device.refused(undo(ACT)).code, ProblemCode::NotFound);
    let gone = shared(
        &mut device,
        share(ACT, &[("cu.HQ.all.0.00000000000000ff", "李娜")]),
    );
    assert_eq!((gone.receivers.len(), gone.refused.len()), (0, 1));
    assert_eq!(device.export(), before);
    assert_eq!(leads(&mut device, &[], false).past, []);
}

#[test]
fn a_lead_that_somebody_looks_after_by_now_is_left_and_the_others_are_told_as_done() {
    let mut device = founder();
    for name in ["李娜", "王芳", "陈晨"] {
        staff(&mut device, name, "sales_rep");
    }
    let ids: Vec<String> = (0..3)
        .map(|n| new_customer(&mut device, &[("name", &format!("线索{n}"))]))
        .collect();
    let plan = leads(&mut device, &["李娜", "王芳"], false);
    device.must(Request::ChangeOwner {
        id: ids[1].clone(),
        owner_a: Some("陈晨".to_owned()),
        owner_b: None,
        note: String::new(),
    });
    let report = shared(&mut device, sharing(ACT, &plan));
    let why = "陈晨 looks after it already".to_owned();
    assert_eq!(report.refused, [("线索1".to_owned(), why)]);
    let planned = plan.lines.iter().filter(|line| line.row.id != ids[1]);
    let mut planned: Vec<LeadMove> = planned
        .map(|line| LeadMove {
            id: line.row.id.clone(),
            to: line.to.clone(),
        })
        .collect();
    planned.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(report.done, planned);
    assert_eq!(shared(&mut device, undo(ACT)).done, []);
}

#[test]
fn of_two_devices_that_share_out_the_same_leads_the_first_has_them_and_the_other_is_told() {
    let (mut one, mut two) = pair();
    for name in ["李娜", "王芳"] {
        staff(&mut one, name, "sales_rep");
    }
    let ids: Vec<String> = (0..3)
        .map(|n| new_customer(&mut one, &[("name", &format!("线索{n}"))]))
        .collect();
    exchange(&mut one, &mut two);
    let first = leads(&mut one, &["李娜"], false);
    let second = leads(&mut two, &["王芳"], false);
    shared(&mut one, sharing(ACT, &first));
    two.now = two.now.max(one.now) + 60_000;
    shared(&mut two, sharing("00000000000000c2", &second));
    exchange(&mut one, &mut two);
    assert_eq!(one.digest(None), two.digest(None));
    for device in [&mut one, &mut two] {
        for id in &ids {
            let record = customer(device, id);
            assert_eq!(record.row.owner, "李娜");
            assert_eq!(field(&record.fields, "owner_a"), "李娜");
            assert_eq!(record.file.clashes.len(), 1, "it is listed to be checked");
        }
        let past = leads(device, &[], false).past;
        assert_eq!(past.len(), 2);
        let lost = past.iter().find(|entry| entry.act != ACT).unwrap();
        assert_eq!(lost.elsewhere.len(), 3);
        assert_eq!(lost.elsewhere[0].owner, "李娜");
    }
    // Undoing the one that lost changes nothing; a later decision settles it.
    let back = shared(&mut two, undo("00000000000000c2"));
    assert_eq!((back.receivers.len(), back.refused.len()), (0, 3));
    two.must(Request::ChangeOwner {
        id: ids[0].clone(),
        owner_a: Some("王芳".to_owned()),
        owner_b: None,
        note: String::new(),
    });
    exchange(&mut one, &mut two);
    assert_eq!(customer(&mut one, &ids[0]).row.owner, "王芳");
    assert_eq!(customer(&mut one, &ids[0]).file.clashes, []);
}

#[test]
fn of_two_devices_that_give_the_same_leads_to_the_same_people_undoing_one_act_leaves_the_other() {
    let (mut one, mut two) = pair();
    staff(&mut one, "李娜", "sales_rep");
    let id = new_customer(&mut one, &[("name", "线索")]);
    exchange(&mut one, &mut two);
    let plan = leads(&mut one, &["李娜"], false);
    shared(&mut one, sharing(ACT, &plan));
    shared(&mut two, sharing("00000000000000c2", &plan));
    exchange(&mut one, &mut two);
    let first = shared(&mut one, undo("00000000000000c2"));
    assert_eq!((first.receivers.len(), first.refused.len()), (0, 1));
    assert!(first.refused[0].1.contains("another act"), "{first:?}");
    assert_eq!(customer(&mut one, &id).row.owner, "李娜");
    assert_eq!(leads(&mut one, &[], false).past.len(), 1);
    let last = shared(&mut one, undo(ACT));
    assert_eq!((last.receivers.len(), last.refused.len()), (1, 0));
    assert_eq!(customer(&mut one, &id).row.owner, "");
}
