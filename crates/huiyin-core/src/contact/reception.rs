//! What a reception and a gift may cost (接待费用), and the costs of customers who are not filed.
//!
//! Decides from plain facts and the rules of the pack; every refusal names its limit.

use serde::{Deserialize, Serialize};

use crate::money::print_cents;
use crate::pack::file_rules::among;
use crate::pack::{FileRules, ReceptionRules};

/// A cost for a customer as it is claimed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Claim<'a> {
    /// Class of guests; empty = no reception (travel, gift).
    pub class: &'a str,
    /// Guests.
    pub guests: u32,
    /// People of the company who came.
    pub company: u32,
    /// Cost in cents, without the gift.
    pub cost: i64,
    /// Value of the gift in cents; 0 = none.
    pub gift: i64,
    /// Roles and posts of the person who received.
    pub receiver: &'a [String],
    /// Roles and posts of those who approved the gift.
    pub gift_approved_by: &'a [String],
    /// Whether the customer is filed.
    pub filed: bool,
}

/// Why a cost is not paid, or only in part.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum CostRefusal {
    /// The customer is not filed.
    #[error("the customer is not filed, so nothing is paid: file the customer first")]
    NotFiled,
    /// The class of guests is unknown.
    #[error("there is no class of guests {class:?}: choose one of the list")]
    UnknownClass {
        /// As given.
        class: String,
    },
    /// Nobody came.
    #[error("no guests are given: say how many came")]
    NoGuests,
    /// More than the limit a head.
    #[error(
        "{} yuan for {heads} people are over the limit of {}: {} are not paid",
        print_cents(*cost), print_cents(*limit), print_cents(*over)
    )]
    OverLimit {
        /// Cost in cents.
        cost: i64,
        /// Guests and people of the company.
        heads: u32,
        /// Limit in cents.
        limit: i64,
        /// What is over it.
        over: i64,
    },
    /// Too many of the company came.
    #[error("{company} people of the company came with {guests} guests: {allowed} may")]
    TooManyPeople {
        /// People of the company.
        company: u32,
        /// Guests.
        guests: u32,
        /// How many may come.
        allowed: u32,
    },
    /// Too few of the company came.
    #[error("{company} people of the company came with {guests} guests: at least {wanted} should")]
    TooFewPeople {
        /// People of the company.
        company: u32,
        /// Guests.
        guests: u32,
        /// How many should come.
        wanted: u32,
    },
    /// Someone else receives this class.
    #[error("guests of class {class} are received by one of {}", by.join(", "))]
    WrongReceiver {
        /// The class.
        class: String,
        /// Roles and posts.
        by: Vec<String>,
    },
    /// The gift is not approved.
    #[error("the gift needs the approval of one of {}", by.join(", "))]
    GiftNotApproved {
        /// Roles and posts.
        by: Vec<String>,
    },
    /// The post pays its own.
    #[error("{post} pays its own receptions")]
    PaysOwn {
        /// Role or post.
        post: String,
    },
    /// The amount is below zero.
    #[error("an amount is below zero: correct it")]
    BelowZero,
}

impl CostRefusal {
    /// Returns whether the whole cost is refused, not only a part or a formality.
    pub const fn refuses_all(&self) -> bool {
        matches!(
            self,
            Self::NotFiled
                | Self::PaysOwn { .. }
                | Self::BelowZero
                | Self::UnknownClass { .. }
                | Self::NoGuests
        )
    }
}

/// What is paid of a claim, and why not all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct CostJudgement {
    /// What is paid in cents, gift included.
    pub paid: i64,
    /// What stands against the rest; empty = all is paid.
    pub refusals: Vec<CostRefusal>,
}

/// Returns what is paid of a claim. Without rules about reception only the filing counts.
///
/// The limit a head counts for guests and for as many people of the company as may come.
pub fn judge(
    file: Option<&FileRules>,
    rules: Option<&ReceptionRules>,
    claim: &Claim<'_>,
) -> CostJudgement {
    let mut found = CostJudgement::default();
    if claim.cost < 0 || claim.gift < 0 {
        found.refusals.push(CostRefusal::BelowZero);
        return found;
    }
    if !claim.filed && file.is_some_and(|file| file.unfiled_costs_refused) {
        found.refusals.push(CostRefusal::NotFiled);
    }
    let mut paid = claim.cost;
    let mut gift = claim.gift;
    if let Some(rules) = rules {
        if !claim.class.is_empty() {
            paid = reception(rules, claim, &mut found.refusals);
        }
        let important = claim.gift > 0 && claim.gift >= rules.important_gift_from;
        let approved = claim
            .gift_approved_by
            .iter()
            .any(|post| rules.gifts_approved_by.contains(post));
        if important && !rules.gifts_approved_by.is_empty() && !approved {
            found.refusals.push(CostRefusal::GiftNotApproved {
                by: rules.gifts_approved_by.clone(),
            });
            gift = 0;
        }
    }
    let nothing = found.refusals.iter().any(CostRefusal::refuses_all);
    found.paid = if nothing {
        0
    } else {
        paid.saturating_add(gift)
    };
    found
}

/// Returns what is paid of the reception itself.
fn reception(rules: &ReceptionRules, claim: &Claim<'_>, refusals: &mut Vec<CostRefusal>) -> i64 {
    if !rules.pays_own.is_empty() && claim.receiver.contains(&rules.pays_own) {
        refusals.push(CostRefusal::PaysOwn {
            post: rules.pays_own.clone(),
        });
    }
    let Some(class) = rules.class(claim.class) else {
        refusals.push(CostRefusal::UnknownClass {
            class: claim.class.to_owned(),
        });
        return 0;
    };
    if claim.guests == 0 {
        refusals.push(CostRefusal::NoGuests);
        return 0;
    }
    if !claim
        .receiver
        .iter()
        .any(|post| among(&class.received_by, post))
        && !class.received_by.is_empty()
    {
        refusals.push(CostRefusal::WrongReceiver {
            class: class.id.clone(),
            by: class.received_by.clone(),
        });
    }
    let mut counted = claim.company;
    let line = rules
        .company
        .iter()
        .find(|line| line.to_guests.is_none_or(|to| claim.guests <= to));
    if let Some(line) = line {
        if claim.company > line.people && !line.or_more {
            counted = line.people;
            refusals.push(CostRefusal::TooManyPeople {
                company: claim.company,
                guests: claim.guests,
                allowed: line.people,
            });
        } else if claim.company < line.people {
            refusals.push(CostRefusal::TooFewPeople {
                company: claim.company,
                guests: claim.guests,
                wanted: line.people,
            });
        }
    }
    let Some(per_head) = class.per_head else {
        return claim.cost;
    };
    let heads = claim.guests.saturating_add(counted);
    let limit = per_head.saturating_mul(i64::from(heads));
    if claim.cost > limit {
        refusals.push(CostRefusal::OverLimit {
            cost: claim.cost,
            heads,
            limit,
            over: claim.cost - limit,
        });
    }
    claim.cost.min(limit)
}
