//! The lines of a score sheet: what each may get, and what all of them come to while one types.

use std::collections::BTreeMap;

use huiyin_api::{ClassView, Language};
use huiyin_core::{
    grading::{Graded, grade, parse_scores},
    pack::{GradingRules, care_rules::Criterion},
};
use leptos::prelude::*;

use crate::{
    shell::{
        drafts::Draft,
        policy::{use_policy, words},
    },
    texts::{grading, use_texts},
    ui::{InputKind, TextField},
};

/// Returns what the fields hold at first: what was scored for this sheet, and of the person's own lines else the score of the earlier
/// sheet, as far as the lines are still the same.
pub fn preset(rules: &GradingRules, class: &ClassView) -> BTreeMap<String, String> {
    let (scored, earlier) = (parse_scores(&class.scored), parse_scores(&class.scores));
    let of = |line: &Criterion| {
        let own = class.may_score.contains(&line.id);
        let earlier = earlier.get(&line.id).filter(|_| own);
        let score = scored.get(&line.id).or(earlier)?;
        Some((line.id.clone(), score.to_string()))
    };
    rules.sheet.iter().filter_map(of).collect()
}

/// Returns the lines that are somebody else's to score and wait for it, by their names.
pub fn awaited(rules: &GradingRules, class: &ClassView, language: Language) -> Vec<String> {
    let scored = parse_scores(&class.scored);
    rules
        .sheet
        .iter()
        .filter(|line| !class.may_score.contains(&line.id) && !scored.contains_key(&line.id))
        .map(|line| words(language, &line.text))
        .collect()
}

/// Returns the scores typed into the person's own lines, or what is wrong beside each; one of them at least is wanted.
pub fn own_scores(
    rules: &GradingRules,
    class: &ClassView,
    typed: &BTreeMap<String, String>,
    language: Language,
) -> Result<BTreeMap<String, u32>, BTreeMap<String, String>> {
    let mut own = rules.clone();
    own.sheet.retain(|line| class.may_score.contains(&line.id));
    let found = scores(&own, typed, false, language)?;
    if found.is_empty() {
        scores(&own, typed, true, language)
    } else {
        Ok(found)
    }
}

/// Returns the scores typed, or what is wrong beside each line; empty lines are wrong if `whole`.
pub fn scores(
    rules: &GradingRules,
    typed: &BTreeMap<String, String>,
    whole: bool,
    language: Language,
) -> Result<BTreeMap<String, u32>, BTreeMap<String, String>> {
    let mut wrong = BTreeMap::new();
    let mut found = BTreeMap::new();
    for line in &rules.sheet {
        let text = typed.get(&line.id).map_or("", |text| text.trim());
        match text.parse::<u32>() {
            Ok(score) if score <= line.max => drop(found.insert(line.id.clone(), score)),
            _ if text.is_empty() && !whole => {}
            _ => {
                let words = (grading::of(language).not_a_score)(line.max);
                wrong.insert(line.id.clone(), words);
            }
        }
    }
    if wrong.is_empty() {
        Ok(found)
    } else {
        Err(wrong)
    }
}

/// Returns what a sheet comes to; nothing while a line is missing or wrong.
pub fn result(rules: &GradingRules, typed: &BTreeMap<String, String>) -> Option<Graded> {
    let scores = scores(rules, typed, true, Language::Chinese).ok()?;
    grade(rules, &scores).ok()
}

/// Returns points out of 100 with two decimals, as they are counted.
pub fn points(basis_points: u32) -> String {
    format!("{}.{:02}", basis_points / 100, basis_points % 100)
}

/// The lines with what they come to below.
#[component]
pub fn SheetLines(
    rules: StoredValue<GradingRules>,
    /// What was typed, by wire name of the line.
    draft: Draft,
    /// Wire names of the lines that the person scores; the others are shown as they were scored.
    own: StoredValue<Vec<String>>,
    errors: RwSignal<BTreeMap<String, String>>,
) -> impl IntoView {
    let typed = draft.values;
    let t = use_texts();
    let policy = use_policy();
    let result = Memo::new(move |_| {
        typed.with(|typed| {
            rules
                .with_value(|rules| result(rules, typed))
                .map(|graded| (graded.basis_points, graded.class))
        })
    });
    let lines = rules.with_value(|rules| {
        let is_own = |id: &String| own.with_value(|own| own.contains(id));
        let first = rules.sheet.iter().position(|line| is_own(&line.id));
        rules
            .sheet
            .iter()
            .enumerate()
            .map(|(at, line)| {
                let own = is_own(&line.id);
                view! { <Line line=line.clone() draft own errors autofocus=Some(at) == first /> }
            })
            .collect_view()
    });
    let comes_to = move || {
        let words_of = grading::of(t.language());
        match result.get() {
            Some((basis_points, class)) => {
                let class = policy.class(t.get(), &class);
                (words_of.comes_to)(&(words_of.points)(&points(basis_points)), &class)
            }
            None => words_of.incomplete.to_owned(),
        }
    };
    let bounds = move || {
        rules.with_value(|rules| {
            rules
                .thresholds
                .iter()
                .map(|threshold| {
                    let class = policy.class(t.get(), &threshold.class);
                    (grading::of(t.language()).bounds)(&class, threshold.from_percent)
                })
                .collect::<Vec<_>>()
                .join(" · ")
        })
    };
    view! {
        {lines}
        <p class="wide">
            <strong role="status">{comes_to}</strong>
            " "
            <span class="muted">{bounds}</span>
        </p>
    }
    .into_any()
}

#[component]
fn Line(
    line: Criterion,
    draft: Draft,
    /// The person scores it.
    own: bool,
    errors: RwSignal<BTreeMap<String, String>>,
    autofocus: bool,
) -> impl IntoView {
    let t = use_texts();
    let policy = use_policy();
    let id = StoredValue::new(line.id.clone());
    let of = move |map: RwSignal<BTreeMap<String, String>>| -> Signal<String> {
        Memo::new(move |_| {
            map.with(|map| id.with_value(|id| map.get(id).cloned().unwrap_or_default()))
        })
        .into()
    };
    let max = line.max;
    let (value, told) = (of(draft.values), of(errors));
    let error = Signal::derive(move || {
        let told = told.get();
        let text = value.get();
        let text = text.trim();
        let wrong = !text.is_empty() && !text.parse::<u32>().is_ok_and(|score| score <= max);
        if told.is_empty() && wrong {
            (grading::of(t.language()).not_a_score)(max)
        } else {
            told
        }
    });
    let name = line.text;
    let label = Signal::derive(move || {
        let language = t.language();
        (grading::of(language).line)(&words(language, &name), max)
    });
    let (weight, by) = (line.weight, line.by);
    let hint = Signal::derive(move || {
        let by = if by.is_empty() {
            String::new()
        } else {
            policy.role(t.get(), &by)
        };
        (grading::of(t.language()).line_hint)(weight, &by)
    });
    let input = move |text: String| {
        errors.update(|errors| {
            errors.remove(&id.get_value());
        });
        id.with_value(|id| draft.put(id, text));
    };
    view! {
        <TextField label value input hint error autofocus disabled=!own kind=InputKind::Number />
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> GradingRules {
        huiyin_core::pack::builtin::packs()
            .into_iter()
            .find_map(|pack| pack.grading)
            .expect("a built-in pack grades")
    }

    fn typed(text: &str) -> BTreeMap<String, String> {
        text.split(',')
            .filter_map(|part| part.split_once('='))
            .map(|(name, score)| (name.to_owned(), score.to_owned()))
            .collect()
    }

    #[test]
    fn a_sheet_comes_to_points_and_a_class_once_every_line_is_filled_in() {
        let rules = rules();
        let mut sheet = typed("sales=10,price=10,payment=5,cooperation=10");
        assert_eq!(result(&rules, &sheet), None);
        sheet.insert("trend".to_owned(), " 10 ".to_owned());
        let found = result(&rules, &sheet).expect("it is filled in");
        assert_eq!(
            (points(found.basis_points).as_str(), found.class.as_str()),
            ("90.00", "A")
        );
        sheet.insert("trend".to_owned(), "11".to_owned());
        assert_eq!(result(&rules, &sheet), None);
        let wrong = scores(&rules, &sheet, true, Language::English).expect_err("too high");
        assert_eq!(wrong.keys().collect::<Vec<_>>(), ["trend"]);
    }

    #[test]
    fn an_earlier_sheet_is_offered_without_lines_that_are_no_more() {
        let mut class = ClassView {
            scores: "sales=7,luck=3,payment=4".to_owned(),
            may_score: vec!["sales".to_owned(), "price".to_owned()],
            ..ClassView::default()
        };
        let found = preset(&rules(), &class);
        assert_eq!(found, typed("sales=7"), "who scores payment says it anew");
        assert_eq!(awaited(&rules(), &class, Language::English).len(), 3);
        class.scored = "payment=9".to_owned();
        assert_eq!(preset(&rules(), &class), typed("sales=7,payment=9"));
        assert_eq!(awaited(&rules(), &class, Language::English).len(), 2);
        let own = own_scores(&rules(), &class, &found, Language::English);
        assert_eq!(own, Ok([("sales".to_owned(), 7)].into()));
        assert!(own_scores(&rules(), &class, &typed(""), Language::English).is_err());
        assert_eq!(
            scores(&rules(), &found, false, Language::English).map(|found| found.len()),
            Ok(1)
        );
    }
}
