//! Texts of the history of a record: by field, as of a day, taking back.

use huiyin_api::Language;

use super::counted;

/// Texts of the screen.
pub struct HistoryTexts {
    pub history: &'static str,
    pub of: fn(&str) -> String,
    pub by_field: &'static str,
    pub as_of: &'static str,
    pub all_fields: &'static str,
    pub none: &'static str,
    pub none_text: &'static str,
    pub removed: &'static str,
    pub first: &'static str,
    pub now: &'static str,
    pub import: fn(&str) -> String,
    pub time_unknown: &'static str,
    pub more: fn(&str, &str) -> String,
    pub unread: fn(&str) -> String,
    pub take_back: &'static str,
    pub take_back_title: &'static str,
    pub take_back_text: &'static str,
    pub taken_back: fn(&str) -> String,
    pub none_taken_back: &'static str,
    pub left: &'static str,
    pub day: &'static str,
    pub day_text: fn(&str) -> String,
    pub not_yet: &'static str,
    pub not_yet_text: fn(&str) -> String,
    pub same: &'static str,
    pub every_field: &'static str,
    pub field: &'static str,
    pub then: fn(&str) -> String,
    pub today: &'static str,
    pub state: &'static str,
    pub differing: &'static str,
    pub later: fn(&str) -> String,
    pub timeline_then: &'static str,
    pub no_events: &'static str,
    pub back: &'static str,
}

static ZH: HistoryTexts = HistoryTexts {
    history: "历史",
    of: |title| format!("{title} 的历史"),
    by_field: "逐项历史",
    as_of: "某日的状态",
    all_fields: "全部项目",
    none: "没有可显示的历史",
    none_text: "这一项还没有填写过。",
    removed: "（清空）",
    first: "首次填写",
    now: "现行",
    import: |name| format!("导入：{name}"),
    time_unknown: "时间不详",
    more: |shown, total| format!("显示最近 {shown} 条，共 {total} 条"),
    unread: |count| format!("另有 {count} 处改动由更新的版本写入，本机不能显示。"),
    take_back: "撤回",
    take_back_title: "撤回这次修改？",
    take_back_text: "这次修改过的各项恢复为修改前的内容；之后有人改过的项目保持不变，并在这里说明。",
    taken_back: |count| format!("已撤回 {count} 项"),
    none_taken_back: "没有撤回任何一项",
    left: "以下各项没有撤回",
    day: "日期",
    day_text: |since| format!("显示记录在这一天结束时的样子。最早可选 {since}。"),
    not_yet: "这一天还没有这份记录",
    not_yet_text: |since| format!("记录从 {since} 起才有。"),
    same: "与现在相同：这一天以后没有改动。",
    every_field: "全部项目",
    field: "项目",
    then: |day| format!("{day} 结束时"),
    today: "现在",
    state: "状态",
    differing: "当时有几种写法",
    later: |count| format!("此后有 {count} 次改动"),
    timeline_then: "截至当日的往来记录",
    no_events: "当时还没有往来记录。",
    back: "返回记录",
};

static EN: HistoryTexts = HistoryTexts {
    history: "History",
    of: |title| format!("History of {title}"),
    by_field: "By field",
    as_of: "As of a day",
    all_fields: "All fields",
    none: "No history to show",
    none_text: "Nothing was ever written here.",
    removed: "(removed)",
    first: "first entry",
    now: "Now",
    import: |name| format!("Import: {name}"),
    time_unknown: "time not known",
    more: |shown, total| format!("The newest {shown} of {total} entries"),
    unread: |count| {
        format!(
            "{} by a newer version cannot be shown on this device.",
            counted(count, "change", "changes")
        )
    },
    take_back: "Take back",
    take_back_title: "Take this edit back?",
    take_back_text: "Every field of this edit says again what it said before. A field somebody has changed since stays as it is and is named here.",
    taken_back: |count| format!("{} taken back", counted(count, "field", "fields")),
    none_taken_back: "Nothing was taken back",
    left: "Not taken back",
    day: "Day",
    day_text: |since| {
        format!("Shows the record as it stood at the end of the day, from {since} on.")
    },
    not_yet: "There was no such record on that day",
    not_yet_text: |since| format!("The record begins on {since}."),
    same: "The same as now: nothing was changed since.",
    every_field: "Every field",
    field: "Field",
    then: |day| format!("At the end of {day}"),
    today: "Now",
    state: "State",
    differing: "several entries then",
    later: |count| format!("{} since", counted(count, "change", "changes")),
    timeline_then: "Time line up to that day",
    no_events: "There were no entries yet.",
    back: "Back to the record",
};

/// Returns the texts of a language.
pub fn of(language: Language) -> &'static HistoryTexts {
    match language {
        Language::Chinese => &ZH,
        Language::English => &EN,
    }
}
