//! The company's name and the deadline of its cases.

use huiyin_api::{Problem, Request};
use huiyin_core::deadline::Length;
use leptos::{ev, prelude::*, task::spawn_local};

use super::Read;
use crate::{
    shell::{engine::use_engine, notices::use_toaster, policy::use_policy},
    texts::{sentence, use_texts},
    ui::{Button, ErrorState, Glyph, Icon, Look, TextField},
};

const NAME: &str = "company";
const CLOCK: &str = "case_clock";
/// Lengths offered while typing.
const OFFERS: [&str; 8] = ["1wd", "3wd", "5wd", "7wd", "15wd", "24h", "48h", "same-day"];

/// The company's settings: a form where this device may change them, else their values.
#[component]
pub fn Company(read: Read) -> impl IntoView {
    let t = use_texts();
    let may_edit = Memo::new(move |_| read.with(|settings| settings.may_edit));
    view! {
        <section class="card" aria-label=move || t.get().settings.company>
            <div class="card-head">
                <h2>{move || t.get().settings.company}</h2>
            </div>
            {move || {
                if may_edit.get() {
                    view! { <CompanyForm read /> }.into_any()
                } else {
                    view! { <CompanyFacts read /> }.into_any()
                }
            }}
        </section>
    }
}

#[component]
fn CompanyFacts(read: Read) -> impl IntoView {
    let t = use_texts();
    view! {
        <dl class="card-body facts">
            <dt>{move || t.get().settings.company_name}</dt>
            <dd>{move || read.with(|settings| settings.company.clone())}</dd>
            <dt>{move || t.get().settings.case_clock}</dt>
            <dd>
                {move || {
                    let clock = read.with(|settings| settings.case_clock.clone());
                    Length::parse(&clock).map_or(clock, t.get().settings.clock)
                }}
            </dd>
        </dl>
    }
}

/// The form. What is typed stays until it is saved, whatever arrives meanwhile.
#[component]
fn CompanyForm(read: Read) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let policy = use_policy();
    let name = RwSignal::new(None::<String>);
    let clock = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let name_shown = move || {
        name.get()
            .unwrap_or_else(|| read.with(|settings| settings.company.clone()))
    };
    let clock_shown = move || {
        clock
            .get()
            .unwrap_or_else(|| read.with(|settings| settings.case_clock.clone()))
    };
    let length = move || Length::parse(&clock_shown()).ok();
    let name_error = move || {
        let t = t.get();
        if name_shown().trim().is_empty() {
            return (t.common.missing)(t.settings.company_name);
        }
        beside(problem, NAME)
            .map(|problem| sentence(t, &problem).error)
            .unwrap_or_default()
    };
    let clock_error = move || {
        let bad = length().is_none() || beside(problem, CLOCK).is_some();
        if bad {
            t.get().settings.case_clock_bad
        } else {
            ""
        }
    };
    let elsewhere = Signal::derive(move || {
        let problem = problem.get()?;
        (problem.place != NAME && problem.place != CLOCK).then_some(problem)
    });
    let unchanged =
        Signal::derive(move || name.with(Option::is_none) && clock.with(Option::is_none));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let fine = untrack(|| length().is_some() && !name_shown().trim().is_empty());
        if !fine {
            return;
        }
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            for (key, typed) in [(NAME, name), (CLOCK, clock)] {
                let Some(Some(value)) = typed.try_get_untracked() else {
                    continue;
                };
                let request = Request::SaveSetting {
                    key: key.to_owned(),
                    value: value.trim().to_owned(),
                };
                if let Err(found) = engine.tell(request).await {
                    busy.try_set(false);
                    problem.try_set(Some(found));
                    return;
                }
                // Typed on meanwhile: that is kept.
                if typed.try_get_untracked().flatten().as_ref() == Some(&value) {
                    typed.try_set(None);
                }
            }
            busy.try_set(false);
            toaster.good(t.now().common.saved);
        });
    };
    view! {
        <form class="card-body form-section" novalidate on:submit=submit>
            <TextField
                label=move || t.get().settings.company_name
                value=Signal::derive(name_shown)
                input=move |value| name.set(Some(value))
                error=Signal::derive(name_error)
                required=true
            />
            <TextField
                label=move || t.get().settings.case_clock
                hint=move || {
                    let s = &t.get().settings;
                    if policy.with(|pack| pack.is_some()) { s.case_clock_pack } else { s.case_clock_hint }
                }
                value=Signal::derive(clock_shown)
                input=move |value| clock.set(Some(value))
                error=Signal::derive(move || clock_error().to_owned())
                offers=Signal::derive(|| OFFERS.map(str::to_owned).to_vec())
                required=true
            />
            {move || {
                length()
                    .map(|length| {
                        view! {
                            <p class="clock-words" role="status">
                                <Icon glyph=Glyph::Clock />
                                <span>{(t.get().settings.clock)(length)}</span>
                            </p>
                        }
                    })
            }}
            <ClockForms />
            <ErrorState problem=elsewhere />
            <div class="actions">
                <Button look=Look::Primary submit=true busy disabled=unchanged>
                    {move || t.get().common.save}
                </Button>
            </div>
        </form>
    }
}

/// The forms in which a length is written.
#[component]
fn ClockForms() -> impl IntoView {
    let t = use_texts();
    let forms = move || {
        let form = |(form, meaning)| {
            view! {
                <dt>
                    <code>{form}</code>
                </dt>
                <dd>{meaning}</dd>
            }
        };
        t.get().settings.clock_forms.map(form).collect_view()
    };
    view! {
        <details class="more-fields">
            <summary>{move || t.get().settings.case_clock_forms}</summary>
            <dl class="clock-forms">{forms}</dl>
        </details>
    }
}

/// Returns the problem if it is about this setting, tracked.
fn beside(problem: RwSignal<Option<Problem>>, key: &str) -> Option<Problem> {
    problem.get().filter(|problem| problem.place == key)
}
