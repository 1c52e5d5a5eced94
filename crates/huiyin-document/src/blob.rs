//! Names and pieces of attachments. An attachment is content: it is named by its hash within the segment of its record, cut into
//! pieces that fit envelopes, and travels in the segment's stream beside the segment's changes.

use std::fmt;
use std::str::FromStr;

use huiyin_core::id::SegmentKey;
use thiserror::Error;

use crate::DocumentKey;

/// Most bytes of one attachment.
pub const MAX_BLOB_BYTES: usize = 10 * 1024 * 1024;
/// Bytes of every piece but the last.
pub const PIECE_BYTES: usize = 256 * 1024;
/// Begins the name of every piece.
const PREFIX: &str = "blob.";
/// Bytes before the content of a piece: the size of the whole.
const HEADER: usize = 4;

/// Names an attachment: BLAKE3 of its content, within the segment of its record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobKey {
    /// The segment of the record.
    pub segment: SegmentKey,
    /// BLAKE3 of the content.
    pub hash: [u8; 32],
}

/// Names one piece of an attachment. Text form `blob.ca.HQ.202611.0.<64 hexadecimal digits>.0`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PieceKey {
    /// The attachment.
    pub blob: BlobKey,
    /// Counts the pieces from 0.
    pub number: u32,
}

/// Why bytes are no piece of an attachment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PieceError {
    /// The name follows no known form.
    #[error("failed to read the name of a piece of an attachment")]
    Name,
    /// The size of the whole, the number and the length of the piece do not fit together.
    #[error("failed to read a piece of an attachment: its length does not fit its place")]
    Length,
}

impl BlobKey {
    /// Returns the hash as 64 hexadecimal digits.
    pub fn hash_text(&self) -> String {
        self.hash
            .iter()
            .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }

    /// Returns the name of the stream the attachment travels in.
    pub fn stream(&self) -> String {
        DocumentKey::Segment(self.segment.clone()).stream()
    }
}

/// Reads a hash of 64 lower-case hexadecimal digits.
pub fn parse_hash(text: &str) -> Option<[u8; 32]> {
    let lower = text
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if text.len() != 64 || !lower {
        return None;
    }
    let mut hash = [0; 32];
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(hash)
}

/// Returns the number of pieces of an attachment of `size` bytes.
pub fn pieces_of(size: usize) -> u32 {
    u32::try_from(size.div_ceil(PIECE_BYTES)).unwrap_or(u32::MAX)
}

/// Returns the content cut into pieces, each beginning with the size of the whole (4 bytes, little endian).
pub fn cut(content: &[u8]) -> Vec<Vec<u8>> {
    let size = u32::try_from(content.len())
        .unwrap_or(u32::MAX)
        .to_le_bytes();
    content
        .chunks(PIECE_BYTES)
        .map(|piece| [&size, piece].concat())
        .collect()
}

/// Returns the size of the whole and the content of a piece.
///
/// # Errors
/// [`PieceError::Length`] if they do not fit together.
pub fn read_piece(number: u32, bytes: &[u8]) -> Result<(u32, &[u8]), PieceError> {
    let (size, content) = bytes
        .split_first_chunk::<HEADER>()
        .ok_or(PieceError::Length)?;
    let size = u32::from_le_bytes(*size);
    let whole = size as usize;
    if whole == 0 || whole > MAX_BLOB_BYTES || number >= pieces_of(whole) {
        return Err(PieceError::Length);
    }
    let rest = whole - number as usize * PIECE_BYTES;
    if content.len() == rest.min(PIECE_BYTES) {
        Ok((size, content))
    } else {
        Err(PieceError::Length)
    }
}

impl fmt::Display for PieceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{PREFIX}{}.{}.{}",
            self.blob.segment,
            self.blob.hash_text(),
            self.number
        )
    }
}

impl FromStr for PieceKey {
    type Err = PieceError;

    fn from_str(text: &str) -> Result<Self, PieceError> {
        let read = || {
            let (rest, number_text) = text.strip_prefix(PREFIX)?.rsplit_once('.')?;
            let (segment, hash) = rest.rsplit_once('.')?;
            let number: u32 = number_text.parse().ok()?;
            // A number has one text, so that a piece has one name.
            if number.to_string() != number_text {
                return None;
            }
            Some(Self {
                blob: BlobKey {
                    segment: SegmentKey::parse(segment).ok()?,
                    hash: parse_hash(hash)?,
                },
                number,
            })
        };
        read().ok_or(PieceError::Name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(segment: &str, number: u32) -> PieceKey {
        PieceKey {
            blob: BlobKey {
                segment: SegmentKey::parse(segment).expect("valid"),
                hash: [0xAB; 32],
            },
            number,
        }
    }

    #[test]
    fn names_of_pieces_read_back_and_travel_with_their_segment() {
        for (segment, stream) in [
            ("ca.HQ.202611.0", "branch/HQ"),
            ("ex.HQ.485ax202611.0", "exchange/HQ+HZ"),
        ] {
            let piece = key(segment, 12);
            let text = piece.to_string();
            assert_eq!(text.parse(), Ok(piece.clone()), "{text}");
            assert_eq!(piece.blob.stream(), stream);
        }
        let good = key("ca.HQ.202611.0", 1).to_string();
        for bad in [
            "blob.ca.HQ.202611.0".to_owned(),
            good.replace("blob.", "blub."),
            good.replace("ab", "AB"),
            format!("{good}1x"),
            good.replace(".1", ".01"),
            good[..good.len() - 3].to_owned(),
        ] {
            assert_eq!(bad.parse::<PieceKey>(), Err(PieceError::Name), "{bad}");
        }
    }

    #[test]
    fn content_is_cut_into_pieces_and_a_piece_of_another_length_is_refused() {
        for size in [
            1,
            PIECE_BYTES - 1,
            PIECE_BYTES,
            PIECE_BYTES + 1,
            3 * PIECE_BYTES,
        ] {
            let content: Vec<u8> = (0..size).map(|at| at as u8).collect();
            let pieces = cut(&content);
            assert_eq!(pieces.len() as u32, pieces_of(size));
            let joined: Vec<u8> = pieces
                .iter()
                .enumerate()
                .flat_map(|(at, piece)| {
                    let (whole, part) = read_piece(at as u32, piece).expect("a piece");
                    assert_eq!(whole as usize, size);
                    part.to_vec()
                })
                .collect();
            assert_eq!(joined, content);
        }
        let pieces = cut(&vec![1; PIECE_BYTES + 1]);
        assert_eq!(read_piece(1, &pieces[0]), Err(PieceError::Length));
        assert_eq!(read_piece(2, &pieces[1]), Err(PieceError::Length));
        assert_eq!(read_piece(0, &[]), Err(PieceError::Length));
        assert_eq!(read_piece(0, &[0, 0, 0, 0]), Err(PieceError::Length));
        let huge = (MAX_BLOB_BYTES as u32 + 1).to_le_bytes();
        assert_eq!(
            read_piece(0, &[&huge[..], &vec![0; PIECE_BYTES]].concat()),
            Err(PieceError::Length)
        );
    }
}
