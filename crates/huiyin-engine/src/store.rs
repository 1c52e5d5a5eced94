//! What the engine stores and how it asks: ordered tables of byte keys and byte values, one transaction per batch.

use thiserror::Error;

/// A table of the device's store. Names are part of the storage format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// Small facts: identity, workspace, counters, relay address.
    Meta,
    /// Stream keys.
    Keys,
    /// Saved documents.
    Snapshots,
    /// Packed list rows per segment.
    Projections,
    /// Counts of each segment's rows: all that is read before the first list.
    Summaries,
    /// Packed texts of each segment's cases, for the search in them.
    Texts,
    /// Changes (and list rows they changed) since the snapshot, per document.
    Deltas,
    /// Own changes not yet in an envelope.
    Outbox,
    /// Sealed envelopes, own and received.
    Envelopes,
    /// Envelopes no relay has acknowledged.
    Unacked,
    /// How far each stream was read from the relay.
    Cursors,
    /// Bytes that could not be taken, with the reason.
    Quarantine,
    /// Drafts of forms.
    Drafts,
    /// Answers to recent commands by id.
    Commands,
    /// Pieces of attachments.
    Blobs,
}

impl Table {
    /// Every table, in the order of the storage format.
    pub const ALL: [Self; 15] = [
        Self::Meta,
        Self::Keys,
        Self::Snapshots,
        Self::Projections,
        Self::Summaries,
        Self::Texts,
        Self::Deltas,
        Self::Outbox,
        Self::Envelopes,
        Self::Unacked,
        Self::Cursors,
        Self::Quarantine,
        Self::Drafts,
        Self::Commands,
        Self::Blobs,
    ];

    /// Returns the stored name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Keys => "keys",
            Self::Snapshots => "snapshots",
            Self::Projections => "projections",
            Self::Summaries => "summaries",
            Self::Texts => "texts",
            Self::Deltas => "deltas",
            Self::Outbox => "outbox",
            Self::Envelopes => "envelopes",
            Self::Unacked => "unacked",
            Self::Cursors => "cursors",
            Self::Quarantine => "quarantine",
            Self::Drafts => "drafts",
            Self::Commands => "commands",
            Self::Blobs => "blobs",
        }
    }
}

/// A read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// One row; the answer has zero or one row.
    Get {
        /// Table.
        table: Table,
        /// Key.
        key: Vec<u8>,
    },
    /// All rows whose key begins with `prefix` (empty = whole table) and is greater than `after`, in key order.
    Range {
        /// Table.
        table: Table,
        /// Key prefix.
        prefix: Vec<u8>,
        /// Exclusive lower bound, if any.
        after: Option<Vec<u8>>,
        /// Most rows wanted.
        limit: u32,
        /// Values are not needed: rows come with empty values.
        keys_only: bool,
    },
}

/// A write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Inserts or replaces a row.
    Put {
        /// Table.
        table: Table,
        /// Key.
        key: Vec<u8>,
        /// Value.
        value: Vec<u8>,
    },
    /// Removes a row if it is there.
    Delete {
        /// Table.
        table: Table,
        /// Key.
        key: Vec<u8>,
    },
}

/// How hard a commit must have reached the disk before it is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// Flushed to the disk (default: everything a person entered).
    #[default]
    Strict,
    /// Handed to the operating system (caches that can be made again).
    Relaxed,
}

/// Writes that happen together or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Batch {
    /// In order.
    pub writes: Vec<Write>,
    /// How hard.
    pub durability: Durability,
}

/// Why the store did not do it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// No space left.
    #[error("storage is full")]
    Full,
    /// The browser or the system gives no storage.
    #[error("storage is refused: {0}")]
    Refused(String),
    /// Another leader holds the store now; this engine must stop.
    #[error("another tab took the lead")]
    LostLead,
    /// Anything else; the write did not happen.
    #[error("storage failed: {0}")]
    Failed(String),
}

impl StoreError {
    /// Returns whether trying again cannot help.
    pub fn is_permanent(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::LostLead)
    }
}
