//! Answers that stay current: asked again when what they depend on or the stored records change.
//!
//! The old value stays on the screen until the new one is here, so nothing jumps. A question under way is not asked a second time
//! beside itself: what changed meanwhile has it asked again once it is answered, so that an engine at work is never flooded.

use huiyin_api::{Problem, Request};
use leptos::{prelude::*, task::spawn_local};

use super::{ask::Pick, engine::use_engine};

/// A live answer.
pub struct Live<T: Send + Sync + 'static> {
    /// The newest value, if there is one.
    pub value: ReadSignal<Option<T>>,
    /// The problem of the last question, if it had one.
    pub problem: ReadSignal<Option<Problem>>,
    again: RwSignal<u32>,
}

impl<T: Send + Sync + 'static> Live<T> {
    /// Asks again now.
    pub fn ask_again(self) {
        self.again.update(|count| *count += 1);
    }
}

impl<T: Send + Sync + 'static> Clone for Live<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Live<T> {}

/// Returns an answer that is asked again whenever a signal read by `request` or the stored records change.
/// Nothing is asked while `request` returns none.
pub fn live<T>(request: impl Fn() -> Option<Request> + 'static, pick: Pick<T>) -> Live<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    let engine = use_engine();
    let (value, set_value) = signal(None::<T>);
    let (problem, set_problem) = signal(None);
    let again = RwSignal::new(0);
    let round = StoredValue::new(0_u64);
    // The question under way, and whether something has changed since it was asked.
    let asking = StoredValue::new(None::<(Request, bool)>);
    Effect::new(move |_| {
        engine.revision.track();
        again.track();
        let Some(request) = request() else {
            return;
        };
        let waiting = asking.try_update_value(|asking| match asking {
            Some((same, stale)) if *same == request => {
                *stale = true;
                true
            }
            _ => false,
        });
        if waiting == Some(true) {
            return;
        }
        let own = round.get_value() + 1;
        round.set_value(own);
        asking.set_value(Some((request.clone(), false)));
        spawn_local(async move {
            let result = engine.get(request, pick).await;
            // The view may be gone, or a later question is under way.
            if round.try_get_value() != Some(own) {
                return;
            }
            let stale = asking
                .try_update_value(Option::take)
                .flatten()
                .is_some_and(|(_, stale)| stale);
            match result {
                Ok(new) => {
                    if problem.with_untracked(Option::is_some) {
                        set_problem.set(None);
                    }
                    let same = value.with_untracked(|old| old.as_ref() == Some(&new));
                    if !same {
                        set_value.set(Some(new));
                    }
                }
                Err(found) => set_problem.set(Some(found)),
            }
            if stale {
                again.update(|count| *count += 1);
            }
        });
    });
    Live {
        value,
        problem,
        again,
    }
}
