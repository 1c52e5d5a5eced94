//! What the dialogs of the lock and of the PIN share: the present secret, the new one typed twice, and each problem beside its field.

use huiyin_api::{Language, Problem, ProblemCode};
use leptos::prelude::*;

use crate::{
    texts::{sentence, use_texts},
    ui::{ErrorState, InputKind, TextField},
};

/// The words on the fields.
#[derive(Debug, Clone, Copy)]
pub struct SecretWords {
    pub current: &'static str,
    pub new: &'static str,
    pub hint: &'static str,
    pub again: &'static str,
    pub differ: &'static str,
}

/// What kind of secret is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Secret {
    pub kind: InputKind,
    pub words: fn(Language) -> SecretWords,
    /// Problems told beside the present one.
    pub of_current: &'static [ProblemCode],
    /// Problems told beside the new one.
    pub of_new: &'static [ProblemCode],
}

/// The state of a form about a secret. Cheap to copy.
#[derive(Clone, Copy)]
pub struct SecretForm {
    secret: Secret,
    current: RwSignal<String>,
    new: RwSignal<String>,
    again: RwSignal<String>,
    differ: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
    /// An answer is waited for.
    pub busy: RwSignal<bool>,
}

impl SecretForm {
    /// Returns an empty form.
    pub fn new(secret: Secret) -> Self {
        Self {
            secret,
            current: RwSignal::default(),
            new: RwSignal::default(),
            again: RwSignal::default(),
            differ: RwSignal::new(false),
            problem: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    /// Begins to send what was typed: the present secret and the new one. None if a new one was asked for and typed in two ways.
    pub fn begin(self, with_new: bool) -> Option<(String, String)> {
        let new = self.new.get_untracked();
        let differ = with_new && new != self.again.get_untracked();
        self.differ.set(differ);
        if differ {
            return None;
        }
        self.busy.set(true);
        self.problem.set(None);
        Some((self.current.get_untracked(), new))
    }

    /// Takes the answer in; returns whether all went well.
    pub fn end<T>(self, result: Result<T, Problem>) -> bool {
        self.busy.try_set(false);
        match result {
            Ok(_) => true,
            Err(found) => {
                self.problem.try_set(Some(found));
                false
            }
        }
    }

    fn beside(self, codes: &'static [ProblemCode]) -> Signal<String> {
        let t = use_texts();
        Signal::derive(move || {
            let found = self.problem.get();
            let found = found.filter(|problem| codes.contains(&problem.code));
            found.map_or_else(String::new, |problem| {
                let words = sentence(t.get(), &problem);
                format!("{} {}", words.error, words.next)
            })
        })
    }
}

/// The field of the present secret.
#[component]
pub fn PresentSecret(form: SecretForm) -> impl IntoView {
    let t = use_texts();
    view! {
        <TextField
            label=move || (form.secret.words)(t.language()).current
            kind=form.secret.kind
            value=form.current
            input=move |value| form.current.set(value)
            error=form.beside(form.secret.of_current)
            required=true
            wide=true
            autofocus=true
        />
    }
}

/// The fields of the new secret.
#[component]
pub fn NewSecret(
    form: SecretForm,
    /// It is the first field of the form.
    first: bool,
) -> impl IntoView {
    let t = use_texts();
    let words = move || (form.secret.words)(t.language());
    let differs = move || {
        if form.differ.get() {
            words().differ.to_owned()
        } else {
            String::new()
        }
    };
    view! {
        <TextField
            label=move || words().new
            hint=move || words().hint
            kind=form.secret.kind
            value=form.new
            input=move |value| form.new.set(value)
            error=form.beside(form.secret.of_new)
            required=true
            wide=true
            autofocus=first
        />
        <TextField
            label=move || words().again
            kind=form.secret.kind
            value=form.again
            input=move |value| form.again.set(value)
            error=Signal::derive(differs)
            required=true
            wide=true
        />
    }
}

/// A problem that belongs beside no field.
#[component]
pub fn OtherProblem(form: SecretForm) -> impl IntoView {
    let problem = Signal::derive(move || {
        let Secret {
            of_current, of_new, ..
        } = form.secret;
        let found = form.problem.get();
        found.filter(|problem| {
            !of_current.contains(&problem.code) && !of_new.contains(&problem.code)
        })
    });
    view! {
        <div class="wide">
            <ErrorState problem />
        </div>
    }
}
