//! The list of leads: who took part is ticked, the plan looked at line by line, done in one act; each colleague's notice can be copied.

use huiyin_api::{LeadLine, LeadQuery, LeadsView, MAX_LEADS, Request};
use leptos::prelude::*;

use super::{past::Past, sure::Sure, told::Told, who::Who};
use crate::{
    shell::{
        ask, base::use_base, branches::use_branches, focus::move_along, intl, live::live,
        policy::use_policy, title::set_title,
    },
    texts::{TextsHandle, leads, use_texts},
    ui::{
        Button, EmptyState, ErrorState, Glyph, LinkButton, Look, PageHead, SelectField, Skeleton,
    },
};

/// Leads shown at once; the counts tell of all.
const SHOWN: usize = 200;

/// Every lead shown, in their order.
const LINES: &str = ".lead-list td > a";

/// What is on the screen.
#[derive(Clone, Copy)]
pub struct Sharing {
    /// Whose leads, and who took part.
    pub query: RwSignal<LeadQuery>,
    /// The plan as it was when it was pressed, while the person is asked once more; empty = nothing is asked.
    pub pressed: RwSignal<Vec<LeadLine>>,
    /// Notices of the last act, one for each colleague.
    pub notices: RwSignal<Vec<String>>,
    /// Leads that were not shared out, with the reason.
    pub refused: RwSignal<Vec<(String, String)>>,
}

/// The screen: `/customers/leads`.
#[component]
pub fn LeadsPage() -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    set_title(move || leads::of(t.language()).title);
    move_along(LINES);
    let state = Sharing {
        query: RwSignal::new(LeadQuery::default()),
        pressed: RwSignal::new(Vec::new()),
        notices: RwSignal::new(Vec::new()),
        refused: RwSignal::new(Vec::new()),
    };
    let still = move || state.pressed.with(|pressed| !pressed.is_empty());
    let found = live(
        move || {
            let query = state.query.get();
            (!still()).then_some(Request::Leads(query))
        },
        ask::leads,
    );
    // The list stands still while the person is asked about it, also for an answer that was under way.
    let shown = Memo::new(move |before: Option<&Option<LeadsView>>| match before {
        Some(before) if still() => before.clone(),
        _ => found.value.get(),
    });
    let subtitle = move || {
        let texts = leads::of(t.language());
        shown.with(|view| {
            view.as_ref().map_or_else(String::new, |view| {
                let count = intl::count(t.language(), u64::from(view.total));
                (texts.found)(&count)
            })
        })
    };
    let rule = move || {
        let role = shown.with(|view| {
            let named = view.as_ref().map(|view| view.entered_by.clone());
            named.filter(|role| !role.is_empty())
        })?;
        let role = policy.role(t.get(), &role);
        let may = shown.with(|view| view.as_ref().is_some_and(|view| view.may_share));
        let texts = leads::of(t.language());
        Some(if may {
            (texts.entered_by)(&role)
        } else {
            (texts.not_yours)(&role)
        })
    };
    // Apart from the plan, so that ticking one does not take the ticks away under the keyboard.
    let any = Memo::new(move |_| shown.with(|view| view.as_ref().is_some_and(|v| v.total > 0)));
    let staff = Memo::new(move |_| {
        shown.with(|view| {
            let staff = view.iter().flat_map(|view| &view.staff);
            staff
                .map(|person| (person.name.clone(), person.holds))
                .collect::<Vec<_>>()
        })
    });
    let body = move || match shown.get() {
        None if found.problem.with(Option::is_some) => ().into_any(),
        None => view! { <Skeleton lines=6 /> }.into_any(),
        Some(view) => view! { <Body view state /> }.into_any(),
    };
    view! {
        <div class="stack-page">
            <PageHead title=move || leads::of(t.language()).title subtitle>
                <LinkButton to="/customers" icon=Glyph::Back>
                    {move || t.get().customers.title}
                </LinkButton>
            </PageHead>
            <ErrorState problem=found.problem retry=move || found.ask_again() />
            {move || rule().map(|words| view! { <p class="muted">{words}</p> })}
            <Branch state />
            <Show when=move || any.get()>
                <Who staff state />
            </Show>
            {body}
            <Sure state />
            <Told state />
            <Past found=shown />
        </div>
    }
}

/// The branch whose leads are shared out, where there are several.
#[component]
fn Branch(state: Sharing) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let choices = Signal::derive(move || {
        let own = leads::of(t.language()).own_branch;
        branches.choices(own)
    });
    let value = Signal::derive(move || state.query.with(|query| query.branch.clone()));
    let choose = move |code: String| state.query.update(|query| query.branch = code);
    move || {
        branches.several().then(|| {
            view! {
                <section class="card card-body">
                    <div class="form">
                        <SelectField
                            label=move || leads::of(t.language()).branch
                            value
                            input=choose
                            choices
                        />
                    </div>
                </section>
            }
        })
    }
}

#[component]
fn Body(view: LeadsView, state: Sharing) -> impl IntoView {
    let t = use_texts();
    if view.lines.is_empty() {
        return view! {
            <section class="card">
                <EmptyState
                    glyph=Glyph::Check
                    title=move || leads::of(t.language()).empty
                    text=move || leads::of(t.language()).empty_text
                />
            </section>
        }
        .into_any();
    }
    let planned = view.lines.iter().any(|line| !line.to.is_empty());
    let may = view.may_share && planned;
    let total = view.lines.len();
    let beyond = u64::from(view.total).saturating_sub(total as u64);
    let hidden = total.saturating_sub(SHOWN);
    let sums = view
        .staff
        .iter()
        .filter(|person| person.gets > 0)
        .map(|person| (person.name.clone(), person.gets))
        .map(|(name, gets)| {
            let words = move || {
                let count = intl::count(t.language(), u64::from(gets));
                (leads::of(t.language()).gets)(&name, &count)
            };
            view! { <li class="num">{words}</li> }
        })
        .collect_view();
    let plan = StoredValue::new(view.lines.clone());
    let lines = view
        .lines
        .into_iter()
        .take(SHOWN)
        .map(|line| view! { <Line line /> })
        .collect_view();
    let title = move || share_now(t, total);
    view! {
        <section class="card">
            <header class="card-head">
                <h2>
                    {move || {
                        let texts = leads::of(t.language());
                        if planned { texts.plan } else { texts.list }
                    }}
                </h2>
                {may
                    .then(|| {
                        view! {
                            <Button look=Look::Primary press=move || state.pressed.set(plan.get_value())>
                                {title}
                            </Button>
                        }
                    })}
            </header>
            <ul class="lead-sums pad">{sums}</ul>
            <table class="sheet lead-list">
                <thead>
                    <tr>
                        <th scope="col">{move || t.get().cases.column_customer}</th>
                        <th scope="col">{move || t.get().field("phone")}</th>
                        <th scope="col">{move || t.get().field("city")}</th>
                        <th scope="col">{move || leads::of(t.language()).to}</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
            {(hidden > 0)
                .then(|| {
                    let count = move || intl::count(t.language(), hidden as u64);
                    view! { <p class="muted pad">{move || (leads::of(t.language()).more)(&count())}</p> }
                })}
            {(beyond > 0)
                .then(|| {
                    let words = move || {
                        let count = |number| intl::count(t.language(), number);
                        (leads::of(t.language()).beyond)(&count(MAX_LEADS as u64), &count(beyond))
                    };
                    view! { <p class="muted pad">{words}</p> }
                })}
        </section>
    }
    .into_any()
}

#[component]
fn Line(line: LeadLine) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let LeadLine { row, to } = line;
    let link = base.href(&format!("/customers/{}", row.id));
    view! {
        <tr>
            <td class="strong" data-label=move || t.get().cases.column_customer>
                <a class="link" href=link>{row.name}</a>
            </td>
            <td class="num" data-label=move || t.get().field("phone")>{row.phone}</td>
            <td data-label=move || t.get().field("city")>{row.city}</td>
            <td data-label=move || leads::of(t.language()).to>{to}</td>
        </tr>
    }
}

/// Returns the words of the button that shares out so many leads, tracked.
pub fn share_now(t: TextsHandle, number: usize) -> String {
    let count = intl::count(t.language(), number as u64);
    (leads::of(t.language()).share_now)(&count)
}
