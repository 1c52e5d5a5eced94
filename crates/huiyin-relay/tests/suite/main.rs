//! The relay from outside: its store, its socket, its files, its process.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

mod client;
mod files;
mod fixtures;
mod process;
mod sessions;
mod sockets;
mod store;
