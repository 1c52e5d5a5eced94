//! Contacts: planned, approved, done, reported, promised; on one device and on two that were apart.
//!
//! Long: one scenario after another, each read alone.

use huiyin_api::{
    Answer, ContactDesk, ContactPage, ContactQuery, ContactRecord, FollowUpView, ProblemCode,
    Request, StepIntent,
};
use huiyin_core::pack::contact_rules::{
    ByWhom, FollowUp, PlanRule, ReceptionClass, ReceptionRules,
};
use huiyin_core::pack::{Approvals, Approver, ContactRules, FileRules, Pack, Part, Text};
use huiyin_testkit::Device;

use crate::talk::*;

/// The day at the devices when they are new.
const TODAY: &str = "2026-06-01";
/// A day in milliseconds.
const DAY_MS: i64 = 86_400_000;

/// The neutral pack with contacts planned monthly and approved by the store manager, reports in 2 days, and receptions of class B
/// at 300 yuan a head for filed customers.
fn pack() -> Pack {
    let mut pack = huiyin_core::pack::builtin::packs()
        .into_iter()
        .find(|pack| pack.neutral)
        .unwrap();
    pack.required_fields.clear();
    pack.step_fields.clear();
    pack.remedies.clear();
    pack.approvals = Approvals::default();
    pack.contact = Some(ContactRules {
        plan: Some(PlanRule {
            approvers: vec![Approver {
                role: "store_manager".to_owned(),
                ..Approver::default()
            }],
            ..PlanRule::default()
        }),
        report_within: Some(huiyin_core::deadline::Length::parse("2d").unwrap()),
        ..ContactRules::default()
    });
    pack.file = Some(FileRules {
        unfiled_costs_refused: true,
        ..FileRules::default()
    });
    pack.reception = Some(ReceptionRules {
        classes: vec![ReceptionClass {
            id: "B".to_owned(),
            text: Text {
                zh: "B 级".to_owned(),
                en: "Class B".to_owned(),
            },
            per_head: Some(30_000),
            ..ReceptionClass::default()
        }],
        ..ReceptionRules::default()
    });
    pack
}

fn save(pairs: &[(&str, &str)], step: &str) -> Request {
    Request::SaveContact {
        id: None,
        fields: fields(pairs),
        step: StepIntent {
            step: step.to_owned(),
            ..StepIntent::default()
        },
    }
}

#[track_caller]
fn made(device: &mut Device, pairs: &[(&str, &str)], step: &str) -> String {
    match device.must(save(pairs, step)) {
        Answer::Saved { id, .. } => id,
        other => panic!("{other:?}"),
    }
}

fn act(id: &str, step: &str, fill: impl FnOnce(&mut StepIntent)) -> Request {
    let mut intent = StepIntent {
        step: step.to_owned(),
        ..StepIntent::default()
    };
    fill(&mut intent);
    Request::ContactStep {
        id: id.to_owned(),
        step: intent,
    }
}

fn plain(id: &str, step: &str) -> Request {
    act(id, step, |_| {})
}

#[track_caller]
fn contact(device: &mut Device, id: &str) -> ContactRecord {
    match device.must(Request::Contact { id: id.to_owned() }) {
        Answer::Contact(record) => *record,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn list(device: &mut Device, tab: &str) -> ContactPage {
    match device.must(Request::Contacts(ContactQuery {
        tab: tab.to_owned(),
        limit: 100,
        ..ContactQuery::default()
    })) {
        Answer::Contacts(page) => page,
        other => panic!("{other:?}"),
    }
}

fn steps(record: &ContactRecord) -> Vec<&str> {
    record.steps.iter().map(|form| form.step.as_str()).collect()
}

/// A founder, and the tablet of a clerk of the same branch.
fn company() -> (Device, Device) {
    let mut a = founder();
    a.must(Request::PublishPack {
        pack: Box::new(pack()),
    });
    let link = a.invite("HQ", "clerk");
    let mut b = Device::new("平板", 2);
    b.join(&link).unwrap();
    exchange(&mut a, &mut b);
    (a, b)
}

#[test]
fn a_visit_goes_from_plan_to_approval_to_report_and_its_promise_becomes_a_task() {
    let (mut a, mut b) = company();
    let file = new_customer(&mut b, &[("name", "华美商场"), ("phone", "13800138000")]);
    let today = TODAY.to_owned();
    let visit = made(
        &mut b,
        &[
            ("kind", "visit"),
            ("customer", &file),
            ("planned_on", &today),
            ("planned_at", "09:30"),
            ("subject", "季度回访"),
        ],
        "planned",
    );
    let record = contact(&mut b, &visit);
    assert_eq!(record.row.state, "planned");
    assert_eq!(record.row.customer, "华美商场");
    assert_eq!(
        (record.row.day.as_str(), record.row.time.as_str()),
        (today.as_str(), "09:30")
    );
    b.must(plain(&visit, "submitted"));
    assert_eq!(
        b.refused(plain(&visit, "approved")).code,
        ProblemCode::NotAllowed,
        "a clerk approves no plan"
    );
    assert!(!steps(&contact(&mut b, &visit)).contains(&"approved"));
    assert!(home(&mut b).contacts.to_approve.is_empty());

    exchange(&mut b, &mut a);
    assert_eq!(home(&mut a).contacts.to_approve[0].id, visit);
    assert_eq!(list(&mut a, "approve").total, 1);
    a.must(plain(&visit, "approved"));
    assert!(home(&mut a).contacts.to_approve.is_empty());
    exchange(&mut a, &mut b);
    assert_eq!(home(&mut b).contacts.today[0].id, visit, "it is today");

    b.must(plain(&visit, "done"));
    let due = home(&mut b).contacts.to_report.remove(0);
    assert_eq!(due.duties[0].kind, "report");
    assert_eq!(list(&mut b, "report").tabs["report"], 1);
    assert_eq!(
        b.refused(plain(&visit, "reported")).code,
        ProblemCode::Missing
    );
    b.must(act(&visit, "reported", |step| {
        step.note = "客户要求加快配送".to_owned();
        step.data.insert("result".to_owned(), "good".to_owned());
    }));
    b.must(act(&visit, "promised", |step| {
        step.note = "本周内送样".to_owned();
        step.data.insert("due".to_owned(), today.clone());
    }));
    let record = contact(&mut b, &visit);
    assert_eq!(field(&record.fields, "report"), "客户要求加快配送");
    assert_eq!(field(&record.fields, "result"), "good");
    let promise = home(&mut b).contacts.promises.remove(0);
    assert_eq!(
        (promise.text.as_str(), promise.contact.as_str()),
        ("本周内送样", visit.as_str())
    );
    let kept = |of: &str| {
        let of = of.to_owned();
        act(&visit, "promise_kept", |step| {
            step.data.insert("of".to_owned(), of);
        })
    };
    assert_eq!(
        b.refused(kept("0000000000000001")).code,
        ProblemCode::StepRefused
    );
    b.must(kept(&promise.event));
    assert!(home(&mut b).contacts.promises.is_empty());
    assert_eq!(
        b.refused(kept(&promise.event)).code,
        ProblemCode::StepRefused
    );

    exchange(&mut b, &mut a);
    assert_eq!(
        contact(&mut a, &visit).events,
        contact(&mut b, &visit).events
    );
    assert_eq!(customer(&mut a, &file).contacts[0].state, "reported");
    assert_eq!(list(&mut a, "done").rows[0].id, visit);
    let again = a.with_rows_made_anew();
    assert_eq!(list(&mut { again }, "done").rows, list(&mut a, "done").rows);
}

#[test]
fn a_report_is_late_after_the_days_of_the_policy_and_a_day_that_passed_is_told() {
    let (mut a, _) = company();
    let visit = made(
        &mut a,
        &[
            ("kind", "visit"),
            ("customer_name", "路人甲"),
            ("planned_on", TODAY),
        ],
        "planned",
    );
    a.now += DAY_MS;
    let row = list(&mut a, "planned").rows.remove(0);
    assert_eq!(row.duties[0].kind, "overdue");
    assert_eq!(home(&mut a).contacts.today[0].id, visit);
    a.must(plain(&visit, "done"));
    assert!(!list(&mut a, "report").rows[0].duties[0].late);
    a.now += 3 * DAY_MS;
    assert!(list(&mut a, "report").rows[0].duties[0].late);
}

#[test]
fn a_call_is_recorded_at_once_with_its_report_and_says_when_it_was() {
    let (mut a, _) = company();
    let call = made(
        &mut a,
        &[
            ("kind", "电话"),
            ("customer_name", "路人甲"),
            ("planned_on", "2026-05-28"),
            ("report", "询问价格"),
        ],
        "done",
    );
    let record = contact(&mut a, &call);
    assert_eq!(
        (record.row.kind.as_str(), record.row.state.as_str()),
        ("call", "reported")
    );
    assert_eq!(record.row.day, "2026-05-28");
    assert_eq!(list(&mut a, "done").total, 1);
    let ahead = [
        ("kind", "call"),
        ("customer_name", "甲"),
        ("planned_on", "2026-06-02"),
    ];
    assert_eq!(a.refused(save(&ahead, "done")).place, "planned_on");
    let nobody = [("kind", "call"), ("planned_on", TODAY)];
    assert_eq!(a.refused(save(&nobody, "done")).place, "customer");
    let odd = [
        ("kind", "seance"),
        ("customer_name", "甲"),
        ("planned_on", TODAY),
    ];
    assert_eq!(a.refused(save(&odd, "done")).place, "kind");
    let time = [
        ("kind", "call"),
        ("customer_name", "甲"),
        ("planned_on", TODAY),
        ("planned_at", "下午"),
    ];
    assert_eq!(a.refused(save(&time, "planned")).place, "planned_at");
    let gone = [
        ("kind", "call"),
        ("customer", "cu.HQ.all.0.9f3a0c1d2e4b5a6c"),
        ("planned_on", TODAY),
    ];
    assert_eq!(
        a.refused(save(&gone, "planned")).code,
        ProblemCode::NotFound
    );
    assert_eq!(list(&mut a, "").total, 1, "what was refused left nothing");
}

#[test]
fn the_list_narrows_by_kind_owner_day_and_words_and_counts_its_tabs() {
    let (mut a, _) = company();
    for (kind, day, name) in [
        ("visit", "2026-06-03", "华美"),
        ("visit", "2026-07-01", "宏达"),
        ("call", "2026-06-02", "华美"),
    ] {
        let pairs = [("kind", kind), ("customer_name", name), ("planned_on", day)];
        made(&mut a, &pairs, "planned");
    }
    let mut days = |query: ContactQuery| -> Vec<String> {
        let query = ContactQuery { limit: 10, ..query };
        match a.must(Request::Contacts(query)) {
            Answer::Contacts(page) => page.rows.into_iter().map(|row| row.day).collect(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        days(ContactQuery::default()),
        ["2026-06-02", "2026-06-03", "2026-07-01"]
    );
    let june = ContactQuery {
        from: "2026-06-01".to_owned(),
        to: "2026-06-30".to_owned(),
        descending: true,
        ..ContactQuery::default()
    };
    assert_eq!(days(june), ["2026-06-03", "2026-06-02"]);
    let visits = ContactQuery {
        kinds: vec!["visit".to_owned()],
        search: "华".to_owned(),
        ..ContactQuery::default()
    };
    assert_eq!(days(visits), ["2026-06-03"]);
    let others = ContactQuery {
        owner: "别人".to_owned(),
        ..ContactQuery::default()
    };
    assert!(days(others).is_empty());
    assert_eq!(list(&mut a, "planned").tabs["planned"], 3);
}

#[test]
fn two_devices_that_decide_apart_show_the_clash_until_somebody_settles_it() {
    let (mut a, mut b) = pair();
    let pairs = [
        ("kind", "visit"),
        ("customer_name", "华美"),
        ("planned_on", TODAY),
    ];
    let visit = made(&mut a, &pairs, "planned");
    exchange(&mut a, &mut b);
    a.must(act(&visit, "cancelled", |step| {
        step.reason = "客户有事".to_owned();
    }));
    b.must(plain(&visit, "done"));
    exchange(&mut a, &mut b);
    let (one, other) = (contact(&mut a, &visit), contact(&mut b, &visit));
    assert_eq!(one.events, other.events);
    assert_eq!((one.row.state.as_str(), one.row.clashes), ("done", 2));
    assert_eq!(one.clash.len(), 2);
    a.must(plain(&visit, "done"));
    exchange(&mut a, &mut b);
    assert_eq!(contact(&mut b, &visit).row.clashes, 0);
}

#[test]
fn two_days_chosen_apart_are_both_kept_and_settling_moves_the_visit() {
    let (mut a, mut b) = pair();
    let pairs = [
        ("kind", "visit"),
        ("customer_name", "华美"),
        ("planned_on", "2026-06-10"),
    ];
    let visit = made(&mut a, &pairs, "planned");
    exchange(&mut a, &mut b);
    let to = |day: &str| {
        let day = day.to_owned();
        act(&visit, "rescheduled", |step| {
            step.data.insert("day".to_owned(), day);
        })
    };
    a.must(to("2026-06-11"));
    b.must(to("2026-06-12"));
    exchange(&mut a, &mut b);
    let record = contact(&mut a, &visit);
    assert_eq!(record.row, contact(&mut b, &visit).row);
    assert_eq!(record.conflicts.len(), 1);
    a.must(Request::SettleConflict {
        id: visit.clone(),
        field: "planned_on".to_owned(),
        value: "2026-06-11".to_owned(),
    });
    exchange(&mut a, &mut b);
    let settled = contact(&mut b, &visit);
    assert_eq!(
        (settled.row.day.as_str(), settled.conflicts.len()),
        ("2026-06-11", 0)
    );
    b.must(Request::SaveContact {
        id: Some(visit.clone()),
        fields: fields(&[("planned_on", "2026-06-15"), ("subject", "谈合同")]),
        step: StepIntent::default(),
    });
    let moved = contact(&mut b, &visit);
    assert_eq!(
        (moved.row.day.as_str(), moved.row.subject.as_str()),
        ("2026-06-15", "谈合同")
    );
    assert_eq!(moved.events.last().unwrap().step, "rescheduled");
}

#[test]
fn a_reception_over_the_limit_is_refused_unless_its_plan_was_approved_and_unfiled_customers_cost_nothing()
 {
    let (mut a, _) = company();
    let unfiled = new_customer(&mut a, &[("name", "未备案公司")]);
    let guests = |customer: &str, cost: &str| -> Vec<(String, String)> {
        [
            ("kind", "reception"),
            ("customer", customer),
            ("planned_on", TODAY),
            ("reception_class", "B"),
            ("guests", "2"),
            ("cost", cost),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    };
    let request = |pairs: Vec<(String, String)>, step: &str| Request::SaveContact {
        id: None,
        fields: pairs.into_iter().collect(),
        step: StepIntent {
            step: step.to_owned(),
            ..StepIntent::default()
        },
    };
    let refused = a.refused(request(guests(&unfiled, "100"), "done"));
    assert_eq!(refused.place, "cost");
    assert!(refused.detail.contains("not filed"), "{refused:?}");
    assert_eq!(list(&mut a, "").total, 0);

    // Two guests of class B at 300 yuan a head.
    let mut lenient = pack();
    lenient.file = None;
    a.must(Request::PublishPack {
        pack: Box::new(lenient),
    });
    let refused = a.refused(request(guests(&unfiled, "700"), "done"));
    assert!(refused.detail.contains("600.00"), "{refused:?}");
    a.must(request(guests(&unfiled, "600"), "done"));

    let plan = match a.must(request(guests(&unfiled, "700"), "planned")) {
        Answer::Saved { id, .. } => id,
        other => panic!("{other:?}"),
    };
    assert_eq!(contact(&mut a, &plan).cost.unwrap().paid, 60_000);
    assert_eq!(a.refused(plain(&plan, "done")).place, "cost");
    a.must(plain(&plan, "submitted"));
    a.must(plain(&plan, "approved"));
    // What was approved is no leave for more.
    let cost = |cost: &str| Request::SaveContact {
        id: Some(plan.clone()),
        fields: fields(&[("cost", cost)]),
        step: StepIntent::default(),
    };
    a.must(cost("5000"));
    assert_eq!(a.refused(plain(&plan, "done")).place, "cost");
    a.must(cost("700"));
    a.must(plain(&plan, "done"));
    assert_eq!(a.refused(cost("5000")).place, "cost");
    let without = guests(&unfiled, "600")
        .into_iter()
        .filter(|(name, _)| name != "guests")
        .collect();
    assert_eq!(a.refused(request(without, "done")).place, "guests");
}

#[test]
fn contacts_leave_as_a_calendar_file() {
    let (mut a, _) = company();
    let pairs = [
        ("kind", "visit"),
        ("customer_name", "华美"),
        ("subject", "季度回访"),
        ("planned_on", "2026-06-03"),
        ("planned_at", "09:30"),
    ];
    let visit = made(&mut a, &pairs, "planned");
    let (answer, bytes) = a
        .ask(Request::ContactCalendar(ContactQuery::default()))
        .unwrap();
    assert!(matches!(answer, Answer::File { name, .. } if name == "huiyin-2026-06-01.ics"));
    let bytes = bytes.unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("DTSTART:20260603T013000Z"), "{text}");
    assert!(text.contains("华美 · 季度回访"));
    assert!(text.contains(&visit.replace(':', "")[..12]));
}

/// The pack with return visits within 3 days after every solution carried out, by the store manager.
fn pack_with_visits() -> Pack {
    let mut pack = pack();
    let mut contact = pack.contact.take().unwrap();
    contact.follow_ups = vec![FollowUp {
        id: "after_solution".to_owned(),
        text: Text {
            zh: "方案执行后回访".to_owned(),
            en: "After a solution".to_owned(),
        },
        within: Some(huiyin_core::deadline::Length::parse("3d").unwrap()),
        percent: 100,
        by: vec![ByWhom {
            post: "store_manager".to_owned(),
            ..ByWhom::default()
        }],
        until_solved: true,
        ..FollowUp::default()
    }];
    pack.contact = Some(contact);
    pack
}

#[track_caller]
fn follow_ups(device: &mut Device) -> Vec<FollowUpView> {
    match device.must(Request::FollowUps) {
        Answer::FollowUps(views) => views,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn carried_out(device: &mut Device, name: &str) -> String {
    let id = new_case(
        device,
        &[
            ("subject", "门锁损坏"),
            ("complainant_name", name),
            ("complainant_phone", "13800138000"),
            ("channel", "phone"),
            ("severity", "general"),
        ],
        "",
    );
    for name in [
        "accepted",
        "assigned",
        "investigated",
        "proposed",
        "approved",
        "carried_out",
    ] {
        let proposal = case(device, &id).desk.proposal;
        device.must(step_with(&id, name, "换了新锁", |step| {
            if let (Some(proposal), "approved") = (proposal, name) {
                step.data.insert("of".to_owned(), proposal.event);
            }
            "赵敏".clone_into(&mut step.assignee);
            "老化".clone_into(&mut step.cause);
            "属实".clone_into(&mut step.conclusion);
        }));
    }
    id
}

#[test]
fn a_solution_carried_out_is_followed_up_until_it_is_solved_and_a_call_back_counts() {
    let mut a = founder();
    a.must(Request::PublishPack {
        pack: Box::new(pack_with_visits()),
    });
    let first = carried_out(&mut a, "张三");
    let second = carried_out(&mut a, "李四");
    let due = follow_ups(&mut a);
    assert_eq!(due.len(), 2, "{due:?}");
    assert!(
        due.iter()
            .all(|view| view.mine && view.nth == 1 && !view.late)
    );
    assert_eq!(home(&mut a).contacts.follow_ups.len(), 2);

    let visit = |case: &str, result: &str| Request::SaveContact {
        id: None,
        fields: fields(&[
            ("kind", "follow_up"),
            ("way", "phone"),
            ("customer_name", "张三"),
            ("case", case),
            ("follow_up", "after_solution"),
            ("planned_on", TODAY),
        ]),
        step: StepIntent {
            step: "done".to_owned(),
            data: fields(&[("result", result)]),
            ..StepIntent::default()
        },
    };
    a.must(visit(&first, "unsolved"));
    let due = follow_ups(&mut a);
    let again = due.iter().find(|view| view.of == first).unwrap();
    assert_eq!(again.nth, 2, "until it is solved");
    a.must(visit(&first, "good"));
    assert_eq!(follow_ups(&mut a).len(), 1);
    let third = new_case(&mut a, &[("subject", "漏水")], "");
    a.now += 10 * DAY_MS;
    let late = follow_ups(&mut a);
    assert_eq!((late.len(), late[0].late), (1, true));
    assert_ne!(late[0].of, third);
    a.must(step(&second, "answered", "已更换"));
    a.must(step_with(&second, "called_back", "", |step| {
        step.satisfied = Some(true);
    }));
    assert!(
        follow_ups(&mut a).is_empty(),
        "the call-back of the case counts"
    );
    a.now += 400 * DAY_MS;
    carried_out(&mut a, "王五");
    assert_eq!(follow_ups(&mut a).len(), 1, "old matters are history");
}

fn follow_part(part: Part, id: &str) -> Request {
    Request::ActivatePack {
        reference: id.to_owned(),
        part,
    }
}

#[track_caller]
fn desk(device: &mut Device) -> ContactDesk {
    match device.must(Request::ContactDesk) {
        Answer::ContactDesk(desk) => *desk,
        other => panic!("{other:?}"),
    }
}

#[test]
fn s34_next_months_plan_is_submitted_by_the_months_end_and_approved_by_the_head() {
    let mut a = founder();
    a.must(follow_part(Part::Contact, "S34"));
    let link = a.invite("HQ", "sales_rep");
    let mut b = Device::new("平板", 2);
    b.join(&link).unwrap();
    exchange(&mut a, &mut b);
    let before = desk(&mut b);
    assert_eq!(before.purposes.len(), 7);
    assert_eq!((before.targets[0].wanted, before.targets[0].done), (20, 0));
    let next = before.plans.last().unwrap();
    assert_eq!((next.planned, next.late), (0, false));
    let pairs = [
        ("kind", "visit"),
        ("customer_name", "华美"),
        ("purpose", "payment"),
        ("planned_on", "2026-07-08"),
    ];
    let visit = made(&mut b, &pairs, "planned");
    assert_eq!(desk(&mut b).plans.last().unwrap().planned, 1);
    b.now += 40 * DAY_MS;
    assert!(
        desk(&mut b).plans.first().unwrap().late,
        "July has come and its plan was not submitted"
    );
    b.must(plain(&visit, "submitted"));
    assert_eq!(
        contact(&mut b, &visit).approvers,
        ["department_manager".to_owned()]
    );
    exchange(&mut b, &mut a);
    a.now = b.now;
    a.must(plain(&visit, "approved"));
    exchange(&mut a, &mut b);
    b.must(plain(&visit, "done"));
    b.now += 3 * DAY_MS;
    let duty = home(&mut b).contacts.to_report[0].duties[0].clone();
    assert_eq!((duty.kind.as_str(), duty.late), ("report", true));
    assert_eq!(desk(&mut b).targets[0].done, 1);
}

#[test]
fn s36_at_least_half_of_the_complaints_are_followed_up_and_every_device_draws_the_same() {
    let mut a = founder();
    a.must(Request::PublishPack {
        pack: Box::new(pack()),
    });
    a.must(follow_part(Part::Contact, "S36"));
    for name in ["张三", "李四", "王五", "赵六"] {
        carried_out(&mut a, name);
    }
    let due = follow_ups(&mut a);
    assert!((2..=4).contains(&due.len()), "{due:?}");
    assert!(
        due.iter()
            .all(|view| view.by == "assistant" && !view.by_phone)
    );
    let link = a.invite("HQ", "store_manager");
    let mut b = Device::new("平板", 2);
    b.join(&link).unwrap();
    exchange(&mut a, &mut b);
    let of = |views: Vec<FollowUpView>| -> Vec<String> {
        views.into_iter().map(|view| view.of).collect()
    };
    assert_eq!(of(follow_ups(&mut b)), of(due));
}

#[test]
fn s32_a_reception_costs_three_hundred_a_head_in_class_b() {
    let mut a = founder();
    a.must(follow_part(Part::Reception, "S32"));
    let reception = |cost: &str| {
        save(
            &[
                ("kind", "reception"),
                ("customer_name", "外宾"),
                ("planned_on", TODAY),
                ("reception_class", "B"),
                ("guests", "2"),
                ("company_people", "1"),
                ("cost", cost),
            ],
            "done",
        )
    };
    assert_eq!(desk(&mut a).reception_classes.len(), 4);
    assert_eq!(a.refused(reception("900.01")).place, "cost");
    a.must(reception("900"));
}

#[test]
fn a_planned_visit_took_place_on_the_day_it_is_said_to() {
    let (mut a, _) = company();
    let pairs = [
        ("kind", "visit"),
        ("customer_name", "华美"),
        ("planned_on", TODAY),
    ];
    let visit = made(&mut a, &pairs, "planned");
    a.now += 3 * DAY_MS;
    let form = contact(&mut a, &visit).steps;
    let done = form.iter().find(|form| form.step == "done").unwrap();
    assert!(done.offers.iter().any(|name| name == "day"));
    let on = |day: &str| {
        let day = day.to_owned();
        act(&visit, "done", move |intent| {
            intent.data.insert("day".to_owned(), day.clone());
        })
    };
    assert_eq!(a.refused(on("2026-06-30")).place, "day");
    a.must(on("2026-06-02"));
    assert_eq!(contact(&mut a, &visit).row.day, "2026-06-02");
}
