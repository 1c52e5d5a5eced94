//! A sample company to look around in: a retail chain with three branches, its people, customers, cases, visits and a survey.
//!
//! Everything is invented, and everything is told to the engine by the commands a person would give, each at the time it happens:
//! nothing here knows how records are stored. The same seed and the same time tell the same story. Who carries requests to an engine
//! and back is the asker ([`Teller`]); what a request is answered with is read by the asker too, as one of few kinds ([`Heard`]).

mod cases;
mod customers;
mod days;
mod plan;
mod told;
mod words;

use std::future::Future;

use huiyin_api::{CaseRecord, Language, Millis, Problem, Request, SettingsView};

pub use plan::{ANSWERS, BRANCHES, CASES, CONTACTS, CUSTOMERS, packs};

/// The seed of the sample that people see.
pub const SEED: u64 = 20_261_122;

/// How a request is answered, as far as the story needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wants {
    /// Whether it was done.
    Done,
    /// The id of what was stored.
    Saved,
    /// A case.
    Case,
    /// The settings.
    Settings,
}

/// An answer.
#[derive(Debug, Clone)]
pub enum Heard {
    /// It was done.
    Done,
    /// What was stored has this id.
    Saved(String),
    /// A case.
    Case(Box<CaseRecord>),
    /// The settings.
    Settings(Box<SettingsView>),
}

/// Carries requests to an engine.
pub trait Teller {
    /// Asks as if it were `at`. Answers with what was wanted.
    ///
    /// # Errors
    /// The engine's problem.
    fn ask(
        &mut self,
        at: Millis,
        request: Request,
        wants: Wants,
    ) -> impl Future<Output = Result<Heard, Problem>>;

    /// Is told how much of the story is told.
    fn progress(&mut self, done: u32, total: u32);
}

/// Tells the company to an engine without one. It ends with the founder at the device; times are those of Shanghai, the last is `now`.
///
/// # Errors
/// The first problem that is not part of the story; what was told until then stays and is removed with the sample.
pub async fn tell(
    teller: &mut impl Teller,
    seed: u64,
    now: Millis,
    language: Language,
) -> Result<(), Problem> {
    told::Told::new(teller, seed, now, language).all().await
}
