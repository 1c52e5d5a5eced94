//! Customers as address cards: what of a customer's fields goes into which line of a card.

use huiyin_api::{CustomerRecord, FieldView};
use huiyin_core::interchange::vcard::Card;

/// Kinds of customers that are people: their name is no organisation's.
const PEOPLE: [&str; 5] = ["consumer", "member", "borrower", "vehicle_owner", "tenant"];

/// Returns the card of a customer.
pub fn card_of(record: &CustomerRecord) -> Card {
    let get = |name: &str| field(&record.fields, name);
    let several = |names: &[&str]| {
        let mut found: Vec<String> = Vec::new();
        for text in names.iter().map(|name| get(name)) {
            if !text.is_empty() && !found.contains(&text) {
                found.push(text);
            }
        }
        found
    };
    let person = PEOPLE.contains(&record.row.kind.as_str());
    let (name, contact) = (get("name"), get("contact_name"));
    let (shown, organisation) = if person || contact.is_empty() {
        let organisation = if person { String::new() } else { name.clone() };
        (name, organisation)
    } else {
        (contact, name)
    };
    Card {
        name: shown,
        organisation,
        title: get("contact_title"),
        phones: several(&["phone", "phone2", "contact_phone"]),
        faxes: several(&["fax"]),
        emails: several(&["email"]),
        street: get("address"),
        city: get("city"),
        region: get("region"),
        postcode: get("postcode"),
        country: get("country"),
        birthday: get("birthday"),
        website: get("website"),
        note: get("notes"),
    }
}

fn field(fields: &[FieldView], name: &str) -> String {
    fields
        .iter()
        .find(|field| field.name == name)
        .map(|field| field.value.clone())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use huiyin_api::CustomerRow;

    use super::*;

    fn record(kind: &str, fields: &[(&str, &str)]) -> CustomerRecord {
        CustomerRecord {
            row: CustomerRow {
                kind: kind.to_owned(),
                ..CustomerRow::default()
            },
            fields: fields
                .iter()
                .map(|(name, value)| FieldView {
                    name: (*name).to_owned(),
                    value: (*value).to_owned(),
                })
                .collect(),
            ..CustomerRecord::default()
        }
    }

    #[test]
    fn the_card_of_a_company_bears_its_contact_person() {
        let card = card_of(&record(
            "company",
            &[
                ("name", "回音商贸"),
                ("contact_name", "王芳"),
                ("phone", "0571-1"),
                ("contact_phone", "138"),
                ("phone2", "138"),
            ],
        ));
        assert_eq!(
            (card.name.as_str(), card.organisation.as_str()),
            ("王芳", "回音商贸")
        );
        assert_eq!(card.phones, ["0571-1", "138"]);
    }

    #[test]
    fn the_card_of_a_person_has_no_organisation() {
        let card = card_of(&record("member", &[("name", "王芳"), ("city", "杭州")]));
        assert_eq!(
            (card.name.as_str(), card.organisation.as_str()),
            ("王芳", "")
        );
        assert_eq!(card.city, "杭州");
    }
}
