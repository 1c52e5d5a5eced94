//! Editing the fields of a case: only what is changed is written.

use std::collections::BTreeMap;

use huiyin_api::{FieldView, Request};
use leptos::{ev, prelude::*, task::spawn_local};

use super::{
    register_fields::{MORE, REQUIRED, WHAT, WHO, check},
    register_form::{Fields, Severity},
};
use crate::{
    pages::shared::{DraftNotice, RecordForm},
    shell::{
        engine::use_engine,
        keys::{Command, on_command},
        notices::use_toaster,
        policy::use_policy,
    },
    texts::use_texts,
    ui::{Dialog, DialogFoot, ErrorState},
};

/// The dialog that edits the fields of a case.
#[component]
pub fn EditDialog(
    open: RwSignal<bool>,
    #[prop(into)] case: Signal<String>,
    #[prop(into)] fields: Signal<Vec<FieldView>>,
) -> impl IntoView {
    let t = use_texts();
    view! {
        <Dialog open title=move || t.get().cases.edit large=true>
            <EditFields open case=case.get_untracked() fields=fields.get_untracked() />
        </Dialog>
    }
}

#[component]
fn EditFields(open: RwSignal<bool>, case: String, fields: Vec<FieldView>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let policy = use_policy();
    let form = RecordForm::open(format!("case:{case}"), check);
    let original: BTreeMap<String, String> = fields
        .into_iter()
        .map(|field| (field.name, field.value))
        .collect();
    // A list of the pack takes wire names, free text what people read.
    let free = untrack(|| policy.with(|pack| pack.is_none_or(|pack| pack.categories.is_empty())));
    let mut first = original.clone();
    if free && let Some(category) = first.get_mut("category") {
        *category = t.now().value("category", category);
    }
    for (field, value) in &first {
        form.draft.preset(field, value.clone());
    }
    let first = StoredValue::new(first);
    let original = StoredValue::new(original);
    let case = StoredValue::new(case);
    let discard = Callback::new(move |()| form.draft.discard(first.get_value()));
    let save = Callback::new(move |()| {
        let changed = original.with_value(|original| {
            let mut shown = original.clone();
            if free && let Some(category) = shown.get_mut("category") {
                *category = t.now().value("category", category);
            }
            form.changed(&shown, REQUIRED)
        });
        let Some(mut fields) = changed else { return };
        if let Some(category) = fields.get_mut("category") {
            *category = untrack(|| policy.category_wire(t.now(), category));
        }
        if fields.is_empty() {
            form.draft.forget();
            open.set(false);
            return;
        }
        form.busy.set(true);
        let request = Request::EditCase {
            id: case.get_value(),
            fields,
        };
        spawn_local(async move {
            let result = engine.save(request).await;
            form.busy.try_set(false);
            match result {
                Ok(_) => {
                    form.draft.forget();
                    toaster.good(t.now().common.saved);
                    open.try_set(false);
                }
                Err(problem) => form.refused(problem),
            }
        });
    });
    on_command(move |command| {
        let mine = command == Command::Save;
        if mine {
            save.run(());
        }
        mine
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        save.run(());
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <div class="wide">
                <DraftNotice draft=form.draft discard />
            </div>
            <Fields form fields=WHO />
            <Fields form fields=WHAT />
            <Severity form />
            {MORE.iter().map(|(_, fields)| view! { <Fields form fields /> }).collect_view()}
            <div class="wide">
                <ErrorState problem=form.problem />
            </div>
            <DialogFoot open busy=form.busy submit=move || t.get().common.save />
        </form>
    }
}
