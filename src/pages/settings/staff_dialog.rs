//! A member of staff, added or changed.

use huiyin_api::{Problem, Request, StaffView};
use leptos::{ev, prelude::*, task::spawn_local};

use super::Editing;
use crate::{
    shell::{
        branches::use_branches, engine::use_engine, notices::use_toaster, session::use_session,
    },
    texts::{names, use_texts},
    ui::{Dialog, DialogFoot, ErrorState, SelectField, TextField, open_while},
};

/// The dialog for what is in `editing`: a person, or none for a new one. Closed while it is nothing.
#[component]
pub fn StaffDialog(editing: RwSignal<Editing<StaffView>>) -> impl IntoView {
    let t = use_texts();
    let open = open_while(editing, |editing| *editing != Editing::Nothing);
    let title = move || {
        let s = &t.get().settings;
        editing.with(|editing| match editing {
            Editing::Known(person) => (s.edit_of)(&person.name),
            _ => s.add_staff.to_owned(),
        })
    };
    view! {
        <Dialog open title=Signal::derive(title)>
            {move || {
                let person = editing.get_untracked().known();
                view! { <StaffForm person open /> }
            }}
        </Dialog>
    }
}

#[component]
fn StaffForm(person: Option<StaffView>, open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let branches = use_branches();
    let session = use_session();
    let own_branch = untrack(|| session.with(|status| status.map(|status| status.branch.clone())));
    let id = person.as_ref().map(|person| person.id.clone());
    let is_new = id.is_none();
    let person = person.unwrap_or_else(|| StaffView {
        branch: own_branch.unwrap_or_default(),
        ..StaffView::default()
    });
    let name = RwSignal::new(person.name);
    let branch = RwSignal::new(person.branch);
    let roles = RwSignal::new(person.roles);
    let left = RwSignal::new(person.left);
    let busy = RwSignal::new(false);
    let tried = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let name_error = move || {
        let t = t.get();
        let empty = tried.get() && name.with(|name| name.trim().is_empty());
        if empty {
            (t.common.missing)(t.settings.staff_name)
        } else {
            String::new()
        }
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        let lacking = name.with_untracked(|name| name.trim().is_empty())
            || roles.with_untracked(Vec::is_empty);
        if lacking {
            return;
        }
        busy.set(true);
        problem.set(None);
        let request = Request::SaveStaff {
            id: id.clone(),
            name: name.get_untracked().trim().to_owned(),
            roles: roles.get_untracked(),
            branch: branch.get_untracked(),
            left: left.get_untracked(),
        };
        spawn_local(async move {
            let result = engine.save(request).await;
            busy.try_set(false);
            match result {
                Ok(_) => {
                    toaster.good(t.now().common.saved);
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
            <TextField
                label=move || t.get().settings.staff_name
                value=name
                input=move |value| name.set(value)
                error=Signal::derive(name_error)
                required=true
                autofocus=true
            />
            <SelectField
                label=move || t.get().settings.branch
                value=branch
                input=move |value| branch.set(value)
                choices=Signal::derive(move || {
                    let mut choices = branches.choices("");
                    choices.retain(|(code, _)| !code.is_empty());
                    choices
                })
            />
            <Roles roles tried />
            {(!is_new)
                .then(|| {
                    view! {
                        <div class="wide">
                            <label class="checkbox">
                                <input
                                    type="checkbox"
                                    prop:checked=move || left.get()
                                    on:change:target=move |event| left.set(event.target().checked())
                                />
                                <span>{move || t.get().settings.left}</span>
                            </label>
                            <p class="field-help">
                                <span class="hint">{move || t.get().settings.left_hint}</span>
                            </p>
                        </div>
                    }
                })}
            <div class="wide">
                <ErrorState problem />
            </div>
            <DialogFoot open busy submit=move || t.get().common.save />
        </form>
    }
}

/// A box for every role.
#[component]
fn Roles(roles: RwSignal<Vec<String>>, tried: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let role = move |wire: &'static str| {
        let held = move || roles.with(|roles| roles.iter().any(|role| role == wire));
        let toggle = move |checked: bool| {
            roles.update(|roles| {
                roles.retain(|role| role != wire);
                if checked {
                    roles.push(wire.to_owned());
                }
            });
        };
        view! {
            <label class="checkbox">
                <input
                    type="checkbox"
                    prop:checked=held
                    on:change:target=move |event| toggle(event.target().checked())
                />
                <span>{move || t.get().role(wire)}</span>
            </label>
        }
    };
    let missing = move || tried.get() && roles.with(Vec::is_empty);
    view! {
        <fieldset class="wide role-checks">
            <legend>
                {move || t.get().settings.roles}
                <span class="required" aria-hidden="true">
                    "*"
                </span>
            </legend>
            {move || {
                missing().then(|| view! { <p class="error" role="alert">{t.get().settings.roles_missing}</p> })
            }}
            <div class="checks">{names::roles().map(role).collect_view()}</div>
        </fieldset>
    }
}
