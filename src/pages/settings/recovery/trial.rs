//! Trying a kit from its paper, without using it.

use huiyin_api::{Problem, Request};
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    shell::{engine::use_engine, notices::use_toaster},
    texts::{recovery::of, use_texts},
    ui::{AreaField, Button, ErrorState, Glyph},
};

/// Lines of the field: those of a kit and of the relay.
const ROWS: u32 = 6;

/// The form. What was typed is not kept as a draft: it is a secret.
#[component]
pub fn Trial() -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let words = move || of(t.language());
    let code = RwSignal::new(String::new());
    let tried = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let missing = move || {
        if tried.get() && code.with(|code| code.trim().is_empty()) {
            (t.get().common.missing)(words().code)
        } else {
            String::new()
        }
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        let text = code.get_untracked();
        if text.trim().is_empty() || busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let result = engine.tell(Request::TryRecoveryKit { code: text }).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    tried.try_set(false);
                    code.try_set(String::new());
                    toaster.good(of(t.now().language).works);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    view! {
        <section class="card" aria-label=move || words().try_it>
            <div class="card-head">
                <h2>{move || words().try_it}</h2>
            </div>
            <form class="form card-body" novalidate on:submit=submit>
                <p class="wide muted">{move || words().try_text}</p>
                <AreaField
                    label=move || words().code
                    hint=Signal::derive(move || words().code_hint.to_owned())
                    value=code
                    input=move |value| code.set(value)
                    error=Signal::derive(missing)
                    rows=ROWS
                />
                <div class="wide">
                    <ErrorState problem />
                </div>
                <div class="form-foot wide">
                    <span></span>
                    <Button icon=Glyph::Check submit=true busy>
                        {move || words().check}
                    </Button>
                </div>
            </form>
        </section>
    }
}
