//! A full backup: a passphrase in, a file out.

use huiyin_api::{Problem, ProblemCode, Request};
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    shell::{engine::use_engine, notices::use_toaster},
    texts::{sentence, use_texts},
    ui::{Dialog, DialogFoot, ErrorState, Glyph, Icon, TextField},
};

/// The dialog that makes a full backup.
#[component]
pub fn BackupDialog(open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    view! {
        <Dialog open title=move || t.get().sync.backup>
            <BackupForm open />
        </Dialog>
    }
}

/// The passphrase is shown while it is typed: it is new, and mistyped it would make the file useless.
#[component]
fn BackupForm(open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let passphrase = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let short = |problem: &Problem| problem.code == ProblemCode::ShortPassphrase;
    let beside = move || {
        let found = problem.get().filter(short);
        let words = found.map(|problem| sentence(t.get(), &problem));
        words
            .map(|words| format!("{} {}", words.error, words.next))
            .unwrap_or_default()
    };
    let elsewhere = Signal::derive(move || problem.get().filter(|problem| !short(problem)));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        problem.set(None);
        let request = Request::ExportBackup {
            passphrase: passphrase.get_untracked(),
        };
        spawn_local(async move {
            let result = engine.download(request).await;
            busy.try_set(false);
            match result {
                Ok(name) => {
                    toaster.good((t.now().sync.exported)(&name));
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
            <p class="wide muted">{move || t.get().sync.backup_dialog_text}</p>
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
            <DialogFoot open busy submit=move || t.get().sync.backup_now />
        </form>
    }
}
