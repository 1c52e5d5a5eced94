//! The form of a contact: new, or its fields edited.
//!
//! Long: the fields of the form, one after another.

use std::collections::BTreeMap;

use huiyin_api::{FieldView, Request, StepIntent};
use huiyin_core::contact_field::{CONTACT_KINDS, ContactField};
use leptos::{ev, prelude::*, task::spawn_local};

use super::fields::{MORE, RECEPTION, SHORT, check};
use crate::{
    pages::shared::{CUSTOMER, CUSTOMER_NAME, CustomerPick, DraftNotice, FormField, RecordForm},
    shell::{
        ask,
        branches::use_branches,
        engine::use_engine,
        go::use_go,
        intl,
        keys::{Command, on_command},
        live::{Live, live},
        notices::use_toaster,
        policy::words,
    },
    texts::use_texts,
    ui::{Button, Dialog, DialogFoot, ErrorState, Fold, LinkButton, Look, SelectField},
};

/// The choice between planning and recording; not stored.
const STEP: &str = "step";
const KIND: &str = "kind";
const REPORT: &str = "report";

type Desk = Live<huiyin_api::ContactDesk>;
type Choices = Signal<Vec<(String, String)>>;

/// The form of a new contact, with what the address gave.
#[component]
pub fn ContactForm(
    customer: String,
    kind: String,
    day: String,
    case: String,
    follow_up: String,
) -> impl IntoView {
    let t = use_texts();
    let key = format!("contact:new:{customer}{case}");
    let form = RecordForm::open(key, check);
    let draft = form.draft;
    let back = if customer.is_empty() {
        "/contacts".to_owned()
    } else {
        format!("/customers/{customer}")
    };
    let today = if day.is_empty() {
        intl::iso_today()
    } else {
        day
    };
    let kind = if kind.is_empty() {
        CONTACT_KINDS[0].to_owned()
    } else {
        kind
    };
    let presets = [
        (CUSTOMER, customer),
        (KIND, kind),
        ("planned_on", today),
        ("case", case),
        ("follow_up", follow_up),
        (STEP, "planned".to_owned()),
    ];
    let preset = move || {
        for (name, value) in &presets {
            if !value.is_empty() {
                draft.preset(name, value.clone());
            }
        }
    };
    preset();
    let discard = Callback::new(move |()| {
        draft.discard(BTreeMap::new());
        preset();
    });
    let desk = live(|| Some(Request::ContactDesk), ask::contact_desk);
    let save = creator(form);
    let go = use_go();
    let to = back.clone();
    on_command(move |command| {
        match command {
            Command::Save => save.run(()),
            Command::Back => go.to(&to),
            _ => return false,
        }
        true
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        save.run(());
    };
    let steps: Choices = Signal::derive(move || {
        let c = &t.get().contacts;
        vec![
            ("planned".to_owned(), c.planned.to_owned()),
            ("done".to_owned(), c.took_place.to_owned()),
        ]
    });
    let step: Signal<String> = Memo::new(move |_| draft.get(STEP)).into();
    let done = Memo::new(move |_| step.get() == "done");
    view! {
        <DraftNotice draft discard />
        <ErrorState problem=form.problem />
        <form class="card record-form" novalidate on:submit=submit>
            <div class="form">
                <CustomerPick form required=true hint=move || t.get().contacts.customer_hint />
                <SelectField
                    label=move || t.get().contacts.plan_or_record
                    value=step
                    input=move |value: String| draft.put(STEP, value)
                    choices=steps
                />
                <Inputs form desk />
                <Show when=move || done.get()>
                    <FormField
                        rule=ContactField::Result.into()
                        draft
                        errors=form.errors
                    />
                    <FormField
                        rule=ContactField::Report.into()
                        draft
                        errors=form.errors
                        hint=move || t.get().contacts.report_hint
                    />
                </Show>
            </div>
            <MoreInputs form desk />
            <footer class="form-foot">
                <LinkButton to=back look=Look::Quiet>
                    {move || t.get().common.cancel}
                </LinkButton>
                <Button look=Look::Primary submit=true busy=form.busy>
                    {move || t.get().common.save}
                </Button>
            </footer>
        </form>
    }
}

/// Kind, day, time, subject, purpose and way.
#[component]
fn Inputs(form: RecordForm, desk: Desk) -> impl IntoView {
    let t = use_texts();
    let kinds: Choices = Signal::derive(move || {
        let texts = t.get();
        CONTACT_KINDS
            .iter()
            .map(|wire| ((*wire).to_owned(), texts.value(KIND, wire)))
            .collect()
    });
    let purposes = purposes(desk);
    let no_choices: Choices = Signal::derive(Vec::new);
    let fields = SHORT
        .iter()
        .map(|field| {
            let choices = if *field == ContactField::Purpose {
                purposes
            } else {
                no_choices
            };
            let required = *field == ContactField::PlannedOn;
            view! {
                <FormField rule=(*field).into() draft=form.draft errors=form.errors choices required />
            }
        })
        .collect_view();
    view! {
        <FormField
            rule=ContactField::Kind.into()
            draft=form.draft
            errors=form.errors
            choices=kinds
            required=true
        />
        {fields}
    }
}

/// Returns the purposes of the policy as choices.
fn purposes(desk: Desk) -> Choices {
    let t = use_texts();
    Signal::derive(move || {
        let language = t.language();
        desk.value.with(|desk| {
            desk.iter()
                .flat_map(|desk| &desk.purposes)
                .map(|choice| (choice.id.clone(), words(language, &choice.text)))
                .collect()
        })
    })
}

/// Reception with its costs, and the rest; open where something is wrong.
#[component]
fn MoreInputs(form: RecordForm, desk: Desk) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let staff = Signal::derive(move || branches.staff_names());
    let nobody = Signal::derive(Vec::<String>::new);
    let services: Choices = Signal::derive(move || {
        let language = t.language();
        desk.value.with(|desk| {
            desk.iter()
                .flat_map(|desk| &desk.service_classes)
                .map(|choice| (choice.id.clone(), words(language, &choice.text)))
                .collect()
        })
    });
    let classes: Choices = Signal::derive(move || {
        let language = t.language();
        desk.value.with(|desk| {
            desk.iter()
                .flat_map(|desk| &desk.reception_classes)
                .map(|class| (class.id.clone(), words(language, &class.text)))
                .collect()
        })
    });
    let no_choices: Choices = Signal::derive(Vec::new);
    let group = move |fields: &'static [ContactField]| {
        fields
            .iter()
            .map(|field| {
                let choices = match field {
                    ContactField::ServiceClass => services,
                    ContactField::ReceptionClass => classes,
                    _ => no_choices,
                };
                let offers = match field {
                    ContactField::Staff | ContactField::Inviter => staff,
                    _ => nobody,
                };
                view! {
                    <FormField
                        rule=(*field).into()
                        draft=form.draft
                        errors=form.errors
                        choices
                        offers
                    />
                }
            })
            .collect_view()
    };
    let wrong = move |fields: &'static [ContactField]| {
        form.errors
            .with(|errors| fields.iter().any(|field| errors.contains_key(field.name())))
    };
    let received = Memo::new(move |_| form.draft.get(KIND) == "reception");
    view! {
        <Fold
            title=move || t.get().contacts.section_reception.to_owned()
            needed=Signal::derive(move || received.get() || wrong(RECEPTION))
        >
            <div class="form">{group(RECEPTION)}</div>
        </Fold>
        <Fold
            title=move || t.get().contacts.section_more.to_owned()
            needed=Signal::derive(move || wrong(MORE))
        >
            <div class="form">{group(MORE)}</div>
        </Fold>
    }
}

/// Returns what saving a new contact does.
fn creator(form: RecordForm) -> Callback<()> {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let go = use_go();
    Callback::new(move |()| {
        if form.busy.get_untracked() {
            return;
        }
        let Some(mut fields) = form.changed(&BTreeMap::new(), &[KIND, "planned_on"]) else {
            return;
        };
        let step = fields.remove(STEP).unwrap_or_default();
        if step != "done" {
            fields.remove(REPORT);
            fields.remove("result");
        }
        let named = [CUSTOMER, CUSTOMER_NAME]
            .iter()
            .any(|name| fields.get(*name).is_some_and(|value| !value.is_empty()));
        if !named {
            let words = t.now().contacts.customer_missing.to_owned();
            form.errors.set([(CUSTOMER.to_owned(), words)].into());
            crate::pages::shared::show_first_error();
            return;
        }
        let mut intent = StepIntent {
            step,
            ..StepIntent::default()
        };
        if let Some(result) = fields.get("result").filter(|result| !result.is_empty()) {
            intent.data.insert("result".to_owned(), result.clone());
        }
        form.busy.set(true);
        form.problem.set(None);
        spawn_local(async move {
            let request = Request::SaveContact {
                id: None,
                fields,
                step: intent,
            };
            let result = engine.save(request).await;
            form.busy.try_set(false);
            match result {
                Ok(id) => {
                    form.draft.forget();
                    toaster.good(t.now().contacts.saved);
                    go.instead(&format!("/contacts/{id}"));
                }
                Err(problem) => form.refused(problem),
            }
        });
    })
}

/// The dialog that edits the fields of a contact: only what is changed is written.
#[component]
pub fn EditDialog(
    open: RwSignal<bool>,
    #[prop(into)] contact: Signal<String>,
    #[prop(into)] fields: Signal<Vec<FieldView>>,
) -> impl IntoView {
    let t = use_texts();
    view! {
        <Dialog open title=move || t.get().contacts.one large=true>
            <EditFields open contact=contact.get_untracked() fields=fields.get_untracked() />
        </Dialog>
    }
}

#[component]
fn EditFields(open: RwSignal<bool>, contact: String, fields: Vec<FieldView>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let form = RecordForm::open(format!("contact:{contact}"), check);
    let original: BTreeMap<String, String> = fields
        .into_iter()
        .map(|field| (field.name, field.value))
        .collect();
    for (field, value) in &original {
        form.draft.preset(field, value.clone());
    }
    let original = StoredValue::new(original);
    let contact = StoredValue::new(contact);
    let discard = Callback::new(move |()| form.draft.discard(original.get_value()));
    let desk = live(|| Some(Request::ContactDesk), ask::contact_desk);
    let save = Callback::new(move |()| {
        if form.busy.get_untracked() {
            return;
        }
        let Some(mut fields) = original.with_value(|original| form.changed(original, &[KIND]))
        else {
            return;
        };
        // The kind is asked for always, and written only if it is another.
        original.with_value(|original| {
            fields.retain(|name, value| original.get(name) != Some(value));
        });
        if fields.is_empty() {
            form.draft.forget();
            open.set(false);
            return;
        }
        form.busy.set(true);
        form.problem.set(None);
        let request = Request::SaveContact {
            id: Some(contact.get_value()),
            fields,
            step: StepIntent::default(),
        };
        spawn_local(async move {
            let result = engine.save(request).await;
            form.busy.try_set(false);
            match result {
                Ok(_) => {
                    form.draft.forget();
                    toaster.good(t.now().contacts.saved);
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
            <CustomerPick form required=true hint=move || t.get().contacts.customer_hint />
            <Inputs form desk />
            <div class="wide">
                <MoreInputs form desk />
            </div>
            <div class="wide">
                <ErrorState problem=form.problem />
            </div>
            <DialogFoot open busy=form.busy submit=move || t.get().common.save />
        </form>
    }
}
