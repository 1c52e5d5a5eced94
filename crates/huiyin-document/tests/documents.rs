//! Documents merge, conflict and read back as the schema says; golden bytes hold the format.
//!
//! Long: one property after another, each read alone.

use std::collections::BTreeMap;

use huiyin_core::calendar::WorkingCalendar;
use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::id::{EventId, RecordId, RecordKind, SegmentKey};
use huiyin_core::pack::PackRef;
use huiyin_core::pack::policies::Policies;
use huiyin_document::{
    ActorSeed, Author, CaseColumn, CustomerColumn, Document, DocumentKey, Edit, ExportLine, Hand,
    NewRecord, Registers, Touched, creation_changes, export_line,
};

fn author(by: &str, at: i64) -> Author {
    Author {
        action: format!("a{at}"),
        by: by.to_owned(),
        device: format!("{by}-tablet"),
        at,
    }
}

fn customer(local: u64, name: &str, phone: &str) -> NewRecord {
    let fields = BTreeMap::from([
        ("name".to_owned(), name.to_owned()),
        ("phone".to_owned(), phone.to_owned()),
    ]);
    NewRecord {
        local,
        number: "HQ-20261121-A-0001".to_owned(),
        created: 1_700_000_000_000,
        created_by: "王芳".to_owned(),
        fields,
        ..NewRecord::default()
    }
}

fn case(local: u64) -> NewRecord {
    let fields = BTreeMap::from([
        ("subject".to_owned(), "漏水".to_owned()),
        ("kind".to_owned(), "complaint".to_owned()),
    ]);
    let registered = CaseEvent::new(
        EventId::from_u64(1),
        Step::Registered,
        1_700_000_000_000,
        "王芳",
        "前台",
    );
    NewRecord {
        local,
        created: 1_700_000_000_000,
        received: Some(1_700_000_000_000),
        clock: Some("3wd".to_owned()),
        fields,
        events: vec![registered],
        ..NewRecord::default()
    }
}

fn device(n: u8) -> ActorSeed {
    ActorSeed::device(&[n; 32], &[n; 16])
}

fn set(local: u64, field: &str, value: &str) -> Edit {
    Edit::SetField {
        local,
        field: field.to_owned(),
        value: value.to_owned(),
    }
}

fn segment() -> DocumentKey {
    DocumentKey::Segment(SegmentKey::parse("cu.HQ.all.0").expect("valid"))
}

/// Two replicas that both know customer 1.
fn pair() -> (Document, Document) {
    let mut a = Document::new(&device(1));
    let mut b = Document::new(&device(2));
    let made = a
        .edit(
            &author("王芳", 1_700_000_000_000),
            Hand::Person,
            &[Edit::Create(Box::new(customer(1, "李雷", "13800000000")))],
        )
        .expect("a change");
    assert_eq!(b.apply(&made), Ok(Touched::All));
    (a, b)
}

/// Compares with the kept bytes. To keep the bytes of a new format beside the old ones, run once with `WRITE_GOLDEN=1`.
#[track_caller]
fn check_golden(name: &str, made: &[u8]) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    if std::env::var_os("WRITE_GOLDEN").is_some() && !path.exists() {
        std::fs::write(&path, made).expect("the golden folder is writable");
    }
    let golden = std::fs::read(&path).expect("golden bytes are kept");
    assert!(
        made == golden,
        "{name} changed: stored data of older versions would not read or merge any more"
    );
    golden
}

#[test]
fn the_genesis_is_frozen_for_ever() {
    let golden = check_golden("genesis.automerge", &Document::new(&device(1)).save());
    let mut old = Document::load(&golden, &device(3)).expect("the golden document loads");
    assert_eq!(old.heads(), Document::new(&device(9)).heads());
}

#[test]
fn a_segment_of_schema_v1_still_reads() {
    let mut made = Document::new(&device(1));
    let changes = creation_changes(
        "import-1",
        &segment(),
        &[
            customer(1, "李雷", "13800000000"),
            customer(2, "韩梅梅", ""),
        ],
    );
    made.apply(&changes).expect("own changes apply");
    made.edit(
        &author("王芳", 1_700_000_100_000),
        Hand::Person,
        &[set(1, "city", "杭州")],
    );
    let golden = check_golden("segment-v1.automerge", &made.save());
    let old = Document::load(&golden, &device(4)).expect("the golden document loads");
    let (record, issues) = old.record(1).expect("record 1 is there");
    assert_eq!(
        (
            record.field("name"),
            record.field("city"),
            record.created_by.as_str()
        ),
        ("李雷", "杭州", "王芳")
    );
    assert!(issues.is_empty());
}

#[test]
fn the_same_field_written_apart_keeps_both_values_with_their_authors() {
    let (mut a, mut b) = pair();
    let from_a = a
        .edit(
            &author("王芳", 1_700_000_100_000),
            Hand::Person,
            &[set(1, "phone", "13911111111")],
        )
        .expect("a change");
    let from_b = b
        .edit(
            &author("赵强", 1_700_000_200_000),
            Hand::Person,
            &[set(1, "phone", "13922222222"), set(1, "city", "杭州")],
        )
        .expect("a change");
    assert_eq!(
        a.apply(&from_b),
        Ok(Touched::Keys(["0000000000000001".to_owned()].into()))
    );
    b.apply(&from_a).expect("applies");
    let (at_a, at_b) = (a.record(1).expect("there").0, b.record(1).expect("there").0);
    assert_eq!(at_a, at_b);
    let phone = &at_a.fields["phone"];
    assert_eq!(
        phone.shown, "13922222222",
        "the later one is shown until it is settled"
    );
    let values: Vec<_> = phone
        .conflict
        .iter()
        .map(|value| {
            (
                value.value.as_str(),
                value.by.as_str(),
                value.device.as_str(),
            )
        })
        .collect();
    assert_eq!(
        values,
        [
            ("13911111111", "王芳", "王芳-tablet"),
            ("13922222222", "赵强", "赵强-tablet")
        ]
    );
    assert!(at_a.fields["city"].conflict.is_empty());

    let settled = a
        .edit(
            &author("王芳", 1_700_000_300_000),
            Hand::Person,
            &[set(1, "phone", "13922222222")],
        )
        .expect("settling is a change");
    b.apply(&settled).expect("applies");
    assert!(
        b.record(1).expect("there").0.fields["phone"]
            .conflict
            .is_empty()
    );
    assert_eq!(a.heads(), b.heads());
}

#[test]
fn events_added_apart_are_all_there() {
    let mut a = Document::new(&device(1));
    let mut b = Document::new(&device(2));
    let made = a
        .edit(
            &author("王芳", 1),
            Hand::Person,
            &[Edit::Create(Box::new(case(7)))],
        )
        .expect("a change");
    b.apply(&made).expect("applies");
    let event = |id, step| {
        Box::new(CaseEvent::new(
            EventId::from_u64(id),
            step,
            1_700_000_000_001,
            "x",
            "d",
        ))
    };
    let one = a
        .edit(
            &author("王芳", 2),
            Hand::Person,
            &[Edit::Append {
                local: 7,
                event: event(2, Step::Accepted),
            }],
        )
        .expect("a change");
    let two = b
        .edit(
            &author("赵强", 3),
            Hand::Person,
            &[Edit::Append {
                local: 7,
                event: event(3, Step::NotUpheld),
            }],
        )
        .expect("a change");
    a.apply(&two).expect("applies");
    b.apply(&one).expect("applies");
    assert_eq!(a.record(7).expect("there").0.events.len(), 3);
    let policies = Policies::of_calendar(WorkingCalendar::china());
    let row = a
        .row(RecordKind::Case, 7, &policies, "HQ")
        .0
        .expect("a live case");
    assert_eq!(
        row,
        b.row(RecordKind::Case, 7, &policies, "HQ")
            .0
            .expect("a live case")
    );
    assert_eq!(row.clashes, 1);
    assert_eq!(row.case(CaseColumn::Subject), "漏水");
}

#[test]
fn the_same_import_made_apart_is_the_same_bytes_in_any_order_of_rows() {
    let one = creation_changes(
        "import-1",
        &segment(),
        &[customer(1, "甲", "1"), customer(2, "乙", "2")],
    );
    let two = creation_changes(
        "import-1",
        &segment(),
        &[customer(2, "乙", "2"), customer(1, "甲", "1")],
    );
    assert_eq!(one, two);
    let mut document = Document::new(&device(1));
    document.apply(&one).expect("applies");
    let heads = document.heads();
    document.apply(&two).expect("applies");
    assert_eq!(document.heads(), heads);
    assert_eq!(document.record_ids().len(), 2);
}

#[test]
fn an_import_joins_a_segment_that_is_in_use() {
    let (mut a, _) = pair();
    a.apply(&creation_changes(
        "import-1",
        &segment(),
        &[customer(5, "甲", "5")],
    ))
    .expect("applies");
    assert_eq!(a.record_ids().into_iter().collect::<Vec<_>>(), [1, 5]);
}

#[test]
fn an_import_taken_back_leaves_what_was_edited_since() {
    let mut a = Document::new(&device(1));
    let mut b = Document::new(&device(2));
    let imported = |local| NewRecord {
        import: Some("i1".to_owned()),
        ..customer(local, "甲", "")
    };
    let changes = creation_changes("i1", &segment(), &[imported(1), imported(2)]);
    a.apply(&changes).expect("applies");
    b.apply(&changes).expect("applies");
    let gone = |local| Edit::SetGone {
        local,
        import: Some("i1".to_owned()),
    };
    let undo = a
        .edit(&author("王芳", 1), Hand::Import, &[gone(1), gone(2)])
        .expect("a change");
    b.edit(&author("赵强", 2), Hand::Person, &[set(2, "city", "杭州")])
        .expect("a change");
    b.apply(&undo).expect("applies");
    let policies = Policies::of_calendar(WorkingCalendar::china());
    let rows = b.rows(RecordKind::Customer, &policies, "HQ");
    assert_eq!(rows.iter().map(|row| row.local).collect::<Vec<_>>(), [2]);
    assert_eq!(rows[0].customer(CustomerColumn::City), "杭州");
}

#[test]
fn changes_that_were_kept_make_the_document_they_made_before() {
    let imported = |local| customer(local, "甲", "13812345678");
    let changes = creation_changes("i1", &segment(), &[imported(1), imported(2)]);
    let mut first = Document::new(&device(1));
    first.apply(&changes).expect("applies");
    let edit = first
        .edit(&author("王芳", 1), Hand::Person, &[set(2, "city", "杭州")])
        .expect("a change");
    let mut kept = Document::new(&device(1));
    kept.apply_kept(&changes).expect("applies");
    kept.apply(&edit)
        .expect("builds on the creation by its hash");
    assert_eq!(kept.heads(), first.heads());
    assert_eq!(kept.record(2), first.record(2));
    assert_eq!(kept.save(), first.save());

    let mut damaged = changes.clone();
    damaged.truncate(changes.len() - 1);
    assert!(Document::new(&device(1)).apply_kept(&damaged).is_err());
}

#[test]
fn an_export_line_makes_the_same_record_again_with_its_conflicts() {
    let (mut a, mut b) = pair();
    a.edit(
        &author("王芳", 1_700_000_100_000),
        Hand::Person,
        &[set(1, "phone", "139")],
    );
    let from_b = b
        .edit(
            &author("赵强", 1_700_000_200_000),
            Hand::Person,
            &[set(1, "phone", "138")],
        )
        .expect("a change");
    a.apply(&from_b).expect("applies");
    let id = RecordId::parse("cu.HQ.all.0.0000000000000001").expect("valid");
    let line = export_line(&id, &a.record(1).expect("there").0);
    let read: ExportLine = serde_json::from_str(&line).expect("own line reads");
    let mut again = Document::new(&device(5));
    again
        .apply(&creation_changes(
            "x",
            &segment(),
            &[read.into_new_record(1)],
        ))
        .expect("applies");
    assert_eq!(export_line(&id, &again.record(1).expect("there").0), line);
    assert!(line.contains("\"conflicts\":{\"phone\":"));
}

#[test]
fn an_event_without_author_reads_back() {
    let mut document = Document::new(&device(1));
    let mut record = case(7);
    let mut imported = CaseEvent::new(EventId::from_u64(5), Step::Imported, 5, "", "");
    imported.imported_state = Some("Closed with explanation".to_owned());
    record.events = vec![imported.clone()];
    document
        .apply(&creation_changes("x", &segment(), &[record]))
        .expect("applies");
    let (read, issues) = document.record(7).expect("there");
    assert_eq!((read.events, issues), (vec![imported], vec![]));
}

/// A case under a pack whose registration carries data.
fn case_under_a_pack() -> NewRecord {
    let mut record = case(7);
    record.clock = None;
    record.pack = Some(PackRef("shop/2-9f3a0c1d".to_owned()));
    let mut proposed = CaseEvent::new(
        EventId::from_u64(2),
        Step::Proposed,
        1_700_000_100_000,
        "王芳",
        "前台",
    );
    proposed.amount = Some(12_000);
    proposed.data = BTreeMap::from([
        ("remedy".to_owned(), "exchange".to_owned()),
        ("signer".to_owned(), "王芳".to_owned()),
    ]);
    record.events.push(proposed);
    record
}

#[test]
fn data_of_events_and_the_pack_of_a_case_are_kept_in_frozen_bytes() {
    let mut made = Document::new(&device(1));
    let changes = creation_changes("import-2", &segment(), &[case_under_a_pack()]);
    made.apply(&changes).expect("own changes apply");
    let golden = check_golden("case-pack-v1.automerge", &made.save());
    let old = Document::load(&golden, &device(4)).expect("the golden document loads");
    let (record, issues) = old.record(7).expect("record 7 is there");
    assert!(issues.is_empty());
    assert_eq!(record.pack, Some(PackRef("shop/2-9f3a0c1d".to_owned())));
    assert_eq!(record.events, case_under_a_pack().events);
}

#[test]
fn an_export_line_keeps_the_pack_and_the_data_of_events() {
    let mut document = Document::new(&device(1));
    document
        .apply(&creation_changes("x", &segment(), &[case_under_a_pack()]))
        .expect("applies");
    let id = RecordId::parse("ca.HQ.202611.0.0000000000000007").expect("valid");
    let record = document.record(7).expect("there").0;
    let line = export_line(&id, &record);
    assert!(
        line.contains(r#""pack":"shop/2-9f3a0c1d""#)
            && line.contains(r#""data":{"remedy":"exchange""#),
        "{line}"
    );
    let read: ExportLine = serde_json::from_str(&line).expect("own line reads");
    assert_eq!(read.into_new_record(7), case_under_a_pack());
}

#[test]
fn a_case_whose_pack_has_not_come_has_no_clock_and_says_so() {
    let policies = Policies::of_calendar(WorkingCalendar::china());
    let mut document = Document::new(&device(1));
    document
        .apply(&creation_changes("x", &segment(), &[case_under_a_pack()]))
        .expect("applies");
    let row = document
        .row(RecordKind::Case, 7, &policies, "HQ")
        .0
        .expect("a live case");
    assert_eq!((row.due, row.provisional), (None, true));
    assert!(row.desk.expect("a case under a pack").pack_missing);
}

#[test]
fn registers_written_apart_end_with_the_later_value_everywhere() {
    let mut a = Document::new(&device(1));
    let mut b = Document::new(&device(2));
    let write = |document: &mut Document, at, value: &str| {
        document
            .write_registers(
                &author("x", at),
                &[("branch/HQ/name".to_owned(), value.to_owned())],
            )
            .expect("a change")
    };
    let one = write(&mut a, 1_700_000_200_000, "总部");
    let two = write(&mut b, 1_700_000_100_000, "总店");
    a.apply(&two).expect("applies");
    b.apply(&one).expect("applies");
    assert_eq!(
        a.registers("branch/"),
        BTreeMap::from([("HQ/name".to_owned(), "总部".to_owned())])
    );
    assert_eq!(a.registers("branch/"), b.registers("branch/"));
}

#[test]
fn bytes_that_are_no_changes_are_refused_and_change_nothing() {
    let (mut a, _) = pair();
    let heads = a.heads();
    assert!(a.apply(b"\x85\x6f\x4a\x83 not a change at all").is_err());
    assert_eq!(a.heads(), heads);
}
