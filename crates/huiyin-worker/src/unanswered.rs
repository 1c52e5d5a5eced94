//! What this tab's page has asked and not yet been answered: kept so that no request is lost when the lead moves, and
//! so that none is answered twice. Sending is left to others.

use std::collections::{BTreeMap, HashMap};

/// A request of this tab's page. `B` is the shell's handle on file content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked<B> {
    /// Id the page gave it.
    pub id: String,
    /// The whole message of the page, as JSON text.
    pub text: String,
    /// File content beside it.
    pub content: Option<B>,
}

/// Requests without an answer, in the order they were asked.
#[derive(Debug)]
pub struct Unanswered<B> {
    next: u64,
    order: HashMap<String, u64>,
    asked: BTreeMap<u64, Asked<B>>,
}

impl<B> Default for Unanswered<B> {
    fn default() -> Self {
        Self {
            next: 0,
            order: HashMap::new(),
            asked: BTreeMap::new(),
        }
    }
}

impl<B: Clone> Unanswered<B> {
    /// Keeps a request. Returns false, and keeps nothing, if one with this id waits already.
    pub fn keep(&mut self, asked: Asked<B>) -> bool {
        if self.order.contains_key(&asked.id) {
            return false;
        }
        self.order.insert(asked.id.clone(), self.next);
        self.asked.insert(self.next, asked);
        self.next += 1;
        true
    }

    /// Forgets a request that is being answered. Returns false if it was answered before or never asked here: then the
    /// page must not be told.
    pub fn settle(&mut self, id: &str) -> bool {
        self.order
            .remove(id)
            .and_then(|at| self.asked.remove(&at))
            .is_some()
    }

    /// Returns every request still waiting, oldest first.
    pub fn waiting(&self) -> Vec<Asked<B>> {
        self.asked.values().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(id: &str) -> Asked<u8> {
        Asked {
            id: id.to_owned(),
            text: format!("text of {id}"),
            content: None,
        }
    }

    fn ids(unanswered: &Unanswered<u8>) -> Vec<String> {
        unanswered.waiting().into_iter().map(|a| a.id).collect()
    }

    #[test]
    fn requests_wait_in_the_order_they_were_asked_until_answered() {
        let mut unanswered = Unanswered::default();
        for id in ["p-10", "p-9", "p-11"] {
            assert!(unanswered.keep(asked(id)));
        }
        assert!(unanswered.settle("p-9"));
        assert_eq!(ids(&unanswered), ["p-10", "p-11"]);
    }

    #[test]
    fn an_answer_that_comes_twice_reaches_the_page_once() {
        let mut unanswered = Unanswered::default();
        unanswered.keep(asked("p-1"));
        assert!(unanswered.settle("p-1"));
        assert!(!unanswered.settle("p-1"));
        assert!(!unanswered.settle("never asked"));
    }

    #[test]
    fn a_request_that_waits_already_is_not_kept_twice_but_may_come_again_once_answered() {
        let mut unanswered = Unanswered::default();
        assert!(unanswered.keep(asked("p-1")));
        assert!(!unanswered.keep(asked("p-1")));
        assert_eq!(ids(&unanswered), ["p-1"]);
        unanswered.settle("p-1");
        assert!(unanswered.keep(asked("p-1")));
    }
}
