//! The sample company as the page sees it: whether one is shown, and whether one is being made.

use leptos::prelude::*;

use super::session::Session;

/// The sample company. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Sample {
    making: RwSignal<bool>,
    session: Session,
}

impl Sample {
    /// Follows whether the company here is a sample.
    pub fn follow(session: Session) -> Self {
        Self {
            making: RwSignal::new(false),
            session,
        }
    }

    /// Returns whether one is being made, tracked: the first run is shown until it is whole.
    pub fn is_being_made(self) -> bool {
        self.making.get()
    }

    /// Says that one is being made, or no more.
    pub fn set_being_made(self, making: bool) {
        self.making.set(making);
    }

    /// Returns whether the company here is a sample, tracked.
    pub fn is_here(self) -> bool {
        self.session
            .with(|status| status.is_some_and(|status| status.sample))
    }
}

/// Returns the sample company.
pub fn use_sample() -> Sample {
    expect_context()
}
