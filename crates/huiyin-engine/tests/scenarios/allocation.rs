//! What sharing out adds: points of referrers, claims told, customers moved for unsolved complaints, rights over owners, accounts
//! that need their paper.
//!
//! Long: one scenario after another, each read alone.

use std::collections::BTreeMap;

use huiyin_api::{
    AllocationDay, Answer, EventForm, FigureMatter, FigurePart, FigureQuery, POINTS_TABLE,
    ProblemCode, ReferralView, Request, StepIntent,
};
use huiyin_core::calendar::WorkingCalendar;
use huiyin_testkit::Device;

use crate::talk::*;

const DAY: i64 = 24 * 3_600_000;

#[track_caller]
fn saved(device: &mut Device, request: Request) -> String {
    match device.must(request) {
        Answer::Saved { id, .. } => id,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn staff(device: &mut Device, name: &str, role: &str) -> String {
    let request = Request::SaveStaff {
        id: None,
        name: name.to_owned(),
        roles: vec![role.to_owned()],
        branch: "HQ".to_owned(),
        left: false,
    };
    saved(device, request)
}

fn act(device: &mut Device, staff: &str) {
    device.must(Request::ActAs {
        staff: staff.to_owned(),
    });
}

fn at(device: &mut Device, day: &str) {
    device.now = WorkingCalendar::china().time_at(day.parse().unwrap(), 9 * 60);
}

#[track_caller]
fn day(device: &mut Device) -> AllocationDay {
    *home(device).allocation
}

/// An event, and the invitation of a guest to it.
#[track_caller]
fn invited(device: &mut Device, day: &str, guest: &str) -> String {
    let event = saved(
        device,
        Request::PlanEvent(EventForm {
            name: format!("联谊会 {day}"),
            day: day.to_owned(),
            ..EventForm::default()
        }),
    );
    saved(
        device,
        Request::InviteGuest {
            event,
            customer: guest.to_owned(),
            inviter: String::new(),
            department: String::new(),
        },
    )
}

fn record(contact: &str, came: Option<bool>, sold: Option<&str>) -> Request {
    Request::RecordGuest {
        contact: contact.to_owned(),
        came,
        sold: sold.map(str::to_owned),
    }
}

#[track_caller]
fn referral(device: &mut Device, id: &str) -> ReferralView {
    *customer(device, id).referral.unwrap()
}

#[test]
fn s15_a_referrer_earns_by_a_guest_who_comes_and_by_what_is_closed_there() {
    let mut device = founder_under("S15");
    at(&mut device, "2027-03-09");
    let referrer = new_customer(&mut device, &[("name", "老顾客")]);
    let guests: Vec<String> = ["新客甲", "新客乙"]
        .map(|name| new_customer(&mut device, &[("name", name), ("referred_by", &referrer)]))
        .into();
    let contacts: Vec<String> = guests
        .iter()
        .zip(["2027-03-10", "2027-03-11"])
        .map(|(guest, day)| invited(&mut device, day, guest))
        .collect();
    assert_eq!(customer(&mut device, &referrer).referral, None);
    at(&mut device, "2027-03-12");
    device.must(record(&contacts[0], Some(true), Some("2999")));
    device.must(record(&contacts[1], Some(false), None));
    let view = referral(&mut device, &referrer);
    assert_eq!((view.customers, view.brought, view.spent), (1, 100, 200));
    assert_eq!(view.entries[0].name, "新客甲");
    // A sum corrected takes the place of the one before; the customer is brought once.
    device.must(record(&contacts[0], None, Some("3000")));
    at(&mut device, "2027-03-13");
    let again = invited(&mut device, "2027-03-14", &guests[0]);
    at(&mut device, "2027-03-15");
    device.must(record(&again, Some(true), Some("500")));
    let view = referral(&mut device, &referrer);
    assert_eq!((view.customers, view.brought, view.spent), (1, 100, 300));
    assert_eq!(view.entries.len(), 2);
    device.restart();
    assert_eq!(referral(&mut device, &referrer), view);
    // Outstanding are what files say and what ledgers earned.
    let member = new_customer(&mut device, &[("name", "会员"), ("points", "1250")]);
    let part = points(&mut device);
    let at_head_office = part.points["HQ"];
    assert_eq!((at_head_office.stated, at_head_office.earned), (1_250, 400));
    assert_eq!(part.count(POINTS_TABLE, "HQ"), 2);
    // A file that gives way to another brings its ledger along.
    device.must(Request::MergeCustomers {
        stays: member,
        gives_way: referrer,
        choices: BTreeMap::new(),
    });
    let part = points(&mut device);
    assert_eq!(part.points["HQ"], at_head_office);
    assert_eq!(part.count(POINTS_TABLE, "HQ"), 1);
}

/// Points outstanding.
#[track_caller]
fn points(device: &mut Device) -> FigurePart {
    let request = Request::FigurePart {
        query: FigureQuery {
            from: "2027-03-01".to_owned(),
            to: "2027-03-31".to_owned(),
            ..FigureQuery::default()
        },
        matter: FigureMatter::Points,
        after: String::new(),
    };
    match device.must(request) {
        Answer::FigurePart(part) => *part,
        other => panic!("{other:?}"),
    }
}

#[test]
fn two_devices_that_record_one_guest_apart_count_once() {
    let (mut one, mut two) = pair_under("S15", "store_manager");
    at(&mut one, "2027-03-09");
    let referrer = new_customer(&mut one, &[("name", "老顾客")]);
    let guest = new_customer(&mut one, &[("name", "新客"), ("referred_by", &referrer)]);
    let contact = invited(&mut one, "2027-03-10", &guest);
    two.now = one.now;
    exchange(&mut one, &mut two);
    for device in [&mut one, &mut two] {
        device.now += 2 * DAY;
    }
    one.must(record(&contact, Some(true), Some("1000")));
    two.now += 60_000;
    two.must(record(&contact, Some(true), Some("2000")));
    exchange(&mut one, &mut two);
    assert_eq!(one.digest(None), two.digest(None));
    for device in [&mut one, &mut two] {
        let view = referral(device, &referrer);
        assert_eq!((view.brought, view.spent), (100, 200));
    }
}

#[test]
fn who_only_records_that_a_guest_came_leaves_the_money_another_recorded_and_money_taken_back_counts_no_more()
 {
    let (mut one, mut two) = pair_under("S15", "store_manager");
    at(&mut one, "2027-03-09");
    let referrer = new_customer(&mut one, &[("name", "老顾客")]);
    let guest = new_customer(&mut one, &[("name", "新客"), ("referred_by", &referrer)]);
    let contact = invited(&mut one, "2027-03-10", &guest);
    two.now = one.now;
    exchange(&mut one, &mut two);
    for device in [&mut one, &mut two] {
        device.now += 2 * DAY;
    }
    one.must(record(&contact, Some(true), Some("1000")));
    two.now += 60_000;
    two.must(record(&contact, Some(true), None));
    exchange(&mut one, &mut two);
    for device in [&mut one, &mut two] {
        let view = referral(device, &referrer);
        assert_eq!((view.brought, view.spent), (100, 100));
    }
    one.must(record(&contact, None, Some("")));
    assert_eq!(referral(&mut one, &referrer).spent, 0);
}

#[test]
fn s15_the_resources_director_is_told_of_a_customer_taken_and_notes_it_seen() {
    let mut device = founder_under("S15");
    let director = staff(&mut device, "何总监", "resources_director");
    let rep = staff(&mut device, "李娜", "sales_rep");
    let id = new_customer(&mut device, &[("name", "久未联系")]);
    device.now += 95 * DAY;
    act(&mut device, &rep);
    match device.must(Request::Pool) {
        Answer::Pool(view) => {
            assert_eq!(view.told, "resources_director");
            assert!(view.rows[0].may_claim);
        }
        other => panic!("{other:?}"),
    }
    device.must(Request::ClaimCustomer { id: id.clone() });
    let told = customer(&mut device, &id).events.pop().unwrap();
    assert_eq!(field(&told.data, "told"), "resources_director");
    assert_eq!(day(&mut device).claims, [], "only who is told sees it");
    act(&mut device, &director);
    let claims = day(&mut device).claims;
    assert_eq!(
        (claims[0].name.as_str(), claims[0].by.as_str()),
        ("久未联系", "李娜")
    );
    let see = Request::SeeClaim {
        id: claims[0].id.clone(),
    };
    act(&mut device, &rep);
    assert_eq!(device.refused(see.clone()).code, ProblemCode::NotAllowed);
    act(&mut device, &director);
    device.must(see.clone());
    assert_eq!(day(&mut device).claims, []);
    assert_eq!(device.refused(see).code, ProblemCode::NotFound);
}

#[test]
fn s15_a_complaint_unsolved_for_three_days_moves_the_customer_to_a_colleague_by_one_tick() {
    let mut device = founder_under("S15");
    at(&mut device, "2027-03-09");
    let [li, _] = ["李娜", "王芳"].map(|name| staff(&mut device, name, "sales_rep"));
    let id = new_customer(&mut device, &[("name", "顾客"), ("owner_a", "李娜")]);
    let case = new_case(
        &mut device,
        &[
            ("kind", "complaint"),
            ("subject", "没有服务"),
            ("customer", &id),
            ("channel", "phone"),
            ("complainant_name", "顾客"),
            ("complainant_phone", "13900000000"),
            ("category", "service_missing"),
            ("description", "三个月没有来访"),
        ],
        "",
    );
    let moving = |to: &str| Request::MoveCustomer {
        case: case.clone(),
        to: to.to_owned(),
    };
    assert_eq!(day(&mut device).moves, []);
    assert_eq!(
        device.refused(moving("王芳")).code,
        ProblemCode::StepRefused
    );
    device.now += 4 * DAY;
    let moves = day(&mut device).moves;
    assert_eq!(
        (moves[0].owner.as_str(), moves[0].to.as_str()),
        ("李娜", "王芳")
    );
    assert_eq!(device.refused(moving("李娜")).place, "owner_a");
    act(&mut device, &li);
    assert_eq!(day(&mut device).moves, []);
    assert_eq!(device.refused(moving("王芳")).code, ProblemCode::NotAllowed);
    let founder = match device.must(Request::Settings) {
        Answer::Settings(view) => {
            let mut all = view.staff.iter();
            all.find(|one| one.name == "赵敏").unwrap().id.clone()
        }
        other => panic!("{other:?}"),
    };
    act(&mut device, &founder);
    device.must(moving("王芳"));
    assert_eq!(customer(&mut device, &id).row.owner, "王芳");
    assert_eq!(day(&mut device).moves, []);
    assert_eq!(
        device.refused(moving("李娜")).code,
        ProblemCode::StepRefused
    );
}

#[test]
fn s15_a_complaint_that_waits_for_a_signature_is_unsolved_and_moves_the_customer_too() {
    let mut device = founder_under("S15");
    at(&mut device, "2027-03-09");
    for name in ["李娜", "王芳"] {
        staff(&mut device, name, "sales_rep");
    }
    let id = new_customer(&mut device, &[("name", "顾客"), ("owner_a", "李娜")]);
    let case_id = new_case(
        &mut device,
        &[
            ("kind", "complaint"),
            ("subject", "没有服务"),
            ("customer", &id),
            ("channel", "phone"),
            ("complainant_name", "顾客"),
            ("complainant_phone", "13900000000"),
            ("category", "service_missing"),
            ("description", "三个月没有来访"),
        ],
        "",
    );
    device.must(step_with(&case_id, "accepted", "", |s| {
        s.data.insert("grounds".to_owned(), "属实".to_owned());
    }));
    device.must(step_with(&case_id, "assigned", "", |s| {
        "王芳".clone_into(&mut s.assignee);
    }));
    device.must(step_with(&case_id, "investigated", "", |s| {
        "漏访".clone_into(&mut s.cause);
        "属实".clone_into(&mut s.conclusion);
        "补访".clone_into(&mut s.countermeasure);
        "排班".clone_into(&mut s.prevention);
        for (name, value) in [
            ("cause_id", "no_visit"),
            ("course", "三个月没有来访"),
            ("responsible", "李娜"),
        ] {
            s.data.insert(name.to_owned(), value.to_owned());
        }
    }));
    device.must(step_with(&case_id, "proposed", "补访", |s| {
        s.data.insert("remedy".to_owned(), "apology".to_owned());
    }));
    assert_eq!(case(&mut device, &case_id).row.state, "proposed");
    device.now += 4 * DAY;
    assert_eq!(day(&mut device).moves.len(), 1);
}

#[test]
fn what_may_be_done_about_owners_is_told_with_the_record_as_the_engine_would_refuse_it() {
    let mut device = founder();
    let rep = staff(&mut device, "李娜", "sales_rep");
    let id = new_customer(&mut device, &[("name", "顾客"), ("owner_a", "王芳")]);
    let free = new_customer(&mut device, &[("name", "无主")]);
    let mine = new_customer(&mut device, &[("name", "我的"), ("owner_a", "李娜")]);
    let rights = |device: &mut Device, id: &str| {
        let rights = customer(device, id).rights;
        (rights.change, rights.pool)
    };
    assert_eq!(rights(&mut device, &id), (true, true));
    act(&mut device, &rep);
    for (id, change, pool) in [
        (&id, false, false),
        (&free, true, false),
        (&mine, true, true),
    ] {
        assert_eq!(rights(&mut device, id), (change, pool));
        let note = Request::PoolCustomer {
            id: id.clone(),
            note: "转出".to_owned(),
        };
        if pool {
            device.must(note);
        } else {
            assert_eq!(device.refused(note).code, ProblemCode::NotAllowed);
        }
    }
    assert_eq!(
        rights(&mut device, &mine),
        (true, false),
        "it is there already"
    );
}

#[test]
fn s24_an_account_is_opened_or_renamed_only_with_its_paper_application_on_file() {
    let mut device = founder_under("S24");
    let id = new_customer(&mut device, &[("name", "单位"), ("kind", "company")]);
    let account = |id: Option<&str>, name: &str| Request::SaveCustomer {
        id: id.map(str::to_owned),
        fields: fields(&[("name", "单位"), ("account_name", name)]),
    };
    for request in [account(None, "甲公司"), account(Some(&id), "甲公司")] {
        let problem = device.refused(request);
        assert_eq!(problem.place, "account_name");
        assert!(problem.detail.contains("paper application"), "{problem:?}");
    }
    let paper = |step: &str| Request::FileStep {
        id: id.clone(),
        step: StepIntent {
            step: step.to_owned(),
            note: "书面申请".to_owned(),
            data: fields(&[("paper", "account/application")]),
            ..StepIntent::default()
        },
    };
    device.must(paper("paper_received"));
    device.must(account(Some(&id), "甲公司"));
    device.must(paper("paper_returned"));
    assert_eq!(
        device.refused(account(Some(&id), "乙公司")).place,
        "account_name"
    );
    // What stays as it is, or is taken away, needs none.
    device.must(account(Some(&id), "甲公司"));
    device.must(account(Some(&id), ""));
}
