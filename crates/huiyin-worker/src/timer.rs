//! Timers of the worker: one alarm that each new wish replaces, and a steady tick.

use std::cell::Cell;
use std::rc::Rc;

use huiyin_engine::Millis;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use crate::environment::{now, scope};

/// Longest wait a browser's timer takes, in milliseconds; a later alarm is set again when this has passed.
const LONGEST_WAIT_MS: Millis = i32::MAX as Millis;

/// An alarm. Dropping it silences it.
pub struct Alarm {
    state: Rc<State>,
    ring: Closure<dyn FnMut()>,
}

struct State {
    handle: Cell<Option<i32>>,
    at: Cell<Millis>,
    /// What the clock showed when the alarm was set.
    set: Cell<Millis>,
}

impl Alarm {
    /// Returns an alarm that calls `ring` at or after the time it is set to. Where the clock has meanwhile been set back behind the moment of
    /// setting, it rings once the wait is over: who wished it then reckons anew.
    pub fn new(ring: impl Fn() + 'static) -> Rc<Self> {
        Rc::new_cyclic(|alarm: &std::rc::Weak<Self>| {
            let alarm = alarm.clone();
            Self {
                state: Rc::new(State {
                    handle: Cell::new(None),
                    at: Cell::new(0),
                    set: Cell::new(0),
                }),
                ring: Closure::new(move || {
                    let Some(alarm) = alarm.upgrade() else {
                        return;
                    };
                    alarm.state.handle.set(None);
                    if (alarm.state.set.get()..alarm.state.at.get()).contains(&now()) {
                        alarm.set(alarm.state.at.get());
                    } else {
                        ring();
                    }
                }),
            }
        })
    }

    /// Sets the alarm, in place of any time set before.
    pub fn set(&self, at: Millis) {
        self.silence();
        self.state.at.set(at);
        self.state.set.set(now());
        let wait = (at - now()).clamp(0, LONGEST_WAIT_MS) as i32;
        let handle = scope()
            .set_timeout_with_callback_and_timeout_and_arguments_0(
                self.ring.as_ref().unchecked_ref(),
                wait,
            )
            .expect("a function and a number make a timer");
        self.state.handle.set(Some(handle));
    }

    fn silence(&self) {
        if let Some(handle) = self.state.handle.take() {
            scope().clear_timeout_with_handle(handle);
        }
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.silence();
    }
}

/// A steady tick. Dropping it ends it.
pub struct Ticker {
    handle: i32,
    _tick: Closure<dyn FnMut()>,
}

impl Ticker {
    /// Calls `tick` every `every_ms` milliseconds.
    pub fn every(every_ms: i32, tick: impl FnMut() + 'static) -> Self {
        let tick = Closure::<dyn FnMut()>::new(tick);
        let handle = scope()
            .set_interval_with_callback_and_timeout_and_arguments_0(
                tick.as_ref().unchecked_ref(),
                every_ms,
            )
            .expect("a function and a number make a timer");
        Self {
            handle,
            _tick: tick,
        }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        scope().clear_interval_with_handle(self.handle);
    }
}
