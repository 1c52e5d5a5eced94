//! The fields that only an import knows: which there are in the rows of a list, and how they are compared. No document is opened.

use std::collections::BTreeMap;

use huiyin_api::{
    CUSTOM_PREFIX, Condition, CustomField, CustomForm, FieldView, MAX_CUSTOM_CHOICES,
    MAX_CUSTOM_FIELDS, Operator,
};
use huiyin_core::decimal::parse_decimal;
use huiyin_core::field::parse_typed_date;
use huiyin_core::id::RecordKind;
use huiyin_core::text::fold;
use huiyin_document::RowRef;

use crate::Millis;
use crate::list_filter::Judge;
use crate::replica::Replica;

/// What such a value is compared with.
#[derive(Debug)]
pub(crate) enum CustomTest {
    Empty,
    /// Folded words, and the numbers they are.
    Equal(Vec<(String, Option<i128>)>),
    Within(Vec<String>),
    /// From the first to the last number, both counted.
    Numbers(i128, i128),
    /// From the first to the last day, both counted; `YYYY-MM-DD`, which are ordered as texts.
    Days(String, String),
}

/// What is known of the values of one field.
#[derive(Default)]
struct Look<'a> {
    rows: u32,
    others: bool,
    no_number: bool,
    no_day: bool,
    values: BTreeMap<&'a str, u32>,
}

impl<'a> Look<'a> {
    fn add(&mut self, value: &'a str) {
        self.rows += 1;
        self.no_number = self.no_number || parse_decimal(value).is_none();
        self.no_day = self.no_day || parse_typed_date(value).is_none();
        if let Some(count) = self.values.get_mut(value) {
            *count += 1;
        } else if self.values.len() < MAX_CUSTOM_CHOICES {
            self.values.insert(value, 1);
        } else {
            self.others = true;
        }
    }

    fn field(self, name: &str) -> CustomField {
        let again = self.values.len() as u32 * 2 <= self.rows;
        let form = match self {
            Self { no_day: false, .. } => CustomForm::Day,
            Self {
                no_number: false, ..
            } => CustomForm::Number,
            Self { others: false, .. } if again => CustomForm::Choice,
            _ => CustomForm::Text,
        };
        let mut values = Vec::new();
        if form == CustomForm::Choice {
            let mut counted: Vec<(&str, u32)> = self.values.into_iter().collect();
            counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            values.extend(counted.into_iter().map(|(value, _)| value.to_owned()));
        }
        CustomField {
            name: format!("{CUSTOM_PREFIX}{name}"),
            rows: self.rows,
            form,
            values,
        }
    }
}

impl CustomTest {
    pub fn fits(&self, value: &str) -> bool {
        match self {
            Self::Empty => value.is_empty(),
            Self::Within(words) => {
                let value = fold(value);
                words.iter().any(|word| value.contains(word))
            }
            Self::Equal(words) => {
                let (folded, number) = (fold(value), parse_decimal(value));
                words.iter().any(|(word, as_number)| {
                    *word == folded || (number.is_some() && *as_number == number)
                })
            }
            Self::Numbers(from, to) => {
                parse_decimal(value).is_some_and(|number| (*from..=*to).contains(&number))
            }
            Self::Days(from, to) => parse_typed_date(value).is_some_and(|day| {
                let day = day.to_string();
                *from <= day && day <= *to
            }),
        }
    }
}

/// Returns the fields of a row as it is told.
pub(crate) fn customs(row: RowRef<'_>) -> Vec<FieldView> {
    row.customs()
        .map(|(name, value)| FieldView {
            name: format!("{CUSTOM_PREFIX}{name}"),
            value: value.to_owned(),
        })
        .collect()
}

impl Replica {
    /// Returns a condition on a field that only an import knows, made ready; `name` is without its prefix.
    pub(crate) fn judge_of_custom(&self, name: &str, condition: &Condition, now: Millis) -> Judge {
        use Operator as O;
        /// Before and after every day as a text.
        const ENDS: (&str, &str) = ("", "~");
        let operator = condition.operator;
        let values = || condition.values.iter().map(|value| value.trim());
        let words = || values().map(fold).filter(|word| !word.is_empty());
        let tests: Vec<CustomTest> = match operator {
            O::Empty | O::Filled => vec![CustomTest::Empty],
            O::Contains | O::Lacks => vec![CustomTest::Within(words().collect())],
            O::Is | O::IsNot => vec![CustomTest::Equal(
                words()
                    .map(|word| {
                        let number = parse_decimal(&word);
                        (word, number)
                    })
                    .collect(),
            )],
            O::AtLeast | O::AtMost | O::Above | O::Below => values()
                .filter_map(parse_decimal)
                .map(|number| match operator {
                    O::AtLeast => CustomTest::Numbers(number, i128::MAX),
                    O::AtMost => CustomTest::Numbers(i128::MIN, number),
                    O::Above => CustomTest::Numbers(number + 1, i128::MAX),
                    _ => CustomTest::Numbers(i128::MIN, number - 1),
                })
                .collect(),
            O::On | O::Before | O::Since | O::Until => values()
                .filter_map(|value| self.date_of_filter(value, now))
                .filter_map(|date| {
                    let (day, first, last) = (date.to_string(), ENDS.0, ENDS.1);
                    Some(match operator {
                        O::Since => CustomTest::Days(day, last.to_owned()),
                        O::Until => CustomTest::Days(first.to_owned(), day),
                        O::Before => {
                            CustomTest::Days(first.to_owned(), date.pred_opt()?.to_string())
                        }
                        _ => CustomTest::Days(day.clone(), day),
                    })
                })
                .collect(),
        };
        Judge::Custom {
            name: name.to_owned(),
            not: matches!(operator, O::IsNot | O::Lacks | O::Filled),
            tests,
        }
    }

    /// Returns the fields that only an import knows and some record of a list has, those of most records first; at most
    /// [`MAX_CUSTOM_FIELDS`].
    pub fn custom_fields(&self, kind: RecordKind) -> Vec<CustomField> {
        let mut looks: BTreeMap<&str, Look<'_>> = BTreeMap::new();
        let standing = self.segments.standing();
        for (_, segment) in self.listed(kind) {
            if segment.columns().custom_names().is_empty() {
                continue;
            }
            for row in segment.iter() {
                if kind == RecordKind::Customer && standing.hides(segment, row) {
                    continue;
                }
                for (name, value) in row.customs() {
                    looks.entry(name).or_default().add(value);
                }
            }
        }
        let mut fields: Vec<CustomField> = looks
            .into_iter()
            .map(|(name, look)| look.field(name))
            .collect();
        fields.sort_by_key(|field| std::cmp::Reverse(field.rows));
        fields.truncate(MAX_CUSTOM_FIELDS);
        fields
    }
}
