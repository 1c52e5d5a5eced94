//! Requests that wait for an answer, as a plain state machine: ids, resending after a restart, giving up.
//!
//! An id is never used twice, so a command that is sent again is recognised by the engine.

use std::collections::BTreeMap;

use huiyin_api::{Millis, Request, ToWorker};

/// Restarts a request may live through; then it is answered with a problem.
pub const MAX_RESTARTS_PER_REQUEST: u8 = 2;

/// The requests under way.
#[derive(Debug)]
pub struct Pending {
    token: String,
    counter: u64,
    open: BTreeMap<u64, Open>,
}

#[derive(Debug)]
struct Open {
    text: String,
    restarts: u8,
}

/// A message to be posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Key of the request within this page.
    pub key: u64,
    /// The message as JSON.
    pub text: String,
}

/// What to do after the engine was restarted.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct AfterRestart {
    /// Messages to post again, oldest first.
    pub resend: Vec<Outgoing>,
    /// Requests that are given up.
    pub given_up: Vec<u64>,
}

impl Pending {
    /// Returns an empty table. The token is unique to this page for ever.
    pub fn new(token: String) -> Self {
        Self {
            token,
            counter: 0,
            open: BTreeMap::new(),
        }
    }

    /// Returns the message for a new request, which is remembered until it is answered.
    pub fn issue(&mut self, request: Request, at: Option<Millis>) -> Outgoing {
        self.counter += 1;
        let key = self.counter;
        let message = ToWorker {
            id: format!("{}-{key}", self.token),
            request,
            at,
        };
        let text = serde_json::to_string(&message).expect("requests are plain data");
        self.open.insert(
            key,
            Open {
                text: text.clone(),
                restarts: 0,
            },
        );
        Outgoing { key, text }
    }

    /// Returns the key of the request with this id and forgets it; none if it is not ours or was answered before.
    pub fn settle(&mut self, id: &str) -> Option<u64> {
        let key = id
            .strip_prefix(self.token.as_str())?
            .strip_prefix('-')?
            .parse()
            .ok()?;
        self.open.remove(&key).map(|_| key)
    }

    /// Returns everything not yet answered, oldest first, without counting a restart.
    pub fn waiting(&self) -> Vec<Outgoing> {
        self.open
            .iter()
            .map(|(key, open)| Outgoing {
                key: *key,
                text: open.text.clone(),
            })
            .collect()
    }

    /// Counts a restart of the engine and returns what to send again and what to give up.
    pub fn restarted(&mut self) -> AfterRestart {
        let mut given_up = Vec::new();
        self.open.retain(|key, open| {
            open.restarts += 1;
            let keep = open.restarts <= MAX_RESTARTS_PER_REQUEST;
            if !keep {
                given_up.push(*key);
            }
            keep
        });
        AfterRestart {
            resend: self.waiting(),
            given_up,
        }
    }

    /// Returns whether every request was answered.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Gives up everything and returns the keys.
    pub fn abandon(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.open).into_keys().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_settles_its_request_once() {
        let mut pending = Pending::new("page".into());
        let first = pending.issue(Request::Status, None);
        let second = pending.issue(Request::Home, None);
        assert_ne!(first.text, second.text);
        assert_eq!(pending.settle("page-2"), Some(second.key));
        assert_eq!(pending.settle("page-2"), None);
        assert_eq!(pending.settle("other-1"), None);
        assert_eq!(pending.waiting(), vec![first]);
    }

    #[test]
    fn a_request_is_sent_again_under_the_same_id_and_given_up_after_two_restarts() {
        let mut pending = Pending::new("page".into());
        let only = pending.issue(Request::Home, None);
        for _ in 0..MAX_RESTARTS_PER_REQUEST {
            let after = pending.restarted();
            assert_eq!(after.resend, vec![only.clone()]);
            assert!(after.given_up.is_empty());
        }
        let after = pending.restarted();
        assert_eq!(after.given_up, vec![only.key]);
        assert!(after.resend.is_empty());
    }
}
