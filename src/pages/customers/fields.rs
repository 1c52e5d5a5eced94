//! Which fields a customer's form shows, in which order and group. What a field may hold is decided in core.

use huiyin_core::{
    customer::{CustomerField, validate},
    field::FieldError,
    person,
};

use crate::texts::customers::CustomerTexts;

use CustomerField as F;

/// Fields every short form begins with, the phone first.
pub const FIRST: &[F] = &[F::Phone, F::Name, F::Kind];

/// Fields shown at once where the policy says nothing about the kind of customer, after [`FIRST`].
const SHORT: &[&str] = &["contact_name", "city", "address"];

/// Relations to other customers: chosen, never typed.
pub const RELATIONS: &[&str] = &["parent_company", "referred_by"];

/// Fields of an existing customer that a step of the file changes.
pub const BY_STEP: &[F] = &[F::LifeCycle, F::LifeCycleReason, F::FiledOn];

/// Returns the names of the fields shown at once after [`FIRST`]: those the policy asks of the kind, each once.
pub fn short(asked: Option<&[String]>) -> Vec<String> {
    let own = |name: &&str| !FIRST.iter().any(|field| field.name() == *name);
    let names: Vec<&str> = match asked {
        Some(asked) if !asked.is_empty() => asked.iter().map(String::as_str).collect(),
        _ => SHORT.to_vec(),
    };
    let mut found: Vec<String> = Vec::new();
    for name in names.into_iter().filter(own) {
        let known = name.starts_with(CUSTOM) || CustomerField::parse(name).is_some();
        if known && !found.iter().any(|listed| listed == name) {
            found.push(name.to_owned());
        }
    }
    found
}

/// What the name of a field of the company's own begins with.
pub const CUSTOM: &str = "x:";

/// The name of a group and its fields.
type Group = (fn(&CustomerTexts) -> &'static str, &'static [F]);

/// Fields shown on demand, by group. Those shown at once are left out.
pub const MORE: &[Group] = &[
    (
        |c| c.section_contact,
        &[
            F::ContactName,
            F::ContactTitle,
            F::ContactPhone,
            F::Phone2,
            F::Email,
            F::Fax,
            F::Website,
            F::EmergencyContact,
            F::EmergencyPhone,
            F::Birthday,
            F::Address,
            F::City,
            F::Region,
            F::Country,
            F::Postcode,
        ],
    ),
    (
        |c| c.section_service,
        &[
            F::Class,
            F::LifeCycle,
            F::OwnerA,
            F::OwnerB,
            F::Department,
            F::Source,
            F::Referrer,
            F::FirstContactOn,
            F::FirstContactBy,
            F::Tags,
            F::CardNumber,
            F::Points,
            F::FiledOn,
            F::CreatedOn,
            F::Confidentiality,
        ],
    ),
    (
        |c| c.section_identity,
        &[F::IdentityNumber, F::CreditCode, F::OtherPapers],
    ),
    (
        |c| c.section_goods,
        &[
            F::Plate,
            F::Vehicle,
            F::Vin,
            F::SoldOn,
            F::ServicedOn,
            F::Unit,
            F::MovedInOn,
            F::DeliveredOn,
        ],
    ),
    (
        |c| c.section_company,
        &[
            F::ShortName,
            F::Nature,
            F::Industry,
            F::SupervisingUnit,
            F::LegalRepresentative,
            F::Founded,
            F::RegisteredCapital,
            F::ExternalNumber,
            F::BusinessScope,
            F::ManagerName,
            F::ManagerAge,
            F::ManagerEducation,
            F::ManagerFamily,
            F::ManagerHobbies,
            F::ManagerCharacter,
            F::ManagerAbility,
        ],
    ),
    (
        |c| c.section_character,
        &[
            F::Turnover,
            F::Headcount,
            F::Assets,
            F::Brands,
            F::ServiceArea,
            F::SalesAbility,
            F::GrowthPotential,
            F::ManagementStyle,
            F::PurchaseDecision,
            F::Needs,
            F::Finances,
        ],
    ),
    (
        |c| c.section_dealings,
        &[
            F::TradingSince,
            F::ContractNumber,
            F::ContractAmount,
            F::SignedOn,
            F::ContractUntil,
            F::TradingWay,
            F::PaymentTerms,
            F::PaymentRecord,
            F::YearlyAmount,
            F::Arrears,
            F::AccountName,
            F::CreditRating,
            F::CreditLimit,
            F::CreditHistory,
            F::Competitors,
        ],
    ),
    (|c| c.section_more, &[F::Notes, F::LostReason]),
];

/// Fields without which a customer is not saved.
pub const REQUIRED: &[&str] = &["name"];

/// Checks a value by the wire name of its field; names of newer versions are left alone.
pub fn check(name: &str, value: &str) -> Result<String, FieldError> {
    if let Some((_, field)) = person::parse_name(name) {
        // Errors stand beside the field of the record, not of the person.
        return person::validate(field, value).map_err(|error| FieldError {
            field: name.to_owned(),
            ..error
        });
    }
    match CustomerField::parse(name) {
        Some(field) => validate(field, value),
        None => Ok(value.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_can_be_filled_in_but_those_that_grading_and_relations_write() {
        let elsewhere = ["class_provisional", "graded_on", "life_cycle_reason"];
        for field in CustomerField::ALL {
            let listed = FIRST.contains(field)
                || MORE.iter().any(|(_, fields)| fields.contains(field))
                || RELATIONS.contains(&field.name())
                || elsewhere.contains(&field.name());
            assert!(listed, "{}", field.name());
        }
        let mut listed: Vec<F> = MORE
            .iter()
            .flat_map(|(_, fields)| *fields)
            .copied()
            .collect();
        let count = listed.len();
        listed.sort_unstable();
        listed.dedup();
        assert_eq!(listed.len(), count, "none stands in two groups");
    }

    #[test]
    fn the_short_form_is_what_the_policy_asks_of_the_kind() {
        assert_eq!(short(None), SHORT);
        let asked = ["name", "vin", "x:保险到期", "unicorn", "vin"].map(str::to_owned);
        assert_eq!(short(Some(&asked)), ["vin", "x:保险到期"]);
    }
}
