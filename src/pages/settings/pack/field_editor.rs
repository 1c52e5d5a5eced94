//! The control of one place of a pack, by what it holds.
//!
//! Long: one editor for each shape of field, in one place.

use huiyin_core::pack::Grant;
use leptos::prelude::*;
use serde_json::Value;

use super::{
    draft::use_pack_draft,
    row_editor::RowEditor,
    schema::{Kind, Source, Spec},
    sources, tree,
};
use crate::{
    texts::{packs, use_texts},
    ui::{AreaField, InputKind, SelectField, TextField},
};

/// The control of a place under an entry.
#[component]
pub fn FieldEditor(spec: &'static Spec, under: String) -> impl IntoView {
    let pointer = spec.pointer(&under);
    match &spec.kind {
        Kind::Line | Kind::Area => view! { <Words spec pointer part="" /> }.into_any(),
        Kind::Text | Kind::LongText => view! {
            <Words spec pointer=pointer.clone() part="zh" />
            <Words spec pointer part="en" />
        }
        .into_any(),
        Kind::Count(_) | Kind::Money | Kind::MoneyOrNone => {
            view! { <Figure spec pointer /> }.into_any()
        }
        Kind::Flag => view! { <Switch spec pointer /> }.into_any(),
        Kind::One(source) => {
            view! { <Choice spec pointer source=Some(*source) optional=false /> }.into_any()
        }
        Kind::OneOrNone(source) => {
            view! { <Choice spec pointer source=Some(*source) optional=true /> }.into_any()
        }
        Kind::Starts => view! { <Choice spec pointer source=None optional=false /> }.into_any(),
        Kind::Grant => view! { <Length spec pointer /> }.into_any(),
        Kind::Any(source) => view! { <Several spec pointer source=*source /> }.into_any(),
        Kind::Rows(list) => view! { <RowEditor spec list pointer /> }.into_any(),
    }
}

/// Returns what is wrong with a place or within it.
pub fn defects_at(pointer: &str) -> Signal<String> {
    let t = use_texts();
    let draft = use_pack_draft();
    let own = pointer.to_owned();
    let within = format!("{pointer}/");
    Signal::derive(move || {
        let texts = t.get();
        draft.reading.with(|(_, defects)| {
            let said: Vec<String> = defects
                .iter()
                .filter(|defect| defect.pointer == own || defect.pointer.starts_with(&within))
                .map(|defect| packs::defect(texts, &defect.problem))
                .collect();
            said.join(" ")
        })
    })
}

/// Words in one language, or a wire name.
#[component]
fn Words(spec: &'static Spec, pointer: String, part: &'static str) -> impl IntoView {
    let t = use_texts();
    let draft = use_pack_draft();
    let pointer = if part.is_empty() {
        pointer
    } else {
        format!("{pointer}/{part}")
    };
    let label = move || {
        let texts = t.get();
        let name = spec.name.of(texts.language);
        match part {
            "zh" => (texts.packs.in_chinese)(name),
            "en" => (texts.packs.in_english)(name),
            _ => name.to_owned(),
        }
    };
    let hint = move || spec.hint.of(t.get().language).to_owned();
    let error = defects_at(&pointer);
    let shown = pointer.clone();
    let value = Signal::derive(move || draft.text(&shown));
    let input = move |typed: String| draft.set(&pointer, Value::String(typed));
    if matches!(spec.kind, Kind::LongText | Kind::Area) {
        view! {
            <AreaField
                label=Signal::derive(label)
                value
                input
                hint=Signal::derive(hint)
                error
                rows=2
            />
        }
        .into_any()
    } else {
        view! { <TextField label=Signal::derive(label) value input hint=Signal::derive(hint) error /> }
            .into_any()
    }
}

/// A number or an amount. What was typed stays as it was typed while it means the same.
#[component]
fn Figure(spec: &'static Spec, pointer: String) -> impl IntoView {
    let t = use_texts();
    let draft = use_pack_draft();
    let typed = RwSignal::new(None::<String>);
    let money = matches!(spec.kind, Kind::Money | Kind::MoneyOrNone);
    let optional = matches!(spec.kind, Kind::MoneyOrNone);
    let read = move |text: &str| -> Value {
        let text = text.trim();
        if text.is_empty() {
            return if optional { Value::Null } else { 0.into() };
        }
        let number = if money {
            tree::cents(text)
        } else {
            text.parse().ok()
        };
        number.map_or_else(|| Value::String(text.to_owned()), Value::from)
    };
    let error = defects_at(&pointer);
    let shown = pointer.clone();
    let value = Signal::derive(move || {
        let kept = draft
            .tree
            .with(|tree| tree.pointer(&shown).cloned().unwrap_or_default());
        if let Some(typed) = typed.get().filter(|typed| read(typed) == kept) {
            return typed;
        }
        match kept {
            Value::Number(number) if money => tree::yuan(number.as_i64().unwrap_or_default()),
            Value::Number(number) => number.to_string(),
            Value::String(text) => text,
            _ => String::new(),
        }
    });
    let input = move |text: String| {
        typed.set(Some(text.clone()));
        draft.set(&pointer, read(&text));
    };
    let label = move || {
        let language = t.get().language;
        let name = spec.name.of(language);
        match &spec.kind {
            Kind::Count(unit) => format!("{name} ({})", unit.of(language)),
            _ => name.to_owned(),
        }
    };
    view! {
        <TextField
            label=Signal::derive(label)
            value
            input
            hint=Signal::derive(move || spec.hint.of(t.get().language).to_owned())
            error
            kind=if money { InputKind::Amount } else { InputKind::Text }
        />
    }
}

#[component]
fn Switch(spec: &'static Spec, pointer: String) -> impl IntoView {
    let t = use_texts();
    let draft = use_pack_draft();
    let shown = pointer.clone();
    view! {
        <label class="checkbox switch" title=move || spec.hint.of(t.get().language)>
            <input
                type="checkbox"
                prop:checked=move || draft.tree.with(|tree| tree::is_on(tree, &shown))
                on:change:target=move |event| draft.set(&pointer, event.target().checked().into())
            />
            <span>{move || spec.name.of(t.get().language)}</span>
        </label>
    }
}

/// One of a list, or a start where there is no source.
#[component]
fn Choice(
    spec: &'static Spec,
    pointer: String,
    source: Option<Source>,
    optional: bool,
) -> impl IntoView {
    let t = use_texts();
    let draft = use_pack_draft();
    let error = defects_at(&pointer);
    let shown = pointer.clone();
    let value = Signal::derive(move || draft.text(&shown));
    let choices = move || {
        let texts = t.get();
        let mut choices = draft.tree.with(|pack| match source {
            Some(source) => sources::choices(texts, pack, source),
            None => sources::starts(texts, pack),
        });
        let now = value.get();
        // What is chosen stays in sight, also if the list has lost it.
        if !choices.iter().any(|(wire, _)| *wire == now) {
            let name = if now.is_empty() {
                texts.common.none.to_owned()
            } else {
                now.clone()
            };
            choices.insert(0, (now.clone(), name));
        }
        let may_be_none = optional
            || matches!(
                source,
                Some(Source::Clocks | Source::Causes | Source::StepFields)
            );
        if may_be_none && !now.is_empty() {
            choices.insert(0, (String::new(), texts.common.none.to_owned()));
        }
        choices
    };
    let input = move |wire: String| {
        let value = if optional && wire.is_empty() {
            Value::Null
        } else {
            Value::String(wire)
        };
        draft.set(&pointer, value);
    };
    view! {
        <SelectField
            label=Signal::derive(move || spec.name.of(t.get().language).to_owned())
            value
            input
            choices=Signal::derive(choices)
            hint=Signal::derive(move || spec.hint.of(t.get().language).to_owned())
            error
        />
    }
}

/// A length: a unit, and a count where the unit has one.
#[component]
fn Length(spec: &'static Spec, pointer: String) -> impl IntoView {
    let t = use_texts();
    let draft = use_pack_draft();
    let error = defects_at(&pointer);
    let now = pointer.clone();
    let text = Signal::derive(move || draft.text(&now));
    let parts = Memo::new(move |_| text.with(|text| split_length(text)));
    let pointer = StoredValue::new(pointer);
    let write = move |count: &str, unit: &str| {
        let length = if has_count(unit) {
            format!("{}{unit}", if count.is_empty() { "1" } else { count })
        } else {
            unit.to_owned()
        };
        pointer.with_value(|pointer| draft.set(pointer, Value::String(length)));
    };
    let units = move || {
        packs::UNITS
            .iter()
            .map(|(wire, name)| ((*wire).to_owned(), name.of(t.get().language).to_owned()))
            .collect::<Vec<_>>()
    };
    let words = move || {
        let texts = t.get();
        match text.with(|text| Grant::parse(text)) {
            Ok(Grant::Length(length)) => (texts.settings.clock)(length),
            Ok(Grant::Promised) => texts.packs.promised_text.to_owned(),
            Err(_) => String::new(),
        }
    };
    view! {
        <div class="length-field">
            <Show when=move || parts.with(|(_, unit)| has_count(unit))>
                <TextField
                    label=move || spec.name.of(t.get().language)
                    value=Signal::derive(move || parts.get().0)
                    input=move |count: String| write(count.trim(), &parts.get_untracked().1)
                    kind=InputKind::Number
                />
            </Show>
            <SelectField
                label=Signal::derive(move || {
                    let texts = t.get();
                    if parts.with(|(_, unit)| has_count(unit)) {
                        texts.packs.unit.to_owned()
                    } else {
                        spec.name.of(texts.language).to_owned()
                    }
                })
                value=Signal::derive(move || parts.get().1)
                input=move |unit: String| write(&parts.get_untracked().0, &unit)
                choices=Signal::derive(units)
                hint=Signal::derive(words)
                error
            />
        </div>
    }
}

fn has_count(unit: &str) -> bool {
    matches!(unit, "wd" | "d" | "w" | "m" | "h")
}

/// Returns count and unit of a length as typed.
fn split_length(text: &str) -> (String, String) {
    if !text.ends_with("day") && !text.starts_with("at") && text != "promised" {
        for unit in ["wd", "d", "w", "m", "h"] {
            if let Some(count) = text.strip_suffix(unit) {
                return (count.to_owned(), unit.to_owned());
            }
        }
    }
    (String::new(), text.to_owned())
}

/// Several of a list, as boxes behind a line that names what is chosen.
#[component]
fn Several(spec: &'static Spec, pointer: String, source: Source) -> impl IntoView {
    let t = use_texts();
    let draft = use_pack_draft();
    let error = defects_at(&pointer);
    let open = RwSignal::new(false);
    let pointer = StoredValue::new(pointer);
    let chosen = Memo::new(move |_| {
        pointer.with_value(|pointer| draft.tree.with(|tree| tree::names(tree, pointer)))
    });
    let choices = Memo::new(move |_| {
        let mut choices = draft
            .tree
            .with(|pack| sources::choices(t.get(), pack, source));
        chosen.with(|chosen| {
            for wire in chosen {
                if !choices.iter().any(|(known, _)| known == wire) {
                    choices.push((wire.clone(), wire.clone()));
                }
            }
        });
        choices
    });
    let summary = move || {
        let texts = t.get();
        let names: Vec<String> = chosen.with(|chosen| {
            choices.with(|choices| {
                chosen
                    .iter()
                    .filter_map(|wire| choices.iter().find(|(known, _)| known == wire))
                    .map(|(_, name)| name.clone())
                    .collect()
            })
        });
        if names.is_empty() {
            let hint = spec.hint.of(texts.language);
            if hint.is_empty() {
                texts.common.none.to_owned()
            } else {
                texts.common.all.to_owned()
            }
        } else {
            names.join(texts.packs.comma)
        }
    };
    let toggle = move |wire: &str, on: bool| {
        let mut names = chosen.get_untracked();
        names.retain(|name| name != wire);
        if on {
            names.push(wire.to_owned());
        }
        pointer.with_value(|pointer| draft.set(pointer, names.into()));
    };
    let boxes = move || {
        choices
            .get()
            .into_iter()
            .map(|(wire, name)| {
                let own = wire.clone();
                view! {
                    <label class="checkbox">
                        <input
                            type="checkbox"
                            prop:checked=move || chosen.with(|chosen| chosen.contains(&own))
                            on:change:target=move |event| toggle(&wire, event.target().checked())
                        />
                        <span>{name}</span>
                    </label>
                }
            })
            .collect_view()
    };
    view! {
        <details class="several" on:toggle:target=move |event| open.set(event.target().open())>
            <summary>
                <span class="several-name">{move || spec.name.of(t.get().language)}</span>
                <span class="several-chosen">{summary}</span>
            </summary>
            {move || {
                open.get()
                    .then(|| {
                        let hint = spec.hint.of(t.get().language);
                        view! {
                            <p class="muted">{hint}</p>
                            <div class="checks">{boxes}</div>
                        }
                    })
            }}
        </details>
        {move || {
            let error = error.get();
            (!error.is_empty()).then(|| view! { <p class="error-line" role="alert">{error}</p> })
        }}
    }
}

#[cfg(test)]
mod tests {
    use super::split_length;

    #[test]
    fn a_length_is_a_count_and_a_unit() {
        for (text, count, unit) in [
            ("3wd", "3", "wd"),
            ("7d", "7", "d"),
            ("24h", "24", "h"),
            ("wd", "", "wd"),
            ("x1m", "x1", "m"),
            ("same-day", "", "same-day"),
            ("at-once", "", "at-once"),
            ("promised", "", "promised"),
        ] {
            assert_eq!(split_length(text), (count.to_owned(), unit.to_owned()));
        }
    }
}
