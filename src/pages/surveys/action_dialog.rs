//! Proposes a corrective action for a round below its target: one press opens an internal case with the action in it.

use std::collections::BTreeMap;

use huiyin_api::{Request, SurveyActionIntent, SurveyRound};
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    pages::shared::RecordForm,
    shell::{
        branches::use_branches, engine::use_engine, notices::use_toaster, policy::words,
        session::use_session,
    },
    texts::use_texts,
    ui::{AreaField, Dialog, DialogFoot, ErrorState, InputKind, TextField},
};

/// What is to be done.
const NOTE: &str = "note";
const OWNER: &str = "owner";
const DUE: &str = "due";

/// The dialog. `share` and `target` are the result it answers.
#[component]
pub fn ActionDialog(
    open: RwSignal<bool>,
    round: Signal<SurveyRound>,
    #[prop(into)] share: Signal<String>,
    #[prop(into)] target: Signal<u32>,
) -> impl IntoView {
    let t = use_texts();
    view! {
        <Dialog open title=move || t.get().surveys.propose>
            <ActionForm open round share target />
        </Dialog>
    }
}

#[component]
fn ActionForm(
    open: RwSignal<bool>,
    round: Signal<SurveyRound>,
    share: Signal<String>,
    target: Signal<u32>,
) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let branches = use_branches();
    let session = use_session();
    let key =
        round.with_untracked(|round| format!("survey-action:{}:{}", round.survey, round.period));
    let form = RecordForm::open(key, |_, value| Ok(value.trim().to_owned()));
    let draft = form.draft;
    let me = untrack(|| session.with(|status| status.map(|status| status.staff_name.clone())));
    draft.preset(OWNER, me.unwrap_or_default());
    let value =
        move |name: &'static str| -> Signal<String> { Memo::new(move |_| draft.get(name)).into() };
    let error = move |name: &'static str| {
        Signal::derive(move || {
            form.errors
                .with(|errors| errors.get(name).cloned().unwrap_or_default())
        })
    };
    let put = move |name: &'static str| {
        Callback::new(move |text: String| {
            form.errors.update(|errors| {
                errors.remove(name);
            });
            draft.put(name, text);
        })
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if form.busy.get_untracked() {
            return;
        }
        let Some(mut fields) = form.changed(&BTreeMap::new(), &[NOTE, OWNER, DUE]) else {
            return;
        };
        let texts = t.now();
        let mut take = |name: &str| fields.remove(name).unwrap_or_default();
        let intent = round.with_untracked(|round| SurveyActionIntent {
            survey: round.survey.clone(),
            period: round.period.clone(),
            subject: (texts.surveys.action_subject)(
                &words(texts.language, &round.text),
                &round.period,
            ),
            result: (texts.surveys.action_result)(&share.get_untracked(), target.get_untracked()),
            text: take(NOTE),
            owner: take(OWNER),
            due: take(DUE),
        });
        form.busy.set(true);
        form.problem.set(None);
        spawn_local(async move {
            let request = Request::ProposeSurveyAction(Box::new(intent));
            let result = engine.save(request).await;
            form.busy.try_set(false);
            match result {
                Ok(_) => {
                    form.draft.forget();
                    toaster.good(t.now().surveys.action_made);
                    open.try_set(false);
                }
                Err(problem) => form.refused(problem),
            }
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <AreaField
                label=move || t.get().surveys.action_text
                value=value(NOTE)
                input=put(NOTE)
                error=error(NOTE)
                required=true
            />
            <TextField
                label=move || t.get().field(OWNER)
                value=value(OWNER)
                input=put(OWNER)
                error=error(OWNER)
                offers=Signal::derive(move || branches.staff_names())
                required=true
            />
            <TextField
                label=move || t.get().field(DUE)
                value=value(DUE)
                input=put(DUE)
                error=error(DUE)
                kind=InputKind::Date
                required=true
            />
            <div class="wide">
                <ErrorState problem=form.problem />
            </div>
            <DialogFoot open busy=form.busy submit=move || t.get().surveys.propose />
        </form>
    }
}
