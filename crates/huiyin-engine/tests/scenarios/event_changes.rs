//! Changes of events and cancelling them: invitations move along, those registered apart are found, both changes made apart count.

use huiyin_api::{Answer, EventForm, EventGuests, EventRow, ProblemCode, Request};
use huiyin_core::calendar::WorkingCalendar;
use huiyin_testkit::Device;

use crate::talk::*;

/// Sets the device's clock to a time of a day.
fn at(device: &mut Device, day: &str, minutes: u16) {
    device.now = WorkingCalendar::china().time_at(day.parse().unwrap(), minutes);
}

fn form(name: &str, day: &str) -> EventForm {
    EventForm {
        name: name.to_owned(),
        day: day.to_owned(),
        session: "afternoon".to_owned(),
        place: "三楼".to_owned(),
        ..EventForm::default()
    }
}

#[track_caller]
fn saved(device: &mut Device, request: Request) -> String {
    match device.must(request) {
        Answer::Saved { id, .. } => id,
        other => panic!("{other:?}"),
    }
}

fn invite(event: &str, customer: &str) -> Request {
    Request::InviteGuest {
        event: event.to_owned(),
        customer: customer.to_owned(),
        inviter: String::new(),
        department: String::new(),
    }
}

fn change(id: &str, form: EventForm) -> Request {
    Request::ChangeEvent {
        id: id.to_owned(),
        form,
    }
}

fn cancel(id: &str, reason: &str) -> Request {
    Request::CancelEvent {
        id: id.to_owned(),
        reason: reason.to_owned(),
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
fn events(device: &mut Device) -> Vec<EventRow> {
    match device.must(Request::Events) {
        Answer::Events(view) => view.rows,
        other => panic!("{other:?}"),
    }
}

/// Returns the day a contact is planned for and its state.
#[track_caller]
fn planned(device: &mut Device, contact: &str) -> (String, String) {
    match device.must(Request::Contact {
        id: contact.to_owned(),
    }) {
        Answer::Contact(record) => (record.row.day.clone(), record.row.state.clone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn two_devices_that_change_an_event_apart_both_count_and_an_invitation_registered_meanwhile_is_found()
 {
    let (mut one, mut two) = pair_under("S15", "store_manager");
    for device in [&mut one, &mut two] {
        at(device, "2027-03-09", 9 * 60);
    }
    let id = saved(&mut one, Request::PlanEvent(form("联谊会", "2027-03-15")));
    let guests = ["甲", "乙"].map(|name| new_customer(&mut one, &[("name", name)]));
    let first = saved(&mut one, invite(&id, &guests[0]));
    exchange(&mut one, &mut two);

    one.must(change(&id, form("联谊会", "2027-03-16")));
    assert_eq!(planned(&mut one, &first).0, "2027-03-16");
    two.now = two.now.max(one.now) + 60_000;
    two.must(change(
        &id,
        EventForm {
            closes: "17:00".to_owned(),
            ..form("春季联谊会", "2027-03-15")
        },
    ));
    let second = saved(&mut two, invite(&id, &guests[1]));
    exchange(&mut one, &mut two);
    assert_eq!(one.digest(None), two.digest(None));
    for device in [&mut one, &mut two] {
        let view = event(device, &id);
        let said = &view.row.form;
        assert_eq!(
            (said.name.as_str(), said.day.as_str(), view.closes.as_str()),
            ("春季联谊会", "2027-03-16", "17:00")
        );
        assert_eq!((view.row.invited, view.guests.len()), (2, 2));
        let told: Vec<(&str, &str, &str)> = view
            .changes
            .iter()
            .flat_map(|change| &change.values)
            .map(|value| (value.field.as_str(), value.from.as_str(), value.to.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("day", "2027-03-15", "2027-03-16"),
                ("name", "联谊会", "春季联谊会"),
                ("closes", "", "17:00"),
            ]
        );
        assert_eq!(events(device).len(), 1);
        assert_eq!(events(device)[0].invited, 2);
    }
    // Who came is recorded on the day the event was, also of the invitation that names the old one.
    at(&mut one, "2027-03-16", 20 * 60);
    for contact in [&first, &second] {
        one.must(Request::RecordGuest {
            contact: contact.clone(),
            came: Some(true),
            sold: None,
        });
    }
    assert_eq!(event(&mut one, &id).row.came, 2);
    one.restart();
    assert_eq!(events(&mut one)[0].came, 2);
}

#[test]
fn a_cancelled_event_tells_whom_to_call_and_takes_no_more_guests() {
    let (mut one, mut two) = pair_under("S15", "store_manager");
    for device in [&mut one, &mut two] {
        at(device, "2027-03-09", 9 * 60);
    }
    let id = saved(&mut one, Request::PlanEvent(form("联谊会", "2027-03-15")));
    let guests = ["甲", "乙", "丙"].map(|name| new_customer(&mut one, &[("name", name)]));
    let first = saved(&mut one, invite(&id, &guests[0]));
    exchange(&mut one, &mut two);
    assert_eq!(one.refused(cancel(&id, " ")).code, ProblemCode::Missing);
    one.must(cancel(&id, "台风"));
    let second = saved(&mut two, invite(&id, &guests[1]));
    exchange(&mut one, &mut two);
    assert_eq!(planned(&mut two, &first).1, "cancelled");
    for device in [&mut one, &mut two] {
        let view = event(device, &id);
        assert!(view.row.cancelled && !view.may_change && !view.may_cancel);
        assert_eq!(view.changes[0].cancelled.as_deref(), Some("台风"));
        let mut contacts: Vec<&str> = view.guests.iter().map(|one| one.contact.as_str()).collect();
        contacts.sort_unstable();
        let mut both = [first.as_str(), second.as_str()];
        both.sort_unstable();
        assert_eq!(contacts, both, "both are to be called");
        assert!(events(device)[0].cancelled);
        let refused = device.refused(invite(&id, &guests[2]));
        assert!(refused.detail.contains("cancelled"), "{refused:?}");
        for request in [
            cancel(&id, "又一次"),
            change(&id, form("联谊会", "2027-03-18")),
        ] {
            assert_eq!(device.refused(request).code, ProblemCode::StepRefused);
        }
    }
}

#[test]
fn an_event_is_changed_before_its_day_by_those_who_plan_and_never_into_another() {
    let mut device = founder_under("S15");
    at(&mut device, "2027-03-09", 9 * 60);
    let id = saved(
        &mut device,
        Request::PlanEvent(form("联谊会", "2027-03-15")),
    );
    saved(&mut device, Request::PlanEvent(form("年会", "2027-03-15")));
    device.must(change(&id, form("联谊会", "2027-03-12")));
    for (wrong, place) in [
        (form("年会", "2027-03-15"), "name"),
        (form("联谊会", "2027-03-08"), "day"),
        (form("联谊会", ""), "day"),
        (
            EventForm {
                closes: "25:00".to_owned(),
                ..form("联谊会", "2027-03-12")
            },
            "closes",
        ),
    ] {
        assert_eq!(device.refused(change(&id, wrong)).place, place);
    }
    // What it was called stays its own, so that invitations registered apart are found.
    let again = Request::PlanEvent(form("联谊会", "2027-03-15"));
    assert_eq!(device.refused(again).place, "name");
    // Nothing is written where nothing changes.
    let before = device.export();
    device.must(change(&id, form("联谊会", "2027-03-12")));
    assert_eq!(device.export(), before);
    let clerk = match device.must(Request::SaveStaff {
        id: None,
        name: "李娜".to_owned(),
        roles: vec!["sales_rep".to_owned()],
        branch: "HQ".to_owned(),
        left: false,
    }) {
        Answer::Saved { id, .. } => id,
        other => panic!("{other:?}"),
    };
    device.must(Request::ActAs { staff: clerk });
    assert!(!event(&mut device, &id).may_change);
    for request in [
        change(&id, form("联谊会", "2027-03-13")),
        cancel(&id, "不办了"),
    ] {
        assert_eq!(device.refused(request).code, ProblemCode::NotAllowed);
    }
    let mut other = founder_under("S15");
    at(&mut other, "2027-03-09", 9 * 60);
    let id = saved(&mut other, Request::PlanEvent(form("联谊会", "2027-03-15")));
    at(&mut other, "2027-03-15", 9 * 60);
    let late = other.refused(change(&id, form("联谊会", "2027-03-20")));
    assert_eq!(late.code, ProblemCode::StepRefused);
    assert!(event(&mut other, &id).may_cancel);
    other.must(cancel(&id, "停电"));
}
