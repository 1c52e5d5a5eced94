//! Birthdays, festivals, greetings of a month and reports: listed when their day comes, for whom the policy names, until they are done.

use huiyin_api::{Answer, ContactDay, DueState, ProblemCode, Request, StepIntent};
use huiyin_core::pack::Part;
use huiyin_core::pack::contact_rules::{ContactRules, Greeting, PeriodicReport};
use huiyin_core::pack::file_rules::Every;
use huiyin_core::pack::{Approvals, Pack, Text};
use huiyin_testkit::Device;

use crate::talk::*;

const DAY_MS: i64 = 86_400_000;

/// A policy with a greeting of each kind and a monthly report, all of the store manager.
fn pack() -> Pack {
    let mut pack = huiyin_core::pack::builtin::packs()
        .into_iter()
        .find(|pack| pack.neutral)
        .unwrap();
    pack.required_fields.clear();
    pack.step_fields.clear();
    pack.remedies.clear();
    pack.approvals = Approvals::default();
    let text = |zh: &str, en: &str| Text {
        zh: zh.to_owned(),
        en: en.to_owned(),
    };
    let greeting = |id: &str, month| Greeting {
        id: id.to_owned(),
        text: text("问候", "A greeting"),
        month,
        by: "store_manager".to_owned(),
    };
    pack.contact = Some(ContactRules {
        greetings: vec![
            greeting("birthday", 0),
            greeting("festival", 0),
            greeting("year_end", 12),
        ],
        reports: vec![PeriodicReport {
            id: "monthly".to_owned(),
            text: text("回访月度汇总", "Monthly summary"),
            every: Every::Month,
            by: "store_manager".to_owned(),
            to: "general_manager".to_owned(),
        }],
        ..ContactRules::default()
    });
    pack
}

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

fn day(device: &mut Device) -> ContactDay {
    *home(device).contacts
}

fn tick(kind: &str, id: &str, period: &str) -> Request {
    Request::TickOccasion {
        kind: kind.to_owned(),
        id: id.to_owned(),
        period: period.to_owned(),
    }
}

/// Ids and periods of what is due for all customers.
fn due(device: &mut Device) -> Vec<(String, String)> {
    let day = day(device);
    day.occasions
        .into_iter()
        .map(|view| (view.id, view.period))
        .collect()
}

fn pairs(found: &[(&str, &str)]) -> Vec<(String, String)> {
    found
        .iter()
        .map(|(id, period)| ((*id).to_owned(), (*period).to_owned()))
        .collect()
}

#[test]
fn a_birthday_is_listed_from_three_days_before_for_the_owner_and_the_post_until_a_greeting_is_recorded()
 {
    // 1 June 2026.
    let mut device = founder();
    device.must(Request::PublishPack {
        pack: Box::new(pack()),
    });
    let manager = staff(&mut device, "店长周", "store_manager");
    let seller = staff(&mut device, "李娜", "sales_rep");
    let other = staff(&mut device, "王芳", "sales_rep");
    let [soon, later, lost] = [
        ("陈晨", "birthday", "1990-06-04"),
        ("赵六", "birthday", "1990-07-04"),
        ("钱七", "identity_number", "110105199006030029"),
    ]
    .map(|(name, field, value)| {
        new_customer(
            &mut device,
            &[
                ("name", name),
                ("kind", "consumer"),
                ("owner_a", "李娜"),
                (field, value),
            ],
        )
    });
    let names = |day: &ContactDay| -> Vec<String> {
        day.birthdays.iter().map(|view| view.name.clone()).collect()
    };
    device.must(Request::ActAs { staff: other });
    assert_eq!(names(&day(&mut device)), [""; 0]);
    for who in [&manager, &seller] {
        device.must(Request::ActAs { staff: who.clone() });
        let found = day(&mut device);
        assert_eq!(
            names(&found),
            ["钱七", "陈晨"],
            "of the identity number too"
        );
        assert_eq!(found.birthdays[1].day, "2026-06-04");
        assert!(found.birthdays.iter().all(|view| !view.late));
    }
    // A lost customer is not congratulated.
    device.must(Request::FileStep {
        id: lost,
        step: StepIntent {
            step: "life_cycle_changed".to_owned(),
            reason: "搬走".to_owned(),
            data: fields(&[("stage", "lost")]),
            ..StepIntent::default()
        },
    });
    assert_eq!(names(&day(&mut device)), ["陈晨"]);
    device.now += 4 * DAY_MS;
    assert!(day(&mut device).birthdays[0].late, "the day is past");
    device.must(Request::SaveContact {
        id: None,
        fields: fields(&[
            ("kind", "message"),
            ("customer", &soon),
            ("follow_up", "birthday"),
            ("planned_on", "2026-06-05"),
        ]),
        step: StepIntent {
            step: "done".to_owned(),
            data: fields(&[("result", "good")]),
            ..StepIntent::default()
        },
    });
    assert_eq!(names(&day(&mut device)), [""; 0]);
    device.now += 29 * DAY_MS;
    assert_eq!(names(&day(&mut device)), ["赵六"]);
    assert_eq!(day(&mut device).birthdays[0].customer, later);
}

#[test]
fn reports_festivals_and_greetings_of_a_month_are_ticked_once_for_the_branch() {
    let (mut a, mut b) = pair();
    a.must(Request::PublishPack {
        pack: Box::new(pack()),
    });
    let manager = staff(&mut a, "店长周", "store_manager");
    let clerk = staff(&mut a, "前台小孙", "clerk");
    exchange(&mut a, &mut b);
    a.must(Request::ActAs {
        staff: manager.clone(),
    });
    b.must(Request::ActAs { staff: manager });
    // The report of May was due two days ago, that of June is a month away.
    assert_eq!(due(&mut a), pairs(&[("monthly", "2026-05")]));
    assert_eq!(day(&mut a).occasions[0].state, DueState::Overdue);
    assert_eq!(day(&mut a).occasions[0].to, "general_manager");
    let refused = a.refused(tick("report", "monthly", "2026-06"));
    assert_eq!(refused.code, ProblemCode::NotFound);
    // Two who tick it apart have both done it.
    a.must(tick("report", "monthly", "2026-05"));
    b.must(tick("report", "monthly", "2026-05"));
    a.must(tick("report", "monthly", "2026-05"));
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        assert_eq!(due(device), []);
        device.restart();
        assert_eq!(due(device), []);
    }
    a.now += 13 * DAY_MS;
    let found = day(&mut a).occasions;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (
            found[0].id.as_str(),
            found[0].period.as_str(),
            found[0].festival.as_str()
        ),
        ("festival", "2026-06-19", "端午节")
    );
    a.must(Request::ActAs {
        staff: clerk.clone(),
    });
    assert_eq!(due(&mut a), []);
    let refused = a.refused(tick("greeting", "festival", "2026-06-19"));
    assert_eq!(refused.code, ProblemCode::NotAllowed);
    assert!(!refused.detail.is_empty());
    a.now += 14 * DAY_MS;
    let staff = match a.must(Request::Settings) {
        Answer::Settings(view) => view.staff,
        other => panic!("{other:?}"),
    };
    let manager = staff.iter().find(|person| person.name == "店长周").unwrap();
    a.must(Request::ActAs {
        staff: manager.id.clone(),
    });
    assert_eq!(
        due(&mut a),
        pairs(&[("monthly", "2026-06")]),
        "at the end of June"
    );
    a.now += 160 * DAY_MS;
    let found = due(&mut a);
    assert!(
        found.contains(&("year_end".to_owned(), "2026-12".to_owned())),
        "{found:?}"
    );
    a.must(tick("greeting", "year_end", "2026-12"));
    assert!(due(&mut a).iter().all(|(id, _)| id != "year_end"));
}

#[test]
fn without_rules_of_contact_nothing_is_asked_for() {
    let mut device = founder();
    new_customer(&mut device, &[("name", "陈晨"), ("birthday", "1990-06-01")]);
    let found = day(&mut device);
    assert!(found.birthdays.is_empty() && found.occasions.is_empty());
    device.must(Request::ActivatePack {
        reference: "S36".to_owned(),
        part: Part::Contact,
    });
    assert!(
        day(&mut device).birthdays.is_empty(),
        "it has no such greeting"
    );
    let refused = device.refused(tick("report", "unicorn", ""));
    assert_eq!(refused.code, ProblemCode::NotFound);
}

#[test]
fn s36_return_visits_of_a_festival_are_listed_for_the_manager_from_a_week_before_until_ticked() {
    let (mut a, mut b) = pair();
    a.must(Request::ActivatePack {
        reference: "S36".to_owned(),
        part: Part::Contact,
    });
    let manager = staff(&mut a, "周经理", "company_manager");
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        device.must(Request::ActAs {
            staff: manager.clone(),
        });
    }
    let visits = |device: &mut Device| -> Vec<(String, String)> {
        let found = day(device).occasions.into_iter();
        found
            .filter(|view| view.kind == "visit")
            .map(|view| (view.period, view.festival))
            .collect()
    };
    // The festival of dragon boats begins on 2026-06-19.
    let dragon_boats = [("2026-06-19".to_owned(), "端午节".to_owned())];
    for device in [&mut a, &mut b] {
        assert!(visits(device).is_empty(), "it is far away");
        device.now += 13 * DAY_MS;
        assert_eq!(visits(device), dragon_boats);
        device.now += 10 * DAY_MS;
        assert_eq!(visits(device), dragon_boats, "not done yet");
    }
    // Ticked on both devices apart, it is done once.
    a.must(tick("visit", "festival", "2026-06-19"));
    b.must(tick("visit", "festival", "2026-06-19"));
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        assert!(visits(device).is_empty());
    }
    assert_eq!(a.digest(None), b.digest(None));
    let refused = a.refused(tick("visit", "festival", "2026-01-01"));
    assert_eq!(refused.code, ProblemCode::NotFound);
}
