//! The form that makes an empty device a member again from a full backup.

use huiyin_api::{Problem, ProblemCode, Request};
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    shell::{
        engine::use_engine, files, go::use_go, session::use_session, shared_files::use_shared_files,
    },
    texts::use_texts,
    ui::{Button, ErrorState, FileButton, Look, TextField},
};

/// Restores from a backup file and its passphrase.
#[component]
pub fn RestoreForm() -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let session = use_session();
    let go = use_go();
    let came = use_shared_files();
    let shared = came.backup().map(|one| one.file);
    let file = RwSignal::new_local(shared);
    let passphrase = RwSignal::new(String::new());
    let staff = RwSignal::new(String::new());
    let device = RwSignal::new(files::device_name());
    let busy = RwSignal::new(false);
    let tried = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let empty = |value: &RwSignal<String>| value.with_untracked(|value| value.trim().is_empty());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        problem.set(None);
        let Some(chosen) = file.get_untracked() else {
            problem.set(Some(Problem::new(ProblemCode::NotABackup)));
            return;
        };
        if [passphrase, staff, device].iter().any(empty) {
            return;
        }
        busy.set(true);
        let request = Request::RestoreBackup {
            passphrase: passphrase.get_untracked(),
            staff_name: staff.get_untracked().trim().to_owned(),
            device_name: device.get_untracked().trim().to_owned(),
        };
        spawn_local(async move {
            let bytes = files::read_file(&chosen).await;
            let result = engine.ask_with(request, bytes).await;
            busy.try_set(false);
            match result {
                Ok(_) => {
                    go.instead("/");
                    session.refresh();
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <div class="wide actions">
                <FileButton
                    label=move || t.get().wizard.choose_backup
                    accept=".huiyin-backup"
                    take=move |chosen| file.set(Some(chosen))
                />
                <span class="muted">
                    {move || file.get().map(|chosen| chosen.name()).unwrap_or_default()}
                </span>
            </div>
            <TextField
                label=move || t.get().sync.passphrase
                value=passphrase
                input=move |value| passphrase.set(value)
                error=missing(tried, passphrase, |t| t.sync.passphrase)
                required=true
                wide=true
            />
            <TextField
                label=move || t.get().wizard.your_name
                value=staff
                input=move |value| staff.set(value)
                error=missing(tried, staff, |t| t.wizard.your_name)
                required=true
            />
            <TextField
                label=move || t.get().wizard.device_name
                hint=move || t.get().wizard.device_hint
                value=device
                input=move |value| device.set(value)
                error=missing(tried, device, |t| t.wizard.device_name)
                required=true
            />
            <div class="wide">
                <ErrorState problem />
            </div>
            <div class="form-foot wide">
                <span></span>
                <Button look=Look::Primary submit=true busy>
                    {move || t.get().wizard.restore_now}
                </Button>
            </div>
        </form>
    }
}

/// Returns what is said beside a field that was left empty.
fn missing(
    tried: RwSignal<bool>,
    value: RwSignal<String>,
    name: fn(&crate::texts::Texts) -> &'static str,
) -> Signal<String> {
    let t = use_texts();
    Signal::derive(move || {
        let empty = tried.get() && value.with(|value| value.trim().is_empty());
        let t = t.get();
        if empty {
            (t.common.missing)(name(t))
        } else {
            String::new()
        }
    })
}
