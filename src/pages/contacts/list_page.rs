//! The list of contacts: tabs by progress, filters by kind and person, a calendar file of what is shown.
//!
//! Long: tabs, filters and rows of one list.

use huiyin_api::{ContactPage, ContactQuery, ContactRow, MAX_PAGE_ROWS, Request};
use huiyin_core::contact_field::CONTACT_KINDS;
use leptos::{prelude::*, task::spawn_local};

use super::{
    board::ContactBoard,
    calendar_view::{CalendarView, Leaf},
    lines::ContactLines,
    plans::Plans,
};
use crate::{
    pages::shared::{FilterChip, FormsMenu, SearchBox},
    shell::{
        ask,
        branches::use_branches,
        engine::use_engine,
        focus::move_along,
        go::use_go,
        intl,
        keys::{Command, on_command},
        live::live,
        notices::use_toaster,
        session::use_session,
        title::set_title,
    },
    texts::{events, forms::About, use_texts},
    ui::{Button, EmptyState, ErrorState, Glyph, LinkButton, Look, PageHead, Skeleton, Tab, Tabs},
};

/// Tabs in order; the empty one stands for all.
const TABS: [&str; 5] = ["planned", "approve", "report", "done", ""];
/// Rows shown at first, and more with every press.
const STEP: u32 = 200;
/// Every line of the list.
const LINES: &str = ".contact-list .line-main";

/// What the list shows. Cheap to copy.
#[derive(Clone, Copy)]
struct Shown {
    query: RwSignal<ContactQuery>,
    /// Only the person's own.
    mine: RwSignal<bool>,
}

impl Shown {
    /// Returns the question to ask, tracked.
    fn asked(self, person: &str) -> ContactQuery {
        let mut query = self.query.get();
        if self.mine.get() {
            person.clone_into(&mut query.owner);
        }
        query
    }

    fn narrowed(self) -> bool {
        self.mine.get()
            || self.query.with(|query| {
                !query.search.is_empty() || !query.kinds.is_empty() || !query.branch.is_empty()
            })
    }

    fn clear(self) {
        self.mine.set(false);
        self.query.update(|query| {
            *query = ContactQuery {
                tab: query.tab.clone(),
                descending: query.descending,
                limit: STEP,
                ..ContactQuery::default()
            };
        });
    }

    fn change(self, change: impl FnOnce(&mut ContactQuery)) {
        self.query.update(|query| {
            change(query);
            query.limit = STEP;
        });
    }
}

/// The screen with all contacts.
#[component]
pub fn ContactsPage() -> impl IntoView {
    let t = use_texts();
    let session = use_session();
    set_title(move || t.get().contacts.title);
    move_along(LINES);
    let shown = Shown {
        query: RwSignal::new(ContactQuery {
            tab: TABS[0].to_owned(),
            limit: STEP,
            ..ContactQuery::default()
        }),
        mine: RwSignal::new(false),
    };
    let asked = Memo::new(move |_| {
        let name = session.with(|status| status.map(|status| status.staff_name.clone()));
        shown.asked(&name.unwrap_or_default())
    });
    let found = live(move || Some(Request::Contacts(asked.get())), ask::contacts);
    let go = use_go();
    on_command(move |command| {
        let new = command == Command::New;
        if new {
            go.to("/contacts/new");
        }
        new
    });
    let page = Memo::new(move |_| found.value.get());
    let known = Memo::new(move |_| page.with(Option::is_some));
    let face = RwSignal::new(Face::List);
    let tabs = Signal::derive(move || {
        let texts = t.get();
        TABS.into_iter()
            .map(|tab| {
                let count =
                    page.with(|page| page.as_ref().and_then(|page| page.tabs.get(tab).copied()));
                Tab {
                    value: tab.to_owned(),
                    name: if tab.is_empty() {
                        texts.common.all.to_owned()
                    } else {
                        texts.value("contact_tab", tab)
                    },
                    count: count.map(|count| intl::number(texts.language, f64::from(count))),
                    urgent: tab == "report" && count.is_some_and(|count| count > 0),
                }
            })
            .collect::<Vec<_>>()
    });
    let chosen = Signal::derive(move || shown.query.with(|query| query.tab.clone()));
    let choose = move |tab: String| {
        shown.change(|query| {
            // What is over is read from its end, what is to come from its beginning.
            query.descending = matches!(tab.as_str(), "done" | "");
            query.tab = tab;
        });
    };
    view! {
        <div class="stack-page contact-list">
            <PageHead title=move || t.get().contacts.title>
                <LinkButton to="/contacts/events" icon=Glyph::Person>
                    {move || events::of(t.language()).title}
                </LinkButton>
                <LinkButton to="/contacts/follow-ups" icon=Glyph::Check>
                    {move || t.get().contacts.follow_ups}
                </LinkButton>
                <FormsMenu
                    about=About::Month
                    under=Signal::derive(|| "/papers/contacts".to_owned())
                    behind=Signal::derive(|| format!("/{}", intl::month(intl::now())))
                />
                <CalendarFile asked face />
                <LinkButton to="/surveys" icon=Glyph::Check>
                    {move || t.get().surveys.title}
                </LinkButton>
                <LinkButton to="/contacts/new" look=Look::Primary icon=Glyph::Plus>
                    {move || t.get().contacts.new}
                </LinkButton>
            </PageHead>
            <Plans />
            <Tools shown />
            <Views face />
            {move || match face.get() {
                Face::Leaf(leaf) => view! { <CalendarView leaf query=asked /> }.into_any(),
                Face::Board => view! { <ContactBoard query=asked /> }.into_any(),
                Face::List => {
                    view! {
                        <Tabs label=move || t.get().contacts.tabs tabs chosen choose />
                        <ErrorState problem=found.problem retry=move || found.ask_again() />
                        {move || match known.get() {
                            false if found.problem.with(Option::is_some) => ().into_any(),
                            false => view! { <Skeleton lines=6 /> }.into_any(),
                            true => view! { <Rows page shown /> }.into_any(),
                        }}
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

/// How contacts are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Face {
    List,
    Board,
    Leaf(Leaf),
}

/// List, board, week or month.
#[component]
fn Views(face: RwSignal<Face>) -> impl IntoView {
    let t = use_texts();
    let views = [
        ("", Face::List),
        ("board", Face::Board),
        ("week", Face::Leaf(Leaf::Week)),
        ("month", Face::Leaf(Leaf::Month)),
    ];
    let tabs = Signal::derive(move || {
        let c = &t.get().contacts;
        let names = [c.view_list, c.view_board, c.view_week, c.view_month];
        views
            .iter()
            .zip(names)
            .map(|((value, _), name)| Tab {
                value: (*value).to_owned(),
                name: name.to_owned(),
                count: None,
                urgent: false,
            })
            .collect::<Vec<_>>()
    });
    let chosen = Signal::derive(move || {
        let now = face.get();
        let found = views.iter().find(|(_, own)| *own == now);
        found.map_or("", |(value, _)| *value).to_owned()
    });
    let choose = move |wanted: String| {
        let found = views.iter().find(|(value, _)| *value == wanted);
        face.set(found.map_or(Face::List, |(_, own)| *own));
    };
    view! { <Tabs label=move || t.get().contacts.view tabs chosen choose /> }
}

#[component]
fn Rows(page: Memo<Option<ContactPage>>, shown: Shown) -> impl IntoView {
    let rows = Memo::new(move |_| page.with(|page| page.as_ref().map(|page| page.rows.clone())));
    let none = Memo::new(move |_| rows.with(|rows| rows.as_ref().is_none_or(Vec::is_empty)));
    // How many rows there are, and how many of them are here.
    let counts = Memo::new(move |_| {
        page.with(|page| {
            page.as_ref()
                .map_or((0, 0), |page| (page.total, page.rows.len() as u32))
        })
    });
    let left = move || counts.with(|(total, here)| total > here);
    let full = move || counts.with(|(_, here)| *here >= MAX_PAGE_ROWS);
    let more = Memo::new(move |_| left() && !full());
    let cut = Memo::new(move |_| left() && full());
    move || {
        if none.get() {
            // Other tabs may have something.
            let elsewhere = page.with(|page| {
                page.as_ref()
                    .is_some_and(|page| page.tabs.values().any(|count| *count > 0))
            });
            return view! { <Nothing shown elsewhere /> }.into_any();
        }
        view! { <Filled rows more cut shown /> }.into_any()
    }
}

/// The lines, which stay while others come and go.
#[component]
fn Filled(
    rows: Memo<Option<Vec<ContactRow>>>,
    more: Memo<bool>,
    cut: Memo<bool>,
    shown: Shown,
) -> impl IntoView {
    let t = use_texts();
    view! {
        <section class="card">
            <ContactLines contacts=Signal::derive(move || rows.get().unwrap_or_default()) />
            {move || cut.get().then(|| view! { <p class="hint-line muted pad">{t.get().contacts.cut}</p> })}
            {move || more.get()
                .then(|| {
                    view! {
                        <div class="actions pad">
                            <Button press=move || shown.query.update(|query| query.limit += STEP)>
                                {move || t.get().contacts.more}
                            </Button>
                        </div>
                    }
                })}
        </section>
    }
    .into_any()
}

/// Nothing to list; `elsewhere` other tabs have something.
#[component]
fn Nothing(shown: Shown, elsewhere: bool) -> impl IntoView {
    let t = use_texts();
    move || {
        if elsewhere && !shown.narrowed() {
            view! {
                <section class="card">
                    <EmptyState
                        glyph=Glyph::Check
                        title=move || t.get().contacts.nothing_here
                        text=move || t.get().contacts.empty_text
                    >
                        <LinkButton to="/contacts/new" look=Look::Primary icon=Glyph::Plus>
                            {move || t.get().contacts.new}
                        </LinkButton>
                    </EmptyState>
                </section>
            }
            .into_any()
        } else if shown.narrowed() {
            view! {
                <section class="card">
                    <EmptyState
                        glyph=Glyph::Search
                        title=move || t.get().contacts.nothing
                        text=move || t.get().contacts.nothing_text
                    >
                        <Button press=move || shown.clear()>
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
                        glyph=Glyph::Note
                        title=move || t.get().contacts.empty
                        text=move || t.get().contacts.empty_text
                    >
                        <LinkButton to="/contacts/new" look=Look::Primary icon=Glyph::Plus>
                            {move || t.get().contacts.new}
                        </LinkButton>
                    </EmptyState>
                </section>
            }
            .into_any()
        }
    }
}

#[component]
fn Tools(shown: Shown) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let words = Signal::derive(move || shown.query.with(|query| query.search.clone()));
    let search = Callback::new(move |words: String| shown.change(|query| query.search = words));
    let kinds = Signal::derive(move || {
        let texts = t.get();
        let all = (String::new(), texts.contacts.any_kind.to_owned());
        let named = CONTACT_KINDS
            .iter()
            .map(|wire| ((*wire).to_owned(), texts.value("kind", wire)));
        std::iter::once(all).chain(named).collect::<Vec<_>>()
    });
    let owners = Signal::derive(move || {
        let c = &t.get().contacts;
        vec![
            (String::new(), c.owner_anyone.to_owned()),
            ("me".to_owned(), c.owner_me.to_owned()),
        ]
    });
    let branch_choices = Signal::derive(move || branches.choices(t.get().customers.branch));
    let kind = Signal::derive(move || {
        shown
            .query
            .with(|query| query.kinds.first().cloned().unwrap_or_default())
    });
    let owner = Signal::derive(move || {
        if shown.mine.get() {
            "me".to_owned()
        } else {
            String::new()
        }
    });
    view! {
        <div class="list-tools">
            <SearchBox hint=move || t.get().contacts.search_hint words search />
            <div class="chips">
                <FilterChip
                    label=move || t.get().field("kind")
                    chosen=kind
                    choices=kinds
                    choose=move |value: String| {
                        shown
                            .change(|query| {
                                query.kinds = Some(value)
                                    .into_iter()
                                    .filter(|value| !value.is_empty())
                                    .collect();
                            });
                    }
                />
                <FilterChip
                    label=move || t.get().contacts.owner_me
                    chosen=owner
                    choices=owners
                    choose=move |value: String| shown.mine.set(!value.is_empty())
                />
                <Show when=move || branches.several()>
                    <FilterChip
                        label=move || t.get().customers.branch
                        chosen=Signal::derive(move || shown.query.with(|query| query.branch.clone()))
                        choices=branch_choices
                        choose=move |value: String| shown.change(|query| query.branch = value)
                    />
                </Show>
                <Show when=move || shown.narrowed()>
                    <Button look=Look::Quiet icon=Glyph::Close press=move || shown.clear()>
                        {move || t.get().common.clear_filters}
                    </Button>
                </Show>
            </div>
        </div>
    }
}

/// Saves what is shown as a calendar file, every row of it; with a week or month on the screen, contacts of every progress.
#[component]
fn CalendarFile(asked: Memo<ContactQuery>, face: RwSignal<Face>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let busy = RwSignal::new(false);
    let press = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let mut query = asked.get_untracked();
        if face.get_untracked() != Face::List {
            query.tab = String::new();
        }
        spawn_local(async move {
            let result = engine.download(Request::ContactCalendar(query)).await;
            busy.try_set(false);
            match result {
                Ok(name) => toaster.good((t.now().contacts.calendar_saved)(&name)),
                Err(problem) => toaster.problem(&problem),
            }
        });
    };
    view! {
        <Button icon=Glyph::Export busy press>
            {move || t.get().contacts.calendar_file}
        </Button>
    }
}
