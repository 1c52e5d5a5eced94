//! What may follow what in the way of a case, and how an event is judged by what its author saw.
//!
//! Decides the state machine and how it closes over steps a policy leaves out. Who may take a step, and what
//! a step must say, is decided in [`crate::rules`]; concurrent events in [`crate::fold`].
//!
//! ```text
//! registered → accepted | not_upheld | forwarded → assigned → investigated
//!   → (proposed → approved → carried_out, or sent_back → proposed …) → answered → called_back → closed | reopened
//! withdrawn, duplicate, malicious from any open state; reopened from any done state but the archive;
//! archived after closed and not_upheld. A plan may be revised while it waits and after its approval: it
//! needs approval again. A forwarded case may be forwarded elsewhere, or closed with the other branch's outcome.
//! ```

use crate::actions::{self, ActionState};
use crate::case::{CaseEvent, CaseState, Step};
use crate::case_data as data;
use crate::case_field::SEVERITIES;
use crate::pack::Way;

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
/// the event settles what two people decided at once by repeating one of their steps. `seen` are the events
/// in force that the author saw, in order; it is asked for only where a step looks at them.
pub(crate) fn outcome<'a>(
    way: &Way,
    past: Option<CaseState>,
    event: &CaseEvent,
    unjudged: bool,
    seen: impl Fn() -> Vec<&'a CaseEvent>,
) -> Outcome {
    let judged = |fits: &dyn Fn(&[&CaseEvent]) -> bool| unjudged || fits(&seen());
    match (event.step, past) {
        (Step::Registered, None) => Outcome::To(CaseState::Registered),
        (Step::Imported, None) => {
            let state = event
                .imported_state
                .as_deref()
                .and_then(CaseState::from_imported);
            Outcome::To(state.unwrap_or(CaseState::Registered))
        }
        (Step::Registered | Step::Imported, Some(_)) => Outcome::OutOfOrder,
        (step, past) if !step.is_deciding() => {
            let state = past.unwrap_or(CaseState::Registered);
            if !looks_back(step) || judged(&|seen| is_sensible(state, event, seen)) {
                Outcome::Unchanged
            } else {
                Outcome::OutOfOrder
            }
        }
        (step, past) => {
            let state = past.unwrap_or(CaseState::Registered);
            let reached = match (follow_in(way, state, step), reached(step)) {
                (Some(state), _) => state,
                (None, Some(state)) if unjudged => state,
                _ => return Outcome::OutOfOrder,
            };
            let fits = match step {
                Step::Closed => judged(&|seen| satisfied(seen) != Some(false)),
                Step::Approved | Step::SentBack => judged(&|seen| names_a_proposal(event, seen)),
                _ => true,
            };
            if fits {
                Outcome::To(reached)
            } else {
                Outcome::OutOfOrder
            }
        }
    }
}

/// Returns whether a step that decides nothing is judged by what its author saw.
const fn looks_back(step: Step) -> bool {
    matches!(
        step,
        Step::Classed
            | Step::Paused
            | Step::Resumed
            | Step::Extended
            | Step::Endorsed
            | Step::Delegated
            | Step::ActionPlanned
            | Step::ActionDone
            | Step::ActionVerified
            | Step::SpotChecked
    )
}

/// Returns whether a step that decides nothing makes sense after what its author saw.
fn is_sensible(state: CaseState, event: &CaseEvent, seen: &[&CaseEvent]) -> bool {
    let clock = event.datum(data::CLOCK);
    let action = event.datum(data::ACTION);
    match event.step {
        Step::Classed => SEVERITIES.contains(&event.datum(data::SEVERITY)),
        Step::Paused => state.is_open() && !stands_still(seen, clock),
        Step::Resumed => stands_still(seen, clock),
        Step::Extended => {
            let again = |before: &&CaseEvent| {
                before.step == event.step && before.datum(data::CLOCK) == clock
            };
            !clock.is_empty() && state.is_open() && !this_round(seen).iter().any(again)
        }
        Step::Endorsed | Step::Delegated => {
            state == CaseState::Proposed && names_a_proposal(event, seen)
        }
        Step::ActionPlanned => {
            !action.is_empty() && actions::state(seen.iter().copied(), action).is_none()
        }
        Step::ActionDone => actions::state(seen.iter().copied(), action) == Some(ActionState::Open),
        Step::ActionVerified => {
            actions::state(seen.iter().copied(), action) == Some(ActionState::Done)
        }
        Step::SpotChecked => matches!(state, CaseState::Closed | CaseState::Archived),
        _ => true,
    }
}

/// Returns the events since the case was last taken up again.
fn this_round<'a, 'b>(seen: &'b [&'a CaseEvent]) -> &'b [&'a CaseEvent] {
    let start = seen
        .iter()
        .rposition(|event| event.step == Step::Reopened)
        .unwrap_or(0);
    &seen[start..]
}

/// Returns whether `clock` stands still after these events; the empty name means any clock.
pub(crate) fn stands_still(seen: &[&CaseEvent], clock: &str) -> bool {
    let mut still: Vec<&str> = Vec::new();
    for event in this_round(seen) {
        let name = event.datum(data::CLOCK);
        match event.step {
            Step::Paused if !still.contains(&name) => still.push(name),
            Step::Resumed if name.is_empty() => still.clear(),
            Step::Resumed => still.retain(|of| *of != name),
            _ => {}
        }
    }
    if clock.is_empty() {
        !still.is_empty()
    } else {
        still.contains(&clock) || still.contains(&"")
    }
}

fn satisfied(seen: &[&CaseEvent]) -> Option<bool> {
    let asked = |event: &&&CaseEvent| matches!(event.step, Step::CalledBack | Step::Reopened);
    seen.iter()
        .rev()
        .find(asked)
        .filter(|event| event.step == Step::CalledBack)
        .and_then(|event| event.satisfied)
}

/// Returns whether the event is about a plan its author saw. One that names none is about the latest.
fn names_a_proposal(event: &CaseEvent, seen: &[&CaseEvent]) -> bool {
    let of = event.datum(data::OF);
    of.is_empty()
        || seen
            .iter()
            .any(|before| before.step == Step::Proposed && before.id.to_string() == of)
}

/// Returns the state a step leads to, whatever was before.
pub(crate) const fn reached(step: Step) -> Option<CaseState> {
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

/// Returns the state after `step` in a case that is `state`, or nothing when it may not follow on the whole way.
/// Registration, import and steps that decide nothing are not judged here.
pub fn follow(state: CaseState, step: Step) -> Option<CaseState> {
    use CaseState as S;
    let may = match step {
        Step::Accepted | Step::NotUpheld => matches!(state, S::Registered | S::Forwarded),
        Step::Forwarded => matches!(state, S::Registered | S::Accepted | S::Forwarded),
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
        Step::Proposed => {
            matches!(
                state,
                S::Investigated | S::SentBack | S::Proposed | S::Approved
            )
        }
        Step::Approved | Step::SentBack => matches!(state, S::Proposed),
        Step::CarriedOut => matches!(state, S::Approved),
        Step::Answered => matches!(state, S::Investigated | S::CarriedOut),
        Step::CalledBack => matches!(state, S::Answered),
        Step::Closed => matches!(state, S::CalledBack | S::Forwarded),
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

/// The steps of the main line that may be left out, in order: what follows one of them then follows what is before it.
const BRIDGED: &[Step] = &[
    Step::Accepted,
    Step::Assigned,
    Step::Investigated,
    Step::Proposed,
    Step::Approved,
    Step::CarriedOut,
    Step::CalledBack,
];

/// Returns the state after `step` in a case that is `state` on this way, or nothing when it may not follow.
///
/// A step left out is bridged: what may follow it may follow the state before it. A step that was taken although
/// it is left out (under a policy that had not arrived) is judged as on the whole way, so that nothing done is lost.
pub fn follow_in(way: &Way, state: CaseState, step: Step) -> Option<CaseState> {
    // One pass in the order of the line reaches everything: each step leads from earlier states only.
    let mut stands_for = vec![state];
    for left_out in BRIDGED.iter().filter(|of| !way.has(**of)) {
        let bridged = stands_for.iter().find_map(|from| follow(*from, *left_out));
        if let Some(bridged) = bridged.filter(|to| !stands_for.contains(to)) {
            stands_for.push(bridged);
        }
    }
    stands_for.iter().find_map(|from| follow(*from, step))
}
