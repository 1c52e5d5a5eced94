//! The monthly table of complaints: counted from the rows of the case list.

use std::collections::BTreeMap;

use huiyin_api::{CaseRow, DueState, Language, StateGroup};

use super::paper::{Block, Paper, SignatureLine};
use crate::texts::{forms, names, papers};

/// Counts of one line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Line {
    total: u32,
    general: u32,
    important: u32,
    major: u32,
    done: u32,
    late: u32,
}

impl Line {
    fn add(&mut self, row: &CaseRow) {
        self.total += 1;
        match row.severity.as_str() {
            "important" => self.important += 1,
            "major" => self.major += 1,
            _ => self.general += 1,
        }
        self.done += u32::from(row.group == StateGroup::Done);
        self.late += u32::from(matches!(row.due_state, DueState::Late | DueState::Overdue));
    }

    fn cells(self, name: String) -> Vec<String> {
        let figures = [
            self.total,
            self.general,
            self.important,
            self.major,
            self.done,
            self.late,
        ];
        std::iter::once(name)
            .chain(figures.map(|figure| figure.to_string()))
            .collect()
    }
}

/// The cases of a month, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    total: Line,
    categories: BTreeMap<String, Line>,
    branches: BTreeMap<String, Line>,
    kinds: BTreeMap<String, Line>,
    states: BTreeMap<String, Line>,
    /// There were more cases than could be counted.
    pub incomplete: bool,
}

impl Figures {
    /// Counts a case.
    pub fn add(&mut self, row: &CaseRow) {
        self.total.add(row);
        for (lines, key) in [
            (&mut self.categories, &row.category),
            (&mut self.branches, &row.branch),
            (&mut self.kinds, &row.kind),
            (&mut self.states, &row.state),
        ] {
            lines.entry(key.clone()).or_default().add(row);
        }
    }

    /// Returns the table as a paper. `category` and `branch` name what they are given.
    pub fn paper(
        &self,
        language: Language,
        head: (&str, &str, &str),
        category: &dyn Fn(&str) -> String,
        branch: &dyn Fn(&str) -> String,
        own: Option<(String, Vec<String>)>,
    ) -> Paper {
        let (company, month, today) = head;
        let words = papers::of(language);
        let known = forms::layout_of("statistics");
        let (title, signatures) = own.unwrap_or_else(|| {
            let lines = known
                .signatures
                .iter()
                .map(|line| line.of(language).to_owned());
            (known.title.of(language).to_owned(), lines.collect())
        });
        let heads = words.statistics_heads.map(str::to_owned).to_vec();
        let table = |name: &str, lines: &BTreeMap<String, Line>, word: &dyn Fn(&str) -> String| {
            let mut lines: Vec<(&String, &Line)> = lines.iter().collect();
            lines.sort_by_key(|(key, line)| (std::cmp::Reverse(line.total), (*key).clone()));
            let mut rows: Vec<Vec<String>> = lines
                .into_iter()
                .map(|(key, line)| {
                    let name = word(key);
                    line.cells(if name.is_empty() {
                        "—".to_owned()
                    } else {
                        name
                    })
                })
                .collect();
            rows.push(self.total.cells(words.total.to_owned()));
            Block::Table {
                name: name.to_owned(),
                heads: heads.clone(),
                rows,
                figures_from: 1,
                blank: 0,
            }
        };
        let mut blocks = vec![
            table(words.by_category, &self.categories, category),
            table(words.by_kind, &self.kinds, &|kind| {
                names::value(language, "kind", kind)
            }),
            table(words.by_branch, &self.branches, branch),
            table(words.by_state, &self.states, &|state| {
                names::state(language, state)
            }),
        ];
        if self.branches.len() < 2 {
            blocks.remove(2);
        }
        for name in [words.analysis, words.improvements] {
            blocks.push(Block::Text {
                name: name.to_owned(),
                text: String::new(),
                lines: 4,
            });
        }
        if self.incomplete {
            blocks.insert(
                0,
                Block::Facts(vec![("!".to_owned(), words.incomplete.to_owned())]),
            );
        }
        blocks.push(Block::Signatures(
            signatures
                .into_iter()
                .map(|title| SignatureLine {
                    title,
                    ..SignatureLine::default()
                })
                .collect(),
        ));
        Paper {
            language: match language {
                Language::Chinese => "zh-CN",
                Language::English => "en",
            },
            company: company.to_owned(),
            title,
            facts: vec![
                (words.month_of.to_owned(), month.to_owned()),
                (words.made.to_owned(), today.to_owned()),
            ],
            blocks,
            foot: month.to_owned(),
            ..Paper::default()
        }
    }
}

/// Returns the month so many months later: `2026-12` and 1 is `2027-01`. Nothing if it is no month.
pub fn month_after(month: &str, by: i32) -> Option<String> {
    let (year, number) = month.split_once('-')?;
    let (year, number): (i32, i32) = (year.parse().ok()?, number.parse().ok()?);
    if !(1..=12).contains(&number) || !(1..=9998).contains(&year) {
        return None;
    }
    let at = year * 12 + number - 1 + by;
    Some(format!(
        "{:04}-{:02}",
        at.div_euclid(12),
        at.rem_euclid(12) + 1
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(category: &str, severity: &str, group: StateGroup, due_state: DueState) -> CaseRow {
        CaseRow {
            category: category.to_owned(),
            severity: severity.to_owned(),
            kind: "complaint".to_owned(),
            state: "closed".to_owned(),
            branch: "HQ".to_owned(),
            group,
            due_state,
            ..CaseRow::default()
        }
    }

    #[test]
    fn cases_are_counted_by_category_with_the_sum_below() {
        let mut figures = Figures::default();
        figures.add(&row("delivery", "general", StateGroup::Done, DueState::Met));
        figures.add(&row(
            "delivery",
            "major",
            StateGroup::Open,
            DueState::Overdue,
        ));
        figures.add(&row("", "important", StateGroup::Done, DueState::Late));
        let paper = figures.paper(
            Language::English,
            ("Haiyue", "2026-11", "2026-12-01"),
            &|category| names::value(Language::English, "category", category),
            &str::to_owned,
            None,
        );
        let Block::Table { rows, .. } = &paper.blocks[0] else {
            panic!("the first block is the table of categories");
        };
        assert_eq!(rows[0], ["Delivery", "2", "1", "0", "1", "1", "1"]);
        assert_eq!(rows[1], ["—", "1", "0", "1", "0", "1", "1"]);
        assert_eq!(rows[2], ["Total", "3", "1", "1", "1", "2", "2"]);
    }

    #[test]
    fn one_branch_needs_no_table_of_branches() {
        let mut figures = Figures::default();
        figures.add(&row("delivery", "general", StateGroup::Done, DueState::Met));
        let tables = |figures: &Figures| {
            figures
                .paper(
                    Language::Chinese,
                    ("", "", ""),
                    &str::to_owned,
                    &str::to_owned,
                    None,
                )
                .blocks
                .iter()
                .filter(|block| matches!(block, Block::Table { .. }))
                .count()
        };
        assert_eq!(tables(&figures), 3);
        let mut other = row("delivery", "general", StateGroup::Done, DueState::Met);
        other.branch = "SH01".to_owned();
        figures.add(&other);
        assert_eq!(tables(&figures), 4);
    }

    #[test]
    fn months_follow_each_other_over_the_year() {
        for (month, by, expected) in [
            ("2026-11", 1, Some("2026-12")),
            ("2026-12", 1, Some("2027-01")),
            ("2026-01", -1, Some("2025-12")),
            ("2026-13", 1, None),
            ("november", 1, None),
        ] {
            assert_eq!(month_after(month, by).as_deref(), expected, "{month}");
        }
    }
}
