//! Key accounts by what they bring (80/20), customers whose activity falls, lost customers and those won back.

use huiyin_api::{
    CustomerRow, FallingRow, LoyaltyQuery, LoyaltyView, MAX_LOYALTY_ROWS, MAX_STAGE_ROWS, Request,
    StageRow, ValueRow,
};
use leptos::prelude::*;

use crate::{
    pages::shared::FilterChip,
    shell::{
        ask, base::use_base, branches::use_branches, focus::move_along, intl, live::live,
        title::set_title,
    },
    texts::{Texts, loyalty, use_texts},
    ui::{Badge, EmptyState, ErrorState, Glyph, Hue, LinkButton, PageHead, Skeleton, Tab, Tabs},
};

/// Tabs in order.
const TABS: [&str; 4] = ["key", "falling", "lost", "won_back"];
/// Every line of the list.
const LINES: &str = ".loyalty-list .people-line-main > a";

/// The screen.
#[component]
pub fn LoyaltyPage() -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    set_title(move || loyalty::of(t.language()).title.to_owned());
    move_along(LINES);
    let query = RwSignal::new(LoyaltyQuery {
        tab: TABS[0].to_owned(),
        ..LoyaltyQuery::default()
    });
    let found = live(move || Some(Request::Loyalty(query.get())), ask::loyalty);
    let view = Memo::new(move |_| found.value.get());
    let subtitle = move || {
        let words = loyalty::of(t.language());
        view.with(|view| match view {
            Some(view) if view.has_rules => {
                (words.rule)(view.key_percent, view.fall_percent, view.months)
            }
            Some(_) => words.no_rules.to_owned(),
            None => String::new(),
        })
    };
    let tabs = Signal::derive(move || view.with(|view| tabs(t.get(), view.as_ref())));
    let chosen = Signal::derive(move || query.with(|query| query.tab.clone()));
    let branch = Signal::derive(move || query.with(|query| query.branch.clone()));
    let branch_choices = Signal::derive(move || branches.choices(t.get().customers.branch));
    view! {
        <div class="stack-page loyalty-list">
            <PageHead title=move || loyalty::of(t.language()).title subtitle>
                <LinkButton to="/grading" icon=Glyph::Person>
                    {move || loyalty::of(t.language()).to_review}
                </LinkButton>
                <LinkButton to="/customers" icon=Glyph::Back>
                    {move || t.get().customers.title}
                </LinkButton>
            </PageHead>
            <Show when=move || branches.several()>
                <div class="list-tools">
                    <div class="chips">
                        <FilterChip
                            label=move || t.get().customers.branch
                            chosen=branch
                            choices=branch_choices
                            choose=move |code: String| query.update(|query| query.branch = code)
                        />
                    </div>
                </div>
            </Show>
            <Tabs
                label=move || loyalty::of(t.language()).tabs
                tabs
                chosen
                choose=move |tab: String| query.update(|query| query.tab = tab)
            />
            <ErrorState problem=found.problem retry=move || found.ask_again() />
            {move || match view.get() {
                None if found.problem.with(Option::is_some) => ().into_any(),
                None => view! { <Skeleton lines=6 /> }.into_any(),
                Some(view) => {
                    let tab = query.with_untracked(|query| query.tab.clone());
                    view! { <List view tab /> }.into_any()
                }
            }}
        </div>
    }
}

fn tabs(texts: &Texts, view: Option<&LoyaltyView>) -> Vec<Tab> {
    let words = loyalty::of(texts.language);
    let names = [
        words.tab_key,
        words.tab_falling,
        words.tab_lost,
        words.tab_won_back,
    ];
    TABS.into_iter()
        .zip(names)
        .map(|(tab, name)| {
            let count = view.and_then(|view| count_of(view, tab));
            Tab {
                value: tab.to_owned(),
                name: name.to_owned(),
                count: count.map(|count| intl::number(texts.language, f64::from(count))),
                urgent: tab == "falling" && count.is_some_and(|count| count > 0),
            }
        })
        .collect()
}

/// Returns how many are under a tab; nothing where only rules could tell and there are none: the list stands by amount then.
fn count_of(view: &LoyaltyView, tab: &str) -> Option<u32> {
    let by_rules = matches!(tab, "key" | "falling");
    let count = view.counts.get(tab).copied();
    count.filter(|_| view.has_rules || !by_rules)
}

/// Returns how many lines a tab has in all; key accounts stand at the head of everybody who brings something.
fn lines_of(view: &LoyaltyView, tab: &str) -> u32 {
    match tab {
        "key" => view.valued,
        tab => view.counts.get(tab).copied().unwrap_or_default(),
    }
}

#[component]
fn List(view: LoyaltyView, tab: String) -> impl IntoView {
    let t = use_texts();
    let all = lines_of(&view, &tab) as usize;
    let (head, most) = match tab.as_str() {
        "key" => {
            let (count, whole) = (u64::from(view.valued), view.whole);
            let head = move || {
                let language = t.language();
                (loyalty::of(language).whole)(
                    &intl::count(language, count),
                    &intl::amount(language, whole),
                )
            };
            (Some(head), MAX_LOYALTY_ROWS)
        }
        "falling" => (None, MAX_LOYALTY_ROWS),
        _ => (None, MAX_STAGE_ROWS),
    };
    let lines: Vec<AnyView> = view
        .values
        .into_iter()
        .map(|row| view! { <ValueLine row /> }.into_any())
        .chain(
            view.falling
                .into_iter()
                .map(|row| view! { <FallingLine row /> }.into_any()),
        )
        .chain(
            view.stages
                .into_iter()
                .map(|row| view! { <StageLine row /> }.into_any()),
        )
        .collect();
    if lines.is_empty() {
        return view! { <Nothing tab /> }.into_any();
    }
    view! {
        <section class="card">
            {head.map(|head| view! { <p class="pad num">{head}</p> })}
            <ul class="people-lines">{lines}</ul>
            {(all > most)
                .then(|| {
                    view! {
                        <p class="muted pad">
                            {move || {
                                let language = t.language();
                                (loyalty::of(language).first_shown)(&intl::count(language, most as u64))
                            }}
                        </p>
                    }
                })}
        </section>
    }
    .into_any()
}

#[component]
fn Nothing(tab: String) -> impl IntoView {
    let t = use_texts();
    let told = move || {
        let words = loyalty::of(t.language());
        match tab.as_str() {
            "key" => (words.empty_key, words.empty_key_text),
            "falling" => (words.empty_falling, words.empty_falling_text),
            "lost" => (words.empty_lost, words.empty_lost_text),
            _ => (words.empty_won_back, words.empty_won_back_text),
        }
    };
    let title = told.clone();
    view! {
        <section class="card">
            <EmptyState glyph=Glyph::Check title=move || title().0 text=move || told().1 />
        </section>
    }
    .into_any()
}

/// Name with link, number and owner: what every line begins with.
#[component]
pub fn WhoLine(row: CustomerRow) -> impl IntoView {
    let base = use_base();
    let href = base.href(&format!("/customers/{}", row.id));
    let detail = [row.number, row.owner]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    view! {
        <a class="link strong" href=href>
            {row.name}
        </a>
        <span class="muted">{detail}</span>
    }
    .into_any()
}

#[component]
fn ValueLine(row: ValueRow) -> impl IntoView {
    let t = use_texts();
    let ValueRow {
        row,
        value,
        together_percent,
        key,
    } = row;
    view! {
        <li class="people-line">
            <span class="people-line-main">
                <WhoLine row />
                {key
                    .then(|| view! { <Badge hue=Hue::Active>{move || loyalty::of(t.language()).key}</Badge> })}
                <span class="num">{move || intl::amount(t.language(), value)}</span>
                <span class="muted num">
                    {move || (loyalty::of(t.language()).together)(together_percent)}
                </span>
            </span>
        </li>
    }
}

#[component]
fn FallingLine(row: FallingRow) -> impl IntoView {
    let t = use_texts();
    let FallingRow {
        row,
        before,
        now,
        fell_percent,
    } = row;
    view! {
        <li class="people-line">
            <span class="people-line-main">
                <WhoLine row />
                <Badge hue=Hue::Red>{move || (loyalty::of(t.language()).fell)(fell_percent)}</Badge>
                <span class="muted num">
                    {move || (loyalty::of(t.language()).activity)(before, now)}
                </span>
            </span>
        </li>
    }
}

#[component]
fn StageLine(row: StageRow) -> impl IntoView {
    let t = use_texts();
    let back = row.row.life_cycle == "won_back";
    let (at, lost_at) = (row.at, row.lost_at);
    let days = move || {
        let language = t.language();
        let words = loyalty::of(language);
        let lost = lost_at.map(|at| (words.lost_on)(&intl::date(language, at)));
        let won = at
            .filter(|_| back)
            .map(|at| (words.won_back_on)(&intl::date(language, at)));
        lost.into_iter().chain(won).collect::<Vec<_>>().join(" · ")
    };
    let (done, all) = (
        row.steps.iter().filter(|step| step.at.is_some()).count(),
        row.steps.len(),
    );
    let value = row.value;
    view! {
        <li class="people-line">
            <span class="people-line-main">
                <WhoLine row=row.row />
                <span>{row.reason}</span>
                <span class="muted num">{days}</span>
                {value
                    .map(|value| view! { <span class="muted num">{move || intl::amount(t.language(), value)}</span> })}
                {(all > 0)
                    .then(|| {
                        view! {
                            <Badge hue=if done == all {
                                Hue::Green
                            } else {
                                Hue::Amber
                            }>{move || (loyalty::of(t.language()).steps_done)(done, all)}</Badge>
                        }
                    })}
            </span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(has_rules: bool, tab: &str, count: Option<u32>, lines: u32) {
        let view = LoyaltyView {
            has_rules,
            valued: 50,
            counts: [("key", 8), ("falling", 2), ("lost", 3), ("won_back", 0)]
                .map(|(tab, count)| (tab.to_owned(), count))
                .into(),
            ..LoyaltyView::default()
        };
        assert_eq!((count_of(&view, tab), lines_of(&view, tab)), (count, lines));
    }

    #[test]
    fn key_accounts_are_counted_by_the_rules_and_listed_with_everybody_who_brings_something() {
        check(true, "key", Some(8), 50);
        check(false, "key", None, 50);
    }

    #[test]
    fn what_only_rules_can_tell_has_no_count_without_them() {
        check(false, "falling", None, 2);
        check(false, "lost", Some(3), 3);
        check(true, "won_back", Some(0), 0);
    }
}
