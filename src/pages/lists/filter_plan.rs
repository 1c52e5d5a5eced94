//! A filter as the builder shows it: conditions and groups in groups, each joined by AND or OR.

use huiyin_api::FilterTree;

/// Returns whether one part of a filter is enough, and its parts; a condition alone is the one part of a group.
pub fn parts_of(tree: &FilterTree) -> (bool, Vec<FilterTree>) {
    match tree {
        FilterTree::Test(_) => (false, vec![tree.clone()]),
        FilterTree::All(parts) => (false, parts.clone()),
        FilterTree::Any(parts) => (true, parts.clone()),
    }
}

/// Returns these parts as one filter: without empty groups, a single part for itself; none if nothing is left.
pub fn joined(any: bool, parts: Vec<FilterTree>) -> Option<FilterTree> {
    let mut kept: Vec<FilterTree> = parts
        .into_iter()
        .filter_map(|part| match part {
            FilterTree::Test(_) => Some(part),
            FilterTree::All(inner) => joined(false, inner),
            FilterTree::Any(inner) => joined(true, inner),
        })
        .collect();
    match kept.len() {
        0 => None,
        1 => kept.pop(),
        _ if any => Some(FilterTree::Any(kept)),
        _ => Some(FilterTree::All(kept)),
    }
}

#[cfg(test)]
mod tests {
    use huiyin_api::{Condition, Operator};

    use super::*;

    fn test(field: &str) -> FilterTree {
        FilterTree::Test(Condition {
            field: field.to_owned(),
            operator: Operator::Filled,
            values: Vec::new(),
        })
    }

    #[test]
    fn what_the_builder_shows_means_what_the_filter_means() {
        let deep = FilterTree::Any(vec![
            test("name"),
            FilterTree::All(vec![
                test("kind"),
                FilterTree::Any(vec![test("city"), test("phone")]),
            ]),
        ]);
        let (any, parts) = parts_of(&deep);
        assert_eq!(parts.len(), 2);
        assert_eq!(joined(any, parts), Some(deep));
        let (any, parts) = parts_of(&test("name"));
        assert_eq!(joined(any, parts), Some(test("name")));
    }

    #[test]
    fn empty_groups_are_left_out_and_a_single_part_stands_alone() {
        let nested = vec![
            FilterTree::All(Vec::new()),
            FilterTree::Any(vec![FilterTree::All(vec![test("kind")])]),
        ];
        assert_eq!(joined(true, nested), Some(test("kind")));
        assert_eq!(joined(true, vec![FilterTree::Any(Vec::new())]), None);
    }
}
