//! The screen while the device is locked: one field, and what to do without the passphrase.

mod forgotten;

use huiyin_api::{LockIntent, Problem, ProblemCode};
use leptos::{ev, prelude::*};

use crate::{
    shell::lock::use_lock,
    texts::{lock, sentence, use_texts},
    ui::{Button, ErrorState, Glyph, Icon, InputKind, Look, TextField},
};

use forgotten::Forgotten;

/// The screen while the device is locked. The window's title says no more than the name of the app.
#[component]
pub fn LockScreen() -> impl IntoView {
    let t = use_texts();
    Effect::new(move |_| document().set_title(t.get().shell.app_name));
    let texts = move || lock::of(t.language());
    view! {
        <main class="opening lock-screen">
            <span class="mark large">
                <Icon glyph=Glyph::Echo />
            </span>
            <h1>{move || t.get().shell.app_name}</h1>
            <p class="muted">{move || texts().locked_text}</p>
            <UnlockForm />
            <Forgotten />
        </main>
    }
}

#[component]
fn UnlockForm() -> impl IntoView {
    let t = use_texts();
    let lock = use_lock();
    let texts = move || lock::of(t.language());
    let passphrase = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let wait = lock.wait_seconds();
    let said = move || {
        let seconds = wait.get();
        if seconds > 0 {
            return (texts().wait)(seconds);
        }
        let wrong = problem
            .get()
            .filter(|p| p.code == ProblemCode::WrongLockPassphrase);
        wrong
            .map(|problem| {
                let words = sentence(t.get(), &problem);
                format!("{} {}", words.error, words.next)
            })
            .unwrap_or_default()
    };
    let elsewhere = Signal::derive(move || {
        problem.get().filter(|problem| {
            !matches!(
                problem.code,
                ProblemCode::WrongLockPassphrase | ProblemCode::TryLater
            )
        })
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let typed = passphrase.get_untracked();
        if typed.is_empty() || busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        lock.ask(LockIntent::Unlock { passphrase: typed }, move |result| {
            busy.try_set(false);
            if let Err(found) = result {
                passphrase.try_set(String::new());
                problem.try_set(Some(found));
            }
        });
    };
    view! {
        <form class="form lock-form" novalidate autocomplete="off" on:submit=submit>
            <TextField
                label=move || texts().passphrase
                kind=InputKind::Secret
                value=passphrase
                input=move |value| passphrase.set(value)
                error=Signal::derive(said)
                required=true
                wide=true
                autofocus=true
            />
            <div class="wide">
                <ErrorState problem=elsewhere />
            </div>
            <Button
                look=Look::Primary
                submit=true
                busy
                disabled=Signal::derive(move || { wait.get() > 0 })
            >
                {move || if busy.get() { texts().opening } else { texts().unlock }}
            </Button>
        </form>
    }
}
