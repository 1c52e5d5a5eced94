//! Which fields the form of a contact shows, in which order and group. What a field may hold is decided in core.

use huiyin_core::{
    contact_field::{ContactField, validate_contact},
    field::FieldError,
};

use ContactField as F;

/// Fields shown at once, beside the customer.
pub const SHORT: &[F] = &[F::PlannedOn, F::PlannedAt, F::Subject, F::Purpose, F::Way];
/// Fields of a reception and of costs.
pub const RECEPTION: &[F] = &[
    F::ReceptionClass,
    F::Guests,
    F::CompanyPeople,
    F::Cost,
    F::Gift,
    F::GiftValue,
];
/// Fields shown on demand.
pub const MORE: &[F] = &[
    F::ServiceClass,
    F::Place,
    F::Staff,
    F::People,
    F::Minutes,
    F::Event,
    F::Session,
    F::Inviter,
    F::NextOn,
    F::Tags,
    F::Wishes,
    F::Notes,
];
/// Fields the screen of a record shows in places of their own.
pub const SHOWN_ELSEWHERE: &[&str] = &["subject", "customer", "customer_name", "report", "case"];

/// Checks a value by the wire name of its field; names of newer versions are left alone.
pub fn check(name: &str, value: &str) -> Result<String, FieldError> {
    match ContactField::parse(name) {
        Some(field) => validate_contact(field, value),
        None => Ok(value.to_owned()),
    }
}
