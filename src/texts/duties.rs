//! Texts of what is due for the files of many customers, and of greetings and reports.

use huiyin_api::Language;

/// Texts of the list and of its card on my day.
pub struct DutiesTexts {
    pub title: &'static str,
    pub text: &'static str,
    pub mine_title: &'static str,
    pub mine: &'static str,
    pub all: &'static str,
    pub any_kind: &'static str,
    pub any_owner: &'static str,
    pub any_time: &'static str,
    pub only_late: &'static str,
    pub clock: &'static str,
    pub round: &'static str,
    pub papers: fn(&str) -> String,
    pub nobody: &'static str,
    pub late: fn(&str) -> String,
    pub none: &'static str,
    pub none_text: &'static str,
    pub nothing: &'static str,
    pub nothing_text: &'static str,
    pub no_rules: &'static str,
    pub no_rules_text: &'static str,
    pub rules_missing: &'static str,
    pub choose: &'static str,
    pub more: &'static str,
    pub birthdays: &'static str,
    pub greet: &'static str,
    pub greeted: &'static str,
    pub occasions: &'static str,
    pub report_to: fn(&str) -> String,
    pub tick: &'static str,
    pub ticked: &'static str,
}

static ZH: DutiesTexts = DutiesTexts {
    title: "到期事项",
    text: "客户档案的备案、变更、审核、补充、更新与资料",
    mine_title: "我的档案事项",
    mine: "我的",
    all: "全部",
    any_kind: "全部事项",
    any_owner: "全部负责人",
    any_time: "不限期限",
    only_late: "只看逾期",
    clock: "档案时限",
    round: "定期事项",
    papers: |count| format!("缺 {count} 份资料"),
    nobody: "无负责人",
    late: |count| format!("其中逾期 {count} 项"),
    none: "没有到期事项",
    none_text: "客户档案都在时限之内，没有待办。",
    nothing: "没有符合条件的事项",
    nothing_text: "请放宽筛选条件。",
    no_rules: "还没有选用客户档案制度",
    no_rules_text: "选用制度后，备案、变更、审核和补充的时限会列在这里。",
    rules_missing: "选用的客户档案制度还没有传到本机，暂不计算。",
    choose: "选用制度",
    more: "显示更多",
    birthdays: "客户生日",
    greet: "已问候",
    greeted: "已记录问候",
    occasions: "问候与报告",
    report_to: |role| format!("报{role}"),
    tick: "已完成",
    ticked: "已记为完成",
};

static EN: DutiesTexts = DutiesTexts {
    title: "Due for files",
    text: "Filing, changes, reviews, completion, refreshing and papers of customers' files",
    mine_title: "My duties for files",
    mine: "Mine",
    all: "All",
    any_kind: "Any duty",
    any_owner: "Any owner",
    any_time: "Any time",
    only_late: "Overdue only",
    clock: "Limits of the file",
    round: "Comes round",
    papers: |count| {
        if count == "1" {
            "1 paper missing".into()
        } else {
            format!("{count} papers missing")
        }
    },
    nobody: "nobody looks after it",
    late: |count| format!("{count} of them overdue"),
    none: "Nothing is due",
    none_text: "Every customer's file is within its limits.",
    nothing: "Nothing fits",
    nothing_text: "Ask for less.",
    no_rules: "No policy for customer files is chosen yet",
    no_rules_text: "Once one is chosen, the limits of filing, changes, reviews and completion are listed here.",
    rules_missing: "The policy chosen for files has not reached this device; nothing is counted until it has.",
    choose: "Choose a policy",
    more: "Show more",
    birthdays: "Birthdays",
    greet: "Greeted",
    greeted: "The greeting is recorded",
    occasions: "Greetings and reports",
    report_to: |role| format!("to {role}"),
    tick: "Done",
    ticked: "Marked as done",
};

/// Returns the texts of a language.
pub fn of(language: Language) -> &'static DutiesTexts {
    match language {
        Language::Chinese => &ZH,
        Language::English => &EN,
    }
}
