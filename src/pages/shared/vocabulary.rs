//! The words of the pack a case began under: what its own fields, remedies, causes and clocks are called.

use std::collections::BTreeMap;

use huiyin_api::{CaseDesk, FieldView, FileView};
use huiyin_core::{case_data as data, file::data as file, pack::Text};

use super::shown_value;
use crate::{
    shell::{
        intl,
        policy::{self, Policy},
    },
    texts::Texts,
};

/// Data of events that nobody reads: ids of other events and records.
const HIDDEN: &[&str] = &[
    data::OF,
    data::ACTION,
    data::CONTINUATION,
    data::ORIGINAL,
    data::TEMPLATE,
    data::BULK,
    data::BULK_UNDONE,
    file::LEAD,
    file::INVITATION,
    file::DISPUTED,
    file::RULED,
    file::BROUGHT,
];

/// Names of fields and values by the pack of a case. Empty without one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vocabulary {
    fields: BTreeMap<String, Text>,
    values: BTreeMap<String, BTreeMap<String, Text>>,
}

impl Vocabulary {
    /// Returns the words that come with a case.
    pub fn of(desk: &CaseDesk) -> Self {
        let mut words = Self::default();
        for extra in desk.step_fields.values().flatten() {
            words.fields.insert(extra.id.clone(), extra.title.clone());
            for (id, text) in &extra.choices {
                words.name(&extra.id, id, text);
            }
        }
        let pairs = [
            (data::REMEDY, &desk.remedies),
            (data::CRITERIA, &desk.major),
            (data::CLAUSE, &desk.clauses),
            ("department", &desk.departments),
        ];
        for (field, list) in pairs {
            for (id, text) in list {
                words.name(field, id, text);
            }
        }
        for (id, text, _) in &desk.causes {
            words.name(data::CAUSE_ID, id, text);
        }
        for clock in &desk.clocks {
            words.name(data::CLOCK, &clock.name, &clock.title);
        }
        words
    }

    /// Returns the words that come with a customer's file.
    pub fn of_file(view: &FileView) -> Self {
        let mut words = Self::default();
        let mut name = |field: &str, id: &str, text: &Text| words.name(field, id, text);
        for list in &view.lists {
            for paper in &list.papers {
                for field in [file::PAPER, file::PAPERS, file::MISSING] {
                    name(field, &paper.id, &paper.text);
                }
            }
            for leg in &list.legs {
                name(file::LEG, &leg.id, &leg.text);
            }
        }
        for scan in &view.attachments {
            let known = Text {
                zh: scan.name.clone(),
                en: scan.name.clone(),
            };
            name(file::SCAN, &scan.hash, &known);
        }
        for stage in &view.stages {
            name(file::STAGE, &stage.id, &stage.text);
            for (id, text) in &stage.reasons {
                name(file::REASON_ID, id, text);
            }
        }
        words
    }

    /// Names a value of a field. Where several steps ask for a field of one id, all their choices are named.
    fn name(&mut self, field: &str, id: &str, text: &Text) {
        let values = self.values.entry(field.to_owned()).or_default();
        values.insert(id.to_owned(), text.clone());
    }

    /// Returns whether a datum says nothing to a person.
    pub fn hides(name: &str) -> bool {
        HIDDEN.contains(&name)
    }

    /// Returns what a field is called.
    pub fn field(&self, texts: &Texts, name: &str) -> String {
        let own = self
            .fields
            .get(name)
            .map(|text| policy::words(texts.language, text))
            .unwrap_or_default();
        if own.is_empty() {
            texts.field(name)
        } else {
            own
        }
    }

    /// Returns a value in words.
    pub fn value(&self, texts: &Texts, policy: Policy, field: &FieldView) -> String {
        match field.name.as_str() {
            "amount" => field.value.parse().map_or_else(
                |_| field.value.clone(),
                |cents| intl::amount(texts.language, cents),
            ),
            "imported_state" => field.value.clone(),
            data::LIMIT | data::DUE | file::DAY => intl::short_day(texts.language, &field.value),
            data::OLD_DUE | data::NEW_DUE => intl::shown_time(texts.language, &field.value),
            data::AS_ROLE | file::TOLD => policy.role(texts, &field.value),
            file::SCORES | file::LINE_SCORES => policy.sheet(texts, &field.value),
            file::PROVISIONAL => crate::texts::file::of(texts.language).yes.to_owned(),
            name @ (data::CRITERIA | file::PAPERS | file::MISSING) => field
                .value
                .split(',')
                .map(|id| self.choice(texts, policy, name, id))
                .collect::<Vec<_>>()
                .join(texts.desk.list_comma),
            name => self.choice(texts, policy, name, &field.value),
        }
    }

    /// Returns what the pack calls a value of a field.
    fn own(&self, field: &str, wire: &str) -> Option<&Text> {
        self.values.get(field)?.get(wire)
    }

    fn choice(&self, texts: &Texts, policy: Policy, field: &str, wire: &str) -> String {
        let own = self
            .own(field, wire)
            .map(|text| policy::words(texts.language, text));
        let field = if field == file::STAGE {
            "life_cycle"
        } else {
            field
        };
        own.filter(|name| !name.is_empty())
            .unwrap_or_else(|| shown_value(texts, policy, field, wire))
    }
}

#[cfg(test)]
mod tests {
    use huiyin_api::{ExtraField, Language};

    use super::*;

    #[test]
    fn the_packs_own_fields_and_their_choices_bear_the_packs_names() {
        let extra = ExtraField {
            id: "sample".into(),
            title: Text {
                zh: "样品编号".into(),
                en: "Sample".into(),
            },
            choices: vec![(
                "kept".to_owned(),
                Text {
                    zh: "已留样".into(),
                    en: "Kept".into(),
                },
            )],
            ..ExtraField::default()
        };
        let desk = CaseDesk {
            step_fields: [("investigated".to_owned(), vec![extra])].into(),
            ..CaseDesk::default()
        };
        let words = Vocabulary::of(&desk);
        let texts = crate::texts::of(Language::English);
        assert_eq!(words.field(texts, "sample"), "Sample");
        assert_eq!(words.field(texts, "conclusion"), "Conclusion");
        let own = words.own("sample", "kept");
        assert_eq!(own.map(|text| text.en.as_str()), Some("Kept"));
        assert_eq!(words.own("conclusion", "kept"), None);
    }

    #[test]
    fn papers_of_a_file_are_named() {
        let named = |zh: &str| Text {
            zh: zh.into(),
            en: "en".into(),
        };
        let paper = |id: &str, zh: &str| huiyin_api::PaperView {
            id: id.into(),
            text: named(zh),
            ..huiyin_api::PaperView::default()
        };
        let view = FileView {
            lists: vec![huiyin_api::PaperListView {
                papers: vec![
                    paper("vehicle/invoice", "购车发票"),
                    paper("vehicle/licence", "行驶证"),
                ],
                ..huiyin_api::PaperListView::default()
            }],
            ..FileView::default()
        };
        let words = Vocabulary::of_file(&view);
        let texts = crate::texts::of(Language::Chinese);
        let said = |field, id| words.own(field, id).map(|text| text.zh.clone());
        assert_eq!(said("papers", "vehicle/licence").as_deref(), Some("行驶证"));
        assert_eq!(
            said("paper", "vehicle/invoice").as_deref(),
            Some("购车发票")
        );
        assert_eq!(words.field(texts, "copies"), "份数");
    }

    #[test]
    fn ids_of_other_events_are_not_shown() {
        assert!(Vocabulary::hides(data::OF));
        assert!(!Vocabulary::hides(data::REMEDY));
    }
}
