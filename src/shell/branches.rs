//! Branches and staff of the company, for names and choices; kept current.

use huiyin_api::{Request, SettingsView};
use leptos::prelude::*;

use super::{
    ask,
    live::{Live, live},
};

/// The company's branches and staff. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Branches(Live<SettingsView>);

impl Branches {
    /// Starts to follow branches and staff.
    pub fn follow() -> Self {
        Self(live(|| Some(Request::Settings), ask::settings))
    }

    /// Returns whether there is more than one branch, tracked.
    pub fn several(self) -> bool {
        self.0.value.with(|settings| {
            settings
                .as_ref()
                .is_some_and(|settings| settings.branches.len() > 1)
        })
    }

    /// Returns code and name of each branch after an empty choice with this name, tracked.
    pub fn choices(self, all: &str) -> Vec<(String, String)> {
        let mut choices = vec![(String::new(), all.to_owned())];
        self.0.value.with(|settings| {
            for branch in settings.iter().flat_map(|settings| &settings.branches) {
                choices.push((branch.code.clone(), branch.name.clone()));
            }
        });
        choices
    }

    /// Returns the name of a branch, or its code while the name is not known; tracked.
    pub fn name(self, code: &str) -> String {
        self.0.value.with(|settings| {
            settings
                .iter()
                .flat_map(|settings| &settings.branches)
                .find(|branch| branch.code == code)
                .map_or_else(|| code.to_owned(), |branch| branch.name.clone())
        })
    }

    /// Returns the names of the staff who have not left, tracked.
    pub fn staff_names(self) -> Vec<String> {
        self.0.value.with(|settings| {
            settings
                .iter()
                .flat_map(|settings| &settings.staff)
                .filter(|person| !person.left)
                .map(|person| person.name.clone())
                .collect()
        })
    }
}

/// Returns branches and staff.
pub fn use_branches() -> Branches {
    expect_context()
}
