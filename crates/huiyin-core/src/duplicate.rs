//! Which customer files are likely the same (查重).
//!
//! Decides keys and scores, and finds pairs among many rows in near-linear time: rows meet only where they share a key, and a
//! key that very many share (a switchboard, a test number) makes a chain, not all pairs. Merging is in [`crate::merge`].

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::text::{fold, half_width};

/// Score from which a pair is offered, out of 100.
pub const OFFERED_FROM: u32 = 60;
/// Most rows of one key of which every pair is looked at; of more, each meets the next only.
pub const MAX_MET: usize = 12;
/// Fewest digits of a phone number that tells people apart; short service numbers do not.
pub const MIN_TELLING_DIGITS: usize = 7;
/// Most phone numbers read from one field.
const MAX_PHONES: usize = 8;

/// What a row is compared by. Texts as they are stored; empty = not stated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// Record id.
    pub id: &'a str,
    /// Name.
    pub name: &'a str,
    /// Address.
    pub address: &'a str,
    /// Phone fields.
    pub phones: [&'a str; 3],
    /// Card number.
    pub card: &'a str,
    /// Identity number or credit code.
    pub identity: &'a str,
    /// Plate or vehicle identification number.
    pub vehicle: &'a str,
}

/// What two rows have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shared {
    /// Identity number or credit code.
    Identity,
    /// Card number.
    Card,
    /// A phone number.
    Phone,
    /// Vehicle.
    Vehicle,
    /// Name and address.
    NameAndAddress,
    /// Name only.
    Name,
}

impl Shared {
    /// Returns what it adds to the score. Name and address contain the name, which is not counted again.
    const fn score(self) -> u32 {
        match self {
            Self::Identity => 100,
            Self::Card => 80,
            Self::Phone => 60,
            Self::Vehicle => 50,
            Self::NameAndAddress => 70,
            Self::Name => 30,
        }
    }
}

/// Two rows that are likely the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Pair {
    /// Likeness, [`OFFERED_FROM`] to 100.
    pub score: u32,
    /// The smaller record id.
    pub a: String,
    /// The greater one.
    pub b: String,
    /// What they have in common.
    pub shared: Vec<Shared>,
}

/// Returns the phone numbers in a field in one form, each once: digits without the code of China, without extensions. Numbers
/// of fewer than [`MIN_TELLING_DIGITS`] digits are left out.
///
/// ```
/// use huiyin_core::duplicate::phone_keys;
/// assert_eq!(phone_keys("+86 138-0013-8000 / 010-5555 4729转3"), ["13800138000", "1055554729"]);
/// ```
pub fn phone_keys(text: &str) -> Vec<String> {
    let plain: String = text
        .chars()
        .map(half_width)
        .collect::<String>()
        .to_lowercase();
    let mut found: Vec<String> = Vec::new();
    for part in plain.split(['/', ',', ';', '、', '，', '；', '\n', '|', '或']) {
        let number = part.split(['转', '#']).next().unwrap_or_default();
        let number = number.split("ext").next().unwrap_or_default();
        // Two numbers parted by a space only: each long enough by itself.
        let words: Vec<&str> = number.split_whitespace().collect();
        let telling =
            |text: &str| text.chars().filter(char::is_ascii_digit).count() >= MIN_TELLING_DIGITS;
        let numbers: Vec<String> = if words.len() > 1 && words.iter().all(|word| telling(word)) {
            words.iter().map(|word| (*word).to_owned()).collect()
        } else {
            vec![number.to_owned()]
        };
        for number in numbers {
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            let key = without_country(&digits, number.contains('+'));
            if key.len() >= MIN_TELLING_DIGITS
                && found.len() < MAX_PHONES
                && !found.iter().any(|known| known == key)
            {
                found.push(key.to_owned());
            }
        }
    }
    found
}

/// Drops the code of China, and the zero before an area code or, as some write it, a mobile number.
fn without_country(digits: &str, plus: bool) -> &str {
    let is_mobile = |text: &str| text.len() == 11 && text.starts_with('1');
    let cut = digits.strip_prefix("0086").or_else(|| {
        let rest = digits.strip_prefix("86")?;
        (plus || is_mobile(rest)).then_some(rest)
    });
    let cut = cut.unwrap_or(digits);
    // Written with the code of China an area code has no zero before it.
    cut.strip_prefix('0').unwrap_or(cut)
}

/// Words of company names that say little.
const LEGAL_FORMS: &[&str] = &[
    "股份有限公司",
    "有限责任公司",
    "有限公司",
    "集团公司",
    "总公司",
    "公司",
    "co.,ltd.",
    "co., ltd.",
    "co.,ltd",
    "co. ltd",
    "ltd.",
    "ltd",
    "inc.",
    "inc",
    "gmbh",
    "llc",
];

/// Returns a name for comparing: folded, without the legal form of a company, without spaces and punctuation.
pub fn name_key(name: &str) -> String {
    let folded = fold(name);
    let cut = LEGAL_FORMS
        .iter()
        .find_map(|form| folded.strip_suffix(form))
        .map_or("", str::trim);
    letters(if cut.is_empty() { &folded } else { cut })
}

/// Returns a text for comparing: letters and digits only, folded.
fn letters(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Returns the keys of a row: what is shared, and its text.
fn keys(row: &Candidate<'_>) -> Vec<(Shared, String)> {
    let mut found = Vec::new();
    let mut add = |shared: Shared, key: String, least: usize| {
        if key.chars().count() >= least {
            found.push((shared, key));
        }
    };
    add(Shared::Identity, letters(row.identity), 6);
    add(Shared::Card, letters(row.card), 3);
    add(Shared::Vehicle, letters(row.vehicle), 5);
    let name = name_key(row.name);
    let address = letters(row.address);
    if address.chars().count() >= 4 && !name.is_empty() {
        add(Shared::NameAndAddress, format!("{name}\n{address}"), 1);
    }
    add(Shared::Name, name, 2);
    for phone in row.phones.iter().flat_map(|phone| phone_keys(phone)) {
        add(Shared::Phone, phone, MIN_TELLING_DIGITS);
    }
    found
}

/// Returns how alike two rows are, 0 to 100, and what they have in common.
pub fn likeness(a: &Candidate<'_>, b: &Candidate<'_>) -> (u32, Vec<Shared>) {
    let of_a: BTreeSet<(Shared, String)> = keys(a).into_iter().collect();
    let shared: BTreeSet<Shared> = keys(b)
        .into_iter()
        .filter(|key| of_a.contains(key))
        .map(|(shared, _)| shared)
        .collect();
    score(shared)
}

fn score(mut shared: BTreeSet<Shared>) -> (u32, Vec<Shared>) {
    if shared.contains(&Shared::NameAndAddress) {
        shared.remove(&Shared::Name);
    }
    let sum: u32 = shared.iter().map(|shared| shared.score()).sum();
    (sum.min(100), shared.into_iter().collect())
}

/// Returns the rows that are likely the same as `entered`, best first, then by id: for the hint while somebody types.
pub fn like<'a>(
    entered: &Candidate<'_>,
    rows: impl IntoIterator<Item = Candidate<'a>>,
) -> Vec<(u32, &'a str, Vec<Shared>)> {
    let own: BTreeSet<(Shared, String)> = keys(entered).into_iter().collect();
    let mut found: Vec<_> = rows
        .into_iter()
        .filter(|row| row.id != entered.id)
        .filter_map(|row| {
            let shared = keys(&row)
                .into_iter()
                .filter(|key| own.contains(key))
                .map(|(shared, _)| shared)
                .collect();
            let (score, shared) = score(shared);
            (score >= OFFERED_FROM).then_some((score, row.id, shared))
        })
        .collect();
    found.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    found
}

/// Returns the pairs that are likely the same, best first, then by id. Time grows with the number of rows: about ten lookups a
/// row. The result does not depend on the order of the rows.
pub fn scan(rows: &[Candidate<'_>]) -> Vec<Pair> {
    let mut by_key: HashMap<(Shared, String), Vec<usize>> = HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        for key in keys(row) {
            by_key.entry(key).or_default().push(at);
        }
    }
    let mut shared: BTreeMap<(usize, usize), BTreeSet<Shared>> = BTreeMap::new();
    let mut meet = |a: usize, b: usize, what: Shared| {
        let (a, b) = if rows[a].id <= rows[b].id {
            (a, b)
        } else {
            (b, a)
        };
        if rows[a].id != rows[b].id {
            shared.entry((a, b)).or_default().insert(what);
        }
    };
    for ((what, _), mut met) in by_key {
        met.sort_unstable_by_key(|&at| rows[at].id);
        met.dedup();
        if met.len() <= MAX_MET {
            for (at, &a) in met.iter().enumerate() {
                met[at + 1..].iter().for_each(|&b| meet(a, b, what));
            }
        } else {
            met.windows(2).for_each(|pair| meet(pair[0], pair[1], what));
        }
    }
    let mut found: Vec<Pair> = shared
        .into_iter()
        .filter_map(|((a, b), what)| {
            let (score, shared) = score(what);
            (score >= OFFERED_FROM).then(|| Pair {
                score,
                a: rows[a].id.to_owned(),
                b: rows[b].id.to_owned(),
                shared,
            })
        })
        .collect();
    found.sort_by(|a, b| {
        b.score
            .cmp(&a.score)
            .then_with(|| (&a.a, &a.b).cmp(&(&b.a, &b.b)))
    });
    found
}
