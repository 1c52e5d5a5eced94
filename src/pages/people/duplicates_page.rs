//! Files that are likely the same: every file looked at, pair by pair merged or told apart.

use std::collections::BTreeSet;

use huiyin_api::{CustomerRow, DuplicatePair, DuplicatesView, Problem, Request};
use leptos::{prelude::*, task::spawn_local};

use super::in_common;
use crate::{
    shell::{
        ask, base::use_base, branches::use_branches, engine::use_engine, intl, title::set_title,
    },
    texts::use_texts,
    ui::{Badge, Button, EmptyState, ErrorState, Glyph, Hue, LinkButton, Look, PageHead, Skeleton},
};

/// Likeness from which a pair is almost certain.
const CERTAIN_FROM: u32 = 90;

/// What is on the screen: the look at every file is asked for once, not with every change of a record.
#[derive(Clone, Copy)]
struct Looking {
    view: RwSignal<Option<DuplicatesView>>,
    problem: RwSignal<Option<Problem>>,
    busy: RwSignal<bool>,
    /// Pairs told apart since, by the ids of both.
    apart: RwSignal<BTreeSet<(String, String)>>,
}

/// The screen.
#[component]
pub fn DuplicatesPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().people.duplicates);
    let looking = Looking {
        view: RwSignal::new(None),
        problem: RwSignal::new(None),
        busy: RwSignal::new(false),
        apart: RwSignal::new(BTreeSet::new()),
    };
    let look = looker(looking);
    look.run(());
    let subtitle = move || {
        looking.view.with(|view| {
            let texts = t.get();
            view.as_ref().map_or_else(
                || texts.people.looking.to_owned(),
                |view| {
                    let count = |number: u32| intl::number(texts.language, f64::from(number));
                    (texts.people.looked)(&count(view.files), &count(view.total))
                },
            )
        })
    };
    view! {
        <div class="stack-page">
            <PageHead title=move || t.get().people.duplicates subtitle>
                <LinkButton to="/customers" icon=Glyph::Back>
                    {move || t.get().customers.title}
                </LinkButton>
                <Button icon=Glyph::Sync busy=looking.busy press=look>
                    {move || t.get().people.look_again}
                </Button>
            </PageHead>
            <ErrorState problem=looking.problem retry=look />
            {move || match looking.view.get() {
                None if looking.problem.with(Option::is_some) => ().into_any(),
                None => view! { <Skeleton lines=8 /> }.into_any(),
                Some(view) => view! { <Pairs view looking /> }.into_any(),
            }}
        </div>
    }
}

fn looker(looking: Looking) -> Callback<()> {
    let engine = use_engine();
    Callback::new(move |()| {
        if looking.busy.get_untracked() {
            return;
        }
        looking.busy.set(true);
        looking.problem.set(None);
        spawn_local(async move {
            let result = engine.get(Request::Duplicates, ask::duplicates).await;
            looking.busy.try_set(false);
            match result {
                Ok(view) => {
                    looking.apart.try_update(BTreeSet::clear);
                    looking.view.try_set(Some(view));
                }
                Err(found) => {
                    looking.problem.try_set(Some(found));
                }
            }
        });
    })
}

#[component]
fn Pairs(view: DuplicatesView, looking: Looking) -> impl IntoView {
    let t = use_texts();
    if view.pairs.is_empty() {
        return view! {
            <section class="card">
                <EmptyState
                    glyph=Glyph::Check
                    title=move || t.get().people.no_duplicates
                    text=move || t.get().people.no_duplicates_text
                />
            </section>
        }
        .into_any();
    }
    let left_out = view.total as usize - view.pairs.len();
    let lines = view
        .pairs
        .into_iter()
        .map(|pair| view! { <PairLine pair looking /> })
        .collect_view();
    view! {
        <section class="card">
            <ul class="people-lines">{lines}</ul>
            {(left_out > 0)
                .then(|| {
                    view! {
                        <p class="muted pad">
                            {move || (t.get().people.more_pairs)(&intl::count(t.language(), left_out as u64))}
                        </p>
                    }
                })}
        </section>
    }
    .into_any()
}

#[component]
fn PairLine(pair: DuplicatePair, looking: Looking) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let key = (pair.a.id.clone(), pair.b.id.clone());
    let busy = RwSignal::new(false);
    let told = {
        let key = key.clone();
        Memo::new(move |_| looking.apart.with(|apart| apart.contains(&key)))
    };
    let merge = format!("/customers/{}/merge?with={}", key.0, key.1);
    let say = Callback::new(move |()| {
        let (key, distinct) = (key.clone(), !told.get_untracked());
        busy.set(true);
        spawn_local(async move {
            let request = Request::SayDistinct {
                a: key.0.clone(),
                b: key.1.clone(),
                distinct,
            };
            let result = engine.tell(request).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    looking.apart.try_update(|apart| {
                        if distinct {
                            apart.insert(key);
                        } else {
                            apart.remove(&key);
                        }
                    });
                }
                Err(found) => {
                    looking.problem.try_set(Some(found));
                }
            }
        });
    });
    let (score, shared) = (pair.score, pair.shared);
    let hue = if score >= CERTAIN_FROM {
        Hue::Red
    } else {
        Hue::Amber
    };
    view! {
        <li class="people-line" class:gone=told>
            <span class="people-line-main">
                <Badge hue>{move || (t.get().people.likeness)(score)}</Badge>
                <FileLink row=pair.a />
                <FileLink row=pair.b />
                <span class="muted">{move || in_common(t.get(), &shared)}</span>
            </span>
            <span class="actions">
                <Button look=Look::Quiet busy press=say>
                    {move || if told.get() { t.get().people.maybe_same } else { t.get().people.not_same }}
                </Button>
                <Show when=move || !told.get()>
                    <LinkButton to=merge.clone()>{move || t.get().people.merge}</LinkButton>
                </Show>
            </span>
        </li>
    }
}

#[component]
fn FileLink(row: CustomerRow) -> impl IntoView {
    let base = use_base();
    let branch = untrack(|| use_branches().name(&row.branch));
    let detail = [row.number, row.phone, branch]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    view! {
        <span>
            <a class="link strong" href=base.href(&format!("/customers/{}", row.id))>{row.name}</a>
            " "
            <span class="muted num">{detail}</span>
        </span>
    }
}
