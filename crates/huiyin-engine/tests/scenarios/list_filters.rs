//! Filters with AND and OR, groups, and what is refused: a list shows what looking at every row would.

use huiyin_api::{
    Answer, CaseRow, Condition, CustomerRow, DueState, FilterTree, ListQuery, Operator, Problem,
    ProblemCode, Request, StateGroup, group_rank,
};
use huiyin_testkit::{Device, workload};

use crate::talk::*;

/// Customers of the workload; three cases each.
const CUSTOMERS: u32 = 120;

fn with_workload() -> Device {
    let mut device = founder();
    let mut file = Vec::new();
    workload::write(CUSTOMERS, &mut file).unwrap();
    import(
        &mut device,
        "workload.jsonl",
        &String::from_utf8(file).unwrap(),
    );
    device
}

fn test(field: &str, operator: Operator, values: &[&str]) -> FilterTree {
    FilterTree::Test(Condition {
        field: field.to_owned(),
        operator,
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    })
}

fn by(tree: FilterTree) -> ListQuery {
    ListQuery {
        tree: Some(tree),
        limit: 2_000,
        ..ListQuery::default()
    }
}

fn customers(device: &mut Device, query: ListQuery) -> Vec<CustomerRow> {
    match device.must(Request::Customers(query)) {
        Answer::Customers(page) => {
            assert_eq!(page.total as usize, page.rows.len());
            page.rows
        }
        other => panic!("a list was answered with {other:?}"),
    }
}

fn listed(device: &mut Device, query: ListQuery) -> Vec<CaseRow> {
    match device.must(Request::Cases(query)) {
        Answer::Cases(page) => page.rows,
        other => panic!("a list was answered with {other:?}"),
    }
}

/// Compares with a plain look at every row; there must be some that fit and some that do not.
#[track_caller]
fn check_customers(device: &mut Device, tree: FilterTree, fits: impl Fn(&CustomerRow) -> bool) {
    let all = customers(device, by(FilterTree::All(Vec::new())));
    assert_eq!(all.len(), CUSTOMERS as usize);
    let expected: Vec<_> = all.iter().filter(|row| fits(row)).cloned().collect();
    assert!(
        !expected.is_empty() && expected.len() < all.len(),
        "{tree:?}"
    );
    assert_eq!(customers(device, by(tree.clone())), expected, "{tree:?}");
}

#[track_caller]
fn check_cases(device: &mut Device, tree: FilterTree, fits: impl Fn(&CaseRow) -> bool) {
    let all = listed(device, by(FilterTree::All(Vec::new())));
    let expected: Vec<_> = all.iter().filter(|row| fits(row)).cloned().collect();
    assert!(
        !expected.is_empty() && expected.len() < all.len(),
        "{tree:?}"
    );
    assert_eq!(listed(device, by(tree.clone())), expected, "{tree:?}");
}

#[test]
fn conditions_joined_by_and_and_or_find_what_looking_at_every_row_finds() {
    use Operator as O;
    let mut device = with_workload();
    let all = customers(&mut device, by(FilterTree::All(Vec::new())));
    let (first, contact) = (all[0].clone(), all[3].contact.clone());
    check_customers(&mut device, test("class", O::Is, &[&first.class]), |row| {
        row.class == first.class
    });
    check_customers(
        &mut device,
        test("class", O::IsNot, &[&first.class]),
        |row| row.class != first.class,
    );
    let half = first.phone[3..7].to_owned();
    let tree = FilterTree::Any(vec![
        test("phone", O::Contains, &[&half]),
        FilterTree::All(vec![
            test("contact_name", O::Is, &[&contact]),
            test("class", O::IsNot, &[&first.class]),
        ]),
    ]);
    check_customers(&mut device, tree, |row| {
        row.phone.contains(&half) || (row.contact == contact && row.class != first.class)
    });
    let some = all[5].name.chars().next().unwrap().to_string();
    check_customers(&mut device, test("name", O::Lacks, &[&some]), |row| {
        !row.name.contains(&some)
    });
    check_cases(
        &mut device,
        FilterTree::All(vec![
            test("group", O::Is, &["open", "waiting"]),
            test("customer_name", O::Contains, &[&some]),
        ]),
        |row| row.group != StateGroup::Done && row.customer.contains(&some),
    );
    check_cases(&mut device, test("due_state", O::Is, &["overdue"]), |row| {
        row.due_state == DueState::Overdue
    });
    let person = listed(&mut device, by(FilterTree::All(Vec::new())))[0]
        .assignee
        .clone();
    check_cases(&mut device, test("assignee", O::Is, &[&person]), |row| {
        row.assignee == person
    });
    check_cases(&mut device, test("ended", O::Empty, &[]), |row| {
        row.group != StateGroup::Done
    });
}

#[test]
fn days_are_counted_in_the_companys_zone_and_from_today() {
    use Operator as O;
    let mut device = founder();
    let case = new_case(
        &mut device,
        &[("kind", "complaint"), ("subject", "漏水")],
        "",
    );
    let found = |device: &mut Device, operator, value: &str| {
        let rows = listed(device, by(test("received", operator, &[value])));
        rows.iter().any(|row| row.id == case)
    };
    assert!(found(&mut device, O::On, "today"));
    assert!(found(&mut device, O::Since, "today-7"));
    assert!(found(&mut device, O::Until, "today"));
    assert!(!found(&mut device, O::Before, "today"));
    assert!(found(&mut device, O::Before, "today+1"));
    assert!(!found(&mut device, O::Since, "today+1"));
    // The same list tomorrow, though nothing has changed.
    device.now += 24 * 3_600_000;
    assert!(!found(&mut device, O::On, "today"));
    assert!(found(&mut device, O::On, "today-1"));
    assert!(found(&mut device, O::Before, "today"));
}

#[test]
fn a_filter_stands_beside_search_chips_and_counts() {
    let mut device = with_workload();
    let all = listed(&mut device, by(FilterTree::All(Vec::new())));
    let (kind, state) = (all[0].kind.clone(), all[0].state.clone());
    let query = ListQuery {
        filter: [("kind".to_owned(), vec![kind.clone()])].into(),
        tree: Some(test("state", Operator::Is, &[&state])),
        limit: 2_000,
        ..ListQuery::default()
    };
    let both = all
        .iter()
        .filter(|row| row.kind == kind && row.state == state)
        .count();
    assert_eq!(listed(&mut device, query.clone()).len(), both);
    let Answer::Counts(counts) = device.must(Request::GroupCounts {
        cases: true,
        query,
        column: "state".to_owned(),
    }) else {
        panic!("not the answer to counts");
    };
    assert_eq!(counts, [(state, both as u32)].into());
}

#[test]
fn rows_of_a_group_stand_together_in_the_order_the_list_had() {
    let mut device = with_workload();
    for (column, of) in [
        (
            "severity",
            (|row: &CaseRow| row.severity.clone()) as fn(&CaseRow) -> String,
        ),
        ("state", |row| row.state.clone()),
        ("branch", |row| row.branch.clone()),
    ] {
        let plain = listed(&mut device, by(FilterTree::All(Vec::new())));
        let query = ListQuery {
            group: column.to_owned(),
            limit: 2_000,
            ..ListQuery::default()
        };
        let mut expected = plain.clone();
        expected.sort_by_key(|row| (group_rank(column, &of(row)), of(row)));
        assert_eq!(listed(&mut device, query), expected, "{column}");
    }
}

#[test]
fn a_wrong_filter_is_refused_by_every_question_about_a_list() {
    let mut device = founder();
    let wrong = by(test("soul", Operator::Is, &["x"]));
    let grouped = ListQuery {
        group: "soul".to_owned(),
        ..ListQuery::default()
    };
    let refused = |device: &mut Device, request: Request| -> Problem {
        device.ask(request).expect_err("a wrong filter")
    };
    for query in [wrong, grouped] {
        for request in [
            Request::Customers(query.clone()),
            Request::Cases(query.clone()),
            Request::GroupCounts {
                cases: true,
                query: query.clone(),
                column: "state".to_owned(),
            },
            Request::SearchText {
                query: query.clone(),
                after: String::new(),
            },
        ] {
            let problem = refused(&mut device, request);
            assert_eq!(problem.code, ProblemCode::BadFilter);
            assert_eq!(problem.place, "soul");
        }
    }
}

#[test]
fn tags_are_compared_each_for_itself() {
    use Operator as O;
    let mut device = founder();
    for (name, tags) in [("甲", "老客户,重点"), ("乙", "老客户介绍"), ("丙", "")] {
        new_customer(&mut device, &[("name", name), ("tags", tags)]);
    }
    let mut found = |tree| -> String {
        let rows = customers(&mut device, by(tree));
        let mut names: Vec<String> = rows.into_iter().map(|row| row.name).collect();
        names.sort();
        names.concat()
    };
    assert_eq!(found(test("tags", O::Is, &["老客户"])), "甲");
    let mut expected = ["丙", "乙"];
    expected.sort_unstable();
    assert_eq!(
        found(test("tags", O::IsNot, &["老客户"])),
        expected.concat()
    );
    assert_eq!(found(test("tags", O::Contains, &["介绍"])), "乙");
    assert_eq!(found(test("tags", O::Empty, &[])), "丙");
}
