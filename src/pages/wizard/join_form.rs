//! The form that joins a company by a link.

use huiyin_api::{Problem, Request};
use leptos::{ev, prelude::*, task::spawn_local};

use super::invitation;
use crate::{
    shell::{engine::use_engine, files, go::use_go, session::use_session},
    texts::use_texts,
    ui::{AreaField, Button, ErrorState, Look, TextField},
};

/// Joins a company by its invitation.
#[component]
pub fn JoinForm() -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let session = use_session();
    let go = use_go();
    let link = RwSignal::new(invitation().unwrap_or_default());
    let staff = RwSignal::new(String::new());
    let device = RwSignal::new(files::device_name());
    let busy = RwSignal::new(false);
    let tried = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let missing =
        move |value: RwSignal<String>,
              name: fn(&crate::texts::wizard::WizardTexts) -> &'static str| {
            Signal::derive(move || {
                let empty = tried.get() && value.with(|value| value.trim().is_empty());
                let t = t.get();
                if empty {
                    (t.common.missing)(name(&t.wizard))
                } else {
                    String::new()
                }
            })
        };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        let needed = [link, staff, device];
        if needed
            .iter()
            .any(|value| value.with_untracked(|value| value.trim().is_empty()))
        {
            return;
        }
        busy.set(true);
        problem.set(None);
        let given = |value: RwSignal<String>| value.get_untracked().trim().to_owned();
        let request = Request::JoinWorkspace {
            link: given(link),
            staff_name: given(staff),
            device_name: given(device),
        };
        spawn_local(async move {
            let result = engine.tell(request).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    go.instead("/");
                    session.refresh();
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <AreaField
                label=move || t.get().wizard.link
                hint=move || t.get().wizard.link_hint
                value=link
                input=move |value| link.set(value)
                error=missing(link, |w| w.link)
                required=true
            />
            <TextField
                label=move || t.get().wizard.your_name
                value=staff
                input=move |value| staff.set(value)
                error=missing(staff, |w| w.your_name)
                required=true
                autofocus=true
            />
            <TextField
                label=move || t.get().wizard.device_name
                hint=move || t.get().wizard.device_hint
                value=device
                input=move |value| device.set(value)
                error=missing(device, |w| w.device_name)
                required=true
            />
            <div class="wide">
                <ErrorState problem />
            </div>
            <div class="form-foot wide">
                <span></span>
                <Button look=Look::Primary submit=true busy>
                    {move || t.get().wizard.join_now}
                </Button>
            </div>
        </form>
    }
}
