//! Address cards (.vcf) as a table the import takes: a row for each card, columns by the wire names of fields.

use huiyin_core::{
    field::parse_date,
    interchange::vcard::{self, Card, CardIssue},
};

/// Columns in order.
const COLUMNS: [&str; 17] = [
    "name",
    "kind",
    "phone",
    "phone2",
    "contact_phone",
    "contact_name",
    "contact_title",
    "fax",
    "email",
    "website",
    "address",
    "city",
    "region",
    "postcode",
    "country",
    "birthday",
    "notes",
];
/// Phones of a card that have a field of their own.
const PHONES: usize = 3;

/// Returns the cards of a text as CSV, and how many cards or parts of the file were left out; none if there is no card.
pub fn as_csv(text: &str) -> Option<(String, usize)> {
    let (cards, issues) = vcard::read(text);
    if cards.is_empty() {
        return None;
    }
    let left_out = issues
        .iter()
        .filter(|issue| **issue != CardIssue::NoCard)
        .count();
    let mut csv = COLUMNS.join(",");
    csv.push('\n');
    for card in &cards {
        let cells: Vec<String> = row(card).iter().map(|cell| quoted(cell)).collect();
        csv.push_str(&cells.join(","));
        csv.push('\n');
    }
    Some((csv, left_out))
}

fn row(card: &Card) -> [String; COLUMNS.len()] {
    let at = |list: &[String], index: usize| list.get(index).cloned().unwrap_or_default();
    // A card of somebody in an organisation is that organisation's file with its contact person.
    let organisation = !card.organisation.is_empty();
    let (name, contact) = match (organisation, card.organisation == card.name) {
        (true, false) => (card.organisation.clone(), card.name.clone()),
        _ => (card.name.clone(), String::new()),
    };
    let kind = if organisation { "company" } else { "" };
    let whole_birthday = parse_date(&card.birthday).is_some();
    let birthday = if whole_birthday {
        card.birthday.clone()
    } else {
        String::new()
    };
    [
        name,
        kind.to_owned(),
        at(&card.phones, 0),
        at(&card.phones, 1),
        at(&card.phones, 2),
        contact,
        card.title.clone(),
        at(&card.faxes, 0),
        at(&card.emails, 0),
        card.website.clone(),
        card.street.clone(),
        card.city.clone(),
        card.region.clone(),
        card.postcode.clone(),
        card.country.clone(),
        birthday,
        notes(card, whole_birthday),
    ]
}

/// Returns the note of a card with what has no field of its own, so that nothing is lost.
fn notes(card: &Card, whole_birthday: bool) -> String {
    let mut lines: Vec<String> = Vec::new();
    if !card.note.is_empty() {
        lines.push(card.note.clone());
    }
    let mut more = |sign: &str, values: &[String]| {
        if !values.is_empty() {
            lines.push(format!("{sign}: {}", values.join(", ")));
        }
    };
    more("TEL", card.phones.get(PHONES..).unwrap_or_default());
    more("FAX", card.faxes.get(1..).unwrap_or_default());
    more("EMAIL", card.emails.get(1..).unwrap_or_default());
    if !whole_birthday && !card.birthday.is_empty() {
        more("BDAY", std::slice::from_ref(&card.birthday));
    }
    lines.join("\n")
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn line(text: &str, at: usize) -> String {
        let (csv, _) = as_csv(text).expect("there is a card");
        csv.lines().nth(at).unwrap_or_default().to_owned()
    }

    #[test]
    fn a_card_of_somebody_in_an_organisation_is_its_file_with_a_contact() {
        let text = "BEGIN:VCARD\nVERSION:3.0\nFN:王芳\nORG:回音\"商贸\nTITLE:经理\nTEL:0571-1\nTEL:138\nEND:VCARD\n";
        assert_eq!(
            line(text, 1),
            "\"回音\"\"商贸\",\"company\",\"0571-1\",\"138\",\"\",\"王芳\",\"经理\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\""
        );
    }

    #[test]
    fn what_has_no_field_of_its_own_stays_in_the_note() {
        let text = "BEGIN:VCARD\nVERSION:3.0\nFN:李雷\nTEL:1\nTEL:2\nTEL:3\nTEL:4\nEMAIL:a@x.cn\nEMAIL:b@x.cn\nBDAY:--0105\nEND:VCARD\n";
        let (csv, left_out) = as_csv(text).expect("there is a card");
        assert_eq!(left_out, 0);
        assert!(csv.contains("TEL: 4\nEMAIL: b@x.cn"), "{csv}");
    }

    #[test]
    fn a_file_without_cards_is_none_and_nameless_ones_are_counted() {
        assert_eq!(as_csv("name,phone\n"), None);
        let text = "BEGIN:VCARD\nTEL:1\nEND:VCARD\nBEGIN:VCARD\nFN:韩梅\nEND:VCARD\n";
        let (csv, left_out) = as_csv(text).expect("there is a card");
        assert_eq!((csv.lines().count(), left_out), (2, 1));
    }
}
