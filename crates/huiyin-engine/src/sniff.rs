//! Tells which encoding a text file is in, so that the shell can decode it: browsers with `TextDecoder`, the command
//! line with a decoder of its own. GB18030 contains GBK and GB2312.

/// What a file's bytes look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sniffed {
    /// Valid UTF-8 without byte order mark.
    Utf8,
    /// Valid UTF-8 after a byte order mark of three bytes.
    Utf8Bom,
    /// Not UTF-8, but every byte fits GB18030: decode with that and refuse on any error.
    Gb18030,
    /// UTF-16, a zip file, or other bytes that are no text known here.
    Unknown,
}

/// Byte order mark of UTF-8.
pub const UTF8_BOM: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// Returns what `bytes` look like. Control bytes other than tab and line ends are no text.
pub fn sniff(bytes: &[u8]) -> Sniffed {
    let (body, with_bom) = bytes
        .strip_prefix(&UTF8_BOM)
        .map_or((bytes, false), |body| (body, true));
    if body
        .iter()
        .any(|byte| matches!(byte, 0..=8 | 11 | 12 | 14..=31))
    {
        return Sniffed::Unknown;
    }
    if std::str::from_utf8(body).is_ok() {
        return if with_bom {
            Sniffed::Utf8Bom
        } else {
            Sniffed::Utf8
        };
    }
    if !with_bom && looks_like_gb18030(body) {
        Sniffed::Gb18030
    } else {
        Sniffed::Unknown
    }
}

fn looks_like_gb18030(bytes: &[u8]) -> bool {
    whole_gb18030(bytes) == Some(bytes.len())
}

/// Returns how many of these bytes are whole characters of GB18030, none if a byte fits no character. They begin at the
/// beginning of a character; at most three bytes at the end are left over.
///
/// **Source:** GB 18030-2005. Two bytes: 81–FE, then 40–7E or 80–FE; four bytes: 81–FE 30–39 81–FE 30–39.
pub fn whole_gb18030(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += match &bytes[at..] {
            [0..=0x7F, ..] => 1,
            [0x81..=0xFE, 0x40..=0x7E | 0x80..=0xFE, ..] => 2,
            [0x81..=0xFE, 0x30..=0x39, 0x81..=0xFE, 0x30..=0x39, ..] => 4,
            []
            | [0x81..=0xFE]
            | [0x81..=0xFE, 0x30..=0x39]
            | [0x81..=0xFE, 0x30..=0x39, 0x81..=0xFE] => {
                return Some(at);
            }
            _ => return None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_apart() {
        assert_eq!(sniff("姓名,电话\n".as_bytes()), Sniffed::Utf8);
        assert_eq!(sniff(b"\xEF\xBB\xBFname\n"), Sniffed::Utf8Bom);
        assert_eq!(
            sniff(b"\xD0\xD5\xC3\xFB,\xB5\xE7\xBB\xB0\n"),
            Sniffed::Gb18030
        );
        assert_eq!(sniff(b"\xFF\xFEn\0a\0"), Sniffed::Unknown);
        assert_eq!(sniff(b"PK\x03\x04rest"), Sniffed::Unknown);
        assert_eq!(sniff(b"caf\xE9\n"), Sniffed::Unknown);
    }

    #[test]
    fn characters_of_gb18030_are_not_cut_in_two() {
        let bytes = b"a\xD0\xD5\x81\x30\x81\x30b";
        let whole: Vec<_> = (0..=bytes.len())
            .map(|end| whole_gb18030(&bytes[..end]))
            .collect();
        assert_eq!(whole, [0, 1, 1, 3, 3, 3, 3, 7, 8].map(Some));
        assert_eq!(whole_gb18030(b"a\xFFb"), None);
    }
}
