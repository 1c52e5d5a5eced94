//! Which step may follow, who may take it, what it must say.
//!
//! The way of a case in one table ([`follow`]) and the rights in another ([`who_may`]). Packs may
//! narrow both later; the fold uses the first only, so that rights never change the state of a case.
//!
//! ```text
//! registered → accepted | not_upheld | forwarded → assigned → investigated
//!   → (proposed → approved → carried_out, or sent_back → proposed …) → answered → called_back → closed | reopened
//! withdrawn, duplicate, malicious from any open state; reopened from any done state but the archive;
//! archived after closed and not_upheld.
//! ```

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::case::{CaseEvent, CaseState, Step};
use crate::fold::CaseSummary;
use crate::staff::{Actor, Role};
use crate::text::same_name;

/// Highest score a customer can give at a call-back.
pub const MAX_SCORE: u8 = 10;

/// What a step must say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequiredData {
    /// `reason`
    Reason,
    /// `assignee` or `department`
    AssigneeOrDepartment,
    /// `to_branch`
    ToBranch,
    /// `conclusion`
    Conclusion,
    /// `note`
    Note,
    /// `satisfied`
    Satisfied,
    /// `imported_state`
    ImportedState,
}

impl RequiredData {
    /// Returns what to fill in, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Reason => "the reason",
            Self::AssigneeOrDepartment => "the person or the department",
            Self::ToBranch => "the branch it goes to",
            Self::Conclusion => "the conclusion",
            Self::Note => "a note",
            Self::Satisfied => "whether the customer is satisfied",
            Self::ImportedState => "the imported state",
        }
    }
}

/// Why a step may not be taken, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepError {
    /// The step does not follow the state.
    #[error("a case that is {} cannot be {}: next may be {}", state.name(), step.name(), names(next))]
    NotNow {
        /// The step tried.
        step: Step,
        /// The state of the case.
        state: CaseState,
        /// The steps that may follow, whoever takes them.
        next: Vec<Step>,
    },
    /// The actor has none of the roles.
    #[error("{} is not for these roles: ask one of {}", step.name(), role_names(roles))]
    NotYours {
        /// The step tried.
        step: Step,
        /// The roles that may.
        roles: Vec<Role>,
    },
    /// Something the step must say is missing.
    #[error("{} lacks {}: fill it in", step.name(), what.words())]
    Missing {
        /// The step tried.
        step: Step,
        /// What is missing.
        what: RequiredData,
    },
    /// The step lies before the case.
    #[error("the step is dated before the case was registered: correct its time")]
    BeforeCase {
        /// When the step is said to have happened.
        at: Millis,
        /// When the case was registered.
        registered_at: Millis,
    },
    /// The person complained about takes part (回避).
    #[error("{name} is the person complained about and takes no part: let someone else do it")]
    Recused {
        /// The person.
        name: String,
    },
    /// The customer is not satisfied.
    #[error("the customer is not satisfied: reopen the case instead of closing it")]
    NotSatisfied,
    /// The score is out of range.
    #[error("the score {score} is out of range: give 0 to {MAX_SCORE}")]
    Score {
        /// The score given.
        score: u8,
    },
    /// The amount is below zero.
    #[error("the amount is below zero: give what the customer gets")]
    Amount {
        /// The amount given, in cents.
        amount: i64,
    },
}

/// What an event does to the state its author saw.
pub(crate) enum Outcome {
    /// The state becomes this.
    To(CaseState),
    /// The state stays.
    Unchanged,
    /// The event may not follow.
    OutOfOrder,
}

/// Judges an event by the state before it; `unjudged` when part of what came before is not here, or
/// the event settles what two people decided at once by repeating one of their steps.
pub(crate) fn outcome(past: Option<CaseState>, event: &CaseEvent, unjudged: bool) -> Outcome {
    match (event.step, past) {
        (step, _) if !step.is_deciding() && step != Step::Registered => Outcome::Unchanged,
        (Step::Registered, None) => Outcome::To(CaseState::Registered),
        (Step::Imported, None) => {
            let state = event
                .imported_state
                .as_deref()
                .and_then(CaseState::from_imported);
            Outcome::To(state.unwrap_or(CaseState::Registered))
        }
        (Step::Registered | Step::Imported, Some(_)) => Outcome::OutOfOrder,
        (step, past) => match (
            follow(past.unwrap_or(CaseState::Registered), step),
            reached(step),
        ) {
            (Some(state), _) => Outcome::To(state),
            (None, Some(state)) if unjudged => Outcome::To(state),
            _ => Outcome::OutOfOrder,
        },
    }
}

/// Returns the state a step leads to, whatever was before.
const fn reached(step: Step) -> Option<CaseState> {
    Some(match step {
        Step::Registered => CaseState::Registered,
        Step::Accepted => CaseState::Accepted,
        Step::NotUpheld => CaseState::NotUpheld,
        Step::Forwarded => CaseState::Forwarded,
        Step::Assigned => CaseState::Assigned,
        Step::Investigated => CaseState::Investigated,
        Step::Proposed => CaseState::Proposed,
        Step::Approved => CaseState::Approved,
        Step::SentBack => CaseState::SentBack,
        Step::CarriedOut => CaseState::CarriedOut,
        Step::Answered => CaseState::Answered,
        Step::CalledBack => CaseState::CalledBack,
        Step::Closed => CaseState::Closed,
        Step::Reopened => CaseState::Reopened,
        Step::Archived => CaseState::Archived,
        Step::Withdrawn => CaseState::Withdrawn,
        Step::Duplicate => CaseState::Duplicate,
        Step::Malicious => CaseState::Malicious,
        Step::Returned => CaseState::Returned,
        _ => return None,
    })
}

/// Returns the state after `step` in a case that is `state`, or nothing when it may not follow.
/// Registration, import and notes are not judged here.
pub fn follow(state: CaseState, step: Step) -> Option<CaseState> {
    use CaseState as S;
    let may = match step {
        Step::Accepted | Step::NotUpheld => matches!(state, S::Registered | S::Forwarded),
        Step::Forwarded => matches!(state, S::Registered | S::Accepted),
        Step::Assigned => {
            matches!(
                state,
                S::Accepted
                    | S::Forwarded
                    | S::Assigned
                    | S::Investigated
                    | S::SentBack
                    | S::Reopened
            )
        }
        Step::Investigated => matches!(state, S::Assigned | S::SentBack | S::Reopened),
        Step::Proposed => matches!(state, S::Investigated | S::SentBack),
        Step::Approved | Step::SentBack => matches!(state, S::Proposed),
        Step::CarriedOut => matches!(state, S::Approved),
        Step::Answered => matches!(state, S::Investigated | S::CarriedOut),
        Step::CalledBack => matches!(state, S::Answered),
        Step::Closed => matches!(state, S::CalledBack),
        Step::Reopened => {
            matches!(state, S::CalledBack) || (!state.is_open() && state != S::Archived)
        }
        Step::Archived => matches!(state, S::Closed | S::NotUpheld),
        Step::Withdrawn | Step::Duplicate | Step::Malicious => state.is_open(),
        Step::Returned => matches!(state, S::Registered | S::Accepted),
        _ => false,
    };
    if may { reached(step) } else { None }
}

/// Those who take a customer's matter in and keep in touch with the customer.
const INTAKE: &[Role] = &[
    Role::ServiceAgent,
    Role::ComplaintOfficer,
    Role::ServiceSupervisor,
    Role::StoreManager,
    Role::QualityLead,
    Role::GeneralManager,
    Role::Administrator,
];
/// Those who decide about a case.
const DECIDE: &[Role] = &[
    Role::ComplaintOfficer,
    Role::ServiceSupervisor,
    Role::DepartmentManager,
    Role::StoreManager,
    Role::QualityLead,
    Role::GeneralManager,
    Role::Administrator,
];
/// Those who work on a case without being assigned to it.
const WORK: &[Role] = &[
    Role::ServiceAgent,
    Role::ComplaintOfficer,
    Role::ServiceSupervisor,
    Role::DepartmentManager,
    Role::StoreManager,
    Role::QualityLead,
    Role::GeneralManager,
    Role::Administrator,
];
/// Those who approve what others propose.
const APPROVE: &[Role] = &[
    Role::ServiceSupervisor,
    Role::DepartmentManager,
    Role::StoreManager,
    Role::QualityLead,
    Role::SalesDirector,
    Role::GeneralManager,
    Role::Administrator,
];
/// Those who keep the archive and bring in records from elsewhere.
const KEEP: &[Role] = &[
    Role::RecordsKeeper,
    Role::ServiceSupervisor,
    Role::StoreManager,
    Role::GeneralManager,
    Role::Administrator,
];

/// Returns the roles that may take a step. The person a case is assigned to may also investigate,
/// propose, carry out and answer, whatever the role.
pub const fn who_may(step: Step) -> &'static [Role] {
    match step {
        Step::Registered | Step::Noted => Role::ALL,
        Step::Accepted
        | Step::Forwarded
        | Step::CalledBack
        | Step::Reopened
        | Step::Withdrawn
        | Step::Duplicate => INTAKE,
        Step::NotUpheld | Step::Assigned | Step::Closed | Step::Malicious => DECIDE,
        Step::Investigated | Step::Proposed | Step::CarriedOut | Step::Answered => WORK,
        Step::Approved | Step::SentBack => APPROVE,
        Step::Archived | Step::Imported => KEEP,
        Step::Returned => INTAKE,
        _ => WORK,
    }
}

/// Returns the steps that `actor` may take next, in the order of the way.
///
/// Rights and order only; whether the actor is the person complained about is checked by [`check_step`].
/// Empty for a person without roles to whom the case is not assigned.
pub fn allowed_steps(summary: &CaseSummary, actor: &Actor) -> Vec<Step> {
    next_steps(summary)
        .into_iter()
        .filter(|step| may(summary, *step, actor))
        .collect()
}

fn next_steps(summary: &CaseSummary) -> Vec<Step> {
    if summary.events.is_empty() {
        return vec![Step::Registered];
    }
    let follows = |step: &Step| match step {
        Step::Noted => true,
        Step::Returned => false,
        Step::Closed if summary.satisfied == Some(false) => false,
        step => {
            follow(summary.state, *step).is_some()
                || (summary.rivals.contains(step) && reached(*step).is_some())
        }
    };
    Step::ALL.iter().copied().filter(follows).collect()
}

fn may(summary: &CaseSummary, step: Step, actor: &Actor) -> bool {
    let own = matches!(
        step,
        Step::Investigated | Step::Proposed | Step::CarriedOut | Step::Answered | Step::Noted
    ) && summary
        .assignee
        .as_deref()
        .is_some_and(|assignee| actor.is_named(assignee));
    own || actor.holds_any(who_may(step))
}

/// Checks whether `actor` may add `event` to the case: right time in its way, rights, what it must
/// say, its date, and that the person complained about (`against_person`) takes no part except registering.
///
/// # Errors
/// [`StepError`], whose text names what to do; the event must not be stored then.
pub fn check_step(
    summary: &CaseSummary,
    event: &CaseEvent,
    actor: &Actor,
    against_person: Option<&str>,
) -> Result<(), StepError> {
    let step = event.step;
    let empty = summary.events.is_empty();
    if step == Step::Closed
        && summary.state == CaseState::CalledBack
        && summary.satisfied == Some(false)
    {
        return Err(StepError::NotSatisfied);
    }
    let in_its_place = if step == Step::Imported {
        empty
    } else {
        next_steps(summary).contains(&step)
    };
    if !in_its_place {
        return Err(StepError::NotNow {
            step,
            state: summary.state,
            next: next_steps(summary),
        });
    }
    if !may(summary, step, actor) {
        return Err(StepError::NotYours {
            step,
            roles: who_may(step).to_vec(),
        });
    }
    if let Some(against) = against_person {
        let acts =
            step != Step::Registered && (actor.is_named(against) || same_name(&event.by, against));
        let assigned = event
            .assignee
            .as_deref()
            .is_some_and(|name| same_name(name, against));
        if acts || assigned {
            return Err(StepError::Recused {
                name: against.trim().to_owned(),
            });
        }
    }
    if let Some(what) = missing_data(event) {
        return Err(StepError::Missing { step, what });
    }
    if let Some(registered_at) = summary.registered_at
        && event.at < registered_at
    {
        return Err(StepError::BeforeCase {
            at: event.at,
            registered_at,
        });
    }
    if let Some(score) = event.score.filter(|score| *score > MAX_SCORE) {
        return Err(StepError::Score { score });
    }
    if let Some(amount) = event.amount.filter(|amount| *amount < 0) {
        return Err(StepError::Amount { amount });
    }
    Ok(())
}

/// Returns what the event must say and does not.
/// Returns the first thing a step must say and this event does not.
pub fn missing_data(event: &CaseEvent) -> Option<RequiredData> {
    let says = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    let (what, present) = match event.step {
        Step::NotUpheld | Step::Withdrawn | Step::Reopened | Step::SentBack | Step::Malicious => {
            (RequiredData::Reason, says(&event.reason))
        }
        Step::Assigned => (
            RequiredData::AssigneeOrDepartment,
            says(&event.assignee) || says(&event.department),
        ),
        Step::Forwarded => (RequiredData::ToBranch, says(&event.to_branch)),
        Step::Investigated => (RequiredData::Conclusion, says(&event.conclusion)),
        Step::Answered | Step::Noted => (RequiredData::Note, !event.note.trim().is_empty()),
        Step::CalledBack => (RequiredData::Satisfied, event.satisfied.is_some()),
        Step::Imported => (RequiredData::ImportedState, says(&event.imported_state)),
        _ => return None,
    };
    if present { None } else { Some(what) }
}

fn names(steps: &[Step]) -> String {
    if steps.is_empty() {
        "nothing".to_owned()
    } else {
        steps
            .iter()
            .map(|step| step.name())
            .collect::<Vec<_>>()
            .join(", ")
    }
}

fn role_names(roles: &[Role]) -> String {
    roles
        .iter()
        .map(|role| role.name())
        .collect::<Vec<_>>()
        .join(", ")
}
