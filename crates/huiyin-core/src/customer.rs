//! The customer file: its fields and what they may hold.
//!
//! Decides names, kinds and limits of the basic data (基础资料). Duplicates, merging and who may read
//! a file are decided elsewhere. Further people of a customer are in [`crate::person`].
//!
//! Long: the table of fields.

use serde::{Deserialize, Serialize};

use crate::case_field::CONFIDENTIALITIES;
use crate::field::{FieldError, FieldReason, fields, normalise};
use crate::id::{RecordId, RecordKind};

/// Wire names of the kinds of customer, in the order lists show them.
pub const CUSTOMER_KINDS: &[&str] = &[
    "consumer",
    "company",
    "dealer",
    "franchisee",
    "agent",
    "institution",
    "tenant",
    "vehicle_owner",
    "member",
    "borrower",
    "supplier",
    "special_partner",
];

/// Wire names of the life cycle of a customer, in its order.
pub const LIFE_CYCLES: &[&str] = &[
    "potential",
    "target",
    "active",
    "dormant",
    "lost",
    "won_back",
];

const YES_NO: &[&str] = &["yes", "no"];

/// What kind of customer a file is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerKind {
    /// 终端消费者
    Consumer,
    /// 单位
    Company,
    /// 经销商
    Dealer,
    /// 加盟商
    Franchisee,
    /// 代理商
    Agent,
    /// 医院/药店/零售商
    Institution,
    /// 租户/业主
    Tenant,
    /// 车主
    VehicleOwner,
    /// 会员
    Member,
    /// 借款/担保客户
    Borrower,
    /// 供应商
    Supplier,
    /// 律师/财务/广告/银行/保险
    SpecialPartner,
}

impl CustomerKind {
    /// Every kind, in the order of [`CUSTOMER_KINDS`].
    pub const ALL: &'static [Self] = &[
        Self::Consumer,
        Self::Company,
        Self::Dealer,
        Self::Franchisee,
        Self::Agent,
        Self::Institution,
        Self::Tenant,
        Self::VehicleOwner,
        Self::Member,
        Self::Borrower,
        Self::Supplier,
        Self::SpecialPartner,
    ];

    /// Returns the wire name.
    pub const fn name(self) -> &'static str {
        CUSTOMER_KINDS[self as usize]
    }

    /// Returns the kind with this wire name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

fields! {
    /// A field of the customer file.
    CustomerField {
        /// 客户名称
        Name "name" Line;
        /// 简称
        ShortName "short_name" Line;
        /// 客户类型
        Kind "kind" Choice(CUSTOMER_KINDS);
        /// 客户级别; the scheme is the company's own
        Class "class" Line;
        /// 企业性质
        Nature "nature" Line;
        /// 行业
        Industry "industry" Line;
        /// 主管单位
        SupervisingUnit "supervising_unit" Line;
        /// 法定代表人
        LegalRepresentative "legal_representative" Line;
        /// 成立日期
        Founded "founded" Date;
        /// 注册资本, with its currency
        RegisteredCapital "registered_capital" Line;
        /// 经营范围
        BusinessScope "business_scope" Text;
        /// 地址
        Address "address" Line;
        /// 城市
        City "city" Line;
        /// 省/地区
        Region "region" Line;
        /// 国家
        Country "country" Line;
        /// 邮编
        Postcode "postcode" Line;
        /// 电话
        Phone "phone" Phone;
        /// 电话二
        Phone2 "phone2" Phone;
        /// 传真
        Fax "fax" Phone;
        /// 电子邮件
        Email "email" Email;
        /// 网址
        Website "website" Line;
        /// 联系人
        ContactName "contact_name" Line;
        /// 联系人职务
        ContactTitle "contact_title" Line;
        /// 联系人电话
        ContactPhone "contact_phone" Phone;
        /// 紧急联系人
        EmergencyContact "emergency_contact" Line;
        /// 生日
        Birthday "birthday" Date;
        /// 负责人甲
        OwnerA "owner_a" Line;
        /// 负责人乙
        OwnerB "owner_b" Line;
        /// 来源
        Source "source" Line;
        /// 介绍人
        Referrer "referrer" Line;
        /// 标签
        Tags "tags" Tags;
        /// 会员卡号
        CardNumber "card_number" Line;
        /// 车牌号
        Plate "plate" Line;
        /// 信用等级
        CreditRating "credit_rating" Line;
        /// 外部编号: the number in the system the file came from
        ExternalNumber "external_number" Line;
        /// 备注
        Notes "notes" Text;
        /// 生命周期
        LifeCycle "life_cycle" Choice(LIFE_CYCLES);
        /// 流失原因
        LostReason "lost_reason" Text;
        /// 积分 as imported; earned points are a ledger
        Points "points" Integer;
        /// 备案日期
        FiledOn "filed_on" Date;
        /// 建档日期
        CreatedOn "created_on" Date;
        /// 身份证号
        IdentityNumber "identity_number" IdentityNumber;
        /// 其他证件: other identity papers, with their number
        OtherPapers "other_papers" Line;
        /// 统一社会信用代码
        CreditCode "credit_code" CreditCode;
        /// 紧急联系电话
        EmergencyPhone "emergency_phone" Phone;
        /// 所属部门
        Department "department" Line;
        /// 上级公司: the record id of the parent company
        ParentCompany "parent_company" Line;
        /// 介绍客户: the record id of the customer who brought this one
        ReferredBy "referred_by" Line;
        /// 首次接触日期
        FirstContactOn "first_contact_on" Date;
        /// 首次接待人
        FirstContactBy "first_contact_by" Line;
        /// 转化原因: why the stage of the life cycle is what it is
        LifeCycleReason "life_cycle_reason" Text;
        /// 临时级别: whether the class is provisional
        ClassProvisional "class_provisional" Choice(YES_NO);
        /// 评级日期
        GradedOn "graded_on" Date;
        /// 年营业额
        Turnover "turnover" Money;
        /// 员工人数
        Headcount "headcount" Integer;
        /// 资产
        Assets "assets" Money;
        /// 服务区域
        ServiceArea "service_area" Text;
        /// 销售能力
        SalesAbility "sales_ability" Text;
        /// 发展潜力
        GrowthPotential "growth_potential" Text;
        /// 经营管理方式
        ManagementStyle "management_style" Text;
        /// 采购决策: how and by whom purchases are decided
        PurchaseDecision "purchase_decision" Text;
        /// 需求
        Needs "needs" Text;
        /// 经营品牌
        Brands "brands" Text;
        /// 财务状况
        Finances "finances" Text;
        /// 主要负责人
        ManagerName "manager_name" Line;
        /// 负责人年龄
        ManagerAge "manager_age" Integer;
        /// 负责人学历
        ManagerEducation "manager_education" Line;
        /// 负责人家庭
        ManagerFamily "manager_family" Text;
        /// 负责人爱好
        ManagerHobbies "manager_hobbies" Text;
        /// 负责人性格
        ManagerCharacter "manager_character" Text;
        /// 负责人能力
        ManagerAbility "manager_ability" Text;
        /// 交易起始日期
        TradingSince "trading_since" Date;
        /// 合同号
        ContractNumber "contract_number" Line;
        /// 合同金额
        ContractAmount "contract_amount" Money;
        /// 合同到期日
        ContractUntil "contract_until" Date;
        /// 交易方式
        TradingWay "trading_way" Text;
        /// 付款方式
        PaymentTerms "payment_terms" Text;
        /// 付款记录
        PaymentRecord "payment_record" Text;
        /// 年交易额
        YearlyAmount "yearly_amount" Money;
        /// 欠款
        Arrears "arrears" Money;
        /// 财务开户名
        AccountName "account_name" Line;
        /// 信用额度
        CreditLimit "credit_limit" Money;
        /// 信用记录: past trouble with credit
        CreditHistory "credit_history" Text;
        /// 竞争关系: dealings with competitors
        Competitors "competitors" Text;
        /// 房号/单元
        Unit "unit" Line;
        /// 入住日期
        MovedInOn "moved_in_on" Date;
        /// 车型
        Vehicle "vehicle" Line;
        /// 车架号
        Vin "vin" Line;
        /// 售出日期
        SoldOn "sold_on" Date;
        /// 维修日期: the last service
        ServicedOn "serviced_on" Date;
        /// 交付日期
        DeliveredOn "delivered_on" Date;
        /// 签约日期
        SignedOn "signed_on" Date;
        /// 密级
        Confidentiality "confidentiality" Choice(CONFIDENTIALITIES);
    }
}

impl CustomerField {
    /// Returns whether a customer file cannot do without this field.
    pub const fn is_required(self) -> bool {
        matches!(self, Self::Name)
    }
}

/// What people write for a choice, in other words than its wire name.
const SPELLINGS: &[(CustomerField, &str, &str)] = &[
    (CustomerField::Kind, "终端消费者", "consumer"),
    (CustomerField::Kind, "消费者", "consumer"),
    (CustomerField::Kind, "个人", "consumer"),
    (CustomerField::Kind, "单位", "company"),
    (CustomerField::Kind, "企业", "company"),
    (CustomerField::Kind, "公司", "company"),
    (CustomerField::Kind, "经销商", "dealer"),
    (CustomerField::Kind, "加盟商", "franchisee"),
    (CustomerField::Kind, "代理商", "agent"),
    (CustomerField::Kind, "代理", "agent"),
    (CustomerField::Kind, "机构", "institution"),
    (CustomerField::Kind, "政府", "institution"),
    (CustomerField::Kind, "医院", "institution"),
    (CustomerField::Kind, "药店", "institution"),
    (CustomerField::Kind, "零售商", "institution"),
    (CustomerField::Kind, "租户", "tenant"),
    (CustomerField::Kind, "业主", "tenant"),
    (CustomerField::Kind, "车主", "vehicle_owner"),
    (CustomerField::Kind, "会员", "member"),
    (CustomerField::Kind, "借款客户", "borrower"),
    (CustomerField::Kind, "担保客户", "borrower"),
    (CustomerField::Kind, "供应商", "supplier"),
    (CustomerField::LifeCycle, "潜在", "potential"),
    (CustomerField::LifeCycle, "目标", "target"),
    (CustomerField::LifeCycle, "合作", "active"),
    (CustomerField::LifeCycle, "休眠", "dormant"),
    (CustomerField::LifeCycle, "流失", "lost"),
    (CustomerField::LifeCycle, "挽回", "won_back"),
    (CustomerField::ClassProvisional, "是", "yes"),
    (CustomerField::ClassProvisional, "否", "no"),
    (CustomerField::Confidentiality, "无", "none"),
    (CustomerField::Confidentiality, "秘密", "confidential"),
    (CustomerField::Confidentiality, "机密", "secret"),
    (CustomerField::Confidentiality, "绝密", "top_secret"),
];

/// Returns the stored form of `value` for `field`; empty means "not stated".
///
/// Choices are also taken by their Chinese name. What is dropped and limited: [`normalise`].
///
/// # Errors
/// [`FieldError`] naming the field and what to do; nothing is stored then.
pub fn validate(field: CustomerField, value: &str) -> Result<String, FieldError> {
    let trimmed = value.trim();
    let value = SPELLINGS
        .iter()
        .find(|(of, text, _)| *of == field && *text == trimmed)
        .map_or(value, |(_, _, wire)| wire);
    let fail = |reason| FieldError {
        field: field.name().to_owned(),
        reason,
    };
    let stored = normalise(field.kind(), value).map_err(fail)?;
    if stored.is_empty() && field.is_required() {
        return Err(fail(FieldReason::Required));
    }
    let is_customer =
        |text: &str| RecordId::parse(text).is_ok_and(|id| id.kind() == RecordKind::Customer);
    if matches!(
        field,
        CustomerField::ParentCompany | CustomerField::ReferredBy
    ) && !stored.is_empty()
        && !is_customer(&stored)
    {
        return Err(fail(FieldReason::NotACustomer));
    }
    Ok(stored)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::FieldKind;

    #[test]
    fn wire_names_are_serde_names_and_parse_back() {
        for field in CustomerField::ALL {
            assert_eq!(
                serde_json::to_string(field).unwrap(),
                format!("\"{}\"", field.name())
            );
            assert_eq!(CustomerField::parse(field.name()), Some(*field));
        }
        for (kind, name) in CustomerKind::ALL.iter().zip(CUSTOMER_KINDS) {
            assert_eq!(serde_json::to_string(kind).unwrap(), format!("\"{name}\""));
            assert_eq!(CustomerKind::parse(name), Some(*kind));
        }
        assert_eq!(CustomerKind::ALL.len(), CUSTOMER_KINDS.len());
        assert_eq!(CustomerField::parse("shoe_size"), None);
    }

    #[test]
    fn a_customer_needs_a_name_and_nothing_else() {
        for field in CustomerField::ALL {
            let empty = validate(*field, "  ");
            assert_eq!(empty.is_err(), *field == CustomerField::Name, "{field:?}");
        }
        let error = validate(CustomerField::Name, "").unwrap_err();
        assert_eq!(
            error.to_string(),
            "take the value of name: it may not be empty: fill it in"
        );
    }

    #[test]
    fn every_other_spelling_leads_to_a_choice() {
        for (field, text, wire) in SPELLINGS {
            assert_eq!(validate(*field, text).as_deref(), Ok(*wire));
            assert!(matches!(field.kind(), FieldKind::Choice(choices) if choices.contains(wire)));
        }
    }

    #[test]
    fn values_are_checked_by_their_field() {
        assert_eq!(
            validate(CustomerField::Phone, "030-0074321").as_deref(),
            Ok("030-0074321")
        );
        assert_eq!(
            validate(CustomerField::Kind, "alien").unwrap_err().field,
            "kind"
        );
        assert_eq!(
            validate(CustomerField::Birthday, "1990-02-30")
                .unwrap_err()
                .reason,
            FieldReason::NotADate
        );
        assert_eq!(
            validate(CustomerField::CreditLimit, "1.2万").as_deref(),
            Ok("12000.00")
        );
        assert_eq!(
            validate(CustomerField::Arrears, "1,2").unwrap_err().reason,
            FieldReason::NotMoney
        );
        assert_eq!(
            validate(CustomerField::IdentityNumber, "110105194912310021")
                .unwrap_err()
                .to_string(),
            "take the value of identity_number: the last character does not fit the others: compare it with the paper, one is mistyped"
        );
    }

    #[test]
    fn relations_name_a_customer() {
        for field in [CustomerField::ParentCompany, CustomerField::ReferredBy] {
            assert!(validate(field, "cu.HQ.all.0.9f3a0c1d2e4b5a6c").is_ok());
            for bad in ["张三", "ca.HQ.202611.0.9f3a0c1d2e4b5a6c"] {
                assert_eq!(
                    validate(field, bad).unwrap_err().reason,
                    FieldReason::NotACustomer
                );
            }
        }
    }
}
