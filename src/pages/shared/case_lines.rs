//! A short list of cases, one line each: on my day and in a customer's file.

use huiyin_api::CaseRow;
use leptos::prelude::*;

use super::{CaseMarks, CheckBadge, DueBadge, StateBadge};
use crate::{shell::base::use_base, texts::use_texts};

/// Cases one below the other, each a link to its record.
#[component]
pub fn CaseLines(#[prop(into)] cases: Signal<Vec<CaseRow>>) -> impl IntoView {
    view! {
        <ul class="lines">
            <For each=move || cases.get() key=|case| (case.id.clone(), case.updated, case.due_state as u8) let:case>
                <CaseLine case />
            </For>
        </ul>
    }
}

#[component]
fn CaseLine(case: CaseRow) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let subject = case.subject.clone();
    let subject = move || {
        if subject.is_empty() {
            t.get().cases.no_subject.to_owned()
        } else {
            subject.clone()
        }
    };
    let assignee = case.assignee.clone();
    let who = move || {
        let mut parts = vec![case.number.clone(), case.customer.clone()];
        if !assignee.is_empty() {
            parts.push(assignee.clone());
        }
        parts.retain(|part| !part.is_empty());
        parts.join(" · ")
    };
    let to_check = case.clashes > 0 || case.conflicts > 0;
    view! {
        <li class="line">
            <a href=base.href(&format!("/cases/{}", case.id)) class="line-main">
                <span class="line-title cut">{subject}</span>
                <span class="muted num cut">{who}</span>
            </a>
            <span class="line-marks">
                {to_check.then(|| view! { <CheckBadge /> })}
                <CaseMarks paused=case.paused continued=case.continued />
                <DueBadge due=case.due state=case.due_state provisional=case.provisional />
                <StateBadge state=case.state group=case.group />
            </span>
        </li>
    }
}
