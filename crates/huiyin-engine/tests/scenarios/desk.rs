//! The complaint desk: signatures, several cases at once, actions, reminders, what is refused.
//!
//! Long: one scenario after another, each read alone.

use huiyin_api::{Answer, CaseRecord, Language, ProblemCode, Request, StepIntent};
use huiyin_engine::{Batch, Durability, Query, Table, Write};
use huiyin_testkit::Device;

use crate::talk::*;

const FIELDS: &[(&str, &str)] = &[
    ("subject", "茶叶受潮"),
    ("channel", "phone"),
    ("complainant_name", "李女士"),
    ("complainant_phone", "13800000000"),
    ("description", "收到时已受潮"),
    ("demand", "exchange"),
];

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    FIELDS.iter().copied().chain(more.iter().copied()).collect()
}

fn data(intent: &mut StepIntent, pairs: &[(&str, &str)]) {
    for (name, value) in pairs {
        intent.data.insert((*name).to_owned(), (*value).to_owned());
    }
}

/// Takes a case under the chain-store pack to a plan that waits for signatures.
fn propose(device: &mut Device, id: &str) -> CaseRecord {
    device.now += 1_000;
    device.must(step_with(id, "accepted", "", |s| {
        data(s, &[("grounds", "属实")]);
    }));
    device.must(step_with(id, "assigned", "", |s| {
        "王芳".clone_into(&mut s.assignee);
    }));
    device.must(step_with(id, "investigated", "", |s| {
        "包装破损".clone_into(&mut s.cause);
        "包装破损".clone_into(&mut s.conclusion);
        "换货".clone_into(&mut s.countermeasure);
        "加固包装".clone_into(&mut s.prevention);
        data(s, &[("course", "运输途中"), ("responsible", "配送部")]);
    }));
    device.must(step_with(id, "proposed", "换一箱", |s| {
        s.amount = Some(20_000);
        data(s, &[("remedy", "exchange")]);
    }));
    case(device, id)
}

fn staff(device: &mut Device, name: &str, roles: &[&str]) -> String {
    match device.must(Request::SaveStaff {
        id: None,
        name: name.to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        branch: "HQ".to_owned(),
        left: false,
    }) {
        Answer::Saved { id, .. } => id,
        other => panic!("{other:?}"),
    }
}

fn act_as(device: &mut Device, staff: &str) {
    device.must(Request::ActAs {
        staff: staff.to_owned(),
    });
}

fn sign(id: &str, step: &str, of: &str) -> Request {
    step_with(id, step, "同意", |s| data(s, &[("of", of)]))
}

#[test]
fn signatures_are_asked_for_in_turn_of_those_who_hold_the_post() {
    let mut device = founder_under("S18");
    let founder = status(&mut device).staff;
    let superior = staff(&mut device, "孙经理", &["superior"]);
    let hr = staff(&mut device, "钱人事", &["hr_admin"]);
    let id = new_case(&mut device, FIELDS, "");
    let plan = propose(&mut device, &id).desk.proposal.clone().unwrap();
    assert_eq!(
        plan.signatures
            .iter()
            .map(|s| s.role.as_str())
            .collect::<Vec<_>>(),
        ["superior", "hr_admin", "general_manager"]
    );
    assert!(!plan.may_sign, "the post has its own holder now");

    act_as(&mut device, &hr);
    assert_eq!(home(&mut device).desk.approvals_total, 0);
    assert_eq!(home(&mut device).desk.waiting_total, 1);
    let problem = device.refused(sign(&id, "endorsed", &plan.event));
    assert_eq!(problem.code, ProblemCode::StepRefused);
    let told = problem.sentence(Language::Chinese).error;
    assert!(told.contains("轮到"), "{told}");

    act_as(&mut device, &superior);
    assert_eq!(home(&mut device).desk.approvals[0].id, id);
    assert_eq!(cases(&mut device, &[("approval", "mine")]).len(), 1);
    device.must(sign(&id, "endorsed", &plan.event));
    assert_eq!(home(&mut device).desk.approvals_total, 0);
    assert!(cases(&mut device, &[("approval", "mine")]).is_empty());

    act_as(&mut device, &hr);
    assert_eq!(cases(&mut device, &[("approval", "mine")]).len(), 1);
    device.must(sign(&id, "endorsed", &plan.event));
    act_as(&mut device, &founder);
    let of_another = device.refused(sign(&id, "approved", "0000000000000001"));
    assert_eq!(of_another.code, ProblemCode::StepRefused, "{of_another:?}");
    device.must(sign(&id, "approved", &plan.event));
    let record = case(&mut device, &id);
    assert_eq!(record.row.state, "approved");
    let signed = record.desk.proposal.clone().unwrap().signatures;
    assert_eq!(
        signed
            .iter()
            .map(|s| (s.role.as_str(), s.by.as_str()))
            .collect::<Vec<_>>(),
        [
            ("superior", "孙经理"),
            ("hr_admin", "钱人事"),
            ("general_manager", "赵敏")
        ]
    );
}

#[test]
fn a_delegate_signs_in_the_place_of_the_approver_and_sees_it_in_my_day() {
    let mut device = founder_under("S18");
    let superior = staff(&mut device, "孙经理", &["superior"]);
    let helper = staff(&mut device, "周代理", &["clerk"]);
    let id = new_case(&mut device, FIELDS, "");
    let plan = propose(&mut device, &id).desk.proposal.clone().unwrap();
    act_as(&mut device, &superior);
    device.must(step_with(&id, "delegated", "出差", |s| {
        data(s, &[("of", &plan.event), ("to", "周代理")]);
    }));
    act_as(&mut device, &helper);
    assert_eq!(home(&mut device).desk.approvals_total, 1);
    device.must(sign(&id, "endorsed", &plan.event));
    let signed = case(&mut device, &id)
        .desk
        .proposal
        .clone()
        .unwrap()
        .signatures;
    assert_eq!(
        (signed[0].role.as_str(), signed[0].by.as_str()),
        ("superior", "周代理")
    );
}

#[test]
fn what_is_classed_and_noted_on_two_devices_apart_stands_on_both() {
    let (mut a, mut b) = pair_under("S15", "store_manager");
    let id = {
        let pack = *packs(&mut a).active.unwrap();
        let mut fields: Vec<(String, String)> = vec![("subject".to_owned(), "无人服务".to_owned())];
        for name in &pack.required_fields {
            let value = match name.as_str() {
                "channel" => "phone".to_owned(),
                "category" => pack.categories[0].id.clone(),
                "demand" => "explanation".to_owned(),
                name if name.ends_with("phone") => "13800000000".to_owned(),
                name => format!("{name}内容"),
            };
            if name != "subject" {
                fields.push((name.clone(), value));
            }
        }
        let pairs: Vec<(&str, &str)> = fields
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        new_case(&mut a, &pairs, "")
    };
    exchange(&mut a, &mut b);
    // Severity is classed on two devices apart: nothing is lost, and one of them holds everywhere.
    a.must(step_with(&id, "classed", "", |s| {
        data(s, &[("severity", "important")]);
    }));
    b.now = a.now + 5_000;
    b.must(step_with(&id, "noted", "客户来电催问", |_| {}));
    exchange(&mut a, &mut b);
    let (at_a, at_b) = (case(&mut a, &id), case(&mut b, &id));
    assert_eq!(at_a.events, at_b.events);
    assert_eq!(at_a.row.severity, "important");
    assert_eq!(field(&at_a.fields, "severity"), "important");
}

#[test]
fn one_answer_goes_to_all_complaints_on_one_matter_or_to_none() {
    let mut device = founder_under("S18");
    let lead = new_case(&mut device, FIELDS, "");
    let mut ids = vec![lead.clone()];
    for _ in 0..2 {
        ids.push(new_case(&mut device, &with(&[("matter", &lead)]), ""));
    }
    let other = new_case(&mut device, FIELDS, "");
    let together = |ids: &[String], step: &str, fill: &dyn Fn(&mut StepIntent)| {
        let mut intent = StepIntent {
            step: step.to_owned(),
            ..StepIntent::default()
        };
        fill(&mut intent);
        Request::TakeSteps {
            ids: ids.to_vec(),
            step: intent,
        }
    };
    let linked: Vec<String> = case(&mut device, &ids[1])
        .desk
        .matter
        .iter()
        .map(|row| row.id.clone())
        .collect();
    assert_eq!(
        linked.len(),
        2,
        "the leading case and the other one: {linked:?}"
    );
    device.must(together(&ids, "accepted", &|s| {
        data(s, &[("grounds", "属实")]);
    }));
    let mut more = ids.clone();
    more.push(other.clone());
    let problem = device.refused(together(&more, "assigned", &|s| {
        s.assignee = "王芳".to_owned();
    }));
    assert_eq!(problem.code, ProblemCode::StepRefused);
    assert!(
        problem.detail.starts_with("HQ-"),
        "the case is named: {}",
        problem.detail
    );
    for id in &ids {
        assert_eq!(
            case(&mut device, id).row.state,
            "accepted",
            "none was assigned"
        );
    }
    device.must(together(&ids, "assigned", &|s| {
        s.assignee = "王芳".to_owned();
    }));
    for id in &ids {
        assert_eq!(case(&mut device, id).row.assignee, "王芳");
    }
    assert_eq!(
        device
            .refused(together(&[], "noted", &|s| s.note = "n".to_owned()))
            .code,
        ProblemCode::Missing
    );
}

#[test]
fn clocks_stand_still_with_a_reason_and_are_extended_once_by_an_approver() {
    let mut device = founder_under("S04");
    let clerk = staff(&mut device, "小周", &["service_agent"]);
    let founder = status(&mut device).staff;
    let pack = *packs(&mut device).active.unwrap();
    let mut fields = with(&[]);
    let category = pack.categories[0].id.clone();
    fields.push(("category", &category));
    for name in ["product", "against_branch"] {
        fields.push((name, if name == "product" { "茶饮料" } else { "HQ" }));
    }
    let id = new_case(&mut device, &fields, "");
    let due = |device: &mut Device| {
        let record = case(device, &id);
        let clock = record
            .desk
            .clocks
            .iter()
            .find(|clock| clock.name == "complaint")
            .unwrap()
            .clone();
        (clock, record)
    };
    let (first, _) = due(&mut device);
    assert_eq!(first.length, "3wd");
    act_as(&mut device, &clerk);
    let problem = device.refused(step_with(&id, "paused", "", |_| {}));
    assert_eq!(
        (problem.code, problem.place.as_str()),
        (ProblemCode::Missing, "reason")
    );
    device.must(step_with(&id, "paused", "", |s| {
        s.reason = "等客户寄样".to_owned();
    }));
    let (paused, record) = due(&mut device);
    assert!(paused.paused_since.is_some() && paused.due.is_none());
    assert!(record.desk.paused && record.row.paused);
    assert_eq!(cases(&mut device, &[("paused", "yes")]).len(), 1);
    device.now += 2 * 86_400_000;
    device.must(step_with(&id, "resumed", "", |_| {}));
    let (resumed, _) = due(&mut device);
    // Monday is the start day and never counts; of the two days only Tuesday was lost.
    assert_eq!(resumed.due.unwrap() - first.due.unwrap(), 86_400_000);
    assert!(resumed.explanation.iter().any(|span| span.kind == "paused"));
    let problem = device.refused(step_with(&id, "extended", "", |s| {
        s.reason = "复杂".to_owned();
        data(s, &[("clock", "complaint")]);
    }));
    assert_eq!(problem.code, ProblemCode::NotAllowed);
    act_as(&mut device, &founder);
    assert!(due(&mut device).0.may_extend);
    device.must(step_with(&id, "extended", "", |s| {
        s.reason = "需要化验".to_owned();
        data(s, &[("clock", "complaint")]);
    }));
    let (extended, _) = due(&mut device);
    assert!(extended.extended && !extended.may_extend);
    assert!(extended.due > resumed.due);
    let problem = device.refused(step_with(&id, "extended", "", |s| {
        s.reason = "再延".to_owned();
        data(s, &[("clock", "complaint")]);
    }));
    assert_eq!(
        (problem.code, problem.place.as_str()),
        (ProblemCode::BadField, "clock")
    );
}

#[test]
fn an_action_is_done_by_its_owner_and_verified_by_someone_else() {
    let mut device = founder_under("S18");
    let owner = staff(&mut device, "王芳", &["clerk"]);
    let founder = status(&mut device).staff;
    let id = new_case(&mut device, FIELDS, "");
    device.must(step_with(&id, "action_planned", "包装加厚", |s| {
        data(
            s,
            &[
                ("action_kind", "preventive"),
                ("owner", "王芳"),
                ("due", "2026-06-05"),
            ],
        );
    }));
    act_as(&mut device, &owner);
    let mine = home(&mut device).desk.actions;
    assert_eq!(
        (mine.len(), mine[0].case.as_str(), mine[0].state.as_str()),
        (1, id.as_str(), "open")
    );
    let action = mine[0].id.clone();
    device.now += 7 * 86_400_000;
    assert_eq!(home(&mut device).desk.actions[0].state, "overdue");
    device.must(step_with(&id, "action_done", "", |s| {
        data(s, &[("action", &action)]);
    }));
    assert!(home(&mut device).desk.actions.is_empty());
    assert!(
        home(&mut device).desk.to_verify.is_empty(),
        "not by the owner"
    );
    act_as(&mut device, &founder);
    assert_eq!(home(&mut device).desk.to_verify.len(), 1);
    device.must(step_with(&id, "action_verified", "", |s| {
        data(s, &[("action", &action), ("good", "yes")]);
    }));
    let actions = |device: &mut Device, open| match device.must(Request::Actions { open }) {
        Answer::Actions(list) => list,
        other => panic!("{other:?}"),
    };
    assert!(actions(&mut device, true).is_empty());
    let all = actions(&mut device, false);
    assert_eq!(
        (all[0].state.as_str(), all[0].verified_by.as_str()),
        ("verified", "赵敏")
    );
}

#[test]
fn those_the_pack_names_are_reminded_before_at_and_after_the_deadline_once_per_rule() {
    let mut device = founder_under("S18");
    let manager = staff(&mut device, "李店长", &["store_manager"]);
    let general = staff(&mut device, "陈总", &["general_manager"]);
    let id = new_case(&mut device, FIELDS, "");
    let due = case(&mut device, &id).row.due.unwrap();
    act_as(&mut device, &manager);
    assert!(home(&mut device).desk.reminders.is_empty());
    device.now = due - 20 * 3_600_000;
    let reminders = home(&mut device).desk.reminders;
    assert_eq!(reminders.len(), 1);
    assert_eq!(
        (
            reminders[0].case.as_str(),
            reminders[0].hours,
            reminders[0].clock.as_str()
        ),
        (id.as_str(), -24, "close")
    );
    act_as(&mut device, &general);
    assert!(home(&mut device).desk.reminders.is_empty());
    device.now = due + 25 * 3_600_000;
    assert_eq!(home(&mut device).desk.reminders[0].hours, 24);
    device.must(step_with(&id, "withdrawn", "", |s| {
        s.reason = "撤诉".to_owned();
    }));
    assert!(home(&mut device).desk.reminders.is_empty());
}

#[test]
fn those_the_pack_names_are_told_at_once_of_a_major_case_until_it_is_looked_into() {
    let mut device = founder_under("S18");
    let founder = status(&mut device).staff;
    let manager = staff(&mut device, "孙经理", &["superior"]);
    let clerk = staff(&mut device, "小周", &["clerk"]);
    let id = new_case(&mut device, &with(&[("severity", "major")]), "");
    for (who, told) in [(&clerk, 0), (&manager, 1)] {
        act_as(&mut device, who);
        assert_eq!(home(&mut device).desk.reminders.len(), told);
    }
    let reminder = home(&mut device).desk.reminders[0].clone();
    assert_eq!(
        (reminder.case.as_str(), reminder.clock.as_str()),
        (id.as_str(), "")
    );
    assert!(reminder.title.zh.contains("重大"));
    act_as(&mut device, &founder);
    propose(&mut device, &id);
    act_as(&mut device, &manager);
    assert!(home(&mut device).desk.reminders.is_empty());
}

#[test]
fn what_cannot_be_is_refused_with_the_field_and_a_sentence_and_leaves_nothing() {
    let mut device = founder_under("S18");
    let id = new_case(&mut device, FIELDS, "");
    let own = new_case(&mut device, &with(&[("against_person", "赵敏")]), "");
    device.now += 60_000;
    let clerk = staff(&mut device, "小周", &["clerk"]);
    let founder = status(&mut device).staff;
    let before = (
        case(&mut device, &id).events,
        case(&mut device, &own).events,
    );
    let long = "长".repeat(100_000);
    let early = device.now - 10 * 86_400_000;
    let register = |pairs: &[(&str, &str)]| Request::RegisterCase {
        fields: fields(pairs),
        note: String::new(),
    };
    let requests: Vec<(Request, ProblemCode, &str)> = vec![
        (step(&id, "closed", ""), ProblemCode::StepRefused, "closed"),
        (step(&id, "not_upheld", ""), ProblemCode::Missing, "reason"),
        (step(&id, "accepted", ""), ProblemCode::Missing, "grounds"),
        (
            step_with(&own, "accepted", "", |s| data(s, &[("grounds", "属实")])),
            ProblemCode::Recused,
            "accepted",
        ),
        (
            step_with(&id, "noted", "n", |s| s.at = Some(early)),
            ProblemCode::BadField,
            "at",
        ),
        (step(&id, "noted", &long), ProblemCode::BadField, "note"),
        (
            step_with(&id, "noted", "n", |s| data(s, &[("statement", &long)])),
            ProblemCode::BadField,
            "statement",
        ),
        (
            step_with(&id, "accepted", "", |s| {
                s.amount = Some(i64::MAX);
                data(s, &[("grounds", "属实")]);
            }),
            ProblemCode::BadField,
            "amount",
        ),
        (
            step_with(&id, "classed", "", |s| data(s, &[("severity", "huge")])),
            ProblemCode::BadField,
            "severity",
        ),
        (
            step_with(&id, "classed", "", |s| data(s, &[("severity", "major")])),
            ProblemCode::Missing,
            "criteria",
        ),
        (
            register(&with(&[("description", "")])),
            ProblemCode::Missing,
            "description",
        ),
        (
            register(&with(&[("received_at", "2099-01-01")])),
            ProblemCode::BadField,
            "received_at",
        ),
        (
            register(&with(&[("description", &long)])),
            ProblemCode::BadField,
            "description",
        ),
        (
            Request::EditCase {
                id: id.clone(),
                fields: fields(&[("demand", "")]),
            },
            ProblemCode::Missing,
            "demand",
        ),
        (
            Request::EditCase {
                id: id.clone(),
                fields: fields(&[("severity", "major")]),
            },
            ProblemCode::Missing,
            "criteria",
        ),
    ];
    for (request, code, place) in requests {
        let shown = format!("{request:?}").chars().take(200).collect::<String>();
        let problem = device.refused(request);
        assert_eq!(
            (problem.code, problem.place.as_str()),
            (code, place),
            "{shown}: {problem:?}"
        );
        for language in [Language::Chinese, Language::English] {
            let sentence = problem.sentence(language);
            assert!(!sentence.error.is_empty() && !sentence.next.is_empty());
        }
    }
    act_as(&mut device, &clerk);
    let problem = device.refused(step_with(&id, "accepted", "", |s| {
        data(s, &[("grounds", "属实")]);
    }));
    assert_eq!(problem.code, ProblemCode::NotAllowed);
    act_as(&mut device, &founder);
    assert_eq!(
        before,
        (
            case(&mut device, &id).events,
            case(&mut device, &own).events
        )
    );
    assert_eq!(status(&mut device).cases, 2);
}

#[test]
fn another_severity_is_an_event_and_a_field_at_once() {
    let mut device = founder_under("S18");
    let id = new_case(&mut device, FIELDS, "");
    device.now += 1_000;
    device.must(Request::EditCase {
        id: id.clone(),
        fields: fields(&[("severity", "major"), ("criteria", "press")]),
    });
    let record = case(&mut device, &id);
    assert_eq!(field(&record.fields, "severity"), "major");
    let last = record.events.last().unwrap();
    assert_eq!(
        (last.step.as_str(), field(&last.data, "criteria").as_str()),
        ("classed", "press")
    );
    device.must(step_with(&id, "classed", "", |s| {
        data(s, &[("severity", "general")]);
    }));
    let record = case(&mut device, &id);
    assert_eq!(
        (
            record.row.severity.as_str(),
            field(&record.fields, "severity").as_str()
        ),
        ("general", "general")
    );
}

#[test]
fn texts_for_answers_are_filled_in_for_the_case() {
    let mut device = founder_under("S18");
    let id = new_case(&mut device, FIELDS, "");
    let record = case(&mut device, &id);
    let (_, _, text) = &record.desk.templates[0];
    for (language, text) in [("zh", &text.zh), ("en", &text.en)] {
        assert!(
            text.contains("李女士") && text.contains("茶叶受潮"),
            "{language}: {text}"
        );
        assert!(text.contains(&record.row.number) && text.contains("2026-06-01"));
        assert!(!text.contains('{'), "{text}");
    }
    assert!(!record.desk.forms.is_empty() && !record.desk.causes.is_empty());
}

/// Writes the stored rows as the first version of the program wrote them: without version and calendars.
fn make_rows_old(device: &mut Device) {
    let all = |table| Query::Range {
        table,
        prefix: Vec::new(),
        after: None,
        limit: u32::MAX,
        keys_only: false,
    };
    let tables = device
        .store
        .load(&[all(Table::Deltas), all(Table::Projections)]);
    let mut writes = Vec::new();
    for (key, value) in &tables[0] {
        let [0, _, body @ ..] = value.as_slice() else {
            panic!("a delta of this version begins with its mark");
        };
        let (changes, _) = postcard::take_from_bytes::<Vec<u8>>(body).unwrap();
        let old = (changes, Vec::<u8>::new(), Vec::<u64>::new());
        writes.push(Write::Put {
            table: Table::Deltas,
            key: key.clone(),
            value: postcard::to_allocvec(&old).unwrap(),
        });
    }
    for (key, _) in &tables[1] {
        writes.push(Write::Put {
            table: Table::Projections,
            key: key.clone(),
            value: postcard::to_allocvec(&(1_u32, Vec::<u8>::new())).unwrap(),
        });
    }
    assert!(!writes.is_empty());
    device.store.commit(Batch {
        writes,
        durability: Durability::Strict,
    });
}

#[test]
fn rows_stored_by_an_earlier_version_are_made_anew() {
    let mut device = founder_under("S18");
    for _ in 0..3 {
        new_case(&mut device, FIELDS, "");
    }
    new_customer(&mut device, &[("name", "杭州茶行")]);
    let (rows, digest) = (cases(&mut device, &[]), names(&mut device));
    make_rows_old(&mut device);
    for _ in 0..2 {
        device.restart();
        assert_eq!(cases(&mut device, &[]), rows);
        assert_eq!(names(&mut device), digest);
    }
}

#[test]
fn a_case_names_the_file_it_belongs_to_beside_who_complained() {
    let mut device = founder();
    let file = new_customer(&mut device, &[("name", "华美商场")]);
    let id = new_case(&mut device, &with(&[("customer", &file)]), "");
    let told = |record: &CaseRecord| (record.customer_name.clone(), record.row.customer.clone());
    let names = |file: &str, who: &str| (file.to_owned(), who.to_owned());
    assert_eq!(told(&case(&mut device, &id)), names("华美商场", "李女士"));
    edit(&mut device, &file, &[("name", "华美百货")]);
    assert_eq!(told(&case(&mut device, &id)), names("华美百货", "李女士"));
    let alone = new_case(&mut device, FIELDS, "");
    assert_eq!(told(&case(&mut device, &alone)), names("", "李女士"));
}
