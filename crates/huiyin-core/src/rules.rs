//! Who may do what next in a case, and what each step must say.
//!
//! Decides rights, order, recusal and signatures, by the policy the case began under ([`StepContext`]), and the order in
//! which refusals are looked for ([`check`]). What may follow what is decided in [`crate::follow`], the matrix of
//! signatures in [`crate::pack::approval`], required data and limits in [`crate::step_data`], the sentences in
//! [`crate::step_error`]. Long, because rights and the order of refusals belong together.

use crate::actions::{self, ActionState};
use crate::case::{CaseEvent, CaseState, Step};
use crate::case_data as data;
use crate::fold::CaseSummary;
use crate::follow::{follow_in, reached, stands_still};
use crate::id::RecordId;
use crate::pack::approval::{Proposal, proposal};
use crate::pack::clocks::ClockStatus;
use crate::pack::{MAX_ID, Pack, Place, Way};
use crate::staff::{Actor, Role};
use crate::step_data::{choices, dates, figures, missing, texts, unknown};
use crate::text::same_name;

pub use crate::follow::follow;
pub use crate::step_data::{missing_data, needs, said};
pub use crate::step_error::{CannotExtend, RequiredData, StepError};

/// Highest score a customer can give at a call-back.
pub const MAX_SCORE: u8 = 10;
/// Largest amount in cents.
pub const MAX_AMOUNT: i64 = 1_000_000_000_000;

/// What decides about a step beside the step itself.
#[derive(Debug, Clone)]
pub struct StepContext<'a> {
    /// The case as the actor sees it.
    pub summary: &'a CaseSummary,
    /// Who acts.
    pub actor: &'a Actor,
    /// Record id of the case; empty if unknown.
    pub record: &'a str,
    /// Code of the branch of the case.
    pub branch: &'a str,
    /// The person complained about.
    pub against_person: Option<&'a str>,
    /// Wire name of the kind of case.
    pub kind: &'a str,
    /// Severity: as classed last, or as the field says; empty counts as the lightest.
    pub severity: &'a str,
    /// Category.
    pub category: &'a str,
    /// The policy the case began under.
    pub pack: Option<&'a Pack>,
    /// The case began under a policy that has not come to this device: nothing is approved or extended then.
    pub pack_missing: bool,
    /// The case continues one of another branch: only such a case is given back.
    pub continuation: bool,
    /// The steps of the case.
    pub way: Way,
    /// The clocks of the case.
    pub clocks: &'a [ClockStatus],
    /// Today at the branch, `YYYY-MM-DD`; empty = days are not compared with today.
    pub today: &'a str,
}

impl<'a> StepContext<'a> {
    /// Returns the context of a case without a policy: the whole way, approval by one who may.
    pub fn new(summary: &'a CaseSummary, actor: &'a Actor) -> Self {
        Self {
            summary,
            actor,
            record: "",
            branch: "",
            against_person: None,
            kind: "",
            severity: "",
            category: "",
            pack: None,
            pack_missing: false,
            continuation: false,
            way: Way::default(),
            clocks: &[],
            today: "",
        }
    }

    /// Returns the context of a case of this kind under a policy; sets the way too.
    pub fn under(mut self, pack: &'a Pack, kind: &'a str) -> Self {
        self.pack = Some(pack);
        self.kind = kind;
        self.way = pack.way(kind);
        self
    }

    /// Returns the latest proposal of the case and its signatures.
    pub fn proposal(&self) -> Option<Proposal> {
        proposal(
            self.pack,
            self.kind,
            self.severity,
            self.category,
            self.summary,
        )
    }
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
pub(crate) const DECIDE: &[Role] = &[
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
pub(crate) const APPROVE: &[Role] = &[
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

/// Returns the roles that may take a step where the policy does not say. The person a case is assigned to may also
/// investigate, propose, carry out, answer, pause and resume, and the owner of an action may do it,
/// whatever the role.
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
        Step::Approved
        | Step::SentBack
        | Step::Endorsed
        | Step::Delegated
        | Step::Extended
        | Step::SpotChecked => APPROVE,
        Step::Archived | Step::Imported => KEEP,
        Step::Returned => INTAKE,
        _ => WORK,
    }
}

/// Returns the steps that `actor` may take next in a case without a policy, in the order of the way.
///
/// See [`allowed`]. Empty for a person without roles to whom the case is not assigned.
pub fn allowed_steps(summary: &CaseSummary, actor: &Actor) -> Vec<Step> {
    allowed(&StepContext::new(summary, actor))
}

/// Returns the steps that the actor may take next, in the order of the way: those that may follow, that the
/// actor has the right to, and in turn where signatures are wanted. Nothing but looking is left to the person
/// complained about.
pub fn allowed(context: &StepContext<'_>) -> Vec<Step> {
    if is_recused(context) && !context.summary.events.is_empty() {
        return Vec::new();
    }
    let proposal = context.proposal();
    next_steps(context)
        .into_iter()
        .filter(|step| right(context, *step, None, proposal.as_ref()).is_ok())
        .collect()
}

fn is_recused(context: &StepContext<'_>) -> bool {
    context
        .against_person
        .is_some_and(|against| context.actor.is_named(against))
}

/// Returns the steps that may follow, whoever takes them.
pub fn next_steps(context: &StepContext<'_>) -> Vec<Step> {
    let summary = context.summary;
    if summary.events.is_empty() {
        return vec![Step::Registered];
    }
    let follows = |step: &&Step| context.way.has(**step) && may_follow(context, **step);
    Step::ALL.iter().filter(follows).copied().collect()
}

fn may_follow(context: &StepContext<'_>, step: Step) -> bool {
    let summary = context.summary;
    let state = summary.state;
    let desk = context.pack.is_some();
    match step {
        Step::Noted => true,
        Step::Returned => context.continuation && follow_in(&context.way, state, step).is_some(),
        Step::Closed if summary.satisfied == Some(false) => false,
        Step::Classed => desk && state.is_open(),
        Step::Paused => desk && state.is_open() && !summary.paused,
        Step::Resumed => desk && summary.paused,
        Step::Extended => desk && context.clocks.iter().any(|clock| clock.may_extend),
        Step::Endorsed | Step::Delegated => desk && state == CaseState::Proposed,
        Step::ActionPlanned => desk && state != CaseState::Archived,
        Step::ActionDone => desk && has_action(summary, ActionState::Open),
        Step::ActionVerified => desk && has_action(summary, ActionState::Done),
        Step::SpotChecked => desk && matches!(state, CaseState::Closed | CaseState::Archived),
        step if !step.is_deciding() => false,
        step => {
            follow_in(&context.way, state, step).is_some()
                || (summary.rivals.contains(&step) && reached(step).is_some())
        }
    }
}

fn has_action(summary: &CaseSummary, state: ActionState) -> bool {
    actions::actions(summary)
        .iter()
        .any(|action| action.state == state)
}

/// Checks the right to a step. Without an event, whether any event of the step could be the actor's.
fn right(
    context: &StepContext<'_>,
    step: Step,
    event: Option<&CaseEvent>,
    proposal: Option<&Proposal>,
) -> Result<(), StepError> {
    if context.pack_missing && is_signature(step) {
        return Err(StepError::PolicyMissing { step });
    }
    if let Some(pack) = context.pack {
        if is_signature(step) && step != Step::Extended {
            return turn(context, step, proposal);
        }
        if step == Step::Extended {
            let may = &pack.approvals.extend;
            return if may.iter().any(|post| context.actor.holds_post(post)) {
                Ok(())
            } else {
                Err(StepError::NotYoursByPolicy {
                    step,
                    roles: may.clone(),
                })
            };
        }
    }
    signed_first(context, step, proposal)?;
    let own = match step {
        Step::Investigated
        | Step::Proposed
        | Step::CarriedOut
        | Step::Answered
        | Step::Noted
        | Step::Paused
        | Step::Resumed
        | Step::ActionPlanned => context
            .summary
            .assignee
            .as_deref()
            .is_some_and(|assignee| context.actor.is_named(assignee)),
        Step::ActionDone => actions::actions(context.summary).iter().any(|action| {
            context.actor.is_named(&action.owner)
                && event.is_none_or(|event| event.datum(data::ACTION) == action.id)
        }),
        _ => false,
    };
    if step == Step::ActionVerified && event.is_none() {
        let name = &context.actor.name;
        let verifiable =
            |action: &actions::Action| action.state == ActionState::Done && action.may_verify(name);
        if !actions::actions(context.summary).iter().any(verifiable) {
            return Err(StepError::OwnWork { name: name.clone() });
        }
    }
    if own || context.actor.holds_any(who_may(step)) {
        Ok(())
    } else {
        Err(StepError::NotYours {
            step,
            roles: who_may(step).to_vec(),
        })
    }
}

/// Returns whether a step is given by those who approve.
const fn is_signature(step: Step) -> bool {
    matches!(
        step,
        Step::Endorsed | Step::Approved | Step::SentBack | Step::Delegated | Step::Extended
    )
}

/// Checks that it is the actor's turn to decide about the latest plan in this way.
fn turn(
    context: &StepContext<'_>,
    step: Step,
    proposal: Option<&Proposal>,
) -> Result<(), StepError> {
    let proposal = proposal.ok_or(StepError::NothingToSign)?;
    let Some(next) = proposal.next().filter(|_| proposal.waits) else {
        return Err(StepError::NothingToSign);
    };
    let not_yours = || StepError::NotYourTurn {
        role: if next.role.is_empty() {
            "an approver".to_owned()
        } else {
            next.role.clone()
        },
        place: match next.place {
            Place::Anywhere => "anywhere",
            Place::Branch => "branch",
            Place::HeadOffice => "head_office",
        }
        .to_owned(),
    };
    let sign = proposal
        .may_sign(context.actor, context.branch)
        .ok_or_else(not_yours)?;
    match step {
        Step::Delegated if sign.instead_of.is_some() => Err(not_yours()),
        Step::Endorsed | Step::Approved if step != sign.step => Err(StepError::WrongSignature {
            step,
            take: sign.step,
        }),
        _ => Ok(()),
    }
}

/// Checks whether `actor` may add `event` to a case without a policy; see [`check`].
///
/// # Errors
/// [`StepError`], whose text names what to do; the event must not be stored then.
pub fn check_step(
    summary: &CaseSummary,
    event: &CaseEvent,
    actor: &Actor,
    against_person: Option<&str>,
) -> Result<(), StepError> {
    let context = StepContext {
        against_person,
        ..StepContext::new(summary, actor)
    };
    check(&context, event)
}

/// Checks whether the actor may add `event` to the case: right time in its way, rights and turn, that the person
/// complained about takes no part except registering, what it must say, its dates, choices and limits.
///
/// # Errors
/// [`StepError`], whose text names what to do; the event must not be stored then.
pub fn check(context: &StepContext<'_>, event: &CaseEvent) -> Result<(), StepError> {
    let step = event.step;
    let proposal = context.proposal();
    in_its_place(context, step)?;
    right(context, step, Some(event), proposal.as_ref())?;
    recusal(context, event)?;
    if let Some(what) = missing(context, event) {
        return Err(StepError::Missing { step, what });
    }
    if let Some(registered_at) = context.summary.registered_at
        && event.at < registered_at
    {
        return Err(StepError::BeforeCase {
            at: event.at,
            registered_at,
        });
    }
    figures(event)?;
    texts(event)?;
    choices(context, event)?;
    dates(context, event)?;
    plan(context, event, proposal.as_ref())?;
    action(context, event)?;
    match step {
        Step::Extended => clock(context, event.datum(data::CLOCK))?,
        Step::Resumed => {
            let seen: Vec<&CaseEvent> = context.summary.in_force().collect();
            if !stands_still(&seen, event.datum(data::CLOCK)) {
                return Err(StepError::NotPaused);
            }
        }
        _ => {}
    }
    let original = event.datum(data::ORIGINAL);
    if step == Step::Duplicate && !original.is_empty() {
        if original == context.record {
            return Err(StepError::OwnOriginal);
        }
        if RecordId::parse(original).is_err() {
            return Err(unknown(data::ORIGINAL, original));
        }
    }
    Ok(())
}

fn in_its_place(context: &StepContext<'_>, step: Step) -> Result<(), StepError> {
    let summary = context.summary;
    if step == Step::Closed
        && summary.satisfied == Some(false)
        && follow_in(&context.way, summary.state, step).is_some()
    {
        return Err(StepError::NotSatisfied);
    }
    if step == Step::Imported && summary.events.is_empty() {
        return Ok(());
    }
    let next = next_steps(context);
    if next.contains(&step) {
        return Ok(());
    }
    let known = !summary.events.is_empty() && context.pack.is_some();
    match step {
        _ if !context.way.has(step) => Err(StepError::LeftOut { step, next }),
        Step::Paused if known && summary.paused => Err(StepError::AlreadyPaused),
        Step::Resumed if known => Err(StepError::NotPaused),
        // The clock named says why it cannot be extended.
        Step::Extended if known => Ok(()),
        _ => Err(StepError::NotNow {
            step,
            state: summary.state,
            next,
        }),
    }
}

fn recusal(context: &StepContext<'_>, event: &CaseEvent) -> Result<(), StepError> {
    let Some(against) = context.against_person else {
        return Ok(());
    };
    let is_against = |name: &str| same_name(name, against);
    let acts = event.step != Step::Registered && (is_recused(context) || is_against(&event.by));
    let given = event.assignee.as_deref().is_some_and(is_against)
        || is_against(event.datum(data::TO))
        || is_against(event.datum(data::OWNER));
    if acts || given {
        return Err(StepError::Recused {
            name: against.trim().to_owned(),
        });
    }
    Ok(())
}

/// Checks that a decision is about the latest plan, and that nothing goes on without its approval.
fn plan(
    context: &StepContext<'_>,
    event: &CaseEvent,
    proposal: Option<&Proposal>,
) -> Result<(), StepError> {
    let step = event.step;
    let decides = is_signature(step) && step != Step::Extended;
    let of = event.datum(data::OF);
    if decides
        && !of.is_empty()
        && let Some(latest) = &context.summary.proposal
        && latest.to_string() != of
    {
        return Err(StepError::OtherPlan {
            of: of.chars().take(MAX_ID).collect(),
            latest: latest.to_string(),
        });
    }
    let Some(proposal) = proposal.filter(|_| context.pack.is_some()) else {
        return Ok(());
    };
    if decides {
        let role = event.datum(data::AS_ROLE);
        let wanted = proposal.next().map_or("", |next| next.role.as_str());
        if role.is_empty() && !wanted.is_empty() {
            return Err(StepError::Missing {
                step,
                what: RequiredData::Datum(data::AS_ROLE.to_owned()),
            });
        }
        if role != wanted && !wanted.is_empty() {
            return Err(StepError::UnknownChoice {
                name: data::AS_ROLE.to_owned(),
                value: role.chars().take(MAX_ID).collect(),
            });
        }
        if step == Step::Delegated && context.actor.is_named(event.datum(data::TO)) {
            return Err(StepError::ToOneself);
        }
    }
    Ok(())
}

/// Checks that nothing goes on from a plan that lacks a signature. What was done already may be taken again, to settle
/// what was decided apart.
fn signed_first(
    context: &StepContext<'_>,
    step: Step,
    proposal: Option<&Proposal>,
) -> Result<(), StepError> {
    let summary = context.summary;
    let goes_on = matches!(step, Step::CarriedOut | Step::Answered)
        && matches!(summary.state, CaseState::Approved | CaseState::Proposed)
        && !summary.rivals.contains(&step)
        && context.pack.is_some();
    match proposal.and_then(Proposal::next) {
        Some(next) if goes_on => Err(StepError::NotApproved {
            role: if next.role.is_empty() {
                "an approver".to_owned()
            } else {
                next.role.clone()
            },
        }),
        _ => Ok(()),
    }
}

fn action(context: &StepContext<'_>, event: &CaseEvent) -> Result<(), StepError> {
    let id = event.datum(data::ACTION);
    let wanted = match event.step {
        Step::ActionPlanned => None,
        Step::ActionDone => Some(ActionState::Open),
        Step::ActionVerified => Some(ActionState::Done),
        _ => return Ok(()),
    };
    let all = actions::actions(context.summary);
    let found = all.iter().find(|action| action.id == id);
    if found.map(|action| action.state) != wanted {
        return Err(StepError::UnknownAction {
            action: id.chars().take(MAX_ID).collect(),
        });
    }
    match found {
        Some(action) if event.step == Step::ActionVerified && !action.may_verify(&event.by) => {
            Err(StepError::OwnWork {
                name: event.by.clone(),
            })
        }
        _ => Ok(()),
    }
}

fn clock(context: &StepContext<'_>, name: &str) -> Result<(), StepError> {
    let special = context
        .pack
        .is_some_and(|pack| pack.special_of(name).is_some());
    let status = context.clocks.iter().find(|clock| clock.name == name);
    let why = match status {
        _ if !special => CannotExtend::NoSpecialLimit,
        Some(clock) if clock.extended => CannotExtend::Extended,
        Some(clock) if clock.may_extend => return Ok(()),
        _ => CannotExtend::NotRunning,
    };
    Err(StepError::CannotExtend {
        clock: name.chars().take(MAX_ID).collect(),
        why,
    })
}

/// Returns whether a case may be treated as another kind: whether nothing done so far would be out of order on that way.
pub fn fits_way(summary: &CaseSummary, way: &Way) -> bool {
    let events: Vec<CaseEvent> = summary
        .events
        .iter()
        .map(|folded| folded.event.clone())
        .collect();
    let odd = |summary: &CaseSummary| summary.events.len() - summary.in_force().count();
    odd(&crate::fold::fold_in(&events, way)) <= odd(summary)
}
