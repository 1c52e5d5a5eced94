//! The list of cases: tabs by progress with counts, search, filters, order; any number of rows. `?view=board` shows them as a board.
//!
//! Long: tabs, filters, rows and board of one list.

use std::sync::Arc;

use huiyin_api::{CasePage, CaseRow, ListQuery, Request};
use huiyin_core::case::{CASE_KINDS, CATEGORIES, SEVERITIES};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{board::Board, in_texts::InTexts, row::CaseCells};
use crate::{
    pages::{
        lists::{
            Column, ColumnsButton, ExportButton, FilterButton, GroupChip, GroupedList,
            SelectionBar, ViewsMenu, least_width, restore, shown_columns, template,
        },
        shared::{FilterChip, SearchBox, list_count},
    },
    shell::{
        ask,
        branches::use_branches,
        intl,
        list_memory::{ListState, use_list_memory},
        live::live,
        policy::use_policy,
        title::set_title,
        windows::Windows,
    },
    texts::{Texts, use_texts},
    ui::{
        Button, EmptyState, ErrorState, Glyph, Icon, LinkButton, Look, PageHead, Skeleton, Tab,
        Tabs,
    },
};

/// The tab of overdue cases; the other tabs are values of the column `group`.
const OVERDUE: &str = "overdue";

/// The address of the list.
const LIST: &str = "/cases";
/// The address of the board.
const BOARD: &str = "/cases?view=board";

/// The tabs, by value; all cases first.
const TABS: [&str; 5] = ["", "open", "waiting", OVERDUE, "done"];

/// What a case waits for: wire name, and the column and value of the filter.
const SPECIAL: &[(&str, &str, &str)] = &[
    ("approval", "approval", "mine"),
    ("paused", "paused", "yes"),
    ("returned", "state", "returned"),
];

fn special_name(texts: &Texts, wire: &str) -> String {
    match wire {
        "approval" => texts.desk.waiting_for_me.to_owned(),
        "paused" => texts.desk.paused.to_owned(),
        _ => texts.desk.returned.to_owned(),
    }
}

/// The screen with all cases.
#[component]
pub fn CasesPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().cases.title);
    let state = use_list_memory().cases;
    let query: Signal<ListQuery> = state.query.into();
    let windows = Windows::<CaseRow>::follow(query);
    restore(true, state);
    let address = use_query_map();
    let board =
        Memo::new(move |_| address.with(|query| query.get("view").as_deref() == Some("board")));
    let count = list_count(windows.total);
    view! {
        <div class="list-page">
            <PageHead title=move || t.get().cases.title subtitle=count>
                {move || {
                    let (to, icon) = if board.get() { (LIST, Glyph::List) } else { (BOARD, Glyph::Board) };
                    let name = move || {
                        let c = &t.get().cases;
                        if board.get() { c.view_list } else { c.view_board }
                    };
                    view! { <LinkButton to icon>{name}</LinkButton> }
                }}
                <LinkButton to="/cases/new" look=Look::Primary icon=Glyph::Plus>
                    {move || t.get().cases.new}
                </LinkButton>
            </PageHead>
            <GroupTabs state />
            <Tools state total=windows.total />
            <ErrorState problem=windows.problem />
            {move || {
                if board.get() {
                    view! {
                        <Board state nothing=Box::new(move || view! { <Nothing state /> }.into_any()) />
                    }
                    .into_any()
                } else {
                    view! { <List windows state /> }.into_any()
                }
            }}
        </div>
    }
}

#[component]
fn List(windows: Windows<CaseRow>, state: ListState) -> impl IntoView {
    let columns = shown_columns(true, state);
    view! {
        <SelectionBar cases=true state windows />
        <section
            class="card list-card case-list ticks"
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
        <InTexts state />
    }
}

/// Follows how many cases each tab would show: two questions for all of them.
fn tab_counts() -> impl Fn(&str) -> Option<u32> + Copy + Send + Sync {
    let groups = live(
        move || {
            Some(Request::GroupCounts {
                cases: true,
                query: ListQuery::default(),
                column: "group".to_owned(),
            })
        },
        ask::counts,
    );
    let overdue = live(
        move || {
            Some(Request::Cases(ListQuery {
                filter: [("due".to_owned(), vec![OVERDUE.to_owned()])].into(),
                limit: 1,
                ..ListQuery::default()
            }))
        },
        ask::cases,
    );
    move |tab| {
        if tab == OVERDUE {
            return overdue
                .value
                .with(|page: &Option<CasePage>| page.as_ref().map(|page| page.total));
        }
        groups.value.with(|counts| {
            let counts = counts.as_ref()?;
            Some(if tab.is_empty() {
                counts.values().sum()
            } else {
                counts.get(tab).copied().unwrap_or(0)
            })
        })
    }
}

#[component]
fn GroupTabs(state: ListState) -> impl IntoView {
    let t = use_texts();
    let count_of = tab_counts();
    let tabs = move || {
        let texts = t.get();
        TABS.iter()
            .map(|value| (*value, count_of(value)))
            .map(|(value, count)| Tab {
                value: value.to_owned(),
                name: match value {
                    "" => texts.common.all.to_owned(),
                    OVERDUE => texts.value("due", OVERDUE),
                    group => texts.value("group", group),
                },
                count: count.map(|count| intl::number(texts.language, f64::from(count))),
                urgent: value == OVERDUE && count.is_some_and(|count| count > 0),
            })
            .collect::<Vec<_>>()
    };
    let chosen = move || {
        let group = state.wanted("group").into_iter().next();
        let due = state.wanted("due").into_iter().next();
        due.filter(|due| due == OVERDUE)
            .or(group)
            .unwrap_or_default()
    };
    let choose = move |value: String| {
        state.change(|query| {
            query.filter.remove("group");
            query.filter.remove("due");
            let column = if value == OVERDUE { "due" } else { "group" };
            if !value.is_empty() {
                query.filter.insert(column.to_owned(), vec![value]);
            }
        });
    };
    view! { <Tabs label=move || t.get().cases.groups tabs=Signal::derive(tabs) chosen=Signal::derive(chosen) choose /> }
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
            let named = policy.choices(texts, column, wires);
            std::iter::once(all).chain(named).collect::<Vec<_>>()
        })
    };
    let branch_choices = Signal::derive(move || branches.choices(t.get().customers.branch));
    let special = Signal::derive(move || {
        let texts = t.get();
        let all = (String::new(), texts.desk.waiting_for.to_owned());
        let named = SPECIAL
            .iter()
            .map(|(wire, _, _)| ((*wire).to_owned(), special_name(texts, wire)));
        std::iter::once(all).chain(named).collect::<Vec<_>>()
    });
    let special_chosen = Signal::derive(move || {
        SPECIAL
            .iter()
            .find(|(_, column, value)| state.wanted(column).iter().any(|now| now == value))
            .map(|(wire, _, _)| (*wire).to_owned())
            .unwrap_or_default()
    });
    let choose_special = move |wire: String| {
        state.change(|query| {
            for (_, column, _) in SPECIAL {
                query.filter.remove(*column);
            }
            if let Some((_, column, value)) = SPECIAL.iter().find(|(own, _, _)| *own == wire) {
                query
                    .filter
                    .insert((*column).to_owned(), vec![(*value).to_owned()]);
            }
        });
    };
    let people = Signal::derive(move || {
        let all = (String::new(), t.get().cases.column_assignee.to_owned());
        let names = branches
            .staff_names()
            .into_iter()
            .map(|name| (name.clone(), name));
        std::iter::once(all).chain(names).collect::<Vec<_>>()
    });
    view! {
        <div class="list-tools">
            <SearchBox hint=move || t.get().cases.search_hint words search />
            <div class="chips">
                <FilterChip
                    label=move || t.get().field("kind")
                    chosen=chosen("kind")
                    choices=wires("kind", CASE_KINDS)
                    choose=move |value: String| state.want("kind", &value)
                />
                <FilterChip
                    label=move || t.get().field("category")
                    chosen=chosen("category")
                    choices=wires("category", CATEGORIES)
                    choose=move |value: String| state.want("category", &value)
                />
                <FilterChip
                    label=move || t.get().desk.waiting_for
                    chosen=special_chosen
                    choices=special
                    choose=choose_special
                />
                <FilterChip
                    label=move || t.get().field("severity")
                    chosen=chosen("severity")
                    choices=wires("severity", SEVERITIES)
                    choose=move |value: String| state.want("severity", &value)
                />
                <FilterChip
                    label=move || t.get().cases.column_assignee
                    chosen=chosen("assignee")
                    choices=people
                    choose=move |value: String| state.want("assignee", &value)
                />
                <Show when=move || branches.several()>
                    <FilterChip
                        label=move || t.get().customers.branch
                        chosen=chosen("branch")
                        choices=branch_choices
                        choose=move |value: String| state.want("branch", &value)
                    />
                </Show>
                <FilterButton cases=true state />
                <ViewsMenu cases=true state />
                <GroupChip cases=true state />
                <ColumnsButton cases=true state />
                <ExportButton cases=true state total />
                <Order state />
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
fn Order(state: ListState) -> impl IntoView {
    let t = use_texts();
    let orders = Signal::derive(move || {
        let c = &t.get().cases;
        vec![
            ("received".to_owned(), c.sort_received.to_owned()),
            ("due".to_owned(), c.sort_due.to_owned()),
            ("number".to_owned(), c.sort_number.to_owned()),
            ("updated".to_owned(), c.sort_updated.to_owned()),
        ]
    });
    view! {
        <span class="sort">
            <Icon glyph=Glyph::Sort />
            <FilterChip
                label=move || t.get().common.sort
                chosen=Signal::derive(move || state.query.with(|query| query.sort.clone()))
                choices=orders
                choose=move |sort: String| {
                    state
                        .change(|query| {
                            query.descending = matches!(sort.as_str(), "received" | "updated");
                            query.sort = sort;
                        });
                }
                marks=false
            />
        </span>
    }
}

#[component]
fn Rows(windows: Windows<CaseRow>, state: ListState, columns: Memo<Vec<Column>>) -> impl IntoView {
    let t = use_texts();
    let cells = Arc::new(move |row: CaseRow, opened: Callback<()>| {
        view! { <CaseCells row opened columns /> }.into_any()
    });
    view! {
        <GroupedList
            cases=true
            label=move || t.get().cases.list
            path="/cases"
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
                    title=move || t.get().cases.nothing
                    text=move || t.get().cases.nothing_text
                >
                    <Button press=move || state.clear()>{move || t.get().common.clear_filters}</Button>
                </EmptyState>
            }
            .into_any()
        } else {
            view! {
                <EmptyState
                    glyph=Glyph::Case
                    title=move || t.get().cases.empty
                    text=move || t.get().cases.empty_text
                >
                    <LinkButton to="/cases/new" look=Look::Primary icon=Glyph::Plus>
                        {move || t.get().cases.new}
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
