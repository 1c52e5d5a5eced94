//! Where the marks of a chart stand, reckoned from the numbers of its table. Drawn in [`super::charts`].

use super::model::{Line, Section, Value};

/// Most bars of a chart; the rest stand in the table.
pub const MAX_BARS: usize = 10;
/// Most weeks drawn; the rest stand in the table.
pub const MAX_WEEKS: usize = 16;

/// Returns the counts of a column.
pub fn counts(lines: &[Line], column: usize) -> Vec<u32> {
    lines
        .iter()
        .map(|line| match line.cells.get(column).map(|cell| cell.value) {
            Some(Value::Count(count)) => count,
            _ => 0,
        })
        .collect()
}

/// Returns the least round number (1, 2 or 5 and noughts) that is not below any of these; 1 for nothing.
pub fn top(numbers: impl IntoIterator<Item = u32>) -> u32 {
    let most = numbers.into_iter().max().unwrap_or(0).max(1);
    let mut step = 1_u32;
    loop {
        for times in [1, 2, 5] {
            let round = step.saturating_mul(times);
            if round >= most {
                return round;
            }
        }
        step = step.saturating_mul(10);
    }
}

/// Returns the points of a line in a box of this size: from left to right, 0 at the bottom and `top` at its upper edge.
pub fn points(numbers: &[u32], top: u32, width: f64, height: f64) -> Vec<(f64, f64)> {
    let steps = numbers.len().saturating_sub(1).max(1) as f64;
    let only = numbers.len() == 1;
    numbers
        .iter()
        .enumerate()
        .map(|(at, number)| {
            let x = if only { 0.5 } else { at as f64 / steps };
            let y = 1.0 - f64::from(*number) / f64::from(top.max(1));
            (x * width, y * height)
        })
        .collect()
}

/// Returns points as SVG writes them: `0,12.5 10,3`.
pub fn written(points: &[(f64, f64)]) -> String {
    let told: Vec<String> = points
        .iter()
        .map(|(x, y)| format!("{x:.1},{y:.1}"))
        .collect();
    told.join(" ")
}

/// Returns how dark a number is, 0 for nought and 1 to 4 for quarters of the largest.
pub fn shade(number: u32, most: u32) -> u32 {
    if number == 0 {
        return 0;
    }
    let quarters = u64::from(number) * 4;
    (quarters.div_ceil(u64::from(most.max(number))) as u32).clamp(1, 4)
}

/// A bar of a Pareto chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What it is about.
    pub name: String,
    /// How many.
    pub count: u32,
    /// Share of this and all longer bars together, in hundredths of a per cent of what has a value.
    pub together: u32,
}

/// Returns the bars of a table whose lines stand by size; `none` is the name of those without a value, which are left out.
pub fn bars(section: &Section, none: &str) -> Vec<Bar> {
    let named: Vec<(&String, u32)> = section
        .lines
        .iter()
        .zip(counts(&section.lines, 0))
        .filter(|(line, count)| line.name != none && *count > 0)
        .map(|(line, count)| (&line.name, count))
        .collect();
    let whole: u64 = named.iter().map(|(_, count)| u64::from(*count)).sum();
    let mut so_far = 0_u64;
    named
        .into_iter()
        .take(MAX_BARS)
        .map(|(name, count)| {
            so_far += u64::from(count);
            Bar {
                name: name.clone(),
                count,
                together: (so_far * 10_000).checked_div(whole).unwrap_or(0) as u32,
            }
        })
        .collect()
}

/// Returns a name short enough to stand under a bar.
pub fn label(name: &str, longest: usize) -> String {
    if name.chars().count() <= longest {
        return name.to_owned();
    }
    let cut: String = name.chars().take(longest.saturating_sub(1)).collect();
    format!("{cut}…")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::reports::model::{Cell, Chart};

    #[test]
    fn the_upper_edge_is_a_round_number() {
        for (most, edge) in [(0, 1), (1, 1), (3, 5), (10, 10), (11, 20), (230, 500)] {
            assert_eq!(top([most, 0]), edge, "{most}");
        }
        assert_eq!(top([]), 1);
    }

    #[test]
    fn points_go_from_left_to_right_and_the_largest_stands_highest() {
        let line = points(&[0, 5, 10], 10, 100.0, 50.0);
        assert_eq!(line, [(0.0, 50.0), (50.0, 25.0), (100.0, 0.0)]);
        assert_eq!(written(&line), "0.0,50.0 50.0,25.0 100.0,0.0");
        assert_eq!(points(&[4], 4, 100.0, 50.0), [(50.0, 0.0)]);
        assert!(points(&[], 1, 100.0, 50.0).is_empty());
    }

    #[test]
    fn shades_tell_nought_from_little_and_little_from_much() {
        let told: Vec<u32> = [0, 1, 25, 26, 75, 100]
            .map(|number| shade(number, 100))
            .to_vec();
        assert_eq!(told, [0, 1, 1, 2, 3, 4]);
        assert_eq!(shade(1, 1), 4);
    }

    #[test]
    fn bars_add_up_to_the_whole_of_what_has_a_cause() {
        let line = |name: &str, count| Line {
            name: name.to_owned(),
            cells: vec![Cell {
                value: Value::Count(count),
                behind: None,
            }],
        };
        let section = Section {
            id: "cause".to_owned(),
            title: String::new(),
            heads: vec![String::new()],
            lines: vec![line("late", 6), line("broken", 2), line("Not stated", 9)],
            total: None,
            chart: Chart::Pareto,
            note: String::new(),
        };
        let bars = bars(&section, "Not stated");
        let told: Vec<(&str, u32)> = bars
            .iter()
            .map(|bar| (bar.name.as_str(), bar.together))
            .collect();
        assert_eq!(told, [("late", 7_500), ("broken", 10_000)]);
        assert_eq!(label("客户服务态度", 4), "客户服…");
    }
}
