//! What rows do not tell, counted from records some at a time: the parts of a count, and how they add up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Most numbers of records kept of a group: as many as one condition of a filter takes.
pub const MAX_GROUP_NUMBERS: usize = crate::MAX_FILTER_VALUES;
/// Most groups of a table of [`FigurePart`]; what does not fit is counted under [`OTHER_GROUP`].
pub const MAX_FIGURE_GROUPS: usize = 500;
/// Holds the records of a table that has too many groups.
pub const OTHER_GROUP: &str = "…";
/// The table of [`FigurePart`] that counts customers with points, by branch.
pub const POINTS_TABLE: &str = "points";

/// Of what parts are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FigureMatter {
    /// Cases received in the period: tables `channel`, `outcome`, `cause`, `product`, `department`, `against_person`,
    /// `satisfaction`, `call_back`, `reopened`, `compensation` and `clock`.
    #[default]
    Cases,
    /// Files of customers as they stand now: the table `file`.
    Files,
    /// Points of customers as they stand now, by branch: the table `points` and [`FigurePart::points`].
    Points,
}

/// Points of customers that are outstanding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PointSum {
    /// As the files say, in points: what another system counted.
    pub stated: i64,
    /// Earned by bringing others, as the ledgers say under the rules in force.
    pub earned: i64,
}

impl PointSum {
    /// Returns all of them.
    pub const fn total(self) -> i64 {
        self.stated.saturating_add(self.earned)
    }

    /// Returns whether there are none.
    pub const fn is_nothing(self) -> bool {
        self.stated == 0 && self.earned == 0
    }

    /// Returns these and others together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            stated: self.stated.saturating_add(other.stated),
            earned: self.earned.saturating_add(other.earned),
        }
    }
}

/// Records of one group.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FigureGroup {
    /// How many.
    pub count: u32,
    /// Numbers people read, of the first [`MAX_GROUP_NUMBERS`]: with them lists find the records.
    pub numbers: Vec<String>,
}

impl FigureGroup {
    /// Returns whether the numbers name every record of the group.
    pub fn is_whole(&self) -> bool {
        self.numbers.len() == self.count as usize
    }
}

/// What rows do not tell, of some of the records; parts add up.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FigurePart {
    /// Records counted.
    pub counted: u32,
    /// Records still to be counted.
    pub left: u32,
    /// What to ask next; empty = this was the last part.
    pub next: String,
    /// There are more than [`crate::MAX_FIGURE_RECORDS`]: nothing is counted.
    pub too_many: bool,
    /// By table, then by value. But for `clock` each table adds up to `counted`; `clock` has `<name>/met`, `/late` and `/running`.
    pub tables: BTreeMap<String, BTreeMap<String, FigureGroup>>,
    /// Money granted to customers, in cents.
    pub compensation: i64,
    /// Sum of the scores given at call-backs.
    pub scores: u32,
    /// How many gave one.
    pub scored: u32,
    /// Points of the customers of each branch that has any; those of the table's last group under its name.
    pub points: BTreeMap<String, PointSum>,
}

impl FigurePart {
    /// Counts a record under a value of a table.
    pub fn note(&mut self, table: &str, value: &str, number: &str) {
        let one = FigureGroup {
            count: 1,
            numbers: Some(number.to_owned())
                .filter(|number| !number.is_empty())
                .into_iter()
                .collect(),
        };
        self.put(table, value, one);
    }

    /// Counts a customer with points.
    pub fn note_points(&mut self, branch: &str, number: &str, sum: PointSum) {
        self.note(POINTS_TABLE, branch, number);
        self.put_points(branch, sum);
    }

    /// Adds points to the group the branch is in, which is there already.
    fn put_points(&mut self, branch: &str, sum: PointSum) {
        let groups = self.tables.get(POINTS_TABLE);
        let known = groups.is_some_and(|groups| groups.contains_key(branch));
        let group = if known { branch } else { OTHER_GROUP };
        let all = self.points.entry(group.to_owned()).or_default();
        *all = all.and(sum);
    }

    fn put(&mut self, table: &str, value: &str, group: FigureGroup) {
        if !self.tables.contains_key(table) {
            self.tables.insert(table.to_owned(), BTreeMap::new());
        }
        let Some(groups) = self.tables.get_mut(table) else {
            return;
        };
        let value = if groups.len() < MAX_FIGURE_GROUPS || groups.contains_key(value) {
            value
        } else {
            OTHER_GROUP
        };
        let known = groups.entry(value.to_owned()).or_default();
        known.count += group.count;
        let room = MAX_GROUP_NUMBERS.saturating_sub(known.numbers.len());
        known.numbers.extend(group.numbers.into_iter().take(room));
    }

    /// Adds the part that was asked for next.
    pub fn merge(&mut self, next: Self) {
        self.counted += next.counted;
        self.left = next.left;
        self.next = next.next;
        self.too_many |= next.too_many;
        for (table, groups) in next.tables {
            for (value, group) in groups {
                self.put(&table, &value, group);
            }
        }
        self.compensation += next.compensation;
        self.scores += next.scores;
        self.scored += next.scored;
        for (branch, sum) in next.points {
            self.put_points(&branch, sum);
        }
    }

    /// Returns the records of a group; none if there are none.
    pub fn group(&self, table: &str, value: &str) -> Option<&FigureGroup> {
        self.tables.get(table)?.get(value)
    }

    /// Returns how many records a group has.
    pub fn count(&self, table: &str, value: &str) -> u32 {
        self.group(table, value).map_or(0, |group| group.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_and_name_as_many_records_as_a_filter_takes() {
        let mut whole = FigurePart::default();
        for half in 0..2 {
            let mut part = FigurePart {
                counted: 60,
                compensation: 500,
                ..FigurePart::default()
            };
            for at in 0..60 {
                part.note("cause", "late_delivery", &format!("HQ-{half}-{at}"));
            }
            whole.merge(part);
        }
        let group = whole
            .group("cause", "late_delivery")
            .expect("it was counted");
        assert_eq!((group.count, group.numbers.len()), (120, MAX_GROUP_NUMBERS));
        assert!(!group.is_whole());
        assert_eq!((whole.counted, whole.compensation), (120, 1_000));
    }

    #[test]
    fn a_table_with_too_many_groups_still_adds_up() {
        let mut part = FigurePart::default();
        for at in 0..MAX_FIGURE_GROUPS + 20 {
            part.note("product", &format!("{at}"), "");
        }
        let groups = &part.tables["product"];
        assert_eq!(groups.len(), MAX_FIGURE_GROUPS + 1);
        assert_eq!(part.count("product", OTHER_GROUP), 20);
        let sum: u32 = groups.values().map(|group| group.count).sum();
        assert_eq!(sum as usize, MAX_FIGURE_GROUPS + 20);
    }

    #[test]
    fn points_of_branches_beyond_the_last_group_are_in_the_last_one() {
        let mut whole = FigurePart::default();
        let sum = PointSum {
            stated: 10,
            earned: 5,
        };
        for at in 0..MAX_FIGURE_GROUPS + 20 {
            let mut part = FigurePart::default();
            part.note_points(&format!("B{at}"), "HQ-1", sum);
            whole.merge(part);
        }
        assert_eq!(whole.points.len(), MAX_FIGURE_GROUPS + 1);
        assert_eq!(whole.points[OTHER_GROUP].total(), 20 * 15);
        assert_eq!(whole.points["B0"], sum);
    }
}
