//! Deadlines: a table a business person could read (`deadlines.csv`, times of Shanghai, worked out apart from
//! this code), the reasons given, and what holds for every length.

use huiyin_core::Millis;
use huiyin_core::calendar::chrono::{DateTime, NaiveDate};
use huiyin_core::calendar::{Length, Span, SpanKind, WorkingCalendar, deadline};
use proptest::prelude::*;

const TABLE: &str = include_str!("deadlines.csv");

/// Returns a time written as `2026-03-10 09:15` in Shanghai.
fn shanghai(text: &str) -> Millis {
    let (day, time) = text.split_once(' ').expect("day and time");
    DateTime::parse_from_rfc3339(&format!("{day}T{time}:00+08:00"))
        .expect("a time")
        .timestamp_millis()
}

#[test]
fn every_row_of_the_table_is_due_as_written() {
    let china = WorkingCalendar::china();
    let mut wrong = Vec::new();
    let rows: Vec<&str> = TABLE.lines().skip(1).collect();
    for row in &rows {
        let columns: Vec<&str> = row.split(',').collect();
        let [from, length, due, provisional, _source, _why] = columns[..] else {
            panic!("six columns: {row}")
        };
        let found = deadline(&china, shanghai(from), Length::parse(length).expect(length));
        if (found.due, found.provisional) != (shanghai(due), provisional == "yes") {
            wrong.push(format!(
                "{row}: found {} provisional {}",
                DateTime::from_timestamp_millis(found.due).unwrap(),
                found.provisional
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(rows.len() >= 60, "{} rows", rows.len());
}

#[test]
fn a_deadline_says_why_it_falls_on_that_day() {
    let found = deadline(
        &WorkingCalendar::china(),
        shanghai("2026-10-06 10:00"),
        Length::WorkingDays(4),
    );
    let span = |date: &str, kind: SpanKind, counted| Span {
        date: date.to_owned(),
        kind,
        counted,
        minutes: None,
    };
    let name = |text: &str| text.to_owned();
    assert_eq!(
        found.explanation,
        [
            span("2026-10-06", SpanKind::Start, None),
            span(
                "2026-10-07",
                SpanKind::Holiday {
                    name: name("国庆节")
                },
                None
            ),
            span("2026-10-08", SpanKind::Working, Some(1)),
            span("2026-10-09", SpanKind::Working, Some(2)),
            span(
                "2026-10-10",
                SpanKind::MakeUp {
                    name: name("国庆节")
                },
                Some(3)
            ),
            span(
                "2026-10-11",
                SpanKind::RestDay {
                    name: name("sunday")
                },
                None
            ),
            span("2026-10-12", SpanKind::Working, Some(4)),
            span("2026-10-12", SpanKind::Due, None),
        ]
    );
}

#[test]
fn a_deadline_in_days_shows_the_rest_days_it_moved_over() {
    let found = deadline(
        &WorkingCalendar::china(),
        shanghai("2026-03-11 10:00"),
        Length::Days(3),
    );
    let shown: Vec<_> = found
        .explanation
        .iter()
        .map(|span| (span.date.as_str(), span.counted))
        .collect();
    assert_eq!(
        shown,
        [
            ("2026-03-11", None),
            ("2026-03-12", Some(1)),
            ("2026-03-13", Some(2)),
            ("2026-03-14", Some(3)),
            ("2026-03-15", None),
            ("2026-03-16", None),
            ("2026-03-16", None),
        ]
    );
    let month = deadline(
        &WorkingCalendar::china(),
        shanghai("2026-01-31 10:00"),
        Length::Months(1),
    );
    assert_eq!(
        month.explanation.len(),
        3,
        "a month shows its start, its day, its due day: {month:?}"
    );
}

#[test]
fn lengths_are_written_as_they_are_read() {
    for text in [
        "3wd", "7d", "2w", "1m", "24h", "same-day", "at-once", "1000wd", "120m", "142w",
    ] {
        assert_eq!(Length::parse(text).unwrap().to_string(), text);
    }
    for bad in [
        "",
        "0d",
        "3",
        "wd",
        "1001d",
        "121m",
        "143w",
        "-1d",
        "3 wd",
        "3WD",
        "1.5h",
        "99999999999d",
    ] {
        let error = Length::parse(bad).unwrap_err().to_string();
        assert!(error.contains("write 3wd"), "{error}");
    }
}

#[test]
fn other_office_hours_and_zones_move_the_moment_not_the_day() {
    use huiyin_core::calendar::{OfficeSpan, chrono::Weekday};
    let until_four = [OfficeSpan { from: 480, to: 960 }];
    let china = WorkingCalendar::china().with_office_hours(Weekday::Fri, &until_four);
    assert_eq!(
        deadline(&china, shanghai("2026-03-11 10:00"), Length::WorkingDays(2)).due,
        shanghai("2026-03-13 16:00")
    );
    let utc = WorkingCalendar::china().with_utc_offset(0);
    // 2026-03-12 02:00 in Shanghai is still 11 March in UTC; 18:00 UTC on the 12th is 02:00 on the 13th.
    assert_eq!(
        deadline(&utc, shanghai("2026-03-12 02:00"), Length::WorkingDays(1)).due,
        shanghai("2026-03-13 02:00")
    );
}

/// Times from 2019 to 2030.
fn any_time() -> impl Strategy<Value = Millis> {
    1_546_300_800_000..1_893_456_000_000i64
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_longer_length_is_never_due_earlier(from in any_time(), n in 1u32..300) {
        let china = WorkingCalendar::china();
        let due = |length| deadline(&china, from, length).due;
        prop_assert!(due(Length::WorkingDays(n)) < due(Length::WorkingDays(n + 1)));
        prop_assert!(due(Length::Days(n)) <= due(Length::Days(n + 1)));
        prop_assert!(due(Length::Months(n % 119 + 1)) < due(Length::Months(n % 119 + 2)));
        prop_assert!(due(Length::Hours(n)) < due(Length::Hours(n + 1)));
        prop_assert!(due(Length::Days(n)) <= due(Length::WorkingDays(n)));
        prop_assert_eq!(due(Length::Weeks(n % 140 + 1)), due(Length::Days((n % 140 + 1) * 7)));
    }

    #[test]
    fn a_later_start_is_never_due_earlier(from in any_time(), later in 0i64..1_000_000_000, n in 1u32..50) {
        let china = WorkingCalendar::china();
        for length in [Length::WorkingDays(n), Length::Days(n), Length::Months(n), Length::SameDay, Length::Hours(n)] {
            prop_assert!(deadline(&china, from, length).due <= deadline(&china, from + later, length).due);
        }
    }

    #[test]
    fn the_explanation_counts_to_the_length_and_ends_on_a_working_day(from in any_time(), n in 1u32..60) {
        let china = WorkingCalendar::china();
        for length in [Length::WorkingDays(n), Length::Days(n)] {
            let found = deadline(&china, from, length);
            let counted: Vec<u32> = found.explanation.iter().filter_map(|span| span.counted).collect();
            prop_assert_eq!(counted, (1..=n).collect::<Vec<_>>());
            let due_day: NaiveDate = found.explanation.last().unwrap().date.parse().unwrap();
            prop_assert!(china.is_working_day(due_day));
            prop_assert_eq!(china.end_of_office(due_day), found.due);
        }
    }

    #[test]
    fn no_time_and_no_length_is_too_much(from: i64, n: u32) {
        let china = WorkingCalendar::china();
        for length in [Length::WorkingDays(n), Length::Days(n), Length::Weeks(n), Length::Months(n), Length::SameDay, Length::Hours(n), Length::AtOnce] {
            prop_assert!(deadline(&china, from, length).explanation.len() >= 2);
        }
    }
}
