//! A branch, added or renamed.

use huiyin_api::{BranchView, Problem, Request};
use huiyin_core::id::BranchCode;
use leptos::{ev, prelude::*, task::spawn_local};

use super::{Editing, Read};
use crate::{
    shell::{engine::use_engine, notices::use_toaster},
    texts::use_texts,
    ui::{Dialog, DialogFoot, ErrorState, TextField, open_while},
};

/// The dialog for what is in `editing`: a branch to rename, or none for a new one. Closed while it is nothing.
#[component]
pub fn BranchDialog(read: Read, editing: RwSignal<Editing<BranchView>>) -> impl IntoView {
    let t = use_texts();
    let open = open_while(editing, |editing| *editing != Editing::Nothing);
    let title = move || {
        let s = &t.get().settings;
        editing.with(|editing| match editing {
            Editing::Known(branch) => (s.rename_of)(&branch.name),
            _ => s.add_branch.to_owned(),
        })
    };
    view! {
        <Dialog open title=Signal::derive(title)>
            {move || {
                let branch = editing.get_untracked().known();
                view! { <BranchForm read branch open /> }
            }}
        </Dialog>
    }
}

#[component]
fn BranchForm(read: Read, branch: Option<BranchView>, open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let is_new = branch.is_none();
    let BranchView { code, name } = branch.unwrap_or_default();
    let code = RwSignal::new(code);
    let name = RwSignal::new(name);
    let busy = RwSignal::new(false);
    let tried = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let code_error = move || {
        let s = &t.get().settings;
        let code = code.get();
        if !is_new || (code.is_empty() && !tried.get()) {
            return "";
        }
        match BranchCode::parse(&code) {
            Err(_) => s.code_bad,
            Ok(code) => {
                let taken = read.with(|settings| {
                    settings
                        .branches
                        .iter()
                        .any(|branch| branch.code == code.as_str())
                });
                if taken && !busy.get() {
                    s.code_taken
                } else {
                    ""
                }
            }
        }
    };
    let name_error = move || {
        let t = t.get();
        let empty = tried.get() && name.with(|name| name.trim().is_empty());
        if empty {
            (t.common.missing)(t.settings.name)
        } else {
            String::new()
        }
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if untrack(|| !code_error().is_empty() || !name_error().is_empty()) {
            return;
        }
        busy.set(true);
        problem.set(None);
        let request = Request::SaveBranch {
            code: code.get_untracked(),
            name: name.get_untracked().trim().to_owned(),
        };
        spawn_local(async move {
            let result = engine.tell(request).await;
            match result {
                Ok(()) => {
                    toaster.good(t.now().common.saved);
                    open.try_set(false);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <TextField
                label=move || t.get().settings.name
                value=name
                input=move |value| name.set(value)
                error=Signal::derive(name_error)
                required=true
                wide=true
                autofocus=true
            />
            {is_new
                .then(|| {
                    view! {
                        <TextField
                            label=move || t.get().settings.code
                            hint=move || t.get().settings.code_hint
                            value=code
                            input=move |value: String| code.set(value.to_uppercase())
                            error=Signal::derive(move || code_error().to_owned())
                            required=true
                            wide=true
                        />
                    }
                })}
            <div class="wide">
                <ErrorState problem />
            </div>
            <DialogFoot open busy submit=move || t.get().common.save />
        </form>
    }
}
