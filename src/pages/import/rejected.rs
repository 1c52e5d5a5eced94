//! Rows that cannot be taken: where, which column, why.

use huiyin_api::RejectedRow;
use leptos::prelude::*;

use super::desk::use_desk;
use crate::{
    shell::intl,
    texts::{Texts, import::reason, names, use_texts},
    ui::{Button, Glyph},
};

/// The first rejected rows, with all of them as a file; nothing where there are none.
#[component]
pub fn RejectedRows(
    #[prop(into)] rows: Signal<Vec<RejectedRow>>,
    #[prop(into)] total: Signal<u64>,
) -> impl IntoView {
    let t = use_texts();
    let desk = use_desk();
    let count = move || intl::count(t.get().language, total.get());
    let shown = move || {
        let t = t.get();
        let shown = rows.with(Vec::len) as u64;
        (shown < total.get()).then(|| {
            let number = |count| intl::count(t.language, count);
            (t.import.rejected_more)(&number(shown), &number(total.get()))
        })
    };
    let columns = Memo::new(move |_| desk.read(|preview| preview.columns.clone()));
    let lines = move || {
        let texts = t.get();
        rows.get()
            .into_iter()
            .map(|row| {
                view! {
                    <tr>
                        <td class="num" data-label=texts.import.line>
                            {intl::count(texts.language, row.line)}
                        </td>
                        <td data-label=texts.import.column>{place(texts, columns, row.column)}</td>
                        <td data-label=texts.import.reason>{reason(texts.language, &row.reason)}</td>
                    </tr>
                }
            })
            .collect_view()
    };
    let any = Memo::new(move |_| total.get() > 0);
    move || {
        any.get().then(|| {
            view! {
                <section class="card" aria-label=move || t.get().import.rejected>
                    <div class="card-head">
                        <h2>
                            {move || t.get().import.rejected}
                            <span class="count">{count}</span>
                        </h2>
                        <Button icon=Glyph::Export press=move || desk.download_errors()>
                            {move || t.get().import.download_errors}
                        </Button>
                    </div>
                    <p class="card-note">{move || t.get().import.rejected_text}</p>
                    <div class="sheet-scroll rejected" tabindex="0" role="region" aria-label=move || t.get().import.rejected>
                        <table class="sheet">
                            <thead>
                                <tr>
                                    <th scope="col">{move || t.get().import.line}</th>
                                    <th scope="col">{move || t.get().import.column}</th>
                                    <th scope="col">{move || t.get().import.reason}</th>
                                </tr>
                            </thead>
                            <tbody>{lines}</tbody>
                        </table>
                    </div>
                    {move || shown().map(|words| view! { <p class="card-note num">{words}</p> })}
                </section>
            }
        })
    }
}

/// Returns the column of the file, or the name of the field where the fault is in no column.
fn place(texts: &Texts, columns: Memo<Vec<String>>, place: String) -> String {
    if columns.with(|columns| columns.contains(&place)) {
        return place;
    }
    names::known(texts.language, &place).unwrap_or(place)
}
