//! Problems a user can be told about: a code to branch on, the place, and details for the sentence.

use serde::{Deserialize, Serialize};

/// Why a request was refused. [`Problem::sentence`](crate::Problem::sentence) gives the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// There is no workspace on this device yet.
    NoWorkspace,
    /// There is a workspace on this device already.
    WorkspaceExists,
    /// A field's value cannot be taken; `place` names the field.
    BadField,
    /// A required value is missing; `place` names it.
    Missing,
    /// There is no record with this id.
    NotFound,
    /// The record is in lists already; its history is still coming.
    StillComing,
    /// The step may not be taken now; `detail` says why.
    StepRefused,
    /// Somebody has changed this meanwhile; `place` names the field.
    ChangedSince,
    /// The person at the device may not do this.
    NotAllowed,
    /// The case is with another branch, which `place` names; `detail` says what that means.
    WithOtherBranch,
    /// The customer file was merged into another, which `place` names: what is written here nobody sees.
    GaveWay,
    /// The person complained about takes no part in handling.
    Recused,
    /// The link is not an invitation.
    BadLink,
    /// The link is damaged.
    DamagedLink,
    /// The invitation has expired.
    ExpiredLink,
    /// The link was made by a newer version.
    NewerLink,
    /// The invitation was used by another device before.
    UsedLink,
    /// The relay address cannot be understood.
    BadRelayAddress,
    /// No relay is set.
    NoRelay,
    /// The file is in an encoding that is not known.
    UnknownEncoding,
    /// The file cannot be read as CSV; `place` names the line.
    BadCsv,
    /// The file cannot be read as JSON lines; `place` names the line.
    BadJson,
    /// The file has no column that can be mapped.
    NoColumns,
    /// A mapped column or field does not exist; `place` names it.
    UnknownColumn,
    /// The file is empty.
    EmptyFile,
    /// The file is larger than the limit; `detail` names it.
    TooLarge,
    /// The file cannot be read any more: moved, changed or withdrawn while it was being read.
    UnreadableFile,
    /// The file is not a bundle.
    NotABundle,
    /// The bundle is damaged; `place` names where.
    DamagedBundle,
    /// The bundle belongs to another company.
    OtherWorkspace,
    /// The passphrase is too short.
    ShortPassphrase,
    /// The passphrase is wrong or the backup damaged.
    WrongPassphrase,
    /// The file is not a backup.
    NotABackup,
    /// The text is not a recovery kit.
    NotAKit,
    /// A line of the recovery kit is mistyped; the place is its number.
    MistypedKit,
    /// The recovery kit was used, closed or is too old.
    KitOver,
    /// The import is not open any more.
    ImportGone,
    /// Storage refused the write; nothing was saved.
    NotSaved,
    /// Storage is full; nothing was saved.
    StorageFull,
    /// The browser gives this page no storage (private window, blocked cookies).
    StorageRefused,
    /// Stored data is of a newer version of the app.
    NewerStore,
    /// Another tab or program holds the store.
    Busy,
    /// The code of a screen is not on this device yet and cannot be fetched now.
    ScreenNotHere,
    /// The engine had to be restarted while this was under way.
    Restarted,
    /// The setting is not known or its value is wrong.
    BadSetting,
    /// A filter of a list has a defect; `place` names the column, `detail` what to mend.
    BadFilter,
    /// The pack has a defect; `place` names where, `detail` what to do.
    BadPack,
    /// The device is locked; its passphrase opens it.
    Locked,
    /// The passphrase of the lock is wrong.
    WrongLockPassphrase,
    /// Too many wrong tries; `place` names the seconds until the next.
    TryLater,
    /// The passphrase of the lock is too short.
    ShortLockPassphrase,
    /// Rows are still being sealed anew.
    LockBusy,
    /// This program has no lock.
    NoLock,
    /// The act needs the signature of the person, whose key is on this device: its PIN opens it.
    PinNeeded,
    /// The act needs the signature of the person, who has no certified key on this device.
    PinElsewhere,
    /// The PIN is wrong.
    WrongPin,
    /// A defect of the program; `detail` is for the log.
    Internal,
}

/// A refusal with its place and details.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What kind.
    pub code: ProblemCode,
    /// Where: a field wire name, a file and line, a step; may be empty.
    pub place: String,
    /// Details in English (limits, causes); may be empty.
    pub detail: String,
}

impl Problem {
    /// Returns a problem with a place and no detail.
    pub fn at(code: ProblemCode, place: impl Into<String>) -> Self {
        Self {
            code,
            place: place.into(),
            detail: String::new(),
        }
    }

    /// Returns a problem with neither place nor detail.
    pub fn new(code: ProblemCode) -> Self {
        Self::at(code, "")
    }

    /// Returns the problem with a detail added.
    #[must_use]
    pub fn because(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }
}
