//! Names of documents. A name tells kind and branch, and with them the stream a change travels in.

use std::fmt;
use std::str::FromStr;

use huiyin_core::id::{BranchCode, RecordKind, SegmentKey};
use thiserror::Error;

/// Begins the names of streams between two branches.
const EXCHANGE: &str = "exchange/";
/// Begins the names of streams of managers.
const MANAGERS: &str = "managers/";

/// A document of the company.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKey {
    /// Branches, staff, devices, settings.
    Root,
    /// Segments and imports of a branch.
    Catalogue(BranchCode),
    /// Records.
    Segment(SegmentKey),
}

/// The text names no document.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("failed to read the document name {0}: it is neither root, a catalogue nor a segment")]
pub struct KeyError(pub String);

impl DocumentKey {
    /// Returns the name of the stream in which changes of this document travel: continuations in the stream of their two
    /// branches, consequences in the stream of the branch's managers, the rest of a branch in its own.
    pub fn stream(&self) -> String {
        match self {
            Self::Root => "root".to_owned(),
            Self::Catalogue(branch) => branch_stream(branch),
            Self::Segment(key) => match (key.kind, key.to_branch()) {
                (RecordKind::Continuation, Some(to)) => exchange_stream(&key.branch, &to),
                (RecordKind::Consequence, _) => managers_stream(&key.branch),
                _ => branch_stream(&key.branch),
            },
        }
    }

    /// Returns the branch the document belongs to; none for the root.
    pub fn branch(&self) -> Option<&BranchCode> {
        match self {
            Self::Root => None,
            Self::Catalogue(branch) => Some(branch),
            Self::Segment(key) => Some(&key.branch),
        }
    }
}

/// Returns the name of a branch's stream.
pub fn branch_stream(branch: &BranchCode) -> String {
    format!("branch/{branch}")
}

/// Returns the name of the stream that only a branch's managers and head office read.
pub fn managers_stream(branch: &BranchCode) -> String {
    format!("{MANAGERS}{branch}")
}

/// Returns the name of the stream between two branches, the same whichever is named first.
pub fn exchange_stream(a: &BranchCode, b: &BranchCode) -> String {
    let (first, second) = if a <= b { (a, b) } else { (b, a) };
    format!("{EXCHANGE}{first}+{second}")
}

/// Returns the two branches of an exchange stream's name.
pub fn exchange_branches(name: &str) -> Option<(BranchCode, BranchCode)> {
    let (first, second) = name.strip_prefix(EXCHANGE)?.split_once('+')?;
    Some((
        BranchCode::parse(first).ok()?,
        BranchCode::parse(second).ok()?,
    ))
}

/// Returns the branch of a managers' stream's name.
pub fn managers_branch(name: &str) -> Option<BranchCode> {
    BranchCode::parse(name.strip_prefix(MANAGERS)?).ok()
}

impl fmt::Display for DocumentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => f.write_str("root"),
            Self::Catalogue(branch) => write!(f, "cat.{branch}"),
            Self::Segment(key) => write!(f, "{key}"),
        }
    }
}

impl FromStr for DocumentKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let key = if text == "root" {
            Some(Self::Root)
        } else if let Some(branch) = text.strip_prefix("cat.") {
            BranchCode::parse(branch).ok().map(Self::Catalogue)
        } else {
            SegmentKey::parse(text).ok().map(Self::Segment)
        };
        // One document, one name: what people may type in small letters is no name here.
        key.filter(|key| key.to_string() == text)
            .ok_or_else(|| KeyError(text.chars().take(80).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_tell_their_stream() {
        for (text, stream) in [
            ("root", "root"),
            ("cat.HQ", "branch/HQ"),
            ("cu.HZ-1.all.0", "branch/HZ-1"),
            ("co.HZ-1.202611.0", "managers/HZ-1"),
            ("ex.HZ.4851x202611.0", "exchange/HQ+HZ"),
            ("ex.HQ.485ax202611.0", "exchange/HQ+HZ"),
        ] {
            let key: DocumentKey = text.parse().expect("valid name");
            assert_eq!(key.to_string(), text);
            assert_eq!(key.stream(), stream);
        }
        let names =
            |name: &str| exchange_branches(name).map(|(a, b)| (a.to_string(), b.to_string()));
        assert_eq!(
            names("exchange/HQ+HZ-1"),
            Some(("HQ".to_owned(), "HZ-1".to_owned()))
        );
        assert_eq!(names("branch/HQ"), None);
        assert_eq!(
            managers_branch("managers/HQ").map(|code| code.to_string()),
            Some("HQ".to_owned())
        );
        assert!("cat.".parse::<DocumentKey>().is_err());
        assert!("cat.hq".parse::<DocumentKey>().is_err());
        assert!("cu.hq.all.00".parse::<DocumentKey>().is_err());
        assert!("ex.HQ.202611.0".parse::<DocumentKey>().is_err());
        assert!("zz.HQ.all.0".parse::<DocumentKey>().is_err());
    }
}
