//! Blind envelope log and static file server.
//!
//! The relay keeps sealed envelopes per stream in the order they arrive, hands them to the devices that may read the
//! stream, and serves the app's files. It checks form, signature, membership and sequence of what it takes, and cannot read
//! what is sealed. It acknowledges only what is committed. The protocol and the rules of membership are `huiyin-sync`'s.
//!
//! [`serve`] starts one in this process; the program `huiyin-relay` is a thin shell around it.

pub mod bench;
mod connection;
mod dist;
mod handshake;
mod hub;
mod inspection;
mod limits;
mod metrics;
mod objects;
mod recent;
mod server;
mod store;
mod writer;

pub use limits::{Limits, Quota};
pub use server::{Config, Relay, ServeError, serve};
pub use store::{
    Appended, Group, Heads, NewEnvelope, NewObject, News, ObjectPut, PostgresStore, SqliteStore,
    Store, StoreAddress, StoreError, Usage,
};
