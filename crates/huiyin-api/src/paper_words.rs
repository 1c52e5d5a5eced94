//! What a company writes on its papers itself: logo, head line, foot line, and the title and the fixed sentences of each form, in both
//! languages. Decides the keys of these texts and what they may hold; the standard texts are the page's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Problem, ProblemCode};

/// Version of the stored form of a text; a newer one is left alone.
pub const PAPER_WORDS_VERSION: u32 = 1;
/// Largest logo in bytes.
pub const MAX_LOGO_BYTES: usize = 64 * 1024;
/// Longest title of a form, in characters.
pub const MAX_PAPER_TITLE: usize = 60;
/// Longest head or foot line, in characters.
pub const MAX_PAPER_LINE: usize = 120;
/// Longest fixed sentence, in characters.
pub const MAX_PAPER_SENTENCE: usize = 1_000;
/// Most texts of a company's own.
pub const MAX_PAPER_TEXTS: usize = 600;
/// Key of the logo.
pub const LOGO: &str = "logo";
/// Lines that stand on every paper.
pub const PAPER_LINES: [&str; 2] = ["head", "foot"];
/// Texts of a form.
pub const PAPER_SLOTS: [&str; 3] = ["title", "opening", "closing"];
/// Languages of the texts.
const LANGUAGES: [&str; 2] = ["zh", "en"];
/// Longest name of a form, in bytes.
const MAX_FORM: usize = 40;
/// Beginnings of the content of pictures in base64, by media type: those of PNG, JPEG and WebP (`RIFF`, whose size follows).
const PICTURES: [(&str, &str); 3] = [
    ("image/png", "iVBORw0KGgo"),
    ("image/jpeg", "/9j/"),
    ("image/webp", "UklGR"),
];

/// The company's own texts of papers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PaperWords {
    /// By key: `logo`, `head/zh`, `foot/en`, `<form>/title/zh`, `<form>/opening/en`, `<form>/closing/zh`. What is not here is the
    /// standard text; an empty text is one that was left out on purpose.
    pub texts: BTreeMap<String, String>,
    /// Texts written on other devices at the same time as the one that holds, by key.
    pub beside: BTreeMap<String, Vec<String>>,
    /// The person at the device may change them.
    pub may_edit: bool,
}

impl PaperWords {
    /// Returns a text of a form or a line of every paper in a language (`zh` or `en`), if the company has its own.
    pub fn text(&self, of: &str, language: &str) -> Option<&str> {
        self.texts
            .get(&format!("{of}/{language}"))
            .map(String::as_str)
    }

    /// Returns the logo as an address of its content, `data:image/png;base64,…`; empty = none.
    pub fn logo(&self) -> &str {
        self.texts
            .get(LOGO)
            .filter(|logo| is_logo(logo))
            .map_or("", String::as_str)
    }
}

/// Returns whether a text is the address of a small PNG, JPEG or WebP picture by its content and nothing else: nothing in it could end an
/// attribute or run.
pub fn is_logo(text: &str) -> bool {
    let Some((media, content)) = text
        .strip_prefix("data:")
        .and_then(|rest| rest.split_once(";base64,"))
    else {
        return false;
    };
    let plain = content.trim_end_matches('=');
    content.len().is_multiple_of(4)
        && content.len() - plain.len() <= 2
        && plain
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/')
        && content.len() / 4 * 3 - (content.len() - plain.len()) <= MAX_LOGO_BYTES
        && PICTURES
            .iter()
            .any(|(known, begins)| media == *known && plain.starts_with(begins))
}

/// Returns a text as it is stored under a key.
///
/// # Errors
/// A key that is none, an overlong text, or a logo that is no small picture, each with what to mend.
pub fn checked_paper_text(key: &str, text: &str) -> Result<String, Problem> {
    if key == LOGO {
        return if is_logo(text) {
            Ok(text.to_owned())
        } else {
            let limit = MAX_LOGO_BYTES / 1024;
            Err(Problem::at(ProblemCode::BadField, LOGO).because(format!(
                "a logo is a PNG, JPEG or WebP picture of at most {limit} KiB"
            )))
        };
    }
    let parts: Vec<&str> = key.split('/').collect();
    let (most, lines) = match parts.as_slice() {
        [line, language] if PAPER_LINES.contains(line) && LANGUAGES.contains(language) => {
            (MAX_PAPER_LINE, false)
        }
        [form, slot, language]
            if is_form(form) && PAPER_SLOTS.contains(slot) && LANGUAGES.contains(language) =>
        {
            if *slot == PAPER_SLOTS[0] {
                (MAX_PAPER_TITLE, false)
            } else {
                (MAX_PAPER_SENTENCE, true)
            }
        }
        _ => return Err(Problem::at(ProblemCode::BadSetting, key)),
    };
    let text = text.trim();
    let bad = |c: char| c.is_control() && !(lines && c == '\n');
    if text.chars().count() > most || text.chars().any(bad) {
        let problem = Problem::at(ProblemCode::BadField, "paper_text");
        return Err(if lines {
            problem.because(format!("at most {most} characters"))
        } else {
            problem.because(format!("at most {most} characters on one line"))
        });
    }
    Ok(text.to_owned())
}

fn is_form(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= MAX_FORM
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of one pixel.
    const DOT: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    #[test]
    fn a_logo_is_a_small_picture_by_its_content_and_nothing_else() {
        assert!(is_logo(DOT));
        assert_eq!(checked_paper_text(LOGO, DOT).as_deref(), Ok(DOT));
        let large = format!(
            "data:image/png;base64,iVBORw0KGgoA{}",
            "A".repeat(MAX_LOGO_BYTES / 3 * 4)
        );
        for bad in [
            "",
            "https://example.com/logo.png",
            "data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=",
            "data:image/png;base64,PHN2Zz48L3N2Zz4=",
            "data:image/png;base64,iVBORw0KGgo\"onerror=",
            &large,
        ] {
            assert!(!is_logo(bad), "{}", &bad[..bad.len().min(60)]);
            let refused = checked_paper_text(LOGO, bad).expect_err("no logo");
            assert_eq!(refused.code, ProblemCode::BadField);
        }
    }

    #[test]
    fn texts_have_known_keys_and_a_length() {
        for (key, text, expected) in [
            ("head/zh", " 回音商贸 ", Some("回音商贸")),
            ("visit_plan/title/en", "Plan", Some("Plan")),
            ("lending_slip/opening/zh", "一\n二", Some("一\n二")),
            ("lending_slip/closing/zh", "", Some("")),
            ("visit_plan/title/zh", "一\n二", None),
            ("visit_plan/title/fr", "Plan", None),
            ("visit plan/title/en", "Plan", None),
            ("side/zh", "x", None),
            ("x", "x", None),
        ] {
            assert_eq!(
                checked_paper_text(key, text).ok().as_deref(),
                expected,
                "{key}"
            );
        }
        let long = "长".repeat(MAX_PAPER_LINE + 1);
        assert!(checked_paper_text("foot/zh", &long).is_err());
    }
}
