//! The totals of a round as a table for spreadsheets.

use huiyin_api::{SurveyPart, SurveyShare};
use serde_json::{Value, json};

use super::{questions_card::outcome, reckoning::percent};
use crate::{shell::policy::words, texts::Texts};

/// A line of the table.
struct Line {
    group: String,
    name: String,
    answers: Option<u32>,
    /// In hundredths of a per cent.
    share: Option<u32>,
    /// In words; what the share says where there is one.
    result: String,
}

/// How groups are called.
pub struct Names<'a> {
    /// Of a branch, by its code.
    pub branch: &'a dyn Fn(&str) -> String,
    /// Of a class, by its wire name.
    pub class: &'a dyn Fn(&str) -> String,
}

/// Returns the lines under the header: all, branches, classes, questions, comments.
fn lines(texts: &Texts, whole: &SurveyPart, names: &Names<'_>) -> Vec<Line> {
    let s = &texts.surveys;
    let shared = |group: &str, name: String, count: u32, share: Option<u32>| Line {
        group: group.to_owned(),
        name,
        answers: Some(count),
        share,
        result: share.map(percent).unwrap_or_default(),
    };
    let mut lines = vec![shared(
        texts.common.all,
        String::new(),
        whole.counted,
        whole.satisfaction(),
    )];
    let mut group = |title: &str, shares: Vec<SurveyShare>, name: &dyn Fn(&str) -> String| {
        for found in shares {
            let name = name(&found.group);
            lines.push(shared(title, name, found.count, found.satisfaction));
        }
    };
    group(s.by_branch, whole.by_branch(), names.branch);
    group(s.by_class, whole.by_class(), &|class| {
        if class.is_empty() {
            s.no_class.to_owned()
        } else {
            (names.class)(class)
        }
    });
    for version in &whole.versions {
        for question in &version.rule.questions {
            let total = version.all.questions.get(&question.id).cloned();
            let total = total.unwrap_or_default();
            lines.push(Line {
                group: format!("{} · {}", s.by_question, (s.version)(version.version)),
                name: words(texts.language, &question.text),
                answers: Some(total.answered),
                share: total.basis_points(),
                result: outcome(texts, question, &total),
            });
        }
    }
    lines.extend(whole.comments.iter().map(|comment| Line {
        group: s.comments.to_owned(),
        name: (names.branch)(&comment.branch),
        answers: None,
        share: None,
        result: comment.text.clone(),
    }));
    lines
}

/// Returns the totals as CSV with a mark of UTF-8 in front, so that spreadsheets read it right. Texts that would be taken for formulas
/// are put behind an apostrophe.
pub fn table(texts: &Texts, whole: &SurveyPart, names: &Names<'_>) -> String {
    let s = &texts.surveys;
    let mut out = String::from('\u{FEFF}');
    let mut line = |cells: &[&str]| {
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    };
    line(&[s.group, "", s.number_of_answers, s.satisfaction]);
    for told in lines(texts, whole, names) {
        let count = told.answers.map(|count| count.to_string());
        line(&[
            &told.group,
            &told.name,
            &count.unwrap_or_default(),
            &told.result,
        ]);
    }
    out
}

/// Returns the totals as the JSON a workbook is made of: counts and shares are numbers.
pub fn workbook(texts: &Texts, title: &str, whole: &SurveyPart, names: &Names<'_>) -> String {
    let s = &texts.surveys;
    let columns = json!([
        {"title": s.group, "kind": "text"},
        {"title": "", "kind": "text"},
        {"title": s.number_of_answers, "kind": "number"},
        {"title": s.share_percent, "kind": "number"},
        {"title": s.result, "kind": "text"},
    ]);
    let rows: Vec<Value> = lines(texts, whole, names)
        .into_iter()
        .map(|told| {
            let share = told.share.map(|share| f64::from(share) / 100.0);
            json!([told.group, told.name, told.answers, share, told.result])
        })
        .collect();
    json!({"sheet": title, "columns": columns, "rows": rows}).to_string()
}

fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let safe = if formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if safe.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", safe.replace('"', "\"\""))
    } else {
        safe
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use huiyin_api::{Language, SurveyComment, SurveyVersion};
    use huiyin_core::pack::care_rules::{Question, SurveyRule};

    use super::*;
    use crate::texts::of;

    #[test]
    fn totals_are_a_table_in_which_nothing_is_a_formula() {
        let rule = SurveyRule {
            questions: vec![Question {
                id: "quality".to_owned(),
                max: 10,
                ..Question::default()
            }],
            ..SurveyRule::default()
        };
        let answers = BTreeMap::from([("quality".to_owned(), "8".to_owned())]);
        let mut version = SurveyVersion {
            rule: rule.clone(),
            ..SurveyVersion::default()
        };
        version.all.add(&rule, &answers);
        version
            .branches
            .entry("HQ".to_owned())
            .or_default()
            .add(&rule, &answers);
        let mut whole = SurveyPart {
            counted: 1,
            ..SurveyPart::default()
        };
        whole.add(version);
        whole.comments.push(SurveyComment {
            text: "=1+1, \"so\"".to_owned(),
            ..SurveyComment::default()
        });
        let names = Names {
            branch: &str::to_owned,
            class: &str::to_owned,
        };
        let csv = table(of(Language::English), &whole, &names);
        let lines: Vec<&str> = csv.trim_start_matches('\u{FEFF}').lines().collect();
        assert_eq!(lines[1], "All,,1,80%");
        assert_eq!(lines[2], "By branch,HQ,1,80%");
        assert!(lines[4].ends_with("\"'=1+1, \"\"so\"\"\""), "{}", lines[4]);

        let book = workbook(of(Language::English), "Round", &whole, &names);
        let book: Value = serde_json::from_str(&book).expect("whole");
        assert_eq!(book["columns"][3]["kind"], "number");
        assert_eq!(book["rows"][0], json!(["All", "", 1, 80.0, "80%"]));
        assert_eq!(book["rows"][2][3], json!(80.0));
        assert_eq!(book["rows"][3][2], Value::Null, "a comment counts nothing");
        assert_eq!(
            book["rows"][3][4], "=1+1, \"so\"",
            "a text is never a formula"
        );
    }
}
