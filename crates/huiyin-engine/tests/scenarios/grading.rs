//! Grading: sheets, proposals, the meeting, classes of newcomers, two devices that decide apart.
//!
//! Long: one scenario after another, each read alone.

use huiyin_api::{
    Answer, ClassLine, ClassView, GradingPage, GradingQuery, MAX_CLASSES_AT_ONCE, ProblemCode,
    Request, StepIntent,
};
use huiyin_core::pack::Part;
use huiyin_testkit::Device;

use crate::talk::*;

const DAY_MS: i64 = 86_400_000;
/// A sheet of full marks.
const BEST: &str = "sales=10,price=10,payment=10,cooperation=10,trend=10";
/// A sheet that comes to the second class.
const GOOD: &str = "sales=7,price=7,payment=7,cooperation=7,trend=7";

/// A company that grades under a pack.
fn company(pack: &str) -> Device {
    let mut device = founder();
    for part in [Part::File, Part::Grading] {
        device.must(Request::ActivatePack {
            reference: pack.to_owned(),
            part,
        });
    }
    device
}

fn class_step(id: &str, step: &str, data: &[(&str, &str)]) -> Request {
    let mut intent = StepIntent {
        step: step.to_owned(),
        ..StepIntent::default()
    };
    for (name, value) in data {
        match *name {
            "reason" => (*value).clone_into(&mut intent.reason),
            name => {
                intent.data.insert(name.to_owned(), (*value).to_owned());
            }
        }
    }
    Request::FileStep {
        id: id.to_owned(),
        step: intent,
    }
}

fn class(device: &mut Device, id: &str) -> ClassView {
    customer(device, id).file.class
}

/// Proposes a class and returns the id of the proposal.
#[track_caller]
fn propose(device: &mut Device, id: &str, scores: &str, given: &str) -> String {
    device.must(class_step(
        id,
        "class_proposed",
        &[("scores", scores), ("class", given)],
    ));
    class(device, id).proposed.expect("a proposal waits").event
}

#[track_caller]
fn confirm(device: &mut Device, id: &str, of: &str, given: &str) {
    device.must(class_step(
        id,
        "class_confirmed",
        &[("of", of), ("class", given)],
    ));
}

/// Makes the person at the device one with these roles.
fn be(device: &mut Device, name: &str, roles: &[&str]) -> String {
    let answer = device.must(Request::SaveStaff {
        id: None,
        name: name.to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        branch: "HQ".to_owned(),
        left: false,
    });
    let Answer::Saved { id: staff, .. } = answer else {
        panic!("{answer:?}");
    };
    act(device, &staff);
    staff
}

fn act(device: &mut Device, staff: &str) {
    device.must(Request::ActAs {
        staff: staff.to_owned(),
    });
}

#[test]
fn a_sheet_proposes_a_class_that_the_meeting_confirms_and_the_fields_follow() {
    let mut device = company("S37");
    let id = new_customer(&mut device, &[("name", "宏达公司"), ("kind", "company")]);
    let of = propose(&mut device, &id, BEST, "A");
    let waiting = customer(&mut device, &id);
    assert_eq!(
        waiting.file.class.class, "",
        "a proposal gives no class yet"
    );
    assert!(
        waiting
            .file
            .duties
            .iter()
            .any(|duty| duty.kind == "class_to_confirm" && duty.of == "A")
    );
    confirm(&mut device, &id, &of, "A");
    let record = customer(&mut device, &id);
    let view = &record.file.class;
    assert_eq!((view.class.as_str(), view.provisional), ("A", false));
    assert_eq!(view.scores, BEST);
    assert!(view.since.is_some() && view.proposed.is_none() && !view.clash);
    assert_eq!(field(&record.fields, "class"), "A");
    assert!(!field(&record.fields, "graded_on").is_empty());
    assert_eq!(record.row.class, "A");
}

#[test]
fn a_meeting_that_gives_another_class_or_refuses_says_why() {
    let mut device = company("S37");
    let id = new_customer(&mut device, &[("name", "宏达公司")]);
    let of = propose(&mut device, &id, BEST, "A");
    let problem = device.refused(class_step(
        &id,
        "class_confirmed",
        &[("of", &of), ("class", "B")],
    ));
    assert_eq!(
        (problem.code, problem.place.as_str()),
        (ProblemCode::Missing, "reason")
    );
    let problem = device.refused(class_step(&id, "class_refused", &[("of", &of)]));
    assert_eq!(problem.code, ProblemCode::Missing);
    device.must(class_step(
        &id,
        "class_refused",
        &[("of", &of), ("reason", "数据未核对")],
    ));
    assert_eq!(class(&mut device, &id).proposed, None);
    let problem = device.refused(class_step(
        &id,
        "class_confirmed",
        &[("of", &of), ("class", "A")],
    ));
    assert_eq!(problem.code, ProblemCode::StepRefused, "it was decided");
    let of = propose(&mut device, &id, BEST, "A");
    device.must(class_step(
        &id,
        "class_confirmed",
        &[("of", &of), ("class", "B"), ("reason", "付款变差")],
    ));
    let view = class(&mut device, &id);
    assert_eq!(
        (view.class.as_str(), view.reason.as_str()),
        ("B", "付款变差")
    );
}

#[test]
fn a_sheet_that_cannot_be_counted_or_comes_to_another_class_is_refused_and_nothing_is_lost() {
    let mut device = company("S37");
    let id = new_customer(&mut device, &[("name", "宏达公司")]);
    for (scores, given, place) in [
        ("", "A", "scores"),
        ("sales=10", "A", "scores"),
        (
            "sales=11,price=1,payment=1,cooperation=1,trend=1",
            "C",
            "scores",
        ),
        ("luck=3", "C", "scores"),
        ("sales=viel", "C", "scores"),
        (GOOD, "A", "class"),
        (GOOD, "", "class"),
    ] {
        let problem = device.refused(class_step(
            &id,
            "class_proposed",
            &[("scores", scores), ("class", given)],
        ));
        assert_eq!(problem.place, place, "{scores} {given}");
        assert!(!problem.detail.is_empty());
    }
    assert_eq!(customer(&mut device, &id).events.len(), 0);
}

#[test]
fn only_those_the_policy_names_decide_also_by_the_field() {
    let mut device = company("S37");
    let id = new_customer(&mut device, &[("name", "宏达公司")]);
    let of = propose(&mut device, &id, BEST, "A");
    be(&mut device, "何丽", &["clerk"]);
    let steps = customer(&mut device, &id).file.steps;
    assert!(!steps.iter().any(|form| form.step.starts_with("class_")));
    let asked = class_step(&id, "class_confirmed", &[("of", &of), ("class", "A")]);
    assert_eq!(device.refused(asked).code, ProblemCode::NotAllowed);
    let edit = Request::SaveCustomer {
        id: Some(id.clone()),
        fields: fields(&[("class", "A")]),
    };
    let problem = device.refused(edit);
    assert_eq!(
        (problem.code, problem.place.as_str()),
        (ProblemCode::NotAllowed, "class")
    );
    be(&mut device, "周杰", &["sales_head"]);
    confirm(&mut device, &id, &of, "A");
    // Whoever may decide may also correct the field, and the decision follows.
    edit_class(&mut device, &id, "C");
    let record = customer(&mut device, &id);
    assert_eq!(record.file.class.class, "C");
    assert_eq!(field(&record.fields, "class"), "C");
    let emptied = Request::SaveCustomer {
        id: Some(id),
        fields: fields(&[("class", "")]),
    };
    assert_eq!(device.refused(emptied).code, ProblemCode::BadField);
}

fn edit_class(device: &mut Device, id: &str, class: &str) {
    edit(device, id, &[("class", class)]);
}

#[test]
fn without_rules_for_grading_a_class_is_given_with_a_reason() {
    let mut device = founder();
    let id = new_customer(&mut device, &[("name", "宏达公司")]);
    device.must(class_step(
        &id,
        "class_confirmed",
        &[("class", "重点"), ("reason", "年采购额大")],
    ));
    assert_eq!(class(&mut device, &id).class, "重点");
    let again = class_step(
        &id,
        "class_confirmed",
        &[("class", "重点"), ("reason", "再来")],
    );
    let problem = device.refused(again);
    assert_eq!(
        (problem.code, problem.place.as_str()),
        (ProblemCode::StepRefused, "class")
    );
}

#[test]
fn two_devices_that_confirm_apart_keep_both_until_somebody_decides_again() {
    let (mut a, mut b) = pair();
    for part in [Part::File, Part::Grading] {
        a.must(Request::ActivatePack {
            reference: "S37".to_owned(),
            part,
        });
    }
    let id = new_customer(&mut a, &[("name", "宏达公司")]);
    let of = propose(&mut a, &id, BEST, "A");
    exchange(&mut a, &mut b);
    confirm(&mut a, &id, &of, "A");
    b.must(class_step(
        &id,
        "class_confirmed",
        &[("of", &of), ("class", "B"), ("reason", "付款变差")],
    ));
    exchange(&mut a, &mut b);
    let (one, other) = (class(&mut a, &id), class(&mut b, &id));
    assert_eq!(one, other, "both devices see the same");
    assert!(one.clash);
    assert_eq!(one.proposed, None);
    a.must(class_step(
        &id,
        "class_confirmed",
        &[("class", "A"), ("reason", "会议复核")],
    ));
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        let record = customer(device, &id);
        assert!(!record.file.class.clash);
        assert_eq!(record.file.class.class, "A");
        assert_eq!(record.row.class, "A", "the list reads the field");
        assert!(record.conflicts.is_empty());
    }
}

#[test]
fn two_proposals_made_apart_end_with_one_that_waits() {
    let (mut a, mut b) = pair();
    for part in [Part::File, Part::Grading] {
        a.must(Request::ActivatePack {
            reference: "S37".to_owned(),
            part,
        });
    }
    let id = new_customer(&mut a, &[("name", "宏达公司")]);
    exchange(&mut a, &mut b);
    propose(&mut a, &id, BEST, "A");
    propose(&mut b, &id, GOOD, "B");
    exchange(&mut a, &mut b);
    let one = class(&mut a, &id).proposed.expect("one waits");
    assert_eq!(Some(&one), class(&mut b, &id).proposed.as_ref());
    confirm(&mut b, &id, &one.event, &one.class);
    exchange(&mut a, &mut b);
    assert_eq!(class(&mut a, &id).proposed, None);
    assert_eq!(class(&mut a, &id).class, one.class);
}

#[track_caller]
fn review(device: &mut Device, tab: &str) -> GradingPage {
    let query = GradingQuery {
        tab: tab.to_owned(),
        limit: 100,
        sheets: tab == "proposed",
        ..GradingQuery::default()
    };
    match device.must(Request::Grading(query)) {
        Answer::Grading(page) => *page,
        other => panic!("{other:?}"),
    }
}

fn listed(page: &GradingPage) -> Vec<&str> {
    page.rows.iter().map(|row| row.row.name.as_str()).collect()
}

fn counts_of(page: &GradingPage) -> [u32; 4] {
    ["due", "new", "proposed", "classed"].map(|tab| page.counts[tab])
}

#[test]
fn the_review_shows_who_is_due_and_the_meeting_confirms_many_at_once() {
    let mut device = company("S37");
    let names = ["宏达公司", "永利商行", "新客户"];
    let ids: Vec<String> = names
        .iter()
        .zip(["90000", "120000", "10"])
        .map(|(name, amount)| {
            new_customer(&mut device, &[("name", name), ("yearly_amount", amount)])
        })
        .collect();
    new_customer(
        &mut device,
        &[("name", "走了的"), ("life_cycle", "lost"), ("class", "C")],
    );
    let page = review(&mut device, "new");
    assert!(page.has_rules && page.may_propose && page.may_confirm);
    assert!(page.opens.ends_with("-03-25") && page.closes.ends_with("-03-30"));
    assert_eq!(counts_of(&page), [0, 3, 0, 0], "the lost are not graded");
    assert_eq!(
        listed(&page),
        ["永利商行", "宏达公司", "新客户"],
        "who brings most stands first"
    );
    propose(&mut device, &ids[0], BEST, "A");
    propose(&mut device, &ids[1], GOOD, "B");
    let page = review(&mut device, "proposed");
    assert_eq!(counts_of(&page), [0, 1, 2, 0]);
    let lines: Vec<ClassLine> = page
        .rows
        .iter()
        .map(|row| {
            let proposed = row.sheet.clone().unwrap().proposed.unwrap();
            ClassLine {
                id: row.row.id.clone(),
                of: proposed.event,
                class: proposed.class,
                ..ClassLine::default()
            }
        })
        .collect();
    // One of them is proposed anew before the meeting confirms.
    propose(&mut device, &ids[1], BEST, "A");
    let report = match device.must(Request::ConfirmClasses {
        lines,
        note: "三月评级会议".to_owned(),
    }) {
        Answer::ClassesConfirmed(report) => report,
        other => panic!("{other:?}"),
    };
    assert_eq!(report.done, 1);
    assert_eq!(report.refused.len(), 1);
    assert_eq!(report.refused[0].0, "永利商行");
    assert_eq!(class(&mut device, &ids[0]).class, "A");
    assert_eq!(class(&mut device, &ids[1]).class, "");
    let events = customer(&mut device, &ids[0]).events;
    assert_eq!(events.last().unwrap().note, "三月评级会议");
    let page = review(&mut device, "classed");
    assert_eq!(counts_of(&page), [0, 1, 1, 1]);
    assert_eq!(listed(&page), ["宏达公司"]);
    assert!(!page.rows[0].graded_on.is_empty());
    // After the next window has opened the class is due again.
    device.now += 400 * DAY_MS;
    assert_eq!(listed(&review(&mut device, "due")), ["宏达公司"]);
}

#[test]
fn the_meeting_is_refused_to_others_and_in_sizes_nobody_looks_through() {
    let mut device = company("S37");
    let id = new_customer(&mut device, &[("name", "宏达公司")]);
    let of = propose(&mut device, &id, BEST, "A");
    let line = ClassLine {
        id,
        of,
        class: "A".to_owned(),
        ..ClassLine::default()
    };
    let confirm = |lines: Vec<ClassLine>| Request::ConfirmClasses {
        lines,
        note: String::new(),
    };
    assert_eq!(
        device.refused(confirm(Vec::new())).code,
        ProblemCode::Missing
    );
    let many = (0..=MAX_CLASSES_AT_ONCE)
        .map(|at| ClassLine {
            id: at.to_string(),
            ..line.clone()
        })
        .collect();
    assert_eq!(device.refused(confirm(many)).code, ProblemCode::BadField);
    let problem = device.refused(Request::Grading(GradingQuery {
        tab: "unicorn".to_owned(),
        ..GradingQuery::default()
    }));
    assert_eq!(problem.place, "tab");
    be(&mut device, "何丽", &["clerk"]);
    let problem = device.refused(confirm(vec![line]));
    assert_eq!(problem.code, ProblemCode::NotAllowed);
    assert!(problem.detail.contains("sales_head"));
}

#[test]
fn a_provisional_class_is_due_once_its_months_are_over() {
    let mut device = company("S37");
    let id = new_customer(&mut device, &[("name", "新客户")]);
    device.must(class_step(
        &id,
        "class_confirmed",
        &[("class", "C"), ("provisional", "yes"), ("reason", "新客户")],
    ));
    assert!(class(&mut device, &id).provisional);
    let page = review(&mut device, "classed");
    assert!(page.rows[0].review_due.is_some());
    device.now += 190 * DAY_MS;
    assert_eq!(counts_of(&review(&mut device, "due")), [1, 0, 0, 0]);
    let of = propose(&mut device, &id, GOOD, "B");
    confirm(&mut device, &id, &of, "B");
    assert!(!class(&mut device, &id).provisional);
    assert_eq!(counts_of(&review(&mut device, "classed")), [0, 0, 0, 1]);
}

#[test]
fn what_waits_for_the_meeting_is_listed_without_rules_for_files_too() {
    let mut device = founder();
    device.must(Request::ActivatePack {
        reference: "S37".to_owned(),
        part: Part::Grading,
    });
    let id = new_customer(&mut device, &[("name", "宏达公司")]);
    propose(&mut device, &id, BEST, "A");
    assert_eq!(listed(&review(&mut device, "proposed")), ["宏达公司"]);
    let mut again = device;
    again.restart();
    assert_eq!(listed(&review(&mut again, "proposed")), ["宏达公司"]);
}

/// Scores of some lines, before the sheet is whole.
fn lines(id: &str, scores: &str) -> Request {
    class_step(id, "noted", &[("line_scores", scores)])
}

#[test]
fn s37_each_line_is_scored_by_whom_the_policy_names_and_a_class_is_proposed_once_all_are() {
    let mut device = company("S37");
    let id = new_customer(&mut device, &[("name", "宏达公司")]);
    assert_eq!(
        class(&mut device, &id).may_score.len(),
        5,
        "nobody else is there"
    );
    let finance = be(&mut device, "钱财", &["finance"]);
    be(&mut device, "周科", &["section_chief"]);
    let chief = "cooperation=9,price=8,sales=9,trend=8";
    assert_eq!(
        class(&mut device, &id).may_score,
        ["sales", "price", "cooperation", "trend"]
    );
    let whole = class_step(&id, "class_proposed", &[("scores", BEST), ("class", "A")]);
    let refused = device.refused(whole);
    assert_eq!(refused.code, ProblemCode::NotAllowed);
    assert!(refused.detail.contains("finance"), "{}", refused.detail);
    for (scores, code) in [
        ("payment=10", ProblemCode::NotAllowed),
        ("sales=11", ProblemCode::BadField),
        ("luck=3", ProblemCode::BadField),
        ("sales", ProblemCode::BadField),
    ] {
        assert_eq!(device.refused(lines(&id, scores)).code, code, "{scores}");
    }
    device.must(lines(&id, chief));
    assert_eq!(class(&mut device, &id).scored, chief);
    let events = customer(&mut device, &id).events;
    assert!(events.iter().any(|event| event.step == "class_scored"));

    act(&mut device, &finance);
    assert_eq!(class(&mut device, &id).may_score, ["payment"]);
    // Whoever scores last proposes, with the lines of the others as they were scored.
    let other = "sales=10,price=8,payment=10,cooperation=9,trend=8";
    let changed = class_step(&id, "class_proposed", &[("scores", other), ("class", "A")]);
    assert_eq!(device.refused(changed).code, ProblemCode::NotAllowed);
    let kept = "sales=9,price=8,payment=10,cooperation=9,trend=8";
    let of = propose(&mut device, &id, kept, "A");
    be(&mut device, "周杰", &["sales_head"]);
    confirm(&mut device, &id, &of, "A");
    assert_eq!(
        class(&mut device, &id).scored,
        "",
        "the next sheet is empty"
    );
}

#[test]
fn lines_scored_apart_on_two_devices_come_together_in_one_sheet() {
    let (mut one, mut two) = pair();
    for part in [Part::File, Part::Grading] {
        one.must(Request::ActivatePack {
            reference: "S37".to_owned(),
            part,
        });
    }
    let id = new_customer(&mut one, &[("name", "宏达公司")]);
    let finance = be(&mut one, "钱财", &["finance"]);
    be(&mut one, "周科", &["section_chief"]);
    exchange(&mut one, &mut two);
    act(&mut two, &finance);
    one.must(lines(&id, "cooperation=9,price=8,sales=9,trend=8"));
    two.must(lines(&id, "payment=10"));
    exchange(&mut one, &mut two);
    let scored = class(&mut one, &id).scored;
    assert_eq!(scored, "cooperation=9,payment=10,price=8,sales=9,trend=8");
    assert_eq!(class(&mut two, &id).scored, scored);
    propose(&mut one, &id, &scored, "A");
    exchange(&mut one, &mut two);
    assert!(class(&mut two, &id).proposed.is_some());
    assert_eq!(one.digest(None), two.digest(None));
}
