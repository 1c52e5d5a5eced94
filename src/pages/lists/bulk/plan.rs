//! What an act does or did: how many records, the first of them old and new, and those left as they are with the reason.

use huiyin_api::{BulkLeft, BulkLine, BulkReason, BulkReport};
use leptos::prelude::*;

use crate::{
    pages::shared::shown_value,
    shell::{intl, policy::use_policy},
    texts::{Texts, use_texts},
};

/// Returns why something is left, in words.
fn reason(texts: &Texts, why: BulkReason) -> &'static str {
    let b = &texts.bulk;
    match why {
        BulkReason::Same => b.same,
        BulkReason::NotAllowed => b.not_allowed,
        BulkReason::Merged => b.merged,
        BulkReason::Unsettled => b.unsettled,
        BulkReason::Refused => b.refused,
        BulkReason::Gone => b.gone,
        BulkReason::Changed => b.changed,
        BulkReason::NotBack => b.not_back,
    }
}

/// The lines of a report.
#[component]
pub fn Plan(report: BulkReport) -> impl IntoView {
    let t = use_texts();
    let BulkReport {
        lines,
        left,
        examples,
        ..
    } = report;
    let counts = left
        .into_iter()
        .map(|(why, count)| {
            let words = move || {
                let texts = t.get();
                let count = intl::number(texts.language, f64::from(count));
                (texts.bulk.left)(&count, reason(texts, why))
            };
            view! { <li class="muted">{words}</li> }
        })
        .collect_view();
    let has_examples = !examples.is_empty();
    let examples = examples
        .into_iter()
        .map(|left| view! { <Example left /> })
        .collect_view();
    let has_lines = !lines.is_empty();
    let rows = lines
        .into_iter()
        .map(|line| view! { <Line line /> })
        .collect_view();
    view! {
        <ul class="bulk-left">{counts}</ul>
        {has_examples
            .then(|| {
                view! {
                    <details>
                        <summary>{move || t.get().bulk.examples}</summary>
                        <ul class="bulk-left">{examples}</ul>
                    </details>
                }
            })}
        {has_lines
            .then(|| {
                view! {
                    <table class="sheet">
                        <caption class="muted">{move || t.get().bulk.first_lines}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{move || t.get().bulk.record}</th>
                                <th scope="col">{move || t.get().bulk.field}</th>
                                <th scope="col">{move || t.get().bulk.before}</th>
                                <th scope="col">{move || t.get().bulk.after}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                }
            })}
    }
}

#[component]
fn Line(line: BulkLine) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let BulkLine {
        name,
        field,
        old,
        new,
        ..
    } = line;
    let title = StoredValue::new(field);
    let named = move |value: String| {
        move || {
            if value.is_empty() {
                t.get().bulk.empty.to_owned()
            } else {
                title.with_value(|field| shown_value(t.get(), policy, field, &value))
            }
        }
    };
    let (old, new) = (named(old), named(new));
    view! {
        <tr>
            <td class="strong" data-label=move || t.get().bulk.record>{name}</td>
            <td data-label=move || t.get().bulk.field>
                {move || title.with_value(|field| t.get().field(field))}
            </td>
            <td data-label=move || t.get().bulk.before>{old}</td>
            <td data-label=move || t.get().bulk.after>{new}</td>
        </tr>
    }
}

#[component]
fn Example(left: BulkLeft) -> impl IntoView {
    let t = use_texts();
    let words = move || {
        let texts = t.get();
        let why = if left.detail.is_empty() {
            reason(texts, left.why).to_owned()
        } else {
            huiyin_api::detail_in(texts.language, &left.detail)
        };
        (texts.bulk.example)(&left.name, &texts.field(&left.field), &why)
    };
    view! { <li>{words}</li> }
}
