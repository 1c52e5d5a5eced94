//! Where a file is dropped or chosen.

use leptos::{ev, prelude::*};

use super::desk::use_desk;
use crate::{
    texts::use_texts,
    ui::{FileButton, Glyph, Icon, Look, Progress},
};

/// Kinds of files offered by the file dialog of the system.
pub const ACCEPT: &str =
    ".xlsx,.xlsm,.vcf,.csv,.txt,.tsv,.jsonl,.ndjson,text/csv,application/x-ndjson";

/// Takes a file dropped on it, or offers to choose one.
#[component]
pub fn DropZone() -> impl IntoView {
    let t = use_texts();
    let desk = use_desk();
    let over = RwSignal::new(false);
    let opening = move || desk.work.with(Option::is_some);
    let dropped = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        let files = event.data_transfer().and_then(|data| data.files());
        if let Some(file) = files.and_then(|files| files.get(0)) {
            desk.choose(file);
        }
    };
    view! {
        <section
            class="card drop-zone"
            class:over=move || over.get()
            aria-label=move || t.get().import.drop_title
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            <span class="empty-icon">
                <Icon glyph=Glyph::Import />
            </span>
            {move || {
                if opening() {
                    let label = Signal::derive(move || (t.get().import.opening)(&desk.name.get()));
                    view! {
                        <Progress
                            label
                            done=move || desk.looked().0 as f64
                            total=move || desk.looked().1 as f64
                        />
                    }
                        .into_any()
                } else {
                    view! {
                        <h2>{move || t.get().import.drop_title}</h2>
                        <p class="muted">{move || t.get().import.drop_text}</p>
                        <FileButton
                            look=Look::Primary
                            label=move || t.get().import.choose_file
                            accept=ACCEPT
                            take=move |file| desk.choose(file)
                        />
                    }
                        .into_any()
                }
            }}
        </section>
    }
}
