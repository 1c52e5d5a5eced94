//! What other programs and later versions rely on: stored and sent bytes, hostile input, membership, sessions.

mod bundle;
mod envelope;
mod fixtures;
mod golden;
mod membership;
mod session;
