//! The time of day for what is on the screen, renewed every half minute.

use std::time::Duration;

use huiyin_api::Millis;
use leptos::prelude::*;

use super::intl;

const TICK: Duration = Duration::from_secs(30);

/// The present instant, coarse. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Clock(ReadSignal<Millis>);

impl Clock {
    /// Starts the clock.
    pub fn start() -> Self {
        let (now, set_now) = signal(intl::now());
        if let Ok(handle) = set_interval_with_handle(move || set_now.set(intl::now()), TICK) {
            on_cleanup(move || handle.clear());
        }
        Self(now)
    }

    /// Returns the present instant, tracked.
    pub fn now(self) -> Millis {
        self.0.get()
    }
}

/// Returns the clock.
pub fn use_clock() -> Clock {
    expect_context()
}
