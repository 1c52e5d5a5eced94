//! What a run did, or what a trial would have done.

use huiyin_api::{ImportKind, ImportReport};
use leptos::prelude::*;

use super::{desk::use_desk, rejected::RejectedRows};
use crate::{
    shell::intl,
    texts::{import::ImportTexts, use_texts},
    ui::{Button, LinkButton, Look},
};

type Name = fn(&ImportTexts) -> &'static str;
type Figure = (Name, fn(&ImportReport) -> u64, &'static str);

const FIGURES: [Figure; 4] = [
    (|i| i.added, |report| report.added, "good"),
    (|i| i.changed, |report| report.changed, "plain"),
    (|i| i.unchanged, |report| report.unchanged, "plain"),
    (|i| i.refused, |report| report.rejected, "bad"),
];

/// The figures of a run, with its rejected rows.
#[component]
pub fn Report() -> impl IntoView {
    let t = use_texts();
    let desk = use_desk();
    let read = move |read: fn(&ImportReport) -> u64| {
        desk.report
            .with(|report| report.as_ref().map(read).unwrap_or_default())
    };
    let is = move |read: fn(&ImportReport) -> bool| {
        desk.report.with(|report| report.as_ref().is_some_and(read))
    };
    let dry = Memo::new(move |_| is(|report| report.dry_run));
    let words = move || {
        let i = &t.get().import;
        if dry.get() {
            (i.report_dry, i.report_dry_text)
        } else if is(|report| report.cancelled) {
            (i.report_cancelled, i.report_cancelled_text)
        } else {
            (i.report, i.report_text)
        }
    };
    let figure = move |(name, count, tone): Figure| {
        view! {
            <div class="tally" data-tone=move || if read(count) == 0 { "none" } else { tone }>
                <dt>{move || name(&t.get().import)}</dt>
                <dd>{move || intl::count(t.get().language, read(count))}</dd>
            </div>
        }
    };
    view! {
        <section class="card report" class:dry=move || dry.get() role="status">
            <div>
                <h2>{move || words().0}</h2>
                <p class="muted">{move || words().1}</p>
            </div>
            <dl class="tallies">{FIGURES.map(figure).collect_view()}</dl>
            {move || (!dry.get()).then(|| view! { <Next /> })}
        </section>
        {move || {
            (!dry.get())
                .then(|| {
                    view! {
                        <RejectedRows
                            rows=move || {
                                desk.report
                                    .with(|report| {
                                        report
                                            .as_ref()
                                            .map(|report| report.rejected_rows.clone())
                                            .unwrap_or_default()
                                    })
                            }
                            total=move || read(|report| report.rejected)
                        />
                    }
                })
        }}
    }
}

/// Where to go after an import.
#[component]
fn Next() -> impl IntoView {
    let t = use_texts();
    let desk = use_desk();
    let kind = untrack(|| desk.read(|preview| preview.kind));
    view! {
        <div class="actions">
            {(kind != ImportKind::Cases)
                .then(|| {
                    view! {
                        <LinkButton to="/customers" look=Look::Primary>
                            {move || t.get().import.see_customers}
                        </LinkButton>
                    }
                })}
            {(kind != ImportKind::Customers)
                .then(|| {
                    view! {
                        <LinkButton to="/cases" look=Look::Primary>
                            {move || t.get().import.see_cases}
                        </LinkButton>
                    }
                })}
            <Button press=move || desk.put_away()>{move || t.get().common.close}</Button>
        </div>
    }
}
