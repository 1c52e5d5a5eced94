//! The list of customers: search, filters, order; any number of rows.

use std::sync::Arc;

use huiyin_api::{CustomerRow, ListQuery};
use huiyin_core::customer::{CUSTOMER_KINDS, LIFE_CYCLES};
use leptos::prelude::*;

use super::row::CustomerCells;
use crate::{
    pages::{
        lists::{
            Column, ColumnsButton, ExportButton, FilterButton, GroupChip, GroupedList,
            SelectionBar, ViewsMenu, least_width, restore, shown_columns, template,
        },
        shared::{FilterChip, FormsMenu, SearchBox, list_count},
    },
    shell::{
        branches::use_branches,
        go::use_go,
        keys::{Command, on_command},
        list_memory::{ListState, use_list_memory},
        policy::use_policy,
        title::set_title,
        windows::Windows,
    },
    texts::{forms::About, grading, leads, use_texts},
    ui::{Button, EmptyState, ErrorState, Glyph, Icon, LinkButton, Look, PageHead, Skeleton},
};

/// The screen with all customers.
#[component]
pub fn CustomersPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().customers.title);
    let state = use_list_memory().customers;
    let query: Signal<ListQuery> = state.query.into();
    let windows = Windows::<CustomerRow>::follow(query);
    restore(false, state);
    let columns = shown_columns(false, state);
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
                <LinkButton to="/customers/pool" icon=Glyph::Clock>
                    {move || t.get().people.pool}
                </LinkButton>
                <LinkButton to="/customers/leads" icon=Glyph::Person>
                    {move || leads::of(t.language()).title}
                </LinkButton>
                <LinkButton to="/grading" icon=Glyph::Person>
                    {move || grading::of(t.language()).review_title}
                </LinkButton>
                <FormsMenu
                    about=About::Customers
                    under=Signal::derive(|| "/papers/customers".to_owned())
                />
                <LinkButton to="/customers/duplicates" icon=Glyph::Person>
                    {move || t.get().people.duplicates}
                </LinkButton>
                <LinkButton to="/customers/new" look=Look::Primary icon=Glyph::Plus>
                    {move || t.get().customers.new}
                </LinkButton>
            </PageHead>
            <Tools state total=windows.total />
            <ErrorState problem=windows.problem />
            <SelectionBar cases=false state windows />
            <section
                class="card list-card customer-list ticks"
                class:choosing=move || state.chosen.is_shown()
                class:own-columns=move || !state.columns.with(Vec::is_empty)
                style=("--columns", move || columns.with(|columns| template(columns)))
                style=("--list-width", move || columns.with(|columns| least_width(columns)))
            >
                <Show when=move || windows.total.get() == Some(0)>
                    <Nothing state />
                </Show>
                <Show when=move || windows.total.get().is_none()>
                    <Skeleton lines=6 />
                </Show>
                <Rows windows state columns />
            </section>
        </div>
    }
}

#[component]
fn Tools(state: ListState, total: ReadSignal<Option<u32>>) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let policy = use_policy();
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
    let classes = Signal::derive(move || {
        let texts = t.get();
        let all = (String::new(), texts.field("class"));
        let named = policy.classes(texts);
        std::iter::once(all).chain(named).collect::<Vec<_>>()
    });
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
                    choices=classes
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
                <ViewsMenu cases=false state />
                <GroupChip cases=false state />
                <ColumnsButton cases=false state />
                <ExportButton cases=false state total />
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
fn Rows(
    windows: Windows<CustomerRow>,
    state: ListState,
    columns: Memo<Vec<Column>>,
) -> impl IntoView {
    let t = use_texts();
    let cells = Arc::new(move |row: CustomerRow, opened: Callback<()>| {
        view! { <CustomerCells row opened columns /> }.into_any()
    });
    view! {
        <GroupedList
            cases=false
            label=move || t.get().customers.list
            path="/customers"
            windows
            state
            columns
            cells
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
