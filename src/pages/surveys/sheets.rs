//! The questionnaires being edited: what was changed is kept over a reload until it is published.
//!
//! Decides how entries are added, moved and taken out, and which texts a defect belongs to. Whether they make sense is decided in
//! core ([`huiyin_core::pack::check`]).

use huiyin_api::{Language, SurveysView};
use huiyin_core::pack::{
    Choice, Pack, Text,
    care_rules::{AnswerKind, Question, SurveyRule},
    check,
    file_rules::Every,
};
use leptos::prelude::*;

use crate::shell::drafts::Draft;

/// Key of the draft.
const KEY: &str = "questionnaires";
/// The questionnaires in the draft, as JSON.
const LIST: &str = "list";
/// The version they were made from.
const BASED_ON: &str = "based_on";
/// Highest score of a new question.
const NEW_MAX: u32 = 10;

/// Something to put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// The questionnaire.
    pub survey: String,
    /// The question; empty = the questionnaire itself.
    pub question: String,
    /// What is wrong, in English as core says it.
    pub said: String,
}

/// The questionnaires being edited. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Sheets {
    draft: Draft,
    read: Signal<SurveysView>,
    /// The questionnaires as they stand on the screen.
    pub list: Memo<Vec<SurveyRule>>,
    found: Memo<Vec<Defect>>,
    /// Changes when the whole list is another one: after discarding or publishing.
    pub generation: RwSignal<u32>,
}

impl Sheets {
    /// Opens the draft over what is in force.
    pub fn open(read: Signal<SurveysView>) -> Self {
        let draft = Draft::open(KEY);
        let list = Memo::new(move |_| {
            let kept = draft.get(LIST);
            if kept.is_empty() {
                return read.with(|view| view.questionnaires.clone());
            }
            serde_json::from_str(&kept).unwrap_or_default()
        });
        let found = Memo::new(move |_| read.with(|view| list.with(|list| defects(view, list))));
        let generation = RwSignal::new(0);
        Effect::new(move |_| {
            if draft.restored.get() {
                generation.update(|count| *count += 1);
            }
        });
        Self {
            draft,
            read,
            list,
            found,
            generation,
        }
    }

    /// Returns whether something was changed, tracked.
    pub fn changed(self) -> bool {
        let kept = !self.draft.get(LIST).is_empty();
        kept && self
            .read
            .with(|view| self.list.with(|list| *list != view.questionnaires))
    }

    /// Returns the version the changes were made from, tracked.
    pub fn based_on(self) -> String {
        if self.draft.get(LIST).is_empty() {
            self.read.with(|view| view.reference.clone())
        } else {
            self.draft.get(BASED_ON)
        }
    }

    /// Returns whether another version came into force since the changes were begun, tracked.
    pub fn outdated(self) -> bool {
        self.changed() && self.read.with(|view| view.reference != self.based_on())
    }

    /// Gives the changes up.
    pub fn forget(self) {
        self.draft.values.set(std::collections::BTreeMap::new());
        self.draft.forget();
        self.generation.update(|count| *count += 1);
    }

    /// Changes the questionnaires.
    pub fn edit(self, change: impl FnOnce(&mut Vec<SurveyRule>)) {
        let mut list = self.list.get_untracked();
        let based_on = untrack(|| self.based_on());
        change(&mut list);
        let json = serde_json::to_string(&list).expect("questionnaires are plain data");
        self.draft.put(BASED_ON, based_on);
        self.draft.put(LIST, json);
    }

    /// Changes one questionnaire.
    pub fn edit_survey(self, survey: &str, change: impl FnOnce(&mut SurveyRule)) {
        self.edit(|list| {
            if let Some(rule) = list.iter_mut().find(|rule| rule.id == survey) {
                change(rule);
            }
        });
    }

    /// Changes one question.
    pub fn edit_question(self, survey: &str, question: &str, change: impl FnOnce(&mut Question)) {
        self.edit_survey(survey, |rule| {
            if let Some(found) = rule.questions.iter_mut().find(|found| found.id == question) {
                change(found);
            }
        });
    }

    /// Adds a questionnaire and returns its id.
    pub fn add(self) -> String {
        let id = self
            .list
            .with_untracked(|list| free_id("survey", list.iter().map(|rule| rule.id.as_str())));
        let rule = SurveyRule {
            id: id.clone(),
            every: Every::Year,
            questions: vec![new_question(&[])],
            target_percent: 80,
            corrective: true,
            ..SurveyRule::default()
        };
        self.edit(|list| list.push(rule));
        id
    }

    /// Returns everything to put right, tracked.
    pub fn defects(self) -> Vec<Defect> {
        self.found.get()
    }
}

/// Returns what core finds wrong with questionnaires.
fn defects(view: &SurveysView, list: &[SurveyRule]) -> Vec<Defect> {
    let named = Text {
        zh: KEY.to_owned(),
        en: KEY.to_owned(),
    };
    let pack = Pack {
        id: KEY.to_owned(),
        version: 1,
        name: named.clone(),
        about: named,
        posts: view.posts.clone(),
        surveys: list.to_vec(),
        ..Pack::default()
    };
    check::check(&pack)
        .into_iter()
        .filter_map(|found| {
            let place = found.place.strip_prefix("surveys.")?;
            Some(defect_of(place, list, found.problem.clone()))
        })
        .collect()
}

/// Returns the defect at a place such as `yearly.questions.quality.max`; ids may not hold dots.
fn defect_of(place: &str, surveys: &[SurveyRule], said: String) -> Defect {
    let mut parts = place.split('.');
    let survey = parts.next().unwrap_or_default();
    let known = surveys.iter().find(|rule| rule.id == survey);
    let question = match (parts.next(), parts.next(), known) {
        (Some("questions"), Some(question), Some(rule))
            if rule.questions.iter().any(|found| found.id == question) =>
        {
            question
        }
        _ => "",
    };
    Defect {
        survey: survey.to_owned(),
        question: question.to_owned(),
        said,
    }
}

/// Returns a question with a name none of the others has.
pub fn new_question(others: &[Question]) -> Question {
    Question {
        id: free_id("q", others.iter().map(|question| question.id.as_str())),
        kind: AnswerKind::Score,
        max: NEW_MAX,
        ..Question::default()
    }
}

/// Returns an id that is not taken: `q-1`, `q-2` and so on.
fn free_id<'a>(stem: &str, taken: impl Iterator<Item = &'a str>) -> String {
    let taken: Vec<&str> = taken.collect();
    (1..=taken.len() + 1)
        .map(|number| format!("{stem}-{number}"))
        .find(|id| !taken.contains(&id.as_str()))
        .unwrap_or_default()
}

/// Returns the figure typed, without anything that is no digit; 0 for nothing.
pub fn figure(typed: &str) -> u32 {
    let digits: String = typed.chars().filter(char::is_ascii_digit).take(6).collect();
    digits.parse().unwrap_or_default()
}

/// Returns a figure as it is typed; nothing for 0.
pub fn typed(figure: u32) -> String {
    if figure == 0 {
        String::new()
    } else {
        figure.to_string()
    }
}

/// Returns choices as lines `很快 | Fast`.
pub fn choice_lines(choices: &[Choice]) -> String {
    choices
        .iter()
        .map(|choice| {
            if choice.text.en.is_empty() {
                choice.text.zh.clone()
            } else {
                format!("{} | {}", choice.text.zh, choice.text.en)
            }
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// Returns the choices of lines. A line that names one of the former choices, or stands where it stood, keeps its id, so that
/// answers given before go on counting.
pub fn read_choices(lines: &str, before: &[Choice]) -> Vec<Choice> {
    let texts: Vec<Text> = lines
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| {
            let (zh, en) = line.split_once(['|', '｜']).unwrap_or((line, ""));
            Text {
                zh: zh.trim().to_owned(),
                en: en.trim().to_owned(),
            }
        })
        .collect();
    let same_length = texts.len() == before.len();
    let mut read: Vec<Choice> = Vec::with_capacity(texts.len());
    for (at, text) in texts.into_iter().enumerate() {
        let known = before
            .iter()
            .find(|choice| choice.text.zh == text.zh)
            .or_else(|| before.get(at).filter(|_| same_length))
            .map(|choice| choice.id.clone())
            .filter(|id| !read.iter().any(|taken| taken.id == *id));
        let id = known.unwrap_or_else(|| {
            let taken = read.iter().chain(before).map(|choice| choice.id.as_str());
            free_id("c", taken)
        });
        read.push(Choice {
            id,
            text,
            ..Choice::default()
        });
    }
    read
}

/// Returns the name of a questionnaire, or that it has none yet.
pub fn title_of(language: Language, rule: &SurveyRule, untitled: &str) -> String {
    let title = crate::shell::policy::words(language, &rule.text);
    if title.is_empty() {
        untitled.to_owned()
    } else {
        title
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_keep_their_ids_when_they_are_moved_or_reworded() {
        let first = read_choices("快 | Fast\n慢 | Slow", &[]);
        assert_eq!(choice_lines(&first), "快 | Fast\n慢 | Slow");
        let ids = |choices: &[Choice]| -> Vec<String> {
            choices.iter().map(|choice| choice.id.clone()).collect()
        };
        assert_eq!(ids(&first), ["c-1", "c-2"]);
        let moved = read_choices("慢 | Slow\n快 | Fast", &first);
        assert_eq!(ids(&moved), ["c-2", "c-1"]);
        let reworded = read_choices("很快｜Very fast\n慢 | Slow", &first);
        assert_eq!(ids(&reworded), ["c-1", "c-2"]);
        let more = read_choices("快 | Fast\n一般\n慢 | Slow", &first);
        assert_eq!(ids(&more), ["c-1", "c-3", "c-2"]);
    }

    #[test]
    fn figures_are_typed_in_any_way_and_nothing_is_zero() {
        for (text, expected) in [("10", 10), ("", 0), ("abc", 0), ("8 分", 8)] {
            assert_eq!(figure(text), expected, "{text}");
        }
        assert_eq!((typed(0), typed(5)), (String::new(), "5".to_owned()));
    }

    #[test]
    fn a_defect_finds_its_questionnaire_and_question() {
        let rule = SurveyRule {
            id: "survey-1".to_owned(),
            questions: vec![new_question(&[])],
            ..SurveyRule::default()
        };
        for (place, question) in [
            ("survey-1.text", ""),
            ("survey-1.questions.q-1.max", "q-1"),
            ("survey-1.questions", ""),
        ] {
            let found = defect_of(place, std::slice::from_ref(&rule), String::new());
            assert_eq!(
                (found.survey.as_str(), found.question.as_str()),
                ("survey-1", question)
            );
        }
    }
}
