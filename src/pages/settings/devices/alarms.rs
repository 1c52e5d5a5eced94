//! Gaps and forks in what devices have sent: who and when.

use huiyin_api::ChainAlarm;
use leptos::prelude::*;

use super::Read;
use crate::{
    shell::{branches::use_branches, intl},
    texts::{devices, use_texts},
    ui::{Badge, Hue},
};

/// The list; nothing while there is no trouble.
#[component]
pub fn Alarms(read: Read) -> impl IntoView {
    let t = use_texts();
    let words = move || devices::of(t.language());
    let rows = Memo::new(move |_| read.with(|view| view.alarms.clone()));
    let count = move || intl::count(t.language(), rows.with(Vec::len) as u64);
    let lines = move || {
        let line = |row| view! { <Line row /> }.into_any();
        rows.get().into_iter().map(line).collect_view()
    };
    view! {
        <Show when=move || !rows.with(Vec::is_empty)>
            <section class="card" aria-label=move || words().alarms>
                <div class="card-head">
                    <h2>
                        {move || words().alarms} <span class="count">{count}</span>
                    </h2>
                </div>
                <p class="card-note">{move || words().alarms_text}</p>
                <table class="sheet">
                    <thead>
                        <tr>
                            <th scope="col">{move || words().handed_over}</th>
                            <th scope="col">{move || words().device}</th>
                            <th scope="col">{move || words().branch}</th>
                            <th scope="col">{move || words().state}</th>
                        </tr>
                    </thead>
                    <tbody>{lines}</tbody>
                </table>
            </section>
        </Show>
    }
}

#[component]
fn Line(row: ChainAlarm) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let words = move || devices::of(t.language());
    let ChainAlarm {
        device,
        device_id,
        branch,
        forked,
        place,
        at,
    } = row;
    let when = move || at.map(|at| intl::date_time(t.language(), at));
    let branch = move || {
        if branch.is_empty() {
            words().company.to_owned()
        } else {
            branches.name(&branch)
        }
    };
    let what = move || {
        let place = intl::count(t.language(), place);
        if forked {
            (words().forked)(&place)
        } else {
            (words().missing)(&place)
        }
    };
    let hue = if forked { Hue::Red } else { Hue::Amber };
    view! {
        <tr>
            <td class="num" data-label=move || words().handed_over>
                {when}
            </td>
            <td class="strong" data-label=move || words().device title=device_id>
                {device}
            </td>
            <td data-label=move || words().branch>{branch}</td>
            <td data-label=move || words().state>
                <Badge hue>{what}</Badge>
            </td>
        </tr>
    }
}
