//! Greetings and reports on my day: birthdays to greet, and what is due for all customers at once, ticked when it is done.

use huiyin_api::{BirthdayView, OccasionView, Problem, Request, StepIntent};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    pages::shared::{DayCard, DueBadge},
    shell::{
        base::use_base,
        engine::{Engine, use_engine},
        intl,
        notices::use_toaster,
        policy::{use_policy, words},
    },
    texts::{duties, use_texts},
    ui::{Badge, Button, Hue},
};

/// Sends a request once at a time and tells how it went.
#[derive(Clone, Copy)]
struct Sending {
    engine: Engine,
    busy: RwSignal<bool>,
    told: Callback<Result<(), Problem>>,
}

impl Sending {
    fn new(good: fn(&duties::DutiesTexts) -> &'static str) -> Self {
        let t = use_texts();
        let toaster = use_toaster();
        Self {
            engine: use_engine(),
            busy: RwSignal::new(false),
            told: Callback::new(move |result| match result {
                Ok(()) => toaster.good(good(duties::of(t.now().language))),
                Err(problem) => toaster.problem(&problem),
            }),
        }
    }

    fn send(self, request: Request) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let result = self.engine.tell(request).await;
            self.busy.try_set(false);
            self.told.try_run(result);
        });
    }
}

/// Birthdays of customers the person is to greet, on my day; hidden while there are none.
#[component]
pub fn BirthdayCard(#[prop(into)] views: Signal<Vec<BirthdayView>>) -> impl IntoView {
    let t = use_texts();
    let texts = move || duties::of(t.language());
    view! {
        <DayCard title=move || texts().birthdays count=move || views.with(Vec::len) as u64>
            <ul class="lines">
                <For
                    each=move || views.get()
                    key=|view| (view.customer.clone(), view.day.clone(), view.late)
                    let:view
                >
                    <BirthdayLine view />
                </For>
            </ul>
        </DayCard>
    }
}

#[component]
fn BirthdayLine(view: BirthdayView) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let sending = Sending::new(|d| d.greeted);
    let href = base.href(&format!("/customers/{}", view.customer));
    let hue = if view.late { Hue::Red } else { Hue::Neutral };
    let (name, phone, day) = (view.name.clone(), view.phone.clone(), view.day.clone());
    let view = StoredValue::new(view);
    let detail = move || {
        let title = view.with_value(|view| words(t.language(), &view.title));
        [title.as_str(), phone.as_str()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
    };
    let when = move || intl::short_day(t.language(), &day);
    let press = move || {
        let today = intl::iso_today();
        let fields = view.with_value(|view| {
            [
                ("kind", "message"),
                ("customer", view.customer.as_str()),
                ("customer_name", view.name.as_str()),
                ("subject", view.title.zh.as_str()),
                ("follow_up", view.greeting.as_str()),
                ("planned_on", today.as_str()),
            ]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
        });
        let mut step = StepIntent {
            step: "done".to_owned(),
            ..StepIntent::default()
        };
        step.data.insert("result".to_owned(), "good".to_owned());
        sending.send(Request::SaveContact {
            id: None,
            fields,
            step,
        });
    };
    view! {
        <li class="line">
            <a href=href class="line-main">
                <span class="line-title cut">{name}</span>
                <span class="muted num cut">{detail}</span>
            </a>
            <span class="line-marks">
                <Badge hue>{when}</Badge>
                <Button busy=sending.busy press>
                    {move || duties::of(t.language()).greet}
                </Button>
            </span>
        </li>
    }
    .into_any()
}

/// Reports and greetings of all customers, on my day; hidden while there are none.
#[component]
pub fn OccasionCard(#[prop(into)] views: Signal<Vec<OccasionView>>) -> impl IntoView {
    let t = use_texts();
    let texts = move || duties::of(t.language());
    view! {
        <DayCard title=move || texts().occasions count=move || views.with(Vec::len) as u64>
            <ul class="lines">
                <For
                    each=move || views.get()
                    key=|view| (view.kind.clone(), view.id.clone(), view.period.clone(), view.state as u8)
                    let:view
                >
                    <OccasionLine view />
                </For>
            </ul>
        </DayCard>
    }
}

#[component]
fn OccasionLine(view: OccasionView) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let sending = Sending::new(|d| d.ticked);
    let (due, state) = (view.due, view.state);
    let view = StoredValue::new(view);
    let title = move || view.with_value(|view| words(t.language(), &view.title));
    let detail = move || {
        let texts = t.get();
        view.with_value(|view| {
            let when = if view.festival.is_empty() {
                view.period.as_str()
            } else {
                view.festival.as_str()
            };
            let to = if view.to.is_empty() {
                String::new()
            } else {
                (duties::of(texts.language).report_to)(&policy.role(texts, &view.to))
            };
            [when, to.as_str()]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · ")
        })
    };
    let press = move || {
        sending.send(view.with_value(|view| Request::TickOccasion {
            kind: view.kind.clone(),
            id: view.id.clone(),
            period: view.period.clone(),
        }));
    };
    view! {
        <li class="line">
            <span class="line-main">
                <span class="line-title cut">{title}</span>
                <span class="muted num cut">{detail}</span>
            </span>
            <span class="line-marks">
                <DueBadge due=Some(due) state provisional=false />
                <Button busy=sending.busy press>
                    {move || duties::of(t.language()).tick}
                </Button>
            </span>
        </li>
    }
    .into_any()
}
