//! The dialog that asks for the PIN of the person while a decision waits for it. What was typed elsewhere stays as it is.

use huiyin_api::{Problem, Request};
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    shell::{engine::use_engine, lock::use_lock},
    texts::{pins, sentence, use_texts},
    ui::{Dialog, DialogFoot, InputKind, TextField},
};

/// The dialog; closed while no decision waits.
#[component]
pub fn PinDialog() -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let lock = use_lock();
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        let wanted = engine.pin.with(Option::is_some);
        if wanted != open.get_untracked() {
            open.set(wanted);
        }
    });
    // Closed without a PIN: the decision is given up.
    Effect::new(move |_| {
        if !open.get() && engine.pin.with_untracked(Option::is_some) {
            engine.pin_given(false);
        }
    });
    Effect::new(move |_| {
        if lock.is_locked() {
            engine.pin_given(false);
        }
    });
    view! {
        <Dialog open title=move || pins::of(t.language()).wanted>
            <Form open />
        </Dialog>
    }
}

#[component]
fn Form(open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let texts = move || pins::of(t.language());
    let pin = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let who = engine.pin.get_untracked().unwrap_or_default();
    let error = Signal::derive(move || {
        problem.get().map_or_else(String::new, |problem| {
            let words = sentence(t.get(), &problem);
            format!("{} {}", words.error, words.next)
        })
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let typed = pin.get_untracked();
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let result = engine.tell(Request::UnlockStaff { pin: typed }).await;
            busy.try_set(false);
            match result {
                Ok(()) => engine.pin_given(true),
                Err(found) => {
                    pin.try_set(String::new());
                    problem.try_set(Some(found));
                }
            }
        });
    };
    view! {
        <form class="form" novalidate autocomplete="off" on:submit=submit>
            <p class="wide muted">{move || (texts().wanted_text)(&who)}</p>
            <TextField
                label=move || texts().pin
                kind=InputKind::Pin
                value=pin
                input=move |value| pin.set(value)
                error
                required=true
                wide=true
                autofocus=true
            />
            <DialogFoot open busy submit=move || texts().sign />
        </form>
    }
}
