//! A filter as the builder shows it: groups of conditions, joined by AND or OR inside and among each other.

use huiyin_api::{Condition, FilterTree};

/// Conditions joined in one way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Block {
    /// One condition is enough; else all must fit.
    pub any: bool,
    /// The conditions.
    pub conditions: Vec<Condition>,
}

/// A whole filter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// One group is enough; else all must fit.
    pub any: bool,
    /// The groups.
    pub blocks: Vec<Block>,
}

impl Plan {
    /// Returns the groups of a filter; none if it has more levels than the builder shows.
    pub fn of(tree: &FilterTree) -> Option<Self> {
        let (any, parts) = match tree {
            FilterTree::Test(condition) => return Some(Self::single(condition.clone())),
            FilterTree::All(parts) => (false, parts),
            FilterTree::Any(parts) => (true, parts),
        };
        let mut plan = Self {
            any,
            blocks: Vec::new(),
        };
        let mut direct = Block {
            any,
            conditions: Vec::new(),
        };
        for part in parts {
            match part {
                FilterTree::Test(condition) => direct.conditions.push(condition.clone()),
                FilterTree::All(inner) => plan.blocks.push(block(false, inner)?),
                FilterTree::Any(inner) => plan.blocks.push(block(true, inner)?),
            }
        }
        if !direct.conditions.is_empty() {
            plan.blocks.insert(0, direct);
        }
        Some(plan)
    }

    fn single(condition: Condition) -> Self {
        Self {
            any: false,
            blocks: vec![Block {
                any: false,
                conditions: vec![condition],
            }],
        }
    }

    /// Returns the filter; none if there is no condition.
    pub fn tree(&self) -> Option<FilterTree> {
        let mut groups: Vec<FilterTree> = self
            .blocks
            .iter()
            .filter(|block| !block.conditions.is_empty())
            .map(|block| {
                let tests = block.conditions.iter().cloned().map(FilterTree::Test);
                joined(block.any, tests.collect())
            })
            .collect();
        match groups.len() {
            0 => None,
            1 => groups.pop(),
            _ => Some(joined(self.any, groups)),
        }
    }
}

fn joined(any: bool, parts: Vec<FilterTree>) -> FilterTree {
    if any {
        FilterTree::Any(parts)
    } else {
        FilterTree::All(parts)
    }
}

fn block(any: bool, parts: &[FilterTree]) -> Option<Block> {
    let conditions = parts
        .iter()
        .map(|part| match part {
            FilterTree::Test(condition) => Some(condition.clone()),
            _ => None,
        })
        .collect::<Option<_>>()?;
    Some(Block { any, conditions })
}

#[cfg(test)]
mod tests {
    use huiyin_api::Operator;

    use super::*;

    fn condition(field: &str) -> Condition {
        Condition {
            field: field.to_owned(),
            operator: Operator::Filled,
            values: Vec::new(),
        }
    }

    fn test(field: &str) -> FilterTree {
        FilterTree::Test(condition(field))
    }

    #[test]
    fn what_the_builder_shows_means_what_the_filter_means() {
        let mixed = FilterTree::Any(vec![
            test("name"),
            FilterTree::All(vec![test("kind"), test("city")]),
            test("phone"),
        ]);
        let plan = Plan::of(&mixed).expect("two levels");
        let expected = FilterTree::Any(vec![
            FilterTree::Any(vec![test("name"), test("phone")]),
            FilterTree::All(vec![test("kind"), test("city")]),
        ]);
        assert_eq!(plan.tree(), Some(expected.clone()));
        assert_eq!(Plan::of(&expected), Some(plan));
    }

    #[test]
    fn one_group_stands_alone_and_empty_ones_are_left_out() {
        let plan = Plan {
            any: true,
            blocks: vec![
                Block::default(),
                Block {
                    any: false,
                    conditions: vec![condition("kind")],
                },
            ],
        };
        assert_eq!(plan.tree(), Some(FilterTree::All(vec![test("kind")])));
        assert_eq!(Plan::default().tree(), None);
    }

    #[test]
    fn more_levels_than_two_are_not_taken_apart() {
        let deep = FilterTree::All(vec![FilterTree::Any(vec![FilterTree::All(vec![test(
            "kind",
        )])])]);
        assert_eq!(Plan::of(&deep), None);
    }
}
