//! Text out of the bytes of a file, piece by piece: UTF-8 with or without byte order mark, UTF-16 with one, GB18030 as the
//! shell decodes it.
//!
//! What comes out does not depend on where the pieces are cut.

use crate::Reading;
use crate::sniff::UTF8_BOM;

/// Byte order marks of UTF-16.
const UTF16_LE: [u8; 2] = [0xFF, 0xFE];
const UTF16_BE: [u8; 2] = [0xFE, 0xFF];

/// How a file writes its characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf8Bom,
    Utf16 { big_endian: bool },
    Gb18030,
}

impl Encoding {
    /// Returns the name in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf8Bom => "utf-8-bom",
            Self::Utf16 { .. } => "utf-16",
            Self::Gb18030 => "gb18030",
        }
    }
}

/// Why bytes are no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Undecodable {
    /// Without byte order mark and not UTF-8: may be GB18030.
    NotUtf8,
    /// No encoding that is known here, or no text at all.
    Unknown,
}

/// Decodes the pieces of one file in their order.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    encoding: Option<Encoding>,
    /// Bytes of a character, or of a byte order mark, that goes on in the next piece.
    cut: Vec<u8>,
    /// Characters beyond ASCII were seen: what reads as UTF-8 so far is UTF-8.
    sure: bool,
}

impl Decoder {
    /// Returns a decoder of a file that is not UTF-8.
    pub fn gb18030() -> Self {
        Self {
            encoding: Some(Encoding::Gb18030),
            ..Self::default()
        }
    }

    /// Returns the encoding, once enough was seen to tell.
    pub fn encoding(&self) -> Option<Encoding> {
        self.encoding
    }

    /// Returns the form in which the shell shall hand over pieces.
    pub fn reading(&self) -> Reading {
        match self.encoding {
            Some(Encoding::Gb18030) => Reading::Gb18030,
            _ => Reading::Bytes,
        }
    }

    /// Appends the text of the next piece; `last` says that none follows.
    ///
    /// # Errors
    /// The bytes are no text. Then the file has to be read from its beginning in another encoding, if at all.
    pub fn decode(
        &mut self,
        piece: &[u8],
        last: bool,
        text: &mut String,
    ) -> Result<(), Undecodable> {
        let joined;
        let mut bytes = piece;
        if !self.cut.is_empty() {
            self.cut.extend_from_slice(piece);
            joined = std::mem::take(&mut self.cut);
            bytes = &joined;
        }
        let encoding = match self.encoding {
            Some(encoding) => encoding,
            None if bytes.len() < UTF8_BOM.len() && !last => {
                self.cut = bytes.to_vec();
                return Ok(());
            }
            None => {
                let (encoding, mark) = begins_as(bytes);
                self.encoding = Some(encoding);
                bytes = &bytes[mark..];
                encoding
            }
        };
        let left = match encoding {
            Encoding::Utf8 => utf8(bytes, last, text, Undecodable::NotUtf8).map_err(|why| {
                // Cut off within its last character, it is in no other encoding either.
                let cut_off = last && is_cut_off(bytes, self.sure);
                if cut_off { Undecodable::Unknown } else { why }
            })?,
            Encoding::Utf8Bom | Encoding::Gb18030 => utf8(bytes, last, text, Undecodable::Unknown)?,
            Encoding::Utf16 { big_endian } => utf16(bytes, big_endian, last, text)?,
        };
        self.sure = self.sure || !bytes[..bytes.len() - left].is_ascii();
        self.cut = bytes[bytes.len() - left..].to_vec();
        Ok(())
    }
}

/// Returns the encoding a file begins in, and the length of its byte order mark.
fn begins_as(bytes: &[u8]) -> (Encoding, usize) {
    if bytes.starts_with(&UTF8_BOM) {
        (Encoding::Utf8Bom, UTF8_BOM.len())
    } else if bytes.starts_with(&UTF16_LE) {
        (Encoding::Utf16 { big_endian: false }, UTF16_LE.len())
    } else if bytes.starts_with(&UTF16_BE) {
        (Encoding::Utf16 { big_endian: true }, UTF16_BE.len())
    } else {
        (Encoding::Utf8, 0)
    }
}

/// Control characters other than tab and line ends are no text: a file of another kind, or in another encoding.
fn is_no_text(byte: u8) -> bool {
    matches!(byte, 0..=8 | 11 | 12 | 14..=31)
}

/// Returns whether these bytes are UTF-8 but for the end of their last character; `sure` if there were others beyond ASCII.
fn is_cut_off(bytes: &[u8], sure: bool) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| {
        error.error_len().is_none() && (sure || !bytes[..error.valid_up_to()].is_ascii())
    })
}

/// Appends UTF-8; returns how many bytes at the end wait for the rest of their character.
fn utf8(
    bytes: &[u8],
    last: bool,
    text: &mut String,
    otherwise: Undecodable,
) -> Result<usize, Undecodable> {
    if bytes.iter().any(|byte| is_no_text(*byte)) {
        return Err(Undecodable::Unknown);
    }
    match std::str::from_utf8(bytes) {
        Ok(whole) => {
            text.push_str(whole);
            Ok(0)
        }
        Err(error) if error.error_len().is_none() && !last => {
            let (whole, cut) = bytes.split_at(error.valid_up_to());
            text.push_str(std::str::from_utf8(whole).map_err(|_| otherwise)?);
            Ok(cut.len())
        }
        Err(_) => Err(otherwise),
    }
}

/// Appends UTF-16; returns how many bytes at the end wait for the rest of their character.
fn utf16(
    bytes: &[u8],
    big_endian: bool,
    last: bool,
    text: &mut String,
) -> Result<usize, Undecodable> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let unit = |pair: &[u8; 2]| {
        if big_endian {
            u16::from_be_bytes(*pair)
        } else {
            u16::from_le_bytes(*pair)
        }
    };
    // The first half of a pair of surrogates waits for the second.
    let half = pairs
        .last()
        .is_some_and(|pair| (0xD800..0xDC00).contains(&unit(pair)));
    let waits = rest.len() + if half { 2 } else { 0 };
    if last && waits > 0 {
        return Err(Undecodable::Unknown);
    }
    let whole = &pairs[..pairs.len() - usize::from(half)];
    for c in char::decode_utf16(whole.iter().map(unit)) {
        match c {
            Ok(c) if !u8::try_from(u32::from(c)).is_ok_and(is_no_text) => text.push(c),
            _ => return Err(Undecodable::Unknown),
        }
    }
    Ok(waits)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decodes bytes cut into pieces of one length.
    fn decoded(bytes: &[u8], length: usize) -> Result<(String, &'static str), Undecodable> {
        let mut decoder = Decoder::default();
        let mut text = String::new();
        for piece in bytes.chunks(length) {
            decoder.decode(piece, false, &mut text)?;
        }
        decoder.decode(b"", true, &mut text)?;
        let encoding = decoder.encoding().map_or("", Encoding::name);
        Ok((text, encoding))
    }

    #[track_caller]
    fn check(bytes: &[u8], expected: Result<(&str, &'static str), Undecodable>) {
        for length in 1..=bytes.len().max(1) {
            let expected = expected.map(|(text, name)| (text.to_owned(), name));
            assert_eq!(decoded(bytes, length), expected, "pieces of {length}");
        }
    }

    #[test]
    fn encodings_are_told_apart_wherever_the_pieces_are_cut() {
        check("姓名,a\n🐉\n".as_bytes(), Ok(("姓名,a\n🐉\n", "utf-8")));
        check("\u{feff}姓名".as_bytes(), Ok(("姓名", "utf-8-bom")));
        check(b"\xD0\xD5\xC3\xFB,a\n", Err(Undecodable::NotUtf8));
        check(b"\xEF\xBB\xBF\xD0\xD5", Err(Undecodable::Unknown));
        check(b"n\0a\0m\0", Err(Undecodable::Unknown));
        check(b"PK\x03\x04rest", Err(Undecodable::Unknown));
        check(b"\xE5\xA7\x93\xE5\x90", Err(Undecodable::Unknown));
        check(b"a\xE5\x90", Err(Undecodable::NotUtf8));
        check(b"", Ok(("", "utf-8")));
        check(b"a", Ok(("a", "utf-8")));
    }

    #[test]
    fn utf16_with_a_byte_order_mark_is_text_and_half_a_character_is_not() {
        let bytes = |big_endian: bool, text: &str| -> Vec<u8> {
            let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
            units
                .flat_map(|unit| {
                    if big_endian {
                        unit.to_be_bytes()
                    } else {
                        unit.to_le_bytes()
                    }
                })
                .collect()
        };
        for big_endian in [false, true] {
            let whole = bytes(big_endian, "名,🐉\r\n");
            check(&whole, Ok(("名,🐉\r\n", "utf-16")));
            check(&bytes(big_endian, "🐉")[..4], Err(Undecodable::Unknown));
            check(&whole[..whole.len() - 1], Err(Undecodable::Unknown));
            check(&bytes(big_endian, "a\0b"), Err(Undecodable::Unknown));
        }
    }
}
