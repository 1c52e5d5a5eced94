//! The kits that were made.

use huiyin_api::{KitState, KitView};
use leptos::prelude::*;

use super::Read;
use crate::{
    shell::intl,
    texts::{recovery::of, use_texts},
    ui::{Badge, EmptyState, Glyph, Hue},
};

/// The list, or what it means that there is none.
#[component]
pub fn Made(read: Read) -> impl IntoView {
    let t = use_texts();
    let kits = Memo::new(move |_| read.with(|view| view.kits.clone()));
    let count = move || intl::count(t.language(), kits.with(Vec::len) as u64);
    let rows = move || {
        let row = |kit| view! { <Row kit /> }.into_any();
        kits.get().into_iter().map(row).collect_view()
    };
    let body = move || {
        if kits.with(Vec::is_empty) {
            return view! {
                <EmptyState
                    glyph=Glyph::Note
                    title=move || of(t.language()).none
                    text=move || of(t.language()).none_text
                />
            }
            .into_any();
        }
        view! {
            <table class="sheet">
                <thead>
                    <tr>
                        <th scope="col">{move || of(t.language()).number}</th>
                        <th scope="col">{move || of(t.language()).made}</th>
                        <th scope="col">{move || of(t.language()).tried}</th>
                        <th scope="col">{move || of(t.language()).state}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <section class="card" aria-label=move || of(t.language()).kits>
            <div class="card-head">
                <h2>
                    {move || of(t.language()).kits} <span class="count">{count}</span>
                </h2>
            </div>
            {body}
        </section>
    }
}

#[component]
fn Row(kit: KitView) -> impl IntoView {
    let t = use_texts();
    let words = move || of(t.language());
    let KitView {
        id,
        made,
        by,
        tried,
        tried_by,
        state,
        ..
    } = kit;
    let hue = match state {
        KitState::Valid if tried.is_some() => Hue::Green,
        KitState::Valid => Hue::Amber,
        KitState::Used | KitState::Closed | KitState::Expired => Hue::Neutral,
    };
    let made = move || (words().by)(&intl::date_time(t.language(), made), &by);
    let tried = move || match tried {
        Some(at) => (words().by)(&intl::date_time(t.language(), at), &tried_by),
        None => words().never_tried.to_owned(),
    };
    view! {
        <tr>
            <td class="strong num" data-label=move || words().number>
                {id}
            </td>
            <td class="num" data-label=move || words().made>
                {made}
            </td>
            <td class="num" data-label=move || words().tried>
                {tried}
            </td>
            <td data-label=move || words().state>
                <Badge hue>{move || words().state_of(state)}</Badge>
            </td>
        </tr>
    }
}
