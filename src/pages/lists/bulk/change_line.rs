//! One change: the field, what is done to it, and the value as the field wants it.

use huiyin_api::{BulkAct, BulkChange, BulkForm, bulk_field, bulk_fields};
use huiyin_core::{
    case::{CATEGORIES, CONFIDENTIALITIES, SEVERITIES},
    customer::{CUSTOMER_KINDS, LIFE_CYCLES},
};
use leptos::prelude::*;

use crate::{
    shell::{branches::use_branches, policy::use_policy},
    texts::use_texts,
    ui::{Glyph, Icon, SelectField, TextField},
};

/// Returns a change of a field that says nothing yet.
pub fn new_change(cases: bool, field: &str) -> BulkChange {
    let is_tag = bulk_field(cases, field).is_some_and(|field| field.form == BulkForm::Tag);
    BulkChange {
        field: field.to_owned(),
        act: if is_tag {
            BulkAct::AddTag
        } else {
            BulkAct::Set
        },
        value: String::new(),
    }
}

/// A change being said.
#[component]
pub fn ChangeLine(
    cases: bool,
    changes: RwSignal<Vec<BulkChange>>,
    /// Its place among them.
    at: usize,
) -> impl IntoView {
    let t = use_texts();
    let own = Memo::new(move |_| changes.with(|all| all.get(at).cloned().unwrap_or_default()));
    let change = move |change: Box<dyn FnOnce(&mut BulkChange)>| {
        changes.update(|all| {
            if let Some(own) = all.get_mut(at) {
                change(own);
            }
        });
    };
    let field = Memo::new(move |_| own.with(|own| own.field.clone()));
    let form = Memo::new(move |_| {
        field
            .with(|name| bulk_field(cases, name))
            .map(|own| own.form)
    });
    let fields = Signal::derive(move || {
        let texts = t.get();
        bulk_fields(cases)
            .iter()
            .map(|field| (field.name.to_owned(), texts.field(field.name)))
            .collect::<Vec<_>>()
    });
    let choose = move |name: String| change(Box::new(move |own| *own = new_change(cases, &name)));
    let acts = Signal::derive(move || {
        let b = &t.get().bulk;
        vec![
            ("add".to_owned(), b.add_tag.to_owned()),
            ("remove".to_owned(), b.remove_tag.to_owned()),
        ]
    });
    let act = Signal::derive(move || {
        own.with(|own| {
            match own.act {
                BulkAct::RemoveTag => "remove",
                _ => "add",
            }
            .to_owned()
        })
    });
    let choose_act = move |name: String| {
        let act = if name == "remove" {
            BulkAct::RemoveTag
        } else {
            BulkAct::AddTag
        };
        change(Box::new(move |own| own.act = act));
    };
    view! {
        <div class="bulk-line">
            <SelectField label=move || t.get().bulk.field value=field input=choose choices=fields />
            <Show when=move || form.get() == Some(BulkForm::Tag)>
                <SelectField label=move || t.get().bulk.tag_act value=act input=choose_act choices=acts />
            </Show>
            {move || {
                form.get()
                    .map(|form| view! { <Value cases form field changes at /> }.into_any())
            }}
            <Show when=move || changes.with(|all| all.len() > 1)>
                <button
                    type="button"
                    class="icon-button"
                    aria-label=move || t.get().bulk.drop_change
                    on:click=move |_| {
                        changes
                            .update(|all| {
                                if at < all.len() {
                                    all.remove(at);
                                }
                            });
                    }
                >
                    <Icon glyph=Glyph::Close />
                </button>
            </Show>
        </div>
    }
}

#[component]
fn Value(
    cases: bool,
    form: BulkForm,
    field: Memo<String>,
    changes: RwSignal<Vec<BulkChange>>,
    at: usize,
) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let policy = use_policy();
    let value = Signal::derive(move || {
        changes.with(|all| all.get(at).map(|own| own.value.clone()).unwrap_or_default())
    });
    let input = move |value: String| {
        changes.update(|all| {
            if let Some(own) = all.get_mut(at) {
                own.value = value;
            }
        });
    };
    let may_be_empty = move || {
        field
            .with(|name| bulk_field(cases, name))
            .is_some_and(|own| own.may_be_empty)
    };
    let choices = Signal::derive(move || {
        let texts = t.get();
        let name = field.get();
        let first = if !may_be_empty() {
            texts.bulk.please_choose
        } else if form == BulkForm::Person {
            texts.people.nobody
        } else {
            texts.bulk.empty
        };
        let named = |wires: &[&str]| -> Vec<(String, String)> {
            wires
                .iter()
                .map(|wire| ((*wire).to_owned(), texts.value(&name, wire)))
                .collect()
        };
        let rest = match name.as_str() {
            "owner_a" | "owner_b" | "assignee" => branches
                .staff_names()
                .into_iter()
                .map(|name| (name.clone(), name))
                .collect(),
            "kind" => named(CUSTOMER_KINDS),
            "life_cycle" => named(LIFE_CYCLES),
            "category" => policy.choices(texts, "category", CATEGORIES),
            "severity" => policy.choices(texts, "severity", SEVERITIES),
            _ => named(CONFIDENTIALITIES),
        };
        let mut choices = vec![(String::new(), first.to_owned())];
        choices.extend(rest);
        choices
    });
    let label = move || t.get().bulk.value;
    match form {
        BulkForm::Line => {
            let hint = move || t.get().bulk.line_hint.to_owned();
            view! { <TextField label value input hint /> }.into_any()
        }
        BulkForm::Tag => view! { <TextField label value input required=true /> }.into_any(),
        BulkForm::Choice | BulkForm::Words | BulkForm::Person => {
            view! { <SelectField label value input choices /> }.into_any()
        }
    }
}
