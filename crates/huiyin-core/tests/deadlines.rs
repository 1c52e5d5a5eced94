//! Deadlines: a table a business person could read (`deadlines.csv`, times of Shanghai, worked out apart from
//! this code), the reasons given, and what holds for every length.

use huiyin_core::Millis;
use huiyin_core::calendar::chrono::{DateTime, NaiveDate};
use huiyin_core::calendar::{
    Length, Pause, Span, SpanKind, WorkingCalendar, Zone, deadline, deadline_with,
};
use huiyin_core::deadline::MAX_EXPLAINED;
use huiyin_core::pack::TimeMode;
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

fn any_length() -> impl Strategy<Value = Length> {
    (0..7, 1u32..60).prop_map(|(kind, n)| match kind {
        0 => Length::WorkingDays(n),
        1 => Length::Days(n),
        2 => Length::Weeks(n % 9 + 1),
        3 => Length::Months(n % 24 + 1),
        4 => Length::SameDay,
        5 => Length::Hours(n),
        _ => Length::AtOnce,
    })
}

fn any_pauses() -> impl Strategy<Value = Vec<Pause>> {
    let pause = (-5_000_000_000i64..5_000_000_000, 0i64..2_000_000_000);
    proptest::collection::vec(pause, 0..5).prop_map(|pauses| {
        pauses
            .into_iter()
            .map(|(from, long)| Pause {
                from,
                to: from + long,
            })
            .collect()
    })
}

/// Returns pauses given from a start on as moments.
fn from_start(pauses: &[Pause], start: Millis) -> Vec<Pause> {
    pauses
        .iter()
        .map(|pause| Pause {
            from: start + pause.from,
            to: start + pause.to,
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_due_before_it_starts_and_a_pause_never_makes_it_earlier(
        from in any_time(), length in any_length(), pauses in any_pauses(), working: bool, berlin: bool,
    ) {
        let mut calendar = WorkingCalendar::china();
        if berlin {
            calendar = calendar.with_zone(Zone::parse("Europe/Berlin").unwrap());
        }
        let time = if working { TimeMode::Working } else { TimeMode::Elapsed };
        let due = |pauses: &[Pause]| deadline_with(&calendar, from, length, time, pauses);
        let pauses = from_start(&pauses, from);
        let plain = due(&[]);
        // The same day's office hours may be over when something starts; the day is never earlier.
        let end_of_day = calendar.end_of_office(calendar.date_of(from));
        prop_assert!(plain.due >= from.min(end_of_day));
        prop_assert!(length == Length::SameDay || plain.due >= from);
        let mut before = plain.due;
        for more in 1..=pauses.len() {
            let paused = due(&pauses[..more]);
            prop_assert!(paused.due >= before, "{:?}", pauses);
            prop_assert!(paused.explanation.len() <= MAX_EXPLAINED);
            before = paused.due;
        }
        let due_day = calendar.date_of(before).to_string();
        let last = due(&pauses).explanation.last().cloned().unwrap();
        prop_assert!(last.kind == SpanKind::Due && last.date == due_day);
    }

    #[test]
    fn a_later_start_is_never_due_earlier_whatever_stands_still(
        from in any_time(), later in 0i64..1_000_000_000, length in any_length(), pauses in any_pauses(), working: bool,
    ) {
        let china = WorkingCalendar::china();
        let time = if working { TimeMode::Working } else { TimeMode::Elapsed };
        let pauses = from_start(&pauses, from);
        let due = |start| deadline_with(&china, start, length, time, &pauses).due;
        // A same-day clock that starts on a rest day or after hours keeps that day, while one that stood still at its end moves on.
        let keeps_a_day_that_is_over = length == Length::SameDay
            && (from + later > china.end_of_office(china.date_of(from + later))
                || !china.is_working_day(china.date_of(from + later)));
        // Months that stood still are as many days as those months had: from a later day they may be fewer.
        let fewer_days = matches!(length, Length::Months(_)) && !pauses.is_empty();
        prop_assert!(keeps_a_day_that_is_over || fewer_days || due(from) <= due(from + later));
    }

    #[test]
    fn hours_in_office_time_count_as_many_minutes_as_they_are(from in any_time(), hours in 1u32..60, pauses in any_pauses()) {
        let china = WorkingCalendar::china();
        let from = from - from % 60_000;
        let pauses: Vec<Pause> = from_start(&pauses, from)
            .iter()
            .map(|pause| Pause { from: pause.from - pause.from % 60_000, to: pause.to - pause.to % 60_000 })
            .collect();
        let found = deadline_with(&china, from, Length::Hours(hours), TimeMode::Working, &pauses);
        let minutes: u32 = found.explanation.iter().filter_map(|span| span.minutes).sum();
        prop_assert_eq!(minutes, hours * 60);
    }
}

#[test]
fn a_long_explanation_is_shortened_and_says_so() {
    let found = deadline(
        &WorkingCalendar::china(),
        shanghai("2023-01-03 10:00"),
        Length::WorkingDays(500),
    );
    assert_eq!(found.explanation.len(), MAX_EXPLAINED);
    let left_out: Vec<u32> = found
        .explanation
        .iter()
        .filter_map(|span| match span.kind {
            SpanKind::Omitted { days } => Some(days),
            _ => None,
        })
        .collect();
    assert_eq!(left_out.len(), 1);
    let (_, end) = found.explanation.split_at(MAX_EXPLAINED - 2);
    assert_eq!(end[0].counted, Some(500), "the end is kept");
    assert!(end[1].kind == SpanKind::Due);
}

#[test]
fn rest_days_of_the_week_may_be_others() {
    use huiyin_core::calendar::chrono::Weekday;
    let riyadh = WorkingCalendar::weekends().with_rest_days(&[Weekday::Fri, Weekday::Sat]);
    let found = deadline(
        &riyadh,
        shanghai("2026-03-12 10:00"),
        Length::WorkingDays(1),
    );
    assert_eq!(found.due, shanghai("2026-03-15 18:00"));
    let names: Vec<&str> = found
        .explanation
        .iter()
        .map(|span| span.kind.label())
        .collect();
    assert_eq!(names, ["", "friday", "saturday", "", ""]);
    let never = riyadh.clone().with_rest_days(&huiyin_core::calendar::WEEK);
    assert_eq!(never, riyadh, "a week without work is not taken");
}
