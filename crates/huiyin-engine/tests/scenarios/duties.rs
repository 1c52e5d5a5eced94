//! What is due for the files of many customers: the list agrees with each file, falls to those whose it is, and follows the policy.

use std::collections::BTreeMap;

use huiyin_api::{
    Answer, DueState, FileDutyPage, FileDutyQuery, FileDutyView, Request, StepIntent,
};
use huiyin_core::pack::Part;
use huiyin_testkit::Device;

use crate::talk::*;

const DAY_MS: i64 = 86_400_000;
/// Who stands at the first device.
const FOUNDER: &str = "总店电脑的店长";

/// Kind, what it is about, by when, how many.
type Line = (String, String, Option<i64>, u32);

fn choose(device: &mut Device, pack: &str) {
    device.must(Request::ActivatePack {
        reference: pack.to_owned(),
        part: Part::File,
    });
}

#[track_caller]
fn duties(device: &mut Device, query: FileDutyQuery) -> FileDutyPage {
    let limit = if query.limit == 0 { 2_000 } else { query.limit };
    match device.must(Request::FileDuties(FileDutyQuery { limit, ..query })) {
        Answer::FileDuties(page) => *page,
        other => panic!("{other:?}"),
    }
}

fn all(device: &mut Device) -> FileDutyPage {
    duties(device, FileDutyQuery::default())
}

#[track_caller]
fn take_step(device: &mut Device, id: &str, step: &str, data: &[(&str, &str)]) {
    let mut intent = StepIntent {
        step: step.to_owned(),
        ..StepIntent::default()
    };
    for (name, value) in data {
        match *name {
            "note" => (*value).clone_into(&mut intent.note),
            name => {
                intent.data.insert(name.to_owned(), (*value).to_owned());
            }
        }
    }
    device.must(Request::FileStep {
        id: id.to_owned(),
        step: intent,
    });
}

/// The open duties the screen of a file shows, papers as one.
fn of_file(device: &mut Device, id: &str) -> Vec<Line> {
    let view = customer(device, id).file;
    let (papers, others): (Vec<_>, Vec<_>) = view
        .duties
        .into_iter()
        .filter(|duty| duty.done.is_none())
        .partition(|duty| duty.kind == "paper");
    let mut lines: Vec<Line> = others
        .into_iter()
        .map(|duty| (duty.kind, duty.of, duty.due, 1))
        .collect();
    if !papers.is_empty() {
        let count = papers.len() as u32;
        lines.push(("paper".to_owned(), String::new(), None, count));
    }
    lines.sort();
    lines
}

/// The duties the list shows, by customer.
fn listed(page: &FileDutyPage) -> BTreeMap<String, Vec<Line>> {
    let mut found: BTreeMap<String, Vec<Line>> = BTreeMap::new();
    for FileDutyView {
        customer,
        duty,
        count,
        ..
    } in page.rows.clone()
    {
        let line = (duty.kind, duty.of, duty.due, count);
        found.entry(customer).or_default().push(line);
    }
    for lines in found.values_mut() {
        lines.sort();
    }
    found
}

#[track_caller]
fn agrees(device: &mut Device, ids: &[String]) {
    let mut found = listed(&all(device));
    for id in ids {
        assert_eq!(
            found.remove(id).unwrap_or_default(),
            of_file(device, id),
            "{id}"
        );
    }
    assert!(found.is_empty(), "nobody else has duties: {found:?}");
}

#[test]
fn what_the_list_says_is_due_is_what_each_file_says_today_and_months_later_on_every_device() {
    for pack in ["S11", "S23", "S24", "S27", "S30", "S31", "S37"] {
        let (mut a, mut b) = pair();
        choose(&mut a, pack);
        let mut ids: Vec<String> = [
            ("target", "vehicle_owner"),
            ("key", "company"),
            ("general", "dealer"),
            ("", "consumer"),
            ("potential", "institution"),
        ]
        .into_iter()
        .map(|(class, kind)| {
            let mut fields = vec![("name", kind), ("kind", kind), ("owner_a", "赵敏")];
            if !class.is_empty() {
                fields.push(("class", class));
            }
            new_customer(&mut a, &fields)
        })
        .collect();
        agrees(&mut a, &ids);
        take_step(&mut a, &ids[1], "filed", &[]);
        take_step(&mut a, &ids[2], "filed", &[]);
        take_step(&mut a, &ids[2], "change_noticed", &[("note", "换了法人")]);
        agrees(&mut a, &ids);
        a.now += 50 * DAY_MS;
        take_step(&mut a, &ids[2], "completed", &[]);
        take_step(&mut a, &ids[1], "refreshed", &[]);
        ids.push(new_customer(
            &mut a,
            &[("name", "后来的客户"), ("kind", "company")],
        ));
        new_case(&mut a, &[("subject", "漏油"), ("customer", &ids[1])], "");
        agrees(&mut a, &ids);
        a.now += 45 * DAY_MS;
        agrees(&mut a, &ids);
        a.restart();
        agrees(&mut a, &ids);
        exchange(&mut a, &mut b);
        b.now = a.now;
        agrees(&mut b, &ids);
        assert_eq!(listed(&all(&mut a)), listed(&all(&mut b)), "{pack}");
        b.restart();
        agrees(&mut b, &ids);
    }
}

#[test]
fn my_day_has_the_owners_duties_and_the_reviews_of_the_reviewer_overdue_first() {
    let mut device = founder();
    choose(&mut device, "S23");
    let own = new_customer(
        &mut device,
        &[
            ("name", "仁和药店"),
            ("kind", "institution"),
            ("owner_a", FOUNDER),
        ],
    );
    let other = new_customer(
        &mut device,
        &[
            ("name", "康宁医院"),
            ("kind", "institution"),
            ("owner_a", "王芳"),
        ],
    );
    let day = home(&mut device).files;
    assert_eq!(
        (day.total, day.late),
        (1, 0),
        "the other is the other's: {day:?}"
    );
    assert_eq!(day.rows[0].customer, own);
    assert_eq!(day.rows[0].duty.of, "filing");
    device.now += 20 * DAY_MS;
    let day = home(&mut device).files;
    assert_eq!(day.late, 1);
    assert_eq!(day.rows[0].duty.state, DueState::Overdue);
    take_step(&mut device, &own, "filed", &[]);
    let day = home(&mut device).files;
    assert!(
        day.rows.iter().all(|row| row.duty.kind != "clock"),
        "filed late, but filed: {day:?}"
    );
    // The review is for the head of the department; while there is none it falls to the store manager.
    let review = |device: &mut Device| {
        let mut rows = all(device).rows.into_iter();
        let found = rows.find(|row| row.duty.kind == "review");
        let found = found.expect("a filed file is reviewed");
        (found.customer, found.mine)
    };
    assert_eq!(review(&mut device), (own.clone(), true));
    let head = match device.must(Request::SaveStaff {
        id: None,
        name: "部门李经理".to_owned(),
        roles: vec!["department_manager".to_owned()],
        branch: "HQ".to_owned(),
        left: false,
    }) {
        Answer::Saved { id, .. } => id,
        other => panic!("{other:?}"),
    };
    assert_eq!(review(&mut device), (own.clone(), false));
    device.must(Request::ActAs { staff: head });
    let day = home(&mut device).files;
    assert_eq!(day.total, 1, "{day:?}");
    assert_eq!(
        (day.rows[0].duty.kind.as_str(), day.rows[0].mine),
        ("review", true)
    );
    take_step(&mut device, &own, "file_approved", &[]);
    assert_eq!(home(&mut device).files.total, 0);
    let page = duties(
        &mut device,
        FileDutyQuery {
            owner: "王芳".to_owned(),
            late: true,
            ..FileDutyQuery::default()
        },
    );
    assert!(page.rows.iter().all(|row| row.customer == other));
    assert_eq!(page.owners, ["王芳"], "the other file owes nothing now");
    assert_eq!(page.rows[0].duty.of, "filing");
}

#[test]
fn what_nobody_looks_after_falls_to_those_who_decide_owners() {
    let mut device = founder();
    choose(&mut device, "S23");
    let id = new_customer(
        &mut device,
        &[("name", "仁和药店"), ("kind", "institution")],
    );
    let unowned = |day: &huiyin_api::FileDay| day.rows.iter().any(|row| row.customer == id);
    let held = customer(&mut device, &id).row.owner;
    if held.is_empty() {
        assert!(unowned(&home(&mut device).files));
    }
    let clerk = match device.must(Request::SaveStaff {
        id: None,
        name: "前台小孙".to_owned(),
        roles: vec!["clerk".to_owned()],
        branch: "HQ".to_owned(),
        left: false,
    }) {
        Answer::Saved { id, .. } => id,
        other => panic!("{other:?}"),
    };
    device.must(Request::ActAs { staff: clerk });
    assert!(!unowned(&home(&mut device).files));
}

#[test]
fn the_list_narrows_by_kind_and_time_counts_both_and_comes_in_windows() {
    let mut device = founder();
    choose(&mut device, "S30");
    for number in 0..5 {
        let name = format!("车主{number}");
        new_customer(
            &mut device,
            &[
                ("name", &name),
                ("kind", "vehicle_owner"),
                ("owner_a", "赵敏"),
            ],
        );
    }
    let page = all(&mut device);
    assert_eq!(page.kinds["paper"], 5, "one line for all papers of a file");
    assert!(
        page.rows
            .iter()
            .all(|row| row.duty.kind != "paper" || row.count == 11)
    );
    let only = FileDutyQuery {
        kinds: vec!["paper".to_owned()],
        ..FileDutyQuery::default()
    };
    let papers = duties(&mut device, only.clone());
    assert_eq!((papers.total, papers.rows.len()), (5, 5));
    assert_eq!(
        papers.kinds, page.kinds,
        "the other kinds are still counted"
    );
    let window = duties(
        &mut device,
        FileDutyQuery {
            offset: 3,
            limit: 10,
            ..only.clone()
        },
    );
    assert_eq!((window.total, window.rows), (5, papers.rows[3..].to_vec()));
    let late = duties(&mut device, FileDutyQuery { late: true, ..only });
    assert_eq!((late.total, late.late), (0, 0), "papers have no limit");
    let nobody = duties(
        &mut device,
        FileDutyQuery {
            kinds: vec!["unicorn".to_owned()],
            owner: "无名".to_owned(),
            branch: "MOON".to_owned(),
            offset: u32::MAX,
            limit: u32::MAX,
            ..FileDutyQuery::default()
        },
    );
    assert_eq!((nobody.total, nobody.rows.len()), (0, 0));
}

#[test]
fn without_rules_nothing_is_due_and_another_policy_makes_other_duties_after_a_restart_too() {
    let mut device = founder();
    let id = new_customer(
        &mut device,
        &[
            ("name", "仁和药店"),
            ("kind", "institution"),
            ("owner_a", "赵敏"),
        ],
    );
    let page = all(&mut device);
    assert!(!page.has_rules && page.rows.is_empty());
    choose(&mut device, "S23");
    agrees(&mut device, std::slice::from_ref(&id));
    assert!(
        all(&mut device)
            .rows
            .iter()
            .any(|row| row.duty.of == "filing")
    );
    device.restart();
    agrees(&mut device, std::slice::from_ref(&id));
    choose(&mut device, "S37");
    agrees(&mut device, std::slice::from_ref(&id));
    device.restart();
    agrees(&mut device, std::slice::from_ref(&id));
}

#[test]
fn a_file_that_gave_way_has_no_duties_and_gets_them_back_with_the_undo() {
    let mut device = founder();
    choose(&mut device, "S23");
    let [keep, lose] = ["仁和药店", "仁和大药房"].map(|name| {
        new_customer(
            &mut device,
            &[("name", name), ("kind", "institution"), ("owner_a", "赵敏")],
        )
    });
    device.must(Request::MergeCustomers {
        stays: keep.clone(),
        gives_way: lose.clone(),
        choices: BTreeMap::new(),
    });
    assert!(all(&mut device).rows.iter().all(|row| row.customer == keep));
    device.must(Request::UnmergeCustomers {
        a: keep.clone(),
        b: lose.clone(),
    });
    agrees(&mut device, &[keep, lose]);
}
