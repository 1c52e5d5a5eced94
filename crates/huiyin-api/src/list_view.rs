//! Saved views of lists: a name for search, filter, order, group and columns. Own ones stay on the device, shared ones are the company's.

use serde::{Deserialize, Serialize};

use crate::{ListQuery, Problem, ProblemCode};

/// Version of the stored form of a view; a newer one is left alone.
pub const LIST_VIEW_VERSION: u32 = 1;
/// Longest name of a view, in characters.
pub const MAX_VIEW_NAME: usize = 60;
/// Own views of a person on a device, for both lists.
pub const MAX_OWN_VIEWS: usize = 100;
/// Views the company shares, for both lists.
pub const MAX_SHARED_VIEWS: usize = 200;
/// Columns of a view.
pub const MAX_VIEW_COLUMNS: usize = 40;
/// Longest stored form of a view, in bytes.
pub const MAX_VIEW_BYTES: usize = 32 * 1024;

/// What a list shows and how.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ListView {
    /// Name people choose it by.
    pub name: String,
    /// Of the list of cases; else of customers.
    pub cases: bool,
    /// Search, filter, order and group. Offset and limit are not part of a view.
    pub query: ListQuery,
    /// Wire names of the columns in order; empty = the usual ones. A name that is not known is left out where it is shown.
    #[serde(default)]
    pub columns: Vec<String>,
    /// What makes it an own report of cases; lists do not offer it then. Earlier versions of the app show it as a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<crate::ViewReport>,
}

impl ListView {
    /// Returns the view with its name trimmed and nothing of a window.
    ///
    /// # Errors
    /// A missing or overlong name, a wrong filter or too many columns, each with what to mend.
    pub fn checked(&self) -> Result<Self, Problem> {
        let name = self.name.trim();
        if name.is_empty() {
            return Err(Problem::at(ProblemCode::Missing, "view_name"));
        }
        if name.chars().count() > MAX_VIEW_NAME || name.chars().any(char::is_control) {
            return Err(Problem::at(ProblemCode::BadField, "view_name")
                .because(format!("at most {MAX_VIEW_NAME} characters on one line")));
        }
        if let Some(tree) = &self.query.tree {
            tree.check(self.cases)?;
        }
        if let Some(report) = &self.report {
            if !self.cases {
                return Err(Problem::at(ProblemCode::BadFilter, "view_name")
                    .because("a report is one of cases"));
            }
            report.check()?;
            if let Some(tree) = &self.query.tree {
                crate::figure_report::check_filter(tree)?;
            }
        }
        let view = Self {
            name: name.to_owned(),
            query: ListQuery {
                offset: 0,
                limit: 0,
                ..self.query.clone()
            },
            ..self.clone()
        };
        let size = serde_json::to_string(&view).map_or(usize::MAX, |json| json.len());
        if view.columns.len() > MAX_VIEW_COLUMNS || size > MAX_VIEW_BYTES {
            let limit = MAX_VIEW_BYTES / 1024;
            return Err(Problem::at(ProblemCode::TooLarge, "view_name")
                .because(format!("at most {limit} KiB")));
        }
        Ok(view)
    }
}

/// A view with where it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SavedView {
    /// Id; what a link names after `?view=`.
    pub id: String,
    /// Every device of the company has it.
    pub shared: bool,
    /// Who saved it; empty for own ones.
    #[serde(default)]
    pub by: String,
    /// Id of the view that was changed on another device at the same time and stands beside this one; empty = none. To save this one
    /// makes it a view of its own, to drop it leaves the other.
    #[serde(default)]
    pub beside: String,
    /// The view.
    pub view: ListView,
}

/// The saved views, own ones first, each kind by name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SavedViews {
    /// The views.
    pub views: Vec<SavedView>,
    /// This device may share views and change shared ones.
    pub may_share: bool,
}
