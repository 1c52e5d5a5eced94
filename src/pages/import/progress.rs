//! How far a run is, and how to stop it.

use leptos::prelude::*;

use super::desk::{Work, use_desk};
use crate::{
    shell::intl,
    texts::use_texts,
    ui::{Button, Glyph, Progress},
};

/// The bar of a run with its stop button.
#[component]
pub fn RunProgress() -> impl IntoView {
    let t = use_texts();
    let desk = use_desk();
    let far = Memo::new(move |_| {
        let rows = desk.read(|preview| preview.rows);
        desk.run_progress()
            .map_or((0, rows), |progress| (progress.done, progress.total))
    });
    let speed = move || {
        let t = t.get();
        let (done, total) = far.get();
        desk.speed(done, total)
            .map_or_else(String::new, |(rate, left)| {
                (t.import.speed)(&intl::count(t.language, rate), left / 60, left % 60)
            })
    };
    let label = move || {
        let t = t.get();
        let (done, total) = far.get();
        if done == 0 {
            return t.import.starting.to_owned();
        }
        let (done, total) = (
            intl::count(t.language, done),
            intl::count(t.language, total),
        );
        if desk.work.get() == Some(Work::DryRun) {
            (t.import.dry_running)(&done, &total)
        } else {
            (t.import.running)(&done, &total)
        }
    };
    let stop = move || {
        let t = t.get();
        if desk.stopping.get() {
            t.import.stopping
        } else {
            t.import.stop
        }
    };
    view! {
        <section class="card card-body run-progress" aria-live="polite">
            <Progress
                label=Signal::derive(label)
                done=move || far.get().0 as f64
                total=move || if far.get().0 == 0 { 0.0 } else { far.get().1 as f64 }
            />
            <p class="muted">{speed}</p>
            <div class="form-foot">
                <span class="muted">{move || t.get().import.stays_usable}</span>
                <Button icon=Glyph::Close busy=desk.stopping press=move || desk.stop()>
                    {stop}
                </Button>
            </div>
        </section>
    }
}
