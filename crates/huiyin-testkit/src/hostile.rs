//! A company with a member who means harm: honest records, and a bundle of envelopes that must not be taken, half of them broken
//! on the way, half signed and sealed by the member over broken changes whose checksums fit.
//!
//! The member's changes are about records of its own, so that nothing honest may differ afterwards.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_api::Request;
use huiyin_document::{unpack_creation, unpack_group};
use huiyin_engine::{MemoryStore, Millis, Query, Table};
use huiyin_sync::{
    Bundle, BundleWriter, DeviceKeys, Entropy, Envelope, EnvelopeId, Part, SealRequest, StreamId,
    StreamKey, WorkspaceId,
};
use sha2::{Digest as _, Sha256};

use crate::{Device, Random};

/// Start of every chunk. **Source:** Automerge binary format, "Chunk Container".
const MAGIC: [u8; 4] = [0x85, 0x6F, 0x4A, 0x83];
/// Magic, checksum and kind of a chunk.
const PREFIX: usize = 9;
/// Most bytes of a mutant that differ from the honest ones.
const MAX_HITS: usize = 4;
/// Honest customers, and as many cases.
const HONEST: usize = 20;

/// What a test brings to a device.
#[derive(Debug)]
pub struct Hostile {
    /// The link by which one more device joins.
    pub link: String,
    /// Everything honest, with the hostile member's admission.
    pub honest: Vec<u8>,
    /// The hostile envelopes, in a bundle whose frame is right.
    pub mutants: Vec<u8>,
    /// How many there are.
    pub count: u32,
    /// The export of the honest records, line by line.
    pub lines: Vec<String>,
}

/// A change of one document, to be broken.
struct Base {
    stream: StreamId,
    document: String,
    chunk: Vec<u8>,
}

/// Makes a company and `count` mutants from a seed; everybody's clock stands at `now`.
///
/// # Panics
/// When the company cannot be made: the rules have changed and this has not.
#[must_use]
pub fn hostile(count: u32, seed: u64, now: Millis) -> Hostile {
    let mut random = Random::new(seed);
    let mut shop = Device::new("总店", seed);
    shop.now = now;
    shop.found(None);
    for place in 0..HONEST {
        shop.must(customer(&format!("顾客 {place}")));
        shop.must(case(&format!("来电 {place}")));
    }
    let mut member = Device::new("外人", seed + 1);
    member.now = now;
    let link = shop.invite("HQ", "clerk");
    member.join(&link).expect("the link is right");
    member
        .take_bundle(&shop.bundle())
        .expect("an honest bundle");
    shop.take_bundle(&member.bundle())
        .expect("an honest bundle");
    let link = shop.invite("HQ", "clerk");
    let honest = shop.bundle();
    member.take_bundle(&honest).expect("an honest bundle");

    let mind = Mind::read(&member.store, now);
    let bases = mind.bases(&member, &honest);
    let victims: Vec<Vec<u8>> = envelopes(&honest).map(Envelope::into_bytes).collect();
    let mut chains = mind.chains(&honest);
    let mut entropy = Entropy::from_seed(random.entropy());
    let mut writer = BundleWriter::new(mind.workspace);
    let mut made = BTreeSet::new();
    while writer.count() < count {
        let mutant = if writer.count().is_multiple_of(2) {
            let victim = random.choose(&victims).expect("there are envelopes");
            broken(victim, 0, &mut random)
        } else {
            let base = random.choose(&bases).expect("there are changes");
            let chunk = rechecked(&broken(&base.chunk, PREFIX, &mut random));
            mind.sealed(&mut chains, base, chunk, &mut entropy)
        };
        // A mutant must say whose it is to be put into a bundle at all; others are stopped before.
        if made.insert(mutant.clone()) && !victims.contains(&mutant) {
            let _ = writer.push(&mutant);
        }
    }
    Hostile {
        link,
        honest,
        mutants: writer.finish(),
        count,
        lines: shop.export().lines().map(str::to_owned).collect(),
    }
}

fn customer(name: &str) -> Request {
    Request::SaveCustomer {
        id: None,
        fields: BTreeMap::from([
            ("name".to_owned(), name.to_owned()),
            ("phone".to_owned(), "13900000000".to_owned()),
        ]),
    }
}

fn case(subject: &str) -> Request {
    Request::RegisterCase {
        fields: BTreeMap::from([("subject".to_owned(), subject.to_owned())]),
        note: "当面说的".to_owned(),
    }
}

fn envelopes(bundle: &[u8]) -> impl Iterator<Item = Envelope> {
    let bundle = Bundle::read(bundle).expect("it was just written");
    let envelopes: Vec<Envelope> = bundle.envelopes().flatten().collect();
    envelopes.into_iter()
}

/// Returns `honest` with a few bytes from `from` on changed, left out, doubled or cut off.
fn broken(honest: &[u8], from: usize, random: &mut Random) -> Vec<u8> {
    let mut bytes = honest.to_vec();
    for _ in 0..=random.below(MAX_HITS) {
        let room = bytes.len().saturating_sub(from);
        if room == 0 {
            break;
        }
        let at = from + random.below(room);
        match random.below(10) {
            0 => bytes.truncate(at),
            1 => drop(bytes.remove(at)),
            2 => bytes.insert(at, random.below(256) as u8),
            3 => {
                let end = (at + 1 + random.below(32)).min(bytes.len());
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            4 => bytes[at] = 0xFF,
            _ => bytes[at] ^= 1 << random.below(8),
        }
    }
    bytes
}

/// Returns a chunk whose length and checksum fit its body.
///
/// **Source:** Automerge binary format, "Chunk Container".
fn rechecked(chunk: &[u8]) -> Vec<u8> {
    let kind = chunk.get(PREFIX - 1).copied().unwrap_or(1);
    let body = chunk.get(PREFIX..).unwrap_or_default();
    // The length stands first, seven bits a byte.
    let digits = body.iter().take_while(|byte| **byte >= 0x80).count() + 1;
    let body = body.get(digits..).unwrap_or_default();
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

/// Returns the chunks of a concatenation, as far as they are whole.
///
/// **Source:** Automerge binary format, "Chunk Container".
fn chunks_of(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut chunks = Vec::new();
    while bytes.len() > PREFIX {
        let digits = bytes[PREFIX..].iter().take_while(|byte| **byte >= 0x80);
        let digits = digits.count() + 1;
        let length = (0..digits).fold(0, |length, place| {
            let digit = bytes.get(PREFIX + place).copied().unwrap_or(0);
            length | usize::from(digit & 0x7F) << (7 * place)
        });
        let end = (PREFIX + digits + length).min(bytes.len());
        let (chunk, rest) = bytes.split_at(end);
        chunks.push(chunk.to_vec());
        bytes = rest;
    }
    chunks
}

/// What the hostile member knows: its own keys and those of the streams it may read.
struct Mind {
    now: Millis,
    workspace: WorkspaceId,
    keys: DeviceKeys,
    streams: BTreeMap<StreamId, (u32, StreamKey)>,
}

impl Mind {
    /// Reads them from the member's own disk.
    fn read(store: &MemoryStore, now: Millis) -> Self {
        let identity = Query::Get {
            table: Table::Meta,
            key: b"identity".to_vec(),
        };
        let keys = Query::Range {
            table: Table::Keys,
            prefix: Vec::new(),
            after: None,
            limit: u32::MAX,
            keys_only: false,
        };
        let rows = store.load(&[identity, keys]);
        // The version, the company, the seed of the device's keys: `identity.rs` of the engine.
        let row = &rows[0][0].1;
        let fixed = "an identity begins with a version, a company and a seed";
        let workspace = WorkspaceId(row[1..17].try_into().expect(fixed));
        let keys = DeviceKeys::from_bytes(row[17..49].try_into().expect(fixed));
        let streams = rows[1].iter().map(|(name, key)| {
            let (stream, epoch) = name.split_at(16);
            let fixed = "a stream's key is named by stream and epoch";
            let stream = StreamId(stream.try_into().expect(fixed));
            let epoch = u32::from_be_bytes(epoch.try_into().expect(fixed));
            let key = StreamKey(key.as_slice().try_into().expect(fixed));
            (stream, (epoch, key))
        });
        Self {
            now,
            workspace,
            keys,
            streams: streams.collect(),
        }
    }

    /// Returns where the member's chains stand in what everybody has.
    fn chains(&self, honest: &[u8]) -> BTreeMap<StreamId, (u64, EnvelopeId)> {
        let mut chains = BTreeMap::new();
        for envelope in envelopes(honest) {
            let header = envelope.header();
            if header.author == self.keys.device() {
                let place = chains.entry(header.stream).or_insert((0, EnvelopeId::ZERO));
                if header.seq >= place.0 {
                    *place = (header.seq + 1, envelope.id());
                }
            }
        }
        chains
    }

    /// Returns changes the member could make, each on top of what everybody has.
    fn bases(&self, member: &Device, honest: &[u8]) -> Vec<Base> {
        let known: BTreeSet<EnvelopeId> = envelopes(honest).map(|one| one.id()).collect();
        let mut bases = Vec::new();
        for (place, request) in [
            customer("没有的人"),
            customer("另一个人"),
            case("没有的事"),
            case("另一件事"),
        ]
        .into_iter()
        .enumerate()
        {
            let mut copy = Device::on_disk("外人", place as u64, member.store.clone());
            copy.now = member.now;
            // Another id than those the member has used: a command is done once.
            copy.ask_as(&format!("hostile-{place}"), request, None)
                .expect("a member may do this");
            let bundle = copy.bundle();
            let news = envelopes(&bundle).filter(|one| !known.contains(&one.id()));
            for envelope in news.filter(|one| !one.is_clear()) {
                bases.extend(self.opened(&envelope));
            }
        }
        bases
    }

    /// Returns the changes in an envelope, by document.
    fn opened(&self, envelope: &Envelope) -> Vec<Base> {
        let stream = envelope.header().stream;
        let (_, key) = &self.streams[&stream];
        let parts = envelope.open(key).expect("the member holds the key");
        let mut bases = Vec::new();
        for part in parts {
            let documents = if part.document.starts_with("group.") {
                unpack_group(&part.chunk).expect("it was just packed")
            } else if let Some(document) = part.document.strip_prefix("creation.") {
                let chunk = unpack_creation(&part.chunk).expect("it was just packed");
                vec![(document.to_owned(), chunk)]
            } else {
                vec![(part.document, part.chunk)]
            };
            for (document, chunks) in documents {
                bases.extend(chunks_of(&chunks).into_iter().map(|chunk| Base {
                    stream,
                    document: document.clone(),
                    chunk,
                }));
            }
        }
        bases
    }

    /// Returns a change in an envelope that is right in everything else, next in the member's chain.
    fn sealed(
        &self,
        chains: &mut BTreeMap<StreamId, (u64, EnvelopeId)>,
        base: &Base,
        chunk: Vec<u8>,
        entropy: &mut Entropy,
    ) -> Vec<u8> {
        let (epoch, key) = &self.streams[&base.stream];
        let place = chains.entry(base.stream).or_insert((0, EnvelopeId::ZERO));
        let request = SealRequest {
            workspace: self.workspace,
            stream: base.stream,
            epoch: *epoch,
            seq: place.0,
            prev: place.1,
            clock: self.now as u64,
            parts: vec![Part {
                document: base.document.clone(),
                chunk,
            }],
        };
        let envelope =
            Envelope::seal(&self.keys, key, request, entropy).expect("a small envelope fits");
        *place = (place.0 + 1, envelope.id());
        envelope.into_bytes()
    }
}
