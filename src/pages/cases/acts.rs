//! The steps of the case on the screen: which may be taken, and opening the form of one.

use huiyin_api::{CaseDesk, CaseRecord};
use huiyin_core::case_data as data;
use leptos::prelude::*;

use super::step_dialog::{Taking, Target};

/// The case on the screen and the step about to be taken. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Acts {
    /// The case.
    pub record: Signal<CaseRecord>,
    /// The step about to be taken.
    pub taking: RwSignal<Option<Taking>>,
}

impl Acts {
    /// Returns the handle; the dialog follows `taking`.
    pub const fn new(record: Signal<CaseRecord>, taking: RwSignal<Option<Taking>>) -> Self {
        Self { record, taking }
    }

    /// Reads what the complaint desk shows of the case, tracked.
    pub fn desk<R>(self, read: impl FnOnce(&CaseDesk) -> R) -> R {
        self.record.with(|record| read(&record.desk))
    }

    /// Returns whether the person at the device may take a step now, tracked.
    pub fn may(self, step: &str) -> bool {
        self.record
            .with(|record| record.steps.iter().any(|form| form.step == step))
    }

    /// Returns a step of this case with everything the screen knows of it.
    pub fn step(self, step: &str) -> Taking {
        self.record.with_untracked(|record| taking_of(record, step))
    }

    /// Opens the form of a step.
    pub fn take(self, taking: Taking) {
        self.taking.set(Some(taking));
    }
}

/// Returns a step of a case with everything its record tells.
pub fn taking_of(record: &CaseRecord, step: &str) -> Taking {
    let mut taking = Taking::of(Target::Case(record.row.id.clone()), step);
    if let Some(form) = record.steps.iter().find(|form| form.step == step) {
        taking.form = form.clone();
    }
    taking.given.seen.clone_from(&record.heads);
    if let (true, Some(proposal)) = (is_signature(step), &record.desk.proposal) {
        // A signature names exactly what was shown.
        taking = taking.with(data::OF, &proposal.event);
    }
    taking.desk = (*record.desk).clone();
    taking.demand = record
        .fields
        .iter()
        .find(|field| field.name == "demand")
        .map(|field| field.value.clone())
        .unwrap_or_default();
    taking
}

/// Returns whether a step is about the proposal shown.
fn is_signature(step: &str) -> bool {
    matches!(step, "approved" | "endorsed" | "sent_back" | "delegated")
}
