//! Amounts of money as people write them, in cents.
//!
//! Decides which texts are amounts and the one stored form: yuan with two decimals, `1200.50`. What could be read in two ways is
//! refused, never guessed.

use crate::text::half_width;

/// Largest amount in cents: ten million million yuan, more than any company turns over.
pub const MAX_CENTS: i64 = 1_000_000_000_000_000;
const CENTS_PER_YUAN: i64 = 100;

/// Words before or after an amount that say nothing about its size.
const SIGNS: &[&str] = &["人民币", "rmb", "cny", "¥", "yuan", "元", "圆", "整", "正"];
/// Words that multiply, the longest first.
const UNITS: &[(&str, i64)] = &[
    ("百万", 1_000_000),
    ("千万", 10_000_000),
    ("万", 10_000),
    ("萬", 10_000),
    ("亿", 100_000_000),
    ("億", 100_000_000),
    ("千", 1_000),
];

/// Returns the cents of an amount: `¥1,200.50`, `1200.5元`, `1.2万`, `３亿`, not below zero and at most [`MAX_CENTS`].
///
/// Nothing for everything else: separators that are not thousands (`1,2`, `1.200,50`), more than two decimals of a yuan, signs.
///
/// ```
/// use huiyin_core::money::parse_cents;
/// assert_eq!(parse_cents("¥1,200.50"), Some(120_050));
/// assert_eq!(parse_cents("1.2万"), Some(1_200_000));
/// assert_eq!(parse_cents("1,2"), None);
/// ```
pub fn parse_cents(text: &str) -> Option<i64> {
    let mut rest = plain(text);
    while let Some(cut) = SIGNS.iter().find_map(|sign| rest.strip_prefix(sign)) {
        rest = cut.trim().to_owned();
    }
    let mut unit = 1;
    while let Some(cut) = SIGNS.iter().find_map(|sign| rest.strip_suffix(sign)) {
        rest = cut.trim().to_owned();
    }
    if let Some((cut, factor)) = UNITS
        .iter()
        .find_map(|(word, factor)| Some((rest.strip_suffix(word)?, *factor)))
    {
        rest = cut.trim().to_owned();
        unit = factor;
    }
    let (whole, decimals) = rest.split_once('.').unwrap_or((&rest, ""));
    if rest.ends_with('.') || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole = without_separators(whole)?;
    // Digits and the place of the point: exact in whole numbers, whatever the unit.
    let digits: i128 = format!("{whole}{decimals}")
        .parse()
        .ok()
        .filter(|_| whole.len() + decimals.len() <= 24)?;
    let scale = 10_i128.checked_pow(u32::try_from(decimals.len()).ok()?)?;
    let cents = digits.checked_mul(i128::from(unit) * i128::from(CENTS_PER_YUAN))?;
    if cents % scale != 0 {
        return None;
    }
    i64::try_from(cents / scale)
        .ok()
        .filter(|cents| *cents <= MAX_CENTS)
}

/// Returns the stored form of an amount: `120050` cents as `1200.50`.
pub fn print_cents(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let cents = cents.unsigned_abs();
    let per_yuan = CENTS_PER_YUAN.unsigned_abs();
    format!("{sign}{}.{:02}", cents / per_yuan, cents % per_yuan)
}

fn plain(text: &str) -> String {
    text.trim()
        .chars()
        .map(half_width)
        .map(|c| if c == '￥' { '¥' } else { c })
        .flat_map(char::to_lowercase)
        .collect()
}

/// Returns the digits of a whole number whose separators stand between thousands; nothing if they stand elsewhere.
fn without_separators(text: &str) -> Option<String> {
    let groups: Vec<&str> = text.split([',', '，', ' ', '\'']).collect();
    let digits = |group: &&str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    let grouped = groups.len() == 1
        || (groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3));
    (groups.iter().all(digits) && grouped).then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, cents) in [
            ("0", 0),
            ("12", 1_200),
            ("¥1,200.50", 120_050),
            ("￥１，２００．５", 120_050),
            ("RMB 1 200", 120_000),
            ("人民币1200元整", 120_000),
            ("1.2万", 1_200_000),
            ("1.2345万元", 1_234_500),
            ("3亿", 30_000_000_000),
            ("500万元", 500_000_000),
            ("1千", 100_000),
        ] {
            assert_eq!(parse_cents(text), Some(cents), "{text}");
        }
    }

    #[test]
    fn what_may_mean_two_amounts_is_refused() {
        for bad in [
            "",
            "元",
            "-5",
            "1,2",
            "1.200,50",
            "12,34",
            "1.234",
            "1e3",
            "万",
            "3万5",
            "1.",
            ".",
            "壹万",
            "1..2",
            "$5",
            "99999999999999999999",
            "1,,000",
        ] {
            assert_eq!(parse_cents(bad), None, "{bad}");
        }
        assert_eq!(parse_cents(&print_cents(MAX_CENTS)), Some(MAX_CENTS));
        assert_eq!(parse_cents(&print_cents(MAX_CENTS + 1)), None);
    }

    proptest! {
        #[test]
        fn the_stored_form_is_read_back(cents in 0..=MAX_CENTS) {
            prop_assert_eq!(parse_cents(&print_cents(cents)), Some(cents));
        }

        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,30}|[0-9.,万亿千元 ]{0,40}") {
            if let Some(cents) = parse_cents(&text) { prop_assert!((0..=MAX_CENTS).contains(&cents)); }
        }
    }
}
