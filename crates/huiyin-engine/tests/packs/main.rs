//! Every complaint pack runs a case from its registration to the archive, through the door of the engine.
//!
//! Deadlines were worked out by hand from the wording of the policies and the calendar of 2026 (National Day: off from 1 to 7
//! October, worked on Sunday 20 September and Saturday 10 October; Mid-Autumn: off from 25 to 27 September).

#![expect(
    clippy::unwrap_used,
    reason = "a story that is refused where it must not be has failed"
)]

mod complaints;
mod service;
mod story;
mod trade;
