//! The steps of the policy to win a lost customer back, to tick one by one.

use std::collections::BTreeMap;

use huiyin_api::{CustomerRecord, Problem, Request, StepIntent, WinBackStep};
use huiyin_core::file::data;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    shell::{engine::use_engine, intl, policy::words},
    texts::{loyalty, use_texts},
    ui::ErrorState,
};

/// The card; nothing unless the customer is lost and the policy has steps.
#[component]
pub fn WinBackCard(record: Signal<CustomerRecord>) -> impl IntoView {
    let t = use_texts();
    let steps = Memo::new(move |_| record.with(|record| record.file.win_back.clone()));
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    move || {
        let steps = steps.get();
        (!steps.is_empty()).then(|| {
            let lines = steps
                .into_iter()
                .map(|step| view! { <StepLine step record busy problem /> })
                .collect_view();
            view! {
                <section class="card" aria-label=move || loyalty::of(t.language()).win_back>
                    <header class="card-head">
                        <h2>{move || loyalty::of(t.language()).win_back}</h2>
                    </header>
                    <div class="pad">
                        <p class="muted">{move || loyalty::of(t.language()).win_back_text}</p>
                        <ErrorState problem />
                        {lines}
                    </div>
                </section>
            }
        })
    }
}

#[component]
fn StepLine(
    step: WinBackStep,
    record: Signal<CustomerRecord>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let done = step.at.is_some();
    let (by, at) = (step.by, step.at);
    let told = move || {
        at.map(|at| (loyalty::of(t.language()).done_by)(&by, &intl::date(t.language(), at)))
    };
    let text = StoredValue::new(step.text);
    let tick = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let name = text.with_value(|text| text.zh.clone());
        let request = record.with_untracked(|record| Request::FileStep {
            id: record.row.id.clone(),
            step: StepIntent {
                step: "noted".to_owned(),
                seen: record.file.heads.clone(),
                data: BTreeMap::from([(data::WIN_BACK.to_owned(), name)]),
                ..StepIntent::default()
            },
        });
        spawn_local(async move {
            let result = engine.tell(request).await;
            busy.try_set(false);
            if let Err(found) = result {
                problem.try_set(Some(found));
            }
        });
    };
    view! {
        <label class="checkbox">
            <input
                type="checkbox"
                prop:checked=done
                disabled=move || done || busy.get()
                on:change=move |_| tick()
            />
            <span>{move || text.with_value(|text| words(t.language(), text))}</span>
            <span class="muted">{told}</span>
        </label>
    }
    .into_any()
}
