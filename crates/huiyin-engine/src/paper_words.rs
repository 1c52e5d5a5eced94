//! The company's own texts of papers and its logo, as registers of the root document.
//!
//! Stored form: register `paper/<key>`, JSON with a version, `{"v":1,"text":…}`; what else stands in it is kept when the text changes. A
//! text that is not there is the standard one.

use std::collections::BTreeMap;

use huiyin_api::{
    Answer, MAX_PAPER_TEXTS, PAPER_WORDS_VERSION, PaperWords, Problem, ProblemCode,
    checked_paper_text,
};
use huiyin_document::{DocumentKey, Registers};
use serde::{Deserialize, Serialize};

use crate::replica::Replica;
use crate::task::{Run, Tx};

/// Registers of texts begin so.
const PREFIX: &str = "paper/";

/// The stored form of a text.
#[derive(Serialize, Deserialize)]
struct Stored {
    v: u32,
    text: String,
    /// What a later version wrote beside it.
    #[serde(flatten)]
    more: BTreeMap<String, serde_json::Value>,
}

/// Returns a stored text; none of a newer version, damaged, or of a kind that is not known.
fn read(key: &str, json: &str) -> Option<String> {
    let stored: Stored = serde_json::from_str(json).ok()?;
    if stored.v != PAPER_WORDS_VERSION {
        return None;
    }
    checked_paper_text(key, &stored.text).ok()
}

/// Returns the stored form of a text that takes the place of another.
fn written(text: String, before: Option<&str>) -> String {
    let more = before
        .and_then(|json| serde_json::from_str::<Stored>(json).ok())
        .map(|stored| stored.more)
        .unwrap_or_default();
    let stored = Stored {
        v: PAPER_WORDS_VERSION,
        text,
        more,
    };
    serde_json::to_string(&stored).expect("a text is plain data")
}

impl Replica {
    /// Returns the company's own texts of papers.
    pub fn paper_words(&mut self) -> Run<PaperWords> {
        self.identity()?;
        let may_edit = self.is_administrator();
        let root = self.documents.get(&DocumentKey::Root)?;
        let mut words = PaperWords {
            may_edit,
            ..PaperWords::default()
        };
        for key in root.registers(PREFIX).into_keys() {
            let values = root.register_values(&format!("{PREFIX}{key}"));
            let mut texts: Vec<String> =
                values.iter().filter_map(|json| read(&key, json)).collect();
            let Some(holds) = texts.pop() else { continue };
            texts.retain(|text| *text != holds);
            if !texts.is_empty() {
                words.beside.insert(key.clone(), texts);
            }
            words.texts.insert(key, holds);
        }
        Ok(words)
    }

    /// Changes texts of papers in one change; none = back to the standard text.
    pub fn save_paper_words(
        &mut self,
        tx: &mut Tx<'_>,
        texts: &BTreeMap<String, Option<String>>,
    ) -> Run<Answer> {
        self.administrator()?;
        let root = self.documents.get(&DocumentKey::Root)?;
        let known = root.registers(PREFIX);
        let mut registers = Vec::with_capacity(texts.len());
        let mut fresh = 0;
        for (key, text) in texts {
            let before = known.get(key);
            let value = match text {
                Some(text) => {
                    fresh += usize::from(before.is_none());
                    written(checked_paper_text(key, text)?, before.map(String::as_str))
                }
                None => String::new(),
            };
            registers.push((format!("{PREFIX}{key}"), value));
        }
        if fresh > 0 && known.len() + fresh > MAX_PAPER_TEXTS {
            return Err(Problem::at(ProblemCode::TooLarge, "paper_text")
                .because(format!("at most {MAX_PAPER_TEXTS} entries"))
                .into());
        }
        let author = self.author(tx);
        self.write_registers(tx, &DocumentKey::Root, &author, &registers);
        tx.changed = true;
        Ok(Answer::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The stored form; kept for good.
    const GOLDEN: &str = r#"{"v":1,"text":"借阅须知"}"#;

    #[test]
    fn the_stored_form_is_the_golden_one_and_keeps_what_a_later_version_wrote() {
        let key = "lending_slip/opening/zh";
        assert_eq!(written("借阅须知".to_owned(), None), GOLDEN);
        assert_eq!(read(key, GOLDEN).as_deref(), Some("借阅须知"));
        let later = r#"{"v":1,"text":"旧","font":"kai"}"#;
        assert_eq!(read(key, later).as_deref(), Some("旧"));
        assert_eq!(
            written("新".to_owned(), Some(later)),
            r#"{"v":1,"text":"新","font":"kai"}"#
        );
    }

    #[test]
    fn what_is_newer_damaged_or_too_long_is_not_shown() {
        let long = format!(r#"{{"v":1,"text":"{}"}}"#, "长".repeat(500));
        for bad in [r#"{"v":2,"text":"x"}"#, "{", "x", &long] {
            assert_eq!(read("visit_plan/title/zh", bad), None);
        }
        assert_eq!(read("logo", r#"{"v":1,"text":"<svg>"}"#), None);
    }
}
