//! Texts of the policy pack: its screen, its places, what is wrong with it.
//!
//! Long: every text of the policy screens in both languages.

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
    pub off: &'static str,
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
    outdated: "在您修改期间，现行制度换了版本。您的修改以原来的版本为基础，请核对后再发布，或放弃草稿。",
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
    off: "停用",
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
    outdated: "Another version is in force since you began editing. Your changes are based on the earlier one: check before you publish, or discard the draft.",
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
    off: "switched off",
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

/// Returns the length of a clock in a few words: `3 working days`; what is no length as it was typed.
pub fn length_words(language: Language, length: &str) -> String {
    let known = |unit: &str| {
        UNITS
            .iter()
            .find(|(wire, _)| *wire == unit)
            .map(|(_, name)| name.of(language))
    };
    if let Some(name) = known(length) {
        return name.to_owned();
    }
    let digits = length.bytes().take_while(u8::is_ascii_digit).count();
    let (count, unit) = length.split_at(digits);
    match known(unit) {
        Some(name) if !count.is_empty() => match (language, count) {
            (Language::English, "1") => format!("1 {}", name.trim_end_matches('s')),
            _ => format!("{count} {name}"),
        },
        _ => length.to_owned(),
    }
}

/// Returns what is wrong with a place of a pack.
pub fn defect(texts: &Texts, problem: &PackProblem) -> String {
    match problem {
        PackProblem::Number => texts.packs.bad_number.to_owned(),
        PackProblem::Money => texts.packs.bad_money.to_owned(),
        PackProblem::Length => texts.packs.bad_length.to_owned(),
        PackProblem::Start => texts.packs.bad_start.to_owned(),
        PackProblem::Said(said) => match texts.language {
            Language::Chinese => in_chinese(said),
            Language::English => said.clone(),
        },
    }
}

/// What core says about a pack, and the same in Chinese; `{}` stands for a name or a figure and comes again in its order.
const SAID: &[(&str, &str)] = &[
    (
        "use 1 to {} letters, digits and hyphens",
        "请用 1 到 {} 个字母、数字或连字符",
    ),
    ("begin with version 1", "版本从 1 开始"),
    (
        "a case has no such field: take it out or correct its name",
        "工单没有这一项，请去掉或改正",
    ),
    (
        "give at most {} months, or 0 for good",
        "最多 {} 个月，0 为长期",
    ),
    ("give 0 to 100 per cent", "请填写 0 到 100"),
    (
        "a role of the program has this name: choose another",
        "程序已有同名的角色，请换一个代号",
    ),
    (
        "{} is no role: name one of the program",
        "没有角色 {}，请选择程序里的角色",
    ),
    (
        "only causes are a tree: leave it out",
        "只有原因可以分级，请去掉",
    ),
    ("write one of {}", "只能是 {}"),
    ("{} is no step: correct its name", "没有步骤 {}，请改正"),
    (
        "the step is switched off: switch it on or take the field out",
        "这个步骤不经过，请启用步骤或去掉这一项",
    ),
    (
        "it is asked twice of one step: take one out",
        "同一步骤要求了两次，请去掉一个",
    ),
    ("no such layout: write one of {}", "没有这个版式，只能是 {}"),
    (
        "{} is filled in by nothing: write {}",
        "{} 没有可填入的内容，请用 {}",
    ),
    (
        "no entry is called {}: correct it",
        "没有 {} 这一条，请改正",
    ),
    (
        "it lies under itself: break the ring",
        "上级绕回了自己，请改正",
    ),
    (
        "name it with 1 to {} letters, digits, '_', '-' and '.'",
        "代号用 1 到 {} 个字母、数字、下划线、连字符或点",
    ),
    ("the text is missing: write it", "请填写"),
    (
        "the text is too long: give at most {} characters",
        "太长了，最多 {} 个字",
    ),
    (
        "it is given twice: take one out or rename it",
        "重复了，请去掉一个或改代号",
    ),
    (
        "{} entries are too many: give at most {}",
        "{} 条太多了，最多 {} 条",
    ),
    (
        "this step cannot be left out: take it from the list",
        "这个步骤不能省略，请从名单中去掉",
    ),
    (
        "{} is no role, no post of the pack and neither assignee nor registrar: correct it",
        "没有 {} 这个角色或岗位，请改正",
    ),
    (
        "{} is no role and no post of the pack: correct it",
        "没有 {} 这个角色或岗位，请改正",
    ),
    (
        "{} is no kind of case of the pack: correct it",
        "制度里没有类别 {}，请改正",
    ),
    ("{} is no severity: correct it", "没有严重程度 {}，请改正"),
    ("{} is no channel: correct it", "没有渠道 {}，请改正"),
    (
        "{} is no category of the pack: correct it",
        "制度里没有分类 {}，请改正",
    ),
    (
        "{} is no remedy of the pack: correct it",
        "制度里没有处理方式 {}，请改正",
    ),
    (
        "amounts cannot be below zero: correct them",
        "金额不能小于零，请改正",
    ),
    (
        "the least amount is more than the greatest: exchange them",
        "最低金额大于最高金额，请对调",
    ),
    ("give at most {} warnings", "最多 {} 个提醒"),
    (
        "give at most {} hours before or after the deadline",
        "最多在期限前后 {} 小时",
    ),
    (
        "nobody is told: name a role, a post, assignee or registrar",
        "没有告知任何人，请选择",
    ),
    (
        "the step is switched off, so the clock never starts: switch it on or choose another start",
        "这个步骤不经过，时限不会起算；请启用步骤或另选起算",
    ),
    (
        "{} is no date field of a case: correct it",
        "{} 不是工单的日期项，请改正",
    ),
    ("there is no clock {}: correct it", "没有时限 {}，请改正"),
    (
        "it waits for a special limit, which never runs by itself: name the clock it extends",
        "它等待的是延期时限，不会单独运行；请选择被延期的时限",
    ),
    (
        "it waits for a clock that is switched off: switch that on or choose another start",
        "它等待的时限已停用；请启用那个时限或另选起算",
    ),
    (
        "the clocks wait for each other in a ring: let one start otherwise",
        "几个时限互相等待，请让其中一个另选起算",
    ),
    (
        "nothing stops the clock: name a step",
        "没有步骤能停止它，请选择",
    ),
    (
        "only the step that starts the clock would stop it: name a later one",
        "停止的步骤就是起算的步骤，请选择以后的步骤",
    ),
    (
        "every step that stops it is switched off: switch one on or name another",
        "停止它的步骤都不经过，请启用一个或另选",
    ),
    (
        "none of the stopping steps asks for {}: add it to the step's fields",
        "停止的步骤都不要求填 {}，请在步骤的内容里加上",
    ),
    (
        "a special limit starts and stops with the clock it extends: leave start and stops out",
        "延期时限与被延期的时限同起同止，请把起算设为登记、停止留空",
    ),
    (
        "a clock cannot extend itself or another special limit: name the ordinary clock",
        "不能延期自己或另一个延期时限，请选择普通的时限",
    ),
    (
        "the clock already has a special limit: keep one",
        "这个时限已有延期时限，只能留一个",
    ),
    (
        "a special limit has a length: write 7wd or the like",
        "延期时限要有长度，如 7 个工作日",
    ),
    (
        "the special limit is not longer than the clock it extends: give more",
        "延期时限不比原来的长，请改长",
    ),
    (
        "nobody may extend it: name roles in approvals.extend",
        "没有人可以批准延期，请在“审批”里选择",
    ),
    (
        "rule {} already fits everything this one does, so it is never reached: put it before or take it out",
        "第 {} 条规则已包括这一条的全部情形，轮不到它；请移到前面或去掉",
    ),
    (
        "some proposals fit no rule: end with a rule without conditions",
        "有的方案没有规则可用，请在最后加一条没有条件的规则",
    ),
    (
        "nobody decides about the clauses: name roles",
        "没有人决定奖惩，请选择",
    ),
    (
        "nobody signs: name at least one role",
        "没有人签字，请至少选择一人",
    ),
    (
        "too many signatures: give at most {}",
        "签字的人太多，最多 {} 人",
    ),
];

/// Returns what core says about a pack in Chinese; what is not in the table as it was said.
fn in_chinese(said: &str) -> String {
    SAID.iter()
        .find_map(|(pattern, chinese)| {
            let mut parts = named_parts(pattern, said)?.into_iter();
            let mut pieces = chinese.split("{}");
            let mut words = pieces.next()?.to_owned();
            for piece in pieces {
                words.push_str(parts.next().unwrap_or_default());
                words.push_str(piece);
            }
            Some(words)
        })
        .unwrap_or_else(|| said.to_owned())
}

/// Returns what stands at the places `{}` of a pattern, if the text fits it.
fn named_parts<'a>(pattern: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut pieces = pattern.split("{}");
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let mut parts = Vec::new();
    let pieces: Vec<&str> = pieces.collect();
    for (at, piece) in pieces.iter().enumerate() {
        let end = if at + 1 == pieces.len() {
            rest.len()
                .checked_sub(piece.len())
                .filter(|end| rest.get(*end..) == Some(*piece))?
        } else {
            rest.find(piece)?
        };
        parts.push(&rest[..end]);
        rest = &rest[end + piece.len()..];
    }
    rest.is_empty().then_some(parts)
}

#[cfg(test)]
mod tests {
    use huiyin_core::pack::{Pack, check::check};
    use serde_json::json;

    use super::*;

    #[test]
    fn a_length_is_told_in_a_few_words() {
        for (length, zh, en) in [
            ("3wd", "3 个工作日", "3 working days"),
            ("1wd", "1 个工作日", "1 working day"),
            ("same-day", "当日下班前", "Same day"),
            ("promised", "约定的日期", "The promised day"),
            ("soon", "soon", "soon"),
        ] {
            assert_eq!(length_words(Language::Chinese, length), zh);
            assert_eq!(length_words(Language::English, length), en);
        }
    }

    #[test]
    fn what_core_says_is_said_in_chinese_with_its_names() {
        assert_eq!(in_chinese("the text is missing: write it"), "请填写");
        assert_eq!(
            in_chinese("there is no clock \"close\": correct it"),
            "没有时限 \"close\"，请改正"
        );
        assert_eq!(
            in_chinese("501 entries are too many: give at most 500"),
            "501 条太多了，最多 500 条"
        );
        assert_eq!(in_chinese("something new"), "something new");
    }

    #[test]
    fn every_defect_of_a_thoroughly_bad_pack_has_chinese_words() {
        let text = json!({"zh": "", "en": "x"});
        let pack: Pack = serde_json::from_value(json!({
            "id": "bad pack", "version": 0, "name": text,
            "posts": [{"id": "clerk", "text": text, "acts_as": "king"}],
            "kinds": [{"id": "gossip", "text": text, "off": ["registered", "assigned"]}],
            "categories": [{"id": "a", "text": text, "under": "b"}, {"id": "a", "text": text}],
            "severities": [{"id": "mild", "text": text, "tell": ["nobody"]}],
            "causes": [{"id": "a", "text": text, "under": "b"}, {"id": "b", "text": text, "under": "a"}, {"id": "c", "text": text, "under": "z"}],
            "required_fields": ["mood"],
            "step_fields": [
                {"step": "dance", "id": "x", "text": text, "kinds": ["gossip", "none"]},
                {"step": "assigned", "id": "x", "text": text}, {"step": "assigned", "id": "x", "text": text},
            ],
            "clocks": [
                {"name": "a", "text": text, "start": "clock:b", "length": "3wd", "stops": []},
                {"name": "b", "text": text, "start": "clock:a", "length": "3wd", "stops": ["answered"], "severities": ["mild"], "channels": ["owl"], "categories": ["z"], "warn": [{"hours": 20000, "tell": []}, {"hours": 1, "tell": ["nobody"]}]},
                {"name": "c", "text": text, "start": "registered", "length": "3wd", "stops": [], "extends": "a"},
                {"name": "d", "text": text, "start": "answered", "length": "promised", "stops": ["answered"], "extends": "c"},
                {"name": "e", "text": text, "start": "field:subject", "length": "3wd", "stops": ["assigned"], "stops_with": "tone"},
                {"name": "f", "text": text, "start": "clock:gone", "length": "3wd", "stops": ["answered"], "extends": "gone"},
                {"name": "g", "text": text, "start": "answered", "length": "3wd", "stops": ["answered"]},
                {"name": "h", "text": text, "start": "assigned", "length": "3wd", "stops": ["answered"]},
                {"name": "i", "text": text, "start": "clock:c", "length": "3wd", "stops": ["answered"]},
                {"name": "j", "text": text, "start": "clock:k", "length": "3wd", "stops": ["answered"]},
                {"name": "k", "text": text, "length": "3wd", "stops": ["answered"], "off": true},
            ],
            "approvals": {
                "rules": [
                    {"chain": [], "from_amount": -1, "remedies": ["z"]},
                    {"chain": [{"role": "nobody"}], "from_amount": 5, "to_amount": 1, "remedies": ["z"]},
                ],
                "extend": ["nobody"],
            },
            "clauses": [{"id": "", "text": text, "from_amount": 5, "to_amount": 1}],
            "retention": {"general_months": 9999, "important_months": 0, "major_months": 0},
            "after": {"spot_check_percent": 120, "call_back_percent": 0},
            "forms": [{"layout": "poem", "title": text}],
            "templates": [{"id": "a", "title": text, "text": {"zh": "{mood}", "en": "x"}}],
        }))
        .expect("a pack can be read however bad it is");
        let defects = check(&pack);
        assert!(defects.len() > 40, "{}", defects.len());
        for defect in defects {
            assert_ne!(
                in_chinese(&defect.problem),
                defect.problem,
                "{}",
                defect.place
            );
        }
    }
}
