//! The list of keyboard shortcuts.

use leptos::prelude::*;

use super::{Button, Dialog, Glyph};
use crate::{
    shell::{preferences::use_preferences, tour::use_tour},
    texts::{sample, use_texts},
};

/// The list of shortcuts in a dialog.
#[component]
pub fn KeyHelp(open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let preferences = use_preferences();
    let tour = use_tour();
    let rows = move || {
        let s = &t.get().shell;
        [
            (&["Ctrl", "K"][..], s.key_palette),
            (&["N"], s.key_new),
            (&["Q"], t.get().desk.quick),
            (&["/"], s.key_search),
            (&["J", "K"], s.key_move),
            (&["Enter"], s.key_open),
            (&["X"], t.get().bulk.key_choose),
            (&["<", ">"], t.get().bulk.key_move),
            (&["E"], s.key_edit),
            (&["Ctrl", "Enter"], s.key_save),
            (&["Esc"], s.key_back),
            (&["G", "H"], s.key_home),
            (&["G", "C"], s.key_customers),
            (&["G", "K"], s.key_cases),
            (&["G", "L"], crate::texts::lock::of(t.language()).lock_now),
            (&["?"], s.key_help),
        ]
        .into_iter()
        .map(|(keys, name)| {
            view! {
                <div class="key-row">
                    <dt>{name}</dt>
                    <dd>{keys.iter().map(|key| view! { <kbd>{*key}</kbd> }).collect_view()}</dd>
                </div>
            }
        })
        .collect_view()
    };
    view! {
        <Dialog open title=move || t.get().shell.keys>
            <dl class="keys">{rows}</dl>
            <div class="pad">
                <Button
                    icon=Glyph::Next
                    press=move || {
                        open.set(false);
                        tour.begin();
                    }
                >
                    {move || sample::of(t.language()).key_tour}
                </Button>
            </div>
            {move || {
                let off = !preferences.with(|now| now.shortcuts);
                off.then(|| view! { <p class="muted pad">{t.get().shell.keys_off}</p> })
            }}
        </Dialog>
    }
}
