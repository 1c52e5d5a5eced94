//! Schema v1: names under which things are stored in documents. Names are part of the format and never change meaning.
//!
//! **Segment.** Root map: local record id (16 hex digits) → record map. A record map holds one scalar string per field under
//! the field's wire name (imported columns without a field under `x:<header>`), and the bookkeeping names below.
//!
//! **Root and catalogue.** Flat scalar registers with paths as keys, for instance `branch/HQ/name`.

/// Number people read (string).
pub const NUMBER: &str = "_n";
/// When the record was made, Unix milliseconds (int).
pub const CREATED: &str = "_c";
/// Who made it (string).
pub const CREATED_BY: &str = "_b";
/// When a case was received, Unix milliseconds (int).
pub const RECEIVED: &str = "_r";
/// Length of the case's clock such as `3wd` (string); absent = no clock.
pub const CLOCK: &str = "_k";
/// Reference of the pack version a case began under (string, see `huiyin_core::pack::PackRef`); absent = no pack.
pub const PACK: &str = "_p";
/// Events: map of event id → map (see `huiyin_core::case::CaseEvent`).
pub const EVENTS: &str = "_e";
/// Import the record came with (string).
pub const IMPORT: &str = "_i";
/// Taken back with this import (string). In force only while the record has no [`EDITED`] mark.
pub const GONE: &str = "_g";
/// Set once anybody has edited an imported record (bool).
pub const EDITED: &str = "_m";
/// Last edit of a field, Unix milliseconds (int); the greatest of concurrent values holds.
pub const UPDATED: &str = "_u";
/// Prefix of the names of an event's further data, as keys of the event's map.
pub const DATA_PREFIX: &str = "d:";
/// Prefix of fields that only an import knows.
pub const CUSTOM_PREFIX: &str = "x:";
/// First character of bookkeeping names.
pub const BOOKKEEPING: char = '_';

/// Message of the genesis change.
pub const GENESIS_MESSAGE: &str = "huiyin";
/// Actor of the genesis change.
pub const GENESIS_ACTOR: [u8; 16] = [0; 16];
/// Hash of the genesis change, which every creation change depends on.
pub const GENESIS_HASH: [u8; 32] = [
    0x4b, 0x95, 0x02, 0xaa, 0xb4, 0xd6, 0x09, 0x66, 0xba, 0xe3, 0xe1, 0x6f, 0xc2, 0xe7, 0xb1, 0xc7,
    0x59, 0xcf, 0x7c, 0x0c, 0x39, 0xb0, 0x32, 0x46, 0x88, 0xc8, 0x94, 0x92, 0xd7, 0x8c, 0x73, 0x63,
];
