//! The steps that may be taken now: the usual next ones as buttons, the rest behind "more".

use huiyin_api::StepForm;
use leptos::{ev, html, prelude::*};

use super::acts::Acts;
use crate::{
    shell::{branches::use_branches, session::use_session},
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
    "classed",
    "spot_checked",
    "returned",
];
/// Steps that have a place of their own on the screen.
const ELSEWHERE: &[&str] = &[
    "paused",
    "resumed",
    "extended",
    "action_planned",
    "action_done",
    "action_verified",
];
/// Steps taken at the proposal they are about, while there is one to sign.
const AT_THE_PROPOSAL: &[&str] = &["approved", "endorsed", "sent_back", "delegated"];
/// Hands the case to another branch.
const FORWARDED: &str = "forwarded";
/// Usual steps shown as buttons at most.
const SHOWN: usize = 4;

/// The steps as buttons.
#[component]
pub fn StepBar(acts: Acts, take: Callback<StepForm>) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let steps = Memo::new(move |_| {
        acts.record.with(|record| {
            let proposal = record.desk.proposal.as_ref();
            let signing = proposal.is_some_and(|proposal| proposal.may_sign);
            shown(&record.steps, signing, branches.several())
        })
    });
    // A plan that is there is revised seldom.
    let planned = Memo::new(move |_| {
        acts.record.with(|record| {
            record.desk.proposal.is_some()
                && matches!(record.row.state.as_str(), "proposed" | "approved")
        })
    });
    let session = use_session();
    let recused = move || {
        let against = acts.record.with(|record| {
            let found = record
                .fields
                .iter()
                .find(|field| field.name == "against_person");
            found.map(|field| field.value.clone()).unwrap_or_default()
        });
        session.with(|status| {
            status.is_some_and(|status| {
                !against.is_empty() && huiyin_core::text::same_name(&status.staff_name, &against)
            })
        })
    };
    let button = move |step: StepForm, look: Look| {
        let wire = step.step.clone();
        view! {
            <Button look press=move || take.run(step.clone())>
                {move || names::act(t.get().language, &wire)}
            </Button>
        }
    };
    let more_steps = NodeRef::<html::Details>::new();
    // They lie over the page and would stay there behind the form of the step.
    let fold = move |_: ev::MouseEvent| {
        if let Some(details) = more_steps.get_untracked() {
            details.set_open(false);
        }
    };
    view! {
        <section class="card step-bar" aria-label=move || t.get().cases.steps>
            <h2>{move || t.get().cases.steps}</h2>
            {move || {
                let steps = steps.get();
                if steps.is_empty() {
                    let texts = t.get();
                    let words = if recused() { texts.desk.recused } else { texts.cases.no_steps };
                    return view! { <p class="muted">{words}</p> }.into_any();
                }
                let (seldom, usual): (Vec<_>, Vec<_>) = steps
                    .into_iter()
                    .partition(|step| {
                        SELDOM.contains(&step.step.as_str())
                            || (planned.get() && step.step == "proposed")
                    });
                let mut usual = usual.into_iter().enumerate();
                let shown = usual
                    .by_ref()
                    .take(SHOWN)
                    .map(|(index, step)| {
                        let main = index == 0 && step.step != FORWARDED;
                        button(step, if main { Look::Primary } else { Look::Plain })
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
                            <details node_ref=more_steps class="more-steps">
                                <summary>{t.get().cases.more_steps}</summary>
                                <div class="actions" on:click=fold>
                                    {rest}
                                </div>
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

/// Returns the steps of the bar: those without a place of their own, handing the case to another branch last, where there are `several`.
pub fn shown(steps: &[StepForm], signing: bool, several: bool) -> Vec<StepForm> {
    let elsewhere = |step: &str| {
        ELSEWHERE.contains(&step)
            || (step == FORWARDED && !several)
            || step.starts_with("penalty_")
            || step == "endorsed"
            || step == "delegated"
            || (signing && AT_THE_PROPOSAL.contains(&step))
    };
    let mut own: Vec<StepForm> = steps
        .iter()
        .filter(|form| !elsewhere(&form.step))
        .cloned()
        .collect();
    own.sort_by_key(|form| form.step == FORWARDED);
    own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handing_a_case_to_another_branch_is_never_the_first_thing_offered() {
        let steps = ["forwarded", "assigned"].map(|step| StepForm {
            step: step.to_owned(),
            ..StepForm::default()
        });
        let offered = shown(&steps, false, true);
        assert_eq!(offered[0].step, "assigned");
        assert_eq!(offered.len(), 2);
        let alone = shown(&steps, false, false);
        assert_eq!(alone.len(), 1, "there is no other branch");
    }

    #[test]
    fn approving_stands_at_the_proposal_while_it_can_be_signed_there() {
        let steps: Vec<StepForm> = ["approved", "sent_back", "paused", "noted"]
            .into_iter()
            .map(|step| StepForm {
                step: step.to_owned(),
                ..StepForm::default()
            })
            .collect();
        let names = |signing| -> Vec<String> {
            shown(&steps, signing, true)
                .into_iter()
                .map(|form| form.step)
                .collect()
        };
        assert_eq!(names(true), ["noted"]);
        assert_eq!(names(false), ["approved", "sent_back", "noted"]);
    }
}
