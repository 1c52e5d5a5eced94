//! Every text of the screen, in both languages, as typed tables: a missing text does not compile.
//!
//! Each area of the app has its own struct and file with both languages side by side.

pub mod allocation;
pub mod bulk;
pub mod calendars;
pub mod cases;
pub mod common;
mod contact_names;
pub mod contacts;
pub mod customers;
pub mod desk;
pub mod devices;
pub mod differing;
pub mod duties;
pub mod events;
pub mod fetch;
pub mod figures;
pub mod file;
pub mod forms;
pub mod grading;
pub mod history;
pub mod home;
pub mod import;
pub mod leads;
pub mod lists;
pub mod lock;
pub mod loyalty;
pub mod month_table;
pub mod names;
pub mod newcomers;
pub mod own_reports;
pub mod packs;
pub mod paper_texts;
pub mod papers;
pub mod people;
pub mod pins;
pub mod policy_parts;
pub mod reasons;
pub mod recovery;
pub mod safekeeping;
pub mod sample;
pub mod settings;
pub mod shared;
pub mod shell;
pub mod survey;
pub mod sync;
pub mod wizard;

use huiyin_api::{Language, Problem, Sentence};
use leptos::prelude::*;

use crate::shell::preferences::{Preferences, use_preferences};

/// Returns an English count with its noun: "1 row", "2 rows". `count` is written as the screen shows it.
fn counted(count: &str, one: &str, more: &str) -> String {
    let noun = if count == "1" { one } else { more };
    format!("{count} {noun}")
}

/// All texts of one language.
pub struct Texts {
    /// The language these texts are in.
    pub language: Language,
    /// Frame of the app: navigation, sync state, keys, palette.
    pub shell: shell::ShellTexts,
    /// Words used on many screens.
    pub common: common::CommonTexts,
    /// First run.
    pub wizard: wizard::WizardTexts,
    /// My day.
    pub home: home::HomeTexts,
    /// Customers.
    pub customers: customers::CustomerTexts,
    /// Contacts.
    pub contacts: contacts::ContactTexts,
    /// Cases.
    pub cases: cases::CaseTexts,
    /// What lists share.
    pub lists: lists::ListTexts,
    /// Changing many records at once.
    pub bulk: bulk::BulkTexts,
    /// Complaint desk.
    pub desk: desk::DeskTexts,
    /// Import.
    pub import: import::ImportTexts,
    /// Sync.
    pub sync: sync::SyncTexts,
    /// Settings.
    pub settings: settings::SettingsTexts,
    /// Policy packs.
    pub packs: packs::PackTexts,
    /// Working calendars.
    pub calendars: calendars::CalendarTexts,
    /// Papers.
    pub papers: papers::PaperTexts,
    /// Duplicates and merging.
    pub people: people::PeopleTexts,
    /// Surveys.
    pub surveys: survey::SurveyTexts,
}

static ZH: Texts = Texts {
    language: Language::Chinese,
    shell: shell::ZH,
    common: common::ZH,
    wizard: wizard::ZH,
    home: home::ZH,
    customers: customers::ZH,
    contacts: contacts::ZH,
    cases: cases::ZH,
    lists: lists::ZH,
    bulk: bulk::ZH,
    desk: desk::ZH,
    import: import::ZH,
    sync: sync::ZH,
    settings: settings::ZH,
    packs: packs::ZH,
    calendars: calendars::ZH,
    papers: papers::ZH,
    people: people::ZH,
    surveys: survey::ZH,
};

static EN: Texts = Texts {
    language: Language::English,
    shell: shell::EN,
    common: common::EN,
    wizard: wizard::EN,
    home: home::EN,
    customers: customers::EN,
    contacts: contacts::EN,
    cases: cases::EN,
    lists: lists::EN,
    bulk: bulk::EN,
    desk: desk::EN,
    import: import::EN,
    sync: sync::EN,
    settings: settings::EN,
    packs: packs::EN,
    calendars: calendars::EN,
    papers: papers::EN,
    people: people::EN,
    surveys: survey::EN,
};

impl Texts {
    /// Returns the name of a field of a customer or case.
    pub fn field(&self, wire: &str) -> String {
        names::field(self.language, wire)
    }

    /// Returns the name of a value of a field with choices; other values are returned as they are.
    pub fn value(&self, field: &str, value: &str) -> String {
        names::value(self.language, field, value)
    }

    /// Returns the wire name of a category given by its name in this language; other words are kept as they are.
    pub fn category_wire(&self, name: &str) -> String {
        names::category_wire(self.language, name)
    }

    /// Returns the name of a step of a case or an entry of a time line.
    pub fn step(&self, wire: &str) -> String {
        names::step(self.language, wire)
    }

    /// Returns the name of a state of a case.
    pub fn state(&self, wire: &str) -> String {
        names::state(self.language, wire)
    }

    /// Returns the name of a role.
    pub fn role(&self, wire: &str) -> String {
        names::role(self.language, wire)
    }
}

/// Handle of the texts in the language chosen now. Cheap to copy.
#[derive(Clone, Copy)]
pub struct TextsHandle(RwSignal<Preferences>);

impl TextsHandle {
    /// Returns the texts, tracked: views change at once with the language.
    pub fn get(self) -> &'static Texts {
        self.0.with(|now| of(now.language()))
    }

    /// Returns the texts without tracking.
    pub fn now(self) -> &'static Texts {
        self.0.with_untracked(|now| of(now.language()))
    }

    /// Returns the language, tracked.
    pub fn language(self) -> Language {
        self.0.with(Preferences::language)
    }

    /// Returns a problem in words, with field names instead of wire names.
    pub fn sentence(self, problem: &Problem) -> Sentence {
        let texts = self.now();
        sentence(texts, problem)
    }
}

/// Returns a problem in words, with field and step names instead of wire names.
pub fn sentence(texts: &Texts, problem: &Problem) -> Sentence {
    let mut named = problem.clone();
    if let Some(name) = names::known(texts.language, &problem.place) {
        named.place = name;
    }
    named.sentence(texts.language)
}

/// Returns the texts of a language.
pub fn of(language: Language) -> &'static Texts {
    match language {
        Language::Chinese => &ZH,
        Language::English => &EN,
    }
}

/// Returns the texts.
pub fn use_texts() -> TextsHandle {
    TextsHandle(use_preferences())
}
