//! What a device vouches for so that a newcomer has lists before the envelopes have come: the rows of a branch, as it had them.
//!
//! The rows lie at the relay in pieces, as objects of the branch's stream; a register of the root document says which, signed by the device
//! that put them there. What the rows are, and whose word counts, is left to the caller.
//!
//! **Source:** form of version 1, `docs/protocol.md`: the text is `device,made,epoch,rows,pieces,hash,signature`, hexadecimal but for
//! decimal time and counts; the signature, of domain `huiyin row snapshot v1`, is over workspace 16, stream 16, made u64 LE, epoch u32 LE,
//! rows u32 LE, pieces u32 LE, hash 32.

use std::fmt;
use std::str::FromStr;

use crate::id::{DeviceId, EnvelopeId, StreamId, WorkspaceId};
use crate::keys::{DeviceKeys, Signature};
use crate::staff_key::{BadRegister, next, time};

const DOMAIN: &[u8] = b"huiyin row snapshot v1";

/// Most pieces of a snapshot: with 256 KiB each the rows of about half a million customers.
pub const MAX_SNAPSHOT_PIECES: u32 = 64;

/// Says where the rows of a branch lie, and who vouches for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowSnapshot {
    /// Who made it.
    pub device: DeviceId,
    /// When, in milliseconds since 1970. With the device it names the pieces.
    pub made_ms: u64,
    /// Epoch of the stream key the pieces are sealed under.
    pub epoch: u32,
    /// Rows the branch had then.
    pub rows: u32,
    /// Pieces, numbered from 0.
    pub pieces: u32,
    /// BLAKE3 over the BLAKE3 hashes of the pieces' contents, in their order.
    pub hash: [u8; 32],
    /// Its signature.
    pub signature: Signature,
}

/// What a snapshot says beside its author.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vouched<'a> {
    /// The company.
    pub workspace: &'a WorkspaceId,
    /// The stream whose rows these are.
    pub stream: &'a StreamId,
    /// Epoch of its key.
    pub epoch: u32,
}

impl RowSnapshot {
    /// Returns the snapshot that this device signs, of pieces with these hashes.
    pub fn new(
        keys: &DeviceKeys,
        of: Vouched<'_>,
        made_ms: u64,
        rows: u32,
        hashes: &[[u8; 32]],
    ) -> Self {
        let mut snapshot = Self {
            device: keys.device(),
            made_ms,
            epoch: of.epoch,
            rows,
            pieces: hashes.len() as u32,
            hash: hash_of(hashes),
            signature: Signature([0; 64]),
        };
        snapshot.signature = keys.sign(DOMAIN, &snapshot.message(of));
        snapshot
    }

    fn message(&self, of: Vouched<'_>) -> Vec<u8> {
        let mut bytes = of.workspace.as_bytes().to_vec();
        bytes.extend_from_slice(of.stream.as_bytes());
        bytes.extend_from_slice(&self.made_ms.to_le_bytes());
        bytes.extend_from_slice(&self.epoch.to_le_bytes());
        bytes.extend_from_slice(&self.rows.to_le_bytes());
        bytes.extend_from_slice(&self.pieces.to_le_bytes());
        bytes.extend_from_slice(&self.hash);
        bytes
    }

    /// Returns whether the device it names signed it for this stream, and it keeps the limits. Whether that device may is not asked here.
    pub fn holds(&self, of: Vouched<'_>) -> bool {
        (1..=MAX_SNAPSHOT_PIECES).contains(&self.pieces)
            && of.epoch == self.epoch
            && self
                .device
                .verify(DOMAIN, &self.message(of), &self.signature)
    }

    /// Returns whether these are the hashes of its pieces.
    pub fn is_of(&self, hashes: &[[u8; 32]]) -> bool {
        hashes.len() == self.pieces as usize && hash_of(hashes) == self.hash
    }
}

fn hash_of(hashes: &[[u8; 32]]) -> [u8; 32] {
    *blake3::hash(hashes.concat().as_slice()).as_bytes()
}

/// Returns the name of a piece, under which it is sealed.
pub fn snapshot_piece_name(device: &DeviceId, made_ms: u64, number: u32) -> String {
    format!("rows.{device}.{made_ms}.{number}")
}

impl fmt::Display for RowSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hash, signature) = (EnvelopeId(self.hash), self.signature);
        write!(
            f,
            "{},{},{},{},{},{hash},{signature}",
            self.device, self.made_ms, self.epoch, self.rows, self.pieces
        )
    }
}

impl FromStr for RowSnapshot {
    type Err = BadRegister;

    fn from_str(text: &str) -> Result<Self, BadRegister> {
        let mut parts = text.split(',');
        let count = |text: &str| u32::try_from(time(text)?).map_err(|_| BadRegister);
        let snapshot = Self {
            device: next(&mut parts)?.parse()?,
            made_ms: time(next(&mut parts)?)?,
            epoch: count(next(&mut parts)?)?,
            rows: count(next(&mut parts)?)?,
            pieces: count(next(&mut parts)?)?,
            hash: next(&mut parts)?.parse::<EnvelopeId>()?.0,
            signature: next(&mut parts)?.parse()?,
        };
        match parts.next() {
            None => Ok(snapshot),
            Some(_) => Err(BadRegister),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKSPACE: WorkspaceId = WorkspaceId([3; 16]);
    const STREAM: StreamId = StreamId([4; 16]);
    const HASHES: [[u8; 32]; 2] = [[1; 32], [2; 32]];

    fn vouched() -> Vouched<'static> {
        Vouched {
            workspace: &WORKSPACE,
            stream: &STREAM,
            epoch: 3,
        }
    }

    fn snapshot() -> RowSnapshot {
        let keys = DeviceKeys::from_bytes([7; 32]);
        RowSnapshot::new(&keys, vouched(), 1_764_000_000_000, 40_000, &HASHES)
    }

    #[test]
    fn its_text_of_version_1_is_read_and_holds() {
        let text = include_str!("../tests/golden/row-snapshot.txt").trim_end();
        assert_eq!(snapshot().to_string(), text);
        let read: RowSnapshot = text.parse().unwrap();
        assert_eq!(read, snapshot());
        assert!(read.holds(vouched()));
        assert!(read.is_of(&HASHES));
    }

    #[test]
    fn what_was_not_signed_so_does_not_hold() {
        let changes: [fn(&mut RowSnapshot); 6] = [
            |one| one.made_ms += 1,
            |one| one.epoch += 1,
            |one| one.rows += 1,
            |one| one.pieces += 1,
            |one| one.hash[0] ^= 1,
            |one| one.device = DeviceKeys::from_bytes([8; 32]).device(),
        ];
        for change in changes {
            let mut other = snapshot();
            change(&mut other);
            assert!(!other.holds(vouched()), "{other}");
        }
        let stream = StreamId([5; 16]);
        assert!(!snapshot().holds(Vouched {
            stream: &stream,
            ..vouched()
        }));
        assert!(!snapshot().is_of(&HASHES[..1]));
        assert!(!snapshot().is_of(&[HASHES[1], HASHES[0]]));
    }

    #[test]
    fn more_pieces_than_the_limit_do_not_hold() {
        let keys = DeviceKeys::from_bytes([7; 32]);
        for (pieces, holds) in [
            (0, false),
            (MAX_SNAPSHOT_PIECES, true),
            (MAX_SNAPSHOT_PIECES + 1, false),
        ] {
            let hashes = vec![[0; 32]; pieces as usize];
            let made = RowSnapshot::new(&keys, vouched(), 1, 1, &hashes);
            assert_eq!(made.holds(vouched()), holds, "{pieces}");
        }
    }

    #[test]
    fn malformed_texts_are_refused() {
        let text = snapshot().to_string();
        for bad in [
            "",
            "a,b",
            &text[1..],
            &format!("{text},"),
            &text.replace(",2,", ",02,"),
        ] {
            assert!(bad.parse::<RowSnapshot>().is_err(), "{bad}");
        }
    }
}
