//! One device on its own.

use huiyin_api::{Answer, DueState, Language, ProblemCode, Request, StateGroup};
use huiyin_testkit::{Device, START_MS};

use crate::talk::*;

#[test]
fn before_the_first_run_everything_says_that_there_is_no_company() {
    let mut device = Device::new("新设备", 5);
    assert!(!status(&mut device).ready);
    for request in [
        Request::Digest { branch: None },
        Request::ExportBundle,
        Request::Imports,
        Request::SaveCustomer {
            id: None,
            fields: fields(&[("name", "甲")]),
        },
    ] {
        let problem = device.refused(request.clone());
        assert_eq!(problem.code, ProblemCode::NoWorkspace, "{request:?}");
    }
}

#[test]
fn a_first_run_makes_a_company_with_a_person_who_may_everything() {
    let mut device = founder();
    let status = status(&mut device);
    assert!(status.ready && status.head_office && !status.waiting_for_data);
    assert_eq!(status.company, "回音商贸");
    assert_eq!(
        (status.branch.as_str(), status.branch_name.as_str()),
        ("HQ", "总店")
    );
    assert_eq!(status.staff_name, "总店电脑的店长");
    assert!(
        status.roles.contains(&"administrator".to_owned()),
        "{status:?}"
    );
    let problem = device.refused(Request::CreateWorkspace {
        company: "第二家".to_owned(),
        branch_code: "HQ".to_owned(),
        branch_name: "总店".to_owned(),
        staff_name: "甲".to_owned(),
        device_name: "乙".to_owned(),
        relay: None,
        pack: None,
        sample: false,
    });
    assert_eq!(problem.code, ProblemCode::WorkspaceExists);
}

#[test]
fn a_wrong_company_form_is_refused_by_field_and_leaves_nothing() {
    let request = |company: &str, code: &str, relay: Option<&str>| Request::CreateWorkspace {
        company: company.to_owned(),
        branch_code: code.to_owned(),
        branch_name: "总店".to_owned(),
        staff_name: "甲".to_owned(),
        device_name: "乙".to_owned(),
        relay: relay.map(str::to_owned),
        pack: None,
        sample: false,
    };
    let cases = [
        (request(" ", "HQ", None), ProblemCode::Missing, "company"),
        (
            request("甲", "总 店", None),
            ProblemCode::BadField,
            "branch",
        ),
        (
            request("甲", "HQ", Some("ftp://x")),
            ProblemCode::BadRelayAddress,
            "ftp://x",
        ),
    ];
    for (request, code, place) in cases {
        let mut device = Device::new("新设备", 6);
        let problem = device.refused(request);
        assert_eq!((problem.code, problem.place.as_str()), (code, place));
        device.restart();
        assert!(!status(&mut device).ready);
    }
}

#[test]
fn a_customer_is_found_by_what_people_type_and_survives_a_restart() {
    let mut device = founder();
    let id = new_customer(
        &mut device,
        &[
            ("name", "杭州西湖茶行"),
            ("phone", "0571-87654321"),
            ("city", "杭州"),
        ],
    );
    new_customer(&mut device, &[("name", "宁波海产")]);
    edit(&mut device, &id, &[("class", "A"), ("city", "")]);
    for round in 0..2 {
        let record = customer(&mut device, &id);
        assert_eq!(record.row.name, "杭州西湖茶行", "round {round}");
        assert_eq!(field(&record.fields, "class"), "A");
        assert_eq!(field(&record.fields, "city"), "", "an empty value removes");
        assert!(record.conflicts.is_empty() && record.issues.is_empty());
        for search in ["西湖", "4321", record.row.number.as_str()] {
            assert_eq!(find(&mut device, search), id, "{search}");
        }
        device.restart();
    }
    assert_eq!(status(&mut device).customers, 2);
}

#[test]
fn fields_that_cannot_be_stored_are_named() {
    let mut device = founder();
    let save = |pairs: &[(&str, &str)]| Request::SaveCustomer {
        id: None,
        fields: fields(pairs),
    };
    let cases = [
        (save(&[("city", "杭州")]), ProblemCode::Missing, "name"),
        (
            save(&[("name", "甲"), ("kind", "alien")]),
            ProblemCode::BadField,
            "kind",
        ),
        (
            save(&[("name", "甲"), ("no_such", "1")]),
            ProblemCode::BadField,
            "no_such",
        ),
        (
            save(&[("name", "甲"), ("phone", "1")]),
            ProblemCode::BadField,
            "phone",
        ),
    ];
    for (request, code, place) in cases {
        let problem = device.refused(request);
        assert_eq!((problem.code, problem.place.as_str()), (code, place));
    }
    assert_eq!(status(&mut device).customers, 0);
}

#[test]
fn a_case_goes_its_whole_way_with_who_when_and_note() {
    let mut device = founder();
    let id = new_case(
        &mut device,
        &[
            ("subject", "茶叶受潮"),
            ("complainant_name", "李女士"),
            ("severity", "important"),
        ],
        "电话来的",
    );
    let fresh = case(&mut device, &id);
    assert_eq!(fresh.row.state, "registered");
    assert_eq!(fresh.row.group, StateGroup::Open);
    let deadline = fresh.deadline.expect("a case has a deadline");
    assert_eq!(deadline.length, "3wd");
    assert!(deadline.due > START_MS && deadline.explanation.len() >= 4);
    assert!(fresh.steps.iter().any(|form| form.step == "accepted"));

    let way = [
        (step(&id, "accepted", "受理"), "accepted"),
        (
            step_with(&id, "assigned", "请查", |s| {
                s.assignee = "王芳".to_owned();
            }),
            "assigned",
        ),
        (
            step_with(&id, "investigated", "查过了", |s| {
                s.conclusion = "包装破损".to_owned();
            }),
            "investigated",
        ),
        (step(&id, "answered", "已致歉并换货"), "answered"),
        (
            step_with(&id, "called_back", "满意", |s| {
                s.satisfied = Some(true);
                s.score = Some(9);
            }),
            "called_back",
        ),
        (step(&id, "closed", ""), "closed"),
        (
            step_with(&id, "reopened", "", |s| s.reason = "客户又来电".to_owned()),
            "reopened",
        ),
    ];
    for (request, state) in way {
        device.now += 60_000;
        device.must(request);
        let now = case(&mut device, &id);
        assert_eq!(now.row.state, state);
        let last = now.events.last().unwrap();
        assert_eq!(
            (last.step.as_str(), last.by.as_str()),
            (state, "总店电脑的店长")
        );
        assert!(
            last.at <= device.now && last.at > device.now - 60_000,
            "{last:?}"
        );
        assert!(!last.out_of_order);
    }
    device.restart();
    let record = case(&mut device, &id);
    assert_eq!(record.events.len(), 8);
    assert_eq!(record.events[0].note, "电话来的");
    assert_eq!(record.events[4].note, "已致歉并换货");
    assert_eq!(field(&record.events[3].data, "conclusion"), "包装破损");
    assert_eq!(field(&record.events[5].data, "score"), "9");
    assert_eq!(record.reopened, 1);
    assert!(record.clashes.is_empty());
}

#[test]
fn a_step_that_may_not_be_taken_is_refused_with_a_sentence_and_changes_nothing() {
    let mut device = founder();
    let own = new_case(
        &mut device,
        &[
            ("subject", "投诉店长"),
            ("against_person", "总店电脑的店长"),
        ],
        "",
    );
    let id = new_case(&mut device, &[("subject", "退款")], "");
    let before = case(&mut device, &id);
    let cases = [
        (step(&id, "closed", ""), ProblemCode::StepRefused, "closed"),
        (
            step(&id, "no_such", ""),
            ProblemCode::StepRefused,
            "no_such",
        ),
        (step(&id, "not_upheld", ""), ProblemCode::Missing, "reason"),
        (step(&own, "accepted", ""), ProblemCode::Recused, "accepted"),
    ];
    for (request, code, place) in cases {
        let problem = device.refused(request);
        assert_eq!((problem.code, problem.place.as_str()), (code, place));
        for language in [Language::Chinese, Language::English] {
            let sentence = problem.sentence(language);
            assert!(!sentence.error.is_empty() && !sentence.next.is_empty());
        }
    }
    let late = device.now + 3_600_000;
    let problem = device.refused(step_with(&id, "noted", "n", |s| s.at = Some(late)));
    assert_eq!(
        (problem.code, problem.place.as_str()),
        (ProblemCode::BadField, "at")
    );
    assert_eq!(case(&mut device, &id).events, before.events);
}

#[test]
fn an_overdue_case_heads_my_day_until_it_is_answered() {
    let mut device = founder();
    let id = new_case(&mut device, &[("subject", "迟到的货")], "");
    device.now += 10 * 86_400_000;
    let Answer::Home(home) = device.must(Request::Home) else {
        panic!("my day")
    };
    assert_eq!(home.overdue_total, 1);
    assert_eq!(home.overdue[0].id, id);
    assert_eq!(home.overdue[0].due_state, DueState::Overdue);
    device.must(step_with(&id, "withdrawn", "", |s| {
        s.reason = "撤诉".to_owned();
    }));
    let Answer::Home(home) = device.must(Request::Home) else {
        panic!("my day")
    };
    assert_eq!(home.overdue_total, 0);
    assert_eq!(case(&mut device, &id).row.due_state, DueState::Late);
}

#[test]
fn a_draft_survives_a_restart_until_it_is_dropped() {
    let mut device = founder();
    let key = "customer:new".to_owned();
    let draft = |device: &mut Device| match device.must(Request::Draft {
        key: "customer:new".to_owned(),
    }) {
        Answer::Draft(draft) => draft,
        other => panic!("{other:?}"),
    };
    assert_eq!(draft(&mut device), None);
    let json = "{\"name\":\"半个客户\"}".to_owned();
    device.must(Request::SaveDraft {
        key: key.clone(),
        json: json.clone(),
    });
    device.restart();
    assert_eq!(draft(&mut device), Some(json));
    device.must(Request::DropDraft { key });
    assert_eq!(draft(&mut device), None);
    let problem = device.refused(Request::SaveDraft {
        key: "k".to_owned(),
        json: "x".repeat(300 * 1024),
    });
    assert_eq!(problem.code, ProblemCode::TooLarge);
}

#[test]
fn a_step_can_follow_after_the_clock_was_set_back_and_the_device_restarted() {
    let mut device = founder();
    let id = new_case(&mut device, &[("subject", "钟表")], "");
    device.now -= 3 * 60_000;
    device.restart();
    device.must(step(&id, "accepted", ""));
    assert_eq!(case(&mut device, &id).row.state, "accepted");
}
