//! Buttons and links that look like buttons.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::shell::base::use_base;

/// How much a button stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Look {
    /// The one thing to do on a screen.
    Primary,
    /// One of several things to do.
    #[default]
    Plain,
    /// Barely there until pointed at.
    Quiet,
    /// Takes something away.
    Danger,
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Plain => "button",
            Self::Quiet => "button quiet",
            Self::Danger => "button danger",
        }
    }
}

/// A button. While busy it cannot be pressed again and says so to assistive technology.
#[component]
pub fn Button(
    #[prop(optional)] look: Look,
    #[prop(optional)] icon: Option<Glyph>,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// True for the button that submits its form.
    #[prop(optional)]
    submit: bool,
    #[prop(optional, into)] press: Option<Callback<()>>,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=look.class()
            disabled=move || disabled.get() || busy.get()
            aria-busy=move || busy.get().then_some("true")
            on:click=move |_| {
                if let Some(press) = press {
                    press.run(());
                }
            }
        >
            {icon.map(|glyph| view! { <Icon glyph /> })}
            <span>{children()}</span>
        </button>
    }
}

/// A link to a path of the app that looks like a button.
#[component]
pub fn LinkButton(
    /// Path of the app, such as `/cases/new`.
    #[prop(into)]
    to: Signal<String>,
    #[prop(optional)] look: Look,
    #[prop(optional)] icon: Option<Glyph>,
    children: Children,
) -> impl IntoView {
    let base = use_base();
    view! {
        <a class=look.class() href=move || base.href(&to.get())>
            {icon.map(|glyph| view! { <Icon glyph /> })}
            <span>{children()}</span>
        </a>
    }
}
