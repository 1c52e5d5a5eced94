//! Corrective and preventive actions of a case: planned, done, looked at by someone else.

use huiyin_core::case_data as data;
use leptos::prelude::*;

use super::acts::Acts;
use crate::{
    pages::shared::{ActionLine, ActionStep},
    texts::{names, use_texts},
    ui::{Button, Glyph, Look},
};

/// The card; nothing while there are no actions and none may be planned.
#[component]
pub fn ActionsCard(acts: Acts) -> impl IntoView {
    let t = use_texts();
    let actions = Memo::new(move |_| acts.desk(|desk| desk.actions.clone()));
    let may_plan = Memo::new(move |_| acts.may("action_planned"));
    let shown = Memo::new(move |_| may_plan.get() || !actions.with(Vec::is_empty));
    let take = Callback::new(
        move |(action, step): (huiyin_api::ActionView, ActionStep)| {
            acts.take(acts.step(step.name()).with(data::ACTION, &action.id));
        },
    );
    let plan = move || acts.take(acts.step("action_planned"));
    move || {
        shown.get().then(|| {
            view! {
                <section class="card" aria-label=move || t.get().desk.actions>
                    <header class="card-head">
                        <h2>{move || t.get().desk.actions}</h2>
                        {move || {
                            may_plan
                                .get()
                                .then(|| {
                                    view! {
                                        <Button look=Look::Quiet icon=Glyph::Plus press=plan>
                                            {move || names::act(t.language(), "action_planned")}
                                        </Button>
                                    }
                                })
                        }}
                    </header>
                    {move || {
                        let actions = actions.get();
                        if actions.is_empty() {
                            return ().into_any();
                        }
                        let lines = actions
                            .into_iter()
                            .map(|action| {
                                let may = Signal::derive(move || {
                                    acts.may("action_done") || acts.may("action_verified")
                                });
                                view! { <ActionLine action take may /> }
                            })
                            .collect_view();
                        view! { <ul class="action-lines">{lines}</ul> }.into_any()
                    }}
                </section>
            }
        })
    }
}
