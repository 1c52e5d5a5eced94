//! Rows in groups: a head with a count before the rows of each group, in one list of any length.

use std::collections::BTreeMap;

use huiyin_api::{ListQuery, Request, group_rank};
use leptos::prelude::*;

use crate::{
    shell::{ask, branches::Branches, intl, live::live, policy::Policy},
    texts::{Texts, use_texts},
};

/// Columns customers may be grouped by.
pub const OF_CUSTOMERS: &[&str] = &["kind", "class", "life_cycle", "owner", "branch", "city"];
/// Columns cases may be grouped by.
pub const OF_CASES: &[&str] = &[
    "state", "due", "group", "severity", "category", "kind", "assignee", "branch",
];

/// A group: its text and how many rows it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Text of the column; empty for rows without one.
    pub text: String,
    /// Rows.
    pub count: u32,
}

/// What stands at a place of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The head of a group.
    Head(Group),
    /// A row, counted without heads.
    Row(u32),
}

/// The groups of a list in order; none while rows are not grouped.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Groups {
    groups: Vec<Group>,
    /// Where the head of each group stands.
    heads: Vec<u32>,
}

impl Groups {
    /// Returns the groups of a column by their counts.
    pub fn of(column: &str, counts: &BTreeMap<String, u32>) -> Self {
        let mut groups: Vec<Group> = counts
            .iter()
            .filter(|(_, count)| **count > 0)
            .map(|(text, count)| Group {
                text: text.clone(),
                count: *count,
            })
            .collect();
        groups.sort_by_cached_key(|group| (group_rank(column, &group.text), group.text.clone()));
        let mut next = 0;
        let heads = groups
            .iter()
            .map(|group| {
                let head = next;
                next += group.count + 1;
                head
            })
            .collect();
        Self { groups, heads }
    }

    /// Returns how many places a list of `rows` has.
    pub fn places(&self, rows: u32) -> u32 {
        if rows == 0 {
            0
        } else {
            rows + self.groups.len() as u32
        }
    }

    /// Returns what stands at a place.
    pub fn at(&self, place: u32) -> Place {
        match self.heads.partition_point(|head| *head <= place) {
            0 => Place::Row(place),
            after => match self.groups.get(after - 1) {
                Some(group) if self.heads[after - 1] == place => Place::Head(group.clone()),
                _ => Place::Row(place - after as u32),
            },
        }
    }

    /// Returns the place of a row.
    pub fn place_of(&self, row: u32) -> u32 {
        let begun = |(at, head): &(usize, &u32)| **head - *at as u32 <= row;
        row + self.heads.iter().enumerate().take_while(begun).count() as u32
    }

    /// Returns the row at a place, or the one after a head.
    pub fn row_from(&self, place: u32) -> u32 {
        match self.at(place) {
            Place::Row(row) => row,
            Place::Head(_) => self.at(place + 1).row().unwrap_or(0),
        }
    }
}

impl Place {
    /// Returns the row that stands here, if it is one.
    pub fn row(&self) -> Option<u32> {
        match self {
            Self::Row(row) => Some(*row),
            Self::Head(_) => None,
        }
    }
}

/// Follows the groups of a list; none while its query names no column.
pub fn follow_groups(cases: bool, query: RwSignal<ListQuery>) -> Memo<Groups> {
    let column = Memo::new(move |_| query.with(|query| query.group.clone()));
    let counts = live(
        move || {
            let column = column.get();
            (!column.is_empty()).then(|| Request::GroupCounts {
                cases,
                query: query.get(),
                column,
            })
        },
        ask::counts,
    );
    Memo::new(move |_| {
        let column = column.get();
        if column.is_empty() {
            return Groups::default();
        }
        counts
            .value
            .with(|counts| counts.as_ref().map(|counts| Groups::of(&column, counts)))
            .unwrap_or_default()
    })
}

/// Returns what a group is called.
pub fn group_name(
    texts: &Texts,
    policy: Policy,
    branches: Branches,
    column: &str,
    text: &str,
) -> String {
    match column {
        _ if text.is_empty() => texts.common.none.to_owned(),
        "branch" => branches.name(text),
        "state" => texts.state(text),
        "due" | "group" | "class" | "life_cycle" => texts.value(column, text),
        _ => policy.value(texts, column, text),
    }
}

/// The head of a group, over all columns.
#[component]
pub fn GroupHead(
    #[prop(into)] column: Signal<String>,
    group: Group,
    policy: Policy,
    branches: Branches,
) -> impl IntoView {
    let t = use_texts();
    let Group { text, count } = group;
    view! {
        <span role="gridcell" class="group-head">
            <strong>
                {move || column.with(|column| group_name(t.get(), policy, branches, column, &text))}
            </strong>
            " "
            <span class="muted num">{move || intl::number(t.get().language, f64::from(count))}</span>
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups() -> Groups {
        let counts = [("done", 1), ("open", 2), ("", 1), ("waiting", 0)]
            .map(|(text, count)| (text.to_owned(), count))
            .into();
        Groups::of("group", &counts)
    }

    #[test]
    fn a_head_stands_before_the_rows_of_each_group_and_those_without_a_text_come_last() {
        let groups = groups();
        assert_eq!(groups.places(4), 7);
        let told: Vec<String> = (0..7)
            .map(|place| match groups.at(place) {
                Place::Head(group) => format!("{} {}", group.text, group.count),
                Place::Row(row) => row.to_string(),
            })
            .collect();
        assert_eq!(told, ["open 2", "0", "1", "done 1", "2", " 1", "3"]);
        let places: Vec<u32> = (0..4).map(|row| groups.place_of(row)).collect();
        assert_eq!(places, [1, 2, 4, 6]);
        assert_eq!(groups.row_from(3), 2);
        assert_eq!(groups.row_from(4), 2);
    }

    #[test]
    fn without_groups_every_place_is_its_row() {
        let none = Groups::default();
        assert_eq!(none.places(3), 3);
        assert_eq!(none.at(2), Place::Row(2));
        assert_eq!(none.place_of(2), 2);
        assert_eq!(groups().places(0), 0, "nothing has no heads");
    }
}
