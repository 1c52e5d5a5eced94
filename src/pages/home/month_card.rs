//! The monthly table on my day: it waits to be signed off; hidden while none does.

use huiyin_api::MonthDuty;
use leptos::prelude::*;

use crate::{
    pages::shared::DayCard,
    shell::base::use_base,
    texts::{month_table, use_texts},
    ui::{Badge, Hue},
};

/// The card.
#[component]
pub fn MonthTableCard(#[prop(into)] duty: Signal<Option<MonthDuty>>) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let line = move || {
        duty.get().map(|duty| {
            let words = month_table::of(t.language());
            let due = crate::shell::intl::date(t.language(), duty.due);
            let hue = match duty.state {
                huiyin_api::DueState::Overdue => Hue::Red,
                huiyin_api::DueState::Soon => Hue::Amber,
                _ => Hue::Neutral,
            };
            view! {
                <li class="line">
                    <a href=base.href("/reports?period=last_month") class="line-main">
                        <span class="line-title cut">{(words.to_sign)(&duty.month)}</span>
                        <span class="muted cut">{words.open}</span>
                    </a>
                    <span class="line-marks">
                        <Badge hue>{(words.due)(&due)}</Badge>
                    </span>
                </li>
            }
        })
    };
    view! {
        <DayCard title=move || month_table::of(t.language()).title count=move || u64::from(duty.with(Option::is_some))>
            <ul class="lines">{line}</ul>
        </DayCard>
    }
    .into_any()
}
