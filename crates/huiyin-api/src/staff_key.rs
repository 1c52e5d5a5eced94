//! Keys of members of staff: what a person signs deciding acts with, behind a PIN.

use serde::{Deserialize, Serialize};

use crate::Millis;

/// How a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaffKeyState {
    /// It waits until an administrator has compared the number.
    #[default]
    Waiting,
    /// It signs for the person.
    Certified,
    /// An administrator ended it, or refused it.
    Ended,
}

/// A key of a member of staff on one device.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StaffKeyView {
    /// Staff id.
    pub staff: String,
    /// The person's name.
    pub name: String,
    /// Public half of the key (hex).
    pub key: String,
    /// Name of the device it was made on; its id where no name is known.
    pub device: String,
    /// Made on this device.
    pub here: bool,
    /// When it was asked for.
    pub asked: Millis,
    /// How it stands.
    pub state: StaffKeyState,
    /// The six digits both screens show while it waits; none until an administrator's device has drawn them.
    pub number: Option<String>,
    /// From when on it counts.
    pub since: Option<Millis>,
    /// Until when it counted.
    pub until: Option<Millis>,
    /// Name of the administrator's device that certified it.
    pub certified_by: String,
}

/// The keys a person at a device has to do with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StaffKeysView {
    /// Staff id of the person at the device.
    pub staff: String,
    /// Their name.
    pub name: String,
    /// The person has a PIN on this device that was not ended.
    pub has_pin: bool,
    /// Until when the key is unlocked.
    pub unlocked_until: Option<Millis>,
    /// This device may certify keys and end them.
    pub may_certify: bool,
    /// Keys: of everybody on a device that may certify, else those of the person; those that wait first, then the latest.
    pub keys: Vec<StaffKeyView>,
}
