//! Texts of the sync screen.
//!
//! Long, because every text stands in both languages beside the other.

use huiyin_api::Language;

/// Texts of the sync screen.
pub struct SyncTexts {
    pub title: &'static str,
    pub subtitle: &'static str,
    pub sync_now: &'static str,
    pub standing: &'static str,
    pub last_contact: &'static str,
    pub never: &'static str,
    pub next_try: &'static str,
    pub next_try_soon: &'static str,
    pub only_here: &'static str,
    pub only_here_none: &'static str,
    pub changes: fn(&str) -> String,
    pub receiving: fn(&str, &str) -> String,
    pub preview: fn(&str, &str) -> String,
    pub ahead: fn(&str) -> String,
    pub behind: fn(&str) -> String,
    pub minutes: fn(&str) -> String,
    pub relay: &'static str,
    pub relay_text: &'static str,
    pub relay_address: &'static str,
    pub relay_hint: &'static str,
    pub relay_taken: fn(&str, &str) -> String,
    pub relay_saved: &'static str,
    pub relay_removed: &'static str,
    pub relay_remove: &'static str,
    pub devices: &'static str,
    pub device: &'static str,
    pub branch: &'static str,
    pub joined: &'static str,
    pub this_device: &'static str,
    pub administrator: &'static str,
    pub nameless: &'static str,
    pub invite: &'static str,
    pub invite_text: &'static str,
    pub role: &'static str,
    pub valid_for: &'static str,
    pub days: fn(u32) -> String,
    pub opens: &'static str,
    pub opens_here: &'static str,
    pub opens_relay: &'static str,
    pub opens_local: &'static str,
    pub make_link: &'static str,
    pub link: &'static str,
    pub link_ready: &'static str,
    pub link_text: fn(&str) -> String,
    pub link_secret: &'static str,
    pub link_done: fn(&str) -> String,
    pub link_closed: &'static str,
    pub copy_link: &'static str,
    pub copy_refused: &'static str,
    pub qr: &'static str,
    pub qr_too_long: &'static str,
    pub another: &'static str,
    pub invitations: &'static str,
    pub expires: &'static str,
    pub state: &'static str,
    pub unused: &'static str,
    pub expired: &'static str,
    pub used_by: fn(&str) -> String,
    pub second_uses: fn(&str) -> String,
    pub exchange: &'static str,
    pub exchange_text: &'static str,
    pub export_bundle: &'static str,
    pub import_bundle: &'static str,
    pub exported: fn(&str) -> String,
    pub bundle_title: &'static str,
    pub bundle_envelopes: &'static str,
    pub bundle_new: &'static str,
    pub bundle_known: &'static str,
    pub bundle_waiting: &'static str,
    pub bundle_refused: &'static str,
    pub bundle_nothing: &'static str,
    pub backup: &'static str,
    pub backup_text: &'static str,
    pub backup_bundle: &'static str,
    pub backup_bundle_text: &'static str,
    pub backup_full: &'static str,
    pub backup_full_text: &'static str,
    pub backup_dialog_text: &'static str,
    pub passphrase: &'static str,
    pub passphrase_hint: &'static str,
    pub passphrase_lost: &'static str,
    pub backup_now: &'static str,
    pub backup_lines: &'static str,
    pub backup_lines_text: &'static str,
    pub storage_kept: &'static str,
    pub storage_loose: &'static str,
    pub storage_unknown: &'static str,
    pub storage_used: fn(&str, &str) -> String,
    pub storage_keep: &'static str,
    pub storage_granted: &'static str,
    pub storage_refused: &'static str,
    pub check: &'static str,
    pub check_text: &'static str,
    pub verify: &'static str,
    pub verify_good: fn(&str, &str) -> String,
    pub verify_bad: &'static str,
    pub digest: &'static str,
    pub digest_value: &'static str,
    pub copy_digest: &'static str,
    pub digest_of: fn(&str, &str) -> String,
    pub quarantine: &'static str,
    pub quarantine_text: &'static str,
    pub quarantine_older: fn(&str) -> String,
    pub came: &'static str,
    pub from: &'static str,
    pub from_relay: &'static str,
    pub from_bundle: &'static str,
    pub size: &'static str,
    pub reason: &'static str,
}

pub const ZH: SyncTexts = SyncTexts {
    title: "同步",
    subtitle: "设备之间通过中继或数据包文件交换资料，先后顺序不限，重复也没有关系。",
    sync_now: "立即同步",
    standing: "现在的状态",
    last_contact: "上次同步",
    never: "还没有",
    next_try: "下次尝试",
    next_try_soon: "马上",
    only_here: "只在本机",
    only_here_none: "没有",
    changes: |count| format!("{count} 处修改"),
    receiving: |done, total| format!("正在接收 {done} / {total}"),
    preview: |at, device| {
        let by = if device.is_empty() {
            "另一台设备"
        } else {
            device
        };
        format!("列表暂为{by}于 {at} 签名的内容，历史记录收到并核对后即可打开。")
    },
    ahead: |minutes| {
        format!("有一台设备的时钟比本机快 {minutes}。请核对两台设备的时间，期限按时间计算。")
    },
    behind: |minutes| {
        format!("有一台设备的时钟比本机慢 {minutes}。请核对两台设备的时间，期限按时间计算。")
    },
    minutes: |count| format!("{count} 分钟"),
    relay: "中继",
    relay_text: "中继只转送加密的资料，看不到内容。没有中继也可以用数据包文件交换。",
    relay_address: "中继地址",
    relay_hint: "例如 https://relay.example.com，向管理员索取",
    relay_taken: |taken, plain| {
        format!("没有写 http:// 或 https://，将按加密连接 {taken} 使用。中继没有证书时请写 {plain}")
    },
    relay_saved: "中继地址已保存，正在连接",
    relay_removed: "已不再使用中继，资料仍在本机",
    relay_remove: "不用中继",
    devices: "公司的设备",
    device: "设备",
    branch: "分公司",
    joined: "加入时间",
    this_device: "本机",
    administrator: "管理员",
    nameless: "未命名的设备",
    invite: "邀请设备",
    invite_text: "为每台新设备做一个邀请。链接或二维码只能用一次。",
    role: "使用人的角色",
    valid_for: "有效期",
    days: |days| format!("{days} 天"),
    opens: "链接打开",
    opens_here: "这个网页的地址",
    opens_relay: "中继的地址",
    opens_local: "这个地址只能在本机打开。请在新设备上打开回音，再把链接粘贴到“加入公司”。",
    make_link: "生成邀请",
    link: "邀请链接",
    link_ready: "邀请已生成",
    link_text: |time| format!("有效期至 {time}，只能用一次。"),
    link_secret: "链接里有加入公司的钥匙，请只发给本人，不要公开。",
    link_done: |name| format!("{name} 已用这个链接加入，链接不再有效。"),
    link_closed: "这个邀请已关闭，链接不再有效。",
    copy_link: "复制链接",
    copy_refused: "浏览器不允许复制，请选中链接后自行复制",
    qr: "邀请二维码",
    qr_too_long: "链接太长，不能做成二维码，请复制链接。",
    another: "再做一个",
    invitations: "发出的邀请",
    expires: "有效期至",
    state: "状态",
    unused: "未使用",
    expired: "已过期",
    used_by: |name| format!("{name} 已使用"),
    second_uses: |count| format!("另有 {count} 台设备试图使用，请核对"),
    exchange: "数据包",
    exchange_text: "把数据包文件用 U 盘或邮件交给另一台设备读入，效果与经过中继相同。内容是加密的。",
    export_bundle: "导出数据包",
    import_bundle: "读入数据包…",
    exported: |name| format!("已导出 {name}"),
    bundle_title: "数据包已读入",
    bundle_envelopes: "共",
    bundle_new: "新的",
    bundle_known: "已有的",
    bundle_waiting: "等待中",
    bundle_refused: "被拒绝",
    bundle_nothing: "其中的资料这里都有了。",
    backup: "备份",
    backup_text: "资料只保存在公司的设备上。请每周备份一次，并把文件放到另一个地方；只有一台设备时尤其重要。",
    backup_bundle: "备份为数据包",
    backup_bundle_text: "全部历史，加密；由公司的任一设备读回",
    backup_full: "完整备份…",
    backup_full_text: "全部资料和钥匙，用口令加密；在一台空设备上就能恢复",
    backup_dialog_text: "备份文件包含公司的全部资料和钥匙，用口令加密。所有设备都丢失时，可以在一台空设备上用它和口令恢复。",
    passphrase: "备份口令",
    passphrase_hint: "至少 10 个字符，例如几个不相关的词",
    passphrase_lost: "请把口令记在别处：没有口令，谁也打不开这份备份。",
    backup_now: "备份",
    backup_lines: "导出为 JSON 行",
    backup_lines_text: "现有的客户与工单，未加密，可供其他软件读取；请妥善保管",
    storage_kept: "浏览器已承诺保留本机资料",
    storage_loose: "浏览器可能在空间不足时清除本机资料",
    storage_unknown: "浏览器没有说明是否保留本机资料",
    storage_used: |used, quota| format!("已用 {used}，可用 {quota}"),
    storage_keep: "请浏览器保留",
    storage_granted: "浏览器已承诺保留本机资料",
    storage_refused: "浏览器没有同意。把回音安装为应用或加入书签后再试，并请定期备份。",
    check: "核对",
    check_text: "检查本机保存的全部资料；或比较内容指纹：两台设备的指纹相同，资料就完全相同。",
    verify: "检查全部资料",
    verify_good: |envelopes, documents| {
        format!("已检查 {envelopes} 个封包和 {documents} 份文档，没有发现问题。")
    },
    verify_bad: "发现问题：",
    digest: "计算指纹",
    digest_value: "内容指纹",
    copy_digest: "复制指纹",
    digest_of: |customers, cases| format!("{customers} 个客户，{cases} 张工单"),
    quarantine: "没有收下的资料",
    quarantine_text: "这些资料没有通过检查，没有影响已有内容。标为“等待”的会在条件具备后自动收下。",
    quarantine_older: |count| format!("更早的 {count} 条"),
    came: "时间",
    from: "来自",
    from_relay: "中继",
    from_bundle: "数据包",
    size: "大小",
    reason: "原因",
};

pub const EN: SyncTexts = SyncTexts {
    title: "Sync",
    subtitle: "Devices exchange data through a relay or by bundle files, in any order and as often as you like.",
    sync_now: "Sync now",
    standing: "State",
    last_contact: "Last sync",
    never: "Not yet",
    next_try: "Next try",
    next_try_soon: "At once",
    only_here: "Only on this device",
    only_here_none: "Nothing",
    changes: |count| {
        if count == "1" {
            "1 change".into()
        } else {
            format!("{count} changes")
        }
    },
    receiving: |done, total| format!("Receiving {done} of {total}"),
    preview: |at, device| {
        let by = if device.is_empty() {
            "another device"
        } else {
            device
        };
        format!("Lists show what {by} signed on {at}. Histories open as they come and are checked.")
    },
    ahead: |minutes| {
        format!(
            "Another device's clock is {minutes} ahead of this one. Check the time on both; deadlines are counted by it."
        )
    },
    behind: |minutes| {
        format!(
            "Another device's clock is {minutes} behind this one. Check the time on both; deadlines are counted by it."
        )
    },
    minutes: |count| format!("{count} minutes"),
    relay: "Relay",
    relay_text: "A relay passes on encrypted data and cannot read it. Without one, devices exchange bundle files.",
    relay_address: "Relay address",
    relay_hint: "For instance https://relay.example.com; ask your administrator",
    relay_taken: |taken, plain| {
        format!(
            "Without http:// or https:// this is taken for the encrypted address {taken}. If the relay has no certificate, write {plain}"
        )
    },
    relay_saved: "Relay address saved, connecting",
    relay_removed: "No relay is used any more; your data stays on this device",
    relay_remove: "Use no relay",
    devices: "Devices of the company",
    device: "Device",
    branch: "Branch",
    joined: "Joined",
    this_device: "This device",
    administrator: "Administrator",
    nameless: "Unnamed device",
    invite: "Invite a device",
    invite_text: "Make one invitation for each new device. Its link or code works once.",
    role: "Role of the person",
    valid_for: "Valid for",
    days: |days| {
        if days == 1 {
            "1 day".into()
        } else {
            format!("{days} days")
        }
    },
    opens: "The link opens",
    opens_here: "The address of this page",
    opens_relay: "The address of the relay",
    opens_local: "This address opens on this machine only. Open Huiyin on the new device and paste the link under “Join a company”.",
    make_link: "Make invitation",
    link: "Invitation link",
    link_ready: "The invitation is ready",
    link_text: |time| format!("Valid until {time}; works once."),
    link_secret: "The link carries the key to the company: send it to that person only.",
    link_done: |name| format!("{name} has joined by this link; it does not work any more."),
    link_closed: "This invitation was closed; its link does not work any more.",
    copy_link: "Copy link",
    copy_refused: "The browser does not allow copying; select the link and copy it yourself",
    qr: "Invitation as QR code",
    qr_too_long: "The link is too long for a QR code; copy it instead.",
    another: "Make another",
    invitations: "Invitations given out",
    expires: "Valid until",
    state: "State",
    unused: "Not used yet",
    expired: "Expired",
    used_by: |name| format!("Used by {name}"),
    second_uses: |count| {
        if count == "1" {
            "1 other device tried to use it, please check".into()
        } else {
            format!("{count} other devices tried to use it, please check")
        }
    },
    exchange: "Bundles",
    exchange_text: "Hand a bundle file to another device by USB stick or mail: it does what a relay does. Its content is encrypted.",
    export_bundle: "Export bundle",
    import_bundle: "Take in a bundle…",
    exported: |name| format!("Exported {name}"),
    bundle_title: "Bundle taken in",
    bundle_envelopes: "In all",
    bundle_new: "New",
    bundle_known: "Known before",
    bundle_waiting: "Waiting",
    bundle_refused: "Refused",
    bundle_nothing: "Everything in it is here already.",
    backup: "Backup",
    backup_text: "Your data lives on the company's devices only. Make a backup every week and keep it in another place, above all while there is one device.",
    backup_bundle: "Backup as bundle",
    backup_bundle_text: "The whole history, encrypted; any device of the company reads it back",
    backup_full: "Full backup…",
    backup_full_text: "All data and keys, encrypted with a passphrase; restores on an empty device",
    backup_dialog_text: "The file holds all data and keys of the company, encrypted with a passphrase. If every device is lost, it and its passphrase bring the company back on an empty one.",
    passphrase: "Passphrase of the backup",
    passphrase_hint: "Ten characters or more, for instance a few unrelated words",
    passphrase_lost: "Note the passphrase in another place: nobody can open this backup without it.",
    backup_now: "Back up",
    backup_lines: "Export as JSON lines",
    backup_lines_text: "Customers and cases as they are now, for other programs; not encrypted, so keep it safe",
    storage_kept: "The browser has promised to keep this device's data",
    storage_loose: "The browser may clear this device's data when space runs short",
    storage_unknown: "The browser does not say whether it keeps this device's data",
    storage_used: |used, quota| format!("{used} used of {quota}"),
    storage_keep: "Ask to keep it",
    storage_granted: "The browser has promised to keep this device's data",
    storage_refused: "The browser did not agree. Install Huiyin as an app or bookmark it and try again, and make backups.",
    check: "Check",
    check_text: "Check everything stored here, or compare digests: two devices with equal digests hold exactly the same data.",
    verify: "Check everything",
    verify_good: |envelopes, documents| {
        format!("{envelopes} envelopes and {documents} documents checked, nothing is wrong.")
    },
    verify_bad: "Found:",
    digest: "Compute digest",
    digest_value: "Content digest",
    copy_digest: "Copy digest",
    digest_of: |customers, cases| format!("{customers} customers, {cases} cases"),
    quarantine: "Data not taken in",
    quarantine_text: "These did not pass the checks and changed nothing. Those that wait are taken in as soon as what they need is here.",
    quarantine_older: |count| format!("{count} earlier"),
    came: "Came",
    from: "From",
    from_relay: "Relay",
    from_bundle: "Bundle",
    size: "Size",
    reason: "Reason",
};

type Row = (&'static str, &'static str, &'static str);

/// Why bytes were not taken: reason code, in words.
const REASONS: &[Row] = &[
    (
        "damaged",
        "已损坏，请对方再发一次",
        "Damaged; have it sent again",
    ),
    (
        "other_workspace",
        "属于另一家公司",
        "Belongs to another company",
    ),
    (
        "unknown_author",
        "等待：还不认识发出的设备",
        "Waits: the device that made it is not known here yet",
    ),
    (
        "no_key",
        "等待：还没有收到钥匙",
        "Waits: its key has not come yet",
    ),
    (
        "newer_version",
        "等待：来自更新的版本，更新应用后自动读入",
        "Waits: made by a newer version; taken in once this app is updated",
    ),
    (
        "no_room",
        "等待的内容太多，这一份没有留下；请更新应用，再请对方重发",
        "Too much waits already and this was not kept; update this app and have it sent again",
    ),
    (
        "forged_actor",
        "发出的设备冒用了另一台设备的身份，没有采纳",
        "The device that sent it wrote under another device's identity; not taken",
    ),
    (
        "undecodable",
        "内容读不出来，可能来自更新的版本",
        "Cannot be read; it may come from a newer version",
    ),
    (
        "refused_by_relay",
        "中继没有接受",
        "The relay did not accept it",
    ),
];

/// Why the relay refused something: its code, in words.
const REFUSALS: &[Row] = &[
    ("too_large", "太大", "too large"),
    ("malformed", "已损坏", "damaged"),
    (
        "newer_version",
        "中继的版本较旧",
        "the relay is of an older version",
    ),
    ("bad_signature", "签名不符", "the signature does not fit"),
    (
        "foreign_workspace",
        "属于另一家公司",
        "belongs to another company",
    ),
    (
        "not_permitted",
        "这台设备没有权限",
        "this device may not send it",
    ),
    (
        "bad_charter",
        "公司的凭据不符",
        "the company's charter does not fit",
    ),
    (
        "unknown_invitation",
        "中继还不知道这个邀请",
        "the relay does not know the invitation yet",
    ),
    (
        "invitation_expired",
        "邀请已过期",
        "the invitation has expired",
    ),
    (
        "invitation_used",
        "邀请已被另一台设备使用",
        "the invitation was used by another device",
    ),
    (
        "fork",
        "与这台设备先前发出的不一致",
        "differs from what this device sent before",
    ),
    (
        "rate_limited",
        "发送太快，稍后再试",
        "too fast; tried again later",
    ),
    (
        "store_failed",
        "中继没能保存，稍后再试",
        "the relay could not store it; tried again later",
    ),
];

fn find(table: &[Row], language: Language, code: &str) -> Option<&'static str> {
    let (_, zh, en) = table.iter().find(|(name, _, _)| *name == code)?;
    Some(match language {
        Language::Chinese => zh,
        Language::English => en,
    })
}

/// Returns why bytes were not taken. A reason is a code, a colon and details; unknown codes stay as they came.
pub fn reason(language: Language, given: &str) -> String {
    let (code, detail) = given.split_once(": ").unwrap_or((given, ""));
    let Some(words) = find(REASONS, language, code) else {
        return given.to_owned();
    };
    let detail = find(REFUSALS, language, detail).unwrap_or(detail);
    if detail.is_empty() {
        return words.to_owned();
    }
    match language {
        Language::Chinese => format!("{words}（{detail}）"),
        Language::English => format!("{words} ({detail})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(given: &str, zh: &str, en: &str) {
        assert_eq!(reason(Language::Chinese, given), zh);
        assert_eq!(reason(Language::English, given), en);
    }

    #[test]
    fn a_reason_is_told_with_its_details() {
        check(
            "other_workspace",
            "属于另一家公司",
            "Belongs to another company",
        );
        check(
            "damaged: envelope 3 of 7",
            "已损坏，请对方再发一次（envelope 3 of 7）",
            "Damaged; have it sent again (envelope 3 of 7)",
        );
        check(
            "refused_by_relay: invitation_used",
            "中继没有接受（邀请已被另一台设备使用）",
            "The relay did not accept it (the invitation was used by another device)",
        );
    }

    #[test]
    fn a_reason_of_a_newer_version_stays_as_it_came() {
        check("too_green", "too_green", "too_green");
    }
}
