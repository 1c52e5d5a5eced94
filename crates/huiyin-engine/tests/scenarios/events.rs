//! Invitations to events: on which list they count, which holds, disputes and their rulings, who came.
//!
//! Long: one scenario after another, each read alone.

use huiyin_api::{Answer, EventForm, EventGuests, GuestLine, PenaltyIntent, ProblemCode, Request};
use huiyin_core::calendar::WorkingCalendar;
use huiyin_testkit::Device;

use crate::talk::*;

const HOUR: i64 = 3_600_000;

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

fn act(device: &mut Device, staff: &str) {
    device.must(Request::ActAs {
        staff: staff.to_owned(),
    });
}

/// Sets the device's clock to a time of a day.
fn at(device: &mut Device, day: &str, minutes: u16) {
    device.now = WorkingCalendar::china().time_at(day.parse().unwrap(), minutes);
}

#[track_caller]
fn plan(device: &mut Device, day: &str, session: &str) -> String {
    let form = EventForm {
        name: "冬季联谊会".to_owned(),
        day: day.to_owned(),
        session: session.to_owned(),
        place: "三楼".to_owned(),
        departments: vec!["service_one".to_owned(), "service_two".to_owned()],
        closes: String::new(),
    };
    match device.must(Request::PlanEvent(form)) {
        Answer::Saved { id, .. } => id,
        other => panic!("{other:?}"),
    }
}

fn invite(event: &str, customer: &str, department: &str) -> Request {
    Request::InviteGuest {
        event: event.to_owned(),
        customer: customer.to_owned(),
        inviter: String::new(),
        department: department.to_owned(),
    }
}

#[track_caller]
fn event(device: &mut Device, id: &str) -> EventGuests {
    match device.must(Request::Event { id: id.to_owned() }) {
        Answer::Event(view) => *view,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn guest(device: &mut Device, id: &str, customer: &str) -> GuestLine {
    let guests = event(device, id).guests;
    let mut own = guests.into_iter().filter(|line| line.customer == customer);
    own.next().unwrap()
}

fn record(contact: &str, came: Option<bool>, sold: Option<&str>) -> Request {
    Request::RecordGuest {
        contact: contact.to_owned(),
        came,
        sold: sold.map(str::to_owned),
    }
}

fn dispute(contact: &str, note: &str) -> Request {
    Request::DisputeGuest {
        contact: contact.to_owned(),
        note: note.to_owned(),
    }
}

fn rule(contact: &str, inviter: &str) -> Request {
    Request::RuleGuest {
        contact: contact.to_owned(),
        inviter: inviter.to_owned(),
        note: "以登记为准".to_owned(),
    }
}

#[test]
fn s15_lists_close_at_six_the_first_department_invites_a_day_before_and_late_ones_are_marked() {
    let mut device = founder_under("S15");
    at(&mut device, "2027-03-01", 9 * 60);
    let id = plan(&mut device, "2027-03-15", "afternoon");
    let guests: Vec<String> = (0..5)
        .map(|n| new_customer(&mut device, &[("name", &format!("客人{n}"))]))
        .collect();
    let view = event(&mut device, &id);
    let from: Vec<&str> = view
        .departments
        .iter()
        .map(|one| one.from.as_str())
        .collect();
    assert_eq!(from, ["2027-03-08", "2027-03-09"]);
    assert_eq!(
        (view.closes.as_str(), view.late_clause.as_str()),
        ("18:00", "5")
    );

    let early = device.refused(invite(&id, &guests[0], "service_one"));
    assert!(early.detail.contains("2027-03-08"), "{early:?}");
    at(&mut device, "2027-03-08", 9 * 60);
    device.must(invite(&id, &guests[0], "service_one"));
    let second = device.refused(invite(&id, &guests[1], "service_two"));
    assert!(second.detail.contains("2027-03-09"), "{second:?}");
    at(&mut device, "2027-03-08", 18 * 60 + 1);
    device.must(invite(&id, &guests[1], "service_two"));
    at(&mut device, "2027-03-15", 9 * 60 + 59);
    device.must(invite(&id, &guests[2], "service_one"));
    at(&mut device, "2027-03-15", 10 * 60 + 1);
    device.must(invite(&id, &guests[3], "service_one"));
    let lists: Vec<(String, bool)> = event(&mut device, &id)
        .guests
        .into_iter()
        .map(|line| (line.list, line.late))
        .collect();
    let on = |day: &str| (day.to_owned(), false);
    assert_eq!(
        lists,
        [
            on("2027-03-08"),
            on("2027-03-09"),
            on("2027-03-15"),
            (String::new(), true)
        ]
    );
    at(&mut device, "2027-03-16", 9 * 60);
    let over = device.refused(invite(&id, &guests[4], "service_one"));
    assert!(over.detail.contains("over"), "{over:?}");
}

#[test]
fn s15_one_inviter_per_guest_and_disputes_go_to_the_coordinator_then_the_general_manager() {
    let mut device = founder_under("S15");
    let [li, wang] = ["李娜", "王芳"].map(|name| staff(&mut device, name, "sales_rep"));
    let coordinator = staff(&mut device, "协调员", "coordinator");
    let director = staff(&mut device, "总经理", "general_manager");
    at(&mut device, "2027-03-09", 9 * 60);
    let id = plan(&mut device, "2027-03-15", "evening");
    let customer_id = new_customer(&mut device, &[("name", "客人")]);
    act(&mut device, &li);
    device.must(invite(&id, &customer_id, "service_one"));
    act(&mut device, &wang);
    let second = device.refused(invite(&id, &customer_id, "service_two"));
    assert!(second.detail.contains("李娜"), "{second:?}");
    let line = guest(&mut device, &id, &customer_id);
    assert!(line.holds && line.may_dispute && !line.may_rule);
    let empty = device.refused(dispute(&line.contact, "  "));
    assert_eq!(empty.code, ProblemCode::Missing);
    device.must(dispute(&line.contact, "我先约的"));
    let disputed = guest(&mut device, &id, &customer_id);
    assert_eq!(disputed.parties, ["李娜", "王芳"]);
    assert_eq!(disputed.dispute.unwrap().note, "我先约的");
    assert!(!disputed.may_dispute && !disputed.may_rule);
    let refused = device.refused(rule(&line.contact, "王芳"));
    assert_eq!(refused.code, ProblemCode::NotAllowed);

    act(&mut device, &coordinator);
    assert!(guest(&mut device, &id, &customer_id).may_rule);
    let stranger = device.refused(rule(&line.contact, "路人"));
    assert_eq!(stranger.place, "inviter");
    device.must(rule(&line.contact, "王芳"));
    let ruled = guest(&mut device, &id, &customer_id);
    assert_eq!((ruled.inviter.as_str(), ruled.dispute), ("王芳", None));
    assert_eq!(ruled.ruling.unwrap().note, "以登记为准");
    let steps: Vec<String> = customer(&mut device, &customer_id)
        .events
        .into_iter()
        .map(|event| event.step)
        .collect();
    assert!(
        steps.ends_with(&["disputed".to_owned(), "ruled".to_owned()]),
        "{steps:?}"
    );

    // Disputed once more it goes to the general manager, whose word stands.
    act(&mut device, &li);
    device.must(dispute(&line.contact, "名单上是我"));
    act(&mut device, &coordinator);
    assert!(!guest(&mut device, &id, &customer_id).may_rule);
    act(&mut device, &director);
    device.must(rule(&line.contact, "李娜"));
    act(&mut device, &wang);
    let last = guest(&mut device, &id, &customer_id);
    assert_eq!((last.inviter.as_str(), last.may_dispute), ("李娜", false));
    let stands = device.refused(dispute(&line.contact, "不服"));
    assert!(stands.detail.contains("stands"), "{stands:?}");
    assert_eq!(
        customer(&mut device, &customer_id).row.owner,
        "",
        "owners stay as they are"
    );
}

#[test]
fn of_two_devices_that_invite_one_guest_the_first_registered_holds_and_a_ruling_turns_it() {
    let (mut one, mut two) = pair_under("S15", "store_manager");
    for device in [&mut one, &mut two] {
        at(device, "2027-03-09", 9 * 60);
    }
    let id = plan(&mut one, "2027-03-15", "evening");
    let guest_id = new_customer(&mut one, &[("name", "客人")]);
    exchange(&mut one, &mut two);
    assert_ne!(status(&mut one).staff_name, status(&mut two).staff_name);
    at(&mut one, "2027-03-10", 9 * 60);
    at(&mut two, "2027-03-10", 9 * 60 + 5);
    two.must(invite(&id, &guest_id, "service_two"));
    one.must(invite(&id, &guest_id, "service_one"));
    exchange(&mut one, &mut two);
    assert_eq!(one.digest(None), two.digest(None));
    let (first, second) = (status(&mut one).staff_name, status(&mut two).staff_name);
    for device in [&mut one, &mut two] {
        let guests = event(device, &id).guests;
        let told: Vec<(&str, bool)> = guests
            .iter()
            .map(|line| (line.inviter.as_str(), line.holds))
            .collect();
        assert_eq!(told, [(first.as_str(), true), (second.as_str(), false)]);
    }
    let contact = guest(&mut two, &id, &guest_id).contact;
    two.must(dispute(&contact, "客人说是我约的"));
    exchange(&mut one, &mut two);
    let manager = staff(&mut one, "总经理", "general_manager");
    act(&mut one, &manager);
    one.must(rule(&contact, &second));
    exchange(&mut one, &mut two);
    for device in [&mut one, &mut two] {
        let guests = event(device, &id).guests;
        let holding: Vec<&str> = guests
            .iter()
            .filter(|line| line.holds)
            .map(|line| line.inviter.as_str())
            .collect();
        assert_eq!(holding, [second.as_str()]);
        assert!(guests.iter().all(|line| line.dispute.is_none()));
    }
}

/// Two devices with one guest invited on both, apart, and the general manager at the first.
fn twice_invited() -> (Device, Device, String, String) {
    let (mut one, mut two) = pair_under("S15", "store_manager");
    for device in [&mut one, &mut two] {
        at(device, "2027-03-09", 9 * 60);
    }
    let id = plan(&mut one, "2027-03-15", "evening");
    let guest_id = new_customer(&mut one, &[("name", "客人")]);
    exchange(&mut one, &mut two);
    at(&mut one, "2027-03-10", 9 * 60);
    at(&mut two, "2027-03-10", 9 * 60 + 5);
    two.must(invite(&id, &guest_id, "service_two"));
    one.must(invite(&id, &guest_id, "service_one"));
    exchange(&mut one, &mut two);
    (one, two, id, guest_id)
}

#[test]
fn who_came_is_recorded_where_the_invitation_holds_and_a_guest_counts_once() {
    let (mut one, mut two, id, _) = twice_invited();
    let guests = event(&mut one, &id).guests;
    let [holds, gives_way] = [true, false].map(|holds| {
        let line = guests.iter().find(|line| line.holds == holds);
        line.unwrap().contact.clone()
    });
    at(&mut one, "2027-03-15", 20 * 60);
    let refused = one.refused(record(&gives_way, Some(true), None));
    assert_eq!(refused.code, ProblemCode::StepRefused);
    one.must(record(&holds, Some(true), Some("5000")));
    exchange(&mut one, &mut two);
    let view = event(&mut two, &id);
    assert_eq!((view.row.invited, view.row.came), (1, 1));
}

#[test]
fn two_disputes_raised_apart_are_one_round_and_the_ruling_names_the_inviter_without_losing_who_invited()
 {
    let (mut one, mut two, id, guest_id) = twice_invited();
    let (first, second) = (status(&mut one).staff_name, status(&mut two).staff_name);
    let contact = guest(&mut one, &id, &guest_id).contact;
    one.must(dispute(&contact, "是我先约的"));
    two.must(dispute(&contact, "客人说是我约的"));
    exchange(&mut one, &mut two);
    let coordinator = staff(&mut one, "协调员", "coordinator");
    act(&mut one, &coordinator);
    one.must(rule(&contact, &second));
    for line in event(&mut one, &id).guests {
        assert_eq!(line.dispute, None, "both are ruled");
        assert!(line.may_dispute, "the general manager may still be asked");
        for party in [&first, &second] {
            assert!(line.parties.contains(party), "{:?}", line.parties);
        }
        assert_eq!(line.holds, line.inviter == second);
    }
}

#[test]
fn who_came_and_what_was_closed_is_recorded_once_and_counts_as_service() {
    let mut device = founder_under("S15");
    at(&mut device, "2027-03-10", 9 * 60);
    let id = plan(&mut device, "2027-03-15", "evening");
    let guests: Vec<String> = (0..2)
        .map(|n| new_customer(&mut device, &[("name", &format!("客人{n}"))]))
        .collect();
    for customer_id in &guests {
        device.must(invite(&id, customer_id, "service_one"));
    }
    let contacts: Vec<String> = event(&mut device, &id)
        .guests
        .into_iter()
        .map(|line| line.contact)
        .collect();
    let ahead = device.refused(record(&contacts[0], Some(true), None));
    assert!(ahead.detail.contains("ahead"), "{ahead:?}");
    at(&mut device, "2027-03-15", 20 * 60);
    let bad = device.refused(record(&contacts[0], None, Some("很多")));
    assert_eq!(bad.place, "sold");
    device.must(record(&contacts[0], Some(true), Some("1,200.5")));
    device.must(record(&contacts[1], Some(false), None));
    let again = device.refused(record(&contacts[0], Some(false), None));
    assert_eq!(again.code, ProblemCode::StepRefused);
    device.now += HOUR;
    let view = event(&mut device, &id);
    let told: Vec<(&str, &str)> = view
        .guests
        .iter()
        .map(|line| (line.attendance.as_str(), line.sold.as_str()))
        .collect();
    assert_eq!(told, [("came", "1200.50"), ("absent", "")]);
    assert_eq!((view.row.invited, view.row.came), (2, 1));
    device.restart();
    match device.must(Request::Events) {
        Answer::Events(view) => assert_eq!((view.total, view.rows[0].came), (1, 1)),
        other => panic!("{other:?}"),
    }
    device.now += 95 * 24 * HOUR;
    match device.must(Request::Pool) {
        Answer::Pool(view) => {
            let sign = |id: &str| view.rows.iter().find(|row| row.row.id == id).unwrap();
            assert_eq!(sign(&guests[0]).sign, "no_home_visit");
            assert_eq!(sign(&guests[1]).sign, "did_not_come");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_penalty_of_a_late_list_is_proposed_once_for_each_invitation() {
    let mut device = founder_under("S15");
    at(&mut device, "2027-03-10", 9 * 60);
    let id = plan(&mut device, "2027-03-15", "afternoon");
    at(&mut device, "2027-03-15", 10 * 60 + 1);
    staff(&mut device, "李娜", "sales_rep");
    for name in ["客人一", "客人二"] {
        let customer_id = new_customer(&mut device, &[("name", name)]);
        device.must(Request::InviteGuest {
            event: id.clone(),
            customer: customer_id,
            inviter: "李娜".to_owned(),
            department: String::new(),
        });
    }
    let view = event(&mut device, &id);
    let propose = |line: &GuestLine| {
        Request::ProposePenalty(PenaltyIntent {
            invitation: line.contact.clone(),
            person: line.registered.clone(),
            clause: view.late_clause.clone(),
            note: "名单迟交".to_owned(),
            ..PenaltyIntent::default()
        })
    };
    assert!(view.guests.iter().all(|line| line.may_claim && line.late));
    let [first, second] = &view.guests[..] else {
        panic!("{view:?}");
    };
    device.must(propose(first));
    let again = device.refused(propose(first));
    assert_eq!(again.code, ProblemCode::StepRefused);
    let claims = |device: &mut Device| {
        let guests = event(device, &id).guests;
        let told = guests.iter().map(|line| (line.may_claim, line.claimed));
        told.collect::<Vec<_>>()
    };
    assert_eq!(claims(&mut device), [(false, true), (true, false)]);
    device.must(propose(second));
    assert_eq!(claims(&mut device), [(false, true), (false, true)]);
}

#[test]
fn bad_events_are_refused_and_one_planned_twice_apart_is_one() {
    let (mut one, mut two) = pair_under("S15", "store_manager");
    let form = |name: &str, day: &str, session: &str| {
        Request::PlanEvent(EventForm {
            name: name.to_owned(),
            day: day.to_owned(),
            session: session.to_owned(),
            ..EventForm::default()
        })
    };
    for (request, place) in [
        (form("", "2027-03-15", ""), "name"),
        (form("会", "", ""), "day"),
        (form("会", "5/1/2027", ""), "day"),
        (form("会", "2027-03-15", "midnight"), "session"),
        (form(&"会".repeat(81), "2027-03-15", ""), "name"),
    ] {
        assert_eq!(one.refused(request).place, place);
    }
    one.must(form("会", "2027-03-15", ""));
    assert_eq!(one.refused(form("会", "2027-03-15", "")).place, "name");
    two.must(form("会", "2027-03-15", ""));
    exchange(&mut one, &mut two);
    for device in [&mut one, &mut two] {
        match device.must(Request::Events) {
            Answer::Events(view) => assert_eq!(view.total, 1),
            other => panic!("{other:?}"),
        }
    }
}
