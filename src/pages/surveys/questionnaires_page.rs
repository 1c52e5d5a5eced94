//! The company's questionnaires: edited, shown as the customer sees them, published as a version.

use std::collections::BTreeMap;

use huiyin_api::{Problem, Request, SurveysView};
use huiyin_core::{
    pack::{care_rules::SurveyRule, file_rules::Every},
    staff::Role,
};
use leptos::{prelude::*, task::spawn_local};

use super::{
    question::{Asking, QuestionInput},
    question_editor::QuestionEditor,
    sheets::{Sheets, figure, new_question, title_of, typed},
};
use crate::{
    pages::settings::PackProblem,
    shell::{
        ask, engine::use_engine, live::live, notices::use_toaster, policy::words, title::set_title,
    },
    texts::{packs, use_texts},
    ui::{
        Button, EmptyState, ErrorState, Glyph, Icon, InputKind, LinkButton, Look, PageHead,
        SelectField, Skeleton, Tab, Tabs, TextField,
    },
};

/// Periods with their wire names.
const PERIODS: [(Every, &str); 5] = [
    (Every::Week, "week"),
    (Every::Month, "month"),
    (Every::Quarter, "quarter"),
    (Every::HalfYear, "half_year"),
    (Every::Year, "year"),
];

type Choices = Signal<Vec<(String, String)>>;

/// The screen of the questionnaires.
#[component]
pub fn QuestionnairesPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().surveys.questionnaires);
    let found = live(|| Some(Request::Surveys), ask::surveys);
    let here = Memo::new(move |_| found.value.with(Option::is_some));
    let read: Signal<SurveysView> = Signal::derive(move || found.value.get().unwrap_or_default());
    view! {
        <PageHead
            title=move || t.get().surveys.questionnaires
            subtitle=move || t.get().surveys.questionnaires_text
        >
            <LinkButton to="/surveys" icon=Glyph::Back>
                {move || t.get().surveys.title}
            </LinkButton>
        </PageHead>
        <div class="desk">
            <ErrorState problem=found.problem retry=move || found.ask_again() />
            {move || {
                if here.get() {
                    view! { <Editor read /> }.into_any()
                } else if found.problem.with(Option::is_none) {
                    view! { <Skeleton lines=8 /> }.into_any()
                } else {
                    ().into_any()
                }
            }}
        </div>
    }
}

#[component]
fn Editor(read: Signal<SurveysView>) -> impl IntoView {
    let t = use_texts();
    let sheets = Sheets::open(read);
    let wanted = RwSignal::new(String::new());
    // The one chosen, else the first.
    let chosen = Memo::new(move |_| {
        sheets.list.with(|list| {
            let known = list
                .iter()
                .find(|rule| wanted.with(|wanted| rule.id == *wanted));
            known
                .or(list.first())
                .map(|rule| rule.id.clone())
                .unwrap_or_default()
        })
    });
    let read_only = Memo::new(move |_| read.with(|view| !view.may_edit || view.missing));
    let tabs = Signal::derive(move || {
        let texts = t.get();
        let defects = sheets.defects();
        sheets.list.with(|list| {
            list.iter()
                .map(|rule| Tab {
                    value: rule.id.clone(),
                    name: title_of(texts.language, rule, texts.surveys.untitled),
                    count: None,
                    urgent: defects.iter().any(|defect| defect.survey == rule.id),
                })
                .collect::<Vec<_>>()
        })
    });
    let note = move || {
        let s = &t.get().surveys;
        if read.with(|view| view.missing) {
            Some(s.missing)
        } else if read.with(|view| !view.may_edit) {
            Some(s.read_only)
        } else if sheets.outdated() {
            Some(s.outdated)
        } else {
            None
        }
    };
    let any = Memo::new(move |_| sheets.list.with(|list| !list.is_empty()));
    view! {
        {move || {
            note().map(|words| {
                view! {
                    <p class="notice">
                        <Icon glyph=Glyph::Warning />
                        <span>{words}</span>
                    </p>
                }
            })
        }}
        <section class="card" aria-label=move || t.get().surveys.questionnaires>
            <div class="card-head">
                <Tabs
                    label=move || t.get().surveys.questionnaires
                    tabs
                    chosen=Signal::derive(move || chosen.get())
                    choose=move |id: String| wanted.set(id)
                />
                <Show when=move || !read_only.get()>
                    <Button icon=Glyph::Plus press=move || wanted.set(sheets.add())>
                        {move || t.get().surveys.new_questionnaire}
                    </Button>
                </Show>
            </div>
            {move || {
                if any.get() {
                    let generation = sheets.generation.get();
                    let id = chosen.get();
                    view! { <Questionnaire sheets read id generation read_only /> }.into_any()
                } else {
                    view! {
                        <EmptyState
                            glyph=Glyph::Note
                            title=move || t.get().surveys.none
                            text=move || t.get().surveys.none_text
                        />
                    }
                        .into_any()
                }
            }}
        </section>
        <Show when=move || !read_only.get()>
            <PublishBar sheets />
        </Show>
    }
}

/// One questionnaire with its preview. Made anew when another is chosen or the changes are given up.
#[component]
fn Questionnaire(
    sheets: Sheets,
    read: Signal<SurveysView>,
    id: String,
    generation: u32,
    read_only: Memo<bool>,
) -> impl IntoView {
    let t = use_texts();
    let id = StoredValue::new(id);
    let now: Memo<SurveyRule> = Memo::new(move |_| {
        id.with_value(|id| {
            sheets.list.with(|list| {
                list.iter()
                    .find(|rule| rule.id == *id)
                    .cloned()
                    .unwrap_or_default()
            })
        })
    });
    let add = move || {
        id.with_value(|id| {
            sheets.edit_survey(id, |rule| {
                let question = new_question(&rule.questions);
                rule.questions.push(question);
            });
        });
    };
    let remove = move || {
        id.with_value(|id| sheets.edit(|list| list.retain(|rule| rule.id != *id)));
    };
    view! {
        <div class="survey-editor" data-generation=generation.to_string()>
            <fieldset class="card-body survey-fields" disabled=move || read_only.get()>
                <Head sheets read now />
                <h3>{move || t.get().surveys.questions}</h3>
                <p class="muted">{move || t.get().surveys.kept_note}</p>
                <ol class="survey-edits">
                    <For
                        each=move || now.with(|rule| {
                            rule.questions.iter().map(|question| question.id.clone()).collect::<Vec<_>>()
                        })
                        key=Clone::clone
                        let:question
                    >
                        <QuestionEditor sheets survey=id.get_value() question />
                    </For>
                </ol>
                <div class="actions">
                    <Button icon=Glyph::Plus press=add>
                        {move || t.get().surveys.add_question}
                    </Button>
                    <Button look=Look::Quiet press=remove>
                        {move || t.get().surveys.remove_questionnaire}
                    </Button>
                </div>
            </fieldset>
            <Preview rule=now />
        </div>
    }
}

/// Title, period, target, who writes and approves the report.
#[component]
fn Head(sheets: Sheets, read: Signal<SurveysView>, now: Memo<SurveyRule>) -> impl IntoView {
    let t = use_texts();
    let edit = move |change: Box<dyn FnOnce(&mut SurveyRule)>| {
        let id = now.with_untracked(|rule| rule.id.clone());
        sheets.edit_survey(&id, change);
    };
    let error = Signal::derive(move || {
        let texts = t.get();
        now.with(|rule| {
            sheets
                .defects()
                .into_iter()
                .filter(|defect| defect.survey == rule.id && defect.question.is_empty())
                .map(|defect| packs::defect(texts, &PackProblem::Said(defect.said)))
                .collect::<Vec<_>>()
                .join("；")
        })
    });
    let periods: Choices = Signal::derive(move || {
        PERIODS
            .iter()
            .map(|(_, wire)| ((*wire).to_owned(), t.get().value("every", wire)))
            .collect()
    });
    let period = Signal::derive(move || {
        let every = now.with(|rule| rule.every);
        PERIODS
            .iter()
            .find(|(known, _)| *known == every)
            .map_or_else(String::new, |(_, wire)| (*wire).to_owned())
    });
    let people: Choices = Signal::derive(move || {
        let texts = t.get();
        let mut choices = vec![(String::new(), texts.surveys.nobody.to_owned())];
        choices.extend(
            Role::ALL
                .iter()
                .map(|role| (role.name().to_owned(), texts.role(role.name()))),
        );
        read.with(|view| {
            choices.extend(
                view.posts
                    .iter()
                    .map(|post| (post.id.clone(), words(texts.language, &post.text))),
            );
        });
        choices
    });
    view! {
        <div class="form">
            <TextField
                label=move || t.get().surveys.title_zh
                value=Signal::derive(move || now.with(|rule| rule.text.zh.clone()))
                input=move |text: String| edit(Box::new(move |rule| rule.text.zh = text))
                error
                required=true
            />
            <TextField
                label=move || t.get().surveys.title_en
                value=Signal::derive(move || now.with(|rule| rule.text.en.clone()))
                input=move |text: String| edit(Box::new(move |rule| rule.text.en = text))
                required=true
            />
            <SelectField
                label=move || t.get().surveys.every
                value=period
                choices=periods
                input=move |wire: String| {
                    if let Some((every, _)) = PERIODS.iter().find(|(_, known)| *known == wire) {
                        let every = *every;
                        edit(Box::new(move |rule| rule.every = every));
                    }
                }
            />
            <TextField
                label=move || t.get().surveys.target
                value=Signal::derive(move || now.with(|rule| typed(rule.target_percent)))
                kind=InputKind::Number
                hint=move || t.get().surveys.target_hint
                input=move |text: String| {
                    let percent = figure(&text);
                    edit(Box::new(move |rule| {
                        rule.target_percent = percent;
                        rule.corrective = rule.corrective && percent > 0;
                    }));
                }
            />
            <SelectField
                label=move || t.get().surveys.report_by
                value=Signal::derive(move || now.with(|rule| rule.report_by.clone()))
                choices=people
                input=move |wire: String| edit(Box::new(move |rule| rule.report_by = wire))
            />
            <SelectField
                label=move || t.get().surveys.approved_by
                value=Signal::derive(move || now.with(|rule| rule.approved_by.clone()))
                choices=people
                input=move |wire: String| edit(Box::new(move |rule| rule.approved_by = wire))
            />
            <label class="checkbox wide">
                <input
                    type="checkbox"
                    disabled=move || now.with(|rule| rule.target_percent == 0)
                    prop:checked=move || now.with(|rule| rule.corrective)
                    on:change:target=move |event| {
                        let on = event.target().checked();
                        edit(Box::new(move |rule| rule.corrective = on));
                    }
                />
                <span>{move || t.get().surveys.corrective}</span>
            </label>
        </div>
    }
}

/// The questionnaire as the customer sees it; it can be tried, nothing is stored.
#[component]
fn Preview(rule: Memo<SurveyRule>) -> impl IntoView {
    let t = use_texts();
    let language = Signal::derive(move || t.language());
    let answers = RwSignal::new(BTreeMap::<String, String>::new());
    let title = move || {
        let texts = t.get();
        rule.with(|rule| title_of(texts.language, rule, texts.surveys.untitled))
    };
    view! {
        <aside class="survey-preview" aria-label=move || t.get().surveys.preview>
            <p class="muted">{move || t.get().surveys.preview}</p>
            <h3>{title}</h3>
            <For
                each=move || rule.with(|rule| rule.questions.clone())
                key=|question| serde_json::to_string(question).unwrap_or_default()
                children=move |question| {
                    let (id, put) = (question.id.clone(), question.id.clone());
                    let value = Signal::derive(move || {
                        answers.with(|answers| answers.get(&id).cloned().unwrap_or_default())
                    });
                    let input = Callback::new(move |answer: String| {
                        answers.update(|answers| {
                            answers.insert(put.clone(), answer);
                        });
                    });
                    view! { <QuestionInput question language value input asking=Asking::Pressed /> }
                }
            />
        </aside>
    }
}

#[component]
fn PublishBar(sheets: Sheets) -> impl IntoView {
    let t = use_texts();
    let engine = use_engine();
    let toaster = use_toaster();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let defects = Memo::new(move |_| sheets.defects().len());
    let changed = Memo::new(move |_| sheets.changed());
    let ready = Signal::derive(move || changed.get() && defects.get() == 0 && !sheets.outdated());
    let publish = move || {
        busy.set(true);
        problem.set(None);
        let request = Request::SaveQuestionnaires {
            surveys: sheets.list.get_untracked(),
            based_on: untrack(|| sheets.based_on()),
        };
        spawn_local(async move {
            let result = engine.save(request).await;
            busy.try_set(false);
            match result {
                Ok(_) => {
                    sheets.forget();
                    toaster.good(t.now().surveys.published);
                }
                Err(found) => {
                    problem.try_set(Some(found));
                }
            }
        });
    };
    let state = move || {
        let s = &t.get().surveys;
        if !changed.get() {
            s.unchanged.to_owned()
        } else if defects.get() > 0 {
            (s.defects)(defects.get())
        } else if sheets.outdated() {
            s.outdated.to_owned()
        } else {
            s.ready.to_owned()
        }
    };
    view! {
        <ErrorState problem />
        <div class="run-bar" class:idle=move || !changed.get()>
            <span class="muted" role="status">
                {state}
            </span>
            <span class="spacer"></span>
            <Show when=move || changed.get()>
                <Button look=Look::Quiet press=move || sheets.forget()>
                    {move || t.get().common.discard_draft}
                </Button>
            </Show>
            <Button
                look=Look::Primary
                busy
                disabled=Signal::derive(move || !ready.get())
                press=publish
            >
                {move || t.get().surveys.publish}
            </Button>
        </div>
    }
}
