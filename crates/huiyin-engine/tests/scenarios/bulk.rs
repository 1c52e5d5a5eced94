//! Many records changed at once: looked at, done in slices, undone where nobody changed the field since.
//!
//! Long: one scenario after another, each read alone.

use huiyin_api::{
    Answer, BulkAct, BulkChange, BulkEntry, BulkIntent, BulkReason, BulkReport, MAX_BULK_SLICE,
    ProblemCode, Request,
};
use huiyin_testkit::Device;

use crate::talk::*;

const ACT: &str = "00000000000000b1";

fn change(field: &str, act: BulkAct, value: &str) -> BulkChange {
    BulkChange {
        field: field.to_owned(),
        act,
        value: value.to_owned(),
    }
}

fn set(field: &str, value: &str) -> BulkChange {
    change(field, BulkAct::Set, value)
}

fn of_customers(changes: &[BulkChange]) -> BulkIntent {
    BulkIntent {
        changes: changes.to_vec(),
        ..BulkIntent::default()
    }
}

fn of_cases(changes: &[BulkChange]) -> BulkIntent {
    BulkIntent {
        cases: true,
        ..of_customers(changes)
    }
}

#[track_caller]
fn told(answer: Answer) -> BulkReport {
    match answer {
        Answer::Bulk(report) => *report,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn look(device: &mut Device, intent: &BulkIntent, ids: &[String]) -> BulkReport {
    told(device.must(Request::BulkLook {
        intent: intent.clone(),
        ids: ids.to_vec(),
    }))
}

fn doing(act: &str, intent: &BulkIntent, ids: &[String]) -> Request {
    Request::BulkEdit {
        act: act.to_owned(),
        intent: intent.clone(),
        ids: ids.to_vec(),
    }
}

#[track_caller]
fn apply(device: &mut Device, intent: &BulkIntent, ids: &[String]) -> BulkReport {
    told(device.must(doing(ACT, intent, ids)))
}

/// Undoes every slice of an act.
#[track_caller]
fn undo(device: &mut Device) -> BulkReport {
    let mut sum = BulkReport::default();
    loop {
        sum.add(told(device.must(Request::UndoBulkEdit {
            act: ACT.to_owned(),
        })));
        if sum.slices == 0 {
            return sum;
        }
    }
}

#[track_caller]
fn past(device: &mut Device) -> Vec<BulkEntry> {
    match device.must(Request::BulkEdits) {
        Answer::BulkEntries(entries) => entries,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn value(device: &mut Device, id: &str, name: &str) -> String {
    field(&customer(device, id).fields, name)
}

fn staff(device: &mut Device, name: &str) {
    device.must(Request::SaveStaff {
        id: None,
        name: name.to_owned(),
        roles: vec!["sales_rep".to_owned()],
        branch: "HQ".to_owned(),
        left: false,
    });
}

fn shops(device: &mut Device) -> Vec<String> {
    [
        ("甲店", "上海", "老客户"),
        ("乙店", "", ""),
        ("丙店", "杭州", "会员"),
    ]
    .iter()
    .map(|(name, city, tags)| {
        new_customer(device, &[("name", name), ("city", city), ("tags", tags)])
    })
    .collect()
}

#[test]
fn what_is_looked_at_is_what_is_done_and_every_time_line_tells_of_it() {
    let mut device = founder();
    let ids = shops(&mut device);
    let intent = of_customers(&[
        set("city", " 杭州 "),
        change("tags", BulkAct::AddTag, "会员"),
    ]);
    let seen = look(&mut device, &intent, &ids);
    assert_eq!(seen.records, 2);
    let mut changing = seen.changing.clone();
    changing.sort();
    let mut expected = vec![ids[0].clone(), ids[1].clone()];
    expected.sort();
    assert_eq!(changing, expected);
    assert_eq!(seen.left[&BulkReason::Same], 2, "both of the third");
    let line = seen
        .lines
        .iter()
        .find(|line| line.id == ids[0] && line.field == "tags")
        .unwrap();
    assert_eq!(
        (line.name.as_str(), line.old.as_str(), line.new.as_str()),
        ("甲店", "老客户", "老客户,会员")
    );
    assert_eq!(
        value(&mut device, &ids[0], "city"),
        "上海",
        "only looked at"
    );

    let done = apply(&mut device, &intent, &seen.changing);
    assert_eq!((done.records, done.lines), (2, seen.lines));
    assert_eq!(value(&mut device, &ids[1], "city"), "杭州");
    assert_eq!(value(&mut device, &ids[1], "tags"), "会员");
    let record = customer(&mut device, &ids[0]);
    assert_eq!(record.row.city, "杭州", "the list says the same");
    let entry = record.events.last().unwrap();
    assert_eq!(entry.step, "bulk_edited");
    assert_eq!(field(&entry.data, "city"), "杭州");
    let entries = past(&mut device);
    assert_eq!(entries.len(), 1);
    assert_eq!(
        (entries[0].records, &entries[0].changes[0].value),
        (2, &"杭州".to_owned())
    );
}

#[test]
fn an_undo_puts_back_what_was_there_and_leaves_what_somebody_changed_since() {
    let mut device = founder();
    let ids = shops(&mut device);
    let intent = of_customers(&[
        set("city", "苏州"),
        change("tags", BulkAct::RemoveTag, "老客户"),
    ]);
    apply(&mut device, &intent, &ids);
    edit(&mut device, &ids[1], &[("city", "宁波")]);
    edit(&mut device, &ids[2], &[("tags", "会员,回头客")]);
    let report = undo(&mut device);
    assert_eq!(report.records, 2);
    assert_eq!(report.left[&BulkReason::Changed], 1);
    assert_eq!(report.examples[0].name, "乙店");
    assert_eq!(value(&mut device, &ids[0], "city"), "上海");
    assert_eq!(value(&mut device, &ids[0], "tags"), "老客户");
    assert_eq!(value(&mut device, &ids[1], "city"), "宁波");
    assert_eq!(value(&mut device, &ids[2], "city"), "杭州");
    assert_eq!(value(&mut device, &ids[2], "tags"), "会员,回头客");
    let told = customer(&mut device, &ids[0]).events.pop().unwrap();
    assert_eq!(told.step, "bulk_undone");
    assert!(past(&mut device).is_empty());
    let problem = device.refused(Request::UndoBulkEdit {
        act: ACT.to_owned(),
    });
    assert_eq!(problem.code, ProblemCode::NotFound);
}

#[test]
fn an_act_of_several_slices_is_one_entry_and_is_undone_from_its_end() {
    let mut device = founder();
    let ids = shops(&mut device);
    let intent = of_customers(&[set("source", "展会")]);
    for slice in ids.chunks(2) {
        apply(&mut device, &intent, slice);
    }
    assert_eq!(past(&mut device)[0].records, 3);
    let first = told(device.must(Request::UndoBulkEdit {
        act: ACT.to_owned(),
    }));
    assert_eq!((first.records, first.slices), (1, 1));
    assert_eq!(value(&mut device, &ids[2], "source"), "");
    assert_eq!(value(&mut device, &ids[0], "source"), "展会");
    assert_eq!(undo(&mut device).records, 2);
}

#[test]
fn what_another_device_changed_meanwhile_is_kept_and_the_undo_leaves_it() {
    let (mut a, mut b) = pair();
    let ids = shops(&mut a);
    exchange(&mut a, &mut b);
    apply(&mut a, &of_customers(&[set("city", "苏州")]), &ids);
    edit(&mut b, &ids[0], &[("city", "无锡")]);
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        let record = customer(device, &ids[0]);
        assert_eq!(record.conflicts.len(), 1, "both values are kept");
    }
    // The other device of the branch may undo it too.
    assert_eq!(past(&mut b).len(), 1);
    let report = undo(&mut b);
    assert_eq!((report.records, report.left[&BulkReason::Changed]), (2, 1));
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        assert_eq!(value(device, &ids[1], "city"), "");
        assert_eq!(value(device, &ids[2], "city"), "杭州");
        assert!(past(device).is_empty());
    }
}

#[test]
fn two_who_undo_one_act_apart_end_with_one_value_and_no_conflict() {
    let (mut a, mut b) = pair();
    let ids = shops(&mut a);
    let intent = of_customers(&[set("city", "苏州"), change("tags", BulkAct::AddTag, "重点")]);
    apply(&mut a, &intent, &ids);
    exchange(&mut a, &mut b);
    undo(&mut a);
    undo(&mut b);
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        let record = customer(device, &ids[0]);
        assert!(record.conflicts.is_empty(), "{:?}", record.conflicts);
        assert_eq!(field(&record.fields, "city"), "上海");
        assert_eq!(field(&record.fields, "tags"), "老客户");
    }
}

#[test]
fn owners_and_stages_change_as_on_the_record_and_come_back() {
    let mut device = founder();
    for name in ["李娜", "王芳"] {
        staff(&mut device, name);
    }
    let ids = shops(&mut device);
    let one = &ids[..1];
    device.must(Request::ChangeOwner {
        id: ids[0].clone(),
        owner_a: Some("李娜".to_owned()),
        owner_b: None,
        note: String::new(),
    });
    let refused = look(&mut device, &of_customers(&[set("owner_b", "李娜")]), one);
    assert_eq!(refused.left[&BulkReason::Refused], 1);
    let problem = device.refused(doing(ACT, &of_customers(&[set("owner_a", "路人")]), one));
    assert_eq!(problem.place, "owner_a");

    let intent = BulkIntent {
        reason: "季度整理".to_owned(),
        ..of_customers(&[set("owner_a", "王芳"), set("life_cycle", "dormant")])
    };
    let first = of_customers(&[set("life_cycle", "active")]);
    told(device.must(doing("00000000000000b0", &first, one)));
    assert_eq!(apply(&mut device, &intent, one).records, 1);
    let record = customer(&mut device, &ids[0]);
    assert_eq!(record.row.owner, "王芳");
    assert_eq!(record.row.life_cycle, "dormant");
    assert!(record.file.clashes.is_empty(), "{:?}", record.file.clashes);
    let steps: Vec<&str> = record
        .events
        .iter()
        .map(|event| event.step.as_str())
        .collect();
    assert!(
        steps.ends_with(&["owner_changed", "life_cycle_changed"]),
        "{steps:?}"
    );

    undo(&mut device);
    let record = customer(&mut device, &ids[0]);
    assert_eq!(record.row.owner, "李娜");
    assert_eq!(record.row.life_cycle, "active");
    assert_eq!(record.file.stage, "active");
    assert!(record.file.clashes.is_empty(), "{:?}", record.file.clashes);
    // Before the first act there was no stage to go back to.
    let report = told(device.must(Request::UndoBulkEdit {
        act: "00000000000000b0".to_owned(),
    }));
    assert_eq!(report.left[&BulkReason::NotBack], 1);
}

#[test]
fn a_file_that_gave_way_is_left_and_a_record_that_is_gone_is_told() {
    let mut device = founder();
    let ids = shops(&mut device);
    device.must(Request::MergeCustomers {
        stays: ids[0].clone(),
        gives_way: ids[1].clone(),
        choices: [].into(),
    });
    let gone = "cu.HQ.all.0.00000000000000ff".to_owned();
    let chosen = [ids[0].clone(), ids[1].clone(), gone.clone()];
    let report = apply(&mut device, &of_customers(&[set("city", "南京")]), &chosen);
    assert_eq!(report.records, 1);
    assert_eq!(report.left[&BulkReason::Merged], 1);
    assert_eq!(report.left[&BulkReason::Gone], 1);
    assert!(report.examples.iter().any(|left| left.id == gone));
}

#[test]
fn cases_are_assigned_classed_and_sorted_under_their_policy() {
    let mut device = founder_under("S18");
    staff(&mut device, "李娜");
    let ids: Vec<String> = ["门坏了", "灯不亮"]
        .iter()
        .map(|subject| {
            new_case(
                &mut device,
                &[
                    ("subject", subject),
                    ("kind", "complaint"),
                    ("channel", "phone"),
                    ("description", "请处理"),
                    ("severity", "general"),
                    ("complainant_name", "王先生"),
                    ("complainant_phone", "13800138000"),
                    ("demand", "explanation"),
                ],
                "",
            )
        })
        .collect();
    device.now += 1_000;
    device.must(step_with(&ids[0], "accepted", "", |s| {
        s.data.insert("grounds".to_owned(), "属实".to_owned());
    }));
    let intent = of_cases(&[
        set("assignee", "李娜"),
        set("category", "facility"),
        set("severity", "important"),
    ]);
    let seen = look(&mut device, &intent, &ids);
    let done = apply(&mut device, &intent, &ids);
    assert_eq!(done.left, seen.left);
    let record = case(&mut device, &ids[0]);
    assert_eq!(record.row.assignee, "李娜");
    assert_eq!(record.row.category, "facility");
    assert_eq!(record.row.severity, "important");
    assert!(record.clashes.is_empty(), "{:?}", record.clashes);

    let report = undo(&mut device);
    let record = case(&mut device, &ids[0]);
    assert_eq!(record.row.severity, "general");
    assert_eq!(record.row.category, "");
    assert!(
        report.left[&BulkReason::NotBack] >= 1,
        "nobody had the case before"
    );
}

#[track_caller]
fn check(device: &mut Device, request: Request, code: ProblemCode, place: &str) {
    let problem = device.refused(request);
    assert_eq!((problem.code, problem.place.as_str()), (code, place));
}

#[test]
fn bad_wishes_are_refused_with_their_place() {
    let mut device = founder();
    let ids = shops(&mut device);
    let many: Vec<String> = (0..=MAX_BULK_SLICE)
        .map(|at| format!("cu.HQ.all.0.{at:016x}"))
        .collect();
    let bad = ProblemCode::BadField;
    let city = of_customers(&[set("city", "杭州")]);
    check(&mut device, doing(ACT, &city, &many), bad, "records");
    check(&mut device, doing(ACT, &city, &[]), bad, "records");
    check(&mut device, doing("x", &city, &ids), bad, "act");
    check(
        &mut device,
        doing(ACT, &of_customers(&[]), &ids),
        bad,
        "changes",
    );
    for (intent, code, place) in [
        (of_customers(&[set("class", "A")]), bad, "class"),
        (of_customers(&[set("phone", "1")]), bad, "phone"),
        (of_customers(&[set("tags", "a")]), bad, "tags"),
        (
            of_customers(&[change("tags", BulkAct::AddTag, "a,b")]),
            bad,
            "tags",
        ),
        (of_customers(&[set("kind", "soul")]), bad, "kind"),
        (
            of_customers(&[set("kind", "")]),
            ProblemCode::Missing,
            "kind",
        ),
        (
            of_customers(&[set("city", "a"), set("city", "b")]),
            bad,
            "city",
        ),
        (
            of_cases(&[set("assignee", "")]),
            ProblemCode::Missing,
            "assignee",
        ),
    ] {
        check(&mut device, doing(ACT, &intent, &ids), code, place);
    }
    assert!(past(&mut device).is_empty());
}

#[test]
fn an_export_after_an_undone_act_is_byte_for_byte_the_one_before_it() {
    let (mut a, mut b) = pair();
    for name in ["李娜", "王芳", "陈静"] {
        staff(&mut a, name);
    }
    let ids = shops(&mut a);
    a.must(Request::ChangeOwner {
        id: ids[0].clone(),
        owner_a: Some("李娜".to_owned()),
        owner_b: None,
        note: String::new(),
    });
    let stages = of_customers(&[set("life_cycle", "potential")]);
    told(a.must(doing("00000000000000b0", &stages, &ids)));
    exchange(&mut a, &mut b);
    let before = a.export();
    let intent = BulkIntent {
        reason: "整理".to_owned(),
        ..of_customers(&[
            set("city", "苏州"),
            set("owner_a", "王芳"),
            set("owner_b", "陈静"),
            set("life_cycle", "dormant"),
            change("tags", BulkAct::AddTag, "重点"),
        ])
    };
    apply(&mut a, &intent, &ids);
    assert_ne!(a.export(), before);
    exchange(&mut a, &mut b);
    // Two who undo it apart leave two entries of one undo.
    undo(&mut a);
    undo(&mut b);
    exchange(&mut a, &mut b);
    assert_eq!(a.export(), before);
    assert_eq!(b.export(), before);
}
