//! Packed rows tell what the rows told, whatever was put in, taken out or stored in between; damaged bytes are never taken.
//!
//! Long: one property after another over the same made rows.

use std::collections::BTreeMap;

use huiyin_core::id::RecordKind;
use huiyin_core::pack::PackRef;
use proptest::prelude::*;

use crate::row::{folded_text, pack};
use crate::{CaseTexts, Columns, DeskRow, FileRow, Row, RowAction, RowClock, RowDuty, RowDutyKind};

const KINDS: [RecordKind; 5] = [
    RecordKind::Customer,
    RecordKind::Case,
    RecordKind::Continuation,
    RecordKind::Consequence,
    RecordKind::Contact,
];

fn cells(kind: RecordKind) -> usize {
    match kind {
        RecordKind::Customer => 20,
        RecordKind::Case | RecordKind::Continuation => 15,
        RecordKind::Contact => 16,
        _ => 5,
    }
}

fn any_desk() -> impl Strategy<Value = DeskRow> {
    let text = || prop_oneof![Just(String::new()), "[a-z王单]{0,4}"];
    let texts = proptest::collection::vec(text(), 8);
    (texts, any::<[bool; 5]>(), 0_i64..9).prop_map(|(texts, flags, due)| {
        let [missing, paused, clock, action, packed] = flags;
        DeskRow {
            pack: packed.then(|| PackRef(texts[0].clone())),
            pack_missing: missing,
            running: clock
                .then(|| RowClock {
                    name: texts[1].clone(),
                    due,
                })
                .into_iter()
                .collect(),
            paused,
            awaited: None,
            against_person: texts[2].clone(),
            registrar: texts[3].clone(),
            assignee: texts[4].clone(),
            channel: texts[5].clone(),
            actions: action.then(RowAction::default).into_iter().collect(),
            matter: texts[6].clone(),
            from_branch: texts[7].clone(),
            to_branch: texts[0].clone(),
            original: texts[1].clone(),
            carried_out: clock.then_some(due),
            called_back: action.then_some(due),
            file: missing.then(|| file(&texts, due)),
        }
    })
}

fn file(texts: &[String], due: i64) -> FileRow {
    FileRow {
        registered_at: Some(due),
        incomplete: due % 2 == 0,
        duties: vec![RowDuty {
            kind: RowDutyKind::ALL[due as usize],
            of: texts[6].clone(),
            count: 3,
            since: due,
            due: (due > 4).then_some(due),
            provisional: due > 6,
            by: vec![texts[7].clone()],
        }],
        rounds: vec![(texts[5].clone(), due)],
    }
}

fn any_row(kind: RecordKind) -> impl Strategy<Value = Row> {
    let words = proptest::collection::vec("[ a-zA-Z0-9王伟重庆，]{0,6}", cells(kind));
    let times = (any::<i64>(), any::<i64>(), any::<[Option<i64>; 3]>());
    let small = (any::<[bool; 3]>(), 0_u8..3, any::<u16>(), any::<u16>());
    let custom = proptest::collection::btree_map("[a-c级]{1,2}", "[0-9金]{1,3}", 0..3);
    let rest = ("[ a-z王，]{0,60}", proptest::option::of(any_desk()), custom);
    (0_u64..40, words, times, small, rest).prop_map(
        move |(local, words, (received, updated, ends), small, (text, desk, custom))| {
            let (flags, group, conflicts, clashes) = small;
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let of_case = kind.is_case();
            Row {
                local,
                updated,
                received,
                due: ends[0],
                ended: ends[1],
                done: ends[2],
                provisional: flags[0],
                group,
                conflicts,
                clashes,
                untouched_import: flags[1],
                desk: desk
                    .filter(|_| {
                        of_case || [RecordKind::Contact, RecordKind::Customer].contains(&kind)
                    })
                    .map(Box::new),
                text: pack(&words),
                headed: of_case && flags[2],
                rest: if of_case {
                    folded_text(&text).into()
                } else {
                    Box::default()
                },
                custom: custom
                    .into_iter()
                    .map(|(name, value)| (name.into(), value.into()))
                    .collect(),
            }
        },
    )
}

fn any_rows() -> impl Strategy<Value = (RecordKind, Vec<Row>, Vec<Row>, Vec<u64>)> {
    proptest::sample::select(&KINDS[..]).prop_flat_map(|kind| {
        let rows = || proptest::collection::vec(any_row(kind), 0..12);
        let removed = proptest::collection::vec(0_u64..40, 0..4);
        (Just(kind), rows(), rows(), removed)
    })
}

/// What a map would hold.
fn plain(rows: &[Row]) -> BTreeMap<u64, Row> {
    rows.iter().map(|row| (row.local, row.clone())).collect()
}

#[track_caller]
fn check(columns: &Columns, expected: &BTreeMap<u64, Row>) {
    let found: Vec<Row> = columns.iter().map(|row| row.to_row()).collect();
    let expected: Vec<Row> = expected
        .values()
        .map(|row| Row {
            rest: Box::default(),
            ..row.clone()
        })
        .collect();
    assert_eq!(found, expected);
    for row in &expected {
        let packed = columns.find(row.local).expect("every row is found");
        let cells: Vec<&str> = row.cells().collect();
        for (column, cell) in cells.iter().enumerate() {
            assert_eq!(packed.cell(column), *cell);
        }
        assert_eq!(
            packed.is_paused(),
            row.desk.as_ref().is_some_and(|desk| desk.paused)
        );
    }
}

/// What the whole text of a case is.
fn whole(row: &Row) -> Vec<u16> {
    let head = if row.headed {
        folded_text(row.cells().nth(1).unwrap_or_default())
    } else {
        String::new()
    };
    format!("{head}{}", row.rest).encode_utf16().collect()
}

proptest! {
    #[test]
    fn packed_rows_are_the_rows((kind, rows, more, removed) in any_rows()) {
        let mut expected = plain(&rows);
        let columns = Columns::of(kind, &rows);
        check(&columns, &expected);
        let (stored, mark) = Columns::decode(kind, &columns.encode(7)).expect("what was written is read");
        prop_assert_eq!(mark, 7);
        prop_assert_eq!(&stored, &columns);

        let changed = stored.changed(&more, &removed);
        expected.retain(|local, _| !removed.contains(local));
        expected.extend(plain(&more));
        check(&changed, &expected);
        let (stored, _) = Columns::decode(kind, &changed.encode(0)).expect("what was written is read");
        prop_assert_eq!(stored, changed);
    }

    #[test]
    fn texts_of_cases_outlive_changes_and_the_store((_, rows, more, removed) in any_rows()) {
        let kind = RecordKind::Case;
        let case = |rows: Vec<Row>| -> Vec<Row> {
            rows.into_iter().filter(|row| row.cells().count() == cells(kind)).collect()
        };
        let (rows, more) = (case(rows), case(more));
        let columns = Columns::of(kind, &rows);
        let rows: Vec<Row> = plain(&rows).into_values().collect();
        let more: Vec<Row> = plain(&more).into_values().collect();
        let texts = CaseTexts::of(&columns, &rows);
        let stored = CaseTexts::decode(&columns, &texts.encode(&columns), &BTreeMap::new());
        prop_assert_eq!(stored.as_ref(), Some(&texts));

        let changed = columns.changed(&more, &removed);
        let after = texts.changed(&columns, &changed, &more);
        let patch = more.iter().map(|row| (row.local, row.rest.clone())).collect();
        let patched = CaseTexts::decode(&changed, &texts.encode(&columns), &patch);
        prop_assert_eq!(patched.as_ref(), Some(&after));
        let mut expected = plain(&rows);
        expected.retain(|local, _| !removed.contains(local));
        expected.extend(plain(&more));
        for (row, found) in expected.values().zip(changed.iter()) {
            prop_assert_eq!(after.get(found.index()), &whole(row)[..]);
        }
        for word in ["王", "a", "王，", "x y", "，a"] {
            let word: Vec<u16> = word.encode_utf16().collect();
            let naive: Vec<usize> = expected
                .values()
                .enumerate()
                .filter(|(_, row)| whole(row).windows(word.len()).any(|part| part == word))
                .map(|(index, _)| index)
                .collect();
            prop_assert_eq!(after.find(&word), naive);
        }
    }

    #[test]
    fn damaged_bytes_are_refused_or_read_without_panic(
        (kind, rows, _, _) in any_rows(),
        at in any::<prop::sample::Index>(),
        bit in 0_u8..8,
        noise in proptest::collection::vec(any::<u8>(), 0..80),
    ) {
        let mut bytes = Columns::of(kind, &rows).encode(1);
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        for bytes in [&bytes, &noise] {
            if let Some((columns, _)) = Columns::decode(kind, bytes) {
                let rows: Vec<Row> = columns.iter().map(|row| row.to_row()).collect();
                prop_assert_eq!(rows.len(), columns.len());
                let _ = CaseTexts::decode(&columns, bytes, &BTreeMap::new());
            }
        }
    }
}

fn golden_rows() -> Vec<Row> {
    let texts = |subject: &str, phone: &str| {
        pack(&[
            "HQ-20261122-0001",
            subject,
            phone,
            "沪A12345",
            "K0000007",
            "complaint",
            "王伟",
            "cu.HQ.all.0.000000000000002a",
            "总公司",
            "质量",
            "major",
            "accepted",
            "单玉",
            "",
            "",
        ])
    };
    let row = |local, text, headed, rest: &str| Row {
        local,
        updated: 1_780_000_000_000,
        received: 1_779_000_000_000 + local as i64,
        due: Some(1_780_100_000_000),
        ended: None,
        done: None,
        provisional: true,
        group: 1,
        conflicts: 2,
        clashes: 0,
        untouched_import: true,
        desk: Some(Box::new(DeskRow {
            pack: Some(PackRef("neutral/1".to_owned())),
            paused: true,
            channel: "phone".to_owned(),
            registrar: "王伟".to_owned(),
            running: vec![RowClock {
                name: "answer".to_owned(),
                due: 5,
            }],
            carried_out: Some(1_780_000_100_000),
            called_back: Some(1_780_000_200_000),
            ..DeskRow::default()
        })),
        text,
        headed,
        rest: rest.into(),
        custom: Vec::new(),
    };
    vec![
        row(
            3,
            texts("客户反映产品使用三天后", "138 0000 0000"),
            true,
            "出现异常响声,要求上门检查。",
        ),
        row(
            9,
            texts("Subject", "13800000001"),
            false,
            "description of its own",
        ),
    ]
}

/// Kinds of duties of a file in the golden bytes.
const GOLDEN_DUTIES: usize = 9;

/// A customer's row with all that only customers have.
fn golden_customer() -> Row {
    let mut cells = vec!["K-0001", "重庆长江轴承", "13800000002", ""];
    cells.extend([
        "", "company", "李娜", "a", "regular", "重庆", "王芳", "", "张强",
    ]);
    cells.extend([
        "",
        "12000050",
        "2026-10-08",
        "1970-02-28",
        "2025-12-01",
        "2024-06-01",
        "老客户,会员",
    ]);
    Row {
        local: 7,
        updated: 1_780_000_000_000,
        received: 1_779_000_000_000,
        due: Some(1_780_200_000_000),
        ended: Some(1_779_500_000_000),
        done: Some(1_779_600_000_000),
        provisional: false,
        group: 0,
        conflicts: 0,
        clashes: 0,
        untouched_import: false,
        desk: Some(Box::new(DeskRow::of_file(FileRow {
            registered_at: Some(1_779_000_000_000),
            incomplete: true,
            // Those there were when the golden bytes were made; later ones stand behind them.
            duties: RowDutyKind::ALL
                .into_iter()
                .take(GOLDEN_DUTIES)
                .map(|kind| RowDuty {
                    kind,
                    of: kind.name().to_owned(),
                    count: 2,
                    since: 1_779_000_000_000,
                    due: (kind == RowDutyKind::Clock).then_some(1_780_200_000_000),
                    provisional: false,
                    by: vec!["manager".to_owned()],
                })
                .collect(),
            rounds: vec![("monthly".to_owned(), 1_779_700_000_000)],
        }))),
        text: pack(&cells),
        headed: false,
        rest: Box::default(),
        custom: vec![
            ("会员等级".into(), "金卡".into()),
            ("保险到期".into(), "2026-12-01".into()),
        ],
    }
}

fn golden(name: &str) -> Vec<u8> {
    let place = format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(place).expect("the golden file is there")
}

#[test]
fn rows_stored_by_the_fourth_version_are_made_anew() {
    // They do not tell when a solution was carried out: nothing of them is taken over.
    assert_eq!(
        Columns::decode(RecordKind::Case, &golden("rows-v4.bin")),
        None
    );
    let columns = Columns::of(RecordKind::Case, &golden_rows());
    let texts = CaseTexts::decode(&columns, &golden("texts-v4.bin"), &BTreeMap::new());
    assert_eq!(texts, None);
}

#[test]
fn rows_stored_by_the_fifth_version_are_made_anew() {
    // They do not tell the fields that only an import knows.
    for (kind, name) in [
        (RecordKind::Case, "rows-v5.bin"),
        (RecordKind::Customer, "customers-v5.bin"),
    ] {
        assert_eq!(Columns::decode(kind, &golden(name)), None);
    }
    let columns = Columns::of(RecordKind::Case, &golden_rows());
    let texts = CaseTexts::decode(&columns, &golden("texts-v5.bin"), &BTreeMap::new());
    assert_eq!(texts, None);
}

#[test]
fn rows_of_customers_stored_by_the_sixth_version_are_read_for_good() {
    let columns = Columns::of(RecordKind::Customer, &[golden_customer()]);
    let stored = golden("customers-v6.bin");
    let (read, mark) = Columns::decode(RecordKind::Customer, &stored).expect("readable");
    assert_eq!((&read, mark), (&columns, 9));
    assert_eq!(
        crate::row_form::unpacked(&columns.encode(9)),
        crate::row_form::unpacked(&stored),
        "what is written is as it was"
    );
    let row = read.row(0);
    assert_eq!(row.value(), Some(12_000_050));
    assert_eq!(
        row.graded_on().map(|day| day.to_string()).as_deref(),
        Some("2026-10-08")
    );
    assert_eq!(row.tags().collect::<Vec<_>>(), ["老客户", "会员"]);
    assert_eq!(row.contact_reported(), Some(1_779_500_000_000));
    assert_eq!(row.file().map(|file| file.duties.len()), Some(9));
    assert_eq!((row.custom("会员等级"), row.custom("等级")), ("金卡", ""));
}

#[test]
fn a_row_holds_every_tag_a_field_takes() {
    let tag = "标".repeat(60);
    let tags = vec![tag.as_str(); 50].join(",");
    let mut cells = vec![""; 20];
    cells[19] = &tags;
    cells[1] = &tags;
    let row = Row {
        text: pack(&cells),
        ..golden_customer()
    };
    let columns = Columns::of(RecordKind::Customer, &[row]);
    assert_eq!(columns.row(0).tags().count(), 50);
    assert!(columns.row(0).tags().all(|held| held == tag));
    assert_eq!(columns.row(0).cell(1).chars().count(), 80, "others are cut");
}

#[test]
fn rows_and_texts_stored_by_the_sixth_version_are_read_for_good() {
    let rows = golden_rows();
    let columns = Columns::of(RecordKind::Case, &rows);
    let texts = CaseTexts::of(&columns, &rows);
    let (read, mark) = Columns::decode(RecordKind::Case, &golden("rows-v6.bin")).expect("readable");
    assert_eq!((read, mark), (columns.clone(), 0x0102_0304));
    let read = CaseTexts::decode(&columns, &golden("texts-v6.bin"), &BTreeMap::new());
    assert_eq!(read, Some(texts.clone()));
    let unpacked = |bytes: &[u8]| crate::row_form::unpacked(bytes);
    assert_eq!(
        unpacked(&columns.encode(0x0102_0304)),
        unpacked(&golden("rows-v6.bin")),
        "what is written is as it was"
    );
    assert_eq!(
        unpacked(&texts.encode(&columns)),
        unpacked(&golden("texts-v6.bin"))
    );
}

#[test]
fn a_description_without_a_subject_is_kept_once() {
    let long: String = "客户反映产品使用三天后出现异常响声，".repeat(8);
    let (head, rest) = crate::row::split_description(&long, true);
    assert_eq!(head.chars().count(), 40);
    assert_eq!(format!("{}{rest}", folded_text(head)), folded_text(&long));
    let (none, whole) = crate::row::split_description(" A\nB ", false);
    assert_eq!((none, whole.as_str()), ("", "a b"));
}
