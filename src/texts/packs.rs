//! Texts of the policy pack: its screen, its places, what is wrong with it.

use huiyin_api::Language;

use super::Texts;
use crate::pages::settings::PackProblem;

/// A word in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Both {
    /// Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

impl Both {
    /// Returns the word in a language.
    pub fn of(&self, language: Language) -> &'static str {
        match language {
            Language::Chinese => self.zh,
            Language::English => self.en,
        }
    }
}

/// Wire name and word.
pub type Row = (&'static str, Both);

const fn row(wire: &'static str, zh: &'static str, en: &'static str) -> Row {
    (wire, Both { zh, en })
}

/// People of a case who can be told.
pub const PEOPLE_OF_A_CASE: &[Row] = &[
    row("assignee", "经办人", "Person responsible"),
    row("registrar", "登记人", "Person who registered it"),
];

/// How time runs.
pub const TIME_MODES: &[Row] = &[
    row("elapsed", "按钟点计时", "By the clock"),
    row("working", "只计办公时间", "In office hours only"),
];

/// Who decides.
pub const RIGHTS: &[Row] = &[
    row("centralised", "集中：总部决定", "Centralised: head office"),
    row(
        "decentralised",
        "分散：分公司决定",
        "Decentralised: the branch",
    ),
    row("mixed", "混合：由规则决定", "Mixed: as the rules say"),
];

/// Where an approver sits.
pub const PLACES: &[Row] = &[
    row("anywhere", "不限", "Anywhere"),
    row("branch", "本分公司", "In the branch"),
    row("head_office", "总部", "At head office"),
];

/// Layouts of papers.
pub const LAYOUTS: &[Row] = &[
    row("registration", "登记表", "Registration"),
    row("handling", "处理表", "Handling"),
    row("record_card", "记录卡", "Record card"),
    row("investigation", "调查报告", "Investigation report"),
    row("feedback", "反馈表", "Feedback"),
    row("call_back", "回访记录表", "Call-back record"),
    row("statistics", "统计表", "Statistics"),
    row("penalty", "奖惩通知", "Penalty notice"),
];

/// Units of a length.
pub const UNITS: &[Row] = &[
    row("wd", "个工作日", "working days"),
    row("d", "天", "days"),
    row("w", "周", "weeks"),
    row("m", "个月", "months"),
    row("h", "小时", "hours"),
    row("same-day", "当日下班前", "Same day"),
    row("at-once", "立即", "At once"),
    row("promised", "约定的日期", "The promised day"),
];

/// Texts of the screen of packs.
pub struct PackTexts {
    pub title: &'static str,
    pub subtitle: &'static str,
    pub in_force: &'static str,
    pub version: fn(u32) -> String,
    pub none: &'static str,
    pub none_text: &'static str,
    pub edit: &'static str,
    pub sections: &'static str,
    pub outdated: &'static str,
    pub defects: fn(usize) -> String,
    pub unchanged: &'static str,
    pub ready: &'static str,
    pub undo: &'static str,
    pub publish: &'static str,
    pub published_now: &'static str,
    pub offered: &'static str,
    pub offered_more: &'static str,
    pub neutral: &'static str,
    pub choose: &'static str,
    pub choose_of: fn(&str) -> String,
    pub choose_text: &'static str,
    pub choose_note: &'static str,
    pub choose_now: &'static str,
    pub versions: &'static str,
    pub versions_empty: &'static str,
    pub versions_empty_text: &'static str,
    pub name: &'static str,
    pub version_head: &'static str,
    pub published_at: &'static str,
    pub cases: &'static str,
    pub activate: &'static str,
    pub without: &'static str,
    pub in_chinese: fn(&str) -> String,
    pub in_english: fn(&str) -> String,
    pub add_to: fn(&str) -> String,
    pub move_up: fn(&str) -> String,
    pub move_down: fn(&str) -> String,
    pub remove: fn(&str) -> String,
    pub amounts: fn(&str, Option<&str>) -> String,
    pub start_major: &'static str,
    pub start_clock: fn(&str) -> String,
    pub start_field: fn(&str) -> String,
    pub unit: &'static str,
    pub promised_text: &'static str,
    pub comma: &'static str,
    pub bad_number: &'static str,
    pub bad_money: &'static str,
    pub bad_length: &'static str,
    pub bad_start: &'static str,
    pub card: &'static str,
    pub wizard: &'static str,
    pub wizard_hint: &'static str,
    pub wizard_none: &'static str,
}

fn named(act: &str, name: &str, colon: &str) -> String {
    if name.is_empty() {
        act.to_owned()
    } else {
        format!("{act}{colon}{name}")
    }
}

pub const ZH: PackTexts = PackTexts {
    title: "投诉处理制度",
    subtitle: "分类、步骤、时限、审批、奖惩和表单都在这里。工单始终按登记时的版本办理。",
    in_force: "现行",
    version: |version| format!("第 {version} 版"),
    none: "还没有选用制度",
    none_text: "所有工单只有一个期限。选用一套制度，就有分阶段的时限、审批和表单。",
    edit: "修改现行制度",
    sections: "制度的各部分",
    outdated: "在您修改期间，另有一个版本发布了。您的修改以原来的版本为基础，发布前请核对。",
    defects: |count| format!("有 {count} 处需要改正"),
    unchanged: "没有改动",
    ready: "可以发布；新登记的工单按新版本办理",
    undo: "撤销增删",
    publish: "发布新版本",
    published_now: "新版本已发布，从现在起生效",
    offered: "选用一套制度",
    offered_more: "改用其他制度",
    neutral: "通用",
    choose: "选用",
    choose_of: |name| format!("选用：{name}"),
    choose_text: "选用后成为公司自己的制度，可以在这里修改。",
    choose_note: "新登记的工单按它办理；已有的工单仍按原来的办理。",
    choose_now: "选用并发布",
    versions: "已发布的版本",
    versions_empty: "还没有发布过",
    versions_empty_text: "每次发布都留下一个版本，可以随时换回。",
    name: "名称",
    version_head: "版本",
    published_at: "发布",
    cases: "按此办理的工单",
    activate: "重新启用",
    without: "不用制度",
    in_chinese: |name| format!("{name}（中文）"),
    in_english: |name| format!("{name}（英文）"),
    add_to: |name| format!("添加：{name}"),
    move_up: |name| named("上移", name, "："),
    move_down: |name| named("下移", name, "："),
    remove: |name| named("删除", name, "："),
    amounts: |from, to| match to {
        Some(to) => format!("{from}–{to} 元"),
        None => format!("{from} 元起"),
    },
    start_major: "定为重大时",
    start_clock: |name| format!("时限“{name}”停止时"),
    start_field: |name| format!("{name}（日期）"),
    unit: "单位",
    promised_text: "到约定的那一天下班时到期",
    comma: "、",
    bad_number: "请填写整数",
    bad_money: "请填写金额，如 200 或 199.50",
    bad_length: "请填写 1 到 1000 的整数",
    bad_start: "请选择起算的时间",
    card: "办理规则",
    wizard: "投诉处理制度",
    wizard_hint: "以后可以在设置里修改或更换",
    wizard_none: "不选：所有工单 3 个工作日内办结",
};

pub const EN: PackTexts = PackTexts {
    title: "Complaint policy",
    subtitle: "Categories, steps, clocks, approvals, clauses and papers. A case always keeps the version it began under.",
    in_force: "In force",
    version: |version| format!("Version {version}"),
    none: "No policy chosen yet",
    none_text: "Every case has one deadline. With a policy there are clocks for each stage, approvals and papers.",
    edit: "Edit the policy in force",
    sections: "Parts of the policy",
    outdated: "Another version was published while you were editing. Your changes are based on the earlier one: check them before you publish.",
    defects: |count| {
        if count == 1 {
            "1 place to put right".into()
        } else {
            format!("{count} places to put right")
        }
    },
    unchanged: "Nothing changed",
    ready: "Ready to publish; cases registered from then on follow the new version",
    undo: "Undo list change",
    publish: "Publish version",
    published_now: "Published; in force from now on",
    offered: "Choose a policy",
    offered_more: "Change to another policy",
    neutral: "General",
    choose: "Choose",
    choose_of: |name| format!("Choose {name}"),
    choose_text: "It becomes the company's own and can be edited here.",
    choose_note: "New cases follow it; cases that exist keep what they began under.",
    choose_now: "Choose and publish",
    versions: "Published versions",
    versions_empty: "Nothing published yet",
    versions_empty_text: "Every publication leaves a version that can be used again.",
    name: "Name",
    version_head: "Version",
    published_at: "Published",
    cases: "Cases under it",
    activate: "Use again",
    without: "Use no policy",
    in_chinese: |name| format!("{name} (Chinese)"),
    in_english: |name| format!("{name} (English)"),
    add_to: |name| format!("Add to: {name}"),
    move_up: |name| named("Move up", name, ": "),
    move_down: |name| named("Move down", name, ": "),
    remove: |name| named("Remove", name, ": "),
    amounts: |from, to| match to {
        Some(to) => format!("{from}–{to} yuan"),
        None => format!("from {from} yuan"),
    },
    start_major: "when classed as major",
    start_clock: |name| format!("when “{name}” stops"),
    start_field: |name| format!("{name} (date)"),
    unit: "Unit",
    promised_text: "Due at the end of office hours of the promised day",
    comma: ", ",
    bad_number: "Write a whole number",
    bad_money: "Write an amount such as 200 or 199.50",
    bad_length: "Write a whole number from 1 to 1000",
    bad_start: "Choose when it starts",
    card: "Rules of handling",
    wizard: "Complaint policy",
    wizard_hint: "Can be edited or changed in Settings later",
    wizard_none: "None: every case within 3 working days",
};

/// Returns what is wrong with a place of a pack.
pub fn defect(texts: &Texts, problem: &PackProblem) -> String {
    match problem {
        PackProblem::Number => texts.packs.bad_number.to_owned(),
        PackProblem::Money => texts.packs.bad_money.to_owned(),
        PackProblem::Length => texts.packs.bad_length.to_owned(),
        PackProblem::Start => texts.packs.bad_start.to_owned(),
        PackProblem::Said(said) => said.clone(),
    }
}
