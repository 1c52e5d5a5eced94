//! What counts of a file that gave way to another: its filing, papers, hand-over book and changes heard of.

use huiyin_api::{FileView, Problem, ProblemCode, Request, StepIntent};
use huiyin_core::pack::Part;
use huiyin_testkit::Device;

use crate::talk::*;

const SIGNATURE: &str = "M10 10L200 90";

fn choose(device: &mut Device, pack: &str) {
    device.must(Request::ActivatePack {
        reference: pack.to_owned(),
        part: Part::File,
    });
}

fn file_step(id: &str, step: &str, data: &[(&str, &str)]) -> Request {
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
    Request::FileStep {
        id: id.to_owned(),
        step: intent,
    }
}

fn file(device: &mut Device, id: &str) -> FileView {
    *customer(device, id).file
}

fn merge(device: &mut Device, stays: &str, gives_way: &str) {
    device.must(Request::MergeCustomers {
        stays: stays.to_owned(),
        gives_way: gives_way.to_owned(),
        choices: std::collections::BTreeMap::new(),
    });
}

fn unmerge(device: &mut Device, a: &str, b: &str) {
    device.must(Request::UnmergeCustomers {
        a: a.to_owned(),
        b: b.to_owned(),
    });
}

fn vehicle_owner(device: &mut Device, name: &str) -> String {
    let fields = [("name", name), ("kind", "vehicle_owner")];
    new_customer(device, &fields)
}

/// Returns the state of the invoice.
fn invoice(view: &FileView) -> &str {
    let mut papers = view.lists.iter().flat_map(|list| &list.papers);
    let paper = papers.find(|paper| paper.id == "vehicle/invoice");
    paper.map_or("", |paper| paper.state.as_str())
}

fn duties<'a>(view: &'a FileView, kind: &str) -> Vec<&'a str> {
    view.duties
        .iter()
        .filter(|duty| duty.kind == kind && duty.done.is_none())
        .map(|duty| duty.of.as_str())
        .collect()
}

/// Two files of one vehicle owner; the second is filed, holds a paper, waits for a signature in the book and for a change to be entered.
fn two_files(device: &mut Device) -> (String, String) {
    choose(device, "S30");
    let (a, b) = (
        vehicle_owner(device, "陈晨"),
        vehicle_owner(device, "陈 晨"),
    );
    device.must(file_step(&b, "filed", &[]));
    let received = [("paper", "vehicle/invoice"), ("copies", "1")];
    device.must(file_step(&b, "paper_received", &received));
    let handed = [("papers", "vehicle/invoice"), ("signature", SIGNATURE)];
    device.must(file_step(&b, "handed_over", &handed));
    device.must(file_step(&b, "change_noticed", &[("note", "换了电话")]));
    (a, b)
}

#[test]
fn a_file_that_stays_counts_as_filed_and_holds_papers_book_and_changes_of_the_one_that_gave_way() {
    let (mut one, mut two) = pair();
    let (a, b) = two_files(&mut one);
    exchange(&mut one, &mut two);
    let (before, own) = (one.export(), file(&mut one, &a));
    assert_eq!((own.filed_at, invoice(&own)), (None, "missing"));

    merge(&mut one, &a, &b);
    let view = file(&mut one, &a);
    assert!(view.filed_at.is_some(), "filed in the other file");
    assert_eq!(invoice(&view), "received");
    assert_eq!((view.hand_overs.len(), view.open_changes.len()), (1, 1));
    assert!(view.steps.iter().all(|form| form.step != "filed"));
    let refused = one.refused(file_step(&a, "filed", &[]));
    assert!(refused.detail.contains("filed already"), "{refused:?}");

    // The other device signs in the file that stays, and enters the change.
    exchange(&mut one, &mut two);
    let line = view.hand_overs[0].event.clone();
    let signed = [("of", line.as_str()), ("signature", SIGNATURE)];
    two.must(file_step(&a, "hand_over_accepted", &signed));
    two.must(file_step(&a, "changed", &[]));
    exchange(&mut one, &mut two);
    for device in [&mut one, &mut two] {
        let view = file(device, &a);
        assert_eq!(view.hand_overs[0].stage, "accepted");
        assert_eq!(view.open_changes.len(), 0);
    }
    assert_eq!(one.digest(None), two.digest(None));

    unmerge(&mut one, &a, &b);
    assert_eq!(file(&mut one, &a).filed_at, None);
    let gone = file(&mut one, &b);
    assert_eq!(gone.hand_overs[0].stage, "accepted", "signed is signed");
    assert_ne!(one.export(), before);
}

/// Returns what the list of duties tells of a customer: kind, what of, how many.
fn listed_duties(device: &mut Device, id: &str) -> Vec<(String, String, u32)> {
    let query = huiyin_api::FileDutyQuery {
        limit: 2_000,
        ..huiyin_api::FileDutyQuery::default()
    };
    let page = match device.must(Request::FileDuties(query)) {
        huiyin_api::Answer::FileDuties(page) => page,
        other => panic!("{other:?}"),
    };
    let mut found: Vec<_> = page
        .rows
        .iter()
        .filter(|row| row.customer == id)
        .map(|row| {
            let of = if row.duty.kind == "paper" {
                ""
            } else {
                &row.duty.of
            };
            (row.duty.kind.clone(), of.to_owned(), row.count)
        })
        .collect();
    found.sort();
    found
}

/// Returns the same of the file's own page, which opens every document; papers as one line.
fn own_duties(device: &mut Device, id: &str) -> Vec<(String, String, u32)> {
    let view = file(device, id);
    let open = view.duties.iter().filter(|duty| duty.done.is_none());
    let (papers, others): (Vec<_>, Vec<_>) = open.partition(|duty| duty.kind == "paper");
    let mut found: Vec<_> = others
        .iter()
        .map(|duty| (duty.kind.clone(), duty.of.clone(), 1))
        .collect();
    if !papers.is_empty() {
        let count = papers.len() as u32;
        found.push(("paper".to_owned(), String::new(), count));
    }
    found.sort();
    found
}

#[test]
fn the_list_of_duties_counts_what_the_file_that_gave_way_brings_as_the_file_itself_does() {
    let (mut one, mut two) = pair();
    let (a, b) = two_files(&mut one);
    for id in [&a, &b] {
        assert_eq!(listed_duties(&mut one, id), own_duties(&mut one, id));
    }
    let before = listed_duties(&mut one, &a);
    merge(&mut one, &a, &b);
    exchange(&mut one, &mut two);
    for device in [&mut one, &mut two] {
        let listed = listed_duties(device, &a);
        assert_eq!(listed, own_duties(device, &a));
        assert_ne!(listed, before, "it is filed, and a change is to be entered");
        assert!(listed_duties(device, &b).is_empty());
    }
    unmerge(&mut one, &a, &b);
    assert_eq!(listed_duties(&mut one, &a), before);
}

#[test]
fn a_merge_of_files_with_papers_undone_gives_the_export_of_before() {
    let mut device = founder();
    let (a, b) = two_files(&mut device);
    let (before, digest) = (device.export(), device.digest(None));
    let own = [file(&mut device, &a), file(&mut device, &b)];
    merge(&mut device, &a, &b);
    unmerge(&mut device, &a, &b);
    assert_eq!((device.export(), device.digest(None)), (before, digest));
    for (id, own) in [&a, &b].into_iter().zip(own) {
        let view = file(&mut device, id);
        assert_eq!(
            (
                view.filed_at,
                invoice(&view),
                &view.duties,
                &view.open_changes
            ),
            (own.filed_at, invoice(&own), &own.duties, &own.open_changes)
        );
    }
}

#[test]
fn a_filed_file_stays_filed_when_an_unfiled_one_gives_way_whatever_a_contact_names() {
    let mut device = founder();
    let (a, b) = two_files(&mut device);
    merge(&mut device, &b, &a);
    assert!(file(&mut device, &b).filed_at.is_some());
    let refused = device.refused(file_step(&a, "filed", &[]));
    assert_eq!(refused.code, ProblemCode::GaveWay);
}

#[test]
fn of_two_files_merged_apart_each_into_the_other_the_one_that_stays_goes_on() {
    let (mut one, mut two) = pair();
    let (a, b) = two_files(&mut one);
    exchange(&mut one, &mut two);
    merge(&mut one, &a, &b);
    merge(&mut two, &b, &a);
    exchange(&mut one, &mut two);
    let stays = if a < b { &a } else { &b };
    for device in [&mut one, &mut two] {
        let view = file(device, stays);
        assert!(view.steps.iter().any(|form| form.step == "noted"));
        assert!(!duties(&view, "paper").is_empty(), "it has its duties");
        assert_eq!(invoice(&view), "received");
        assert!(view.filed_at.is_some());
    }
    one.must(file_step(stays, "noted", &[("note", "继续登记")]));
    exchange(&mut one, &mut two);
    assert_eq!(one.digest(None), two.digest(None));
}

#[test]
fn what_is_written_to_a_file_that_gave_way_is_refused_and_its_place_told() {
    let mut device = founder();
    let (a, b) = two_files(&mut device);
    merge(&mut device, &a, &b);
    let before = device.export();
    let id = || b.clone();
    let writes = [
        file_step(&b, "noted", &[("note", "来电")]),
        Request::SaveCustomer {
            id: Some(id()),
            fields: fields(&[("city", "上海")]),
        },
        Request::AddCustomerNote {
            id: id(),
            note: "来电".to_owned(),
        },
        Request::SettleConflict {
            id: id(),
            field: "city".to_owned(),
            value: "上海".to_owned(),
        },
        Request::ChangeOwner {
            id: id(),
            owner_a: Some("赵敏".to_owned()),
            owner_b: None,
            note: String::new(),
        },
        Request::PoolCustomer {
            id: id(),
            note: String::new(),
        },
        Request::ClaimCustomer { id: id() },
    ];
    for request in writes {
        let told = format!("{request:?}");
        let Problem { code, place, .. } = device.refused(request);
        assert_eq!(code, ProblemCode::GaveWay, "{told}");
        assert!(place.starts_with("陈晨"), "{place}");
    }
    assert_eq!(device.export(), before);
}

#[test]
fn a_customer_imported_with_a_day_of_filing_is_filed_and_waits_for_no_signature() {
    let mut device = founder();
    choose(&mut device, "S06");
    let csv = "name,kind,filed_on\n远大公司,company,2024-05-06\n新客公司,company,\n";
    import(&mut device, "客户.csv", csv);
    let id = find(&mut device, "远大公司");
    let view = file(&mut device, &id);
    assert!(view.filed_at.is_some());
    assert_eq!(duties(&view, "review"), [] as [&str; 0]);
    let refused = device.refused(file_step(&id, "filed", &[]));
    assert!(refused.detail.contains("filed already"), "{refused:?}");
    let unfiled = find(&mut device, "新客公司");
    assert_eq!(file(&mut device, &unfiled).filed_at, None);
}
