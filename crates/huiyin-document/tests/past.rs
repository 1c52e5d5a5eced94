//! What was written in a record when, and the record as it stood: the same as a document that never had the later changes.

use std::collections::BTreeMap;

use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::id::{EventId, SegmentKey};
use huiyin_document::{
    ActorSeed, Author, Document, DocumentKey, Edit, Hand, NewRecord, Record, creation_changes,
};
use proptest::prelude::*;

const IMPORT: &str = "00000000000000aa";
const START: i64 = 1_700_000_000_000;

fn author(by: &str, at: i64) -> Author {
    Author {
        action: format!("{at:016x}"),
        by: by.to_owned(),
        device: format!("{by}-tablet"),
        at,
    }
}

fn device(n: u8) -> ActorSeed {
    ActorSeed::device(&[n; 32], &[n; 16])
}

fn set(field: &str, value: &str) -> Edit {
    Edit::SetField {
        local: 1,
        field: field.to_owned(),
        value: value.to_owned(),
    }
}

fn customer(local: u64) -> NewRecord {
    NewRecord {
        local,
        created: START,
        fields: BTreeMap::from([
            ("name".to_owned(), format!("客户{local}")),
            ("phone".to_owned(), "100".to_owned()),
        ]),
        ..NewRecord::default()
    }
}

fn imported() -> Vec<u8> {
    let segment = SegmentKey::parse("cu.HQ.all.0").expect("a segment");
    let records: Vec<NewRecord> = (1..=3)
        .map(|local| NewRecord {
            import: Some(IMPORT.to_owned()),
            ..customer(local)
        })
        .collect();
    creation_changes(IMPORT, &DocumentKey::Segment(segment), &records)
}

fn noted(n: u64, at: i64) -> Edit {
    let event = CaseEvent::new(EventId::from_u64(n), Step::Noted, at, "王芳", "前台");
    Edit::Append {
        local: 1,
        event: Box::new(event),
    }
}

fn read(document: &Document) -> Option<Record> {
    document.record(1).map(|(record, _)| record)
}

#[test]
fn every_write_is_told_with_what_it_took_the_place_of() {
    let mut a = Document::new(&device(1));
    let mut b = Document::new(&device(2));
    let imported = imported();
    for document in [&mut a, &mut b] {
        document.apply(&imported).expect("the import applies");
    }
    let one = author("王芳", START + 1_000);
    let from_a = a.edit(&one, Hand::Person, &[set("phone", "111")]);
    let two = author("李雷", START + 2_000);
    let from_b = b.edit(&two, Hand::Person, &[set("phone", "222"), set("name", "")]);
    a.apply(&from_b.expect("a change")).expect("it applies");
    b.apply(&from_a.expect("a change")).expect("it applies");
    let three = author("王芳", START + 3_000);
    a.edit(&three, Hand::Person, &[set("phone", "222")]);
    let past = a.past(1).expect("the record is here");
    assert_eq!(past.unread, 0);
    let told: Vec<_> = past
        .writes()
        .into_iter()
        .filter(|write| write.field == "phone")
        .map(|write| {
            let mut before = write.before;
            before.sort();
            (
                write.value,
                before.join(","),
                write.author.by,
                write.import,
                write.holds,
            )
        })
        .collect();
    let line = |value: &str, before: &str, by: &str, import, holds| {
        (
            value.to_owned(),
            before.to_owned(),
            by.to_owned(),
            import,
            holds,
        )
    };
    assert_eq!(
        told,
        [
            line("100", "", "", true, false),
            line("111", "100", "王芳", false, false),
            line("222", "100", "李雷", false, false),
            line("222", "111,222", "王芳", false, true),
        ]
    );
    let name = past
        .writes()
        .into_iter()
        .rfind(|write| write.field == "name");
    let name = name.expect("the name was removed");
    assert_eq!(
        (name.value.as_str(), &name.before[..]),
        ("", &["客户1".to_owned()][..])
    );
    assert!(!name.made && past.writes()[0].made);
    // Of the two written apart both are changes since the other.
    assert!(past.changed_since(&one.action, "phone"));
    assert!(!past.changed_since(&three.action, "phone"));
    assert!(!past.changed_since(&two.action, "name"));
    let before = past.before(&three.action);
    let (then, _) = past.record(&before).expect("it was there");
    assert_eq!(then.fields["phone"].conflict.len(), 2);
}

#[test]
fn imported_records_are_there_from_the_import_on() {
    let mut document = Document::new(&device(1));
    document.apply(&imported()).expect("the import applies");
    let one = author("王芳", START + 60_000);
    document.edit(&one, Hand::Person, &[set("phone", "111")]);
    let past = document.past(1).expect("the record is here");
    let at = |time| {
        let import = |id: &str| (id == IMPORT).then_some(START + 30_000);
        past.record(&past.until(time, import))
            .map(|(record, _)| record.field("phone").to_owned())
    };
    assert_eq!(at(START + 29_000), None);
    assert_eq!(at(START + 30_000).as_deref(), Some("100"));
    assert_eq!(at(START + 60_000).as_deref(), Some("111"));
    assert_eq!(past.later(&past.until(START + 30_000, |_| Some(0))), 1);
}

#[test]
fn a_clock_far_ahead_hides_its_own_work_and_what_was_built_on_it_only() {
    let mut a = Document::new(&device(1));
    let mut b = Document::new(&device(2));
    let made = a.edit(
        &author("王芳", START),
        Hand::Person,
        &[Edit::Create(Box::new(customer(1)))],
    );
    b.apply(&made.expect("a change")).expect("it applies");
    let ahead = author("李雷", START + 300_000_000_000);
    let from_b = b.edit(&ahead, Hand::Person, &[set("city", "宁波")]);
    let right = author("王芳", START + 1_000);
    a.edit(&right, Hand::Person, &[set("phone", "111")]);
    a.apply(&from_b.expect("a change")).expect("it applies");
    let past = a.past(1).expect("the record is here");
    let (then, _) = past
        .record(&past.until(START + 2_000, |_| None))
        .expect("it was there");
    assert_eq!((then.field("phone"), then.field("city")), ("111", ""));
}

#[derive(Debug, Clone)]
enum Act {
    Set(bool, &'static str, &'static str),
    Note(bool),
    Meet,
}

fn act() -> impl Strategy<Value = Act> {
    let field = prop_oneof![Just("phone"), Just("city"), Just("x:旧系统")];
    let value = prop_oneof![Just(""), Just("a"), Just("b"), Just("c")];
    prop_oneof![
        4 => (any::<bool>(), field, value).prop_map(|(a, field, value)| Act::Set(a, field, value)),
        1 => any::<bool>().prop_map(Act::Note),
        2 => Just(Act::Meet),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_record_of_any_time_is_that_of_a_document_without_the_later_changes(
        light in any::<bool>(),
        acts in proptest::collection::vec(act(), 1..24),
    ) {
        let mut documents = [Document::new(&device(1)), Document::new(&device(2))];
        let first = if light {
            imported()
        } else {
            let records = [Edit::Create(Box::new(customer(1))), Edit::Create(Box::new(customer(2)))];
            let mut maker = Document::new(&device(7));
            maker.edit(&author("王芳", START), Hand::Person, &records).expect("a change")
        };
        let mut all = vec![(START, first.clone())];
        let mut sent = [1, 1];
        for document in &mut documents {
            document.apply(&first).expect("it applies");
        }
        for (n, act) in acts.iter().enumerate() {
            let at = START + 1_000 * (n as i64 + 1);
            let (own, edit) = match act {
                Act::Set(own, field, value) => (usize::from(*own), set(field, value)),
                Act::Note(own) => (usize::from(*own), noted(n as u64, at)),
                Act::Meet => {
                    for (document, sent) in documents.iter_mut().zip(&mut sent) {
                        for (_, change) in &all[*sent..] {
                            document.apply(change).expect("it applies");
                        }
                        *sent = all.len();
                    }
                    continue;
                }
            };
            let by = ["王芳", "李雷"][own];
            if let Some(change) = documents[own].edit(&author(by, at), Hand::Person, &[edit]) {
                all.push((at, change));
            }
        }
        let [mut whole, _] = documents;
        for (_, change) in &all[sent[0]..] {
            whole.apply(change).expect("it applies");
        }
        let past = whole.past(1).expect("the record is here");
        prop_assert_eq!(past.unread, 0);
        prop_assert_eq!(past.record(&past.now()).map(|(record, _)| record), read(&whole));
        for n in 0..=acts.len() {
            let time = START + 1_000 * n as i64;
            let mut then = Document::new(&device(9));
            for (_, change) in all.iter().filter(|(at, _)| *at <= time) {
                then.apply(change).expect("it applies");
            }
            let told = past.record(&past.until(time, |_| Some(START)));
            prop_assert_eq!(told.map(|(record, _)| record), read(&then));
        }
    }
}
