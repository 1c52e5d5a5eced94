//! Golden bytes of every stored or sent format. A file under `tests/golden` is never changed: a new format gets a
//! new version and new files, and the old ones stay readable. `HUIYIN_WRITE_GOLDEN=1` writes files that are missing.
//!
//! Long: one format after another.

use std::fmt::Write as _;
use std::path::PathBuf;

use huiyin_sync::staff_key::{Act, Certificate, Holder, KeyDraw, KeyEnd, StaffKey};
use huiyin_sync::{
    Bundle, BundleEntry, BundleWriter, ClientFrame, Confirmation, Cursor, Cut, Draw, Entropy,
    Envelope, EnvelopeBytes, EnvelopeId, FailureCode, InvitationSecret, InviteLink, ObjectLabel,
    ObjectPlace, Opener, Receipt, RefusalCode, RelayFrame, Revocation, Rights, RightsChange,
    SealedObject, SealedWords, Signature, Statement, StoreEpoch, StreamHead, StreamId, Take,
    Target, WorkspaceId, kit_lines, read_kit, six_digits,
};

use crate::fixtures::{FOUNDED, World, all_streams, part};

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(format!("{name}.hex"))
}

fn to_hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for line in bytes.chunks(32) {
        for byte in line {
            write!(text, "{byte:02x}").expect("a string takes all");
        }
        text.push('\n');
    }
    text
}

#[track_caller]
fn check_golden(name: &str, bytes: &[u8]) {
    let found = to_hex(bytes);
    if !path(name).exists() && std::env::var_os("HUIYIN_WRITE_GOLDEN").is_some() {
        std::fs::write(path(name), &found).unwrap();
    }
    let kept = std::fs::read_to_string(path(name)).unwrap_or_else(|_| panic!("no golden {name}"));
    assert_eq!(found, kept, "the bytes of {name} have changed");
}

fn sealed() -> (World, Envelope) {
    let mut world = World::new(1);
    let founder = world.founder.clone();
    let parts = vec![
        part("root", b"first changes first changes first changes"),
        part("customers/BJ/2026/0", &[0xff; 3]),
    ];
    let envelope = world.seal(&founder, 7, parts);
    (world, envelope)
}

#[test]
fn the_seed_gives_the_same_entropy_for_ever() {
    check_golden("entropy", &Entropy::from_seed([1; 32]).array::<96>());
}

#[test]
fn stream_ids_stay() {
    let workspace = WorkspaceId([1; 16]);
    let ids = [
        StreamId::members(&workspace),
        StreamId::root(&workspace),
        StreamId::branch(&workspace, "BJ"),
    ];
    check_golden("stream-ids", &ids.map(|id| id.0).concat());
}

#[test]
fn a_sealed_envelope_stays_readable() {
    let (world, envelope) = sealed();
    check_golden("envelope-sealed", envelope.as_bytes());
    check_golden("envelope-id", envelope.id().as_bytes());
    let read = Envelope::decode(envelope.as_bytes()).unwrap();
    read.verify().unwrap();
    assert_eq!(
        read.open(&world.root_key).unwrap(),
        vec![
            part("root", b"first changes first changes first changes"),
            part("customers/BJ/2026/0", &[0xff; 3]),
        ]
    );
}

#[test]
fn the_header_stays() {
    let (_, envelope) = sealed();
    let length = u32::from_le_bytes(envelope.as_bytes()[4..8].try_into().unwrap());
    check_golden("header", &envelope.as_bytes()[8..8 + length as usize]);
}

#[test]
fn every_kind_of_statement_stays_readable() {
    let mut world = World::new(2);
    let joiner = world.device();
    let root = world.root();
    let founder = world.founder.clone();
    let charter = world.charter();
    let grant = world.grant(root, &[&founder, &joiner]);
    let (secret, invitation) = world.invite(all_streams(), FOUNDED + 86_400_000);
    let admission = world.admission(&secret, &joiner);
    let cases: [(&str, Statement, &_); 4] = [
        ("statement-charter", charter, &founder),
        ("statement-grant", grant, &founder),
        ("statement-invitation", invitation, &founder),
        ("statement-admission", admission, &joiner),
    ];
    for (name, statement, author) in cases {
        let envelope = world.say(author, 3, FOUNDED + 5, statement.clone());
        check_golden(name, envelope.as_bytes());
        let read = Envelope::decode(envelope.as_bytes()).unwrap();
        read.verify().unwrap();
        assert_eq!(read.statement().unwrap(), statement);
    }
}

#[test]
fn every_statement_about_a_member_stays_readable() {
    let mut world = World::new(5);
    let founder = world.founder.clone();
    let device = world.device().device();
    let key = world.root_key.clone();
    let mut words = |text| SealedWords::new(0, &key, text, &mut world.entropy);
    let (reason, details) = (words("lost"), words("BJ"));
    let root = world.root();
    let cut = Cut {
        stream: root,
        seq: 300,
        id: EnvelopeId([7; 32]),
    };
    let rights = Rights {
        streams: vec![root],
        ..Rights::default()
    };
    let cases: [(&str, Statement); 4] = [
        (
            "statement-revocation",
            Statement::Revocation(Revocation {
                targets: vec![Target {
                    device,
                    cuts: vec![cut],
                }],
                withdrawn: vec![[8; 32]],
                reason,
            }),
        ),
        (
            "statement-rights-change",
            Statement::RightsChange(RightsChange {
                device,
                number: 1,
                rights,
                lost: vec![StreamId([9; 16])],
                cuts: vec![cut],
                until_ms: FOUNDED,
                details,
            }),
        ),
        (
            "statement-confirmation",
            Statement::Confirmation(Confirmation {
                invitation: [8; 32],
                device,
            }),
        ),
        (
            "statement-take",
            Statement::Take(Take {
                envelopes: vec![EnvelopeId([7; 32])],
            }),
        ),
    ];
    for (name, statement) in cases {
        let envelope = world.say(&founder, 3, FOUNDED + 5, statement.clone());
        check_golden(name, envelope.as_bytes());
        let read = Envelope::decode(envelope.as_bytes()).unwrap();
        read.verify().unwrap();
        assert_eq!(read.statement().unwrap(), statement);
    }
}

#[test]
fn what_is_said_of_a_newcomer_who_waits_stays_readable_and_gives_the_same_number() {
    let mut world = World::new(6);
    let founder = world.founder.clone();
    let joiner = world.device();
    let (secret, asking) = world.asking(all_streams(), FOUNDED + 86_400_000);
    let draw = Draw {
        invitation: secret.sign_public(),
        device: joiner.device(),
        nonce: [7; 16],
    };
    let cases: [(&str, Statement); 2] = [
        ("statement-asking-invitation", asking),
        ("statement-draw", Statement::Draw(draw.clone())),
    ];
    for (name, statement) in cases {
        let envelope = world.say(&founder, 3, FOUNDED + 5, statement.clone());
        check_golden(name, envelope.as_bytes());
        let read = Envelope::decode(envelope.as_bytes()).unwrap();
        read.verify().unwrap();
        assert_eq!(read.statement().unwrap(), statement);
    }
    let keys = (&joiner.device(), &joiner.box_public());
    let maker = founder.device();
    let number = six_digits(
        &world.workspace,
        &draw.invitation,
        &maker,
        keys,
        &draw.nonce,
    );
    check_golden("six-digits", number.as_bytes());
}

#[test]
fn a_recovery_kit_stays_readable() {
    let workspace = WorkspaceId([1; 16]);
    let secret = InvitationSecret([2; 32]);
    let text = kit_lines(&workspace, &secret).join("\n");
    check_golden("recovery-kit", text.as_bytes());
    let link = InviteLink {
        workspace,
        secret,
        relay: None,
    };
    assert_eq!(read_kit(&text), Ok(link));
}

#[test]
fn a_bundle_stays_readable() {
    let (world, envelope) = sealed();
    let mut writer = BundleWriter::new(world.workspace);
    let charter = world.say(&world.founder, 0, FOUNDED, world.charter());
    writer.push(envelope.as_bytes()).unwrap();
    writer.push(charter.as_bytes()).unwrap();
    let bytes = writer.finish();
    check_golden("bundle", &bytes);
    let bundle = Bundle::read(&bytes).unwrap();
    assert!(bundle.is_intact());
    let read: Result<Vec<_>, _> = bundle.envelopes().collect();
    assert_eq!(read.unwrap(), vec![charter, envelope]);
}

#[test]
fn an_object_and_a_bundle_with_one_stay_readable() {
    let mut world = World::new(3);
    let place = ObjectPlace {
        workspace: world.workspace,
        stream: world.root(),
        epoch: 0,
    };
    let name = format!("blob.ca.HQ.202611.0.{}.0", "ab".repeat(32));
    let held = part(&name, &[3, 0, 0, 0, 0xFF, 0xD8, 0xFF]);
    let key = world.root_key.clone();
    let object = SealedObject::seal(&key, place, &held, &mut world.entropy).unwrap();
    check_golden("object", object.as_bytes());
    let read = SealedObject::decode(object.as_bytes()).unwrap();
    assert_eq!(read.open(&key), Ok(held));
    let mut writer = BundleWriter::new(world.workspace);
    let charter = world.say(&world.founder, 0, FOUNDED, world.charter());
    writer.push_object(&object).unwrap();
    writer.push(charter.as_bytes()).unwrap();
    let bytes = writer.finish();
    check_golden("bundle-with-object", &bytes);
    let entries: Result<Vec<_>, _> = Bundle::read(&bytes).unwrap().entries().collect();
    assert_eq!(
        entries.unwrap(),
        vec![BundleEntry::Envelope(charter), BundleEntry::Object(object)]
    );
}

#[test]
fn an_invite_link_stays_readable() {
    let link = InviteLink {
        workspace: WorkspaceId([1; 16]),
        secret: InvitationSecret([2; 32]),
        relay: Some("wss://relay.example/ws".to_owned()),
    };
    check_golden("invite-link", link.to_payload().as_bytes());
    assert_eq!(InviteLink::parse(&link.to_payload()), Ok(link));
}

#[test]
fn every_frame_of_a_device_stays_readable() {
    let cursor = Cursor {
        epoch: StoreEpoch([3; 16]),
        position: 300,
        envelope: EnvelopeId([4; 32]),
    };
    let cases = [
        (
            "client-hello",
            ClientFrame::Hello {
                workspace: WorkspaceId([1; 16]),
                device: huiyin_sync::DeviceId([2; 32]),
            },
        ),
        (
            "client-proof",
            ClientFrame::Proof {
                signature: Signature([5; 64]),
            },
        ),
        (
            "client-subscribe",
            ClientFrame::Subscribe {
                streams: vec![(StreamId([6; 16]), None), (StreamId([7; 16]), Some(cursor))],
            },
        ),
        (
            "client-stored",
            ClientFrame::Stored {
                stream: StreamId([6; 16]),
                position: 300,
            },
        ),
        (
            "client-append",
            ClientFrame::Append {
                request: 9,
                envelopes: vec![EnvelopeBytes(b"one".to_vec()), EnvelopeBytes(Vec::new())],
            },
        ),
        ("client-ping", ClientFrame::Ping(1_000)),
        (
            "client-put-object",
            ClientFrame::PutObject {
                request: 10,
                object: EnvelopeBytes(b"object".to_vec()),
            },
        ),
        (
            "client-get-object",
            ClientFrame::GetObject {
                request: 11,
                stream: StreamId([6; 16]),
                label: ObjectLabel([8; 32]),
            },
        ),
        ("client-without-echo", ClientFrame::WithoutEcho),
    ];
    for (name, frame) in cases {
        check_golden(name, &frame.encode());
        assert_eq!(ClientFrame::decode(&frame.encode()), Ok(frame));
    }
}

#[test]
fn every_frame_of_a_relay_stays_readable() {
    let cases = [
        (
            "relay-challenge",
            RelayFrame::Challenge {
                nonce: [1; 32],
                store_epoch: StoreEpoch([2; 16]),
            },
        ),
        (
            "relay-welcome",
            RelayFrame::Welcome {
                member: true,
                streams: vec![StreamHead {
                    stream: StreamId([3; 16]),
                    head: 300,
                }],
            },
        ),
        (
            "relay-batch",
            RelayFrame::Batch {
                stream: StreamId([3; 16]),
                entries: vec![(299, EnvelopeBytes(b"one".to_vec()))],
                head: 300,
            },
        ),
        (
            "relay-reset",
            RelayFrame::Reset {
                stream: StreamId([3; 16]),
            },
        ),
        (
            "relay-accepted",
            RelayFrame::Accepted {
                request: 9,
                receipts: vec![Receipt {
                    envelope: EnvelopeId([4; 32]),
                    position: 301,
                }],
            },
        ),
        ("relay-pong", RelayFrame::Pong(1_000)),
        (
            "relay-object-stored",
            RelayFrame::ObjectStored { request: 10 },
        ),
        (
            "relay-object",
            RelayFrame::Object {
                request: 11,
                object: Some(EnvelopeBytes(b"object".to_vec())),
            },
        ),
        (
            "relay-object-none",
            RelayFrame::Object {
                request: 11,
                object: None,
            },
        ),
    ];
    for (name, frame) in cases {
        check_golden(name, &frame.encode());
        assert_eq!(RelayFrame::decode(&frame.encode()), Ok(frame));
    }
}

#[test]
fn every_code_of_a_relay_stays_readable() {
    let mut refusals = Vec::new();
    for code in RefusalCode::ALL {
        let frame = RelayFrame::Refused {
            request: 9,
            envelope: Some(EnvelopeId([4; 32])),
            code,
            permanent: code.is_permanent(),
        };
        refusals.extend(frame.encode());
        assert_eq!(RelayFrame::decode(&frame.encode()), Ok(frame));
    }
    check_golden("relay-refused", &refusals);
    let failures = [
        FailureCode::OtherVersion,
        FailureCode::BadFrame,
        FailureCode::BadProof,
        FailureCode::TooSlow,
        FailureCode::TooManyConnections,
        FailureCode::StoreFailed,
        FailureCode::Stopping,
    ];
    let bytes: Vec<u8> = failures
        .iter()
        .flat_map(|code| RelayFrame::Failed { code: *code }.encode())
        .collect();
    check_golden("relay-failed", &bytes);
}

#[test]
fn a_staff_key_what_it_signs_and_what_is_said_about_it_are_these_bytes_for_ever() {
    let mut world = World::new(7);
    let key = StaffKey::generate(&mut world.entropy);
    let public = key.public();
    check_golden("staff-public", public.as_bytes());
    let act = Act {
        workspace: &world.workspace,
        record: "ca.HQ.202611.0.9f3a0c1d2e4b5a6c",
        event: "00000000000000aa",
        digest: &[5; 32],
    };
    check_golden("staff-act", key.sign(act).as_bytes());
    let holder = Holder {
        workspace: &world.workspace,
        staff: "s0123456789abcdef",
        public: &public,
    };
    let certificate = Certificate::new(&world.founder, holder, FOUNDED, "王伟");
    check_golden("staff-certificate", certificate.to_string().as_bytes());
    let end = KeyEnd::new(&world.founder, &world.workspace, &public, FOUNDED + 1);
    check_golden("staff-key-end", end.to_string().as_bytes());
    let draw = KeyDraw::new(
        &world.founder,
        &world.workspace,
        &public,
        &mut world.entropy,
    );
    check_golden("staff-key-draw", draw.to_string().as_bytes());
    check_golden("staff-key-digits", draw.number(holder).as_bytes());
}
