//! The title of the window follows the screen. Browsers keep titles in their history, in plain: a title names screens and numbers, never
//! a customer or what a case is about.

use leptos::prelude::*;

use crate::texts::use_texts;

/// Names the window after the screen while the calling view is shown.
pub fn set_title<S: Into<String>>(title: impl Fn() -> S + 'static) {
    let t = use_texts();
    Effect::new(move |_| {
        let screen: String = title().into();
        let app = t.get().shell.app_name;
        document().set_title(&format!("{screen} · {app}"));
    });
}
