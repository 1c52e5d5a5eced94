//! The form of one question: its words, how it is answered, its place among the others.

use huiyin_core::pack::care_rules::{AnswerKind, Question};
use leptos::prelude::*;

use super::sheets::{Sheets, choice_lines, figure, read_choices, typed};
use crate::{
    pages::settings::PackProblem,
    texts::{packs, use_texts},
    ui::{AreaField, Glyph, Icon, InputKind, SelectField, TextField},
};

/// Kinds of answers with their wire names.
const KINDS: [(AnswerKind, &str); 4] = [
    (AnswerKind::Score, "score"),
    (AnswerKind::YesNo, "yes_no"),
    (AnswerKind::Choice, "choice"),
    (AnswerKind::Words, "words"),
];
/// Highest score of a question that becomes one with scores.
const NEW_MAX: u32 = 10;

/// A question of a questionnaire.
#[component]
pub fn QuestionEditor(sheets: Sheets, survey: String, question: String) -> impl IntoView {
    let t = use_texts();
    let place = StoredValue::new((survey, question));
    let now: Memo<Question> = Memo::new(move |_| {
        place.with_value(|(survey, question)| {
            sheets.list.with(|list| {
                list.iter()
                    .filter(|rule| rule.id == *survey)
                    .flat_map(|rule| &rule.questions)
                    .find(|found| found.id == *question)
                    .cloned()
                    .unwrap_or_default()
            })
        })
    });
    let edit = move |change: Box<dyn FnOnce(&mut Question)>| {
        place.with_value(|(survey, question)| sheets.edit_question(survey, question, change));
    };
    let kind = Memo::new(move |_| now.with(|question| question.kind));
    let error = Signal::derive(move || {
        let texts = t.get();
        place.with_value(|(survey, question)| {
            sheets
                .defects()
                .into_iter()
                .filter(|defect| defect.survey == *survey && defect.question == *question)
                .map(|defect| packs::defect(texts, &PackProblem::Said(defect.said)))
                .collect::<Vec<_>>()
                .join("；")
        })
    });
    let text = move |english: bool| {
        Signal::derive(move || {
            now.with(|question| {
                let text = &question.text;
                if english { &text.en } else { &text.zh }.clone()
            })
        })
    };
    let put_text = move |english: bool| {
        Callback::new(move |value: String| {
            edit(Box::new(move |question| {
                let text = &mut question.text;
                *if english { &mut text.en } else { &mut text.zh } = value;
            }));
        })
    };
    let kinds = Signal::derive(move || {
        KINDS
            .iter()
            .map(|(_, wire)| ((*wire).to_owned(), t.get().value("answer_kind", wire)))
            .collect::<Vec<_>>()
    });
    let kind_name = Signal::derive(move || {
        KINDS
            .iter()
            .find(|(known, _)| *known == kind.get())
            .map_or_else(String::new, |(_, wire)| (*wire).to_owned())
    });
    let put_kind = Callback::new(move |wire: String| {
        let Some((chosen, _)) = KINDS.iter().find(|(_, known)| *known == wire) else {
            return;
        };
        let chosen = *chosen;
        edit(Box::new(move |question| {
            question.kind = chosen;
            question.max = if chosen == AnswerKind::Score {
                NEW_MAX
            } else {
                0
            };
            question.choices.clear();
        }));
    });
    view! {
        <li class="survey-edit">
            <div class="form">
                <TextField label=move || t.get().surveys.question_zh value=text(false) input=put_text(false) error required=true wide=true />
                <TextField label=move || t.get().surveys.question_en value=text(true) input=put_text(true) required=true wide=true />
                <SelectField label=move || t.get().surveys.answer_kind value=kind_name input=put_kind choices=kinds />
                {move || match kind.get() {
                    AnswerKind::Score => scores(now, Callback::new(move |(highest, weight)| {
                        edit(Box::new(move |question| {
                            question.max = highest;
                            question.weight = weight;
                        }));
                    })),
                    AnswerKind::Choice => choices(now, Callback::new(move |lines: String| {
                        edit(Box::new(move |question| {
                            question.choices = read_choices(&lines, &question.choices);
                        }));
                    })),
                    AnswerKind::YesNo | AnswerKind::Words => ().into_any(),
                }}
                <label class="checkbox">
                    <input
                        type="checkbox"
                        prop:checked=move || now.with(|question| question.optional)
                        on:change:target=move |event| {
                            let on = event.target().checked();
                            edit(Box::new(move |question| question.optional = on));
                        }
                    />
                    <span>{move || t.get().surveys.optional}</span>
                </label>
            </div>
            <Places sheets place />
        </li>
    }
}

/// Highest score and weight.
fn scores(now: Memo<Question>, put: Callback<(u32, u32)>) -> AnyView {
    let t = crate::texts::use_texts();
    let highest = Signal::derive(move || now.with(|question| typed(question.max)));
    let weight = Signal::derive(move || now.with(|question| typed(question.weight)));
    view! {
        <TextField
            label=move || t.get().surveys.highest
            value=highest
            kind=InputKind::Number
            required=true
            input=move |text: String| put.run((figure(&text), now.with_untracked(|q| q.weight)))
        />
        <TextField
            label=move || t.get().surveys.weight
            value=weight
            kind=InputKind::Number
            hint=move || t.get().surveys.weight_hint
            input=move |text: String| put.run((now.with_untracked(|q| q.max), figure(&text)))
        />
    }
    .into_any()
}

/// The choices as lines; what is typed stays as it is typed.
fn choices(now: Memo<Question>, put: Callback<String>) -> AnyView {
    let t = crate::texts::use_texts();
    let lines = RwSignal::new(now.with_untracked(|question| choice_lines(&question.choices)));
    view! {
        <AreaField
            label=move || t.get().surveys.choices
            hint=move || t.get().surveys.choices_hint
            value=lines
            required=true
            input=move |text: String| {
                lines.set(text.clone());
                put.run(text);
            }
        />
    }
    .into_any()
}

/// Moves the question up or down, or takes it out.
#[component]
fn Places(sheets: Sheets, place: StoredValue<(String, String)>) -> impl IntoView {
    let t = use_texts();
    let at = Memo::new(move |_| {
        place.with_value(|(survey, question)| {
            sheets.list.with(|list| {
                let rule = list.iter().find(|rule| rule.id == *survey);
                let questions = rule.map_or(&[][..], |rule| &rule.questions);
                let at = questions.iter().position(|found| found.id == *question);
                (at.unwrap_or_default(), questions.len())
            })
        })
    });
    let swap = move |by_one: usize| {
        place.with_value(|(survey, _)| {
            sheets.edit_survey(survey, |rule| {
                if by_one + 1 < rule.questions.len() {
                    rule.questions.swap(by_one, by_one + 1);
                }
            });
        });
    };
    let remove = move |_| {
        place.with_value(|(survey, question)| {
            sheets.edit_survey(survey, |rule| {
                rule.questions.retain(|found| found.id != *question);
            });
        });
    };
    view! {
        <div class="survey-places">
            <button
                type="button"
                class="icon-button"
                aria-label=move || t.get().surveys.move_up
                title=move || t.get().surveys.move_up
                disabled=move || at.get().0 == 0
                on:click=move |_| swap(at.get_untracked().0.saturating_sub(1))
            >
                <Icon glyph=Glyph::Up />
            </button>
            <button
                type="button"
                class="icon-button"
                aria-label=move || t.get().surveys.move_down
                title=move || t.get().surveys.move_down
                disabled=move || { at.get().0 + 1 >= at.get().1 }
                on:click=move |_| swap(at.get_untracked().0)
            >
                <Icon glyph=Glyph::Down />
            </button>
            <button
                type="button"
                class="icon-button"
                aria-label=move || t.get().surveys.remove_question
                title=move || t.get().surveys.remove_question
                on:click=remove
            >
                <Icon glyph=Glyph::Close />
            </button>
        </div>
    }
}
