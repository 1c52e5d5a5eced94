//! The fields of a case and what they may hold.
//!
//! Decides names, kinds, choices and limits. Who is in charge and where the case stands come from
//! its events ([`crate::fold`]), never from a field.

use crate::field::{FieldError, FieldReason, fields, normalise};
use crate::id::{BranchCode, RecordId, RecordKind};

/// Wire names of the kinds of case.
pub const CASE_KINDS: &[&str] = &["inquiry", "suggestion", "complaint", "repair"];
/// Wire names of the channels a case comes through.
pub const CHANNELS: &[&str] = &[
    "on_site",
    "phone",
    "letter",
    "email",
    "web",
    "hotline",
    "wechat",
    "app",
    "forwarded_head_office",
    "forwarded_maker",
    "forwarded_unit",
    "forwarded_authority",
    "other",
];
/// Wire names of the severities, lightest first.
pub const SEVERITIES: &[&str] = &["general", "important", "major"];
/// Wire names of what a customer demands.
pub const DEMANDS: &[&str] = &[
    "price_cut",
    "return",
    "exchange",
    "compensation",
    "apology",
    "explanation",
    "other",
];
/// Wire names of the confidentiality levels, lowest first.
pub const CONFIDENTIALITIES: &[&str] = &["none", "confidential", "secret", "top_secret"];
/// Wire names of the usual categories; the field takes others too.
pub const CATEGORIES: &[&str] = &[
    "product_quality",
    "return_exchange",
    "delivery",
    "contract",
    "repair_quality",
    "service_attitude",
    "professional_skill",
    "efficiency",
    "billing",
    "facility",
    "test_result",
    "misunderstanding",
    "other",
];
const YES_NO: &[&str] = &["yes", "no", "not_applicable"];

fields! {
    /// A field of a case. The person in charge and the department come from its events.
    CaseField {
        /// 类别: inquiry, suggestion, complaint, repair
        Kind "kind" Choice(CASE_KINDS);
        /// 来源渠道
        Channel "channel" Choice(CHANNELS);
        /// 受理日期
        ReceivedAt "received_at" Date;
        /// 接待人
        ReceivedBy "received_by" Line;
        /// 投诉人
        ComplainantName "complainant_name" Line;
        /// 投诉人电话
        ComplainantPhone "complainant_phone" Phone;
        /// 投诉人单位
        ComplainantCompany "complainant_company" Line;
        /// 车牌号
        Plate "plate" Line;
        /// 房号/单元
        Unit "unit" Line;
        /// 与客户关系
        Relation "relation" Line;
        /// 客户: the record id of the customer
        Customer "customer" Line;
        /// 产品
        Product "product" Line;
        /// 产品细类
        SubProduct "sub_product" Line;
        /// 订单号
        OrderNumber "order_number" Line;
        /// 车型: make and model
        Vehicle "vehicle" Line;
        /// 报告编号: the report objected to
        ReportNumber "report_number" Line;
        /// 收到报告日期
        ReportReceivedAt "report_received_at" Date;
        /// 被投诉分公司/门店
        AgainstBranch "against_branch" Line;
        /// 被投诉部门
        AgainstDepartment "against_department" Line;
        /// 被投诉人
        AgainstPerson "against_person" Line;
        /// 分类
        Category "category" Line;
        /// 细类
        SubCategory "sub_category" Line;
        /// 严重程度
        Severity "severity" Choice(SEVERITIES);
        /// 主题
        Subject "subject" Line;
        /// 事情经过
        Description "description" Text;
        /// 客户要求
        Demand "demand" Choice(DEMANDS);
        /// 要求说明: the demand in the customer's words
        DemandDetail "demand_detail" Text;
        /// 证据
        Evidence "evidence" Text;
        /// 证人
        Witnesses "witnesses" Text;
        /// 承诺答复日期
        PromisedAt "promised_at" Date;
        /// 密级
        Confidentiality "confidentiality" Choice(CONFIDENTIALITIES);
        /// 被投诉公司: the party against, for imported cases
        Company "company" Line;
        /// 外部编号: the number in the system the case came from
        ExternalNumber "external_number" Line;
        /// 标签
        Tags "tags" Tags;
        /// 数据来源, such as `imported`
        Origin "origin" Line;
        /// 省/州
        StateRegion "state_region" Line;
        /// 邮编
        Postcode "postcode" Line;
        /// 公司公开回应
        CompanyResponse "company_response" Text;
        /// 同一事项: the record id of the case that leads several about one matter
        Matter "matter" Line;
        /// 接续: the record id of the case that another branch forwarded, in its continuation
        Continues "continues" Line;
        /// 转出分公司: the code of the branch that forwarded it
        FromBranch "from_branch" Line;
        /// 是否及时回应
        Timely "timely" Choice(YES_NO);
        /// 客户是否有异议
        Disputed "disputed" Choice(YES_NO);
    }
}

impl CaseField {
    /// Returns whether a case cannot do without this field.
    pub const fn is_required(self) -> bool {
        matches!(self, Self::Subject)
    }
}

/// What people write for a choice, in other words than its wire name; compared folded.
const SPELLINGS: &[(CaseField, &str, &str)] = &[
    (CaseField::Kind, "咨询", "inquiry"),
    (CaseField::Kind, "建议", "suggestion"),
    (CaseField::Kind, "投诉", "complaint"),
    (CaseField::Kind, "报修", "repair"),
    (CaseField::Channel, "现场", "on_site"),
    (CaseField::Channel, "门店", "on_site"),
    (CaseField::Channel, "电话", "phone"),
    (CaseField::Channel, "信函", "letter"),
    (CaseField::Channel, "postal mail", "letter"),
    (CaseField::Channel, "邮件", "email"),
    (CaseField::Channel, "e-mail", "email"),
    (CaseField::Channel, "网站", "web"),
    (CaseField::Channel, "热线", "hotline"),
    (CaseField::Channel, "微信", "wechat"),
    (CaseField::Channel, "referral", "forwarded_authority"),
    (CaseField::Channel, "web referral", "forwarded_authority"),
    (CaseField::Channel, "fax", "letter"),
    (CaseField::Severity, "一般", "general"),
    (CaseField::Severity, "重要", "important"),
    (CaseField::Severity, "较严重", "important"),
    (CaseField::Severity, "重大", "major"),
    (CaseField::Demand, "降价", "price_cut"),
    (CaseField::Demand, "退货", "return"),
    (CaseField::Demand, "换货", "exchange"),
    (CaseField::Demand, "赔偿", "compensation"),
    (CaseField::Demand, "道歉", "apology"),
    (CaseField::Demand, "解释", "explanation"),
    (CaseField::Demand, "其他", "other"),
    (CaseField::Confidentiality, "秘密", "confidential"),
    (CaseField::Confidentiality, "机密", "secret"),
    (CaseField::Confidentiality, "绝密", "top_secret"),
    (CaseField::Timely, "是", "yes"),
    (CaseField::Timely, "否", "no"),
    (CaseField::Timely, "n/a", "not_applicable"),
    (CaseField::Disputed, "是", "yes"),
    (CaseField::Disputed, "否", "no"),
    (CaseField::Disputed, "n/a", "not_applicable"),
];

/// Returns the stored form of `value` for `field`; empty means "not stated".
///
/// Choices are also taken by their Chinese name and the names of the CFPB complaint file. What is
/// dropped and limited: [`normalise`].
///
/// # Errors
/// [`FieldError`] naming the field and what to do; nothing is stored then.
pub fn validate(field: CaseField, value: &str) -> Result<String, FieldError> {
    let value = as_wire(field, value);
    let fail = |reason| FieldError {
        field: field.name().to_owned(),
        reason,
    };
    let stored = normalise(field.kind(), value).map_err(fail)?;
    if stored.is_empty() {
        return if field.is_required() {
            Err(fail(FieldReason::Required))
        } else {
            Ok(stored)
        };
    }
    if field == CaseField::Customer
        && !RecordId::parse(&stored).is_ok_and(|id| id.kind() == RecordKind::Customer)
    {
        return Err(fail(FieldReason::NotACustomer));
    }
    let is_case = |text: &str| {
        RecordId::parse(text)
            .is_ok_and(|id| matches!(id.kind(), RecordKind::Case | RecordKind::Continuation))
    };
    if matches!(field, CaseField::Matter | CaseField::Continues) && !is_case(&stored) {
        return Err(fail(FieldReason::NotACase));
    }
    if field == CaseField::FromBranch && BranchCode::parse(&stored).is_err() {
        return Err(fail(FieldReason::NotABranch));
    }
    Ok(stored)
}

/// Returns the wire form of a value that people spell otherwise, or the value itself.
fn as_wire(field: CaseField, value: &str) -> &str {
    let mut spellings = SPELLINGS.iter().filter(|(of, ..)| *of == field).peekable();
    // Most fields have none: their long texts are not folded in vain.
    if spellings.peek().is_none() {
        return value;
    }
    let folded = crate::text::fold(value);
    spellings
        .find(|(_, text, _)| *text == folded)
        .map_or(value, |(_, _, wire)| wire)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::FieldKind;

    #[test]
    fn wire_names_are_serde_names_and_parse_back() {
        for field in CaseField::ALL {
            assert_eq!(
                serde_json::to_string(field).unwrap(),
                format!("\"{}\"", field.name())
            );
            assert_eq!(CaseField::parse(field.name()), Some(*field));
        }
    }

    #[test]
    fn every_other_spelling_leads_to_a_choice() {
        for (field, text, wire) in SPELLINGS {
            assert_eq!(validate(*field, text).as_deref(), Ok(*wire));
            assert!(matches!(field.kind(), FieldKind::Choice(choices) if choices.contains(wire)));
        }
        assert_eq!(validate(CaseField::Channel, "Web").as_deref(), Ok("web"));
        assert_eq!(
            validate(CaseField::Channel, "Postal mail").as_deref(),
            Ok("letter")
        );
        assert_eq!(
            validate(CaseField::Disputed, "N/A").as_deref(),
            Ok("not_applicable")
        );
    }

    #[test]
    fn the_customer_of_a_case_is_a_customer() {
        let id = "cu.HQ.all.0.9f3a0c1d2e4b5a6c";
        assert_eq!(validate(CaseField::Customer, id).as_deref(), Ok(id));
        for bad in ["ALFKI", "ca.HQ.202611.0.9f3a0c1d2e4b5a6c"] {
            assert_eq!(
                validate(CaseField::Customer, bad).unwrap_err().reason,
                FieldReason::NotACustomer
            );
        }
        assert_eq!(
            validate(CaseField::Subject, " ").unwrap_err().reason,
            FieldReason::Required
        );
    }

    #[test]
    fn a_matter_is_led_by_a_case_and_a_branch_has_a_code() {
        let case = "ca.HQ.202611.0.9f3a0c1d2e4b5a6c";
        assert_eq!(validate(CaseField::Matter, case).as_deref(), Ok(case));
        assert_eq!(validate(CaseField::Matter, " ").as_deref(), Ok(""));
        assert_eq!(
            validate(CaseField::Matter, "the other one")
                .unwrap_err()
                .reason,
            FieldReason::NotACase
        );
        assert_eq!(
            validate(CaseField::Continues, "cu.HQ.all.0.9f3a0c1d2e4b5a6c")
                .unwrap_err()
                .reason,
            FieldReason::NotACase
        );
        assert_eq!(
            validate(CaseField::FromBranch, "BJ-2").as_deref(),
            Ok("BJ-2")
        );
        assert_eq!(
            validate(CaseField::FromBranch, "北京").unwrap_err().reason,
            FieldReason::NotABranch
        );
        assert_eq!(
            validate(CaseField::ReportReceivedAt, "2026-02-30")
                .unwrap_err()
                .reason,
            FieldReason::NotADate
        );
    }
}
