//! The steps that may be taken now: the usual next ones as buttons, the rest behind "more".

use huiyin_api::StepForm;
use leptos::prelude::*;

use crate::{
    texts::{names, use_texts},
    ui::{Button, Look},
};

/// Steps off the usual path; they stand behind "more".
const SELDOM: &[&str] = &[
    "withdrawn",
    "duplicate",
    "malicious",
    "archived",
    "noted",
    "sent_back",
];
/// Usual steps shown as buttons at most.
const SHOWN: usize = 4;

/// The steps as buttons.
#[component]
pub fn StepBar(
    #[prop(into)] steps: Signal<Vec<StepForm>>,
    take: Callback<StepForm>,
) -> impl IntoView {
    let t = use_texts();
    let button = move |step: StepForm, look: Look| {
        let wire = step.step.clone();
        view! {
            <Button look press=move || take.run(step.clone())>
                {move || names::act(t.get().language, &wire)}
            </Button>
        }
    };
    view! {
        <section class="card step-bar" aria-label=move || t.get().cases.steps>
            <h2>{move || t.get().cases.steps}</h2>
            {move || {
                let steps = steps.get();
                if steps.is_empty() {
                    return view! { <p class="muted">{t.get().cases.no_steps}</p> }.into_any();
                }
                let (seldom, usual): (Vec<_>, Vec<_>) = steps
                    .into_iter()
                    .partition(|step| SELDOM.contains(&step.step.as_str()));
                let mut usual = usual.into_iter().enumerate();
                let shown = usual
                    .by_ref()
                    .take(SHOWN)
                    .map(|(index, step)| {
                        button(step, if index == 0 { Look::Primary } else { Look::Plain })
                    })
                    .collect_view();
                let rest = usual
                    .map(|(_, step)| step)
                    .chain(seldom)
                    .map(|step| button(step, Look::Quiet))
                    .collect::<Vec<_>>();
                let more = (!rest.is_empty())
                    .then(|| {
                        view! {
                            <details class="more-steps">
                                <summary>{t.get().cases.more_steps}</summary>
                                <div class="actions">{rest}</div>
                            </details>
                        }
                    });
                view! {
                    <div class="actions">{shown}</div>
                    {more}
                }
                    .into_any()
            }}
        </section>
    }
}
