//! Own reports: cases of a period counted by two columns, from rows alone. They are kept as views ([`crate::list_views`]).

use std::collections::{BTreeMap, HashMap};

use huiyin_api::{
    CrossQuery, CrossTable, MAX_REPORT_HEADS, MAX_REPORT_LINES, OTHER_GROUP, Problem,
};
use huiyin_core::id::RecordKind;
use huiyin_core::text::fold;

use crate::Millis;
use crate::figures::Wanted;
use crate::lists::By;
use crate::replica::Replica;

/// The values of one column as they are met: folded alike they are one.
#[derive(Debug, Default)]
struct Values {
    places: HashMap<String, usize>,
    shown: Vec<String>,
    sums: Vec<u32>,
}

impl Values {
    fn place(&mut self, text: &str) -> usize {
        let next = self.shown.len();
        let place = *self.places.entry(fold(text)).or_insert(next);
        if place == next {
            self.shown.push(text.to_owned());
            self.sums.push(0);
        } else if text < self.shown[place].as_str() {
            text.clone_into(&mut self.shown[place]);
        }
        self.sums[place] += 1;
        place
    }

    /// Returns the places with most first, at most `most`; what follows has no place of its own.
    fn kept(&self, most: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.shown.len()).collect();
        order.sort_by(|a, b| {
            (self.sums[*b], &self.shown[*a]).cmp(&(self.sums[*a], &self.shown[*b]))
        });
        order.truncate(most);
        order
    }
}

impl Replica {
    /// Returns the counts of a report.
    ///
    /// # Errors
    /// A problem if the period, a column or the filter is wrong.
    pub fn crossed(&self, query: &CrossQuery, now: Millis) -> Result<CrossTable, Problem> {
        query.check()?;
        Wanted::of(&query.figures)?;
        let kind = RecordKind::Case;
        let list = query.list(None, None);
        Self::check_query(kind, &list)?;
        let (rows, columns) = (By::of(kind, &query.rows), By::of(kind, &query.columns));
        let (mut lines, mut heads) = (Values::default(), Values::default());
        let mut counts: HashMap<(usize, usize), u32> = HashMap::new();
        let mut total = 0;
        self.each_match(kind, &list, now, |segment, row| {
            let text =
                |by: Option<By>| by.map_or_else(Default::default, |by| by.text(segment, row, now));
            let place = (lines.place(&text(rows)), heads.place(&text(columns)));
            *counts.entry(place).or_default() += 1;
            total += 1;
        });
        let (kept_lines, kept_heads) = (lines.kept(MAX_REPORT_LINES), heads.kept(MAX_REPORT_HEADS));
        let mut names: Vec<String> = kept_heads
            .iter()
            .map(|head| heads.shown[*head].clone())
            .collect();
        if kept_heads.len() < heads.shown.len() {
            names.push(OTHER_GROUP.to_owned());
        }
        let mut table: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for ((line, head), count) in counts {
            let name = if kept_lines.contains(&line) {
                lines.shown[line].clone()
            } else {
                OTHER_GROUP.to_owned()
            };
            let at = kept_heads.iter().position(|kept| *kept == head);
            let numbers = table.entry(name).or_insert_with(|| vec![0; names.len()]);
            numbers[at.unwrap_or(kept_heads.len())] += count;
        }
        Ok(CrossTable {
            asked: query.clone(),
            heads: names,
            lines: table,
            total,
        })
    }
}
