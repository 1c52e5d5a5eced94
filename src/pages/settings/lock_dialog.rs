//! The dialog in which the passphrase of the lock is set, changed or removed.

use huiyin_api::{LockIntent, Problem, ProblemCode};
use leptos::{ev, prelude::*};

use crate::{
    shell::{lock::use_lock, notices::use_toaster},
    texts::{
        lock::{self, LockTexts},
        sentence, use_texts,
    },
    ui::{Dialog, DialogFoot, ErrorState, Glyph, Icon, InputKind, TextField, open_while},
};

/// What the dialog does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LockAct {
    /// Nothing: it is closed.
    #[default]
    Nothing,
    /// Sets a first passphrase.
    Set,
    /// Changes it.
    Change,
    /// Removes it.
    Remove,
}

impl LockAct {
    fn name(self, texts: &LockTexts) -> &'static str {
        match self {
            Self::Nothing | Self::Set => texts.set,
            Self::Change => texts.change,
            Self::Remove => texts.remove,
        }
    }

    fn done(self, texts: &LockTexts) -> &'static str {
        match self {
            Self::Nothing | Self::Set => texts.set_done,
            Self::Change => texts.changed,
            Self::Remove => texts.removed,
        }
    }
}

/// The dialog about the passphrase.
#[component]
pub fn LockDialog(act: RwSignal<LockAct>) -> impl IntoView {
    let t = use_texts();
    let open = open_while(act, |act| *act != LockAct::Nothing);
    view! {
        <Dialog open title=move || act.get().name(lock::of(t.language()))>
            <LockForm open act=act.get_untracked() />
        </Dialog>
    }
}

#[component]
fn LockForm(open: RwSignal<bool>, act: LockAct) -> impl IntoView {
    let t = use_texts();
    let lock = use_lock();
    let toaster = use_toaster();
    let texts = move || lock::of(t.language());
    let (current, new, again) = (
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
    );
    let busy = RwSignal::new(false);
    let differ = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let beside = move |codes: &'static [ProblemCode]| {
        Signal::derive(move || {
            let found = problem
                .get()
                .filter(|problem| codes.contains(&problem.code));
            found.map_or_else(String::new, |problem| {
                let words = sentence(t.get(), &problem);
                format!("{} {}", words.error, words.next)
            })
        })
    };
    let elsewhere = Signal::derive(move || {
        let known = [OF_CURRENT, OF_NEW].concat();
        problem
            .get()
            .filter(|problem| !known.contains(&problem.code))
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (old, fresh) = (current.get_untracked(), new.get_untracked());
        differ.set(act != LockAct::Remove && fresh != again.get_untracked());
        if differ.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let intent = if act == LockAct::Remove {
            LockIntent::Remove { passphrase: old }
        } else {
            LockIntent::Set {
                passphrase: fresh,
                current: old,
            }
        };
        lock.ask(intent, move |result| {
            busy.try_set(false);
            match result {
                Ok(_) => {
                    toaster.good(act.done(lock::of(t.now().language)));
                    open.try_set(false);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let old_field = (act != LockAct::Set).then(|| {
        view! {
            <TextField
                label=move || texts().current
                kind=InputKind::Secret
                value=current
                input=move |value| current.set(value)
                error=beside(OF_CURRENT)
                required=true
                wide=true
                autofocus=true
            />
        }
    });
    let new_fields = (act != LockAct::Remove).then(|| {
        view! {
            <TextField
                label=move || texts().new
                hint=move || texts().passphrase_hint
                kind=InputKind::Secret
                value=new
                input=move |value| new.set(value)
                error=beside(OF_NEW)
                required=true
                wide=true
                autofocus=act == LockAct::Set
            />
            <TextField
                label=move || texts().again
                kind=InputKind::Secret
                value=again
                input=move |value| again.set(value)
                error=Signal::derive(move || {
                    if differ.get() { texts().differ.to_owned() } else { String::new() }
                })
                required=true
                wide=true
            />
        }
    });
    let warning = move || {
        if act == LockAct::Remove {
            texts().remove_text
        } else {
            texts().lost
        }
    };
    view! {
        <form class="form" novalidate autocomplete="off" on:submit=submit>
            {old_field}
            {new_fields}
            <p class="wide notice">
                <Icon glyph=Glyph::Warning />
                <span>{warning}</span>
            </p>
            <div class="wide">
                <ErrorState problem=elsewhere />
            </div>
            <DialogFoot open busy submit=move || act.name(texts()) />
        </form>
    }
}

/// Problems told beside the present passphrase.
const OF_CURRENT: &[ProblemCode] = &[ProblemCode::WrongLockPassphrase, ProblemCode::TryLater];
/// Problems told beside the new one.
const OF_NEW: &[ProblemCode] = &[ProblemCode::ShortLockPassphrase];
