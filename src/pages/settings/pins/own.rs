//! The PIN of the person at this device: whether it is set, the number to compare, changing it.

use huiyin_api::{Request, StaffKeyState, StaffKeyView};
use leptos::prelude::*;

use super::form::{PinAct, PinSetting};
use crate::{
    shell::{ask, intl, live::live},
    texts::{newcomers::in_groups, pins, use_texts},
    ui::{Button, ErrorState, Glyph, Icon, Look},
};

/// The PIN of the person at this device.
#[component]
pub fn MyPin() -> impl IntoView {
    let t = use_texts();
    let texts = move || pins::of(t.language());
    let view = live(move || Some(Request::StaffKeys), ask::staff_keys);
    let act = RwSignal::new(PinAct::default());
    let known = Memo::new(move |_| view.value.with(Option::is_some));
    let has_pin = Memo::new(move |_| {
        view.value
            .with(|view| view.as_ref().is_some_and(|view| view.has_pin))
    });
    // The person's keys of this device that are not over: the one in use, and one that waits.
    let here = Memo::new(move |_| {
        let view = view.value.get().unwrap_or_default();
        let own = view.keys.into_iter();
        own.filter(|key| key.staff == view.staff && key.here && key.state != StaffKeyState::Ended)
            .collect::<Vec<StaffKeyView>>()
    });
    let press = move |wanted: PinAct| move || act.set(wanted);
    let buttons = move || {
        if !has_pin.get() {
            return view! {
                <Button press=press(PinAct::Set)>{move || texts().set}</Button>
            }
            .into_any();
        }
        view! {
            <Button press=press(PinAct::Change)>{move || texts().change}</Button>
            <Button look=Look::Quiet press=press(PinAct::Forgotten)>
                {move || texts().forgotten}
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
                {move || {
                    (known.get() && !has_pin.get())
                        .then(|| {
                            view! {
                                <p class="reminder-state" role="status">
                                    <Icon glyph=Glyph::Note />
                                    <span>{move || texts().none}</span>
                                </p>
                            }
                        })
                }}
                <For each=move || here.get() key=|key| (key.key.clone(), key.state as u8, key.number.clone()) let:key>
                    <Standing key />
                </For>
                <ErrorState problem=view.problem />
                <div class="actions">{buttons}</div>
            </div>
            <PinSetting act />
        </section>
    }
}

/// How a key of the person stands.
#[component]
fn Standing(key: StaffKeyView) -> impl IntoView {
    let t = use_texts();
    let texts = move || pins::of(t.language());
    if key.state == StaffKeyState::Certified {
        let since = key.since.unwrap_or_default();
        let when = move || (texts().certified)(&intl::date_time(t.language(), since));
        return view! {
            <p class="reminder-state" role="status">
                <Icon glyph=Glyph::Check />
                <span>{when}</span>
            </p>
        }
        .into_any();
    }
    let Some(number) = key.number else {
        return view! {
            <p class="reminder-state" role="status">
                <Icon glyph=Glyph::Note />
                <span>{move || texts().waiting}</span>
            </p>
        }
        .into_any();
    };
    view! {
        <div role="status">
            <p class="strong">{move || texts().waiting_number}</p>
            <output class="six-digits" aria-label=move || texts().number>
                {in_groups(&number)}
            </output>
            <p class="muted">{move || texts().waiting_text}</p>
        </div>
    }
    .into_any()
}
