//! Duties of files as lines, each a link to its customer.

use huiyin_api::{FileDay, FileDutyView};
use leptos::prelude::*;

use crate::{
    pages::{
        customer_file::duty_name,
        shared::{DayCard, DueBadge},
    },
    shell::{base::use_base, intl},
    texts::{Texts, duties, use_texts},
};

/// Returns what a duty is called; of papers how many are missing.
fn name_of(texts: &Texts, view: &FileDutyView) -> String {
    if view.duty.kind == "paper" {
        let count = intl::number(texts.language, f64::from(view.count));
        (duties::of(texts.language).papers)(&count)
    } else {
        duty_name(texts, &view.duty)
    }
}

/// Duties one below the other.
#[component]
pub fn DutyLines(#[prop(into)] views: Signal<Vec<FileDutyView>>) -> impl IntoView {
    view! {
        <ul class="lines">
            <For
                each=move || views.get()
                key=|view| {
                    let duty = &view.duty;
                    (view.customer.clone(), duty.kind.clone(), duty.of.clone(), duty.due, duty.state as u8, view.count)
                }
                let:view
            >
                <DutyLine view />
            </For>
        </ul>
    }
}

#[component]
fn DutyLine(view: FileDutyView) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let href = base.href(&format!("/customers/{}", view.customer));
    let (due, state, provisional) = (view.duty.due, view.duty.state, view.duty.provisional);
    let name = view.name.clone();
    let view = StoredValue::new(view);
    let detail = move || {
        let texts = t.get();
        view.with_value(|view| {
            let owner = if view.owner.is_empty() {
                duties::of(texts.language).nobody
            } else {
                &view.owner
            };
            [name_of(texts, view).as_str(), &view.number, owner]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · ")
        })
    };
    view! {
        <li class="line">
            <a href=href class="line-main">
                <span class="line-title cut">{name}</span>
                <span class="muted num cut">{detail}</span>
            </a>
            <span class="line-marks">
                <DueBadge due state provisional />
            </span>
        </li>
    }
    .into_any()
}

/// The duties of files that fall to the person, on my day; hidden while there are none.
#[component]
pub fn FileDutyCard(#[prop(into)] day: Signal<FileDay>) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let texts = move || duties::of(t.language());
    let late = move || {
        let late = day.with(|day| day.late);
        (late > 0).then(|| (texts().late)(&intl::number(t.language(), f64::from(late))))
    };
    view! {
        <DayCard title=move || texts().mine_title count=move || day.with(|day| u64::from(day.total)) beside=move || view! { <span class="muted">{late}</span> <a class="link" href=base.href("/duties")>{move || t.get().home.show_all}</a> }>
            <DutyLines views=Signal::derive(move || day.with(|day| day.rows.clone())) />
        </DayCard>
    }
}
