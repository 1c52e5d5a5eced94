//! Further people of a customer in its form: added, changed, marked as gone.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_core::field::FieldKind;
use huiyin_core::id::EventId;
use huiyin_core::person::{MAX_PEOPLE, PersonField, field_name, parse_name};
use leptos::prelude::*;

use crate::{
    pages::shared::RecordForm,
    texts::{names, use_texts},
    ui::{Button, Glyph, InputKind, Look, TextField},
};

/// Fields of a person in the form, in order; that somebody left is a tick.
const SHOWN: &[PersonField] = &[
    PersonField::Name,
    PersonField::Post,
    PersonField::Phone,
    PersonField::Phone2,
    PersonField::Email,
    PersonField::Birthday,
    PersonField::Preferences,
    PersonField::Notes,
];

/// Returns the keys of the people in the values of a form, in order.
fn keys(values: &BTreeMap<String, String>) -> BTreeSet<String> {
    values
        .keys()
        .filter_map(|name| parse_name(name))
        .map(|(key, _)| key.to_string())
        .collect()
}

/// Returns a key nobody else makes at the same time.
fn new_key() -> EventId {
    let half = || (js_sys::Math::random() * f64::from(u32::MAX)) as u64;
    EventId::from_u64(half() << 32 | half())
}

/// The people, and a button for one more.
#[component]
pub fn PeopleFields(form: RecordForm) -> impl IntoView {
    let t = use_texts();
    let known = Memo::new(move |_| form.draft.values.with(keys));
    let add = move || {
        let name = field_name(&new_key(), PersonField::Name);
        form.draft.put(&name, String::new());
    };
    let people = move || {
        known
            .get()
            .into_iter()
            .filter_map(|key| EventId::parse(&key).ok())
            .map(|key| view! { <PersonFields form key=key.to_string() /> })
            .collect_view()
    };
    let may_add = Memo::new(move |_| known.with(BTreeSet::len) < MAX_PEOPLE);
    view! {
        {people}
        <Show when=move || may_add.get()>
            <Button look=Look::Quiet icon=Glyph::Plus press=add>
                {move || t.get().customers.add_person}
            </Button>
        </Show>
    }
    .into_any()
}

#[component]
fn PersonFields(form: RecordForm, key: String) -> impl IntoView {
    let t = use_texts();
    let Ok(key) = EventId::parse(&key) else {
        return ().into_any();
    };
    let fields = SHOWN
        .iter()
        .map(|field| view! { <PersonLine form name=field_name(&key, *field) field=*field /> })
        .collect_view();
    let left = StoredValue::new(field_name(&key, PersonField::Left));
    let gone = Memo::new(move |_| left.with_value(|left| form.draft.get(left) == "yes"));
    view! {
        <fieldset class="form nested">
            <legend>{move || t.get().customers.person}</legend>
            {fields}
            <label class="checkbox">
                <input
                    type="checkbox"
                    prop:checked=move || gone.get()
                    on:change:target=move |event| {
                        let value = if event.target().checked() { "yes" } else { "" };
                        form.draft.put(&left.get_value(), value.to_owned());
                    }
                />
                <span>{move || names::person(t.language(), PersonField::Left)}</span>
            </label>
        </fieldset>
    }
    .into_any()
}

#[component]
fn PersonLine(form: RecordForm, name: String, field: PersonField) -> impl IntoView {
    let t = use_texts();
    let kind = match field.kind() {
        FieldKind::Phone => InputKind::Phone,
        FieldKind::Email => InputKind::Email,
        FieldKind::Date => InputKind::Date,
        _ => InputKind::Text,
    };
    let wide = matches!(field, PersonField::Preferences | PersonField::Notes);
    view! {
        <NamedField
            form
            name
            label=Signal::derive(move || names::person(t.language(), field).to_owned())
            kind
            wide
        />
    }
    .into_any()
}

/// A field whose name is made while the program runs: of a person, or of the company's own.
#[component]
pub fn NamedField(
    form: RecordForm,
    name: String,
    #[prop(into)] label: Signal<String>,
    kind: InputKind,
    wide: bool,
) -> impl IntoView {
    let name = StoredValue::new(name);
    let value = Memo::new(move |_| name.with_value(|name| form.draft.get(name)));
    let error = Signal::derive(move || {
        form.errors
            .with(|errors| name.with_value(|name| errors.get(name).cloned().unwrap_or_default()))
    });
    let input = Callback::new(move |value: String| {
        let name = name.get_value();
        if form
            .errors
            .with_untracked(|errors| errors.contains_key(&name))
        {
            form.errors.update(|errors| {
                errors.remove(&name);
            });
        }
        form.draft.put(&name, value);
    });
    view! { <TextField label value input error kind wide /> }.into_any()
}
