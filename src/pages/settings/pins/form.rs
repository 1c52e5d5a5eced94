//! The dialog in which a PIN is set or changed.

use huiyin_api::{ProblemCode, Request};
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    pages::settings::secret_form::{
        NewSecret, OtherProblem, PresentSecret, Secret, SecretForm, SecretWords,
    },
    shell::{engine::use_engine, notices::use_toaster},
    texts::{
        pins::{self, PinTexts},
        use_texts,
    },
    ui::{Dialog, DialogFoot, Glyph, Icon, InputKind, open_while},
};

/// What the dialog does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PinAct {
    /// Nothing: it is closed.
    #[default]
    Nothing,
    /// Sets a first PIN.
    Set,
    /// Changes it.
    Change,
    /// Sets another in the place of a forgotten one.
    Forgotten,
}

impl PinAct {
    fn name(self, texts: &PinTexts) -> &'static str {
        match self {
            Self::Nothing | Self::Set => texts.set,
            Self::Change => texts.change,
            Self::Forgotten => texts.forgotten,
        }
    }
}

/// The dialog about the own PIN.
#[component]
pub fn PinSetting(act: RwSignal<PinAct>) -> impl IntoView {
    let t = use_texts();
    let open = open_while(act, |act| *act != PinAct::Nothing);
    view! {
        <Dialog open title=move || act.get().name(pins::of(t.language()))>
            <Form open act=act.get_untracked() />
        </Dialog>
    }
}

/// The PIN as a secret.
const PIN: Secret = Secret {
    kind: InputKind::Pin,
    words: |language| {
        let texts = pins::of(language);
        SecretWords {
            current: texts.current,
            new: texts.new,
            hint: texts.hint,
            again: texts.again,
            differ: texts.differ,
        }
    },
    of_current: &[ProblemCode::WrongPin, ProblemCode::TryLater],
    of_new: &[ProblemCode::BadField],
};

#[component]
fn Form(open: RwSignal<bool>, act: PinAct) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let texts = move || pins::of(t.language());
    let form = SecretForm::new(PIN);
    let changes = act == PinAct::Change;
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some((current, pin)) = form.begin(true) else {
            return;
        };
        let current = changes.then_some(current);
        spawn_local(async move {
            let result = engine.tell(Request::SetStaffPin { current, pin }).await;
            if form.end(result) {
                let texts = pins::of(t.now().language);
                toaster.good(if changes {
                    texts.changed
                } else {
                    texts.set_done
                });
                open.try_set(false);
            }
        });
    };
    let warning = (act == PinAct::Forgotten).then(|| {
        view! {
            <p class="wide notice">
                <Icon glyph=Glyph::Warning />
                <span>{move || texts().forgotten_text}</span>
            </p>
        }
    });
    view! {
        <form class="form" novalidate autocomplete="off" on:submit=submit>
            {changes.then(|| view! { <PresentSecret form /> })}
            <NewSecret form first=!changes />
            {warning}
            <OtherProblem form />
            <DialogFoot open busy=form.busy submit=move || act.name(texts()) />
        </form>
    }
}
