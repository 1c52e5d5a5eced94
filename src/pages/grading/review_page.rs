//! The yearly review: customers to be graded, sheet after sheet by the keyboard; what waits for the meeting, confirmed at once.

use std::collections::BTreeSet;

use huiyin_api::{GradingPage, GradingQuery, Request};
use leptos::prelude::*;

use super::{meeting_dialog::MeetingDialog, review_rows::Rows, sheet_dialog::SheetDialog};
use crate::{
    pages::shared::FilterChip,
    shell::{
        ask,
        branches::use_branches,
        focus::move_along,
        intl,
        keys::{Command, on_command},
        live::live,
        policy::use_policy,
        title::set_title,
    },
    texts::{Texts, grading, use_texts},
    ui::{ErrorState, Glyph, LinkButton, PageHead, Skeleton, Tab, Tabs},
};

/// Tabs in order.
const TABS: [&str; 4] = ["due", "new", "proposed", "classed"];
/// Rows shown at first, and more with every press.
pub const STEP: u32 = 200;
/// Every line of the list.
const LINES: &str = ".grading-list .people-line-main > a";

/// What the screen shows and does. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Review {
    /// What is asked for.
    pub query: RwSignal<GradingQuery>,
    /// Record id of the customer whose sheet is open.
    pub sheet: RwSignal<Option<String>>,
    /// Customers whose sheets come after it.
    pub queue: RwSignal<Vec<String>>,
    /// Record ids ticked for the meeting.
    pub ticked: RwSignal<BTreeSet<String>>,
    /// What the meeting confirms is looked at.
    pub meeting: RwSignal<bool>,
}

impl Review {
    /// Opens the sheet of a customer; those listed after it come next.
    pub fn open(self, page: &GradingPage, id: &str) {
        let rest = page.rows.iter().map(|row| row.row.id.clone());
        let rest = rest.skip_while(|known| known != id).skip(1).collect();
        self.queue.set(rest);
        self.sheet.set(Some(id.to_owned()));
    }

    fn next(self) {
        let next = self
            .queue
            .try_update(|queue| (!queue.is_empty()).then(|| queue.remove(0)))
            .flatten();
        self.sheet.set(next);
    }

    fn change(self, change: impl FnOnce(&mut GradingQuery)) {
        self.ticked.update(BTreeSet::clear);
        self.query.update(|query| {
            change(query);
            query.sheets = query.tab == "proposed";
            query.limit = STEP;
        });
    }
}

/// The screen.
#[component]
pub fn ReviewPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || grading::of(t.language()).review_title.to_owned());
    move_along(LINES);
    let review = Review {
        query: RwSignal::new(GradingQuery {
            tab: TABS[0].to_owned(),
            limit: STEP,
            ..GradingQuery::default()
        }),
        sheet: RwSignal::new(None),
        queue: RwSignal::new(Vec::new()),
        ticked: RwSignal::new(BTreeSet::new()),
        meeting: RwSignal::new(false),
    };
    let found = live(
        move || Some(Request::Grading(review.query.get())),
        ask::grading,
    );
    let page = Memo::new(move |_| found.value.get());
    on_command(move |command| {
        let edits = command == Command::Edit;
        if edits {
            page.with_untracked(|page| {
                if let Some(page) = page
                    && let Some(first) = page.rows.first().filter(|_| page.may_propose)
                {
                    review.open(page, &first.row.id);
                }
            });
        }
        edits
    });
    let subtitle = move || {
        page.with(|page| {
            page.as_ref()
                .map_or_else(String::new, |page| span(t.get(), page))
        })
    };
    let tabs = Signal::derive(move || page.with(|page| tabs(t.get(), page.as_ref())));
    let chosen = Signal::derive(move || review.query.with(|query| query.tab.clone()));
    let print = move || format!("/papers/grading/{}", chosen.get());
    view! {
        <div class="stack-page grading-list">
            <PageHead title=move || grading::of(t.language()).review_title subtitle>
                <LinkButton to="/customers/key-accounts" icon=Glyph::Person>
                    {move || grading::of(t.language()).loyalty}
                </LinkButton>
                <LinkButton to=print icon=Glyph::Print>
                    {move || grading::of(t.language()).print}
                </LinkButton>
            </PageHead>
            <Tools review page />
            <Tabs
                label=move || grading::of(t.language()).tabs
                tabs
                chosen
                choose=move |tab: String| review.change(|query| query.tab = tab)
            />
            <ErrorState problem=found.problem retry=move || found.ask_again() />
            {move || match page.get() {
                None if found.problem.with(Option::is_some) => ().into_any(),
                None => view! { <Skeleton lines=6 /> }.into_any(),
                Some(page) => view! { <Rows page=StoredValue::new(page) review /> }.into_any(),
            }}
        </div>
        <SheetDialog
            customer=review.sheet
            done=move |()| review.next()
            more=Signal::derive(move || review.queue.with(|queue| !queue.is_empty()))
        />
        <MeetingDialog
            open=review.meeting
            rows=Signal::derive(move || {
                page.with(|page| {
                    let rows = page.iter().flat_map(|page| &page.rows);
                    review
                        .ticked
                        .with(|ticked| {
                            rows.filter(|row| ticked.contains(&row.row.id)).cloned().collect::<Vec<_>>()
                        })
                })
            })
            done=move |()| review.ticked.update(BTreeSet::clear)
        />
    }
}

/// Returns the window of the year in words.
fn span(texts: &Texts, page: &GradingPage) -> String {
    let words = grading::of(texts.language);
    if !page.has_rules || page.opens.is_empty() {
        return words.no_rules.to_owned();
    }
    let day = |iso: &str| intl::short_day(texts.language, iso);
    let (opens, closes) = (day(&page.opens), day(&page.closes));
    if (&page.opens..=&page.closes).contains(&&page.today) {
        (words.window_open)(&opens, &closes)
    } else {
        (words.window)(&opens, &closes)
    }
}

fn tabs(texts: &Texts, page: Option<&GradingPage>) -> Vec<Tab> {
    let words = grading::of(texts.language);
    let names = [
        words.tab_due,
        words.tab_new,
        words.tab_proposed,
        words.tab_classed,
    ];
    TABS.into_iter()
        .zip(names)
        .map(|(tab, name)| {
            let count = page.and_then(|page| page.counts.get(tab).copied());
            Tab {
                value: tab.to_owned(),
                name: name.to_owned(),
                count: count.map(|count| intl::number(texts.language, f64::from(count))),
                urgent: tab == "due" && count.is_some_and(|count| count > 0),
            }
        })
        .collect()
}

/// Chips: class, owner, branch.
#[component]
fn Tools(review: Review, page: Memo<Option<GradingPage>>) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let branches = use_branches();
    let classes = Signal::derive(move || {
        let texts = t.get();
        let all = (
            String::new(),
            grading::of(texts.language).any_class.to_owned(),
        );
        std::iter::once(all)
            .chain(policy.classes(texts))
            .collect::<Vec<_>>()
    });
    let owners = Signal::derive(move || {
        let all = (
            String::new(),
            grading::of(t.language()).any_owner.to_owned(),
        );
        let named = page.with(|page| {
            let owners = page.iter().flat_map(|page| &page.owners);
            owners
                .map(|name| (name.clone(), name.clone()))
                .collect::<Vec<_>>()
        });
        std::iter::once(all).chain(named).collect::<Vec<_>>()
    });
    let branch_choices = Signal::derive(move || branches.choices(t.get().customers.branch));
    let of = move |read: fn(&GradingQuery) -> &String| {
        Signal::derive(move || review.query.with(|query| read(query).clone()))
    };
    view! {
        <div class="list-tools">
            <div class="chips">
                <FilterChip
                    label=move || t.get().field("class")
                    chosen=of(|query| &query.class)
                    choices=classes
                    choose=move |class: String| review.change(|query| query.class = class)
                />
                <FilterChip
                    label=move || t.get().field("owner_a")
                    chosen=of(|query| &query.owner)
                    choices=owners
                    choose=move |owner: String| review.change(|query| query.owner = owner)
                />
                <Show when=move || branches.several()>
                    <FilterChip
                        label=move || t.get().customers.branch
                        chosen=of(|query| &query.branch)
                        choices=branch_choices
                        choose=move |branch: String| review.change(|query| query.branch = branch)
                    />
                </Show>
            </div>
        </div>
    }
    .into_any()
}
