//! Reminders as notices of the system: only after a press of the button here.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    shell::{
        notify::{self, Permission},
        preferences::use_preferences,
    },
    texts::use_texts,
    ui::{Button, Glyph, Icon},
};

/// Consent, and whether also at night.
#[component]
pub fn Reminders() -> impl IntoView {
    let t = use_texts();
    let preferences = use_preferences();
    let permission = RwSignal::new(notify::permission());
    let on = Memo::new(move |_| {
        permission.get() == Permission::Granted && preferences.with(|now| now.reminders)
    });
    let switch_on = move || {
        spawn_local(async move {
            let said = notify::ask_permission().await;
            permission.try_set(said);
            if said == Permission::Granted {
                preferences.update(|now| now.reminders = true);
            }
        });
    };
    let state = move || {
        let words = &t.get().settings;
        match permission.get() {
            Permission::Unsupported => words.reminders_unsupported,
            Permission::Denied => words.reminders_denied,
            _ if on.get() => words.reminders_on,
            _ => words.reminders_off,
        }
    };
    view! {
        <section class="card" aria-label=move || t.get().settings.reminders>
            <div class="card-head">
                <h2>{move || t.get().settings.reminders}</h2>
            </div>
            <div class="card-body form-section">
                <p class="muted">{move || t.get().settings.reminders_text}</p>
                <p class="reminder-state" role="status">
                    <Icon glyph=Glyph::Bell />
                    <span>{state}</span>
                </p>
                {move || match (permission.get(), on.get()) {
                    (Permission::Unsupported | Permission::Denied, _) => ().into_any(),
                    (_, false) => {
                        view! {
                            <div class="actions">
                                <Button press=switch_on>{move || t.get().settings.reminders_switch_on}</Button>
                            </div>
                        }
                            .into_any()
                    }
                    (_, true) => {
                        view! {
                            <label class="checkbox">
                                <input
                                    type="checkbox"
                                    prop:checked=move || preferences.with(|now| now.reminders_at_night)
                                    on:change:target=move |event| {
                                        let at_night = event.target().checked();
                                        preferences.update(|now| now.reminders_at_night = at_night);
                                    }
                                />
                                <span>{move || t.get().settings.reminders_at_night}</span>
                            </label>
                            <div class="actions">
                                <Button press=move || preferences.update(|now| now.reminders = false)>
                                    {move || t.get().settings.reminders_switch_off}
                                </Button>
                            </div>
                        }
                            .into_any()
                    }
                }}
            </div>
        </section>
    }
}
