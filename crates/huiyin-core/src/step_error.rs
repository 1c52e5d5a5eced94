//! Why a step may not be taken, and what to do.
//!
//! Decides the sentences in English and which field of the form each is about ([`StepError::place`]). When one is due is
//! decided in [`crate::rules`].

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::case::{CaseState, Step};
use crate::case_data::{MAX_ENTRIES, MAX_VALUE};
use crate::rules::{MAX_AMOUNT, MAX_SCORE};
use crate::staff::Role;

/// What a step must say.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    /// Another field of the event, or a name of its data: one of [`crate::case_data`] or of the pack.
    Datum(String),
}

impl RequiredData {
    /// Returns what to fill in, in words.
    pub fn words(&self) -> &str {
        match self {
            Self::Reason => "the reason",
            Self::AssigneeOrDepartment => "the person or the department",
            Self::ToBranch => "the branch it goes to",
            Self::Conclusion => "the conclusion",
            Self::Note => "a note",
            Self::Satisfied => "whether the customer is satisfied",
            Self::ImportedState => "the imported state",
            Self::Datum(name) => name,
        }
    }

    /// Returns the field of the form: the event's own field, `assignee_or_department`, or the name of the datum.
    pub fn place(&self) -> &str {
        match self {
            Self::Reason => "reason",
            Self::AssigneeOrDepartment => "assignee_or_department",
            Self::ToBranch => "to_branch",
            Self::Conclusion => "conclusion",
            Self::Note => "note",
            Self::Satisfied => "satisfied",
            Self::ImportedState => "imported_state",
            Self::Datum(name) => name,
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
    /// The policy of the case leaves the step out.
    #[error("the policy of this case leaves out {}: next may be {}", step.name(), names(next))]
    LeftOut {
        /// The step tried.
        step: Step,
        /// The steps that may follow, whoever takes them.
        next: Vec<Step>,
    },
    /// The version of the policy that the case began under is not on this device.
    #[error("the policy this case began under has not come to this device: connect and try {} again", step.name())]
    PolicyMissing {
        /// The step tried.
        step: Step,
    },
    /// The actor has none of the roles.
    #[error("{} is not for these roles: ask one of {}", step.name(), role_names(roles))]
    NotYours {
        /// The step tried.
        step: Step,
        /// The roles that may.
        roles: Vec<Role>,
    },
    /// The policy gives the step to others.
    #[error("{} is not for these roles under the policy: ask one of {}", step.name(), roles.join(", "))]
    NotYoursByPolicy {
        /// The step tried.
        step: Step,
        /// The roles and posts that may.
        roles: Vec<String>,
    },
    /// Someone else signs next.
    #[error("it is the turn of {role} ({place}): wait for that signature or ask for it")]
    NotYourTurn {
        /// Role or post whose turn it is; `an approver` where any may.
        role: String,
        /// Where that approver sits: `anywhere`, `branch` or `head_office`.
        place: String,
    },
    /// Every signature is there, or the plan does not wait for one.
    #[error("the plan does not wait for a signature: look at the case again")]
    NothingToSign,
    /// The signature is, or is not, the last one.
    #[error("this signature is {}: choose that instead of {}", take.name(), step.name())]
    WrongSignature {
        /// The step tried.
        step: Step,
        /// The step that signs now: `endorsed`, or `approved` for the last signature.
        take: Step,
    },
    /// The plan was revised after what the person saw.
    #[error(
        "the plan was changed after what you saw: look at the latest plan and decide about that"
    )]
    OtherPlan {
        /// The plan the step is about.
        of: String,
        /// The latest plan.
        latest: String,
    },
    /// The latest plan lacks a signature.
    #[error(
        "the latest plan lacks the signature of {role}: have it signed, or proposed again if it does not wait for one"
    )]
    NotApproved {
        /// Role or post whose signature is missing.
        role: String,
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
    /// The amount is beyond every limit.
    #[error("the amount has too many digits: give at most {}", MAX_AMOUNT / 100)]
    AmountTooLarge {
        /// The amount given, in cents.
        amount: i64,
    },
    /// The clocks stand still already.
    #[error("the case is paused already: resume it first")]
    AlreadyPaused,
    /// The clocks run.
    #[error("the case is not paused: there is nothing to resume")]
    NotPaused,
    /// The clock has no special limit, does not run, or was extended.
    #[error("the clock {clock} cannot be extended: {}", why.words())]
    CannotExtend {
        /// The clock named.
        clock: String,
        /// Why.
        why: CannotExtend,
    },
    /// A name or choice that the list does not have.
    #[error("there is no {name} {value:?}: choose from the list")]
    UnknownChoice {
        /// The field.
        name: String,
        /// What was given.
        value: String,
    },
    /// A case is not a duplicate of itself.
    #[error("a case does not repeat itself: name the other case")]
    OwnOriginal,
    /// A date that is none.
    #[error("{name} {value:?} is no date: write it like 2026-03-31")]
    BadDate {
        /// The field.
        name: String,
        /// What was given.
        value: String,
    },
    /// A date that has passed.
    #[error("{name} {value} has passed: choose a day from {from} on")]
    PastDate {
        /// The field.
        name: String,
        /// The date given.
        value: String,
        /// The first day that is allowed.
        from: String,
    },
    /// The case has no such action, or it has one already.
    #[error("the case has no action {action:?} that waits for this: look at its actions again")]
    UnknownAction {
        /// The action named.
        action: String,
    },
    /// Somebody verifies their own work.
    #[error("{name} owned or did the action: let someone else verify it")]
    OwnWork {
        /// The person.
        name: String,
    },
    /// An approver delegates to themselves.
    #[error("one does not delegate to oneself: name someone else, or sign")]
    ToOneself,
    /// Too many data in one event.
    #[error("the step carries {entries} entries: give at most {MAX_ENTRIES}")]
    TooManyEntries {
        /// How many there are.
        entries: usize,
    },
    /// A text is too long.
    #[error("{name} has {characters} characters: shorten it to {MAX_VALUE}")]
    TooLong {
        /// The field.
        name: String,
        /// Its length in characters.
        characters: usize,
    },
}

/// Why a clock cannot be extended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CannotExtend {
    /// The policy grants no special limit.
    NoSpecialLimit,
    /// It was extended once.
    Extended,
    /// It does not run: it never started, it stopped, or it stands still.
    NotRunning,
}

impl CannotExtend {
    /// Returns the reason and what to do.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NoSpecialLimit => "the policy grants it no special limit",
            Self::Extended => "it was extended once and keeps that limit",
            Self::NotRunning => "it does not run now",
        }
    }
}

impl StepError {
    /// Returns the field of the form the error is about: a field of the event, or the name of a datum; nothing where it is
    /// about the step itself or the person.
    pub fn place(&self) -> Option<&str> {
        Some(match self {
            Self::Missing { what, .. } => what.place(),
            Self::BeforeCase { .. } => "at",
            Self::Score { .. } => "score",
            Self::Amount { .. } | Self::AmountTooLarge { .. } => "amount",
            Self::CannotExtend { .. } => crate::case_data::CLOCK,
            Self::OwnOriginal => crate::case_data::ORIGINAL,
            Self::ToOneself => crate::case_data::TO,
            Self::UnknownAction { .. } => crate::case_data::ACTION,
            Self::UnknownChoice { name, .. }
            | Self::BadDate { name, .. }
            | Self::PastDate { name, .. }
            | Self::TooLong { name, .. } => name,
            _ => return None,
        })
    }
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
