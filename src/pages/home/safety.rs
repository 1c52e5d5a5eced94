//! What endangers this device's data: too little room, no backup, a folder that cannot be written to. Each line leads to the sync screen.

use leptos::prelude::*;

use crate::{
    pages::shared::room_words,
    shell::{
        base::use_base,
        clock::use_clock,
        intl,
        replication::use_replication,
        safekeeping::{FolderState, is_due, use_safekeeping},
    },
    texts::{safekeeping, use_texts},
    ui::{Glyph, Icon},
};

/// The lines; nothing while all is well.
#[component]
pub fn Safety() -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let clock = use_clock();
    let replication = use_replication();
    let safe = use_safekeeping();
    let backup = Memo::new(move |_| replication.get().and_then(|view| view.backup));
    let space = move || {
        safe.storage
            .with(|found| room_words(t.get(), found.as_ref()?))
    };
    let due = move || {
        let texts = t.get();
        let words = safekeeping::of(texts.language);
        let backup = backup.get().filter(|backup| is_due(backup, clock.now()))?;
        let days = intl::number(texts.language, f64::from(backup.days));
        let told = match backup.last {
            None => (words.due_never)(&days),
            Some(at) => (words.due)(&intl::date_time(texts.language, at), &days),
        };
        Some(format!("{told} {}", words.back_up))
    };
    let folder = move || {
        let words = safekeeping::of(t.language());
        let by_itself = backup.get().is_some_and(|backup| backup.by_itself);
        match safe.folder.get() {
            FolderState::NoRight(name) if by_itself => Some((words.folder_no_right)(&name)),
            FolderState::Refused(name) if by_itself => Some((words.folder_refused)(&name)),
            _ => None,
        }
    };
    let line = move |told: Option<String>| {
        told.map(|told| {
            view! {
                <a class="notice" href=base.href("/sync")>
                    <Icon glyph=Glyph::Warning />
                    <span>{told}</span>
                </a>
            }
        })
    };
    view! {
        {move || line(space())}
        {move || line(folder())}
        {move || line(due())}
    }
}
