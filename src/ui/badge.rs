//! Badges: a dot, a word and a colour; the word alone says it all.

use leptos::prelude::*;

/// Colour of a badge by meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hue {
    /// No meaning.
    #[default]
    Neutral,
    /// Somebody has to act.
    Active,
    /// The ball is with somebody else.
    Waiting,
    /// Soon.
    Amber,
    /// Too late, or wrong.
    Red,
    /// Done well.
    Green,
}

impl Hue {
    /// Returns the name used by the style sheet.
    pub fn name(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Active => "active",
            Self::Waiting => "waiting",
            Self::Amber => "amber",
            Self::Red => "red",
            Self::Green => "green",
        }
    }
}

/// A badge.
#[component]
pub fn Badge(#[prop(into)] hue: Signal<Hue>, children: Children) -> impl IntoView {
    view! {
        <span class="badge" data-hue=move || hue.get().name()>
            {children()}
        </span>
    }
}
