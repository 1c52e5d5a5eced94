//! Texts of keeping this device's data: room, backups that are due, backups to a folder.

use huiyin_api::Language;

use super::counted;

/// Texts of the notices on my day and of the card on the sync screen.
pub struct SafekeepingTexts {
    pub room_low: fn(&str) -> String,
    pub room_scarce: fn(&str) -> String,
    pub never: &'static str,
    pub last: fn(&str) -> String,
    pub due_never: fn(&str) -> String,
    pub due: fn(&str, &str) -> String,
    pub back_up: &'static str,
    pub folder_title: &'static str,
    pub folder_text: fn(&str) -> String,
    pub folder_choose: &'static str,
    pub folder_on: fn(&str) -> String,
    pub folder_now: &'static str,
    pub folder_off: &'static str,
    pub folder_off_done: &'static str,
    pub folder_no_right: fn(&str) -> String,
    pub folder_allow: &'static str,
    pub folder_refused: fn(&str) -> String,
    pub folder_other: &'static str,
    pub folder_unset: &'static str,
    pub folder_dialog: &'static str,
    pub folder_dialog_text: &'static str,
}

static ZH: SafekeepingTexts = SafekeepingTexts {
    room_low: |left| format!("本机存储空间快用完了，还剩 {left}。请清理磁盘，并做一次备份。"),
    room_scarce: |left| {
        format!(
            "本机存储空间几乎用完（还剩 {left}），接下来录入的内容可能无法保存。请立即清理磁盘。"
        )
    },
    never: "还没有做过完整备份",
    last: |at| format!("上次完整备份：{at}"),
    due_never: |days| {
        format!("还没有做过完整备份。请每 {days} 天备份一次，并把文件放到另一个地方。")
    },
    due: |at, days| format!("上次完整备份是 {at}，已超过 {days} 天，请再备份一次。"),
    back_up: "去备份",
    folder_title: "自动备份到文件夹",
    folder_text: |kept| {
        format!(
            "应用打开时每天自动写一份完整备份，用口令加密，保留最近 {kept} 份。最好选择移动硬盘或会同步到别处的文件夹。"
        )
    },
    folder_choose: "选择文件夹…",
    folder_on: |name| format!("每天备份到“{name}”"),
    folder_now: "立即备份",
    folder_off: "停止自动备份",
    folder_off_done: "已停止自动备份，文件夹里的文件保留不动",
    folder_no_right: |name| format!("浏览器不再允许写入“{name}”，自动备份已暂停。"),
    folder_allow: "允许写入",
    folder_refused: |name| format!("没有写入“{name}”：文件夹不存在、已满或不可写。一小时后再试。"),
    folder_other: "换一个文件夹…",
    folder_unset: "已选择文件夹，但本机没有保存口令，自动备份没有进行。",
    folder_dialog: "自动备份的口令",
    folder_dialog_text: "自动备份的文件都用这个口令加密；恢复时需要它。口令保存在本机加密的资料里。",
};

static EN: SafekeepingTexts = SafekeepingTexts {
    room_low: |left| {
        format!(
            "Storage on this device is running short: {left} left. Clear space on the disk and make a backup."
        )
    },
    room_scarce: |left| {
        format!(
            "Storage on this device is almost used up ({left} left): what you enter next may not be saved. Clear space now."
        )
    },
    never: "No full backup was made yet",
    last: |at| format!("Last full backup: {at}"),
    due_never: |days| {
        format!(
            "No full backup was made yet. Make one every {} and keep the file in another place.",
            counted(days, "day", "days")
        )
    },
    due: |at, days| {
        format!(
            "The last full backup was on {at}, more than {} ago. Make another one.",
            counted(days, "day", "days")
        )
    },
    back_up: "Back up",
    folder_title: "Backups to a folder",
    folder_text: |kept| {
        format!(
            "While the app is open a full backup is written there every day, encrypted with a passphrase; the newest {kept} are kept. Best is an external disk, or a folder that is copied elsewhere."
        )
    },
    folder_choose: "Choose a folder…",
    folder_on: |name| format!("A backup goes to “{name}” every day"),
    folder_now: "Back up now",
    folder_off: "Stop",
    folder_off_done: "Stopped. The files in the folder stay.",
    folder_no_right: |name| {
        format!("The browser no longer allows writing to “{name}”: backups have paused.")
    },
    folder_allow: "Allow it",
    folder_refused: |name| {
        format!(
            "Nothing was written to “{name}”: the folder is gone, full or refuses. Tried again in an hour."
        )
    },
    folder_other: "Another folder…",
    folder_unset: "A folder is chosen, but no passphrase is kept on this device: no backups are made.",
    folder_dialog: "Passphrase of the backups",
    folder_dialog_text: "Every backup in the folder is encrypted with it, and restoring asks for it. It is kept in this device's sealed data.",
};

/// Returns the texts of a language.
pub fn of(language: Language) -> &'static SafekeepingTexts {
    match language {
        Language::Chinese => &ZH,
        Language::English => &EN,
    }
}
