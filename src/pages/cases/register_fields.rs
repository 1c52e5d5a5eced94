//! Which fields registering and editing a case show. What a field may hold is decided in core.

use huiyin_core::{
    case::{CaseField, validate},
    field::FieldError,
};

use crate::texts::cases::CaseTexts;

use CaseField as F;

/// Who reports.
pub const WHO: &[F] = &[F::ComplainantPhone, F::ComplainantName];

/// What happened; the severity is asked for with what makes a case major.
pub const WHAT: &[F] = &[F::Kind, F::Category, F::Subject, F::Description, F::Demand];

/// What is asked for while the customer is on the phone.
pub const WHAT_QUICK: &[F] = &[F::Subject, F::Category, F::Kind, F::Description];

/// The name of a group and its fields.
type Group = (fn(&CaseTexts) -> &'static str, &'static [F]);

/// Shown on demand, or when the pack requires one of them.
pub const MORE: &[Group] = &[
    (
        |c| c.section_more,
        &[
            F::Channel,
            F::ReceivedAt,
            F::ReceivedBy,
            F::AgainstBranch,
            F::AgainstDepartment,
            F::AgainstPerson,
            F::PromisedAt,
            F::Confidentiality,
            F::ComplainantCompany,
            F::Relation,
            F::Tags,
            F::DemandDetail,
            F::Evidence,
            F::Witnesses,
        ],
    ),
    (
        |c| c.section_object,
        &[
            F::Product,
            F::SubProduct,
            F::OrderNumber,
            F::Plate,
            F::Vehicle,
            F::Unit,
            F::ReportNumber,
            F::ReportReceivedAt,
            F::SubCategory,
            F::ExternalNumber,
        ],
    ),
];

/// Asked for between the groups, with what makes a case major.
pub const SEVERITY: &[F] = &[F::Severity];

/// Fields without which the form does not register a case.
pub const REQUIRED: &[&str] = &["subject"];

/// Checks a value by the wire name of its field; names of newer versions are left alone.
pub fn check(name: &str, value: &str) -> Result<String, FieldError> {
    match CaseField::parse(name) {
        Some(field) => validate(field, value),
        None => Ok(value.to_owned()),
    }
}
