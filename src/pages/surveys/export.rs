//! The totals of a round as a table for spreadsheets.

use huiyin_api::{SurveyPart, SurveyShare};

use super::{questions_card::outcome, reckoning::percent};
use crate::{shell::policy::words, texts::Texts};

/// Returns the totals as CSV with a mark of UTF-8 in front, so that spreadsheets read it right. Texts that would be taken for formulas
/// are put behind an apostrophe.
pub fn table(texts: &Texts, whole: &SurveyPart, branch: &dyn Fn(&str) -> String) -> String {
    let s = &texts.surveys;
    let mut out = String::from('\u{FEFF}');
    let mut line = |cells: &[&str]| {
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    };
    let share = |share: Option<u32>| share.map(percent).unwrap_or_default();
    line(&[s.group, "", s.number_of_answers, s.satisfaction]);
    line(&[
        texts.common.all,
        "",
        &whole.counted.to_string(),
        &share(whole.satisfaction()),
    ]);
    let mut group = |title: &str, shares: Vec<SurveyShare>, name: &dyn Fn(&str) -> String| {
        for found in shares {
            let count = found.count.to_string();
            line(&[
                title,
                &name(&found.group),
                &count,
                &share(found.satisfaction),
            ]);
        }
    };
    group(s.by_branch, whole.by_branch(), branch);
    group(s.by_class, whole.by_class(), &|class| {
        if class.is_empty() {
            s.no_class.to_owned()
        } else {
            texts.value("class", class)
        }
    });
    for version in &whole.versions {
        for question in &version.rule.questions {
            let total = version.all.questions.get(&question.id).cloned();
            let total = total.unwrap_or_default();
            let title = format!("{} · {}", s.by_question, (s.version)(version.version));
            line(&[
                &title,
                &words(texts.language, &question.text),
                &total.answered.to_string(),
                &outcome(texts, question, &total),
            ]);
        }
    }
    for comment in &whole.comments {
        line(&[s.comments, &branch(&comment.branch), "", &comment.text]);
    }
    out
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
        let csv = table(of(Language::English), &whole, &str::to_owned);
        let lines: Vec<&str> = csv.trim_start_matches('\u{FEFF}').lines().collect();
        assert_eq!(lines[1], "All,,1,80%");
        assert_eq!(lines[2], "By branch,HQ,1,80%");
        assert!(lines[4].ends_with("\"'=1+1, \"\"so\"\"\""), "{}", lines[4]);
    }
}
