//! Merging two files: side by side, chosen field by field, looked at, done, and undone from the message or from the file.

use std::{collections::BTreeMap, sync::Arc};

use huiyin_api::{CustomerRow, MergePreview, Problem, Request};
use huiyin_core::merge::Side;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    file_finder::FileFinder,
    merge_fields::{Choices, MergeFields},
    undo_merge,
};
use crate::{
    shell::{
        ask,
        branches::use_branches,
        engine::use_engine,
        go::use_go,
        intl,
        keys::{Command, on_command},
        live::live,
        notices::{Act, use_toaster},
        title::set_title,
    },
    texts::use_texts,
    ui::{Button, ErrorState, Glyph, LinkButton, Look, PageHead, Skeleton},
};

/// The screen: `/customers/<id>/merge?with=<id>`. Without the other file it is searched for first.
#[component]
pub fn MergePage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().people.merge_title);
    let params = use_params_map();
    let query = use_query_map();
    let own = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let other = Memo::new(move |_| query.with(|query| query.get("with").unwrap_or_default()));
    let go = use_go();
    let choose = Callback::new(move |with: CustomerRow| {
        go.to(&format!(
            "/customers/{}/merge?with={}",
            own.get_untracked(),
            with.id
        ));
    });
    on_command(move |command| {
        let back = command == Command::Back;
        if back {
            go.to(&format!("/customers/{}", own.get_untracked()));
        }
        back
    });
    view! {
        <div class="stack-page">
            <PageHead title=move || t.get().people.merge_title subtitle=move || t.get().people.merge_text>
                <LinkButton to=move || format!("/customers/{}", own.get()) icon=Glyph::Back>
                    {move || t.get().common.cancel}
                </LinkButton>
            </PageHead>
            {move || {
                if other.with(String::is_empty) {
                    view! { <FileFinder except=own choose title=move || t.get().people.choose_other /> }.into_any()
                } else {
                    view! { <Pair own other /> }.into_any()
                }
            }}
        </div>
    }
}

/// Both files with the preview of their merge.
#[component]
fn Pair(own: Memo<String>, other: Memo<String>) -> impl IntoView {
    let swapped = RwSignal::new(false);
    let choices: Choices = RwSignal::new(BTreeMap::new());
    let pair = Memo::new(move |_| {
        let (a, b) = (own.get(), other.get());
        if swapped.get() { (b, a) } else { (a, b) }
    });
    let found = live(
        move || {
            let (stays, gives_way) = pair.get();
            Some(Request::MergePreview { stays, gives_way })
        },
        ask::merge_preview,
    );
    // The preview of this pair in this direction, not of the one before.
    let preview = Memo::new(move |_| {
        found.value.get().filter(|preview| {
            pair.with(|(stays, gives_way)| {
                preview.stays.id == *stays && preview.gives_way.id == *gives_way
            })
        })
    });
    let swap = Callback::new(move |()| {
        swapped.update(|swapped| *swapped = !*swapped);
        choices.set(BTreeMap::new());
    });
    move || match preview.get() {
        Some(preview) => view! { <Preview preview choices swap /> }.into_any(),
        None if found.problem.with(Option::is_some) => {
            view! { <ErrorState problem=found.problem retry=move || found.ask_again() /> }
                .into_any()
        }
        None => view! { <Skeleton lines=8 /> }.into_any(),
    }
}

#[component]
fn Preview(preview: MergePreview, choices: Choices, swap: Callback<()>) -> impl IntoView {
    let t = use_texts();
    let MergePreview {
        stays,
        gives_way,
        fields,
        unsettled,
        cases,
        entries,
    } = preview;
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let names = [stays.name.clone(), gives_way.name.clone()];
    let moves = move || {
        let texts = t.get();
        let count = |number: u32| intl::number(texts.language, f64::from(number));
        (texts.people.moves)(&count(cases), &count(entries))
    };
    let settle = !unsettled.is_empty();
    let save = saver(
        stays.id.clone(),
        gives_way.id.clone(),
        choices,
        busy,
        problem,
    );
    view! {
        <div class="merge-pair">
            <FileHead row=stays title=Signal::derive(move || t.get().people.stays) />
            <Button icon=Glyph::Sync press=swap>{move || t.get().people.swap}</Button>
            <FileHead row=gives_way title=Signal::derive(move || t.get().people.gives_way) />
        </div>
        {settle.then(|| view! { <p class="notice">{move || t.get().people.settle_first}</p> })}
        <MergeFields fields unsettled choices names />
        <section class="card card-body stack">
            {(cases + entries > 0).then(|| view! { <p>{moves}</p> })}
            <ErrorState problem />
            <footer class="form-foot">
                <Button look=Look::Primary busy press=save>{move || t.get().people.merge}</Button>
            </footer>
        </section>
    }
}

#[component]
fn FileHead(row: CustomerRow, title: Signal<&'static str>) -> impl IntoView {
    let branch = untrack(|| use_branches().name(&row.branch));
    let detail = [row.number, row.phone, row.city, branch]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    view! {
        <section class="card merge-head">
            <span class="muted">{title}</span>
            <strong>{row.name}</strong>
            <span class="muted num">{detail}</span>
        </section>
    }
}

/// Returns what merging does: stores it, goes to the file that stays and offers the undo.
fn saver(
    stays: String,
    gives_way: String,
    choices: Choices,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
) -> Callback<()> {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let go = use_go();
    Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let (stays, gives_way) = (stays.clone(), gives_way.clone());
        let choices: BTreeMap<String, Side> = choices.get_untracked();
        spawn_local(async move {
            let request = Request::MergeCustomers {
                stays: stays.clone(),
                gives_way: gives_way.clone(),
                choices,
            };
            let result = engine.save(request).await;
            busy.try_set(false);
            match result {
                Ok(id) => {
                    let undo = Arc::new(move || {
                        let (a, b) = (stays.clone(), gives_way.clone());
                        spawn_local(async move {
                            if let Err(found) = undo_merge(engine, toaster, t, a, b).await {
                                toaster.problem(&found);
                            }
                        });
                    });
                    let texts = t.now();
                    toaster.good_with(texts.people.merged, Act::new(texts.people.undo, undo));
                    go.instead(&format!("/customers/{id}"));
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    })
}
