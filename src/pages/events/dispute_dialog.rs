//! Raising a dispute about a guest, or ruling one.

use huiyin_api::{Problem, Request};
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    shell::{engine::use_engine, notices::use_toaster},
    texts::{events, use_texts},
    ui::{AreaField, Dialog, DialogFoot, ErrorState, SelectField, open_while},
};

/// What the dialog is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    /// Record id of the invitation.
    pub contact: String,
    /// Name of the guest.
    pub name: String,
    /// Who a ruling may name.
    pub parties: Vec<String>,
    /// It is ruled; else raised.
    pub rules: bool,
}

/// The dialog; open while it has a subject.
#[component]
pub fn DisputeDialog(subject: RwSignal<Option<Subject>>) -> impl IntoView {
    let t = use_texts();
    let open = open_while(subject, Option::is_some);
    let title = move || {
        let texts = events::of(t.language());
        subject.with(|subject| {
            subject.as_ref().map_or_else(String::new, |subject| {
                let act = if subject.rules {
                    texts.rule_it
                } else {
                    texts.dispute
                };
                format!("{act} · {}", subject.name)
            })
        })
    };
    view! {
        <Dialog open title>
            {move || subject.get().map(|about| view! { <Fields about open /> }.into_any())}
        </Dialog>
    }
}

#[component]
fn Fields(about: Subject, open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let note = RwSignal::new(String::new());
    let inviter = RwSignal::new(about.parties.first().cloned().unwrap_or_default());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let Subject {
        contact,
        parties,
        rules,
        ..
    } = about;
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let (contact, note) = (contact.clone(), note.get_untracked());
        let request = if rules {
            Request::RuleGuest {
                contact,
                inviter: inviter.get_untracked(),
                note,
            }
        } else {
            Request::DisputeGuest { contact, note }
        };
        spawn_local(async move {
            let result = engine.save(request).await;
            busy.try_set(false);
            match result {
                Ok(_) => {
                    let texts = events::of(t.now().language);
                    toaster.good(if rules {
                        texts.ruled_done
                    } else {
                        texts.disputed_done
                    });
                    open.try_set(false);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let choices: Vec<(String, String)> = parties
        .into_iter()
        .map(|name| (name.clone(), name))
        .collect();
    view! {
        <form class="form" on:submit=submit>
            {rules
                .then(|| {
                    view! {
                        <SelectField
                            label=move || events::of(t.language()).in_favour
                            value=inviter
                            input=move |name: String| inviter.set(name)
                            choices=Signal::stored(choices)
                        />
                    }
                })}
            <AreaField
                label=move || {
                    let texts = events::of(t.language());
                    if rules { texts.rule_why } else { texts.dispute_why }
                }
                value=note
                input=move |text: String| note.set(text)
            />
            <div class="wide">
                <ErrorState problem />
            </div>
            <DialogFoot
                open
                busy
                submit=move || {
                    let texts = events::of(t.language());
                    if rules { texts.rule_it } else { texts.dispute }
                }
            />
        </form>
    }
}
