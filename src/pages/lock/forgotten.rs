//! Without the passphrase: what that means, and removing what this device holds after a typed confirmation.

use huiyin_api::{LockIntent, Problem};
use leptos::{ev, prelude::*};

use crate::{
    shell::{files, lock::use_lock, session::forget_session},
    texts::{lock, use_texts},
    ui::{Button, ErrorState, Fold, Look, TextField},
};

/// What to do without the passphrase.
#[component]
pub fn Forgotten() -> impl IntoView {
    let t = use_texts();
    let lock = use_lock();
    let texts = move || lock::of(t.language());
    let typed = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let unsure = Signal::derive(move || typed.with(|typed| typed.trim() != texts().erase_word));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if unsure.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        lock.ask(LockIntent::Erase, move |result| match result {
            Ok(_) => {
                forget_session();
                files::reload();
            }
            Err(found) => {
                busy.try_set(false);
                problem.try_set(Some(found));
            }
        });
    };
    view! {
        <Fold title=move || texts().forgotten needed=false>
            <form class="form lock-form" novalidate autocomplete="off" on:submit=submit>
                <p class="wide">{move || texts().forgotten_text}</p>
                <p class="wide notice">{move || (texts().erase_text)(texts().erase_word)}</p>
                <TextField
                    label=move || texts().erase_field
                    value=typed
                    input=move |value| typed.set(value)
                    wide=true
                />
                <div class="wide">
                    <ErrorState problem />
                </div>
                <Button look=Look::Danger submit=true busy disabled=unsure>
                    {move || texts().erase}
                </Button>
            </form>
        </Fold>
    }
}
