//! The head of a questionnaire being edited: title, period, target, who writes and approves the report.

use huiyin_api::SurveysView;
use huiyin_core::{
    pack::{care_rules::SurveyRule, file_rules::Every},
    staff::Role,
};
use leptos::prelude::*;

use super::sheets::{Sheets, figure, typed};
use crate::{
    pages::settings::PackProblem,
    shell::policy::words,
    texts::{packs, use_texts},
    ui::{InputKind, SelectField, TextField},
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

/// Title, period, target, who writes and approves the report.
#[component]
pub fn SheetHead(
    sheets: Sheets,
    read: Signal<SurveysView>,
    now: Memo<SurveyRule>,
) -> impl IntoView {
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
