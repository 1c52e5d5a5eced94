//! Texts about key accounts, falling activity, lost customers and winning them back.

use huiyin_api::Language;

/// Texts about key accounts and lost customers.
pub struct LoyaltyTexts {
    pub title: &'static str,
    pub no_rules: &'static str,
    pub rule: fn(u32, u32, u32) -> String,
    pub tabs: &'static str,
    pub tab_key: &'static str,
    pub tab_falling: &'static str,
    pub tab_lost: &'static str,
    pub tab_won_back: &'static str,
    pub whole: fn(&str, &str) -> String,
    pub key: &'static str,
    pub together: fn(u32) -> String,
    pub fell: fn(u32) -> String,
    pub activity: fn(i64, i64) -> String,
    pub falling_today: &'static str,
    pub lost_on: fn(&str) -> String,
    pub won_back_on: fn(&str) -> String,
    pub steps_done: fn(usize, usize) -> String,
    pub win_back: &'static str,
    pub win_back_text: &'static str,
    pub done_by: fn(&str, &str) -> String,
    pub empty_key: &'static str,
    pub empty_key_text: &'static str,
    pub empty_falling: &'static str,
    pub empty_falling_text: &'static str,
    pub empty_lost: &'static str,
    pub empty_lost_text: &'static str,
    pub empty_won_back: &'static str,
    pub empty_won_back_text: &'static str,
    pub first_shown: fn(&str) -> String,
    pub to_review: &'static str,
}

static ZH: LoyaltyTexts = LoyaltyTexts {
    title: "重点客户与流失",
    no_rules: "公司还没有选用客户忠诚制度：只按年交易额排列，不标重点，也不提醒",
    rule: |key, fall, months| {
        format!(
            "带来 {key}% 交易额的为重点客户；近 {months} 个月比前 {months} 个月下降 {fall}% 即提醒"
        )
    },
    tabs: "列表",
    tab_key: "重点客户",
    tab_falling: "活跃度下降",
    tab_lost: "流失客户",
    tab_won_back: "挽回客户",
    whole: |count, amount| format!("{count} 位客户，年交易额合计 {amount}"),
    key: "重点",
    together: |percent| format!("累计 {percent}%"),
    fell: |percent| format!("下降 {percent}%"),
    activity: |before, now| format!("之前 {before} 次，近期 {now} 次往来"),
    falling_today: "活跃度下降",
    lost_on: |day| format!("{day} 流失"),
    won_back_on: |day| format!("{day} 挽回"),
    steps_done: |done, all| format!("挽回步骤 {done}/{all}"),
    win_back: "挽回步骤",
    win_back_text: "做完一步勾一步，记入往来记录。",
    done_by: |by, day| format!("{by}，{day}"),
    empty_key: "没有填写年交易额的客户",
    empty_key_text: "在客户档案里填写年交易额后，按金额排列。",
    empty_falling: "没有活跃度下降的客户",
    empty_falling_text: "往来（联系和工单）明显减少的客户会列在这里。",
    empty_lost: "没有流失客户",
    empty_lost_text: "阶段改为流失的客户会列在这里。",
    empty_won_back: "还没有挽回的客户",
    empty_won_back_text: "阶段改为挽回的客户会列在这里。",
    first_shown: |count| format!("只列出前 {count} 位"),
    to_review: "年度评级",
};

static EN: LoyaltyTexts = LoyaltyTexts {
    title: "Key accounts and lost customers",
    no_rules: "The company has chosen no policy for loyalty: customers stand by yearly amount, nobody is marked or warned",
    rule: |key, fall, months| {
        format!(
            "Key accounts bring {key}% of the whole; a fall of {fall}% in {months} months against the {months} before is a warning"
        )
    },
    tabs: "List",
    tab_key: "Key accounts",
    tab_falling: "Falling activity",
    tab_lost: "Lost",
    tab_won_back: "Won back",
    whole: |count, amount| format!("{count} customers, {amount} a year together"),
    key: "key",
    together: |percent| format!("together {percent}%"),
    fell: |percent| format!("fell by {percent}%"),
    activity: |before, now| format!("{before} contacts and cases before, {now} lately"),
    falling_today: "Falling activity",
    lost_on: |day| format!("lost {day}"),
    won_back_on: |day| format!("won back {day}"),
    steps_done: |done, all| format!("{done} of {all} steps to win back"),
    win_back: "Winning back",
    win_back_text: "Tick each step once it is done; it goes into the time line.",
    done_by: |by, day| format!("{by}, {day}"),
    empty_key: "No customer has a yearly amount",
    empty_key_text: "Enter yearly amounts in the files to see customers by what they bring.",
    empty_falling: "No customer's activity falls",
    empty_falling_text: "Customers with far fewer contacts and cases than before are listed here.",
    empty_lost: "No lost customers",
    empty_lost_text: "Customers whose stage became lost are listed here.",
    empty_won_back: "No customers won back yet",
    empty_won_back_text: "Customers whose stage became won back are listed here.",
    first_shown: |count| format!("Only the first {count} are listed"),
    to_review: "Yearly review",
};

/// Returns the texts of a language.
pub fn of(language: Language) -> &'static LoyaltyTexts {
    match language {
        Language::Chinese => &ZH,
        Language::English => &EN,
    }
}
