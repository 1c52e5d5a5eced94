//! Contacts: from plan to report, return visits by share, reception costs, by the packs that rule them.
//!
//! Long: one pack after another, each read alone.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use huiyin_core::Millis;
use huiyin_core::calendar::WorkingCalendar;
use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::contact::duties::{
    ContactDuty, PlanStage, duties, greetings, plan_status, targets,
};
use huiyin_core::contact::follow_up::{Matter, coming, due, followed_percent, lot, sample};
use huiyin_core::contact::reception::{Claim, CostRefusal, judge};
use huiyin_core::contact::{ContactState, fold};
use huiyin_core::file::data;
use huiyin_core::id::EventId;
use huiyin_core::instant::{parse_instant, print_instant};
use huiyin_core::pack::contact_rules::FollowUp;
use huiyin_core::pack::{ContactRules, builtin};
use huiyin_core::zone::Zone;
use proptest::prelude::*;

/// When a matter was first followed up.
const FIRST: &[Millis] = &[1_773_115_200_000];

/// When a matter was first followed up.
const JANUARY: &[Millis] = &[1_768_900_000_000];
/// 21 May 2028, 10 o'clock in Shanghai.
const MAY_2028: &[Millis] = &[1_842_487_200_000];

fn at(text: &str) -> Millis {
    parse_instant(text, Zone::CHINA).expect("a moment")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn event(id: u64, step: Step, time: &str, after: &[u64], said: &[(&str, &str)]) -> CaseEvent {
    let mut event = CaseEvent::new(EventId::from_u64(id), step, at(time), "王伟", "d1");
    event.after = after.iter().map(|id| EventId::from_u64(*id)).collect();
    for (name, value) in said {
        event.data.insert((*name).to_owned(), (*value).to_owned());
    }
    event
}

fn rules(id: &str) -> ContactRules {
    builtin::pack(id)
        .and_then(|pack| pack.contact)
        .expect("a part about contact")
}

fn rule(pack: &str, id: &str) -> FollowUp {
    rules(pack)
        .follow_ups
        .into_iter()
        .find(|rule| rule.id == id)
        .expect("a rule")
}

fn shown(time: Millis) -> String {
    print_instant(time, Zone::CHINA)
}

#[test]
fn s34_next_months_visits_are_planned_by_the_months_end() {
    let rules = rules("S34");
    let calendar = WorkingCalendar::china();
    let posts = ["sales_rep".to_owned()];
    let plan = |events: &[CaseEvent]| {
        let contact = fold(events);
        plan_status(&rules, &calendar, &posts, [&contact], day("2026-04-10")).unwrap()
    };
    let planned = event(
        1,
        Step::Planned,
        "2026-03-20T10:00",
        &[],
        &[(data::DAY, "2026-04-08")],
    );
    let status = plan(std::slice::from_ref(&planned));
    assert_eq!(shown(status.due), "2026-03-31T18:00:00+08:00");
    assert_eq!((status.stage, status.planned), (PlanStage::Drafted, 1));
    let submitted = event(2, Step::Submitted, "2026-04-01T09:00", &[1], &[]);
    let status = plan(&[planned.clone(), submitted.clone()]);
    assert!(status.stage == PlanStage::Waiting && status.is_late(at("2026-04-02T10:00")));
    let approved = event(3, Step::Approved, "2026-04-01T10:00", &[2], &[]);
    assert_eq!(
        plan(&[planned, submitted, approved]).stage,
        PlanStage::Approved
    );
    assert_eq!(plan(&[]).stage, PlanStage::Missing);
}

#[test]
fn s34_a_visit_is_reported_in_two_days_and_promises_become_tasks() {
    let rules = rules("S34");
    let calendar = WorkingCalendar::china();
    let visit = vec![
        event(
            1,
            Step::Planned,
            "2026-03-20T10:00",
            &[],
            &[(data::DAY, "2026-04-08")],
        ),
        event(2, Step::Done, "2026-04-08T15:00", &[1], &[]),
        event(
            3,
            Step::Promised,
            "2026-04-08T15:30",
            &[2],
            &[(data::DUE, "2026-04-15"), (data::OWNER, "李芳")],
        ),
    ];
    let found = duties(
        &rules,
        &calendar,
        "visit",
        "customer_site",
        &fold(&visit),
        at("2026-04-09T10:00"),
    );
    let ContactDuty::Report { due } = &found[0] else {
        panic!("{found:?}")
    };
    assert_eq!(shown(*due), "2026-04-10T18:00:00+08:00");
    let ContactDuty::Promise { owner, due, .. } = &found[1] else {
        panic!("{found:?}")
    };
    assert_eq!(
        (owner.as_str(), shown(due.unwrap())),
        ("李芳", "2026-04-15T18:00:00+08:00".to_owned())
    );
    let mut done = visit;
    done.push(event(4, Step::Reported, "2026-04-09T15:00", &[3], &[]));
    done.push(event(
        5,
        Step::PromiseKept,
        "2026-04-10T15:00",
        &[4],
        &[("of", "0000000000000003")],
    ));
    assert!(
        duties(
            &rules,
            &calendar,
            "visit",
            "",
            &fold(&done),
            at("2026-04-20T10:00")
        )
        .is_empty()
    );
    let overdue = duties(
        &rules,
        &calendar,
        "visit",
        "",
        &fold(&done[..1]),
        at("2026-04-09T10:00"),
    );
    assert!(matches!(overdue[..], [ContactDuty::Overdue { .. }]));
}

#[test]
fn s34_visits_are_counted_against_the_target_of_the_post() {
    let rules = rules("S34");
    let contacts = [
        ("visit", day("2026-03-02")),
        ("call", day("2026-03-03")),
        ("visit", day("2026-04-01")),
    ];
    let found = targets(
        &rules,
        &["sales_rep".to_owned()],
        &contacts,
        day("2026-03-31"),
    );
    assert_eq!((found[0].target.count, found[0].done), (20, 1));
    assert_eq!(rules.purposes.len(), 7);
}

#[test]
fn a_plan_approved_here_and_sent_back_there_is_not_approved() {
    let plan = [
        event(1, Step::Planned, "2026-03-20T10:00", &[], &[]),
        event(2, Step::Submitted, "2026-03-21T10:00", &[1], &[]),
        event(3, Step::Approved, "2026-03-22T10:00", &[2], &[]),
        event(4, Step::SentBack, "2026-03-22T09:00", &[2], &[]),
    ];
    let summary = fold(&plan);
    assert_eq!(
        (
            summary.state,
            summary.clash.len(),
            summary.approved_by.as_deref()
        ),
        (Some(ContactState::SentBack), 2, None)
    );
    let mut settled = plan.to_vec();
    settled.push(event(5, Step::Approved, "2026-03-23T10:00", &[3, 4], &[]));
    let summary = fold(&settled);
    assert!(summary.state == Some(ContactState::Approved) && summary.clash.is_empty());
    assert_eq!(summary.approved_by.as_deref(), Some("王伟"));
    let cancelled = [
        plan[0].clone(),
        event(6, Step::Cancelled, "2026-04-01T10:00", &[1], &[]),
        event(7, Step::Done, "2026-04-01T09:00", &[1], &[]),
    ];
    assert_eq!(
        fold(&cancelled).state,
        Some(ContactState::Done),
        "what took place took place"
    );
    let early = [
        plan[0].clone(),
        event(8, Step::Approved, "2026-03-22T10:00", &[1], &[]),
    ];
    assert!(fold(&early).events[1].out_of_order, "nothing was submitted");
}

#[test]
fn s36_half_of_the_complaints_are_visited_within_three_days_by_severity() {
    let rule = rule("S36", "complaint");
    let calendar = WorkingCalendar::china();
    let ids: Vec<String> = (0..20)
        .map(|n| format!("ca.HQ.202603.0.{n:016x}"))
        .collect();
    let done = at("2026-03-09T10:00");
    let matter = |id: &'static str,
                  severity: &'static str,
                  excuse: &'static str,
                  followed: &'static [Millis]| Matter {
        id,
        at: done,
        severity,
        excuse,
        followed,
        unsolved: !followed.is_empty(),
    };
    let many: Vec<Matter<'_>> = ids
        .iter()
        .map(|id| Matter {
            id,
            at: done,
            severity: "general",
            excuse: "",
            followed: &[],
            unsolved: false,
        })
        .collect();
    let found = due(&rule, &calendar, &many, at("2026-03-09T11:00"));
    assert!(found.len() >= 10, "{}", found.len());
    assert_eq!(shown(found[0].due), "2026-03-12T18:00:00+08:00");
    assert!(
        found
            .iter()
            .all(|duty| duty.by == "assistant" && !duty.by_phone)
    );
    let major = due(
        &rule,
        &calendar,
        &[matter("m", "major", "", &[])],
        at("2026-03-09T11:00"),
    );
    assert_eq!(major[0].by, "company_manager");
    assert!(
        due(
            &rule,
            &calendar,
            &[matter("m", "general", "anonymous", &[])],
            done
        )
        .is_empty()
    );
    // Unsolved: again, on the phone from the second time, unless of the third class.
    let again = due(
        &rule,
        &calendar,
        &[
            matter("m", "general", "", FIRST),
            matter("n", "major", "", FIRST),
        ],
        done,
    );
    let phone: Vec<(u32, bool)> = again
        .iter()
        .map(|duty| (duty.number, duty.by_phone))
        .collect();
    assert_eq!(phone, [(2, true), (2, false)]);
    assert_eq!(
        followed_percent(
            &rule,
            &[
                matter("m", "", "", FIRST),
                matter("n", "", "", &[]),
                matter("o", "", "reply_only", &[])
            ]
        ),
        Some(50)
    );
}

#[test]
fn s36_shares_of_repairs_and_events() {
    for (id, percent) in [("repair", 30), ("event", 10), ("complaint", 50)] {
        let rule = rule("S36", id);
        assert_eq!(rule.percent, percent);
    }
    let home = [event(1, Step::Done, "2026-03-09T10:00", &[], &[])];
    let calendar = WorkingCalendar::china();
    let of = |way: &str, events: &[CaseEvent]| {
        duties(
            &rules("S36"),
            &calendar,
            "follow_up",
            way,
            &fold(events),
            at("2026-03-10T10:00"),
        )
    };
    assert!(of("home", &home).contains(&ContactDuty::Signature));
    assert!(
        !of("phone", &home).contains(&ContactDuty::Signature),
        "a call needs none"
    );
    let checked = [
        home[0].clone(),
        event(2, Step::CustomerSigned, "2026-03-09T10:05", &[1], &[]),
        event(3, Step::Supervised, "2026-03-10T09:00", &[2], &[]),
    ];
    assert!(of("home", &checked).is_empty());
}

#[test]
fn s41_delivery_is_followed_monthly_in_the_first_year_then_quarterly() {
    let rule = rule("S41", "delivery");
    let calendar = WorkingCalendar::china();
    let delivered = at("2026-01-12T10:00");
    let times: Vec<String> = coming(&rule, &calendar, delivered)
        .into_iter()
        .take(14)
        .map(|time| shown(time)[..7].to_owned())
        .collect();
    assert_eq!(
        times,
        [
            "2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09",
            "2026-10", "2026-11", "2026-12", "2027-01", "2027-04", "2027-07"
        ]
    );
    let matter = |followed: &'static [Millis]| Matter {
        id: "m",
        at: delivered,
        severity: "",
        excuse: "",
        followed,
        unsolved: false,
    };
    let first = due(&rule, &calendar, &[matter(&[])], at("2026-01-20T10:00"));
    assert_eq!(
        (shown(first[0].due), first[0].by.as_str()),
        ("2026-02-12T18:00:00+08:00".to_owned(), "account_person")
    );
    // Followed up in the first month: nothing is due until the second begins.
    assert!(due(&rule, &calendar, &[matter(JANUARY)], at("2026-01-25T10:00")).is_empty());
    assert_eq!(
        shown(due(&rule, &calendar, &[matter(JANUARY)], at("2026-02-20T10:00"))[0].due),
        "2026-03-12T18:00:00+08:00"
    );
    // Behind by years: the quarter that was missed last is owed, and one visit settles it.
    let late = due(&rule, &calendar, &[matter(&[])], at("2028-05-20T10:00"));
    assert_eq!(late.len(), 1);
    assert_eq!(shown(late[0].due), "2028-04-12T18:00:00+08:00");
    assert!(
        due(
            &rule,
            &calendar,
            &[matter(MAY_2028)],
            at("2028-05-22T10:00")
        )
        .is_empty()
    );
    let rules = rules("S41");
    assert!(rules.first_contact_owns);
    assert_eq!(
        greetings(&rules, None, false, day("2026-12-05")),
        ["year_end"]
    );
    assert!(greetings(&rules, None, false, day("2026-11-05")).is_empty());
}

#[test]
fn s32_costs_heads_and_gifts_have_their_limits() {
    let pack = builtin::pack("S32").unwrap();
    let rules = pack.reception.as_ref();
    let director = ["sales_director".to_owned()];
    let chair = ["executive_chair".to_owned()];
    let claim = Claim {
        class: "B",
        guests: 4,
        company: 1,
        cost: 150_000,
        receiver: &director,
        filed: true,
        ..Claim::default()
    };
    let full = judge(None, rules, &claim);
    assert_eq!(
        (full.paid, full.refusals.len()),
        (150_000, 0),
        "5 heads at 300 yuan"
    );
    let over = judge(
        None,
        rules,
        &Claim {
            cost: 150_001,
            ..claim
        },
    );
    assert_eq!(
        (over.paid, &over.refusals[..]),
        (
            150_000,
            &[CostRefusal::OverLimit {
                cost: 150_001,
                heads: 5,
                limit: 150_000,
                over: 1
            }][..]
        )
    );
    // guests, people of the company, refused
    for (guests, company, refused) in [
        (5, 1, false),
        (5, 2, true),
        (6, 2, false),
        (10, 3, true),
        (11, 3, false),
        (11, 7, false),
        (11, 2, true),
    ] {
        let found = judge(
            None,
            rules,
            &Claim {
                guests,
                company,
                cost: 0,
                ..claim
            },
        );
        assert_eq!(
            !found.refusals.is_empty(),
            refused,
            "{guests} guests, {company} of the company: {found:?}"
        );
    }
    for (class, cents) in [("A", 50_000), ("B", 30_000), ("C", 20_000), ("D", 15_000)] {
        assert_eq!(rules.unwrap().class(class).unwrap().per_head, Some(cents));
    }
    let gift = judge(
        None,
        rules,
        &Claim {
            gift: 100_000,
            ..claim
        },
    );
    assert!(
        gift.paid == 150_000 && matches!(gift.refusals[..], [CostRefusal::GiftNotApproved { .. }])
    );
    assert_eq!(
        judge(
            None,
            rules,
            &Claim {
                gift: 100_000,
                gift_approved_by: &chair,
                ..claim
            }
        )
        .paid,
        250_000
    );
    assert_eq!(
        judge(
            None,
            rules,
            &Claim {
                gift: 99_999,
                ..claim
            }
        )
        .paid,
        249_999
    );
    let sales = ["sales_rep".to_owned()];
    assert_eq!(
        judge(
            None,
            rules,
            &Claim {
                receiver: &sales,
                ..claim
            }
        )
        .paid,
        0,
        "sales pays its own"
    );
    assert!(matches!(
        judge(
            None,
            rules,
            &Claim {
                class: "Z",
                ..claim
            }
        )
        .refusals[..],
        [CostRefusal::UnknownClass { .. }]
    ));
    assert!(matches!(
        judge(None, rules, &Claim { cost: -1, ..claim }).refusals[..],
        [CostRefusal::BelowZero]
    ));
}

#[test]
fn s11_costs_of_unfiled_customers_are_refused() {
    let file = builtin::pack("S11").and_then(|pack| pack.file);
    let claim = Claim {
        cost: 10_000,
        ..Claim::default()
    };
    let refused = judge(file.as_ref(), None, &claim);
    assert_eq!(
        (refused.paid, &refused.refusals[..]),
        (0, &[CostRefusal::NotFiled][..])
    );
    assert!(
        refused.refusals[0]
            .to_string()
            .contains("file the customer first")
    );
    assert_eq!(
        judge(
            file.as_ref(),
            None,
            &Claim {
                filed: true,
                ..claim
            }
        )
        .paid,
        10_000
    );
    assert_eq!(
        judge(None, None, &claim).paid,
        10_000,
        "no rule, no refusal"
    );
}

#[test]
fn lots_are_the_same_for_ever() {
    // Devices of all versions must draw the same sample.
    assert_eq!(lot(""), 0xf52a_15e9_a9b5_e89b);
    assert_ne!(lot("a"), lot("b"));
}

proptest! {
    #[test]
    fn a_sample_is_never_smaller_than_its_share_and_those_drawn_by_lot_stay(
        numbers in prop::collection::btree_set(any::<u64>(), 0..60), percent in 1..=100_u8, more in prop::collection::btree_set(any::<u64>(), 0..60)
    ) {
        let ids: Vec<String> = numbers.iter().map(|n| format!("{n:016x}")).collect();
        let drawn = sample(ids.iter().map(String::as_str), percent);
        prop_assert!(drawn.len() * 100 >= ids.len() * usize::from(percent));
        prop_assert!(drawn.len() <= ids.len());
        let mut reversed: Vec<&str> = ids.iter().map(String::as_str).collect();
        reversed.reverse();
        prop_assert_eq!(&sample(reversed, percent), &drawn);
        let grown: Vec<String> = numbers.union(&more).map(|n| format!("{n:016x}")).collect();
        let later = sample(grown.iter().map(String::as_str), percent);
        let below = (u128::from(percent) << 64) / 100;
        let by_lot: BTreeSet<&str> = drawn.iter().copied().filter(|id| u128::from(lot(id)) < below).collect();
        prop_assert!(by_lot.iter().all(|id| later.contains(id)));
    }

    #[test]
    fn a_contact_does_not_depend_on_the_order_of_arrival(parts in prop::collection::vec((0..9_usize, any::<[prop::sample::Index; 2]>(), 0..5_i64), 1..12), seed in any::<u64>()) {
        let steps = [Step::Submitted, Step::Approved, Step::SentBack, Step::Done, Step::Reported, Step::Cancelled, Step::Rescheduled, Step::Promised, Step::PromiseKept];
        let mut events = vec![event(1, Step::Planned, "2026-03-09T10:00", &[], &[(data::DAY, "2026-04-08")])];
        for (at, (what, after, minutes)) in parts.into_iter().enumerate() {
            let known: Vec<u64> = after.iter().map(|index| index.index(events.len()) as u64 + 1).collect();
            let mut made = event(at as u64 + 2, steps[what], "2026-03-09T10:00", &known, &[("of", "0000000000000002"), (data::DAY, "2026-04-09")]);
            made.at += minutes * 60_000;
            events.push(made);
        }
        let whole = fold(&events);
        let mut mixed = events.clone();
        mixed.extend(events.iter().take(2).cloned());
        mixed.sort_by_key(|event| lot(&format!("{seed}{}", event.id)));
        prop_assert_eq!(fold(&mixed), whole);
    }
}
