//! The recovery kit: an administrator's invitation on paper, to be typed in or read by a camera.
//!
//! ```text
//! content = version u8 | workspace 16 | secret 32 | check u8
//! line n  = 10 bytes of the content in Crockford's base32: 4 groups of 4, then a group of 2 that checks the line
//! kit     = 5 lines, and the address of the relay, if there is one, as a word of its own that holds "://"
//! ```
//! The check of the content is the first byte of BLAKE3 in derive mode over what stands before it; that of a line the first 10 bits over its
//! number (from 0) and its bytes. Letter case, spaces, dashes and line breaks do not matter, and what is easily mistaken (O, I, L) is read as
//! the digit it stands for.
//!
//! What may be done with it follows from the invitation of that secret, which an administrator has signed.
//!
//! **Source:** Douglas Crockford, "Base 32": symbols and what is decoded as what.

use thiserror::Error;

use crate::id::WorkspaceId;
use crate::keys::InvitationSecret;
use crate::link::InviteLink;

/// Version of the kit this crate writes, and the newest it reads.
pub const KIT_VERSION: u8 = 1;
/// Lines of a kit.
pub const KIT_LINES: usize = 5;
/// Bytes of the content in a line.
const LINE_BYTES: usize = 10;
/// Symbols of a line without its check.
const LINE_SYMBOLS: usize = 16;
/// Symbols of a line's check.
const CHECK_SYMBOLS: usize = 2;
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Longest text looked at, in bytes.
const MAX_TEXT: usize = 4_096;
/// What tells the address of a relay from symbols.
const ADDRESS: &str = "://";

/// Why a text is no kit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KitError {
    /// Another text: too short, too long or of other letters.
    #[error("read the recovery kit: this text is none; it has {KIT_LINES} lines of groups")]
    NotAKit,
    /// A line is mistyped.
    #[error("read the recovery kit: line {line} is mistyped")]
    Mistyped {
        /// The line, from 1.
        line: usize,
    },
    /// The lines are right each but not those of one kit in order.
    #[error("read the recovery kit: its lines are out of order or of two kits")]
    Mixed,
    /// Made by a newer version: update first.
    #[error("read the recovery kit: made in version {version}, newer than this program")]
    NewerVersion {
        /// The version found.
        version: u8,
    },
}

fn check_of(content: &[u8]) -> u8 {
    blake3::derive_key("huiyin recovery kit check v1", content)[0]
}

/// Returns the two symbols that check a line.
fn line_check(number: usize, bytes: &[u8]) -> [u8; CHECK_SYMBOLS] {
    let number = u8::try_from(number).expect("a kit has few lines");
    let hash = blake3::derive_key("huiyin recovery kit line v1", &[&[number], bytes].concat());
    [hash[0] >> 3, (hash[0] & 7) << 2 | hash[1] >> 6].map(|value| SYMBOLS[usize::from(value)])
}

/// Returns the symbols of five bytes or a multiple, five bits each, high bits first.
fn symbols_of(bytes: &[u8]) -> Vec<u8> {
    let bit = |at: usize| bytes[at / 8] >> (7 - at % 8) & 1;
    (0..bytes.len() * 8 / 5)
        .map(|place| (0..5).fold(0, |value, at| value << 1 | bit(place * 5 + at)))
        .map(|value| SYMBOLS[usize::from(value)])
        .collect()
}

fn bytes_of(symbols: &[u8]) -> Vec<u8> {
    let bit = |at: usize| {
        let value = SYMBOLS.iter().position(|symbol| *symbol == symbols[at / 5]);
        let value = value.expect("only symbols are collected") as u8;
        value >> (4 - at % 5) & 1
    };
    (0..symbols.len() * 5 / 8)
        .map(|place| (0..8).fold(0, |value, at| value << 1 | bit(place * 8 + at)))
        .collect()
}

/// Returns the symbol a typed letter stands for; none for what only parts groups.
fn symbol(letter: char) -> Option<u8> {
    match letter.to_ascii_uppercase() {
        'O' => Some(b'0'),
        'I' | 'L' => Some(b'1'),
        upper => u8::try_from(upper).ok().filter(|s| SYMBOLS.contains(s)),
    }
}

/// Returns the lines of the kit of an invitation: five groups each, with spaces between. The relay is not in them.
pub fn kit_lines(workspace: &WorkspaceId, secret: &InvitationSecret) -> Vec<String> {
    let mut content = vec![KIT_VERSION];
    content.extend_from_slice(workspace.as_bytes());
    content.extend_from_slice(&secret.0);
    content.push(check_of(&content));
    let lines = content.chunks(LINE_BYTES).enumerate();
    lines
        .map(|(number, bytes)| {
            let mut symbols = symbols_of(bytes);
            symbols.extend(line_check(number, bytes));
            let groups = symbols.chunks(4).map(|group| {
                let letters = group.iter().map(|symbol| char::from(*symbol));
                letters.collect::<String>()
            });
            groups.collect::<Vec<_>>().join(" ")
        })
        .collect()
}

/// Returns the invitation of a kit that was typed, pasted or read by a camera.
///
/// # Errors
/// [`KitError`], which names the first line that is mistyped.
pub fn read_kit(text: &str) -> Result<InviteLink, KitError> {
    if text.len() > MAX_TEXT {
        return Err(KitError::NotAKit);
    }
    let (addresses, words): (Vec<&str>, Vec<&str>) = text
        .split_whitespace()
        .partition(|word| word.contains(ADDRESS));
    let mut symbols = Vec::new();
    for letter in words.iter().flat_map(|word| word.chars()) {
        match symbol(letter) {
            Some(symbol) => symbols.push(symbol),
            None if matches!(letter, '-' | '–' | '—' | '·') => {}
            None => return Err(KitError::NotAKit),
        }
    }
    if symbols.len() != KIT_LINES * (LINE_SYMBOLS + CHECK_SYMBOLS) {
        return Err(KitError::NotAKit);
    }
    let mut content = Vec::new();
    for (number, line) in symbols.chunks(LINE_SYMBOLS + CHECK_SYMBOLS).enumerate() {
        let (line, check) = line.split_at(LINE_SYMBOLS);
        let bytes = bytes_of(line);
        if line_check(number, &bytes) != check {
            return Err(KitError::Mistyped { line: number + 1 });
        }
        content.extend(bytes);
    }
    let (&check, body) = content.split_last().ok_or(KitError::NotAKit)?;
    if check != check_of(body) {
        return Err(KitError::Mixed);
    }
    let (&version, rest) = body.split_first().ok_or(KitError::NotAKit)?;
    if version != KIT_VERSION {
        return Err(KitError::NewerVersion { version });
    }
    let (workspace, rest) = rest.split_first_chunk::<16>().ok_or(KitError::NotAKit)?;
    let secret: [u8; 32] = rest.try_into().map_err(|_| KitError::NotAKit)?;
    Ok(InviteLink {
        workspace: WorkspaceId(*workspace),
        secret: InvitationSecret(secret),
        relay: addresses.first().map(|relay| (*relay).to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kit() -> (InviteLink, Vec<String>) {
        let link = InviteLink {
            workspace: WorkspaceId([0xA5; 16]),
            secret: InvitationSecret([0x3C; 32]),
            relay: None,
        };
        let lines = kit_lines(&link.workspace, &link.secret);
        (link, lines)
    }

    #[test]
    fn a_kit_is_five_lines_of_five_groups() {
        let (_, lines) = kit();
        assert_eq!(lines.len(), KIT_LINES);
        for line in &lines {
            let lengths: Vec<usize> = line.split(' ').map(str::len).collect();
            assert_eq!(lengths, [4, 4, 4, 4, 2], "{line}");
        }
    }

    #[test]
    fn a_kit_is_read_however_it_was_typed() {
        let (link, lines) = kit();
        let text = lines.join("\n");
        assert_eq!(read_kit(&text), Ok(link.clone()));
        let sloppy = text.to_lowercase().replace('0', "o").replace('1', "l");
        assert_eq!(read_kit(&sloppy.replace(' ', "-")), Ok(link.clone()));
        assert_eq!(read_kit(&text.replace([' ', '\n'], "")), Ok(link.clone()));
        let relay = Some("wss://relay.example/ws".to_owned());
        let with_relay = format!("{text}\nwss://relay.example/ws");
        assert_eq!(read_kit(&with_relay), Ok(InviteLink { relay, ..link }));
    }

    #[test]
    fn every_single_wrong_symbol_is_found_with_its_line_or_once_in_a_thousand_as_a_whole() {
        let (_, lines) = kit();
        let symbols: Vec<u8> = lines.join("").bytes().filter(|b| *b != b' ').collect();
        for place in 0..symbols.len() {
            let mut typed = symbols.clone();
            typed[place] = if typed[place] == b'7' { b'8' } else { b'7' };
            let typed = String::from_utf8(typed).unwrap_or_default();
            let line = place / (LINE_SYMBOLS + CHECK_SYMBOLS) + 1;
            match read_kit(&typed) {
                Err(KitError::Mistyped { line: found }) => assert_eq!(found, line),
                Err(KitError::Mixed) => {}
                other => panic!("{place}: {other:?}"),
            }
        }
    }

    #[test]
    fn lines_in_another_order_and_other_texts_are_no_kit() {
        let (_, mut lines) = kit();
        lines.swap(1, 3);
        let read = read_kit(&lines.join("\n"));
        assert_eq!(read, Err(KitError::Mistyped { line: 2 }));
        for text in ["", "hello", "你好", &lines[..4].join("\n")] {
            assert_eq!(read_kit(text), Err(KitError::NotAKit), "{text}");
        }
    }
}
