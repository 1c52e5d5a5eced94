//! Creation changes written and read here are those of Automerge: held by properties against the change Automerge makes itself.

use std::collections::{BTreeMap, HashMap};

use automerge::hydrate::Value;
use automerge::transaction::Transactable;
use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::id::{EventId, SegmentKey};
use huiyin_core::pack::PackRef;
use proptest::prelude::*;

use crate::creation::record_value;
use crate::record::key_of;
use crate::{
    ActorSeed, Author, CreatedConflict, Creation, Document, DocumentKey, NewRecord, Record,
    creation_changes, read_creation, schema,
};

/// The way changes were made before they were written directly.
fn through_automerge(import: &str, document: &DocumentKey, records: &[NewRecord]) -> Vec<u8> {
    let name = document.to_string();
    let mut base = Document::new(&ActorSeed::creation(import, &name, 0));
    let root: HashMap<String, Value> = records
        .iter()
        .map(|record| (key_of(record.local), record_value(record)))
        .collect();
    base.doc_mut()
        .init_root_from_hydrate(&root.into())
        .expect("the root is a map");
    let author = Author {
        action: import.to_owned(),
        ..Author::default()
    };
    base.commit(&author).unwrap_or_default()
}

pub(crate) fn segment() -> DocumentKey {
    DocumentKey::Segment(SegmentKey::parse("ca.HQ.202611.0").expect("valid"))
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[a-z]{1,3}",
        "[漏水a\u{1F600}\t\n ]{0,90}",
        any::<String>()
    ]
}

fn maybe<T: std::fmt::Debug + Clone>(
    some: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Option<T>> {
    proptest::option::of(some)
}

fn number() -> impl Strategy<Value = i64> {
    prop_oneof![any::<i64>(), -70_i64..70, Just(1_700_000_000_000)]
}

prop_compose! {
    fn event()(
        id in 0_u64..6,
        step in proptest::sample::select(Step::ALL),
        (at, amount) in (number(), maybe(number())),
        texts in proptest::collection::vec(text(), 3),
        maybes in proptest::collection::vec(maybe(text()), 9),
        after in proptest::collection::vec(any::<u64>(), 0..3),
        (satisfied, score) in (maybe(any::<bool>()), maybe(any::<u8>())),
        data in proptest::collection::btree_map(text(), text(), 0..4),
    ) -> CaseEvent {
        let mut event = CaseEvent::new(EventId::from_u64(id), step, at, &texts[0], &texts[1]);
        event.note.clone_from(&texts[2]);
        event.after = after.into_iter().map(EventId::from_u64).collect();
        let mut maybes = maybes.into_iter();
        let mut next = || maybes.next().flatten();
        event.reason = next();
        event.assignee = next();
        event.department = next();
        event.to_branch = next();
        event.cause = next();
        event.conclusion = next();
        event.countermeasure = next();
        event.prevention = next();
        event.imported_state = next();
        event.satisfied = satisfied;
        event.score = score;
        event.amount = amount;
        event.data = data;
        event
    }
}

fn field() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,2}",
        "x:[a-z文]{0,2}",
        "_[a-z]",
        Just("d:remedy".to_owned()),
        any::<String>(),
    ]
}

prop_compose! {
    pub(crate) fn record()(
        local in prop_oneof![0_u64..20, any::<u64>()],
        (number, created_by) in (text(), text()),
        created in number(),
        received in maybe(number()),
        (clock, pack, import) in (maybe(text()), maybe(text()), maybe(text())),
        fields in proptest::collection::btree_map(field(), text(), 0..8),
        events in proptest::collection::vec(event(), 0..5),
    ) -> NewRecord {
        NewRecord {
            local, number, created, created_by, received, clock,
            pack: pack.map(PackRef),
            import, fields, events,
            conflicts: BTreeMap::new(),
        }
    }
}

prop_compose! {
    fn conflict()(at in number(), value in "[ab]?", by in text(), device in text()) -> CreatedConflict {
        // Times further off do not fit the seconds of a change.
        CreatedConflict { at: at / 1000, value, by, device }
    }
}

pub(crate) fn is_plain(record: &NewRecord) -> bool {
    record
        .fields
        .keys()
        .all(|name| !name.is_empty() && !name.starts_with(schema::BOOKKEEPING))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn the_change_is_byte_for_byte_the_one_automerge_makes(
        import in "[a-z0-9\t]{0,5}",
        records in proptest::collection::vec(record(), 0..6),
    ) {
        let made = creation_changes(&import, &segment(), &records);
        prop_assert_eq!(made, through_automerge(&import, &segment(), &records));
    }

    #[test]
    fn a_record_is_known_without_reading_the_document(
        mut records in proptest::collection::vec(record(), 1..4),
        conflicts in proptest::collection::btree_map(field(), proptest::collection::vec(conflict(), 0..4), 0..3),
    ) {
        records[0].conflicts = conflicts;
        let made = Creation::of("i", &segment(), &records);
        let mut document = Document::new(&ActorSeed([9; 16]));
        document.apply(&made.changes).expect("a change made here applies");
        if records[1..].iter().any(|other| other.local == records[0].local) {
            return Ok(());
        }
        prop_assert_eq!(document.record_ids().len(), made.records.len());
        for record in &made.records {
            let (read, issues) = document.record(record.local).expect("it was created");
            prop_assert_eq!(&read, record);
            prop_assert_eq!(issues, vec![]);
        }
    }

    #[test]
    fn what_is_read_from_a_change_is_what_the_document_reads(
        records in proptest::collection::vec(record(), 1..6),
    ) {
        let chunk = creation_changes("import-1", &segment(), &records);
        let read = read_creation(&chunk);
        if records.iter().all(is_plain) {
            prop_assert!(read.is_some(), "an ordinary creation is read directly");
        }
        if let Some(read) = read {
            let mut document = Document::new(&ActorSeed([9; 16]));
            document.apply(&chunk).expect("a change made here applies");
            let slow: Vec<Record> = document
                .record_ids()
                .into_iter()
                .filter_map(|local| Some(document.record(local)?.0))
                .collect();
            prop_assert_eq!(read, slow);
        }
    }

    #[test]
    fn a_damaged_change_is_never_read(
        records in proptest::collection::vec(record(), 1..4),
        at in any::<prop::sample::Index>(),
        flip in 1_u8..,
    ) {
        let mut chunk = creation_changes("i", &segment(), &records);
        let at = at.index(chunk.len());
        chunk[at] ^= flip;
        prop_assert_eq!(read_creation(&chunk), None);
        chunk[at] ^= flip;
        prop_assert_eq!(read_creation(&chunk[..at]), None);
        chunk.push(0);
        prop_assert_eq!(read_creation(&chunk), None);
    }

    #[test]
    fn a_damaged_body_under_a_right_checksum_is_read_only_as_automerge_reads_it(
        records in proptest::collection::vec(record(), 1..4),
        at in any::<prop::sample::Index>(),
        flip in 1_u8..,
    ) {
        let chunk = creation_changes("i", &segment(), &records);
        let mut start = &chunk[crate::change::CHUNK_PREFIX..];
        let mut body = crate::columns::take_prefixed(&mut start).expect("a whole chunk").to_vec();
        let at = at.index(body.len());
        body[at] ^= flip;
        let (forged, _) = crate::change::chunk_of(&body);
        if let Some(read) = read_creation(&forged) {
            let mut document = Document::new(&ActorSeed([9; 16]));
            document.apply(&forged).expect("what was read applies");
            let slow: Vec<Record> = document
                .record_ids()
                .into_iter()
                .filter_map(|local| Some(document.record(local)?.0))
                .collect();
            prop_assert_eq!(read, slow);
        }
    }

    #[test]
    fn any_bytes_are_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let (chunk, _) = crate::change::chunk_of(&bytes);
        prop_assert_eq!(read_creation(&bytes), None);
        prop_assert_eq!(read_creation(&chunk), None);
    }
}

#[test]
fn the_hash_of_the_genesis_is_the_one_every_creation_builds_on() {
    assert_eq!(
        Document::new(&ActorSeed([1; 16])).heads(),
        [schema::GENESIS_HASH]
    );
}

#[test]
fn a_change_with_conflicts_or_by_the_genesis_actor_goes_the_long_way() {
    let conflict = |value: &str| CreatedConflict {
        value: value.to_owned(),
        ..CreatedConflict::default()
    };
    let mut record = NewRecord {
        local: 1,
        ..NewRecord::default()
    };
    let plain = creation_changes("i", &segment(), std::slice::from_ref(&record));
    assert!(read_creation(&plain).is_some());
    let twice = [plain.clone(), plain].concat();
    assert_eq!(read_creation(&twice), None, "two changes");
    record.conflicts = BTreeMap::from([("name".to_owned(), vec![conflict("a"), conflict("b")])]);
    let made = creation_changes("i", &segment(), std::slice::from_ref(&record));
    assert_eq!(read_creation(&made), None);
    let (forged, _) = crate::creation_change::write_creation(&schema::GENESIS_ACTOR, "i", &[]);
    assert_eq!(read_creation(&forged), None);
}

#[test]
fn records_out_of_order_or_twice_are_left_to_automerge() {
    let new = |local| NewRecord {
        local,
        ..NewRecord::default()
    };
    let (one, two) = (new(1), new(2));
    let forged = |records: &[&NewRecord]| {
        let made: Vec<_> = records.iter().map(|record| record.made()).collect();
        crate::creation_change::write_creation(&[7; 16], "i", &made).0
    };
    assert!(read_creation(&forged(&[&one, &two])).is_some());
    assert_eq!(read_creation(&forged(&[&two, &one])), None);
    assert_eq!(read_creation(&forged(&[&one, &one])), None);
}
