//! Devices, a relay, disks and clocks in one process, driven by a seed. Dev only.
//!
//! [`Device`] runs one engine over a store in memory: for tests that ask and look. [`Simulation`] runs several of them with a
//! relay through losses, crashes and full disks, and checks that nothing acknowledged is lost and all devices become
//! equal. Everything follows from the seed: no clock, no threads, no sockets.
//!
//! The relay is a model ([`Relay`]) that speaks the real frames and keeps the rules of membership of `huiyin-sync`; the real
//! relay's connection is bound to its socket and cannot be stepped. What it keeps its log in can be given ([`RelayLog`]): the tests of
//! `huiyin-relay` give it the real stores.
//!
//! [`hostile`] makes what a member who means harm could send; the program `huiyin-mutants` writes it. [`workload`] makes the records of `cargo xtask bench`; the program `huiyin-workload` writes them.

mod device;
mod files;
pub mod hostile;
mod oracle;
mod random;
mod relay;
mod relay_log;
mod simulation;
mod wire;
pub mod workload;

pub use device::{Device, Outgoing, Reply, START_MS};
pub use files::{COMPLAINTS_CSV, CUSTOMERS_CSV, text};
pub use random::Random;
pub use relay::{ConnectionId, Relay};
pub use relay_log::{Kept, RelayLog};
pub use simulation::{Figures, Simulation};
pub use wire::Wire;
