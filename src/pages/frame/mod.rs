//! The frame of the working app: navigation, state of sync, the screen, and what floats above it.

mod nav;
mod routes;
mod sync_state;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{
    pages::{
        import::ImportDesk,
        parts::{Show as Shown, fetch_ahead, in_part},
        sample::SampleBanner,
    },
    shell::{
        app_badge,
        day::Day,
        engine::use_engine,
        go::use_go,
        keys::{Command, on_command},
        lock::use_lock,
        notices::use_toaster,
        notify,
        preferences::use_preferences,
        safekeeping::Safekeeping,
        tour::use_tour,
    },
    texts::use_texts,
    ui::{CommandPalette, ErrorState, KeyHelp, Later},
};

pub use nav::{LanguageButton, ThemeButton};
use nav::{SideBar, TabBar};
use routes::Screens;
pub use sync_state::{SyncState, words as sync_words};

/// Element id of the main landmark.
const CONTENT: &str = "content";

/// The frame around all screens.
#[component]
pub fn Frame() -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    provide_context(ImportDesk::new());
    provide_context(Day::follow());
    provide_context(Safekeeping::follow());
    notify::remind();
    app_badge::follow();
    let help = RwSignal::new(false);
    let palette = RwSignal::new(false);
    listen(help, palette);
    tell_restarts();
    follow_route();
    fetch_ahead();
    let tour = use_tour();
    let touring = Memo::new(move |_| tour.stop().is_some());
    view! {
        <button type="button" class="skip" on:click=move |_| focus_content()>
            {move || t.get().shell.skip}
        </button>
        <div class="frame">
            <SideBar palette help />
            <main id=CONTENT class="content" tabindex="-1">
                <SampleBanner />
                <ErrorState problem=engine.trouble />
                <Later>
                    <Screens />
                </Later>
            </main>
            <TabBar />
        </div>
        <Later>
            <KeyHelp open=help />
            <CommandPalette open=palette />
        </Later>
        {move || touring.get().then(|| in_part(Shown::Tour))}
    }
}

/// Keys that work on every screen.
fn listen(help: RwSignal<bool>, palette: RwSignal<bool>) {
    let go = use_go();
    let lock = use_lock();
    on_command(move |command| {
        match command {
            Command::Help => help.set(true),
            Command::Palette => palette.set(true),
            Command::GoHome => go.to("/"),
            Command::GoCustomers => go.to("/customers"),
            Command::GoCases => go.to("/cases"),
            Command::New => go.to("/cases/new"),
            Command::Quick => go.to("/cases/new?quick"),
            Command::Lock if lock.is_set_now() => lock.lock_now(),
            _ => return false,
        }
        true
    });
}

fn tell_restarts() {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    Effect::new(move |before: Option<u32>| {
        let now = engine.restarts.get();
        if before.is_some_and(|before| now > before) {
            toaster.say(t.now().shell.engine_restarted);
        }
        now
    });
}

/// Remembers the screen shown last and moves the focus into a new screen.
fn follow_route() {
    let preferences = use_preferences();
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.as_ref() != Some(&now) {
            preferences.update(|preferences| preferences.last_route.clone_from(&now));
        }
        if before.is_some_and(|before| before != now) {
            request_animation_frame(focus_content);
        }
        now
    });
}

fn focus_content() {
    use wasm_bindgen::JsCast;
    let Some(main) = document().get_element_by_id(CONTENT) else {
        return;
    };
    let inside = document()
        .active_element()
        .is_some_and(|active| main.contains(Some(&active)));
    if let (false, Some(main)) = (inside, main.dyn_ref::<web_sys::HtmlElement>()) {
        // A missing focus harms nobody.
        let _ = main.focus();
    }
}
