//! What came and could not be taken, with the reason.

use huiyin_api::QuarantineView;
use leptos::prelude::*;

use crate::{
    shell::{intl, replication::use_replication},
    texts::{sync::reason, use_texts},
};

/// Where the engine says the relay brought it.
const FROM_RELAY: &str = "relay";
/// Where the engine says a bundle brought it.
const FROM_BUNDLE: &str = "bundle";

/// The list; nothing while it is empty.
#[component]
pub fn Quarantine() -> impl IntoView {
    let t = use_texts();
    let replication = use_replication();
    let rows = Memo::new(move |_| {
        replication
            .get()
            .map(|view| view.quarantine)
            .unwrap_or_default()
    });
    let any = Memo::new(move |_| !rows.with(Vec::is_empty));
    let count = move || intl::count(t.get().language, rows.with(Vec::len) as u64);
    let list = move || {
        let row = |row| view! { <Row row /> };
        rows.get().into_iter().map(row).collect_view()
    };
    move || {
        any.get().then(|| {
            view! {
                <section class="card" aria-label=move || t.get().sync.quarantine>
                    <div class="card-head">
                        <h2>
                            {move || t.get().sync.quarantine} <span class="count">{count}</span>
                        </h2>
                    </div>
                    <p class="card-note">{move || t.get().sync.quarantine_text}</p>
                    <table class="sheet">
                        <thead>
                            <tr>
                                <th scope="col">{move || t.get().sync.came}</th>
                                <th scope="col">{move || t.get().sync.from}</th>
                                <th scope="col">{move || t.get().sync.reason}</th>
                                <th scope="col" class="figure-cell">
                                    {move || t.get().sync.size}
                                </th>
                            </tr>
                        </thead>
                        <tbody>{list}</tbody>
                    </table>
                </section>
            }
        })
    }
}

#[component]
fn Row(row: QuarantineView) -> impl IntoView {
    let t = use_texts();
    let QuarantineView {
        at,
        from,
        reason: why,
        bytes,
    } = row;
    let from = move || {
        let s = &t.get().sync;
        match from.as_str() {
            FROM_RELAY => s.from_relay.to_owned(),
            FROM_BUNDLE => s.from_bundle.to_owned(),
            _ => from.clone(),
        }
    };
    let size = move || {
        if bytes == 0 {
            String::new()
        } else {
            intl::size(t.get().language, bytes)
        }
    };
    view! {
        <tr>
            <td class="num" data-label=move || t.get().sync.came>
                {move || intl::recent(t.get().language, at)}
            </td>
            <td data-label=move || t.get().sync.from>{from}</td>
            <td data-label=move || t.get().sync.reason>{move || reason(t.get().language, &why)}</td>
            <td class="num figure-cell" data-label=move || t.get().sync.size>
                {size}
            </td>
        </tr>
    }
}
