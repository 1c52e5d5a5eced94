//! One field of a step, drawn by its name: lists of the pack where it has them, free text elsewhere.

use std::collections::BTreeMap;

use huiyin_api::Language;
use huiyin_core::{
    case::{CHANNELS, SEVERITIES},
    case_data as data,
    contact_field::RESULTS,
    file::data as file_data,
    pack::Text,
};
use leptos::prelude::*;

use super::{
    step_dialog::Taking,
    step_form::{self, Asked},
};
use crate::{
    pages::shared::{CaseFinder, Ticks},
    shell::{
        branches::use_branches,
        drafts::Draft,
        policy::{self, use_policy},
        session::use_session,
    },
    texts::{Texts, use_texts},
    ui::{AreaField, InputKind, SelectField, TextField},
};

/// Highest score of a call-back.
const MAX_SCORE: u8 = huiyin_core::rules::MAX_SCORE;
/// Deepest branch of a tree that is shown as such; also ends trees that run in a ring.
const MAX_DEPTH: usize = 6;

/// A field of a step within the draft of its form.
#[component]
pub fn StepField(
    field: Asked,
    first: bool,
    taking: StoredValue<Taking>,
    draft: Draft,
    errors: RwSignal<BTreeMap<String, String>>,
) -> impl IntoView {
    let t = use_texts();
    let branches = use_branches();
    let policy = use_policy();
    let session = use_session();
    let required = field.required;
    let name = field.name.clone();
    let own = StoredValue::new(field);
    let label = Signal::derive(move || {
        let texts = t.get();
        own.with_value(|field| {
            taking.with_value(|taking| step_form::title(texts, &taking.form.step, field))
        })
    });
    let value: Signal<String> =
        Memo::new(move |_| own.with_value(|field| draft.get(&field.name))).into();
    let error = Signal::derive(move || {
        own.with_value(|field| {
            errors.with(|errors| errors.get(&field.name).cloned().unwrap_or_default())
        })
    });
    let input = Callback::new(move |value: String| {
        own.with_value(|field| {
            if errors.with_untracked(|errors| errors.contains_key(&field.name)) {
                errors.update(|errors| {
                    errors.remove(&field.name);
                });
            }
            draft.put(&field.name, value);
        });
    });
    let line = move |kind: InputKind, offers: Signal<Vec<String>>, hint: Signal<String>| {
        view! { <TextField label value input kind hint error required autofocus=first offers /> }
            .into_any()
    };
    let choice = move |choices: Signal<Vec<(String, String)>>, hint: Signal<String>| {
        view! { <SelectField label value input choices hint error required /> }.into_any()
    };
    let none = Signal::derive(Vec::new);
    let no_hint = Signal::derive(String::new);
    let staff = Signal::derive(move || branches.staff_names());
    let own_choices = Signal::derive(move || {
        let texts = t.get();
        own.with_value(|field| listed(texts, &field.choices))
    });
    if own.with_value(|field| !field.choices.is_empty()) {
        return choice(own_choices, no_hint);
    }
    match name.as_str() {
        "assignee" | data::RESPONSIBLE | data::OWNER | data::TO => {
            line(InputKind::Text, staff, no_hint)
        }
        "department" => {
            let offers = Signal::derive(move || {
                let texts = t.get();
                taking.with_value(|taking| {
                    let names = taking.desk.departments.iter();
                    names
                        .map(|(_, text)| policy::words(texts.language, text))
                        .collect::<Vec<_>>()
                })
            });
            line(InputKind::Text, offers, no_hint)
        }
        "amount" => line(InputKind::Amount, none, no_hint),
        data::LIMIT | data::DUE | file_data::DAY => line(InputKind::Date, none, no_hint),
        file_data::TIME => line(InputKind::Time, none, no_hint),
        file_data::RESULT => choice(
            Signal::derive(move || {
                let texts = t.get();
                let first = (String::new(), texts.common.choose.to_owned());
                let all = RESULTS
                    .iter()
                    .map(|wire| ((*wire).to_owned(), texts.value("result", wire)));
                std::iter::once(first).chain(all).collect::<Vec<_>>()
            }),
            no_hint,
        ),
        "to_branch" => choice(
            Signal::derive(move || {
                let mut others = branches.choices(t.get().common.choose);
                let own = session.with(|status| status.map(|status| status.branch.clone()));
                others.retain(|(code, _)| Some(code) != own.as_ref());
                others
            }),
            no_hint,
        ),
        "satisfied" => choice(
            Signal::derive(move || {
                let c = &t.get().cases;
                yes_no(
                    t.get(),
                    ["true", "false"],
                    [c.satisfied_yes, c.satisfied_no],
                )
            }),
            no_hint,
        ),
        data::GOOD => choice(
            Signal::derive(move || {
                let d = &t.get().desk;
                yes_no(t.get(), ["yes", "no"], [d.found_good, d.found_bad])
            }),
            no_hint,
        ),
        "score" => choice(
            Signal::derive(move || {
                let none = (String::new(), t.get().common.none.to_owned());
                let scores = (0..=MAX_SCORE)
                    .rev()
                    .map(|score| (score.to_string(), score.to_string()));
                std::iter::once(none).chain(scores).collect::<Vec<_>>()
            }),
            no_hint,
        ),
        data::REMEDY => {
            let choices = Signal::derive(move || {
                let texts = t.get();
                taking.with_value(|taking| listed(texts, &taking.desk.remedies))
            });
            let demand = Signal::derive(move || {
                let texts = t.get();
                let demand = taking.with_value(|taking| taking.demand.clone());
                if demand.is_empty() {
                    String::new()
                } else {
                    (texts.desk.demanded)(&texts.value("demand", &demand))
                }
            });
            choice(choices, demand)
        }
        data::CAUSE_ID => choice(
            Signal::derive(move || {
                let texts = t.get();
                let first = (String::new(), texts.common.choose.to_owned());
                let tree = taking.with_value(|taking| tree(texts.language, &taking.desk.causes));
                std::iter::once(first).chain(tree).collect::<Vec<_>>()
            }),
            no_hint,
        ),
        data::SEVERITY => choice(
            Signal::derive(move || {
                let texts = t.get();
                let first = (String::new(), texts.common.choose.to_owned());
                let all = policy.choices(texts, "severity", SEVERITIES);
                std::iter::once(first).chain(all).collect::<Vec<_>>()
            }),
            no_hint,
        ),
        data::CRITERIA => {
            let choices = Signal::derive(move || {
                let texts = t.get();
                taking.with_value(|taking| {
                    let major = taking.desk.major.iter();
                    major
                        .map(|(id, text)| (id.clone(), policy::words(texts.language, text)))
                        .collect::<Vec<_>>()
                })
            });
            let major = Memo::new(move |_| draft.get(data::SEVERITY) == "major");
            (move || {
                major
                    .get()
                    .then(|| view! { <Ticks label value input choices error /> })
            })
            .into_any()
        }
        data::TEMPLATE => view! { <Templates taking draft label /> }.into_any(),
        data::CHANNEL => choice(
            Signal::derive(move || {
                let texts = t.get();
                let first = (String::new(), texts.common.choose.to_owned());
                let all = CHANNELS
                    .iter()
                    .filter(|wire| !wire.starts_with("forwarded"))
                    .map(|wire| ((*wire).to_owned(), texts.value("channel", wire)));
                std::iter::once(first).chain(all).collect::<Vec<_>>()
            }),
            no_hint,
        ),
        data::ACTION_KIND => choice(
            Signal::derive(move || {
                let texts = t.get();
                let d = &texts.desk;
                yes_no(
                    texts,
                    ["corrective", "preventive"],
                    [d.corrective, d.preventive],
                )
            }),
            no_hint,
        ),
        data::ORIGINAL => {
            let without = taking.with_value(|taking| taking.target.first().to_owned());
            view! { <CaseFinder label chosen=value choose=input without=without error required /> }
                .into_any()
        }
        _ => view! { <AreaField label value input error required rows=2 /> }.into_any(),
    }
}

fn yes_no(texts: &Texts, wires: [&str; 2], names: [&str; 2]) -> Vec<(String, String)> {
    let choose = (String::new(), texts.common.choose.to_owned());
    let both = wires
        .into_iter()
        .zip(names)
        .map(|(wire, name)| (wire.to_owned(), name.to_owned()));
    std::iter::once(choose).chain(both).collect()
}

/// Returns value and name of each choice of the pack after an empty one.
fn listed(texts: &Texts, list: &[(String, Text)]) -> Vec<(String, String)> {
    let first = (String::new(), texts.common.choose.to_owned());
    let named = list
        .iter()
        .map(|(id, text)| (id.clone(), policy::words(texts.language, text)));
    std::iter::once(first).chain(named).collect()
}

/// Returns a tree as a list in the order of its branches, deeper ones set in.
fn tree(language: Language, list: &[(String, Text, String)]) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    branch(language, list, "", 0, &mut rows);
    // What hangs on nothing known is not lost.
    for (id, text, _) in list {
        if !rows.iter().any(|(known, _)| known == id) {
            rows.push((id.clone(), policy::words(language, text)));
        }
    }
    rows
}

fn branch(
    language: Language,
    list: &[(String, Text, String)],
    under: &str,
    depth: usize,
    rows: &mut Vec<(String, String)>,
) {
    if depth > MAX_DEPTH {
        return;
    }
    for (id, text, _) in list.iter().filter(|(_, _, above)| above == under) {
        if rows.iter().any(|(known, _)| known == id) {
            continue;
        }
        let indent = "\u{3000}".repeat(depth);
        rows.push((
            id.clone(),
            format!("{indent}{}", policy::words(language, text)),
        ));
        branch(language, list, id, depth + 1, rows);
    }
}

/// A list of texts for answers; the one chosen is put into the answer, where it can be changed.
#[component]
fn Templates(taking: StoredValue<Taking>, draft: Draft, label: Signal<String>) -> impl IntoView {
    let t = use_texts();
    let value: Signal<String> = Memo::new(move |_| draft.get(data::TEMPLATE)).into();
    let choices = Signal::derive(move || {
        let texts = t.get();
        let first = (String::new(), texts.desk.no_template.to_owned());
        let all = taking.with_value(|taking| {
            let templates = taking.desk.templates.iter();
            templates
                .map(|(id, title, _)| (id.clone(), policy::words(texts.language, title)))
                .collect::<Vec<_>>()
        });
        std::iter::once(first).chain(all).collect::<Vec<_>>()
    });
    let input = Callback::new(move |id: String| {
        let texts: Vec<(String, String)> = taking.with_value(|taking| {
            let templates = taking.desk.templates.iter();
            templates
                .map(|(id, _, text)| (id.clone(), policy::words(t.now().language, text)))
                .collect()
        });
        let written = draft.peek("note");
        if let Some(answer) = answer(&texts, &id, &written) {
            draft.put("note", answer);
        }
        draft.put(data::TEMPLATE, id);
    });
    view! { <SelectField label value input choices hint=move || t.get().desk.template_hint /> }
}

/// Returns the answer after a template was chosen: what the person wrote is never lost.
fn answer(templates: &[(String, String)], id: &str, written: &str) -> Option<String> {
    let text = &templates.iter().find(|(own, _)| own == id)?.1;
    let untouched =
        written.trim().is_empty() || templates.iter().any(|(_, other)| other == written);
    Some(if untouched {
        text.clone()
    } else {
        format!("{written}\n\n{text}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(zh: &str) -> Text {
        Text {
            zh: zh.into(),
            en: String::new(),
        }
    }

    #[test]
    fn causes_stand_beneath_what_they_lie_under_and_none_is_lost() {
        let list = [
            ("b".to_owned(), text("包装"), "quality".to_owned()),
            ("quality".to_owned(), text("质量"), String::new()),
            ("ring".to_owned(), text("环"), "ring".to_owned()),
            ("service".to_owned(), text("服务"), String::new()),
        ];
        let shown: Vec<String> = tree(Language::Chinese, &list)
            .into_iter()
            .map(|(_, name)| name)
            .collect();
        assert_eq!(shown, ["质量", "\u{3000}包装", "服务", "环"]);
    }

    #[test]
    fn a_template_replaces_another_template_and_follows_own_words() {
        let templates = [
            ("a".to_owned(), "尊敬的客户".to_owned()),
            ("b".to_owned(), "您好".to_owned()),
        ];
        assert_eq!(answer(&templates, "a", " ").as_deref(), Some("尊敬的客户"));
        assert_eq!(
            answer(&templates, "b", "尊敬的客户").as_deref(),
            Some("您好")
        );
        assert_eq!(
            answer(&templates, "b", "已退款").as_deref(),
            Some("已退款\n\n您好")
        );
        assert_eq!(answer(&templates, "", "已退款"), None);
    }
}
