//! The history of a record by field, the record as it stood on a day, and taking one's own writes back.

use huiyin_api::{
    Answer, HistoryLine, HistoryQuery, MAX_HISTORY, ProblemCode, RecordHistory, RecordThen,
    Request, TakenBack,
};
use huiyin_testkit::{CUSTOMERS_CSV, Device};

use crate::talk::*;

const DAY: i64 = 24 * 3_600_000;

#[track_caller]
fn history(device: &mut Device, id: &str, field: &str) -> RecordHistory {
    let query = HistoryQuery {
        id: id.to_owned(),
        field: field.to_owned(),
        limit: MAX_HISTORY,
    };
    match device.must(Request::History(query)) {
        Answer::History(history) => *history,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn then(device: &mut Device, id: &str, day: &str) -> RecordThen {
    let request = Request::RecordThen {
        id: id.to_owned(),
        day: day.to_owned(),
    };
    match device.must(request) {
        Answer::RecordThen(then) => *then,
        other => panic!("{other:?}"),
    }
}

fn take_back(id: &str, action: &str) -> Request {
    Request::TakeBack {
        id: id.to_owned(),
        action: action.to_owned(),
    }
}

#[track_caller]
fn taken_back(device: &mut Device, id: &str, action: &str) -> TakenBack {
    match device.must(take_back(id, action)) {
        Answer::TakenBack(report) => report,
        other => panic!("{other:?}"),
    }
}

fn told(line: &HistoryLine) -> (&str, &str, &str, bool) {
    (&line.value, &line.by, &line.device, line.holds)
}

fn value_then(then: &RecordThen, field: &str) -> (String, String) {
    let found = then.fields.iter().find(|one| one.field == field);
    found.map_or_else(Default::default, |one| (one.then.clone(), one.now.clone()))
}

#[test]
fn the_history_of_a_field_tells_who_set_what_on_which_device_in_order() {
    let (mut a, mut b) = pair();
    let id = new_customer(&mut a, &[("name", "老客户"), ("phone", "100")]);
    exchange(&mut a, &mut b);
    a.now += 5_000;
    edit(&mut a, &id, &[("phone", "111"), ("city", "杭州")]);
    b.now += 9_000;
    edit(&mut b, &id, &[("phone", "222")]);
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        let history = history(device, &id, "phone");
        assert_eq!((history.total, history.unread), (3, 0));
        assert_eq!(history.title, "老客户");
        assert_eq!((history.fields["phone"], history.fields["city"]), (3, 1));
        let mut lines: Vec<_> = history.lines.iter().map(told).collect();
        lines.sort_unstable();
        assert_eq!(
            lines,
            [
                ("100", "总店电脑的店长", "总店电脑", false),
                ("111", "总店电脑的店长", "总店电脑", true),
                ("222", "平板的店员", "平板", true),
            ]
        );
        let first = history.lines.last().unwrap();
        assert!(first.made && first.at.is_some() && first.before.is_empty());
        assert!(!first.own, "the making of a record is not taken back");
    }
    let own: Vec<bool> = history(&mut b, &id, "phone")
        .lines
        .iter()
        .map(|line| line.own == (line.by == "平板的店员"))
        .collect();
    assert!(own.into_iter().all(|fits| fits));
}

#[test]
fn an_import_is_named_as_one_and_the_record_is_there_from_its_day_on() {
    let mut device = founder();
    import(&mut device, "customers.csv", CUSTOMERS_CSV);
    let id = find(&mut device, "Alfreds");
    let first = history(&mut device, &id, "city");
    assert_eq!(first.lines[0].import, "customers.csv");
    assert!(first.lines[0].at.is_some() && !first.lines[0].own);
    let imported_on = first.since.clone();
    assert_eq!(imported_on, first.today);
    device.now += 3 * DAY;
    edit(&mut device, &id, &[("city", "Hamburg")]);
    let lines = history(&mut device, &id, "city").lines;
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (lines[0].value.as_str(), &lines[0].before[..]),
        ("Hamburg", &["Berlin".to_owned()][..])
    );
    let before = then(&mut device, &id, "2020-01-01");
    assert!(!before.exists && before.fields.is_empty());
    let old = then(&mut device, &id, &imported_on);
    assert!(old.exists);
    assert_eq!(old.later, 1);
    assert_eq!(
        value_then(&old, "city"),
        ("Berlin".to_owned(), "Hamburg".to_owned())
    );
    // The same after a restart, when the document lies in its envelope.
    device.restart();
    assert_eq!(then(&mut device, &id, &imported_on), old);
}

#[test]
fn a_case_of_a_past_day_shows_its_state_fields_and_time_line_of_then() {
    let (mut a, mut b) = pair();
    let id = new_case(&mut a, &[("subject", "灯不亮"), ("kind", "complaint")], "");
    let first_day = history(&mut a, &id, "").since;
    exchange(&mut a, &mut b);
    a.now += 2 * DAY;
    b.now += 2 * DAY;
    a.must(step(&id, "accepted", ""));
    b.must(Request::EditCase {
        id: id.clone(),
        fields: fields(&[("subject", "大厅的灯不亮")]),
    });
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        let old = then(device, &id, &first_day);
        assert_eq!(
            (old.state.as_str(), old.state_now.as_str()),
            ("registered", "accepted")
        );
        assert_eq!(
            value_then(&old, "subject"),
            ("灯不亮".to_owned(), "大厅的灯不亮".to_owned())
        );
        assert_eq!(old.events.len(), 1);
        assert_eq!(old.later, 2);
    }
    let refused = a.refused(Request::RecordThen {
        id: id.clone(),
        day: "gestern".to_owned(),
    });
    assert_eq!(refused.code, ProblemCode::BadField);
}

#[test]
fn the_customer_of_a_case_is_told_by_name() {
    let (mut a, _) = pair();
    let customer = new_customer(&mut a, &[("name", "华美商场"), ("phone", "13800138000")]);
    let id = new_case(
        &mut a,
        &[("subject", "灯不亮"), ("customer", &customer)],
        "",
    );
    let history = history(&mut a, &id, "customer");
    assert_eq!(history.lines[0].value, customer);
    assert!(
        history.names[&customer].starts_with("华美商场"),
        "{:?}",
        history.names
    );
    assert_eq!(history.names.len(), 1);
    let then = then(&mut a, &id, &history.today);
    assert_eq!(then.names, history.names);
}

#[test]
fn ones_own_edit_is_taken_back_where_nobody_has_written_since() {
    let (mut a, mut b) = pair();
    let id = new_customer(
        &mut a,
        &[("name", "老客户"), ("phone", "100"), ("city", "上海")],
    );
    exchange(&mut a, &mut b);
    a.now += 5_000;
    edit(
        &mut a,
        &id,
        &[
            ("phone", "111"),
            ("city", "杭州"),
            ("website", "https://a.cn"),
        ],
    );
    exchange(&mut a, &mut b);
    b.now += 9_000;
    edit(&mut b, &id, &[("phone", "222")]);
    exchange(&mut a, &mut b);
    let line = history(&mut a, &id, "city").lines.remove(0);
    assert!(line.own);
    // Of another person's edit nothing is taken back.
    let refused = b.refused(take_back(&id, &line.action));
    assert_eq!(refused.code, ProblemCode::NotAllowed);
    let report = taken_back(&mut a, &id, &line.action);
    assert_eq!(report.done, ["city", "website"]);
    let left: Vec<_> = report
        .left
        .iter()
        .map(|left| (left.field.as_str(), left.problem.code))
        .collect();
    assert_eq!(left, [("phone", ProblemCode::ChangedSince)]);
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        let record = customer(device, &id);
        assert_eq!(field(&record.fields, "city"), "上海");
        assert_eq!(field(&record.fields, "phone"), "222");
        assert_eq!(field(&record.fields, "website"), "");
        assert!(record.conflicts.is_empty());
    }
    assert_eq!(a.digest(None), b.digest(None));
    // Taking back is an edit of one's own again, told in the history and taken back in its turn.
    let again = history(&mut a, &id, "city").lines.remove(0);
    assert_eq!((again.value.as_str(), again.own), ("上海", true));
    assert_eq!(taken_back(&mut a, &id, &again.action).done.len(), 2);
    assert_eq!(field(&customer(&mut a, &id).fields, "city"), "杭州");
}

#[test]
fn an_edit_made_apart_from_the_taking_back_is_kept_and_shown() {
    let (mut a, mut b) = pair();
    let id = new_customer(&mut a, &[("name", "老客户"), ("city", "上海")]);
    exchange(&mut a, &mut b);
    edit(&mut a, &id, &[("city", "杭州")]);
    exchange(&mut a, &mut b);
    let action = history(&mut a, &id, "city").lines[0].action.clone();
    b.now += 9_000;
    edit(&mut b, &id, &[("city", "宁波")]);
    assert_eq!(taken_back(&mut a, &id, &action).done, ["city"]);
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        let record = customer(device, &id);
        let values: Vec<&str> = record.conflicts[0]
            .values
            .iter()
            .map(|value| value.value.as_str())
            .collect();
        assert_eq!(values.len(), 2);
        assert!(values.contains(&"上海") && values.contains(&"宁波"));
    }
    assert_eq!(a.digest(None), b.digest(None));
    // What settled several entries has no one value to go back to.
    let seen = vec!["上海".to_owned(), "宁波".to_owned()];
    let choice = huiyin_api::ConflictChoice {
        id: id.clone(),
        field: "city".to_owned(),
        value: "宁波".to_owned(),
        seen,
    };
    a.must(Request::SettleConflicts {
        choices: vec![choice],
    });
    let settled = history(&mut a, &id, "city").lines.remove(0);
    assert_eq!(settled.before.len(), 2);
    let report = taken_back(&mut a, &id, &settled.action);
    assert_eq!(report.left[0].problem.code, ProblemCode::BadField);
    assert!(report.done.is_empty());
}

#[test]
fn the_making_of_a_record_and_an_unknown_action_are_not_taken_back() {
    let mut device = founder();
    let id = new_customer(&mut device, &[("name", "新客户")]);
    let made = history(&mut device, &id, "").lines.remove(0);
    assert!(made.made && !made.own);
    let refused = device.refused(take_back(&id, &made.action));
    assert_eq!(refused.code, ProblemCode::BadField);
    let refused = device.refused(take_back(&id, "0000000000000000"));
    assert_eq!(refused.code, ProblemCode::NotFound);
    let refused = device.refused(take_back("cu.HQ.all.0.0000000000000000", "x"));
    assert_eq!(refused.code, ProblemCode::NotFound);
}

#[test]
fn a_case_taken_back_keeps_the_rules_of_its_policy() {
    let mut device = founder();
    let id = new_case(
        &mut device,
        &[("subject", "灯不亮"), ("kind", "complaint")],
        "",
    );
    device.now += 1_000;
    device.must(Request::EditCase {
        id: id.clone(),
        fields: fields(&[("subject", "灯坏了"), ("demand", "return")]),
    });
    let action = history(&mut device, &id, "subject").lines[0].action.clone();
    let report = taken_back(&mut device, &id, &action);
    assert_eq!(report.done, ["demand", "subject"]);
    let record = crate::talk::case(&mut device, &id);
    assert_eq!(field(&record.fields, "subject"), "灯不亮");
    assert_eq!(field(&record.fields, "demand"), "");
}
