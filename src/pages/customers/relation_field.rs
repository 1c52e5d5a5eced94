//! A relation to another customer in the form: found by name, phone or number, never typed as an id.

use huiyin_api::{CustomerRow, ListQuery, Request};
use leptos::prelude::*;

use crate::{
    pages::shared::RecordForm,
    shell::{ask, keys::enter_presses_offer, live::live},
    texts::use_texts,
    ui::{Button, Glyph, Icon, Look, TextField},
};

/// Characters from which on customers are looked for.
const MIN_WORDS: usize = 2;
/// Customers offered.
const OFFERED: u32 = 5;

/// The field: the customer chosen, or a search for one. `except` is the customer itself.
#[component]
pub fn RelationField(
    form: RecordForm,
    name: &'static str,
    except: Option<String>,
) -> impl IntoView {
    let t = use_texts();
    let chosen = Memo::new(move |_| form.draft.get(name));
    let search = RwSignal::new(String::new());
    let except = StoredValue::new(except);
    let take = Callback::new(move |row: CustomerRow| {
        form.errors.update(|errors| {
            errors.remove(name);
        });
        form.draft.put(name, row.id);
        search.set(String::new());
    });
    let error = Signal::derive(move || {
        form.errors
            .with(|errors| errors.get(name).cloned().unwrap_or_default())
    });
    move || {
        let id = chosen.get();
        if !id.is_empty() {
            return view! { <Taken form name id error /> }.into_any();
        }
        view! {
            <div class="wide finder" on:keydown=enter_presses_offer>
                <TextField
                    label=move || t.get().field(name)
                    value=search
                    input=move |words: String| search.set(words)
                    hint=move || t.get().customers.search_hint
                    error
                    wide=true
                />
                <Offers search except=except.get_value() take />
            </div>
        }
        .into_any()
    }
}

#[component]
fn Taken(form: RecordForm, name: &'static str, id: String, error: Signal<String>) -> impl IntoView {
    let t = use_texts();
    let shown = id.clone();
    let found = live(
        move || Some(Request::Customer { id: id.clone() }),
        ask::customer,
    );
    let who = move || {
        found.value.with(|record| match record {
            Some(record) => format!("{} · {}", record.row.name, record.row.number),
            None => shown.clone(),
        })
    };
    view! {
        <div class="wide notice plain">
            <Icon glyph=Glyph::Person />
            <span>
                {move || t.get().field(name)} ": " <strong>{who}</strong>
            </span>
            <Button look=Look::Quiet press=move || form.draft.put(name, String::new())>
                {move || t.get().common.clear}
            </Button>
            <span class="error" role="alert">
                {move || error.get()}
            </span>
        </div>
    }
    .into_any()
}

#[component]
fn Offers(
    search: RwSignal<String>,
    except: Option<String>,
    take: Callback<CustomerRow>,
) -> impl IntoView {
    let t = use_texts();
    let words = Memo::new(move |_| {
        let words = search.get();
        (words.trim().chars().count() >= MIN_WORDS).then_some(words)
    });
    let found = live(
        move || {
            words.get().map(|search| {
                Request::Customers(ListQuery {
                    search,
                    limit: OFFERED,
                    ..ListQuery::default()
                })
            })
        },
        ask::customers,
    );
    move || {
        words.get()?;
        let mut rows = found
            .value
            .with(|page| page.as_ref().map(|page| page.rows.clone()))?;
        rows.retain(|row| Some(&row.id) != except.as_ref());
        if rows.is_empty() {
            return Some(
                view! { <p class="wide hint-line muted">{move || t.get().cases.found_none}</p> }
                    .into_any(),
            );
        }
        let offers = rows
            .into_iter()
            .map(|row| {
                let detail = [row.phone.as_str(), row.city.as_str(), row.number.as_str()]
                    .into_iter()
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join(" · ");
                let name = row.name.clone();
                view! {
                    <li>
                        <button type="button" class="offer" on:click=move |_| take.run(row.clone())>
                            <Icon glyph=Glyph::Person />
                            <strong>{name}</strong>
                            <span class="muted num">{detail}</span>
                        </button>
                    </li>
                }
            })
            .collect_view();
        Some(
            view! {
                <div class="wide offers" role="group" aria-label=move || t.get().cases.found>
                    <ul>{offers}</ul>
                </div>
            }
            .into_any(),
        )
    }
}
