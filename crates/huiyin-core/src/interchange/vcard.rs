//! Address cards (vCard) of phones and mail programs: reading versions 2.1, 3.0 and 4.0, writing 3.0.
//!
//! Decides what of a card is taken and what is left: names, organisation, post, phones, mail, address, birthday, web site, note.
//! Photos and unknown lines are left out. Of the crates of the field `vobject` and `ical` do not read the quoted-printable texts
//! of old phones, which hold most Chinese names; the reader is small enough to be our own.
//!
//! **Source:** RFC 6350 (4.0), RFC 2426 (3.0), vCard 2.1 of the versit consortium; quoted-printable of RFC 2045, 6.7.

use serde::{Deserialize, Serialize};

use super::{escape, push_line, split_unescaped, unescape, unfolded};

/// Most cards read from one file.
pub const MAX_CARDS: usize = 50_000;
/// Most lines read from one file.
const MAX_LINES: usize = 2_000_000;
/// Most values of one kind in a card.
pub const MAX_VALUES: usize = 20;
/// Longest value taken, in characters; longer ones are cut.
pub const MAX_VALUE: usize = 4_000;

/// A card.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Card {
    /// Name as it is shown.
    pub name: String,
    /// Organisation.
    pub organisation: String,
    /// Post.
    pub title: String,
    /// Phones.
    pub phones: Vec<String>,
    /// Fax numbers.
    pub faxes: Vec<String>,
    /// Mail addresses.
    pub emails: Vec<String>,
    /// Street, without city and the like.
    pub street: String,
    /// City.
    pub city: String,
    /// Province.
    pub region: String,
    /// Postcode.
    pub postcode: String,
    /// Country.
    pub country: String,
    /// Birthday as stated, `YYYY-MM-DD` where it is whole.
    pub birthday: String,
    /// Web site.
    pub website: String,
    /// Note.
    pub note: String,
}

/// What of a file could not be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum CardIssue {
    /// There is no card.
    #[error("there is no address card in it: choose a .vcf file")]
    NoCard,
    /// A card ends before it says END.
    #[error("card {number} is cut off: what it said so far was taken")]
    CutOff {
        /// Which card, from 1.
        number: usize,
    },
    /// A card without name and organisation.
    #[error("card {number} has no name: it was left out")]
    NoName {
        /// Which card, from 1.
        number: usize,
    },
    /// A card with quoted-printable text that is no UTF-8, such as GBK of old phones.
    #[error("card {number} has text in an encoding other than UTF-8: that text was left out")]
    Unreadable {
        /// Which card, from 1.
        number: usize,
    },
    /// More cards than are read.
    #[error("there are more than {MAX_CARDS} cards: split the file, the rest was left out")]
    TooMany,
}

/// Returns the cards of a file in its order, and what could not be taken.
pub fn read(text: &str) -> (Vec<Card>, Vec<CardIssue>) {
    let (mut cards, mut issues) = (Vec::new(), Vec::new());
    let mut card: Option<Card> = None;
    let mut number = 0;
    let mut finish = |card: Option<Card>, number: usize, issues: &mut Vec<CardIssue>| {
        let Some(mut card) = card else { return };
        if card.name.is_empty() {
            card.name.clone_from(&card.organisation);
        }
        if card.name.is_empty() {
            issues.push(CardIssue::NoName { number });
        } else {
            cards.push(card);
        }
    };
    let lines = joined(unfolded(text.trim_start_matches('\u{feff}'), MAX_LINES));
    for line in lines {
        let Some(line) = Line::read(&line) else {
            continue;
        };
        match (
            line.name.as_str(),
            line.value.trim().to_ascii_uppercase().as_str(),
        ) {
            ("BEGIN", "VCARD") => {
                if card.is_some() {
                    issues.push(CardIssue::CutOff { number });
                    finish(card.take(), number, &mut issues);
                }
                if number == MAX_CARDS {
                    issues.push(CardIssue::TooMany);
                    break;
                }
                number += 1;
                card = Some(Card::default());
            }
            ("END", "VCARD") => finish(card.take(), number, &mut issues),
            _ => {
                if let Some(card) = &mut card {
                    let issue = CardIssue::Unreadable { number };
                    if !line.unreadable {
                        card.take(&line);
                    } else if issues.last() != Some(&issue) {
                        issues.push(issue);
                    }
                }
            }
        }
    }
    if card.is_some() {
        issues.push(CardIssue::CutOff { number });
        finish(card, number, &mut issues);
    }
    if number == 0 {
        issues.push(CardIssue::NoCard);
    }
    (cards, issues)
}

/// Joins the lines of quoted-printable values that a `=` at the end continues.
fn joined(lines: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(lines.len());
    let mut continues = false;
    for line in lines {
        let last = out.last_mut().filter(|_| continues);
        continues = if let Some(last) = last {
            last.pop();
            last.push_str(&line);
            line.ends_with('=')
        } else {
            let soft =
                line.ends_with('=') && line.to_ascii_uppercase().contains("QUOTED-PRINTABLE");
            out.push(line);
            soft
        };
    }
    out
}

/// A line: name without group, parameters in upper case, value decoded but still escaped.
struct Line {
    name: String,
    parameters: Vec<String>,
    value: String,
    /// Its quoted-printable value is no UTF-8.
    unreadable: bool,
}

impl Line {
    fn read(line: &str) -> Option<Self> {
        // Quoted parameters may hold a colon.
        let mut quoted = false;
        let at = line.char_indices().find(|(_, c)| {
            quoted ^= *c == '"';
            *c == ':' && !quoted
        })?;
        let (head, value) = (&line[..at.0], &line[at.0 + 1..]);
        let mut parts = head.split(';');
        let name = parts.next()?;
        let name = name
            .rsplit_once('.')
            .map_or(name, |(_, name)| name)
            .trim()
            .to_ascii_uppercase();
        let parameters: Vec<String> = parts
            .map(|part| part.replace('"', "").to_ascii_uppercase())
            .collect();
        let has = |wanted: &str| {
            parameters
                .iter()
                .any(|part| part == wanted || part.ends_with(&format!("={wanted}")))
        };
        let value = if has("QUOTED-PRINTABLE") {
            quoted_printable(value)
        } else {
            Some(value.to_owned())
        };
        Some(Self {
            name,
            parameters,
            unreadable: value.is_none(),
            value: value.unwrap_or_default(),
        })
    }

    fn is(&self, kind: &str) -> bool {
        self.parameters.iter().any(|part| {
            let kinds = part.strip_prefix("TYPE=").unwrap_or(part);
            kinds.split(',').any(|own| own == kind)
        })
    }

    fn text(&self) -> String {
        cut(unescape(&self.value).trim())
    }

    /// Returns the parts of a structured value.
    fn parts(&self) -> Vec<String> {
        split_unescaped(&self.value, ';')
            .into_iter()
            .map(|part| cut(unescape(part).trim()))
            .collect()
    }
}

fn cut(text: &str) -> String {
    text.chars()
        .filter(|c| *c == '\n' || !c.is_control())
        .take(MAX_VALUE)
        .collect()
}

/// Returns a quoted-printable text; nothing if it is no UTF-8. **Source:** RFC 2045, 6.7.
fn quoted_printable(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes
            .get(at + 1..at + 3)
            .filter(|_| bytes[at] == b'=')
            .and_then(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        out.push(hex.unwrap_or(bytes[at]));
        at += if hex.is_some() { 3 } else { 1 };
    }
    String::from_utf8(out).ok()
}

impl Card {
    fn take(&mut self, line: &Line) {
        let first = |known: &mut String, value: String| {
            if known.is_empty() {
                *known = value;
            }
        };
        let add = |list: &mut Vec<String>, value: String| {
            if !value.is_empty() && list.len() < MAX_VALUES && !list.contains(&value) {
                list.push(value);
            }
        };
        match line.name.as_str() {
            "FN" => self.name = line.text(),
            "N" => {
                let parts = line.parts();
                let part = |at: usize| parts.get(at).map_or("", String::as_str);
                first(&mut self.name, name_of(part(0), part(1)));
            }
            "ORG" => {
                let parts = line.parts();
                let named: Vec<&str> = parts
                    .iter()
                    .map(String::as_str)
                    .filter(|part| !part.is_empty())
                    .collect();
                first(&mut self.organisation, named.join(" "));
            }
            "TITLE" | "ROLE" => first(&mut self.title, line.text()),
            "TEL" => {
                let number = line.text();
                let number = number.strip_prefix("tel:").unwrap_or(&number).to_owned();
                add(
                    if line.is("FAX") {
                        &mut self.faxes
                    } else {
                        &mut self.phones
                    },
                    number,
                );
            }
            "EMAIL" => add(&mut self.emails, line.text()),
            "ADR" if self.street.is_empty() && self.city.is_empty() => {
                let mut parts = line.parts();
                parts.resize(7, String::new());
                let street: Vec<&str> = [&parts[0], &parts[1], &parts[2]]
                    .into_iter()
                    .map(String::as_str)
                    .filter(|part| !part.is_empty())
                    .collect();
                self.street = street.join(" ");
                self.city = std::mem::take(&mut parts[3]);
                self.region = std::mem::take(&mut parts[4]);
                self.postcode = std::mem::take(&mut parts[5]);
                self.country = std::mem::take(&mut parts[6]);
            }
            "BDAY" => {
                let text = line.text();
                let day =
                    crate::field::parse_typed_date(text.split('T').next().unwrap_or_default());
                first(
                    &mut self.birthday,
                    day.map_or(text.clone(), |day| day.to_string()),
                );
            }
            "URL" => first(&mut self.website, line.text()),
            "NOTE" => first(&mut self.note, line.text()),
            _ => {}
        }
    }
}

/// Returns a name from family and given name: Chinese names without a space, family name first.
fn name_of(family: &str, given: &str) -> String {
    let is_chinese = |text: &str| text.chars().any(|c| matches!(c, '\u{3400}'..='\u{9fff}'));
    if is_chinese(family) || is_chinese(given) {
        format!("{family}{given}")
    } else {
        format!("{given} {family}").trim().to_owned()
    }
}

/// Returns cards as a file of version 3.0, which every phone reads. Reading it gives the same cards.
pub fn write(cards: &[Card]) -> String {
    let mut out = String::new();
    for card in cards {
        let mut line = |name: &str, value: String| {
            if !value.trim_matches(';').is_empty() {
                push_line(&mut out, &format!("{name}:{value}"));
            }
        };
        line("BEGIN", "VCARD".to_owned());
        line("VERSION", "3.0".to_owned());
        line("FN", escape(&card.name));
        line("N", format!("{};;;;", escape(&card.name)));
        line("ORG", escape(&card.organisation));
        line("TITLE", escape(&card.title));
        card.phones
            .iter()
            .for_each(|phone| line("TEL;TYPE=VOICE", escape(phone)));
        card.faxes
            .iter()
            .for_each(|fax| line("TEL;TYPE=FAX", escape(fax)));
        card.emails
            .iter()
            .for_each(|email| line("EMAIL;TYPE=INTERNET", escape(email)));
        let address = [
            &card.street,
            &card.city,
            &card.region,
            &card.postcode,
            &card.country,
        ]
        .map(|part| escape(part));
        line("ADR", format!(";;{}", address.join(";")));
        line("BDAY", escape(&card.birthday));
        line("URL", escape(&card.website));
        line("NOTE", escape(&card.note));
        line("END", "VCARD".to_owned());
    }
    out
}
