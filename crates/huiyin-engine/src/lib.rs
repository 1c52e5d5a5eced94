//! One replica of a company's data, sans-IO: `handle(event, now, entropy) -> effects`.
//!
//! The engine decides what is stored, sent and answered; the shell around it (browser worker, command line, simulation)
//! carries the effects out and reports back. The engine never reads a clock, never draws randomness, never touches a disk
//! or a socket. Effects must be carried out in the order given; each `Load` and `Commit` is reported by one event.

mod effect;
mod memory;
pub mod sniff;
mod store;

pub use effect::{Attachment, Effect, Event};
pub use memory::MemoryStore;
pub use store::{Batch, Durability, Query, StoreError, Table, Write};

/// Unix milliseconds.
pub type Millis = i64;
