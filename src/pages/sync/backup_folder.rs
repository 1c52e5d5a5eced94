//! Backups that the program writes to a folder by itself: choosing it, the passphrase, what became of them.

use huiyin_api::{Problem, ProblemCode, Request};
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    shell::{
        backup_folder::KEPT_BACKUPS,
        engine::use_engine,
        intl,
        notices::use_toaster,
        replication::use_replication,
        safekeeping::{FolderState, use_safekeeping},
    },
    texts::{safekeeping, sentence, use_texts},
    ui::{Button, Dialog, DialogFoot, ErrorState, Glyph, Icon, TextField},
};

/// The folder and its state. Shown where the browser can write to one.
#[component]
pub fn BackupFolder() -> impl IntoView {
    let t = use_texts();
    let safe = use_safekeeping();
    let replication = use_replication();
    let words = move || safekeeping::of(t.language());
    let open = RwSignal::new(false);
    let by_itself = Memo::new(move |_| {
        let backup = replication.get().and_then(|view| view.backup);
        backup.is_some_and(|backup| backup.by_itself)
    });
    let choose = move || {
        spawn_local(async move {
            if safe.choose_folder().await.is_some() {
                open.try_set(true);
            }
        });
    };
    let state = move || {
        let told = |warning: bool, told: String| {
            let glyph = if warning {
                Glyph::Warning
            } else {
                Glyph::Check
            };
            view! {
                <p class="standing" role="status">
                    <Icon glyph />
                    <span>{told}</span>
                </p>
            }
            .into_any()
        };
        match (safe.folder.get(), by_itself.get()) {
            (FolderState::Unknown | FolderState::None, _) => ().into_any(),
            (FolderState::NoRight(name), _) => told(true, (words().folder_no_right)(&name)),
            (FolderState::Refused(name), _) => told(true, (words().folder_refused)(&name)),
            (FolderState::Ready(name), true) => told(false, (words().folder_on)(&name)),
            (FolderState::Ready(_), false) => told(true, words().folder_unset.to_owned()),
        }
    };
    let actions = move || {
        let chosen = !matches!(safe.folder.get(), FolderState::Unknown | FolderState::None);
        let no_right = matches!(safe.folder.get(), FolderState::NoRight(_));
        let asked = move || {
            spawn_local(async move {
                safe.ask_for_right().await;
            });
        };
        view! {
            <div class="actions">
                {no_right
                    .then(|| {
                        view! { <Button press=asked>{move || words().folder_allow}</Button> }
                    })}
                {(chosen && !no_right && by_itself.get())
                    .then(|| {
                        view! {
                            <Button busy=safe.writing press=move || safe.back_up()>
                                {move || words().folder_now}
                            </Button>
                        }
                    })}
                <Button icon=Glyph::Export press=choose>
                    {move || if chosen { words().folder_other } else { words().folder_choose }}
                </Button>
                {chosen.then(|| view! { <Stop /> })}
            </div>
        }
    };
    let offered = Memo::new(move |_| safe.folder.with(|folder| *folder != FolderState::Unknown));
    view! {
        <Show when=move || offered.get()>
            <div class="form-section">
                <h3>{move || words().folder_title}</h3>
                <p class="muted">
                    {move || {
                        (words().folder_text)(&intl::count(t.language(), KEPT_BACKUPS as u64))
                    }}
                </p>
                {state}
                {actions}
            </div>
        </Show>
        <Dialog open title=move || words().folder_dialog>
            <PassphraseForm open />
        </Dialog>
    }
}

/// Ends the backups; the files stay.
#[component]
fn Stop() -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let safe = use_safekeeping();
    let busy = RwSignal::new(false);
    let stop = move || {
        busy.set(true);
        spawn_local(async move {
            let request = Request::BackUpByItself { passphrase: None };
            let result = engine.tell(request).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    safe.forget_folder().await;
                    toaster.say(safekeeping::of(t.now().language).folder_off_done);
                }
                Err(problem) => toaster.problem(&problem),
            }
        });
    };
    view! {
        <Button busy press=stop>
            {move || safekeeping::of(t.language()).folder_off}
        </Button>
    }
}

/// The passphrase is shown while it is typed: it is new, and mistyped it would make the files useless.
#[component]
fn PassphraseForm(open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let safe = use_safekeeping();
    let passphrase = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let short = |problem: &Problem| problem.code == ProblemCode::ShortPassphrase;
    let beside = move || {
        let found = problem.get().filter(short);
        found.map_or_else(String::new, |problem| {
            let words = sentence(t.get(), &problem);
            format!("{} {}", words.error, words.next)
        })
    };
    let elsewhere = Signal::derive(move || problem.get().filter(|problem| !short(problem)));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        problem.set(None);
        let request = Request::BackUpByItself {
            passphrase: Some(passphrase.get_untracked()),
        };
        spawn_local(async move {
            let result = engine.tell(request).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    safe.back_up();
                    open.try_set(false);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <p class="wide muted">{move || safekeeping::of(t.language()).folder_dialog_text}</p>
            <TextField
                label=move || t.get().sync.passphrase
                hint=move || t.get().sync.passphrase_hint
                value=passphrase
                input=move |value| passphrase.set(value)
                error=Signal::derive(beside)
                required=true
                wide=true
                autofocus=true
            />
            <p class="wide notice">
                <Icon glyph=Glyph::Warning />
                <span>{move || t.get().sync.passphrase_lost}</span>
            </p>
            <div class="wide">
                <ErrorState problem=elsewhere />
            </div>
            <DialogFoot open busy submit=move || t.get().common.save />
        </form>
    }
}
