//! What other programs and later versions rely on: stored and sent bytes, hostile input, membership, sessions.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

mod approval;
mod bundle;
mod envelope;
mod fixtures;
mod golden;
mod membership;
mod object;
mod revocation;
mod session;
