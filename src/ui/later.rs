//! What is made in a task of its own.

use std::time::Duration;

use leptos::prelude::*;

/// Makes its content once the task that made what stands around it has ended: two short tasks instead of a long one, between which the
/// page can be touched.
#[component]
pub fn Later(children: ChildrenFn) -> impl IntoView {
    let shown = RwSignal::new(false);
    let show = move || {
        shown.try_set(true);
    };
    set_timeout(show, Duration::ZERO);
    move || shown.get().then(|| children())
}
