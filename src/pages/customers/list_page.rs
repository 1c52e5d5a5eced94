//! The list of customers: search, filters, order; any number of rows.

use std::sync::Arc;

use huiyin_api::{CustomerRow, ListQuery};
use huiyin_core::customer::{CUSTOMER_KINDS, LIFE_CYCLES};
use leptos::prelude::*;

use super::row::CustomerCells;
use crate::{
    pages::{
        lists::FilterButton,
        shared::{FilterChip, SearchBox, list_count, listen_in_list, row_height},
    },
    shell::{
        branches::use_branches,
        go::use_go,
        keys::{Command, on_command},
        list_memory::{ListState, use_list_memory},
        title::set_title,
        windows::Windows,
    },
    texts::use_texts,
    ui::{
        Button, EmptyState, ErrorState, Glyph, Icon, LinkButton, Look, PageHead, Scroll,
        VirtualList,
    },
};

/// Classes offered as a filter: the letters of the yearly grading.
const CLASSES: &[&str] = &["A", "B", "C"];

/// The screen with all customers.
#[component]
pub fn CustomersPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().customers.title);
    let state = use_list_memory().customers;
    let query: Signal<ListQuery> = state.query.into();
    let windows = Windows::<CustomerRow>::follow(query);
    let total = Signal::derive(move || windows.total.get().unwrap_or(0));
    listen_in_list(state.cursor, total, move |index| {
        windows.id_at(index).map(|id| format!("/customers/{id}"))
    });
    let go = use_go();
    on_command(move |command| {
        let new = command == Command::New;
        if new {
            go.to("/customers/new");
        }
        new
    });
    let count = list_count(windows.total);
    view! {
        <div class="list-page">
            <PageHead title=move || t.get().customers.title subtitle=count>
                <LinkButton to="/customers/new" look=Look::Primary icon=Glyph::Plus>
                    {move || t.get().customers.new}
                </LinkButton>
            </PageHead>
            <Tools state />
            <ErrorState problem=windows.problem />
            <section class="card list-card customer-list">
                <Show when=move || windows.total.get() == Some(0)>
                    <Nothing state />
                </Show>
                <Rows windows state total />
            </section>
        </div>
    }
}

#[component]
fn Tools(state: ListState) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let words = Signal::derive(move || state.query.with(|query| query.search.clone()));
    let search = Callback::new(move |words: String| state.change(|query| query.search = words));
    let chosen = move |column: &'static str| {
        Signal::derive(move || state.wanted(column).into_iter().next().unwrap_or_default())
    };
    let wires = move |column: &'static str, wires: &'static [&'static str]| {
        Signal::derive(move || {
            let texts = t.get();
            let all = (String::new(), texts.field(column));
            let named = wires
                .iter()
                .map(|wire| ((*wire).to_owned(), texts.value(column, wire)));
            std::iter::once(all).chain(named).collect::<Vec<_>>()
        })
    };
    let branch_choices = Signal::derive(move || branches.choices(t.get().customers.branch));
    let orders = Signal::derive(move || {
        let c = &t.get().customers;
        vec![
            ("name".to_owned(), c.sort_name.to_owned()),
            ("updated".to_owned(), c.sort_updated.to_owned()),
            ("branch".to_owned(), c.sort_branch.to_owned()),
        ]
    });
    view! {
        <div class="list-tools">
            <SearchBox hint=move || t.get().customers.search_hint words search />
            <div class="chips">
                <FilterChip
                    label=move || t.get().customers.column_kind
                    chosen=chosen("kind")
                    choices=wires("kind", CUSTOMER_KINDS)
                    choose=move |value: String| state.want("kind", &value)
                />
                <FilterChip
                    label=move || t.get().field("class")
                    chosen=chosen("class")
                    choices=wires("class", CLASSES)
                    choose=move |value: String| state.want("class", &value)
                />
                <FilterChip
                    label=move || t.get().field("life_cycle")
                    chosen=chosen("life_cycle")
                    choices=wires("life_cycle", LIFE_CYCLES)
                    choose=move |value: String| state.want("life_cycle", &value)
                />
                <Show when=move || branches.several()>
                    <FilterChip
                        label=move || t.get().customers.branch
                        chosen=chosen("branch")
                        choices=branch_choices
                        choose=move |value: String| state.want("branch", &value)
                    />
                </Show>
                <FilterButton cases=false state />
                <span class="sort">
                    <Icon glyph=Glyph::Sort />
                    <FilterChip
                        label=move || t.get().common.sort
                        chosen=Signal::derive(move || state.query.with(|query| query.sort.clone()))
                        choices=orders
                        choose=move |sort: String| {
                            state
                                .change(|query| {
                                    query.descending = sort == "updated";
                                    query.sort = sort;
                                });
                        }
                        marks=false
                    />
                </span>
                <Show when=move || state.narrowed()>
                    <Button look=Look::Quiet icon=Glyph::Close press=move || state.clear()>
                        {move || t.get().common.clear_filters}
                    </Button>
                </Show>
            </div>
        </div>
    }
}

#[component]
fn Rows(windows: Windows<CustomerRow>, state: ListState, total: Signal<u32>) -> impl IntoView {
    let t = use_texts();
    let row = Arc::new(move |index: u32| {
        // Drawn again only when this row has changed, not whenever others came.
        let row = Memo::new(move |_| windows.row(index));
        let opened = Callback::new(move |()| state.cursor.set(Some(index)));
        let cells = move || match row.get() {
            Some(row) => view! { <CustomerCells row opened /> }.into_any(),
            None => view! { <span role="gridcell" class="bar"></span> }.into_any(),
        };
        cells.into_any()
    });
    let head = move || {
        let c = &t.get().customers;
        let stage = t.get().field("life_cycle");
        [
            ("c-name", c.column_name.to_owned()),
            ("c-phone", c.column_phone.to_owned()),
            ("c-kind", c.column_kind.to_owned()),
            ("c-stage", stage),
            ("c-city", c.column_city.to_owned()),
            ("c-owner", c.column_owner.to_owned()),
            ("c-branch", c.column_branch.to_owned()),
            ("c-updated", c.column_updated.to_owned()),
        ]
        .into_iter()
        .map(|(class, name)| view! { <span role="columnheader" class=class>{name}</span> })
        .collect_view()
    };
    view! {
        <VirtualList
            label=move || t.get().customers.list
            total
            row_height=row_height()
            scroll=Scroll { top: state.scroll, cursor: state.cursor }
            shown=windows.shown
            row
            head=Box::new(move || view! { {head} }.into_any())
        />
    }
}

#[component]
fn Nothing(state: ListState) -> impl IntoView {
    let t = use_texts();
    move || {
        if state.narrowed() {
            view! {
                <EmptyState
                    glyph=Glyph::Search
                    title=move || t.get().customers.nothing
                    text=move || t.get().customers.nothing_text
                >
                    <Button press=move || state.clear()>{move || t.get().common.clear_filters}</Button>
                </EmptyState>
            }
            .into_any()
        } else {
            view! {
                <EmptyState
                    glyph=Glyph::Person
                    title=move || t.get().customers.empty
                    text=move || t.get().customers.empty_text
                >
                    <LinkButton to="/customers/new" look=Look::Primary icon=Glyph::Plus>
                        {move || t.get().customers.new}
                    </LinkButton>
                    <LinkButton to="/import" icon=Glyph::Import>
                        {move || t.get().home.import}
                    </LinkButton>
                </EmptyState>
            }
            .into_any()
        }
    }
}
