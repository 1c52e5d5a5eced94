//! Keys of staff behind a PIN: who must sign, what is refused, and what a decision without a signature does: nothing, and everybody sees it.
//!
//! Long: one scenario after another, each read alone.

use huiyin_api::{
    Answer, EventView, ProblemCode, Request, StaffKeyState, StaffKeyView, StaffKeysView,
};
use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::id::{EventId, RecordId};
use huiyin_document::{DocumentKey, Edit, Hand, Registers};
use huiyin_sync::{Bundle, BundleEntry, BundleWriter, Certificate, Entropy, Holder, StaffPublic};
use huiyin_testkit::Device;

use crate::actors::{bound, identity, written_raw};
use crate::talk::*;

pub const PIN: &str = "481516";
const MINUTE: i64 = 60_000;

fn keys(device: &mut Device) -> StaffKeysView {
    match device.must(Request::StaffKeys) {
        Answer::StaffKeys(view) => *view,
        other => panic!("{other:?}"),
    }
}

pub fn set_pin(device: &mut Device, pin: &str) {
    device.must(Request::SetStaffPin {
        current: None,
        pin: pin.to_owned(),
    });
}

pub fn unlock(device: &mut Device) {
    device.must(Request::UnlockStaff {
        pin: PIN.to_owned(),
    });
}

fn try_pin(device: &mut Device, pin: &str) -> huiyin_api::Problem {
    device.refused(Request::UnlockStaff {
        pin: pin.to_owned(),
    })
}

#[track_caller]
fn waiting(device: &mut Device) -> StaffKeyView {
    let mut all = keys(device).keys.into_iter();
    all.find(|key| key.state == StaffKeyState::Waiting)
        .expect("a key waits")
}

/// The person at `b` sets a PIN, and the administrator at `a` certifies the key.
pub fn certified(a: &mut Device, b: &mut Device) -> StaffKeyView {
    set_pin(b, PIN);
    exchange(a, b);
    let key = waiting(a);
    a.must(Request::CertifyStaffKey {
        staff: key.staff.clone(),
        key: key.key.clone(),
        number: key.number.clone().expect("it was drawn"),
    });
    exchange(a, b);
    b.now = b.now.max(a.now) + MINUTE;
    a.now = b.now;
    key
}

fn a_case(device: &mut Device) -> String {
    new_case(
        device,
        &[("subject", "茶叶受潮"), ("kind", "complaint")],
        "",
    )
}

fn end(id: &str) -> Request {
    step_with(id, "withdrawn", "客户说算了", |step| {
        "客户撤回".clone_into(&mut step.reason);
    })
}

fn last(device: &mut Device, id: &str) -> EventView {
    let events = case(device, id).events;
    let of = |event: &&EventView| event.step == "withdrawn";
    events.iter().find(of).expect("it is shown").clone()
}

/// What a list shows of a case and what its record says, on a device and on one whose rows are made anew.
fn shown(device: &mut Device, id: &str) -> (String, String) {
    let state = case(device, id).row.state;
    let rows = |device: &mut Device| {
        let rows = cases(device, &[]);
        format!("{rows:?}")
    };
    let listed = rows(device);
    assert_eq!(rows(&mut device.with_rows_made_anew()), listed);
    (state, listed)
}

#[test]
fn the_administrators_own_key_counts_at_once_and_decisions_ask_for_its_pin() {
    let mut a = founder();
    let id = a_case(&mut a);
    let other = a_case(&mut a);
    set_pin(&mut a, PIN);
    assert_eq!(keys(&mut a).keys[0].state, StaffKeyState::Certified);
    assert!(keys(&mut a).has_pin);
    a.now += MINUTE;
    a.must(step(&id, "accepted", ""));
    let problem = a.refused(end(&id));
    assert_eq!(problem.code, ProblemCode::PinNeeded);
    assert_eq!(try_pin(&mut a, "481517").code, ProblemCode::WrongPin);
    assert_eq!(a.refused(end(&id)).code, ProblemCode::PinNeeded);
    unlock(&mut a);
    assert!(keys(&mut a).unlocked_until.is_some());
    a.must(end(&id));
    assert_eq!(case(&mut a, &id).row.state, "withdrawn");
    assert_eq!(last(&mut a, &id).signed, Some(true));
    let data = last(&mut a, &id).data;
    assert!(data.iter().all(|field| field.name != "staff_signature"));

    a.now += 5 * MINUTE;
    assert_eq!(a.refused(end(&other)).code, ProblemCode::PinNeeded);
    unlock(&mut a);
    a.must(Request::LockStaff);
    assert_eq!(a.refused(end(&other)).code, ProblemCode::PinNeeded);
    unlock(&mut a);
    a.restart();
    assert_eq!(a.refused(end(&other)).code, ProblemCode::PinNeeded);
    assert_eq!(last(&mut a, &id).signed, Some(true));
    assert_eq!(case(&mut a, &id).row.state, "withdrawn");
}

#[test]
fn wrong_pins_slow_down_across_restarts_and_weak_ones_are_refused() {
    let mut a = founder();
    for pin in ["12345", "123456", "000000", "12345a"] {
        let refused = a.refused(Request::SetStaffPin {
            current: None,
            pin: pin.to_owned(),
        });
        assert_eq!(refused.code, ProblemCode::BadField, "{pin}");
    }
    set_pin(&mut a, PIN);
    a.now += MINUTE;
    for _ in 0..3 {
        assert_eq!(try_pin(&mut a, "000001").code, ProblemCode::WrongPin);
    }
    a.restart();
    let problem = try_pin(&mut a, PIN);
    assert_eq!(problem.code, ProblemCode::TryLater);
    assert_eq!(problem.place, "5");
    a.now += 5_000;
    assert_eq!(try_pin(&mut a, "000001").code, ProblemCode::WrongPin);
    a.now += 5_000;
    assert_eq!(try_pin(&mut a, PIN).place, "25");
    a.now += 25_000;
    unlock(&mut a);
    assert_eq!(try_pin(&mut a, "000001").code, ProblemCode::WrongPin);
    unlock(&mut a);
}

#[test]
fn both_screens_show_one_number_and_only_it_is_certified() {
    let (mut a, mut b) = pair();
    let id = a_case(&mut b);
    set_pin(&mut b, PIN);
    let before = waiting(&mut b);
    assert_eq!(before.number, None, "nobody has drawn yet");
    let free = a_case(&mut b);
    b.must(end(&free));
    exchange(&mut a, &mut b);
    let (at_a, at_b) = (waiting(&mut a), waiting(&mut b));
    assert_eq!(at_a.number, at_b.number);
    assert_eq!(at_a.number.as_ref().map(String::len), Some(6));
    assert!(at_b.here && !at_a.here);
    let certify = |number: &str| Request::CertifyStaffKey {
        staff: at_a.staff.clone(),
        key: at_a.key.clone(),
        number: number.to_owned(),
    };
    let number = at_a.number.clone().unwrap();
    let other = if number == "000000" {
        "000001"
    } else {
        "000000"
    };
    assert_eq!(a.refused(certify(other)).code, ProblemCode::NotFound);
    assert_eq!(b.refused(certify(&number)).code, ProblemCode::NotAllowed);
    a.must(certify(&number));
    exchange(&mut a, &mut b);
    b.now += MINUTE;
    a.now = b.now;
    assert_eq!(b.refused(end(&id)).code, ProblemCode::PinNeeded);
    // Who acts as that person elsewhere has no key there.
    a.must(Request::ActAs {
        staff: at_a.staff.clone(),
    });
    assert_eq!(a.refused(end(&id)).code, ProblemCode::PinElsewhere);
    assert_eq!(try_pin(&mut a, PIN).code, ProblemCode::PinElsewhere);
    unlock(&mut b);
    b.must(end(&id));
    exchange(&mut a, &mut b);
    assert_eq!(last(&mut a, &id).signed, Some(true));
    assert_eq!(shown(&mut a, &id), shown(&mut b, &id));
    assert_eq!(a.digest(None), b.digest(None));
}

#[test]
fn a_clock_that_is_behind_the_administrators_lets_no_decision_slip_through() {
    let (mut a, mut b) = pair();
    let id = a_case(&mut b);
    set_pin(&mut b, PIN);
    a.now = b.now + 3 * MINUTE;
    exchange(&mut a, &mut b);
    let key = waiting(&mut a);
    a.must(Request::CertifyStaffKey {
        staff: key.staff.clone(),
        key: key.key.clone(),
        number: key.number.unwrap(),
    });
    exchange(&mut a, &mut b);
    assert!(b.now < keys(&mut b).keys[0].since.unwrap());
    assert_eq!(b.refused(end(&id)).code, ProblemCode::PinNeeded);
    unlock(&mut b);
    b.must(end(&id));
    assert_eq!(last(&mut b, &id).signed, Some(true));
    assert_eq!(case(&mut b, &id).row.state, "withdrawn");
}

#[test]
fn somebody_else_at_the_device_locks_the_key() {
    let mut a = founder();
    let own = status(&mut a).staff;
    let other = match a.must(Request::SaveStaff {
        id: None,
        name: "王芳".to_owned(),
        roles: vec!["complaint_officer".to_owned()],
        branch: "HQ".to_owned(),
        left: false,
    }) {
        Answer::Saved { id, .. } => id,
        other => panic!("{other:?}"),
    };
    set_pin(&mut a, PIN);
    a.now += MINUTE;
    unlock(&mut a);
    let first = a_case(&mut a);
    a.must(Request::ActAs { staff: other });
    // Who has no key works as before.
    a.must(end(&first));
    assert_eq!(last(&mut a, &first).signed, None);
    a.must(Request::ActAs { staff: own });
    let id = a_case(&mut a);
    assert_eq!(a.refused(end(&id)).code, ProblemCode::PinNeeded);
}

/// A decision in the name of the person at `a`, written by a program of `b`'s own under an event id.
fn forged(b: &Device, by: &str, id: &str, event: u64, at: i64, signature: &str) -> Vec<u8> {
    let record = RecordId::parse(id).unwrap();
    let document = DocumentKey::Segment(record.segment.clone());
    let mut forged = CaseEvent::new(EventId::from_u64(event), Step::Withdrawn, at, by, "平板");
    forged.reason = Some("客户撤回".to_owned());
    if !signature.is_empty() {
        let value = signature.to_owned();
        forged.data.insert("staff_signature".to_owned(), value);
    }
    let edit = Edit::Append {
        local: record.local,
        event: Box::new(forged),
    };
    written_raw(b, &bound(b), &document, 1_000, |document, author| {
        document.edit(author, Hand::Person, &[edit])
    })
}

#[test]
fn a_decision_forged_in_a_persons_name_is_kept_shown_and_not_in_force_anywhere() {
    let (mut a, mut b) = pair();
    let id = a_case(&mut a);
    a.must(step(&id, "accepted", ""));
    set_pin(&mut a, PIN);
    a.now += MINUTE;
    exchange(&mut a, &mut b);
    let key = keys(&mut a).keys[0].key.clone();
    let by = status(&mut a).staff_name;
    for (place, signature) in [String::new(), format!("{key}.{}", "00".repeat(64))]
        .iter()
        .enumerate()
    {
        // A name that only looks the same is the same.
        let name = if place == 0 {
            by.clone()
        } else {
            format!("{by}\u{200B}")
        };
        let (mut a, mut b) = (a.with_rows_made_anew(), b.with_rows_made_anew());
        let raw = forged(&b, &name, &id, 77, a.now, signature);
        take(&mut a, &raw);
        take(&mut b, &raw);
        for device in [&mut a, &mut b] {
            assert_eq!(case(device, &id).row.state, "accepted");
            let event = last(device, &id);
            assert!(event.out_of_order && event.signed == Some(false));
        }
        assert_eq!(shown(&mut a, &id), shown(&mut b, &id));
        assert_eq!(a.digest(None), b.digest(None));
    }
    // The signature of one event is none for another.
    unlock(&mut a);
    let other = a_case(&mut a);
    a.must(end(&other));
    exchange(&mut a, &mut b);
    let line = a.export();
    let start = line.find("\"staff_signature\":\"").unwrap() + 19;
    let signature = line[start..start + 193].to_owned();
    let raw = forged(&b, &by, &id, 78, a.now, &signature);
    take(&mut a, &raw);
    assert_eq!(case(&mut a, &id).row.state, "accepted");
    assert_eq!(last(&mut a, &id).signed, Some(false));
    assert_eq!(last(&mut a, &other).signed, Some(true));
}

#[test]
fn what_a_device_wrote_before_it_heard_of_the_certificate_is_judged_by_it_all_the_same() {
    let (mut a, mut b) = pair();
    let id = a_case(&mut b);
    set_pin(&mut b, PIN);
    exchange(&mut a, &mut b);
    let key = waiting(&mut a);
    a.must(Request::CertifyStaffKey {
        staff: key.staff.clone(),
        key: key.key.clone(),
        number: key.number.unwrap(),
    });
    b.now = a.now + MINUTE;
    b.must(end(&id));
    assert_eq!(case(&mut b, &id).row.state, "withdrawn");
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        assert_eq!(shown(device, &id).0, "registered");
        assert_eq!(cases(device, &[])[0].state, "registered");
        assert_eq!(last(device, &id).signed, Some(false));
    }
    assert_eq!(a.digest(None), b.digest(None));
    unlock(&mut b);
    b.must(end(&id));
    exchange(&mut a, &mut b);
    assert_eq!(shown(&mut a, &id), shown(&mut b, &id));
    assert_eq!(case(&mut a, &id).row.state, "withdrawn");
}

/// The envelopes of a bundle.
fn envelopes(bytes: &[u8]) -> Vec<Vec<u8>> {
    let bundle = Bundle::read(bytes).unwrap();
    let all = bundle.entries().map(Result::unwrap);
    all.map(BundleEntry::into_bytes).collect()
}

#[test]
fn signatures_are_judged_alike_whatever_came_first_and_however_often() {
    let (mut a, mut b) = pair();
    let link = a.invite("HQ", "clerk");
    let mut c = Device::new("柜台", 3);
    c.join(&link).unwrap();
    exchange(&mut a, &mut c);
    exchange(&mut a, &mut b);
    let (good, bad) = (a_case(&mut b), a_case(&mut b));
    exchange(&mut a, &mut b);
    let raw_by = status(&mut b).staff_name;
    let key = certified(&mut a, &mut b);
    unlock(&mut b);
    b.must(end(&good));
    let raw = forged(&a, &raw_by, &bad, 79, b.now, "");
    take(&mut a, &raw);
    exchange(&mut a, &mut b);
    a.must(Request::EndStaffKey {
        staff: key.staff,
        key: key.key,
    });
    exchange(&mut a, &mut b);
    let wanted = (a.digest(None), shown(&mut a, &good), shown(&mut a, &bad));
    assert_eq!(wanted.1.0, "withdrawn");
    assert_eq!(wanted.2.0, "registered");
    let all = envelopes(&a.bundle());
    let workspace = identity(&a).0;
    for seed in 0..8 {
        let mut entropy = Entropy::from_seed([seed; 32]);
        let mut c = Device::on_disk(&format!("柜台 {seed}"), 3, c.store.clone());
        c.now = a.now;
        c.settle();
        let mut order: Vec<&Vec<u8>> = all.iter().collect();
        // Some come twice.
        order.extend(all.iter().filter(|bytes| bytes[bytes.len() - 1] % 2 == 0));
        for place in (1..order.len()).rev() {
            let other = entropy.next_u64() as usize % (place + 1);
            order.swap(place, other);
        }
        for bytes in order {
            let mut one = BundleWriter::new(workspace);
            one.push(bytes).unwrap();
            take(&mut c, &one.finish());
        }
        c.settle();
        let found = (c.digest(None), shown(&mut c, &good), shown(&mut c, &bad));
        assert_eq!(found, wanted, "seed {seed}");
        assert_eq!(last(&mut c, &good).signed, Some(true));
        assert_eq!(last(&mut c, &bad).signed, Some(false));
    }
}

#[test]
fn an_ended_key_signs_no_more_and_what_it_signed_stays() {
    let (mut a, mut b) = pair();
    let ids: Vec<String> = (0..4).map(|_| a_case(&mut b)).collect();
    let key = certified(&mut a, &mut b);
    unlock(&mut b);
    b.must(end(&ids[0]));
    let within = b.now;
    exchange(&mut a, &mut b);
    a.now += MINUTE;
    a.must(Request::EndStaffKey {
        staff: key.staff.clone(),
        key: key.key.clone(),
    });
    exchange(&mut a, &mut b);
    b.now += 2 * MINUTE;
    a.now = b.now;
    assert_eq!(last(&mut b, &ids[0]).signed, Some(true));
    assert!(!keys(&mut b).has_pin);
    // Without a key that is not ended the person works as before: today, not within the time of the key.
    b.must(end(&ids[1]));
    assert_eq!(last(&mut b, &ids[1]).signed, None);
    let back = step_with(&ids[2], "withdrawn", "", |step| {
        "客户撤回".clone_into(&mut step.reason);
        step.at = Some(within);
    });
    assert_eq!(b.refused(back).code, ProblemCode::PinElsewhere);
    let by = status(&mut b).staff_name;
    let raw = forged(&a, &by, &ids[3], 80, within, "");
    take(&mut a, &raw);
    assert_eq!(case(&mut a, &ids[3]).row.state, "registered");
    exchange(&mut a, &mut b);
    assert_eq!(a.digest(None), b.digest(None));
    for id in &ids {
        assert_eq!(shown(&mut a, id), shown(&mut b, id));
    }
}

#[test]
fn a_certificate_by_a_device_that_does_not_administer_does_not_count() {
    let (mut a, mut b) = pair();
    let id = a_case(&mut b);
    set_pin(&mut b, PIN);
    exchange(&mut a, &mut b);
    let key = waiting(&mut b);
    let (workspace, own) = identity(&b);
    let public: StaffPublic = key.key.parse().unwrap();
    let holder = Holder {
        workspace: &workspace,
        staff: &key.staff,
        public: &public,
    };
    let certificate = Certificate::new(&own, holder, 1, &key.name);
    let path = format!("staff/{}/key/{}/certificate", key.staff, key.key);
    let values = [(path, certificate.to_string())];
    let raw = written_raw(&b, &bound(&b), &DocumentKey::Root, 1_000, |root, author| {
        root.write_registers(author, &values)
    });
    for device in [&mut a, &mut b] {
        take(device, &raw);
        assert_eq!(waiting(device).state, StaffKeyState::Waiting);
    }
    b.must(end(&id));
    assert_eq!(last(&mut b, &id).signed, None);
    // The administrator's own word counts beside it.
    let number = waiting(&mut a).number.unwrap();
    a.must(Request::CertifyStaffKey {
        staff: key.staff,
        key: key.key,
        number,
    });
    assert_eq!(keys(&mut a).keys[0].state, StaffKeyState::Certified);
}

#[test]
fn a_changed_pin_opens_the_same_key_and_a_forgotten_one_asks_for_another() {
    let (mut a, mut b) = pair();
    let first = certified(&mut a, &mut b);
    let change = |current: &str, pin: &str| Request::SetStaffPin {
        current: Some(current.to_owned()),
        pin: pin.to_owned(),
    };
    let refused = b.refused(change("000001", "314159"));
    assert_eq!(refused.code, ProblemCode::WrongPin);
    b.must(change(PIN, "314159"));
    b.must(Request::LockStaff);
    assert_eq!(try_pin(&mut b, PIN).code, ProblemCode::WrongPin);
    b.must(Request::UnlockStaff {
        pin: "314159".to_owned(),
    });
    assert_eq!(keys(&mut b).keys.len(), 1);
    b.must(Request::LockStaff);
    // Forgotten: the new key waits, what a second try asked for replaces the first.
    set_pin(&mut b, "271828");
    b.now += 1_000;
    set_pin(&mut b, "161803");
    let waits = |view: &StaffKeysView| {
        let waiting = view.keys.iter();
        waiting
            .filter(|key| key.state == StaffKeyState::Waiting)
            .count()
    };
    assert_eq!(waits(&keys(&mut b)), 1);
    assert_eq!(try_pin(&mut b, "161803").code, ProblemCode::WrongPin);
    exchange(&mut a, &mut b);
    let second = waiting(&mut a);
    assert_ne!(second.key, first.key);
    a.must(Request::CertifyStaffKey {
        staff: second.staff,
        key: second.key,
        number: second.number.unwrap(),
    });
    exchange(&mut a, &mut b);
    b.now = a.now.max(b.now) + MINUTE;
    b.must(Request::UnlockStaff {
        pin: "161803".to_owned(),
    });
    let id = a_case(&mut b);
    b.must(end(&id));
    assert_eq!(last(&mut b, &id).signed, Some(true));
}

#[test]
fn contacts_and_several_cases_at_once_are_signed_too() {
    let mut a = founder();
    set_pin(&mut a, PIN);
    a.now += MINUTE;
    let ids = vec![a_case(&mut a), a_case(&mut a)];
    let intent = huiyin_api::StepIntent {
        step: "withdrawn".to_owned(),
        reason: "客户撤回".to_owned(),
        ..huiyin_api::StepIntent::default()
    };
    let both = Request::TakeSteps {
        ids: ids.clone(),
        step: intent,
    };
    assert_eq!(a.refused(both.clone()).code, ProblemCode::PinNeeded);
    unlock(&mut a);
    a.must(both);
    for id in &ids {
        assert_eq!(last(&mut a, id).signed, Some(true));
    }
    a.must(Request::LockStaff);
    let customer = new_customer(&mut a, &[("name", "华美商场")]);
    let planned = a.must(Request::SaveContact {
        id: None,
        fields: fields(&[
            ("customer", customer.as_str()),
            ("kind", "visit"),
            ("planned_on", "2026-12-05"),
        ]),
        step: huiyin_api::StepIntent {
            step: "planned".to_owned(),
            ..huiyin_api::StepIntent::default()
        },
    });
    let Answer::Saved { id, .. } = planned else {
        panic!("{planned:?}")
    };
    let take = |step: &str| Request::ContactStep {
        id: id.clone(),
        step: huiyin_api::StepIntent {
            step: step.to_owned(),
            reason: "改到下周".to_owned(),
            ..huiyin_api::StepIntent::default()
        },
    };
    a.must(take("submitted"));
    assert_eq!(a.refused(take("sent_back")).code, ProblemCode::PinNeeded);
    unlock(&mut a);
    a.must(take("sent_back"));
}
