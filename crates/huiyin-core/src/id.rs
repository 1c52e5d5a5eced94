//! Names of records, segments and events, and their one text form.
//!
//! Decides which texts are ids and how they sort. Random or derived bits are made elsewhere and
//! passed in; where a document lives is decided by the document crate. Long, because the ids share
//! their reading rules and are tested together.

use std::cmp::Ordering;
use std::fmt::{self, Write};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Longest branch code in characters.
pub const MAX_BRANCH_CODE: usize = 12;
/// Longest period text in characters.
pub const MAX_PERIOD: usize = 40;
/// Ends the code of the branch in the period of continuations.
const TO_END: char = 'x';
/// Length of the hexadecimal part of record, event and action ids.
pub const HEX_LEN: usize = 16;

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdError {
    /// The branch code breaks its rule.
    #[error(
        "read branch code {0:?}: use 1 to 12 letters A-Z, digits or hyphens, for example HQ or BJ-2"
    )]
    BranchCode(String),
    /// The text is not a segment key.
    #[error(
        "read segment key {0:?}: it has the form kind.branch.period.number, for example cu.HQ.all.0"
    )]
    Segment(String),
    /// The text is not a record id.
    #[error(
        "read record id {0:?}: it is a segment key, a dot and 16 lower-case hexadecimal digits"
    )]
    Record(String),
    /// The text is not 16 hexadecimal digits.
    #[error("read id {0:?}: it has 16 lower-case hexadecimal digits")]
    Hex(String),
    /// The staff id is empty or too long.
    #[error("read staff id {0:?}: use 1 to 80 characters, none of them control characters")]
    Staff(String),
}

/// Gives a text newtype serde by its checked text form, and Display.
macro_rules! text_serde {
    ($Type:ty) => {
        impl Serialize for $Type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $Type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
        impl FromStr for $Type {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }
    };
}

/// The short code of a branch, such as `HQ` or `BJ-2`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BranchCode(String);

impl BranchCode {
    /// Returns the code in `text`, trimmed and in upper case.
    ///
    /// # Errors
    /// [`IdError::BranchCode`] unless 1 to 12 characters of A-Z, 0-9 and hyphen remain.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let code = text.trim().to_ascii_uppercase();
        let fits = (1..=MAX_BRANCH_CODE).contains(&code.len())
            && code
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
        if fits {
            Ok(Self(code))
        } else {
            Err(IdError::BranchCode(text.to_owned()))
        }
    }

    /// Returns the code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BranchCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
text_serde!(BranchCode);

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RecordKind {
    /// A case: inquiry, suggestion, complaint or repair.
    #[serde(rename = "ca")]
    Case,
    /// A customer file.
    #[serde(rename = "cu")]
    Customer,
    /// A continuation: what another branch does with a case that was forwarded to it.
    #[serde(rename = "ex")]
    Continuation,
    /// A consequence: a penalty or reward of a person.
    #[serde(rename = "co")]
    Consequence,
    /// A contact: one visit, call, letter, message, reception, gift or event, planned or done.
    #[serde(rename = "vi")]
    Contact,
    /// One answered questionnaire.
    #[serde(rename = "sv")]
    Survey,
}

impl RecordKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::Customer,
        Self::Case,
        Self::Continuation,
        Self::Consequence,
        Self::Contact,
        Self::Survey,
    ];

    /// Returns the two letters used in ids.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customer => "cu",
            Self::Case => "ca",
            Self::Continuation => "ex",
            Self::Consequence => "co",
            Self::Contact => "vi",
            Self::Survey => "sv",
        }
    }

    /// Returns whether a record of this kind goes the way of a case: a case, or the continuation of one.
    pub const fn is_case(self) -> bool {
        matches!(self, Self::Case | Self::Continuation)
    }

    /// Returns whether a record of this kind is a customer file.
    pub const fn is_customer(self) -> bool {
        matches!(self, Self::Customer)
    }

    /// Returns the kind with these two letters.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == text)
    }
}

/// Names one segment: the document that holds some records of one kind, branch and period.
///
/// Text form `cu.HQ.all.0`. Sorts by that text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SegmentKey {
    /// What the records are.
    pub kind: RecordKind,
    /// The branch that owns them.
    pub branch: BranchCode,
    /// 1 to 40 of `[a-z0-9]`: `all` for customers, `202611` for cases, consequences, contacts and surveys, `y2023i` or `alli` and 16
    /// hexadecimal digits for imports; for continuations the code of the branch they go to in hexadecimal, `x`, and the month.
    pub period: String,
    /// Counts the segments of one kind, branch and period from 0.
    pub number: u32,
}

impl SegmentKey {
    /// Returns the key of these parts.
    ///
    /// # Errors
    /// [`IdError::Segment`] when the period breaks its rule.
    pub fn new(
        kind: RecordKind,
        branch: BranchCode,
        period: &str,
        number: u32,
    ) -> Result<Self, IdError> {
        let key = Self {
            kind,
            branch,
            period: period.to_owned(),
            number,
        };
        if is_period(period) && key.is_whole() {
            Ok(key)
        } else {
            Err(IdError::Segment(key.to_string()))
        }
    }

    /// Returns the key of the continuations of cases that `from` forwards to `to` in a month such as `202611`.
    ///
    /// # Errors
    /// [`IdError::Segment`] when the month breaks the rule of periods.
    pub fn continuation(
        from: BranchCode,
        to: &BranchCode,
        month: &str,
        number: u32,
    ) -> Result<Self, IdError> {
        let mut code = String::new();
        for byte in to.as_str().bytes() {
            write!(code, "{byte:02x}").expect("writing to a string does not fail");
        }
        Self::new(
            RecordKind::Continuation,
            from,
            &format!("{code}{TO_END}{month}"),
            number,
        )
    }

    /// Returns the branch a continuation went to; nothing for other kinds.
    pub fn to_branch(&self) -> Option<BranchCode> {
        if self.kind != RecordKind::Continuation {
            return None;
        }
        let (code, month) = self.period.split_once(TO_END)?;
        let pairs = code.as_bytes().chunks(2);
        let bytes: Option<Vec<u8>> = pairs
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        let code_text = String::from_utf8(bytes?).ok()?;
        // One branch has one text: `5` for `05` would name a second segment.
        let whole = code.len() == 2 * code_text.len() && !month.is_empty();
        canonical_branch(&code_text).filter(|_| whole)
    }

    /// Returns the branch that works on the records: the one a continuation went to, else the one that owns them.
    pub fn working_branch(&self) -> BranchCode {
        self.to_branch().unwrap_or_else(|| self.branch.clone())
    }

    /// Returns the month or other period without the branch a continuation went to.
    pub fn month(&self) -> &str {
        match self.kind {
            RecordKind::Continuation => self
                .period
                .split_once(TO_END)
                .map_or(self.period.as_str(), |(_, month)| month),
            _ => &self.period,
        }
    }

    /// Returns whether the period says what keys of this kind must say.
    fn is_whole(&self) -> bool {
        self.kind != RecordKind::Continuation || self.to_branch().is_some()
    }

    /// Returns the key written in `text`.
    ///
    /// # Errors
    /// [`IdError::Segment`] when the text is not exactly what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let read = || {
            let mut parts = text.split('.');
            let kind = RecordKind::parse(parts.next()?)?;
            let branch = canonical_branch(parts.next()?)?;
            let period = parts.next().filter(|period| is_period(period))?;
            let number = canonical_number(parts.next()?)?;
            if parts.next().is_some() {
                return None;
            }
            Some(Self {
                kind,
                branch,
                period: period.to_owned(),
                number,
            })
            .filter(Self::is_whole)
        };
        read().ok_or_else(|| IdError::Segment(text.to_owned()))
    }
}

impl fmt::Display for SegmentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}.{}.{}.{}",
            self.kind.name(),
            self.branch,
            self.period,
            self.number
        )
    }
}

impl Ord for SegmentKey {
    fn cmp(&self, other: &Self) -> Ordering {
        if self == other {
            Ordering::Equal
        } else {
            self.to_string().cmp(&other.to_string())
        }
    }
}

impl PartialOrd for SegmentKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
text_serde!(SegmentKey);

/// Names one record for ever: its segment and 64 bits of its own.
///
/// Text form `cu.HQ.all.0.9f3a0c1d2e4b5a6c`. Sorts by that text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RecordId {
    /// The segment the record was made in and never leaves.
    pub segment: SegmentKey,
    /// Random for a new record, derived for an imported one.
    pub local: u64,
}

impl RecordId {
    /// Returns the id of a record in `segment`.
    pub const fn new(segment: SegmentKey, local: u64) -> Self {
        Self { segment, local }
    }

    /// Returns the id written in `text`.
    ///
    /// # Errors
    /// [`IdError::Record`] when the text is not exactly what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let read = || {
            let (segment, local) = text.rsplit_once('.')?;
            Some(Self {
                segment: SegmentKey::parse(segment).ok()?,
                local: hex_to_u64(local)?,
            })
        };
        read().ok_or_else(|| IdError::Record(text.to_owned()))
    }

    /// Returns what the record is.
    pub const fn kind(&self) -> RecordKind {
        self.segment.kind
    }

    /// Returns the key of the record inside its segment: 16 hexadecimal digits.
    pub fn local_text(&self) -> String {
        format!("{:016x}", self.local)
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:016x}", self.segment, self.local)
    }
}

impl Ord for RecordId {
    fn cmp(&self, other: &Self) -> Ordering {
        // A dot sorts before every digit, so comparing the segments first equals comparing the text.
        self.segment
            .cmp(&other.segment)
            .then(self.local.cmp(&other.local))
    }
}

impl PartialOrd for RecordId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
text_serde!(RecordId);

/// Declares an id of 16 hexadecimal digits.
macro_rules! hex_id {
    ($(#[$meta:meta])* $Type:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $Type(String);

        impl $Type {
            /// Returns the id of these bits.
            pub fn from_u64(bits: u64) -> Self {
                Self(format!("{bits:016x}"))
            }

            /// Returns the id written in `text`.
            ///
            /// # Errors
            /// [`IdError::Hex`] unless the text is 16 lower-case hexadecimal digits.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                match hex_to_u64(text) {
                    Some(_) => Ok(Self(text.to_owned())),
                    None => Err(IdError::Hex(text.to_owned())),
                }
            }

            /// Returns the 16 digits.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $Type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        text_serde!($Type);
    };
}

hex_id!(
    /// Names one event of a record.
    EventId
);
hex_id!(
    /// Names one user action; every change it makes carries this id.
    ActionId
);

/// Names one member of staff.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StaffId(String);

impl StaffId {
    /// Longest staff id in characters.
    pub const MAX_LEN: usize = 80;

    /// Returns the id in `text`, trimmed.
    ///
    /// # Errors
    /// [`IdError::Staff`] when it is empty, longer than 80 characters or has control characters.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let id = text.trim();
        let fits =
            (1..=Self::MAX_LEN).contains(&id.chars().count()) && !id.chars().any(char::is_control);
        if fits {
            Ok(Self(id.to_owned()))
        } else {
            Err(IdError::Staff(text.to_owned()))
        }
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StaffId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
text_serde!(StaffId);

fn is_period(text: &str) -> bool {
    (1..=MAX_PERIOD).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

/// Reads a branch code that is already in its one written form.
fn canonical_branch(text: &str) -> Option<BranchCode> {
    BranchCode::parse(text)
        .ok()
        .filter(|code| code.as_str() == text)
}

/// Reads a number without sign or leading zeros, so that equal ids have equal texts.
fn canonical_number(text: &str) -> Option<u32> {
    let number: u32 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

fn hex_to_u64(text: &str) -> Option<u64> {
    let fits =
        text.len() == HEX_LEN && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if fits {
        u64::from_str_radix(text, 16).ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_id() -> impl Strategy<Value = RecordId> {
        (
            any::<bool>(),
            "[A-Z0-9-]{1,12}",
            "[a-z0-9]{1,40}",
            any::<u32>(),
            any::<u64>(),
        )
            .prop_map(|(case, branch, period, number, local)| {
                let kind = if case {
                    RecordKind::Case
                } else {
                    RecordKind::Customer
                };
                let branch = BranchCode::parse(&branch).unwrap();
                RecordId::new(
                    SegmentKey::new(kind, branch, &period, number).unwrap(),
                    local,
                )
            })
    }

    proptest! {
        #[test]
        fn a_record_id_survives_its_text_and_its_json(id in any_id()) {
            prop_assert_eq!(&RecordId::parse(&id.to_string()).unwrap(), &id);
            let json = serde_json::to_string(&id).unwrap();
            prop_assert_eq!(&json, &format!("\"{id}\""));
            prop_assert_eq!(&serde_json::from_str::<RecordId>(&json).unwrap(), &id);
        }

        #[test]
        fn record_ids_sort_like_their_texts(a in any_id(), b in any_id()) {
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        }

        #[test]
        fn any_text_that_parses_is_written_back_unchanged(text in "(cu|ca|xx)\\.[A-Za-z0-9-]{0,13}\\.[a-z0-9]{0,41}\\.0?[0-9]{1,11}(\\.[0-9a-fA-F]{15,17})?") {
            if let Ok(id) = RecordId::parse(&text) { prop_assert_eq!(id.to_string(), text.clone()); }
            if let Ok(key) = SegmentKey::parse(&text) { prop_assert_eq!(key.to_string(), text); }
        }
    }

    #[test]
    fn close_ids_sort_like_their_texts() {
        let mut texts = [
            "cu.HQ.all.10.0000000000000001",
            "cu.HQ.all.1.0000000000000002",
            "cu.HQ.all.2.0000000000000001",
            "cu.HQ-2.all.0.0000000000000001",
            "ca.HQ.202611.0.ffffffffffffffff",
        ];
        let mut ids: Vec<_> = texts
            .iter()
            .map(|text| RecordId::parse(text).unwrap())
            .collect();
        ids.sort();
        texts.sort_unstable();
        assert_eq!(
            ids.iter().map(ToString::to_string).collect::<Vec<_>>(),
            texts
        );
    }

    #[test]
    fn the_key_of_continuations_tells_both_branches_and_has_one_text() {
        let (from, to) = ("HQ", "ABCDEFGHIJ-1");
        let parse = |code| BranchCode::parse(code).unwrap();
        let key = SegmentKey::continuation(parse(from), &parse(to), "202611", 3).unwrap();
        assert_eq!(key.to_string(), "ex.HQ.4142434445464748494a2d31x202611.3");
        assert_eq!(SegmentKey::parse(&key.to_string()).unwrap(), key);
        assert_eq!(key.to_branch(), Some(parse(to)));
        assert_eq!(key.working_branch(), parse(to));
        assert_eq!(key.month(), "202611");
        let own = SegmentKey::parse("ca.HQ.202611.0").unwrap();
        assert_eq!((own.to_branch(), own.working_branch()), (None, parse("HQ")));
        for bad in [
            "ex.HQ.202611.0",
            "ex.HQ.x202611.0",
            "ex.HQ.4x202611.0",
            "ex.HQ.61x202611.0",
            "ex.HQ.41x.0",
            "ex.HQ.4a4x.0",
            "ex.HQ.ffx202611.0",
        ] {
            assert!(SegmentKey::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_branch_code_is_upper_case_and_short() {
        assert_eq!(BranchCode::parse(" hq ").unwrap().as_str(), "HQ");
        assert_eq!(BranchCode::parse("bj-2").unwrap().as_str(), "BJ-2");
        for bad in ["", "A.B", "ABCDEFGHIJKLM", "北京", "A B"] {
            let error = BranchCode::parse(bad).unwrap_err();
            assert!(error.to_string().contains("1 to 12 letters A-Z"), "{error}");
        }
    }

    #[test]
    fn ids_with_other_spellings_are_refused() {
        for bad in [
            "cu.HQ.all.0",
            "cu.hq.all.0.9f3a0c1d2e4b5a6c",
            "cu.HQ.ALL.0.9f3a0c1d2e4b5a6c",
            "cu.HQ.all.00.9f3a0c1d2e4b5a6c",
            "cu.HQ.all.+1.9f3a0c1d2e4b5a6c",
            "cu.HQ.all.0.9F3A0C1D2E4B5A6C",
            "cu.HQ.all.0.9f3a0c1d2e4b5a6",
            "cu.HQ.all.4294967296.9f3a0c1d2e4b5a6c",
            "xx.HQ.all.0.9f3a0c1d2e4b5a6c",
            "cu.HQ.all.0.x.9f3a0c1d2e4b5a6c",
        ] {
            assert_eq!(RecordId::parse(bad), Err(IdError::Record(bad.to_owned())));
        }
        assert!(serde_json::from_str::<EventId>("\"0123\"").is_err());
        assert_eq!(EventId::from_u64(0xabc).as_str(), "0000000000000abc");
    }
}
