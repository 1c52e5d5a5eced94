//! Which acts a person signs with a key of their own, and what became of the signature.
//!
//! Decides which steps want a signature. How a signature is made and checked is left to others: whoever reads events sets
//! [`CaseEvent::signing`](crate::case::CaseEvent::signing), and every fold leaves out what lacks one.

use crate::case::Step;
use crate::text::fold;

/// Datum that holds the signature of the person who acted: public key in hex, a dot, signature in hex.
pub const STAFF_SIGNATURE: &str = "staff_signature";

/// What is known of the signature of an event. It is found when the event is read and never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Signing {
    /// Nobody asks for one: the step decides nothing, or the person had no certified key at that time.
    #[default]
    NotAsked,
    /// The person it names signed it.
    Signed,
    /// The person it names has a key and did not sign it: it is kept, shown, and not in force.
    Missing,
}

impl Signing {
    /// Returns whether a signature is missing.
    pub const fn is_missing(self) -> bool {
        matches!(self, Self::Missing)
    }
}

/// Returns whether a step is signed by the person who takes it, where that person has a key: it approves or refuses, ends a matter,
/// penalises, settles a dispute, gives the right to sign on, or takes over what somebody handed over.
///
/// What merely moves a matter on (assigned, investigated, carried out, answered) is not: it decides about nobody, and whoever is at the counter does it.
/// Reopening is not: it takes nobody's right away and must never wait.
///
/// **Source:** the product's rule that deciding acts (approve, close, penalise, settle) carry the signature of the person.
pub const fn decides_with_signature(step: Step) -> bool {
    match step {
        // Approving and refusing: plans of cases and contacts, extensions, files, classes.
        Step::Approved
        | Step::SentBack
        | Step::Endorsed
        | Step::Delegated
        | Step::Extended
        | Step::Reviewed
        | Step::FileApproved
        | Step::FileReturned
        | Step::ClassConfirmed
        | Step::ClassRefused
        | Step::ActionVerified
        | Step::Supervised => true,
        // Ending a matter.
        Step::NotUpheld
        | Step::Closed
        | Step::Archived
        | Step::Withdrawn
        | Step::Duplicate
        | Step::Malicious => true,
        // Penalties and rewards.
        Step::PenaltyApproved
        | Step::PenaltyRejected
        | Step::PenaltyConfirmed
        | Step::PenaltyLifted => true,
        // Settling a dispute; the hand-over book.
        Step::Ruled | Step::HandedOver | Step::HandOverAccepted | Step::HandOverRefused => true,
        _ => false,
    }
}

/// Returns a name as people are told apart by who signs: folded, and without everything one does not see or hardly sees, so that a
/// name that only looks the same is the same.
pub fn signer_name(name: &str) -> String {
    let folded = fold(name);
    let plain: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    if plain.is_empty() { folded } else { plain }
}

/// Returns public key and signature in hex, if a text is a public key, a dot and a signature.
pub fn carried(text: &str) -> Option<(&str, &str)> {
    text.split_once('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_that_only_move_a_matter_on_or_add_to_it_want_no_signature() {
        for step in [
            Step::Registered,
            Step::Accepted,
            Step::Assigned,
            Step::Proposed,
            Step::CarriedOut,
            Step::Answered,
            Step::Reopened,
            Step::Noted,
            Step::Imported,
            Step::PenaltyProposed,
            Step::PenaltyAppealed,
            Step::CustomerSigned,
            Step::OwnerChanged,
        ] {
            assert!(!decides_with_signature(step), "{step:?}");
        }
        let signed = Step::ALL
            .iter()
            .filter(|step| decides_with_signature(**step));
        assert_eq!(signed.count(), 26);
    }

    #[test]
    fn names_that_look_the_same_are_the_same_signer() {
        for alike in ["张伟", " 张伟", "张\u{200B}伟", "张 伟", "张伟\u{FEFF}"] {
            assert_eq!(signer_name(alike), "张伟", "{alike:?}");
        }
        assert_ne!(signer_name("张伟"), signer_name("张玮"));
        assert_eq!(signer_name("Ann Lee"), signer_name("ANN  lee"));
    }
}
