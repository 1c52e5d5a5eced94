//! A case (咨询/建议/投诉/报修): its fields, the steps of its way, the states they lead to.
//!
//! Decides what exists. How events become one state is decided in [`crate::fold`], what a person may
//! do next in [`crate::rules`]; both are re-exported here.

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::field::{FieldError, FieldReason, fields, normalise};
use crate::id::{EventId, RecordId, RecordKind};

pub use crate::fold::{CaseSummary, Clash, ClashKind, FoldedEvent, fold};
pub use crate::rules::{RequiredData, StepError, allowed_steps, check_step, who_may};

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
        /// 车牌号/房号
        Plate "plate" Line;
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
    let folded = crate::text::fold(value);
    let value = SPELLINGS
        .iter()
        .find(|(of, text, _)| *of == field && *text == folded)
        .map_or(value, |(_, _, wire)| wire);
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
    Ok(stored)
}

/// Declares an enum of wire names.
macro_rules! wire_enum {
    ($(#[$meta:meta])* $Enum:ident { $($(#[doc = $doc:literal])+ $Variant:ident $name:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $Enum { $($(#[doc = $doc])+ $Variant,)+ }

        impl $Enum {
            /// Every one, in the order of the way of a case.
            pub const ALL: &'static [Self] = &[$(Self::$Variant,)+];

            /// Returns the wire name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$Variant => $name,)+ }
            }

            /// Returns the one with this wire name.
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$Variant),)+ _ => None }
            }
        }
    };
}

wire_enum! {
    /// What an event does to a case.
    Step {
        /// 登记: the first event of a case
        Registered "registered",
        /// 受理
        Accepted "accepted",
        /// 不成立: answered politely with reasons
        NotUpheld "not_upheld",
        /// 转办 to another branch
        Forwarded "forwarded",
        /// 分派 to a department or a person
        Assigned "assigned",
        /// 调查 done: cause, conclusion, countermeasure, prevention
        Investigated "investigated",
        /// 方案 proposed
        Proposed "proposed",
        /// 审批: the plan is approved
        Approved "approved",
        /// 退回: the plan is sent back
        SentBack "sent_back",
        /// 执行: the plan is carried out
        CarriedOut "carried_out",
        /// 答复 to the customer
        Answered "answered",
        /// 回访: the customer was asked
        CalledBack "called_back",
        /// 结案
        Closed "closed",
        /// 重新处理
        Reopened "reopened",
        /// 归档
        Archived "archived",
        /// 撤回 by the customer
        Withdrawn "withdrawn",
        /// 重复: the same matter is recorded already
        Duplicate "duplicate",
        /// 恶意: stand firm, explain
        Malicious "malicious",
        /// 备注: a plain note
        Noted "noted",
        /// 导入 with the state given in `imported_state`
        Imported "imported",
    }
}

impl Step {
    /// Returns whether the step decides something two people may decide differently.
    pub const fn is_deciding(self) -> bool {
        !matches!(self, Self::Registered | Self::Noted)
    }
}

wire_enum! {
    /// Where a case stands.
    CaseState {
        /// Written down, nobody has looked at it yet
        Registered "registered",
        /// Taken on
        Accepted "accepted",
        /// Answered as unfounded
        NotUpheld "not_upheld",
        /// With another branch
        Forwarded "forwarded",
        /// With a department or a person
        Assigned "assigned",
        /// Cause and conclusion are known
        Investigated "investigated",
        /// A plan waits for approval
        Proposed "proposed",
        /// The plan may be carried out
        Approved "approved",
        /// The plan needs another one
        SentBack "sent_back",
        /// The plan is done, the customer not yet answered
        CarriedOut "carried_out",
        /// Answered, not yet called back
        Answered "answered",
        /// Called back, not yet closed
        CalledBack "called_back",
        /// Closed
        Closed "closed",
        /// Taken up again
        Reopened "reopened",
        /// In the archive
        Archived "archived",
        /// Withdrawn by the customer
        Withdrawn "withdrawn",
        /// The same as another case
        Duplicate "duplicate",
        /// Made in bad faith
        Malicious "malicious",
    }
}

/// The three groups lists and figures use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateGroup {
    /// Ours to act on now.
    Open,
    /// Waiting for someone else: another branch, an approver, the call-back.
    Waiting,
    /// Nothing more to do.
    Done,
}

impl CaseState {
    /// Returns the group of the state.
    pub const fn group(self) -> StateGroup {
        match self {
            Self::Forwarded | Self::Proposed | Self::Answered => StateGroup::Waiting,
            Self::NotUpheld
            | Self::Closed
            | Self::Archived
            | Self::Withdrawn
            | Self::Duplicate
            | Self::Malicious => StateGroup::Done,
            _ => StateGroup::Open,
        }
    }

    /// Returns whether something is still to be done, here or elsewhere.
    pub const fn is_open(self) -> bool {
        !matches!(self.group(), StateGroup::Done)
    }

    /// Returns the state that a foreign system's word stands for: our wire names, and the words of the
    /// CFPB file and of common help desks. Case, width and outer spaces do not matter.
    pub fn from_imported(text: &str) -> Option<Self> {
        let folded = crate::text::fold(text);
        Self::parse(&folded.replace([' ', '-'], "_")).or_else(|| {
            IMPORTED_STATES
                .iter()
                .find(|(word, _)| *word == folded)
                .map(|(_, state)| *state)
        })
    }
}

/// Words of other systems and the state each stands for, shown in the import preview.
///
/// **Source:** "Company response to consumer" of the CFPB complaint database; status words of help desks.
pub const IMPORTED_STATES: &[(&str, CaseState)] = &[
    ("new", CaseState::Registered),
    ("open", CaseState::Accepted),
    ("in progress", CaseState::Accepted),
    ("processing", CaseState::Assigned),
    ("waiting", CaseState::Accepted),
    ("resolved", CaseState::Answered),
    ("closed with explanation", CaseState::Closed),
    ("closed with monetary relief", CaseState::Closed),
    ("closed with non-monetary relief", CaseState::Closed),
    ("closed with relief", CaseState::Closed),
    ("closed without relief", CaseState::Closed),
    ("untimely response", CaseState::Closed),
    ("登记", CaseState::Registered),
    ("受理", CaseState::Accepted),
    ("处理中", CaseState::Accepted),
    ("已分派", CaseState::Assigned),
    ("已答复", CaseState::Answered),
    ("结案", CaseState::Closed),
    ("已结案", CaseState::Closed),
    ("归档", CaseState::Archived),
];

/// One thing that happened to a case. Events are only ever added.
///
/// Field order is the order in which two events of one id are compared; see [`fold`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct CaseEvent {
    /// Names the event.
    pub id: EventId,
    /// What it does.
    pub step: Step,
    /// When, from the author's hybrid clock.
    pub at: Millis,
    /// The name or id of the member of staff who acted.
    pub by: String,
    /// The device it was entered on.
    pub device: String,
    /// What was said or done.
    #[serde(default)]
    pub note: String,
    /// The events the author saw as the latest: heads of the graph at that time.
    #[serde(default)]
    pub after: Vec<EventId>,
    /// Why, for steps that need a reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The person it is assigned to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// The department it is assigned to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// The code of the branch it is forwarded to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_branch: Option<String>,
    /// 原因
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// 结论
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conclusion: Option<String>,
    /// 对策
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub countermeasure: Option<String>,
    /// 预防措施
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prevention: Option<String>,
    /// What the customer said at the call-back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub satisfied: Option<bool>,
    /// The customer's score at the call-back, 0 to 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
    /// Money granted, in cents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// The state of an imported case: a wire name of [`CaseState`] or a word of [`IMPORTED_STATES`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported_state: Option<String>,
}

impl CaseEvent {
    /// Returns an event with only what every event has; set the rest on it.
    pub fn new(id: EventId, step: Step, at: Millis, by: &str, device: &str) -> Self {
        Self {
            id,
            step,
            at,
            by: by.to_owned(),
            device: device.to_owned(),
            note: String::new(),
            after: Vec::new(),
            reason: None,
            assignee: None,
            department: None,
            to_branch: None,
            cause: None,
            conclusion: None,
            countermeasure: None,
            prevention: None,
            satisfied: None,
            score: None,
            amount: None,
            imported_state: None,
        }
    }
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
        for step in Step::ALL {
            assert_eq!(
                serde_json::to_string(step).unwrap(),
                format!("\"{}\"", step.name())
            );
            assert_eq!(Step::parse(step.name()), Some(*step));
        }
        for state in CaseState::ALL {
            assert_eq!(
                serde_json::to_string(state).unwrap(),
                format!("\"{}\"", state.name())
            );
            assert_eq!(CaseState::parse(state.name()), Some(*state));
            assert_eq!(CaseState::from_imported(state.name()), Some(*state));
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
    fn foreign_states_are_read_by_the_table() {
        assert_eq!(
            CaseState::from_imported("Closed with non-monetary relief"),
            Some(CaseState::Closed)
        );
        assert_eq!(
            CaseState::from_imported(" In progress"),
            Some(CaseState::Accepted)
        );
        assert_eq!(
            CaseState::from_imported("Called back"),
            Some(CaseState::CalledBack)
        );
        assert_eq!(CaseState::from_imported("on the moon"), None);
        for (word, _) in IMPORTED_STATES {
            assert_eq!(
                crate::text::fold(word),
                *word,
                "the table is compared folded"
            );
        }
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
    fn an_event_is_written_without_what_it_does_not_say() {
        let event = CaseEvent::new(EventId::from_u64(7), Step::NotUpheld, 1, "王伟", "d1");
        let json = serde_json::to_string(&event).unwrap();
        assert_eq!(
            json,
            r#"{"id":"0000000000000007","step":"not_upheld","at":1,"by":"王伟","device":"d1","note":"","after":[]}"#
        );
        assert_eq!(serde_json::from_str::<CaseEvent>(&json).unwrap(), event);
    }
}
