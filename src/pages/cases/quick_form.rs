//! Quick capture for a telephone call, by the keyboard alone: phone first, the customer found while it is typed,
//! subject, category, severity; Enter saves.

use std::collections::BTreeMap;

use huiyin_api::{CustomerRow, Request};
use huiyin_core::case::CaseField;
use leptos::{ev, html, prelude::*};

use super::{
    customer_finder::take,
    guidance::Guidance,
    register_fields::{WHAT_QUICK, check},
    register_form::{Fields, OneField, Severity, listen, required, saver},
};
use crate::{
    pages::shared::{CUSTOMER, ChosenCustomer, DraftNotice, RecordForm},
    shell::{ask, live::live, policy::use_policy},
    texts::use_texts,
    ui::{
        Button, ErrorState, Field, Glyph, Icon, LinkButton, Look, TextField, focus_once_shown,
        new_id,
    },
};

const PHONE: &str = "complainant_phone";
const NAME: &str = "complainant_name";
/// Fields the form asks for in a place of its own or fills in by itself.
const PRESET: &[&str] = &[PHONE, NAME, CUSTOMER, "channel", "severity"];

/// The form.
#[component]
pub fn QuickForm() -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let form = RecordForm::open("case:quick", check);
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
    let guided =
        Memo::new(move |_| policy.with(|pack| pack.is_some_and(|pack| !pack.guidance.is_empty())));
    view! {
        <DraftNotice draft discard />
        <ErrorState problem=form.problem />
        <div class="quick" class:guided=guided>
            <form class="card record-form" novalidate on:submit=submit>
                <div class="form">
                    <PhoneField form />
                    <NameField form />
                    <Fields form fields=WHAT_QUICK />
                    <RequiredByPack form />
                    <Severity form />
                </div>
                <footer class="form-foot">
                    <LinkButton to="/cases/new" look=Look::Quiet>
                        {move || t.get().desk.full_form}
                    </LinkButton>
                    <span class="muted quick-keys">
                        <kbd>"Enter"</kbd>
                        " "
                        {move || t.get().desk.quick_keys}
                    </span>
                    <Button look=Look::Primary submit=true busy=form.busy>
                        {move || t.get().cases.register}
                    </Button>
                </footer>
            </form>
            <Guidance open=true />
        </div>
    }
}

/// The fields the active pack requires beyond those every call is asked for.
#[component]
fn RequiredByPack(form: RecordForm) -> impl IntoView {
    let policy = use_policy();
    let more = Memo::new(move |_| {
        let asked =
            |field: &CaseField| WHAT_QUICK.contains(field) || PRESET.contains(&field.name());
        let needed = required(policy);
        let mut needed: Vec<CaseField> = needed
            .iter()
            .filter_map(|name| CaseField::parse(name))
            .collect();
        needed.retain(|field| !asked(field));
        needed
    });
    move || {
        more.get()
            .into_iter()
            .map(|field| view! { <OneField form field required=true /> })
            .collect_view()
    }
}

/// A call is a complaint by phone until something else is said.
fn preset(form: RecordForm) {
    form.draft.preset("kind", "complaint".to_owned());
    form.draft.preset("channel", "phone".to_owned());
    form.draft.preset("severity", "general".to_owned());
}

/// What a key does in the list of customers beneath the phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Move {
    /// Marks another customer.
    To(usize),
    /// Takes the marked one.
    Take(usize),
    /// Goes on to the next field.
    On,
    /// Leaves the key alone.
    Nothing,
}

/// Returns what a key does when so many customers are offered and one is marked.
fn key(name: &str, marked: usize, offered: usize) -> Move {
    match name {
        "ArrowDown" if offered > 0 => Move::To((marked + 1) % offered),
        "ArrowUp" if offered > 0 => Move::To((marked + offered - 1) % offered),
        "Enter" if offered > 0 => Move::Take(marked.min(offered - 1)),
        "Enter" => Move::On,
        _ => Move::Nothing,
    }
}

/// The phone with the customers who have it; arrows mark one, Enter takes it.
#[component]
fn PhoneField(form: RecordForm) -> impl IntoView {
    let t = use_texts();
    let draft = form.draft;
    let id = new_id("phone");
    let list = format!("{id}-customers");
    let help = format!("{id}-help");
    let input = NodeRef::<html::Input>::new();
    focus_once_shown(input);
    let marked = RwSignal::new(0_usize);
    let chosen = Memo::new(move |_| draft.get(CUSTOMER));
    let offers = offers(form);
    let pick = Callback::new(move |row: CustomerRow| {
        take(draft, &row);
        focus_next(input, 2);
    });
    let on_key = move |event: ev::KeyboardEvent| {
        if event.is_composing() || event.ctrl_key() || event.meta_key() {
            return;
        }
        let rows = offers.get_untracked();
        match key(&event.key(), marked.get_untracked(), rows.len()) {
            Move::To(index) => marked.set(index),
            Move::Take(index) => pick.run(rows[index].clone()),
            Move::On => focus_next(input, 1),
            Move::Nothing => return,
        }
        event.prevent_default();
    };
    let error = Signal::derive(move || {
        form.errors
            .with(|errors| errors.get(PHONE).cloned().unwrap_or_default())
    });
    let option_id = {
        let list = list.clone();
        move |index: usize| format!("{list}-{index}")
    };
    let active = {
        let option_id = option_id.clone();
        move || (!offers.with(Vec::is_empty)).then(|| option_id(marked.get()))
    };
    let shown = {
        let list = list.clone();
        move || {
            let rows = offers.get();
            (!rows.is_empty()).then(|| {
                let options = rows
                    .into_iter()
                    .enumerate()
                    .map(|(index, row)| {
                        let detail = [row.phone.clone(), row.city.clone()]
                            .into_iter()
                            .filter(|part| !part.is_empty())
                            .collect::<Vec<_>>()
                            .join(" · ");
                        let name = row.name.clone();
                        view! {
                            <li
                                id=option_id(index)
                                class="offer"
                                role="option"
                                aria-selected=move || if marked.get() == index { "true" } else { "false" }
                                on:mousedown=move |event| {
                                    event.prevent_default();
                                    pick.run(row.clone());
                                }
                            >
                                <Icon glyph=Glyph::Person />
                                <strong>{name}</strong>
                                <span class="muted num">{detail}</span>
                            </li>
                        }
                    })
                    .collect_view();
                view! {
                    <ul id=list.clone() class="phone-offers" role="listbox" aria-label=move || t.get().cases.found>
                        {options}
                    </ul>
                }
            })
        }
    };
    view! {
        <div class="wide phone-field">
            <Field
                id=id.clone()
                label=move || t.get().field(PHONE)
                hint=move || t.get().desk.phone_keys
                error
            >
                <input
                    node_ref=input
                    id=id
                    class="input"
                    type="tel"
                    role="combobox"
                    autocomplete="off"
                    autofocus=true
                    aria-autocomplete="list"
                    aria-expanded=move || if offers.with(Vec::is_empty) { "false" } else { "true" }
                    aria-controls=list
                    aria-activedescendant=active
                    aria-describedby=help
                    aria-invalid=move || (!error.with(String::is_empty)).then_some("true")
                    prop:value=move || draft.get(PHONE)
                    on:input:target=move |event| {
                        marked.set(0);
                        form.errors
                            .update(|errors| {
                                errors.remove(PHONE);
                            });
                        draft.put(PHONE, event.target().value());
                    }
                    on:keydown=on_key
                />
            </Field>
            {shown}
            {move || {
                let id = chosen.get();
                (!id.is_empty()).then(|| view! { <ChosenCustomer draft id /> })
            }}
        </div>
    }
}

/// Returns the customers who have the phone typed so far; none once one is chosen.
fn offers(form: RecordForm) -> Signal<Vec<CustomerRow>> {
    let draft = form.draft;
    let typed = Memo::new(move |_| {
        let phone = draft.get(PHONE);
        (draft.get(CUSTOMER).is_empty() && !phone.trim().is_empty()).then_some(phone)
    });
    let found = live(
        move || {
            typed.get().map(|phone| Request::SamePhone {
                phone,
                except: None,
            })
        },
        ask::customers,
    );
    Signal::derive(move || {
        if typed.with(Option::is_none) {
            return Vec::new();
        }
        found.value.with(|page| {
            page.as_ref()
                .map(|page| page.rows.clone())
                .unwrap_or_default()
        })
    })
}

#[component]
fn NameField(form: RecordForm) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let draft = form.draft;
    let error = Signal::derive(move || {
        form.errors
            .with(|errors| errors.get(NAME).cloned().unwrap_or_default())
    });
    let needed = Memo::new(move |_| required(policy).iter().any(|name| name == NAME));
    move || {
        let required = needed.get();
        view! {
            <TextField
                label=move || t.get().field(NAME)
                value=Signal::derive(move || draft.get(NAME))
                input=move |value| draft.put(NAME, value)
                error
                required
            />
        }
    }
}

/// Brings the cursor into a later field of the form: 1 is the one after the phone.
fn focus_next(input: NodeRef<html::Input>, places: u32) {
    use wasm_bindgen::JsCast;
    // The field is drawn before the cursor comes.
    request_animation_frame(move || {
        let Some(form) = input.get_untracked().and_then(|input| input.form()) else {
            return;
        };
        let Ok(fields) = form.query_selector_all(".input") else {
            return;
        };
        let next = fields
            .item(places)
            .and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(next) = next {
            // A missing focus harms nobody.
            let _ = next.focus();
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enter_takes_the_marked_customer_and_without_one_goes_on() {
        assert_eq!(key("Enter", 0, 2), Move::Take(0));
        assert_eq!(key("Enter", 5, 2), Move::Take(1));
        assert_eq!(key("Enter", 0, 0), Move::On);
    }

    #[test]
    fn arrows_go_round_the_customers_and_do_nothing_without_any() {
        assert_eq!(key("ArrowDown", 1, 2), Move::To(0));
        assert_eq!(key("ArrowUp", 0, 2), Move::To(1));
        assert_eq!(key("ArrowDown", 0, 0), Move::Nothing);
        assert_eq!(key("5", 0, 2), Move::Nothing);
    }
}
