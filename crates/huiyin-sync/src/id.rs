//! Identifiers: fixed bytes, shown as lowercase hexadecimal. They carry no meaning of their own.

use std::fmt;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::ser::SerializeTuple;
use serde::{Deserializer, Serializer};
use thiserror::Error;

/// Why a text is no identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ParseIdError {
    /// The text has another length.
    #[error("read an id: {found} characters instead of {expected}")]
    Length {
        /// Characters wanted.
        expected: usize,
        /// Characters found.
        found: usize,
    },
    /// A character is not 0-9 or a-f.
    #[error("read an id: a character is not hexadecimal")]
    NotHex,
}

pub(crate) fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| {
            [
                DIGITS[usize::from(byte >> 4)],
                DIGITS[usize::from(byte & 15)],
            ]
        })
        .map(char::from)
        .collect()
}

pub(crate) fn from_hex<const N: usize>(text: &str) -> Result<[u8; N], ParseIdError> {
    if text.len() != N * 2 {
        return Err(ParseIdError::Length {
            expected: N * 2,
            found: text.chars().count(),
        });
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let digit = |c: u8| {
            char::from(c)
                .to_digit(16)
                .filter(|_| !c.is_ascii_uppercase())
                .ok_or(ParseIdError::NotHex)
        };
        *byte = (digit(pair[0])? << 4 | digit(pair[1])?) as u8;
    }
    Ok(bytes)
}

struct BytesVisitor<const N: usize>;

impl<'de, const N: usize> Visitor<'de> for BytesVisitor<N> {
    type Value = [u8; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{N} bytes or {} hexadecimal characters", N * 2)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        from_hex(text).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut bytes = [0; N];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = seq
                .next_element()?
                .ok_or_else(|| A::Error::invalid_length(at, &self))?;
        }
        Ok(bytes)
    }
}

pub(crate) fn serialize_bytes<const N: usize, S: Serializer>(
    bytes: &[u8; N],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        return serializer.serialize_str(&to_hex(bytes));
    }
    let mut tuple = serializer.serialize_tuple(N)?;
    for byte in bytes {
        tuple.serialize_element(byte)?;
    }
    tuple.end()
}

pub(crate) fn deserialize_bytes<'de, const N: usize, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<[u8; N], D::Error> {
    if deserializer.is_human_readable() {
        deserializer.deserialize_str(BytesVisitor)
    } else {
        deserializer.deserialize_tuple(N, BytesVisitor)
    }
}

/// Defines a newtype over fixed bytes: hexadecimal for people and JSON, bare bytes in postcard.
macro_rules! fixed_bytes {
    ($(#[$doc:meta])* $name:ident, $length:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $length]);

        impl $name {
            /// Length in bytes.
            pub const LENGTH: usize = $length;

            /// Returns the bytes.
            pub const fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }
        }

        impl From<[u8; $length]> for $name {
            fn from(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&$crate::id::to_hex(&self.0))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::id::ParseIdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::id::from_hex(text).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::id::serialize_bytes(&self.0, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::id::deserialize_bytes(deserializer).map(Self)
            }
        }
    };
}
pub(crate) use fixed_bytes;

fixed_bytes!(
    /// One company's workspace. Follows from its charter, so the id alone proves the charter.
    WorkspaceId,
    16
);
fixed_bytes!(
    /// One stream of a workspace: a sequence of envelopes under one key per epoch.
    StreamId,
    16
);
fixed_bytes!(
    /// One device: its Ed25519 public key.
    DeviceId,
    32
);
fixed_bytes!(
    /// One envelope: the BLAKE3 hash of its header.
    EnvelopeId,
    32
);

impl EnvelopeId {
    /// What the first envelope of an author in a stream names as its predecessor.
    pub const ZERO: Self = Self([0; 32]);
}

impl StreamId {
    /// Name of the clear stream that carries statements about members.
    pub const MEMBERS: &'static str = "members";
    /// Name of the stream of the root document.
    pub const ROOT: &'static str = "root";

    /// Returns the id of the stream called `name`: `"members"`, `"root"`, `"branch/<CODE>"`.
    ///
    /// The first 16 bytes of BLAKE3 in derive mode over the workspace id and the name. Whoever knows the workspace
    /// id can test a guess at a name; the id hides nothing from a relay that guesses short branch codes.
    pub fn derive(workspace: &WorkspaceId, name: &str) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("huiyin stream id v1");
        hasher.update(workspace.as_bytes());
        hasher.update(name.as_bytes());
        let mut id = [0; 16];
        id.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        Self(id)
    }

    /// Returns the id of the clear stream of members' statements.
    pub fn members(workspace: &WorkspaceId) -> Self {
        Self::derive(workspace, Self::MEMBERS)
    }

    /// Returns the id of the root document's stream.
    pub fn root(workspace: &WorkspaceId) -> Self {
        Self::derive(workspace, Self::ROOT)
    }

    /// Returns the id of the stream of the branch with this code.
    pub fn branch(workspace: &WorkspaceId, code: &str) -> Self {
        Self::derive(workspace, &format!("branch/{code}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<WorkspaceId, ParseIdError>) {
        assert_eq!(text.parse::<WorkspaceId>(), expected);
    }

    #[test]
    fn an_id_is_read_back_from_its_own_text_and_from_nothing_else() {
        let id = WorkspaceId(*b"0123456789abcdef");
        check(&id.to_string(), Ok(id));
        check(
            "00",
            Err(ParseIdError::Length {
                expected: 32,
                found: 2,
            }),
        );
        check(&"g".repeat(32), Err(ParseIdError::NotHex));
        check(&"A".repeat(32), Err(ParseIdError::NotHex));
        check(&"+".repeat(32), Err(ParseIdError::NotHex));
    }

    #[test]
    fn stream_ids_differ_between_workspaces_and_names() {
        let (a, b) = (WorkspaceId([1; 16]), WorkspaceId([2; 16]));
        assert_eq!(StreamId::root(&a), StreamId::derive(&a, "root"));
        assert_ne!(StreamId::root(&a), StreamId::root(&b));
        assert_ne!(StreamId::root(&a), StreamId::members(&a));
        assert_eq!(
            StreamId::branch(&a, "BJ"),
            StreamId::derive(&a, "branch/BJ")
        );
    }
}
