//! Who looks after customers: a change of owner, and a leaver who hands everything over.
//!
//! Long: one scenario after another, each read alone.

use huiyin_api::{
    Answer, HandOverEntry, HandOverIntent, HandOverMove, HandOverPlan, HandOverReport, ProblemCode,
    Request, StepIntent,
};
use huiyin_core::allocation::HeldAs;
use huiyin_testkit::Device;

use crate::talk::*;

const ACT: &str = "00000000000000a1";

#[track_caller]
fn staff(device: &mut Device, name: &str, roles: &[&str]) -> String {
    let request = Request::SaveStaff {
        id: None,
        name: name.to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        branch: "HQ".to_owned(),
        left: false,
    };
    match device.must(request) {
        Answer::Saved { id, .. } => id,
        other => panic!("{other:?}"),
    }
}

fn owner(id: &str, a: Option<&str>, b: Option<&str>) -> Request {
    Request::ChangeOwner {
        id: id.to_owned(),
        owner_a: a.map(str::to_owned),
        owner_b: b.map(str::to_owned),
        note: String::new(),
    }
}

#[track_caller]
fn plan(device: &mut Device, leaver: &str, successors: &[&str]) -> HandOverPlan {
    let request = Request::HandOverPlan(HandOverIntent {
        leaver: leaver.to_owned(),
        successors: successors.iter().map(|name| (*name).to_owned()).collect(),
        ..HandOverIntent::default()
    });
    match device.must(request) {
        Answer::HandOver(view) => *view,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn handed(device: &mut Device, request: Request) -> HandOverReport {
    match device.must(request) {
        Answer::HandedOver(report) => report,
        other => panic!("{other:?}"),
    }
}

fn moving(leaver: &str, view: &HandOverPlan) -> Vec<Request> {
    let moves: Vec<HandOverMove> = view
        .lines
        .iter()
        .map(|line| HandOverMove {
            id: line.id.clone(),
            held: line.held,
            to: line.to.clone(),
        })
        .collect();
    moves
        .chunks(3)
        .map(|slice| Request::HandOver {
            act: ACT.to_owned(),
            leaver: leaver.to_owned(),
            moves: slice.to_vec(),
        })
        .collect()
}

#[track_caller]
fn past(device: &mut Device) -> Vec<HandOverEntry> {
    match device.must(Request::HandOvers) {
        Answer::HandOvers(entries) => entries,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn owners(device: &mut Device, id: &str) -> (String, String) {
    let record = customer(device, id);
    let shown = field(&record.fields, "owner_a");
    assert_eq!(record.row.owner, shown, "the list says the same");
    (shown, field(&record.fields, "owner_b"))
}

#[test]
fn an_owner_is_somebody_at_work_and_the_list_the_field_and_the_time_line_say_so() {
    let mut device = founder();
    let li = staff(&mut device, "李娜", &["sales_rep"]);
    staff(&mut device, "王芳", &["sales_rep"]);
    let id = new_customer(&mut device, &[("name", "回音商店"), ("owner_a", "旧人")]);
    device.must(owner(&id, Some("李娜"), Some("王芳")));
    assert_eq!(
        owners(&mut device, &id),
        ("李娜".to_owned(), "王芳".to_owned())
    );
    let record = customer(&mut device, &id);
    assert_eq!(record.events.last().unwrap().step, "owner_changed");

    for (request, place) in [
        (owner(&id, Some("路人"), None), "owner_a"),
        (owner(&id, Some("王芳"), None), "owner_b"),
    ] {
        let problem = device.refused(request);
        assert_eq!(
            (problem.code, problem.place.as_str()),
            (ProblemCode::BadField, place)
        );
    }
    device.must(owner(&id, None, Some("")));
    assert_eq!(owners(&mut device, &id), ("李娜".to_owned(), String::new()));
    device.must(Request::SaveStaff {
        id: Some(li),
        name: "李娜".to_owned(),
        roles: vec!["sales_rep".to_owned()],
        branch: "HQ".to_owned(),
        left: true,
    });
    let problem = device.refused(owner(&id, Some("李娜"), Some("王芳")));
    assert!(problem.detail.contains("has left"), "{problem:?}");
}

#[test]
fn an_owner_written_in_the_form_holds_like_one_chosen_on_the_record() {
    let mut device = founder();
    for name in ["李娜", "王芳", "张强"] {
        staff(&mut device, name, &["sales_rep"]);
    }
    let id = new_customer(&mut device, &[("name", "回音商店"), ("owner_a", "旧人")]);
    assert_eq!(owners(&mut device, &id).0, "旧人");
    edit(&mut device, &id, &[("owner_a", "旧人"), ("city", "上海")]);
    device.must(owner(&id, Some("李娜"), Some("王芳")));
    edit(&mut device, &id, &[("owner_a", "张强"), ("owner_b", "")]);
    assert_eq!(owners(&mut device, &id), ("张强".to_owned(), String::new()));
    let told = customer(&mut device, &id).events.pop().unwrap();
    assert_eq!(field(&told.data, "owner_b"), "—");
}

#[test]
fn the_form_gives_no_right_over_owners_that_the_record_does_not_give() {
    let mut device = founder();
    let li = staff(&mut device, "李娜", &["sales_rep"]);
    staff(&mut device, "王芳", &["sales_rep"]);
    let wu = staff(&mut device, "吴敏", &["clerk"]);
    staff(&mut device, "店长", &["store_manager"]);
    let id = new_customer(&mut device, &[("name", "回音商店")]);
    device.must(owner(&id, Some("李娜"), Some("王芳")));
    let save = |pairs: &[(&str, &str)]| Request::SaveCustomer {
        id: Some(id.clone()),
        fields: fields(pairs),
    };
    let settle = |value: &str| Request::SettleConflict {
        id: id.clone(),
        field: "owner_a".to_owned(),
        value: value.to_owned(),
    };
    let before = device.export();
    for (request, place) in [
        (save(&[("owner_a", "路人")]), "owner_a"),
        (save(&[("owner_a", "王芳")]), "owner_b"),
        (settle("路人"), "owner_a"),
    ] {
        let problem = device.refused(request);
        assert_eq!(
            (problem.code, problem.place.as_str()),
            (ProblemCode::BadField, place)
        );
    }
    device.must(Request::ActAs { staff: wu });
    for request in [save(&[("owner_a", "吴敏")]), settle("吴敏")] {
        assert_eq!(device.refused(request).code, ProblemCode::NotAllowed);
    }
    assert_eq!(device.export(), before, "nothing was written");
    // Whoever leaves the owners as they are may change the rest, and owners give their own customers on.
    device.must(save(&[("owner_a", "李娜"), ("city", "上海")]));
    device.must(Request::ActAs { staff: li });
    device.must(save(&[("owner_a", "吴敏")]));
    assert_eq!(owners(&mut device, &id).0, "吴敏");
}

#[test]
fn undoing_a_hand_over_puts_owner_b_back_whose_place_became_empty() {
    let mut device = founder();
    for name in ["李娜", "王芳", "张强"] {
        staff(&mut device, name, &["sales_rep"]);
    }
    let ids: Vec<String> = ["一号店", "二号店"]
        .map(|name| {
            let id = new_customer(&mut device, &[("name", name)]);
            device.must(owner(&id, Some("李娜"), Some("王芳")));
            id
        })
        .into();
    let view = plan(&mut device, "李娜", &["王芳"]);
    for request in moving("李娜", &view) {
        device.must(request);
    }
    for id in &ids {
        assert_eq!(owners(&mut device, id), ("王芳".to_owned(), String::new()));
    }
    // Somebody took the place of one since.
    device.must(owner(&ids[1], None, Some("张强")));
    handed(
        &mut device,
        Request::UndoHandOver {
            act: ACT.to_owned(),
        },
    );
    let shown: Vec<(String, String)> = ids.iter().map(|id| owners(&mut device, id)).collect();
    let of = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(shown, [of("李娜", "王芳"), of("李娜", "张强")]);
}

#[test]
fn a_leaver_hands_everything_over_in_slices_and_the_undo_gives_it_back() {
    let mut device = founder();
    for name in ["李娜", "王芳", "张强"] {
        staff(&mut device, name, &["sales_rep"]);
    }
    let customers: Vec<String> = (0..6)
        .map(|n| {
            let name = format!("客户{n}");
            let id = new_customer(&mut device, &[("name", &name)]);
            device.must(owner(&id, Some("李娜"), (n == 0).then_some("王芳")));
            id
        })
        .collect();
    let other = new_customer(&mut device, &[("name", "别人的客户"), ("owner_a", "王芳")]);
    let case = new_case(
        &mut device,
        &[("subject", "异响"), ("customer", &customers[1])],
        "",
    );
    device.must(step(&case, "accepted", ""));
    device.must(step_with(&case, "assigned", "", |intent| {
        intent.assignee = "李娜".to_owned();
    }));

    let view = plan(&mut device, "李娜", &["王芳", "张强"]);
    assert_eq!((view.lines.len(), view.left), (7, 0));
    let count = |name: &str| {
        let own = view.lines.iter().filter(|line| line.to == name);
        own.filter(|line| line.held != HeldAs::Case).count()
    };
    assert_eq!((count("王芳"), count("张强")), (3, 3));
    let to = |id: &str| {
        view.lines
            .iter()
            .find(|line| line.id == id)
            .unwrap()
            .to
            .clone()
    };
    assert_eq!(to(&case), to(&customers[1]), "one customer, one hand");
    assert_ne!(to(&customers[0]), "王芳", "nobody becomes both owners");

    let mut done = 0;
    for request in moving("李娜", &view) {
        let report = handed(&mut device, request);
        assert_eq!(report.refused, []);
        done += report.done;
    }
    assert_eq!(done, 7);
    for id in &customers {
        assert_eq!(owners(&mut device, id).0, to(id));
    }
    assert_eq!(cases(&mut device, &[])[0].assignee, to(&case));
    assert_eq!(owners(&mut device, &other).0, "王芳");
    assert_eq!(plan(&mut device, "李娜", &["王芳"]).lines, []);
    let entry = past(&mut device).remove(0);
    assert_eq!(
        (entry.leaver.as_str(), entry.receivers.values().sum::<u32>()),
        ("李娜", 7)
    );

    // Somebody gives one of them on: it stays there.
    let boss = status(&mut device).staff_name;
    device.must(owner(&customers[5], Some(&boss), None));
    let mut kept = Vec::new();
    loop {
        let report = handed(
            &mut device,
            Request::UndoHandOver {
                act: ACT.to_owned(),
            },
        );
        kept.extend(report.refused);
        if report.left == 0 {
            break;
        }
    }
    assert_eq!(kept.len(), 1, "{kept:?}");
    for id in &customers[..5] {
        assert_eq!(owners(&mut device, id).0, "李娜");
    }
    assert_eq!(owners(&mut device, &customers[0]).1, "王芳");
    assert_eq!(owners(&mut device, &customers[5]).0, boss);
    assert_eq!(cases(&mut device, &[])[0].assignee, "李娜");
    assert_eq!(past(&mut device), []);
    let nothing = device.refused(Request::UndoHandOver {
        act: ACT.to_owned(),
    });
    assert_eq!(nothing.code, ProblemCode::NotFound);
}

#[test]
fn letters_are_those_of_the_policy_and_nobody_leaves_before_everything_is_handed_over() {
    let mut device = founder_under("S11");
    let li = staff(&mut device, "李娜", &["sales_rep"]);
    staff(&mut device, "王芳", &["sales_rep"]);
    let id = new_customer(&mut device, &[("name", "回音商店")]);
    device.must(owner(&id, Some("李娜"), None));
    let view = plan(&mut device, "李娜", &["王芳"]);
    let letter = view.lines[0]
        .notice
        .clone()
        .expect("the policy has a letter");
    assert!(
        letter.zh.contains("回音商店您好") && letter.zh.contains("王芳"),
        "{letter:?}"
    );
    assert!(!letter.zh.contains("{name}"));
    // Nobody knows a phone: no empty brackets.
    assert!(
        !letter.zh.contains("()") && !letter.en.contains("()"),
        "{letter:?}"
    );
    let leaving_as = |id: &str, name: &str| Request::SaveStaff {
        id: Some(id.to_owned()),
        name: name.to_owned(),
        roles: vec!["sales_rep".to_owned()],
        branch: "HQ".to_owned(),
        left: true,
    };
    let leaving = |id: &str| leaving_as(id, "李娜");
    let renamed = device.refused(leaving_as(&li, "李娜（离职）"));
    assert!(renamed.detail.contains("李娜 still"), "{renamed:?}");
    let problem = device.refused(leaving(&li));
    assert!(
        problem.detail.contains("hand them over first"),
        "{problem:?}"
    );
    for request in moving("李娜", &view) {
        device.must(request);
    }
    device.must(leaving(&li));
}

#[test]
fn two_devices_that_give_a_customer_to_two_people_show_a_clash_and_agree_on_who_holds() {
    let (mut one, mut two) = pair();
    for name in ["李娜", "王芳"] {
        staff(&mut one, name, &["sales_rep"]);
    }
    let id = new_customer(&mut one, &[("name", "回音商店")]);
    exchange(&mut one, &mut two);
    one.must(owner(&id, Some("李娜"), None));
    two.must(owner(&id, Some("王芳"), None));
    exchange(&mut one, &mut two);
    assert_eq!(one.digest(None), two.digest(None));
    let (a, b) = (customer(&mut one, &id), customer(&mut two, &id));
    assert_eq!(a.row.owner, b.row.owner);
    assert_eq!(a.conflicts.len(), 1, "both values are kept");
    // A decision after both settles it.
    one.must(owner(&id, Some("王芳"), None));
    exchange(&mut one, &mut two);
    assert_eq!(owners(&mut two, &id).0, "王芳");
    assert_eq!(customer(&mut two, &id).conflicts, []);
}

#[test]
fn a_clerk_gives_on_only_what_is_the_clerks() {
    let mut founder = founder();
    staff(&mut founder, "李娜", &["sales_rep"]);
    let id = new_customer(&mut founder, &[("name", "回音商店")]);
    founder.must(owner(&id, Some("李娜"), None));
    let wu = staff(&mut founder, "吴敏", &["clerk"]);
    staff(&mut founder, "店长", &["store_manager"]);
    founder.must(Request::ActAs { staff: wu });
    let problem = founder.refused(owner(&id, Some("吴敏"), None));
    assert_eq!(problem.code, ProblemCode::NotAllowed);
    let problem = founder.refused(Request::HandOverPlan(HandOverIntent {
        leaver: "李娜".to_owned(),
        successors: vec!["吴敏".to_owned()],
        ..HandOverIntent::default()
    }));
    assert_eq!(problem.code, ProblemCode::NotAllowed);
}

/// Who planned a contact and who owes its promises.
#[track_caller]
fn contact(device: &mut Device, id: &str) -> (String, Vec<String>) {
    match device.must(Request::Contact { id: id.to_owned() }) {
        Answer::Contact(record) => (
            record.row.by.clone(),
            record
                .promises
                .iter()
                .map(|promise| promise.owner.clone())
                .collect(),
        ),
        other => panic!("{other:?}"),
    }
}

#[test]
fn planned_contacts_and_open_promises_of_a_leaver_go_to_whoever_takes_the_customer_and_come_back() {
    let mut device = founder();
    let li = staff(&mut device, "李娜", &["sales_rep"]);
    for name in ["王芳", "张强"] {
        staff(&mut device, name, &["sales_rep"]);
    }
    let founder = match device.must(Request::Settings) {
        Answer::Settings(view) => {
            let mut staff = view.staff.iter();
            let found = staff.find(|person| person.name == "总店电脑的店长");
            found.unwrap().id.clone()
        }
        other => panic!("{other:?}"),
    };
    let [first, second] = ["客户甲", "客户乙"]
        .map(|name| new_customer(&mut device, &[("name", name), ("owner_a", "李娜")]));
    let visit = |device: &mut Device, customer: &str, step: &str, day: &str| {
        let request = Request::SaveContact {
            id: None,
            fields: fields(&[
                ("kind", "visit"),
                ("customer", customer),
                ("subject", "谈合同"),
                ("planned_on", day),
            ]),
            step: StepIntent {
                step: step.to_owned(),
                ..StepIntent::default()
            },
        };
        match device.must(request) {
            Answer::Saved { id, .. } => id,
            other => panic!("{other:?}"),
        }
    };
    let promise = |owner: &str, note: &str| StepIntent {
        step: "promised".to_owned(),
        note: note.to_owned(),
        data: fields(&[("owner", owner), ("due", "2027-01-10")]),
        ..StepIntent::default()
    };
    device.must(Request::ActAs { staff: li });
    let today = home_day(&device);
    let planned = visit(&mut device, &first, "planned", "2027-01-05");
    let made = visit(&mut device, &second, "done", &today);
    for (owner, note) in [("李娜", "送样品"), ("李娜", "寄合同"), ("张强", "装机")] {
        device.must(Request::ContactStep {
            id: made.clone(),
            step: promise(owner, note),
        });
    }
    device.must(Request::ActAs { staff: founder });
    let view = plan(&mut device, "李娜", &["王芳"]);
    let held: Vec<(HeldAs, &str)> = view
        .lines
        .iter()
        .map(|line| (line.held, line.id.as_str()))
        .collect();
    assert_eq!(view.lines.len(), 4, "{held:?}");
    assert!(held.contains(&(HeldAs::Contact, planned.as_str())));
    assert!(
        held.contains(&(HeldAs::Task, made.as_str())),
        "it took place, but promises are open"
    );
    for request in moving("李娜", &view) {
        assert_eq!(handed(&mut device, request).refused, []);
    }
    for _ in 0..2 {
        assert_eq!(contact(&mut device, &planned).0, "王芳");
        let (by, promises) = contact(&mut device, &made);
        assert_eq!(by, "李娜", "who made a visit made it");
        assert_eq!(promises, ["王芳", "王芳", "张强"]);
        device.restart();
    }
    assert_eq!(plan(&mut device, "李娜", &["张强"]).lines, []);
    // What changed hands again since is left to whoever has it.
    let report = handed(
        &mut device,
        Request::HandOver {
            act: "00000000000000b2".to_owned(),
            leaver: "王芳".to_owned(),
            moves: vec![HandOverMove {
                id: planned.clone(),
                held: HeldAs::Contact,
                to: "张强".to_owned(),
            }],
        },
    );
    assert_eq!(report.done, 1);
    let mut refused = Vec::new();
    loop {
        let report = handed(
            &mut device,
            Request::UndoHandOver {
                act: ACT.to_owned(),
            },
        );
        refused.extend(report.refused);
        if report.left == 0 {
            break;
        }
    }
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!(contact(&mut device, &planned).0, "张强");
    assert_eq!(contact(&mut device, &made).1, ["李娜", "李娜", "张强"]);
}

/// Today at the device, as contacts name days.
fn home_day(device: &Device) -> String {
    huiyin_core::calendar::WorkingCalendar::china()
        .date_of(device.now)
        .to_string()
}
