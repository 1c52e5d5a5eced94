//! Corrects the answers of one customer while the round is open; the earlier ones stay in the time line.

use std::collections::BTreeMap;

use huiyin_api::{Request, SurveyRecord};
use huiyin_core::contact_field::answer_field;
use leptos::{ev, prelude::*, task::spawn_local};

use super::{
    answering::{Answering, check},
    question_lines::QuestionLines,
};
use crate::{
    pages::shared::{DraftNotice, RecordForm},
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
    // What was stored when the dialog was opened: only what differs from it is sent, so that a change from elsewhere stays.
    let stored = record.get_untracked();
    let form = RecordForm::open(format!("survey-correction:{}", stored.row.id), check);
    let draft = form.draft;
    let rule = stored.rule.unwrap_or_default();
    let shown = StoredValue::new(
        rule.questions
            .iter()
            .map(|question| {
                let answer = stored.answers.get(&question.id).cloned();
                (question.id.clone(), answer.unwrap_or_default())
            })
            .collect::<BTreeMap<String, String>>(),
    );
    let presets = move || {
        shown.with_value(|shown| {
            let values = shown.iter();
            values
                .map(|(question, answer)| (answer_field(question), answer.clone()))
                .collect::<BTreeMap<String, String>>()
        })
    };
    for (field, answer) in presets() {
        draft.preset(&field, answer);
    }
    let discard = Callback::new(move |()| {
        form.errors.set(BTreeMap::new());
        draft.discard(presets());
    });
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
            answers: shown.with_value(|shown| changed(shown, answers)),
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
    view! {
        <form class="form record-form" novalidate on:submit=submit>
            <div class="wide">
                <DraftNotice draft discard />
            </div>
            <QuestionLines answering hint=move || t.get().surveys.correct_hint wide=true />
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

/// Returns the answers that differ from those shown when the dialog was opened; one taken away is empty.
fn changed(
    shown: &BTreeMap<String, String>,
    mut answers: BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    for question in shown.keys() {
        answers.entry(question.clone()).or_default();
    }
    answers.retain(|question, answer| shown.get(question) != Some(answer));
    answers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(of: &[(&str, &str)]) -> BTreeMap<String, String> {
        let own =
            |(question, answer): &(&str, &str)| ((*question).to_owned(), (*answer).to_owned());
        of.iter().map(own).collect()
    }

    #[test]
    fn only_what_differs_from_what_was_shown_is_sent() {
        let shown = answers(&[
            ("quality", "5"),
            ("service", "5"),
            ("wishes", "快"),
            ("more", ""),
        ]);
        let now = answers(&[("quality", "9"), ("service", "5")]);
        let sent = answers(&[("quality", "9"), ("wishes", "")]);
        assert_eq!(changed(&shown, now), sent);
    }
}
