//! What came and could not be taken, with the reason.

use huiyin_api::{QuarantineView, ReasonCount, Request};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    shell::{ask, engine::use_engine, intl, live::live, replication::use_replication},
    texts::{sync::reason, use_texts},
    ui::Button,
};

/// Where the engine says the relay brought it.
const FROM_RELAY: &str = "relay";
/// Where the engine says a bundle brought it.
const FROM_BUNDLE: &str = "bundle";

/// Rows asked for at a time beyond those that are always there.
const OLDER_ROWS: u32 = 200;

/// The list; nothing while it is empty.
#[component]
pub fn Quarantine() -> impl IntoView {
    let t = use_texts();
    let replication = use_replication();
    let view = Memo::new(move |_| {
        let view = replication.get();
        view.map(|view| (view.put_aside, view.quarantine))
            .unwrap_or_default()
    });
    let total = Memo::new(move |_| view.with(|(total, _)| *total));
    let older = RwSignal::new(Vec::<QuarantineView>::new());
    Effect::new(move |_| {
        // Another row has come: those asked for stand elsewhere now.
        let _total = total.get();
        older.set(Vec::new());
    });
    let shown = move || view.with(|(_, rows)| rows.len()) + older.with(Vec::len);
    let rest = Memo::new(move |_| total.get().saturating_sub(shown() as u64));
    let list = move || {
        let row = |row| view! { <Row row /> };
        let mut rows = view.get().1;
        rows.extend(older.get());
        rows.into_iter().map(row).collect_view()
    };
    let count = move || intl::count(t.get().language, total.get());
    view! {
        <Show when=move || { total.get() > 0 }>
            <section class="card" aria-label=move || t.get().sync.quarantine>
                <div class="card-head">
                    <h2>
                        {move || t.get().sync.quarantine} <span class="count">{count}</span>
                    </h2>
                </div>
                <p class="card-note">{move || t.get().sync.quarantine_text}</p>
                <Reasons total />
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
                <Older rest shown=Signal::derive(shown) older />
            </section>
        </Show>
    }
}

/// How many rows there are for each reason; asked for when their number changes.
#[component]
fn Reasons(total: Memo<u64>) -> impl IntoView {
    let t = use_texts();
    let page = live(
        move || {
            let _total = total.get();
            Some(Request::Quarantine { skip: 0, limit: 0 })
        },
        ask::quarantine,
    );
    let reasons = move || {
        let language = t.get().language;
        let reasons = page.value.get().map(|page| page.reasons);
        let line = |found: ReasonCount| {
            let count = intl::count(language, found.count);
            view! { <li>{reason(language, &found.reason)} <span class="count">{count}</span></li> }
        };
        let reasons = reasons.unwrap_or_default();
        reasons.into_iter().map(line).collect_view()
    };
    view! {
        <ul class="reason-counts card-note" role="list">
            {reasons}
        </ul>
    }
}

/// Asks for rows that came earlier.
#[component]
fn Older(
    rest: Memo<u64>,
    shown: Signal<usize>,
    older: RwSignal<Vec<QuarantineView>>,
) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let busy = RwSignal::new(false);
    let press = move || {
        let request = Request::Quarantine {
            skip: u32::try_from(shown.get_untracked()).unwrap_or(u32::MAX),
            limit: OLDER_ROWS,
        };
        busy.set(true);
        spawn_local(async move {
            let page = engine.get(request, ask::quarantine).await;
            busy.try_set(false);
            if let Ok(page) = page {
                older.try_update(|rows| rows.extend(page.rows));
            }
        });
    };
    let words = move || {
        let t = t.get();
        (t.sync.quarantine_older)(&intl::count(t.language, rest.get()))
    };
    view! {
        <Show when=move || { rest.get() > 0 }>
            <div class="actions card-body">
                <Button busy press>
                    {words}
                </Button>
            </div>
        </Show>
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
