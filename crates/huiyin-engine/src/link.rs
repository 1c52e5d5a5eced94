//! How this device stands with the relay: session, receipts, cursors, and bytes put aside.

use std::collections::BTreeMap;

use huiyin_api::RelayState;
use huiyin_sync::{Cursor, EnvelopeId, Session, SessionStatus, StoreEpoch, StreamId};

use crate::Millis;
use crate::ingest::Arrivals;
use crate::quarantine::Quarantine;

/// Key in the meta table of the name of the relay's store that gave the receipts.
pub(crate) const STORE_KEY: &[u8] = b"relay_store";
/// Most bytes kept of envelopes that wait for a member or a key.
pub(crate) const MAX_WAITING_BYTES: usize = 64 * 1024 * 1024;

/// An own or passed-on envelope without receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unacked {
    /// Key of the envelope.
    pub key: Vec<u8>,
    /// Own changes in it.
    pub changes: u32,
    /// The session has it.
    pub offered: bool,
    /// It may not have reached the disk yet: a power cut would take it back.
    pub soft: bool,
}

/// The state of replication.
#[derive(Debug, Default)]
pub(crate) struct Link {
    pub session: Option<Session>,
    pub unacked: BTreeMap<EnvelopeId, Unacked>,
    pub cursors: BTreeMap<StreamId, Cursor>,
    /// The relay's store that gave the receipts.
    pub store: Option<StoreEpoch>,
    pub quarantine: Quarantine,
    /// The relay refused this device's admission: the invitation was used before, or has expired.
    pub turned_away: bool,
    /// A person stopped sending and receiving for now.
    pub paused: bool,
    /// When the relay was last heard, until what it said is stored.
    pub heard_at: Option<Millis>,
    /// When the relay was last heard while everything was received and handed over.
    pub contact: Option<Millis>,
    /// When the session wants to be woken.
    pub wake_at: Option<Millis>,
    pub clock_skew: Option<i64>,
    /// Envelopes taken in, and known to exist, since the session began.
    pub received: u64,
    pub heads: BTreeMap<StreamId, u64>,
    /// How far a newcomer is that takes in the company's root, and rows to show, before all else.
    pub root: RootFirst,
    /// The batch of envelopes that is being taken in, while what it lacks is loaded.
    pub arrivals: Option<Box<Arrivals>>,
}

/// How far a newcomer is that takes in the company's root before all else.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum RootFirst {
    /// The key of its stream is not here yet. To have caught up now is to know the members.
    #[default]
    Unknown,
    /// Its stream alone is wanted.
    Sought,
    /// It came; the rows that others put at the relay for newcomers are wanted next.
    Rows,
    /// It came, or the relay does not have it: everything is wanted.
    Done,
}

impl RootFirst {
    /// Returns whether something else is taken in before everything is wanted.
    pub fn is_under_way(self) -> bool {
        matches!(self, Self::Sought | Self::Rows)
    }
}

impl Link {
    /// Returns the connection in the words of the screen. `waiting` changes are not handed over yet.
    pub fn state(&self, waiting: usize) -> RelayState {
        let Some(session) = &self.session else {
            return if self.paused {
                RelayState::Offline
            } else {
                RelayState::None
            };
        };
        if self.turned_away {
            return RelayState::Refused;
        }
        match session.status() {
            SessionStatus::Offline { .. } => RelayState::Offline,
            SessionStatus::Connecting | SessionStatus::Authenticating => RelayState::Connecting,
            SessionStatus::Live {
                caught_up: true,
                member: true,
            } => {
                if waiting == 0 && self.unacked.is_empty() {
                    RelayState::UpToDate
                } else {
                    RelayState::Sending
                }
            }
            SessionStatus::Live { .. } => RelayState::Receiving,
        }
    }

    /// Returns whether the session is connected.
    pub fn is_live(&self) -> bool {
        self.session
            .as_ref()
            .is_some_and(|session| matches!(session.status(), SessionStatus::Live { .. }))
    }

    /// Returns whether everything the relay has was received.
    pub fn is_caught_up(&self) -> bool {
        self.session.as_ref().is_some_and(|session| {
            matches!(
                session.status(),
                SessionStatus::Live {
                    caught_up: true,
                    member: true
                }
            )
        })
    }

    /// Returns the next try, if there is no connection.
    pub fn retry_at(&self) -> Option<Millis> {
        match self.session.as_ref()?.status() {
            SessionStatus::Offline { retry_at_ms, .. } => Some(retry_at_ms as Millis),
            _ => None,
        }
    }
}
