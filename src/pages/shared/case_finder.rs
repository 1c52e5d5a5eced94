//! A field that finds a case by its number, subject, customer or phone, and holds the one chosen.

use huiyin_api::{CaseRow, ListQuery, Request};
use leptos::prelude::*;

use crate::{
    shell::{ask, keys::enter_presses_offer, live::live},
    texts::use_texts,
    ui::{Button, Field, Glyph, Icon, Look, new_id},
};

/// Letters from which on it is worth asking.
const MIN_LETTERS: usize = 2;
/// Cases offered at once.
const OFFERED: u32 = 6;

/// The field. The value, a record id, belongs to the caller.
#[component]
pub fn CaseFinder(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] chosen: Signal<String>,
    choose: Callback<String>,
    /// Record id of the case that is not offered.
    #[prop(into)]
    without: Signal<String>,
    #[prop(optional, into)] error: Signal<String>,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let any = Memo::new(move |_| !chosen.with(String::is_empty));
    move || {
        if any.get() {
            view! { <Chosen label chosen choose /> }.into_any()
        } else {
            view! { <Search label choose without error required /> }.into_any()
        }
    }
}

#[component]
fn Search(
    label: Signal<String>,
    choose: Callback<String>,
    without: Signal<String>,
    error: Signal<String>,
    required: bool,
) -> impl IntoView {
    let t = use_texts();
    let id = new_id("case");
    let help = format!("{id}-help");
    let words = RwSignal::new(String::new());
    let found = live(
        move || {
            let search = words.get();
            (search.trim().chars().count() >= MIN_LETTERS).then(|| {
                Request::Cases(ListQuery {
                    search,
                    limit: OFFERED,
                    sort: "received".into(),
                    descending: true,
                    ..ListQuery::default()
                })
            })
        },
        ask::cases,
    );
    let rows = move || {
        let asked = words.with(|words| words.trim().chars().count() >= MIN_LETTERS);
        let mut rows = found
            .value
            .with(|page| page.as_ref().map(|page| page.rows.clone()))
            .filter(|_| asked)?;
        rows.retain(|row| without.with(|without| *without != row.id));
        Some(rows)
    };
    let offers = move || {
        rows().map(|rows| {
            if rows.is_empty() {
                return view! { <p class="hint-line muted">{t.get().cases.nothing}</p> }.into_any();
            }
            let offers = rows
                .into_iter()
                .map(|row| view! { <Offer row choose /> })
                .collect_view();
            view! { <ul class="finder-offers">{offers}</ul> }.into_any()
        })
    };
    view! {
        <div class="wide finder" on:keydown=enter_presses_offer>
            <Field id=id.clone() label error required hint=move || t.get().desk.find_case_hint>
                <input
                    id=id
                    class="input"
                    type="search"
                    autocomplete="off"
                    aria-describedby=help
                    aria-required=required.then_some("true")
                    aria-invalid=move || (!error.with(String::is_empty)).then_some("true")
                    prop:value=move || words.get()
                    on:input:target=move |event| words.set(event.target().value())
                />
            </Field>
            {offers}
        </div>
    }
}

#[component]
fn Offer(row: CaseRow, choose: Callback<String>) -> impl IntoView {
    let t = use_texts();
    let number = row.number.clone();
    let label = move || (t.get().desk.choose_case)(&number);
    let detail = [row.number, row.customer]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    let id = row.id;
    view! {
        <li>
            <button type="button" class="offer" aria-label=label on:click=move |_| choose.run(id.clone())>
                <Icon glyph=Glyph::Case />
                <strong>{row.subject}</strong>
                <span class="muted num">{detail}</span>
            </button>
        </li>
    }
}

#[component]
fn Chosen(
    label: Signal<String>,
    chosen: Signal<String>,
    choose: Callback<String>,
) -> impl IntoView {
    let t = use_texts();
    let found = live(move || Some(Request::Case { id: chosen.get() }), ask::case);
    let name = move || {
        found.value.with(|record| {
            record
                .as_ref()
                .map(|record| format!("{} · {}", record.row.number, record.row.subject))
                .unwrap_or_default()
        })
    };
    view! {
        <div class="wide notice plain">
            <Icon glyph=Glyph::Case />
            <span>
                {move || label.get()} ": " <strong>{name}</strong>
            </span>
            <Button look=Look::Quiet press=move || choose.run(String::new())>
                {move || t.get().desk.choose_other}
            </Button>
        </div>
    }
}
