//! Work that came after its device was shut out: taken, or left aside.

use huiyin_api::{LateRow, Request};
use leptos::{prelude::*, task::spawn_local};

use super::Read;
use crate::{
    shell::{branches::use_branches, engine::use_engine, intl, notices::use_toaster},
    texts::{devices, use_texts},
    ui::{Badge, EmptyState, Glyph, Hue},
};

/// The list, latest first.
#[component]
pub fn Late(read: Read) -> impl IntoView {
    let t = use_texts();
    let words = move || devices::of(t.language());
    let rows = Memo::new(move |_| read.with(|view| view.late.clone()));
    let total = Memo::new(move |_| read.with(|view| view.late_total));
    let may_edit = Memo::new(move |_| read.with(|view| view.may_edit));
    let count = move || intl::count(t.language(), u64::from(total.get()));
    let more =
        move || (total.get() as usize > rows.with(Vec::len)).then(|| (words().late_more)(&count()));
    let lines = move || {
        let may_edit = may_edit.get();
        let line = move |row| view! { <Line row may_edit /> }.into_any();
        rows.get().into_iter().map(line).collect_view()
    };
    view! {
        <section class="card" aria-label=move || words().late>
            <div class="card-head">
                <h2>
                    {move || words().late} <span class="count">{count}</span>
                </h2>
            </div>
            <Show
                when=move || total.get() != 0
                fallback=move || {
                    view! {
                        <EmptyState
                            glyph=Glyph::Check
                            title=move || words().late_none
                            text=move || words().late_none_text
                        />
                    }
                }
            >
                <p class="card-note">{move || words().late_text}</p>
                <table class="sheet">
                    <thead>
                        <tr>
                            <th scope="col">{move || words().handed_over}</th>
                            <th scope="col">{move || words().device}</th>
                            <th scope="col">{move || words().branch}</th>
                            <th scope="col" class="figure-cell">
                                {move || words().state}
                            </th>
                            <td></td>
                        </tr>
                    </thead>
                    <tbody>{lines}</tbody>
                </table>
                {move || more().map(|more| view! { <p class="card-note">{more}</p> })}
            </Show>
        </section>
    }
}

#[component]
fn Line(row: LateRow, may_edit: bool) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let branches = use_branches();
    let words = move || devices::of(t.language());
    let busy = RwSignal::new(false);
    let LateRow {
        id,
        device,
        device_id,
        branch,
        at,
        changes,
        left,
    } = row;
    let id = StoredValue::new(id);
    let device = StoredValue::new(device);
    let when = move || intl::date_time(t.language(), at);
    let branch = move || {
        if branch.is_empty() {
            words().company.to_owned()
        } else {
            branches.name(&branch)
        }
    };
    let act = move |take: bool| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let ids = vec![id.get_value()];
        let request = if take {
            Request::TakeLate { ids }
        } else {
            Request::LeaveLate { ids }
        };
        spawn_local(async move {
            let result = engine.tell(request).await;
            busy.try_set(false);
            match result {
                Ok(()) if take => toaster.good(devices::of(t.now().language).taken),
                Ok(()) => {}
                Err(problem) => toaster.problem(&problem),
            }
        });
    };
    view! {
        <tr class:gone=left>
            <td class="num" data-label=move || words().handed_over>
                {when}
            </td>
            <td class="strong" data-label=move || words().device title=device_id>
                {move || device.get_value()}
            </td>
            <td data-label=move || words().branch>{branch}</td>
            <td class="num figure-cell" data-label=move || words().state>
                <span class="badges">
                    <span>{move || (words().changes)(&intl::count(t.language(), u64::from(changes)))}</span>
                    {left.then(|| view! { <Badge hue=Hue::Neutral>{move || words().left}</Badge> })}
                </span>
            </td>
            <td class="act-cell">
                {may_edit
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button quiet"
                                disabled=move || busy.get()
                                aria-label=move || (words().take_of)(&device.get_value(), &when())
                                on:click=move |_| act(true)
                            >
                                {move || words().take}
                            </button>
                        }
                    })}
                {(may_edit && !left)
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button quiet"
                                disabled=move || busy.get()
                                aria-label=move || (words().leave_of)(&device.get_value(), &when())
                                on:click=move |_| act(false)
                            >
                                {move || words().leave}
                            </button>
                        }
                    })}
            </td>
        </tr>
    }
}
