//! Texts of the review of fields that several people wrote at once.

use huiyin_api::Language;

use super::counted;

/// Texts of the screen, of its card on my day and of what a record's own screen adds.
pub struct DifferingTexts {
    pub title: &'static str,
    pub text: &'static str,
    pub waiting: fn(&str) -> String,
    pub on_my_day: fn(&str) -> String,
    pub all: &'static str,
    pub forwarded: &'static str,
    pub none: &'static str,
    pub none_text: &'static str,
    pub settled: fn(&str) -> String,
    pub newest: fn(&str) -> String,
    pub newest_title: &'static str,
    pub newest_text: fn(&str) -> String,
    pub newest_sure: &'static str,
    pub keys: &'static str,
    pub clashes: fn(&str) -> String,
    pub open_record: &'static str,
    pub decided: fn(&str) -> String,
    pub in_force: &'static str,
    pub overruled: &'static str,
    pub recused: &'static str,
    pub imported: &'static str,
    pub late: fn(&str) -> String,
    pub late_open: &'static str,
    pub shown_of: fn(&str, &str, &str) -> String,
    pub before: &'static str,
    pub after: &'static str,
}

static ZH: DifferingTexts = DifferingTexts {
    title: "待定的不同写法",
    text: "几台设备同时改了同一项，各种写法都保留着，请逐项选定。",
    waiting: |count| format!("{count} 份记录待选定"),
    on_my_day: |count| format!("{count} 份记录有不同写法，请选定"),
    all: "全部",
    forwarded: "转入工单",
    none: "没有待定的不同写法",
    none_text: "各台设备的内容一致，不需要选定。",
    settled: |count| format!("已选定 {count} 项"),
    newest: |count| format!("本页全部采用最新（{count} 项）"),
    newest_title: "全部采用最新的写法？",
    newest_text: |count| {
        format!(
            "本页 {count} 项将采用各自最新的写法；由办理步骤决定的，采用决定的内容。其余写法和填写人记入往来记录。"
        )
    },
    newest_sure: "全部采用最新",
    keys: "键盘：J/K 换一项，数字键选写法，回车确定",
    clashes: |count| format!("另有 {count} 处同时办理的步骤相互矛盾，请打开记录处理。"),
    open_record: "打开记录",
    decided: |value| format!("这一项由办理步骤决定，现行内容：{value}"),
    in_force: "现行",
    overruled: "未生效",
    recused: "被投诉人填写，应回避",
    imported: "导入",
    late: |count| format!("{count} 批来自已停用设备的内容未生效，等待处理"),
    late_open: "去处理",
    shown_of: |from, to, total| format!("第 {from}–{to} 份，共 {total} 份"),
    before: "上一页",
    after: "下一页",
};

static EN: DifferingTexts = DifferingTexts {
    title: "Differing entries",
    text: "Several devices changed the same field at once. Every entry is kept; choose the one that holds.",
    waiting: |count| {
        format!(
            "{} waiting to be settled",
            counted(count, "record", "records")
        )
    },
    on_my_day: |count| {
        if count == "1" {
            "1 record has differing entries: choose what holds".to_owned()
        } else {
            format!("{count} records have differing entries: choose what holds")
        }
    },
    all: "All",
    forwarded: "Received from branches",
    none: "No differing entries",
    none_text: "All devices say the same. There is nothing to choose.",
    settled: |count| format!("{} settled", counted(count, "field", "fields")),
    newest: |count| format!("Take the newest of all shown ({count})"),
    newest_title: "Take the newest entries?",
    newest_text: |count| {
        format!(
            "For {} shown the newest entry is taken; where a step decides, what it decided. The other entries and who wrote them are kept in the time lines.",
            counted(count, "field", "fields")
        )
    },
    newest_sure: "Take the newest",
    keys: "Keys: J/K for the next field, digits choose an entry, Enter settles it",
    clashes: |count| {
        if count == "1" {
            "Steps taken at the same time contradict each other: settle that in the record."
                .to_owned()
        } else {
            format!(
                "Steps taken at the same time contradict each other in {count} places: settle that in the record."
            )
        }
    },
    open_record: "Open the record",
    decided: |value| format!("A step decides this field. In force: {value}"),
    in_force: "In force",
    overruled: "Not in force",
    recused: "By the person complained about",
    imported: "Import",
    late: |count| {
        if count == "1" {
            "1 piece of work of a device that was shut out is not in force and waits to be judged"
                .to_owned()
        } else {
            format!(
                "{count} pieces of work of devices that were shut out are not in force and wait to be judged"
            )
        }
    },
    late_open: "Judge it",
    shown_of: |from, to, total| format!("{from}–{to} of {total}"),
    before: "Previous",
    after: "Next",
};

/// Returns the texts of a language.
pub fn of(language: Language) -> &'static DifferingTexts {
    match language {
        Language::Chinese => &ZH,
        Language::English => &EN,
    }
}
