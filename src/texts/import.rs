//! Texts of the import screen.
//!
//! Long: a table of texts.

use huiyin_api::{ImportKind, Language};

use super::counted;
use crate::shell::spreadsheet::Unread;

/// Texts of the import screen.
pub struct ImportTexts {
    pub title: &'static str,
    pub subtitle: &'static str,
    pub drop_title: &'static str,
    pub drop_text: &'static str,
    pub choose_file: &'static str,
    pub other_file: &'static str,
    pub opening: fn(&str) -> String,
    pub unreadable: &'static str,
    pub workbook: fn(Unread) -> &'static str,
    pub cards_left_out: fn(&str) -> String,
    pub kind: &'static str,
    pub kinds: fn(ImportKind) -> &'static str,
    pub encoding: fn(&str) -> String,
    pub rows: fn(&str) -> String,
    pub mapping: &'static str,
    pub mapping_text: &'static str,
    pub not_used: &'static str,
    pub example: fn(&str) -> String,
    pub further_fields: fn(&str) -> String,
    pub columns_left: &'static str,
    pub columns_left_text: &'static str,
    pub records_mapping: &'static str,
    pub sample: &'static str,
    pub sample_text: fn(&str) -> String,
    pub states: &'static str,
    pub states_text: &'static str,
    pub state_in_file: &'static str,
    pub state_here: &'static str,
    pub rejected: &'static str,
    pub rejected_text: &'static str,
    pub rejected_more: fn(&str, &str) -> String,
    pub line: &'static str,
    pub column: &'static str,
    pub reason: &'static str,
    pub download_errors: &'static str,
    pub dry_run: &'static str,
    pub run: fn(&str) -> String,
    pub nothing_to_run: &'static str,
    pub put_away: &'static str,
    pub running: fn(&str, &str) -> String,
    pub dry_running: fn(&str, &str) -> String,
    /// Rows per second; minutes and seconds left.
    pub speed: fn(&str, u64, u64) -> String,
    pub starting: &'static str,
    pub stays_usable: &'static str,
    pub stop: &'static str,
    pub stopping: &'static str,
    pub report: &'static str,
    pub report_dry: &'static str,
    pub report_dry_text: &'static str,
    pub report_cancelled: &'static str,
    pub report_cancelled_text: &'static str,
    pub report_text: &'static str,
    pub added: &'static str,
    pub changed: &'static str,
    pub unchanged: &'static str,
    pub refused: &'static str,
    pub finished: fn(&str, &str) -> String,
    pub see_customers: &'static str,
    pub see_cases: &'static str,
    pub past: &'static str,
    pub past_empty: &'static str,
    pub past_empty_text: &'static str,
    pub file: &'static str,
    pub at: &'static str,
    pub by: &'static str,
    pub undo: &'static str,
    pub undo_of: fn(&str) -> String,
    pub undo_title: &'static str,
    pub undo_text: fn(&str, &str) -> String,
    pub undone: &'static str,
    pub undone_text: fn(&str) -> String,
    pub kept: fn(&str) -> String,
    pub kept_none: &'static str,
}

pub const ZH: ImportTexts = ImportTexts {
    title: "导入",
    subtitle: "Excel 表格（.xlsx）、CSV（UTF-8、UTF-16 或 GBK）、通讯录名片（.vcf）或 JSON 行文件。开始导入之前不会保存任何内容。",
    drop_title: "把文件拖到这里",
    drop_text: "或从本机选择。客户名册、投诉记录，或本软件导出的 .jsonl 文件。",
    choose_file: "选择文件…",
    other_file: "换一个文件…",
    opening: |name| format!("正在读取 {name}…"),
    unreadable: "浏览器读不到这个文件。请确认它还在原处，再选择一次。",
    workbook: |why| match why {
        Unread::NotAWorkbook => "这不是 Excel 表格文件。请另存为 .xlsx 或 .csv 再选择。",
        Unread::OldOrLocked => {
            "这个表格有密码，或是旧的 .xls 格式。请在表格软件里去掉密码，另存为 .xlsx 再选择。"
        }
        Unread::TooLarge => "这个表格太大（最多 64 MB）。请分成几个文件，或另存为 .csv 再选择。",
        Unread::TooWide => "这个表格超过 1000 列。请删去用不到的列再选择。",
        Unread::Damaged => {
            "这个表格文件已损坏，没有读入任何内容。请用表格软件打开后重新保存，再选择一次。"
        }
        Unread::Empty => "这个表格里没有内容。",
        Unread::NoCards => "这个文件里没有通讯录名片。请在手机或邮件软件里导出 .vcf 文件再选择。",
        Unread::NoProgram => "读取表格的程序没能启动。请检查网络后再试，或另存为 .csv 再选择。",
    },
    cards_left_out: |count| format!("{count} 张名片不完整、没有名称或超出数量，没有全部读入。"),
    kind: "内容",
    kinds: |kind| match kind {
        ImportKind::Customers => "客户",
        ImportKind::Cases => "工单",
        ImportKind::Records => "客户和工单",
    },
    encoding: |encoding| format!("编码 {}", encoding_name(encoding)),
    rows: |count| format!("{count} 行"),
    mapping: "栏目对应",
    mapping_text: "每一项资料取自文件的哪一栏。已按栏目名称自动对应，请核对。",
    not_used: "不使用",
    example: |value| format!("例：{value}"),
    further_fields: |count| format!("其他 {count} 项资料"),
    columns_left: "其他栏目",
    columns_left_text: "勾选的栏目按原来的名称保存为附加资料。",
    records_mapping: "这类文件逐行写明了各项资料，不需要对应栏目。",
    sample: "预览",
    sample_text: |count| format!("前 {count} 行"),
    states: "状态对应",
    states_text: "文件里的这些状态本软件没有，将按下表导入；已结束的不再计算期限。",
    state_in_file: "文件中的状态",
    state_here: "导入为",
    rejected: "不能导入的行",
    rejected_text: "其余各行照常导入。可以下载这些行，改好以后再导入一次。",
    rejected_more: |shown, total| format!("显示前 {shown} 行，共 {total} 行"),
    line: "行",
    column: "栏目",
    reason: "原因",
    download_errors: "下载错误行",
    dry_run: "先试一遍",
    run: |count| format!("导入 {count} 行"),
    nothing_to_run: "没有可以导入的行",
    put_away: "不导入",
    running: |done, total| format!("正在导入：{done} / {total} 行"),
    dry_running: |done, total| format!("正在试算：{done} / {total} 行"),
    speed: |rate, minutes, seconds| {
        if minutes == 0 {
            format!("每秒 {rate} 行，约剩 {seconds} 秒")
        } else {
            format!("每秒 {rate} 行，约剩 {minutes} 分 {seconds} 秒")
        }
    },
    starting: "正在准备…",
    stays_usable: "导入时可以照常使用其他页面。",
    stop: "停止",
    stopping: "正在停止…",
    report: "导入完成",
    report_dry: "试算结果",
    report_dry_text: "没有保存任何内容。正式导入时会是这样：",
    report_cancelled: "导入已停止",
    report_cancelled_text: "停止之前的行已经保存；再导入一次会接着做完，不会重复。",
    report_text: "同一个文件再导入一次不会产生重复。",
    added: "新增",
    changed: "更新",
    unchanged: "没有变化",
    refused: "未导入",
    finished: |added, changed| format!("导入完成：新增 {added}，更新 {changed}"),
    see_customers: "查看客户",
    see_cases: "查看工单",
    past: "导入记录",
    past_empty: "还没有导入过文件",
    past_empty_text: "导入以后可以在这里看到，也可以撤销。",
    file: "文件",
    at: "时间",
    by: "导入人",
    undo: "撤销",
    undo_of: |name| format!("撤销导入：{name}"),
    undo_title: "撤销这次导入？",
    undo_text: |name, added| {
        format!("“{name}”新增的 {added} 条资料将被移除。导入以后修改过的资料会保留，并列出来。")
    },
    undone: "已撤销",
    undone_text: |count| format!("已移除或复原 {count} 条资料。"),
    kept: |count| format!("以下 {count} 条在导入以后修改过，已保留："),
    kept_none: "没有在导入以后修改过的资料。",
};

pub const EN: ImportTexts = ImportTexts {
    title: "Import",
    subtitle: "Excel workbooks (.xlsx), CSV (UTF-8, UTF-16 or GBK), address cards (.vcf) or JSON lines. Nothing is stored before you start the import.",
    drop_title: "Drop a file here",
    drop_text: "Or choose one from this device: a customer list, complaint records, or a .jsonl file exported by Huiyin.",
    choose_file: "Choose a file…",
    other_file: "Another file…",
    opening: |name| format!("Reading {name}…"),
    unreadable: "The browser cannot read this file. Check that it is still there and choose it again.",
    workbook: |why| match why {
        Unread::NotAWorkbook => {
            "This is no Excel workbook. Save it as .xlsx or .csv and choose it again."
        }
        Unread::OldOrLocked => {
            "This workbook has a password, or is of the older .xls kind. Save it as .xlsx without a password and choose it again."
        }
        Unread::TooLarge => {
            "This workbook is too large (64 MB at most). Split it, or save it as .csv."
        }
        Unread::TooWide => {
            "This sheet has more than 1,000 columns. Remove those not needed and choose it again."
        }
        Unread::Damaged => {
            "This workbook is damaged; nothing was read. Open it in your spreadsheet program, save it and choose it again."
        }
        Unread::Empty => "There is nothing in this workbook.",
        Unread::NoCards => {
            "There is no address card in this file. Export a .vcf file from the phone or mail program and choose it again."
        }
        Unread::NoProgram => {
            "The program that reads workbooks did not start. Check the connection and try again, or save the sheet as .csv."
        }
    },
    cards_left_out: |count| {
        format!("{count} cards are cut off, have no name or are too many: not everything was read.")
    },
    kind: "Content",
    kinds: |kind| match kind {
        ImportKind::Customers => "Customers",
        ImportKind::Cases => "Cases",
        ImportKind::Records => "Customers and cases",
    },
    encoding: |encoding| format!("Encoding {}", encoding_name(encoding)),
    rows: |count| {
        if count == "1" {
            "1 row".into()
        } else {
            format!("{count} rows")
        }
    },
    mapping: "Columns",
    mapping_text: "Which column of the file each field is read from. Matched by name; please check.",
    not_used: "Not used",
    example: |value| format!("For instance: {value}"),
    further_fields: |count| format!("{count} further fields"),
    columns_left: "Other columns",
    columns_left_text: "Those ticked are kept as further details under their own names.",
    records_mapping: "Files of this kind name their fields row by row; there is nothing to match.",
    sample: "Preview",
    sample_text: |count| format!("First {}", counted(count, "row", "rows")),
    states: "States",
    states_text: "The file has states that are not known here. They become the following; closed cases start no deadline.",
    state_in_file: "State in the file",
    state_here: "Becomes",
    rejected: "Rows that cannot be imported",
    rejected_text: "All other rows are imported. Download these, correct them and import them again.",
    rejected_more: |shown, total| format!("First {shown} of {total} rows"),
    line: "Line",
    column: "Column",
    reason: "Reason",
    download_errors: "Download error rows",
    dry_run: "Try it first",
    run: |count| {
        if count == "1" {
            "Import 1 row".into()
        } else {
            format!("Import {count} rows")
        }
    },
    nothing_to_run: "There is no row to import",
    put_away: "Do not import",
    running: |done, total| format!("Importing: {done} of {total} rows"),
    dry_running: |done, total| format!("Trying: {done} of {total} rows"),
    speed: |rate, minutes, seconds| {
        if minutes == 0 {
            format!("{rate} rows a second, about {seconds} s left")
        } else {
            format!("{rate} rows a second, about {minutes} min {seconds} s left")
        }
    },
    starting: "Getting ready…",
    stays_usable: "You can go on working on other screens meanwhile.",
    stop: "Stop",
    stopping: "Stopping…",
    report: "Import finished",
    report_dry: "Result of the trial",
    report_dry_text: "Nothing was stored. The import would do this:",
    report_cancelled: "Import stopped",
    report_cancelled_text: "Rows before the stop are stored. Importing the file again goes on from there without duplicates.",
    report_text: "Importing the same file again makes no duplicates.",
    added: "Added",
    changed: "Changed",
    unchanged: "Unchanged",
    refused: "Not imported",
    finished: |added, changed| format!("Import finished: {added} added, {changed} changed"),
    see_customers: "See customers",
    see_cases: "See cases",
    past: "Past imports",
    past_empty: "No file has been imported yet",
    past_empty_text: "Imports are listed here and can be taken back.",
    file: "File",
    at: "When",
    by: "By",
    undo: "Take back",
    undo_of: |name| format!("Take back the import of {name}"),
    undo_title: "Take this import back?",
    undo_text: |name, added| {
        format!(
            "What “{name}” added ({}) is removed. Records edited since are kept and listed.",
            counted(added, "record", "records")
        )
    },
    undone: "Taken back",
    undone_text: |count| {
        format!(
            "Removed or set back: {}.",
            counted(count, "record", "records")
        )
    },
    kept: |count| {
        format!(
            "Edited since, and kept: {}",
            counted(count, "record", "records")
        )
    },
    kept_none: "No record had been edited since.",
};

fn encoding_name(wire: &str) -> &str {
    match wire {
        "utf-8" => "UTF-8",
        "utf-8-bom" => "UTF-8 (BOM)",
        "utf-16" => "UTF-16",
        "gb18030" => "GBK / GB18030",
        other => other,
    }
}

/// Reasons for rejecting a row as the engine words them; `*` stands for whatever is named there and comes back in `*`.
const REASONS: &[(&str, &str)] = &[
    ("it may not be empty: fill it in", "不能为空，请填写"),
    (
        "it has * characters: shorten it to *",
        "有 * 个字符，请缩短到 * 个以内",
    ),
    (
        "it contains a NUL character: read the file in its right encoding",
        "含有空字符，请按正确的编码打开文件",
    ),
    (
        "a phone number has at least * digits: check it",
        "电话号码至少要有 * 位数字，请核对",
    ),
    (
        "an e-mail address has the form name@place: check it",
        "电子邮件的形式应为 名称@域名，请核对",
    ),
    (
        "it is no day of the calendar: write it as YYYY-MM-DD",
        "不是有效日期，请写成 YYYY-MM-DD",
    ),
    (
        "it is no amount: write it as 1200.50 or 1.2万",
        "不是金额，请写成 1200.50 或 1.2万",
    ),
    (
        "an identity number has 17 digits and a check character: check it",
        "身份证号为 17 位数字加 1 位校验码，请核对",
    ),
    (
        "a credit code has 18 digits and capital letters without I, O, S, V, Z: check it",
        "统一社会信用代码为 18 位数字和大写字母（不含 I、O、S、V、Z），请核对",
    ),
    (
        "the last character does not fit the others: compare it with the paper, one is mistyped",
        "最后一位与前面不符，有一位写错了，请对照证件核对",
    ),
    (
        "it is no whole number: use digits only",
        "不是整数，请只用数字",
    ),
    (
        "it is none of the choices: take one of *",
        "不在可选项之内，可选：*",
    ),
    ("it has * tags: keep * at most", "有 * 个标签，最多 * 个"),
    (
        "it is not the id of a customer: pick the customer from the list",
        "不是客户的编号，请从客户列表中选择",
    ),
    (
        "the line is not one JSON object",
        "这一行不是一个 JSON 对象",
    ),
    ("a customer needs a name", "客户必须有名称"),
    (
        "a case needs a subject or a description",
        "工单必须有主题或事情经过",
    ),
    ("* is neither customer nor case", "“*”既不是客户也不是工单"),
    (
        "the line does not say whether it is a customer or a case",
        "没有写明是客户还是工单",
    ),
    ("the field cannot be stored", "这一项不能保存"),
    (
        "the row has * columns, the header *",
        "这一行有 * 栏，表头有 * 栏",
    ),
    ("the row is longer than * MiB", "这一行超过 * MiB"),
    ("it has * events: keep * at most", "有 * 条经过，最多 * 条"),
    (
        "read branch code *: use 1 to 12 letters A-Z, digits or hyphens, for example HQ or BJ-2",
        "分公司代号 * 不能用：请用 1 到 12 个大写字母、数字或连字符，如 HQ 或 BJ-2",
    ),
    (
        "read record id *: it is a segment key, a dot and 16 lower-case hexadecimal digits",
        "* 不是记录的编号",
    ),
    (
        "the name of the field is longer than * characters or not on one line",
        "栏目名称超过 * 个字符，或不在一行之内",
    ),
];

/// Returns the reason of a rejected row in the language of the screen. Reasons not known here stay as they came.
pub fn reason(language: Language, fragment: &str) -> String {
    if language == Language::English {
        return fragment.to_owned();
    }
    REASONS
        .iter()
        .find_map(|(pattern, words)| Some(fill(words, &matched(pattern, fragment)?)))
        .unwrap_or_else(|| fragment.to_owned())
}

/// Returns what stands for each `*` of a pattern, if the text has its form.
fn matched<'a>(pattern: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut parts = pattern.split('*');
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut found = Vec::new();
    for part in parts {
        let at = if part.is_empty() {
            rest.len()
        } else {
            rest.find(part)?
        };
        found.push(&rest[..at]);
        rest = &rest[at + part.len()..];
    }
    rest.is_empty().then_some(found)
}

fn fill(words: &str, values: &[&str]) -> String {
    let mut filled = String::new();
    let mut values = values.iter();
    for (index, part) in words.split('*').enumerate() {
        if index > 0 {
            filled.push_str(values.next().copied().unwrap_or_default());
        }
        filled.push_str(part);
    }
    filled
}

#[cfg(test)]
mod tests {
    use huiyin_core::field::FieldReason;

    use super::*;

    #[track_caller]
    fn check(reason: &FieldReason, expected: &str) {
        assert_eq!(
            super::reason(Language::Chinese, &reason.to_string()),
            expected
        );
    }

    #[test]
    fn reasons_of_fields_are_told_in_chinese_with_their_numbers() {
        check(
            &FieldReason::TooLong {
                max: 200,
                actual: 314,
            },
            "有 314 个字符，请缩短到 200 个以内",
        );
        check(&FieldReason::NotADate, "不是有效日期，请写成 YYYY-MM-DD");
        check(
            &FieldReason::NotAChoice {
                choices: vec!["inquiry".into(), "complaint".into()],
            },
            "不在可选项之内，可选：inquiry, complaint",
        );
        check(&FieldReason::NotAPhone, "电话号码至少要有 3 位数字，请核对");
        check(
            &FieldReason::TooManyTags {
                max: 30,
                actual: 41,
            },
            "有 41 个标签，最多 30 个",
        );
        for reason in [
            FieldReason::Required,
            FieldReason::Nul,
            FieldReason::NotAnEmail,
            FieldReason::NotAnInteger,
            FieldReason::NotACustomer,
            FieldReason::NotMoney,
            FieldReason::NotAnIdentityNumber,
            FieldReason::NotACreditCode,
            FieldReason::WrongCheckCharacter,
        ] {
            let english = reason.to_string();
            assert_ne!(super::reason(Language::Chinese, &english), english);
        }
    }

    #[test]
    fn an_unknown_reason_stays_as_it_came() {
        assert_eq!(reason(Language::Chinese, "row too odd"), "row too odd");
    }
}
