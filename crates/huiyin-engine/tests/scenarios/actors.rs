//! A member who writes under the actor of another is found out by everybody, whatever the order things come in.

use std::collections::BTreeMap;

use huiyin_core::id::RecordId;
use huiyin_document::{ActorSeed, Author, Document, DocumentKey, Edit, Hand};
use huiyin_engine::{Query, Table};
use huiyin_sync::{
    BundleWriter, DeviceKeys, Entropy, Envelope, EnvelopeId, Part, SealRequest, StreamId,
    StreamKey, WorkspaceId,
};
use huiyin_testkit::Device;

use crate::talk::*;

/// Place of the hostile envelope in its author's chain: behind all honest ones.
const FAR: u64 = 1_000;

fn rows(device: &Device, table: Table) -> Vec<(Vec<u8>, Vec<u8>)> {
    let all = Query::Range {
        table,
        prefix: Vec::new(),
        after: None,
        limit: u32::MAX,
        keys_only: false,
    };
    device.store.load(&[all]).remove(0)
}

/// The company and the keys of a device: version, company 16, seed 32 (`identity.rs`).
pub fn identity(device: &Device) -> (WorkspaceId, DeviceKeys) {
    let meta: BTreeMap<_, _> = rows(device, Table::Meta).into_iter().collect();
    let row = &meta[b"identity".as_slice()];
    let (workspace, seed) = (&row[1..17], &row[17..49]);
    (
        WorkspaceId(workspace.try_into().unwrap()),
        DeviceKeys::from_bytes(seed.try_into().unwrap()),
    )
}

/// A bundle with one envelope, sealed by `signer`, that changes a customer's phone under `actor`.
fn hostile(signer: &Device, actor: &ActorSeed, id: &str) -> Vec<u8> {
    let record = RecordId::parse(id).unwrap();
    let document = DocumentKey::Segment(record.segment.clone());
    let edit = Edit::SetField {
        local: record.local,
        field: "phone".to_owned(),
        value: "110".to_owned(),
    };
    written_raw(signer, actor, &document, FAR, |forger, author| {
        forger.edit(author, Hand::Person, &[edit])
    })
}

/// A bundle with one envelope, sealed by `signer`, that holds whatever `write` does to a document under `actor`.
pub fn written_raw(
    signer: &Device,
    actor: &ActorSeed,
    document: &DocumentKey,
    seq: u64,
    write: impl FnOnce(&mut Document, &Author) -> Option<Vec<u8>>,
) -> Vec<u8> {
    let (workspace, keys) = identity(signer);
    let stream = StreamId::derive(&workspace, &document.stream());
    let key = rows(signer, Table::Keys)
        .into_iter()
        .find(|(name, _)| name.starts_with(stream.as_bytes()))
        .map(|(_, key)| StreamKey(key.try_into().unwrap()))
        .unwrap();
    let author = Author {
        action: "00000000000000aa".to_owned(),
        by: "赵敏".to_owned(),
        device: "总店电脑".to_owned(),
        at: 1_800_000_000_000,
    };
    let mut forger = Document::new(actor);
    for (_, bytes) in rows(signer, Table::Envelopes) {
        let envelope = Envelope::decode(&bytes).unwrap();
        if envelope.header().stream != stream {
            continue;
        }
        for part in envelope.open(&key).unwrap() {
            if part.document == document.to_string() {
                forger.apply(&part.chunk).unwrap();
            } else if part.document == format!("creation.{document}") {
                let chunk = huiyin_document::unpack_creation(&part.chunk).unwrap();
                forger.apply(&chunk).unwrap();
            } else if part.document.starts_with("group.") {
                for (name, chunk) in huiyin_document::unpack_group(&part.chunk).unwrap() {
                    if name == document.to_string() {
                        forger.apply(&chunk).unwrap();
                    }
                }
            }
        }
    }
    let chunk = write(&mut forger, &author).unwrap();
    let request = SealRequest {
        workspace,
        stream,
        epoch: 0,
        seq,
        prev: EnvelopeId::ZERO,
        clock: 1_800_000_000_000,
        parts: vec![Part {
            document: document.to_string(),
            chunk,
        }],
    };
    let mut entropy = Entropy::from_seed([9; 32]);
    let envelope = Envelope::seal(&keys, &key, request, &mut entropy).unwrap();
    let mut bundle = BundleWriter::new(workspace);
    bundle.push(envelope.as_bytes()).unwrap();
    bundle.finish()
}

pub fn bound(device: &Device) -> ActorSeed {
    ActorSeed::bound(identity(device).1.device().as_bytes())
}

#[test]
fn what_a_member_writes_under_anothers_actor_is_put_aside_with_the_reason() {
    let (mut a, mut b) = pair();
    let id = new_customer(&mut a, &[("name", "华美商场"), ("phone", "100")]);
    exchange(&mut a, &mut b);
    let forged = hostile(&b, &bound(&a), &id);
    let report = take(&mut a, &forged);
    assert_eq!((report.new, report.refused), (0, 1));
    let quarantine = sync(&mut a).quarantine;
    assert!(
        quarantine[0].reason.starts_with("forged_actor: cu.HQ."),
        "{quarantine:?}"
    );
    assert_eq!(customer(&mut a, &id).row.phone, "100");
    // The work of who was to be impersonated goes on as if nothing had happened.
    edit(&mut a, &id, &[("phone", "200")]);
    exchange(&mut a, &mut b);
    assert_eq!(customer(&mut b, &id).row.phone, "200");
}

#[test]
fn the_same_change_under_ones_own_actor_counts() {
    let (mut a, mut b) = pair();
    let id = new_customer(&mut a, &[("name", "华美商场"), ("phone", "100")]);
    exchange(&mut a, &mut b);
    let own = hostile(&b, &bound(&b), &id);
    let report = take(&mut a, &own);
    assert_eq!((report.new, report.refused), (1, 0));
    assert_eq!(customer(&mut a, &id).row.phone, "110");
}

#[test]
fn a_newcomer_refuses_it_too_whichever_comes_first() {
    let (mut a, mut b) = pair();
    let id = new_customer(&mut a, &[("name", "华美商场"), ("phone", "100")]);
    exchange(&mut a, &mut b);
    let forged = hostile(&b, &bound(&a), &id);
    let link = a.invite("HQ", "clerk");
    let mut c = Device::new("新来的", 3);
    c.join(&link).unwrap();
    // Nothing is known yet: it waits, and is judged once the members are.
    take(&mut c, &forged);
    exchange(&mut a, &mut c);
    assert_eq!(customer(&mut c, &id).row.phone, "100");
    assert_eq!(a.digest(None), c.digest(None));
}
