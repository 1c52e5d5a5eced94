//! Texts of the monthly complaint table as a task.

use huiyin_api::Language;

/// Texts of the monthly table.
pub struct MonthTexts {
    pub title: &'static str,
    pub due: fn(&str) -> String,
    pub all_branches: &'static str,
    pub one_branch: fn(&str) -> String,
    pub unsigned: &'static str,
    pub sign: &'static str,
    pub sign_again: &'static str,
    pub signed: &'static str,
    pub signed_by: fn(&str, &str) -> String,
    pub same: &'static str,
    pub changed: &'static str,
    pub then_now: fn(&str, &str, &str) -> String,
    pub not_over: &'static str,
    pub not_yours: fn(&str) -> String,
    pub digest: fn(&str) -> String,
    pub paper: &'static str,
    pub to_sign: fn(&str) -> String,
    pub open: &'static str,
}

static ZH: MonthTexts = MonthTexts {
    title: "月度投诉统计表",
    due: |day| format!("{day} 前签核"),
    all_branches: "全部门店",
    one_branch: |branch| format!("门店：{branch}"),
    unsigned: "尚未签核",
    sign: "签核本月统计",
    sign_again: "按现在的数字重新签核",
    signed: "统计表已签核",
    signed_by: |who, time| format!("{who} 于 {time} 签核"),
    same: "签核后数字没有变化",
    changed: "签核后数字有变化",
    then_now: |what, then, now| format!("{what}：签核时 {then}，现在 {now}"),
    not_over: "本月还没有结束，月底后签核",
    not_yours: |role| format!("由{role}签核"),
    digest: |digest| format!("签核摘要 {digest}"),
    paper: "打印表单",
    to_sign: |month| format!("{month} 投诉统计表待签核"),
    open: "查看并签核",
};

static EN: MonthTexts = MonthTexts {
    title: "Monthly complaint table",
    due: |day| format!("to be signed by {day}"),
    all_branches: "every branch",
    one_branch: |branch| format!("branch {branch}"),
    unsigned: "Not signed yet",
    sign: "Sign this month's figures",
    sign_again: "Sign the figures as they are now",
    signed: "The table is signed",
    signed_by: |who, time| format!("{who} signed on {time}"),
    same: "the figures have not changed since",
    changed: "the figures have changed since",
    then_now: |what, then, now| format!("{what}: {then} when signed, {now} now"),
    not_over: "The month is not over; its table is signed afterwards",
    not_yours: |role| format!("Signed by the {}", role.to_lowercase()),
    digest: |digest| format!("digest {digest}"),
    paper: "Paper form",
    to_sign: |month| format!("The table of {month} waits to be signed"),
    open: "Look and sign",
};

/// Returns the texts of a language.
pub fn of(language: Language) -> &'static MonthTexts {
    match language {
        Language::Chinese => &ZH,
        Language::English => &EN,
    }
}
