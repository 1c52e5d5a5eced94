//! The devices of the company: who has which rights, who was shut out, and work that came after that.

use serde::{Deserialize, Serialize};

use crate::Millis;

/// Longest reason for shutting out, in characters.
pub const MAX_REASON: usize = 500;
/// Most envelopes of late work an answer lists, the latest first; the count tells of all.
pub const MAX_LATE: usize = 500;
/// Most alarms an answer lists.
pub const MAX_ALARMS: usize = 100;

/// Whether a device belongs to the company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceState {
    /// It does.
    #[default]
    Member,
    /// It does, and the time it was given is over.
    Expired,
    /// It was shut out.
    ShutOut,
}

/// How a device was shut out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShutOutView {
    /// When, by the clock of the device it was done on.
    pub at: Millis,
    /// Name of that device.
    pub by: String,
    /// Why; empty if it cannot be read here.
    pub reason: String,
}

/// A device in the list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DeviceRow {
    /// Device id (hex).
    pub id: String,
    /// Name, if known.
    pub name: String,
    /// The person it was set up for; empty if not known.
    pub staff: String,
    /// Branch code.
    pub branch: String,
    /// Role wire name; empty if not known.
    pub role: String,
    /// Codes of the branches whose records it gets.
    pub branches: Vec<String>,
    /// This device.
    pub own: bool,
    /// Administrator.
    pub administrator: bool,
    /// When it joined.
    pub joined: Millis,
    /// Clock of the last that came from it; none if nothing has.
    pub last_seen: Option<Millis>,
    /// Until when it was given rights; none for without end.
    pub until: Option<Millis>,
    /// Whether it belongs to the company.
    pub state: DeviceState,
    /// How it was shut out.
    pub shut: Option<ShutOutView>,
    /// Other devices of the same person that are not shut out.
    pub siblings: u32,
}

/// Work that came after its device was shut out or lost the right: an envelope of changes that does not count.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LateRow {
    /// Id of the envelope (hex).
    pub id: String,
    /// Name of the device.
    pub device: String,
    /// Device id (hex).
    pub device_id: String,
    /// Branch code of the stream; empty for what belongs to the company.
    pub branch: String,
    /// When it was handed over, by the device's clock.
    pub at: Millis,
    /// Changes in it.
    pub changes: u32,
    /// Somebody at this device has looked at it and left it.
    pub left: bool,
}

/// Something wrong with what a device has sent: a part of it never came, or there are two versions of one part.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ChainAlarm {
    /// Name of the device.
    pub device: String,
    /// Device id (hex).
    pub device_id: String,
    /// Branch code of the stream; empty for what belongs to the company.
    pub branch: String,
    /// Two versions of one part, as a copied device or stolen keys make them; otherwise a part is missing.
    pub forked: bool,
    /// Place of the part among the device's in the stream, from 1.
    pub place: u64,
    /// Clock of the device at the later version, or at the part after the missing one.
    pub at: Option<Millis>,
}

/// The devices, and late work.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DevicesView {
    /// Members first, then those shut out, by name.
    pub rows: Vec<DeviceRow>,
    /// At most [`MAX_LATE`], the latest first.
    pub late: Vec<LateRow>,
    /// All of them.
    pub late_total: u32,
    /// What is wrong with what devices have sent; at most [`MAX_ALARMS`].
    #[serde(default)]
    pub alarms: Vec<ChainAlarm>,
    /// The person at the device may change them.
    pub may_edit: bool,
    /// Keys of streams changed so far, by the stream changed most often; 0 for never.
    pub renewals: u32,
}

/// What shutting out a device would leave.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CutPreview {
    /// Device id (hex).
    pub device: String,
    /// Its work counts up to here, by its clock; none if nothing of it does.
    pub last: Option<Millis>,
    /// The first that is left out, by its clock.
    pub first_left_out: Option<Millis>,
    /// Changes that are left out.
    pub left_out: u32,
}
