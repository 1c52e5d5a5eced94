//! How this device stands with the others.

use serde::{Deserialize, Serialize};

use crate::Millis;

/// Connection to the relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelayState {
    /// No relay is set.
    #[default]
    None,
    /// Not reachable now; tried again later.
    Offline,
    /// Connecting.
    Connecting,
    /// Receiving what is new.
    Receiving,
    /// Everything received; something of this device's is still being handed over.
    Sending,
    /// Everything received, everything sent is acknowledged.
    UpToDate,
    /// The relay does not accept this device.
    Refused,
    /// This device was shut out: it neither sends nor receives any more.
    ShutOut,
}

/// A device of the company.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DeviceView {
    /// Device id (hex).
    pub id: String,
    /// Name, if known.
    pub name: String,
    /// Branch code.
    pub branch: String,
    /// Name of the person it was set up for, if known.
    #[serde(default)]
    pub person: String,
    /// This device.
    pub own: bool,
    /// Administrator.
    pub administrator: bool,
    /// When it joined.
    pub joined: Millis,
}

/// An invitation that was given out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct InvitationView {
    /// Short id.
    pub id: String,
    /// Branch code.
    pub branch: String,
    /// Role wire name.
    pub role: String,
    /// Expiry.
    pub expires: Millis,
    /// Name of the device that used it.
    pub used_by: Option<String>,
    /// Further devices tried to use it.
    pub second_uses: u32,
    /// It was closed and admits nobody.
    #[serde(default)]
    pub closed: bool,
    /// Who uses it waits until an administrator lets the device in.
    #[serde(default)]
    pub asks: bool,
}

/// Something received that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QuarantineView {
    /// When it came.
    pub at: Millis,
    /// `relay` or the bundle's place.
    pub from: String,
    /// Reason code, for instance `damaged`, `other_workspace`, `unknown_author`, `undecodable`.
    pub reason: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// How often something could not be taken for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReasonCount {
    /// Reason code without details.
    pub reason: String,
    /// Rows.
    pub count: u64,
}

/// A page of what could not be taken.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QuarantinePage {
    /// Rows in all.
    pub total: u64,
    /// Rows of each reason, by code.
    pub reasons: Vec<ReasonCount>,
    /// This page, newest first.
    pub rows: Vec<QuarantineView>,
}

/// The sync screen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SyncView {
    /// Relay address, if any.
    pub relay: Option<String>,
    /// Connection.
    pub state: RelayState,
    /// Changes that no receipt covers.
    pub only_here: u64,
    /// Last time the relay was heard of while everything was received and handed over.
    pub last_contact: Option<Millis>,
    /// When the next try is due.
    pub retry_at: Option<Millis>,
    /// Lists are those of another device while this one receives everything for the first time.
    #[serde(default)]
    pub preview: Option<PreviewView>,
    /// Rows for newcomers are being put at the relay.
    #[serde(default)]
    pub sharing: bool,
    /// Known devices.
    pub devices: Vec<DeviceView>,
    /// Invitations given out.
    pub invitations: Vec<InvitationView>,
    /// Devices that wait until an administrator has compared numbers with them, the latest last.
    #[serde(default)]
    pub newcomers: Vec<crate::NewcomerView>,
    /// This device waits itself, or was refused.
    #[serde(default)]
    pub approval: Option<crate::OwnApproval>,
    /// What this administrator is reminded of about the recovery kit.
    #[serde(default)]
    pub kit_due: Option<crate::KitDue>,
    /// Refused bytes, newest first (at most 50).
    pub quarantine: Vec<QuarantineView>,
    /// Rows of what was refused or waits, in all.
    #[serde(default)]
    pub put_aside: u64,
    /// This device may invite.
    pub may_invite: bool,
    /// Other device's clock seen more than five minutes off, in ms (positive: theirs is ahead).
    pub clock_skew: Option<i64>,
    /// How this device was shut out.
    #[serde(default)]
    pub shut_out: Option<crate::ShutOutView>,
    /// Envelopes of work that came too late, neither taken nor left.
    #[serde(default)]
    pub late: u32,
    /// Backups; none on a device that cannot back up everything, and while there is nothing to back up.
    #[serde(default)]
    pub backup: Option<BackupView>,
}

/// Whose rows lists show while the documents are still coming.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PreviewView {
    /// The device that signed them; empty if its name has not come.
    pub device: String,
    /// As of when.
    pub at: Millis,
}

/// How safe the company's data is from the loss of this device.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BackupView {
    /// When a full backup was last made here.
    pub last: Option<Millis>,
    /// When somebody should be reminded of one.
    pub remind_at: Millis,
    /// Days after which that is.
    pub days: u32,
    /// A passphrase is kept for backups that the program makes by itself.
    pub by_itself: bool,
}

/// A new invitation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct InviteView {
    /// Short id, as in the list of invitations.
    #[serde(default)]
    pub id: String,
    /// The link.
    pub link: String,
    /// Expiry.
    pub expires: Millis,
}

/// What a bundle brought.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BundleReport {
    /// Envelopes in the file.
    pub envelopes: u64,
    /// New to this device.
    pub new: u64,
    /// Known before.
    pub known: u64,
    /// Put in quarantine.
    pub refused: u64,
    /// Waiting for a membership record that has not come yet.
    pub waiting: u64,
}
