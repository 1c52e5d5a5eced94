//! Contacts and deadlines as an iCalendar file that every calendar program reads.
//!
//! Decides the form. Writing only: the calendar of the company is kept here. Of the crates of the field `icalendar` draws in
//! a random id maker and a clock and `ics` does not fold by bytes; the writer is small enough to be our own.
//!
//! **Source:** RFC 5545; 3.6.1 events, 3.8.4.7 unique identifiers, 3.3.5 forms of date-time, 3.8.7.3 last modified.

use chrono::{DateTime, Datelike, Days, NaiveDate, Timelike};

use super::{escape, push_line};
use crate::Millis;

/// Minutes an entry with a time but without a length takes.
pub const DEFAULT_MINUTES: u32 = 60;
/// Most entries of one file.
pub const MAX_ENTRIES: usize = 20_000;

/// When an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// A whole day.
    Day(NaiveDate),
    /// From a moment, so many minutes; 0 = a mark in time.
    Time {
        /// The moment.
        from: Millis,
        /// Minutes.
        minutes: u32,
    },
}

/// An entry of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Names the entry for ever: the record id, with a suffix where a record has several (`…#report`).
    pub id: &'a str,
    /// When.
    pub when: When,
    /// What is shown.
    pub summary: &'a str,
    /// Further text.
    pub description: &'a str,
    /// Place.
    pub location: &'a str,
    /// When the record was last changed: later versions replace earlier ones.
    pub changed: Millis,
    /// How often it was changed; never falls.
    pub sequence: u32,
    /// Whether it does not take place.
    pub cancelled: bool,
    /// Minutes before it at which it is reminded of; none = not.
    pub remind_minutes: Option<u32>,
}

/// Returns an iCalendar file of entries. `domain` ends their unique ids, such as the company's own name in ASCII; `name` is
/// shown as the name of the calendar. The same entries give the same bytes. More than [`MAX_ENTRIES`] are left out.
pub fn write(entries: &[Entry<'_>], domain: &str, name: &str) -> String {
    let mut out = String::new();
    let mut line = |text: &str| push_line(&mut out, text);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line("PRODID:-//Huiyin//Huiyin//ZH");
    line("CALSCALE:GREGORIAN");
    line("METHOD:PUBLISH");
    line(&format!("X-WR-CALNAME:{}", escape(name)));
    for entry in entries.iter().take(MAX_ENTRIES) {
        line("BEGIN:VEVENT");
        line(&format!("UID:{}@{}", plain(entry.id), plain(domain)));
        line(&format!("DTSTAMP:{}", utc(entry.changed)));
        line(&format!("LAST-MODIFIED:{}", utc(entry.changed)));
        line(&format!("SEQUENCE:{}", entry.sequence));
        match entry.when {
            When::Day(day) => {
                line(&format!("DTSTART;VALUE=DATE:{}", date(day)));
                line(&format!(
                    "DTEND;VALUE=DATE:{}",
                    date(day.checked_add_days(Days::new(1)).unwrap_or(day))
                ));
                line("TRANSP:TRANSPARENT");
            }
            When::Time { from, minutes } => {
                line(&format!("DTSTART:{}", utc(from)));
                let end = from.saturating_add(Millis::from(minutes) * crate::calendar::MINUTE_MS);
                line(&format!("DTEND:{}", utc(end)));
            }
        }
        line(&format!("SUMMARY:{}", escape(entry.summary)));
        for (name, value) in [
            ("DESCRIPTION", entry.description),
            ("LOCATION", entry.location),
        ] {
            if !value.is_empty() {
                line(&format!("{name}:{}", escape(value)));
            }
        }
        line(if entry.cancelled {
            "STATUS:CANCELLED"
        } else {
            "STATUS:CONFIRMED"
        });
        if let Some(minutes) = entry.remind_minutes.filter(|_| !entry.cancelled) {
            line("BEGIN:VALARM");
            line("ACTION:DISPLAY");
            line(&format!("DESCRIPTION:{}", escape(entry.summary)));
            line(&format!("TRIGGER:-PT{minutes}M"));
            line("END:VALARM");
        }
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    out
}

/// Returns a name without what would end a line or a value.
fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_graphic).collect()
}

fn date(day: NaiveDate) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

fn utc(time: Millis) -> String {
    let held = time.clamp(crate::calendar::FIRST_TIME, crate::calendar::LAST_TIME);
    let time = DateTime::from_timestamp_millis(held).unwrap_or_default();
    format!(
        "{}T{:02}{:02}{:02}Z",
        date(time.date_naive()),
        time.hour(),
        time.minute(),
        time.second()
    )
}
