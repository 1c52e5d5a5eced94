//! The dialog in which a PIN is set or changed.

use huiyin_api::{Problem, ProblemCode, Request};
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    shell::{engine::use_engine, notices::use_toaster},
    texts::{
        pins::{self, PinTexts},
        sentence, use_texts,
    },
    ui::{Dialog, DialogFoot, ErrorState, Glyph, Icon, InputKind, TextField, open_while},
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

/// Problems told beside the present PIN.
const OF_CURRENT: &[ProblemCode] = &[ProblemCode::WrongPin, ProblemCode::TryLater];
/// Problems told beside the new one.
const OF_NEW: &[ProblemCode] = &[ProblemCode::BadField];

#[component]
fn Form(open: RwSignal<bool>, act: PinAct) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let texts = move || pins::of(t.language());
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
        let (old, pin) = (current.get_untracked(), new.get_untracked());
        differ.set(pin != again.get_untracked());
        if differ.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let current = (act == PinAct::Change).then_some(old);
        spawn_local(async move {
            let result = engine.tell(Request::SetStaffPin { current, pin }).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    let texts = pins::of(t.now().language);
                    let changed = act == PinAct::Change;
                    toaster.good(if changed {
                        texts.changed
                    } else {
                        texts.set_done
                    });
                    open.try_set(false);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let old_field = (act == PinAct::Change).then(|| {
        view! {
            <TextField
                label=move || texts().current
                kind=InputKind::Pin
                value=current
                input=move |value| current.set(value)
                error=beside(OF_CURRENT)
                required=true
                wide=true
                autofocus=true
            />
        }
    });
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
            {old_field}
            <TextField
                label=move || texts().new
                hint=move || texts().hint
                kind=InputKind::Pin
                value=new
                input=move |value| new.set(value)
                error=beside(OF_NEW)
                required=true
                wide=true
                autofocus=act != PinAct::Change
            />
            <TextField
                label=move || texts().again
                kind=InputKind::Pin
                value=again
                input=move |value| again.set(value)
                error=Signal::derive(move || {
                    if differ.get() { texts().differ.to_owned() } else { String::new() }
                })
                required=true
                wide=true
            />
            {warning}
            <div class="wide">
                <ErrorState problem=elsewhere />
            </div>
            <DialogFoot open busy submit=move || act.name(texts()) />
        </form>
    }
}
