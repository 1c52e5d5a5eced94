//! Harmless preferences of this browser: language, theme, density, shortcuts, reminders, last screen.

use huiyin_api::Language;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::remembered::{recall, remember};

const STORAGE_KEY: &str = "huiyin-preferences";

/// Light, dark, or what the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Follows the system.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// Every theme in the order offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Returns the name written to the document.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// How close the rows of lists stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Density {
    /// Room to breathe.
    #[default]
    Regular,
    /// More rows on the screen.
    Compact,
}

/// What this browser remembers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// `zh` or `en`.
    pub language: String,
    /// Light, dark or system.
    pub theme: Theme,
    /// Density of lists.
    pub density: Density,
    /// Single-key shortcuts are on.
    pub shortcuts: bool,
    /// Reminders are shown as notices of the system.
    pub reminders: bool,
    /// Reminders also at night.
    pub reminders_at_night: bool,
    /// Screen shown last.
    pub last_route: String,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            language: language_of_browser().to_owned(),
            theme: Theme::default(),
            density: Density::default(),
            shortcuts: true,
            reminders: false,
            reminders_at_night: false,
            last_route: String::new(),
        }
    }
}

impl Preferences {
    /// Returns the language of the screen.
    pub fn language(&self) -> Language {
        if self.language == "en" {
            Language::English
        } else {
            Language::Chinese
        }
    }
}

/// Reads the preferences, writes them back on every change and tells the document about language, theme and density.
pub fn keep() -> RwSignal<Preferences> {
    let preferences = RwSignal::new(recall::<Preferences>(STORAGE_KEY).unwrap_or_default());
    Effect::new(move |_| {
        preferences.with(|now| {
            remember(STORAGE_KEY, now);
            tell_document(now);
        });
    });
    preferences
}

/// Returns the preferences.
pub fn use_preferences() -> RwSignal<Preferences> {
    expect_context()
}

fn tell_document(now: &Preferences) {
    let Some(root) = document().document_element() else {
        return;
    };
    let language = match now.language() {
        Language::Chinese => "zh-CN",
        Language::English => "en",
    };
    let density = match now.density {
        Density::Regular => "regular",
        Density::Compact => "compact",
    };
    for (name, value) in [
        ("lang", language),
        ("data-theme", now.theme.name()),
        ("data-density", density),
    ] {
        // Plain attribute names are always valid.
        let _ = root.set_attribute(name, value);
    }
}

fn language_of_browser() -> &'static str {
    let wanted = window().navigator().language().unwrap_or_default();
    if wanted.is_empty() || wanted.to_ascii_lowercase().starts_with("zh") {
        "zh"
    } else {
        "en"
    }
}
