//! Joined, but the company's data is not here yet: it comes by relay or by a bundle file.

use huiyin_api::{Problem, Request};
use leptos::{ev, html, prelude::*, task::spawn_local};

use super::{Approval, WizardFrame};
use crate::{
    pages::frame::SyncState,
    shell::{
        ask, engine::use_engine, files, intl, notices::use_toaster, session::use_session,
        title::set_title,
    },
    texts::{newcomers, use_texts},
    ui::{Button, ErrorState, Glyph, Progress},
};

/// Shows what has come so far and takes in a bundle.
#[component]
pub fn Waiting() -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let session = use_session();
    let toaster = use_toaster();
    set_title(move || t.get().wizard.waiting);
    let file = NodeRef::<html::Input>::new();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let taken = move |_: ev::Event| {
        let Some(input) = file.get_untracked() else {
            return;
        };
        let chosen = input.files().and_then(|files| files.get(0));
        // The same file may be chosen again after a problem.
        input.set_value("");
        let Some(chosen) = chosen else { return };
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let bytes = files::read_file(&chosen).await;
            let result = engine.ask_with(Request::ImportBundle, bytes).await;
            busy.try_set(false);
            match result {
                Ok((answer, _)) => {
                    if let Some(report) = ask::bundle(&answer) {
                        let count = intl::number(t.now().language, report.new as f64);
                        toaster.good((t.now().wizard.bundle_taken)(&count));
                    }
                    session.refresh();
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let handing = RwSignal::new(false);
    let hand = move || {
        handing.set(true);
        spawn_local(async move {
            let result = engine.download(Request::ExportBundle).await;
            handing.try_set(false);
            match result {
                Ok(name) => toaster.good((t.now().sync.exported)(&name)),
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let paused = RwSignal::new(false);
    let pause = move || {
        let request = if paused.get_untracked() {
            Request::SyncNow
        } else {
            Request::PauseSync
        };
        spawn_local(async move {
            match engine.tell(request).await {
                Ok(()) => {
                    paused.try_update(|paused| *paused = !*paused);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let received = move || {
        let t = t.get();
        engine.receiving.get().map_or_else(
            || t.wizard.waiting.to_owned(),
            |(done, total)| {
                let number = |count: u64| intl::number(t.language, count as f64);
                (t.wizard.received)(&number(done), &number(total))
            },
        )
    };
    view! {
        <WizardFrame>
            <h1>{move || t.get().wizard.waiting}</h1>
            <p class="muted">{move || t.get().wizard.waiting_text}</p>
            <Progress
                label=received
                done=move || engine.receiving.get().map_or(0.0, |(done, _)| done as f64)
                total=move || engine.receiving.get().map_or(0.0, |(_, total)| total as f64)
            />
            <Approval />
            <SyncState />
            <input node_ref=file type="file" class="hidden-input" aria-label=move || t.get().wizard.waiting_bundle on:change=taken />
            <div class="form-foot">
                <Button press=pause>
                    {move || {
                        let w = &t.get().wizard;
                        if paused.get() { w.go_on } else { w.pause }
                    }}
                </Button>
                <Button icon=Glyph::Export busy=handing press=hand>
                    {move || newcomers::of(t.language()).hand_over}
                </Button>
                <Button
                    icon=Glyph::Import
                    busy
                    press=move || {
                        if let Some(input) = file.get_untracked() {
                            input.click();
                        }
                    }
                >
                    {move || t.get().wizard.choose_bundle}
                </Button>
            </div>
            <ErrorState problem />
        </WizardFrame>
    }
}
