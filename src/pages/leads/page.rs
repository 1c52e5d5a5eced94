//! The list of leads: who took part is ticked, the plan looked at line by line, done in one act; each colleague's notice can be copied.

use std::collections::BTreeMap;

use huiyin_api::{LeadLine, LeadMove, LeadQuery, LeadsView, MAX_LEADS, Problem, Request};
use leptos::{ev, prelude::*, task::spawn_local};

use super::past::Past;
use crate::{
    pages::shared::new_act,
    shell::{
        ask, base::use_base, branches::use_branches, engine::use_engine, files::copy_text, intl,
        live::live, notices::use_toaster, policy::use_policy, title::set_title,
    },
    texts::{leads, use_texts},
    ui::{
        Button, Dialog, DialogFoot, EmptyState, ErrorState, Glyph, InputKind, LinkButton, Look,
        PageHead, SelectField, Skeleton, TextField,
    },
};

/// Leads shown at once; the counts tell of all.
const SHOWN: usize = 200;

/// What is on the screen.
#[derive(Clone, Copy)]
struct Sharing {
    query: RwSignal<LeadQuery>,
    /// Asks before it is done.
    asking: RwSignal<bool>,
    /// Notices of the last act, one for each colleague.
    notices: RwSignal<Vec<String>>,
    /// Leads that were not shared out, with the reason.
    refused: RwSignal<Vec<(String, String)>>,
}

/// The screen: `/customers/leads`.
#[component]
pub fn LeadsPage() -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    set_title(move || leads::of(t.language()).title);
    let state = Sharing {
        query: RwSignal::new(LeadQuery::default()),
        asking: RwSignal::new(false),
        notices: RwSignal::new(Vec::new()),
        refused: RwSignal::new(Vec::new()),
    };
    let found = live(move || Some(Request::Leads(state.query.get())), ask::leads);
    let subtitle = move || {
        let texts = leads::of(t.language());
        found.value.with(|view| {
            view.as_ref().map_or_else(String::new, |view| {
                let count = intl::count(t.language(), u64::from(view.total));
                (texts.found)(&count)
            })
        })
    };
    let rule = move || {
        let role = found.value.with(|view| {
            let named = view.as_ref().map(|view| view.entered_by.clone());
            named.filter(|role| !role.is_empty())
        })?;
        let role = policy.role(t.get(), &role);
        let may = found
            .value
            .with(|view| view.as_ref().is_some_and(|view| view.may_share));
        let texts = leads::of(t.language());
        Some(if may {
            (texts.entered_by)(&role)
        } else {
            (texts.not_yours)(&role)
        })
    };
    // Apart from the plan, so that ticking one does not take the ticks away under the keyboard.
    let any = Memo::new(move |_| {
        found
            .value
            .with(|view| view.as_ref().is_some_and(|v| v.total > 0))
    });
    let staff = Memo::new(move |_| {
        found.value.with(|view| {
            let staff = view.iter().flat_map(|view| &view.staff);
            staff
                .map(|person| (person.name.clone(), person.holds))
                .collect::<Vec<_>>()
        })
    });
    let body = move || match found.value.get() {
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
            <Told state />
            <Past found=found.value />
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
    let moves: Vec<LeadMove> = view
        .lines
        .iter()
        .map(|line| LeadMove {
            id: line.row.id.clone(),
            to: line.to.clone(),
        })
        .collect();
    let names: BTreeMap<String, Vec<String>> =
        view.lines.iter().fold(BTreeMap::new(), |mut of, line| {
            let told = [line.row.name.as_str(), line.row.phone.as_str()].join(" ");
            of.entry(line.to.clone())
                .or_insert_with(Vec::new)
                .push(told.trim_end().to_owned());
            of
        });
    let lines = view
        .lines
        .into_iter()
        .take(SHOWN)
        .map(|line| view! { <Line line /> })
        .collect_view();
    let title = move || {
        let count = intl::count(t.language(), total as u64);
        (leads::of(t.language()).share_now)(&count)
    };
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
                            <Button look=Look::Primary press=move || state.asking.set(true)>
                                {title}
                            </Button>
                        }
                    })}
            </header>
            <ul class="lead-sums pad">{sums}</ul>
            <table class="sheet">
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
        <Sure state moves names title=Signal::derive(title) />
    }
    .into_any()
}

/// Ticks for those who took part.
#[component]
fn Who(
    /// Names with how many customers each looks after.
    staff: Memo<Vec<(String, u32)>>,
    state: Sharing,
) -> impl IntoView {
    let t = use_texts();
    let level = move || state.query.with(|query| query.level);
    let change = move |_| state.query.update(|query| query.level = !query.level);
    view! {
        <section class="card card-body">
            <div class="form">
                <fieldset class="wide people-ticks">
                    <legend>{move || leads::of(t.language()).who}</legend>
                    <For each=move || staff.get() key=Clone::clone let:person>
                        <Tick name=person.0 holds=person.1 state />
                    </For>
                </fieldset>
                <label class="checkbox wide">
                    <input type="checkbox" prop:checked=level on:change=change />
                    <span>{move || leads::of(t.language()).level}</span>
                </label>
            </div>
        </section>
    }
}

#[component]
fn Tick(name: String, holds: u32, state: Sharing) -> impl IntoView {
    let t = use_texts();
    let own = StoredValue::new(name.clone());
    let checked = move || {
        state
            .query
            .with(|query| own.with_value(|own| query.staff.contains(own)))
    };
    let change = move |_| {
        state.query.update(|query| {
            let own = own.get_value();
            match query.staff.iter().position(|known| *known == own) {
                Some(at) => {
                    query.staff.remove(at);
                }
                None => query.staff.push(own),
            }
        });
    };
    let has = move || {
        let count = intl::count(t.language(), u64::from(holds));
        (leads::of(t.language()).holds)(&count)
    };
    view! {
        <label class="checkbox">
            <input type="checkbox" prop:checked=checked on:change=change />
            <span>{name}</span>
            <span class="muted num">{has}</span>
        </label>
    }
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

/// Asks once more, with words about it, and does it.
#[component]
fn Sure(
    state: Sharing,
    moves: Vec<LeadMove>,
    /// What the notice of each colleague lists.
    names: BTreeMap<String, Vec<String>>,
    title: Signal<String>,
) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let note = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let shared = StoredValue::new((moves, names));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let (moves, names) = shared.get_value();
        let said = note.get_untracked();
        let request = Request::ShareLeads {
            act: new_act(),
            moves,
            note: said.clone(),
        };
        spawn_local(async move {
            let result = engine.get(request, ask::leads_shared).await;
            busy.try_set(false);
            match result {
                Ok(report) => {
                    let texts = leads::of(t.now().language);
                    let count = |number: u64| intl::count(t.now().language, number);
                    let told = names.into_iter().map(|(name, customers)| {
                        let number = count(customers.len() as u64);
                        let head = (texts.notice)(&name, &number, said.trim());
                        format!("{head}\n{}", customers.join("\n"))
                    });
                    let done: u32 = report.receivers.values().sum();
                    // Of leads that were left nobody is told.
                    let all_done = report.refused.is_empty();
                    state
                        .notices
                        .try_set(if all_done { told.collect() } else { Vec::new() });
                    state.refused.try_set(report.refused);
                    state.query.try_update(|query| query.staff.clear());
                    toaster.good((texts.done)(&count(u64::from(done))));
                    state.asking.try_set(false);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    view! {
        <Dialog open=state.asking title>
            <form class="form" on:submit=submit>
                <p class="wide">{move || leads::of(t.language()).sure}</p>
                <TextField
                    label=move || leads::of(t.language()).note
                    value=note
                    input=move |text: String| note.set(text)
                    kind=InputKind::Text
                    wide=true
                />
                <div class="wide">
                    <ErrorState problem />
                </div>
                <DialogFoot open=state.asking busy submit=title />
            </form>
        </Dialog>
    }
}

/// Notices of the last act, and what was left.
#[component]
fn Told(state: Sharing) -> impl IntoView {
    let t = use_texts();
    let notices = move || {
        let notices = state.notices.get();
        (!notices.is_empty()).then(|| {
            let lines = notices
                .into_iter()
                .map(|text| view! { <NoticeLine text /> })
                .collect_view();
            view! {
                <section class="card">
                    <header class="card-head">
                        <h2>{move || leads::of(t.language()).notices}</h2>
                    </header>
                    <ul class="people-lines">{lines}</ul>
                </section>
            }
        })
    };
    let refused = move || {
        let refused = state.refused.get();
        (!refused.is_empty()).then(|| {
            let lines = refused
                .into_iter()
                .map(|(name, why)| {
                    let why = move || huiyin_api::detail_in(t.language(), &why);
                    view! { <li class="people-line">{name} ": " {why}</li> }
                })
                .collect_view();
            view! {
                <section class="card">
                    <header class="card-head">
                        <h2>{move || leads::of(t.language()).left}</h2>
                    </header>
                    <ul class="people-lines">{lines}</ul>
                </section>
            }
        })
    };
    view! {
        {refused}
        {notices}
    }
}

#[component]
fn NoticeLine(text: String) -> impl IntoView {
    let t = use_texts();
    let toaster = use_toaster();
    let copied = text.clone();
    let copy = move || {
        let text = copied.clone();
        spawn_local(async move {
            if copy_text(&text).await {
                toaster.good(leads::of(t.now().language).copied);
            }
        });
    };
    view! {
        <li class="people-line">
            <p class="people-letter">{text}</p>
            <Button press=copy>{move || leads::of(t.language()).copy}</Button>
        </li>
    }
}
