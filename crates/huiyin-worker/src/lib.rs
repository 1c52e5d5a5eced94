//! The engine in a Web Worker: IndexedDB, Web Locks and sockets around [`huiyin_engine`].
//!
//! Every tab has a worker of its own. The worker that holds the Web Lock leads: it opens the store, runs the engine and
//! answers all tabs. The others keep what their page asked until it is answered and pass it to the leader over a
//! BroadcastChannel. What to keep, when to send it again and when to take the lead is decided by the plain modules
//! [`unanswered`], [`watch`] and [`story_clock`], which know no browser; everything else here is the thin shell around them.

pub mod key_range;
pub mod story_clock;
pub mod unanswered;
pub mod watch;

#[cfg(target_arch = "wasm32")]
mod attachment;
#[cfg(target_arch = "wasm32")]
mod channel;
#[cfg(target_arch = "wasm32")]
mod environment;
#[cfg(target_arch = "wasm32")]
mod file;
#[cfg(target_arch = "wasm32")]
mod indexed_db;
#[cfg(target_arch = "wasm32")]
mod js;
#[cfg(target_arch = "wasm32")]
mod leader;
#[cfg(target_arch = "wasm32")]
mod lock;
#[cfg(target_arch = "wasm32")]
mod locking;
#[cfg(target_arch = "wasm32")]
mod page;
#[cfg(target_arch = "wasm32")]
mod panics;
#[cfg(target_arch = "wasm32")]
mod socket;
#[cfg(target_arch = "wasm32")]
mod tab;
#[cfg(target_arch = "wasm32")]
mod timer;
#[cfg(target_arch = "wasm32")]
mod transaction;

#[cfg(target_arch = "wasm32")]
pub use indexed_db::{IndexedDb, OpenError};
#[cfg(target_arch = "wasm32")]
pub use tab::start;

/// Name of the database. It carries the version of the storage format: another format is another database.
pub const DATABASE_NAME: &str = "huiyin-v1";

/// Name of the Web Lock the leader holds.
pub const LOCK_NAME: &str = "huiyin-leader";

/// Name of the BroadcastChannel between workers.
pub const CHANNEL_NAME: &str = "huiyin";

/// Largest file that is taken in one piece (bundles), in bytes. Files for import are read in pieces; the engine has their limit.
pub const MAX_FILE_BYTES: u32 = 256 * 1024 * 1024;
