//! A leaver hands everything over: who takes over is chosen, the plan looked at line by line, done in slices with progress, and
//! undone from the list of past hand-overs.
//!
//! Long: choosing, looking and doing share one state.

use std::collections::BTreeMap;

use huiyin_api::{
    HandOverEntry, HandOverIntent, HandOverMove, HandOverPlan, MAX_HAND_OVER_SLICE, Problem,
    Request, SettingsView,
};
use huiyin_core::allocation::{HandOverLine, HeldAs};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;

use super::owner_card::at_work;
use crate::{
    pages::shared::{
        LineCard, NameTicks, PastAct, RefusedLines, Undo, by_receiver, new_act, tell_undone,
    },
    shell::{
        ask, base::use_base, engine::use_engine, intl, live::live, notices::use_toaster, policy,
        title::set_title,
    },
    texts::use_texts,
    ui::{
        Button, Dialog, EmptyState, ErrorState, Glyph, LinkButton, Look, PageHead, Progress,
        SelectField,
    },
};

/// Lines shown at once; the counts tell of all.
const SHOWN_LINES: usize = 300;

/// What is on the screen.
#[derive(Clone, Copy)]
struct HandingOver {
    intent: RwSignal<HandOverIntent>,
    /// Lines done and all of them while it runs.
    running: RwSignal<Option<(usize, usize)>>,
    problem: RwSignal<Option<Problem>>,
    /// Lines that were not handed over, with the reason.
    refused: RwSignal<Vec<(String, String)>>,
}

/// The screen: `/settings/hand-over?leaver=<name>`.
#[component]
pub fn HandOverPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().people.hand_over);
    let leaver = use_query_map().with_untracked(|query| query.get("leaver").unwrap_or_default());
    let state = HandingOver {
        intent: RwSignal::new(HandOverIntent {
            leaver,
            ..HandOverIntent::default()
        }),
        running: RwSignal::new(None),
        problem: RwSignal::new(None),
        refused: RwSignal::new(Vec::new()),
    };
    let settings = live(|| Some(Request::Settings), ask::settings);
    let staff = Signal::derive(move || settings.value.get().unwrap_or_default());
    let plan = live(
        move || {
            let intent = state.intent.get();
            let ready = !intent.leaver.is_empty()
                && !intent.successors.is_empty()
                && state.running.with(Option::is_none);
            ready.then_some(Request::HandOverPlan(intent))
        },
        ask::hand_over,
    );
    let shown = Memo::new(move |_| {
        let ready = state
            .intent
            .with(|intent| !intent.leaver.is_empty() && !intent.successors.is_empty());
        plan.value.get().filter(|_| ready)
    });
    view! {
        <div class="stack-page">
            <PageHead title=move || t.get().people.hand_over subtitle=move || t.get().people.hand_over_text>
                <LinkButton to="/settings" icon=Glyph::Back>
                    {move || t.get().settings.title}
                </LinkButton>
            </PageHead>
            <Who state staff />
            <ErrorState problem=plan.problem />
            <ErrorState problem=state.problem />
            <Running state />
            <RefusedLines title=move || t.get().people.not_handed_over refused=state.refused />
            {move || {
                shown
                    .get()
                    .filter(|_| state.running.with(Option::is_none))
                    .map(|plan| view! { <Plan plan state staff /> }.into_any())
            }}
            <Past />
        </div>
    }
}

/// Who leaves, and ticks for those among whom everything is shared out.
#[component]
fn Who(state: HandingOver, staff: Signal<SettingsView>) -> impl IntoView {
    let t = use_texts();
    let leaver = Signal::derive(move || state.intent.with(|intent| intent.leaver.clone()));
    let choices = Signal::derive(move || {
        // Somebody who has left already may still hold something.
        let mut choices = vec![(String::new(), t.get().people.choose_person.to_owned())];
        staff.with(|staff| {
            let names = staff.staff.iter();
            choices.extend(names.map(|person| (person.name.clone(), person.name.clone())));
        });
        choices
    });
    let choose = move |name: String| {
        state.intent.update(|intent| {
            intent.successors.retain(|known| *known != name);
            intent.named.clear();
            intent.leaver = name;
        });
    };
    let names = Signal::derive(move || {
        let leaver = leaver.get();
        staff.with(|staff| {
            at_work(staff, "", "")
                .into_iter()
                .map(|(name, _)| (name, String::new()))
                .filter(|(name, _)| !name.is_empty() && *name != leaver)
                .collect::<Vec<_>>()
        })
    });
    let ticked = Signal::derive(move || state.intent.with(|intent| intent.successors.clone()));
    let tick = move |names: Vec<String>| state.intent.update(|intent| intent.successors = names);
    view! {
        <section class="card card-body">
            <div class="form">
                <SelectField label=move || t.get().people.leaver value=leaver input=choose choices />
                <NameTicks
                    label=move || t.get().people.successors
                    names
                    ticked
                    change=tick
                />
            </div>
        </section>
    }
}

#[component]
fn Plan(plan: HandOverPlan, state: HandingOver, staff: Signal<SettingsView>) -> impl IntoView {
    let t = use_texts();
    if plan.lines.is_empty() {
        return view! {
            <section class="card">
                <EmptyState
                    glyph=Glyph::Check
                    title=move || t.get().people.holds_nothing
                    text=move || t.get().people.holds_nothing_text
                />
            </section>
        }
        .into_any();
    }
    let asking = RwSignal::new(false);
    let total = plan.lines.len();
    let beyond = plan.left;
    let mut receivers: BTreeMap<String, [u32; 3]> = BTreeMap::new();
    for line in &plan.lines {
        let at = match line.held {
            HeldAs::OwnerA | HeldAs::OwnerB => 0,
            HeldAs::Case => 1,
            HeldAs::Contact | HeldAs::Task => 2,
        };
        receivers.entry(line.to.clone()).or_default()[at] += 1;
    }
    let sums = receivers
        .into_iter()
        .map(|(name, [customers, cases, others])| {
            let words = move || {
                let texts = t.get();
                let count = |number: u32| intl::number(texts.language, f64::from(number));
                (texts.people.takes)(&count(customers), &count(cases), &count(others))
            };
            view! {
                <div>
                    <dt>{name}</dt>
                    <dd class="num">{words}</dd>
                </div>
            }
        })
        .collect_view();
    let moves: Vec<HandOverMove> = plan
        .lines
        .iter()
        .map(|line| HandOverMove {
            id: line.id.clone(),
            held: line.held,
            to: line.to.clone(),
        })
        .collect();
    let hidden = total.saturating_sub(SHOWN_LINES);
    let lines = plan
        .lines
        .into_iter()
        .take(SHOWN_LINES)
        .map(|line| view! { <PlanLine line state staff /> })
        .collect_view();
    let run = runner(state, moves);
    let title = move || (t.get().people.hand_over_now)(&intl::count(t.language(), total as u64));
    view! {
        <section class="card">
            <header class="card-head">
                <h2>{move || t.get().people.plan}</h2>
                <Button look=Look::Primary press=move || asking.set(true)>{title}</Button>
            </header>
            <dl class="entry-data pad">{sums}</dl>
            <table class="sheet">
                <thead>
                    <tr>
                        <th scope="col">{move || t.get().people.what}</th>
                        <th scope="col">{move || t.get().people.held_as}</th>
                        <th scope="col">{move || t.get().people.to}</th>
                        <th scope="col">{move || t.get().people.letter}</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
            {(hidden > 0)
                .then(|| {
                    view! {
                        <p class="muted pad">
                            {move || (t.get().people.more_lines)(&intl::count(t.language(), hidden as u64))}
                        </p>
                    }
                })}
            {(beyond > 0)
                .then(|| {
                    view! {
                        <p class="muted pad">
                            {move || (t.get().people.beyond)(&intl::count(t.language(), u64::from(beyond)))}
                        </p>
                    }
                })}
        </section>
        <Dialog open=asking title=title>
            <div class="form">
                <p class="wide">{move || t.get().people.hand_over_sure}</p>
                <footer class="dialog-foot">
                    <Button press=move || asking.set(false)>{move || t.get().common.cancel}</Button>
                    <Button
                        look=Look::Primary
                        press=move || {
                            asking.set(false);
                            run.run(());
                        }
                    >
                        {move || t.get().people.hand_over}
                    </Button>
                </footer>
            </div>
        </Dialog>
    }
    .into_any()
}

#[component]
fn PlanLine(line: HandOverLine, state: HandingOver, staff: Signal<SettingsView>) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let screen = match line.held {
        HeldAs::OwnerA | HeldAs::OwnerB => "customers",
        HeldAs::Case => "cases",
        HeldAs::Contact | HeldAs::Task => "contacts",
    };
    let link = base.href(&format!("/{screen}/{}", line.id));
    let held = line.held;
    let held_as = move || {
        let texts = t.get();
        match held {
            HeldAs::OwnerA => texts.field("owner_a"),
            HeldAs::OwnerB => texts.field("owner_b"),
            HeldAs::Case => texts.people.case.to_owned(),
            HeldAs::Contact => texts.people.contact.to_owned(),
            HeldAs::Task => texts.people.task.to_owned(),
        }
    };
    let to = line.to.clone();
    let chosen = to.clone();
    let options = move || {
        staff.with(|staff| {
            let leaver = state.intent.with_untracked(|intent| intent.leaver.clone());
            at_work(staff, "", &to)
                .into_iter()
                .filter(|(name, _)| !name.is_empty() && *name != leaver)
                .map(|(name, shown)| {
                    let selected = name == chosen;
                    view! { <option value=name selected=selected>{shown}</option> }
                })
                .collect_view()
        })
    };
    let id = line.id.clone();
    let choose = move |name: String| {
        state.intent.update(|intent| {
            intent.named.insert(id.clone(), name);
        });
    };
    let label = line.name.clone();
    let letter = line.notice.map(|text| {
        view! {
            <details>
                <summary>{move || t.get().people.letter_show}</summary>
                <p class="people-letter">{move || policy::words(t.language(), &text)}</p>
            </details>
        }
    });
    view! {
        <tr>
            <td class="strong" data-label=move || t.get().people.what>
                <a class="link" href=link>{line.name}</a>
            </td>
            <td data-label=move || t.get().people.held_as>{held_as}</td>
            <td data-label=move || t.get().people.to>
                <select
                    class="input"
                    aria-label=move || (t.get().people.to_of)(&label)
                    on:change:target=move |event| choose(event.target().value())
                >
                    {options}
                </select>
            </td>
            <td data-label=move || t.get().people.letter>{letter}</td>
        </tr>
    }
}

/// Returns what handing over does: one slice after the other, each stored before the next.
fn runner(state: HandingOver, moves: Vec<HandOverMove>) -> Callback<()> {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    Callback::new(move |()| {
        if state.running.with_untracked(Option::is_some) {
            return;
        }
        let moves = moves.clone();
        let leaver = state.intent.with_untracked(|intent| intent.leaver.clone());
        let act = new_act();
        let total = moves.len();
        state.running.set(Some((0, total)));
        state.problem.set(None);
        state.refused.set(Vec::new());
        spawn_local(async move {
            let mut done = 0_u64;
            for (slice, moves) in moves.chunks(MAX_HAND_OVER_SLICE).enumerate() {
                let request = Request::HandOver {
                    act: act.clone(),
                    leaver: leaver.clone(),
                    moves: moves.to_vec(),
                };
                match engine.get(request, ask::handed_over).await {
                    Ok(report) => {
                        done += u64::from(report.done);
                        state
                            .refused
                            .try_update(|known| known.extend(report.refused));
                        let reached = slice * MAX_HAND_OVER_SLICE + moves.len();
                        state.running.try_set(Some((reached, total)));
                    }
                    Err(found) => {
                        state.problem.try_set(Some(found));
                        break;
                    }
                }
            }
            state.running.try_set(None);
            if state.problem.try_get_untracked().flatten().is_some() {
                return;
            }
            let texts = t.now();
            toaster.good((texts.people.handed_over)(&intl::count(
                texts.language,
                done,
            )));
        });
    })
}

#[component]
fn Running(state: HandingOver) -> impl IntoView {
    let t = use_texts();
    move || {
        state.running.get().map(|(done, total)| {
            view! {
                <section class="card pad" role="status">
                    <p>{move || (t.get().people.running)(done, total)}</p>
                    <Progress
                        label=move || t.get().people.hand_over
                        done=Signal::derive(move || done as f64)
                        total=Signal::derive(move || total as f64)
                    />
                </section>
            }
        })
    }
}

/// Past hand-overs with the undo.
#[component]
fn Past() -> impl IntoView {
    let t = use_texts();
    let found = live(|| Some(Request::HandOvers), ask::hand_overs);
    move || {
        let entries = found.value.get().unwrap_or_default();
        (!entries.is_empty()).then(|| {
            let lines = entries
                .into_iter()
                .map(|entry| view! { <PastLine entry /> })
                .collect_view();
            view! { <LineCard title=move || t.get().people.past_hand_overs>{lines}</LineCard> }
        })
    }
}

#[component]
fn PastLine(entry: HandOverEntry) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let act = StoredValue::new(entry.act);
    let undo = move || {
        // Each slice changes the list, so that this line may be gone before the last.
        let act = act.get_value();
        async move {
            let mut kept: Vec<String> = Vec::new();
            loop {
                let request = Request::UndoHandOver { act: act.clone() };
                let report = engine.get(request, ask::handed_over).await?;
                kept.extend(report.refused.into_iter().map(|(name, _)| name));
                if report.left == 0 {
                    break;
                }
            }
            let people = &t.now().people;
            let (undone, but) = (people.hand_over_undone, people.hand_over_undone_but);
            tell_undone(toaster, t.now(), &kept, undone, but);
            Ok(())
        }
    };
    let label = Signal::derive(move || t.get().people.hand_over_undo.to_owned());
    view! {
        <PastAct
            what=entry.leaver
            much=by_receiver(entry.receivers)
            done=(entry.by, entry.at)
            undo=Some(Undo::new(label, undo))
        />
    }
}
