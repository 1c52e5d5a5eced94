//! `huiyin deadline`: when a clock of a pack is due, and why. Needs no store.

use huiyin_core::calendar::{
    Deadline, Span, SpanKind, WorkingCalendar, Zone, chrono::NaiveDate, parse_office_hours,
};
use huiyin_core::field::parse_date;
use huiyin_core::instant::{parse_instant, print_instant};
use huiyin_core::pack::reckon::{ReckonError, reckon};
use serde::Serialize;

use crate::Failure;
use crate::arguments::Deadline as Wish;
use crate::output::Output;
use crate::{file, pack_file};

/// Largest calendar file taken, in bytes.
const MAX_CALENDAR_BYTES: u64 = 8 * 1024 * 1024;

/// What is printed.
#[derive(Debug, Serialize)]
struct Printed {
    due: String,
    provisional: bool,
    explanation: Vec<Day>,
}

/// One day of the explanation.
#[derive(Debug, Serialize)]
struct Day {
    date: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
    counted: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minutes: Option<u32>,
    text: String,
}

/// Runs `deadline`.
///
/// # Errors
/// An argument or a file that cannot be read, or a clock that does not exist or lacks a promised day.
pub fn run(wish: &Wish, output: &mut Output<'_>) -> Result<(), Failure> {
    let calendar = calendar(wish)?;
    let packs = pack_file::usable(wish.packs.as_deref())?;
    let pack = pack_file::find(&packs, &wish.pack)?;
    let from = parse_instant(&wish.from, calendar.zone())
        .map_err(|error| Failure::argument("--from", sentence(&error.to_string())))?;
    let promised = wish.promised.as_deref().map(day).transpose()?;
    let found = reckon(pack, &calendar, &wish.clock, from, promised).map_err(|error| {
        let place = match error {
            ReckonError::Clock { .. } => "--clock",
            ReckonError::NoPromise(_)
            | ReckonError::PromiseNotTaken { .. }
            | ReckonError::PromiseBeforeStart { .. } => "--promised",
        };
        Failure::argument(place, sentence(&error.to_string()))
    })?;
    let due = printed(&found, calendar.zone());
    output.result(&due, |lines| {
        lines.row(&["due", &due.due]);
        if due.provisional {
            lines.line("provisional: the holidays of a year it touches are not known yet");
        }
        for day in &due.explanation {
            lines.row(&[&day.date, &day.text]);
        }
    })
}

fn printed(found: &Deadline, zone: Zone) -> Printed {
    // Where days are counted the first never is; hours begin at once.
    let days = found.explanation.iter().any(|span| span.counted.is_some());
    let day = |span: &Span| Day {
        date: span.date.clone(),
        kind: span.kind.code(),
        name: span.kind.label().to_owned(),
        counted: span.counted,
        minutes: span.minutes,
        text: match span.kind {
            SpanKind::Start if days => "start; this day does not count".to_owned(),
            _ => span.words(),
        },
    };
    Printed {
        due: print_instant(found.due, zone),
        provisional: found.provisional,
        explanation: found.explanation.iter().map(day).collect(),
    }
}

/// Returns the calendar asked for: of China, or of the file, with the zone and office hours given.
fn calendar(wish: &Wish) -> Result<WorkingCalendar, Failure> {
    let mut calendar = match &wish.calendar {
        None => WorkingCalendar::china(),
        Some(path) => {
            let text = file::read_plain(path, MAX_CALENDAR_BYTES)?;
            WorkingCalendar::from_csv(&text).map_err(|error| {
                Failure::new(
                    format!(
                        "{}: line {}: {}.",
                        path.display(),
                        error.line,
                        error.problem
                    ),
                    format!("{}: line {}", path.display(), error.line),
                    "Correct the line; a calendar has the header date,kind,name.",
                )
            })?
        }
    };
    if let Some(zone) = &wish.zone {
        let zone = Zone::parse(zone)
            .map_err(|error| Failure::argument("--zone", sentence(&error.to_string())))?;
        calendar = calendar.with_zone(zone);
    }
    if let Some(hours) = &wish.office {
        let spans = parse_office_hours(hours)
            .map_err(|error| Failure::argument("--office", sentence(&error.to_string())))?;
        calendar = calendar.with_daily_office_hours(&spans);
    }
    Ok(calendar)
}

fn day(text: &str) -> Result<NaiveDate, Failure> {
    parse_date(text).ok_or_else(|| {
        Failure::argument(
            "--promised",
            format!("{text:?} is no day: write it as YYYY-MM-DD."),
        )
    })
}

/// Returns a fragment that completes "failed to …" as a sentence.
fn sentence(fragment: &str) -> String {
    let mut letters = fragment.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let text: String = first.chain(letters).collect();
    let text = text.replacen("Read ", "Cannot read ", 1);
    format!("{text}.")
}
