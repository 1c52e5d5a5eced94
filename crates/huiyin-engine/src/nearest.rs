//! The first few of many rows: how many there are is counted, only those to be shown are kept.

use std::collections::BinaryHeap;

use crate::Millis;
use crate::lists::HOME_ROWS;
use crate::segments::Place;

/// The [`HOME_ROWS`] rows with the least times, of all that were put.
#[derive(Debug, Default)]
pub(crate) struct Nearest {
    total: u32,
    /// The greatest on top.
    kept: BinaryHeap<(Millis, Place)>,
}

impl Nearest {
    /// Puts a row with its time.
    pub fn put(&mut self, time: Millis, place: Place) {
        self.total += 1;
        if self.kept.len() < HOME_ROWS {
            self.kept.push((time, place));
        } else if let Some(mut greatest) = self.kept.peek_mut()
            && (time, place) < *greatest
        {
            *greatest = (time, place);
        }
    }

    /// Returns how many were put.
    pub fn total(&self) -> u32 {
        self.total
    }

    /// Returns the places kept, by time and place.
    pub fn into_places(self) -> impl Iterator<Item = Place> {
        let sorted = self.kept.into_sorted_vec();
        sorted.into_iter().map(|(_, place)| place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_are_kept_in_order_and_all_are_counted() {
        let count = 1_000_u32;
        let time = |place: u32| Millis::from(place * 7_919 % count);
        let mut nearest = Nearest::default();
        for place in 0..count {
            nearest.put(time(place) / 3, (0, place));
        }
        assert_eq!(nearest.total(), count);
        let mut all: Vec<(Millis, Place)> = (0..count)
            .map(|place| (time(place) / 3, (0, place)))
            .collect();
        all.sort_unstable();
        let least: Vec<Place> = all[..HOME_ROWS].iter().map(|(_, place)| *place).collect();
        assert_eq!(nearest.into_places().collect::<Vec<_>>(), least);
    }
}
