//! Words looked for in the whole descriptions of cases, the newest segments first.
//!
//! Texts in memory are looked through at once; those that memory has no room for, or that have not been read yet, are read from the
//! store some segments at a time, and the answer says how to go on.

use huiyin_api::{ListQuery, MAX_PAGE_ROWS, TextHits};
use huiyin_core::id::RecordKind;
use huiyin_core::text::fold;
use huiyin_document::{CaseTexts, DocumentKey};

use crate::lists::{Filter, branch_fits};
use crate::replica::Replica;
use crate::segments::{Place, Segment};
use crate::task::{Halt, Run, Tx};
use crate::{Millis, Query, Table};

/// Segments whose texts one request reads from the store.
const STORED_A_REQUEST: usize = 64;

/// Returns the read of the stored texts of a segment.
fn stored(segment: &Segment) -> Query {
    Query::Get {
        table: Table::Texts,
        key: DocumentKey::Segment(segment.key.clone())
            .to_string()
            .into_bytes(),
    }
}

/// Returns the rows that have every word in their text.
fn found_in(texts: &CaseTexts, words: &[Vec<u16>]) -> Vec<usize> {
    let Some((first, others)) = words.split_first() else {
        return Vec::new();
    };
    let mut rows = texts.find(first);
    rows.retain(|row| {
        let text = texts.get(*row);
        others
            .iter()
            .all(|word| text.windows(word.len()).any(|part| part == word))
    });
    rows
}

impl Replica {
    /// Returns cases whose descriptions have all words of a query, from the segment behind `after` on.
    pub fn search_text(&self, tx: &Tx<'_>, query: &ListQuery, after: &str) -> Run<TextHits> {
        let mut words: Vec<Vec<u16>> = fold(&query.search)
            .split_whitespace()
            .map(|word| word.encode_utf16().collect())
            .collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let mut hits = TextHits::default();
        if words.is_empty() {
            return Ok(hits);
        }
        let mut listed: Vec<(u32, &Segment)> = self
            .listed(RecordKind::Case)
            .filter(|(_, segment)| branch_fits(segment, &query.filter))
            .collect();
        listed.sort_by_key(|(index, segment)| (std::cmp::Reverse(segment.summary.newest), *index));
        let from = listed
            .iter()
            .position(|(_, segment)| segment.key.to_string() == after)
            .map_or(0, |at| at + 1);
        let listed = &listed[from..];
        let away = read_away(tx, listed)?;
        let filter = Filter::of(RecordKind::Case, &query.filter);
        let judge = query
            .tree
            .as_ref()
            .map(|tree| self.judge_of(true, tree, tx.now));
        let today = self.policies.calendar.date_of(tx.now).to_string();
        let wanted = query.limit.clamp(1, MAX_PAGE_ROWS) as usize;
        let mut places: Vec<Place> = Vec::new();
        let mut looked = 0;
        let mut read = away.iter();
        for (index, segment) in listed {
            let rows = match segment.texts() {
                Some(texts) => found_in(texts, &words),
                None => match read.next() {
                    Some(stored) => found_in(&segment.read_texts(*stored), &words),
                    None => break,
                },
            };
            looked += 1;
            hits.searched += segment.len() as u32;
            let mut found: Vec<(std::cmp::Reverse<Millis>, Place)> = rows
                .into_iter()
                .map(|row| segment.columns().row(row))
                .filter(|row| {
                    let mut tests = filter.tests.iter();
                    tests.all(|test| self.fits(test, *row, tx.now, &today))
                        && judge
                            .as_ref()
                            .is_none_or(|judge| self.row_fits(judge, segment, *row, tx.now))
                })
                .map(|row| {
                    let place = (*index, row.index() as u32);
                    (std::cmp::Reverse(row.received()), place)
                })
                .collect();
            found.sort_unstable();
            places.extend(found.into_iter().map(|(_, place)| place));
            if places.len() >= wanted {
                break;
            }
        }
        if looked < listed.len() {
            hits.next = listed[looked - 1].1.key.to_string();
            hits.left = listed[looked..]
                .iter()
                .map(|(_, segment)| segment.len() as u32)
                .sum();
        }
        hits.rows = places
            .into_iter()
            .take(wanted)
            .map(|place| {
                let (segment, row) = self.segments.at(place);
                self.case_row(segment, row, tx.now)
            })
            .collect();
        Ok(hits)
    }
}

/// Returns the stored texts of the first segments whose texts are not in memory; asks for them. None are asked for while those
/// before them, which are in memory, may be enough.
fn read_away<'a>(tx: &'a Tx<'_>, listed: &[(u32, &Segment)]) -> Run<Vec<Option<&'a [u8]>>> {
    if listed
        .first()
        .is_none_or(|(_, segment)| segment.texts().is_some())
    {
        return Ok(Vec::new());
    }
    let mut rows = Vec::new();
    let mut needs = Vec::new();
    let away = listed
        .iter()
        .filter(|(_, segment)| segment.texts().is_none())
        .take(STORED_A_REQUEST);
    for (_, segment) in away {
        match tx.rows(stored(segment)) {
            Ok(found) => rows.push(found.first().map(|(_, value)| value.as_slice())),
            Err(Halt::Need(need)) => needs.extend(need),
            Err(halt) => return Err(halt),
        }
    }
    if needs.is_empty() {
        Ok(rows)
    } else {
        Err(Halt::Need(needs))
    }
}
