//! Customer files that are one customer: found, merged, undone, and merged apart by two devices.
//!
//! Long: one scenario after another, each read alone.

use huiyin_api::{
    AlikeRow, Answer, DuplicatesView, MergePreview, ProblemCode, Request, UnmergeReport,
};
use huiyin_core::merge::Side;
use huiyin_testkit::Device;

use crate::talk::*;

#[track_caller]
fn preview(device: &mut Device, stays: &str, gives_way: &str) -> MergePreview {
    let request = Request::MergePreview {
        stays: stays.to_owned(),
        gives_way: gives_way.to_owned(),
    };
    match device.must(request) {
        Answer::MergePreview(preview) => *preview,
        other => panic!("{other:?}"),
    }
}

fn merging(stays: &str, gives_way: &str, choices: &[(&str, Side)]) -> Request {
    Request::MergeCustomers {
        stays: stays.to_owned(),
        gives_way: gives_way.to_owned(),
        choices: choices
            .iter()
            .map(|(field, side)| ((*field).to_owned(), *side))
            .collect(),
    }
}

#[track_caller]
fn unmerge(device: &mut Device, a: &str, b: &str) -> UnmergeReport {
    let request = Request::UnmergeCustomers {
        a: a.to_owned(),
        b: b.to_owned(),
    };
    match device.must(request) {
        Answer::Unmerged(report) => report,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn duplicates(device: &mut Device) -> DuplicatesView {
    match device.must(Request::Duplicates) {
        Answer::Duplicates(view) => *view,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn alike(device: &mut Device, typed: &[(&str, &str)], except: Option<&str>) -> Vec<AlikeRow> {
    let request = Request::Alike {
        fields: fields(typed),
        except: except.map(str::to_owned),
    };
    match device.must(request) {
        Answer::Alike(rows) => rows,
        other => panic!("{other:?}"),
    }
}

/// Two files of one customer, each with a case and a note.
fn two_files(device: &mut Device) -> (String, String) {
    let a = new_customer(
        device,
        &[
            ("name", "王伟"),
            ("phone", "13800138000"),
            ("tags", "老客户"),
            ("city", "上海"),
        ],
    );
    let b = new_customer(
        device,
        &[
            ("name", "王 伟"),
            ("phone", "+86 138-0013-8000"),
            ("email", "wang@example.com"),
            ("tags", "会员"),
            ("city", "苏州"),
        ],
    );
    for (id, subject) in [(&a, "异响"), (&b, "漏水")] {
        new_case(device, &[("subject", subject), ("customer", id)], "");
        device.must(Request::AddCustomerNote {
            id: id.clone(),
            note: format!("来电谈{subject}"),
        });
    }
    (a, b)
}

#[test]
fn a_merge_takes_over_what_was_chosen_and_shows_both_histories_at_the_file_that_stays() {
    let mut device = founder();
    let (a, b) = two_files(&mut device);
    let shown = preview(&mut device, &a, &b);
    assert_eq!((shown.cases, shown.entries), (1, 1));
    let differing: Vec<&str> = shown
        .fields
        .iter()
        .filter(|field| field.differs)
        .map(|field| field.field.as_str())
        .collect();
    assert_eq!(differing, ["city", "name", "phone"]);

    device.must(merging(&a, &b, &[("city", Side::GivesWay)]));
    assert_eq!(names(&mut device), ["王伟"]);
    assert_eq!(status(&mut device).customers, 1);
    let stays = customer(&mut device, &a);
    for (name, value) in [
        ("name", "王伟"),
        ("city", "苏州"),
        ("email", "wang@example.com"),
        ("tags", "老客户,会员"),
    ] {
        assert_eq!(field(&stays.fields, name), value, "{name}");
    }
    assert_eq!(stays.cases.len(), 2, "the cases of both");
    assert!(stays.cases.iter().all(|case| case.customer_id == a));
    let notes: Vec<&str> = stays
        .events
        .iter()
        .filter(|event| event.step == "noted")
        .map(|event| event.note.as_str())
        .collect();
    assert_eq!(notes, ["来电谈异响", "来电谈漏水"]);
    assert_eq!(stays.merged.len(), 1);
    assert!(stays.merged[0].may_undo && stays.gave_way.is_none());

    let gone = customer(&mut device, &b);
    let went = gone.gave_way.expect("its page says where it went");
    assert_eq!((went.id.as_str(), went.name.as_str()), (a.as_str(), "王伟"));
    let query = cases(&mut device, &[("customer", &a)]);
    assert_eq!(query.len(), 2);
    assert_eq!(
        alike(&mut device, &[("phone", "13800138000")], None).len(),
        1
    );
}

#[test]
fn a_merge_undone_gives_the_export_and_digest_of_before() {
    let mut device = founder();
    let (a, b) = two_files(&mut device);
    let (before, digest) = (device.export(), device.digest(None));
    device.must(merging(&a, &b, &[("phone", Side::GivesWay)]));
    assert_ne!(device.export(), before);
    let report = unmerge(&mut device, &b, &a);
    assert_eq!(report.put_back, ["email", "phone", "tags"]);
    assert_eq!(report.kept, [] as [String; 0]);
    assert_eq!(device.export(), before);
    assert_eq!(device.digest(None), digest);
    assert_eq!(names(&mut device).len(), 2);
    assert_eq!(customer(&mut device, &b).gave_way, None);
    assert_eq!(customer(&mut device, &a).cases.len(), 1);
    let again = device.refused(Request::UnmergeCustomers { a, b });
    assert_eq!(again.code, ProblemCode::StepRefused);
}

#[test]
fn a_merge_survives_a_restart_and_a_projection_made_anew() {
    let mut device = founder();
    let (a, b) = two_files(&mut device);
    device.must(merging(&a, &b, &[]));
    device.restart();
    assert_eq!(names(&mut device), ["王伟"]);
    let mut anew = device.with_rows_made_anew();
    assert_eq!(names(&mut anew), ["王伟"]);
    assert_eq!(customer(&mut anew, &a).cases.len(), 2);
    assert_eq!(customer(&mut anew, &b).gave_way.map(|to| to.id), Some(a));
}

#[test]
fn undoing_a_merge_leaves_what_somebody_changed_since() {
    let mut device = founder();
    let (a, b) = two_files(&mut device);
    device.must(merging(&a, &b, &[]));
    edit(&mut device, &a, &[("email", "new@example.com")]);
    let report = unmerge(&mut device, &a, &b);
    assert_eq!(report.kept, ["email"]);
    let record = customer(&mut device, &a);
    assert_eq!(field(&record.fields, "email"), "new@example.com");
    assert_eq!(field(&record.fields, "tags"), "老客户");
}

#[test]
fn nonsense_is_refused_and_changes_nothing() {
    let mut device = founder();
    let (a, b) = two_files(&mut device);
    let case = new_case(&mut device, &[("subject", "价格")], "");
    let before = device.export();
    let unknown = a.replace(|c: char| c.is_ascii_digit(), "0");
    for (request, code) in [
        (merging(&a, &a, &[]), ProblemCode::StepRefused),
        (merging(&a, &case, &[]), ProblemCode::StepRefused),
        (merging(&a, &unknown, &[]), ProblemCode::NotFound),
        (
            merging(&a, &b, &[("shoe_size", Side::GivesWay)]),
            ProblemCode::StepRefused,
        ),
    ] {
        let problem = device.refused(request);
        assert_eq!(problem.code, code, "{problem:?}");
    }
    assert_eq!(device.export(), before);
    device.must(merging(&a, &b, &[]));
    let c = new_customer(&mut device, &[("name", "王五")]);
    let gone = device.refused(merging(&b, &c, &[]));
    assert!(gone.detail.contains("merged already"), "{gone:?}");
}

#[test]
fn a_chain_of_merges_leads_to_its_end() {
    let mut device = founder();
    let (a, b) = two_files(&mut device);
    let c = new_customer(&mut device, &[("name", "王伟（车主）")]);
    device.must(merging(&a, &b, &[]));
    device.must(merging(&c, &a, &[]));
    assert_eq!(names(&mut device).len(), 1);
    let end = customer(&mut device, &c);
    assert_eq!(end.cases.len(), 2);
    assert_eq!(end.merged.len(), 2);
    assert_eq!(
        customer(&mut device, &b).gave_way.map(|to| to.id),
        Some(c.clone())
    );
    unmerge(&mut device, &c, &a);
    assert_eq!(names(&mut device).len(), 2);
    assert_eq!(customer(&mut device, &a).cases.len(), 2);
}

#[test]
fn a_parent_is_not_taken_over_if_it_would_close_a_ring() {
    let mut device = founder();
    let stays = new_customer(&mut device, &[("name", "回音集团"), ("kind", "company")]);
    let child = new_customer(
        &mut device,
        &[("name", "回音服务"), ("parent_company", &stays)],
    );
    let gone = new_customer(
        &mut device,
        &[("name", "回音集团公司"), ("parent_company", &child)],
    );
    let shown = preview(&mut device, &stays, &gone);
    let parent = shown
        .fields
        .iter()
        .find(|field| field.field == "parent_company")
        .unwrap();
    assert_eq!(parent.result, "");
    let problem = device.refused(merging(
        &stays,
        &gone,
        &[("parent_company", Side::GivesWay)],
    ));
    assert_eq!(problem.code, ProblemCode::BadField);
    device.must(merging(&stays, &gone, &[]));
    assert_eq!(
        field(&customer(&mut device, &stays).fields, "parent_company"),
        ""
    );
}

#[test]
fn two_devices_that_merge_the_same_pair_apart_end_equal_and_one_undo_is_enough() {
    for opposite in [false, true] {
        let (mut one, mut two) = pair();
        let (a, b) = two_files(&mut one);
        exchange(&mut one, &mut two);
        let before = one.export();
        one.must(merging(&a, &b, &[("city", Side::GivesWay)]));
        let (x, y) = if opposite { (&b, &a) } else { (&a, &b) };
        two.must(merging(x, y, &[]));
        exchange(&mut one, &mut two);
        assert_eq!(one.digest(None), two.digest(None), "opposite: {opposite}");
        assert_eq!(names(&mut one).len(), 1);
        assert_eq!(names(&mut one), names(&mut two));
        let left = names(&mut one);
        let stays = find(&mut one, &left[0]);
        let least = if a < b { &a } else { &b };
        let expected = if opposite { least } else { &a };
        assert_eq!(stays, *expected, "opposite: {opposite}");
        assert_eq!(customer(&mut one, &stays).cases.len(), 2);
        assert!(customer(&mut one, &stays).merged[0].may_undo);

        unmerge(&mut two, &a, &b);
        exchange(&mut one, &mut two);
        for device in [&mut one, &mut two] {
            assert_eq!(names(device).len(), 2);
            assert_eq!(device.export(), before, "opposite: {opposite}");
        }
    }
}

#[test]
fn an_edit_made_apart_from_an_undo_is_kept_as_a_conflict() {
    let (mut one, mut two) = pair();
    let (a, b) = two_files(&mut one);
    one.must(merging(&a, &b, &[("city", Side::GivesWay)]));
    exchange(&mut one, &mut two);
    unmerge(&mut one, &a, &b);
    edit(&mut two, &a, &[("city", "无锡")]);
    exchange(&mut one, &mut two);
    assert_eq!(one.digest(None), two.digest(None));
    let record = customer(&mut two, &a);
    let values: Vec<&str> = record.conflicts[0]
        .values
        .iter()
        .map(|value| value.value.as_str())
        .collect();
    assert_eq!(record.conflicts[0].field, "city");
    assert!(
        values.contains(&"无锡") && values.contains(&"上海"),
        "{values:?}"
    );
    assert!(names(&mut two).len() == 2);
}

#[test]
fn a_field_in_conflict_is_settled_before_a_merge_writes_it() {
    let (mut one, mut two) = pair();
    let (a, b) = two_files(&mut one);
    exchange(&mut one, &mut two);
    edit(&mut one, &a, &[("city", "杭州")]);
    edit(&mut two, &a, &[("city", "宁波")]);
    exchange(&mut one, &mut two);
    let before = one.export();
    assert_eq!(preview(&mut one, &a, &b).unsettled, ["city"]);
    let problem = one.refused(merging(&a, &b, &[("city", Side::GivesWay)]));
    assert_eq!(problem.place, "city");
    one.must(merging(&a, &b, &[]));
    assert_eq!(customer(&mut one, &a).conflicts.len(), 1);
    unmerge(&mut one, &a, &b);
    assert_eq!(one.export(), before);
}

#[test]
fn while_typing_the_likest_come_first_and_digits_of_a_phone_are_enough_for_a_hint() {
    let mut device = founder();
    let a = new_customer(&mut device, &[("name", "李娜"), ("phone", "13900001111")]);
    let b = new_customer(
        &mut device,
        &[("name", "李雷"), ("phone", "0086 139 0000 1111")],
    );
    let c = new_customer(&mut device, &[("name", "韩梅"), ("plate", "沪A12345")]);
    let typed = [("name", "李雷"), ("phone", "139-0000-1111")];
    let found = alike(&mut device, &typed, None);
    let ids: Vec<(&str, u32)> = found
        .iter()
        .map(|row| (row.row.id.as_str(), row.score))
        .collect();
    assert_eq!(ids, [(b.as_str(), 90), (a.as_str(), 60)]);
    assert_eq!(alike(&mut device, &typed, Some(&b)).len(), 1);
    let digits = alike(&mut device, &[("phone", "13900")], None);
    assert!(digits.iter().all(|row| row.score == 0) && digits.len() == 2);
    let plate = alike(
        &mut device,
        &[("name", "韩梅"), ("plate", "沪a12345")],
        None,
    );
    assert_eq!(plate[0].row.id, c);
    assert_eq!(alike(&mut device, &[("name", "李娜")], None), []);
}

#[test]
fn a_look_at_every_file_finds_pairs_and_remembers_who_is_not_the_same() {
    let (mut one, mut two) = pair();
    let (a, b) = two_files(&mut one);
    let address = ("address", "上海市长宁区延安西路 1 号");
    let c = new_customer(&mut one, &[("name", "回音有限公司"), address]);
    let d = new_customer(&mut one, &[("name", "回音"), address]);
    new_customer(&mut one, &[("name", "赵钱孙李")]);
    let found = duplicates(&mut one);
    assert_eq!((found.files, found.total, found.distinct), (5, 2, 0));
    assert_eq!((found.pairs[0].score, found.pairs[1].score), (90, 70));
    assert_eq!((&found.pairs[0].a.id, &found.pairs[0].b.id), (&a, &b));

    let distinct = |distinct| Request::SayDistinct {
        a: d.clone(),
        b: c.clone(),
        distinct,
    };
    one.must(distinct(true));
    exchange(&mut one, &mut two);
    let found = duplicates(&mut two);
    assert_eq!((found.total, found.distinct), (1, 1));
    two.must(merging(&a, &b, &[]));
    assert_eq!(duplicates(&mut two).total, 0);
    two.must(distinct(false));
    assert_eq!(duplicates(&mut two).total, 1);
    assert_ne!(
        one.digest(None),
        two.digest(None),
        "the merge is in the digest"
    );
}

#[test]
fn a_merge_makes_nobody_both_owners_and_drops_no_tag_unseen() {
    let mut device = founder();
    let a = new_customer(&mut device, &[("name", "王伟"), ("owner_a", "李娜")]);
    let owned = [("name", "王 伟"), ("owner_a", "王芳"), ("owner_b", "李娜")];
    let b = new_customer(&mut device, &owned);
    let before = device.export();
    device.must(merging(&a, &b, &[]));
    let record = customer(&mut device, &a);
    assert_eq!(field(&record.fields, "owner_a"), "李娜");
    assert_eq!(field(&record.fields, "owner_b"), "");
    unmerge(&mut device, &a, &b);
    assert_eq!(device.export(), before);

    let tags = |of: &str| {
        let tags: Vec<String> = (0..30).map(|n| format!("{of}{n}")).collect();
        tags.join(",")
    };
    edit(&mut device, &a, &[("tags", &tags("甲"))]);
    edit(&mut device, &b, &[("tags", &tags("乙"))]);
    assert_eq!(device.refused(merging(&a, &b, &[])).place, "tags");
    device.must(merging(&a, &b, &[("tags", Side::Stays)]));
}

#[test]
fn a_ring_of_relations_through_a_file_that_gave_way_is_refused() {
    let mut device = founder();
    let ids: Vec<String> = ["甲集团", "乙公司", "甲集团有限公司"]
        .map(|name| new_customer(&mut device, &[("name", name)]))
        .into();
    edit(&mut device, &ids[1], &[("parent_company", &ids[2])]);
    device.must(merging(&ids[0], &ids[2], &[]));
    let problem = device.refused(Request::SaveCustomer {
        id: Some(ids[0].clone()),
        fields: fields(&[("parent_company", &ids[1])]),
    });
    assert_eq!(
        (problem.code, problem.place.as_str()),
        (ProblemCode::BadField, "parent_company")
    );
}
