//! Which fields a customer's form shows, in which order and group. What a field may hold is decided in core.

use huiyin_core::{
    customer::{CustomerField, validate},
    field::FieldError,
};

use crate::texts::customers::CustomerTexts;

use CustomerField as F;

/// Fields shown at once, the phone first.
pub const SHORT: &[F] = &[
    F::Phone,
    F::Name,
    F::Kind,
    F::ContactName,
    F::City,
    F::Address,
];

/// The name of a group and its fields.
type Group = (fn(&CustomerTexts) -> &'static str, &'static [F]);

/// Fields shown on demand, by group.
pub const MORE: &[Group] = &[
    (
        |c| c.section_contact,
        &[
            F::ContactTitle,
            F::ContactPhone,
            F::Phone2,
            F::Email,
            F::Fax,
            F::Website,
            F::EmergencyContact,
            F::Birthday,
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
            F::Source,
            F::Referrer,
            F::Tags,
            F::CardNumber,
            F::Plate,
            F::Points,
            F::FiledOn,
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
            F::CreditRating,
            F::ExternalNumber,
            F::BusinessScope,
        ],
    ),
    (|c| c.section_more, &[F::Notes, F::LostReason]),
];

/// Fields without which a customer is not saved.
pub const REQUIRED: &[&str] = &["name"];

/// Checks a value by the wire name of its field; names of newer versions are left alone.
pub fn check(name: &str, value: &str) -> Result<String, FieldError> {
    match CustomerField::parse(name) {
        Some(field) => validate(field, value),
        None => Ok(value.to_owned()),
    }
}
