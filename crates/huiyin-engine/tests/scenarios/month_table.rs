//! The monthly complaint table: due by the 10th, on the day of the complaint officer, signed off, and what has changed since.

use huiyin_api::{
    Answer, DueState, HomeView, Language, MonthTable, ProblemCode, Request, detail_in,
};
use huiyin_core::calendar::WorkingCalendar;
use huiyin_core::id::BranchCode;
use huiyin_document::{DocumentKey, Registers};
use huiyin_testkit::Device;

use crate::actors::{bound, written_raw};
use crate::pins::{PIN, set_pin, unlock};
use crate::talk::*;

fn go_to(device: &mut Device, day: &str) {
    device.now = WorkingCalendar::china().time_at(day.parse().unwrap(), 9 * 60);
}

#[track_caller]
fn table(device: &mut Device, month: &str) -> MonthTable {
    let month = month.to_owned();
    match device.must(Request::MonthTable { month }) {
        Answer::MonthTable(table) => *table,
        other => panic!("{other:?}"),
    }
}

fn sign(month: &str, seen: &str) -> Request {
    Request::SignMonth {
        month: month.to_owned(),
        seen: seen.to_owned(),
    }
}

fn register(device: &mut Device) -> String {
    let pairs = [
        ("kind", "complaint"),
        ("category", "delivery"),
        ("subject", "受潮"),
        ("complainant_name", "李女士"),
    ];
    new_case(device, &pairs, "")
}

fn told(view: &HomeView) -> Option<(&str, DueState)> {
    view.month_table
        .as_ref()
        .map(|duty| (duty.month.as_str(), duty.state))
}

#[test]
fn the_table_waits_on_the_day_of_the_complaint_officer_until_somebody_signs_it() {
    let mut device = founder();
    go_to(&mut device, "2027-03-20");
    assert_eq!(
        told(&home(&mut device)),
        None,
        "nothing was ever registered"
    );
    register(&mut device);
    assert_eq!(told(&home(&mut device)), None, "the month is not over");
    let early = table(&mut device, "2027-03");
    assert!(!early.may_sign);
    let refused = device.refused(sign("2027-03", &early.digest));
    assert_eq!(refused.code, ProblemCode::StepRefused);
    assert!(detail_in(Language::Chinese, &refused.detail).contains("月"));

    go_to(&mut device, "2027-04-02");
    let day = home(&mut device);
    assert_eq!(told(&day), Some(("2027-03", DueState::OnTime)));
    assert!(day.desk.reminders.is_empty(), "there is time");
    go_to(&mut device, "2027-04-08");
    let day = home(&mut device);
    assert_eq!(day.desk.reminders.len(), 1);
    assert!(day.desk.reminders[0].case.is_empty());
    go_to(&mut device, "2027-04-12");
    let day = home(&mut device);
    assert_eq!(told(&day), Some(("2027-03", DueState::Overdue)));

    let now = table(&mut device, "2027-03");
    assert!(now.may_sign && now.signed.is_empty() && now.branch.is_empty());
    assert_eq!(now.figures.cases.received, 1);
    assert_eq!(now.figures.categories["delivery"].received, 1);
    device.must(sign("2027-03", &now.digest));
    let signed = table(&mut device, "2027-03");
    assert_eq!(signed.state, DueState::Late);
    assert_eq!(signed.signed.len(), 1);
    assert_eq!(signed.signed[0].by, "总店电脑的店长");
    assert_eq!(signed.signed[0].digest, now.digest);
    assert!(!signed.signed[0].changed);
    assert_eq!(told(&home(&mut device)), None);
    let mut again = device.with_rows_made_anew();
    assert_eq!(table(&mut again, "2027-03").signed, signed.signed);
}

#[test]
fn a_later_change_of_the_figures_stands_against_the_sign_off_and_nothing_is_signed_unseen() {
    let mut device = founder();
    go_to(&mut device, "2027-03-20");
    let id = register(&mut device);
    go_to(&mut device, "2027-04-02");
    let seen = table(&mut device, "2027-03");
    device.must(sign("2027-03", &seen.digest));
    device.must(step_with(&id, "withdrawn", "", |step| {
        "客户撤回".clone_into(&mut step.reason);
    }));
    device.must(Request::EditCase {
        id: id.clone(),
        fields: fields(&[("category", "billing")]),
    });
    let now = table(&mut device, "2027-03");
    assert!(now.signed[0].changed);
    assert_eq!(now.signed[0].figures, seen.figures);
    assert!(now.figures.categories.contains_key("billing"));
    let refused = device.refused(sign("2027-03", &seen.digest));
    assert_eq!(refused.code, ProblemCode::StepRefused);
    device.must(sign("2027-03", &now.digest));
    let both = table(&mut device, "2027-03").signed;
    let changed: Vec<bool> = both.iter().map(|signed| signed.changed).collect();
    assert_eq!(
        changed,
        [false, true],
        "the newest first, the old one stays"
    );
    for month in ["2027-3", "2027-13", "march"] {
        let month = month.to_owned();
        let refused = device.refused(Request::MonthTable { month });
        assert_eq!(refused.code, ProblemCode::BadField);
    }
}

#[test]
fn two_who_sign_apart_have_both_signed_and_who_is_not_asked_may_not() {
    let (mut a, mut b) = pair();
    go_to(&mut a, "2027-03-20");
    register(&mut a);
    for device in [&mut a, &mut b] {
        go_to(device, "2027-04-02");
    }
    exchange(&mut a, &mut b);
    // The other device's person has another role.
    assert_eq!(told(&home(&mut b)), None);
    let there = table(&mut b, "2027-03");
    assert!(!there.may_sign);
    let refused = b.refused(sign("2027-03", &there.digest));
    assert_eq!(refused.code, ProblemCode::NotAllowed);
    let acting = match b.must(Request::Settings) {
        Answer::Settings(view) => view
            .staff
            .into_iter()
            .find(|one| one.name.contains("总店电脑")),
        other => panic!("{other:?}"),
    };
    b.must(Request::ActAs {
        staff: acting.unwrap().id,
    });
    for device in [&mut a, &mut b] {
        let digest = table(device, "2027-03").digest;
        device.must(sign("2027-03", &digest));
    }
    exchange(&mut a, &mut b);
    let (here, there) = (table(&mut a, "2027-03"), table(&mut b, "2027-03"));
    assert_eq!(here, there);
    assert_eq!(here.signed.len(), 2);
    assert!(here.signed.iter().all(|signed| !signed.changed));
}

#[test]
fn who_has_a_key_signs_the_table_with_it_and_a_sign_off_without_does_not_count() {
    let (mut a, mut b) = pair();
    go_to(&mut a, "2027-03-20");
    register(&mut a);
    set_pin(&mut a, PIN);
    for device in [&mut a, &mut b] {
        go_to(device, "2027-04-02");
    }
    exchange(&mut a, &mut b);
    let seen = table(&mut a, "2027-03");
    // Written in the officer's name by a program of another device.
    let forged = serde_json::json!({
        "version": 1,
        "by": status(&mut a).staff_name,
        "at": a.now,
        "device": "平板",
        "digest": seen.digest,
        "figures": seen.figures,
    });
    let values = [(
        "month/2027-03/0123456789abcdef".to_owned(),
        forged.to_string(),
    )];
    let catalogue = DocumentKey::Catalogue(BranchCode::parse("HQ").unwrap());
    let raw = written_raw(&b, &bound(&b), &catalogue, 1_000, |document, author| {
        document.write_registers(author, &values)
    });
    for device in [&mut a, &mut b] {
        take(device, &raw);
        let shown = table(device, "2027-03");
        assert!(shown.signed[0].unsigned);
        assert_eq!(shown.state, DueState::OnTime);
    }
    assert!(told(&home(&mut a)).is_some(), "it still waits");
    let refused = a.refused(sign("2027-03", &seen.digest));
    assert_eq!(refused.code, ProblemCode::PinNeeded);
    unlock(&mut a);
    a.must(sign("2027-03", &seen.digest));
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        let shown = table(device, "2027-03");
        let unsigned: Vec<bool> = shown.signed.iter().map(|signed| signed.unsigned).collect();
        assert_eq!(unsigned.iter().filter(|one| **one).count(), 1);
        assert_eq!((unsigned.len(), shown.state), (2, DueState::Met));
    }
    assert_eq!(told(&home(&mut a)), None);
}
