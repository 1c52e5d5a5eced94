//! The first run: make a company, or join one; and the wait for its data.

mod approval;
mod begin_again;
mod create_form;
mod join_form;
mod joined;
mod restore_form;
mod waiting;

use leptos::prelude::*;
use leptos_router::{hooks::use_location, location::Location};

use crate::{
    pages::{
        frame::{LanguageButton, ThemeButton},
        parts::{Show, in_part},
    },
    shell::{
        engine::use_engine, sample::use_sample, shared_files::use_shared_files, title::set_title,
    },
    texts::{Texts, sample, shared, use_texts},
    ui::{ErrorState, Glyph, Icon},
};

use approval::Approval;
use begin_again::BeginAgain;
use create_form::CreateForm;
use join_form::JoinForm;
pub use joined::JoinedPage;
use restore_form::RestoreForm;
pub use waiting::Waiting;

/// A way to begin.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Create,
    Join,
    Restore,
    Sample,
}

impl Way {
    /// Returns the name of the way and what it is for.
    fn words(self, texts: &Texts) -> (&'static str, &'static str) {
        let sample = sample::of(texts.language);
        let texts = &texts.wizard;
        match self {
            Self::Sample => (sample.choice, sample.choice_hint),
            Self::Create => (texts.create, texts.create_hint),
            Self::Join => (texts.join, texts.join_hint),
            Self::Restore => (texts.restore, texts.restore_hint),
        }
    }
}

/// The first screen of a new device.
#[component]
pub fn Wizard() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().wizard.title);
    let came = use_shared_files();
    let here = use_sample();
    let invited = invitation().is_some();
    let chosen = RwSignal::new(if at_join() { Way::Join } else { Way::Create });
    let choice = move |way: Way, glyph: Glyph| {
        view! {
            <button
                type="button"
                class="choice"
                aria-pressed=move || (chosen.get() == way).to_string()
                on:click=move |_| chosen.set(way)
            >
                <Icon glyph />
                <span>
                    <strong>{move || way.words(t.get()).0}</strong>
                    <span class="muted">{move || way.words(t.get()).1}</span>
                </span>
            </button>
        }
    };
    view! {
        <WizardFrame>
            <h1>{move || t.get().wizard.title}</h1>
            <p class="muted">{move || t.get().wizard.intro}</p>
            {invited
                .then(|| {
                    view! {
                        <p class="notice plain">
                            <Icon glyph=Glyph::Link />
                            <span>{move || t.get().wizard.invited}</span>
                        </p>
                    }
                })}
            {move || {
                came.first()
                    .map(|one| {
                        let text = (shared::of(t.language()).first)(&one.file.name());
                        view! {
                            <p class="notice plain">
                                <Icon glyph=Glyph::Import />
                                <span>{text}</span>
                            </p>
                        }
                    })
            }}
            <div class="choices" inert=move || here.is_being_made()>
                {choice(Way::Create, Glyph::Branch)} {choice(Way::Join, Glyph::Link)}
                {choice(Way::Restore, Glyph::Import)}
                {(!invited).then(|| choice(Way::Sample, Glyph::Echo))}
            </div>
            {move || match chosen.get() {
                Way::Create => view! { <CreateForm /> }.into_any(),
                Way::Join => view! { <JoinForm /> }.into_any(),
                Way::Restore => view! { <RestoreForm /> }.into_any(),
                Way::Sample => in_part(Show::Make),
            }}
        </WizardFrame>
    }
}

/// The quiet frame of the first run.
#[component]
fn WizardFrame(children: Children) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    view! {
        <main class="wizard">
            <div class="wizard-top">
                <span class="brand">
                    <span class="mark">
                        <Icon glyph=Glyph::Echo />
                    </span>
                    <span class="brand-name">
                        <strong>{move || t.get().shell.app_name}</strong>
                        <span class="muted">{move || t.get().shell.tagline}</span>
                    </span>
                </span>
                <span class="actions">
                    <ThemeButton />
                    <LanguageButton />
                </span>
            </div>
            <ErrorState problem=engine.trouble />
            <section class="card wizard-card">{children()}</section>
        </main>
    }
}

/// Returns whether the address is the one at which a company is joined.
fn at_join() -> bool {
    let location = use_location();
    location
        .pathname
        .with_untracked(|path| path.ends_with("/join"))
}

/// Returns the invitation in the address, if there is one: the whole address, which carries it after `#`.
fn invitation() -> Option<String> {
    untrack(|| is_invited(&use_location())).then(|| window().location().href().unwrap_or_default())
}

/// Returns whether the address carries an invitation, tracked.
fn is_invited(location: &Location) -> bool {
    let payload = location.hash.get();
    location.pathname.with(|path| path.ends_with("/join"))
        && !payload.trim_start_matches('#').is_empty()
}
