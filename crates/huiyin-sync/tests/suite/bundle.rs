//! Bundles against damage: what is broken is named by its place, the rest is read.

use huiyin_sync::{Bundle, BundleError, BundleWriter, Envelope};

use crate::fixtures::{FOUNDED, World, part};

fn bundle() -> (World, Vec<Envelope>, Vec<u8>) {
    let mut world = World::new(4);
    let founder = world.founder.clone();
    let mut envelopes = vec![world.say(&founder, 0, FOUNDED, world.charter())];
    for seq in 0..3 {
        envelopes.push(world.seal(&founder, seq, vec![part("root", b"some changes")]));
    }
    let mut writer = BundleWriter::new(world.workspace);
    for envelope in envelopes.iter().rev() {
        writer.push(envelope.as_bytes()).unwrap();
    }
    (world, envelopes, writer.finish())
}

#[test]
fn the_members_stream_stands_first() {
    let (_, envelopes, bytes) = bundle();
    let bundle = Bundle::read(&bytes).unwrap();
    let first = bundle.envelopes().next().unwrap().unwrap();
    assert_eq!(first, envelopes[0]);
    assert_eq!(bundle.count(), 4);
}

#[test]
fn a_flipped_bit_costs_at_most_its_own_envelope() {
    let (_, _, bytes) = bundle();
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 4;
        let Ok(bundle) = Bundle::read(&damaged) else {
            continue;
        };
        assert!(!bundle.is_intact(), "byte {at}");
        let lost = bundle.envelopes().filter(Result::is_err).count();
        let header_of_the_file = at < 21;
        assert!(lost <= 1 || header_of_the_file, "byte {at}: {lost} lost");
    }
}

#[test]
fn the_damaged_envelope_is_named_by_its_place() {
    let (_, envelopes, bytes) = bundle();
    let second = 25 + 4 + envelopes[0].as_bytes().len() + 4;
    let mut damaged = bytes.clone();
    damaged[second + 40] ^= 1;
    let bundle = Bundle::read(&damaged).unwrap();
    let (good, bad): (Vec<_>, Vec<_>) = bundle.envelopes().partition(Result::is_ok);
    assert_eq!(good.len(), 3);
    let bad = bad[0].clone().unwrap_err();
    assert_eq!((bad.place, bad.count), (2, 4));
    assert_eq!(bad.to_string(), "read envelope 2 of 4 of a bundle");
}

#[test]
fn a_file_cut_short_says_where() {
    let (_, envelopes, bytes) = bundle();
    let in_second = 25 + 4 + envelopes[0].as_bytes().len() + 4 + 10;
    assert_eq!(
        Bundle::read(&bytes[..in_second]).unwrap_err(),
        BundleError::Damaged { place: 2, count: 4 }
    );
    assert_eq!(
        Bundle::read(&bytes[..bytes.len() - 1]).unwrap_err(),
        BundleError::Damaged { place: 5, count: 4 }
    );
    for length in 0..bytes.len() {
        assert!(Bundle::read(&bytes[..length]).is_err(), "{length}");
    }
}

#[test]
fn another_file_and_a_newer_bundle_are_told_apart() {
    let (_, _, mut bytes) = bundle();
    assert_eq!(
        Bundle::read(b"PK\x03\x04").unwrap_err(),
        BundleError::NotABundle
    );
    bytes[4] = 2;
    assert_eq!(
        Bundle::read(&bytes).unwrap_err(),
        BundleError::NewerVersion { version: 2 }
    );
}

#[test]
fn envelopes_of_another_workspace_are_neither_written_nor_taken() {
    let (_, _, bytes) = bundle();
    let mut other = World::new(5);
    let founder = other.founder.clone();
    let foreign = other.seal(&founder, 0, vec![part("root", b"x")]);
    let mut writer = BundleWriter::new(World::new(4).workspace);
    assert_eq!(
        writer.push(foreign.as_bytes()),
        Err(BundleError::ForeignEnvelope)
    );
    let mut relabelled = bytes.clone();
    relabelled[5..21].copy_from_slice(other.workspace.as_bytes());
    let bundle = Bundle::read(&relabelled).unwrap();
    assert!(
        bundle
            .envelopes()
            .all(|envelope| matches!(envelope, Err(damaged) if damaged.source.is_none()))
    );
}
