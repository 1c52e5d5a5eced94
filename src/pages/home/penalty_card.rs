//! Penalties and rewards of my day: those to decide, and those the person is named in.

use huiyin_api::PenaltyView;
use leptos::prelude::*;

use crate::{
    pages::shared::DayCard,
    shell::{base::use_base, intl, policy::words},
    texts::use_texts,
    ui::{Badge, Hue},
};

/// Penalties and rewards, one line each; hidden while there are none.
#[component]
pub fn PenaltyCard(#[prop(into)] penalties: Signal<Vec<PenaltyView>>) -> impl IntoView {
    let t = use_texts();
    view! {
        <DayCard title=move || t.get().home.penalties count=move || penalties.with(Vec::len) as u64>
            <ul class="lines">
                <For
                    each=move || penalties.get()
                    key=|penalty| (penalty.id.clone(), penalty.state.clone())
                    let:penalty
                >
                    <PenaltyLine penalty />
                </For>
            </ul>
        </DayCard>
    }
}

#[component]
fn PenaltyLine(penalty: PenaltyView) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let clause = penalty.clause_text.clone();
    let state = format!("penalty_{}", penalty.state);
    let amount = penalty.amount;
    let detail = move || {
        let texts = t.get();
        format!(
            "{} · {}",
            words(texts.language, &clause),
            intl::amount(texts.language, amount)
        )
    };
    view! {
        <li class="line">
            <a href=base.href("/penalties") class="line-main">
                <span class="line-title cut">{penalty.person}</span>
                <span class="muted num cut">{detail}</span>
            </a>
            <span class="line-marks">
                <Badge hue=Hue::Waiting>{move || t.get().step(&state)}</Badge>
            </span>
        </li>
    }
}
