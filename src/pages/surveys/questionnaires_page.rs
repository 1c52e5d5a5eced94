//! The company's questionnaires: edited, shown as the customer sees them, published as a version.

use huiyin_api::{Problem, Request, SurveysView};
use huiyin_core::pack::care_rules::SurveyRule;
use leptos::{prelude::*, task::spawn_local};

use super::{
    preview::Preview,
    question_editor::QuestionEditor,
    sheet_head::SheetHead,
    sheets::{Sheets, new_question, title_of},
};
use crate::{
    shell::{ask, engine::use_engine, live::live, notices::use_toaster, title::set_title},
    texts::use_texts,
    ui::{
        Button, EmptyState, ErrorState, Glyph, Icon, LinkButton, Look, PageHead, Skeleton, Tab,
        Tabs,
    },
};

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
                <SheetHead sheets read now />
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
