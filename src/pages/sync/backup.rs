//! Backups, and whether the browser keeps this device's data.

use huiyin_api::{Problem, Request};
use leptos::{prelude::*, task::spawn_local};

use super::{backup_dialog::BackupDialog, backup_folder::BackupFolder};
use crate::{
    pages::shared::room_words,
    shell::{
        device_storage, engine::use_engine, intl, notices::use_toaster,
        replication::use_replication, safekeeping::use_safekeeping,
    },
    texts::{safekeeping, sync::SyncTexts, use_texts},
    ui::{Button, ErrorState, Glyph, Icon},
};

type Name = fn(&SyncTexts) -> &'static str;

/// Backup files and the state of storage.
#[component]
pub fn Backup() -> impl IntoView {
    let t = use_texts();
    let replication = use_replication();
    let problem = RwSignal::new(None::<Problem>);
    let open = RwSignal::new(false);
    // Who may invite is an administrator.
    let administrator = Memo::new(move |_| replication.get().is_some_and(|view| view.may_invite));
    view! {
        <section class="card" aria-label=move || t.get().sync.backup>
            <div class="card-head">
                <h2>{move || t.get().sync.backup}</h2>
            </div>
            <div class="card-body form-section">
                <p class="muted">{move || t.get().sync.backup_text}</p>
                {move || {
                    if administrator.get() {
                        return view! { <FullBackup open /> }.into_any();
                    }
                    view! {
                        <Way
                            request=Request::ExportBundle
                            name=|s| s.backup_bundle
                            text=|s| s.backup_bundle_text
                            problem
                        />
                    }
                        .into_any()
                }}
                <Way
                    request=Request::ExportJsonl
                    name=|s| s.backup_lines
                    text=|s| s.backup_lines_text
                    problem
                />
                <ErrorState problem />
                <StorageState />
            </div>
        </section>
        <BackupDialog open />
    }
}

/// The backup that restores everything; only administrators' devices hold all it needs.
#[component]
fn FullBackup(open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let replication = use_replication();
    let last = move || {
        let texts = t.get();
        let words = safekeeping::of(texts.language);
        let backup = replication.get().and_then(|view| view.backup)?;
        Some(match backup.last {
            None => words.never.to_owned(),
            Some(at) => (words.last)(&intl::date_time(texts.language, at)),
        })
    };
    view! {
        <div class="way">
            <Button icon=Glyph::Export press=move || open.set(true)>
                {move || t.get().sync.backup_full}
            </Button>
            <p class="muted">{move || t.get().sync.backup_full_text}</p>
        </div>
        <p class="muted num">{last}</p>
        <BackupFolder />
    }
}

/// One kind of backup: a button and what it is good for.
#[component]
fn Way(
    request: Request,
    name: Name,
    text: Name,
    problem: RwSignal<Option<Problem>>,
) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let busy = RwSignal::new(false);
    let press = move || {
        busy.set(true);
        problem.set(None);
        let request = request.clone();
        spawn_local(async move {
            let result = engine.download(request).await;
            busy.try_set(false);
            match result {
                Ok(name) => toaster.good((t.now().sync.exported)(&name)),
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    view! {
        <div class="way">
            <Button icon=Glyph::Export busy press=press>
                {move || name(&t.get().sync)}
            </Button>
            <p class="muted">{move || text(&t.get().sync)}</p>
        </div>
    }
}

/// Whether the browser keeps the data, and how much there is.
#[component]
fn StorageState() -> impl IntoView {
    let t = use_texts();
    let toaster = use_toaster();
    let safe = use_safekeeping();
    let storage = safe.storage;
    let busy = RwSignal::new(false);
    safe.look();
    let keep = move || {
        busy.set(true);
        spawn_local(async move {
            let kept = device_storage::ask_to_keep().await;
            busy.try_set(false);
            let s = &t.now().sync;
            if kept {
                toaster.good(s.storage_granted);
            } else {
                toaster.say(s.storage_refused);
            }
            safe.look();
        });
    };
    let kept = move || storage.with(|storage| storage.map(|storage| storage.kept));
    let state = move || {
        let s = &t.get().sync;
        match kept() {
            Some(true) => s.storage_kept,
            Some(false) => s.storage_loose,
            None => s.storage_unknown,
        }
    };
    let used = move || {
        let t = t.get();
        storage
            .get()
            .filter(|storage| storage.quota > 0)
            .map(|storage| {
                let size = |bytes| intl::size(t.language, bytes);
                (t.sync.storage_used)(&size(storage.used), &size(storage.quota))
            })
    };
    let short = move || storage.with(|found| room_words(t.get(), found.as_ref()?));
    let safe = move || kept() == Some(true) && short().is_none();
    view! {
        <div class="storage" data-safe=move || safe().to_string()>
            {move || {
                let glyph = if safe() { Glyph::Check } else { Glyph::Warning };
                view! { <Icon glyph /> }
            }}
            <div>
                <strong>{state}</strong>
                <p class="muted num">{used}</p>
                {move || short().map(|told| view! { <p>{told}</p> })}
            </div>
            {move || {
                (kept() != Some(true))
                    .then(|| {
                        view! {
                            <Button busy press=keep>
                                {move || t.get().sync.storage_keep}
                            </Button>
                        }
                    })
            }}
        </div>
    }
}
