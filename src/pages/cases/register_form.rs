//! The form that registers a case: who, what, and more on demand. A quick path for the keyboard.

use std::collections::BTreeMap;

use huiyin_api::Request;
use huiyin_core::case::{CATEGORIES, CaseField};
use leptos::{ev, prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;

use super::{
    customer_finder::{CustomerFinder, take},
    register_fields::{MORE, REQUIRED, WHAT, WHO, check},
};
use crate::{
    pages::shared::{DraftNotice, FormField, RecordForm},
    shell::{
        ask,
        branches::use_branches,
        engine::use_engine,
        go::use_go,
        keys::{Command, on_command},
        notices::use_toaster,
    },
    texts::use_texts,
    ui::{AreaField, Button, ErrorState, LinkButton, Look},
};

/// Key of the first note within the draft; it is no field of the case.
const NOTE: &str = "note";
/// Kind unless another is chosen.
const FIRST_KIND: &str = "complaint";
/// Severity unless another is chosen.
const FIRST_SEVERITY: &str = "general";

/// Registers a case.
#[component]
pub fn RegisterForm() -> impl IntoView {
    let t = use_texts();
    let form = RecordForm::open("case:new", check);
    let draft = form.draft;
    preset(form);
    let save = saver(form);
    listen(save);
    let discard = Callback::new(move |()| {
        draft.forget();
        draft.values.set(BTreeMap::new());
        preset(form);
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        save.run(());
    };
    view! {
        <DraftNotice draft discard />
        <ErrorState problem=form.problem />
        <form class="card record-form" novalidate on:submit=submit>
            <fieldset class="form-section">
                <legend>
                    <h2>{move || t.get().cases.section_who}</h2>
                </legend>
                <div class="form">
                    <Fields form fields=WHO />
                    <CustomerFinder draft />
                </div>
            </fieldset>
            <fieldset class="form-section">
                <legend>
                    <h2>{move || t.get().cases.section_what}</h2>
                </legend>
                <div class="form">
                    <Fields form fields=WHAT />
                    <AreaField
                        label=move || t.get().cases.first_note
                        value=Signal::derive(move || draft.get(NOTE))
                        input=move |value| draft.put(NOTE, value)
                        rows=2
                    />
                </div>
            </fieldset>
            <MoreFields form />
            <footer class="form-foot">
                <LinkButton to="/cases" look=Look::Quiet>
                    {move || t.get().common.cancel}
                </LinkButton>
                <Button look=Look::Primary submit=true busy=form.busy>
                    {move || t.get().cases.register}
                </Button>
            </footer>
        </form>
    }
}

/// Puts in the usual kind and severity, and the customer the address names.
fn preset(form: RecordForm) {
    let draft = form.draft;
    draft.preset("kind", FIRST_KIND.to_owned());
    draft.preset("severity", FIRST_SEVERITY.to_owned());
    let customer = use_query_map().with_untracked(|query| query.get("customer"));
    let Some(id) = customer else { return };
    let engine = use_engine();
    spawn_local(async move {
        if let Ok(record) = engine.get(Request::Customer { id }, ask::customer).await {
            take(draft, &record.row);
        }
    });
}

/// Fields of a case with the help each can offer.
#[component]
pub fn Fields(form: RecordForm, fields: &'static [CaseField]) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    fields
        .iter()
        .map(|field| {
            let name = field.name();
            let offers = Signal::derive(move || match name {
                "category" => {
                    let texts = t.get();
                    CATEGORIES
                        .iter()
                        .map(|wire| texts.value("category", wire))
                        .collect()
                }
                "against_person" => branches.staff_names(),
                _ => Vec::new(),
            });
            let hint = Signal::derive(move || {
                let c = &t.get().cases;
                match name {
                    "complainant_phone" => c.phone_hint,
                    "subject" => c.subject_hint,
                    "description" => c.description_hint,
                    _ => "",
                }
                .to_owned()
            });
            view! {
                <FormField
                    rule=(*field).into()
                    draft=form.draft
                    errors=form.errors
                    required=REQUIRED.contains(&name)
                    autofocus=name == "complainant_phone"
                    wide=name == "subject"
                    hint
                    offers
                />
            }
        })
        .collect_view()
}

#[component]
fn MoreFields(form: RecordForm) -> impl IntoView {
    let t = use_texts();
    MORE.iter()
        .map(|(title, fields)| {
            let has_error = move || {
                form.errors
                    .with(|errors| fields.iter().any(|field| errors.contains_key(field.name())))
            };
            view! {
                <details class="more-fields" prop:open=has_error>
                    <summary>{move || title(&t.get().cases)}</summary>
                    <div class="form">
                        <Fields form fields />
                    </div>
                </details>
            }
        })
        .collect_view()
}

/// Returns what registering does: checks, stores, forgets the draft and goes to the record.
fn saver(form: RecordForm) -> Callback<()> {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let go = use_go();
    Callback::new(move |()| {
        if form.busy.get_untracked() {
            return;
        }
        let Some(mut fields) = form.changed(&BTreeMap::new(), REQUIRED) else {
            return;
        };
        let note = fields.remove(NOTE).unwrap_or_default().trim().to_owned();
        if let Some(category) = fields.get_mut("category") {
            *category = t.now().category_wire(category);
        }
        form.busy.set(true);
        form.problem.set(None);
        spawn_local(async move {
            let result = engine.save(Request::RegisterCase { fields, note }).await;
            form.busy.try_set(false);
            match result {
                Ok(id) => {
                    form.draft.forget();
                    toaster.good(t.now().cases.registered);
                    go.instead(&format!("/cases/{id}"));
                }
                Err(problem) => form.refused(problem),
            }
        });
    })
}

fn listen(save: Callback<()>) {
    let go = use_go();
    on_command(move |command| {
        match command {
            Command::Save => save.run(()),
            Command::Back => go.to("/cases"),
            _ => return false,
        }
        true
    });
}
