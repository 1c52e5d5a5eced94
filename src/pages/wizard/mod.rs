//! The first run: make a company, or join one; and the wait for its data.

mod create_form;
mod join_form;
mod joined;
mod waiting;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{
    pages::frame::{LanguageButton, ThemeButton},
    shell::{engine::use_engine, title::set_title},
    texts::use_texts,
    ui::{ErrorState, Glyph, Icon},
};

use create_form::CreateForm;
use join_form::JoinForm;
pub use joined::JoinedPage;
pub use waiting::Waiting;

/// The first screen of a new device.
#[component]
pub fn Wizard() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().wizard.title);
    let invited = invitation().is_some();
    let joining = RwSignal::new(invited);
    let choice = move |join: bool, glyph: Glyph| {
        view! {
            <button
                type="button"
                class="choice"
                aria-pressed=move || (joining.get() == join).to_string()
                on:click=move |_| joining.set(join)
            >
                <Icon glyph />
                <span>
                    <strong>
                        {move || {
                            let w = &t.get().wizard;
                            if join { w.join } else { w.create }
                        }}
                    </strong>
                    <span class="muted">
                        {move || {
                            let w = &t.get().wizard;
                            if join { w.join_hint } else { w.create_hint }
                        }}
                    </span>
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
            <div class="choices">{choice(false, Glyph::Branch)} {choice(true, Glyph::Link)}</div>
            {move || {
                if joining.get() {
                    view! { <JoinForm /> }.into_any()
                } else {
                    view! { <CreateForm /> }.into_any()
                }
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

/// Returns the invitation in the address, if there is one: the whole address, which carries it after `#`.
fn invitation() -> Option<String> {
    let location = use_location();
    let payload = location.hash.get_untracked();
    let payload = payload.trim_start_matches('#');
    (location.pathname.get_untracked().ends_with("/join") && !payload.is_empty())
        .then(|| window().location().href().unwrap_or_default())
}
