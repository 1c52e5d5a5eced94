//! Changes from a member who means harm, or from a broken program: chunks cut up and put together again with a checksum that fits. A
//! document takes them or refuses them; it never panics, never swells, and honest changes still go in afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use huiyin_core::calendar::WorkingCalendar;
use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::id::{EventId, RecordKind, SegmentKey};
use huiyin_core::pack::policies::Policies;
use sha2::{Digest, Sha256};

use crate::change::{DELETE, MAKE_MAP, Parts, SET, TEXT, split};
use crate::operations::{Operation, read_operations, write_operations};
use crate::record::key_of;
use crate::{
    ActorSeed, Author, Document, DocumentKey, Edit, Hand, NewRecord, Touched, creation_changes,
};

/// Mutants of each kind of document, unless told otherwise.
const MUTANTS: u32 = 600;
/// Magic, checksum and type of a chunk.
const PREFIX: usize = 9;

fn device(n: u8) -> ActorSeed {
    ActorSeed::device(&[n; 32], &[n; 16])
}

fn author(by: &str, at: i64) -> Author {
    Author {
        action: format!("a{at}"),
        by: by.to_owned(),
        device: format!("{by}-tablet"),
        at,
    }
}

fn case(local: u64) -> NewRecord {
    let fields = [
        ("subject", "漏水"),
        ("kind", "complaint"),
        ("phone", "13800000000"),
    ];
    let registered = CaseEvent::new(
        EventId::from_u64(local),
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
        fields: fields
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into_iter()
            .collect::<BTreeMap<_, _>>(),
        events: vec![registered],
        ..NewRecord::default()
    }
}

fn set(local: u64, field: &str, value: &str) -> Edit {
    Edit::SetField {
        local,
        field: field.to_owned(),
        value: value.to_owned(),
    }
}

/// A small generator of numbers (SplitMix64), so that a failure can be found again by its seed.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).expect("below a usize")
    }
}

fn chunk(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut sealed = vec![kind];
    let mut length = body.len();
    while length >= 0x80 {
        sealed.push((length & 0x7F) as u8 | 0x80);
        length >>= 7;
    }
    sealed.push(length as u8);
    sealed.extend_from_slice(body);
    let hash = Sha256::digest(&sealed);
    [&[0x85, 0x6F, 0x4A, 0x83], &hash[..4], &sealed].concat()
}

/// Returns the body of a chunk that stands alone.
fn body(chunk: &[u8]) -> Vec<u8> {
    let length = chunk[PREFIX..].iter().take_while(|byte| **byte & 0x80 != 0);
    chunk[PREFIX + length.count() + 1..].to_vec()
}

/// Returns a body with a few bytes changed, taken out, put in or doubled.
fn mutated(original: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    const TELLING: [u8; 8] = [0, 1, 0x7F, 0x80, 0xFF, 0x40, 2, 0x0F];
    let mut body = original.to_vec();
    for _ in 0..=numbers.below(3) {
        let at = numbers.below(body.len());
        match numbers.below(6) {
            0 => body[at] = numbers.next() as u8,
            1 => body[at] = TELLING[numbers.below(TELLING.len())],
            2 => body[at] ^= 1 << numbers.below(8),
            3 => drop(body.splice(at..at, [0xFF; 9].into_iter().take(1 + numbers.below(9)))),
            4 => drop(body.drain(at..(at + 1 + numbers.below(4)).min(body.len()))),
            _ => {
                let end = (at + numbers.below(24)).min(body.len());
                let again = body[at..end].to_vec();
                drop(body.splice(at..at, again));
            }
        }
        if body.is_empty() {
            body.push(0);
        }
    }
    body
}

/// Reads all that a list, a page and a relay read of a document.
fn read_all(document: &mut Document) {
    let (policies, kind) = (
        Policies::of_calendar(WorkingCalendar::china()),
        RecordKind::Case,
    );
    drop(document.rows(kind, &policies, "HQ"));
    for local in document.record_ids() {
        drop(document.record(local));
    }
    let _ = document.heads();
    let saved = document.save();
    assert!(saved.len() < 1 << 20, "it swelled to {} bytes", saved.len());
    Document::load(&saved, &device(8)).expect("what was saved loads");
}

/// What mutants are made of: the changes a device has, honest ones on top, and one more that comes after the mutant.
struct Ground {
    base: Vec<u8>,
    next: Vec<Vec<u8>>,
    after: Vec<u8>,
}

/// Documents of imported records, and of records made one by one.
fn grounds() -> [Ground; 2] {
    [true, false].map(|imported| {
        let mut writer = Document::new(&device(1));
        let base = if imported {
            let key = SegmentKey::parse("ca.HQ.202611.0").expect("valid");
            let changes =
                creation_changes("import-1", &DocumentKey::Segment(key), &[case(1), case(2)]);
            writer.apply(&changes).expect("own changes apply");
            changes
        } else {
            let create = [case(1), case(2)].map(|case| Edit::Create(Box::new(case)));
            writer
                .edit(&author("王芳", 1_700_000_000_000), Hand::Person, &create)
                .expect("a change")
        };
        let mut other = Document::new(&device(2));
        other.apply(&base).expect("own changes apply");
        let theirs = other
            .edit(
                &author("李雷", 1_700_000_100_000),
                Hand::Person,
                &[set(1, "city", "杭州")],
            )
            .expect("a change");
        let mine = writer
            .edit(
                &author("王芳", 1_700_000_200_000),
                Hand::Person,
                &[set(1, "city", "上海"), set(2, "subject", "噪声")],
            )
            .expect("a change");
        writer.apply(&theirs).expect("own changes apply");
        let settled = writer
            .edit(
                &author("王芳", 1_700_000_300_000),
                Hand::Person,
                &[set(1, "city", "宁波"), Edit::Create(Box::new(case(3)))],
            )
            .expect("a change");
        let after = writer
            .edit(
                &author("王芳", 1_700_000_400_000),
                Hand::Person,
                &[set(3, "subject", "异味")],
            )
            .expect("a change");
        Ground {
            base,
            next: vec![theirs, mine, settled],
            after,
        }
    })
}

/// Applies a mutant and what follows, and returns the words of the panic if there was one.
fn survives(ground: &Ground, place: usize, mutant: &[u8]) -> Result<(), String> {
    let done = catch_unwind(AssertUnwindSafe(|| {
        let mut document = Document::new(&device(7));
        document.apply(&ground.base).expect("honest");
        for honest in &ground.next[..place] {
            document.apply(honest).expect("honest");
        }
        let refused = document.apply(mutant).is_err();
        read_all(&mut document);
        let mut clean = Document::new(&device(7));
        clean.apply(&ground.base).expect("honest");
        for honest in ground.next.iter().chain([&ground.after]) {
            clean.apply(honest).expect("honest");
            // One that was taken may carry the author's next number, and stands in the way of that author alone.
            let taken = document.apply(honest);
            assert!(
                taken.is_ok() || !refused,
                "an honest change after a refused one"
            );
        }
        assert!(
            !refused || document.heads() == clean.heads(),
            "a refused change left something"
        );
        read_all(&mut document);
        let mut edited = Document::load(&document.save(), &device(7)).expect("it was saved");
        edited.edit(
            &author("韩梅梅", 1_700_000_500_000),
            Hand::Person,
            &[set(2, "city", "北京")],
        );
    }));
    done.map_err(|panic| {
        let words = panic.downcast_ref::<String>().cloned();
        words
            .or_else(|| {
                panic
                    .downcast_ref::<&str>()
                    .map(|words| (*words).to_owned())
            })
            .unwrap_or_default()
    })
}

/// Returns the chunk of a change whose meaning was changed: well written, and telling of things that are not there.
fn twisted(original: &[u8], others: &[Vec<u8>], numbers: &mut Numbers) -> Vec<u8> {
    let change = split(original).expect("honest").remove(0);
    let all = others
        .iter()
        .flat_map(|chunk| split(chunk).expect("honest"));
    let hashes: Vec<[u8; 32]> = all.map(|other| other.hash).collect();
    let mut operations =
        read_operations(&change.columns, change.operations()).expect("honest operations");
    let strangers: [&[u8]; 3] = [&[7; 32], &[1], &[9; 40]];
    let mut twisted = Parts {
        dependencies: change.dependencies.clone(),
        actor: change.actor,
        sequence: change.sequence,
        first_operation: change.first_operation,
        seconds: change.seconds,
        message: change.message,
        other_actors: change.other_actors.clone(),
        columns: Vec::new(),
        hash: [0; 32],
    };
    let near = |number: u64, numbers: &mut Numbers| match numbers.below(8) {
        0 => 0,
        1 => u64::from(u32::MAX),
        2 => u64::MAX,
        _ => number
            .saturating_add(numbers.below(9) as u64)
            .saturating_sub(4),
    };
    for _ in 0..=numbers.below(2) {
        let at = numbers.below(operations.len());
        match numbers.below(12) {
            0 => twisted.sequence = near(twisted.sequence, numbers),
            1 => twisted.first_operation = near(twisted.first_operation, numbers),
            2 => twisted.seconds = [i64::MIN, i64::MAX, -1][numbers.below(3)],
            3 => twisted.dependencies = vec![hashes[numbers.below(hashes.len())]],
            4 => twisted.dependencies.push([0xEE; 32]),
            5 => twisted.actor = strangers[numbers.below(3)],
            6 => {
                twisted.other_actors.push(strangers[numbers.below(3)]);
                twisted.other_actors.sort_unstable();
            }
            7 => {
                let object = (
                    numbers.below(3) as u64,
                    near(change.first_operation, numbers),
                );
                operations[at].object = Some(object).filter(|_| numbers.below(4) > 0);
            }
            8 => {
                let counter = near(change.first_operation, numbers);
                operations[at].predecessors = vec![(numbers.below(3) as u64, counter)];
            }
            9 => operations[at].action = [MAKE_MAP, SET, DELETE, 2, 4, 5, 6, 7][numbers.below(8)],
            10 => operations[at].kind = numbers.below(16) as u64,
            _ => {
                let again: Operation<'_> = operations[at].clone();
                operations.insert(numbers.below(operations.len()), again);
                operations[at].key = ["", "subject", "1", "e"][numbers.below(4)];
                operations[at].kind = TEXT;
            }
        }
    }
    let columns = write_operations(&operations);
    twisted.columns = columns
        .iter()
        .map(|(specification, column)| (*specification, column.as_slice()))
        .collect();
    twisted.chunk().0
}

#[test]
fn changes_cut_up_or_twisted_with_a_fitting_checksum_never_panic() {
    let mutants = std::env::var("HUIYIN_MUTANTS")
        .ok()
        .and_then(|number| number.parse().ok())
        .unwrap_or(MUTANTS);
    let mut found: BTreeMap<String, (u32, u64)> = BTreeMap::new();
    for (kind, ground) in grounds().iter().enumerate() {
        let bodies: Vec<Vec<u8>> = ground.next.iter().map(|chunk| body(chunk)).collect();
        assert_eq!(
            chunk(1, &bodies[0]),
            ground.next[0],
            "a chunk put together again is the same"
        );
        for number in 0..mutants {
            let seed = u64::from(number) << 1 | kind as u64;
            let numbers = &mut Numbers(seed);
            let place = numbers.below(bodies.len());
            let mutant = if number % 2 == 0 {
                chunk(1, &mutated(&bodies[place], numbers))
            } else {
                twisted(&ground.next[place], &ground.next, numbers)
            };
            if let Err(words) = survives(ground, place, &mutant) {
                let one = found.entry(words).or_insert((0, seed));
                one.0 += 1;
            }
        }
    }
    assert!(found.is_empty(), "panics, how often and a seed: {found:#?}");
}

/// Applies changes that are refused and returns whether anything of them stayed.
#[track_caller]
fn leaves_something(document: &mut Document, changes: &[u8]) -> bool {
    let before = (document.heads(), document.record_ids());
    document.apply(changes).expect_err("one of them is none");
    read_all(document);
    (document.heads(), document.record_ids()) != before
}

#[test]
fn of_changes_that_come_together_all_are_taken_or_none() {
    for ground in grounds() {
        let change = split(&ground.after).expect("honest").remove(0);
        // Well written, and not the author's next: only what is known of the document tells.
        let skipped = Parts {
            sequence: change.sequence + 1,
            ..change
        };
        let bad = skipped.chunk().0;
        let mut document = Document::new(&device(7));
        document.apply(&ground.base).expect("honest");
        let [theirs, mine, settled] = &ground.next[..] else {
            panic!("three honest changes")
        };
        let together = [theirs, mine, settled, &bad].map(Vec::as_slice).concat();
        assert!(!leaves_something(&mut document, &together));
        // What was honest counts, and says what it touches, when it comes alone.
        let touched = document.apply(theirs).expect("honest");
        assert_eq!(touched, Touched::Keys(BTreeSet::from([key_of(1)])));
        let mut new = Document::new(&device(7));
        let together = [&ground.base, theirs, mine, settled, &bad].map(Vec::as_slice);
        assert!(!leaves_something(&mut new, &together.concat()));
        new.apply(&ground.base).expect("honest");
        assert_eq!(new.record_ids(), BTreeSet::from([1, 2]));
    }
}
