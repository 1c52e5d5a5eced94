//! Texts about files that were shared with the app or opened with it.

use huiyin_api::Language;

/// Texts about files from outside.
pub struct SharedTexts {
    pub title: &'static str,
    pub bundle: &'static str,
    pub backup: &'static str,
    pub other: &'static str,
    pub take: &'static str,
    pub leave: &'static str,
    pub first: fn(&str) -> String,
}

static ZH: SharedTexts = SharedTexts {
    title: "收到文件",
    bundle: "这是数据包：读入后与本机的资料合并，已有的不会重复。",
    backup: "这是完整备份，只能在还没有公司的设备上恢复。本机已有公司，不需要恢复。",
    other: "这不是回音的文件。能打开的是数据包（.huiyin）和完整备份（.huiyin-backup）；客户或工单的表格请用“导入”。",
    take: "读入数据包",
    leave: "不读入",
    first: |name| {
        format!("收到文件“{name}”，已替您留着：加入公司后即可读入；完整备份请选“恢复备份”。")
    },
};

static EN: SharedTexts = SharedTexts {
    title: "A file came",
    bundle: "A bundle: what is in it is merged with the data here; nothing comes twice.",
    backup: "A full backup: it is restored on a device without a company. This one has its company already.",
    other: "This is no file of Huiyin. Bundles (.huiyin) and full backups (.huiyin-backup) can be opened; tables of customers or cases are for Import.",
    take: "Take in the bundle",
    leave: "Leave it",
    first: |name| {
        format!(
            "“{name}” came and is kept: join a company to take it in; for a full backup choose “Restore a backup”."
        )
    },
};

/// Returns the texts in a language.
pub fn of(language: Language) -> &'static SharedTexts {
    match language {
        Language::Chinese => &ZH,
        Language::English => &EN,
    }
}
