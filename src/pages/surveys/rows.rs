//! Answers as lines: of a round and of a customer.

use huiyin_api::SurveyRow;
use leptos::prelude::*;

use crate::{
    pages::shared::CheckBadge,
    shell::{base::use_base, branches::use_branches, intl, policy::words},
    texts::use_texts,
};

/// Answers one below the other, each a link to what was said. `with_survey` names the questionnaire instead of the customer.
#[component]
pub fn AnswerLines(
    #[prop(into)] rows: Signal<Vec<SurveyRow>>,
    #[prop(optional)] with_survey: bool,
) -> impl IntoView {
    view! {
        <ul class="lines">
            <For
                each=move || rows.get()
                key=|row| (row.id.clone(), row.updated, row.customer.clone())
                children=move |row| view! { <AnswerLine row with_survey /> }
            />
        </ul>
    }
}

#[component]
fn AnswerLine(row: SurveyRow, with_survey: bool) -> impl IntoView {
    let t = use_texts();
    let base = use_base();
    let branches = use_branches();
    let href = base.href(&format!("/surveys/answers/{}", row.id));
    let to_check = row.conflicts > 0;
    let row = StoredValue::new(row);
    let title = move || {
        let texts = t.get();
        row.with_value(|row| {
            if with_survey {
                words(texts.language, &row.text)
            } else if row.customer.is_empty() {
                texts.surveys.anonymous.to_owned()
            } else {
                row.customer.clone()
            }
        })
    };
    let detail = move || {
        let texts = t.get();
        row.with_value(|row| {
            [
                row.period.clone(),
                intl::date(texts.language, row.created),
                branches.name(&row.branch),
                row.number.clone(),
            ]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
        })
    };
    view! {
        <li class="line">
            <a href=href class="line-main">
                <span class="line-title cut">{title}</span>
                <span class="muted num cut">{detail}</span>
            </a>
            <span class="line-marks">{to_check.then(|| view! { <CheckBadge /> })}</span>
        </li>
    }
}
