//! Texts about the lock of the device.

use huiyin_api::Language;

/// Texts about the lock.
pub struct LockTexts {
    pub title: &'static str,
    pub text: &'static str,
    pub off: &'static str,
    pub on: &'static str,
    pub set: &'static str,
    pub change: &'static str,
    pub remove: &'static str,
    pub lock_now: &'static str,
    pub idle: &'static str,
    pub idle_name: fn(u16) -> String,
    pub passphrase: &'static str,
    pub passphrase_hint: &'static str,
    pub current: &'static str,
    pub new: &'static str,
    pub again: &'static str,
    pub differ: &'static str,
    pub lost: &'static str,
    pub set_done: &'static str,
    pub changed: &'static str,
    pub removed: &'static str,
    pub remove_text: &'static str,
    pub sealing: &'static str,
    pub locked_text: &'static str,
    pub unlock: &'static str,
    pub opening: &'static str,
    pub wait: fn(u64) -> String,
    pub forgotten: &'static str,
    pub forgotten_text: &'static str,
    pub erase: &'static str,
    pub erase_text: fn(&str) -> String,
    pub erase_word: &'static str,
    pub erase_field: &'static str,
}

static ZH: LockTexts = LockTexts {
    title: "屏幕锁",
    text: "设置口令后，本机的资料要输入口令才能打开；离开一段时间会自动锁定。口令只在这台设备上有效。",
    off: "未设置口令：能打开这个浏览器的人都能看到资料",
    on: "已设置口令",
    set: "设置口令",
    change: "修改口令",
    remove: "取消屏幕锁",
    lock_now: "立即锁定",
    idle: "无人操作多久后自动锁定",
    idle_name: |minutes| match minutes {
        0 => "不自动锁定".into(),
        60 => "1 小时".into(),
        minutes => format!("{minutes} 分钟"),
    },
    passphrase: "口令",
    passphrase_hint: "至少 8 个字符，例如几个不相关的词",
    current: "现在的口令",
    new: "新口令",
    again: "再输入一次",
    differ: "两次输入的口令不一样",
    lost: "口令忘了无法找回：这台设备上的资料再也打不开，只能从其他设备或备份取回。",
    set_done: "口令已设置",
    changed: "口令已修改",
    removed: "屏幕锁已取消",
    remove_text: "取消后，能打开这个浏览器的人都能看到资料。",
    sealing: "正在重新加密本机的资料",
    locked_text: "输入口令继续。锁定期间不收发资料。",
    unlock: "解锁",
    opening: "正在核对口令…",
    wait: |seconds| {
        if seconds >= 60 {
            format!(
                "输错次数过多，请等 {} 分 {} 秒再试。",
                seconds / 60,
                seconds % 60
            )
        } else {
            format!("输错次数过多，请等 {seconds} 秒再试。")
        }
    },
    forgotten: "忘记口令？",
    forgotten_text: "没有口令，这台设备上的资料谁也打不开。其他设备上的资料不受影响：清除本机资料后，用邀请链接重新加入，或用备份文件恢复。只在这台设备上、还没有发出的修改会丢失。",
    erase: "清除本机资料",
    erase_text: |word| format!("本机的资料将全部删除，不能撤销。确认请输入“{word}”。"),
    erase_word: "清除",
    erase_field: "确认",
};

static EN: LockTexts = LockTexts {
    title: "Lock",
    text: "With a passphrase, the data on this device opens only to who types it; after a while without anybody the device locks itself. The passphrase is of this device alone.",
    off: "No passphrase is set: whoever opens this browser sees the data",
    on: "A passphrase is set",
    set: "Set a passphrase",
    change: "Change the passphrase",
    remove: "Remove the lock",
    lock_now: "Lock now",
    idle: "Lock by itself when nobody is here for",
    idle_name: |minutes| match minutes {
        0 => "never".into(),
        1 => "1 minute".into(),
        60 => "1 hour".into(),
        minutes => format!("{minutes} minutes"),
    },
    passphrase: "Passphrase",
    passphrase_hint: "8 characters or more, for instance a few unrelated words",
    current: "Present passphrase",
    new: "New passphrase",
    again: "Once more",
    differ: "The two are not the same",
    lost: "A forgotten passphrase cannot be found again: the data on this device stays closed for ever, and only other devices or a backup have it.",
    set_done: "The passphrase is set",
    changed: "The passphrase is changed",
    removed: "The lock is removed",
    remove_text: "Without it, whoever opens this browser sees the data.",
    sealing: "Sealing the data on this device anew",
    locked_text: "Type the passphrase to go on. While locked, nothing is sent or received.",
    unlock: "Unlock",
    opening: "Checking the passphrase…",
    wait: |seconds| {
        if seconds >= 60 {
            format!(
                "Too many wrong tries: wait {} min {} s.",
                seconds / 60,
                seconds % 60
            )
        } else {
            format!("Too many wrong tries: wait {seconds} s.")
        }
    },
    forgotten: "Forgotten?",
    forgotten_text: "Without the passphrase nobody can open the data on this device. Data on other devices is not affected: remove this device's data, then join again by an invitation or restore a backup. Changes that were only on this device and not yet sent are lost.",
    erase: "Remove this device's data",
    erase_text: |word| {
        format!("All data on this device is deleted, for good. To confirm, type “{word}”.")
    },
    erase_word: "REMOVE",
    erase_field: "Confirm",
};

/// Returns the texts in a language.
pub fn of(language: Language) -> &'static LockTexts {
    match language {
        Language::Chinese => &ZH,
        Language::English => &EN,
    }
}
