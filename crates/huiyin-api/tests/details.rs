//! Every English sentence that the engine or an error of the core gives as the detail of a problem is told in Chinese too. The sentences
//! are read from the sources, so that a new one without its Chinese fails here.

use std::fs;
use std::path::{Path, PathBuf};

use huiyin_api::{Language, detail_in};

/// Calls of the engine behind which a sentence stands.
const CALLS: &[&str] = &["because(", "refuse(", "refused("];
/// Mark of a sentence of an error.
const ERROR: &str = "#[error(";

/// Sources whose sentences no person at the page reads, with the reason.
const NOT_FOR_PEOPLE: &[(&str, &str)] = &[
    ("huiyin-core/src/id.rs", "ids are made by the program"),
    ("huiyin-core/src/number.rs", "read from stored rows only"),
    (
        "huiyin-core/src/instant.rs",
        "typed at the command line only",
    ),
    (
        "huiyin-core/src/pack/text_forms.rs",
        "the editor of packs names the place; authors of packs write English words",
    ),
    ("huiyin-core/src/pack/check.rs", "as above"),
];
/// Beginnings of what stands in such a call and is no sentence: wire names, forms of ids, a sentence passed on.
const NO_SENTENCES: &[&str] = &[
    "{}{more}",
    "{}: {}",
    "{number}: {}",
    "take the value of {field}: {reason}",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of sources").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            found.push(path);
        }
    }
}

/// Returns the first string literal behind a mark, if it comes before anything but names, brackets and `format!`.
fn literal(text: &str) -> Option<String> {
    let open = text.find('"')?;
    let before = text[..open].replace("format!(", "");
    let plain = |c: char| c.is_whitespace() || c.is_alphanumeric() || "_.,()&".contains(c);
    if !before.chars().all(plain) || before.matches(')').count() > before.matches('(').count() {
        return None;
    }
    let mut sentence = String::new();
    let mut rest = text[open + 1..].chars();
    loop {
        match rest.next()? {
            '"' => return Some(sentence),
            '\\' => match rest.next()? {
                // A line goes on behind its break.
                '\n' => {
                    let trimmed = rest.as_str().trim_start();
                    rest = trimmed.chars();
                }
                other => sentence.push(other),
            },
            other => sentence.push(other),
        }
    }
}

/// Returns the sentence with something in its places.
fn filled(form: &str) -> String {
    let mut filled = String::new();
    let mut rest = form;
    let mut number = 6;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((_, behind)) = after.split_once('}') else {
            break;
        };
        number += 1;
        filled.push_str(before);
        filled.push_str(&number.to_string());
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

fn is_sentence(text: &str) -> bool {
    text.contains(' ') && !NO_SENTENCES.contains(&text)
}

#[test]
fn every_detail_of_a_refusal_is_told_in_chinese() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    sources(&crates.join("huiyin-engine/src"), &mut files);
    sources(&crates.join("huiyin-core/src"), &mut files);
    let (mut seen, mut missing) = (0, Vec::new());
    for path in files {
        let name = path.to_string_lossy().replace('\\', "/");
        if NOT_FOR_PEOPLE.iter().any(|(file, _)| name.ends_with(file)) {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a source");
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let marks: &[&str] = if name.contains("huiyin-core") {
            &[ERROR]
        } else {
            CALLS
        };
        for mark in marks {
            for (at, _) in text.match_indices(mark) {
                let Some(form) = literal(&text[at + mark.len()..]).filter(|form| is_sentence(form))
                else {
                    continue;
                };
                seen += 1;
                let english = filled(&form);
                if detail_in(Language::Chinese, &english) == english {
                    missing.push(format!("{name}: {form}"));
                }
            }
        }
    }
    assert!(seen > 150, "the sources were read: {seen}");
    assert!(
        missing.is_empty(),
        "without Chinese:\n{}",
        missing.join("\n")
    );
}
