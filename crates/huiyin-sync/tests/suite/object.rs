//! Objects against what is not theirs: keys, places, labels, cut and changed bytes.

use huiyin_sync::limits::{MAX_FRAME, MAX_OBJECT_BYTES};
use huiyin_sync::{
    Bundle, BundleEntry, BundleError, BundleWriter, ClientFrame, EnvelopeBytes, FrameError,
    ObjectError, ObjectLabel, ObjectPlace, RelayFrame, SealedObject, StreamId, StreamKey,
    WorkspaceId,
};

use crate::fixtures::{FOUNDED, World, part};

fn place(world: &World) -> ObjectPlace {
    ObjectPlace {
        workspace: world.workspace,
        stream: world.root(),
        epoch: 0,
    }
}

fn sealed(world: &mut World, name: &str, content: &[u8]) -> SealedObject {
    let key = world.root_key.clone();
    let place = place(world);
    SealedObject::seal(&key, place, &part(name, content), &mut world.entropy).unwrap()
}

#[test]
fn an_object_opens_under_its_own_key_only_and_its_label_tells_nothing() {
    let mut world = World::new(8);
    let object = sealed(&mut world, "blob.0", b"content");
    let read = SealedObject::decode(object.as_bytes()).unwrap();
    assert_eq!(read, object);
    assert_eq!(read.open(&world.root_key), Ok(part("blob.0", b"content")));
    assert_eq!(read.label(), world.root_key.object_label("blob.0"));
    assert_ne!(read.label(), world.root_key.object_label("blob.1"));
    let other = StreamKey([9; 32]);
    assert_ne!(other.object_label("blob.0"), read.label());
    assert_eq!(read.open(&other), Err(ObjectError::WrongKey));
    let again = sealed(&mut world, "blob.0", b"content");
    assert_eq!(again.label(), object.label());
    assert_ne!(again.as_bytes(), object.as_bytes());
}

#[test]
fn every_changed_byte_and_every_cut_is_found() {
    let mut world = World::new(8);
    let bytes = sealed(&mut world, "blob.0", b"content").into_bytes();
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        let opened = SealedObject::decode(&damaged).and_then(|read| read.open(&world.root_key));
        assert!(opened.is_err(), "byte {at}");
        let cut = SealedObject::decode(&bytes[..at]).and_then(|read| read.open(&world.root_key));
        assert!(cut.is_err(), "cut at {at}");
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    let longer = SealedObject::decode(&longer).unwrap();
    assert_eq!(longer.open(&world.root_key), Err(ObjectError::WrongKey));
}

#[test]
fn an_object_passed_off_under_another_label_or_in_another_stream_does_not_open() {
    let mut world = World::new(8);
    let bytes = sealed(&mut world, "blob.0", b"content").into_bytes();
    let label = world.root_key.object_label("blob.1");
    for (at, foreign) in [
        (41, label.as_bytes().as_slice()),
        (21, StreamId([7; 16]).as_bytes()),
        (5, WorkspaceId([7; 16]).as_bytes()),
        (37, &1_u32.to_le_bytes()),
    ] {
        let mut moved = bytes.clone();
        moved[at..at + foreign.len()].copy_from_slice(foreign);
        let moved = SealedObject::decode(&moved).unwrap();
        assert_eq!(moved.open(&world.root_key), Err(ObjectError::WrongKey));
    }
}

#[test]
fn an_object_too_large_is_not_made_nor_read_and_a_newer_one_is_called_so() {
    let mut world = World::new(8);
    let key = world.root_key.clone();
    let place = place(&world);
    let large = part("blob.0", &vec![0; MAX_OBJECT_BYTES]);
    let refused = SealedObject::seal(&key, place, &large, &mut world.entropy);
    assert!(matches!(refused, Err(ObjectError::TooLarge { .. })));
    let bytes = vec![0; MAX_OBJECT_BYTES + 1];
    assert!(matches!(
        SealedObject::decode(&bytes),
        Err(ObjectError::TooLarge { .. })
    ));
    let mut newer = sealed(&mut world, "blob.0", b"content").into_bytes();
    newer[4] = 2;
    assert_eq!(
        SealedObject::decode(&newer),
        Err(ObjectError::NewerVersion { version: 2 })
    );
    newer[4] = 0;
    assert_eq!(SealedObject::decode(&newer), Err(ObjectError::NotAnObject));
    let whole = sealed(
        &mut world,
        "blob.ca.HQ.202611.0.00.39",
        &vec![7; 256 * 1024 + 4],
    );
    let frame = RelayFrame::Object {
        request: u64::MAX,
        object: Some(EnvelopeBytes(whole.into_bytes())),
    };
    assert!(frame.encode().len() < MAX_FRAME);
}

#[test]
fn frames_about_objects_are_of_the_second_version_and_no_others() {
    let get = ClientFrame::GetObject {
        request: 1,
        stream: StreamId([1; 16]),
        label: ObjectLabel([2; 32]),
    };
    let mut bytes = get.encode();
    assert_eq!(bytes[0], 2);
    bytes[0] = 1;
    assert_eq!(ClientFrame::decode(&bytes), Err(FrameError::Malformed));
    bytes[0] = 4;
    assert_eq!(
        ClientFrame::decode(&bytes),
        Err(FrameError::OtherVersion { version: 4 })
    );
    assert_eq!(ClientFrame::WithoutEcho.encode(), [3, 8]);
    let mut ping = ClientFrame::Ping(5).encode();
    assert_eq!(ping[0], 1);
    ping[0] = 2;
    assert_eq!(ClientFrame::decode(&ping), Err(FrameError::Malformed));
    let stored = RelayFrame::ObjectStored { request: 1 }.encode();
    for cut in 0..stored.len() {
        assert!(RelayFrame::decode(&stored[..cut]).is_err());
    }
}

#[test]
fn a_bundle_carries_objects_last_and_a_damaged_one_costs_itself_alone() {
    let mut world = World::new(8);
    let object = sealed(&mut world, "blob.0", b"content");
    let charter = world.say(&world.founder, 0, FOUNDED, world.charter());
    let mut writer = BundleWriter::new(world.workspace);
    writer.push_object(&object).unwrap();
    writer.push(charter.as_bytes()).unwrap();
    let bytes = writer.finish();
    let bundle = Bundle::read(&bytes).unwrap();
    let entries: Vec<_> = bundle.entries().map(Result::unwrap).collect();
    assert_eq!(
        entries,
        [
            BundleEntry::Envelope(charter.clone()),
            BundleEntry::Object(object.clone())
        ]
    );
    let envelopes: Vec<_> = bundle.envelopes().map(Result::unwrap).collect();
    assert_eq!(envelopes, [charter]);

    let magic = bytes.len() - 32 - object.as_bytes().len();
    let mut damaged = bytes.clone();
    damaged[magic + 4] = 9;
    let bundle = Bundle::read(&damaged).unwrap();
    let (good, bad): (Vec<_>, Vec<_>) = bundle.entries().partition(Result::is_ok);
    assert_eq!((good.len(), bad.len()), (1, 1));

    let mut other = BundleWriter::new(WorkspaceId([1; 16]));
    assert_eq!(
        other.push_object(&object),
        Err(BundleError::ForeignEnvelope)
    );
}
