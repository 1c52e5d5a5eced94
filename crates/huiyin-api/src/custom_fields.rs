//! Fields that only an import knows (`x:…`), as filters and columns of lists offer them.

use serde::{Deserialize, Serialize};

use crate::{FieldView, FilterForm};

/// Begins the name of a field that only an import knows.
pub const CUSTOM_PREFIX: &str = "x:";
/// Longest name of such a field, in characters, without the prefix.
pub const MAX_CUSTOM_NAME: usize = 80;
/// Such fields that are offered, those of most records first.
pub const MAX_CUSTOM_FIELDS: usize = 200;
/// Different values up to which a field is one to choose from.
pub const MAX_CUSTOM_CHOICES: usize = 30;

/// What the values of such a field look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomForm {
    /// Words.
    #[default]
    Text,
    /// Numbers, all of them.
    Number,
    /// Days, all of them.
    Day,
    /// A few words that come again and again.
    Choice,
}

impl CustomForm {
    /// Returns the form whose comparisons are offered first.
    pub const fn filter_form(self) -> FilterForm {
        match self {
            Self::Text => FilterForm::Text,
            Self::Number => FilterForm::Number,
            Self::Day => FilterForm::Day,
            Self::Choice => FilterForm::Choice,
        }
    }
}

/// A field that only an import knows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CustomField {
    /// Wire name with its prefix, as filters and columns name it.
    pub name: String,
    /// Records that have it.
    pub rows: u32,
    /// What its values look like.
    pub form: CustomForm,
    /// Of one to choose from: the values, the most frequent first.
    #[serde(default)]
    pub values: Vec<String>,
}

/// Returns the name without its prefix, if it is that of such a field: on one line, of at most [`MAX_CUSTOM_NAME`] characters.
pub fn custom_name(field: &str) -> Option<&str> {
    field.strip_prefix(CUSTOM_PREFIX).filter(|name| {
        !name.is_empty()
            && name.chars().count() <= MAX_CUSTOM_NAME
            && !name.chars().any(char::is_control)
    })
}

/// Returns the value of such a field of a row; empty if it has none.
pub fn custom_text<'a>(fields: &'a [FieldView], name: &str) -> &'a str {
    fields
        .iter()
        .find(|field| field.name == name)
        .map_or("", |field| &field.value)
}
