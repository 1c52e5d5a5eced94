//! The first rows of the file, as they are read.

use leptos::prelude::*;

use super::desk::use_desk;
use crate::{shell::intl, texts::use_texts};

/// The first rows under the file's own headers, each with the field it goes to.
#[component]
pub fn Sample() -> impl IntoView {
    let t = use_texts();
    let desk = use_desk();
    let columns = Memo::new(move |_| desk.read(|preview| preview.columns.clone()));
    let sample = Memo::new(move |_| desk.read(|preview| preview.sample.clone()));
    let words = move || {
        let t = t.get();
        (t.import.sample_text)(&intl::count(t.language, sample.with(Vec::len) as u64))
    };
    let head = move || {
        columns
            .get()
            .into_iter()
            .map(|column| view! { <SampleHead column /> })
            .collect_view()
    };
    let rows = move || {
        let row = |row: Vec<String>| {
            let cells = row.into_iter().map(|value| view! { <td>{value}</td> });
            view! { <tr>{cells.collect_view()}</tr> }
        };
        sample.get().into_iter().map(row).collect_view()
    };
    let any = Memo::new(move |_| !sample.with(Vec::is_empty));
    move || {
        any.get().then(|| {
            view! {
                <section class="card" aria-label=move || t.get().import.sample>
                    <div class="card-head">
                        <h2>
                            {move || t.get().import.sample} <span class="count">{words}</span>
                        </h2>
                    </div>
                    <div class="sheet-scroll" tabindex="0" role="region" aria-label=move || t.get().import.sample>
                        <table class="sheet sample">
                            <thead>
                                <tr>{head}</tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                </section>
            }
        })
    }
}

/// A header of the file and the field it goes to.
#[component]
fn SampleHead(column: String) -> impl IntoView {
    let t = use_texts();
    let desk = use_desk();
    let name = column.clone();
    let field = move || {
        let texts = t.get();
        desk.read(|preview| {
            let map = preview.mapping.iter().find(|map| map.column == name);
            map.map(|map| texts.field(&map.field)).unwrap_or_default()
        })
    };
    view! {
        <th scope="col">
            {column}
            <span class="sample-field">{field}</span>
        </th>
    }
}
