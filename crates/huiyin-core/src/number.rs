//! Numbers people read, made offline: branch, date, device letters, counter.
//!
//! Decides the form. Which counter comes next is kept by the device; two devices of one branch differ by
//! their letters, and a number is a name for people, never an id.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use crate::field::parse_date;
use crate::id::BranchCode;

/// Fewest digits of the counter.
const COUNTER_DIGITS: usize = 4;
const LETTERS: u32 = 26;
/// How many sets of two letters there are; the rest of the hashes get three.
const PAIRS: u32 = LETTERS * LETTERS;
const TRIPLES: u32 = PAIRS * LETTERS;

/// Why a text is not a record number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "read number {0:?}: it has the form branch-date-letters-counter, for example HQ-20261121-AB-0007"
)]
pub struct NumberError(pub String);

/// The parts of a record number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordNumber {
    /// The branch the record was made in.
    pub branch: BranchCode,
    /// The day it was made.
    pub date: NaiveDate,
    /// The letters of the device, 1 to 3 of A-Z.
    pub device_letters: String,
    /// Counts the device's records of that day from 1.
    pub counter: u32,
}

impl RecordNumber {
    /// Returns the parts of the number in `text`; lower case is taken too.
    ///
    /// # Errors
    /// [`NumberError`] unless the text is a number as [`record_number`] writes it.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let upper = text.trim().to_ascii_uppercase();
        let read = || {
            let mut parts = upper.rsplitn(4, '-');
            let (counter, letters, day, branch) =
                (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
            let counter: u32 = counter.parse().ok()?;
            let fits = day.len() == 8
                && day.bytes().all(|b| b.is_ascii_digit())
                && (1..=3).contains(&letters.len())
                && letters.bytes().all(|b| b.is_ascii_uppercase())
                && counter > 0;
            if !fits {
                return None;
            }
            let date = parse_date(&format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]))?;
            Some(Self {
                branch: BranchCode::parse(branch).ok()?,
                date,
                device_letters: letters.to_owned(),
                counter,
            })
        };
        read()
            .filter(|number| number.to_string() == upper)
            .ok_or_else(|| NumberError(text.to_owned()))
    }
}

impl fmt::Display for RecordNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&record_number(
            &self.branch,
            self.date,
            &self.device_letters,
            self.counter,
        ))
    }
}

/// Returns the number of a record, such as `HQ-20261121-AB-0007`; the counter grows beyond four digits as
/// needed.
pub fn record_number(
    branch: &BranchCode,
    date: NaiveDate,
    device_letters: &str,
    counter: u32,
) -> String {
    let (year, month, day) = (date.year(), date.month(), date.day());
    format!("{branch}-{year:04}{month:02}{day:02}-{device_letters}-{counter:0COUNTER_DIGITS$}")
}

/// Returns the two or three letters of a device from a hash of its key.
///
/// 18,252 sets: two devices of one branch seldom share one, and the administrator sees it when they do.
pub fn device_letters(hash: u32) -> String {
    let index = hash % (PAIRS + TRIPLES);
    let (mut rest, count) = if index < PAIRS {
        (index, 2)
    } else {
        (index - PAIRS, 3)
    };
    let mut letters = vec![' '; count];
    for letter in letters.iter_mut().rev() {
        *letter = char::from(b'A' + (rest % LETTERS) as u8);
        rest /= LETTERS;
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_written_as_people_expect() {
        let branch = BranchCode::parse("HQ").unwrap();
        let date = parse_date("2026-11-21").unwrap();
        assert_eq!(record_number(&branch, date, "A", 7), "HQ-20261121-A-0007");
        assert_eq!(
            record_number(&branch, date, "ZZ", 12_345),
            "HQ-20261121-ZZ-12345"
        );
        assert_eq!(
            (device_letters(0), device_letters(675), device_letters(676)),
            ("AA".into(), "ZZ".into(), "AAA".into())
        );
        assert_eq!(device_letters(18_251), "ZZZ");
        assert_eq!(device_letters(18_252), "AA");
    }

    #[test]
    fn other_texts_are_no_numbers() {
        for bad in [
            "",
            "HQ",
            "HQ-20261131-A-0007",
            "HQ-20261121-A-007",
            "HQ-20261121-A-0000",
            "HQ-20261121--0007",
            "HQ-20261121-ABCD-0007",
            "HQ-20261121-A1-0007",
            "-20261121-A-0007",
            "HQ-2026-11-21-A-0007",
            "HQ-20261121-A-+007",
        ] {
            assert_eq!(RecordNumber::parse(bad), Err(NumberError(bad.to_owned())));
        }
    }

    proptest! {
        #[test]
        fn numbers_are_read_back(branch in "[A-Z0-9-]{1,12}", days in 0u64..100_000, hash: u32, counter in 1u32..) {
            let number = RecordNumber {
                branch: BranchCode::parse(&branch).unwrap(),
                date: parse_date("1900-01-01").unwrap() + chrono::Days::new(days),
                device_letters: device_letters(hash),
                counter,
            };
            prop_assert_eq!(RecordNumber::parse(&number.to_string()), Ok(number.clone()));
            prop_assert_eq!(RecordNumber::parse(&number.to_string().to_lowercase()), Ok(number));
        }
    }
}
