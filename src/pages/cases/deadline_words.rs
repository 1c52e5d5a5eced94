//! The length of a deadline and each day of its explanation in words.

use huiyin_api::SpanView;

use crate::{shell::intl, texts::Texts};

/// Returns a length such as `3wd` in words; lengths of newer versions are shown as they are.
pub fn length_words(texts: &Texts, length: &str) -> String {
    let c = &texts.cases;
    match length {
        "same-day" => return c.length_same_day.to_owned(),
        "at-once" => return c.length_at_once.to_owned(),
        "promised" => return texts.desk.length_promised.to_owned(),
        _ => {}
    }
    let split = length
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(length.len());
    let (count, unit) = length.split_at(split);
    match unit {
        "wd" => (c.length_working_days)(count),
        "d" => (c.length_days)(count),
        "w" => (c.length_weeks)(count),
        "m" => (c.length_months)(count),
        "h" => (c.length_hours)(count),
        _ => length.to_owned(),
    }
}

/// Returns what a day means for the deadline.
pub fn span_words(texts: &Texts, span: &SpanView) -> String {
    let c = &texts.cases;
    let meaning = match span.kind.as_str() {
        "start" => c.span_start.to_owned(),
        "working" | "counted" => c.span_working.to_owned(),
        // Lengths in calendar days count rest days too.
        "rest_day" if span.counted.is_some() => texts.desk.span_rest_day.to_owned(),
        "holiday" if span.counted.is_some() => span.name.clone(),
        "rest_day" => c.span_rest_day.to_owned(),
        "holiday" => (c.span_holiday)(&span.name),
        "make_up" => (c.span_make_up)(&span.name),
        "moved" => c.span_moved.to_owned(),
        "due" => c.span_due.to_owned(),
        "omitted" => (texts.desk.span_omitted)(&span.name),
        "paused" => texts.desk.span_paused.to_owned(),
        other => other.replace('_', " "),
    };
    match span.counted {
        Some(count) => {
            let count = intl::number(texts.language, f64::from(count));
            format!("{} · {meaning}", (c.span_counted)(&count))
        }
        None => meaning,
    }
}
