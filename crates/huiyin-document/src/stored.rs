//! The scalars that documents hold, between the forms of a record and the ways of writing and reading it.
//!
//! A record in memory is visited as names with [`Stored`] values; a change, an Automerge map or another record is made of them.

use automerge::{ScalarValueRef, ValueRef, hydrate};
use huiyin_core::id::EventId;

/// A scalar of a record or an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stored<'a> {
    /// Text.
    Text(&'a str),
    /// Ids, stored as one text with a space between them.
    Ids(&'a [EventId]),
    /// Whole number.
    Int(i64),
    /// Whole number written by others as unsigned.
    Uint(u64),
    /// Yes or no.
    Flag(bool),
    /// A scalar that this schema does not use.
    Foreign,
    /// Nothing.
    Null,
}

impl<'a> Stored<'a> {
    /// Returns the scalar of an Automerge value; none if it is an object.
    pub(crate) fn of(value: &'a ValueRef<'_>) -> Option<Self> {
        let ValueRef::Scalar(scalar) = value else {
            return None;
        };
        Some(match scalar {
            ScalarValueRef::Str(text) => Self::Text(text),
            ScalarValueRef::Int(number) => Self::Int(*number),
            ScalarValueRef::Uint(number) => Self::Uint(*number),
            ScalarValueRef::Boolean(flag) => Self::Flag(*flag),
            ScalarValueRef::Null => Self::Null,
            _ => Self::Foreign,
        })
    }

    /// Returns the scalar as a value to be put into a document.
    pub(crate) fn hydrated(self) -> hydrate::Value {
        match self {
            Self::Text(text) => hydrate::Value::scalar(text),
            Self::Ids(ids) => hydrate::Value::scalar(joined(ids)),
            Self::Int(number) => hydrate::Value::scalar(number),
            Self::Uint(number) => hydrate::Value::scalar(number),
            Self::Flag(flag) => hydrate::Value::scalar(flag),
            Self::Foreign | Self::Null => hydrate::Value::scalar(()),
        }
    }

    /// Returns the text a field shows; none if the scalar is no text, number or flag.
    pub(crate) fn shown(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.to_owned()),
            Self::Ids(ids) => Some(joined(ids)),
            Self::Int(number) => Some(number.to_string()),
            Self::Uint(number) => Some(number.to_string()),
            Self::Flag(flag) => Some(flag.to_string()),
            Self::Foreign | Self::Null => None,
        }
    }

    /// Returns a whole number.
    pub(crate) fn number(self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(number),
            Self::Uint(number) => i64::try_from(number).ok(),
            _ => None,
        }
    }
}

/// Returns ids with a space between them.
fn joined(ids: &[EventId]) -> String {
    let texts: Vec<&str> = ids.iter().map(EventId::as_str).collect();
    texts.join(" ")
}
