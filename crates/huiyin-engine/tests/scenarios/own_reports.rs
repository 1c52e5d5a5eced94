//! Own reports: counts by two columns that add up, lists behind them, kept and shared as views are.

use huiyin_api::{
    Answer, CrossQuery, CrossTable, FigureMeasure, FigureQuery, ListQuery, ListView,
    MAX_REPORT_HEADS, OTHER_GROUP, ProblemCode, Request, SavedViews, ViewReport,
};
use huiyin_core::calendar::WorkingCalendar;
use huiyin_testkit::Device;

use crate::talk::*;

fn register(device: &mut Device, category: &str, severity: &str) {
    let pairs = [
        ("kind", "complaint"),
        ("category", category),
        ("severity", severity),
        ("subject", "受潮"),
        ("complainant_name", "李女士"),
    ];
    new_case(device, &pairs, "");
}

fn query(device: &Device, rows: &str, columns: &str) -> CrossQuery {
    let today = WorkingCalendar::china().date_of(device.now).to_string();
    CrossQuery {
        figures: FigureQuery {
            from: format!("{}-01", &today[..7]),
            to: today,
            ..FigureQuery::default()
        },
        rows: rows.to_owned(),
        columns: columns.to_owned(),
        ..CrossQuery::default()
    }
}

#[track_caller]
fn crossed(device: &mut Device, query: &CrossQuery) -> CrossTable {
    match device.must(Request::Crossed(Box::new(query.clone()))) {
        Answer::Crossed(table) => *table,
        other => panic!("{other:?}"),
    }
}

fn listed(device: &mut Device, list: ListQuery) -> u32 {
    match device.must(Request::Cases(list)) {
        Answer::Cases(page) => page.total,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_report_counts_by_two_columns_and_each_number_is_what_its_list_shows() {
    let mut device = founder();
    for (category, severity) in [
        ("delivery", "major"),
        ("delivery", "general"),
        ("delivery", "general"),
        ("billing", "general"),
        ("", "important"),
    ] {
        register(&mut device, category, severity);
    }
    for columns in ["severity", "state", "branch", ""] {
        let query = query(&device, "category", columns);
        let table = crossed(&mut device, &query);
        assert_eq!(table.total, 5);
        let sum: u32 = table.lines.values().flatten().sum();
        assert_eq!(sum, 5, "it adds up by {columns}");
        for (line, numbers) in &table.lines {
            assert_eq!(numbers.len(), table.heads.len());
            for (head, number) in table.heads.iter().zip(numbers) {
                let head = (!columns.is_empty()).then_some(head.as_str());
                let list = query.list(Some(line), head);
                assert_eq!(listed(&mut device, list), *number, "{line} {head:?}");
            }
        }
    }
    let both = query(&device, "category", "severity");
    let by_severity = crossed(&mut device, &both);
    assert_eq!(by_severity.heads[0], "general", "the fullest first");
    assert_eq!(by_severity.lines["delivery"].iter().sum::<u32>(), 3);
    let closed = CrossQuery {
        measure: FigureMeasure::Closed,
        ..query(&device, "category", "")
    };
    assert_eq!(crossed(&mut device, &closed).total, 0);
}

#[test]
fn what_is_too_much_for_a_report_is_counted_together() {
    let mut device = founder();
    for at in 0..MAX_REPORT_HEADS + 3 {
        register(&mut device, &format!("类别{at}"), "general");
    }
    let wide = query(&device, "severity", "category");
    let table = crossed(&mut device, &wide);
    assert_eq!(table.asked, wide);
    assert_eq!(table.heads.len(), MAX_REPORT_HEADS + 1);
    assert_eq!(table.heads.last().map(String::as_str), Some(OTHER_GROUP));
    let line = &table.lines["general"];
    assert_eq!(line.last(), Some(&3));
    assert_eq!(line.iter().sum::<u32>(), table.total);
}

#[test]
fn columns_that_are_none_and_the_same_twice_are_refused() {
    let mut device = founder();
    for (rows, columns) in [
        ("", ""),
        ("soul", ""),
        ("category", "soul"),
        ("kind", "kind"),
    ] {
        let query = query(&device, rows, columns);
        let refused = device.refused(Request::Crossed(Box::new(query)));
        assert_eq!(refused.code, ProblemCode::BadFilter, "{rows} {columns}");
    }
}

fn report(name: &str, columns: &str) -> ListView {
    ListView {
        name: name.to_owned(),
        cases: true,
        report: Some(ViewReport {
            rows: "branch".to_owned(),
            columns: columns.to_owned(),
            period: "last_month".to_owned(),
            ..ViewReport::default()
        }),
        ..ListView::default()
    }
}

fn save(id: Option<&str>, view: ListView, shared: bool) -> Request {
    Request::SaveListView {
        id: id.map(str::to_owned),
        view: Box::new(view),
        shared,
    }
}

#[track_caller]
fn saved(device: &mut Device) -> SavedViews {
    match device.must(Request::SavedViews) {
        Answer::SavedViews(views) => views,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_shared_report_reaches_the_other_device_is_renamed_and_removed_there_too() {
    let (mut a, mut b) = pair();
    let id = match a.must(save(None, report("各门店投诉", "category"), true)) {
        Answer::Saved { id, .. } => id,
        other => panic!("{other:?}"),
    };
    b.must(save(None, report("平板自用", ""), false));
    exchange(&mut a, &mut b);
    let there = saved(&mut b).views;
    assert_eq!(there.len(), 2);
    assert_eq!(there[1].view, report("各门店投诉", "category"));
    a.must(save(Some(&id), report("门店月报", "kind"), true));
    exchange(&mut a, &mut b);
    assert_eq!(saved(&mut b).views[1].view, report("门店月报", "kind"));
    a.must(Request::DropListView { id });
    exchange(&mut a, &mut b);
    assert_eq!(saved(&mut b).views.len(), 1);
    for (wrong, code) in [
        (report("重复", "branch"), ProblemCode::BadFilter),
        (report("没有", "soul"), ProblemCode::BadFilter),
        (
            ListView {
                cases: false,
                ..report("客户", "")
            },
            ProblemCode::BadFilter,
        ),
    ] {
        assert_eq!(a.refused(save(None, wrong, false)).code, code);
    }
}
