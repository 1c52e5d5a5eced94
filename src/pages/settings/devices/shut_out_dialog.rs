//! Shutting a device out: what will happen, what of its work stays, and why.

use std::collections::BTreeMap;

use huiyin_api::{DeviceRow, Problem, Request};
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    shell::{ask, drafts::Draft, engine::use_engine, intl, live::live, notices::use_toaster},
    texts::{devices, use_texts},
    ui::{Button, Dialog, ErrorState, InputKind, Look, TextField, open_while},
};

/// Fields of the draft.
const REASON: &str = "reason";
const UNTIL: &str = "until";
const WHOLE: &str = "whole_person";
/// Value of a ticked box.
const YES: &str = "yes";

/// The dialog for the device in `subject`; closed while there is none.
#[component]
pub fn ShutOutDialog(subject: RwSignal<Option<DeviceRow>>) -> impl IntoView {
    let t = use_texts();
    let open = open_while(subject, Option::is_some);
    let title = move || {
        let name = subject.with(|row| row.as_ref().map(|row| row.name.clone()));
        (devices::of(t.language()).shut_out_of)(&name.unwrap_or_default())
    };
    view! {
        <Dialog open title=Signal::derive(title)>
            {move || {
                subject
                    .get_untracked()
                    .map(|row| view! { <ShutOutForm row open /> }.into_any())
            }}
        </Dialog>
    }
}

#[component]
fn ShutOutForm(row: DeviceRow, open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let words = move || devices::of(t.language());
    let siblings = u64::from(row.siblings);
    let device = StoredValue::new(row.id.clone());
    let draft = Draft::open(format!("device/{}/shut-out", row.id));
    let tried = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let until = move || intl::from_local_input(&draft.get(UNTIL));
    let missing = move || {
        let empty = tried.get() && draft.get(REASON).trim().is_empty();
        if empty {
            (t.get().common.missing)(words().reason)
        } else {
            String::new()
        }
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        let reason = draft.peek(REASON).trim().to_owned();
        if reason.is_empty() || busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let request = Request::ShutOut {
            device: device.get_value(),
            whole_person: draft.peek(WHOLE) == YES,
            until: intl::from_local_input(&draft.peek(UNTIL)),
            reason,
        };
        spawn_local(async move {
            let result = engine.tell(request).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    toaster.good(devices::of(t.now().language).done);
                    draft.discard(BTreeMap::new());
                    open.try_set(false);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let ticked = move || draft.get(WHOLE) == YES;
    let tick = move |on: bool| {
        let value = if on { YES } else { "" };
        draft.put(WHOLE, value.to_owned());
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <p class="wide">{move || words().shut_text}</p>
            <TextField
                label=move || words().reason
                value=Signal::derive(move || draft.get(REASON))
                input=move |value| draft.put(REASON, value)
                hint=Signal::derive(move || words().reason_hint.to_owned())
                error=Signal::derive(missing)
                required=true
                wide=true
                autofocus=true
            />
            <TextField
                label=move || words().cut
                value=Signal::derive(move || draft.get(UNTIL))
                input=move |value| draft.put(UNTIL, value)
                kind=InputKind::DateTime
                hint=Signal::derive(move || words().cut_hint.to_owned())
                wide=true
            />
            <Cut device=device.get_value() until=Signal::derive(until) />
            {(siblings > 0)
                .then(|| {
                    view! {
                        <label class="checkbox wide">
                            <input
                                type="checkbox"
                                prop:checked=ticked
                                on:change:target=move |event| tick(event.target().checked())
                            />
                            <span>
                                {move || (words().whole_person)(&intl::count(t.language(), siblings))}
                            </span>
                        </label>
                    }
                })}
            <div class="wide">
                <ErrorState problem />
            </div>
            <footer class="dialog-foot">
                <Button press=move || open.set(false)>{move || t.get().common.cancel}</Button>
                <Button look=Look::Danger submit=true busy>
                    {move || words().shut_out}
                </Button>
            </footer>
        </form>
    }
}

/// What of the device's work stays.
#[component]
fn Cut(device: String, until: Signal<Option<i64>>) -> impl IntoView {
    let t = use_texts();
    let words = move || devices::of(t.language());
    let found = live(
        move || {
            Some(Request::CutPreview {
                device: device.clone(),
                until: until.get(),
            })
        },
        ask::cut_preview,
    );
    let lines = move || {
        found.value.get().map(|cut| {
            let keeps = cut.last.map_or_else(
                || words().keeps_nothing.to_owned(),
                |at| (words().keeps)(&intl::date_time(t.language(), at)),
            );
            let leaves = cut.first_left_out.map_or_else(
                || words().leaves_out_none.to_owned(),
                |at| {
                    let count = intl::count(t.language(), u64::from(cut.left_out));
                    (words().leaves_out)(&count, &intl::date_time(t.language(), at))
                },
            );
            view! {
                <p>{keeps}</p>
                <p class="muted">{leaves}</p>
            }
        })
    };
    view! {
        <div class="wide" role="status">
            <ErrorState problem=found.problem retry=move || found.ask_again() />
            {lines}
        </div>
    }
}
