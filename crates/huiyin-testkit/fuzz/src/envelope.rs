//! What is sent: envelopes, statements, frames in both directions, sealed objects, invitations, backups.
//!
//! The first byte of an input says how the rest is taken (see [`run`]).
//!
//! Long: one kind of input after another.

use std::collections::BTreeMap;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use huiyin_sync::envelope::{
    CLEAR_EPOCH, ENVELOPE_MAGIC, ENVELOPE_VERSION, EnvelopeHeader, PartHeader,
};
use huiyin_sync::limits::MAX_PART_PLAIN;
use huiyin_sync::object::OBJECT_MAGIC;
use huiyin_sync::{
    Charter, ClientFrame, Cursor, DeviceKeys, Entropy, Envelope, EnvelopeId, InviteLink,
    Membership, Offered, Part, RelayFrame, SealedObject, Session, SessionAction, SignedStatement,
    Statement, StoreEpoch, StreamId, StreamKey, WorkspaceId, open_backup,
};

use super::script::Script;

/// 2026-01-01 in milliseconds.
const FOUNDED: u64 = 1_767_225_600_000;
const PASSPHRASE: &str = "correct horse battery";

/// The company the golden files are of.
pub(crate) struct World {
    entropy: Entropy,
    founder: DeviceKeys,
    charter: Charter,
    key: StreamKey,
    pub(crate) workspace: WorkspaceId,
}

/// Returns a statement as if its envelope had been opened.
fn signed(by: &DeviceKeys, seq: u64, statement: Statement) -> SignedStatement {
    SignedStatement {
        id: EnvelopeId(*blake3::hash(&[seq as u8]).as_bytes()),
        author: by.device(),
        seq,
        prev: EnvelopeId::ZERO,
        clock: FOUNDED + seq,
        statement,
    }
}

impl World {
    pub(crate) fn new(seed: u8) -> Self {
        let mut entropy = Entropy::from_seed([seed; 32]);
        let founder = DeviceKeys::generate(&mut entropy);
        let charter = Charter::new(&founder, FOUNDED, &mut entropy);
        let key = StreamKey::generate(&mut entropy);
        Self {
            workspace: charter.workspace,
            entropy,
            founder,
            charter,
            key,
        }
    }

    /// Returns an envelope signed by a member whose parts were sealed with the stream's key, whatever stands in them.
    ///
    /// **Source:** `docs/protocol.md`, "Envelope".
    fn sealed(&self, parts: &[&[u8]]) -> Vec<u8> {
        let stream = StreamId::root(&self.workspace);
        let alias = self.key.alias("root");
        let mut header = EnvelopeHeader {
            version: ENVELOPE_VERSION,
            workspace: self.workspace,
            stream,
            epoch: 0,
            author: self.founder.device(),
            seq: 0,
            prev: EnvelopeId::ZERO,
            clock: FOUNDED,
            parts: Vec::new(),
        };
        let mut bodies = Vec::new();
        for (place, plain) in parts.iter().enumerate() {
            let aad = [
                ENVELOPE_MAGIC.as_slice(),
                self.workspace.as_bytes(),
                stream.as_bytes(),
                &0_u32.to_le_bytes(),
                header.author.as_bytes(),
                &0_u64.to_le_bytes(),
                EnvelopeId::ZERO.as_bytes(),
                &(place as u32).to_le_bytes(),
                &alias,
            ]
            .concat();
            let key = blake3::derive_key("huiyin part v1", &self.key.0);
            let sealed = seal(&key, &[&aad[..], &self.key.commitment()].concat(), plain);
            header.parts.push(PartHeader {
                alias,
                len: sealed.len() as u32,
                hash: *blake3::hash(&sealed).as_bytes(),
            });
            bodies.extend(sealed);
        }
        self.assembled(&header, &bodies)
    }

    /// Returns header and parts with a signature that holds.
    fn assembled(&self, header: &EnvelopeHeader, parts: &[u8]) -> Vec<u8> {
        let header = postcard::to_allocvec(header).expect("a header can be written");
        let signature = self.founder.sign(b"huiyin envelope v1", &header);
        [
            ENVELOPE_MAGIC.as_slice(),
            &(header.len() as u32).to_le_bytes(),
            &header,
            &signature.0,
            parts,
        ]
        .concat()
    }
}

fn seal(key: &[u8; 32], aad: &[u8], plain: &[u8]) -> Vec<u8> {
    let nonce = [7; 24];
    let sealed = XChaCha20Poly1305::new(&(*key).into())
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad })
        .expect("a short message can be sealed");
    [nonce.as_slice(), &sealed].concat()
}

/// Runs the target: the first byte, modulo 10, says what the rest is.
pub fn run(input: &[u8]) {
    let Some((kind, rest)) = input.split_first() else {
        return;
    };
    match kind % 10 {
        0 => envelope(rest),
        1 => statement(rest),
        2 => client_frame(rest),
        3 => relay_frames(rest),
        4 => object(rest),
        5 => link(rest),
        6 => backup(rest),
        7 => sealed_parts(rest),
        8 => signed_header(rest),
        _ => sealed_object(rest),
    }
}

/// Bytes as they come.
fn envelope(bytes: &[u8]) {
    let world = World::new(1);
    let _ = Envelope::peek_id(bytes);
    let Ok(read) = Envelope::decode(bytes) else {
        return;
    };
    assert_eq!(read.as_bytes(), bytes);
    assert_eq!(Envelope::peek_id(bytes), Ok(read.id()));
    let _ = read.verify();
    let _ = read.signed_statement();
    opened(&read, &world.key);
}

fn opened(envelope: &Envelope, key: &StreamKey) {
    for place in 0..=envelope.header().parts.len().min(8) {
        let _ = envelope.part_len(place);
        let _ = envelope.open_part(key, place);
    }
    if let Ok(parts) = envelope.open(key) {
        let plain: usize = parts.iter().map(|part| part.chunk.len()).sum();
        assert!(plain <= MAX_PART_PLAIN, "it swelled to {plain} bytes");
    }
}

/// A statement, said by the founder and by a stranger in a company that has a charter.
fn statement(bytes: &[u8]) {
    let world = World::new(2);
    let mut script = Script(bytes);
    let mut statements = vec![signed(
        &world.founder,
        0,
        Statement::Charter(world.charter.clone()),
    )];
    let stranger = DeviceKeys::generate(&mut Entropy::from_seed([9; 32]));
    // The golden statements are one to an input; several make what follows from each other.
    let several = script.0.first() == Some(&0xFF);
    if several {
        script.byte();
    }
    for seq in 1..=8 {
        let one = if several {
            script.bytes()
        } else {
            std::mem::take(&mut script.0)
        };
        let Ok(read) = Statement::decode(one) else {
            return;
        };
        assert_eq!(read.encode(), one, "a statement has one form");
        let by = if seq % 3 == 2 {
            &stranger
        } else {
            &world.founder
        };
        statements.push(signed(by, seq, read));
        if script.is_empty() {
            break;
        }
    }
    let folded = Membership::fold(world.workspace, &statements);
    statements.reverse();
    let again = Membership::fold(world.workspace, &statements);
    assert_eq!(
        folded.cuts_hash(),
        again.cuts_hash(),
        "what counts follows from the set"
    );
    let members = |of: &Membership| of.members().map(|(device, _)| *device).collect::<Vec<_>>();
    assert_eq!(members(&folded), members(&again));
    let _ = folded.keys_for(&world.founder);
    let _ = folded.streams_of(&world.founder.device());
}

fn client_frame(bytes: &[u8]) {
    if let Ok(frame) = ClientFrame::decode(bytes) {
        assert_eq!(ClientFrame::decode(&frame.encode()), Ok(frame));
    }
}

/// What a relay says, frame by frame, to a device that wants a stream and has something to send.
fn relay_frames(bytes: &[u8]) {
    let mut script = Script(bytes);
    let several = script.0.first() == Some(&0xFF);
    if several {
        script.byte();
    }
    let mut world = World::new(1);
    let root = StreamId::root(&world.workspace);
    let cursor = Cursor {
        epoch: StoreEpoch([2; 16]),
        position: 1,
        envelope: EnvelopeId([4; 32]),
    };
    let mut session = Session::new(
        world.workspace,
        world.founder.clone(),
        BTreeMap::from([(root, cursor)]),
    );
    let mut now = FOUNDED;
    session.tick(now, &mut world.entropy);
    session.streams(vec![root], now);
    session.opened(now);
    session.offer(
        vec![Offered {
            id: EnvelopeId([5; 32]),
            stream: root,
            bytes: vec![1; 40].into(),
        }],
        now,
    );
    for _ in 0..32 {
        let frame = if several {
            script.bytes()
        } else {
            std::mem::take(&mut script.0)
        };
        if let Ok(frame) = RelayFrame::decode(frame) {
            assert_eq!(RelayFrame::decode(&frame.encode()), Ok(frame));
        }
        now += 1;
        let mut stored = Vec::new();
        for action in session.frame(frame, now, &mut world.entropy) {
            match action {
                SessionAction::Deliver { stream, cursor, .. } => stored.push((stream, cursor)),
                SessionAction::Send(bytes) => {
                    ClientFrame::decode(&bytes).expect("what a device says is understood");
                }
                _ => {}
            }
        }
        for (stream, cursor) in stored {
            session.stored(stream, cursor, now);
        }
        if script.is_empty() {
            break;
        }
    }
    session.tick(now + 60_000, &mut world.entropy);
    session.closed(now + 60_001, &mut world.entropy);
    assert!(session.unsent() <= 1, "nothing is offered that was not");
}

fn object(bytes: &[u8]) {
    let world = World::new(3);
    if let Ok(object) = SealedObject::decode(bytes) {
        assert_eq!(object.as_bytes(), bytes);
        let _ = object.open(&world.key);
    }
}

fn link(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(link) = InviteLink::parse(&text) {
        assert_eq!(InviteLink::parse(&link.to_payload()), Ok(link.clone()));
        assert_eq!(
            InviteLink::parse(&link.to_url("https://a.example/")),
            Ok(link)
        );
    }
}

/// A backup whose key costs little to derive, unless the file asks for more than it may.
fn backup(bytes: &[u8]) {
    let mut bytes = bytes.to_vec();
    for (at, most) in [(20, 256 * 1024), (24, 10)] {
        let Some(field) = bytes.get_mut(at..at + 4) else {
            break;
        };
        let asked = u32::from_le_bytes(field.try_into().expect("4 bytes"));
        if asked <= most {
            field.copy_from_slice(
                &(asked % 33)
                    .min(most)
                    .min(if at == 24 { 1 } else { 32 })
                    .to_le_bytes(),
            );
        }
    }
    let _ = open_backup(PASSPHRASE, &bytes);
}

/// Parts as a member who means harm seals them: method and body are the input's.
fn sealed_parts(bytes: &[u8]) {
    let world = World::new(1);
    let mut script = Script(bytes);
    let mut parts = Vec::new();
    while !script.is_empty() && parts.len() < 4 {
        parts.push(script.bytes());
    }
    let bytes = world.sealed(&parts);
    let read = Envelope::decode(&bytes).expect("the form is right");
    read.verify().expect("the signature is right");
    opened(&read, &world.key);
}

/// A header as a member who means harm signs it, with parts that fit it if their lengths do.
fn signed_header(bytes: &[u8]) {
    let world = World::new(1);
    let Ok((mut header, rest)) = postcard::take_from_bytes::<EnvelopeHeader>(bytes) else {
        return;
    };
    if header.parts.len() > 64 {
        return;
    }
    header.author = world.founder.device();
    if header.version & 1 == 0 {
        header.version = ENVELOPE_VERSION;
        header.workspace = world.workspace;
        if header.epoch == CLEAR_EPOCH {
            header.stream = StreamId::members(&world.workspace);
        }
    }
    let mut left = rest;
    for part in &mut header.parts {
        let (body, after) = left.split_at((part.len as usize).min(left.len()));
        part.hash = *blake3::hash(body).as_bytes();
        left = after;
    }
    let bytes = world.assembled(&header, rest);
    if let Ok(read) = Envelope::decode(&bytes) {
        read.verify().expect("it was signed");
        if let Ok(said) = read.signed_statement() {
            let charter = signed(&world.founder, 0, Statement::Charter(world.charter.clone()));
            let _ = Membership::fold(world.workspace, &[charter, said]);
        }
        opened(&read, &world.key);
    }
}

/// An object as a member who means harm seals it: the body is the input's.
fn sealed_object(bytes: &[u8]) {
    let world = World::new(3);
    let label = world.key.object_label("a");
    let header = [
        OBJECT_MAGIC.as_slice(),
        &[1],
        world.workspace.as_bytes(),
        StreamId::root(&world.workspace).as_bytes(),
        &0_u32.to_le_bytes(),
        label.as_bytes(),
    ]
    .concat();
    let key = blake3::derive_key("huiyin object v1", &world.key.0);
    let sealed = seal(
        &key,
        &[&header[..], &world.key.commitment()].concat(),
        bytes,
    );
    let object = SealedObject::decode(&[header, sealed].concat());
    if let Ok(object) = object {
        let _ = object.open(&world.key);
    }
}

/// Returns the golden files of what is sent, and inputs for what lies behind their seals.
pub fn seeds() -> Vec<(String, Vec<u8>)> {
    let mut seeds = Vec::new();
    for (name, bytes) in super::golden_files("huiyin-sync") {
        let kinds: &[u8] = match name.as_str() {
            "bundle" | "bundle-with-object" | "entropy" | "stream-ids" | "envelope-id" => continue,
            "header" => &[8],
            "invite-link" => &[5],
            "object" => &[4],
            name if name.starts_with("client-") => &[2],
            name if name.starts_with("relay-") => &[3],
            name if name.starts_with("statement-") => {
                let read = Envelope::decode(&bytes).expect("golden");
                let said = read.statement().expect("golden").encode();
                seeds.push((format!("said-{name}"), [&[1], &said[..]].concat()));
                let header = postcard::to_allocvec(read.header()).expect("golden");
                seeds.push((
                    format!("signed-{name}"),
                    [&[8], &header[..], &said[..]].concat(),
                ));
                &[0]
            }
            _ => &[0],
        };
        for kind in kinds {
            seeds.push((name.clone(), [&[*kind], &bytes[..]].concat()));
        }
    }
    let part = Part {
        document: "root".to_owned(),
        chunk: b"first changes first changes first changes".to_vec(),
    };
    let plain = postcard::to_allocvec(&part).expect("small");
    // Method 0 as is; method 1 a stored block of deflate.
    let stored = [&[0], &plain[..]].concat();
    let length = plain.len() as u16;
    let deflated = [
        &[1, 1][..],
        &length.to_le_bytes(),
        &(!length).to_le_bytes(),
        &plain,
    ]
    .concat();
    let parts = [stored, deflated].map(|part| super::script::written(&part));
    seeds.push(("parts".to_owned(), [&[7], &parts.concat()[..]].concat()));
    let object = Part {
        document: "a".to_owned(),
        chunk: vec![3, 0, 0, 0, 0xFF, 0xD8, 0xFF],
    };
    let object = postcard::to_allocvec(&object).expect("small");
    seeds.push(("object-body".to_owned(), [&[9], &object[..]].concat()));
    let mut backup = b"\x06HYK1".to_vec();
    backup.extend([1; 16]);
    for number in [8_u32, 1, 40] {
        backup.extend(number.to_le_bytes());
    }
    backup.extend([5; 60]);
    seeds.push(("backup".to_owned(), backup));
    let world = World::new(1);
    let frames = [
        RelayFrame::Challenge {
            nonce: [1; 32],
            store_epoch: StoreEpoch([2; 16]),
        },
        RelayFrame::Welcome {
            member: true,
            streams: vec![huiyin_sync::StreamHead {
                stream: StreamId::root(&world.workspace),
                head: 3,
            }],
        },
        RelayFrame::Batch {
            stream: StreamId::root(&world.workspace),
            entries: vec![(2, huiyin_sync::EnvelopeBytes(world.sealed(&[b"\0"])))],
            head: 3,
        },
        RelayFrame::Accepted {
            request: 0,
            receipts: vec![huiyin_sync::Receipt {
                envelope: EnvelopeId([5; 32]),
                position: 3,
            }],
        },
        RelayFrame::Reset {
            stream: StreamId::root(&world.workspace),
        },
    ];
    let talk = |frames: &[RelayFrame]| {
        let mut talk = vec![3, 0xFF];
        for frame in frames {
            talk.extend(super::script::written(&frame.encode()));
        }
        talk
    };
    seeds.push(("talk".to_owned(), talk(&frames)));
    // The last position there is, told after a receipt.
    let [challenge, welcome, batch, accepted, _] = frames;
    let mut far = batch;
    if let RelayFrame::Batch { entries, .. } = &mut far {
        entries[0].0 = u64::MAX;
    }
    let frames = [challenge, welcome, accepted, far];
    seeds.push(("talk-far".to_owned(), talk(&frames)));
    seeds
}
