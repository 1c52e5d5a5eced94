//! One line of the case list: columns on wide screens, a card on phones.

use huiyin_api::CaseRow;
use leptos::prelude::*;

use crate::{
    pages::shared::{CaseMarks, CheckBadge, DueBadge, StateBadge},
    shell::{base::use_base, intl, policy::use_policy},
    texts::use_texts,
};

/// The cells of a row. `opened` hears that the row was followed.
#[component]
pub fn CaseCells(row: CaseRow, opened: Callback<()>) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let policy = use_policy();
    let received = row.received;
    let clock = row.clock.clone();
    let clock = move || {
        let name = policy.value(t.get(), "clock", &clock);
        (!name.is_empty()).then(|| view! { <span class="clock-name muted cut">{name}</span> })
    };
    let (paused, continued) = (row.paused, row.continued.clone());
    let to_check = row.clashes > 0 || row.conflicts > 0;
    let subject = row.subject;
    let assignee = row.assignee;
    let subject = move || {
        if subject.is_empty() {
            t.get().cases.no_subject.to_owned()
        } else {
            subject.clone()
        }
    };
    let assignee = move || {
        if assignee.is_empty() {
            t.get().cases.nobody.to_owned()
        } else {
            assignee.clone()
        }
    };
    view! {
        <span role="gridcell" class="c-number muted num">{row.number}</span>
        <span role="gridcell" class="c-subject">
            <a
                class="row-link strong"
                tabindex="-1"
                href=base.href(&format!("/cases/{}", row.id))
                on:click=move |_| opened.run(())
            >
                {subject}
            </a>
            {to_check.then(|| view! { <CheckBadge /> })}
            <CaseMarks paused continued />
        </span>
        <span role="gridcell" class="c-customer">{row.customer}</span>
        <span role="gridcell" class="c-state">
            <StateBadge state=row.state group=row.group />
        </span>
        <span role="gridcell" class="c-due">
            <DueBadge due=row.due state=row.due_state provisional=row.provisional />
            {clock}
        </span>
        <span role="gridcell" class="c-assignee muted">{assignee}</span>
        <span role="gridcell" class="c-received muted num">
            {move || intl::recent(t.language(), received)}
        </span>
    }
}
