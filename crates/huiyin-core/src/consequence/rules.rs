//! Who may take which step of a penalty or reward, what it must say, and what a clause allows.
//!
//! Decides refusals and their sentences in English. How events become one state is decided in [`super`].

use serde::{Deserialize, Serialize};

use super::{Consequence, PenaltyState, STEPS, follow};
use crate::case::{CaseEvent, Step};
use crate::case_data as data;
use crate::pack::{Clause, Pack};
use crate::rules::{DECIDE, MAX_AMOUNT};
use crate::staff::{Actor, Role};
use crate::text::same_name;

/// Most points one penalty or reward carries.
pub const MAX_POINTS: i32 = 10_000;

/// Why a step of a penalty or reward may not be taken, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PenaltyError {
    /// It does not follow.
    #[error("{} cannot follow now: look at where it stands and choose another step", step.name())]
    NotNow {
        /// The step tried.
        step: Step,
    },
    /// The person has not been heard.
    #[error("the person has not been heard: hear {person} before deciding")]
    NotHeard {
        /// The person.
        person: String,
    },
    /// Others decide.
    #[error("{} is for others: ask one of {}", step.name(), roles.join(", "))]
    NotYours {
        /// The step tried.
        step: Step,
        /// The roles and posts that may.
        roles: Vec<String>,
    },
    /// It is about the actor.
    #[error("{name} is the person it is about: someone else proposes, hears and decides")]
    OwnMatter {
        /// The person.
        name: String,
    },
    /// The proposer decides alone.
    #[error("{name} proposed it: someone else decides")]
    OwnProposal {
        /// The person.
        name: String,
    },
    /// Something is missing.
    #[error("{} lacks {what}: fill it in", step.name())]
    Missing {
        /// The step tried.
        step: Step,
        /// The field: `reason`, `note` or a name of [`crate::case_data`].
        what: String,
    },
    /// The clause book has no such clause.
    #[error("there is no clause {clause:?}: choose from the clause book")]
    UnknownClause {
        /// What was given.
        clause: String,
    },
    /// The money lies outside what the clause allows.
    #[error("the clause allows {} to {}: give an amount in between", yuan(*from), yuan(*to))]
    OutsideSpan {
        /// What was given, in cents.
        amount: i64,
        /// Least money in cents.
        from: i64,
        /// Greatest money in cents.
        to: i64,
    },
    /// The points are no number or too many.
    #[error("points {value:?} do not count: give a whole number up to {MAX_POINTS}")]
    Points {
        /// What was given.
        value: String,
    },
    /// A text is too long.
    #[error(
        "{name} has {characters} characters: shorten it to {}",
        data::MAX_VALUE
    )]
    TooLong {
        /// The field.
        name: String,
        /// Its length in characters.
        characters: usize,
    },
}

impl PenaltyError {
    /// Returns the field of the form it is about, if it is about one.
    pub fn place(&self) -> Option<&str> {
        Some(match self {
            Self::Missing { what, .. } => what,
            Self::UnknownClause { .. } => data::CLAUSE,
            Self::OutsideSpan { .. } => "amount",
            Self::Points { .. } => data::POINTS,
            Self::TooLong { name, .. } => name,
            _ => return None,
        })
    }
}

fn yuan(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// Returns the least and greatest money of a clause in cents for the `nth` breach of a person in a month, counted from
/// 1: doubled from the breach the clause names.
///
/// **Source:** repeated breaches in a month double.
pub fn span(clause: &Clause, nth: u32) -> (i64, i64) {
    let factor = if clause.doubles_from > 0 && nth >= clause.doubles_from {
        2
    } else {
        1
    };
    let to = clause.to_amount.max(clause.from_amount);
    (
        clause.from_amount.saturating_mul(factor),
        to.saturating_mul(factor),
    )
}

/// What decides about a step of a penalty or reward.
#[derive(Debug, Clone, Copy)]
pub struct PenaltyContext<'a> {
    /// As the actor sees it; an empty fold before it is proposed.
    pub consequence: &'a Consequence,
    /// Who acts.
    pub actor: &'a Actor,
    /// The policy whose clause book applies.
    pub pack: Option<&'a Pack>,
    /// Which breach of the same clause by the person in the month this is, counted from 1.
    pub nth: u32,
}

/// Returns the roles and posts that decide about penalties and rewards under a policy; the general manager where it
/// names none.
pub fn deciders(pack: Option<&Pack>) -> Vec<String> {
    match pack {
        Some(pack) if !pack.approvals.penalties.is_empty() => pack.approvals.penalties.clone(),
        _ => vec![Role::GeneralManager.name().to_owned()],
    }
}

/// Returns whether the actor may see the penalties and rewards of others: those who decide, manage or pay, and who keeps
/// the system.
pub fn is_entitled(actor: &Actor, pack: Option<&Pack>) -> bool {
    const SEE: &[Role] = &[
        Role::ServiceSupervisor,
        Role::DepartmentManager,
        Role::StoreManager,
        Role::QualityLead,
        Role::Finance,
        Role::GeneralManager,
        Role::Administrator,
    ];
    actor.holds_any(SEE) || deciders(pack).iter().any(|post| actor.holds_post(post))
}

fn may(context: &PenaltyContext<'_>, step: Step) -> Result<(), PenaltyError> {
    let PenaltyContext {
        consequence, actor, ..
    } = context;
    let decides = deciders(context.pack);
    let is_decider = decides.iter().any(|post| actor.holds_post(post));
    let is_person = actor.is_named(&consequence.person);
    let own = || PenaltyError::OwnMatter {
        name: consequence.person.clone(),
    };
    let not_yours = |roles: Vec<String>| Err(PenaltyError::NotYours { step, roles });
    match step {
        Step::PenaltyApproved
        | Step::PenaltyRejected
        | Step::PenaltyConfirmed
        | Step::PenaltyLifted => {
            if is_person {
                return Err(own());
            }
            if !is_decider {
                return not_yours(decides);
            }
            if actor.is_named(&consequence.proposed_by) {
                return Err(PenaltyError::OwnProposal {
                    name: consequence.proposed_by.clone(),
                });
            }
            Ok(())
        }
        Step::PenaltyAppealed if is_person => Ok(()),
        _ if is_person => Err(own()),
        _ if is_decider || actor.holds_any(DECIDE) => Ok(()),
        _ => {
            let roles = DECIDE.iter().map(|role| role.name().to_owned());
            not_yours(decides.into_iter().chain(roles).collect())
        }
    }
}

/// Returns the steps that the actor may take next, in the order of the way.
pub fn allowed(context: &PenaltyContext<'_>) -> Vec<Step> {
    STEPS
        .iter()
        .copied()
        .filter(|step| in_its_place(context.consequence, *step).is_ok())
        .filter(|step| may(context, *step).is_ok())
        .collect()
}

fn in_its_place(consequence: &Consequence, step: Step) -> Result<(), PenaltyError> {
    let fits = match step {
        Step::PenaltyPublished => consequence.is_in_force() && !consequence.published,
        Step::Noted => consequence.state.is_some(),
        step => follow(consequence.state, step).is_some() || consequence.rivals.contains(&step),
    };
    match consequence.state {
        _ if fits => Ok(()),
        Some(PenaltyState::Proposed) if step == Step::PenaltyApproved => {
            Err(PenaltyError::NotHeard {
                person: consequence.person.clone(),
            })
        }
        _ => Err(PenaltyError::NotNow { step }),
    }
}

/// Checks whether the actor may add `event` to a penalty or reward.
///
/// # Errors
/// [`PenaltyError`], whose text names what to do; the event must not be stored then.
pub fn check(context: &PenaltyContext<'_>, event: &CaseEvent) -> Result<(), PenaltyError> {
    let step = event.step;
    in_its_place(context.consequence, step)?;
    may(context, step)?;
    let missing = |what: &str| {
        Err(PenaltyError::Missing {
            step,
            what: what.to_owned(),
        })
    };
    let lacks = |text: &str| text.trim().is_empty();
    let further = event.data.iter().map(|(name, text)| (name.as_str(), text));
    let texts = further.chain([("note", &event.note)]);
    for (name, text) in texts.chain(event.reason.iter().map(|text| ("reason", text))) {
        let characters = text.chars().count();
        if characters > data::MAX_VALUE {
            return Err(PenaltyError::TooLong {
                name: name.to_owned(),
                characters,
            });
        }
    }
    match step {
        Step::PenaltyProposed => {
            let person = event.datum(data::PERSON);
            if lacks(person) {
                return missing(data::PERSON);
            }
            if context.actor.is_named(person) || same_name(&event.by, person) {
                return Err(PenaltyError::OwnMatter {
                    name: person.trim().to_owned(),
                });
            }
            if lacks(&event.note) {
                return missing("note");
            }
        }
        Step::PenaltyHeard | Step::PenaltyAppealed if lacks(event.datum(data::STATEMENT)) => {
            return missing(data::STATEMENT);
        }
        Step::PenaltyRejected | Step::PenaltyConfirmed | Step::PenaltyLifted
            if lacks(event.reason.as_deref().unwrap_or_default()) =>
        {
            return missing("reason");
        }
        Step::Noted if lacks(&event.note) => return missing("note"),
        _ => {}
    }
    if matches!(step, Step::PenaltyProposed | Step::PenaltyApproved) {
        figures(context, event)?;
    }
    Ok(())
}

/// Checks money and points by the clause book.
fn figures(context: &PenaltyContext<'_>, event: &CaseEvent) -> Result<(), PenaltyError> {
    let points = event.datum(data::POINTS);
    let fits = |value: &str| {
        value
            .trim()
            .parse::<i32>()
            .is_ok_and(|points| points.saturating_abs() <= MAX_POINTS)
    };
    if !points.is_empty() && !fits(points) {
        return Err(PenaltyError::Points {
            value: points.chars().take(crate::pack::MAX_ID).collect(),
        });
    }
    let id = if event.step == Step::PenaltyProposed {
        event.datum(data::CLAUSE)
    } else {
        &context.consequence.clause
    };
    let clause = context
        .pack
        .and_then(|pack| pack.clauses.iter().find(|clause| clause.id == id));
    let (from, to) = match clause {
        Some(clause) => span(clause, context.nth),
        None if event.step == Step::PenaltyProposed => {
            return Err(PenaltyError::UnknownClause {
                clause: id.chars().take(crate::pack::MAX_ID).collect(),
            });
        }
        // The clause went with its version: what was proposed under it still may be decided.
        None => (0, MAX_AMOUNT),
    };
    match event.amount {
        Some(amount) if !(from..=to).contains(&amount) => {
            Err(PenaltyError::OutsideSpan { amount, from, to })
        }
        _ => Ok(()),
    }
}
