//! Which column of a file is which field: headers people use, in Chinese and English, and the fields offered for mapping.

use std::collections::BTreeMap;

use huiyin_api::{FieldChoice, ImportKind};
use huiyin_core::case::CaseField;
use huiyin_core::customer::CustomerField;
use huiyin_core::field::FieldKind;
use huiyin_document::schema;

use crate::customers::MAX_CUSTOM_NAME;

/// Pseudo-field: the branch a row belongs to.
pub(crate) const BRANCH: &str = "branch";
/// Pseudo-field: the state a case had in the other system.
pub(crate) const STATE: &str = "imported_state";
/// Pseudo-field: the person a case was with.
pub(crate) const ASSIGNEE: &str = "assignee";

/// Headers of customer files beside the fields' own names, folded (letters and digits only).
///
/// **Source:** the Northwind sample database; common Chinese customer sheets (客户一览表).
const CUSTOMER_HEADERS: &[(&str, &str)] = &[
    ("customerid", "external_number"),
    ("id", "external_number"),
    ("客户编号", "external_number"),
    ("编号", "external_number"),
    ("companyname", "name"),
    ("customername", "name"),
    ("客户名称", "name"),
    ("客户姓名", "name"),
    ("公司名称", "name"),
    ("名称", "name"),
    ("姓名", "name"),
    ("简称", "short_name"),
    ("contactname", "contact_name"),
    ("contact", "contact_name"),
    ("联系人", "contact_name"),
    ("contacttitle", "contact_title"),
    ("职务", "contact_title"),
    ("地址", "address"),
    ("城市", "city"),
    ("省份", "region"),
    ("地区", "region"),
    ("国家", "country"),
    ("postalcode", "postcode"),
    ("zip", "postcode"),
    ("zipcode", "postcode"),
    ("邮编", "postcode"),
    ("电话", "phone"),
    ("手机", "phone"),
    ("手机号", "phone"),
    ("联系电话", "phone"),
    ("mobile", "phone"),
    ("tel", "phone"),
    ("telephone", "phone"),
    ("传真", "fax"),
    ("邮箱", "email"),
    ("电子邮件", "email"),
    ("mail", "email"),
    ("网址", "website"),
    ("行业", "industry"),
    ("企业性质", "nature"),
    ("category", "nature"),
    ("客户类型", "kind"),
    ("grade", "class"),
    ("等级", "class"),
    ("客户等级", "class"),
    ("credit", "credit_rating"),
    ("信用等级", "credit_rating"),
    ("cardno", "card_number"),
    ("会员卡号", "card_number"),
    ("卡号", "card_number"),
    ("车牌号", "plate"),
    ("积分", "points"),
    ("生日", "birthday"),
    ("来源", "source"),
    ("备注", "notes"),
    ("note", "notes"),
    ("负责人", "owner_a"),
    ("所属门店", BRANCH),
    ("门店", BRANCH),
    ("分公司", BRANCH),
    ("branch", BRANCH),
];

/// Headers of case files beside the fields' own names, folded.
///
/// **Source:** the Consumer Complaint Database of the CFPB (field reference); 客户投诉登记表.
const CASE_HEADERS: &[(&str, &str)] = &[
    ("complaintid", "external_number"),
    ("id", "external_number"),
    ("投诉编号", "external_number"),
    ("编号", "external_number"),
    ("单号", "external_number"),
    ("datereceived", "received_at"),
    ("received", "received_at"),
    ("投诉日期", "received_at"),
    ("受理日期", "received_at"),
    ("日期", "received_at"),
    ("subproduct", "sub_product"),
    ("产品", "product"),
    ("issue", "subject"),
    ("主题", "subject"),
    ("标题", "subject"),
    ("subissue", "sub_category"),
    ("consumercomplaintnarrative", "description"),
    ("narrative", "description"),
    ("投诉内容", "description"),
    ("内容", "description"),
    ("事情经过", "description"),
    ("companypublicresponse", "company_response"),
    ("被投诉公司", "company"),
    ("state", "state_region"),
    ("zipcode", "postcode"),
    ("zip", "postcode"),
    ("submittedvia", "channel"),
    ("渠道", "channel"),
    ("来源渠道", "channel"),
    ("companyresponsetoconsumer", STATE),
    ("status", STATE),
    ("状态", STATE),
    ("timelyresponse", "timely"),
    ("consumerdisputed", "disputed"),
    ("customer", "complainant_name"),
    ("客户", "complainant_name"),
    ("投诉人", "complainant_name"),
    ("客户姓名", "complainant_name"),
    ("phone", "complainant_phone"),
    ("电话", "complainant_phone"),
    ("联系电话", "complainant_phone"),
    ("customerid", "customer"),
    ("客户编号", "customer"),
    ("类别", "category"),
    ("投诉类别", "category"),
    ("严重程度", "severity"),
    ("承诺日期", "promised_at"),
    ("deadline", "promised_at"),
    ("责任人", ASSIGNEE),
    ("处理人", ASSIGNEE),
    ("assignee", ASSIGNEE),
    ("门店", BRANCH),
    ("分公司", BRANCH),
    ("branch", BRANCH),
];

/// Returns the letters and digits of a header in lower case.
fn folded(header: &str) -> String {
    header
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Returns the field a header stands for, if it stands for one.
pub(crate) fn field_of(kind: ImportKind, header: &str) -> Option<&'static str> {
    let folded_header = folded(header);
    let (table, names): (_, Vec<&'static str>) = match kind {
        ImportKind::Cases => (
            CASE_HEADERS,
            CaseField::ALL.iter().map(|field| field.name()).collect(),
        ),
        _ => (
            CUSTOMER_HEADERS,
            CustomerField::ALL
                .iter()
                .map(|field| field.name())
                .collect(),
        ),
    };
    let by_header = table
        .iter()
        .find(|(text, _)| *text == folded_header)
        .map(|(_, field)| *field);
    by_header.or_else(|| names.into_iter().find(|name| folded(name) == folded_header))
}

/// Returns what the rows under these headers are.
pub(crate) fn guess_kind(headers: &[String]) -> ImportKind {
    let count = |kind| {
        headers
            .iter()
            .filter(|header| field_of(kind, header).is_some())
            .count()
    };
    let has_subject = headers
        .iter()
        .any(|header| field_of(ImportKind::Cases, header) == Some("subject"));
    let has_name = headers
        .iter()
        .any(|header| field_of(ImportKind::Customers, header) == Some("name"));
    match (has_name, has_subject) {
        (true, false) => ImportKind::Customers,
        (false, true) => ImportKind::Cases,
        _ if count(ImportKind::Cases) > count(ImportKind::Customers) => ImportKind::Cases,
        _ => ImportKind::Customers,
    }
}

/// Returns the field a header becomes where it stands for none: kept under its own name.
pub(crate) fn custom(header: &str) -> String {
    let name: String = header
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MAX_CUSTOM_NAME)
        .collect();
    format!("{}{}", schema::CUSTOM_PREFIX, name.trim())
}

/// Returns the mapping of every column: field → column. The first column that stands for a field gets it.
pub(crate) fn guess(kind: ImportKind, headers: &[String]) -> BTreeMap<String, String> {
    let mut mapping = BTreeMap::new();
    for header in headers.iter().filter(|header| !header.trim().is_empty()) {
        let field = field_of(kind, header)
            .map(str::to_owned)
            .filter(|field| !mapping.contains_key(field))
            .unwrap_or_else(|| custom(header));
        mapping.entry(field).or_insert_with(|| header.clone());
    }
    mapping
}

/// Returns the fields of customers and cases that a column may be mapped to, with their form.
pub fn import_fields() -> Vec<FieldChoice> {
    let form = |kind| match kind {
        FieldKind::Line => "line",
        FieldKind::Text => "text",
        FieldKind::Phone => "phone",
        FieldKind::Email => "email",
        FieldKind::Date => "date",
        FieldKind::Integer => "integer",
        FieldKind::Choice(_) => "choice",
        FieldKind::Tags => "tags",
        FieldKind::Money | FieldKind::IdentityNumber | FieldKind::CreditCode => "line",
    };
    let choice = |kind: &str, field: &str, form: &str| FieldChoice {
        field: field.to_owned(),
        kind: kind.to_owned(),
        form: form.to_owned(),
    };
    let mut fields: Vec<FieldChoice> = CustomerField::ALL
        .iter()
        .map(|field| choice("customers", field.name(), form(field.kind())))
        .collect();
    fields.push(choice("customers", BRANCH, "line"));
    fields.extend(
        CaseField::ALL
            .iter()
            .map(|field| choice("cases", field.name(), form(field.kind()))),
    );
    fields.extend([BRANCH, STATE, ASSIGNEE].map(|field| choice("cases", field, "line")));
    fields
}

/// Returns whether a field may be mapped for this kind.
pub(crate) fn is_field(kind: ImportKind, field: &str) -> bool {
    let wanted = if kind == ImportKind::Cases {
        "cases"
    } else {
        "customers"
    };
    field
        .strip_prefix(schema::CUSTOM_PREFIX)
        .is_some_and(|name| !name.is_empty())
        || import_fields()
            .iter()
            .any(|choice| choice.kind == wanted && choice.field == field)
}
