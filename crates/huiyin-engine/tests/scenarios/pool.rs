//! Customers nobody serves: listed after the time of the policy, claimed by whoever is first.

use huiyin_api::{Answer, PoolView, ProblemCode, Request, StepIntent};
use huiyin_testkit::{CUSTOMERS_CSV, Device};

use crate::talk::*;

/// A little more than the three months of the policy, in milliseconds.
const LONG: i64 = 95 * 24 * 3_600_000;

#[track_caller]
fn pool(device: &mut Device) -> PoolView {
    match device.must(Request::Pool) {
        Answer::Pool(view) => *view,
        other => panic!("{other:?}"),
    }
}

fn claim(id: &str) -> Request {
    Request::ClaimCustomer { id: id.to_owned() }
}

fn put(id: &str) -> Request {
    Request::PoolCustomer {
        id: id.to_owned(),
        note: "转到其他区域".to_owned(),
    }
}

#[test]
fn a_customer_without_service_for_three_months_may_be_claimed_once_and_then_has_the_time_again() {
    let mut device = founder_under("S15");
    let id = new_customer(&mut device, &[("name", "回音商店")]);
    assert_eq!(pool(&mut device).months, 3);
    assert_eq!(pool(&mut device).rows, []);
    let problem = device.refused(claim(&id));
    assert_eq!(problem.code, ProblemCode::StepRefused);

    device.now += LONG;
    let listed = pool(&mut device);
    assert_eq!(
        (listed.total, listed.rows[0].row.id.as_str()),
        (1, id.as_str())
    );
    assert_eq!(listed.rows[0].sign, "did_not_come");
    device.must(claim(&id));
    assert_eq!(customer(&mut device, &id).row.owner, "赵敏");
    assert_eq!(pool(&mut device).rows, []);
    assert!(device.refused(claim(&id)).detail.contains("already"));

    device.now += LONG;
    assert_eq!(pool(&mut device).total, 1);
}

#[test]
fn imported_customers_without_a_date_are_unserved_only_once_the_time_has_passed_since_the_import() {
    let mut device = founder_under("S15");
    import(&mut device, "customers.csv", CUSTOMERS_CSV);
    assert_eq!(pool(&mut device).total, 0);
    device.now += LONG;
    let listed = pool(&mut device);
    assert_eq!(listed.total, 6);
    assert!(
        listed.rows.iter().all(|row| row.since > 1_500_000_000_000),
        "{listed:?}"
    );
    let id = find(&mut device, "Alfreds");
    device.must(claim(&id));
    assert_eq!(pool(&mut device).total, 5);
}

#[test]
fn without_a_rule_only_customers_put_into_the_pool_are_listed() {
    let mut device = founder();
    let id = new_customer(&mut device, &[("name", "回音商店")]);
    new_customer(&mut device, &[("name", "别的商店")]);
    device.now += LONG;
    assert_eq!((pool(&mut device).months, pool(&mut device).total), (0, 0));
    device.must(put(&id));
    let listed = pool(&mut device);
    assert_eq!((listed.total, listed.rows[0].sign.as_str()), (1, ""));
    device.must(claim(&id));
    assert_eq!(pool(&mut device).total, 0);
    device.restart();
    assert_eq!(pool(&mut device).total, 0);
}

#[test]
fn of_two_who_claim_apart_the_first_has_the_customer_and_somebody_sees_it() {
    let (mut one, mut two) = pair();
    let id = new_customer(&mut one, &[("name", "回音商店")]);
    let staff = one.must(Request::SaveStaff {
        id: None,
        name: "王芳".to_owned(),
        roles: vec!["store_manager".to_owned()],
        branch: "HQ".to_owned(),
        left: false,
    });
    let Answer::Saved { id: wang, .. } = staff else {
        panic!("{staff:?}");
    };
    one.must(put(&id));
    exchange(&mut one, &mut two);
    two.must(Request::ActAs { staff: wang });
    let first = status(&mut one).staff_name;
    one.must(claim(&id));
    two.now = two.now.max(one.now) + 60_000;
    two.must(claim(&id));
    exchange(&mut one, &mut two);
    assert_eq!(one.digest(None), two.digest(None));
    for device in [&mut one, &mut two] {
        let record = customer(device, &id);
        assert_eq!(record.row.owner, first);
        assert_eq!(record.conflicts.len(), 1, "both names are kept");
        assert_eq!(pool(device).total, 0);
    }
}

#[test]
fn who_was_not_at_home_was_not_visited_and_a_return_visit_at_home_is_one() {
    let mut device = founder_under("S15");
    let ids = ["未遇", "已访"].map(|name| new_customer(&mut device, &[("name", name)]));
    device.now += LONG;
    let mut record = |pairs: &[(&str, &str)], result: &str| {
        let mut said = fields(pairs);
        said.insert("planned_on".to_owned(), "2026-09-04".to_owned());
        device.must(Request::SaveContact {
            id: None,
            fields: said,
            step: StepIntent {
                step: "done".to_owned(),
                data: fields(&[("result", result)]),
                ..StepIntent::default()
            },
        });
    };
    for (id, result) in ids.iter().zip(["not_at_home", "good"]) {
        record(&[("kind", "event"), ("customer", id)], "good");
        let visit = [("kind", "follow_up"), ("way", "home"), ("customer", id)];
        record(&visit, result);
    }
    let listed: Vec<(String, String)> = pool(&mut device)
        .rows
        .into_iter()
        .map(|row| (row.row.name, row.sign))
        .collect();
    assert_eq!(listed, [("未遇".to_owned(), "no_home_visit".to_owned())]);
}
