//! What was imported before, with the way to take it back.

use huiyin_api::{ImportSummary, Request};
use leptos::prelude::*;

use super::undo_dialog::UndoDialog;
use crate::{
    shell::{ask, intl, live::live},
    texts::use_texts,
    ui::{Badge, EmptyState, ErrorState, Glyph, Hue, Icon, Skeleton},
};

/// The list of past imports.
#[component]
pub fn PastImports() -> impl IntoView {
    let t = use_texts();
    let again = RwSignal::new(0_u32);
    let past = live(
        move || {
            again.track();
            Some(Request::Imports)
        },
        ask::imports,
    );
    let undo = RwSignal::new(None::<ImportSummary>);
    let rows = move || past.value.get().unwrap_or_default();
    view! {
        <section class="card" aria-label=move || t.get().import.past>
            <div class="card-head">
                <h2>{move || t.get().import.past}</h2>
            </div>
            <ErrorState problem=past.problem retry=move || again.update(|count| *count += 1) />
            {move || {
                if past.value.with(Option::is_none) {
                    return past.problem.with(Option::is_none).then(|| view! { <Skeleton lines=3 /> }).into_any();
                }
                if rows().is_empty() {
                    return view! {
                        <EmptyState
                            glyph=Glyph::Import
                            title=move || t.get().import.past_empty
                            text=move || t.get().import.past_empty_text
                        />
                    }
                        .into_any();
                }
                view! {
                    <table class="sheet">
                        <thead>
                            <tr>
                                <th scope="col">{move || t.get().import.file}</th>
                                <th scope="col">{move || t.get().import.kind}</th>
                                <th scope="col">{move || t.get().import.at}</th>
                                <th scope="col">{move || t.get().import.by}</th>
                                <th scope="col" class="figure-cell">
                                    {move || t.get().import.added}
                                </th>
                                <th scope="col" class="figure-cell">
                                    {move || t.get().import.changed}
                                </th>
                                <td class="act-cell"></td>
                            </tr>
                        </thead>
                        <tbody>
                            {rows().into_iter().map(|past| view! { <PastRow past undo /> }).collect_view()}
                        </tbody>
                    </table>
                }
                    .into_any()
            }}
        </section>
        <UndoDialog target=undo />
    }
}

#[component]
fn PastRow(past: ImportSummary, undo: RwSignal<Option<ImportSummary>>) -> impl IntoView {
    let t = use_texts();
    let ImportSummary {
        name,
        kind,
        at,
        by,
        added,
        changed,
        undone,
        ..
    } = past.clone();
    let label_name = name.clone();
    let past = StoredValue::new(past);
    view! {
        <tr>
            <td class="strong" data-label=move || t.get().import.file>
                {name}
            </td>
            <td data-label=move || t.get().import.kind>{move || (t.get().import.kinds)(kind)}</td>
            <td class="num" data-label=move || t.get().import.at>
                {move || intl::recent(t.get().language, at)}
            </td>
            <td data-label=move || t.get().import.by>{by}</td>
            <td class="num figure-cell" data-label=move || t.get().import.added>
                {move || intl::count(t.get().language, added)}
            </td>
            <td class="num figure-cell" data-label=move || t.get().import.changed>
                {move || intl::count(t.get().language, changed)}
            </td>
            <td class="act-cell">
                {if undone {
                    view! { <Badge hue=Hue::Neutral>{move || t.get().import.undone}</Badge> }.into_any()
                } else {
                    view! {
                        <button
                            type="button"
                            class="button quiet"
                            aria-label=move || (t.get().import.undo_of)(&label_name)
                            on:click=move |_| undo.set(Some(past.get_value()))
                        >
                            <Icon glyph=Glyph::Undo />
                            <span>{move || t.get().import.undo}</span>
                        </button>
                    }
                        .into_any()
                }}
            </td>
        </tr>
    }
}
