//! The customer file: its fields and what they may hold.
//!
//! Decides names, kinds and limits of the basic data (基础资料). Duplicates, merging and who may read
//! a file are decided elsewhere.

use serde::{Deserialize, Serialize};

use crate::field::{FieldError, FieldReason, fields, normalise};

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
    }
}
