//! The relay from outside: its store, its socket, its files, its process.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

mod client;
mod costs;
mod database;
mod files;
mod fixtures;
mod load;
mod newcomers;
mod nodes;
mod objects;
mod process;
mod sessions;
mod shut_out;
mod simulated;
mod sockets;
mod store;
