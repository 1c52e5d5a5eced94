//! Customer files: the fold does not depend on order, decisions made apart are listed, duties follow the packs.
//!
//! Long: one rule after another, each read alone.

use std::collections::BTreeMap;

use huiyin_core::Millis;
use huiyin_core::calendar::WorkingCalendar;
use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::file::complete::completeness;
use huiyin_core::file::data;
use huiyin_core::file::duties::{Duty, DutyKind, FileFacts, duties, missed_rounds};
use huiyin_core::file::papers::{HandOverStage, Lack, PaperState, listed};
use huiyin_core::file::{FileSummary, Matter, fold};
use huiyin_core::id::EventId;
use huiyin_core::instant::{parse_instant, print_instant};
use huiyin_core::pack::{FileRules, Pack, builtin};
use huiyin_core::zone::Zone;
use proptest::prelude::*;

fn at(text: &str) -> Millis {
    parse_instant(text, Zone::CHINA).expect("a moment")
}

fn event(id: u64, step: Step, time: &str, after: &[u64], said: &[(&str, &str)]) -> CaseEvent {
    let mut event = CaseEvent::new(EventId::from_u64(id), step, at(time), "王伟", "d1");
    event.after = after.iter().map(|id| EventId::from_u64(*id)).collect();
    for (name, value) in said {
        event.data.insert((*name).to_owned(), (*value).to_owned());
    }
    event
}

fn pack(id: &str) -> Pack {
    builtin::pack(id).expect("a pack of the program")
}

fn rules(id: &str) -> FileRules {
    pack(id).file.expect("a part about files")
}

fn fields(values: &[(&str, &str)]) -> BTreeMap<String, String> {
    values
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn due(
    rules: &FileRules,
    kind: &str,
    values: &[(&str, &str)],
    events: &[CaseEvent],
    now: &str,
) -> Vec<Duty> {
    let fields = fields(values);
    let summary = fold(events);
    let facts = FileFacts {
        kind,
        fields: &fields,
        summary: &summary,
        last_contact: None,
    };
    duties(rules, None, &WorkingCalendar::china(), &facts, at(now))
}

fn clock<'a>(found: &'a [Duty], name: &str) -> &'a Duty {
    found
        .iter()
        .find(|duty| matches!(&duty.kind, DutyKind::Clock { name: of } if of == name))
        .unwrap_or_else(|| panic!("no clock {name} in {found:#?}"))
}

fn until(duty: &Duty) -> String {
    print_instant(duty.due.expect("it has a time"), Zone::CHINA)
}

#[test]
fn s11_a_customer_is_filed_and_changed_within_five_working_days() {
    let rules = rules("S11");
    // Monday 9 March 2026.
    let made = event(1, Step::Registered, "2026-03-09T10:00", &[], &[]);
    let found = due(
        &rules,
        "company",
        &[],
        std::slice::from_ref(&made),
        "2026-03-17T10:00",
    );
    let filing = clock(&found, "filing");
    assert_eq!(until(filing), "2026-03-16T18:00:00+08:00");
    assert!(filing.is_open() && filing.is_late(at("2026-03-17T10:00")));
    let found = due(
        &rules,
        "company",
        &[("first_contact_on", "2026-03-05")],
        &[
            made.clone(),
            event(2, Step::Filed, "2026-03-11T10:00", &[1], &[]),
        ],
        "2026-03-17T10:00",
    );
    let filing = clock(&found, "filing");
    assert_eq!(
        until(filing),
        "2026-03-12T18:00:00+08:00",
        "counted from first contact"
    );
    assert!(!filing.is_open() && !filing.is_late(at("2026-03-17T10:00")));
    let changes = [
        made,
        event(2, Step::ChangeNoticed, "2026-03-10T10:00", &[1], &[]),
        event(3, Step::ChangeNoticed, "2026-03-11T10:00", &[2], &[]),
        event(
            4,
            Step::Changed,
            "2026-03-12T10:00",
            &[3],
            &[("of", "0000000000000002")],
        ),
    ];
    let found = due(&rules, "company", &[], &changes, "2026-03-12T11:00");
    assert_eq!(
        until(clock(&found, "change")),
        "2026-03-18T18:00:00+08:00",
        "the second is still open"
    );
}

#[test]
fn s11_a_promising_customer_has_two_contacts_and_a_report() {
    let rules = rules("S11");
    let made = [event(1, Step::Registered, "2026-03-09T10:00", &[], &[])];
    let kinds = |values: &[(&str, &str)], events: &[CaseEvent]| -> Vec<DutyKind> {
        due(&rules, "company", values, events, "2026-03-10T10:00")
            .into_iter()
            .map(|duty| duty.kind)
            .collect()
    };
    let key = kinds(&[("class", "key"), ("owner_a", "王伟")], &made);
    assert!(key.contains(&DutyKind::SecondContact) && key.contains(&DutyKind::ContactReport));
    let general = kinds(&[("class", "general"), ("owner_a", "王伟")], &made);
    assert!(!general.contains(&DutyKind::SecondContact));
    let reported = [
        made[0].clone(),
        event(2, Step::ContactReported, "2026-03-09T11:00", &[1], &[]),
    ];
    let both = kinds(
        &[("class", "key"), ("owner_a", "王伟"), ("owner_b", "李芳")],
        &reported,
    );
    assert!(!both.contains(&DutyKind::SecondContact) && !both.contains(&DutyKind::ContactReport));
}

#[test]
fn s23_files_are_made_in_a_week_and_refreshed_every_quarter() {
    let rules = rules("S23");
    let made = event(1, Step::Registered, "2026-01-08T10:00", &[], &[]);
    let found = due(
        &rules,
        "dealer",
        &[],
        std::slice::from_ref(&made),
        "2026-02-10T10:00",
    );
    assert_eq!(until(clock(&found, "filing")), "2026-01-15T18:00:00+08:00");
    let refresh = |found: &[Duty]| {
        found
            .iter()
            .find(|duty| matches!(&duty.kind, DutyKind::Round { name, .. } if name == "refresh"))
            .cloned()
    };
    assert_eq!(
        refresh(&found),
        None,
        "the quarter in which it was made is left out"
    );
    let found = due(
        &rules,
        "dealer",
        &[],
        std::slice::from_ref(&made),
        "2026-05-10T10:00",
    );
    let open = refresh(&found).expect("the second quarter");
    assert_eq!(until(&open), "2026-06-30T18:00:00+08:00");
    let done = [
        made.clone(),
        event(2, Step::Refreshed, "2026-05-11T10:00", &[1], &[]),
    ];
    assert!(
        !refresh(&due(&rules, "dealer", &[], &done, "2026-05-12T10:00"))
            .unwrap()
            .is_open()
    );
    assert_eq!(
        refresh(&due(&rules, "consumer", &[], &done, "2026-05-12T10:00")),
        None
    );
    // 2026Q2 was done, Q3 was not.
    let summary = fold(&done);
    let fields = fields(&[]);
    let facts = FileFacts {
        kind: "dealer",
        fields: &fields,
        summary: &summary,
        last_contact: None,
    };
    let missed = missed_rounds(
        &rules,
        "refresh",
        &WorkingCalendar::china(),
        &facts,
        at("2026-11-20T10:00"),
        10,
    );
    assert_eq!(missed, ["2026Q3"]);
}

#[test]
fn s27_a_customer_is_entered_the_same_day_and_completed_each_month() {
    let pack = pack("S27");
    let rules = pack.file.clone().unwrap();
    let made = [event(1, Step::Registered, "2026-03-09T10:00", &[], &[])];
    let found = due(&rules, "dealer", &[], &made, "2026-04-10T10:00");
    assert_eq!(until(clock(&found, "filing")), "2026-03-09T18:00:00+08:00");
    let monthly = found
        .iter()
        .find(|duty| matches!(&duty.kind, DutyKind::Round { .. }))
        .unwrap();
    assert_eq!(until(monthly), "2026-04-30T18:00:00+08:00");
    let clause = pack
        .clauses
        .iter()
        .find(|clause| clause.id == monthly.clause)
        .unwrap();
    assert_eq!(
        (clause.from_amount, clause.to_amount),
        (2_000, 2_000),
        "20 yuan"
    );
    let reading = pack
        .clauses
        .iter()
        .find(|clause| clause.id == "unapproved_reading")
        .unwrap();
    assert_eq!(reading.from_amount, 5_000);
}

#[test]
fn s30_twelve_papers_are_handed_over_in_three_days_and_signed_by_both() {
    let pack = pack("S30");
    let rules = pack.file.clone().unwrap();
    let values = [("sold_on", "2026-03-09"), ("serviced_on", "2026-03-09")];
    let made = event(1, Step::Registered, "2026-03-09T10:00", &[], &[]);
    let found = due(
        &rules,
        "vehicle_owner",
        &values,
        std::slice::from_ref(&made),
        "2026-03-10T10:00",
    );
    assert_eq!(
        until(clock(&found, "sales-hand-over")),
        "2026-03-12T18:00:00+08:00"
    );
    assert_eq!(
        until(clock(&found, "service-hand-over")),
        "2026-03-10T18:00:00+08:00"
    );
    assert_eq!(rules.checklists[0].papers.len(), 12);
    let missing = |found: &[Duty]| {
        found
            .iter()
            .filter(|duty| matches!(duty.kind, DutyKind::Paper { .. }))
            .count()
    };
    assert_eq!(missing(&found), 11, "the twelfth is other proof, if any");
    let book = vec![
        made,
        event(
            2,
            Step::PaperReceived,
            "2026-03-09T11:00",
            &[1],
            &[(data::PAPER, "vehicle/contract"), (data::COPIES, "1")],
        ),
        event(
            3,
            Step::HandedOver,
            "2026-03-10T11:00",
            &[2],
            &[
                (data::PAPERS, "vehicle/contract"),
                (data::MISSING, "vehicle/photo"),
                (data::LEG, "sales"),
                (data::SIGNATURE, "M0 0"),
            ],
        ),
    ];
    let summary = fold(&book);
    let contract = &listed(&rules, "vehicle_owner", &summary.papers)[2];
    assert_eq!(
        (contract.id.as_str(), contract.lacks.as_slice()),
        ("vehicle/contract", [Lack::Original].as_slice())
    );
    assert_eq!(summary.hand_overs[0].stage, HandOverStage::Waiting);
    assert_eq!(summary.hand_overs[0].missing, ["vehicle/photo"]);
    let found = due(&rules, "vehicle_owner", &values, &book, "2026-03-10T12:00");
    let waiting = found
        .iter()
        .find(|duty| matches!(duty.kind, DutyKind::HandOver { .. }))
        .unwrap();
    assert_eq!(waiting.by, ["records_keeper"]);
    assert!(
        clock(&found, "sales-hand-over").is_open(),
        "the archive has not signed"
    );
    let mut signed = book.clone();
    signed.push(event(
        4,
        Step::HandOverAccepted,
        "2026-03-10T15:00",
        &[3],
        &[("of", "0000000000000003"), (data::SIGNATURE, "M1 1")],
    ));
    let line = fold(&signed).hand_overs.remove(0);
    assert!(line.stage == HandOverStage::Accepted && line.from_signed && line.to_signed);
    let found = due(
        &rules,
        "vehicle_owner",
        &values,
        &signed,
        "2026-03-20T12:00",
    );
    let sales = clock(&found, "sales-hand-over");
    assert_eq!(sales.done, Some(at("2026-03-10T11:00")));
    assert!(
        clock(&found, "service-hand-over").is_open(),
        "another leg of another list"
    );
    let mut refused = book;
    refused.push(event(
        4,
        Step::HandOverRefused,
        "2026-03-10T15:00",
        &[3],
        &[("of", "0000000000000003")],
    ));
    let found = due(
        &rules,
        "vehicle_owner",
        &values,
        &refused,
        "2026-03-20T12:00",
    );
    assert!(clock(&found, "sales-hand-over").is_late(at("2026-03-20T12:00")));
    let late = pack
        .clauses
        .iter()
        .find(|clause| clause.id == "late_service")
        .unwrap();
    assert_eq!((late.from_amount, late.doubles_from), (5_000, 3));
}

#[test]
fn s10_a_tenants_file_counts_its_twelve_papers() {
    let rules = rules("S10");
    assert_eq!(rules.checklists[0].papers.len(), 12);
    let values = fields(&[
        ("name", "张三"),
        ("kind", "tenant"),
        ("unit", "3-101"),
        ("phone", "13800138000"),
        ("emergency_contact", "李四"),
        ("emergency_phone", "13900139000"),
        ("moved_in_on", "2026-01-01"),
    ]);
    let empty = completeness(&rules, "tenant", &values, &FileSummary::default());
    assert_eq!((empty.there, empty.wanted, empty.percent()), (7, 19, 36));
    let mut events = vec![event(1, Step::Registered, "2026-03-09T10:00", &[], &[])];
    for (at, paper) in rules.checklists[0].papers.iter().enumerate() {
        let id = format!("tenant/{}", paper.id);
        events.push(event(
            at as u64 + 2,
            Step::PaperReceived,
            "2026-03-10T10:00",
            &[1],
            &[(data::PAPER, &id)],
        ));
    }
    let full = completeness(&rules, "tenant", &values, &fold(&events));
    assert!(full.is_complete() && full.percent() == 100, "{full:?}");
}

#[test]
fn s24_a_lost_customer_has_a_reason_and_an_account_needs_its_paper() {
    let rules = rules("S24");
    assert!(rules.account_needs_paper);
    let lost = rules.stage("lost").unwrap();
    assert!(lost.needs_reason && lost.reasons.len() == 8);
    let mut change = event(
        2,
        Step::LifeCycleChanged,
        "2026-03-10T10:00",
        &[1],
        &[(data::STAGE, "lost"), (data::REASON_ID, "price")],
    );
    let made = event(1, Step::Registered, "2026-03-09T10:00", &[], &[]);
    let summary = fold(&[made.clone(), change.clone()]);
    assert_eq!(
        (
            summary.life_cycle.as_deref(),
            summary.life_cycle_reason.as_str()
        ),
        (Some("lost"), "price")
    );
    change
        .data
        .insert(data::STAGE.to_owned(), "on the moon".to_owned());
    let summary = fold(&[made, change]);
    assert!(summary.life_cycle.is_none() && summary.needs_check());
}

#[test]
fn s06_the_sales_director_approves_a_file() {
    let rules = rules("S06");
    let made = event(1, Step::Registered, "2026-03-09T10:00", &[], &[]);
    let filed = event(2, Step::Filed, "2026-03-09T11:00", &[1], &[]);
    let found = due(
        &rules,
        "company",
        &[],
        &[made.clone(), filed.clone()],
        "2026-03-10T10:00",
    );
    assert!(found.iter().any(|duty| duty.kind
        == DutyKind::Review {
            role: "sales_director".to_owned()
        }));
    let approved = event(3, Step::FileApproved, "2026-03-09T12:00", &[2], &[]);
    let found = due(
        &rules,
        "company",
        &[],
        &[made, filed, approved],
        "2026-03-10T10:00",
    );
    assert!(
        !found
            .iter()
            .any(|duty| matches!(duty.kind, DutyKind::Review { .. }))
    );
}

#[test]
fn s20_the_four_tiers_say_who_goes_first() {
    let rules = rules("S20");
    let order: Vec<&str> = rules.class_schemes[0]
        .classes
        .iter()
        .map(|class| class.id.as_str())
        .collect();
    assert_eq!(order, ["strategic", "key", "general", "reserve"]);
    assert_eq!(rules.class("general").map(|(rank, _)| rank), Some(2));
    let made = [event(1, Step::Registered, "2026-03-09T10:00", &[], &[])];
    let found = due(
        &rules,
        "company",
        &[("class", "key")],
        &made,
        "2026-03-10T10:00",
    );
    let contact = found
        .iter()
        .find(|duty| duty.kind == DutyKind::ClassContact)
        .unwrap();
    assert_eq!(until(contact), "2026-04-09T18:00:00+08:00");
}

#[test]
fn two_owners_given_apart_are_listed_until_somebody_decides() {
    let made = event(1, Step::Registered, "2026-03-09T10:00", &[], &[]);
    let a = event(
        2,
        Step::OwnerChanged,
        "2026-03-10T10:00",
        &[1],
        &[(data::OWNER_A, "李芳")],
    );
    let b = event(
        3,
        Step::OwnerChanged,
        "2026-03-10T11:00",
        &[1],
        &[(data::OWNER_A, "赵敏"), (data::OWNER_B, "李芳")],
    );
    let summary = fold(&[made.clone(), a.clone(), b.clone()]);
    assert_eq!(summary.owner_a.as_deref(), Some("赵敏"));
    assert_eq!(summary.clashes.len(), 1);
    assert_eq!(
        (summary.clashes[0].matter, &summary.clashes[0].holds),
        (Matter::Owner, &EventId::from_u64(3))
    );
    let settled = event(
        4,
        Step::OwnerChanged,
        "2026-03-11T10:00",
        &[2, 3],
        &[(data::OWNER_A, "李芳")],
    );
    let summary = fold(&[settled, b.clone(), made.clone(), a.clone()]);
    assert!(summary.clashes.is_empty());
    assert_eq!(
        (summary.owner_a.as_deref(), summary.owner_b.as_deref()),
        (Some("李芳"), Some("李芳")),
        "owner B stays"
    );
    let same = event(
        5,
        Step::OwnerChanged,
        "2026-03-10T12:00",
        &[1],
        &[(data::OWNER_A, "李芳")],
    );
    assert!(
        fold(&[made, a, same]).clashes.is_empty(),
        "the same decision twice is no clash"
    );
}

#[test]
fn of_two_claims_the_first_holds_and_a_ruling_ends_the_dispute() {
    let made = event(1, Step::Registered, "2026-03-09T10:00", &[], &[]);
    let pooled = event(2, Step::Pooled, "2026-06-10T10:00", &[1], &[]);
    assert!(fold(&[made.clone(), pooled.clone()]).pooled);
    let first = event(
        3,
        Step::Claimed,
        "2026-06-11T10:00",
        &[2],
        &[(data::OWNER_A, "李芳")],
    );
    let second = event(
        4,
        Step::Claimed,
        "2026-06-11T11:00",
        &[2],
        &[(data::OWNER_A, "赵敏")],
    );
    let both = [made.clone(), pooled, second, first];
    let summary = fold(&both);
    assert_eq!(
        summary.owner_a.as_deref(),
        Some("李芳"),
        "the first registered wins"
    );
    assert!(!summary.pooled && summary.clashes.len() == 1);
    let disputed = event(5, Step::Disputed, "2026-06-12T10:00", &[3, 4], &[]);
    let mut all = both.to_vec();
    all.push(disputed);
    assert!(!fold(&all).disputes.is_empty());
    all.push(event(
        6,
        Step::Ruled,
        "2026-06-13T10:00",
        &[5],
        &[("of", "0000000000000005"), (data::OWNER_A, "赵敏")],
    ));
    let summary = fold(&all);
    assert_eq!(
        (summary.disputes, summary.owner_a.as_deref()),
        (Vec::new(), Some("赵敏"))
    );
    assert!(summary.clashes.is_empty());
    let unpooled = event(
        7,
        Step::Claimed,
        "2026-06-13T10:00",
        &[1],
        &[(data::OWNER_A, "赵敏")],
    );
    assert!(
        fold(&[made, unpooled]).owner_a.is_none(),
        "nobody takes what is not in the pool"
    );
}

#[test]
fn a_class_is_proposed_then_confirmed_and_a_merge_can_be_undone() {
    let made = event(1, Step::Registered, "2026-03-09T10:00", &[], &[]);
    let proposed = event(
        2,
        Step::ClassProposed,
        "2026-03-26T10:00",
        &[1],
        &[(data::CLASS, "A"), (data::PROVISIONAL, "yes")],
    );
    let summary = fold(&[made.clone(), proposed.clone()]);
    assert_eq!(
        summary
            .class_proposed
            .as_ref()
            .map(|given| given.class.as_str()),
        Some("A")
    );
    assert_eq!(summary.class, None);
    let confirmed = event(
        3,
        Step::ClassConfirmed,
        "2026-03-27T10:00",
        &[2],
        &[(data::CLASS, "A"), (data::PROVISIONAL, "yes")],
    );
    let summary = fold(&[made.clone(), proposed.clone(), confirmed]);
    assert!(summary.class_proposed.is_none() && summary.class.unwrap().provisional);
    let refused = event(3, Step::ClassRefused, "2026-03-27T10:00", &[2], &[]);
    let summary = fold(&[made.clone(), proposed, refused]);
    assert_eq!((summary.class, summary.class_proposed), (None, None));
    let merged = event(
        4,
        Step::Merged,
        "2026-04-01T10:00",
        &[1],
        &[(data::OTHER, "cu.HQ.all.0.9f3a0c1d2e4b5a6c")],
    );
    assert_eq!(fold(&[made.clone(), merged.clone()]).merged.len(), 1);
    let undone = event(
        5,
        Step::Unmerged,
        "2026-04-02T10:00",
        &[4],
        &[("of", "0000000000000004")],
    );
    assert!(fold(&[made, merged, undone]).merged.is_empty());
}

#[test]
fn a_paper_checked_here_and_returned_there_is_looked_for_again() {
    let made = event(1, Step::Registered, "2026-03-09T10:00", &[], &[]);
    let paper = (data::PAPER, "vehicle/invoice");
    let received = event(
        2,
        Step::PaperReceived,
        "2026-03-10T10:00",
        &[1],
        &[paper, (data::PAGES, "3")],
    );
    let checked = event(3, Step::PaperChecked, "2026-03-11T10:00", &[2], &[paper]);
    let returned = event(4, Step::PaperReturned, "2026-03-11T09:00", &[2], &[paper]);
    let held = fold(&[made, received, checked, returned])
        .papers
        .remove("vehicle/invoice")
        .unwrap();
    assert_eq!((held.state, held.pages), (PaperState::Returned, 3));
}

/// Steps with data that mean something, so that random histories do.
const SAID: &[(Step, &[(&str, &str)])] = &[
    (Step::Filed, &[]),
    (Step::OwnerChanged, &[(data::OWNER_A, "a")]),
    (
        Step::OwnerChanged,
        &[(data::OWNER_A, "b"), (data::OWNER_B, "a")],
    ),
    (Step::LifeCycleChanged, &[(data::STAGE, "lost")]),
    (Step::LifeCycleChanged, &[(data::STAGE, "active")]),
    (Step::ClassProposed, &[(data::CLASS, "A")]),
    (Step::ClassConfirmed, &[(data::CLASS, "B")]),
    (Step::ClassRefused, &[]),
    (Step::Pooled, &[]),
    (Step::Claimed, &[(data::OWNER_A, "c")]),
    (Step::PaperReceived, &[(data::PAPER, "v/p")]),
    (Step::PaperReturned, &[(data::PAPER, "v/p")]),
    (Step::HandedOver, &[(data::PAPERS, "v/p")]),
    (Step::HandOverAccepted, &[("of", "0000000000000003")]),
    (Step::HandOverRefused, &[("of", "0000000000000003")]),
    (Step::Merged, &[(data::INTO, "x")]),
    (Step::Merged, &[(data::INTO, "y")]),
    (Step::ChangeNoticed, &[]),
    (Step::Changed, &[]),
    (Step::Accepted, &[]),
];

#[test]
fn a_signature_counts_only_for_what_its_author_saw_and_once_for_each_step_of_the_chain() {
    let filed = [
        event(1, Step::Registered, "2026-03-09T10:00", &[], &[]),
        event(2, Step::Filed, "2026-03-10T10:00", &[1], &[]),
    ];
    let signed = |more: &[CaseEvent]| {
        let events: Vec<CaseEvent> = filed.iter().chain(more).cloned().collect();
        fold(&events).signatures.len()
    };
    let review = |id, time, after: &[u64]| event(id, Step::Reviewed, time, after, &[]);
    let changed = event(3, Step::Changed, "2026-03-11T09:00", &[2], &[]);
    let unseen = review(4, "2026-03-11T10:00", &[2]);
    assert_eq!(signed(std::slice::from_ref(&unseen)), 1);
    assert_eq!(signed(&[changed.clone(), unseen.clone()]), 0, "it saw less");
    let after = review(5, "2026-03-12T10:00", &[3, 4]);
    assert_eq!(signed(&[changed, unseen.clone(), after]), 1);
    let apart = review(6, "2026-03-11T11:00", &[2]);
    assert_eq!(signed(&[unseen.clone(), apart]), 1, "one step signed twice");
    let next = review(7, "2026-03-12T11:00", &[4]);
    assert_eq!(signed(&[unseen.clone(), next]), 2);
    let returned = event(8, Step::FileReturned, "2026-03-11T09:30", &[2], &[]);
    let completed = event(9, Step::Completed, "2026-03-11T12:00", &[2], &[]);
    assert_eq!(signed(&[unseen, returned.clone()]), 0);
    let events = [filed[0].clone(), filed[1].clone(), returned, completed];
    assert!(
        fold(&events).returned_at.is_some(),
        "completed without knowing that it was sent back"
    );
}

#[test]
fn a_change_that_names_none_enters_only_what_its_author_had_heard_of() {
    let notice = |id, time| event(id, Step::ChangeNoticed, time, &[1], &[]);
    let events = [
        event(1, Step::Registered, "2026-03-09T10:00", &[], &[]),
        notice(2, "2026-03-10T10:00"),
        notice(3, "2026-03-10T09:00"),
        event(4, Step::Changed, "2026-03-11T10:00", &[2], &[]),
    ];
    let open: Vec<EventId> = fold(&events).open_changes.into_keys().collect();
    assert_eq!(open, [EventId::from_u64(3)]);
}

#[test]
fn a_file_imported_at_no_time_anybody_knows_is_completed_each_month_and_its_class_wants_contact() {
    let imported = due(&rules("S27"), "member", &[], &[], "2026-03-17T10:00");
    assert!(
        imported
            .iter()
            .any(|duty| matches!(&duty.kind, DutyKind::Round { name, .. } if name == "completion")),
        "{imported:#?}"
    );
    let key = [("class", "key")];
    let found = due(&rules("S11"), "company", &key, &[], "2026-03-17T10:00");
    let contact = found
        .iter()
        .find(|duty| duty.kind == DutyKind::ClassContact);
    assert_eq!(
        contact.map(|duty| print_instant(duty.since, Zone::CHINA)),
        Some("2026-03-01T00:00:00+08:00".to_owned())
    );
}

fn history() -> impl Strategy<Value = Vec<CaseEvent>> {
    prop::collection::vec(
        (0..SAID.len(), any::<[prop::sample::Index; 2]>(), 0..5_u64),
        1..14,
    )
    .prop_map(|parts| {
        let mut events = vec![event(1, Step::Registered, "2026-03-09T10:00", &[], &[])];
        for (at, (what, after, minutes)) in parts.into_iter().enumerate() {
            let id = at as u64 + 2;
            let known: Vec<u64> = after
                .iter()
                .map(|index| index.index(events.len()) as u64 + 1)
                .collect();
            let (step, said) = SAID[what];
            let mut made = event(id, step, "2026-03-09T10:00", &known, said);
            made.at += (minutes as Millis) * 60_000;
            events.push(made);
        }
        events
    })
}

proptest! {
    #[test]
    fn a_file_does_not_depend_on_the_order_of_arrival(events in history(), seed in any::<u64>()) {
        let whole = fold(&events);
        let mut mixed = events.clone();
        mixed.extend(events.iter().take(3).cloned());
        mixed.sort_by_key(|event| huiyin_core::contact::follow_up::lot(&format!("{seed}{}", event.id)));
        prop_assert_eq!(&fold(&mixed), &whole);
        prop_assert_eq!(whole.events.len(), events.len(), "nothing is lost");
        let again: FileSummary = serde_json::from_str(&serde_json::to_string(&whole).unwrap()).unwrap();
        prop_assert_eq!(again, whole);
    }
}

#[test]
fn of_leads_shared_out_apart_the_first_holds_and_a_ruling_about_an_invitation_moves_no_owner() {
    let made = event(1, Step::Registered, "2026-06-01T10:00", &[], &[]);
    let given = |n, at, to| {
        event(
            n,
            Step::OwnerChanged,
            at,
            &[1],
            &[(data::LEAD, "00000000000000c1"), (data::OWNER_A, to)],
        )
    };
    let first = given(2, "2026-06-02T10:00", "李娜");
    let second = given(3, "2026-06-02T11:00", "王芳");
    let summary = fold(&[second.clone(), made.clone(), first.clone()]);
    assert_eq!(summary.owner_a.as_deref(), Some("李娜"));
    assert_eq!(summary.clashes.len(), 1);
    // A person's own decision made apart is later in order and holds, as of any two decisions.
    let plain = event(
        4,
        Step::OwnerChanged,
        "2026-06-02T12:00",
        &[1],
        &[(data::OWNER_A, "赵敏")],
    );
    let mixed = fold(&[made.clone(), first.clone(), plain]);
    assert_eq!(mixed.owner_a.as_deref(), Some("赵敏"));

    let about = [(data::INVITATION, "vi.HQ.202606.0.0000000000000001")];
    let disputed = event(5, Step::Disputed, "2026-06-03T10:00", &[2], &about);
    let other = event(6, Step::Disputed, "2026-06-03T11:00", &[2], &about);
    let of = [("of", "0000000000000005"), about[0]];
    let ruled = event(7, Step::Ruled, "2026-06-04T10:00", &[5, 6], &of);
    let all = [made, first, disputed, other.clone(), ruled];
    let summary = fold(&all);
    assert_eq!(summary.owner_a.as_deref(), Some("李娜"));
    assert!(summary.clashes.is_empty());
    let open: Vec<_> = summary.disputes.iter().map(|one| &one.event).collect();
    assert_eq!(open, [&other.id], "each dispute is ruled by itself");
    let both = [("of", "0000000000000005 0000000000000006"), about[0]];
    let together = event(7, Step::Ruled, "2026-06-04T10:00", &[5, 6], &both);
    let [made, first, disputed, other, _] = all;
    let summary = fold(&[made, first, disputed, other, together]);
    assert!(summary.disputes.is_empty(), "or together with others");
}
