//! Filling in a questionnaire: `/surveys/new?survey=…&customer=…`. On the telephone with the keyboard alone, question by question
//! with Enter; or handed to the customer on the tablet.

use std::collections::BTreeMap;

use huiyin_api::{Request, SurveyQuery, SurveysView};
use huiyin_core::{contact_field::SURVEY_WAYS, pack::care_rules::SurveyRule};
use leptos::{ev, prelude::*};
use leptos_router::hooks::use_query_map;

use super::{
    answering::{Answering, check, saver},
    question_lines::QuestionLines,
    sheets::title_of,
    tablet::Tablet,
};
use crate::{
    pages::shared::{CUSTOMER, CustomerPick, DraftNotice, RecordForm},
    shell::{
        ask,
        base::use_base,
        go::use_go,
        intl,
        keys::{Command, on_command},
        live::live,
        title::set_title,
    },
    texts::use_texts,
    ui::{
        AreaField, Button, EmptyState, ErrorState, Glyph, Icon, InputKind, LinkButton, Look,
        PageHead, SelectField, Skeleton, TextField,
    },
};

/// Field that says by which way it was answered.
const WAY: &str = "way";
const ANSWERED_ON: &str = "answered_on";
const ANSWERED_BY: &str = "answered_by";
const COMMENT: &str = "comment";

/// The screen that fills in a questionnaire.
#[component]
pub fn NewAnswerPage() -> impl IntoView {
    let t = use_texts();
    set_title(move || t.get().surveys.new_answer);
    let query = use_query_map();
    let given = move |name: &str| query.with(|query| query.get(name).unwrap_or_default());
    let customer = Memo::new(move |_| given("customer"));
    let chosen = RwSignal::new(String::new());
    let asked = Memo::new(move |_| given("survey"));
    let found = live(|| Some(Request::Surveys), ask::surveys);
    let read: Signal<SurveysView> = Signal::derive(move || found.value.get().unwrap_or_default());
    let here = Memo::new(move |_| found.value.with(Option::is_some));
    let shown = Memo::new(move |_| {
        let wanted = [chosen.get(), asked.get()];
        read.with(|view| {
            let known = |id: &String| view.questionnaires.iter().find(|rule| rule.id == *id);
            let rule = wanted
                .iter()
                .find_map(known)
                .or(view.questionnaires.first());
            rule.map(|rule| rule.id.clone()).unwrap_or_default()
        })
    });
    let choices = Signal::derive(move || {
        let texts = t.get();
        read.with(|view| {
            view.questionnaires
                .iter()
                .map(|rule| {
                    let name = title_of(texts.language, rule, texts.surveys.untitled);
                    (rule.id.clone(), name)
                })
                .collect::<Vec<_>>()
        })
    });
    let several = Memo::new(move |_| choices.with(|choices| choices.len() > 1));
    view! {
        <PageHead title=move || t.get().surveys.new_answer subtitle=move || t.get().surveys.new_subtitle>
            <LinkButton to="/surveys" icon=Glyph::Back>
                {move || t.get().surveys.title}
            </LinkButton>
        </PageHead>
        <ErrorState problem=found.problem retry=move || found.ask_again() />
        <Show when=move || several.get()>
            <section class="card card-body">
                <SelectField
                    label=move || t.get().field("survey")
                    value=Signal::derive(move || shown.get())
                    input=move |id: String| chosen.set(id)
                    choices
                />
            </section>
        </Show>
        {move || {
            let survey = shown.get();
            if !survey.is_empty() {
                // The questions begun with stay, also if another version comes into force meanwhile.
                let view = read.get_untracked();
                let rule = view.questionnaires.into_iter().find(|rule| rule.id == survey);
                let rule = rule.unwrap_or_default();
                view! { <AnswerForm rule reference=view.reference customer=customer.get() /> }.into_any()
            } else if here.get() {
                view! {
                    <section class="card">
                        <EmptyState
                            glyph=Glyph::Note
                            title=move || t.get().surveys.none
                            text=move || t.get().surveys.none_text
                        >
                            <LinkButton to="/surveys/questionnaires" look=Look::Primary>
                                {move || t.get().surveys.questionnaires}
                            </LinkButton>
                        </EmptyState>
                    </section>
                }
                    .into_any()
            } else if found.problem.with(Option::is_none) {
                view! { <Skeleton lines=8 /> }.into_any()
            } else {
                ().into_any()
            }
        }}
    }
}

#[component]
fn AnswerForm(rule: SurveyRule, reference: String, customer: String) -> impl IntoView {
    let t = use_texts();
    let go = use_go();
    let form = RecordForm::open(format!("survey:{}:{customer}", rule.id), check);
    let draft = form.draft;
    let back = if customer.is_empty() {
        "/surveys".to_owned()
    } else {
        format!("/customers/{customer}")
    };
    let survey = rule.id.clone();
    let rule = StoredValue::new(rule);
    let answering = Answering {
        form,
        rule,
        reference: StoredValue::new(reference),
    };
    let preset = move || {
        if !customer.is_empty() {
            draft.preset(CUSTOMER, customer.clone());
        }
        draft.preset(WAY, SURVEY_WAYS[0].to_owned());
        draft.preset(ANSWERED_ON, intl::iso_today());
    };
    preset();
    let again = StoredValue::new(preset);
    let empty = Callback::new(move |()| {
        draft.forget();
        draft.values.set(BTreeMap::new());
        form.errors.set(BTreeMap::new());
        again.with_value(|preset| preset());
    });
    let tablet = RwSignal::new(false);
    let to = StoredValue::new(back.clone());
    let save = saver(
        answering,
        Callback::new(move |()| {
            draft.forget();
            go.to(&to.get_value());
        }),
    );
    on_command(move |command| {
        match command {
            Command::Save if !tablet.get_untracked() => save.run(()),
            Command::Back if !tablet.get_untracked() => go.to(&to.get_value()),
            _ => return false,
        }
        true
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        save.run(());
    };
    view! {
        <DraftNotice draft discard=empty />
        <div class="notice plain">
            <Icon glyph=Glyph::Person />
            <span>{move || t.get().surveys.hand_over_hint}</span>
            <Button press=move || tablet.set(true)>{move || t.get().surveys.hand_over}</Button>
        </div>
        <ErrorState problem=form.problem />
        <form class="card record-form" novalidate on:submit=submit>
            <div class="form">
                <CustomerPick form hint=move || t.get().surveys.customer_hint />
                <AnsweredBefore draft survey />
                <About answering />
            </div>
            <QuestionLines answering hint=move || t.get().surveys.keys_hint />
            <div class="form">
                <AreaField
                    label=move || t.get().field(COMMENT)
                    value=Signal::derive(move || draft.get(COMMENT))
                    input=move |value: String| draft.put(COMMENT, value)
                />
            </div>
            <footer class="form-foot">
                <LinkButton to=back look=Look::Quiet>
                    {move || t.get().common.cancel}
                </LinkButton>
                <Button look=Look::Primary submit=true busy=form.busy>
                    {move || t.get().common.save}
                </Button>
            </footer>
        </form>
        <Tablet open=tablet answering empty />
    }
}

/// Day, way and who answered.
#[component]
fn About(answering: Answering) -> impl IntoView {
    let t = use_texts();
    let form = answering.form;
    let draft = form.draft;
    let ways = Signal::derive(move || {
        SURVEY_WAYS
            .iter()
            .map(|wire| ((*wire).to_owned(), t.get().value("survey_way", wire)))
            .collect::<Vec<_>>()
    });
    let error = move |name: &'static str| {
        Signal::derive(move || {
            form.errors
                .with(|errors| errors.get(name).cloned().unwrap_or_default())
        })
    };
    let value =
        move |name: &'static str| -> Signal<String> { Memo::new(move |_| draft.get(name)).into() };
    view! {
        <TextField
            label=move || t.get().field(ANSWERED_BY)
            value=value(ANSWERED_BY)
            error=error(ANSWERED_BY)
            input=move |text: String| draft.put(ANSWERED_BY, text)
        />
        <TextField
            label=move || t.get().field(ANSWERED_ON)
            value=value(ANSWERED_ON)
            error=error(ANSWERED_ON)
            kind=InputKind::Date
            input=move |text: String| draft.put(ANSWERED_ON, text)
        />
        <SelectField
            label=move || t.get().field(WAY)
            value=value(WAY)
            input=move |wire: String| draft.put(WAY, wire)
            choices=ways
        />
    }
}

/// Says that the customer has answered this questionnaire before.
#[component]
fn AnsweredBefore(draft: crate::shell::drafts::Draft, survey: String) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let customer = Memo::new(move |_| draft.get(CUSTOMER));
    let found = live(
        move || {
            let customer = customer.get();
            (!customer.is_empty()).then(|| {
                Request::SurveyAnswers(SurveyQuery {
                    survey: survey.clone(),
                    customer,
                    limit: 1,
                    ..SurveyQuery::default()
                })
            })
        },
        ask::survey_answers,
    );
    move || {
        if customer.with(String::is_empty) {
            return None;
        }
        let row = found.value.with(|page| {
            let row = page.as_ref()?.rows.first()?;
            (row.customer_id == customer.get_untracked()).then(|| row.clone())
        })?;
        let texts = t.get();
        let when = intl::date_time(texts.language, row.created);
        Some(view! {
            <p class="notice plain wide">
                <Icon glyph=Glyph::Note />
                <span>
                    {(texts.surveys.answered_before)(&row.period, &when)}
                    " "
                    <a href=base.href(&format!("/surveys/answers/{}", row.id))>
                        {texts.surveys.see_answer}
                    </a>
                </span>
            </p>
        })
    }
}
