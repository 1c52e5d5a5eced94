//! Devices that wait until an administrator has compared six digits with them.

use serde::{Deserialize, Serialize};

use crate::Millis;

/// A device that used an invitation which asks, and waits.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NewcomerView {
    /// Short id of the invitation.
    pub invitation: String,
    /// Device id (hex).
    pub device: String,
    /// The six digits its screen shows; none before the device that made the invitation has answered it.
    pub number: Option<String>,
    /// When it came, by its own clock.
    pub at: Millis,
    /// Branch code it is invited to.
    pub branch: String,
    /// Role wire name it is invited as.
    pub role: String,
    /// Devices that wait at the same invitation, this one included: more than one means that the link is in other hands as well.
    pub rivals: u32,
    /// This device may let it in.
    pub may_approve: bool,
}

/// How this device stands that joined by an invitation which asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnApproval {
    /// The administrator's device has not answered yet.
    Asked,
    /// The number to be compared with the administrator's screen: six digits.
    Number(String),
    /// The administrator refused: the invitation is closed.
    Refused,
    /// The administrator let another device in by this invitation.
    Other,
}
