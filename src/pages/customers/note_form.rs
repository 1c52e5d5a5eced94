//! A note to a customer's time line.

use huiyin_api::Request;
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    shell::{
        drafts::Draft,
        engine::use_engine,
        keys::{Command, on_command},
        notices::use_toaster,
    },
    texts::use_texts,
    ui::{Button, Look, new_id},
};

const NOTE: &str = "note";

/// A box for a note; what is typed survives a reload.
#[component]
pub fn NoteForm(id: String) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let draft = Draft::open(format!("note:{id}"));
    let record = StoredValue::new(id);
    let busy = RwSignal::new(false);
    let area = new_id("note");
    let area_id = area.clone();
    let empty = Signal::derive(move || draft.get(NOTE).trim().is_empty());
    let save = move || {
        if empty.get_untracked() || busy.get_untracked() {
            return;
        }
        busy.set(true);
        let request = Request::AddCustomerNote {
            id: record.get_value(),
            note: draft.peek(NOTE).trim().to_owned(),
        };
        spawn_local(async move {
            let result = engine.save(request).await;
            busy.try_set(false);
            match result {
                Ok(_) => {
                    draft.forget();
                    draft.values.try_update(std::collections::BTreeMap::clear);
                    toaster.good(t.now().customers.note_added);
                }
                Err(problem) => toaster.problem(&problem),
            }
        });
    };
    on_command(move |command| {
        let mine = command == Command::Save && !empty.get_untracked();
        if mine {
            save();
        }
        mine
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        save();
    };
    view! {
        <form class="note-form" on:submit=submit>
            <label class="sr-only" for=area>
                {move || t.get().customers.add_note}
            </label>
            <textarea
                autocomplete="off"
                id=area_id
                class="input area"
                rows="2"
                placeholder=move || t.get().customers.note_hint
                prop:value=move || draft.get(NOTE)
                on:input:target=move |event| draft.put(NOTE, event.target().value())
            ></textarea>
            <Button look=Look::Plain submit=true busy disabled=empty>
                {move || t.get().customers.add_note}
            </Button>
        </form>
    }
}
