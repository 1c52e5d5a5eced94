//! Texts of the settings screen.

use huiyin_core::deadline::Length;

/// Texts of the settings screen.
pub struct SettingsTexts {
    pub title: &'static str,
    pub subtitle: &'static str,
    pub read_only: &'static str,
    pub company: &'static str,
    pub company_name: &'static str,
    pub case_clock: &'static str,
    pub case_clock_hint: &'static str,
    pub case_clock_pack: &'static str,
    pub case_clock_bad: &'static str,
    pub case_clock_forms: &'static str,
    pub clock_forms: [(&'static str, &'static str); 7],
    pub clock: fn(Length) -> String,
    pub branches: &'static str,
    pub branch: &'static str,
    pub code: &'static str,
    pub code_hint: &'static str,
    pub code_bad: &'static str,
    pub code_taken: &'static str,
    pub name: &'static str,
    pub add_branch: &'static str,
    pub rename: &'static str,
    pub rename_of: fn(&str) -> String,
    pub staff: &'static str,
    pub staff_empty: &'static str,
    pub staff_empty_text: &'static str,
    pub staff_name: &'static str,
    pub add_staff: &'static str,
    pub edit_of: fn(&str) -> String,
    pub roles: &'static str,
    pub roles_missing: &'static str,
    pub left: &'static str,
    pub left_hint: &'static str,
    pub here_now: &'static str,
    pub person: &'static str,
    pub person_text: &'static str,
    pub person_field: &'static str,
    pub person_now: fn(&str) -> String,
    pub browser: &'static str,
    pub browser_text: &'static str,
    pub language: &'static str,
    pub theme: &'static str,
    pub density: &'static str,
    pub density_regular: &'static str,
    pub density_compact: &'static str,
    pub shortcuts: &'static str,
    pub shortcuts_on: &'static str,
    pub reminders: &'static str,
    pub reminders_text: &'static str,
    pub reminders_unsupported: &'static str,
    pub reminders_denied: &'static str,
    pub reminders_on: &'static str,
    pub reminders_off: &'static str,
    pub reminders_switch_on: &'static str,
    pub reminders_switch_off: &'static str,
    pub reminders_at_night: &'static str,
    pub retention: &'static str,
    pub retention_line: &'static str,
    pub retention_text: &'static str,
    pub retention_due: &'static str,
    pub retention_none: &'static str,
    pub retention_none_text: &'static str,
    pub destroyed: &'static str,
    pub destruction_due: &'static str,
    pub destruction_proposed: &'static str,
    pub proposed_by: fn(&str) -> String,
    pub approved_by: fn(&str) -> String,
    pub propose_destruction: &'static str,
    pub approve_destruction: &'static str,
    pub propose_text: fn(&str) -> String,
    pub approve_text: fn(&str) -> String,
    pub destruction_list: &'static str,
    pub about: &'static str,
    pub version: &'static str,
    pub device: &'static str,
    pub holidays: &'static str,
    pub holidays_until: fn(i32) -> String,
    pub licence: &'static str,
}

pub const ZH: SettingsTexts = SettingsTexts {
    title: "设置",
    subtitle: "公司的设置所有设备共用；界面的设置只在这个浏览器。",
    read_only: "公司的设置由管理员的设备修改。",
    company: "公司",
    company_name: "公司名称",
    case_clock: "工单期限",
    case_clock_hint: "从受理日的次日算起，例如 3wd；只影响以后登记的工单",
    case_clock_pack: "已选用制度：时限按制度计算，这里只用于没有制度的工单",
    case_clock_bad: "看不懂这个期限，请按下面的写法填写，如 3wd",
    case_clock_forms: "期限的写法",
    clock_forms: [
        ("3wd", "3 个工作日，第 3 个工作日下班时到期"),
        ("7d", "7 天，遇休息日顺延到下一个工作日"),
        ("2w", "2 周，遇休息日顺延"),
        ("1m", "1 个月，下个月的同一天，遇休息日顺延"),
        ("24h", "24 小时，按钟点计算，不分工作日"),
        ("same-day", "当日下班之前"),
        ("at-once", "立即，1 小时之内"),
    ],
    clock: |length| match length {
        Length::WorkingDays(count) => format!("{count} 个工作日内，第 {count} 个工作日下班时到期"),
        Length::Days(count) => format!("{count} 天内，遇休息日顺延"),
        Length::Weeks(count) => format!("{count} 周内，遇休息日顺延"),
        Length::Months(count) => format!("{count} 个月内，遇休息日顺延"),
        Length::Hours(count) => format!("{count} 小时内"),
        Length::SameDay => "当日下班之前".into(),
        Length::AtOnce => "立即，1 小时之内".into(),
    },
    branches: "分公司与门店",
    branch: "分公司",
    code: "代号",
    code_hint: "用于编号，1 到 12 个字母、数字或连字符，如 SH01；以后不能改",
    code_bad: "代号只能有 1 到 12 个字母 A–Z、数字或连字符",
    code_taken: "这个代号已经有了",
    name: "名称",
    add_branch: "添加分公司",
    rename: "改名",
    rename_of: |name| format!("改名：{name}"),
    staff: "人员",
    staff_empty: "还没有人员",
    staff_empty_text: "添加同事以后，可以把工单分派给他们。",
    staff_name: "姓名",
    add_staff: "添加人员",
    edit_of: |name| format!("编辑：{name}"),
    roles: "角色",
    roles_missing: "请至少选择一个角色",
    left: "已离职",
    left_hint: "离职的人不再出现在可选的名单里，以前的记录不变。",
    here_now: "本机当前",
    person: "当前人员",
    person_text: "在本机上做的事记在这个人名下。换人使用时请在这里切换。",
    person_field: "现在由谁操作",
    person_now: |name| format!("现在由 {name} 操作"),
    browser: "界面",
    browser_text: "只在这个浏览器有效。",
    language: "语言",
    theme: "外观",
    density: "列表疏密",
    density_regular: "宽松",
    density_compact: "紧凑",
    shortcuts: "快捷键",
    shortcuts_on: "使用单键快捷键（n 新建、/ 搜索、? 查看全部）",
    reminders: "提醒",
    reminders_text: "期限临近或超期时，由系统通知您。每项只提醒一次；21:00 到次日 8:00 不打扰。",
    reminders_unsupported: "这个浏览器不支持通知",
    reminders_denied: "浏览器不允许这个网站发通知，请在浏览器的网站设置里允许",
    reminders_on: "已开启",
    reminders_off: "没有开启",
    reminders_switch_on: "开启提醒…",
    reminders_switch_off: "关闭提醒",
    reminders_at_night: "夜间也提醒",
    retention: "资料保存与销毁",
    retention_line: "到期的资料，经批准后销毁，清单长期保留",
    retention_text: "保存期由制度规定。一人提出，另一人批准；资料销毁，清单保留。",
    retention_due: "保存期已满",
    retention_none: "没有到期的资料",
    retention_none_text: "一个月份的工单全部过了保存期，才会列在这里。",
    destroyed: "已销毁",
    destruction_due: "可以销毁",
    destruction_proposed: "等待批准",
    proposed_by: |name| format!("提出：{name}"),
    approved_by: |name| format!("批准：{name}"),
    propose_destruction: "提出销毁",
    approve_destruction: "批准销毁",
    propose_text: |count| format!("提出销毁这 {count} 张工单。由另一位有权的人批准以后才会销毁。"),
    approve_text: |count| {
        format!("这 {count} 张工单将从所有设备上销毁，不能恢复；编号和主题的清单保留。")
    },
    destruction_list: "清单",
    about: "关于",
    version: "版本",
    device: "本机",
    holidays: "节假日",
    holidays_until: |year| format!("已知到 {year} 年；之后的期限先按周末计算，并标为暂定"),
    licence: "许可",
};

pub const EN: SettingsTexts = SettingsTexts {
    title: "Settings",
    subtitle: "Company settings are shared by all devices; those of the screen belong to this browser.",
    read_only: "Company settings are changed on an administrator's device.",
    company: "Company",
    company_name: "Company name",
    case_clock: "Case deadline",
    case_clock_hint: "Counted from the day after a case is received, for instance 3wd; applies to cases registered from now on",
    case_clock_pack: "A policy is in force and says the deadlines; this holds for cases without one",
    case_clock_bad: "This length cannot be read; write it in one of the forms below, such as 3wd",
    case_clock_forms: "How to write a length",
    clock_forms: [
        (
            "3wd",
            "3 working days: due when the office closes on the third",
        ),
        (
            "7d",
            "7 days, moved to the next working day if it is a rest day",
        ),
        ("2w", "2 weeks, moved likewise"),
        ("1m", "1 month: the same day next month, moved likewise"),
        ("24h", "24 hours on the clock, whatever the day"),
        ("same-day", "before the office closes on the same day"),
        ("at-once", "at once, within one hour"),
    ],
    clock: |length| {
        let plural = |count: u32, one: &str, many: &str| {
            if count == 1 {
                format!("1 {one}")
            } else {
                format!("{count} {many}")
            }
        };
        match length {
            Length::WorkingDays(count) => format!(
                "Within {}, by the close of office",
                plural(count, "working day", "working days")
            ),
            Length::Days(count) => format!(
                "Within {}, moved to the next working day",
                plural(count, "day", "days")
            ),
            Length::Weeks(count) => format!(
                "Within {}, moved to the next working day",
                plural(count, "week", "weeks")
            ),
            Length::Months(count) => format!(
                "Within {}, moved to the next working day",
                plural(count, "month", "months")
            ),
            Length::Hours(count) => format!("Within {}", plural(count, "hour", "hours")),
            Length::SameDay => "By the close of office on the same day".into(),
            Length::AtOnce => "At once, within one hour".into(),
        }
    },
    branches: "Branches and stores",
    branch: "Branch",
    code: "Code",
    code_hint: "Part of numbers: 1 to 12 letters, digits or hyphens, such as SH01; cannot be changed later",
    code_bad: "A code has 1 to 12 letters A–Z, digits or hyphens",
    code_taken: "This code is taken",
    name: "Name",
    add_branch: "Add branch",
    rename: "Rename",
    rename_of: |name| format!("Rename {name}"),
    staff: "Staff",
    staff_empty: "There is no staff yet",
    staff_empty_text: "Add colleagues so that cases can be assigned to them.",
    staff_name: "Name",
    add_staff: "Add person",
    edit_of: |name| format!("Edit {name}"),
    roles: "Roles",
    roles_missing: "Choose at least one role",
    left: "Has left",
    left_hint: "People who left are no longer offered; what they did stays as it is.",
    here_now: "At this device",
    person: "At this device",
    person_text: "What is done on this device is noted under this name. Change it when someone else takes over.",
    person_field: "Person working now",
    person_now: |name| format!("{name} is at this device now"),
    browser: "Screen",
    browser_text: "For this browser only.",
    language: "Language",
    theme: "Appearance",
    density: "Lists",
    density_regular: "Roomy",
    density_compact: "Dense",
    shortcuts: "Shortcuts",
    shortcuts_on: "Use single-key shortcuts (n new, / search, ? list of all)",
    reminders: "Reminders",
    reminders_text: "The system tells you when a deadline is near or past. Each is told once, and none from 21:00 to 8:00.",
    reminders_unsupported: "This browser has no notifications",
    reminders_denied: "The browser does not let this site notify you; allow it in the browser's settings for the site",
    reminders_on: "Switched on",
    reminders_off: "Not switched on",
    reminders_switch_on: "Switch on reminders…",
    reminders_switch_off: "Switch off",
    reminders_at_night: "Also at night",
    retention: "Keeping and destroying records",
    retention_line: "Records past their time go with approval; a list stays",
    retention_text: "The policy says how long records are kept. One person proposes, another approves; the records go, the list stays.",
    retention_due: "Past their time",
    retention_none: "Nothing is past its time",
    retention_none_text: "A month appears here once all of its cases are past their time of keeping.",
    destroyed: "Destroyed",
    destruction_due: "May be destroyed",
    destruction_proposed: "Waits for approval",
    proposed_by: |name| format!("Proposed by {name}"),
    approved_by: |name| format!("Approved by {name}"),
    propose_destruction: "Propose destruction",
    approve_destruction: "Approve destruction",
    propose_text: |count| {
        format!(
            "Proposes to destroy these cases ({count}). Nothing goes before someone else entitled has approved it."
        )
    },
    approve_text: |count| {
        format!(
            "These cases ({count}) will be destroyed on all devices and cannot be brought back; the list of numbers and subjects stays."
        )
    },
    destruction_list: "List",
    about: "About",
    version: "Version",
    device: "This device",
    holidays: "Holidays",
    holidays_until: |year| {
        format!(
            "Known until {year}; later deadlines count weekends only and are marked provisional"
        )
    },
    licence: "Licence",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_explained_is_a_length() {
        for texts in [&ZH, &EN] {
            for (form, _) in texts.clock_forms {
                let length = Length::parse(form).expect("the form is explained");
                assert!(!(texts.clock)(length).is_empty());
            }
        }
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!((EN.clock)(Length::Hours(1)), "Within 1 hour");
        assert_eq!((EN.clock)(Length::Hours(24)), "Within 24 hours");
    }
}
