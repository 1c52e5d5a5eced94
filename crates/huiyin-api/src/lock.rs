//! The lock of a device: what a page asks of it and what it shows. The program that owns the store answers, not the engine.

use serde::{Deserialize, Serialize};

/// Fewest characters of a passphrase of the lock.
pub const MIN_LOCK_PASSPHRASE: usize = 8;
/// Minutes without anybody at the screen after which the device locks itself, as offered; 0 = never.
pub const LOCK_IDLE_MINUTES: [u16; 5] = [0, 1, 5, 15, 60];
/// The choice until somebody chooses.
pub const LOCK_IDLE_DEFAULT: u16 = 15;

/// What a page asks of the lock. Every intent but `Active` answers `Lock`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockIntent {
    /// How it stands.
    Look,
    /// Somebody is at the screen. Answers `Done`.
    Active,
    /// Locks now, on every tab.
    Lock,
    /// Opens the lock.
    Unlock {
        /// The passphrase.
        passphrase: String,
    },
    /// Sets a passphrase, or changes it.
    Set {
        /// At least [`MIN_LOCK_PASSPHRASE`] characters.
        passphrase: String,
        /// The passphrase until now; empty where there was none.
        current: String,
    },
    /// Takes the lock away.
    Remove {
        /// The passphrase.
        passphrase: String,
    },
    /// After how many minutes without anybody the device locks itself.
    Idle {
        /// One of [`LOCK_IDLE_MINUTES`].
        minutes: u16,
    },
    /// Removes everything this device holds. Only while it is locked, as whoever can work exports first, where it is a sample company, or
    /// where nothing of the company has come yet.
    Erase,
}

/// How the lock stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LockView {
    /// A passphrase is set.
    pub set: bool,
    /// Nothing can be read until the passphrase is given.
    pub locked: bool,
    /// The device locks itself in a moment: what is typed is to be stored now.
    pub locking: bool,
    /// Minutes without anybody until the device locks itself; 0 = never.
    pub idle_minutes: u16,
    /// Wrong tries in a row.
    pub failed: u32,
    /// Milliseconds until the next try.
    pub wait_ms: u64,
    /// Rows are being sealed anew: parts done, parts in all.
    pub sealing: Option<(u32, u32)>,
}
