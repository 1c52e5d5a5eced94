//! Corrective and preventive actions of all cases: overdue, open, waiting for a verification.

use huiyin_api::{ActionView, Request};
use huiyin_core::case_data as data;
use leptos::prelude::*;

use crate::{
    pages::{
        cases::{StepDialog, Taking, Target},
        shared::{ActionLine, ActionStep},
    },
    shell::{ask, intl, live::live, title::set_title},
    texts::use_texts,
    ui::{EmptyState, ErrorState, Glyph, PageHead, Skeleton, Tab, Tabs},
};

/// States in the order of their tabs; the empty one stands for all.
const TABS: [&str; 5] = ["", "overdue", "open", "done", "verified"];

/// The screen.
#[component]
pub fn ActionsPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().desk.actions);
    let found = live(|| Some(Request::Actions { open: false }), ask::actions);
    let chosen = RwSignal::new(String::new());
    let taking = RwSignal::new(None::<Taking>);
    let take = Callback::new(move |(action, step): (ActionView, ActionStep)| {
        let target = Target::Case(action.case.clone());
        taking.set(Some(
            Taking::of(target, step.name()).with(data::ACTION, &action.id),
        ));
    });
    let tabs = Signal::derive(move || {
        let texts = t.get();
        let all = found.value.get().unwrap_or_default();
        TABS.into_iter()
            .map(|state| {
                let count = all
                    .iter()
                    .filter(|action| state.is_empty() || action.state == state)
                    .count();
                Tab {
                    value: state.to_owned(),
                    name: if state.is_empty() {
                        texts.common.all.to_owned()
                    } else {
                        texts.value("action_state", state)
                    },
                    count: Some(intl::number(texts.language, count as f64)),
                    urgent: state == "overdue" && count > 0,
                }
            })
            .collect::<Vec<_>>()
    });
    let lines = move || {
        let state = chosen.get();
        let mut shown = found.value.get()?;
        shown.retain(|action| state.is_empty() || action.state == state);
        Some(shown)
    };
    view! {
        <div class="stack-page">
            <PageHead title=move || t.get().desk.actions subtitle=move || t.get().desk.actions_text />
            <Tabs label=move || t.get().cases.groups tabs chosen choose=move |state| chosen.set(state) />
            <ErrorState problem=found.problem retry=move || found.ask_again() />
            {move || match lines() {
                None if found.problem.with(Option::is_some) => ().into_any(),
                None => view! { <Skeleton lines=5 /> }.into_any(),
                Some(shown) if shown.is_empty() => {
                    view! {
                        <section class="card">
                            <EmptyState
                                glyph=Glyph::Check
                                title=move || t.get().desk.no_actions
                                text=move || t.get().desk.no_actions_text
                            />
                        </section>
                    }
                        .into_any()
                }
                Some(shown) => {
                    let lines = shown
                        .into_iter()
                        .map(|action| view! { <ActionLine action with_case=true take may=true /> })
                        .collect_view();
                    view! {
                        <section class="card">
                            <ul class="action-lines">{lines}</ul>
                        </section>
                    }
                        .into_any()
                }
            }}
        </div>
        <StepDialog taking />
    }
}
