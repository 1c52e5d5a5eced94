//! What this browser remembers: language, theme, density, shortcuts.

use leptos::prelude::*;

use crate::{
    shell::preferences::{Density, Preferences, Theme, use_preferences},
    texts::{Texts, use_texts},
    ui::{Tab, Tabs},
};

type Name = fn(&Texts) -> &'static str;
type Choices = &'static [(&'static str, Name)];

const LANGUAGES: Choices = &[("zh", |_| "中文"), ("en", |_| "English")];
const THEMES: Choices = &[
    ("system", |t| t.shell.theme_system),
    ("light", |t| t.shell.theme_light),
    ("dark", |t| t.shell.theme_dark),
];
const DENSITIES: Choices = &[
    ("regular", |t| t.settings.density_regular),
    ("compact", |t| t.settings.density_compact),
];

/// The settings of the screen.
#[component]
pub fn Browser() -> impl IntoView {
    let t = use_texts();
    let preferences = use_preferences();
    let choose_language = |now: &mut Preferences, value: &str| value.clone_into(&mut now.language);
    let choose_theme = |now: &mut Preferences, value: &str| {
        let found = Theme::ALL.into_iter().find(|theme| theme.name() == value);
        now.theme = found.unwrap_or_default();
    };
    let choose_density = |now: &mut Preferences, value: &str| {
        now.density = if value == "compact" {
            Density::Compact
        } else {
            Density::Regular
        };
    };
    let density = |now: &Preferences| {
        match now.density {
            Density::Regular => "regular",
            Density::Compact => "compact",
        }
        .to_owned()
    };
    view! {
        <section class="card" aria-label=move || t.get().settings.browser>
            <div class="card-head">
                <h2>{move || t.get().settings.browser}</h2>
            </div>
            <div class="card-body form-section">
                <p class="muted">{move || t.get().settings.browser_text}</p>
                <Choice
                    name=|t| t.settings.language
                    choices=LANGUAGES
                    read=|now| now.language.clone()
                    choose=choose_language
                />
                <Choice
                    name=|t| t.settings.theme
                    choices=THEMES
                    read=|now| now.theme.name().to_owned()
                    choose=choose_theme
                />
                <Choice name=|t| t.settings.density choices=DENSITIES read=density choose=choose_density />
                <div class="choice-row">
                    <span class="choice-name" aria-hidden="true">
                        {move || t.get().settings.shortcuts}
                    </span>
                    <label class="checkbox">
                        <input
                            type="checkbox"
                            prop:checked=move || preferences.with(|now| now.shortcuts)
                            on:change:target=move |event| {
                                let on = event.target().checked();
                                preferences.update(|now| now.shortcuts = on);
                            }
                        />
                        <span>{move || t.get().settings.shortcuts_on}</span>
                    </label>
                </div>
            </div>
        </section>
    }
}

/// One setting with a few values, all in sight.
#[component]
fn Choice(
    name: Name,
    choices: Choices,
    read: fn(&Preferences) -> String,
    choose: fn(&mut Preferences, &str),
) -> impl IntoView {
    let t = use_texts();
    let preferences = use_preferences();
    let tabs = move || {
        let texts = t.get();
        let tab = |(value, name): &(&'static str, Name)| Tab {
            value: (*value).to_owned(),
            name: name(texts).to_owned(),
            count: None,
            urgent: false,
        };
        choices.iter().map(tab).collect::<Vec<_>>()
    };
    view! {
        <div class="choice-row">
            <span class="choice-name" aria-hidden="true">
                {move || name(t.get())}
            </span>
            <Tabs
                label=move || name(t.get())
                tabs=Signal::derive(tabs)
                chosen=Signal::derive(move || preferences.with(read))
                choose=move |value: String| preferences.update(|now| choose(now, &value))
            />
        </div>
    }
}
