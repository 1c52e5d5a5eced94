//! Packed changes unpack to the identical bytes, whatever they are, and damaged packs harm nothing.

use std::collections::BTreeMap;

use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::id::{EventId, SegmentKey};
use proptest::prelude::*;

use crate::pack::as_columns;
use crate::{
    ActorSeed, Author, Document, DocumentKey, Edit, Hand, MAX_UNPACKED, NewRecord, Registers,
    creation_changes, pack_changes, pack_group, unpack_changes, unpack_group,
};

const COLUMNS: u8 = 1;

fn author(n: u64) -> Author {
    Author {
        action: format!("{:016x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        by: ["王芳", "赵强"][n as usize % 2].to_owned(),
        device: "前台".to_owned(),
        at: 1_700_000_000_000 + n as i64 * 12_345,
    }
}

/// Returns the changes of a few edits of a segment with imported records, by two devices that meet now and then.
fn edits(name: &str, steps: &[(u64, u8)]) -> Vec<u8> {
    let key = DocumentKey::Segment(SegmentKey::parse(name).expect("valid"));
    let records: Vec<NewRecord> = (0..4)
        .map(|local| NewRecord {
            local,
            fields: BTreeMap::from([("phone".to_owned(), format!("1380000000{local}"))]),
            import: Some("i".to_owned()),
            ..NewRecord::default()
        })
        .collect();
    let base = creation_changes("i", &key, &records);
    let mut devices = [1_u8, 2].map(|n| {
        let mut document = Document::new(&ActorSeed([n; 16]));
        document.apply(&base).expect("applies");
        document
    });
    let mut all = Vec::new();
    for (at, (n, kind)) in steps.iter().enumerate() {
        let local = n % 4;
        let edit = match kind % 3 {
            0 => Edit::SetField {
                local,
                field: "phone".to_owned(),
                value: format!("139{n:08}"),
            },
            1 => Edit::Append {
                local,
                event: Box::new(CaseEvent::new(
                    EventId::from_u64(n.wrapping_add(at as u64)),
                    Step::Noted,
                    5,
                    "王芳",
                    "",
                )),
            },
            _ => Edit::SetGone {
                local,
                import: Some("i".to_owned()),
            },
        };
        let which = usize::from(kind / 3 % 2);
        if kind / 6 % 2 == 1 {
            devices[which].apply(&all).expect("applies");
        }
        let author = author(*n % 1000 + at as u64);
        if let Some(change) = devices[which].edit(&author, Hand::Person, &[edit]) {
            all.extend(change);
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn edits_are_packed_as_columns_and_come_back_byte_for_byte(
        steps in proptest::collection::vec((any::<u64>(), any::<u8>()), 0..20),
    ) {
        let changes = edits("cu.HQ.all.0", &steps);
        let packed = pack_changes(&changes);
        prop_assert_eq!(packed[0], COLUMNS);
        prop_assert_eq!(unpack_changes(&packed), Ok(changes));
    }

    #[test]
    fn a_group_comes_back_with_its_names(
        documents in proptest::collection::vec(
            ("c[ua][.]HQ[.](all|2026)[0-9]{0,2}[.][0-9]", proptest::collection::vec((any::<u64>(), any::<u8>()), 0..4)),
            0..6,
        ),
    ) {
        let group: Vec<(String, Vec<u8>)> = documents
            .into_iter()
            .map(|(name, steps)| { let changes = edits(&name, &steps); (name, changes) })
            .collect();
        let packed = pack_group(&group);
        prop_assert_eq!(packed[0], COLUMNS);
        prop_assert_eq!(unpack_group(&packed), Ok(group));
    }

    #[test]
    fn bytes_that_are_no_changes_are_kept_as_they_are(bytes in proptest::collection::vec(any::<u8>(), 0..80), name in any::<String>()) {
        prop_assert_eq!(unpack_changes(&pack_changes(&bytes)), Ok(bytes.clone()));
        let group = vec![(name, bytes)];
        prop_assert_eq!(unpack_group(&pack_group(&group)), Ok(group));
    }

    #[test]
    fn a_damaged_pack_is_refused_or_gives_other_bytes_within_the_limit(
        steps in proptest::collection::vec((any::<u64>(), any::<u8>()), 1..8),
        at in any::<prop::sample::Index>(),
        flip in 1_u8..,
        cut in any::<prop::sample::Index>(),
    ) {
        let changes = edits("cu.HQ.all.0", &steps);
        let group = pack_group(&[("cu.HQ.all.0".to_owned(), changes.clone()), ("cu.HQ.all.1".to_owned(), changes.clone())]);
        let packed = pack_changes(&changes);
        for (mut packed, one) in [(packed, true), (group, false)] {
            let whole = packed.clone();
            let place = at.index(packed.len());
            packed[place] ^= flip;
            let length = |packed: &[u8]| if one {
                unpack_changes(packed).map(|changes| changes.len())
            } else {
                unpack_group(packed).map(|group| group.iter().map(|(_, changes)| changes.len()).sum())
            };
            if let Ok(length) = length(&packed) {
                prop_assert!(length <= 2 * MAX_UNPACKED);
            }
            let cut = cut.index(whole.len());
            prop_assert!(length(&whole[..cut]).is_err() || whole[..cut].is_empty());
            prop_assert!(length(&[&whole[..], &[0]].concat()).is_err());
        }
    }

    #[test]
    fn any_bytes_unpack_without_harm(mut bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        bytes.insert(0, COLUMNS);
        let changes = unpack_changes(&bytes).map_or(0, |changes| changes.len());
        let group = unpack_group(&bytes).map_or(0, |group| group.len());
        prop_assert!(changes <= 2 * MAX_UNPACKED && group <= bytes.len());
    }
}

#[test]
fn registers_and_creations_are_packed_too() {
    let mut root = Document::new(&ActorSeed([1; 16]));
    let mut all = Vec::new();
    for n in 0..3 {
        let values = [(format!("staff/{n}"), "王芳".to_owned())];
        all.extend(root.write_registers(&author(n), &values).expect("a change"));
    }
    let key = DocumentKey::Segment(SegmentKey::parse("cu.HQ.all.0").expect("valid"));
    let records = [NewRecord {
        local: 1,
        ..NewRecord::default()
    }];
    for changes in [all, creation_changes("i", &key, &records)] {
        let packed = pack_changes(&changes);
        assert_eq!(packed[0], COLUMNS);
        assert_eq!(unpack_changes(&packed), Ok(changes));
    }
}

#[test]
fn a_pack_that_would_grow_without_bound_is_refused_and_not_made() {
    let mut document = Document::new(&ActorSeed([1; 16]));
    let long = Author {
        by: "长".repeat(MAX_UNPACKED / 30),
        ..author(1)
    };
    let mut all = Vec::new();
    for n in 0..11 {
        let values = [(format!("staff/{n}"), "王芳".to_owned())];
        all.extend(document.write_registers(&long, &values).expect("a change"));
    }
    let columns = as_columns(&all).expect("these are changes");
    assert!(
        columns.len() < MAX_UNPACKED / 4,
        "the message stands there once"
    );
    assert!(unpack_changes(&columns).is_err());
    assert!(
        unpack_changes(&pack_changes(&all)) == Ok(all),
        "kept as they are"
    );
}

#[test]
fn a_pack_of_an_unknown_form_is_refused_with_a_reason() {
    let error = unpack_changes(&[9, 1]).expect_err("an unknown form");
    assert!(error.to_string().contains("form 9"), "{error}");
    assert!(unpack_group(&[9, 1]).is_err());
    assert!(unpack_changes(&[]).is_err() && unpack_group(&[]).is_err());
}
