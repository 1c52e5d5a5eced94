//! The text forms of [`Start`] and [`Grant`], as packs are written.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Grant, Start};
use crate::case::Step;
use crate::deadline::Length;

/// Why a text is neither a start nor a length of a clock.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// Not a start.
    #[error("read start {0:?}: write registered, another step, major, clock:NAME or field:NAME")]
    Start(String),
    /// Not a length.
    #[error("read length {0:?}: write 3wd, 7d, 2w, 1m, 24h, same-day, at-once or promised")]
    Grant(String),
    /// Not a start of a clock of a file.
    #[error("read start {0:?}: write first-contact, a step or field:NAME")]
    FileStart(String),
}

impl Start {
    /// Returns the start written in `text`.
    ///
    /// # Errors
    /// [`FormError::Start`] for anything but the forms of [`fmt::Display`].
    pub fn parse(text: &str) -> Result<Self, FormError> {
        let fail = || FormError::Start(text.to_owned());
        match text.split_once(':') {
            Some(("clock", name)) if !name.is_empty() => Ok(Self::Clock(name.to_owned())),
            Some(("field", name)) if !name.is_empty() => Ok(Self::Field(name.to_owned())),
            Some(_) => Err(fail()),
            None if text == "registered" => Ok(Self::Registered),
            None if text == "major" => Ok(Self::Major),
            None => Step::parse(text).map(Self::Step).ok_or_else(fail),
        }
    }
}

impl fmt::Display for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Registered => f.write_str("registered"),
            Self::Major => f.write_str("major"),
            Self::Step(step) => f.write_str(step.name()),
            Self::Clock(name) => write!(f, "clock:{name}"),
            Self::Field(name) => write!(f, "field:{name}"),
        }
    }
}

impl Grant {
    /// Returns the length written in `text`.
    ///
    /// # Errors
    /// [`FormError::Grant`] for anything but `promised` and the forms of [`Length`].
    pub fn parse(text: &str) -> Result<Self, FormError> {
        if text == "promised" {
            return Ok(Self::Promised);
        }
        Length::parse(text)
            .map(Self::Length)
            .map_err(|_| FormError::Grant(text.to_owned()))
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Promised => f.write_str("promised"),
            Self::Length(length) => length.fmt(f),
        }
    }
}

/// Gives a type serde by its text form.
macro_rules! by_text {
    ($Type:ty) => {
        impl Serialize for $Type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $Type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }
    };
}
by_text!(Start);
by_text!(Grant);
