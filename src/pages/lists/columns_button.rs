//! Chooses the columns of a list and their order; kept on the device for the person at it.

use huiyin_api::{CustomField, Request};
use leptos::prelude::*;

use super::{
    columns::{chosen, columns, leading, of_import, title},
    layout::keep,
};
use crate::{
    pages::parts::{Desk, in_part},
    shell::{ask, list_memory::ListState, live::live},
    texts::use_texts,
    ui::{Button, Dialog, Glyph, Icon, Look},
};

/// The button that opens the choice of columns.
#[component]
pub fn ColumnsButton(
    /// The list is that of cases.
    cases: bool,
    state: ListState,
) -> impl IntoView {
    let t = use_texts();
    let open = RwSignal::new(false);
    view! {
        <button
            type="button"
            class="chip chip-button wide-only"
            class:on=move || !state.columns.with(Vec::is_empty)
            aria-haspopup="dialog"
            on:click=move |_| open.set(true)
        >
            {move || t.get().lists.columns}
        </button>
        <Dialog open title=move || t.get().lists.columns>
            {in_part(Desk::Columns(cases, state, open))}
        </Dialog>
    }
}

/// Returns all columns: those chosen in their order, then the others, at last the fields that only an import knows.
fn offered(cases: bool, names: &[String], custom: &[CustomField]) -> Vec<(String, bool)> {
    let on = chosen(cases, names);
    let custom = custom.iter().filter_map(|field| of_import(&field.name));
    let off = columns(cases)
        .iter()
        .cloned()
        .chain(custom)
        .filter(|column| !on.contains(column))
        .map(|column| (column.name.into_owned(), false));
    on.iter()
        .map(|column| (column.name.to_string(), true))
        .chain(off)
        .collect()
}

/// Returns the names after a column was ticked, moved (-1 up, 1 down) or not.
fn changed(
    cases: bool,
    names: &[String],
    name: &str,
    tick: Option<bool>,
    by: isize,
) -> Vec<String> {
    let mut now: Vec<String> = chosen(cases, names)
        .iter()
        .map(|column| column.name.to_string())
        .collect();
    let at = now.iter().position(|own| own == name);
    match (tick, at) {
        (Some(true), None) => now.push(name.to_owned()),
        (Some(false), Some(at)) if name != leading(cases) => {
            now.remove(at);
        }
        (None, Some(at)) => {
            if let Some(to) = at.checked_add_signed(by).filter(|to| *to < now.len()) {
                now.swap(at, to);
            }
        }
        _ => {}
    }
    now
}

/// What the dialog holds: all columns, those shown first.
#[component]
pub fn Chooser(cases: bool, state: ListState, open: RwSignal<bool>) -> impl IntoView {
    let t = use_texts();
    let engine = crate::shell::engine::use_engine();
    let session = crate::shell::session::use_session();
    let change = move |name: &str, tick: Option<bool>, by: isize| {
        state
            .columns
            .update(|names| *names = changed(cases, names, name, tick, by));
        keep(engine, session, cases, state);
    };
    let custom = live(
        move || Some(Request::CustomFields { cases }),
        ask::custom_fields,
    );
    let row = move |(name, on): (String, bool)| {
        let fixed = name == leading(cases);
        let name = StoredValue::new(name);
        let label = move || name.with_value(|name| title(t.get(), cases, name));
        let mover = move |glyph: Glyph, by: isize| {
            view! {
                <button
                    type="button"
                    class="icon-button"
                    disabled=!on
                    aria-label=move || {
                        let l = &t.get().lists;
                        let words = if by < 0 { l.move_up } else { l.move_down };
                        words(&label())
                    }
                    on:click=move |_| name.with_value(|name| change(name, None, by))
                >
                    <Icon glyph />
                </button>
            }
        };
        view! {
            <li class="column-choice">
                <label class="checkbox">
                    <input
                        type="checkbox"
                        prop:checked=on
                        disabled=fixed
                        on:change:target=move |event| {
                            let ticked = event.target().checked();
                            name.with_value(|name| change(name, Some(ticked), 0));
                        }
                    />
                    <span>{label}</span>
                </label>
                {mover(Glyph::Up, -1)}
                {mover(Glyph::Down, 1)}
            </li>
        }
    };
    view! {
        <ul class="column-choices">
            {move || {
                let names = state.columns.get();
                let custom = custom.value.with(|known| known.clone().unwrap_or_default());
                offered(cases, &names, &custom).into_iter().map(row).collect_view()
            }}
        </ul>
        <footer class="dialog-foot">
            <Button
                look=Look::Quiet
                press=move || {
                    state.columns.set(Vec::new());
                    keep(engine, session, cases, state);
                }
            >
                {move || t.get().lists.usual_columns}
            </Button>
            <Button look=Look::Primary press=move || open.set(false)>
                {move || t.get().common.close}
            </Button>
        </footer>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn columns_are_ticked_and_moved_and_the_name_stays() {
        let now = names(&["name", "phone"]);
        assert_eq!(
            changed(false, &now, "city", Some(true), 0),
            names(&["name", "phone", "city"])
        );
        assert_eq!(
            changed(false, &now, "phone", Some(false), 0),
            names(&["name"])
        );
        assert_eq!(changed(false, &now, "name", Some(false), 0), now);
        assert_eq!(
            changed(false, &now, "phone", None, -1),
            names(&["phone", "name"])
        );
        assert_eq!(changed(false, &now, "name", None, -1), now);
        assert_eq!(changed(false, &now, "phone", None, 1), now);
    }

    #[test]
    fn all_columns_are_offered_and_each_once() {
        let area = CustomField {
            name: "x:面积".to_owned(),
            ..CustomField::default()
        };
        let all = offered(
            true,
            &names(&["due", "subject"]),
            std::slice::from_ref(&area),
        );
        assert_eq!(all.len(), columns(true).len() + 1);
        let due = ("due".to_owned(), true);
        assert_eq!(all[..2], [due, ("subject".to_owned(), true)]);
        assert_eq!(all.last(), Some(&("x:面积".to_owned(), false)));
        let all = offered(true, &names(&["subject", "x:面积"]), &[area]);
        assert_eq!(all[1], ("x:面积".to_owned(), true));
    }
}
