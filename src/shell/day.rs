//! My day, asked once for the whole app: the first screen, reminders and the badge read the same answer.

use huiyin_api::{HomeView, Request};
use leptos::prelude::*;

use super::{
    ask,
    clock::use_clock,
    live::{Live, live},
};

/// My day, kept current. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Day(Live<HomeView>);

impl Day {
    /// Starts to follow my day. Deadlines pass without anything being stored, so it is asked again as time goes on.
    pub fn follow() -> Self {
        let clock = use_clock();
        Self(live(
            move || {
                clock.now();
                Some(Request::Home)
            },
            ask::home,
        ))
    }

    /// Returns the live answer.
    pub fn live(self) -> Live<HomeView> {
        self.0
    }
}

/// Returns my day.
pub fn use_day() -> Day {
    expect_context()
}
