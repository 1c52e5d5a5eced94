//! The value of a condition: words, choices to tick, a day or yes and no, as the column wants it.

use huiyin_api::{Condition, CustomField, FilterForm, custom_name};
use huiyin_core::{
    case::{CASE_KINDS, CATEGORIES, CHANNELS, CaseState, SEVERITIES},
    customer::{CUSTOMER_KINDS, LIFE_CYCLES},
};
use leptos::prelude::*;

use crate::{
    shell::{branches::use_branches, policy::use_policy},
    texts::use_texts,
};

/// Separates several words of one condition.
const SEPARATOR: char = '|';
/// Days offered beside a fixed one, as they are sent.
const DAYS: &[&str] = &[
    "today",
    "today-7",
    "today-30",
    "today-90",
    "today-365",
    "today+7",
    "today+30",
];
const PROGRESS: &[&str] = &["open", "waiting", "done"];
const DUE_STATES: &[&str] = &["overdue", "soon", "on_time", "met", "late", "none"];

/// The input for the value of a condition.
#[component]
pub fn ValuePicker(
    cases: bool,
    /// Fields that only an import knows.
    custom: Signal<Vec<CustomField>>,
    condition: RwSignal<Condition>,
    #[prop(into)] form: Signal<FilterForm>,
) -> impl IntoView {
    move || match form.get() {
        FilterForm::Text | FilterForm::Custom => view! { <Words condition /> }.into_any(),
        FilterForm::Number => view! { <Number condition /> }.into_any(),
        FilterForm::Choice => view! { <Choices cases custom condition /> }.into_any(),
        FilterForm::Day => view! { <Day condition /> }.into_any(),
        FilterForm::Flag => view! { <YesNo condition /> }.into_any(),
    }
}

#[component]
fn Words(condition: RwSignal<Condition>) -> impl IntoView {
    let t = use_texts();
    let text = Memo::new(move |_| condition.with(|now| now.values.join(&SEPARATOR.to_string())));
    view! {
        <input
            class="input"
            type="text"
            autocomplete="off"
            aria-label=move || t.get().lists.value
            placeholder=move || t.get().lists.words_hint
            prop:value=move || text.get()
            on:input:target=move |event| {
                let values = event.target().value().split(SEPARATOR).map(str::to_owned).collect();
                condition.update(|now| now.values = values);
            }
        />
    }
}

#[component]
fn Number(condition: RwSignal<Condition>) -> impl IntoView {
    let t = use_texts();
    let text =
        Memo::new(move |_| condition.with(|now| now.values.first().cloned().unwrap_or_default()));
    view! {
        <input
            class="input num"
            type="text"
            autocomplete="off"
            inputmode="decimal"
            aria-label=move || t.get().lists.value
            prop:value=move || text.get()
            on:input:target=move |event| {
                let value = event.target().value();
                condition.update(|now| now.values = vec![value]);
            }
        />
    }
}

#[component]
fn Choices(
    cases: bool,
    custom: Signal<Vec<CustomField>>,
    condition: RwSignal<Condition>,
) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let policy = use_policy();
    let field = Memo::new(move |_| condition.with(|now| now.field.clone()));
    // Values and their names; those chosen before that are not offered any more stay in the list.
    let choices = move || {
        let texts = t.get();
        let field = field.get();
        let named = |wires: &[&str]| -> Vec<(String, String)> {
            wires
                .iter()
                .map(|wire| ((*wire).to_owned(), texts.value(&field, wire)))
                .collect()
        };
        let mut choices = match field.as_str() {
            "branch" => branches.choices("").into_iter().skip(1).collect(),
            "owner" | "assignee" => branches
                .staff_names()
                .into_iter()
                .map(|name| (name.clone(), name))
                .collect(),
            "state" => CaseState::ALL
                .iter()
                .map(|state| (state.name().to_owned(), texts.state(state.name())))
                .collect(),
            "kind" if cases => policy.choices(texts, "kind", CASE_KINDS),
            "kind" => named(CUSTOMER_KINDS),
            "category" => policy.choices(texts, "category", CATEGORIES),
            "severity" => policy.choices(texts, "severity", SEVERITIES),
            "channel" => named(CHANNELS),
            "class" => policy.classes(texts),
            "life_cycle" => named(LIFE_CYCLES),
            "group" => named(PROGRESS),
            own if custom_name(own).is_some() => custom.with(|custom| {
                let values = custom.iter().find(|known| known.name == own);
                let values = values.map(|known| known.values.clone());
                values
                    .unwrap_or_default()
                    .into_iter()
                    .map(|value| (value.clone(), value))
                    .collect()
            }),
            _ => DUE_STATES
                .iter()
                .map(|wire| ((*wire).to_owned(), texts.value("due", wire)))
                .collect(),
        };
        for value in condition.with_untracked(|now| now.values.clone()) {
            if !value.is_empty() && !choices.iter().any(|(wire, _)| *wire == value) {
                choices.push((value.clone(), value));
            }
        }
        choices
    };
    let toggle = move |wire: &str| {
        condition.update(|now| {
            if now.values.iter().any(|value| value == wire) {
                now.values.retain(|value| value != wire);
            } else {
                now.values.push(wire.to_owned());
            }
        });
    };
    view! {
        <div class="condition-choices" role="group" aria-label=move || t.get().lists.value>
            {move || {
                choices()
                    .into_iter()
                    .map(|(wire, name)| {
                        let own = wire.clone();
                        let on = move || condition.with(|now| now.values.contains(&own));
                        let pressed = on.clone();
                        view! {
                            <button
                                type="button"
                                class="tick-chip"
                                class:on=on
                                aria-pressed=move || if pressed() { "true" } else { "false" }
                                on:click=move |_| toggle(&wire)
                            >
                                {name}
                            </button>
                        }
                    })
                    .collect_view()
            }}
        </div>
    }
}

#[component]
fn Day(condition: RwSignal<Condition>) -> impl IntoView {
    let t = use_texts();
    let value =
        Memo::new(move |_| condition.with(|now| now.values.first().cloned().unwrap_or_default()));
    let set = move |value: String| condition.update(|now| now.values = vec![value]);
    // A day of its own is chosen as long as none counted from today is.
    let fixed = Memo::new(move |_| value.with(|value| !value.starts_with("today")));
    let days = move || {
        let words = t.get().lists.day;
        let now = value.get();
        let mut offered: Vec<String> = DAYS.iter().map(|day| (*day).to_owned()).collect();
        if now.starts_with("today") && !offered.contains(&now) {
            offered.push(now.clone());
        }
        offered
            .into_iter()
            .map(|day| {
                let selected = day == now;
                let name = words(&day);
                view! { <option value=day selected=selected prop:selected=selected>{name}</option> }
            })
            .collect_view()
    };
    view! {
        <select
            class="input"
            aria-label=move || t.get().lists.day_from
            on:change:target=move |event| set(event.target().value())
        >
            {days}
            <option value="" selected=move || fixed.get() prop:selected=move || fixed.get()>
                {move || t.get().lists.day_fixed}
            </option>
        </select>
        <Show when=move || fixed.get()>
            <input
                class="input"
                type="date"
                aria-label=move || t.get().lists.value
                prop:value=move || value.get()
                on:change:target=move |event| set(event.target().value())
            />
        </Show>
    }
}

#[component]
fn YesNo(condition: RwSignal<Condition>) -> impl IntoView {
    let t = use_texts();
    let yes =
        Memo::new(move |_| condition.with(|now| now.values.iter().all(|value| value != "no")));
    if condition.with_untracked(|now| now.values.is_empty()) {
        condition.update(|now| now.values = vec!["yes".to_owned()]);
    }
    view! {
        <select
            class="input"
            aria-label=move || t.get().lists.value
            on:change:target=move |event| {
                condition.update(|now| now.values = vec![event.target().value()]);
            }
        >
            <option value="yes" selected=move || yes.get() prop:selected=move || yes.get()>
                {move || t.get().lists.yes}
            </option>
            <option value="no" selected=move || !yes.get() prop:selected=move || !yes.get()>
                {move || t.get().lists.no}
            </option>
        </select>
    }
}
