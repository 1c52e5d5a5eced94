//! The review of fields that several people wrote at once: all of them are there, and settling them ends well on every device.

use huiyin_api::{
    Answer, ConflictChoice, DifferingPage, DifferingQuery, MAX_DIFFERING_ROWS, MAX_SETTLED,
    ProblemCode, Request, SettledReport, ValueStanding,
};
use huiyin_testkit::Device;

use crate::talk::*;

#[track_caller]
fn differing(device: &mut Device, kind: &str) -> DifferingPage {
    let query = DifferingQuery {
        kind: kind.to_owned(),
        offset: 0,
        limit: MAX_DIFFERING_ROWS,
    };
    match device.must(Request::Differing(query)) {
        Answer::Differing(page) => *page,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn settle(device: &mut Device, choices: Vec<ConflictChoice>) -> SettledReport {
    match device.must(Request::SettleConflicts { choices }) {
        Answer::Settled(report) => report,
        other => panic!("{other:?}"),
    }
}

fn choice(id: &str, field: &str, value: &str, seen: &[&str]) -> ConflictChoice {
    ConflictChoice {
        id: id.to_owned(),
        field: field.to_owned(),
        value: value.to_owned(),
        seen: seen.iter().map(|value| (*value).to_owned()).collect(),
    }
}

/// The newest of every value shown, as the button for all of them takes it.
fn newest(page: &DifferingPage) -> Vec<ConflictChoice> {
    let mut choices = Vec::new();
    for record in &page.records {
        for field in &record.fields {
            let values = &field.conflict.values;
            let newest = values.iter().max_by_key(|value| value.at).unwrap();
            let seen: Vec<&str> = values.iter().map(|value| value.value.as_str()).collect();
            choices.push(choice(
                &record.id,
                &field.conflict.field,
                &newest.value,
                &seen,
            ));
        }
    }
    choices
}

/// Two devices with a customer and a case whose fields both wrote apart.
fn two_apart() -> (Device, Device, String, String) {
    let (mut a, mut b) = pair();
    let customer = new_customer(&mut a, &[("name", "老客户"), ("phone", "100")]);
    let case = new_case(&mut a, &[("subject", "灯不亮"), ("kind", "complaint")], "");
    exchange(&mut a, &mut b);
    a.now += 5_000;
    edit(&mut a, &customer, &[("phone", "111"), ("city", "杭州")]);
    edit_case(&mut a, &case, &[("subject", "大厅的灯不亮")]);
    b.now += 9_000;
    edit(&mut b, &customer, &[("phone", "222"), ("city", "宁波")]);
    edit_case(&mut b, &case, &[("subject", "灯坏了")]);
    exchange(&mut a, &mut b);
    (a, b, customer, case)
}

fn edit_case(device: &mut Device, id: &str, pairs: &[(&str, &str)]) {
    device.must(Request::EditCase {
        id: id.to_owned(),
        fields: fields(pairs),
    });
}

#[test]
fn every_field_written_apart_is_listed_with_who_where_and_when() {
    let (mut a, mut b, customer, case) = two_apart();
    for device in [&mut a, &mut b] {
        let page = differing(device, "");
        assert_eq!((page.total, page.late), (2, 0));
        assert_eq!((page.counts["cu"], page.counts["ca"]), (1, 1));
        let ids: Vec<&str> = page
            .records
            .iter()
            .map(|record| record.id.as_str())
            .collect();
        assert_eq!(ids.len(), 2);
        assert!(ids.contains(&customer.as_str()) && ids.contains(&case.as_str()));
        let of_customer = page.records.iter().find(|one| one.id == customer).unwrap();
        let names: Vec<&str> = of_customer
            .fields
            .iter()
            .map(|field| field.conflict.field.as_str())
            .collect();
        assert_eq!(names, ["city", "phone"]);
        assert_eq!(of_customer.title, "老客户");
        let phone = &of_customer.fields[1].conflict;
        let told: Vec<(&str, &str, &str)> = phone
            .values
            .iter()
            .map(|one| (one.value.as_str(), one.by.as_str(), one.device.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("111", "总店电脑的店长", "总店电脑"),
                ("222", "平板的店员", "平板")
            ]
        );
        assert!(phone.values.iter().all(|one| one.at > 0));
        assert_eq!(home(device).differing, 2);
    }
    let only = differing(&mut a, "ca");
    assert_eq!((only.total, only.records.len()), (1, 1));
    assert_eq!(only.counts["cu"], 1, "the counts are of all kinds");
}

#[test]
fn the_newest_of_all_shown_is_taken_in_one_act_that_the_time_lines_tell() {
    let (mut a, mut b, customer_id, case) = two_apart();
    let choices = newest(&differing(&mut a, ""));
    assert_eq!(choices.len(), 3);
    let report = settle(&mut a, choices);
    assert_eq!((report.settled, report.left.len()), (3, 0));
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        let page = differing(device, "");
        assert_eq!((page.total, page.records.len()), (0, 0));
        assert_eq!(home(device).differing, 0);
        let record = customer(device, &customer_id);
        assert_eq!(field(&record.fields, "phone"), "222");
        assert_eq!(field(&record.fields, "city"), "宁波");
        let told: Vec<_> = record
            .events
            .iter()
            .filter(|event| event.step == "conflict_settled")
            .collect();
        assert_eq!(told.len(), 2);
        let phone = told
            .iter()
            .find(|event| event.data.iter().any(|data| data.name == "phone"))
            .unwrap();
        let aside = phone.data.iter().find(|data| data.name == "put_aside");
        assert_eq!(aside.unwrap().value, "111 (总店电脑的店长 · 总店电脑)");
        let shown = crate::talk::case(device, &case);
        assert_eq!(field(&shown.fields, "subject"), "灯坏了");
        assert!(
            shown
                .events
                .iter()
                .any(|event| event.step == "conflict_settled")
        );
    }
    assert_eq!(a.digest(None), b.digest(None));
}

#[test]
fn two_who_settle_apart_end_equal_with_one_value_or_one_new_pair() {
    let (mut a, mut b, id, _) = two_apart();
    let seen = &["111", "222"];
    let city = &["杭州", "宁波"];
    // Of the phone both choose the same, of the city not.
    settle(
        &mut a,
        vec![
            choice(&id, "phone", "222", seen),
            choice(&id, "city", "杭州", city),
        ],
    );
    b.now += 60_000;
    settle(
        &mut b,
        vec![
            choice(&id, "phone", "222", seen),
            choice(&id, "city", "宁波", city),
        ],
    );
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        let page = differing(device, "cu");
        assert_eq!(page.total, 1);
        let fields = &page.records[0].fields;
        assert_eq!(fields.len(), 1, "{fields:?}");
        assert_eq!(fields[0].conflict.field, "city");
        assert_eq!(fields[0].conflict.shown, "宁波");
    }
    assert_eq!(a.digest(None), b.digest(None));
    let report = settle(&mut b, vec![choice(&id, "city", "宁波", city)]);
    assert_eq!(report.settled, 1);
    exchange(&mut a, &mut b);
    assert_eq!(differing(&mut a, "cu").total, 0);
    assert_eq!(a.digest(None), b.digest(None));
}

#[test]
fn a_combined_text_holds_and_a_value_the_field_cannot_take_is_left_and_told() {
    let (mut a, mut b, id, case) = two_apart();
    let report = settle(
        &mut a,
        vec![
            choice(
                &case,
                "subject",
                "大厅的灯不亮 / 灯坏了",
                &["大厅的灯不亮", "灯坏了"],
            ),
            choice(&id, "phone", "x", &["111", "222"]),
            choice(&id, "city", "杭州", &["杭州", "宁波"]),
        ],
    );
    assert_eq!(report.settled, 2);
    let left: Vec<_> = report
        .left
        .iter()
        .map(|left| (left.field.as_str(), left.problem.code))
        .collect();
    assert_eq!(left, [("phone", ProblemCode::BadField)]);
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        assert_eq!(differing(device, "").total, 1);
        let shown = crate::talk::case(device, &case);
        assert_eq!(field(&shown.fields, "subject"), "大厅的灯不亮 / 灯坏了");
        assert_eq!(field(&customer(device, &id).fields, "city"), "杭州");
    }
}

#[test]
fn a_choice_made_before_a_third_value_came_is_not_taken() {
    let (mut a, mut b, id, _) = two_apart();
    let link = a.invite("HQ", "store_manager");
    let mut c = Device::new("手机", 3);
    c.join(&link).unwrap();
    exchange(&mut a, &mut c);
    let seen = &["111", "222"];
    // The third value is written apart from the settling.
    c.now += 20_000;
    edit(&mut c, &id, &[("phone", "333")]);
    edit(&mut a, &id, &[("phone", "444")]);
    exchange(&mut a, &mut c);
    let report = settle(&mut a, vec![choice(&id, "phone", "111", seen)]);
    assert_eq!(report.settled, 0);
    assert_eq!(report.left[0].problem.code, ProblemCode::ChangedSince);
    let page = differing(&mut a, "cu");
    let phone = page.records[0]
        .fields
        .iter()
        .find(|one| one.conflict.field == "phone");
    let values = &phone.unwrap().conflict.values;
    assert_eq!(values.len(), 2, "nothing was lost: {values:?}");
    let gone = settle(
        &mut b,
        vec![choice("cu.HQ.all.0.0000000000000000", "phone", "1", seen)],
    );
    assert_eq!(gone.left[0].problem.code, ProblemCode::NotFound);
    let many = vec![choice(&id, "phone", "111", seen); MAX_SETTLED + 1];
    let refused = a.refused(Request::SettleConflicts { choices: many });
    assert_eq!(refused.code, ProblemCode::BadField);
}

#[test]
fn a_value_that_a_step_overruled_and_one_of_the_person_complained_about_are_told_apart() {
    let (mut a, mut b, id, case) = two_apart();
    // Who looks after the customer is decided by an act; the fields beside it are only what was entered.
    for (device, owner) in [(&mut a, "总店电脑的店长"), (&mut b, "平板的店员")] {
        device.now += 1_000;
        let change = Request::ChangeOwner {
            id: id.clone(),
            owner_a: Some(owner.to_owned()),
            owner_b: None,
            note: String::new(),
        };
        device.must(change);
    }
    exchange(&mut a, &mut b);
    edit_case(&mut a, &case, &[("against_person", "平板的店员")]);
    let page = differing(&mut a, "");
    let of_customer = page.records.iter().find(|one| one.id == id).unwrap();
    let owner = of_customer
        .fields
        .iter()
        .find(|field| field.conflict.field == "owner_a");
    let owner = owner.expect("both names are kept");
    let decided = owner.decided.as_deref().expect("an act decided it");
    for (value, standing) in owner.conflict.values.iter().zip(&owner.standing) {
        let expected = if value.value == decided {
            ValueStanding::Decided
        } else {
            ValueStanding::Overruled
        };
        assert_eq!(*standing, expected);
    }
    let of_case = page.records.iter().find(|one| one.id == case).unwrap();
    let standing = &of_case.fields[0].standing;
    assert_eq!(
        standing[..],
        [ValueStanding::Entered, ValueStanding::Recused]
    );
}

#[test]
fn of_many_records_a_window_is_shown_and_all_are_counted() {
    let (mut a, mut b) = pair();
    let ids: Vec<String> = (0..45)
        .map(|at| new_customer(&mut a, &[("name", &format!("客户{at}"))]))
        .collect();
    exchange(&mut a, &mut b);
    for id in &ids {
        edit(&mut a, id, &[("city", "杭州")]);
        edit(&mut b, id, &[("city", "宁波")]);
    }
    exchange(&mut a, &mut b);
    let mut seen = std::collections::BTreeSet::new();
    for offset in [0, 20, 40] {
        let query = DifferingQuery {
            offset,
            limit: 1_000,
            ..DifferingQuery::default()
        };
        match b.must(Request::Differing(query)) {
            Answer::Differing(page) => {
                assert_eq!(page.total, 45);
                assert!(page.records.len() <= MAX_DIFFERING_ROWS as usize);
                seen.extend(page.records.into_iter().map(|record| record.id));
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(seen, ids.into_iter().collect());
}
