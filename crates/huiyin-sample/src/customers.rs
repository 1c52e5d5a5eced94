//! The customers of the story: consumers and members with cards and points, companies, franchisees, agents, suppliers.

use std::collections::BTreeMap;

use huiyin_api::{Language, Millis};

use crate::days;
use crate::plan::CUSTOMERS;
use crate::words::{self, FAMILIES, GIVEN, HOUSES, SOURCES, STREETS, TRADES};

/// Classes by the rules for files, from the one seldom met.
const CLASSES: [&str; 4] = ["key", "target", "general", "potential"];
/// One customer in so many is a company.
const COMPANY_EVERY: usize = 4;
/// Customers that were there when the story begins.
const FIRST: usize = 60;
/// Days ago at which the story begins.
pub const BEGIN: i64 = 110;
/// One customer in so many is not filed, nor are those of today.
const UNFILED_EVERY: usize = 9;
/// One customer in so many was brought by another.
const BROUGHT_EVERY: usize = 17;

/// A customer of the story.
#[derive(Debug, Clone)]
pub struct Invented {
    /// Name.
    pub name: String,
    /// Phone, of a form that is given to nobody.
    pub phone: String,
    /// The person, or who speaks for the company.
    pub person: String,
    /// Place of the branch.
    pub branch: usize,
    /// Days ago at which it became a customer.
    pub days: i64,
    /// Whether it is filed.
    pub filed: bool,
    /// Place of the customer who brought it.
    pub brought_by: Option<usize>,
    /// Fields by wire name, without what depends on ids.
    pub fields: BTreeMap<String, String>,
}

/// Returns a phone number of a form that is given to nobody.
///
/// **Source:** Ofcom, telephone numbers for use in TV and radio drama (mobile: 07700 900000 to 900999); the Chinese ones are of the
/// range the tests of the project use.
fn phone(language: Language, number: usize) -> String {
    match language {
        Language::Chinese => format!("1380000{:04}", 1_000 + number),
        Language::English => format!("07700 900{:03}", 100 + number),
    }
}

/// Returns a person's name.
pub fn person(language: Language, number: usize) -> String {
    let family = words::of(language, FAMILIES[number % FAMILIES.len()]);
    let given = words::of(
        language,
        GIVEN[(number / FAMILIES.len() * 7 + number * 3) % GIVEN.len()],
    );
    match language {
        Language::Chinese => format!("{family}{given}"),
        Language::English => format!("{given} {family}"),
    }
}

/// Returns all customers.
pub fn invent(random: &mut fastrand::Rng, now: Millis, language: Language) -> Vec<Invented> {
    (0..CUSTOMERS)
        .map(|at| one(random, now, language, at))
        .collect()
}

fn one(random: &mut fastrand::Rng, now: Millis, language: Language, at: usize) -> Invented {
    let company = at % COMPANY_EVERY == COMPANY_EVERY - 1;
    let person = person(language, at);
    let (name, kind) = if company {
        let number = at / COMPANY_EVERY;
        let house = words::of(language, HOUSES[number % HOUSES.len()]);
        let (trade, kind) = TRADES[number % TRADES.len()];
        let trade = words::of(language, trade);
        let name = match language {
            Language::Chinese => format!("{house}{trade}"),
            Language::English => format!("{house} {trade}"),
        };
        (name, kind)
    } else {
        let member = at.is_multiple_of(2);
        (person.clone(), if member { "member" } else { "consumer" })
    };
    let days = if at < FIRST {
        BEGIN
    } else {
        let span = (CUSTOMERS - FIRST) as i64;
        (BEGIN - 2) - (at - FIRST) as i64 * (BEGIN - 2) / span
    };
    let branch = random.usize(0..3);
    let phone = phone(language, at);
    let mut fields = BTreeMap::new();
    let mut put = |name: &str, value: String| {
        fields.insert(name.to_owned(), value);
    };
    put("name", name.clone());
    put("kind", kind.to_owned());
    put("phone", phone.clone());
    put("class", CLASSES[random.usize(0..CLASSES.len())].to_owned());
    let street = words::of(language, STREETS[random.usize(0..STREETS.len())]);
    let house = random.u32(1..200);
    put(
        "address",
        match language {
            Language::Chinese => format!("{street} {house} 号"),
            Language::English => format!("{house} {street}"),
        },
    );
    put(
        "source",
        words::of(language, SOURCES[random.usize(0..SOURCES.len())]).to_owned(),
    );
    put("first_contact_on", days::date(now, days));
    put("life_cycle", life_cycle(random).to_owned());
    if company {
        put("contact_name", person.clone());
        put("contact_phone", phone.clone());
        put("yearly_amount", format!("{}", random.u32(3..90) * 10_000));
    } else {
        let year = random.u32(1960..2005);
        let (month, day) = (random.u32(1..13), random.u32(1..29));
        put("birthday", format!("{year}-{month:02}-{day:02}"));
    }
    if kind == "member" {
        put("card_number", format!("VIP{:05}", 20_000 + at));
        put("points", random.u32(0..480).to_string());
    }
    Invented {
        name,
        phone,
        person,
        branch,
        days,
        filed: at % UNFILED_EVERY != UNFILED_EVERY - 1 && days > 0,
        brought_by: (at % BROUGHT_EVERY == BROUGHT_EVERY - 1).then(|| random.usize(0..at)),
        fields,
    }
}

fn life_cycle(random: &mut fastrand::Rng) -> &'static str {
    match random.u32(0..20) {
        0 | 1 => "potential",
        2 | 3 => "target",
        4 => "dormant",
        5 => "lost",
        _ => "active",
    }
}
