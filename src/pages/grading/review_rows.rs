//! The rows of the yearly review: each customer with its class and what is known, a tick for the meeting, the way to its sheet.

use std::collections::BTreeSet;

use huiyin_api::{GradingPage, GradingRow, MAX_CLASSES_AT_ONCE};
use leptos::prelude::*;

use super::review_page::{Review, STEP};
use crate::{
    shell::{base::use_base, intl, policy::use_policy},
    texts::{Texts, grading, use_texts},
    ui::{Badge, Button, EmptyState, Glyph, Hue, Look},
};

/// The rows of a tab; on the one for the meeting with ticks.
#[component]
pub fn Rows(page: StoredValue<GradingPage>, review: Review) -> impl IntoView {
    let t = use_texts();
    if page.with_value(|page| page.rows.is_empty()) {
        return view! {
            <section class="card">
                <EmptyState
                    glyph=Glyph::Check
                    title=move || grading::of(t.language()).empty
                    text=move || grading::of(t.language()).empty_text
                />
            </section>
        }
        .into_any();
    }
    let (shown, total, confirms) = page.with_value(|page| {
        let tab = review.query.with_untracked(|query| query.tab.clone());
        let total = page.counts.get(&tab).copied().unwrap_or_default();
        let confirms = page.may_confirm && tab == "proposed";
        (page.rows.len() as u64, u64::from(total), confirms)
    });
    let lines = page.with_value(|now| {
        now.rows
            .iter()
            .map(|row| view! { <Line row=row.clone() page review confirms /> })
            .collect_view()
    });
    let more = total.saturating_sub(shown);
    let grows = !confirms && review.query.with_untracked(|query| !query.sheets);
    view! {
        <section class="card">
            {confirms.then(|| view! { <MeetingBar page review /> })}
            <ul class="people-lines">{lines}</ul>
            {(more > 0)
                .then(|| {
                    view! {
                        <div class="actions pad">
                            <span class="muted">
                                {move || {
                                    (grading::of(t.language()).more_rows)(&intl::count(t.language(), more))
                                }}
                            </span>
                            {if grows {
                                view! {
                                    <Button press=move || {
                                        review.query.update(|query| query.limit += STEP);
                                    }>{move || t.get().contacts.more}</Button>
                                }
                                    .into_any()
                            } else {
                                view! {
                                    <span class="muted">
                                        {move || (grading::of(t.language()).at_once)(MAX_CLASSES_AT_ONCE)}
                                    </span>
                                }
                                    .into_any()
                            }}
                        </div>
                    }
                })}
        </section>
    }
    .into_any()
}

/// All ticked at once, and the button that shows what the meeting confirms.
#[component]
fn MeetingBar(page: StoredValue<GradingPage>, review: Review) -> impl IntoView {
    let t = use_texts();
    let ids = move || {
        page.with_value(|page| {
            page.rows
                .iter()
                .map(|row| row.row.id.clone())
                .collect::<BTreeSet<_>>()
        })
    };
    let all = move || {
        review.ticked.with(|ticked| {
            page.with_value(|page| page.rows.iter().all(|row| ticked.contains(&row.row.id)))
        })
    };
    let count = move || review.ticked.with(BTreeSet::len);
    let any = move || review.ticked.with(|ticked| !ticked.is_empty());
    view! {
        <div class="actions pad">
            <label class="checkbox">
                <input
                    type="checkbox"
                    prop:checked=all
                    on:change:target=move |event| {
                        let on = event.target().checked();
                        review.ticked.set(if on { ids() } else { BTreeSet::new() });
                    }
                />
                <span>{move || grading::of(t.language()).tick_all}</span>
            </label>
            <Show when=any>
                <Button look=Look::Primary press=move || review.meeting.set(true)>
                    {move || {
                        (grading::of(t.language()).confirm_many)(&intl::count(t.language(), count() as u64))
                    }}
                </Button>
            </Show>
        </div>
    }
    .into_any()
}

#[component]
fn Line(
    row: GradingRow,
    page: StoredValue<GradingPage>,
    review: Review,
    confirms: bool,
) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let policy = use_policy();
    let id = StoredValue::new(row.row.id.clone());
    let href = base.href(&format!("/customers/{}", row.row.id));
    let name = row.row.name.clone();
    let tick_name = name.clone();
    let may_propose = page.with_value(|page| page.may_propose);
    let detail = [row.row.number.clone(), row.row.owner.clone()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    let row = StoredValue::new(row);
    let class = move || {
        row.with_value(|row| {
            let texts = t.get();
            let words = grading::of(texts.language);
            let now = if row.row.class.is_empty() {
                words.none.to_owned()
            } else {
                policy.class(texts, &row.row.class)
            };
            match row.sheet.as_ref().and_then(|sheet| sheet.proposed.as_ref()) {
                Some(proposed) => (words.from_to)(&now, &policy.class(texts, &proposed.class)),
                None => now,
            }
        })
    };
    let told = move || row.with_value(|row| facts(t.get(), row));
    let sheet = move || {
        row.with_value(|row| {
            let proposed = row.sheet.as_ref().and_then(|sheet| sheet.proposed.as_ref());
            proposed.map(|proposed| {
                format!(
                    "{} {}",
                    policy.sheet(t.get(), &proposed.scores),
                    proposed.note
                )
            })
        })
    };
    view! {
        <li class="people-line">
            {confirms
                .then(|| {
                    view! {
                        <input
                            type="checkbox"
                            aria-label=move || (grading::of(t.language()).tick)(&tick_name)
                            prop:checked=move || {
                                review.ticked.with(|ticked| id.with_value(|id| ticked.contains(id)))
                            }
                            on:change:target=move |event| {
                                let on = event.target().checked();
                                review
                                    .ticked
                                    .update(|ticked| {
                                        let id = id.get_value();
                                        if on {
                                            ticked.insert(id);
                                        } else {
                                            ticked.remove(&id);
                                        }
                                    });
                            }
                        />
                    }
                })}
            <span class="people-line-main">
                <a class="link strong" href=href>{name.clone()}</a>
                <Badge hue=Hue::Neutral>{class}</Badge>
                <span class="muted">{detail}</span>
                <span class="muted num">{told}</span>
                <span class="muted">{sheet}</span>
            </span>
            {may_propose
                .then(|| {
                    view! {
                        <span class="actions" aria-label=name>
                            <Button press=move || {
                                page.with_value(|page| id.with_value(|id| review.open(page, id)));
                            }>{move || grading::of(t.language()).review}</Button>
                        </span>
                    }
                })}
        </li>
    }
    .into_any()
}

/// Returns what a line tells beside the name: what the customer brings, when it was graded, when a provisional class is due.
fn facts(texts: &Texts, row: &GradingRow) -> String {
    let words = grading::of(texts.language);
    let mut parts = Vec::new();
    if let Some(cents) = row.value {
        parts.push((words.yearly)(&intl::amount(texts.language, cents)));
    }
    parts.push(if row.graded_on.is_empty() {
        words.never_graded.to_owned()
    } else {
        (words.graded_on)(&intl::short_day(texts.language, &row.graded_on))
    });
    if let Some(at) = row.review_due {
        parts.push((words.review_by)(&intl::date(texts.language, at)));
    }
    parts.join(" · ")
}
