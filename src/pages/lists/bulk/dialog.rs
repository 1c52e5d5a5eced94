//! Says what changes in the chosen rows, shows what it would do, and does it.

use huiyin_api::{BulkChange, BulkIntent, BulkReport, MAX_BULK, MAX_BULK_CHANGES, bulk_fields};
use leptos::{ev, prelude::*};

use super::{
    change_line::{ChangeLine, new_change},
    plan::Plan,
    run::{Job, doing, looking, undo_act},
};
use crate::{
    shell::{
        engine::use_engine,
        intl,
        list_memory::ListState,
        notices::{Toaster, use_toaster},
    },
    texts::{TextsHandle, use_texts},
    ui::{Button, ErrorState, Glyph, Look, Progress, TextField},
};

/// What was looked at, and what it was about.
#[derive(Clone, PartialEq)]
struct Looked {
    intent: BulkIntent,
    report: BulkReport,
}

/// What the dialog holds.
#[derive(Clone, Copy)]
struct Asking {
    changes: RwSignal<Vec<BulkChange>>,
    reason: RwSignal<String>,
    looked: RwSignal<Option<Looked>>,
    job: Job,
    toaster: Toaster,
    t: TextsHandle,
}

impl Asking {
    fn intent(self, cases: bool) -> BulkIntent {
        BulkIntent {
            cases,
            changes: self.changes.get(),
            reason: self.reason.get(),
        }
    }

    fn look(self, cases: bool, ids: Vec<String>) {
        if ids.len() > MAX_BULK {
            self.toaster.say(self.t.now().bulk.too_many);
            return;
        }
        let intent = untrack(|| self.intent(cases));
        let own = intent.clone();
        self.job.run(ids, looking(intent), move |report, whole| {
            if whole {
                self.looked.try_set(Some(Looked {
                    intent: own,
                    report,
                }));
            }
        });
    }

    /// Does what was looked at. The message with the undo comes also when it was stopped or the dialog is gone.
    fn apply(self, state: ListState, open: RwSignal<bool>) {
        let Some(Looked { intent, report }) = self.looked.get_untracked() else {
            return;
        };
        let (act, request) = doing(intent);
        let Self {
            job, toaster, t, ..
        } = self;
        job.run(report.changing, request, move |report, whole| {
            if report.records > 0 {
                let texts = t.now();
                let count = intl::number(texts.language, f64::from(report.records));
                let undo = undo_act(job.engine, toaster, t, act);
                toaster.good_with((texts.bulk.done)(&count), undo);
            }
            self.looked.try_set(None);
            if whole {
                state.chosen.clear();
                open.try_set(false);
            }
        });
    }
}

/// The content of the dialog.
#[component]
pub fn BulkDialog(cases: bool, state: ListState, open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let first = bulk_fields(cases).first().map_or("", |field| field.name);
    let asking = Asking {
        changes: RwSignal::new(vec![new_change(cases, first)]),
        reason: RwSignal::new(String::new()),
        looked: RwSignal::new(None),
        job: Job::new(use_engine()),
        toaster: use_toaster(),
        t,
    };
    let job = asking.job;
    // What was looked at is about what was said and chosen then.
    let current = Memo::new(move |_| {
        let intent = asking.intent(cases);
        asking
            .looked
            .with(|looked| looked.clone().filter(|looked| looked.intent == intent))
    });
    let chosen = move || {
        state
            .chosen
            .ids
            .with_untracked(|ids| ids.iter().cloned().collect::<Vec<_>>())
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if current.with_untracked(Option::is_some) {
            asking.apply(state, open);
        } else {
            asking.look(cases, chosen());
        }
    };
    let count =
        move || (t.get().bulk.of_chosen)(&intl::count(t.language(), state.chosen.count() as u64));
    let lines = move || {
        // The lines are made anew only when one comes or goes.
        let count = asking.changes.with(Vec::len);
        (0..count)
            .map(|at| view! { <ChangeLine cases changes=asking.changes at /> })
            .collect_view()
    };
    let lines_of = Memo::new(move |_| asking.changes.with(Vec::len));
    let add = move || {
        asking.changes.update(|changes| {
            let unused = bulk_fields(cases)
                .iter()
                .find(|field| changes.iter().all(|change| change.field != field.name));
            if let Some(field) = unused {
                changes.push(new_change(cases, field.name));
            }
        });
    };
    let may_add = move || lines_of.get() < MAX_BULK_CHANGES.min(bulk_fields(cases).len());
    let asks_reason = Memo::new(move |_| {
        asking
            .changes
            .with(|changes| changes.iter().any(|change| change.field == "life_cycle"))
    });
    view! {
        <form class="bulk-form" on:submit=submit novalidate>
            <p class="muted">{count}</p>
            {move || {
                let _lines = lines_of.get();
                untrack(lines)
            }}
            <Show when=move || asks_reason.get()>
                <TextField
                    label=move || t.get().bulk.reason
                    value=asking.reason
                    input=move |text: String| asking.reason.set(text)
                />
            </Show>
            <Show when=may_add>
                <Button look=Look::Quiet icon=Glyph::Plus press=add>{move || t.get().bulk.add_change}</Button>
            </Show>
            <ErrorState problem=job.problem />
            <Outcome current />
            <Working job />
            <Foot current job open />
        </form>
    }
}

#[component]
fn Outcome(current: Memo<Option<Looked>>) -> impl IntoView {
    let t = use_texts();
    move || {
        current.get().map(|looked| {
            let records = looked.report.records;
            let words = move || {
                let count = intl::number(t.language(), f64::from(records));
                (t.get().bulk.will_change)(&count)
            };
            view! {
                <section class="bulk-plan" role="status">
                    <p class="strong">{words}</p>
                    <Plan report=looked.report />
                </section>
            }
        })
    }
}

#[component]
fn Working(job: Job) -> impl IntoView {
    let t = use_texts();
    let share = move |pick: fn((usize, usize)) -> usize| {
        Signal::derive(move || job.progress.get().map_or(0.0, |now| pick(now) as f64))
    };
    let words = move || {
        let (done, all) = job.progress.get().unwrap_or_default();
        let number = |count: usize| intl::count(t.language(), count as u64);
        (t.get().bulk.working)(&number(done), &number(all))
    };
    view! {
        <Show when=move || job.is_running()>
            <Progress label=words done=share(|(done, _)| done) total=share(|(_, all)| all) />
        </Show>
    }
}

#[component]
fn Foot(current: Memo<Option<Looked>>, job: Job, open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let running = Signal::derive(move || job.is_running());
    let records = Memo::new(move |_| {
        current.with(|looked| looked.as_ref().map(|looked| looked.report.records))
    });
    let name = move || match records.get() {
        None => t.get().bulk.look.to_owned(),
        Some(count) => (t.get().bulk.apply)(&intl::number(t.language(), f64::from(count))),
    };
    let cancel = move || {
        if running.get_untracked() {
            job.stop();
        } else {
            open.set(false);
        }
    };
    let cancel_name = move || {
        if running.get() {
            t.get().lists.stop
        } else {
            t.get().common.cancel
        }
    };
    view! {
        <footer class="dialog-foot">
            <Button press=cancel>{cancel_name}</Button>
            <Button
                look=Look::Primary
                submit=true
                busy=running
                disabled=Signal::derive(move || records.get() == Some(0))
            >
                {name}
            </Button>
        </footer>
    }
}
