//! Which column each field is read from. Fields found in the file come first; the others are a click away.

use huiyin_api::{ImportKind, ImportPreview};
use leptos::prelude::*;

use super::{desk::use_desk, file_head::wire};
use crate::{shell::intl, texts::use_texts, ui::SelectField};

/// Starts the names of fields that only a file knows.
const OWN: &str = "x:";
/// Longest example shown beneath a field, in characters.
const MAX_EXAMPLE: usize = 40;

/// Fields found in the file, and the others. The order stays while columns are chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Order {
    found: Vec<String>,
    others: Vec<String>,
}

impl Order {
    fn of(preview: &ImportPreview) -> Self {
        let kind = wire(preview.kind);
        let offered = preview
            .fields
            .iter()
            .filter(|choice| preview.kind == ImportKind::Records || choice.kind == kind);
        let mut order = Self::default();
        for choice in offered {
            let found = preview.mapping.iter().any(|map| map.field == choice.field);
            let list = if found {
                &mut order.found
            } else {
                &mut order.others
            };
            if !list.contains(&choice.field) {
                list.push(choice.field.clone());
            }
        }
        order
    }
}

/// A select for every field.
#[component]
pub fn Mapping() -> impl IntoView {
    let t = use_texts();
    let desk = use_desk();
    let needed = Memo::new(move |_| {
        desk.read(|preview| preview.kind != ImportKind::Records && !preview.columns.is_empty())
    });
    // The session and kind decide the order once; choosing a column does not move fields about.
    let session = Memo::new(move |_| desk.read(|preview| (preview.import.clone(), preview.kind)));
    let order = Memo::new(move |_| {
        session.get();
        desk.preview
            .with_untracked(|preview| preview.as_ref().map(Order::of).unwrap_or_default())
    });
    let fields = move |names: Vec<String>| {
        names
            .into_iter()
            .map(|field| view! { <FieldColumn field /> })
            .collect_view()
    };
    let further = move || {
        let t = t.get();
        let others = order.with(|order| order.others.len());
        (t.import.further_fields)(&intl::count(t.language, others as u64))
    };
    view! {
        <section class="card" aria-label=move || t.get().import.mapping>
            <div class="card-head">
                <h2>{move || t.get().import.mapping}</h2>
            </div>
            <div class="card-body form-section">
                {move || {
                    if !needed.get() {
                        return view! { <p class="muted">{t.get().import.records_mapping}</p> }.into_any();
                    }
                    view! {
                        <p class="muted">{move || t.get().import.mapping_text}</p>
                        <div class="form mapping">{fields(order.with(|order| order.found.clone()))}</div>
                        <OtherColumns />
                        <details class="more-fields">
                            <summary>{further}</summary>
                            <div class="form mapping">{fields(order.with(|order| order.others.clone()))}</div>
                        </details>
                    }
                        .into_any()
                }}
            </div>
        </section>
    }
}

/// The column of one field, with an example of what is in it.
#[component]
fn FieldColumn(field: String) -> impl IntoView {
    let t = use_texts();
    let desk = use_desk();
    let field = StoredValue::new(field);
    let column = Memo::new(move |_| field.with_value(|field| desk.column_of(field)));
    let columns = Memo::new(move |_| desk.read(|preview| preview.columns.clone()));
    let choices = move || {
        let none = (String::new(), t.get().import.not_used.to_owned());
        let columns = columns.get().into_iter();
        std::iter::once(none)
            .chain(columns.map(|column| (column.clone(), column)))
            .collect::<Vec<_>>()
    };
    let example = move || {
        let column = column.get();
        let value = desk.read(|preview| first_value(preview, &column));
        if value.is_empty() {
            return String::new();
        }
        let short: String = value.chars().take(MAX_EXAMPLE).collect();
        let cut = if short.len() < value.len() { "…" } else { "" };
        (t.get().import.example)(&format!("{short}{cut}"))
    };
    view! {
        <SelectField
            label=move || field.with_value(|field| t.get().field(field))
            value=column
            choices=Signal::derive(choices)
            hint=Signal::derive(example)
            input=move |column: String| field.with_value(|field| desk.map(field, column))
        />
    }
}

fn first_value(preview: &ImportPreview, column: &str) -> String {
    let Some(at) = preview.columns.iter().position(|name| name == column) else {
        return String::new();
    };
    let values = preview.sample.iter().filter_map(|row| row.get(at));
    values
        .map(|value| value.trim())
        .find(|value| !value.is_empty())
        .unwrap_or_default()
        .to_owned()
}

/// Columns that no known field is read from: each may be kept as a further detail under its own name.
#[component]
fn OtherColumns() -> impl IntoView {
    let t = use_texts();
    let desk = use_desk();
    let columns = Memo::new(move |_| desk.read(other_columns));
    let column = move |(column, own): (String, Option<String>)| {
        let kept = own.is_some();
        let field = own.unwrap_or_else(|| own_field(&column));
        let name = column.clone();
        let toggle = move |_| {
            let column = if kept { String::new() } else { column.clone() };
            desk.map(&field, column);
        };
        view! {
            <label class="checkbox">
                <input type="checkbox" checked=kept prop:checked=kept on:change=toggle />
                <span>{name}</span>
            </label>
        }
    };
    let list = move || columns.get().into_iter().map(column).collect_view();
    move || {
        (!columns.with(Vec::is_empty)).then(|| {
            view! {
                <fieldset class="other-columns">
                    <legend>{move || t.get().import.columns_left}</legend>
                    <p class="muted">{move || t.get().import.columns_left_text}</p>
                    <div class="checks">{list}</div>
                </fieldset>
            }
        })
    }
}

/// Returns the columns no known field is read from, each with its own field if it is kept.
fn other_columns(preview: &ImportPreview) -> Vec<(String, Option<String>)> {
    let of = |column: &String| preview.mapping.iter().find(|map| map.column == *column);
    preview
        .columns
        .iter()
        .filter(|column| !column.trim().is_empty())
        .filter_map(|column| match of(column) {
            None => Some((column.clone(), None)),
            Some(map) if map.field.starts_with(OWN) => {
                Some((column.clone(), Some(map.field.clone())))
            }
            Some(_) => None,
        })
        .collect()
}

fn own_field(column: &str) -> String {
    format!("{OWN}{}", column.trim())
}

#[cfg(test)]
mod tests {
    use huiyin_api::{ColumnMap, FieldChoice};

    use super::*;

    fn choice(field: &str, kind: &str) -> FieldChoice {
        FieldChoice {
            field: field.into(),
            kind: kind.into(),
            form: "line".into(),
        }
    }

    #[test]
    fn fields_found_in_the_file_come_first_and_other_kinds_are_left_out() {
        let preview = ImportPreview {
            kind: ImportKind::Customers,
            fields: vec![
                choice("phone", "customers"),
                choice("name", "customers"),
                choice("subject", "cases"),
            ],
            mapping: vec![ColumnMap {
                field: "name".into(),
                column: "CompanyName".into(),
            }],
            ..ImportPreview::default()
        };
        let order = Order::of(&preview);
        assert_eq!(order.found, ["name"]);
        assert_eq!(order.others, ["phone"]);
    }

    #[test]
    fn a_column_without_a_known_field_is_offered_and_says_whether_it_is_kept() {
        let map = |field: &str, column: &str| ColumnMap {
            field: field.into(),
            column: column.into(),
        };
        let preview = ImportPreview {
            columns: vec!["Name".into(), "Shoe size".into(), "Hat".into()],
            mapping: vec![map("name", "Name"), map("x:Shoe size", "Shoe size")],
            ..ImportPreview::default()
        };
        assert_eq!(
            other_columns(&preview),
            [
                ("Shoe size".to_owned(), Some("x:Shoe size".to_owned())),
                ("Hat".to_owned(), None)
            ]
        );
    }

    #[test]
    fn the_example_of_a_column_is_its_first_filled_value() {
        let preview = ImportPreview {
            columns: vec!["a".into(), "b".into()],
            sample: vec![vec!["1".into(), " ".into()], vec!["2".into(), "x".into()]],
            ..ImportPreview::default()
        };
        assert_eq!(first_value(&preview, "b"), "x");
        assert_eq!(first_value(&preview, "c"), "");
    }
}
