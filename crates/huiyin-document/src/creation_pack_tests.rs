//! Packed creations unpack to the identical bytes, and damaged ones harm nothing.

use std::collections::BTreeMap;

use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::id::EventId;
use proptest::prelude::*;

use crate::columns::{put_prefixed, put_unsigned};
use crate::creation_tests::{is_plain, record, segment};
use crate::kept_creation::KeptCreation;
use crate::{
    ActorSeed, Author, Document, Edit, Hand, MAX_UNPACKED, NewRecord, creation_changes,
    creation_hash, is_creation_of_newer_form, pack_changes, pack_creation, unpack_creation,
};

/// A case as an import makes it: dated, with a reference to its customer and a course of events an hour apart.
fn imported(row: u64) -> NewRecord {
    let received = 1_700_000_000_000 + row as i64 * 3_000_000;
    let fields = [
        ("category", ["质量", "配送"][row as usize % 2].to_owned()),
        ("customer", format!("cu.HQ.all.0.{:016x}", (row * 7) << 16)),
        ("description", format!("第{row}件:收到时外壳已裂")),
        ("received_at", "2023-11-15".to_owned()),
    ];
    let id = |at: u64| EventId::from_u64((row << 16) + at);
    let mut events = Vec::new();
    for at in 1..4 {
        let time = received + (at as i64 - 1) * 3_600_000;
        let mut event = CaseEvent::new(id(at), Step::Noted, time, "王芳", "");
        if at > 1 {
            event.after = vec![id(at - 1)];
        }
        events.push(event);
    }
    NewRecord {
        local: row << 16,
        created: received,
        received: Some(received),
        import: Some("0123456789abcdef".to_owned()),
        fields: fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        events,
        ..NewRecord::default()
    }
}

fn chunk(count: u64) -> Vec<u8> {
    let records: Vec<NewRecord> = (1..=count).map(imported).collect();
    creation_changes("0123456789abcdef-00000000", &segment(), &records)
}

/// A packed creation makes the document that its change makes, and both go on alike; where the change makes none, neither does.
fn check_opened(chunk: &[u8], packed: Vec<u8>) {
    let is_kept = KeptCreation::of(chunk.to_vec()).is_ok();
    let is_kept_packed = KeptCreation::of_packed(packed.clone()).is_ok();
    assert_eq!(is_kept_packed, is_kept, "both forms are looked at alike");
    let seed = ActorSeed([7; 16]);
    let (mut plain, mut opened) = (Document::new(&seed), Document::new(&seed));
    let whole = plain.apply_kept(chunk);
    let taken = opened.apply_packed(packed, Some(creation_hash(chunk)), &[]);
    assert_eq!(taken.is_ok(), whole.is_ok(), "{taken:?} {whole:?}");
    if whole.is_err() {
        return;
    }
    let both = |plain: &mut Document, opened: &mut Document| {
        assert_eq!(opened.heads(), plain.heads());
        assert_eq!(opened.record_ids(), plain.record_ids());
        for local in plain.record_ids() {
            assert_eq!(opened.record(local), plain.record(local));
        }
        assert_eq!(opened.all_chunks(), plain.all_chunks());
    };
    both(&mut plain, &mut opened);
    let Some(local) = plain.record_ids().last().copied() else {
        return;
    };
    let edit = [Edit::SetField {
        local,
        field: "note".to_owned(),
        value: "later".to_owned(),
    }];
    let author = Author::default();
    let changed = plain.edit(&author, Hand::Person, &edit);
    assert_eq!(opened.edit(&author, Hand::Person, &edit), changed);
    both(&mut plain, &mut opened);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn creations_come_back_byte_for_byte(
        import in "[a-z0-9]{0,5}",
        records in proptest::collection::vec(record(), 1..6),
    ) {
        let chunk = creation_changes(&import, &segment(), &records);
        let packed = pack_creation(&chunk);
        if records.iter().all(is_plain) {
            prop_assert!(packed.is_some(), "an ordinary creation is packed");
        }
        if let Some(packed) = packed {
            prop_assert_eq!(unpack_creation(&packed), Ok(chunk.clone()));
            check_opened(&chunk, packed);
        }
    }

    #[test]
    fn a_damaged_pack_is_refused_or_gives_other_bytes_within_the_limit(
        count in 1_u64..6,
        at in any::<prop::sample::Index>(),
        flip in 1_u8..,
        cut in any::<prop::sample::Index>(),
    ) {
        let chunk = chunk(count);
        let whole = pack_creation(&chunk).expect("an ordinary creation");
        let mut packed = whole.clone();
        let at = at.index(packed.len());
        packed[at] ^= flip;
        if let Ok(other) = unpack_creation(&packed) {
            prop_assert!(other.len() <= 2 * MAX_UNPACKED);
            check_opened(&other, packed);
        }
        prop_assert!(unpack_creation(&whole[..cut.index(whole.len())]).is_err());
        prop_assert!(unpack_creation(&[&whole[..], &[0]].concat()).is_err());
    }

    #[test]
    fn any_bytes_unpack_without_harm(mut bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        bytes.insert(0, 1);
        let length = unpack_creation(&bytes).map_or(0, |chunk| chunk.len());
        prop_assert!(length <= 2 * MAX_UNPACKED);
        // What is no creation is not packed.
        prop_assert_eq!(pack_creation(&bytes), None);
    }
}

#[test]
fn what_follows_from_the_rest_takes_no_place() {
    let chunk = chunk(64);
    let packed = pack_creation(&chunk).expect("an ordinary creation");
    assert!(
        packed.len() * 4 < chunk.len(),
        "{} of {}",
        packed.len(),
        chunk.len()
    );
    // A text of which most is new is kept once.
    let descriptions: usize = (1..=64)
        .map(|row| imported(row).fields["description"].len())
        .sum();
    assert!(packed.len() < 3 * descriptions, "{}", packed.len());
}

#[test]
fn values_that_only_look_like_ids_and_dates_stay_as_they_are() {
    let odd = [
        "cu.HQ.all.0.00000000000A0000",
        "cu.0123",
        "0000000000010001",
        "2026-02-30",
        "0000-01-01",
        "9999-12-31",
        "２０２６-01-01",
        ".0000000000000000",
        "",
    ];
    let records: Vec<NewRecord> = (1..)
        .zip(odd)
        .map(|(row, text)| NewRecord {
            fields: BTreeMap::from([
                ("customer".to_owned(), text.to_owned()),
                ("received_at".to_owned(), text.to_owned()),
            ]),
            created: [i64::MIN, i64::MAX, 0][row as usize % 3],
            received: Some(row as i64),
            ..imported(row)
        })
        .collect();
    let chunk = creation_changes("i", &segment(), &records);
    let packed = pack_creation(&chunk).expect("an ordinary creation");
    assert_eq!(unpack_creation(&packed), Ok(chunk));
}

#[test]
fn a_change_that_is_no_creation_is_not_packed() {
    let one = chunk(1);
    assert_eq!(pack_creation(&[&one[..], &one].concat()), None);
    assert_eq!(pack_creation(&pack_changes(&one)), None);
    assert_eq!(pack_creation(&[]), None);
    let mut wrong = one;
    wrong[5] ^= 1;
    assert_eq!(pack_creation(&wrong), None, "its checksum would be mended");
}

/// A pack whose only column names one long text again and again.
fn bomb(records: u64, length: usize) -> Vec<u8> {
    let mut packed = vec![1];
    packed.extend_from_slice(&[7; 16]);
    put_prefixed(&mut packed, b"i");
    put_unsigned(&mut packed, records);
    // One shape: the map of events, then a text. Events have none.
    packed.extend_from_slice(&[1, 2, 2, b'_', b'e', 0, 1, b'a', 6, 0]);
    for stream in [1, 0, 0] {
        put_prefixed(&mut packed, &vec![stream; records as usize]);
    }
    put_prefixed(&mut packed, &[]);
    put_prefixed(&mut packed, &[]);
    let mut codes = vec![4; records as usize];
    codes[0] = 1;
    put_prefixed(&mut packed, &codes);
    let mut lengths = Vec::new();
    put_unsigned(&mut lengths, length as u64);
    put_prefixed(&mut packed, &lengths);
    put_prefixed(&mut packed, &[]);
    put_prefixed(&mut packed, &[]);
    put_prefixed(&mut packed, &vec![b'x'; length]);
    packed
}

#[test]
fn a_pack_that_would_grow_without_bound_is_refused() {
    let fits = unpack_creation(&bomb(8, 1_000)).expect("a small one is no bomb");
    assert!(fits.len() > 8_000);
    assert!(unpack_creation(&bomb(8 * 1_024, 4_096)).is_err());
}

#[test]
fn shapes_of_too_many_fields_are_refused_and_such_a_creation_is_not_packed() {
    let records: Vec<NewRecord> = (1..3)
        .map(|row| NewRecord {
            fields: (0..40_000)
                .map(|field| (format!("x:{row}-{field}"), "1".to_owned()))
                .collect(),
            ..imported(row)
        })
        .collect();
    let one = creation_changes("i", &segment(), &records[..1]);
    let packed = pack_creation(&one).expect("an ordinary creation");
    assert_eq!(unpack_creation(&packed), Ok(one));
    let both = creation_changes("i", &segment(), &records);
    assert_eq!(pack_creation(&both), None);
}

#[test]
fn a_pack_of_a_newer_form_is_known_as_such() {
    let packed = pack_creation(&chunk(1)).expect("an ordinary creation");
    assert!(!is_creation_of_newer_form(&packed));
    assert!(is_creation_of_newer_form(&[2, 0]));
    let error = unpack_creation(&[2, 0]).expect_err("an unknown form");
    assert!(error.to_string().contains("form 2"), "{error}");
    assert!(unpack_creation(&[]).is_err());
}
