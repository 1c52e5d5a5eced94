//! What a pack offers for a case: its lists, the further data of steps, papers, and the texts for answers filled in.

use std::collections::BTreeMap;

use huiyin_api::{CaseDesk, ExtraField};
use huiyin_core::case::CaseSummary;
use huiyin_core::pack::{Choice, Pack, Template, Text};
use huiyin_document::Record;

/// What the texts for answers are filled with.
pub(crate) struct Facts {
    name: String,
    number: String,
    subject: String,
    company: String,
    date: String,
    result: String,
}

impl Facts {
    pub fn of(record: &Record, summary: &CaseSummary, company: &str, today: &str) -> Self {
        let own = |name: &str| record.field(name).to_owned();
        let concluded = summary
            .in_force()
            .rev()
            .find_map(|event| event.conclusion.clone());
        Self {
            name: match own("complainant_name") {
                none if none.is_empty() => own("complainant_company"),
                name => name,
            },
            number: record.number.clone(),
            subject: own("subject"),
            company: company.to_owned(),
            date: today.to_owned(),
            result: concluded.unwrap_or_default(),
        }
    }

    fn fill(&self, template: &Template) -> Text {
        let fill = |text: &str| {
            [
                ("{name}", &self.name),
                ("{number}", &self.number),
                ("{subject}", &self.subject),
                ("{company}", &self.company),
                ("{date}", &self.date),
                ("{result}", &self.result),
            ]
            .iter()
            .fold(text.to_owned(), |text, (mark, value)| {
                text.replace(mark, value)
            })
        };
        Text {
            zh: fill(&template.text.zh),
            en: fill(&template.text.en),
        }
    }
}

/// Fills in what the pack offers: names, lists, forms, texts for answers.
pub(crate) fn fill_lists(desk: &mut CaseDesk, pack: &Pack, kind: &str, facts: &Facts) {
    let pairs = |list: &[Choice]| -> Vec<(String, Text)> {
        list.iter()
            .map(|choice| (choice.id.clone(), choice.text.clone()))
            .collect()
    };
    desk.pack_name = pack.name.clone();
    for field in &pack.step_fields {
        if !field.kinds.is_empty() && !field.kinds.iter().any(|of| of == kind) {
            continue;
        }
        desk.step_fields
            .entry(field.step.clone())
            .or_default()
            .push(ExtraField {
                id: field.id.clone(),
                title: field.text.clone(),
                required: field.required,
                choices: pairs(&field.choices),
            });
    }
    let mut clauses: Vec<_> = pack.clauses.iter().collect();
    clauses.sort_by_key(|clause| clause.reward);
    desk.clauses = clauses
        .into_iter()
        .map(|clause| (clause.id.clone(), clause.text.clone()))
        .collect();
    desk.remedies = pairs(&pack.remedies);
    desk.causes = pack
        .causes
        .iter()
        .map(|cause| (cause.id.clone(), cause.text.clone(), cause.under.clone()))
        .collect();
    desk.major = pairs(&pack.major);
    desk.departments = pairs(&pack.departments);
    desk.templates = pack
        .templates
        .iter()
        .map(|template| {
            (
                template.id.clone(),
                template.title.clone(),
                facts.fill(template),
            )
        })
        .collect();
    desk.forms = pack
        .forms
        .iter()
        .map(|form| (form.layout.clone(), form.title.clone()))
        .collect();
    desk.signatures = pack
        .forms
        .iter()
        .map(|form| (form.layout.clone(), form.signatures.clone()))
        .collect::<BTreeMap<_, _>>();
}
