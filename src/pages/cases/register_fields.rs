//! Which fields registering and editing a case show. What a field may hold is decided in core.

use huiyin_core::{
    case::{CaseField, validate},
    field::FieldError,
};

use crate::texts::cases::CaseTexts;

use CaseField as F;

/// Who reports.
pub const WHO: &[F] = &[F::ComplainantPhone, F::ComplainantName];

/// What happened.
pub const WHAT: &[F] = &[
    F::Kind,
    F::Severity,
    F::Category,
    F::Subject,
    F::Description,
    F::Demand,
];

/// The name of a group and its fields.
type Group = (fn(&CaseTexts) -> &'static str, &'static [F]);

/// Shown on demand.
pub const MORE: &[Group] = &[(
    |c| c.section_more,
    &[
        F::Channel,
        F::Product,
        F::OrderNumber,
        F::AgainstBranch,
        F::AgainstDepartment,
        F::AgainstPerson,
        F::ReceivedAt,
        F::PromisedAt,
        F::ComplainantCompany,
        F::Relation,
        F::Plate,
        F::Confidentiality,
        F::ExternalNumber,
        F::Tags,
        F::Evidence,
        F::Witnesses,
    ],
)];

/// Fields without which the form does not register a case.
pub const REQUIRED: &[&str] = &["subject"];

/// Checks a value by the wire name of its field; names of newer versions are left alone.
pub fn check(name: &str, value: &str) -> Result<String, FieldError> {
    match CaseField::parse(name) {
        Some(field) => validate(field, value),
        None => Ok(value.to_owned()),
    }
}
