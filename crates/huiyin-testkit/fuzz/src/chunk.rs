//! Changes of documents as a member who means harm writes them: the checksum fits, what stands behind it is the input's.
//!
//! A document takes them or refuses them whole; honest records stay readable, honest changes go in afterwards, and what is saved loads.
//! Also the packed forms changes travel in, and pieces of attachments. Long: the targets share the ground they act on.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use huiyin_core::calendar::WorkingCalendar;
use huiyin_core::case::{CaseEvent, Step};
use huiyin_core::id::{EventId, RecordKind, SegmentKey};
use huiyin_core::pack::policies::Policies;
use huiyin_document::blob::read_piece;
use huiyin_document::{
    ActorSeed, Author, Document, DocumentKey, Edit, Hand, NewRecord, creation_changes,
    pack_changes, pack_creation, pack_group, unpack_changes, unpack_creation, unpack_group,
    unpack_with_hash,
};
use sha2::{Digest, Sha256};

use super::script::Script;

/// Start of every chunk.
const MAGIC: [u8; 4] = [0x85, 0x6F, 0x4A, 0x83];
/// Magic, checksum and type of a chunk.
const PREFIX: usize = 9;
/// Most bytes a document of these few records may save to.
const MAX_SAVED: usize = 1 << 20;
/// How many pairs of an honest body and instructions are read from an input.
const MAX_PATCHES: usize = 64;

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

/// Returns a body as a chunk with a fitting checksum.
///
/// **Source:** Automerge binary format, "Chunk Container".
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
    [&MAGIC, &hash[..4], &sealed].concat()
}

/// Returns the body of a chunk that stands alone.
fn body(chunk: &[u8]) -> &[u8] {
    let length = chunk[PREFIX..].iter().take_while(|byte| **byte & 0x80 != 0);
    &chunk[PREFIX + length.count() + 1..]
}

/// What a device has, honest changes on top of it, and one more that comes after the hostile one.
struct Ground {
    base: Vec<u8>,
    next: Vec<Vec<u8>>,
    after: Vec<u8>,
    /// Heads with all honest changes.
    heads: Vec<[u8; 32]>,
}

impl Ground {
    /// Returns a document of imported records, or of records made one by one.
    fn new(imported: bool) -> Self {
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
        Self {
            base,
            next: vec![theirs, mine, settled],
            after,
            heads: writer.heads(),
        }
    }

    /// Returns a document with the base and the first honest changes.
    fn document(&self, place: usize) -> Document {
        let mut document = Document::new(&device(7));
        document.apply(&self.base).expect("honest");
        for honest in &self.next[..place] {
            document.apply(honest).expect("honest");
        }
        document
    }

    /// Lets hostile changes come after the first `place` honest ones.
    fn suffer(&self, place: usize, hostile: &[u8]) {
        let mut document = self.document(place);
        let before = document.heads();
        let refused = document.apply(hostile).is_err();
        assert!(
            !refused || document.heads() == before,
            "a refused change left something"
        );
        read_all(&mut document);
        let readable = document.record(1).is_some() && document.record(2).is_some();
        assert!(readable || !refused, "honest records are gone");
        for honest in self.next.iter().chain([&self.after]) {
            // One that was taken may carry the author's next number, and stands in the way of that author alone.
            let taken = document.apply(honest);
            assert!(
                taken.is_ok() || !refused,
                "an honest change after a refused one"
            );
        }
        assert!(
            !refused || document.heads() == self.heads,
            "a refused change stood in the way"
        );
        read_all(&mut document);
        let mut edited = Document::load(&document.save(), &device(7)).expect("it was saved");
        edited.edit(
            &author("韩梅梅", 1_700_000_500_000),
            Hand::Person,
            &[set(2, "city", "北京")],
        );
    }
}

/// Reads all that a list, a page and a relay read of a document.
fn read_all(document: &mut Document) {
    thread_local! {
        static POLICIES: Policies = Policies::of_calendar(WorkingCalendar::china());
    }
    POLICIES.with(|policies| drop(document.rows(RecordKind::Case, policies, "HQ")));
    for local in document.record_ids() {
        drop(document.record(local));
    }
    drop(document.pending());
    let saved = document.save();
    assert!(
        saved.len() < MAX_SAVED,
        "it swelled to {} bytes",
        saved.len()
    );
    Document::load(&saved, &device(8)).expect("what was saved loads");
}

fn with_ground(imported: bool, then: impl FnOnce(&Ground)) {
    thread_local! {
        static GROUNDS: [OnceCell<Ground>; 2] = const { [OnceCell::new(), OnceCell::new()] };
    }
    GROUNDS
        .with(|grounds| then(grounds[usize::from(imported)].get_or_init(|| Ground::new(imported))));
}

/// Runs the target. Of the first byte bit 0 chooses the document, bits 1 and 2 the honest change in whose place the hostile one comes,
/// and what is above how the rest is taken.
pub fn run(input: &[u8]) {
    let Some((&first, rest)) = input.split_first() else {
        return;
    };
    let imported = first & 1 == 1;
    let place = usize::from(first >> 1 & 3).min(2);
    match first >> 3 {
        // The body of a change.
        0 => with_ground(imported, |ground| ground.suffer(place, &chunk(1, rest))),
        // Instructions how to change the honest body.
        1 => with_ground(imported, |ground| {
            let patched = patched(body(&ground.next[place]), rest);
            ground.suffer(place, &chunk(1, &patched));
        }),
        // Bytes as they come, to a document with records and to an empty one.
        2 => with_ground(imported, |ground| {
            ground.suffer(place, rest);
            begin(rest);
        }),
        // The first change of a document.
        3 => begin(&chunk(1, rest)),
        4 => with_ground(true, |ground| {
            begin(&chunk(1, &patched(body(&ground.base), rest)));
        }),
        // A chunk of another kind: a whole document, a compressed change, a bundle.
        5 => with_ground(imported, |ground| {
            ground.suffer(place, &chunk(first & 7, rest));
        }),
        // Packed changes, and those of several documents.
        6 => {
            let Ok(changes) = unpack_changes(rest) else {
                return;
            };
            assert_eq!(unpack_changes(&pack_changes(&changes)), Ok(changes.clone()));
            with_ground(imported, |ground| ground.suffer(place, &changes));
        }
        7 => {
            if let Ok(group) = unpack_group(rest) {
                assert_eq!(unpack_group(&pack_group(&group)), Ok(group));
            }
        }
        // Honest changes together with one that is changed as instructions say.
        8 => with_ground(imported, |ground| {
            let bad = chunk(1, &patched(body(&ground.after), rest));
            let together = [&ground.next[place..].concat(), &bad]
                .map(Vec::as_slice)
                .concat();
            ground.suffer(place, &together);
            begin(
                &[&ground.base, &ground.next.concat(), &bad]
                    .map(Vec::as_slice)
                    .concat(),
            );
        }),
        // A packed creation: what comes of it goes the way of every change, and is packed again to the same if it can be.
        10 => {
            let Ok((chunk, hash)) = unpack_with_hash(rest) else {
                return;
            };
            if let Some(packed) = pack_creation(&chunk) {
                assert_eq!(unpack_creation(&packed), Ok(chunk.clone()));
            }
            read_as_it_lies(rest, hash, &chunk);
            begin(&chunk);
            with_ground(imported, |ground| ground.suffer(place, &chunk));
        }
        _ => {
            let _ = read_piece(u32::from(first & 7), rest);
        }
    }
}

/// Opens a packed creation without writing its change: it makes the document that its change makes, or none where that makes none.
fn read_as_it_lies(packed: &[u8], hash: [u8; 32], chunk: &[u8]) {
    let (mut written, mut lying) = (Document::new(&device(7)), Document::new(&device(7)));
    let taken = written.apply_kept(chunk);
    let opened = lying.apply_packed(packed.to_vec(), Some(hash), &[]);
    assert_eq!(
        opened.is_ok(),
        taken.is_ok(),
        "one form opens, the other does not"
    );
    assert_eq!(lying.heads(), written.heads());
    assert_eq!(lying.record_ids(), written.record_ids());
    for local in written.record_ids() {
        assert_eq!(lying.record(local), written.record(local));
    }
    assert_eq!(lying.save(), written.save());
}

/// Gives changes to a document that has none, and lets an honest import follow.
fn begin(changes: &[u8]) {
    let mut document = Document::new(&device(7));
    let before = document.heads();
    let refused = document.apply(changes).is_err();
    assert!(
        !refused || document.heads() == before,
        "a refused change left something"
    );
    read_all(&mut document);
    with_ground(true, |ground| {
        for honest in [&ground.base]
            .into_iter()
            .chain(&ground.next)
            .chain([&ground.after])
        {
            let taken = document.apply(honest);
            assert!(
                taken.is_ok() || !refused,
                "an honest change after a refused one"
            );
        }
        assert!(
            !refused || document.heads() == ground.heads,
            "a refused change stood in the way"
        );
    });
    read_all(&mut document);
}

/// Returns a body changed as instructions say: what to do, where (two bytes), and a byte to do it with.
fn patched(original: &[u8], instructions: &[u8]) -> Vec<u8> {
    let mut body = original.to_vec();
    let mut script = Script(instructions);
    for _ in 0..MAX_PATCHES {
        if script.is_empty() {
            break;
        }
        let what = script.byte();
        let at = script.number() % body.len().max(1);
        let with = script.byte();
        let end = (at + 1 + usize::from(with & 31)).min(body.len());
        match what % 5 {
            _ if body.is_empty() => body.push(with),
            0 => body[at] = with,
            1 => body[at] ^= 1 << (with & 7),
            2 => body.insert(at, with),
            3 => drop(body.drain(at..end)),
            _ => {
                let again = body[at..end].to_vec();
                drop(body.splice(at..at, again));
            }
        }
    }
    body
}

/// Returns honest bodies, chunks and packs, the golden ones among them.
pub fn seeds() -> Vec<(String, Vec<u8>)> {
    let mut seeds = Vec::new();
    let mut add = |name: String, first: usize, rest: &[u8]| {
        let first = u8::try_from(first).expect("a byte");
        seeds.push((name, [&[first], rest].concat()));
    };
    for imported in [false, true] {
        with_ground(imported, |ground| {
            let bit = usize::from(imported);
            for (place, honest) in ground.next.iter().enumerate() {
                let first = bit | place << 1;
                add(format!("body-{bit}-{place}"), first, body(honest));
                add(
                    format!("patch-{bit}-{place}"),
                    first | 1 << 3,
                    &[1, 40, 0, 1, 4, 60, 0, 9],
                );
                add(format!("plain-{bit}-{place}"), first | 2 << 3, honest);
            }
            add(format!("base-{bit}"), bit | 2 << 3, &ground.base);
            add(format!("first-{bit}"), bit | 3 << 3, body(&ground.base));
            let all = ground.next.concat();
            add(format!("pack-{bit}"), bit | 6 << 3, &pack_changes(&all));
            if let Some(packed) = pack_creation(&ground.base) {
                add(format!("creation-{bit}"), bit | 10 << 3, &packed);
            }
            let mut whole = ground.document(3);
            add(format!("whole-{bit}"), bit | 2 << 3, &whole.save());
            add(format!("whole-body-{bit}"), 5 << 3, body(&whole.save()));
            let group =
                ["ca.HQ.202611.0", "ca.HQ.202611.1"].map(|name| (name.to_owned(), all.clone()));
            add(format!("group-{bit}"), bit | 7 << 3, &pack_group(&group));
        });
    }
    add("first-patch".to_owned(), 4 << 3, &[1, 40, 0, 1]);
    add("together".to_owned(), 1 | 8 << 3, &[0, 1, 0, 1]);
    add("piece".to_owned(), 9 << 3, &[3, 0, 0, 0, 0xFF, 0xD8, 0xFF]);
    for (name, bytes) in super::golden_files("huiyin-document") {
        match name.as_str() {
            "pack-changes-v1" => add(name, 6 << 3, &bytes),
            "pack-group-v1" => add(name, 7 << 3, &bytes),
            "pack-creation-v1" => add(name, 10 << 3, &bytes),
            "genesis" | "segment-v1" if bytes.len() < 4_096 => add(name, 2 << 3, &bytes),
            _ => {}
        }
    }
    seeds
}
