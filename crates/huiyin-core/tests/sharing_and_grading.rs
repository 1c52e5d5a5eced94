//! Sharing customers out, duplicates and merging, grading and surveys, by the packs that rule them.
//!
//! Long: one rule after another, each read alone.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use huiyin_core::Millis;
use huiyin_core::allocation::{
    AllocationError, Counted, HeldAs, Holding, Invitation, NoticeFacts, Service, counted,
    leaver_plan, share_out, unserved, winner,
};
use huiyin_core::calendar::WorkingCalendar;
use huiyin_core::duplicate::{
    Candidate, MAX_MET, Shared, like, likeness, name_key, phone_keys, scan,
};
use huiyin_core::grading::{
    ScoreError, falling, grade, is_due, key_accounts, parse_scores, print_scores, rank, window,
};
use huiyin_core::id::RecordId;
use huiyin_core::instant::parse_instant;
use huiyin_core::merge::{MergeError, Side, Undo, plan, standing};
use huiyin_core::pack::care_rules::Question;
use huiyin_core::pack::{Pack, builtin};
use huiyin_core::survey::{AnswerError, SurveyTotal, check, same_scale, totals};
use huiyin_core::zone::Zone;
use proptest::prelude::*;

fn at(text: &str) -> Millis {
    parse_instant(text, Zone::CHINA).expect("a moment")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn pack(id: &str) -> Pack {
    builtin::pack(id).expect("a pack of the program")
}

fn map(values: &[(&str, &str)]) -> BTreeMap<String, String> {
    values
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

const A: &str = "cu.HQ.all.0.00000000000000aa";
const B: &str = "cu.HQ.all.0.00000000000000bb";

#[test]
fn s15_leads_are_shared_evenly() {
    assert!(pack("S15").allocation.unwrap().even);
    let given = share_out(5, &[("甲", 0), ("乙", 0)]).unwrap();
    assert_eq!(given, ["甲", "乙", "甲", "乙", "甲"]);
    assert_eq!(
        share_out(3, &[("甲", 2), ("乙", 0)]).unwrap(),
        ["乙", "乙", "甲"],
        "who holds less gets more"
    );
    assert_eq!(share_out(1, &[]), Err(AllocationError::NobodyNamed));
    assert_eq!(share_out(0, &[]), Ok(Vec::new()));
}

#[test]
fn s11_a_leavers_customers_go_to_colleagues_and_are_told() {
    let pack = pack("S11");
    let template = pack.notices.iter().find(|notice| notice.id == "new_owner");
    let holding = |id, customer, held, other| Holding {
        id,
        name: "甲公司",
        held,
        customer,
        other_owner: other,
    };
    let holdings = [
        holding("c1", "", HeldAs::OwnerA, "李芳"),
        holding("case1", "c1", HeldAs::Case, ""),
        holding("c2", "", HeldAs::OwnerA, ""),
        holding("c3", "", HeldAs::OwnerB, ""),
        holding("t1", "", HeldAs::Task, ""),
    ];
    let facts = NoticeFacts {
        company: "回音",
        date: "2026-03-09",
        phones: &[("赵敏", "138")],
    };
    let named: BTreeMap<String, String> = map(&[("c3", "李芳")]);
    let lines = leaver_plan(
        "王伟",
        &holdings,
        &["李芳", "赵敏"],
        &named,
        template,
        &facts,
    )
    .unwrap();
    let to: Vec<&str> = lines.iter().map(|line| line.to.as_str()).collect();
    assert_eq!(
        to,
        ["赵敏", "赵敏", "李芳", "李芳", "赵敏"],
        "a customer's case goes with the customer, nobody is both owners"
    );
    let notice = lines[0].notice.as_ref().unwrap();
    assert_eq!(
        notice.zh,
        "甲公司您好：从 2026-03-09 起，王伟 的工作由 赵敏 接替（138），今后由他为您服务。回音"
    );
    assert!(lines[1].notice.is_none(), "only customers are written to");
    let none = BTreeMap::new();
    assert_eq!(
        leaver_plan("王伟", &holdings, &[], &none, None, &facts),
        Err(AllocationError::NobodyNamed)
    );
    assert!(matches!(
        leaver_plan("王伟", &holdings, &["王伟 "], &none, None, &facts),
        Err(AllocationError::Leaver { .. })
    ));
    assert_eq!(
        leaver_plan("王伟", &[], &[], &none, None, &facts),
        Ok(Vec::new())
    );
}

#[test]
fn s15_a_customer_without_service_for_three_months_may_go_to_others() {
    let rule = pack("S15").allocation.unwrap().pool.unwrap();
    let calendar = WorkingCalendar::china();
    let served = Service {
        registered_at: at("2026-01-05T10:00"),
        invited_at: Some(at("2026-03-09T10:00")),
        came_at: Some(at("2026-03-10T10:00")),
        home_visit_at: Some(at("2026-03-11T10:00")),
        contact_at: None,
    };
    assert!(
        unserved(&rule, &calendar, &served, at("2026-06-09T10:00")).is_empty(),
        "the last day is not over"
    );
    let found = unserved(&rule, &calendar, &served, at("2026-06-10T10:00"));
    assert_eq!(
        found
            .iter()
            .map(|sign| sign.sign.as_str())
            .collect::<Vec<_>>(),
        ["not_invited"],
        "any of the three"
    );
    let never = Service {
        home_visit_at: None,
        ..served
    };
    assert_eq!(
        unserved(&rule, &calendar, &never, at("2026-05-01T10:00"))[0].sign,
        "no_home_visit",
        "counted from when the file was made"
    );
}

#[test]
fn s15_lists_close_at_their_times_and_the_first_registered_wins() {
    let rules = pack("S15").allocation.unwrap().invitations.unwrap();
    let calendar = WorkingCalendar::china();
    let event = day("2026-03-20");
    let on = |text: &str| Counted::On(day(text));
    // time, session, rank of the department, expected
    for (time, session, rank, expected) in [
        ("2026-03-12T10:00", "evening", 0, Counted::TooEarly),
        ("2026-03-12T18:01", "evening", 0, on("2026-03-13")),
        ("2026-03-13T10:00", "evening", 1, Counted::TooEarly),
        ("2026-03-14T10:00", "evening", 1, on("2026-03-14")),
        ("2026-03-18T18:00", "evening", 0, on("2026-03-18")),
        ("2026-03-18T18:01", "evening", 0, on("2026-03-19")),
        ("2026-03-19T18:01", "evening", 0, on("2026-03-20")),
        ("2026-03-19T18:01", "morning", 0, Counted::Late),
        ("2026-03-20T10:00", "afternoon", 0, on("2026-03-20")),
        ("2026-03-20T10:01", "afternoon", 0, Counted::Late),
        ("2026-03-20T16:00", "evening", 0, on("2026-03-20")),
        ("2026-03-20T16:01", "evening", 0, Counted::Late),
        ("2026-03-21T09:00", "evening", 0, Counted::Late),
    ] {
        assert_eq!(
            counted(&rules, &calendar, at(time), event, session, rank),
            expected,
            "{time} {session} {rank}"
        );
    }
    let invitation = |at, inviter: &str| Invitation {
        at,
        id: inviter.to_owned(),
        inviter: inviter.to_owned(),
        department: String::new(),
    };
    let both = [invitation(2, "乙"), invitation(1, "甲")];
    assert_eq!(winner(&both, |_| false).unwrap().inviter, "甲");
    assert_eq!(
        winner(&both, |of| of.at == 1).unwrap().inviter,
        "乙",
        "late lists lose"
    );
    assert_eq!(
        pack("S15")
            .clauses
            .iter()
            .find(|clause| clause.id == rules.late_clause)
            .unwrap()
            .from_amount,
        1_000
    );
}

#[test]
fn s37_a_score_sheet_gives_a_class() {
    let pack = pack("S37");
    let rules = pack.grading.as_ref().unwrap();
    let scores = |all: u32| -> BTreeMap<String, u32> {
        rules
            .sheet
            .iter()
            .map(|line| (line.id.clone(), all))
            .collect()
    };
    for (all, points, class) in [
        (10, 10_000, "A"),
        (8, 8_000, "A"),
        (7, 7_000, "B"),
        (6, 6_000, "B"),
        (5, 5_000, "C"),
        (0, 0, "C"),
    ] {
        let graded = grade(rules, &scores(all)).unwrap();
        assert_eq!(
            (graded.basis_points, graded.class.as_str()),
            (points, class)
        );
    }
    let mut sheet = scores(8);
    sheet.insert("trend".to_owned(), 7);
    assert_eq!(
        grade(rules, &sheet).unwrap().class,
        "B",
        "78.5 is not rounded up"
    );
    assert_eq!(parse_scores(&print_scores(&sheet)), sheet);
    sheet.insert("trend".to_owned(), 11);
    assert!(matches!(
        grade(rules, &sheet),
        Err(ScoreError::TooHigh { max: 10, .. })
    ));
    sheet.remove("trend");
    assert!(
        matches!(grade(rules, &sheet), Err(ScoreError::Missing { criteria }) if criteria == ["trend"])
    );
    sheet.insert("luck".to_owned(), 1);
    assert!(matches!(
        grade(rules, &sheet),
        Err(ScoreError::Unknown { .. })
    ));
    assert_eq!(
        window(rules, 2026),
        Some((day("2026-03-25"), day("2026-03-30")))
    );
    assert!(
        is_due(rules, Some(day("2025-03-28")), day("2026-03-25"))
            && !is_due(rules, None, day("2026-03-24"))
    );
    assert!(!is_due(rules, Some(day("2026-03-26")), day("2026-12-01")));
    assert_eq!(rules.provisional_months, 6);
    let scheme = &pack.file.as_ref().unwrap().class_schemes[0];
    assert!(rank(scheme, "A") < rank(scheme, "B") && rank(scheme, "C") < rank(scheme, ""));
}

#[test]
fn s31_key_accounts_bring_eighty_per_cent_and_falling_ones_are_seen() {
    let rules = pack("S31").loyalty.unwrap();
    let found = key_accounts(
        &rules,
        &[("d", 5), ("a", 60), ("b", 20), ("c", 15), ("e", -3)],
    );
    assert_eq!(
        found
            .iter()
            .map(|key| (key.id.as_str(), key.together_percent))
            .collect::<Vec<_>>(),
        [("a", 60), ("b", 80)]
    );
    assert!(key_accounts(&rules, &[("a", 0)]).is_empty());
    let found = falling(
        &rules,
        &[
            ("a", 10, 7),
            ("b", 10, 8),
            ("c", 10, 0),
            ("d", 0, 0),
            ("e", 5, 9),
        ],
    );
    assert_eq!(
        found
            .iter()
            .map(|of| (of.id.as_str(), of.fell_percent))
            .collect::<Vec<_>>(),
        [("c", 100), ("a", 30)]
    );
}

#[test]
fn answers_to_two_versions_add_up_only_on_the_same_scale() {
    let survey = pack("S06").surveys.remove(0);
    let mut reworded = survey.clone();
    reworded.questions[0].text.zh = "质量如何".to_owned();
    reworded.questions.reverse();
    reworded.questions[0].optional = false;
    reworded.target_percent = 90;
    assert!(same_scale(&survey, &reworded));
    let changes: [fn(&mut Question); 3] = [
        |question| question.max = 5,
        |question| question.weight = 7,
        |question| question.id = "other".to_owned(),
    ];
    for change in changes {
        let mut other = survey.clone();
        change(&mut other.questions[0]);
        assert!(!same_scale(&survey, &other));
    }
}

#[test]
fn s06_a_survey_is_added_up_by_branch_and_below_target_calls_for_action() {
    let survey = pack("S06").surveys.remove(0);
    let answers = |score: &str| {
        map(&[
            ("quality", score),
            ("service", score),
            ("price", score),
            ("company", score),
            ("again", "yes"),
        ])
    };
    let (good, bad) = (answers("9"), answers("5"));
    assert!(check(&survey, &good).is_empty());
    let wrong = check(
        &survey,
        &map(&[
            ("quality", "11"),
            ("service", "1"),
            ("price", "2"),
            ("again", "maybe"),
            ("odd", "1"),
        ]),
    );
    assert_eq!(wrong.len(), 4, "{wrong:?}");
    assert!(matches!(wrong[3], AnswerError::Unknown { .. }));
    let found = totals(&survey, [("HQ", &good), ("BJ", &bad), ("HQ", &good)]);
    assert_eq!(found["HQ"].satisfaction(&survey), Some(9_000));
    assert_eq!(found["BJ"].satisfaction(&survey), Some(5_000));
    assert_eq!(
        (found[""].count, found[""].satisfaction(&survey)),
        (3, Some(7_666))
    );
    assert!(
        found[""].needs_action(&survey) && !found["HQ"].needs_action(&survey),
        "the target is 80"
    );
    assert_eq!(found[""].below_target(&survey).len(), 4);
    assert_eq!(found[""].questions["again"].sum, 3);
    let mut merged = found["HQ"].clone();
    merged.merge(&found["BJ"]);
    assert_eq!(merged, found[""], "counted apart it adds up");
    assert_eq!(SurveyTotal::default().satisfaction(&survey), None);
}

#[test]
fn phones_in_odd_forms_are_the_same_number() {
    for same in [
        "13800138000",
        "+86 138-0013-8000",
        "0086 13800138000",
        "86 138 0013 8000",
        "０１３８００１３８０００",
        "138 0013 8000转8",
    ] {
        assert_eq!(phone_keys(same), ["13800138000"], "{same}");
    }
    assert_eq!(
        phone_keys("13800138000 13900139000"),
        ["13800138000", "13900139000"]
    );
    for same in ["010-55554729", "+86 10 5555 4729", "0086-10-55554729"] {
        assert_eq!(phone_keys(same), ["1055554729"], "{same}");
    }
    assert!(phone_keys("110").is_empty() && phone_keys("").is_empty());
    assert_eq!(
        name_key("北京（回音）科技有限公司"),
        name_key("北京(回音)科技")
    );
    assert_eq!(name_key("有限公司"), "有限公司", "a name is never emptied");
}

#[test]
fn a_shared_phone_is_offered_and_a_shared_name_alone_is_not() {
    let a = Candidate {
        id: A,
        name: "张三",
        phones: ["13800138000", "", ""],
        address: "长安街 1 号",
        ..Candidate::default()
    };
    let b = Candidate {
        id: B,
        name: "李四",
        phones: ["", "+86 13800138000", ""],
        ..Candidate::default()
    };
    assert_eq!(likeness(&a, &b), (60, vec![Shared::Phone]));
    let named = Candidate {
        id: B,
        name: "张三",
        ..Candidate::default()
    };
    assert_eq!(likeness(&a, &named), (30, vec![Shared::Name]));
    let neighbour = Candidate {
        address: "长安街1号",
        ..named
    };
    assert_eq!(likeness(&a, &neighbour), (70, vec![Shared::NameAndAddress]));
    assert_eq!(like(&a, [a, b, named]).len(), 1, "a row is not like itself");
}

#[test]
fn a_number_thousands_share_makes_a_chain_not_all_pairs() {
    let ids: Vec<String> = (0..5_000)
        .map(|n| format!("cu.HQ.all.0.{n:016x}"))
        .collect();
    let rows: Vec<Candidate<'_>> = ids
        .iter()
        .map(|id| Candidate {
            id,
            phones: ["400-800-8000", "", ""],
            ..Candidate::default()
        })
        .collect();
    assert_eq!(scan(&rows).len(), 4_999);
    assert_eq!(scan(&rows[..MAX_MET]).len(), MAX_MET * (MAX_MET - 1) / 2);
}

#[test]
fn a_merge_is_chosen_field_by_field_and_undone_exactly() {
    let stays = map(&[
        ("name", "张三"),
        ("phone", "1380013"),
        ("tags", "a,b"),
        ("parent_company", B),
    ]);
    let gives = map(&[
        ("name", "张叁"),
        ("email", "a@b.cn"),
        ("tags", "b,c"),
        ("notes", "x"),
    ]);
    let none = BTreeSet::new();
    let mut merge = plan(A, B, &stays, &gives, &none).unwrap();
    let differ: Vec<&str> = merge
        .fields
        .iter()
        .filter(|field| field.differs)
        .map(|field| field.field.as_str())
        .collect();
    assert_eq!(differ, ["name"]);
    merge.choose("name", Side::GivesWay).unwrap();
    assert!(matches!(
        merge.choose("colour", Side::Stays),
        Err(MergeError::NoSuchChoice { .. })
    ));
    assert!(
        merge.choose("parent_company", Side::Stays).is_err(),
        "its own parent"
    );
    let writes = merge.writes();
    assert_eq!(
        writes,
        map(&[
            ("name", "张叁"),
            ("email", "a@b.cn"),
            ("tags", "a,b,c"),
            ("notes", "x"),
            ("parent_company", "")
        ])
    );
    let mut now = stays.clone();
    now.extend(writes);
    let undo = Undo::parse(&merge.undo().to_text()).unwrap();
    let undone = undo.apply(&now);
    let mut back = now.clone();
    back.extend(undone.put_back.clone());
    back.retain(|_, value| !value.is_empty());
    assert_eq!(back, stays);
    assert!(undone.changed_since.is_empty());
    now.insert("email".to_owned(), "new@b.cn".to_owned());
    assert_eq!(
        undo.apply(&now).changed_since,
        ["email"],
        "what somebody changed since stays"
    );
    assert_eq!(
        Undo::parse("{\"version\":2,\"changed\":{}}"),
        Err(MergeError::UnknownUndo)
    );
    assert_eq!(
        undo.to_text()
            .find("{\"version\":1,\"changed\":{\"email\":[\"\",\"a@b.cn\"]"),
        Some(0),
        "the stored form"
    );
}

#[test]
fn what_cannot_be_merged_is_refused() {
    let (empty, none) = (BTreeMap::new(), BTreeSet::new());
    assert_eq!(plan(A, A, &empty, &empty, &none), Err(MergeError::Itself));
    let case = "ca.HQ.202611.0.00000000000000aa";
    assert!(matches!(
        plan(A, case, &empty, &empty, &none),
        Err(MergeError::NotACustomer { .. })
    ));
    let merged = BTreeSet::from([B.to_owned()]);
    assert!(matches!(
        plan(A, B, &empty, &empty, &merged),
        Err(MergeError::GaveWay { .. })
    ));
}

fn id(n: u64) -> RecordId {
    RecordId::parse(&format!("cu.HQ.all.0.{n:016x}")).expect("an id")
}

#[test]
fn two_devices_that_merge_one_pair_apart_end_with_one_file() {
    let both = BTreeSet::from([(id(1), id(2)), (id(2), id(1))]);
    assert_eq!(
        standing(&both),
        BTreeMap::from([(id(2), id(1))]),
        "the lesser id stays"
    );
    let chain = BTreeSet::from([(id(3), id(2)), (id(2), id(1))]);
    assert_eq!(
        standing(&chain),
        BTreeMap::from([(id(2), id(1)), (id(3), id(1))])
    );
    let fork = BTreeSet::from([(id(3), id(2)), (id(3), id(1))]);
    assert_eq!(standing(&fork), BTreeMap::from([(id(3), id(1))]));
}

proptest! {
    #[test]
    fn any_leads_and_staff_differ_by_one_at_most_and_more_change_nothing_before(leads in 0..200_usize, staff in 1..12_usize) {
        let names: Vec<String> = (0..staff).map(|n| format!("s{n}")).collect();
        let held: Vec<(&str, u32)> = names.iter().map(|name| (name.as_str(), 0)).collect();
        let given = share_out(leads, &held).unwrap();
        prop_assert_eq!(given.len(), leads);
        let counts: Vec<usize> = names.iter().map(|name| given.iter().filter(|of| **of == name).count()).collect();
        prop_assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1);
        let more = share_out(leads + 7, &held).unwrap();
        prop_assert_eq!(&more[..leads], &given[..]);
    }

    #[test]
    fn whatever_was_merged_no_file_is_left_in_one_that_gave_way(links in prop::collection::btree_set((0..6_u64, 0..6_u64), 0..10)) {
        let links: BTreeSet<(RecordId, RecordId)> = links.into_iter().map(|(a, b)| (id(a), id(b))).collect();
        let found = standing(&links);
        for (from, to) in &found {
            prop_assert!(from != to && !found.contains_key(to), "{} is in {}, which gave way", from, to);
        }
    }

    #[test]
    fn a_scan_does_not_depend_on_the_order_of_rows(numbers in prop::collection::vec((0..4_u64, 0..4_u64), 0..12)) {
        let texts: Vec<(String, String, String)> = numbers.iter().enumerate()
            .map(|(at, (phone, name))| (format!("cu.HQ.all.0.{at:016x}"), format!("1380000000{phone}"), format!("名字{name}")))
            .collect();
        let mut rows: Vec<Candidate<'_>> = texts.iter().map(|(id, phone, name)| Candidate { id, name, phones: [phone, "", ""], ..Candidate::default() }).collect();
        let found = scan(&rows);
        rows.reverse();
        prop_assert_eq!(scan(&rows), found);
    }
}
