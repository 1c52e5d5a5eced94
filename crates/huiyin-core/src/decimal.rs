//! Numbers as people write them into free fields, exact.
//!
//! Decides which texts are numbers; amounts of money are in [`crate::money`].

use crate::text::half_width;

/// Returns the number a text is, as people write it: `1,200.50`, `-3`, `１２` and with 元, ¥ or % about it; exact to six decimals, in
/// millionths. None for everything else and for what is beyond 10¹⁸.
///
/// ```
/// use huiyin_core::decimal::parse_decimal;
/// assert_eq!(parse_decimal("1,200.5"), Some(1_200_500_000));
/// assert_eq!(parse_decimal("12栋"), None);
/// ```
pub fn parse_decimal(text: &str) -> Option<i128> {
    const DECIMALS: usize = 6;
    const MAX_DIGITS: usize = 18;
    let plain: String = text.trim().chars().map(half_width).collect();
    let bare = plain
        .trim_start_matches(['¥', '￥', '$'])
        .trim_end_matches(['元', '%'])
        .trim();
    let (sign, digits) = match bare.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, bare.strip_prefix('+').unwrap_or(bare)),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let grouped = whole.split(',').enumerate().all(|(at, part)| {
        let size = part.len();
        part.bytes().all(|b| b.is_ascii_digit())
            && (if at == 0 {
                (1..=3).contains(&size)
            } else {
                size == 3
            } || !whole.contains(','))
    });
    let whole = whole.replace(',', "");
    let fits = grouped
        && !whole.is_empty()
        && whole.len() <= MAX_DIGITS
        && decimals.len() <= DECIMALS
        && decimals.bytes().all(|b| b.is_ascii_digit())
        && !digits.ends_with('.');
    if !fits {
        return None;
    }
    let number: i128 = format!("{whole}{decimals:0<DECIMALS$}").parse().ok()?;
    Some(sign * number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them_and_nothing_else_is() {
        for (text, number) in [
            ("12", 12_000_000),
            (" １２ ", 12_000_000),
            ("-0.5", -500_000),
            ("¥1,200元", 1_200_000_000),
            ("35%", 35_000_000),
            ("0.000001", 1),
        ] {
            assert_eq!(parse_decimal(text), Some(number), "{text}");
        }
        for text in [
            "",
            "-",
            "1,2",
            "12,34.5",
            "1.",
            ".5",
            "1.2.3",
            "0x10",
            "12栋",
            "1e3",
            "0.0000001",
            ",123",
        ] {
            assert_eq!(parse_decimal(text), None, "{text}");
        }
    }
}
