//! The list of events.

use huiyin_api::{EventRow, Request};
use leptos::prelude::*;

use super::plan_dialog::{PlanDialog, Planned};
use crate::{
    shell::{ask, base::use_base, focus::move_along, intl, live::live, title::set_title},
    texts::{events, use_texts},
    ui::{Badge, Button, EmptyState, ErrorState, Glyph, Hue, LinkButton, Look, PageHead, Skeleton},
};

/// Every event, in the order shown.
const LINES: &str = ".event-list .people-line-main > a";

/// The screen: `/contacts/events`.
#[component]
pub fn EventsPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || events::of(t.language()).title);
    move_along(LINES);
    let planning = RwSignal::new(false);
    let found = live(|| Some(Request::Events), ask::events);
    let subtitle = move || {
        found.value.with(|view| {
            view.as_ref().map_or_else(String::new, |view| {
                let count = intl::count(t.language(), u64::from(view.total));
                (events::of(t.language()).count)(&count)
            })
        })
    };
    let may_plan = Memo::new(move |_| {
        found
            .value
            .with(|view| view.as_ref().is_some_and(|view| view.may_plan))
    });
    let about = Signal::derive(move || {
        found.value.with(|view| {
            view.as_ref().map_or_else(Planned::default, |view| Planned {
                departments: view.departments.clone(),
                closes: view.closes.clone(),
                ..Planned::default()
            })
        })
    });
    let rule = move || {
        let closes = found
            .value
            .with(|view| view.as_ref().map(|view| view.closes.clone()))?;
        (!closes.is_empty()).then(|| (events::of(t.language()).rule)(&closes))
    };
    let list = move || match found.value.get() {
        None if found.problem.with(Option::is_some) => ().into_any(),
        None => view! { <Skeleton lines=6 /> }.into_any(),
        Some(view) if view.rows.is_empty() => view! {
            <section class="card">
                <EmptyState
                    glyph=Glyph::Person
                    title=move || events::of(t.language()).empty
                    text=move || events::of(t.language()).empty_text
                />
            </section>
        }
        .into_any(),
        Some(view) => {
            let lines = view
                .rows
                .into_iter()
                .map(|row| view! { <Line row /> })
                .collect_view();
            view! {
                <section class="card">
                    <ul class="people-lines event-list">{lines}</ul>
                </section>
            }
            .into_any()
        }
    };
    view! {
        <div class="stack-page">
            <PageHead title=move || events::of(t.language()).title subtitle>
                <LinkButton to="/contacts" icon=Glyph::Back>
                    {move || t.get().contacts.title}
                </LinkButton>
                <Show when=move || may_plan.get()>
                    <Button look=Look::Primary icon=Glyph::Plus press=move || planning.set(true)>
                        {move || events::of(t.language()).plan}
                    </Button>
                </Show>
            </PageHead>
            <ErrorState problem=found.problem retry=move || found.ask_again() />
            {move || rule().map(|words| view! { <p class="muted">{words}</p> })}
            {list}
        </div>
        <PlanDialog open=planning about />
    }
}

#[component]
fn Line(row: EventRow) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let link = base.href(&format!("/contacts/events/{}", row.id));
    let form = row.form;
    let (day, session) = (form.day, form.session);
    let when = move || {
        let texts = events::of(t.language());
        let day = intl::short_day(t.language(), &day);
        let session = texts.session_name(&session);
        [day.as_str(), session].join(" ").trim_end().to_owned()
    };
    let guests = move || {
        let count = |number: u32| intl::count(t.language(), u64::from(number));
        (events::of(t.language()).guests)(&count(row.invited), &count(row.came))
    };
    view! {
        <li class="people-line">
            <span class="people-line-main">
                <a class="link strong" href=link>{form.name}</a>
                <span class="num">{when}</span>
                <span class="muted">{form.place}</span>
                <span class="muted num">{guests}</span>
            </span>
            {row
                .cancelled
                .then(|| {
                    view! {
                        <Badge hue=Hue::Red>
                            {move || events::of(t.language()).cancelled}
                        </Badge>
                    }
                })}
            {row
                .over
                .then(|| {
                    view! { <Badge hue=Hue::Neutral>{move || events::of(t.language()).over}</Badge> }
                })}
        </li>
    }
}
