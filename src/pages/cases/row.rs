//! One line of the case list: columns on wide screens, a card on phones.

use huiyin_api::{CaseRow, custom_name, custom_text};
use leptos::prelude::*;

use crate::{
    pages::{
        lists::Column,
        shared::{CaseMarks, CheckBadge, DueBadge, StateBadge},
    },
    shell::{base::use_base, intl, policy::use_policy},
    texts::use_texts,
};

/// The cells of a row in the columns shown. `opened` hears that the row was followed.
#[component]
pub fn CaseCells(row: CaseRow, opened: Callback<()>, columns: Memo<Vec<Column>>) -> impl IntoView {
    let cell = move |column: &Column| cell(&row, column, opened);
    move || columns.with(|columns| columns.iter().map(&cell).collect_view())
}

fn cell(row: &CaseRow, column: &Column, opened: Callback<()>) -> AnyView {
    let class = column.class;
    let plain = |text: &str| {
        let text = text.to_owned();
        view! { <span role="gridcell" class=format!("{class} muted")>{text}</span> }.into_any()
    };
    match &*column.name {
        "subject" => subject(row, opened),
        "customer_name" => {
            let customer = row.customer.clone();
            view! { <span role="gridcell" class="c-customer">{customer}</span> }.into_any()
        }
        "state" => {
            let (state, group) = (row.state.clone(), row.group);
            view! {
                <span role="gridcell" class="c-state">
                    <StateBadge state group />
                </span>
            }
            .into_any()
        }
        "due" => due(row),
        "assignee" => assignee(row),
        "received" => moment(class, row.received),
        "updated" => moment(class, row.updated),
        "kind" => named(class, "kind", &row.kind),
        "category" => named(class, "category", &row.category),
        "severity" => named(class, "severity", &row.severity),
        "against" => plain(&row.against),
        "phone" => plain(&row.phone),
        "branch" => plain(&row.branch),
        own if custom_name(own).is_some() => plain(custom_text(&row.custom, own)),
        _ => {
            let number = row.number.clone();
            view! { <span role="gridcell" class="c-number muted num">{number}</span> }.into_any()
        }
    }
}

fn subject(row: &CaseRow, opened: Callback<()>) -> AnyView {
    let t = use_texts();
    let base = use_base();
    let (paused, continued) = (row.paused, row.continued.clone());
    let to_check = row.clashes > 0 || row.conflicts > 0;
    let subject = row.subject.clone();
    let subject = move || {
        if subject.is_empty() {
            t.get().cases.no_subject.to_owned()
        } else {
            subject.clone()
        }
    };
    view! {
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
    }
    .into_any()
}

fn due(row: &CaseRow) -> AnyView {
    let t = use_texts();
    let policy = use_policy();
    let clock = row.clock.clone();
    let clock = move || {
        let name = policy.value(t.get(), "clock", &clock);
        (!name.is_empty()).then(|| view! { <span class="clock-name muted cut">{name}</span> })
    };
    view! {
        <span role="gridcell" class="c-due">
            <DueBadge due=row.due state=row.due_state provisional=row.provisional />
            {clock}
        </span>
    }
    .into_any()
}

fn assignee(row: &CaseRow) -> AnyView {
    let t = use_texts();
    let assignee = row.assignee.clone();
    let assignee = move || {
        if assignee.is_empty() {
            t.get().cases.nobody.to_owned()
        } else {
            assignee.clone()
        }
    };
    view! { <span role="gridcell" class="c-assignee muted">{assignee}</span> }.into_any()
}

fn moment(class: &'static str, at: i64) -> AnyView {
    let t = use_texts();
    view! {
        <span role="gridcell" class=format!("{class} muted num")>
            {move || (at > 0).then(|| intl::recent(t.language(), at))}
        </span>
    }
    .into_any()
}

fn named(class: &'static str, field: &'static str, wire: &str) -> AnyView {
    let t = use_texts();
    let policy = use_policy();
    let wire = wire.to_owned();
    let name = move || policy.value(t.get(), field, &wire);
    view! { <span role="gridcell" class=format!("{class} muted")>{name}</span> }.into_any()
}
