//! Envelopes against sizes, wrong keys, wrong streams, changed bits and any bytes at all.

use huiyin_sync::envelope::CLEAR_EPOCH;
use huiyin_sync::limits::{MAX_ENVELOPE_BYTES, MAX_PART_PLAIN, MAX_PARTS};
use huiyin_sync::{
    ClientFrame, Entropy, Envelope, EnvelopeError, EnvelopeId, EnvelopeSizing, InviteLink, Part,
    RelayFrame, SealRequest, Statement, StreamKey,
};
use proptest::prelude::*;

use crate::fixtures::{FOUNDED, World, part};

fn request(world: &World, parts: Vec<Part>) -> SealRequest {
    SealRequest {
        workspace: world.workspace,
        stream: world.root(),
        epoch: 2,
        seq: 0,
        prev: EnvelopeId::ZERO,
        clock: FOUNDED,
        parts,
    }
}

fn noise(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    Entropy::from_seed([99; 32]).fill(&mut bytes);
    bytes
}

#[test]
fn another_key_does_not_open() {
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let envelope = world.seal(&founder, 0, vec![part("root", b"x")]);
    assert_eq!(
        envelope.open(&StreamKey([0; 32])),
        Err(EnvelopeError::WrongKey { part: 0 })
    );
    assert!(!EnvelopeError::WrongKey { part: 0 }.is_permanent());
}

#[test]
fn sealed_parts_stay_out_of_the_members_stream_and_statements_out_of_others() {
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let key = world.root_key.clone();
    let mut entropy = Entropy::from_seed([5; 32]);
    let mut in_members = request(&world, vec![]);
    in_members.stream = huiyin_sync::StreamId::members(&world.workspace);
    let mut clear_epoch = request(&world, vec![]);
    clear_epoch.epoch = CLEAR_EPOCH;
    for wrong in [in_members, clear_epoch] {
        assert_eq!(
            Envelope::seal(&founder, &key, wrong, &mut entropy),
            Err(EnvelopeError::WrongStream)
        );
    }
    let sealed = world.seal(&founder, 0, vec![part("root", b"x")]);
    assert_eq!(sealed.statement(), Err(EnvelopeError::WrongStream));
    let clear = world.say(&founder, 0, FOUNDED, world.charter());
    assert_eq!(clear.open(&key), Err(EnvelopeError::WrongStream));
}

#[test]
fn what_the_sizing_says_fits_seals_even_if_nothing_compresses() {
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let mut sizing = EnvelopeSizing::default();
    let mut parts = Vec::new();
    let chunk = noise(3000);
    loop {
        let next = part(&format!("cases/BJ/2026-01/{}", parts.len()), &chunk);
        if !sizing.fits(&next) {
            break;
        }
        sizing.add(&next);
        parts.push(next);
    }
    let envelope = world.seal(&founder, 0, parts.clone());
    assert!(envelope.as_bytes().len() <= MAX_ENVELOPE_BYTES);
    assert!(envelope.as_bytes().len() > MAX_ENVELOPE_BYTES - 8000);
    assert_eq!(envelope.open(&world.root_key).unwrap(), parts);
}

#[test]
fn the_largest_part_fits_and_one_beyond_the_limits_says_too_large() {
    let world = World::new(1);
    let mut entropy = Entropy::from_seed([5; 32]);
    let mut seal = |parts| {
        Envelope::seal(
            &world.founder,
            &world.root_key,
            request(&world, parts),
            &mut entropy,
        )
    };
    let largest = part("", &noise(EnvelopeSizing::LARGEST_PART));
    assert!(EnvelopeSizing::default().fits(&largest));
    let envelope = seal(vec![largest]).unwrap();
    assert_eq!(
        Envelope::decode(envelope.as_bytes()).as_ref(),
        Ok(&envelope)
    );
    let too_large = [
        vec![part("", &noise(MAX_ENVELOPE_BYTES))],
        vec![part("", &vec![0; MAX_PART_PLAIN])],
        vec![part("", b""); MAX_PARTS + 1],
    ];
    for parts in too_large {
        assert!(matches!(seal(parts), Err(EnvelopeError::TooLarge { .. })));
    }
    assert!(matches!(
        Envelope::decode(&vec![0; MAX_ENVELOPE_BYTES + 1]),
        Err(EnvelopeError::TooLarge { .. })
    ));
}

#[test]
fn megabytes_that_compress_well_travel_in_one_small_envelope() {
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let big = part("root", &vec![7; 4 * 1024 * 1024]);
    let envelope = world.seal(&founder, 0, vec![big.clone()]);
    assert!(envelope.as_bytes().len() < 64 * 1024);
    assert_eq!(envelope.open(&world.root_key).unwrap(), vec![big]);
}

#[test]
fn a_newer_envelope_is_kept_for_later_not_called_damaged() {
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let mut bytes = world
        .seal(&founder, 0, vec![part("root", b"x")])
        .into_bytes();
    bytes[8] = 2;
    let error = Envelope::decode(&bytes).unwrap_err();
    assert_eq!(error, EnvelopeError::NewerVersion { version: 2 });
    assert!(!error.is_permanent());
}

#[test]
fn parts_cannot_be_moved_between_envelopes() {
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let one = world.seal(&founder, 0, vec![part("root", b"one")]);
    let two = world.seal(&founder, 1, vec![part("root", b"two")]);
    let body = |envelope: &Envelope| {
        let bytes = envelope.as_bytes();
        bytes[bytes.len() - envelope.header().parts[0].len as usize..].to_vec()
    };
    let mut mixed = one.as_bytes().to_vec();
    let at = mixed.len() - body(&one).len();
    mixed.splice(at.., body(&two));
    assert_eq!(
        Envelope::decode(&mixed),
        Err(EnvelopeError::PartDamaged { part: 0 })
    );
}

/// What a receiver does before it trusts anything.
fn accept(bytes: &[u8], key: &StreamKey) -> Result<Vec<Part>, EnvelopeError> {
    let envelope = Envelope::decode(bytes)?;
    envelope.verify()?;
    envelope.open(key)
}

#[test]
fn no_single_flipped_bit_is_accepted() {
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let envelope = world.seal(
        &founder,
        3,
        vec![part("root", b"some changes"), part("other", b"more")],
    );
    let clear = world.say(&founder, 0, FOUNDED, world.charter());
    for bit in 0..envelope.as_bytes().len() * 8 {
        let mut bytes = envelope.as_bytes().to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(accept(&bytes, &world.root_key).is_err(), "bit {bit}");
    }
    for bit in 0..clear.as_bytes().len() * 8 {
        let mut bytes = clear.as_bytes().to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let accepted = Envelope::decode(&bytes).and_then(|e| e.verify());
        assert!(accepted.is_err(), "bit {bit}");
    }
}

#[test]
fn no_shortened_or_lengthened_envelope_is_accepted() {
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let bytes = world
        .seal(&founder, 0, vec![part("root", b"some changes")])
        .into_bytes();
    for length in 0..bytes.len() {
        assert!(Envelope::decode(&bytes[..length]).is_err(), "{length}");
    }
    assert_eq!(
        Envelope::decode(&[bytes, vec![0]].concat()),
        Err(EnvelopeError::WrongLength)
    );
}

fn any_part() -> impl Strategy<Value = Part> {
    (
        "[a-z/0-9]{0,20}",
        prop::collection::vec(any::<u8>(), 0..400),
    )
        .prop_map(|(document, chunk)| Part { document, chunk })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_envelope_round_trips(
        parts in prop::collection::vec(any_part(), 0..5),
        seed: [u8; 32], key: [u8; 32], epoch in 0..CLEAR_EPOCH, seq: u64, prev: [u8; 32], clock: u64,
    ) {
        let world = World::new(1);
        let key = StreamKey(key);
        let sealed = Envelope::seal(&world.founder, &key, SealRequest {
            workspace: world.workspace, stream: world.root(), epoch, seq, prev: EnvelopeId(prev), clock,
            parts: parts.clone(),
        }, &mut Entropy::from_seed(seed)).unwrap();
        let read = Envelope::decode(sealed.as_bytes()).unwrap();
        prop_assert_eq!(&read, &sealed);
        prop_assert_eq!(Envelope::peek_id(sealed.as_bytes()), Ok(read.id()));
        prop_assert_eq!(read.verify(), Ok(()));
        prop_assert_eq!(read.open(&key), Ok(parts));
    }

    #[test]
    fn decoders_survive_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..600), prefix in 0..4_usize) {
        let prefix: &[u8] = [b"".as_slice(), b"HYE1", b"HYB1\x01", b"\x01"][prefix];
        let bytes = [prefix, &bytes].concat();
        if let Ok(envelope) = Envelope::decode(&bytes) {
            prop_assert!(envelope.verify().is_err());
        }
        if let Ok(bundle) = huiyin_sync::Bundle::read(&bytes) {
            prop_assert!(!bundle.is_intact());
            prop_assert!(bundle.envelopes().all(|envelope| envelope.is_err()));
        }
        if let Ok(statement) = Statement::decode(&bytes) {
            prop_assert_eq!(Statement::decode(&statement.encode()), Ok(statement));
        }
        if let Ok(frame) = ClientFrame::decode(&bytes) {
            prop_assert_eq!(ClientFrame::decode(&frame.encode()), Ok(frame));
        }
        if let Ok(frame) = RelayFrame::decode(&bytes) {
            prop_assert_eq!(RelayFrame::decode(&frame.encode()), Ok(frame));
        }
        prop_assert!(InviteLink::parse(&String::from_utf8_lossy(&bytes)).is_err());
    }

    #[test]
    fn a_damaged_envelope_is_refused(flips in prop::collection::vec((any::<prop::sample::Index>(), 1..=255_u8), 1..8)) {
        let mut world = World::new(1);
        let founder = world.founder.clone();
        let envelope = world.seal(&founder, 3, vec![part("root", b"some changes")]);
        let mut bytes = envelope.as_bytes().to_vec();
        for (at, mask) in flips {
            let at = at.index(bytes.len());
            bytes[at] ^= mask;
        }
        prop_assume!(bytes != envelope.as_bytes());
        prop_assert!(accept(&bytes, &world.root_key).is_err());
    }
}
