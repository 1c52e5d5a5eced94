//! Fields that only an import knows, in lists: filters by words, numbers, days and choices, and what lists tell of them.

use huiyin_api::{
    Answer, Condition, CustomField, CustomForm, CustomerRow, FilterTree, ImportKind, ListQuery,
    Operator, ProblemCode, Request, custom_text,
};
use huiyin_testkit::Device;

use crate::talk::*;

const FILE: &str = "姓名,电话,会员等级,行驶里程,保险到期,车位\n\
                    甲,13800000001,金卡,\"12,000\",2026-12-01,A-1\n\
                    乙,13800000002,银卡,800.5,2026/11/20,A-2\n\
                    丙,13800000003,金卡,５０００,2027年1月5日,B-1\n\
                    丁,13800000004,银卡,,,B-2\n\
                    戊,13800000005,,,,\n";

fn by(field: &str, operator: Operator, values: &[&str]) -> ListQuery {
    ListQuery {
        tree: Some(FilterTree::Test(Condition {
            field: field.to_owned(),
            operator,
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        })),
        limit: 100,
        ..ListQuery::default()
    }
}

fn rows(device: &mut Device, query: ListQuery) -> Vec<CustomerRow> {
    match device.must(Request::Customers(query)) {
        Answer::Customers(page) => page.rows,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn check(device: &mut Device, field: &str, operator: Operator, values: &[&str], expected: &str) {
    let mut found: Vec<String> = rows(device, by(field, operator, values))
        .into_iter()
        .map(|row| row.name)
        .collect();
    found.sort_by_key(|name| "甲乙丙丁戊".find(name.as_str()));
    assert_eq!(found.concat(), expected, "{field} {operator:?} {values:?}");
}

fn offered(device: &mut Device, cases: bool) -> Vec<CustomField> {
    match device.must(Request::CustomFields { cases }) {
        Answer::CustomFields(fields) => fields,
        other => panic!("{other:?}"),
    }
}

#[test]
fn customers_are_filtered_by_the_words_numbers_days_and_choices_an_import_brought() {
    use Operator as O;
    let mut device = founder();
    import(&mut device, "customers.csv", FILE);
    check(&mut device, "x:车位", O::Contains, &["a-", "z"], "甲乙");
    check(&mut device, "x:车位", O::Lacks, &["a-"], "丙丁戊");
    check(&mut device, "x:会员等级", O::Is, &["金卡"], "甲丙");
    check(&mut device, "x:会员等级", O::IsNot, &["金卡"], "乙丁戊");
    check(&mut device, "x:会员等级", O::Empty, &[], "戊");
    check(&mut device, "x:会员等级", O::Filled, &[], "甲乙丙丁");
    check(&mut device, "x:行驶里程", O::AtLeast, &["5000"], "甲丙");
    check(&mut device, "x:行驶里程", O::Above, &["5,000"], "甲");
    check(&mut device, "x:行驶里程", O::AtMost, &["5000"], "乙丙");
    check(&mut device, "x:行驶里程", O::Below, &["800.50"], "");
    check(&mut device, "x:行驶里程", O::Is, &["12000"], "甲");
    check(&mut device, "x:保险到期", O::Since, &["2026-12-01"], "甲丙");
    check(&mut device, "x:保险到期", O::Until, &["2026-12-01"], "甲乙");
    check(&mut device, "x:保险到期", O::Before, &["2026-12-01"], "乙");
    check(&mut device, "x:保险到期", O::On, &["2027-01-05"], "丙");
    check(&mut device, "x:没有", O::Filled, &[], "");

    let wrong = by("x:行驶里程", O::Above, &["很多"]);
    let problem = device.refused(Request::Customers(wrong));
    assert_eq!(problem.code, ProblemCode::BadFilter);
}

#[test]
fn lists_tell_the_values_and_offer_the_fields_by_what_they_look_like_after_a_restart_too() {
    let mut device = founder();
    import(&mut device, "customers.csv", FILE);
    let told = offered(&mut device, false);
    let forms: Vec<(&str, u32, CustomForm)> = told
        .iter()
        .map(|field| (field.name.as_str(), field.rows, field.form))
        .collect();
    assert!(
        forms.contains(&("x:会员等级", 4, CustomForm::Choice)),
        "{forms:?}"
    );
    assert!(
        forms.contains(&("x:行驶里程", 3, CustomForm::Number)),
        "{forms:?}"
    );
    assert!(
        forms.contains(&("x:保险到期", 3, CustomForm::Day)),
        "{forms:?}"
    );
    assert!(
        forms.contains(&("x:车位", 4, CustomForm::Text)),
        "{forms:?}"
    );
    let class = told.iter().find(|field| field.name == "x:会员等级");
    assert_eq!(class.unwrap().values, ["金卡", "银卡"]);
    assert!(offered(&mut device, true).is_empty());

    let query = by("x:车位", Operator::Is, &["A-1"]);
    let before = rows(&mut device, query.clone());
    assert_eq!(custom_text(&before[0].custom, "x:会员等级"), "金卡");
    device.restart();
    assert_eq!(rows(&mut device, query), before);
    assert_eq!(offered(&mut device, false), told);
}

#[test]
fn a_value_changed_on_another_device_is_found_by_the_filter_here() {
    let (mut a, mut b) = pair();
    let id = new_customer(&mut a, &[("name", "甲"), ("x:车位", "A-1")]);
    exchange(&mut a, &mut b);
    check(&mut b, "x:车位", Operator::Is, &["A-1"], "甲");
    edit(&mut b, &id, &[("x:车位", "C-9")]);
    edit(&mut a, &id, &[("x:等级", "9")]);
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        check(device, "x:车位", Operator::Is, &["A-1"], "");
        check(device, "x:车位", Operator::Is, &["C-9"], "甲");
        check(device, "x:等级", Operator::Above, &["8"], "甲");
    }
    edit(&mut a, &id, &[("x:车位", "")]);
    check(&mut a, "x:车位", Operator::Empty, &[], "甲");
    assert_eq!(offered(&mut a, false).len(), 1);
}

#[test]
fn cases_are_filtered_by_the_fields_of_their_import() {
    let mut device = founder();
    let csv = "主题,投诉人,受理时间,门店面积\n\
               漏水,甲,2026-11-01 09:00,120\n\
               噪音,乙,2026-11-02 09:00,80\n";
    let preview = open_file(&mut device, "cases.csv", csv, Some(ImportKind::Cases)).unwrap();
    let report = run(&mut device, &preview.import, false);
    assert_eq!(counts(&report), [2, 0, 0, 0], "{report:?}");
    let query = by("x:门店面积", Operator::Above, &["100"]);
    let Answer::Cases(page) = device.must(Request::Cases(query)) else {
        panic!("a list of cases");
    };
    assert_eq!(page.rows.len(), 1);
    assert_eq!(custom_text(&page.rows[0].custom, "x:门店面积"), "120");
    let told = offered(&mut device, true);
    let area = told.iter().find(|field| field.name == "x:门店面积");
    assert_eq!(area.unwrap().form, CustomForm::Number);
}
