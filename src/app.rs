//! The app: what every screen shares, and which stage is shown (locked, first run, waiting for data, work).

use leptos::prelude::*;
use leptos_router::components::Router;

use crate::{
    pages::{
        frame::Frame,
        lock::LockScreen,
        parts::{First, Office, in_part},
        shared::PinDialog,
    },
    shell::{
        base::Base,
        branches::Branches,
        clock::Clock,
        engine::Engine,
        files,
        go::Go,
        keys::Keys,
        list_memory::ListMemory,
        lock::Lock,
        narrow::Narrow,
        notices::Toaster,
        policy::Policy,
        preferences,
        replication::Replication,
        sample::Sample,
        session::Session,
        shared_files::{SharedFiles, use_shared_files},
        tour::Tour,
    },
    texts::use_texts,
    ui::{ErrorState, Glyph, Icon, Toasts},
};

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    let base = Base::of_document();
    provide_context(base);
    provide_context(preferences::keep());
    let engine = Engine::start(base);
    provide_context(engine);
    let lock = Lock::follow(engine);
    provide_context(lock);
    provide_context(Clock::start());
    provide_context(Narrow::follow());
    let toaster = Toaster::new();
    provide_context(toaster);
    let session = Session::follow();
    provide_context(session);
    provide_context(Sample::follow(session));
    provide_context(Tour::new());
    provide_context(SharedFiles::follow());
    provide_context(Replication::follow());
    provide_context(Branches::follow());
    provide_context(Policy::follow());
    provide_context(Keys::listen());
    let lists = ListMemory::new();
    provide_context(lists);
    lock.clear_when_locked(lists, toaster);
    view! {
        <Router base=base.folder()>
            <Stages />
        </Router>
        <PinDialog />
        <Toasts />
    }
}

/// What the device is ready for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Locked,
    Opening,
    FirstRun,
    WaitingForData,
    Work,
}

#[component]
fn Stages() -> impl IntoView {
    provide_context(Go::inside_router());
    let session = expect_context::<Session>();
    let lock = expect_context::<Lock>();
    let sample = expect_context::<Sample>();
    let stage = Memo::new(move |_| {
        if lock.is_locked() {
            return Stage::Locked;
        }
        if sample.is_being_made() {
            return Stage::FirstRun;
        }
        session.with(|status| match status {
            None => Stage::Opening,
            Some(status) if !status.ready => Stage::FirstRun,
            Some(status) if status.waiting_for_data => Stage::WaitingForData,
            Some(_) => Stage::Work,
        })
    });
    let came = use_shared_files();
    let opened = Memo::new(move |_| {
        let stage = stage.get();
        came.first().is_some() && matches!(stage, Stage::Work | Stage::WaitingForData)
    });
    let screen = move || match stage.get() {
        Stage::Locked => view! { <LockScreen /> }.into_any(),
        Stage::Opening => view! { <Opening /> }.into_any(),
        Stage::FirstRun => in_part(First::Wizard),
        Stage::WaitingForData => in_part(First::Waiting),
        Stage::Work => view! { <Frame /> }.into_any(),
    };
    view! {
        {screen}
        {move || opened.get().then(|| in_part(Office::Shared))}
    }
}

/// Shown until the engine has answered; if it cannot, says why.
#[component]
fn Opening() -> impl IntoView {
    let t = use_texts();
    let session = expect_context::<Session>();
    let engine = expect_context::<Engine>();
    let problem = Signal::derive(move || engine.trouble.get().or_else(|| session.problem()));
    view! {
        <main class="opening" aria-busy=move || problem.get().is_none().to_string()>
            <span class="mark large">
                <Icon glyph=Glyph::Echo />
            </span>
            <h1>{move || t.get().shell.app_name}</h1>
            {move || {
                problem.get().is_none().then(|| view! { <p class="muted">{t.get().shell.starting}</p> })
            }}
            <ErrorState problem retry=files::reload />
        </main>
    }
}
