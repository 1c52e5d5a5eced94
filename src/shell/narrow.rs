//! Whether the screen is a phone's: rows become cards then.

use leptos::{ev, prelude::*};

/// Widest screen that counts as a phone's; the style sheets use the same figure.
const PHONE: &str = "(max-width: 760px)";

/// Follows the width of the screen. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Narrow(ReadSignal<bool>);

impl Narrow {
    /// Starts to follow the width.
    pub fn follow() -> Self {
        let (narrow, set_narrow) = signal(measure());
        let handle = window_event_listener(ev::resize, move |_| {
            let now = measure();
            if narrow.get_untracked() != now {
                set_narrow.set(now);
            }
        });
        on_cleanup(move || handle.remove());
        Self(narrow)
    }

    /// Returns whether the screen is narrow, tracked.
    pub fn get(self) -> bool {
        self.0.get()
    }
}

/// Returns the width of the screen.
pub fn use_narrow() -> Narrow {
    expect_context()
}

fn measure() -> bool {
    window()
        .match_media(PHONE)
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}
