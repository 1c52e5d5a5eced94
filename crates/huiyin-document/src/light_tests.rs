//! A document kept without Automerge writes the same bytes, reads the same records and has the same heads as one kept by it.

use std::collections::BTreeMap;

use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::id::{EventId, SegmentKey};
use proptest::prelude::*;

use crate::{
    ActorSeed, Author, Document, DocumentKey, Edit, Hand, NewRecord, Registers, Touched,
    creation_changes,
};

fn segment() -> DocumentKey {
    DocumentKey::Segment(SegmentKey::parse("ca.HQ.202611.0").expect("valid"))
}

fn event(id: u64, note: &str) -> CaseEvent {
    let mut event = CaseEvent::new(
        EventId::from_u64(id),
        Step::Noted,
        id as i64,
        "王芳",
        "前台",
    );
    note.clone_into(&mut event.note);
    event.data.insert("k".to_owned(), "v".to_owned());
    event
}

fn records(events: &[u8]) -> Vec<NewRecord> {
    (0_u64..)
        .zip(events)
        .map(|(local, count)| NewRecord {
            local: local * 2,
            created: 5,
            received: (local % 2 == 0).then_some(7),
            import: (local != 1).then(|| "i".to_owned()),
            fields: BTreeMap::from([
                ("phone".to_owned(), format!("138{local}")),
                ("subject".to_owned(), "漏水".to_owned()),
            ]),
            events: (0..u64::from(*count)).map(|id| event(id, "a")).collect(),
            ..NewRecord::default()
        })
        .collect()
}

/// One thing that happens on one of three devices.
#[derive(Debug, Clone)]
enum Act {
    Edit(Vec<Edit>, bool),
    /// The changes of another device arrive.
    Meet(usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let field = proptest::sample::select(vec!["phone", "subject", "city"]);
    let value = proptest::sample::select(vec!["", "1380", "1381", "x", "漏水"]);
    let local = 0_u64..7;
    prop_oneof![
        4 => (local.clone(), field, value).prop_map(|(local, field, value)| Edit::SetField {
            local, field: field.to_owned(), value: value.to_owned(),
        }),
        2 => (local.clone(), 0_u64..6, "[ab]?").prop_map(|(local, id, note)| Edit::Append {
            local, event: Box::new(event(id, &note)),
        }),
        1 => (local.clone(), 0_i64..3).prop_map(|(local, at)| Edit::SetReceived { local, at }),
        1 => (local.clone(), any::<bool>()).prop_map(|(local, gone)| Edit::SetGone {
            local, import: gone.then(|| "i".to_owned()),
        }),
        1 => (local, 0_u8..3).prop_map(|(local, events)| {
            let record = records(&[events]).remove(0);
            Edit::Create(Box::new(NewRecord { local, ..record }))
        }),
    ]
}

fn act() -> impl Strategy<Value = (usize, Act)> {
    (
        0_usize..3,
        prop_oneof![
            3 => (proptest::collection::vec(edit(), 1..4), any::<bool>()).prop_map(|(edits, person)| Act::Edit(edits, person)),
            2 => (0_usize..3).prop_map(Act::Meet),
        ],
    )
}

/// Returns a document that Automerge keeps.
fn whole(actor: &ActorSeed, base: &[u8]) -> Document {
    let mut document = Document::new(actor);
    document.doc_mut();
    document.apply(base).expect("applies");
    assert!(document.light().is_none());
    document
}

fn check_same(light: &mut Document, whole: &mut Document) -> Result<(), TestCaseError> {
    prop_assert_eq!(light.heads(), whole.heads());
    prop_assert_eq!(light.changes(), whole.changes());
    prop_assert_eq!(light.is_empty(), whole.is_empty());
    prop_assert_eq!(light.record_ids(), whole.record_ids());
    for local in 0..8 {
        prop_assert_eq!(light.record(local), whole.record(local));
        prop_assert_eq!(light.has_record(local), whole.has_record(local));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn edits_and_meetings_without_automerge_are_those_with_it(
        events in proptest::collection::vec(0_u8..3, 1..4),
        acts in proptest::collection::vec(act(), 1..24),
    ) {
        let base = creation_changes("i", &segment(), &records(&events));
        let actors = [3_u8, 1, 2].map(|n| ActorSeed([n; 16]));
        let mut wholes: Vec<Document> = actors.iter().map(|actor| whole(actor, &base)).collect();
        let mut lights: Vec<Document> = actors
            .iter()
            .map(|actor| {
                let mut light = Document::new(actor);
                assert_eq!(light.apply(&base), Ok(Touched::All));
                light
            })
            .collect();
        let mut made: Vec<Vec<u8>> = vec![Vec::new(); 3];
        for (at, (device, act)) in acts.into_iter().enumerate() {
            match act {
                Act::Edit(edits, person) => {
                    let author = Author {
                        action: format!("a{at}"),
                        by: ["王芳", "赵强"][at % 2].to_owned(),
                        device: "前台".to_owned(),
                        at: at as i64 * 700,
                    };
                    let hand = if person { Hand::Person } else { Hand::Import };
                    let by_whole = wholes[device].edit(&author, hand, &edits);
                    let by_light = lights[device].edit(&author, hand, &edits);
                    prop_assert_eq!(&by_light, &by_whole);
                    made[device].extend(by_whole.unwrap_or_default());
                }
                Act::Meet(other) => {
                    let changes = made[other].clone();
                    let by_whole = wholes[device].apply(&changes);
                    let by_light = lights[device].apply(&changes);
                    prop_assert_eq!(by_light, by_whole);
                    // What was taken in is passed on.
                    made[device].extend(changes);
                }
            }
            prop_assert!(lights[device].light().is_some(), "these edits need no Automerge");
            check_same(&mut lights[device], &mut wholes[device])?;
        }
        for (light, whole) in lights.iter_mut().zip(&mut wholes) {
            let mut saved = Document::load(&light.save(), &ActorSeed([9; 16])).expect("loads");
            check_same(&mut saved, whole)?;
            light.doc_mut();
            check_same(light, whole)?;
        }
    }

    #[test]
    fn a_forged_change_is_taken_only_as_automerge_takes_it(
        acts in proptest::collection::vec(edit(), 1..4),
        at in any::<prop::sample::Index>(),
        flip in 1_u8..,
        again in any::<bool>(),
    ) {
        let base = creation_changes("i", &segment(), &records(&[1, 2]));
        let mut author = whole(&ActorSeed([1; 16]), &base);
        let Some(change) = author.edit(&Author::default(), Hand::Person, &acts) else {
            return Ok(());
        };
        let mut start = &change[crate::change::CHUNK_PREFIX..];
        let mut body = crate::columns::take_prefixed(&mut start).expect("a whole chunk").to_vec();
        let at = at.index(body.len());
        body[at] ^= flip;
        let (mut forged, _) = crate::change::chunk_of(&body);
        if again {
            forged = [change, forged].concat();
        }
        let mut by_light = Document::new(&ActorSeed([2; 16]));
        by_light.apply(&base).expect("applies");
        let (light, _) = by_light.light_mut().expect("it begins with records");
        // What is not taken in is left to Automerge, whatever that makes of it.
        if light.apply(&forged).is_ok() {
            let mut by_whole = whole(&ActorSeed([2; 16]), &base);
            prop_assert!(by_whole.apply(&forged).is_ok());
            check_same(&mut by_light, &mut by_whole)?;
            by_light.doc_mut();
            check_same(&mut by_light, &mut by_whole)?;
        }
    }
}

#[test]
fn two_imports_of_one_segment_and_changes_that_wait_come_together() {
    let one = creation_changes("i", &segment(), &records(&[1, 2]));
    let two = creation_changes("j", &segment(), &records(&[2]));
    let mut light = Document::new(&ActorSeed([1; 16]));
    light.apply(&one).expect("applies");
    assert_eq!(
        light.apply(&two),
        Ok(Touched::Keys(["0000000000000000".to_owned()].into()))
    );
    assert!(light.light().is_some());
    let mut by_whole = whole(&ActorSeed([2; 16]), &[one.clone(), two.clone()].concat());
    assert_eq!(light.record(0), by_whole.record(0));
    let set = |value: &str| Edit::SetField {
        local: 2,
        field: "phone".to_owned(),
        value: value.to_owned(),
    };
    let first = by_whole
        .edit(&Author::default(), Hand::Person, &[set("1")])
        .expect("a change");
    let second = by_whole
        .edit(&Author::default(), Hand::Person, &[set("2")])
        .expect("a change");
    // The second comes first and waits.
    assert_eq!(light.apply(&second), Ok(Touched::Keys([].into())));
    light.apply(&first).expect("applies");
    assert_eq!(light.heads(), by_whole.heads());
    assert_eq!(light.record(2), by_whole.record(2));
}

#[test]
fn registers_of_a_document_of_records_are_read_and_written_by_automerge() {
    let base = creation_changes("i", &segment(), &records(&[1]));
    let mut light = Document::new(&ActorSeed([1; 16]));
    light.apply(&base).expect("applies");
    assert_eq!(light.register("branch/HQ/name"), None);
    let values = [("branch/HQ/name".to_owned(), "总部".to_owned())];
    let edit = Edit::SetReceived { local: 0, at: 9 };
    light
        .edit(&Author::default(), Hand::Person, &[edit])
        .expect("a change");
    light
        .write_registers(&Author::default(), &values)
        .expect("a change");
    assert_eq!(light.register("branch/HQ/name").as_deref(), Some("总部"));
    assert_eq!(light.record(0).expect("there").0.received, Some(9));
}
