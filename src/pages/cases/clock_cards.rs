//! The clocks of a case, each with its deadline in words and, on demand, day by day why it falls there.
//! They can be paused, resumed and extended here.

use huiyin_api::{CaseRecord, ClockView, DueState};
use huiyin_core::case_data as data;
use leptos::prelude::*;

use super::{
    acts::Acts,
    deadline_words::{length_words, span_words},
};
use crate::{
    pages::shared::DueBadge,
    shell::{intl, policy},
    texts::use_texts,
    ui::{Badge, Button, Glyph, Hue, Icon, Look},
};

/// Every clock of the case.
#[component]
pub fn ClockCards(acts: Acts) -> impl IntoView {
    let t = use_texts();
    let clocks = Memo::new(move |_| acts.record.with(clocks));
    let pausing = Memo::new(move |_| (acts.may("paused"), acts.may("resumed")));
    view! {
        <section class="card" aria-label=move || t.get().desk.clocks>
            <header class="card-head">
                <h2>
                    {move || {
                        if clocks.with(Vec::len) > 1 { t.get().desk.clocks } else { t.get().cases.deadline }
                    }}
                </h2>
                {move || {
                    let (pause, resume) = pausing.get();
                    let step = if resume { "resumed" } else { "paused" };
                    (pause || resume)
                        .then(|| {
                            view! {
                                <Button look=Look::Quiet press=move || acts.take(acts.step(step))>
                                    {move || crate::texts::names::act(t.language(), step)}
                                </Button>
                            }
                        })
                }}
            </header>
            {move || {
                let clocks = clocks.get();
                if clocks.is_empty() {
                    return view! { <p class="muted pad">{t.get().cases.due_none}</p> }.into_any();
                }
                let single = clocks.len() == 1;
                clocks
                    .into_iter()
                    .map(|clock| view! { <ClockEntry clock single acts /> })
                    .collect_view()
                    .into_any()
            }}
        </section>
    }
}

/// Returns the clocks of a case; the one deadline of a company without a pack is a clock without a name.
fn clocks(record: &CaseRecord) -> Vec<ClockView> {
    if !record.desk.clocks.is_empty() {
        return record.desk.clocks.clone();
    }
    record
        .deadline
        .iter()
        .map(|deadline| ClockView {
            from: deadline.from,
            due: Some(deadline.due),
            length: deadline.length.clone(),
            provisional: deadline.provisional,
            state: deadline.state,
            explanation: deadline.explanation.clone(),
            ..ClockView::default()
        })
        .collect()
}

#[component]
fn ClockEntry(clock: ClockView, single: bool, acts: Acts) -> impl IntoView {
    let t = use_texts();
    let title = clock.title.clone();
    let title = move || {
        let texts = t.get();
        let own = policy::words(texts.language, &title);
        if own.is_empty() {
            texts.cases.deadline.to_owned()
        } else {
            own
        }
    };
    let named = !(single && clock.name.is_empty());
    let due = clock.due;
    let stopped = clock.stopped;
    let paused = clock.paused_since;
    let when = move || {
        let texts = t.get();
        let d = &texts.desk;
        match (paused, due, stopped) {
            (_, _, Some(at)) => (d.clock_stopped)(&intl::date_time(texts.language, at)),
            (Some(since), _, None) => (d.paused_since)(&intl::date_time(texts.language, since)),
            (None, Some(due), None) => intl::date_time(texts.language, due),
            (None, None, None) => texts.cases.due_none.to_owned(),
        }
    };
    let badge = if paused.is_some() && stopped.is_none() {
        view! { <Badge hue=Hue::Waiting>{move || t.get().desk.paused}</Badge> }.into_any()
    } else {
        view! { <DueBadge due state=clock.state provisional=clock.provisional /> }.into_any()
    };
    let extended = clock.extended.then(|| {
        view! { <Badge hue=Hue::Neutral>{move || t.get().desk.extended}</Badge> }
    });
    let name = clock.name.clone();
    let extend = (clock.may_extend && stopped.is_none()).then(|| {
        let press = move || acts.take(acts.step("extended").with(data::CLOCK, &name));
        view! {
            <Button look=Look::Quiet press>
                {move || t.get().desk.extend}
            </Button>
        }
    });
    let over = matches!(clock.state, DueState::Met | DueState::Late);
    view! {
        <div class="deadline clock" class:over=over>
            <div class="clock-head">
                {named.then(|| view! { <h3>{title}</h3> })}
                <span class="clock-badges">{badge} {extended}</span>
            </div>
            <p class="deadline-due num">{when}</p>
            <Why clock />
            {extend}
        </div>
    }
}

/// From when, how long, and day by day.
#[component]
fn Why(clock: ClockView) -> impl IntoView {
    let t = use_texts();
    let (from, length) = (clock.from, clock.length);
    let head = move || {
        let texts = t.get();
        let from = intl::date(texts.language, from);
        (texts.cases.why_length)(&length_words(texts, &length), &from)
    };
    let source = clock.source;
    let days = clock.explanation;
    let any = !days.is_empty() || !source.is_empty();
    let rows = move || {
        let texts = t.get();
        days.iter()
            .map(|span| {
                let counts = span.counted.is_some();
                let kind = span.kind.clone();
                view! {
                    <li class="day" class:counts=counts data-kind=kind>
                        <span class="num">{intl::short_day(texts.language, &span.date)}</span>
                        <span>{span_words(texts, span)}</span>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <p class="muted">{head}</p>
        {clock
            .provisional
            .then(|| {
                view! {
                    <p class="notice">
                        <Icon glyph=Glyph::Warning />
                        <span>{move || t.get().cases.provisional_text}</span>
                    </p>
                }
            })}
        {any
            .then(|| {
                view! {
                    <details class="why">
                        <summary>{move || t.get().cases.why}</summary>
                        <ol class="days">{rows}</ol>
                        {(!source.is_empty())
                            .then(|| {
                                view! {
                                    <p class="muted source">
                                        {move || t.get().desk.rule} ": " {source}
                                    </p>
                                }
                            })}
                    </details>
                }
            })}
    }
}

#[cfg(test)]
mod tests {
    use huiyin_api::DeadlineView;

    use super::*;

    #[test]
    fn a_case_without_a_pack_has_its_one_deadline_as_a_clock() {
        let mut record = CaseRecord {
            deadline: Some(DeadlineView {
                due: 9,
                length: "3wd".into(),
                ..DeadlineView::default()
            }),
            ..CaseRecord::default()
        };
        let shown = clocks(&record);
        assert_eq!(shown.len(), 1);
        assert_eq!((shown[0].due, shown[0].name.as_str()), (Some(9), ""));
        record.desk.clocks = vec![ClockView {
            name: "close".into(),
            ..ClockView::default()
        }];
        assert_eq!(clocks(&record)[0].name, "close");
    }
}
