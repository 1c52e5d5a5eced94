//! Gathers the rows of a list piece by piece and tells what each cell says in words.

use std::collections::HashSet;

use huiyin_api::{CaseRow, CustomerRow, ListQuery, Problem, custom_name, custom_text};
use leptos::prelude::untrack;

use super::columns::Column;
use crate::{
    shell::{branches::Branches, engine::Engine, intl, policy::Policy, windows::Listed},
    texts::Texts,
};

/// Rows asked for at a time: some milliseconds of the engine, and the page draws in between.
const PIECE: u32 = 1_000;
/// Times the rows are gathered anew because records were changed meanwhile; then the export goes on with what there is.
const MAX_ANEW: u32 = 2;

/// Why there is no file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The person stopped it.
    Cancelled,
    /// The engine's problem.
    Problem(Problem),
}

/// What names cells: texts, the words of the pack, the branches.
#[derive(Clone, Copy)]
pub struct Naming {
    /// Texts in the present language.
    pub texts: &'static Texts,
    /// Words of the pack.
    pub policy: Policy,
    /// Names of branches.
    pub branches: Branches,
}

/// A row whose cells can be told in words.
pub trait Exported: Listed {
    /// Returns the text of a column.
    fn text(&self, column: &str, naming: Naming) -> String;
}

impl Exported for CustomerRow {
    fn text(&self, column: &str, naming: Naming) -> String {
        let value = |field: &str, wire: &str| naming.texts.value(field, wire);
        match column {
            "name" => self.name.clone(),
            "phone" => self.phone.clone(),
            "kind" => value("kind", &self.kind),
            "class" => value("class", &self.class),
            "life_cycle" => value("life_cycle", &self.life_cycle),
            "city" => self.city.clone(),
            "owner" => self.owner.clone(),
            "branch" => untrack(|| naming.branches.name(&self.branch)),
            "updated" => moment(Some(self.updated)),
            "contact_name" => self.contact.clone(),
            own if custom_name(own).is_some() => custom_text(&self.custom, own).to_owned(),
            _ => self.number.clone(),
        }
    }
}

impl Exported for CaseRow {
    fn text(&self, column: &str, naming: Naming) -> String {
        let value =
            |field: &str, wire: &str| untrack(|| naming.policy.value(naming.texts, field, wire));
        match column {
            "subject" => self.subject.clone(),
            "customer_name" => self.customer.clone(),
            "state" => naming.texts.state(&self.state),
            "due" => moment(self.due),
            "assignee" => self.assignee.clone(),
            "received" => moment(Some(self.received)),
            "kind" => value("kind", &self.kind),
            "category" => value("category", &self.category),
            "severity" => value("severity", &self.severity),
            "against" => self.against.clone(),
            "phone" => self.phone.clone(),
            "branch" => untrack(|| naming.branches.name(&self.branch)),
            "updated" => moment(Some(self.updated)),
            own if custom_name(own).is_some() => custom_text(&self.custom, own).to_owned(),
            _ => self.number.clone(),
        }
    }
}

/// Returns whether a column holds moments.
pub fn is_moment(column: &Column) -> bool {
    matches!(&*column.name, "updated" | "received" | "due")
}

/// Returns an instant as `2026-11-22 13:05` in this device's zone; empty for none.
fn moment(at: Option<i64>) -> String {
    at.filter(|at| *at > 0)
        .map(intl::minute)
        .unwrap_or_default()
}

/// Hands every row of a query to `take`, each record once. `begin` is called before the first row, and again when records were changed
/// while the rows were gathered. `progress` hears how many of how many are done.
///
/// # Errors
/// When `stopped` says so, or with the engine's problem.
pub async fn gather<T: Listed>(
    engine: Engine,
    query: &ListQuery,
    mut begin: impl FnMut(),
    mut take: impl FnMut(&T),
    progress: impl Fn(u32, u32),
    stopped: impl Fn() -> bool,
) -> Result<u32, Stop> {
    use leptos::prelude::GetUntracked;
    let mut anew = 0;
    'again: loop {
        begin();
        let revision = engine.revision.get_untracked();
        let mut seen: HashSet<String> = HashSet::new();
        let mut offset = 0;
        loop {
            let piece = ListQuery {
                offset,
                limit: PIECE,
                ..query.clone()
            };
            let answer = engine.get(T::request(piece), T::pick).await;
            if stopped() {
                return Err(Stop::Cancelled);
            }
            let (total, _, rows) = answer.map_err(Stop::Problem)?;
            if engine.revision.get_untracked() != revision && anew < MAX_ANEW {
                // Rows may have moved between two pieces.
                anew += 1;
                continue 'again;
            }
            offset += rows.len() as u32;
            for row in &rows {
                if seen.insert(row.id().to_owned()) {
                    take(row);
                }
            }
            progress(offset.min(total), total);
            if rows.is_empty() || offset >= total {
                return Ok(seen.len() as u32);
            }
        }
    }
}
