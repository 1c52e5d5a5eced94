//! Attachments that are fetched from the relay when somebody opens them.

use serde::{Deserialize, Serialize};

/// How the fetching of an attachment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FetchState {
    /// Pieces are on their way.
    #[default]
    Loading,
    /// The relay is not reached; it goes on when it is.
    Offline,
    /// All of it is on this device.
    Here,
    /// The relay does not have it: the device it was made on has not handed it over yet.
    Missing,
    /// What came was not what the record names; it was thrown away.
    Damaged,
    /// No relay is set: a file from another device brings it.
    NoRelay,
    /// The relay is of a version that keeps no attachments apart.
    OldRelay,
}

/// How far the fetching of an attachment is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FetchView {
    /// BLAKE3 of the content, hex.
    pub hash: String,
    /// How it stands.
    pub state: FetchState,
    /// Bytes on this device.
    pub done: u64,
    /// Bytes of the whole.
    pub size: u64,
}
