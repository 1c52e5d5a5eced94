//! Bundles: all entries of a file read, whatever the file says of them.
//!
//! The first byte of an input says whether the rest is a file or the entries of one whose frame is right.

use huiyin_sync::bundle::BUNDLE_MAGIC;
use huiyin_sync::{Bundle, BundleEntry, BundleWriter, WorkspaceId};

use super::envelope::World;
use super::script::{Script, written};

/// Runs the target: an even first byte means a file, an odd one entries (each a length of two bytes and its bytes).
pub fn run(input: &[u8]) {
    let Some((kind, rest)) = input.split_first() else {
        return;
    };
    if kind & 1 == 0 {
        file(rest);
        return;
    }
    let mut script = Script(rest);
    let mut entries = Vec::new();
    while !script.is_empty() {
        entries.push(script.bytes());
    }
    let bytes = framed(World::new(1).workspace, &entries);
    let bundle = Bundle::read(&bytes).expect("the frame is right");
    assert!(bundle.is_intact());
    assert_eq!(bundle.count() as usize, entries.len());
    file(&bytes);
}

/// Returns a bundle with these entries, as they are.
fn framed(workspace: WorkspaceId, entries: &[&[u8]]) -> Vec<u8> {
    let mut bytes = BUNDLE_MAGIC.to_vec();
    bytes.push(1);
    bytes.extend_from_slice(workspace.as_bytes());
    bytes.extend_from_slice(&(entries.len() as u32).to_le_bytes());
    for entry in entries {
        bytes.extend_from_slice(&(entry.len() as u32).to_le_bytes());
        bytes.extend_from_slice(entry);
    }
    let hash = blake3::hash(&bytes);
    bytes.extend_from_slice(hash.as_bytes());
    bytes
}

fn file(bytes: &[u8]) {
    let Ok(bundle) = Bundle::read(bytes) else {
        return;
    };
    let mut writer = BundleWriter::new(bundle.workspace());
    let mut taken = Vec::new();
    let mut seen = 0;
    for (place, entry) in (1..).zip(bundle.entries()) {
        seen += 1;
        match entry {
            Ok(BundleEntry::Object(object)) => {
                writer.push_object(&object).expect("it is of this company");
                taken.push(object.into_bytes());
            }
            Ok(BundleEntry::Envelope(envelope)) => {
                writer
                    .push(envelope.as_bytes())
                    .expect("it is of this company");
                taken.push(envelope.into_bytes());
            }
            Err(damaged) => assert_eq!((damaged.place, damaged.count), (place, bundle.count())),
        }
    }
    assert_eq!(seen, bundle.count(), "every entry is told of");
    let envelopes = bundle.envelopes().flatten().count();
    assert!(envelopes <= taken.len());
    // What could be read is handed on whole.
    let again = writer.finish();
    let again = Bundle::read(&again).expect("it was just written");
    assert!(again.is_intact());
    let mut read: Vec<Vec<u8>> = again
        .entries()
        .map(|entry| entry.expect("it was read before").into_bytes())
        .collect();
    read.sort();
    taken.sort();
    assert_eq!(read, taken);
}

/// Returns the golden bundles, and entries of one.
pub fn seeds() -> Vec<(String, Vec<u8>)> {
    let mut seeds = Vec::new();
    let mut entries = vec![1];
    for (name, bytes) in super::golden_files("huiyin-sync") {
        match name.as_str() {
            "bundle" | "bundle-with-object" => {
                seeds.push((name, [&[0], &bytes[..]].concat()));
            }
            "envelope-sealed" | "object" | "statement-charter" | "statement-take" => {
                let one = written(&bytes);
                entries.extend_from_slice(&one);
                seeds.push((format!("entry-{name}"), [&[1], &one[..]].concat()));
            }
            _ => {}
        }
    }
    seeds.push(("entries".to_owned(), entries));
    let none = framed(World::new(1).workspace, &[]);
    seeds.push(("empty".to_owned(), [&[0], &none[..]].concat()));
    seeds
}
