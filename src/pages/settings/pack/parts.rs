//! Which pack each part of the rules is taken from: cases from one, files, contact or reception from others.

use huiyin_api::{PackRow, PartView, Problem, Request};
use huiyin_core::pack::Part;
use leptos::{prelude::*, task::spawn_local};

use super::Read;
use crate::{
    shell::{engine::use_engine, notices::use_toaster, policy::words},
    texts::{policy_parts, use_texts},
    ui::{Badge, Button, Dialog, ErrorState, Glyph, Hue, Icon, open_while},
};

/// The parts other than cases, each with the pack in force and a way to choose another.
#[component]
pub fn Parts(read: Read) -> impl IntoView {
    let t = use_texts();
    let chosen = RwSignal::new(None::<Part>);
    let may_edit = Memo::new(move |_| read.with(|packs| packs.may_edit));
    let parts = Memo::new(move |_| {
        read.with(|packs| {
            let name = |reference: &str| {
                let known = packs
                    .published
                    .iter()
                    .find(|row| row.reference == reference);
                known.cloned().unwrap_or_default()
            };
            packs
                .parts
                .iter()
                .filter(|part| part.part != Part::Cases)
                .map(|part| (part.clone(), name(&part.in_force)))
                .collect::<Vec<_>>()
        })
    });
    let lines = move || {
        let may_edit = may_edit.get();
        parts
            .get()
            .into_iter()
            .map(|(part, row)| view! { <PartLine part row may_edit chosen /> })
            .collect_view()
    };
    view! {
        <section class="card" aria-label=move || policy_parts::of(t.language()).title>
            <div class="card-head">
                <h2>{move || policy_parts::of(t.language()).title}</h2>
            </div>
            <p class="muted pad">{move || policy_parts::of(t.language()).text}</p>
            <ul class="pack-offers">{lines}</ul>
        </section>
        <ChooseDialog read chosen />
    }
    .into_any()
}

#[component]
fn PartLine(
    part: PartView,
    row: PackRow,
    may_edit: bool,
    chosen: RwSignal<Option<Part>>,
) -> impl IntoView {
    let t = use_texts();
    let which = part.part;
    let name = move || policy_parts::part(t.language(), which).0;
    let words_of = move || {
        let texts = policy_parts::of(t.language());
        if part.missing {
            texts.missing.to_owned()
        } else if part.in_force.is_empty() {
            texts.none.to_owned()
        } else {
            let pack = words(t.language(), &row.name);
            let version = (t.get().packs.version)(row.version);
            if part.chosen.is_empty() {
                format!("{pack} · {version} · {}", texts.follows)
            } else {
                format!("{pack} · {version}")
            }
        }
    };
    view! {
        <li class="pack-offer">
            <div>
                <p class="badges">
                    <strong>{name}</strong>
                    <span class="muted">{move || policy_parts::part(t.language(), which).1}</span>
                </p>
                <p>{words_of}</p>
            </div>
            {may_edit
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="button"
                            aria-label=move || (t.get().packs.choose_of)(name())
                            on:click=move |_| chosen.set(Some(which))
                        >
                            {move || t.get().packs.choose}
                        </button>
                    }
                })}
        </li>
    }
    .into_any()
}

/// The packs that can be chosen for a part: versions of the company, then those that come with the program.
#[component]
fn ChooseDialog(read: Read, chosen: RwSignal<Option<Part>>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let open = open_while(chosen, Option::is_some);
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    Effect::new(move |_| {
        if open.get() {
            problem.set(None);
        }
    });
    let title = Signal::derive(move || {
        chosen
            .get()
            .map(|part| policy_parts::part(t.language(), part).0.to_owned())
            .unwrap_or_default()
    });
    let view = Memo::new(move |_| {
        let part = chosen.get()?;
        read.with(|packs| packs.parts.iter().find(|view| view.part == part).cloned())
    });
    let rows = Memo::new(move |_| {
        let Some(view) = view.get() else {
            return Vec::new();
        };
        read.with(|packs| {
            let own = packs
                .published
                .iter()
                .filter(|row| row.parts.contains(&view.part));
            // What was published once is not offered a second time.
            let known = |row: &PackRow| {
                own.clone()
                    .any(|other| (&other.id, other.version) == (&row.id, row.version))
            };
            let further = view.offered.iter().filter(|row| !known(row));
            own.clone().chain(further).cloned().collect::<Vec<_>>()
        })
    });
    let pick = Callback::new(move |reference: String| {
        let Some(part) = chosen.get_untracked() else {
            return;
        };
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let result = engine.tell(Request::ActivatePack { reference, part }).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    toaster.good(policy_parts::of(t.now().language).now_in_force);
                    open.try_set(false);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    });
    let is_chosen = Memo::new(move |_| {
        view.with(|view| view.as_ref().is_some_and(|view| !view.chosen.is_empty()))
    });
    view! {
        <Dialog open title large=true>
            <div class="dialog-text">
                <p class="notice plain">
                    <Icon glyph=Glyph::Note />
                    <span>{move || policy_parts::of(t.language()).choose_text}</span>
                </p>
                <ErrorState problem />
                <ul class="pack-offers">
                    {move || {
                        let in_force = view
                            .with(|view| view.as_ref().map(|view| view.in_force.clone()))
                            .unwrap_or_default();
                        rows.get()
                            .into_iter()
                            .map(|row| {
                                let current = !row.reference.is_empty() && row.reference == in_force;
                                view! { <Choosable row current busy pick /> }
                            })
                            .collect_view()
                    }}
                </ul>
            </div>
            <footer class="dialog-foot">
                <Button press=move || open.set(false)>{move || t.get().common.cancel}</Button>
                <Show when=move || is_chosen.get()>
                    <Button busy press=move || pick.run(String::new())>
                        {move || policy_parts::of(t.language()).as_for_cases}
                    </Button>
                </Show>
            </footer>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Choosable(
    row: PackRow,
    current: bool,
    busy: RwSignal<bool>,
    pick: Callback<String>,
) -> impl IntoView {
    let t = use_texts();
    let own = !row.reference.is_empty();
    let reference = if own {
        row.reference.clone()
    } else {
        row.id.clone()
    };
    let (version, id) = (row.version, row.id.clone());
    let (name, about) = (row.name.clone(), row.about);
    let label = row.name;
    view! {
        <li class="pack-offer">
            <div>
                <p class="badges">
                    <strong>{move || words(t.language(), &name)}</strong>
                    <span class="muted num">{id}</span>
                    {own
                        .then(|| {
                            view! {
                                <Badge hue=Hue::Neutral>
                                    {move || (t.get().packs.version)(version)}
                                </Badge>
                            }
                        })}
                    {current
                        .then(|| {
                            view! { <Badge hue=Hue::Green>{move || t.get().packs.in_force}</Badge> }
                        })}
                </p>
                <p class="muted">{move || words(t.language(), &about)}</p>
            </div>
            {(!current)
                .then(move || {
                    view! {
                        <button
                            type="button"
                            class="button"
                            disabled=move || busy.get()
                            aria-label=move || {
                                (t.get().packs.choose_of)(&words(t.language(), &label))
                            }
                            on:click=move |_| pick.run(reference.clone())
                        >
                            {move || t.get().packs.choose}
                        </button>
                    }
                })}
        </li>
    }
    .into_any()
}
