//! What a form field may hold: kinds of field, checking and the one stored form of a value.
//!
//! Decides by kind; which fields exist is decided in [`crate::customer`] and [`crate::case`].
//! Sentences for users are translated in the page from [`FieldReason`].
//!
//! Long: each kind of field with its check and its stored form.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::identity::{self, NumberFault};
use crate::money::{parse_cents, print_cents};
use crate::text::{half_width, phone_digits};

/// Longest value of a one-line field in characters.
pub const MAX_LINE: usize = 200;
/// Longest value of a many-line field in characters.
pub const MAX_TEXT: usize = 20_000;
/// Fewest digits of a phone number (short service numbers such as 110 count).
pub const MIN_PHONE_DIGITS: usize = 3;
/// Longest single tag in characters.
pub const MAX_TAG: usize = 60;
/// Most tags in one field.
pub const MAX_TAGS: usize = 50;
/// First year a date field takes.
pub const FIRST_YEAR: i32 = 1800;
/// Last year a date field takes.
pub const LAST_YEAR: i32 = 2199;

/// How a field is typed, shown and checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// One line, at most [`MAX_LINE`] characters.
    Line,
    /// Many lines, at most [`MAX_TEXT`] characters.
    Text,
    /// A phone or fax number, kept as typed.
    Phone,
    /// An e-mail address.
    Email,
    /// A day, stored as `YYYY-MM-DD`.
    Date,
    /// A whole number.
    Integer,
    /// One of these wire names.
    Choice(&'static [&'static str]),
    /// Several words, stored separated by commas.
    Tags,
    /// An amount in yuan, stored with two decimals ([`crate::money`]).
    Money,
    /// The identity number of a person ([`crate::identity::person`]).
    IdentityNumber,
    /// The credit code of an organisation ([`crate::identity::organisation`]).
    CreditCode,
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldReason {
    /// The record cannot do without this field.
    #[error("it may not be empty: fill it in")]
    Required,
    /// Too many characters.
    #[error("it has {actual} characters: shorten it to {max}")]
    TooLong {
        /// The limit.
        max: usize,
        /// What was given.
        actual: usize,
    },
    /// The text has a NUL character, the sign of a file read in the wrong encoding.
    #[error("it contains a NUL character: read the file in its right encoding")]
    Nul,
    /// Too few digits for a phone number.
    #[error("a phone number has at least {MIN_PHONE_DIGITS} digits: check it")]
    NotAPhone,
    /// Not an e-mail address.
    #[error("an e-mail address has the form name@place: check it")]
    NotAnEmail,
    /// Not a day of the calendar.
    #[error("it is no day of the calendar: write it as YYYY-MM-DD")]
    NotADate,
    /// Not a whole number.
    #[error("it is no whole number: use digits only")]
    NotAnInteger,
    /// None of the choices.
    #[error("it is none of the choices: take one of {}", choices.join(", "))]
    NotAChoice {
        /// The wire names to choose from.
        choices: Vec<String>,
    },
    /// More tags than a field holds.
    #[error("it has {actual} tags: keep {max} at most")]
    TooManyTags {
        /// The limit.
        max: usize,
        /// What was given.
        actual: usize,
    },
    /// Not the id of a customer.
    #[error("it is not the id of a customer: pick the customer from the list")]
    NotACustomer,
    /// Not the id of a case.
    #[error("it is not the id of a case: pick the case from the list")]
    NotACase,
    /// Not the code of a branch.
    #[error("it is not the code of a branch: pick the branch from the list")]
    NotABranch,
    /// Not an amount of money, or one that may mean two amounts.
    #[error("it is no amount: write it as 1200.50 or 1.2万")]
    NotMoney,
    /// Not the form of an identity number.
    #[error("an identity number has 17 digits and a check character: check it")]
    NotAnIdentityNumber,
    /// Not the form of a credit code.
    #[error("a credit code has 18 digits and capital letters without I, O, S, V, Z: check it")]
    NotACreditCode,
    /// The check character does not fit the others.
    #[error(
        "the last character does not fit the others: compare it with the paper, one is mistyped"
    )]
    WrongCheckCharacter,
}

/// Says which field cannot take the value, why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("take the value of {field}: {reason}")]
#[serde(rename_all = "snake_case")]
pub struct FieldError {
    /// The wire name of the field.
    pub field: String,
    /// What is wrong.
    pub reason: FieldReason,
}

/// Returns the stored form of `value` for a field of this kind; empty means "not stated".
///
/// White space at the ends is dropped. NUL is refused; other control characters are removed,
/// except that line breaks are kept in [`FieldKind::Text`] (as LF) and, like tabs, become one space in
/// one-line fields.
///
/// # Errors
/// The reason the value does not fit.
pub fn normalise(kind: FieldKind, value: &str) -> Result<String, FieldReason> {
    if value.contains('\0') {
        return Err(FieldReason::Nul);
    }
    let clean = if kind == FieldKind::Text {
        clean_text(value)
    } else {
        clean_line(value)
    };
    if clean.is_empty() {
        return Ok(clean);
    }
    let max = if kind == FieldKind::Text {
        MAX_TEXT
    } else {
        MAX_LINE
    };
    let is_tags = kind == FieldKind::Tags;
    let actual = clean.chars().count();
    if actual > max && !is_tags {
        return Err(FieldReason::TooLong { max, actual });
    }
    match kind {
        FieldKind::Line | FieldKind::Text => Ok(clean),
        FieldKind::Phone if phone_digits(&clean).len() >= MIN_PHONE_DIGITS => Ok(clean),
        FieldKind::Phone => Err(FieldReason::NotAPhone),
        FieldKind::Email => email(&clean),
        FieldKind::Date => parse_typed_date(&clean)
            .map(|date| date.to_string())
            .ok_or(FieldReason::NotADate),
        FieldKind::Integer => integer(&clean),
        FieldKind::Choice(choices) => choice(choices, &clean),
        FieldKind::Tags => tags_of(value),
        FieldKind::Money => parse_cents(&clean)
            .map(print_cents)
            .ok_or(FieldReason::NotMoney),
        FieldKind::IdentityNumber => identity::person(&clean)
            .map_err(|fault| self_checked(fault, FieldReason::NotAnIdentityNumber)),
        FieldKind::CreditCode => identity::organisation(&clean)
            .map_err(|fault| self_checked(fault, FieldReason::NotACreditCode)),
    }
}

fn self_checked(fault: NumberFault, form: FieldReason) -> FieldReason {
    match fault {
        NumberFault::Form => form,
        NumberFault::Check => FieldReason::WrongCheckCharacter,
    }
}

/// Returns the day as people type it into a form or a sheet: as [`parse_date`], also `20260105`, `2026年1月5号`,
/// and with a time of day after it, which is dropped. A day that could be read in two ways (`5/1/2026`) is none.
pub fn parse_typed_date(text: &str) -> Option<NaiveDate> {
    let plain: String = text.trim().chars().map(half_width).collect();
    let day = match plain.split_once(['T', ' ']) {
        Some((day, time)) if is_time(time.trim()) => day,
        Some(_) => return None,
        None => &plain,
    };
    if day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit()) {
        return parse_date(&format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]));
    }
    parse_date(day.strip_suffix('号').unwrap_or(day))
}

/// Returns whether a text is a time of day: digits, colons and a point.
fn is_time(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.contains(':')
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, ':' | '.'))
}

/// Returns the day written as `YYYY-MM-DD`, also `2026/1/5`, `2026.1.5` or `2026年1月5日`, from
/// [`FIRST_YEAR`] to [`LAST_YEAR`].
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let plain: String = text
        .trim()
        .chars()
        .map(half_width)
        .map(|c| {
            if matches!(c, '/' | '.' | '年' | '月') {
                '-'
            } else {
                c
            }
        })
        .collect();
    let mut parts = plain.strip_suffix('日').unwrap_or(&plain).split('-');
    let mut number = |longest: usize| {
        let part = parts.next()?;
        let fits = (1..=longest).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        if fits { part.parse::<u32>().ok() } else { None }
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    let year = i32::try_from(year).ok()?;
    if parts.next().is_some() || !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
        return None;
    }
    NaiveDate::from_ymd_opt(year, month, day)
}

/// Returns the tags stored in a tags field, in order.
pub fn tags(stored: &str) -> impl Iterator<Item = &str> {
    stored
        .split(',')
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
}

fn clean_line(value: &str) -> String {
    if !value.contains(char::is_control) {
        return value.trim().to_owned();
    }
    let spaced: String = value
        .replace("\r\n", " ")
        .chars()
        .map(|c| {
            if matches!(c, '\n' | '\r' | '\t') {
                ' '
            } else {
                c
            }
        })
        .collect();
    spaced
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .collect::<String>()
        .trim()
        .to_owned()
}

fn clean_text(value: &str) -> String {
    if !value.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t')) {
        return value.trim().to_owned();
    }
    let unix = value.replace("\r\n", "\n").replace('\r', "\n");
    unix.chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect::<String>()
        .trim()
        .to_owned()
}

fn email(clean: &str) -> Result<String, FieldReason> {
    let address: String = clean.chars().map(half_width).collect();
    match address.split_once('@') {
        Some((name, place))
            if !name.is_empty()
                && !place.is_empty()
                && !place.contains('@')
                && !address.contains(char::is_whitespace) =>
        {
            Ok(address)
        }
        _ => Err(FieldReason::NotAnEmail),
    }
}

fn integer(clean: &str) -> Result<String, FieldReason> {
    let digits: String = clean
        .chars()
        .map(half_width)
        .filter(|c| *c != ',')
        .collect();
    digits
        .parse::<i64>()
        .map(|number| number.to_string())
        .map_err(|_| FieldReason::NotAnInteger)
}

fn choice(choices: &'static [&'static str], clean: &str) -> Result<String, FieldReason> {
    let wanted = crate::text::fold(clean).replace([' ', '-'], "_");
    match choices.iter().find(|choice| **choice == wanted) {
        Some(choice) => Ok((*choice).to_owned()),
        None => Err(FieldReason::NotAChoice {
            choices: choices.iter().map(|&c| c.to_owned()).collect(),
        }),
    }
}

fn tags_of(value: &str) -> Result<String, FieldReason> {
    let mut kept: Vec<String> = Vec::new();
    for tag in value
        .split([',', '，', ';', '；', '、', '\n', '\r'])
        .map(clean_line)
    {
        let actual = tag.chars().count();
        if actual > MAX_TAG {
            return Err(FieldReason::TooLong {
                max: MAX_TAG,
                actual,
            });
        }
        if actual > 0 && !kept.contains(&tag) {
            kept.push(tag);
        }
    }
    if kept.len() > MAX_TAGS {
        return Err(FieldReason::TooManyTags {
            max: MAX_TAGS,
            actual: kept.len(),
        });
    }
    Ok(kept.join(","))
}

/// Declares the fields of a record: variants, wire names and kinds in one table.
macro_rules! fields {
    ($(#[$meta:meta])* $Enum:ident { $($(#[doc = $doc:literal])+ $Variant:ident $name:literal $Kind:ident $(($choices:expr))?;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $Enum { $($(#[doc = $doc])+ $Variant,)+ }

        impl $Enum {
            /// Every field, in the order forms show them.
            pub const ALL: &'static [Self] = &[$(Self::$Variant,)+];

            /// Returns the wire name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$Variant => $name,)+ }
            }

            /// Returns the field with this wire name.
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$Variant),)+ _ => None }
            }

            /// Returns how the field is typed, shown and checked.
            pub const fn kind(self) -> $crate::field::FieldKind {
                match self { $(Self::$Variant => $crate::field::FieldKind::$Kind $(($choices))?,)+ }
            }
        }
    };
}
pub(crate) use fields;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(kind: FieldKind, input: &str, expected: Result<&str, FieldReason>) {
        assert_eq!(
            normalise(kind, input),
            expected.map(str::to_owned),
            "{input:?}"
        );
    }

    #[test]
    fn lines_lose_breaks_and_control_characters_but_nothing_visible() {
        check(FieldKind::Line, "  Mataderos  2312 ", Ok("Mataderos  2312"));
        check(FieldKind::Line, "a\r\nb\tc", Ok("a b c"));
        check(FieldKind::Line, "a\u{7}b\u{85}", Ok("ab"));
        check(FieldKind::Line, "a\0b", Err(FieldReason::Nul));
        check(FieldKind::Text, "a\r\nb\rc\u{1b}[0m", Ok("a\nb\nc[0m"));
        check(FieldKind::Line, " \t ", Ok(""));
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        check(
            FieldKind::Line,
            &"汉".repeat(MAX_LINE),
            Ok(&"汉".repeat(MAX_LINE)),
        );
        check(
            FieldKind::Line,
            &"汉".repeat(201),
            Err(FieldReason::TooLong {
                max: 200,
                actual: 201,
            }),
        );
        check(
            FieldKind::Text,
            &"x".repeat(20_001),
            Err(FieldReason::TooLong {
                max: MAX_TEXT,
                actual: 20_001,
            }),
        );
    }

    #[test]
    fn phones_stay_as_typed_but_need_three_digits() {
        check(FieldKind::Phone, "(5) 555-4729", Ok("(5) 555-4729"));
        check(FieldKind::Phone, "１１０", Ok("１１０"));
        check(FieldKind::Phone, "12", Err(FieldReason::NotAPhone));
    }

    #[test]
    fn only_days_of_the_calendar_are_dates() {
        for same in [
            "2026-02-28",
            "2026/2/28",
            "2026年2月28日",
            "2026年2月28号",
            "２０２６.2.28",
            "20260228",
            "2026-2-28 00:00:00",
            "2026-02-28T09:15",
        ] {
            check(FieldKind::Date, same, Ok("2026-02-28"));
        }
        for bad in [
            "2026-02-29",
            "2026-13-01",
            "26-01-01",
            "1799-12-31",
            "2026-1",
            "2026-01-01-01",
            "+026-01-01",
            "tomorrow",
            "28/2/2026",
            "20260230",
            "2026-02-28 x",
        ] {
            check(FieldKind::Date, bad, Err(FieldReason::NotADate));
        }
        check(FieldKind::Date, "2024-02-29", Ok("2024-02-29"));
    }

    #[test]
    fn mail_numbers_choices_and_tags_take_one_form() {
        check(FieldKind::Email, "a＠b.cn", Ok("a@b.cn"));
        for bad in ["a", "@b", "a@", "a@b@c", "a b@c"] {
            check(FieldKind::Email, bad, Err(FieldReason::NotAnEmail));
        }
        check(FieldKind::Integer, "１,２00", Ok("1200"));
        check(FieldKind::Integer, "-3", Ok("-3"));
        check(FieldKind::Integer, "1.5", Err(FieldReason::NotAnInteger));
        check(
            FieldKind::Choice(&["won_back", "lost"]),
            "Won back",
            Ok("won_back"),
        );
        check(
            FieldKind::Choice(&["a"]),
            "b",
            Err(FieldReason::NotAChoice {
                choices: vec!["a".to_owned()],
            }),
        );
        check(
            FieldKind::Tags,
            "Older American, Servicemember、vip;;vip",
            Ok("Older American,Servicemember,vip"),
        );
        assert_eq!(tags("a, b,,c").collect::<Vec<_>>(), ["a", "b", "c"]);
    }

    proptest! {
        #[test]
        fn a_stored_value_is_stored_the_same_again(value in "\\PC{0,40}|[\\s,;a-z0-9/@-]{0,30}") {
            for kind in [FieldKind::Line, FieldKind::Text, FieldKind::Phone, FieldKind::Email, FieldKind::Date, FieldKind::Integer, FieldKind::Tags, FieldKind::Money, FieldKind::IdentityNumber, FieldKind::CreditCode] {
                if let Ok(once) = normalise(kind, &value) {
                    prop_assert_eq!(normalise(kind, &once), Ok(once));
                }
            }
        }
    }
}
