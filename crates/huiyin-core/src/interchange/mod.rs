//! Text forms that other programs read and write: calendars (iCalendar) and address cards (vCard).
//!
//! Decides lines, folding and escaping, which the two share. Pure text: where it comes from and goes to is decided elsewhere.
//!
//! **Source:** RFC 5545 (3.1 content lines), RFC 6350 (3.2 line folding).

pub mod icalendar;
pub mod vcard;

/// Longest line in bytes, without its end.
pub const MAX_LINE_BYTES: usize = 75;

/// Appends a content line, folded so that no line has more than [`MAX_LINE_BYTES`] bytes and no character is broken.
pub(crate) fn push_line(out: &mut String, line: &str) {
    let mut room = MAX_LINE_BYTES;
    for c in line.chars() {
        let size = c.len_utf8();
        if size > room {
            out.push_str("\r\n ");
            room = MAX_LINE_BYTES - 1;
        }
        out.push(c);
        room -= size;
    }
    out.push_str("\r\n");
}

/// Returns a text with what has a meaning in a value escaped; control characters but line breaks are dropped.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    for c in unix.chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Returns the text of an escaped value.
pub(crate) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            c => out.push(c),
        }
    }
    out
}

/// Returns the parts of a structured value, at separators that are not escaped; the parts stay escaped.
pub(crate) fn split_unescaped(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut from, mut escaped) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == separator => {
                parts.push(&text[from..at]);
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

/// Returns the unfolded lines of a text, whatever its line ends; at most `max` of them.
pub(crate) fn unfolded(text: &str, max: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.split(['\n', '\r']) {
        match line.strip_prefix([' ', '\t']) {
            Some(rest) if !lines.is_empty() => {
                lines.last_mut().expect("there is a line").push_str(rest);
            }
            _ if line.is_empty() => {}
            _ if lines.len() >= max => break,
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}
