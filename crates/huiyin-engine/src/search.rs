//! Words looked for in the rows: names, phones, plates, cards and numbers as typed, and names by pinyin.
//!
//! A segment keeps the texts of a column behind one another, so a word is looked for in one long text per column and segment. Columns
//! whose texts have no character of the word's kinds are left out. Case and width do not matter, nor spaces and dashes within
//! numbers. How well a row fits decides its place: exact, beginning, the last four digits of a phone, beginning of a word, inside,
//! by pinyin.
//!
//! Long: how words are prepared, looked for and ranked is read together.

use std::cell::OnceCell;

use huiyin_core::text::{fold, half_width};
use huiyin_document::Columns;
use memchr::memmem::Finder;

use crate::pinyin::{Letters, initials};

/// How a row fits a word; less is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    Exact,
    Prefix,
    LastDigits,
    WordStart,
    Inside,
    Pinyin,
}

/// Digits of a phone that people say at the counter.
const LAST_DIGITS: usize = 4;
/// More columns than any kind has.
const MAX_COLUMNS: usize = 20;
/// Digits before numbers are compared without what stands between them.
const MIN_DIGITS: usize = 4;

/// Where words are looked for in the rows of a kind.
#[derive(Debug)]
pub(crate) struct Places {
    /// Columns with texts of their own.
    pub own: &'static [usize],
    /// Columns with texts that repeat.
    pub coded: &'static [usize],
    /// Columns with phones.
    pub phones: &'static [usize],
    /// Columns with names of people and companies.
    pub names: &'static [usize],
}

/// Columns of customers: number, name, phones, number elsewhere, contact, card and plate; city and owner.
pub(crate) const OF_CUSTOMERS: Places = Places {
    own: &[0, 1, 2, 3, 4, 6, 11],
    coded: &[9, 10],
    phones: &[2, 3],
    names: &[1, 6],
};

/// Columns of cases: number, subject, phone, plate, number elsewhere, customer; the other party, category, assignee.
pub(crate) const OF_CASES: Places = Places {
    own: &[0, 1, 2, 3, 4, 6],
    coded: &[8, 9, 12],
    phones: &[2],
    names: &[6],
};

/// Kinds of characters, as bits.
mod class {
    pub const DIGIT: u8 = 1;
    pub const LETTER: u8 = 2;
    pub const SIGN: u8 = 4;
    pub const OTHER: u8 = 8;
    /// The kinds a word must find in a text.
    pub const TYPED: u8 = DIGIT | LETTER | SIGN | OTHER;
    /// Full-width letters or digits, or capitals beyond ASCII: folding changes them.
    pub const WIDE: u8 = 16;
    /// Full-width signs.
    pub const WIDE_SIGN: u8 = 32;
    /// A digit stands beside a blank or dash.
    pub const BROKEN: u8 = 64;
}

/// Returns the kinds of characters in a text.
pub(crate) fn classes(text: &str) -> u8 {
    let mut found = 0;
    let mut before = b' ';
    for byte in text.bytes() {
        found |= match byte {
            b'0'..=b'9' => class::DIGIT,
            b'a'..=b'z' | b'A'..=b'Z' => class::LETTER,
            0..=0x7f => {
                if before.is_ascii_digit() {
                    class::SIGN | class::BROKEN
                } else {
                    class::SIGN
                }
            }
            _ => class::OTHER,
        };
        before = byte;
    }
    if found & class::OTHER != 0 {
        for c in text.chars().filter(|c| !c.is_ascii()) {
            let half = half_width(c);
            if half.is_ascii_alphanumeric() || c.is_uppercase() {
                found |= class::WIDE;
            } else if half != c {
                found |= class::WIDE_SIGN;
            }
        }
    }
    found
}

/// What is known of the texts of some columns, so that most need not be looked at.
#[derive(Debug, Default)]
pub(crate) struct Hints {
    classes: OnceCell<Box<[u8]>>,
    initials: OnceCell<Box<[u32]>>,
    /// Kinds of characters of the texts that repeat.
    words: OnceCell<Box<[u8]>>,
}

impl Hints {
    /// Returns the kinds of characters of each column's texts.
    fn classes(&self, columns: &Columns) -> &[u8] {
        self.classes.get_or_init(|| {
            (0..MAX_COLUMNS)
                .map(|column| columns.arena(column).map_or(0, classes))
                .collect()
        })
    }

    /// Returns the kinds of characters of each text that repeats.
    fn words(&self, columns: &Columns) -> &[u8] {
        self.words.get_or_init(|| {
            let words = columns.dictionary().iter();
            words.map(|text| classes(text)).collect()
        })
    }

    /// Finds out all of it, so that no search has to.
    pub fn fill(&self, columns: &Columns, places: &Places) {
        self.classes(columns);
        self.words(columns);
        self.initials(columns, places);
    }

    /// Returns the initials of the names of each row.
    fn initials(&self, columns: &Columns, places: &Places) -> &[u32] {
        self.initials.get_or_init(|| {
            columns
                .iter()
                .map(|row| {
                    let names = places.names.iter();
                    names.fold(0, |bits, column| bits | initials(row.cell(*column)))
                })
                .collect()
        })
    }
}

/// A word as it is looked for.
struct Word {
    text: String,
    classes: u8,
    /// Finds the longest part without letters, which stands at this offset.
    finder: Option<(usize, Finder<'static>)>,
    digits: bool,
    pinyin: Option<Letters>,
}

impl Word {
    fn new(text: &str) -> Self {
        let classes = classes(text);
        let part = longest_without_letters(text);
        Self {
            finder: part.map(|(at, part)| (at, Finder::new(part).into_owned())),
            digits: text.bytes().all(|byte| byte.is_ascii_digit()),
            pinyin: Letters::new(text),
            classes,
            text: text.to_owned(),
        }
    }

    /// Calls `hit` with the place of each occurrence in a text whose characters fold as ASCII does, until it returns where to go on.
    fn each_in(&self, text: &str, mut hit: impl FnMut(usize) -> usize) {
        let bytes = text.as_bytes();
        let word = self.text.as_bytes();
        let mut from = 0;
        let fits = |at: usize| {
            bytes
                .get(at..at + word.len())
                .is_some_and(|found| found.eq_ignore_ascii_case(word))
        };
        if let Some((offset, finder)) = &self.finder {
            while let Some(found) = bytes
                .get(from + offset..)
                .and_then(|rest| finder.find(rest))
            {
                let at = from + found;
                from = if fits(at) {
                    hit(at).max(at + 1)
                } else {
                    at + 1
                };
            }
        } else {
            let (low, high) = (word[0].to_ascii_lowercase(), word[0].to_ascii_uppercase());
            while let Some(found) = bytes
                .get(from..)
                .and_then(|rest| memchr::memchr2(low, high, rest))
            {
                let at = from + found;
                from = if fits(at) {
                    hit(at).max(at + 1)
                } else {
                    at + 1
                };
            }
        }
    }
}

/// Returns the longest run of bytes that are no ASCII letters, with its offset; none if all are.
fn longest_without_letters(text: &str) -> Option<(usize, &[u8])> {
    let mut best: Option<(usize, &[u8])> = None;
    let mut at = 0;
    for run in text.as_bytes().split(u8::is_ascii_alphabetic) {
        if !run.is_empty() && best.is_none_or(|(_, known)| run.len() > known.len()) {
            best = Some((at, run));
        }
        at += run.len() + 1;
    }
    best
}

/// A search: every word must be found somewhere in a row.
pub(crate) struct Search {
    words: Vec<Word>,
}

impl Search {
    pub fn new(text: &str) -> Self {
        Self {
            words: fold(text).split_whitespace().map(Word::new).collect(),
        }
    }

    /// Returns whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Returns how each row fits, none for those that do not.
    pub fn ranks(&self, columns: &Columns, places: &Places, hints: &Hints) -> Vec<Option<Rank>> {
        let mut all: Vec<Option<Rank>> = Vec::new();
        for word in &self.words {
            let mut found = vec![None; columns.len()];
            look(word, columns, places, hints, &mut found);
            if all.is_empty() {
                all = found;
            } else {
                for (known, rank) in all.iter_mut().zip(found) {
                    *known = known.zip(rank).map(|(a, b)| a.max(b));
                }
            }
            if all.iter().all(Option::is_none) {
                break;
            }
        }
        all
    }
}

fn note(found: &mut [Option<Rank>], row: usize, rank: Rank) {
    let best = found[row].map_or(rank, |known| known.min(rank));
    found[row] = Some(best);
}

fn look(
    word: &Word,
    columns: &Columns,
    places: &Places,
    hints: &Hints,
    found: &mut [Option<Rank>],
) {
    let classes = hints.classes(columns);
    for column in places.own {
        let Some(text) = columns.arena(*column) else {
            continue;
        };
        let there = classes[*column];
        let phone = places.phones.contains(column);
        // What a plain comparison of bytes would miss is compared text by text.
        let wide = word.classes & (class::DIGIT | class::LETTER | class::OTHER) != 0
            && there & class::WIDE != 0;
        let wide_signs = word.classes & class::SIGN != 0 && there & class::WIDE_SIGN != 0;
        let broken = word.digits && word.text.len() >= MIN_DIGITS && there & class::BROKEN != 0;
        let folds = wide || wide_signs || broken;
        if folds {
            for row in columns.iter() {
                let cell = row.cell(*column);
                let folded = fold(cell);
                let rank = folded
                    .find(&word.text)
                    .map(|at| rank_of(&folded, at, word, phone))
                    .or_else(|| digits_fit(&folded, word).then_some(Rank::Inside));
                if let Some(rank) = rank {
                    note(found, row.index(), rank);
                }
            }
        } else if word.classes & class::TYPED & !there == 0 {
            word.each_in(text, |at| {
                let Some((row, from, to)) = columns.row_at(*column, at) else {
                    return text.len();
                };
                if at + word.text.len() > to {
                    return at + 1;
                }
                let rank = rank_of(&text[from..to], at - from, word, phone);
                note(found, row, rank);
                if rank == Rank::Inside { at + 1 } else { to }
            });
        }
    }
    look_coded(word, columns, places, hints, found);
    if let Some(letters) = &word.pinyin {
        let initials = hints.initials(columns, places);
        for (index, initials) in initials.iter().enumerate() {
            if found[index].is_none() && letters.may_fit(*initials) {
                let row = columns.row(index);
                let mut names = places.names.iter();
                if names.any(|column| letters.fit(row.cell(*column))) {
                    note(found, index, Rank::Pinyin);
                }
            }
        }
    }
}

fn look_coded(
    word: &Word,
    columns: &Columns,
    places: &Places,
    hints: &Hints,
    found: &mut [Option<Rank>],
) {
    let rank = |text: &str, there: u8| {
        let at = if there & (class::WIDE | class::WIDE_SIGN) == 0 {
            if word.classes & class::TYPED & !there != 0 {
                return None;
            }
            if word.classes & class::LETTER == 0 {
                text.find(&word.text)
            } else {
                text.to_ascii_lowercase().find(&word.text)
            }
        } else {
            fold(text).find(&word.text)
        };
        at.map(|at| if at == 0 { Rank::Prefix } else { Rank::Inside })
    };
    let ranks: Vec<Option<Rank>> = columns
        .dictionary()
        .iter()
        .zip(hints.words(columns))
        .map(|(text, there)| rank(text, *there))
        .collect();
    if ranks.iter().all(Option::is_none) {
        return;
    }
    for column in places.coded {
        for index in 0..columns.len() {
            let code = columns.code_at(*column, index) as usize;
            if let Some(rank) = ranks.get(code).copied().flatten() {
                note(found, index, rank);
            }
        }
    }
}

/// Returns how well a word found at a place of a text fits.
fn rank_of(text: &str, at: usize, word: &Word, phone: bool) -> Rank {
    let end = at + word.text.len();
    if at == 0 && end == text.len() {
        Rank::Exact
    } else if at == 0 {
        Rank::Prefix
    } else if phone && word.digits && word.text.len() == LAST_DIGITS && ends_number(text, end) {
        Rank::LastDigits
    } else if text[..at]
        .chars()
        .next_back()
        .is_none_or(|before| !before.is_alphanumeric())
    {
        Rank::WordStart
    } else {
        Rank::Inside
    }
}

fn ends_number(text: &str, end: usize) -> bool {
    !text.as_bytes().get(end).is_some_and(u8::is_ascii_digit)
}

/// Numbers are typed with and without spaces and dashes.
fn digits_fit(text: &str, word: &Word) -> bool {
    word.digits && word.text.len() >= MIN_DIGITS && {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        digits.contains(&word.text)
    }
}
