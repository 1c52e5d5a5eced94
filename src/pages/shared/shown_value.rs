//! A field's value as screens show it: days like the other days of the screen, what can be chosen by its name. Inputs, papers and files
//! keep the stored form.

use huiyin_core::{
    case::CaseField,
    contact_field::{ContactField, SurveyField},
    customer::CustomerField,
    field::FieldKind,
    person,
};

use crate::{
    shell::{intl, policy::Policy},
    texts::Texts,
};

/// Returns a value in words; tracked.
pub fn shown_value(texts: &Texts, policy: Policy, field: &str, wire: &str) -> String {
    if holds_a_day(field) {
        intl::day(texts.language, wire)
    } else {
        policy.value(texts, field, wire)
    }
}

/// Returns whether a field of this name holds a day, whichever kind of record it stands in.
fn holds_a_day(name: &str) -> bool {
    kinds_of(name).any(|kind| kind == FieldKind::Date)
}

/// What a field of this name holds in each kind of record that has one.
fn kinds_of(name: &str) -> impl Iterator<Item = FieldKind> {
    [
        CustomerField::parse(name).map(CustomerField::kind),
        CaseField::parse(name).map(CaseField::kind),
        ContactField::parse(name).map(ContactField::kind),
        SurveyField::parse(name).map(SurveyField::kind),
        person::parse_name(name).map(|(_, field)| field.kind()),
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use huiyin_core::{id::EventId, person::PersonField};

    use super::*;

    #[test]
    fn days_of_every_kind_of_record_are_known_by_the_name_of_their_field() {
        let born = person::field_name(&EventId::from_u64(7), PersonField::Birthday);
        for day in [
            "birthday",
            "contract_until",
            "promised_at",
            "planned_on",
            "answered_on",
            &born,
        ] {
            assert!(holds_a_day(day), "{day}");
        }
        let name = person::field_name(&EventId::from_u64(7), PersonField::Name);
        for other in ["subject", "category", "planned_at", "x:birthday", "", &name] {
            assert!(!holds_a_day(other), "{other}");
        }
    }

    #[test]
    fn no_name_means_a_day_in_one_kind_of_record_and_something_else_in_another() {
        let names = CustomerField::ALL
            .iter()
            .map(|field| field.name())
            .chain(CaseField::ALL.iter().map(|field| field.name()))
            .chain(ContactField::ALL.iter().map(|field| field.name()))
            .chain(SurveyField::ALL.iter().map(|field| field.name()));
        for name in names {
            let days = kinds_of(name).filter(|kind| *kind == FieldKind::Date);
            let days = days.count();
            assert!(days == 0 || days == kinds_of(name).count(), "{name}");
        }
    }
}
