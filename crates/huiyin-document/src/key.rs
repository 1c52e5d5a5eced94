//! Names of documents. A name tells kind and branch, and with them the stream a change travels in.

use std::fmt;
use std::str::FromStr;

use huiyin_core::id::{BranchCode, SegmentKey};
use thiserror::Error;

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
    /// Returns the name of the stream in which changes of this document travel.
    pub fn stream(&self) -> String {
        match self.branch() {
            None => "root".to_owned(),
            Some(branch) => format!("branch/{branch}"),
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
        let fail = || KeyError(text.chars().take(80).collect());
        if text == "root" {
            return Ok(Self::Root);
        }
        if let Some(branch) = text.strip_prefix("cat.") {
            return BranchCode::parse(branch)
                .map(Self::Catalogue)
                .map_err(|_| fail());
        }
        SegmentKey::parse(text)
            .map(Self::Segment)
            .map_err(|_| fail())
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
        ] {
            let key: DocumentKey = text.parse().expect("valid name");
            assert_eq!(key.to_string(), text);
            assert_eq!(key.stream(), stream);
        }
        assert!("cat.".parse::<DocumentKey>().is_err());
        assert!("zz.HQ.all.0".parse::<DocumentKey>().is_err());
    }
}
