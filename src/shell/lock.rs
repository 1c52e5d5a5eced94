//! The lock of the device as the page sees it: how it stands, what may be asked of it, and telling the engine that somebody is here.

use std::time::Duration;

use huiyin_api::{LockIntent, LockView, Problem, ProblemCode, Request};
use leptos::{ev, prelude::*, task::spawn_local};

use super::{ask, engine::Engine, list_memory::ListMemory, notices::Toaster};

/// How often it is told at most that somebody is here, in milliseconds.
const TELL_EVERY_MS: f64 = 5_000.0;
/// How often the time until the next try is counted down.
const COUNT: Duration = Duration::from_secs(1);

/// The lock. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Lock {
    engine: Engine,
}

impl Lock {
    /// Starts to follow the lock, and to tell that somebody is here while it is open.
    pub fn follow(engine: Engine) -> Self {
        let lock = Self { engine };
        lock.ask(LockIntent::Look, |_| ());
        lock.tell_presence();
        lock
    }

    /// Forgets what the page holds beside its views, whenever the device is locked.
    pub fn clear_when_locked(self, lists: ListMemory, toaster: Toaster) {
        let locked = Memo::new(move |_| self.is_locked());
        Effect::new(move |_| {
            if locked.get() {
                lists.forget();
                toaster.clear();
            }
        });
    }

    /// Returns how the lock stands, tracked; none before it is known.
    pub fn get(self) -> Option<LockView> {
        self.engine.lock.get()
    }

    /// Returns whether the device is locked, tracked.
    pub fn is_locked(self) -> bool {
        self.engine
            .lock
            .with(|view| view.as_ref().is_some_and(|view| view.locked))
    }

    /// Returns whether a passphrase is set, tracked; none before it is known.
    pub fn is_set(self) -> Option<bool> {
        self.engine
            .lock
            .with(|view| view.as_ref().map(|view| view.set))
    }

    /// Returns whether a passphrase is set, without tracking it.
    pub fn is_set_now(self) -> bool {
        self.engine
            .lock
            .with_untracked(|view| view.as_ref().is_some_and(|view| view.set))
    }

    /// Locks the device, on every tab. What is being typed is stored first.
    pub fn lock_now(self) {
        self.ask(LockIntent::Lock, |_| ());
    }

    /// Wants something of the lock and hands on what became of it.
    pub fn ask(self, intent: LockIntent, then: impl FnOnce(Result<LockView, Problem>) + 'static) {
        let engine = self.engine;
        spawn_local(async move {
            let result = engine.get(Request::Lock(intent), ask::lock).await;
            match &result {
                Ok(view) => engine.note_lock(view.clone()),
                // A refused try changes how long the next one has to wait.
                Err(problem) if problem.code != ProblemCode::Internal => {
                    if let Ok(view) = engine.get(Request::Lock(LockIntent::Look), ask::lock).await {
                        engine.note_lock(view);
                    }
                }
                Err(_) => {}
            }
            then(result);
        });
    }

    fn tell_presence(self) {
        let told = StoredValue::new(f64::NEG_INFINITY);
        let here = move || {
            let watched = self.engine.lock.with_untracked(|view| {
                view.as_ref()
                    .is_some_and(|view| view.set && !view.locked && view.idle_minutes > 0)
            });
            let now = js_sys::Date::now();
            if !watched || (now - told.get_value()).abs() < TELL_EVERY_MS {
                return;
            }
            told.set_value(now);
            let engine = self.engine;
            spawn_local(async move {
                let _ = engine.tell(Request::Lock(LockIntent::Active)).await;
            });
        };
        // They live as long as the page.
        std::mem::forget(window_event_listener(ev::keydown, move |_| here()));
        std::mem::forget(window_event_listener(ev::pointerdown, move |_| here()));
        std::mem::forget(window_event_listener(ev::pointermove, move |_| here()));
        std::mem::forget(window_event_listener(ev::wheel, move |_| here()));
    }

    /// Returns the seconds until the next try, counted down while the calling view is shown.
    pub fn wait_seconds(self) -> Signal<u64> {
        let until = Memo::new(move |_| {
            let wait = self.get().map_or(0, |view| view.wait_ms);
            (wait > 0).then(|| js_sys::Date::now() + wait as f64)
        });
        let (now, set_now) = signal(js_sys::Date::now());
        let ticking = set_interval_with_handle(move || set_now.set(js_sys::Date::now()), COUNT);
        on_cleanup(move || {
            if let Ok(ticking) = ticking {
                ticking.clear();
            }
        });
        Signal::derive(move || {
            let now = now.get();
            until.get().map_or(0, |until| {
                let left = (until - now.max(js_sys::Date::now())) / 1_000.0;
                left.ceil().max(0.0) as u64
            })
        })
    }
}

/// Returns the lock.
pub fn use_lock() -> Lock {
    expect_context()
}
