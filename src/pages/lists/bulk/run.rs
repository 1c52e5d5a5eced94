//! Looks at, does and undoes an act slice by slice, with progress and a way to stop.

use std::sync::Arc;

use huiyin_api::{BulkIntent, BulkReason, BulkReport, MAX_BULK_SLICE, Problem, Request};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    pages::shared::new_act,
    shell::{
        ask,
        engine::Engine,
        intl,
        notices::{Act, Toaster},
    },
    texts::TextsHandle,
};

/// Where an act stands.
#[derive(Clone, Copy)]
pub struct Job {
    /// The engine.
    pub engine: Engine,
    /// Records done and all, while it runs.
    pub progress: RwSignal<Option<(usize, usize)>>,
    /// What went wrong.
    pub problem: RwSignal<Option<Problem>>,
    /// Counted up to stop what runs.
    round: StoredValue<u64>,
}

impl Job {
    /// Returns a job at rest; what runs is stopped when the calling view goes.
    pub fn new(engine: Engine) -> Self {
        let job = Self {
            engine,
            progress: RwSignal::new(None),
            problem: RwSignal::new(None),
            round: StoredValue::new(0),
        };
        on_cleanup(move || {
            job.round.try_update_value(|round| *round += 1);
        });
        job
    }

    /// Returns whether something runs, tracked.
    pub fn is_running(self) -> bool {
        self.progress.with(Option::is_some)
    }

    /// Stops after the slice that is under way.
    pub fn stop(self) {
        self.round.update_value(|round| *round += 1);
        self.progress.set(None);
    }

    /// Sends the slices of `ids` one after the other and hands the sum to `end`, with whether it came to the end. What a stopped one has
    /// done stays and is told too.
    pub fn run(
        self,
        ids: Vec<String>,
        request: impl Fn(Vec<String>) -> Request + 'static,
        end: impl FnOnce(BulkReport, bool) + 'static,
    ) {
        if self.progress.with_untracked(Option::is_some) {
            return;
        }
        self.round.update_value(|round| *round += 1);
        let own = self.round.get_value();
        let total = ids.len();
        self.progress.set(Some((0, total)));
        self.problem.set(None);
        spawn_local(async move {
            let mut sum = BulkReport::default();
            let mut reached = 0;
            for slice in ids.chunks(MAX_BULK_SLICE) {
                if self.round.try_get_value() != Some(own) {
                    break;
                }
                let answer = self.engine.get(request(slice.to_vec()), ask::bulk).await;
                match answer {
                    Ok(report) => {
                        sum.add(report);
                        reached += slice.len();
                        if self.round.try_get_value() == Some(own) {
                            self.progress.try_set(Some((reached, total)));
                        }
                    }
                    Err(found) => {
                        self.problem.try_set(Some(found));
                        break;
                    }
                }
            }
            if self.round.try_get_value() == Some(own) {
                self.progress.try_set(None);
            }
            end(sum, reached == total);
        });
    }
}

/// Returns the requests that look at an intent.
pub fn looking(intent: BulkIntent) -> impl Fn(Vec<String>) -> Request {
    move |ids| Request::BulkLook {
        intent: intent.clone(),
        ids,
    }
}

/// Returns the id of a new act and the requests that do it.
pub fn doing(intent: BulkIntent) -> (String, impl Fn(Vec<String>) -> Request) {
    let act = new_act();
    let own = act.clone();
    let request = move |ids| Request::BulkEdit {
        act: own.clone(),
        intent: intent.clone(),
        ids,
    };
    (act, request)
}

/// Undoes every slice of an act and tells how it went.
///
/// # Errors
/// What refused a slice; those before it stay undone.
pub async fn undo(
    engine: Engine,
    toaster: Toaster,
    t: TextsHandle,
    act: String,
) -> Result<(), Problem> {
    let mut sum = BulkReport::default();
    loop {
        let request = Request::UndoBulkEdit { act: act.clone() };
        let report = engine.get(request, ask::bulk).await?;
        sum.add(report);
        if sum.slices == 0 {
            break;
        }
    }
    let texts = t.now();
    let count = |number: u32| intl::number(texts.language, f64::from(number));
    let left = sum.left_alone() - sum.left.get(&BulkReason::Same).copied().unwrap_or(0);
    if left == 0 {
        toaster.good((texts.bulk.undone)(&count(sum.records)));
    } else {
        toaster.say((texts.bulk.undone_but)(&count(sum.records), &count(left)));
    }
    Ok(())
}

/// Returns the button of a message that undoes an act.
pub fn undo_act(engine: Engine, toaster: Toaster, t: TextsHandle, act: String) -> Act {
    Act::new(
        t.now().bulk.undo,
        Arc::new(move || {
            let act = act.clone();
            spawn_local(async move {
                if let Err(problem) = undo(engine, toaster, t, act).await {
                    toaster.problem(&problem);
                }
            });
        }),
    )
}
