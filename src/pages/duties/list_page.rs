//! The list of what is due for files: the person's or everybody's, narrowed by kind, owner, branch and to what is overdue.

use huiyin_api::{FileDutyPage, FileDutyQuery, Request};
use leptos::prelude::*;

use super::lines::DutyLines;
use crate::{
    pages::shared::FilterChip,
    shell::{ask, branches::use_branches, focus::move_along, intl, live::live, title::set_title},
    texts::{Texts, duties, file, use_texts},
    ui::{Button, EmptyState, ErrorState, Glyph, LinkButton, Look, PageHead, Skeleton, Tab, Tabs},
};

/// Rows shown at first, and more with every press.
const STEP: u32 = 200;
/// Every line of the list.
const LINES: &str = ".duty-list .line-main";
/// Kinds in the order of the filter.
const KINDS: [&str; 12] = [
    "clock",
    "round",
    "review",
    "returned",
    "second_contact",
    "contact_report",
    "paper",
    "hand_over",
    "class_to_confirm",
    "provisional_class",
    "class_contact",
    "dispute",
];
/// Value of the filter for what is overdue.
const LATE: &str = "late";

/// Returns what a kind of duties is called as a filter.
fn kind_name(texts: &Texts, kind: &str) -> &'static str {
    match kind {
        "clock" => duties::of(texts.language).clock,
        "round" => duties::of(texts.language).round,
        kind => file::duty(texts.language, kind),
    }
}

/// The screen.
#[component]
pub fn DutiesPage() -> impl IntoView {
    let t = use_texts();
    let texts = move || duties::of(t.language());
    set_title(move || texts().title);
    move_along(LINES);
    let query = RwSignal::new(FileDutyQuery {
        mine: true,
        limit: STEP,
        ..FileDutyQuery::default()
    });
    let found = live(
        move || Some(Request::FileDuties(query.get())),
        ask::file_duties,
    );
    let tabs = Signal::derive(move || {
        let d = texts();
        [("mine", d.mine), ("", d.all)]
            .into_iter()
            .map(|(value, name)| Tab {
                value: value.to_owned(),
                name: name.to_owned(),
                count: None,
                urgent: false,
            })
            .collect::<Vec<_>>()
    });
    let chosen = Signal::derive(move || {
        let mine = query.with(|query| query.mine);
        if mine { "mine" } else { "" }.to_owned()
    });
    let choose = move |tab: String| {
        query.update(|query| {
            query.mine = !tab.is_empty();
            query.limit = STEP;
        });
    };
    let subtitle = move || {
        let late = found
            .value
            .with(|page| page.as_ref().map_or(0, |page| page.late));
        if late > 0 {
            (texts().late)(&intl::number(t.language(), f64::from(late)))
        } else {
            texts().text.to_owned()
        }
    };
    view! {
        <div class="stack-page duty-list">
            <PageHead title=move || texts().title subtitle />
            <Tabs label=move || texts().title tabs chosen choose />
            <Tools query page=found.value />
            <ErrorState problem=found.problem retry=move || found.ask_again() />
            {move || match found.value.get() {
                None if found.problem.with(Option::is_some) => ().into_any(),
                None => view! { <Skeleton lines=6 /> }.into_any(),
                Some(page) => view! { <Rows page query /> }.into_any(),
            }}
        </div>
    }
}

/// Returns whether more is asked than the person's or everybody's duties.
fn narrowed(query: &FileDutyQuery) -> bool {
    query.late || !query.kinds.is_empty() || !query.owner.is_empty() || !query.branch.is_empty()
}

#[component]
fn Rows(page: FileDutyPage, query: RwSignal<FileDutyQuery>) -> impl IntoView {
    let t = use_texts();
    let texts = move || duties::of(t.language());
    if page.rules_missing {
        return view! { <p class="card pad muted">{move || texts().rules_missing}</p> }.into_any();
    }
    if !page.has_rules {
        return view! {
            <section class="card">
                <EmptyState
                    glyph=Glyph::Check
                    title=move || texts().no_rules
                    text=move || texts().no_rules_text
                >
                    <LinkButton to="/settings/pack">{move || texts().choose}</LinkButton>
                </EmptyState>
            </section>
        }
        .into_any();
    }
    if page.rows.is_empty() {
        return view! { <Nothing query /> }.into_any();
    }
    let more = page.total as usize > page.rows.len();
    let rows = page.rows;
    view! {
        <section class="card">
            <DutyLines views=Signal::derive(move || rows.clone()) />
            {more
                .then(|| {
                    view! {
                        <div class="actions pad">
                            <Button press=move || query.update(|query| query.limit += STEP)>
                                {move || texts().more}
                            </Button>
                        </div>
                    }
                })}
        </section>
    }
    .into_any()
}

#[component]
fn Nothing(query: RwSignal<FileDutyQuery>) -> impl IntoView {
    let t = use_texts();
    let texts = move || duties::of(t.language());
    move || {
        if query.with(narrowed) {
            view! {
                <section class="card">
                    <EmptyState
                        glyph=Glyph::Search
                        title=move || texts().nothing
                        text=move || texts().nothing_text
                    >
                        <Button press=move || clear(query)>
                            {move || t.get().common.clear_filters}
                        </Button>
                    </EmptyState>
                </section>
            }
            .into_any()
        } else {
            view! {
                <section class="card">
                    <EmptyState
                        glyph=Glyph::Check
                        title=move || texts().none
                        text=move || texts().none_text
                    />
                </section>
            }
            .into_any()
        }
    }
}

fn clear(query: RwSignal<FileDutyQuery>) {
    query.update(|query| {
        *query = FileDutyQuery {
            mine: query.mine,
            limit: STEP,
            ..FileDutyQuery::default()
        };
    });
}

#[component]
fn Tools(query: RwSignal<FileDutyQuery>, page: ReadSignal<Option<FileDutyPage>>) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let texts = move || duties::of(t.language());
    let change = move |change: &dyn Fn(&mut FileDutyQuery)| {
        query.update(|query| {
            change(query);
            query.limit = STEP;
        });
    };
    let kinds = Signal::derive(move || {
        let all = (String::new(), texts().any_kind.to_owned());
        let named = KINDS.iter().map(|kind| {
            let name = kind_name(t.get(), kind);
            let count = page.with(|page| {
                page.as_ref()
                    .and_then(|page| page.kinds.get(*kind).copied())
                    .unwrap_or_default()
            });
            let count = intl::number(t.language(), f64::from(count));
            ((*kind).to_owned(), format!("{name} {count}"))
        });
        std::iter::once(all).chain(named).collect::<Vec<_>>()
    });
    let kind = Signal::derive(move || {
        query.with(|query| query.kinds.first().cloned().unwrap_or_default())
    });
    let owners = Signal::derive(move || {
        let all = (String::new(), texts().any_owner.to_owned());
        let named = page.with(|page| {
            let owners = page.as_ref().map(|page| page.owners.clone());
            owners.unwrap_or_default()
        });
        let named = named.into_iter().map(|name| (name.clone(), name));
        std::iter::once(all).chain(named).collect::<Vec<_>>()
    });
    let times = Signal::derive(move || {
        vec![
            (String::new(), texts().any_time.to_owned()),
            (LATE.to_owned(), texts().only_late.to_owned()),
        ]
    });
    let time = Signal::derive(move || {
        let late = query.with(|query| query.late);
        if late { LATE } else { "" }.to_owned()
    });
    let branch_choices = Signal::derive(move || branches.choices(t.get().customers.branch));
    view! {
        <div class="list-tools">
            <div class="chips">
                <FilterChip
                    label=move || texts().any_kind
                    chosen=kind
                    choices=kinds
                    choose=move |value: String| {
                        change(
                            &|query| {
                                query.kinds = Some(value.clone())
                                    .into_iter()
                                    .filter(|value| !value.is_empty())
                                    .collect();
                            },
                        );
                    }
                />
                <FilterChip
                    label=move || texts().any_time
                    chosen=time
                    choices=times
                    choose=move |value: String| change(&|query| query.late = !value.is_empty())
                />
                <FilterChip
                    label=move || t.get().field("owner_a")
                    chosen=Signal::derive(move || query.with(|query| query.owner.clone()))
                    choices=owners
                    choose=move |value: String| change(&|query| query.owner.clone_from(&value))
                />
                <Show when=move || branches.several()>
                    <FilterChip
                        label=move || t.get().customers.branch
                        chosen=Signal::derive(move || query.with(|query| query.branch.clone()))
                        choices=branch_choices
                        choose=move |value: String| change(&|query| query.branch.clone_from(&value))
                    />
                </Show>
                <Show when=move || query.with(narrowed)>
                    <Button look=Look::Quiet icon=Glyph::Close press=move || clear(query)>
                        {move || t.get().common.clear_filters}
                    </Button>
                </Show>
            </div>
        </div>
    }
}
