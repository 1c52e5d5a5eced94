//! Steps: each piece of work has a name, shows that it is alive, and says how long it took.
//!
//! `▸ name … ok 12.3 s`; a step that lasts says so early and then every half minute with the last line its
//! command printed. Steps may run on several threads at once; lines never mix.

use crate::error::Error;
use std::{
    io::Write as _,
    sync::{Mutex, MutexGuard, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

/// A step longer than this announces itself.
const ANNOUNCE_AFTER: Duration = Duration::from_secs(2);
/// After the announcement, a sign of life comes this often.
const HEARTBEAT: Duration = Duration::from_mins(1);
/// Characters of a command's last line shown in a sign of life.
const NOTE_WIDTH: usize = 90;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It did what it should.
    Ok,
    /// It failed; the rest of the run may go on.
    Failed,
    /// It was not run, with the reason.
    Skipped(String),
}

/// One finished step.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The name printed.
    pub name: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Wall time.
    pub took: Duration,
}

/// The record of a run: prints as it goes and sums up at the end.
#[derive(Debug, Default)]
pub struct Journal {
    finished: Mutex<Vec<Finished>>,
    console: Mutex<()>,
}

/// What a running step tells about itself.
#[derive(Debug, Default)]
pub struct Progress {
    note: Mutex<String>,
}

impl Progress {
    /// Remembers the latest thing that happened, shown in the next sign of life.
    pub fn note(&self, line: &str) {
        let line = line.trim();
        if !line.is_empty() {
            *lock(&self.note) = line.chars().take(NOTE_WIDTH).collect();
        }
    }

    fn latest(&self) -> String {
        lock(&self.note).clone()
    }
}

impl Journal {
    /// Prints one line of its own.
    pub fn say(&self, line: &str) {
        let _guard = lock(&self.console);
        let mut out = std::io::stdout().lock();
        // A closed pipe must not fail the build.
        let _ = writeln!(out, "{line}");
        let _ = out.flush();
    }

    /// Runs `work` as the step `name`, prints its result and time, and keeps both for the summary.
    ///
    /// # Errors
    /// Returns what `work` returned, after it has been printed.
    pub fn step<T>(
        &self,
        name: &str,
        work: impl FnOnce(&Progress) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let progress = Progress::default();
        let began = Instant::now();
        let result = thread::scope(|scope| {
            let (done, wait) = mpsc::channel::<()>();
            let alive = &progress;
            scope.spawn(move || {
                let mut pause = ANNOUNCE_AFTER;
                while wait.recv_timeout(pause) == Err(mpsc::RecvTimeoutError::Timeout) {
                    if pause == ANNOUNCE_AFTER {
                        self.say(&format!("▸ {name} …"));
                    } else {
                        let note = alive.latest();
                        self.say(&format!(
                            "▸ {name} … {:.0} s  {note}",
                            began.elapsed().as_secs_f64()
                        ));
                    }
                    pause = HEARTBEAT;
                }
            });
            let result = work(&progress);
            drop(done);
            result
        });
        let took = began.elapsed();
        let outcome = match &result {
            Ok(_) => {
                self.say(&format!("▸ {name} … ok {}", seconds(took)));
                Outcome::Ok
            }
            Err(error) => {
                self.say(&format!("{error}\n▸ {name} … FAILED {}", seconds(took)));
                Outcome::Failed
            }
        };
        self.keep(name, outcome, took);
        result
    }

    /// Notes that the step `name` was not run, and why.
    pub fn skip(&self, name: &str, why: &str) {
        self.say(&format!("▸ {name} … skipped: {why}"));
        self.keep(name, Outcome::Skipped(why.to_owned()), Duration::ZERO);
    }

    fn keep(&self, name: &str, outcome: Outcome, took: Duration) {
        lock(&self.finished).push(Finished {
            name: name.to_owned(),
            outcome,
            took,
        });
    }

    /// Returns the finished steps in the order they ended.
    pub fn finished(&self) -> Vec<Finished> {
        lock(&self.finished).clone()
    }

    /// Prints the table of step times.
    pub fn print_table(&self) {
        let finished = self.finished();
        let width = finished
            .iter()
            .map(|step| step.name.chars().count())
            .max()
            .unwrap_or(0);
        self.say("");
        for step in finished {
            let pad = " ".repeat(width - step.name.chars().count());
            let result = match step.outcome {
                Outcome::Ok => "ok".to_owned(),
                Outcome::Failed => "FAILED".to_owned(),
                Outcome::Skipped(why) => format!("skipped: {why}"),
            };
            self.say(&format!(
                "  {}{pad}  {:>9}  {result}",
                step.name,
                seconds(step.took)
            ));
        }
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_kept_with_its_outcome_in_order() {
        let journal = Journal::default();
        let answer = journal.step("an example that works", |_| Ok(7));
        assert_eq!(answer.ok(), Some(7));
        let failed =
            journal.step::<()>("an example that fails", |_| Err(Error::Wrong("no".into())));
        assert!(failed.is_err());
        journal.skip("an example left out", "an example fails");
        let outcomes: Vec<_> = journal
            .finished()
            .into_iter()
            .map(|step| (step.name, step.outcome))
            .collect();
        assert_eq!(
            outcomes,
            [
                ("an example that works".to_owned(), Outcome::Ok),
                ("an example that fails".to_owned(), Outcome::Failed),
                (
                    "an example left out".to_owned(),
                    Outcome::Skipped("an example fails".to_owned())
                ),
            ]
        );
    }

    #[test]
    fn a_note_is_cut_to_one_short_line_and_blank_lines_do_not_replace_it() {
        let progress = Progress::default();
        progress.note(&"字".repeat(500));
        progress.note("   ");
        assert_eq!(progress.latest().chars().count(), NOTE_WIDTH);
    }
}
