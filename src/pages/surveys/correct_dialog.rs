//! Corrects the answers of one customer while the round is open; the earlier ones stay in the time line.

use std::collections::BTreeMap;

use huiyin_api::{Request, SurveyRecord};
use huiyin_core::contact_field::answer_field;
use leptos::{ev, prelude::*, task::spawn_local};

use super::{
    answering::{Answering, check, on_enter},
    question::{Asking, QuestionInput},
};
use crate::{
    pages::shared::RecordForm,
    shell::{engine::use_engine, notices::use_toaster},
    texts::use_texts,
    ui::{AreaField, Dialog, DialogFoot, ErrorState},
};

/// Why they are corrected.
const NOTE: &str = "note";

/// The dialog.
#[component]
pub fn CorrectDialog(open: RwSignal<bool>, record: Signal<SurveyRecord>) -> impl IntoView {
    let t = use_texts();
    view! {
        <Dialog open title=move || t.get().surveys.correct large=true>
            <CorrectForm open record />
        </Dialog>
    }
}

#[component]
fn CorrectForm(open: RwSignal<bool>, record: Signal<SurveyRecord>) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    // What was stored when the dialog was opened: a change from elsewhere shows beside it, not in it.
    let stored = record.get_untracked();
    let form = RecordForm::open(format!("survey-correction:{}", stored.row.id), check);
    let draft = form.draft;
    let rule = stored.rule.unwrap_or_default();
    for question in &rule.questions {
        let answer = stored.answers.get(&question.id);
        draft.preset(
            &answer_field(&question.id),
            answer.cloned().unwrap_or_default(),
        );
    }
    let questions = rule.questions.clone();
    let answering = Answering {
        form,
        rule: StoredValue::new(rule),
        reference: StoredValue::new(String::new()),
    };
    let id = StoredValue::new(stored.row.id);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if form.busy.get_untracked() {
            return;
        }
        form.errors.set(BTreeMap::new());
        let Some(answers) = answering.checked(t.now()) else {
            return;
        };
        let request = Request::CorrectSurvey {
            id: id.get_value(),
            answers,
            note: draft.peek(NOTE),
        };
        form.busy.set(true);
        form.problem.set(None);
        spawn_local(async move {
            let result = engine.save(request).await;
            form.busy.try_set(false);
            match result {
                Ok(_) => {
                    draft.forget();
                    toaster.good(t.now().surveys.corrected);
                    open.try_set(false);
                }
                Err(problem) => form.refused(problem),
            }
        });
    };
    let lines = questions
        .into_iter()
        .enumerate()
        .map(|(at, question)| {
            let id = question.id.clone();
            view! {
                <div data-question=at.to_string()>
                    <QuestionInput
                        question
                        language=Signal::derive(move || t.language())
                        value=answering.answer(&id)
                        input=answering.put(&id)
                        error=answering.error(&id)
                        asking=Asking::Typed
                    />
                </div>
            }
        })
        .collect_view();
    let next = move |event: ev::KeyboardEvent| on_enter(&event, answering, t.now());
    view! {
        <form class="form record-form" novalidate on:submit=submit>
            <div class="wide survey-sheet" on:keydown=next>
                <p class="muted">{move || t.get().surveys.correct_hint}</p>
                {lines}
            </div>
            <AreaField
                label=move || t.get().field("reason")
                value=Signal::derive(move || draft.get(NOTE))
                input=move |text: String| draft.put(NOTE, text)
            />
            <div class="wide">
                <ErrorState problem=form.problem />
            </div>
            <DialogFoot open busy=form.busy submit=move || t.get().common.save />
        </form>
    }
}
