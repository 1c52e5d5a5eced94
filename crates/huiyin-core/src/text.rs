//! Text as people type it, folded for comparing and searching.
//!
//! Decides what counts as "the same" in a search. Pinyin is left to the search index.

/// Returns `text` folded for search: full-width forms as half-width, lower case, runs of white
/// space as one space, none at the ends.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars().map(half_width) {
        if c.is_whitespace() {
            gap = !folded.is_empty();
        } else {
            if std::mem::take(&mut gap) {
                folded.push(' ');
            }
            match c {
                // Most of what is folded. From the ideographic comma to the last common ideograph nothing has a case.
                '\0'..='\u{7f}' => folded.push(c.to_ascii_lowercase()),
                '\u{3001}'..='\u{9fff}' => folded.push(c),
                _ => folded.extend(c.to_lowercase()),
            }
        }
    }
    folded
}

/// Returns whether `haystack` contains `needle`, both folded. An empty needle is found everywhere.
pub fn contains(haystack: &str, needle: &str) -> bool {
    fold(haystack).contains(&fold(needle))
}

/// Returns whether two names are the same but for case, width and spaces; two empty names are not.
pub fn same_name(a: &str, b: &str) -> bool {
    let a = fold(a);
    !a.is_empty() && a == fold(b)
}

/// Returns the digits of a phone number as typed, full-width ones folded, all else dropped.
pub fn phone_digits(text: &str) -> String {
    text.chars()
        .map(half_width)
        .filter(char::is_ascii_digit)
        .collect()
}

/// Returns the half-width form of a full-width character; other characters unchanged.
pub fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        // The block U+FF01..U+FF5E repeats ASCII 0x21..0x7E.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, expected: &str) {
        assert_eq!(fold(input), expected);
        assert_eq!(fold(expected), expected, "folding twice changes nothing");
    }

    #[test]
    fn folding_removes_case_width_and_spare_spaces() {
        check("  Ana  TRUJILLO ", "ana trujillo");
        check("ＡＢＣ　１２３", "abc 123");
        check("（北京）王伟", "(北京)王伟");
        check("ÉCOLE", "école");
        check("\t\n", "");
    }

    #[test]
    fn search_ignores_case_and_width() {
        assert!(contains("Alfreds Futterkiste", "FUTTER"));
        assert!(contains("电话：１３８００", "13800"));
        assert!(contains("anything", ""));
        assert!(!contains("王伟", "王芳"));
    }

    #[test]
    fn phone_digits_keep_digits_only() {
        assert_eq!(phone_digits("（０１０）5555-4729 ext.3"), "010555547293");
        assert_eq!(phone_digits("no number"), "");
    }

    #[test]
    fn an_empty_name_is_nobody() {
        assert!(same_name("王伟 ", "王伟"));
        assert!(!same_name("", " "));
    }

    #[test]
    fn what_is_folded_quickly_is_its_own_lower_case() {
        let cased = ('\u{3001}'..='\u{9fff}').find(|c| !c.to_lowercase().eq([*c]));
        assert_eq!(cased, None);
    }
}
