//! Files in and out.

use std::collections::BTreeMap;

use huiyin_api::{Answer, ImportKind, ProblemCode, Request, StateGroup};
use huiyin_testkit::{COMPLAINTS_CSV, CUSTOMERS_CSV, Device};

use crate::talk::*;

#[test]
fn customers_with_the_headers_of_the_sample_need_no_mapping() {
    let mut device = founder();
    let preview = open_file(&mut device, "northwind-customers.csv", CUSTOMERS_CSV, None).unwrap();
    assert_eq!(preview.kind, ImportKind::Customers);
    assert_eq!((preview.rows, preview.rejected_total), (6, 0));
    assert_eq!(preview.sample.len(), 6);
    let dry = run(&mut device, &preview.import, true);
    assert!(dry.dry_run);
    assert_eq!(counts(&dry), [6, 0, 0, 0]);
    assert_eq!(status(&mut device).customers, 0, "a dry run stores nothing");
    let report = run(&mut device, &preview.import, false);
    assert_eq!(counts(&report), [6, 0, 0, 0]);
    let id = find(&mut device, "Alfreds");
    let record = customer(&mut device, &id);
    for (name, value) in [
        ("external_number", "ALFKI"),
        ("contact_name", "Maria Anders"),
        ("contact_title", "Sales Representative"),
        ("postcode", "12209"),
        ("country", "Germany"),
        ("fax", "030-0076545"),
        ("region", ""),
    ] {
        assert_eq!(field(&record.fields, name), value, "{name}");
    }
}

#[test]
fn the_same_file_twice_changes_nothing_and_leaves_what_was_edited_since() {
    let mut device = founder();
    import(&mut device, "customers.csv", CUSTOMERS_CSV);
    let id = find(&mut device, "Alfreds");
    edit(&mut device, &id, &[("phone", "999")]);
    let before = device.export();
    for name in ["customers.csv", "another name.csv"] {
        let report = import(&mut device, name, CUSTOMERS_CSV);
        assert_eq!(counts(&report), [0, 0, 6, 0], "{name}");
    }
    device.restart();
    let report = import(&mut device, "customers.csv", CUSTOMERS_CSV);
    assert_eq!(counts(&report), [0, 0, 6, 0], "after a restart");
    assert_eq!(device.export(), before);
}

#[test]
fn a_newer_file_changes_what_differs_and_its_undo_sets_it_back() {
    let mut device = founder();
    import(&mut device, "customers.csv", CUSTOMERS_CSV);
    let before = device.export();
    let newer = CUSTOMERS_CSV
        .replace("Berlin", "Hamburg")
        .replace("Luleå", "Stockholm");
    let report = import(&mut device, "newer.csv", &newer);
    assert_eq!(counts(&report), [0, 2, 4, 0]);
    let id = find(&mut device, "Alfreds");
    assert_eq!(customer(&mut device, &id).row.city, "Hamburg");
    let undone = undo_last(&mut device);
    assert_eq!((undone.removed, undone.kept.len()), (2, 0));
    assert_eq!(device.export(), before);
}

#[test]
fn a_file_that_is_run_again_after_an_edit_is_undone_whole() {
    let mut device = founder();
    import(&mut device, "customers.csv", CUSTOMERS_CSV);
    let before = device.export();
    let newer = CUSTOMERS_CSV
        .replace("Berlin", "Hamburg")
        .replace("Luleå", "Stockholm");
    import(&mut device, "newer.csv", &newer);
    let id = find(&mut device, "Alfreds");
    edit(&mut device, &id, &[("city", "Berlin")]);
    let report = import(&mut device, "newer.csv", &newer);
    assert_eq!(
        counts(&report),
        [0, 1, 5, 0],
        "only what was edited differs"
    );
    let undone = undo_last(&mut device);
    assert_eq!((undone.removed, undone.kept.len()), (2, 0));
    assert_eq!(device.export(), before);
}

#[test]
fn complaints_become_cases_and_a_bad_row_is_returned_with_its_reason() {
    let mut device = founder();
    let preview = open_file(&mut device, "cfpb.csv", COMPLAINTS_CSV, None).unwrap();
    assert_eq!(preview.kind, ImportKind::Cases);
    assert_eq!((preview.rows, preview.rejected_total), (4, 1));
    let report = run(&mut device, &preview.import, false);
    assert_eq!(counts(&report), [3, 0, 0, 1]);
    let (_, bytes) = device
        .ask(Request::ImportErrors {
            import: preview.import.clone(),
        })
        .unwrap();
    let errors = String::from_utf8(bytes.unwrap()).unwrap();
    assert!(
        errors.contains("7523999") && errors.contains("2023-13-45"),
        "{errors}"
    );
    let Answer::Cases(page) = device.must(Request::Cases(huiyin_api::ListQuery {
        search: "7446803".to_owned(),
        limit: 5,
        ..huiyin_api::ListQuery::default()
    })) else {
        panic!("cases")
    };
    let record = case(&mut device, &page.rows[0].id);
    assert_eq!(
        field(&record.fields, "description"),
        "They said: \"wait\",\nthen nothing"
    );
    assert_eq!(field(&record.fields, "company"), "Example Bank, N.A.");
    assert_eq!(record.row.against, "Example Bank, N.A.");
    let Answer::Cases(page) = device.must(Request::Cases(huiyin_api::ListQuery {
        search: "7523056".to_owned(),
        limit: 5,
        ..huiyin_api::ListQuery::default()
    })) else {
        panic!("cases")
    };
    assert_eq!(
        page.rows[0].group,
        StateGroup::Done,
        "closed with explanation"
    );
    assert_eq!(
        counts(&import(&mut device, "cfpb.csv", COMPLAINTS_CSV)),
        [0, 0, 3, 1]
    );
}

#[test]
fn the_same_file_on_two_offline_devices_is_the_same_data() {
    let (mut a, mut b) = pair();
    for file in [CUSTOMERS_CSV, COMPLAINTS_CSV] {
        import(&mut a, "file.csv", file);
        import(&mut b, "Datei.csv", file);
    }
    assert_eq!(a.digest(None), b.digest(None), "before they meet");
    let id = find(&mut b, "Blauer See");
    edit(&mut b, &id, &[("class", "A")]);
    exchange(&mut a, &mut b);
    assert_eq!(a.export(), b.export());
    assert_eq!(status(&mut a).customers, 6);
    assert_eq!(status(&mut a).cases, 3);
    assert_eq!(customer(&mut a, &id).row.class, "A");
    assert!(customer(&mut a, &id).conflicts.is_empty());
}

#[test]
fn a_device_that_knew_a_row_already_still_agrees_after_meeting() {
    let (mut a, mut b) = pair();
    new_customer(
        &mut b,
        &[("name", "Alfreds, from hand"), ("external_number", "ALFKI")],
    );
    import(&mut a, "customers.csv", CUSTOMERS_CSV);
    assert_eq!(import(&mut b, "customers.csv", CUSTOMERS_CSV).added, 5);
    let id = find(&mut a, "Blauer See");
    edit(&mut a, &id, &[("class", "A"), ("city", "Köln")]);
    exchange(&mut a, &mut b);
    assert_eq!(a.export(), b.export());
    for device in [&mut a, &mut b] {
        let record = customer(device, &id);
        assert_eq!((record.row.class.as_str(), record.issues.len()), ("A", 0));
        let mut anew = device.with_rows_made_anew();
        assert_eq!(customer(&mut anew, &id).row, record.row);
    }
}

#[test]
fn undo_leaves_edited_records_and_lists_them_and_the_file_can_come_again() {
    let (mut a, mut b) = pair();
    import(&mut a, "customers.csv", CUSTOMERS_CSV);
    let id = find(&mut a, "Around the Horn");
    edit(&mut a, &id, &[("notes", "老客户")]);
    let undone = undo_last(&mut a);
    assert_eq!(undone.removed, 5);
    assert_eq!(undone.kept, [(id.clone(), "Around the Horn".to_owned())]);
    assert_eq!(names(&mut a), ["Around the Horn"]);
    exchange(&mut a, &mut b);
    assert_eq!(a.digest(None), b.digest(None));
    let Answer::Imports(imports) = a.must(Request::Imports) else {
        panic!("imports")
    };
    assert!(imports[0].undone);

    let report = import(&mut a, "customers.csv", CUSTOMERS_CSV);
    assert_eq!(counts(&report), [5, 0, 1, 0]);
    assert_eq!(names(&mut a).len(), 6);
    assert_eq!(
        customer(&mut a, &id)
            .fields
            .iter()
            .filter(|f| f.name == "notes")
            .count(),
        1
    );
    a.restart();
    assert_eq!(names(&mut a).len(), 6);
    exchange(&mut a, &mut b);
    assert_eq!(a.export(), b.export());
    let undone = undo_last(&mut b);
    assert_eq!((undone.removed, undone.kept.len()), (5, 1));
}

#[test]
fn an_edit_elsewhere_survives_the_undo_of_its_import() {
    let (mut a, mut b) = pair();
    import(&mut a, "customers.csv", CUSTOMERS_CSV);
    exchange(&mut a, &mut b);
    let id = find(&mut b, "Alfreds");
    edit(&mut b, &id, &[("class", "A")]);
    undo_last(&mut a);
    assert!(names(&mut a).is_empty());
    exchange(&mut a, &mut b);
    for device in [&mut a, &mut b] {
        assert_eq!(names(device), ["Alfreds Futterkiste"], "{}", device.name);
        assert_eq!(customer(device, &id).row.class, "A");
    }
    assert_eq!(a.digest(None), b.digest(None));
}

#[test]
fn an_export_taken_into_an_empty_company_gives_the_same_export_and_digest() {
    let (mut a, mut b) = pair();
    import(&mut a, "customers.csv", CUSTOMERS_CSV);
    import(&mut a, "complaints.csv", COMPLAINTS_CSV);
    let id = new_customer(&mut a, &[("name", "冲突客户"), ("phone", "100")]);
    let case = new_case(&mut a, &[("subject", "案件"), ("customer", &id)], "来电");
    a.must(step(&case, "accepted", "好"));
    a.must(Request::AddCustomerNote {
        id: id.clone(),
        note: "喜欢龙井".to_owned(),
    });
    exchange(&mut a, &mut b);
    edit(&mut a, &id, &[("phone", "111")]);
    b.now += 30_000;
    edit(&mut b, &id, &[("phone", "222")]);
    exchange(&mut a, &mut b);
    let (export, digest) = (a.export(), a.digest(None));

    let mut empty = Device::new("空", 21);
    empty.found(None);
    let report = import(&mut empty, "export.jsonl", &export);
    assert_eq!(counts(&report), [11, 0, 0, 0]);
    assert_eq!(empty.export(), export);
    assert_eq!(empty.digest(None), digest);
    let record = customer(&mut empty, &id);
    assert_eq!(record.conflicts.len(), 1);
    assert_eq!(record.conflicts[0].values.len(), 2);
    assert_eq!(record.events.len(), 1);
    let again = import(&mut empty, "export.jsonl", &export);
    assert_eq!(counts(&again), [0, 0, 11, 0]);
    empty.restart();
    assert_eq!(empty.export(), export, "after a restart");
}

#[test]
fn files_that_cannot_be_taken_are_told_apart() {
    let mut device = founder();
    let cases = [
        ("", ProblemCode::EmptyFile),
        ("\n\n", ProblemCode::EmptyFile),
    ];
    for (content, code) in cases {
        let problem = open_file(&mut device, "x.csv", content, None).unwrap_err();
        assert_eq!(problem.code, code, "{content:?}");
    }
    let problem = device
        .ask_with(
            Request::ImportOpen {
                name: "x.csv".to_owned(),
                kind: None,
                mapping: BTreeMap::from([("name".to_owned(), "没有这一列".to_owned())]),
            },
            Some(huiyin_testkit::text("名称,城市\n甲,杭州\n")),
        )
        .unwrap_err();
    assert_eq!(problem.code, ProblemCode::UnknownColumn);
    let problem = device.refused(Request::ImportRun {
        import: "nothing".to_owned(),
        dry_run: false,
    });
    assert_eq!(problem.code, ProblemCode::ImportGone);
    assert_eq!(status(&mut device).customers, 0);
}

#[test]
fn an_export_after_an_undone_import_is_byte_for_byte_the_one_before_it() {
    let (mut a, mut b) = pair();
    new_customer(&mut a, &[("name", "甲店"), ("phone", "13800138001")]);
    import(
        &mut a,
        "old.csv",
        "客户编号,姓名,城市\n7,乙店,上海\n8,丙店,\n",
    );
    exchange(&mut a, &mut b);
    let before = a.export();
    // New rows beside rows that change records of the import before.
    let report = import(
        &mut a,
        "new.csv",
        "客户编号,姓名,城市,电话\n7,乙店,杭州,057188001234\n8,丙店,宁波,\n9,丁店,苏州,\n",
    );
    assert_eq!([report.added, report.changed], [1, 2], "{report:?}");
    assert_ne!(a.export(), before);
    exchange(&mut a, &mut b);
    assert_eq!(undo_last(&mut a).removed, 3);
    exchange(&mut a, &mut b);
    assert_eq!(a.export(), before);
    assert_eq!(b.export(), before);
}
