//! Key accounts, customers whose activity falls, lost customers and winning them back.

use std::collections::BTreeMap;

use huiyin_api::{Answer, LoyaltyQuery, LoyaltyView, ProblemCode, Request, StepIntent};
use huiyin_core::pack::Part;
use huiyin_testkit::Device;

use crate::talk::*;

const DAY_MS: i64 = 86_400_000;
/// The first step of the policy to win somebody back.
const FIRST: &str = "查明流失原因";

fn company() -> Device {
    let mut device = founder();
    for part in [Part::File, Part::Loyalty] {
        device.must(Request::ActivatePack {
            reference: "S31".to_owned(),
            part,
        });
    }
    device
}

#[track_caller]
fn list(device: &mut Device, tab: &str) -> LoyaltyView {
    let query = LoyaltyQuery {
        tab: tab.to_owned(),
        ..LoyaltyQuery::default()
    };
    match device.must(Request::Loyalty(query)) {
        Answer::Loyalty(view) => *view,
        other => panic!("{other:?}"),
    }
}

fn file_step(id: &str, step: &str, reason: &str, data: &[(&str, &str)]) -> Request {
    Request::FileStep {
        id: id.to_owned(),
        step: StepIntent {
            step: step.to_owned(),
            reason: reason.to_owned(),
            data: data
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect::<BTreeMap<_, _>>(),
            ..StepIntent::default()
        },
    }
}

fn stage(device: &mut Device, id: &str, stage: &str, reason: &str) {
    device.must(file_step(
        id,
        "life_cycle_changed",
        reason,
        &[("stage", stage)],
    ));
}

#[test]
fn key_accounts_are_those_that_bring_the_share_of_the_policy_together() {
    let mut device = company();
    for (name, amount) in [
        ("小店", "10"),
        ("宏达公司", "60"),
        ("永利商行", "25"),
        ("散客", "5"),
    ] {
        new_customer(&mut device, &[("name", name), ("yearly_amount", amount)]);
    }
    new_customer(&mut device, &[("name", "没有金额")]);
    let view = list(&mut device, "key");
    let told: Vec<(&str, u32, bool)> = view
        .values
        .iter()
        .map(|row| (row.row.name.as_str(), row.together_percent, row.key))
        .collect();
    assert_eq!(
        told,
        [
            ("宏达公司", 60, true),
            ("永利商行", 85, true),
            ("小店", 95, false),
            ("散客", 100, false),
        ]
    );
    assert_eq!((view.whole, view.valued, view.key_percent), (10_000, 4, 80));
    assert_eq!(view.counts["key"], 2);
}

#[test]
fn without_a_policy_customers_stand_by_amount_and_nobody_is_marked_or_warned() {
    let mut device = founder();
    new_customer(
        &mut device,
        &[("name", "宏达公司"), ("yearly_amount", "60")],
    );
    let view = list(&mut device, "key");
    assert!(!view.has_rules && !view.values[0].key);
    assert!(home(&mut device).falling.is_empty());
    let problem = device.refused(Request::Loyalty(LoyaltyQuery::default()));
    assert_eq!(problem.place, "tab");
}

#[test]
fn a_customer_of_whom_less_is_heard_is_shown_to_its_owner_on_my_day() {
    let mut device = company();
    let quiet = new_customer(&mut device, &[("name", "宏达公司"), ("owner_a", "赵敏")]);
    let steady = new_customer(&mut device, &[("name", "永利商行"), ("owner_a", "赵敏")]);
    let case = |device: &mut Device, customer: &str| {
        new_case(
            device,
            &[
                ("kind", "inquiry"),
                ("subject", "询价"),
                ("customer", customer),
            ],
            "",
        );
    };
    for _ in 0..4 {
        case(&mut device, &quiet);
        case(&mut device, &steady);
    }
    assert_eq!(list(&mut device, "falling").falling, []);
    device.now += 100 * DAY_MS;
    case(&mut device, &quiet);
    for _ in 0..4 {
        case(&mut device, &steady);
    }
    let view = list(&mut device, "falling");
    let told: Vec<_> = view
        .falling
        .iter()
        .map(|fall| {
            (
                fall.row.name.as_str(),
                fall.before,
                fall.now,
                fall.fell_percent,
            )
        })
        .collect();
    assert_eq!(told, [("宏达公司", 4, 1, 75)]);
    assert_eq!(view.counts["falling"], 1);
    assert_eq!(home(&mut device).falling, view.falling);
    stage(&mut device, &quiet, "lost", "转向同行");
    assert_eq!(
        list(&mut device, "falling").falling,
        [],
        "the lost are listed apart"
    );
}

#[test]
fn a_lost_customer_is_won_back_step_by_step() {
    let mut device = company();
    let id = new_customer(
        &mut device,
        &[("name", "宏达公司"), ("yearly_amount", "60")],
    );
    let tick = |step: &str| file_step(&id, "noted", "", &[("win_back", step)]);
    let problem = device.refused(tick(FIRST));
    assert_eq!(
        (problem.code, problem.place.as_str()),
        (ProblemCode::StepRefused, "win_back"),
        "nobody is lost yet"
    );
    stage(&mut device, &id, "lost", "转向同行");
    let lost = list(&mut device, "lost");
    assert_eq!(lost.counts["lost"], 1);
    let row = &lost.stages[0];
    assert_eq!((row.reason.as_str(), row.value), ("转向同行", Some(6_000)));
    assert!(row.at.is_some() && row.steps.len() == 4);
    device.must(tick(FIRST));
    let problem = device.refused(tick(FIRST));
    assert_eq!(problem.code, ProblemCode::StepRefused, "once is enough");
    let steps = customer(&mut device, &id).file.win_back;
    assert_eq!(steps[0].text.zh, FIRST);
    assert_eq!(
        steps
            .iter()
            .map(|step| step.at.is_some())
            .collect::<Vec<_>>(),
        [true, false, false, false]
    );
    assert!(!steps[0].by.is_empty());
    stage(&mut device, &id, "won_back", "重新签约");
    let won = list(&mut device, "won_back");
    assert_eq!((won.counts["lost"], won.counts["won_back"]), (0, 1));
    let row = &won.stages[0];
    assert!(row.lost_at.is_some() && row.lost_at < row.at && row.steps.is_empty());
    assert_eq!(row.reason, "重新签约");
}

#[test]
fn two_devices_that_tick_one_step_apart_end_with_one_tick() {
    let (mut a, mut b) = pair();
    for part in [Part::File, Part::Loyalty] {
        a.must(Request::ActivatePack {
            reference: "S31".to_owned(),
            part,
        });
    }
    let id = new_customer(&mut a, &[("name", "宏达公司")]);
    stage(&mut a, &id, "lost", "转向同行");
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        device.must(file_step(&id, "noted", "", &[("win_back", FIRST)]));
    }
    exchange(&mut a, &mut b);
    let (one, other) = (
        customer(&mut a, &id).file.win_back,
        customer(&mut b, &id).file.win_back,
    );
    assert_eq!(one, other);
    assert!(one[0].at.is_some());
}
