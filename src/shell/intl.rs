//! Dates and numbers in the language of the screen, through the browser's Intl.

use std::{cell::RefCell, collections::BTreeMap};

use huiyin_api::{Language, Millis};
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

/// One minute in milliseconds.
pub const MINUTE_MS: Millis = 60_000;
/// One day in milliseconds.
pub const DAY_MS: Millis = 86_400_000;

type Options = &'static [(&'static str, &'static str)];

const DATE: Options = &[
    ("year", "numeric"),
    ("month", "2-digit"),
    ("day", "2-digit"),
];
const DATE_TIME: Options = &[
    ("year", "numeric"),
    ("month", "2-digit"),
    ("day", "2-digit"),
    ("hour", "2-digit"),
    ("minute", "2-digit"),
    ("hourCycle", "h23"),
];
const DAY_TIME: Options = &[
    ("month", "numeric"),
    ("day", "numeric"),
    ("hour", "2-digit"),
    ("minute", "2-digit"),
    ("hourCycle", "h23"),
];
const TIME: Options = &[
    ("hour", "2-digit"),
    ("minute", "2-digit"),
    ("hourCycle", "h23"),
];
const LONG_DAY: Options = &[
    ("year", "numeric"),
    ("month", "long"),
    ("day", "numeric"),
    ("weekday", "long"),
];
const SHORT_DAY: Options = &[
    ("month", "numeric"),
    ("day", "numeric"),
    ("weekday", "short"),
];

thread_local! {
    static FORMATS: RefCell<BTreeMap<(&'static str, usize), Function>> = const { RefCell::new(BTreeMap::new()) };
    // Made anew for each count they took a twentieth of the time the app needs to open.
    static NUMBERS: RefCell<BTreeMap<&'static str, Function>> = const { RefCell::new(BTreeMap::new()) };
}

fn locale(language: Language) -> &'static str {
    match language {
        Language::Chinese => "zh-CN",
        Language::English => "en-GB",
    }
}

fn formatter(language: Language, options: Options) -> Function {
    let key = (locale(language), options.as_ptr() as usize);
    FORMATS.with_borrow_mut(|formats| {
        formats
            .entry(key)
            .or_insert_with(|| {
                let locales = Array::of1(&key.0.into());
                let wanted = Object::new();
                for (name, value) in options {
                    let value = month_in_words(language, name, value).unwrap_or(value);
                    // Setting a plain property of a fresh object cannot fail.
                    let _ = Reflect::set(&wanted, &(*name).into(), &(*value).into());
                }
                Intl::DateTimeFormat::new(&locales, &wanted).format()
            })
            .clone()
    })
}

/// English dates name the month: 11/12 means two things.
fn month_in_words(language: Language, option: &str, value: &str) -> Option<&'static str> {
    (language == Language::English && option == "month" && value != "long").then_some("short")
}

fn format(language: Language, at: Millis, options: Options) -> String {
    let date = Date::new(&JsValue::from_f64(at as f64));
    formatter(language, options)
        .call1(&JsValue::UNDEFINED, &date)
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

/// Returns the instant now.
pub fn now() -> Millis {
    Date::now() as Millis
}

/// Returns year, month and day.
pub fn date(language: Language, at: Millis) -> String {
    format(language, at, DATE)
}

/// Returns year, month, day, hour and minute.
pub fn date_time(language: Language, at: Millis) -> String {
    format(language, at, DATE_TIME)
}

/// Returns month, day, hour and minute: for lists.
pub fn day_time(language: Language, at: Millis) -> String {
    format(language, at, DAY_TIME)
}

/// Returns the month of an instant in this device's zone, `YYYY-MM`.
pub fn month(at: Millis) -> String {
    let then = Date::new(&JsValue::from_f64(at as f64));
    format!("{:04}-{:02}", then.get_full_year(), then.get_month() + 1)
}

/// Returns the day of an instant in this device's zone, `YYYY-MM-DD`.
pub fn iso_day(at: Millis) -> String {
    let then = Date::new(&JsValue::from_f64(at as f64));
    format!("{}-{:02}", month(at), then.get_date())
}

/// Returns an instant in this device's zone, `YYYY-MM-DD HH:MM`.
pub fn minute(at: Millis) -> String {
    let then = Date::new(&JsValue::from_f64(at as f64));
    format!(
        "{} {:02}:{:02}",
        iso_day(at),
        then.get_hours(),
        then.get_minutes()
    )
}

/// Returns hour and minute.
pub fn time(language: Language, at: Millis) -> String {
    format(language, at, TIME)
}

/// Returns the day in full with its weekday.
pub fn long_day(language: Language, at: Millis) -> String {
    format(language, at, LONG_DAY)
}

/// Returns an ISO date (`YYYY-MM-DD`) as year, month and day, or the text itself if it is no date.
pub fn day(language: Language, iso: &str) -> String {
    local_midnight(iso).map_or_else(|| iso.to_owned(), |at| date(language, at))
}

/// Returns a time as a branch's clock showed it (`YYYY-MM-DD HH:MM`) as [`date_time`] does, or the text itself if it is none.
pub fn shown_time(language: Language, text: &str) -> String {
    from_local_input(&text.replacen(' ', "T", 1))
        .filter(|_| text.len() == "YYYY-MM-DD HH:MM".len())
        .map_or_else(|| text.to_owned(), |at| date_time(language, at))
}

/// Returns an ISO date (`YYYY-MM-DD`) as a short day with its weekday, or the text itself if it is no date.
pub fn short_day(language: Language, iso: &str) -> String {
    match local_midnight(iso) {
        Some(at) => format(language, at, SHORT_DAY),
        None => iso.to_owned(),
    }
}

/// Returns the hour and minute if the instant is today, else day and time, with the year if it is another one.
pub fn recent(language: Language, at: Millis) -> String {
    let then = Date::new(&JsValue::from_f64(at as f64));
    let today = Date::new_0();
    if then.get_full_year() != today.get_full_year() {
        return date(language, at);
    }
    if then.get_month() == today.get_month() && then.get_date() == today.get_date() {
        return time(language, at);
    }
    day_time(language, at)
}

/// Returns a count with its separators.
pub fn number(language: Language, value: f64) -> String {
    // Neither language separates these, and most counts are.
    if value.fract() == 0.0 && (0.0..1000.0).contains(&value) {
        return (value as u64).to_string();
    }
    let key = locale(language);
    let format = NUMBERS.with_borrow_mut(|formats| {
        let made = || Intl::NumberFormat::new(&Array::of1(&key.into()), &Object::new()).format();
        formats.entry(key).or_insert_with(made).clone()
    });
    format
        .call1(&JsValue::UNDEFINED, &JsValue::from_f64(value))
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_else(|| value.to_string())
}

/// Returns a count of things with its separators.
pub fn count(language: Language, value: u64) -> String {
    number(language, value as f64)
}

/// Returns a size in bytes, KB, MB or GB, whichever reads best.
pub fn size(language: Language, bytes: u64) -> String {
    const STEP: f64 = 1024.0;
    let mut value = bytes as f64;
    let mut unit = "B";
    for larger in ["KB", "MB", "GB"] {
        if value < STEP {
            break;
        }
        value /= STEP;
        unit = larger;
    }
    let digits = if value < 10.0 && unit != "B" {
        10.0
    } else {
        1.0
    };
    let rounded = (value * digits).round() / digits;
    format!("{} {unit}", number(language, rounded))
}

/// Returns an amount of cents in yuan with two digits.
pub fn amount(language: Language, cents: i64) -> String {
    let whole = number(language, (cents / 100) as f64);
    format!("{whole}.{:02}", (cents % 100).abs())
}

/// Returns the instant of a `datetime-local` or `date` field, in this device's zone.
pub fn from_local_input(text: &str) -> Option<Millis> {
    if text.len() == "YYYY-MM-DD".len() {
        return local_midnight(text);
    }
    let at = Date::new(&text.into()).get_time();
    at.is_finite().then_some(at as Millis)
}

/// Returns today in this device's zone as `YYYY-MM-DD`.
pub fn iso_today() -> String {
    let today = Date::new_0();
    format!(
        "{:04}-{:02}-{:02}",
        today.get_full_year(),
        today.get_month() + 1,
        today.get_date()
    )
}

/// Returns the hour of the day now in this device's zone, 0 to 23.
pub fn hour_now() -> u32 {
    Date::new_0().get_hours()
}

fn local_midnight(iso: &str) -> Option<Millis> {
    if iso.len() != "YYYY-MM-DD".len() {
        return None;
    }
    let at = Date::new(&format!("{iso}T00:00").into()).get_time();
    at.is_finite().then_some(at as Millis)
}
