//! Writes the table of pinyin readings that the search for names uses, from the data of the `pinyin` crate, so that the crate itself
//! does not go into the program.
//!
//! **Source:** pinyin-data by mozillazg (MIT), from the Unihan database's kHanyuPinyin, kMandarin and kXHC1983.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs, io};

use pinyin::ToPinyinMulti;

/// First character of the table.
const FIRST: u32 = 0x4e00;
/// One past the last: the characters of the first version of Unicode, which all names in registers use.
const END: u32 = 0x9fa6;
/// Most readings of a character; those after are of old books.
const READINGS: usize = 3;
/// Marks the last reading of a character.
const LAST: u16 = 0x8000;

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let readings: Vec<BTreeSet<String>> = (FIRST..END)
        .map(|code| {
            let readings = char::from_u32(code).and_then(|c| c.to_pinyin_multi());
            readings
                .into_iter()
                .flatten()
                .take(READINGS)
                .map(|one| spelled(one.plain()))
                .filter(|syllable| !syllable.is_empty())
                .collect()
        })
        .collect();
    let syllables: BTreeSet<&String> = readings.iter().flatten().collect();
    let syllables: Vec<&String> = syllables.into_iter().collect();
    let ids: BTreeMap<&String, u16> = syllables.iter().copied().zip(0..).collect();
    // Characters read alike share one list, which may be the end of a longer one; list 0 is that of characters without readings.
    let mut lists: Vec<u16> = vec![LAST | (LAST - 1)];
    let mut known: BTreeMap<Vec<u16>, u16> = BTreeMap::from([(Vec::new(), 0)]);
    let sets: Vec<Vec<u16>> = readings
        .iter()
        .map(|set| set.iter().map(|syllable| ids[syllable]).collect())
        .collect();
    let mut longest: Vec<&Vec<u16>> = sets.iter().collect();
    longest.sort_by_key(|set| std::cmp::Reverse(set.len()));
    for set in longest {
        if known.contains_key(set) {
            continue;
        }
        for from in 0..set.len() {
            let start = (lists.len() + from) as u16;
            known.entry(set[from..].to_vec()).or_insert(start);
        }
        lists.extend(set);
        if let Some(last) = lists.last_mut() {
            *last |= LAST;
        }
    }
    let starts: Vec<u16> = sets.iter().map(|set| known[set]).collect();
    let mut text = String::new();
    let mut put = |line: String| text.push_str(&line);
    put(format!("const FIRST: u32 = {FIRST};\n"));
    put(format!(
        "static SYLLABLES: [&str; {}] = {syllables:?};\n",
        syllables.len()
    ));
    put(format!(
        "static LISTS: [u16; {}] = {lists:?};\n",
        lists.len()
    ));
    put(format!(
        "static STARTS: [u16; {}] = {starts:?};\n",
        starts.len()
    ));
    let mut place = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    place.push("readings.rs");
    let mut note = String::new();
    let _ = write!(note, "// {} lists of readings\n{text}", known.len());
    fs::write(place, note)
}

/// Returns a syllable as it is typed: without tones, `v` for ü.
fn spelled(plain: &str) -> String {
    plain
        .chars()
        .map(|c| match c {
            'ü' => 'v',
            'ê' | 'ḿ' | 'ń' | 'ň' | 'ǹ' => 'e',
            other => other,
        })
        .filter(char::is_ascii_lowercase)
        .collect()
}
