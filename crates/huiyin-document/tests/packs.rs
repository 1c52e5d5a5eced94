//! The packed forms of changes are kept in golden bytes: what one version sealed every later one opens.

use std::collections::BTreeMap;
use std::path::Path;

use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::id::{EventId, SegmentKey};
use huiyin_document::{
    ActorSeed, Author, Document, DocumentKey, Edit, Hand, NewRecord, creation_changes,
    pack_changes, pack_creation, pack_group, unpack_changes, unpack_creation, unpack_group,
};

/// Returns the changes of three edits of an imported segment.
fn edits(name: &str) -> Vec<u8> {
    let key = DocumentKey::Segment(SegmentKey::parse(name).expect("valid"));
    let record = NewRecord {
        local: 7,
        import: Some("import-1".to_owned()),
        fields: BTreeMap::from([("name".to_owned(), "李雷".to_owned())]),
        ..NewRecord::default()
    };
    let mut document = Document::new(&ActorSeed([5; 16]));
    document
        .apply(&creation_changes("import-1", &key, &[record]))
        .expect("own changes apply");
    let noted = CaseEvent::new(
        EventId::from_u64(0xabc),
        Step::Noted,
        1_700_000_065_432,
        "王芳",
        "前台",
    );
    let edits = [
        Edit::SetField {
            local: 7,
            field: "phone".to_owned(),
            value: "13800000000".to_owned(),
        },
        Edit::Append {
            local: 7,
            event: Box::new(noted),
        },
        Edit::SetField {
            local: 7,
            field: "name".to_owned(),
            value: String::new(),
        },
    ];
    let mut all = Vec::new();
    for (at, edit) in (0..).zip(edits) {
        let author = Author {
            action: format!("{at:016x}"),
            by: "王芳".to_owned(),
            device: "前台".to_owned(),
            at: 1_700_000_000_000 + at * 65_432,
        };
        all.extend(
            document
                .edit(&author, Hand::Person, &[edit])
                .expect("a change"),
        );
    }
    all
}

/// Compares with the kept bytes. To keep the bytes of a new form beside the old ones, run once with `WRITE_GOLDEN=1`.
#[track_caller]
fn check_golden(name: &str, made: &[u8]) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    if std::env::var_os("WRITE_GOLDEN").is_some() && !path.exists() {
        std::fs::write(&path, made).expect("the golden folder is writable");
    }
    let golden = std::fs::read(&path).expect("golden bytes are kept");
    assert!(
        made == golden,
        "{name} changed: sealed parts of older versions would not open any more"
    );
    golden
}

#[test]
fn packed_changes_are_frozen_and_open() {
    let changes = edits("cu.HQ.all.0");
    let golden = check_golden("pack-changes-v1.bin", &pack_changes(&changes));
    assert_eq!(unpack_changes(&golden), Ok(changes));
}

#[test]
fn a_packed_group_is_frozen_and_opens() {
    let group: Vec<(String, Vec<u8>)> = ["cu.HQ.all.0", "cu.HQ.all.1"]
        .map(|name| (name.to_owned(), edits(name)))
        .into();
    let golden = check_golden("pack-group-v1.bin", &pack_group(&group));
    assert_eq!(unpack_group(&golden), Ok(group));
}

/// Returns the creation of two imported cases that use every way a value can stand in.
fn creation() -> Vec<u8> {
    let key = DocumentKey::Segment(SegmentKey::parse("ca.HQ.202311.0").expect("valid"));
    let records = [1_u64, 2].map(|row| {
        let at = 1_700_000_000_000 + row as i64 * 65_000;
        let id = |n: u64| EventId::from_u64((row << 16) + n);
        let first = CaseEvent::new(id(1), Step::Imported, at, "", "");
        let mut second = CaseEvent::new(id(2), Step::Noted, at + 3_600_001, "王芳", "前台");
        second.after = vec![id(1)];
        "已电话联系".clone_into(&mut second.note);
        second.satisfied = Some(row == 1);
        let fields = [
            ("customer", format!("cu.HQ.all.0.{:016x}", row << 16)),
            ("description", format!("第{row}件")),
            ("kind", "complaint".to_owned()),
            ("received_at", "2023-11-15".to_owned()),
        ];
        NewRecord {
            local: row << 16,
            created: at,
            received: Some(at),
            import: Some("import-1".to_owned()),
            fields: fields.map(|(name, value)| (name.to_owned(), value)).into(),
            events: vec![first, second],
            ..NewRecord::default()
        }
    });
    creation_changes("import-1-00000000", &key, &records)
}

#[test]
fn a_packed_creation_is_frozen_and_opens() {
    let chunk = creation();
    let packed = pack_creation(&chunk).expect("an ordinary creation");
    let golden = check_golden("pack-creation-v1.bin", &packed);
    assert_eq!(unpack_creation(&golden), Ok(chunk));
}

#[test]
fn the_plain_form_opens() {
    assert_eq!(unpack_changes(&[0, 1, 2, 3]), Ok(vec![1, 2, 3]));
    assert_eq!(
        unpack_group(&[0, 1, 1, b'a', 2, 8, 9]),
        Ok(vec![("a".to_owned(), vec![8, 9])])
    );
}

#[test]
fn a_group_of_alike_edits_takes_less_than_two_thirds() {
    let group: Vec<(String, Vec<u8>)> = ["cu.HQ.all.0", "cu.HQ.all.1"]
        .map(|name| (name.to_owned(), edits(name)))
        .into();
    let plain: usize = group.iter().map(|(_, changes)| changes.len()).sum();
    assert!(pack_group(&group).len() * 3 < plain * 2);
}
