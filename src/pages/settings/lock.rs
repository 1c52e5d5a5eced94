//! The lock of this device: a passphrase set, changed and removed, and how long until it locks itself.

use huiyin_api::{LOCK_IDLE_MINUTES, LockIntent};
use leptos::prelude::*;

use super::lock_dialog::{LockAct, LockDialog};
use crate::{
    shell::{lock::use_lock, notices::use_toaster},
    texts::{lock, use_texts},
    ui::{Button, Glyph, Icon, Look, Progress, SelectField},
};

/// The lock of this device.
#[component]
pub fn LockSection() -> impl IntoView {
    let t = use_texts();
    let lock = use_lock();
    let texts = move || lock::of(t.language());
    let act = RwSignal::new(LockAct::default());
    let set = Memo::new(move |_| lock.is_set() == Some(true));
    let press = move |wanted: LockAct| move || act.set(wanted);
    let buttons = move || {
        if !set.get() {
            return view! { <Button press=press(LockAct::Set)>{move || texts().set}</Button> }
                .into_any();
        }
        view! {
            <Button look=Look::Primary press=move || lock.lock_now()>
                {move || texts().lock_now}
            </Button>
            <Button press=press(LockAct::Change)>{move || texts().change}</Button>
            <Button look=Look::Quiet press=press(LockAct::Remove)>
                {move || texts().remove}
            </Button>
        }
        .into_any()
    };
    view! {
        <section class="card" aria-label=move || texts().title>
            <div class="card-head">
                <h2>{move || texts().title}</h2>
            </div>
            <div class="card-body form-section">
                <p class="muted">{move || texts().text}</p>
                <p class="reminder-state" role="status">
                    <Icon glyph=if set.get_untracked() { Glyph::Check } else { Glyph::Note } />
                    <span>{move || if set.get() { texts().on } else { texts().off }}</span>
                </p>
                {move || set.get().then(|| view! { <Idle /> })}
                <Sealing />
                <div class="actions">{buttons}</div>
            </div>
            <LockDialog act />
        </section>
    }
}

/// After how long the device locks itself.
#[component]
fn Idle() -> impl IntoView {
    let t = use_texts();
    let lock = use_lock();
    let toaster = use_toaster();
    let texts = move || lock::of(t.language());
    let value = move || {
        let minutes = lock.get().map_or(0, |view| view.idle_minutes);
        minutes.to_string()
    };
    let choices = move || {
        LOCK_IDLE_MINUTES
            .map(|minutes| (minutes.to_string(), (texts().idle_name)(minutes)))
            .to_vec()
    };
    let choose = move |value: String| {
        let Ok(minutes) = value.parse() else { return };
        lock.ask(LockIntent::Idle { minutes }, move |result| {
            if let Err(problem) = result {
                toaster.problem(&problem);
            }
        });
    };
    view! {
        <SelectField
            label=move || texts().idle
            value=Signal::derive(value)
            input=choose
            choices=Signal::derive(choices)
        />
    }
}

/// How far sealing anew has come, while it goes on.
#[component]
fn Sealing() -> impl IntoView {
    let t = use_texts();
    let lock = use_lock();
    let sealing = Memo::new(move |_| lock.get().and_then(|view| view.sealing));
    let under_way = Memo::new(move |_| sealing.get().is_some());
    let part = move |pick: fn((u32, u32)) -> u32| {
        Signal::derive(move || sealing.get().map_or(0.0, |parts| f64::from(pick(parts))))
    };
    move || {
        under_way.get().then(|| {
            view! {
                <Progress
                    label=move || lock::of(t.language()).sealing
                    done=part(|(done, _)| done)
                    total=part(|(_, total)| total)
                />
            }
        })
    }
}
