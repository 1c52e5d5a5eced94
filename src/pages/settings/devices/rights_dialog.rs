//! Other rights for a device: branch, role, and until when.

use std::collections::BTreeMap;

use huiyin_api::{DeviceRow, Problem, Request};
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    shell::{
        branches::use_branches, drafts::Draft, engine::use_engine, intl, notices::use_toaster,
    },
    texts::{devices, names, use_texts},
    ui::{Dialog, DialogFoot, ErrorState, InputKind, SelectField, TextField, open_while},
};

/// Fields of the draft.
const BRANCH: &str = "branch";
const ROLE: &str = "role";
const UNTIL: &str = "until";
/// Role offered where none is known.
const DEFAULT_ROLE: &str = "service_agent";

/// The dialog for the device in `subject`; closed while there is none.
#[component]
pub fn RightsDialog(subject: RwSignal<Option<DeviceRow>>) -> impl IntoView {
    let t = use_texts();
    let open = open_while(subject, Option::is_some);
    let title = move || {
        let name = subject.with(|row| row.as_ref().map(|row| row.name.clone()));
        (devices::of(t.language()).change_of)(&name.unwrap_or_default())
    };
    view! {
        <Dialog open title=Signal::derive(title)>
            {move || {
                subject
                    .get_untracked()
                    .map(|row| view! { <RightsForm row open /> }.into_any())
            }}
        </Dialog>
    }
}

#[component]
fn RightsForm(row: DeviceRow, open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let branches = use_branches();
    let words = move || devices::of(t.language());
    let draft = Draft::open(format!("device/{}/rights", row.id));
    let device = StoredValue::new(row.id);
    draft.preset(BRANCH, row.branch);
    let role = if row.role.is_empty() {
        DEFAULT_ROLE.to_owned()
    } else {
        row.role
    };
    let held = StoredValue::new(role.clone());
    draft.preset(ROLE, role);
    draft.preset(UNTIL, row.until.map(intl::minute).unwrap_or_default());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let request = Request::ChangeRights {
            device: device.get_value(),
            branch: draft.peek(BRANCH),
            role: draft.peek(ROLE),
            until: intl::from_local_input(&draft.peek(UNTIL)),
        };
        spawn_local(async move {
            let result = engine.tell(request).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    toaster.good(devices::of(t.now().language).changed);
                    draft.discard(BTreeMap::new());
                    open.try_set(false);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    // A post of a pack is offered only where the device has it: the list is of the program's roles.
    let roles = move || {
        let held = held.get_value();
        let known = names::roles().map(str::to_owned);
        let mut all: Vec<String> = known.collect();
        if !all.contains(&held) {
            all.push(held);
        }
        let texts = t.get();
        let named = all.into_iter().map(|wire| {
            let name = texts.role(&wire);
            (wire, name)
        });
        named.collect::<Vec<_>>()
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <p class="wide muted">{move || words().change_text}</p>
            <SelectField
                label=move || words().branch
                value=Signal::derive(move || draft.get(BRANCH))
                input=move |value| draft.put(BRANCH, value)
                choices=Signal::derive(move || {
                    let mut choices = branches.choices("");
                    choices.retain(|(code, _)| !code.is_empty());
                    choices
                })
            />
            <SelectField
                label=move || words().role
                value=Signal::derive(move || draft.get(ROLE))
                input=move |value| draft.put(ROLE, value)
                choices=Signal::derive(roles)
            />
            <TextField
                label=move || words().until_label
                value=Signal::derive(move || draft.get(UNTIL))
                input=move |value| draft.put(UNTIL, value)
                kind=InputKind::DateTime
                hint=Signal::derive(move || words().until_hint.to_owned())
                wide=true
            />
            <div class="wide">
                <ErrorState problem />
            </div>
            <DialogFoot open busy submit=move || t.get().common.save />
        </form>
    }
}
