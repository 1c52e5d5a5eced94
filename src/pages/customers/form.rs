//! The form of a customer: phone first, short by default, more on demand.

use std::collections::BTreeMap;

use huiyin_api::Request;
use leptos::{ev, prelude::*, task::spawn_local};

use super::{
    fields::{MORE, REQUIRED, SHORT, check},
    same_phone::{SamePhoneHint, same_phone},
};
use crate::{
    pages::shared::{DraftNotice, FormField, RecordForm},
    shell::{
        engine::use_engine,
        go::use_go,
        keys::{Command, on_command},
        notices::use_toaster,
    },
    texts::use_texts,
    ui::{Button, ErrorState, LinkButton, Look},
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
    let found = same_phone(move || draft.get("phone"), id.clone());
    let known = StoredValue::new(original);
    let id = StoredValue::new(id);
    let save = saver(form, id, known);
    listen(save, back.clone());
    let discard = Callback::new(move |()| {
        draft.forget();
        draft.values.set(known.get_value());
    });
    let short = SHORT
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
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        save.run(());
    };
    view! {
        <DraftNotice draft discard />
        <ErrorState problem=form.problem />
        <form class="card record-form" novalidate on:submit=submit>
            <div class="form">{short}</div>
            <MoreFields form />
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
fn MoreFields(form: RecordForm) -> impl IntoView {
    let t = use_texts();
    MORE.iter()
        .map(|(title, fields)| {
            let has_error = move || {
                form.errors
                    .with(|errors| fields.iter().any(|field| errors.contains_key(field.name())))
            };
            let fields = fields
                .iter()
                .map(|field| view! { <FormField rule=(*field).into() draft=form.draft errors=form.errors /> })
                .collect_view();
            view! {
                <details class="more-fields" prop:open=has_error>
                    <summary>{move || title(&t.get().customers)}</summary>
                    <div class="form">{fields}</div>
                </details>
            }
        })
        .collect_view()
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
