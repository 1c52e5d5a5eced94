//! Who has to sign a proposal, who has signed, and who may sign next.
//!
//! Decides from the approval matrix, the case and its events. A signature counts only in its turn: a higher role does not
//! skip the ones before it. Whether a step may be taken is decided in [`crate::rules`].

use serde::{Deserialize, Serialize};

use super::{ApprovalRule, Approver, DecisionRights, Pack, Place};
use crate::Millis;
use crate::case::{CaseEvent, CaseState, Step};
use crate::case_data as data;
use crate::case_field::SEVERITIES;
use crate::fold::CaseSummary;
use crate::id::EventId;
use crate::rules::APPROVE;
use crate::staff::Actor;
use crate::text::same_name;

/// One signature under a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Signature {
    /// The event.
    pub event: EventId,
    /// Role or post signed as.
    pub role: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Millis,
}

/// An approver lets someone else sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Delegation {
    /// The event.
    pub event: EventId,
    /// The role or post given away.
    pub role: String,
    /// Who gave it.
    pub by: String,
    /// Who may sign instead.
    pub to: String,
}

/// The latest proposal of a case and how far its approval is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Proposal {
    /// The `proposed` event.
    pub event: EventId,
    /// Remedy proposed, an id of the pack's list; may be empty.
    pub remedy: String,
    /// Amount in cents.
    pub amount: i64,
    /// What is proposed, in words.
    pub note: String,
    /// Who proposed.
    pub by: String,
    /// When.
    pub at: Millis,
    /// The signatures it needs, in order, with the places that the decision rights make of the rule. An empty role stands
    /// for any role that may approve; an empty chain needs no signature.
    pub chain: Vec<Approver>,
    /// The signatures it has, in the order given.
    pub signed: Vec<Signature>,
    /// Who may sign instead of an approver.
    pub delegated: Vec<Delegation>,
    /// Whether the case waits for a signature under this proposal.
    pub waits: bool,
    /// The case was approved, but for an earlier proposal: the approval does not cover this one.
    pub stale_approval: bool,
}

/// What a person signs as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct SignAs {
    /// Role or post; empty where any approver may.
    pub role: String,
    /// The approver in whose place the person signs, if it was delegated.
    pub instead_of: Option<String>,
    /// The step that signs: `endorsed`, or `approved` for the last signature.
    pub step: Step,
}

impl Proposal {
    /// Returns the signature that is missing next, if any.
    pub fn next(&self) -> Option<&Approver> {
        self.chain.get(self.signed.len())
    }

    /// Returns whether every signature is there.
    pub fn is_signed(&self) -> bool {
        self.next().is_none()
    }

    /// Returns the step that gives the next signature: `approved` if it is the last, otherwise `endorsed`.
    pub fn next_step(&self) -> Step {
        if self.signed.len() + 1 < self.chain.len() {
            Step::Endorsed
        } else {
            Step::Approved
        }
    }

    /// Returns as what `actor` may sign now; nothing if it is not the person's turn. `case_branch` is the branch of the case.
    pub fn may_sign(&self, actor: &Actor, case_branch: &str) -> Option<SignAs> {
        let next = self.next().filter(|_| self.waits)?;
        let sign_as = |instead_of| {
            Some(SignAs {
                role: next.role.clone(),
                instead_of,
                step: self.next_step(),
            })
        };
        if self.may_decide(actor, case_branch) {
            return sign_as(None);
        }
        let given = self
            .delegated
            .iter()
            .find(|given| given.role == next.role && actor.is_named(&given.to))?;
        sign_as(Some(given.by.clone()))
    }

    /// Returns whether it is the turn of `actor` in a role of the actor's own: only such a person delegates.
    pub fn may_decide(&self, actor: &Actor, case_branch: &str) -> bool {
        self.next().filter(|_| self.waits).is_some_and(|next| {
            let has_signed = |signature: &Signature| {
                signature.role == next.role && actor.is_named(&signature.by)
            };
            let holds = if next.role.is_empty() {
                actor.holds_any(APPROVE)
            } else {
                actor.holds_post(&next.role)
            };
            let sits = match next.place {
                Place::Anywhere => true,
                Place::Branch => !case_branch.is_empty() && actor.branch == case_branch,
                Place::HeadOffice => actor.head_office,
            };
            holds && sits && !self.signed.iter().any(has_signed)
        })
    }
}

/// Returns the latest proposal of a case in its present round, if there is one in force.
///
/// A case nobody has classed counts as the lightest severity. Without a pack, or where no rule fits, one signature of any role that may approve is needed. Where the policy leaves
/// out approval, none.
pub fn proposal(
    pack: Option<&Pack>,
    kind: &str,
    severity: &str,
    category: &str,
    summary: &CaseSummary,
) -> Option<Proposal> {
    let id = summary.proposal.as_ref()?;
    let event = &summary.event(id)?.event;
    let matter = Matter {
        kind,
        severity: if severity.is_empty() {
            SEVERITIES[0]
        } else {
            severity
        },
        category,
        remedy: event.datum(data::REMEDY),
        amount: event.amount.unwrap_or(0),
    };
    let mut proposal = Proposal {
        event: id.clone(),
        remedy: matter.remedy.to_owned(),
        amount: matter.amount,
        note: event.note.clone(),
        by: event.by.clone(),
        at: event.at,
        chain: chain(pack, &matter),
        signed: Vec::new(),
        delegated: Vec::new(),
        waits: summary.state == CaseState::Proposed,
        stale_approval: summary.approval_is_stale(),
    };
    let text = id.to_string();
    let about = |event: &&CaseEvent| {
        let of = event.datum(data::OF);
        of == text || of.is_empty() && summary.approval.as_ref() == Some(&event.id)
    };
    for event in summary.in_force().filter(about) {
        proposal.take(event);
    }
    Some(proposal)
}

impl Proposal {
    fn take(&mut self, event: &CaseEvent) {
        let role = event.datum(data::AS_ROLE);
        match event.step {
            Step::Endorsed | Step::Approved => {
                let in_turn = self.next().is_some_and(|next| {
                    (next.role == role || next.role.is_empty()) && self.next_step() == event.step
                });
                let again = self
                    .signed
                    .iter()
                    .any(|signature| signature.role == role && same_name(&signature.by, &event.by));
                if in_turn && !again {
                    self.signed.push(Signature {
                        event: event.id.clone(),
                        role: role.to_owned(),
                        by: event.by.clone(),
                        at: event.at,
                    });
                }
            }
            Step::Delegated => self.delegated.push(Delegation {
                event: event.id.clone(),
                role: role.to_owned(),
                by: event.by.clone(),
                to: event.datum(data::TO).to_owned(),
            }),
            _ => {}
        }
    }
}

/// What the matrix decides by.
struct Matter<'a> {
    kind: &'a str,
    severity: &'a str,
    category: &'a str,
    remedy: &'a str,
    amount: i64,
}

impl Matter<'_> {
    fn fits(&self, rule: &ApprovalRule) -> bool {
        let among =
            |list: &[String], value: &str| list.is_empty() || list.iter().any(|of| of == value);
        among(&rule.kinds, self.kind)
            && among(&rule.severities, self.severity)
            && among(&rule.categories, self.category)
            && among(&rule.remedies, self.remedy)
            && self.amount >= rule.from_amount
            && rule.to_amount.is_none_or(|to| self.amount <= to)
    }
}

/// Returns the signatures a proposal needs: those of the first rule that fits, where the decision rights put them.
fn chain(pack: Option<&Pack>, matter: &Matter<'_>) -> Vec<Approver> {
    let anyone = || vec![Approver::default()];
    let Some(pack) = pack else { return anyone() };
    if !pack.way(matter.kind).has(Step::Approved) {
        return Vec::new();
    }
    let approvals = &pack.approvals;
    let Some(rule) = approvals.rules.iter().find(|rule| matter.fits(rule)) else {
        return anyone();
    };
    let placed = |approver: &Approver| Approver {
        role: approver.role.clone(),
        place: match approvals.rights {
            DecisionRights::Centralised => Place::HeadOffice,
            DecisionRights::Decentralised => Place::Branch,
            DecisionRights::Mixed => approver.place,
        },
    };
    rule.chain.iter().map(placed).collect()
}
