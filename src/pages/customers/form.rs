//! The form of a customer: phone first, then what the policy asks of the kind, more on demand.

use std::collections::BTreeMap;

use huiyin_api::Request;
use huiyin_core::{customer::CustomerField, pack::Part, person::PREFIX};
use leptos::{ev, prelude::*, task::spawn_local};

use super::{
    fields::{BY_STEP, CUSTOM, FIRST, MORE, RELATIONS, REQUIRED, check, short},
    people::{NamedField, PeopleFields},
    relation_field::RelationField,
    same_phone::{SamePhoneHint, alike},
};
use crate::{
    pages::shared::{DraftNotice, FormField, RecordForm},
    shell::{
        engine::use_engine,
        go::use_go,
        keys::{Command, enter_presses_offer, on_command},
        notices::use_toaster,
        policy::use_policy,
    },
    texts::use_texts,
    ui::{Button, ErrorState, Fold, Glyph, InputKind, LinkButton, Look, TextField},
};

/// The form of a new customer (no id) or of an existing one with its present values.
#[component]
pub fn CustomerForm(
    #[prop(optional)] id: Option<String>,
    #[prop(optional)] original: BTreeMap<String, String>,
) -> impl IntoView {
    let t = use_texts();
    let key = id.as_deref().unwrap_or("new");
    let form = RecordForm::open(format!("customer:{key}"), check);
    let draft = form.draft;
    for (field, value) in &original {
        draft.preset(field, value.clone());
    }
    let back = id
        .as_ref()
        .map_or_else(|| "/customers".to_owned(), |id| format!("/customers/{id}"));
    let found = alike(draft, id.clone());
    let known = StoredValue::new(original);
    let id = StoredValue::new(id);
    let save = saver(form, id, known);
    listen(save, back.clone());
    let discard = Callback::new(move |()| {
        draft.discard(known.get_value());
    });
    let first = FIRST
        .iter()
        .map(|field| {
            let phone = field.name() == "phone";
            let name = field.name();
            view! {
                <FormField
                    rule=(*field).into()
                    draft
                    errors=form.errors
                    required=REQUIRED.contains(&name)
                    autofocus=phone
                />
                {phone.then(|| view! { <SamePhoneHint found /> })}
            }
        })
        .collect_view();
    let policy = use_policy();
    let at_once = Memo::new(move |_| {
        let kind = draft.get("kind");
        policy.with_part(Part::File, |pack| {
            let rules = pack.and_then(|pack| pack.file.as_ref());
            short(
                rules
                    .and_then(|rules| rules.kind(&kind))
                    .map(|kind| kind.fields.as_slice()),
            )
        })
    });
    let asked = move || {
        let existing = id.with_value(Option::is_some);
        at_once
            .get()
            .into_iter()
            .filter(|name| !(existing && BY_STEP.iter().any(|field| field.name() == name)))
            .map(|name| match CustomerField::parse(&name) {
                Some(field) if RELATIONS.contains(&field.name()) => {
                    view! { <RelationField form name=field.name() except=id.get_value() /> }
                        .into_any()
                }
                Some(field) => {
                    view! { <FormField rule=field.into() draft errors=form.errors /> }.into_any()
                }
                None => view! { <OwnField form name /> }.into_any(),
            })
            .collect_view()
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        save.run(());
    };
    view! {
        <DraftNotice draft discard />
        <ErrorState problem=form.problem />
        <form class="card record-form" novalidate on:submit=submit>
            <div class="form">{first} {asked}</div>
            <MoreFields form at_once existing=id.with_value(Option::is_some) />
            <Relations form at_once except=id.get_value() />
            <People form />
            <OwnFields form at_once />
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

#[component]
fn MoreFields(form: RecordForm, at_once: Memo<Vec<String>>, existing: bool) -> impl IntoView {
    let t = use_texts();
    MORE.iter()
        .map(|(title, fields)| {
            let has_error = move || {
                form.errors
                    .with(|errors| fields.iter().any(|field| errors.contains_key(field.name())))
            };
            let shown = move || {
                at_once.with(|at_once| {
                    fields
                        .iter()
                        .filter(|field| !(existing && BY_STEP.contains(field)))
                        .filter(|field| !at_once.iter().any(|name| name == field.name()))
                        .map(|field| {
                            view! {
                                <FormField
                                    rule=(*field).into()
                                    draft=form.draft
                                    errors=form.errors
                                />
                            }
                        })
                        .collect_view()
                })
            };
            view! {
                <Fold title=move || title(&t.get().customers).to_owned() needed=Signal::derive(has_error)>
                    <div class="form">{shown}</div>
                </Fold>
            }
        })
        .collect_view()
        .into_any()
}

/// The company above and the customer who brought this one.
#[component]
fn Relations(
    form: RecordForm,
    at_once: Memo<Vec<String>>,
    except: Option<String>,
) -> impl IntoView {
    let t = use_texts();
    let has_error = move || {
        form.errors
            .with(|errors| RELATIONS.iter().any(|name| errors.contains_key(*name)))
    };
    let fields = move || {
        RELATIONS
            .iter()
            .filter(|name| !at_once.with(|at_once| at_once.iter().any(|known| known == *name)))
            .map(|name| view! { <RelationField form name except=except.clone() /> })
            .collect_view()
    };
    view! {
        <Fold
            title=move || t.get().customers.section_relations.to_owned()
            needed=Signal::derive(has_error)
        >
            <div class="form">{fields}</div>
        </Fold>
    }
    .into_any()
}

#[component]
fn People(form: RecordForm) -> impl IntoView {
    let t = use_texts();
    let has_error = move || {
        form.errors
            .with(|errors| errors.keys().any(|name| name.starts_with(PREFIX)))
    };
    view! {
        <Fold
            title=move || t.get().customers.section_people.to_owned()
            needed=Signal::derive(has_error)
        >
            <PeopleFields form />
        </Fold>
    }
    .into_any()
}

/// Fields of the company's own: those the customer has, and a way to add one.
#[component]
fn OwnFields(form: RecordForm, at_once: Memo<Vec<String>>) -> impl IntoView {
    let t = use_texts();
    let known = Memo::new(move |_| {
        let names = form.draft.values.with(|values| {
            let own = values.keys().filter(|name| name.starts_with(CUSTOM));
            own.cloned().collect::<Vec<_>>()
        });
        at_once.with(|at_once| {
            let elsewhere = |name: &String| at_once.contains(name);
            names
                .into_iter()
                .filter(|name| !elsewhere(name))
                .collect::<Vec<_>>()
        })
    });
    let fields = move || {
        known
            .get()
            .into_iter()
            .map(|name| view! { <OwnField form name /> })
            .collect_view()
    };
    let typed = RwSignal::new(String::new());
    let add = move || {
        let name = typed.get_untracked().trim().to_owned();
        if name.is_empty() {
            return;
        }
        let name = format!("{CUSTOM}{name}");
        if form.draft.peek(&name).is_empty() {
            form.draft.put(&name, String::new());
        }
        typed.set(String::new());
    };
    view! {
        <details class="more-fields">
            <summary>{move || t.get().customers.section_own}</summary>
            <div class="form">
                {fields}
                <div class="wide finder" on:keydown=enter_presses_offer>
                    <TextField
                        label=move || t.get().customers.own_name
                        value=typed
                        input=move |name: String| typed.set(name)
                        hint=move || t.get().customers.own_hint
                    />
                    <Button look=Look::Quiet icon=Glyph::Plus press=add>
                        {move || t.get().customers.own_add}
                    </Button>
                </div>
            </div>
        </details>
    }
    .into_any()
}

#[component]
fn OwnField(form: RecordForm, name: String) -> impl IntoView {
    let label = name.trim_start_matches(CUSTOM).to_owned();
    let label = Signal::derive(move || label.clone());
    view! { <NamedField form name label kind=InputKind::Text wide=false /> }.into_any()
}

/// Returns what saving does: checks, stores, forgets the draft and goes to the record.
fn saver(
    form: RecordForm,
    id: StoredValue<Option<String>>,
    original: StoredValue<BTreeMap<String, String>>,
) -> Callback<()> {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let go = use_go();
    Callback::new(move |()| {
        if form.busy.get_untracked() {
            return;
        }
        let Some(fields) = original.with_value(|original| form.changed(original, REQUIRED)) else {
            return;
        };
        let id = id.get_value();
        if let (true, Some(id)) = (fields.is_empty(), &id) {
            form.draft.forget();
            toaster.say(t.now().customers.nothing_changed);
            go.instead(&format!("/customers/{id}"));
            return;
        }
        form.busy.set(true);
        form.problem.set(None);
        spawn_local(async move {
            let result = engine.save(Request::SaveCustomer { id, fields }).await;
            form.busy.try_set(false);
            match result {
                Ok(id) => {
                    form.draft.forget();
                    toaster.good(t.now().customers.saved_new);
                    go.instead(&format!("/customers/{id}"));
                }
                Err(problem) => form.refused(problem),
            }
        });
    })
}

fn listen(save: Callback<()>, back: String) {
    let go = use_go();
    on_command(move |command| {
        match command {
            Command::Save => save.run(()),
            Command::Back => go.to(&back),
            _ => return false,
        }
        true
    });
}
