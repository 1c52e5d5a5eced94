//! The yearly review: customers to be graded, sheet after sheet by the keyboard; what waits for the meeting, confirmed at once.

use std::collections::BTreeSet;

use huiyin_api::{GradingPage, GradingQuery, GradingRow, MAX_CLASSES_AT_ONCE, Request};
use leptos::prelude::*;

use super::{class_card::sheet_words, meeting_dialog::MeetingDialog, sheet_dialog::SheetDialog};
use crate::{
    pages::shared::FilterChip,
    shell::{
        ask,
        base::use_base,
        branches::use_branches,
        focus::move_along,
        intl,
        keys::{Command, on_command},
        live::live,
        policy::use_policy,
        title::set_title,
    },
    texts::{Texts, grading, use_texts},
    ui::{
        Badge, Button, EmptyState, ErrorState, Glyph, Hue, LinkButton, Look, PageHead, Skeleton,
        Tab, Tabs,
    },
};

/// Tabs in order.
const TABS: [&str; 4] = ["due", "new", "proposed", "classed"];
/// Rows shown at first, and more with every press.
const STEP: u32 = 200;
/// Every line of the list.
const LINES: &str = ".grading-list .people-line-main > a";

/// What the screen shows and does. Cheap to copy.
#[derive(Clone, Copy)]
struct Review {
    query: RwSignal<GradingQuery>,
    /// Record id of the customer whose sheet is open.
    sheet: RwSignal<Option<String>>,
    /// Customers whose sheets come after it.
    queue: RwSignal<Vec<String>>,
    /// Record ids ticked for the meeting.
    ticked: RwSignal<BTreeSet<String>>,
    meeting: RwSignal<bool>,
}

impl Review {
    /// Opens the sheet of a customer; those listed after it come next.
    fn open(self, page: &GradingPage, id: &str) {
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

#[component]
fn Rows(page: StoredValue<GradingPage>, review: Review) -> impl IntoView {
    let t = use_texts();
    if page.with_value(|page| page.rows.is_empty()) {
        return view! {
            <section class="card">
                <EmptyState
                    glyph=Glyph::Check
                    title=move || grading::of(t.language()).empty
                    text=move || grading::of(t.language()).empty_text
                />
            </section>
        }
        .into_any();
    }
    let (shown, total, confirms) = page.with_value(|page| {
        let tab = review.query.with_untracked(|query| query.tab.clone());
        let total = page.counts.get(&tab).copied().unwrap_or_default();
        let confirms = page.may_confirm && tab == "proposed";
        (page.rows.len() as u64, u64::from(total), confirms)
    });
    let lines = page.with_value(|page| {
        page.rows
            .iter()
            .map(|row| view! { <Line row=row.clone() page review confirms /> })
            .collect_view()
    });
    let more = total.saturating_sub(shown);
    let grows = !confirms && review.query.with_untracked(|query| !query.sheets);
    view! {
        <section class="card">
            {confirms.then(|| view! { <MeetingBar page review /> })}
            <ul class="people-lines">{lines}</ul>
            {(more > 0)
                .then(|| {
                    view! {
                        <div class="actions pad">
                            <span class="muted">
                                {move || {
                                    (grading::of(t.language()).more_rows)(&intl::count(t.language(), more))
                                }}
                            </span>
                            {if grows {
                                view! {
                                    <Button press=move || {
                                        review.query.update(|query| query.limit += STEP);
                                    }>{move || t.get().contacts.more}</Button>
                                }
                                    .into_any()
                            } else {
                                view! {
                                    <span class="muted">
                                        {move || (grading::of(t.language()).at_once)(MAX_CLASSES_AT_ONCE)}
                                    </span>
                                }
                                    .into_any()
                            }}
                        </div>
                    }
                })}
        </section>
    }
    .into_any()
}

/// All ticked at once, and the button that shows what the meeting confirms.
#[component]
fn MeetingBar(page: StoredValue<GradingPage>, review: Review) -> impl IntoView {
    let t = use_texts();
    let ids = move || {
        page.with_value(|page| {
            page.rows
                .iter()
                .map(|row| row.row.id.clone())
                .collect::<BTreeSet<_>>()
        })
    };
    let all = move || {
        review.ticked.with(|ticked| {
            page.with_value(|page| page.rows.iter().all(|row| ticked.contains(&row.row.id)))
        })
    };
    let count = move || review.ticked.with(BTreeSet::len);
    view! {
        <div class="actions pad">
            <label class="checkbox">
                <input
                    type="checkbox"
                    prop:checked=all
                    on:change:target=move |event| {
                        let on = event.target().checked();
                        review.ticked.set(if on { ids() } else { BTreeSet::new() });
                    }
                />
                <span>{move || grading::of(t.language()).tick_all}</span>
            </label>
            <Show when=move || (count() > 0)>
                <Button look=Look::Primary press=move || review.meeting.set(true)>
                    {move || {
                        (grading::of(t.language()).confirm_many)(&intl::count(t.language(), count() as u64))
                    }}
                </Button>
            </Show>
        </div>
    }
    .into_any()
}

#[component]
fn Line(
    row: GradingRow,
    page: StoredValue<GradingPage>,
    review: Review,
    confirms: bool,
) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let policy = use_policy();
    let id = StoredValue::new(row.row.id.clone());
    let href = base.href(&format!("/customers/{}", row.row.id));
    let name = row.row.name.clone();
    let tick_name = name.clone();
    let may_propose = page.with_value(|page| page.may_propose);
    let detail = [row.row.number.clone(), row.row.owner.clone()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    let row = StoredValue::new(row);
    let class = move || {
        row.with_value(|row| {
            let texts = t.get();
            let words = grading::of(texts.language);
            let now = if row.row.class.is_empty() {
                words.none.to_owned()
            } else {
                policy.class(texts, &row.row.class)
            };
            match row.sheet.as_ref().and_then(|sheet| sheet.proposed.as_ref()) {
                Some(proposed) => (words.from_to)(&now, &policy.class(texts, &proposed.class)),
                None => now,
            }
        })
    };
    let told = move || row.with_value(|row| facts(t.get(), row));
    let sheet = move || {
        row.with_value(|row| {
            let proposed = row.sheet.as_ref().and_then(|sheet| sheet.proposed.as_ref());
            proposed.map(|proposed| {
                format!(
                    "{} {}",
                    sheet_words(t.get(), policy, &proposed.scores),
                    proposed.note
                )
            })
        })
    };
    view! {
        <li class="people-line">
            {confirms
                .then(|| {
                    view! {
                        <input
                            type="checkbox"
                            aria-label=move || (grading::of(t.language()).tick)(&tick_name)
                            prop:checked=move || {
                                review.ticked.with(|ticked| id.with_value(|id| ticked.contains(id)))
                            }
                            on:change:target=move |event| {
                                let on = event.target().checked();
                                review
                                    .ticked
                                    .update(|ticked| {
                                        let id = id.get_value();
                                        if on {
                                            ticked.insert(id);
                                        } else {
                                            ticked.remove(&id);
                                        }
                                    });
                            }
                        />
                    }
                })}
            <span class="people-line-main">
                <a class="link strong" href=href>{name.clone()}</a>
                <Badge hue=Hue::Neutral>{class}</Badge>
                <span class="muted">{detail}</span>
                <span class="muted num">{told}</span>
                <span class="muted">{sheet}</span>
            </span>
            {may_propose
                .then(|| {
                    view! {
                        <span class="actions" aria-label=name>
                            <Button press=move || {
                                page.with_value(|page| id.with_value(|id| review.open(page, id)));
                            }>{move || grading::of(t.language()).review}</Button>
                        </span>
                    }
                })}
        </li>
    }
    .into_any()
}

/// Returns what a line tells beside the name: what the customer brings, when it was graded, when a provisional class is due.
fn facts(texts: &Texts, row: &GradingRow) -> String {
    let words = grading::of(texts.language);
    let mut parts = Vec::new();
    if let Some(cents) = row.value {
        parts.push((words.yearly)(&intl::amount(texts.language, cents)));
    }
    parts.push(if row.graded_on.is_empty() {
        words.never_graded.to_owned()
    } else {
        (words.graded_on)(&intl::short_day(texts.language, &row.graded_on))
    });
    if let Some(at) = row.review_due {
        parts.push((words.review_by)(&intl::date(texts.language, at)));
    }
    parts.join(" · ")
}
