//! What can be done with the opened file: try, import, put away.

use leptos::prelude::*;

use super::desk::use_desk;
use crate::{
    shell::intl,
    texts::use_texts,
    ui::{Button, Glyph, Look},
};

/// The bar at the foot of the preview.
#[component]
pub fn RunBar() -> impl IntoView {
    let t = use_texts();
    let desk = use_desk();
    let busy = Signal::derive(move || desk.work.with(Option::is_some));
    let rows = move || desk.read(|preview| preview.rows.saturating_sub(preview.rejected_total));
    let nothing = Signal::derive(move || rows() == 0);
    let run = move || {
        let t = t.get();
        if nothing.get() {
            t.import.nothing_to_run.to_owned()
        } else {
            (t.import.run)(&intl::count(t.language, rows()))
        }
    };
    view! {
        <footer class="run-bar">
            <Button look=Look::Quiet press=move || desk.put_away()>
                {move || t.get().import.put_away}
            </Button>
            <span class="spacer"></span>
            <Button busy disabled=nothing press=move || desk.run(true)>
                {move || t.get().import.dry_run}
            </Button>
            <Button look=Look::Primary icon=Glyph::Import busy disabled=nothing press=move || desk.run(false)>
                {run}
            </Button>
        </footer>
    }
}
