//! The versions the company has published; one of them is in force for new cases.

use huiyin_api::{PackRow, Problem, Request};
use huiyin_core::pack::Part;
use leptos::{prelude::*, task::spawn_local};

use super::Read;
use crate::{
    shell::{engine::use_engine, intl, notices::use_toaster, policy::words},
    texts::use_texts,
    ui::{Badge, Button, EmptyState, ErrorState, Glyph, Hue, Look},
};

/// The table of versions, newest first.
#[component]
pub fn Versions(read: Read) -> impl IntoView {
    let t = use_texts();
    let problem = RwSignal::new(None::<Problem>);
    let may_edit = Memo::new(move |_| read.with(|packs| packs.may_edit));
    let rows = Memo::new(move |_| read.with(|packs| packs.published.clone()));
    let has_active = Memo::new(move |_| rows.with(|rows| rows.iter().any(|row| row.active)));
    let lines = move || {
        let may_edit = may_edit.get();
        rows.get()
            .into_iter()
            .map(|row| view! { <Version row may_edit problem /> })
            .collect_view()
    };
    view! {
        <section class="card" aria-label=move || t.get().packs.versions>
            <div class="card-head">
                <h2>
                    {move || t.get().packs.versions}
                    <span class="count">{move || intl::count(t.language(), rows.with(Vec::len) as u64)}</span>
                </h2>
                <Show when=move || has_active.get() && may_edit.get()>
                    <Activate reference=String::new() problem>
                        {move || t.get().packs.without}
                    </Activate>
                </Show>
            </div>
            <ErrorState problem />
            {move || {
                if rows.with(Vec::is_empty) {
                    return view! {
                        <EmptyState
                            glyph=Glyph::Case
                            title=move || t.get().packs.versions_empty
                            text=move || t.get().packs.versions_empty_text
                        />
                    }
                        .into_any();
                }
                view! {
                    <table class="sheet">
                        <thead>
                            <tr>
                                <th scope="col">{move || t.get().packs.name}</th>
                                <th scope="col">{move || t.get().packs.version_head}</th>
                                <th scope="col">{move || t.get().packs.published_at}</th>
                                <th scope="col" class="figure-cell">
                                    {move || t.get().packs.cases}
                                </th>
                                <td></td>
                            </tr>
                        </thead>
                        <tbody>{lines}</tbody>
                    </table>
                }
                    .into_any()
            }}
        </section>
    }
}

#[component]
fn Version(row: PackRow, may_edit: bool, problem: RwSignal<Option<Problem>>) -> impl IntoView {
    let t = use_texts();
    let PackRow {
        reference,
        id,
        version,
        name,
        active,
        published,
        by,
        cases,
        ..
    } = row;
    let when = move || {
        let at = published.map(|at| intl::date_time(t.language(), at));
        [at.unwrap_or_default(), by.clone()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
    };
    view! {
        <tr>
            <td class="strong" data-label=move || t.get().packs.name>
                <span class="badges">
                    <span>{move || words(t.language(), &name)}</span>
                    <span class="muted num">{id}</span>
                    {active.then(|| view! { <Badge hue=Hue::Green>{move || t.get().packs.in_force}</Badge> })}
                </span>
            </td>
            <td class="num" data-label=move || t.get().packs.version_head>
                {move || intl::count(t.language(), u64::from(version))}
            </td>
            <td class="num" data-label=move || t.get().packs.published_at>
                {when}
            </td>
            <td class="num figure-cell" data-label=move || t.get().packs.cases>
                {move || intl::count(t.language(), u64::from(cases))}
            </td>
            <td class="act-cell">
                {(may_edit && !active)
                    .then(|| {
                        view! {
                            <Activate reference problem>
                                {move || t.get().packs.activate}
                            </Activate>
                        }
                    })}
            </td>
        </tr>
    }
}

/// Makes a version the one in force; an empty reference = none.
#[component]
fn Activate(
    reference: String,
    problem: RwSignal<Option<Problem>>,
    children: Children,
) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let busy = RwSignal::new(false);
    let press = move || {
        busy.set(true);
        problem.set(None);
        let request = Request::ActivatePack {
            reference: reference.clone(),
            part: Part::Cases,
        };
        spawn_local(async move {
            let result = engine.tell(request).await;
            busy.try_set(false);
            match result {
                Ok(()) => toaster.good(t.now().common.saved),
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    view! {
        <Button look=Look::Quiet busy press>
            {children()}
        </Button>
    }
}
