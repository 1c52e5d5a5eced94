//! Names found by their pinyin: whole syllables, initials, or both mixed, the last syllable as far as it is typed.
//!
//! Every reading of a character counts: 重庆 is found by `chongqing`, `cq` and `zq`, the family name 单 by `shan` and `dan`. The table
//! (about 50 KB) is made by the build script.

include!(concat!(env!("OUT_DIR"), "/readings.rs"));

/// Marks the last reading of a character.
const LAST: u16 = 0x8000;

/// Returns the readings of a character, without tones.
fn readings(c: char) -> impl Iterator<Item = &'static str> {
    let start = (c as u32)
        .checked_sub(FIRST)
        .and_then(|at| STARTS.get(at as usize))
        .copied()
        .unwrap_or(0);
    let list = &LISTS[usize::from(start)..];
    let end = list
        .iter()
        .position(|reading| reading & LAST != 0)
        .map_or(0, |last| last + 1);
    // The list of characters without readings names a syllable that does not exist.
    list[..end]
        .iter()
        .filter_map(|reading| SYLLABLES.get(usize::from(reading & !LAST)).copied())
}

/// Returns the first letters of all readings of the characters of a name, as bits from `a`; Latin letters count as themselves.
pub(crate) fn initials(name: &str) -> u32 {
    let bit = |letter: u8| 1 << (letter.to_ascii_lowercase() - b'a');
    name.chars().fold(0, |bits, c| {
        if c.is_ascii_alphabetic() {
            return bits | bit(c as u8);
        }
        readings(c).fold(bits, |bits, reading| bits | bit(reading.as_bytes()[0]))
    })
}

/// Letters as typed that may be pinyin.
#[derive(Debug)]
pub(crate) struct Letters(String);

impl Letters {
    /// Returns the letters of a folded word; none if it cannot be pinyin.
    pub fn new(word: &str) -> Option<Self> {
        let fits = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
        fits.then(|| Self(word.to_owned()))
    }

    /// Returns whether a name with these [`initials`] may fit.
    pub fn may_fit(&self, initials: u32) -> bool {
        initials >> (self.0.as_bytes()[0] - b'a') & 1 == 1
    }

    /// Returns whether characters that follow one another in a name can be read as the letters.
    pub fn fit(&self, name: &str) -> bool {
        // Latin letters alone are found as text.
        name.char_indices()
            .filter(|(_, c)| !c.is_ascii())
            .any(|(at, _)| reads(&name[at..], &self.0))
    }
}

/// Returns whether a name begins with characters that can be read as `letters`.
fn reads(name: &str, letters: &str) -> bool {
    if letters.is_empty() {
        return true;
    }
    let Some(first) = name.chars().next() else {
        return false;
    };
    let rest = &name[first.len_utf8()..];
    if first.is_ascii_alphabetic() {
        return letters
            .strip_prefix(first.to_ascii_lowercase())
            .is_some_and(|letters| reads(rest, letters));
    }
    readings(first).any(|reading| {
        let initial = match reading.as_bytes() {
            [b'z' | b'c' | b's', b'h', ..] => 2,
            _ => 1,
        };
        reading.starts_with(letters)
            || [reading, &reading[..initial], &reading[..1]]
                .into_iter()
                .filter_map(|part| letters.strip_prefix(part))
                .any(|letters| reads(rest, letters))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, letters: &str, expected: bool) {
        let letters = Letters::new(letters).expect("letters");
        let fits = letters.may_fit(initials(name)) && letters.fit(name);
        assert_eq!(fits, expected, "{name} {letters:?}");
    }

    #[test]
    fn a_name_is_found_by_syllables_initials_and_both_mixed() {
        for letters in [
            "wangwei", "ww", "wangw", "wwei", "wang", "w", "wei", "wangwe",
        ] {
            check("王伟", letters, true);
        }
        for letters in ["wangwang", "wf", "ang", "wangweix", "x"] {
            check("王伟", letters, false);
        }
        check("张舒", "zhs", true);
        check("张舒", "zs", true);
    }

    #[test]
    fn every_reading_of_a_character_counts() {
        for letters in ["chongqing", "cq", "zhongqing", "zq", "chq"] {
            check("重庆长安", letters, true);
        }
        check("单玉", "shanyu", true);
        check("单玉", "danyu", true);
        check("单玉", "sy", true);
        check("吕布", "lvbu", true);
    }

    #[test]
    fn a_name_inside_a_longer_one_and_beside_latin_letters_is_found() {
        check("上海恒源汽车", "hengyuan", true);
        check("上海恒源汽车", "hyqc", true);
        check("老K歌厅", "laokgt", true);
        check("Alice", "alice", false);
    }

    #[test]
    fn the_table_stays_small() {
        let syllables: usize = SYLLABLES.iter().map(|syllable| syllable.len() + 8).sum();
        assert!(2 * (LISTS.len() + STARTS.len()) + syllables < 60_000);
    }
}
