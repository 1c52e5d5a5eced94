//! The fields of a contact (拜访、电话、来访……) and of an answered survey, and what they may hold.
//!
//! Decides names, kinds and limits. Where a contact stands comes from its events ([`crate::contact`]), never from a field;
//! answers of a survey are fields of the company's own ([`answer_field`]), counted in [`crate::survey`].

use crate::field::{FieldError, FieldKind, FieldReason, fields, normalise};
use crate::id::{RecordId, RecordKind};

/// Wire names of the kinds of contact, in the order lists show them.
pub const CONTACT_KINDS: &[&str] = &[
    "visit",
    "call",
    "letter",
    "message",
    "reception",
    "gift",
    "event",
    "follow_up",
];
/// Wire names of the ways a contact is made.
pub const CONTACT_WAYS: &[&str] = &[
    "home",
    "customer_site",
    "our_place",
    "phone",
    "letter",
    "message",
    "online",
];
/// Wire names of what came of a contact.
pub const RESULTS: &[&str] = &[
    "good",
    "open",
    "not_reached",
    "not_at_home",
    "did_not_come",
    "refused",
    "unsolved",
];
/// Wire names of how a survey was answered.
pub const SURVEY_WAYS: &[&str] = &["phone", "on_site", "web", "letter"];
/// What the name of an answer begins with among the fields of a survey.
pub const ANSWER_PREFIX: &str = "q:";

fields! {
    /// A field of a contact. Who takes part and where it stands come from its events too.
    ContactField {
        /// 方式类别: visit, call, letter, message, reception, gift, event, follow-up
        Kind "kind" Choice(CONTACT_KINDS);
        /// 客户: the record id of the customer
        Customer "customer" Line;
        /// 客户名称 as it was written
        CustomerName "customer_name" Line;
        /// 主题
        Subject "subject" Line;
        /// 目的: an id of the policy's list
        Purpose "purpose" Line;
        /// 服务类别: an id of the policy's list
        ServiceClass "service_class" Line;
        /// 途径: at home, on the phone
        Way "way" Choice(CONTACT_WAYS);
        /// 计划日期
        PlannedOn "planned_on" Date;
        /// 计划时间, `HH:MM`
        PlannedAt "planned_at" Line;
        /// 时长, in minutes
        Minutes "minutes" Integer;
        /// 地点
        Place "place" Line;
        /// 我方人员, separated by commas
        Staff "staff" Tags;
        /// 对方人员, separated by commas
        People "people" Tags;
        /// 结果
        Result "result" Choice(RESULTS);
        /// 报告内容
        Report "report" Text;
        /// 客户意见与需求
        Wishes "wishes" Text;
        /// 相关工单: the record id of the case it follows up
        Case "case" Line;
        /// 回访规则: the id of the policy's rule it fulfils
        FollowUp "follow_up" Line;
        /// 接待等级: an id of the policy's classes of guests
        ReceptionClass "reception_class" Line;
        /// 客人人数
        Guests "guests" Integer;
        /// 陪同人数
        CompanyPeople "company_people" Integer;
        /// 费用
        Cost "cost" Money;
        /// 礼品
        Gift "gift" Line;
        /// 礼品金额
        GiftValue "gift_value" Money;
        /// 活动: name of the event
        Event "event" Line;
        /// 场次
        Session "session" Line;
        /// 邀约人
        Inviter "inviter" Line;
        /// 现场成交: money closed at the event
        Sold "sold" Money;
        /// 下次联系日期
        NextOn "next_on" Date;
        /// 标签
        Tags "tags" Tags;
        /// 备注
        Notes "notes" Text;
        /// 外部编号
        ExternalNumber "external_number" Line;
    }
}

fields! {
    /// A field of an answered survey. Answers are further fields, by [`answer_field`].
    SurveyField {
        /// 问卷: the id of the policy's survey
        Survey "survey" Line;
        /// 期间: the period it was held in, such as `2026` or `2026Q4`
        Period "period" Line;
        /// 客户: the record id of the customer
        Customer "customer" Line;
        /// 客户名称 as it was written
        CustomerName "customer_name" Line;
        /// 客户级别 at that time
        Class "class" Line;
        /// 回答人
        AnsweredBy "answered_by" Line;
        /// 填写日期
        AnsweredOn "answered_on" Date;
        /// 途径
        Way "way" Choice(SURVEY_WAYS);
        /// 记录人: who asked
        AskedBy "asked_by" Line;
        /// 意见
        Comment "comment" Text;
        /// 标签
        Tags "tags" Tags;
    }
}

impl ContactField {
    /// Returns whether a contact cannot do without this field.
    pub const fn is_required(self) -> bool {
        matches!(self, Self::Kind)
    }
}

impl SurveyField {
    /// Returns whether an answered survey cannot do without this field.
    pub const fn is_required(self) -> bool {
        matches!(self, Self::Survey)
    }
}

/// What people write for a choice, in other words than its wire name.
const SPELLINGS: &[(ContactField, &str, &str)] = &[
    (ContactField::Kind, "拜访", "visit"),
    (ContactField::Kind, "电话", "call"),
    (ContactField::Kind, "信函", "letter"),
    (ContactField::Kind, "信息", "message"),
    (ContactField::Kind, "微信", "message"),
    (ContactField::Kind, "短信", "message"),
    (ContactField::Kind, "接待", "reception"),
    (ContactField::Kind, "来访", "reception"),
    (ContactField::Kind, "礼品", "gift"),
    (ContactField::Kind, "活动", "event"),
    (ContactField::Kind, "回访", "follow_up"),
    (ContactField::Way, "家访", "home"),
    (ContactField::Way, "上门", "customer_site"),
    (ContactField::Way, "公司", "our_place"),
    (ContactField::Way, "电话", "phone"),
    (ContactField::Way, "信函", "letter"),
    (ContactField::Way, "微信", "message"),
    (ContactField::Result, "未接通", "not_reached"),
    (ContactField::Result, "不在家", "not_at_home"),
    (ContactField::Result, "未到场", "did_not_come"),
    (ContactField::Result, "拒绝", "refused"),
    (ContactField::Result, "未解决", "unsolved"),
];

/// Returns the stored form of a value of a contact; empty means "not stated".
///
/// # Errors
/// [`FieldError`] naming the field and what to do; nothing is stored then.
pub fn validate_contact(field: ContactField, value: &str) -> Result<String, FieldError> {
    let trimmed = value.trim();
    let value = SPELLINGS
        .iter()
        .find(|(of, text, _)| *of == field && *text == trimmed)
        .map_or(value, |(_, _, wire)| wire);
    let reason = checked(field.kind(), value, field.is_required()).and_then(|stored| match field {
        ContactField::Customer => {
            linked(stored, RecordKind::is_customer, FieldReason::NotACustomer)
        }
        ContactField::Case => linked(stored, RecordKind::is_case, FieldReason::NotACase),
        ContactField::Minutes | ContactField::Guests | ContactField::CompanyPeople
            if stored.starts_with('-') =>
        {
            Err(FieldReason::NotAnInteger)
        }
        _ => Ok(stored),
    });
    reason.map_err(|reason| FieldError {
        field: field.name().to_owned(),
        reason,
    })
}

/// Returns the stored form of a value of an answered survey; empty means "not stated".
///
/// # Errors
/// [`FieldError`] naming the field and what to do; nothing is stored then.
pub fn validate_survey(field: SurveyField, value: &str) -> Result<String, FieldError> {
    let reason = checked(field.kind(), value, field.is_required()).and_then(|stored| match field {
        SurveyField::Customer => linked(stored, RecordKind::is_customer, FieldReason::NotACustomer),
        _ => Ok(stored),
    });
    reason.map_err(|reason| FieldError {
        field: field.name().to_owned(),
        reason,
    })
}

/// Returns the name of the field that holds the answer to a question.
pub fn answer_field(question: &str) -> String {
    format!("{ANSWER_PREFIX}{question}")
}

fn checked(kind: FieldKind, value: &str, required: bool) -> Result<String, FieldReason> {
    match normalise(kind, value)? {
        empty if empty.is_empty() && required => Err(FieldReason::Required),
        stored => Ok(stored),
    }
}

fn linked(
    stored: String,
    fits: fn(RecordKind) -> bool,
    reason: FieldReason,
) -> Result<String, FieldReason> {
    let is_one = || RecordId::parse(&stored).is_ok_and(|id| fits(id.kind()));
    if stored.is_empty() || is_one() {
        Ok(stored)
    } else {
        Err(reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_names_are_serde_names_and_parse_back() {
        for field in ContactField::ALL {
            assert_eq!(
                serde_json::to_string(field).unwrap(),
                format!("\"{}\"", field.name())
            );
            assert_eq!(ContactField::parse(field.name()), Some(*field));
            assert_eq!(
                validate_contact(*field, " ").is_err(),
                *field == ContactField::Kind
            );
        }
        for field in SurveyField::ALL {
            assert_eq!(SurveyField::parse(field.name()), Some(*field));
            assert_eq!(
                validate_survey(*field, " ").is_err(),
                *field == SurveyField::Survey
            );
        }
    }

    #[test]
    fn every_other_spelling_leads_to_a_choice() {
        for (field, text, wire) in SPELLINGS {
            assert_eq!(validate_contact(*field, text).as_deref(), Ok(*wire));
        }
    }

    #[test]
    fn a_contact_names_its_customer_and_its_case() {
        let customer = "cu.HQ.all.0.9f3a0c1d2e4b5a6c";
        assert!(validate_contact(ContactField::Customer, customer).is_ok());
        let error = validate_contact(ContactField::Case, customer).unwrap_err();
        assert_eq!(error.reason, FieldReason::NotACase);
        let error = validate_survey(SurveyField::Customer, "张三").unwrap_err();
        assert_eq!(error.reason, FieldReason::NotACustomer);
        assert!(validate_contact(ContactField::Guests, "-3").is_err());
        assert_eq!(
            validate_contact(ContactField::Cost, "¥1,200").as_deref(),
            Ok("1200.00")
        );
    }
}
