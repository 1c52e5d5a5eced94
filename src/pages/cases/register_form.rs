//! The form that registers a case: who, what, and more on demand. A quick path for the keyboard.

use std::collections::BTreeMap;

use huiyin_api::Request;
use huiyin_core::case::{CASE_KINDS, CATEGORIES, CaseField, SEVERITIES};
use huiyin_core::case_data;
use leptos::{ev, prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;

use super::{
    customer_finder::{CustomerFinder, take},
    register_fields::{MORE, REQUIRED, SEVERITY, WHAT, WHO, check},
};
use crate::{
    pages::shared::{DraftNotice, FormField, RecordForm, Ticks},
    shell::{
        ask,
        branches::use_branches,
        engine::use_engine,
        go::use_go,
        keys::{Command, on_command},
        notices::use_toaster,
        policy::{self, Policy, use_policy},
    },
    texts::use_texts,
    ui::{AreaField, Button, ErrorState, Fold, LinkButton, Look},
};

/// Key of the first note within the draft; it is no field of the case.
const NOTE: &str = "note";
/// Kind unless another is chosen.
const FIRST_KIND: &str = "complaint";
/// Key of what makes the case major within the draft.
const CRITERIA: &str = case_data::CRITERIA;
/// The severity that has to say why.
const MAJOR: &str = "major";
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
        draft.discard(BTreeMap::new());
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
                    <NeededOfMore form />
                    <Severity form />
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

/// Returns the fields a case must have to be registered: those of the program and of the active pack; tracked.
pub fn required(policy: Policy) -> Vec<String> {
    let own = REQUIRED.iter().map(|name| (*name).to_owned());
    policy.with(|pack| {
        let more = pack.into_iter().flat_map(|pack| &pack.required_fields);
        let mut all: Vec<String> = own.collect();
        for name in more {
            if !all.contains(name) {
                all.push(name.clone());
            }
        }
        all
    })
}

/// Fields of a case with the help each can offer, in the words of the active pack.
#[component]
pub fn Fields(form: RecordForm, fields: &'static [CaseField]) -> impl IntoView {
    let policy = use_policy();
    let needed = Memo::new(move |_| required(policy));
    move || {
        let needed = needed.get();
        fields
            .iter()
            .map(|field| {
                let required = needed.iter().any(|name| name == field.name());
                view! { <OneField form field=*field required /> }
            })
            .collect_view()
    }
}

/// The fields among [`MORE`] that the active pack requires: they stand with what happened, not behind a fold.
#[component]
fn NeededOfMore(form: RecordForm) -> impl IntoView {
    let policy = use_policy();
    let needed = Memo::new(move |_| required(policy));
    move || {
        let needed = needed.get();
        MORE.iter()
            .flat_map(|(_, fields)| *fields)
            .filter(|field| needed.iter().any(|name| name == field.name()))
            .map(|field| view! { <OneField form field=*field required=true /> })
            .collect_view()
    }
}

/// One field of a case with the help it can offer.
#[component]
pub fn OneField(form: RecordForm, field: CaseField, required: bool) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let policy = use_policy();
    let name = field.name();
    let choices = Signal::derive(move || {
        let texts = t.get();
        let program = match name {
            "kind" => CASE_KINDS,
            "severity" => SEVERITIES,
            // Without a pack the category is free text with offers.
            "category" => &[],
            _ => return Vec::new(),
        };
        policy.choices(texts, name, program)
    });
    let offers = Signal::derive(move || match name {
        "category" => {
            let texts = t.get();
            CATEGORIES
                .iter()
                .map(|wire| texts.value("category", wire))
                .collect()
        }
        "against_person" | "received_by" => branches.staff_names(),
        "against_department" => {
            let language = t.language();
            policy.with(|pack| {
                let departments = pack.into_iter().flat_map(|pack| &pack.departments);
                departments
                    .map(|choice| policy::words(language, &choice.text))
                    .collect()
            })
        }
        "against_branch" => {
            let named = branches.choices("").into_iter().map(|(_, name)| name);
            named.filter(|name| !name.is_empty()).collect()
        }
        _ => Vec::new(),
    });
    let hint = Signal::derive(move || {
        let texts = t.get();
        let c = &texts.cases;
        match name {
            "complainant_phone" => c.phone_hint,
            "subject" => c.subject_hint,
            "description" => c.description_hint,
            "against_person" => texts.desk.recusal_hint,
            _ => "",
        }
        .to_owned()
    });
    view! {
        <FormField
            rule=field.into()
            draft=form.draft
            errors=form.errors
            required
            autofocus=name == "complainant_phone"
            wide=name == "subject"
            hint
            offers
            choices
        />
    }
}

/// The severity and, for a major case, what makes it so.
#[component]
pub fn Severity(form: RecordForm) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let draft = form.draft;
    let major = Memo::new(move |_| draft.get("severity") == MAJOR);
    let choices = Signal::derive(move || {
        let language = t.language();
        policy.with(|pack| {
            pack.into_iter()
                .flat_map(|pack| &pack.major)
                .map(|choice| (choice.id.clone(), policy::words(language, &choice.text)))
                .collect::<Vec<_>>()
        })
    });
    let error = Signal::derive(move || {
        form.errors
            .with(|errors| errors.get(CRITERIA).cloned().unwrap_or_default())
    });
    let value: Signal<String> = Memo::new(move |_| draft.get(CRITERIA)).into();
    view! {
        <Fields form fields=SEVERITY />
        {move || {
            (major.get() && !choices.with(Vec::is_empty))
                .then(|| {
                    view! {
                        <Ticks
                            label=move || t.get().field(CRITERIA)
                            value
                            input=move |value| draft.put(CRITERIA, value)
                            choices
                            error
                        />
                    }
                })
        }}
    }
}

#[component]
fn MoreFields(form: RecordForm) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let needed = Memo::new(move |_| required(policy));
    MORE.iter()
        .map(|(title, fields)| {
            // Those the pack requires stand outside.
            let inside = Memo::new(move |_| {
                let needed = needed.get();
                let own = fields.iter().copied();
                own.filter(|field| needed.iter().all(|name| name != field.name()))
                    .collect::<Vec<_>>()
            });
            let has_error = Memo::new(move |_| {
                inside.with(|inside| {
                    form.errors
                        .with(|errors| inside.iter().any(|field| errors.contains_key(field.name())))
                })
            });
            let others = move || {
                inside
                    .get()
                    .into_iter()
                    .map(|field| view! { <OneField form field required=false /> })
                    .collect_view()
            };
            view! {
                <Fold title=move || title(&t.get().cases).to_owned() needed=has_error>
                    <div class="form">{others}</div>
                </Fold>
            }
        })
        .collect_view()
}

/// Returns what registering does: checks, stores, forgets the draft and goes to the record.
pub fn saver(form: RecordForm) -> Callback<()> {
    let t = use_texts();
    let policy = use_policy();
    let engine = use_engine();
    let toaster = use_toaster();
    let go = use_go();
    Callback::new(move |()| {
        if form.busy.get_untracked() {
            return;
        }
        let needed = untrack(|| required(policy));
        let needed: Vec<&str> = needed.iter().map(String::as_str).collect();
        let Some(mut fields) = form.changed(&BTreeMap::new(), &needed) else {
            return;
        };
        let note = fields.remove(NOTE).unwrap_or_default().trim().to_owned();
        if let Some(category) = fields.get_mut("category") {
            *category = untrack(|| policy.category_wire(t.now(), category));
        }
        if fields
            .get("severity")
            .is_none_or(|severity| severity != MAJOR)
        {
            fields.remove(CRITERIA);
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

/// Ctrl-Enter saves, Esc goes back to the list.
pub fn listen(save: Callback<()>) {
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
