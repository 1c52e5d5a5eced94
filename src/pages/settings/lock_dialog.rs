//! The dialog in which the passphrase of the lock is set, changed or removed.

use huiyin_api::{LockIntent, ProblemCode};
use leptos::{ev, prelude::*};

use super::secret_form::{NewSecret, OtherProblem, PresentSecret, Secret, SecretForm, SecretWords};
use crate::{
    shell::{lock::use_lock, notices::use_toaster},
    texts::{
        lock::{self, LockTexts},
        use_texts,
    },
    ui::{Dialog, DialogFoot, Glyph, Icon, InputKind, open_while},
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

/// The passphrase as a secret.
const PASSPHRASE: Secret = Secret {
    kind: InputKind::Secret,
    words: |language| {
        let texts = lock::of(language);
        SecretWords {
            current: texts.current,
            new: texts.new,
            hint: texts.passphrase_hint,
            again: texts.again,
            differ: texts.differ,
        }
    },
    of_current: &[ProblemCode::WrongLockPassphrase, ProblemCode::TryLater],
    of_new: &[ProblemCode::ShortLockPassphrase],
};

#[component]
fn LockForm(open: RwSignal<bool>, act: LockAct) -> impl IntoView {
    let t = use_texts();
    let lock = use_lock();
    let toaster = use_toaster();
    let texts = move || lock::of(t.language());
    let form = SecretForm::new(PASSPHRASE);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some((current, passphrase)) = form.begin(act != LockAct::Remove) else {
            return;
        };
        let intent = if act == LockAct::Remove {
            LockIntent::Remove {
                passphrase: current,
            }
        } else {
            LockIntent::Set {
                passphrase,
                current,
            }
        };
        lock.ask(intent, move |result| {
            if form.end(result) {
                toaster.good(act.done(lock::of(t.now().language)));
                open.try_set(false);
            }
        });
    };
    let warning = move || {
        if act == LockAct::Remove {
            texts().remove_text
        } else {
            texts().lost
        }
    };
    view! {
        <form class="form" novalidate autocomplete="off" on:submit=submit>
            {(act != LockAct::Set).then(|| view! { <PresentSecret form /> })}
            {(act != LockAct::Remove)
                .then(|| view! { <NewSecret form first=act == LockAct::Set /> })}
            <p class="wide notice">
                <Icon glyph=Glyph::Warning />
                <span>{warning}</span>
            </p>
            <OtherProblem form />
            <DialogFoot open busy=form.busy submit=move || act.name(texts()) />
        </form>
    }
}
