//! Corrective and preventive actions of my day.

use huiyin_api::ActionView;
use leptos::prelude::*;

use crate::{
    pages::shared::DayCard,
    shell::{base::use_base, intl},
    texts::use_texts,
    ui::{Badge, Hue},
};

/// Actions, one line each; hidden while there are none.
#[component]
pub fn ActionCard(
    #[prop(into)] title: Signal<String>,
    #[prop(into)] actions: Signal<Vec<ActionView>>,
) -> impl IntoView {
    view! {
        <DayCard title=title count=move || actions.with(Vec::len) as u64>
            <ul class="lines">
                <For
                    each=move || actions.get()
                    key=|action| (action.case.clone(), action.id.clone(), action.state.clone())
                    let:action
                >
                    <ActionLine action />
                </For>
            </ul>
        </DayCard>
    }
}

#[component]
fn ActionLine(action: ActionView) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let late = action.state == "overdue";
    let due = action.due.clone();
    let when = move || {
        let texts = t.get();
        let day = intl::short_day(texts.language, &due);
        if late {
            (texts.home.was_due)(&day)
        } else {
            (texts.home.due_on)(&day)
        }
    };
    let has_due = !action.due.is_empty();
    let detail = [action.number.clone(), action.owner.clone()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    let hue = if late { Hue::Red } else { Hue::Neutral };
    view! {
        <li class="line">
            <a href=base.href(&format!("/cases/{}", action.case)) class="line-main">
                <span class="line-title cut">{action.text}</span>
                <span class="muted num cut">{detail}</span>
            </a>
            <span class="line-marks">{has_due.then(|| view! { <Badge hue>{when}</Badge> })}</span>
        </li>
    }
}
