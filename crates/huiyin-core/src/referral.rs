//! Who brought whom (老带新), and relations that must not run in a ring.
//!
//! Decides points and rings. Points are entries of a ledger, never a number that is overwritten.

use serde::{Deserialize, Serialize};

use crate::pack::care_rules::ReferralRules;

/// Farthest a relation is followed; longer chains count as rings.
pub const MAX_CHAIN: usize = 1_000;

/// Why a relation cannot be entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationError {
    /// A customer related to itself.
    #[error("a customer cannot stand above itself: pick another")]
    Itself,
    /// The other stands under this one already.
    #[error("the other customer already stands under this one: one of the two relations is wrong")]
    Ring,
}

/// Checks that `above` (a parent company, a referrer) may stand above `id`. `above_of` gives who stands above a customer.
///
/// # Errors
/// [`RelationError`] if that makes a ring. Rings that other devices made already do not hang the check.
pub fn check_above<'a>(
    id: &'a str,
    above: &'a str,
    above_of: impl Fn(&str) -> Option<&'a str>,
) -> Result<(), RelationError> {
    if id == above {
        return Err(RelationError::Itself);
    }
    let mut at = above;
    for _ in 0..MAX_CHAIN {
        match above_of(at) {
            Some(next) if next == id => return Err(RelationError::Ring),
            // A ring of others, which this relation does not join.
            Some(next) if next == above => return Ok(()),
            Some(next) => at = next,
            None => return Ok(()),
        }
    }
    Err(RelationError::Ring)
}

/// Points a referrer earns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct ReferralPoints {
    /// For bringing the customer.
    pub brought: u32,
    /// For what the customer spent.
    pub spent: u32,
}

impl ReferralPoints {
    /// Returns all of them.
    pub const fn total(self) -> u32 {
        self.brought.saturating_add(self.spent)
    }
}

/// Returns the points for one customer brought who spent so many cents, `at_event` of them at the event itself. Only whole
/// amounts of the rule count, of all purchases together; money given back lowers them, never below zero.
pub fn points(rules: &ReferralRules, spent: i64, at_event: i64) -> ReferralPoints {
    let counted = if rules.at_event_only { at_event } else { spent };
    let times = if rules.per_amount > 0 {
        counted.max(0) / rules.per_amount
    } else {
        0
    };
    ReferralPoints {
        brought: rules.per_customer,
        spent: u32::try_from(times)
            .unwrap_or(u32::MAX)
            .saturating_mul(rules.points),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_hundred_points_for_a_guest_and_a_hundred_for_each_thousand_yuan() {
        let rules = ReferralRules {
            per_customer: 100,
            points: 100,
            per_amount: 100_000,
            at_event_only: true,
        };
        for (at_event, total) in [
            (0, 100),
            (99_999, 100),
            (100_000, 200),
            (359_900, 400),
            (-5, 100),
        ] {
            assert_eq!(
                points(&rules, 9_999_999, at_event).total(),
                total,
                "{at_event}"
            );
        }
        let all = ReferralRules {
            at_event_only: false,
            ..rules
        };
        assert_eq!(
            points(&all, 200_000, 0),
            ReferralPoints {
                brought: 100,
                spent: 200
            }
        );
        assert_eq!(points(&all, i64::MAX, 0).spent, u32::MAX);
    }

    #[test]
    fn nobody_stands_above_himself() {
        let above: BTreeMap<&str, &str> = [("a", "b"), ("b", "c"), ("x", "y"), ("y", "x")].into();
        let of = |id: &str| above.get(id).copied();
        assert_eq!(check_above("a", "a", of), Err(RelationError::Itself));
        assert_eq!(check_above("c", "a", of), Err(RelationError::Ring));
        assert_eq!(check_above("d", "a", of), Ok(()));
        assert_eq!(
            check_above("d", "x", of),
            Ok(()),
            "a ring of others hangs nothing"
        );
        assert_eq!(
            check_above("x", "y", |id| if id == "y" { Some("x") } else { None }),
            Err(RelationError::Ring)
        );
    }
}
