//! Whether a pack makes sense.
//!
//! Decides from the pack alone and finds every defect at once, each with its place and what to do. What clocks and
//! approvals may hang on is in `clocks` and `matrix`.
//!
//! Long: each list has its own rules.

mod clocks;
mod file;
mod matrix;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Choice, MAX_ENTRIES, MAX_ID, MAX_TEXT, OPTIONAL_STEPS, Pack, Text};
use crate::case::{CASE_KINDS, CHANNELS, CaseField, SEVERITIES, Step};
use crate::staff::Role;

pub use file::{FILE_FORM_LAYOUTS, FILE_PEOPLE, MAX_CARE_MONTHS, MAX_PAPERS, NOTICE_PLACEHOLDERS};

/// Layouts of papers the program can print.
pub const FORM_LAYOUTS: &[&str] = &[
    "registration",
    "handling",
    "record_card",
    "investigation",
    "feedback",
    "call_back",
    "statistics",
    "penalty",
];
/// What a template may leave open, to be filled in.
pub const PLACEHOLDERS: &[&str] = &["name", "number", "subject", "company", "date", "result"];
/// Those told beside roles and posts: who has the case, who wrote it down.
pub const CASE_PEOPLE: &[&str] = &["assignee", "registrar"];
/// Longest time records are kept, in months; for good is 0.
pub const MAX_RETENTION_MONTHS: u32 = 1_200;
/// Most of a whole, in per cent.
const MAX_PERCENT: u8 = 100;

/// A defect of a pack: where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{place}: {problem}")]
#[serde(rename_all = "snake_case")]
pub struct PackError {
    /// Where, as a path into the pack: `clocks.close.start`.
    pub place: String,
    /// What is wrong and what to do, in English.
    pub problem: String,
}

/// Returns every defect of a pack; empty if it can be published.
pub fn check(pack: &Pack) -> Vec<PackError> {
    let mut found = Findings::new(pack);
    found.head();
    found.lists();
    found.kinds();
    found.severities();
    found.step_fields();
    found.clocks();
    found.approvals();
    found.clauses();
    found.papers();
    found.parts();
    found.errors
}

/// The defects found so far, with what names may be used.
struct Findings<'a> {
    pack: &'a Pack,
    errors: Vec<PackError>,
    /// Roles and posts.
    roles: BTreeSet<&'a str>,
}

impl<'a> Findings<'a> {
    fn new(pack: &'a Pack) -> Self {
        let roles = Role::ALL.iter().map(|role| role.name());
        Self {
            pack,
            errors: Vec::new(),
            roles: roles
                .chain(pack.posts.iter().map(|post| post.id.as_str()))
                .collect(),
        }
    }

    fn add(&mut self, place: impl Into<String>, problem: impl Into<String>) {
        self.errors.push(PackError {
            place: place.into(),
            problem: problem.into(),
        });
    }

    fn head(&mut self) {
        let pack = self.pack;
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if pack.id.is_empty() || pack.id.chars().count() > MAX_ID || !pack.id.chars().all(plain) {
            self.add(
                "id",
                format!("use 1 to {MAX_ID} letters, digits and hyphens"),
            );
        }
        if pack.version == 0 {
            self.add("version", "begin with version 1");
        }
        self.text("name", &pack.name);
        self.text_if_any("about", &pack.about);
        self.off_steps("off", &pack.off);
        for field in &pack.required_fields {
            if CaseField::parse(field).is_none() {
                self.add(
                    format!("required_fields.{field}"),
                    "a case has no such field: take it out or correct its name",
                );
            }
        }
        self.no_twice("required_fields", pack.required_fields.iter());
        let retention = pack.retention;
        for (place, months) in [
            ("retention.general_months", retention.general_months),
            ("retention.important_months", retention.important_months),
            ("retention.major_months", retention.major_months),
        ] {
            if months > MAX_RETENTION_MONTHS {
                self.add(
                    place,
                    format!("give at most {MAX_RETENTION_MONTHS} months, or 0 for good"),
                );
            }
        }
        for (place, percent) in [
            ("after.spot_check_percent", pack.after.spot_check_percent),
            ("after.call_back_percent", pack.after.call_back_percent),
        ] {
            if percent > MAX_PERCENT {
                self.add(place, "give 0 to 100 per cent");
            }
        }
    }

    fn lists(&mut self) {
        let pack = self.pack;
        for post in &pack.posts {
            let place = format!("posts.{}", post.id);
            self.id(&place, &post.id);
            self.text(&format!("{place}.text"), &post.text);
            if Role::parse(&post.id).is_some() {
                self.add(
                    &place,
                    "a role of the program has this name: choose another",
                );
            }
            if Role::parse(&post.acts_as).is_none() {
                let problem = format!("{:?} is no role: name one of the program", post.acts_as);
                self.add(format!("{place}.acts_as"), problem);
            }
        }
        self.no_twice("posts", pack.posts.iter().map(|post| &post.id));
        for (place, list) in [
            ("categories", &pack.categories),
            ("major", &pack.major),
            ("remedies", &pack.remedies),
            ("departments", &pack.departments),
        ] {
            self.choices(place, list);
            for choice in list.iter().filter(|choice| !choice.under.is_empty()) {
                self.add(
                    format!("{place}.{}.under", choice.id),
                    "only causes are a tree: leave it out",
                );
            }
        }
        self.choices("causes", &pack.causes);
        self.tree("causes", &pack.causes);
    }

    fn kinds(&mut self) {
        let pack = self.pack;
        for rule in &pack.kinds {
            let place = format!("kinds.{}", rule.id);
            if !CASE_KINDS.contains(&rule.id.as_str()) {
                self.add(&place, format!("write one of {}", CASE_KINDS.join(", ")));
            }
            self.text(&format!("{place}.text"), &rule.text);
            self.off_steps(&format!("{place}.off"), &rule.off);
        }
        self.no_twice("kinds", pack.kinds.iter().map(|rule| &rule.id));
    }

    fn severities(&mut self) {
        let pack = self.pack;
        for rule in &pack.severities {
            let place = format!("severities.{}", rule.id);
            if !SEVERITIES.contains(&rule.id.as_str()) {
                self.add(&place, format!("write one of {}", SEVERITIES.join(", ")));
            }
            self.text(&format!("{place}.text"), &rule.text);
            self.told(&format!("{place}.tell"), &rule.tell);
        }
        self.no_twice("severities", pack.severities.iter().map(|rule| &rule.id));
    }

    fn step_fields(&mut self) {
        let pack = self.pack;
        self.length("step_fields", pack.step_fields.len());
        for (at, field) in pack.step_fields.iter().enumerate() {
            let place = format!("step_fields.{}.{}", field.step, field.id);
            self.id(&place, &field.id);
            self.text(&format!("{place}.text"), &field.text);
            self.choices(&format!("{place}.choices"), &field.choices);
            self.known_kinds(&format!("{place}.kinds"), &field.kinds);
            match Step::parse(&field.step) {
                None => self.add(
                    format!("{place}.step"),
                    format!("{:?} is no step: correct its name", field.step),
                ),
                Some(step) if !self.has_step(step, &field.kinds) => self.add(
                    format!("{place}.step"),
                    "the step is switched off: switch it on or take the field out",
                ),
                Some(_) => {}
            }
            let again = pack.step_fields[..at].iter().any(|other| {
                (&other.step, &other.id) == (&field.step, &field.id)
                    && meet(&other.kinds, &field.kinds)
            });
            if again {
                self.add(&place, "it is asked twice of one step: take one out");
            }
        }
    }

    fn clauses(&mut self) {
        let pack = self.pack;
        for clause in &pack.clauses {
            let place = format!("clauses.{}", clause.id);
            self.id(&place, &clause.id);
            self.text(&format!("{place}.text"), &clause.text);
            self.text_if_any(&format!("{place}.measure"), &clause.measure);
            self.amounts(&place, clause.from_amount, Some(clause.to_amount));
        }
        self.no_twice("clauses", pack.clauses.iter().map(|clause| &clause.id));
    }

    fn papers(&mut self) {
        let pack = self.pack;
        for form in &pack.forms {
            let place = format!("forms.{}", form.layout);
            if !FORM_LAYOUTS.contains(&form.layout.as_str()) {
                self.add(
                    &place,
                    format!("no such layout: write one of {}", FORM_LAYOUTS.join(", ")),
                );
            }
            self.text(&format!("{place}.title"), &form.title);
            self.length(&format!("{place}.signatures"), form.signatures.len());
            for (at, signature) in form.signatures.iter().enumerate() {
                self.text(&format!("{place}.signatures.{}", at + 1), signature);
            }
        }
        self.no_twice("forms", pack.forms.iter().map(|form| &form.layout));
        for template in &pack.templates {
            let place = format!("templates.{}", template.id);
            self.id(&place, &template.id);
            self.text(&format!("{place}.title"), &template.title);
            self.text(&format!("{place}.text"), &template.text);
            for text in [&template.text.zh, &template.text.en] {
                for open in open_places(text) {
                    if !PLACEHOLDERS.contains(&open) {
                        let known = PLACEHOLDERS.join("}, {");
                        let problem =
                            format!("{{{open}}} is filled in by nothing: write {{{known}}}");
                        self.add(format!("{place}.text"), problem);
                    }
                }
            }
        }
        self.no_twice("templates", pack.templates.iter().map(|entry| &entry.id));
        self.length("guidance", pack.guidance.len());
        for (at, text) in pack.guidance.iter().enumerate() {
            self.text(&format!("guidance.{}", at + 1), text);
        }
    }

    // ---- what several lists have in common

    fn choices(&mut self, place: &str, list: &'a [Choice]) {
        for choice in list {
            self.id(&format!("{place}.{}", choice.id), &choice.id);
            self.text(&format!("{place}.{}.text", choice.id), &choice.text);
        }
        self.no_twice(place, list.iter().map(|choice| &choice.id));
    }

    fn tree(&mut self, place: &str, list: &'a [Choice]) {
        let under: BTreeMap<&str, &str> = list
            .iter()
            .map(|choice| (choice.id.as_str(), choice.under.as_str()))
            .collect();
        for choice in list.iter().filter(|choice| !choice.under.is_empty()) {
            let here = format!("{place}.{}.under", choice.id);
            if !under.contains_key(choice.under.as_str()) {
                let problem = format!("no entry is called {:?}: correct it", choice.under);
                self.add(here, problem);
                continue;
            }
            let mut above = choice.under.as_str();
            for _ in 0..list.len() {
                if above == choice.id || above.is_empty() {
                    break;
                }
                above = under.get(above).copied().unwrap_or_default();
            }
            if above == choice.id {
                self.add(here, "it lies under itself: break the ring");
            }
        }
    }

    fn id(&mut self, place: &str, id: &str) {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if id.is_empty() || id.chars().count() > MAX_ID || !id.chars().all(plain) {
            self.add(
                place,
                format!("name it with 1 to {MAX_ID} letters, digits, '_', '-' and '.'"),
            );
        }
    }

    fn text(&mut self, place: &str, text: &Text) {
        for (language, text) in [("zh", &text.zh), ("en", &text.en)] {
            if text.trim().is_empty() {
                self.add(
                    format!("{place}.{language}"),
                    "the text is missing: write it",
                );
            } else if text.chars().count() > MAX_TEXT {
                self.add(
                    format!("{place}.{language}"),
                    format!("the text is too long: give at most {MAX_TEXT} characters"),
                );
            }
        }
    }

    fn text_if_any(&mut self, place: &str, text: &Text) {
        if *text != Text::default() {
            self.text(place, text);
        }
    }

    fn no_twice(&mut self, place: &str, ids: impl Iterator<Item = &'a String>) {
        let mut seen = BTreeSet::new();
        let mut count = 0;
        for id in ids {
            count += 1;
            if !seen.insert(id) {
                self.add(
                    format!("{place}.{id}"),
                    "it is given twice: take one out or rename it",
                );
            }
        }
        self.length(place, count);
    }

    fn length(&mut self, place: &str, count: usize) {
        if count > MAX_ENTRIES {
            self.add(
                place,
                format!("{count} entries are too many: give at most {MAX_ENTRIES}"),
            );
        }
    }

    fn off_steps(&mut self, place: &str, steps: &[Step]) {
        for step in steps {
            if !OPTIONAL_STEPS.contains(step) {
                self.add(
                    format!("{place}.{}", step.name()),
                    "this step cannot be left out: take it from the list",
                );
            }
        }
    }

    fn told(&mut self, place: &str, names: &[String]) {
        for name in names {
            if !self.roles.contains(name.as_str()) && !CASE_PEOPLE.contains(&name.as_str()) {
                self.add(
                    place,
                    format!(
                        "{name:?} is no role, no post of the pack and neither assignee nor registrar: correct it"
                    ),
                );
            }
        }
    }

    fn known_roles(&mut self, place: &str, names: &[String]) {
        for name in names {
            if !self.roles.contains(name.as_str()) {
                self.add(
                    place,
                    format!("{name:?} is no role and no post of the pack: correct it"),
                );
            }
        }
    }

    fn known_kinds(&mut self, place: &str, names: &[String]) {
        let own: Vec<&str> = self
            .pack
            .kinds
            .iter()
            .map(|rule| rule.id.as_str())
            .collect();
        let known = if own.is_empty() { CASE_KINDS } else { &own };
        self.known(place, names, known, "kind of case of the pack");
    }

    fn known_severities(&mut self, place: &str, names: &[String]) {
        self.known(place, names, SEVERITIES, "severity");
    }

    fn known_channels(&mut self, place: &str, names: &[String]) {
        self.known(place, names, CHANNELS, "channel");
    }

    fn known_categories(&mut self, place: &str, names: &[String]) {
        let own: Vec<&str> = ids(&self.pack.categories);
        let known = if own.is_empty() {
            crate::case::CATEGORIES
        } else {
            &own
        };
        self.known(place, names, known, "category of the pack");
    }

    fn known_remedies(&mut self, place: &str, names: &[String]) {
        let own = ids(&self.pack.remedies);
        self.known(place, names, &own, "remedy of the pack");
    }

    fn known(&mut self, place: &str, names: &[String], known: &[&str], what: &str) {
        for name in names {
            if !known.contains(&name.as_str()) {
                self.add(place, format!("{name:?} is no {what}: correct it"));
            }
        }
    }

    fn amounts(&mut self, place: &str, from: i64, to: Option<i64>) {
        if from < 0 || to.is_some_and(|to| to < 0) {
            self.add(place, "amounts cannot be below zero: correct them");
        }
        if to.is_some_and(|to| to < from) {
            self.add(
                place,
                "the least amount is more than the greatest: exchange them",
            );
        }
    }

    /// Returns whether some kind of case (of `kinds`, or any) has this step on its way.
    fn has_step(&self, step: Step, kinds: &[String]) -> bool {
        let pack = self.pack;
        let own: Vec<&str> = pack.kinds.iter().map(|rule| rule.id.as_str()).collect();
        let all = if own.is_empty() { CASE_KINDS } else { &own };
        all.iter()
            .filter(|kind| kinds.is_empty() || kinds.iter().any(|name| name == *kind))
            .any(|kind| pack.way(kind).has(step))
    }
}

fn ids(list: &[Choice]) -> Vec<&str> {
    list.iter().map(|choice| choice.id.as_str()).collect()
}

/// Returns whether two lists, of which an empty one means all, have something in common.
fn meet(a: &[String], b: &[String]) -> bool {
    a.is_empty() || b.is_empty() || a.iter().any(|entry| b.contains(entry))
}

/// Returns the names between `{` and `}`.
fn open_places(text: &str) -> impl Iterator<Item = &str> {
    text.split('{')
        .skip(1)
        .map(|rest| rest.split_once('}').map_or(rest, |(name, _)| name))
}
