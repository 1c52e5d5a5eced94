//! Texts about points of referrers, claims told, and customers moved for unsolved complaints.

use huiyin_api::Language;

use super::counted;

/// Texts about what sharing out adds to files and my day.
pub struct AllocationTexts {
    pub referral: &'static str,
    pub referral_sum: fn(&str, &str) -> String,
    pub referral_parts: fn(&str, &str) -> String,
    pub referral_sold: fn(&str) -> String,
    pub claims: &'static str,
    pub claimed_by: fn(&str, &str) -> String,
    pub seen: &'static str,
    pub told: fn(&str) -> String,
    pub moves: &'static str,
    pub move_why: fn(&str, &str) -> String,
    pub move_to: fn(&str) -> String,
    pub choose: &'static str,
    pub move_now: &'static str,
    pub moved: fn(&str) -> String,
}

static ZH: AllocationTexts = AllocationTexts {
    referral: "老带新",
    referral_sum: |customers, points| format!("带来 {customers} 位到会客户，积分 {points}"),
    referral_parts: |brought, spent| format!("到会 {brought} 分，成交 {spent} 分"),
    referral_sold: |amount| format!("现场成交 {amount}"),
    claims: "公海客户领取通报",
    claimed_by: |by, date| format!("{by} 于 {date} 领取"),
    seen: "知悉",
    told: |role| format!("领取后通报{role}。"),
    moves: "投诉未解决，须更换负责人",
    move_why: |number, owner| format!("工单 {number} 超过期限未解决，现由 {owner} 负责"),
    move_to: |name| format!("{name} 的接手人"),
    choose: "请选择",
    move_now: "转交",
    moved: |name| format!("客户已转交 {name}"),
};

static EN: AllocationTexts = AllocationTexts {
    referral: "Brought to us",
    referral_sum: |customers, points| {
        format!(
            "{} came, {}",
            counted(customers, "customer", "customers"),
            counted(points, "point", "points")
        )
    },
    referral_parts: |brought, spent| format!("{brought} for coming, {spent} for what they bought"),
    referral_sold: |amount| format!("closed {amount}"),
    claims: "Customers taken out of the pool",
    claimed_by: |by, date| format!("taken by {by} on {date}"),
    seen: "Seen",
    told: |role| format!("Told of it: {role}."),
    moves: "Complaint unsolved: move the customer",
    move_why: |number, owner| format!("{number} is unsolved for too long; now with {owner}"),
    move_to: |name| format!("Who takes {name}"),
    choose: "Choose",
    move_now: "Move",
    moved: |name| format!("Moved to {name}"),
};

/// Returns the texts of a language.
pub fn of(language: Language) -> &'static AllocationTexts {
    match language {
        Language::Chinese => &ZH,
        Language::English => &EN,
    }
}
