//! Surveys: questionnaires of the company's own, answers given apart, totals that add up, an action where a result is too low.
//!
//! Long: every scenario asks by the same few questions.

use std::collections::BTreeMap;

use huiyin_api::{
    Answer, ProblemCode, Request, SurveyActionIntent, SurveyIntent, SurveyPart, SurveyQuery,
    SurveyRecord, SurveyRow, SurveysView,
};
use huiyin_core::pack::care_rules::{AnswerKind, Question, SurveyRule};
use huiyin_core::pack::file_rules::Every;
use huiyin_core::pack::{Part, Text};
use huiyin_core::survey::totals;
use huiyin_testkit::Device;

use crate::talk::*;

fn text(zh: &str, en: &str) -> Text {
    Text {
        zh: zh.to_owned(),
        en: en.to_owned(),
    }
}

fn score(id: &str, max: u32) -> Question {
    Question {
        id: id.to_owned(),
        text: text("分数", "Score"),
        kind: AnswerKind::Score,
        max,
        ..Question::default()
    }
}

fn questionnaire() -> SurveyRule {
    SurveyRule {
        id: "yearly".to_owned(),
        text: text("年度满意度调查", "Yearly survey"),
        every: Every::Year,
        questions: vec![
            score("quality", 10),
            score("service", 10),
            Question {
                id: "wishes".to_owned(),
                text: text("意见", "Wishes"),
                kind: AnswerKind::Words,
                optional: true,
                ..Question::default()
            },
        ],
        target_percent: 80,
        corrective: true,
        ..SurveyRule::default()
    }
}

fn publish(surveys: Vec<SurveyRule>, based_on: &str) -> Request {
    Request::SaveQuestionnaires {
        surveys,
        based_on: based_on.to_owned(),
    }
}

#[track_caller]
fn surveys(device: &mut Device) -> SurveysView {
    match device.must(Request::Surveys) {
        Answer::Surveys(view) => *view,
        other => panic!("{other:?}"),
    }
}

fn answer(of: &[(&str, &str)], answers: &[(&str, &str)]) -> Request {
    Request::AnswerSurvey(Box::new(SurveyIntent {
        survey: "yearly".to_owned(),
        reference: String::new(),
        fields: fields(of),
        answers: fields(answers),
    }))
}

#[track_caller]
fn answered(device: &mut Device, of: &[(&str, &str)], answers: &[(&str, &str)]) -> String {
    match device.must(answer(of, answers)) {
        Answer::Saved { id, .. } => id,
        other => panic!("{other:?}"),
    }
}

/// Asks for every part of the totals of this year's round.
#[track_caller]
fn reckon(device: &mut Device) -> SurveyPart {
    let mut whole = SurveyPart::default();
    let mut after = String::new();
    loop {
        match device.must(Request::SurveyTotals {
            survey: "yearly".to_owned(),
            period: "2026".to_owned(),
            after: after.clone(),
        }) {
            Answer::SurveyTotals(part) => whole.merge(*part),
            other => panic!("{other:?}"),
        }
        if whole.next.is_empty() {
            return whole;
        }
        assert!(whole.next > after, "each part leads on");
        after.clone_from(&whole.next);
    }
}

#[track_caller]
fn rows(device: &mut Device, customer: &str) -> Vec<SurveyRow> {
    match device.must(Request::SurveyAnswers(SurveyQuery {
        customer: customer.to_owned(),
        limit: 2_000,
        ..SurveyQuery::default()
    })) {
        Answer::SurveyAnswers(page) => {
            assert_eq!(page.total as usize, page.rows.len());
            page.rows
        }
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn record(device: &mut Device, id: &str) -> SurveyRecord {
    match device.must(Request::SurveyAnswer { id: id.to_owned() }) {
        Answer::SurveyAnswer(record) => *record,
        other => panic!("{other:?}"),
    }
}

/// A founder with a questionnaire and a tablet of the same branch.
fn company() -> (Device, Device) {
    let (mut a, mut b) = pair();
    a.must(publish(vec![questionnaire()], ""));
    exchange(&mut a, &mut b);
    (a, b)
}

#[test]
fn questionnaires_of_ones_own_leave_the_rules_of_cases_as_they_are() {
    let (mut a, mut b) = pair_under("S06", "clerk");
    let before = surveys(&mut a);
    assert_eq!(before.questionnaires.len(), 1, "those of the policy");
    let cases = packs(&mut a).active;
    let mut changed = before.questionnaires.clone();
    changed[0].target_percent = 90;
    changed.push(questionnaire());
    changed[1].id = "own".to_owned();
    a.must(publish(changed.clone(), &before.reference));
    let after = surveys(&mut a);
    assert_eq!(after.questionnaires, changed);
    assert_eq!(after.forms, before.forms, "its papers stay");
    assert_eq!(packs(&mut a).active, cases);
    let part = packs(&mut a)
        .parts
        .into_iter()
        .find(|part| part.part == Part::Survey)
        .unwrap();
    assert_eq!(part.in_force, after.reference);

    let late = a
        .ask(publish(changed.clone(), &before.reference))
        .unwrap_err();
    assert_eq!(
        late.code,
        ProblemCode::BadPack,
        "made from what is not in force any more"
    );
    changed.pop();
    a.must(publish(changed.clone(), &after.reference));
    assert!(surveys(&mut a).reference.starts_with("questionnaires/2-"));
    exchange(&mut a, &mut b);
    assert_eq!(surveys(&mut b).questionnaires, changed);
    let seen = surveys(&mut b).reference;
    let clerk = b.ask(publish(changed, &seen)).unwrap_err();
    assert_eq!(clerk.code, ProblemCode::NotAllowed);
}

#[test]
fn a_questionnaire_with_a_defect_is_refused_with_its_place() {
    let mut a = founder();
    let none = a.ask(publish(Vec::new(), "")).unwrap_err();
    assert_eq!(none.code, ProblemCode::Missing);
    let mut empty = questionnaire();
    empty.questions.clear();
    let refused = a.ask(publish(vec![empty], "")).unwrap_err();
    assert_eq!(
        (refused.code, refused.place.as_str()),
        (ProblemCode::BadPack, "surveys.yearly.questions")
    );
    let mut long = questionnaire();
    long.questions = (0..61).map(|n| score(&format!("q{n}"), 5)).collect();
    assert_eq!(
        a.ask(publish(vec![long], "")).unwrap_err().code,
        ProblemCode::BadPack
    );
    assert!(
        surveys(&mut a).questionnaires.is_empty(),
        "nothing was published"
    );
}

#[test]
fn an_answer_is_checked_and_keeps_its_customer_class_and_version() {
    let (mut a, _) = company();
    let customer = new_customer(&mut a, &[("name", "海月商贸"), ("class", "A")]);
    for (answers, code, place) in [
        (&[("quality", "8")][..], ProblemCode::Missing, "q:service"),
        (
            &[("quality", "11"), ("service", "8")],
            ProblemCode::BadField,
            "q:quality",
        ),
        (
            &[("quality", "8"), ("service", "8"), ("colour", "red")],
            ProblemCode::BadField,
            "q:colour",
        ),
    ] {
        let refused = a.ask(answer(&[], answers)).unwrap_err();
        assert_eq!((refused.code, refused.place.as_str()), (code, place));
    }
    let scores = [("quality", "8"), ("service", "6")];
    for (of, place) in [
        (&[("answered_on", "2026-06-02")][..], "answered_on"),
        (&[("class", "A")], "class"),
        (&[("customer", "nobody")], "customer"),
    ] {
        assert_eq!(a.ask(answer(of, &scores)).unwrap_err().place, place);
    }
    assert!(rows(&mut a, "").is_empty(), "nothing was stored");

    let id = answered(
        &mut a,
        &[("customer", &customer), ("way", "phone")],
        &scores,
    );
    let stored = record(&mut a, &id);
    assert_eq!(
        (stored.row.customer.as_str(), stored.row.period.as_str()),
        ("海月商贸", "2026")
    );
    assert_eq!(field(&stored.fields, "class"), "A");
    assert_eq!(stored.answers, fields(&scores));
    assert_eq!(stored.rule, Some(questionnaire()));
    assert_eq!(rows(&mut a, &customer).len(), 1);

    // The questionnaire changes; the answer keeps the questions it was given to.
    let mut other = questionnaire();
    other.questions[0].max = 5;
    let seen = surveys(&mut a).reference;
    a.must(publish(vec![other], &seen));
    let kept = record(&mut a, &id);
    assert_eq!((kept.rule, kept.version), (Some(questionnaire()), 1));
    answered(&mut a, &[], &[("quality", "5"), ("service", "10")]);
    let whole = reckon(&mut a);
    assert_eq!(
        whole.versions.len(),
        2,
        "scores out of 10 and of 5 are not added"
    );
    assert_eq!(
        whole.satisfaction(),
        Some(8_500),
        "70 % and 100 %, one answer each"
    );
}

#[test]
fn two_devices_offline_come_to_the_same_totals_which_are_a_plain_sum() {
    let (mut a, mut b) = company();
    let customer = new_customer(&mut a, &[("name", "海月商贸"), ("class", "A")]);
    exchange(&mut a, &mut b);
    let mut all: Vec<(&str, BTreeMap<String, String>)> = Vec::new();
    for n in 0..5_u32 {
        let (quality, service) = ((n % 11).to_string(), ((n * 3) % 11).to_string());
        let given = [("quality", quality.as_str()), ("service", service.as_str())];
        let (device, of, class) = if n % 2 == 0 {
            (&mut a, vec![("customer", customer.as_str())], "A")
        } else {
            (&mut b, Vec::new(), "")
        };
        answered(device, &of, &given);
        all.push((class, fields(&given)));
    }
    let said = [("quality", "0"), ("service", "0"), ("wishes", "快一点")];
    answered(&mut b, &[], &said);
    all.push(("", fields(&said)));
    assert_ne!(reckon(&mut a), reckon(&mut b), "each knows its own yet");
    exchange(&mut a, &mut b);

    let (here, there) = (reckon(&mut a), reckon(&mut b));
    assert_eq!(here, there);
    assert_eq!((here.counted, here.left, here.unknown), (6, 0, 0));
    let rule = questionnaire();
    let expected = totals(&rule, all.iter().map(|(class, given)| (*class, given)));
    assert_eq!(here.versions[0].all, expected[""]);
    assert_eq!(here.versions[0].classes["A"], expected["A"]);
    assert_eq!(here.versions[0].branches["HQ"], expected[""]);
    assert_eq!(here.satisfaction(), expected[""].satisfaction(&rule));
    assert_eq!(here.comments[0].text, "快一点");
    assert!(here.needs_action());
    for device in [&mut a, &mut b] {
        let round = surveys(device).rounds.remove(0);
        assert_eq!(
            (round.answers, round.branches["HQ"], round.present),
            (6, 6, true)
        );
    }
    assert_eq!(a.digest(None), b.digest(None));
}

#[test]
fn a_round_over_many_months_is_added_up_in_parts() {
    let (mut a, _) = company();
    for month in 1..=6 {
        let day = format!("2026-{month:02}-01");
        let score = month.to_string();
        let given = [("quality", score.as_str()), ("service", "6")];
        answered(&mut a, &[("answered_on", day.as_str())], &given);
    }
    let first = match a.must(Request::SurveyTotals {
        survey: "yearly".to_owned(),
        period: "2026".to_owned(),
        after: String::new(),
    }) {
        Answer::SurveyTotals(part) => *part,
        other => panic!("{other:?}"),
    };
    assert_eq!((first.counted, first.left), (4, 2), "a document a month");
    let whole = reckon(&mut a);
    assert_eq!((whole.counted, whole.left), (6, 0));
    assert_eq!(whole.versions[0].all.questions["quality"].sum, 21);
}

#[test]
fn a_conflicting_answer_is_settled_and_both_values_are_kept_until_then() {
    let (mut a, mut b) = company();
    let id = answered(&mut a, &[], &[("quality", "5"), ("service", "5")]);
    exchange(&mut a, &mut b);
    let settle = |value: &str| Request::SettleConflict {
        id: id.clone(),
        field: "q:quality".to_owned(),
        value: value.to_owned(),
    };
    a.must(settle("7"));
    b.must(settle("9"));
    exchange(&mut a, &mut b);
    assert_eq!(record(&mut a, &id).conflicts, record(&mut b, &id).conflicts);
    assert_eq!(rows(&mut a, "")[0].conflicts, 1);
    assert_eq!(reckon(&mut a), reckon(&mut b));
    a.must(settle("9"));
    assert!(record(&mut a, &id).conflicts.is_empty());
}

fn correct(id: &str, answers: &[(&str, &str)], note: &str) -> Request {
    Request::CorrectSurvey {
        id: id.to_owned(),
        answers: fields(answers),
        note: note.to_owned(),
    }
}

#[test]
fn answers_of_an_open_round_are_corrected_and_the_earlier_ones_stay_in_the_time_line() {
    let (mut a, mut b) = company();
    let id = answered(
        &mut a,
        &[],
        &[("quality", "5"), ("service", "5"), ("wishes", "快")],
    );
    for (answers, place) in [
        (&[("quality", "50")][..], "q:quality"),
        (&[("quality", "")], "q:quality"),
        (&[("colour", "red")], "q:colour"),
    ] {
        assert_eq!(a.refused(correct(&id, answers, "")).place, place);
    }
    a.must(correct(&id, &[("quality", "9"), ("wishes", "")], "听错了"));
    let stored = record(&mut a, &id);
    assert_eq!(
        stored.answers,
        fields(&[("quality", "9"), ("service", "5")])
    );
    assert!(stored.may_correct);
    let event = &stored.events[0];
    assert_eq!(
        (event.step.as_str(), event.note.as_str()),
        ("answer_corrected", "听错了")
    );
    assert_eq!(field(&event.data, "q:quality"), "5");
    assert_eq!(field(&event.data, "q:wishes"), "快");
    assert_eq!(reckon(&mut a).versions[0].all.questions["quality"].sum, 9);
    a.must(correct(&id, &[("quality", "9")], "again"));
    a.must(correct(&id, &[], "again"));
    assert_eq!(record(&mut a, &id).events.len(), 1, "nothing differed");

    // Two devices correct it apart: both values and both corrections are kept.
    exchange(&mut a, &mut b);
    a.must(correct(&id, &[("quality", "7")], ""));
    b.must(correct(&id, &[("quality", "6"), ("service", "4")], ""));
    exchange(&mut a, &mut b);
    let (here, there) = (record(&mut a, &id), record(&mut b, &id));
    assert_eq!(here, there);
    assert_eq!(here.conflicts.len(), 1);
    assert_eq!(here.conflicts[0].values.len(), 2);
    assert_eq!(here.events.len(), 3);
    assert_eq!(here.answers["service"], "4");
    assert_eq!(a.digest(None), b.digest(None));
}

#[test]
fn a_correction_leaves_what_a_colleague_corrected_while_the_dialog_was_open() {
    let (mut a, mut b) = company();
    let given = [("quality", "5"), ("service", "5"), ("wishes", "快")];
    let id = answered(&mut a, &[], &given);
    exchange(&mut a, &mut b);
    // The dialog is open on one device and shows 5; the colleague's correction comes in meanwhile.
    b.must(correct(&id, &[("service", "2")], "记错了"));
    exchange(&mut a, &mut b);
    a.must(correct(&id, &[("quality", "9")], "听错了"));
    exchange(&mut a, &mut b);
    let (here, there) = (record(&mut a, &id), record(&mut b, &id));
    assert_eq!(here, there);
    assert_eq!(
        here.answers,
        fields(&[("quality", "9"), ("service", "2"), ("wishes", "快")])
    );
    assert!(here.conflicts.is_empty());
    let last = here.events.last().expect("both corrections are told");
    assert_eq!((here.events.len(), last.note.as_str()), (2, "听错了"));
    assert_eq!(field(&last.data, "q:quality"), "5");
    assert_eq!(field(&last.data, "q:service"), "", "that is not his");
    assert_eq!(a.digest(None), b.digest(None));
}

#[test]
fn answers_of_a_round_that_is_over_are_not_corrected() {
    let (mut a, _) = company();
    let id = answered(
        &mut a,
        &[("answered_on", "2025-11-01")],
        &[("quality", "5"), ("service", "5")],
    );
    assert!(!record(&mut a, &id).may_correct);
    let refused = a.refused(correct(&id, &[("quality", "9"), ("service", "5")], ""));
    assert_eq!(
        (refused.code, refused.place.as_str()),
        (ProblemCode::BadField, "period")
    );
    assert_eq!(record(&mut a, &id).answers["quality"], "5");
}

#[test]
fn a_customer_shows_the_surveys_it_answered_those_of_a_merged_file_too() {
    let (mut a, _) = company();
    let stays = new_customer(&mut a, &[("name", "海月商贸"), ("kind", "company")]);
    let gives_way = new_customer(&mut a, &[("name", "海月"), ("kind", "company")]);
    let scores = [("quality", "8"), ("service", "6")];
    let id = answered(&mut a, &[("customer", &gives_way)], &scores);
    assert!(customer(&mut a, &stays).surveys.is_empty());
    a.must(Request::MergeCustomers {
        stays: stays.clone(),
        gives_way,
        choices: BTreeMap::new(),
    });
    let shown = customer(&mut a, &stays).surveys;
    assert_eq!(shown.len(), 1);
    assert_eq!(
        (shown[0].id.as_str(), shown[0].period.as_str()),
        (id.as_str(), "2026")
    );
}

#[test]
fn a_result_below_target_opens_an_action_that_stands_with_the_others() {
    let (mut a, _) = company();
    answered(&mut a, &[], &[("quality", "5"), ("service", "6")]);
    let propose = |owner: &str| {
        Request::ProposeSurveyAction(Box::new(SurveyActionIntent {
            survey: "yearly".to_owned(),
            period: "2026".to_owned(),
            subject: "年度满意度调查 2026 低于目标".to_owned(),
            result: "满意度 55%，目标 80%".to_owned(),
            text: "改进服务流程".to_owned(),
            owner: owner.to_owned(),
            due: "2026-06-30".to_owned(),
        }))
    };
    assert_eq!(a.ask(propose(" ")).unwrap_err().code, ProblemCode::Missing);
    let id = match a.must(propose("赵敏")) {
        Answer::Saved { id, .. } => id,
        other => panic!("{other:?}"),
    };
    let opened = case(&mut a, &id);
    assert_eq!(opened.row.due, None, "nobody outside waits for it");
    let listed = match a.must(Request::Actions { open: true }) {
        Answer::Actions(actions) => actions,
        other => panic!("{other:?}"),
    };
    assert_eq!(listed.len(), 1);
    let round = surveys(&mut a).rounds.remove(0);
    assert_eq!(round.actions, listed, "the round shows it too");
    assert_eq!(
        (listed[0].case.as_str(), listed[0].owner.as_str()),
        (id.as_str(), "赵敏")
    );
    a.must(step_with(&id, "action_done", "已改", |intent| {
        intent
            .data
            .insert("action".to_owned(), listed[0].id.clone());
    }));
}

#[test]
fn whoever_writes_the_report_has_the_round_in_their_day() {
    let mut a = founder();
    let mut rule = questionnaire();
    rule.report_by = "administrator".to_owned();
    a.must(publish(vec![rule], ""));
    answered(&mut a, &[], &[("quality", "5"), ("service", "6")]);
    let day = home(&mut a).surveys;
    assert_eq!((day.len(), day[0].answers, day[0].mine), (1, 1, true));
    assert!(day[0].due.is_some());
}
