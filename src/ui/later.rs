//! What is made in a task of its own.

use std::time::Duration;

use leptos::prelude::*;

/// Makes its content once the task that made what stands around it has ended: two short tasks instead of a long one, between which the
/// page can be touched.
#[component]
pub fn Later(children: ChildrenFn) -> impl IntoView {
    let begun = RwSignal::new(false);
    let begin = move || {
        begun.try_set(true);
    };
    set_timeout(begin, Duration::ZERO);
    move || begun.get().then(|| children())
}
