//! Problems in words, in both languages: what is wrong, and the next step.
//!
//! Long: a sentence in two languages for every problem.

use crate::{Problem, ProblemCode};

/// A language of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Simplified Chinese.
    #[default]
    Chinese,
    /// English.
    English,
}

/// A problem in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// What is wrong.
    pub error: String,
    /// What to do next.
    pub next: String,
}

impl Problem {
    /// Returns the problem in words. Place and detail are woven in where they help.
    #[must_use]
    pub fn sentence(&self, language: Language) -> Sentence {
        let ((zh, zh_next), (en, en_next)) = words(self.code);
        let (error, next) = match language {
            Language::Chinese => (zh, zh_next),
            Language::English => (en, en_next),
        };
        let told = |text: &str| detail_in(language, text);
        let place = told(&self.place);
        let fill = |text: &str| text.replace("{place}", &place);
        let mut error = fill(error);
        if !self.detail.is_empty() {
            error.push_str(match language {
                Language::Chinese => "（",
                Language::English => " (",
            });
            error.push_str(&told(&self.detail));
            error.push_str(match language {
                Language::Chinese => "）",
                Language::English => ")",
            });
        }
        Sentence {
            error,
            next: fill(next),
        }
    }
}

/// Returns the detail of a problem in a language; one of no known form is told as it came.
pub fn detail_in(language: Language, detail: &str) -> String {
    match language {
        Language::Chinese => in_chinese(detail),
        Language::English => detail.to_owned(),
    }
}

type Pair = (&'static str, &'static str);

/// Places and details as they come in English, before and after what they name, and the same in Chinese.
const CHINESE: [(Pair, Pair); 7] = [
    (("line ", ""), ("第 ", " 行")),
    (("found: ", ""), ("文件中有：", "")),
    (("at most ", " MiB"), ("最多 ", " MiB")),
    (("", " MiB at most"), ("最多 ", " MiB")),
    (("", " columns at most"), ("最多 ", " 栏")),
    (
        ("at most ", " characters on one line"),
        ("最多 ", " 个字，不能换行"),
    ),
    (("a quote has no partner", ""), ("引号没有成对", "")),
];

/// Returns a place or detail in Chinese where its form is known, else as it came.
fn in_chinese(text: &str) -> String {
    CHINESE
        .iter()
        .find_map(|((before, after), (zh_before, zh_after))| {
            let named = text.strip_prefix(before)?.strip_suffix(after)?;
            Some(format!("{zh_before}{named}{zh_after}"))
        })
        .unwrap_or_else(|| crate::detail::in_chinese(text))
}

fn words(code: ProblemCode) -> (Pair, Pair) {
    use ProblemCode as P;
    match code {
        P::NoWorkspace => (
            (
                "这台设备上还没有公司资料。",
                "请先新建公司，或用邀请链接加入。",
            ),
            (
                "This device has no company yet.",
                "Create a company, or join one by an invitation link.",
            ),
        ),
        P::WorkspaceExists => (
            (
                "这台设备上已经有一个公司。",
                "请在另一个浏览器资料夹或设备上新建或加入。",
            ),
            (
                "This device already has a company.",
                "Use another browser profile or device to create or join another one.",
            ),
        ),
        P::BadField => (
            (
                "“{place}”的内容不能保存。",
                "请改正这一项，其余内容都还在。",
            ),
            (
                "The value of “{place}” cannot be saved.",
                "Correct this field; everything else you typed is still there.",
            ),
        ),
        P::Missing => (
            ("缺少“{place}”。", "请填写后再保存。"),
            ("“{place}” is missing.", "Fill it in and save again."),
        ),
        P::StillComing => (
            (
                "这份记录的历史还在传来。",
                "收到后会自动打开；同步页会显示还差多少。",
            ),
            (
                "The history of this record is still coming.",
                "It opens by itself as soon as it is here. The sync screen shows how far it is.",
            ),
        ),
        P::NotFound => (
            (
                "找不到这条记录：{place}。",
                "它可能还没有同步到这台设备，或导入已被撤销。",
            ),
            (
                "There is no record {place} here.",
                "It may not have reached this device yet, or its import was taken back.",
            ),
        ),
        P::ChangedSince => (
            (
                "“{place}”刚刚又有人修改过，没有按刚才的选择保存。",
                "请看现在的内容，再选一次。",
            ),
            (
                "Somebody has changed “{place}” meanwhile; the choice was not saved.",
                "Look at what is there now and choose again.",
            ),
        ),
        P::StepRefused => (
            (
                "现在不能进行“{place}”这一步。",
                "请看记录当前的状态，选择可以进行的步骤。",
            ),
            (
                "The step “{place}” cannot be taken now.",
                "Look at the state of the case and choose one of the steps offered.",
            ),
        ),
        P::WithOtherBranch => (
            (
                "这件事现在由分店 {place} 负责。",
                "请看“转办”一栏：对方办结后由本店结案，对方退回后可以重新受理或另行转办。",
            ),
            (
                "This case is with branch {place} now.",
                "See the card about forwarding: close it when they are done; if they give it back, accept it again or forward it elsewhere.",
            ),
        ),
        P::GaveWay => (
            (
                "这份档案已合并到“{place}”，不再单独登记。",
                "请打开合并后的那份档案继续；如果合并错了，请先撤销合并。",
            ),
            (
                "This file was merged into “{place}”; nothing is entered here any more.",
                "Go on in the file it was merged into; if that was a mistake, undo the merge first.",
            ),
        ),
        P::NotAllowed => (
            (
                "当前人员没有权限做这件事。",
                "请有权限的同事处理，或请管理员修改角色。",
            ),
            (
                "The person at this device may not do this.",
                "Ask a colleague who may, or ask the administrator to change the role.",
            ),
        ),
        P::Recused => (
            ("被投诉人不参与处理（回避）。", "请指派另一位同事。"),
            (
                "The person complained about takes no part in handling.",
                "Choose another colleague.",
            ),
        ),
        P::BadLink => (
            ("这不是邀请链接。", "请复制完整的链接，或重新扫描二维码。"),
            (
                "This is not an invitation link.",
                "Copy the whole link, or scan the code again.",
            ),
        ),
        P::DamagedLink => (
            (
                "邀请链接不完整或有错字。",
                "请重新复制完整的链接，或重新扫描二维码。",
            ),
            (
                "The invitation link is incomplete or mistyped.",
                "Copy the whole link again, or scan the code.",
            ),
        ),
        P::ExpiredLink => (
            ("邀请已过期。", "请管理员重新发一个邀请。"),
            (
                "The invitation has expired.",
                "Ask the administrator for a new one.",
            ),
        ),
        P::NewerLink => (
            ("邀请链接来自更新的版本。", "请先更新这台设备上的应用。"),
            (
                "The invitation was made by a newer version.",
                "Update the app on this device first.",
            ),
        ),
        P::UsedLink => (
            (
                "这个邀请已被另一台设备使用。",
                "请管理员为这台设备另发一个邀请。",
            ),
            (
                "Another device has used this invitation.",
                "Ask the administrator for an invitation of its own for this device.",
            ),
        ),
        P::BadRelayAddress => (
            (
                "中继地址无法识别：{place}。",
                "请填写 http:// 或 https:// 开头的地址。",
            ),
            (
                "The relay address cannot be understood: {place}.",
                "Give an address that begins with http:// or https://.",
            ),
        ),
        P::NoRelay => (
            (
                "没有设置中继。",
                "请在“同步”中填写中继地址，或改用数据包文件。",
            ),
            (
                "No relay is set.",
                "Set a relay address under Sync, or exchange a bundle file.",
            ),
        ),
        P::UnknownEncoding => (
            (
                "无法识别文件 {place} 的文字编码。",
                "请另存为 UTF-8、UTF-16 或 GBK 编码的 CSV 后再导入。",
            ),
            (
                "The encoding of {place} is not known.",
                "Save the file as CSV in UTF-8, UTF-16 or GBK and import it again.",
            ),
        ),
        P::BadCsv => (
            (
                "文件不能按 CSV 读取：{place}。",
                "请改正这一处（常见原因是引号没有成对），再导入。没有任何内容被保存。",
            ),
            (
                "The file cannot be read as CSV: {place}.",
                "Mend that place (often a quote without its partner) and import again. Nothing was stored.",
            ),
        ),
        P::BadJson => (
            (
                "文件不能按 JSON 行读取：{place}。",
                "请改正这一行再导入。没有任何内容被保存。",
            ),
            (
                "The file cannot be read as JSON lines: {place}.",
                "Mend that line and import again. Nothing was stored.",
            ),
        ),
        P::NoColumns => (
            (
                "文件 {place} 中没有可以对应的列。",
                "请检查第一行是否为列名，或手工选择对应关系。",
            ),
            (
                "No column of {place} can be mapped.",
                "Check that the first line holds the column names, or choose the mapping by hand.",
            ),
        ),
        P::UnknownColumn => (
            (
                "没有这一列或字段：{place}。",
                "请从文件的列名和字段表中选择。",
            ),
            (
                "There is no such column or field: {place}.",
                "Choose from the columns of the file and the list of fields.",
            ),
        ),
        P::EmptyFile => (
            ("文件 {place} 是空的。", "请选择有内容的文件。"),
            ("The file {place} is empty.", "Choose a file with content."),
        ),
        P::TooLarge => (
            ("{place} 超过了允许的大小。", "请分成几份再试。"),
            (
                "{place} is larger than allowed.",
                "Split it into parts and try again.",
            ),
        ),
        P::UnreadableFile => (
            (
                "读不到文件 {place}：它可能被移动、删除，或在读取时被改动。",
                "请确认文件还在原处、没有在其他软件里打开，再选择一次。",
            ),
            (
                "The file {place} cannot be read: it was moved, deleted or changed meanwhile.",
                "Check that it is still there and not open elsewhere, and choose it again.",
            ),
        ),
        P::ScreenNotHere => (
            (
                "这个界面还没有下载到本机。",
                "请联网后再试一次；联网打开过一次，以后离线也能用。",
            ),
            (
                "This screen is not on this device yet.",
                "Connect to the network and try again; once fetched it works offline too.",
            ),
        ),
        P::NotABundle => (
            (
                "这个文件不是数据包。",
                "请选择由本应用导出的 .huiyin 文件。",
            ),
            (
                "This file is not a bundle.",
                "Choose a .huiyin file that this app exported.",
            ),
        ),
        P::DamagedBundle => (
            (
                "数据包已损坏：{place}。",
                "本设备的资料没有改变；请重新复制或重新导出数据包。",
            ),
            (
                "The bundle is damaged: {place}.",
                "Nothing on this device was changed; copy or export the bundle again.",
            ),
        ),
        P::OtherWorkspace => (
            (
                "这个文件属于另一家公司。",
                "请确认文件来源；本设备的资料没有改变。",
            ),
            (
                "This file belongs to another company.",
                "Check where the file comes from; nothing on this device was changed.",
            ),
        ),
        P::ShortPassphrase => (
            (
                "口令太短。",
                "请使用至少 10 个字符的口令，例如几个不相关的词。",
            ),
            (
                "The passphrase is too short.",
                "Use ten characters or more, for instance a few unrelated words.",
            ),
        ),
        P::WrongPassphrase => (
            (
                "口令不对，或备份文件已损坏。",
                "请核对口令；如仍不行，请换一份备份文件。",
            ),
            (
                "The passphrase is wrong, or the backup is damaged.",
                "Check the passphrase; if it is right, try another copy of the file.",
            ),
        ),
        P::NotABackup => (
            (
                "这个文件不是备份。",
                "请选择由本应用导出的 .huiyin-backup 文件。",
            ),
            (
                "This file is not a backup.",
                "Choose a .huiyin-backup file that this app exported.",
            ),
        ),
        P::NotAKit => (
            (
                "这不是恢复卡的内容。",
                "请照着纸上的五行完整输入，或用手机扫码后粘贴。",
            ),
            (
                "This is not what stands on a recovery kit.",
                "Type all five lines from the paper, or scan the code with a phone and paste it.",
            ),
        ),
        P::MistypedKit => (
            ("第 {place} 行输错了。", "请与纸上的第 {place} 行逐字核对。"),
            (
                "Line {place} is mistyped.",
                "Compare line {place} with the paper letter by letter.",
            ),
        ),
        P::KitOver => (
            (
                "这张恢复卡不能用了：已使用、已作废或已过期。",
                "请销毁这张纸，重新制作一张恢复卡。",
            ),
            (
                "This recovery kit works no more: it was used, closed or is too old.",
                "Destroy the paper and make another kit.",
            ),
        ),
        P::ImportGone => (
            ("这次导入已经关闭。", "请重新选择文件。"),
            ("This import is no longer open.", "Choose the file again."),
        ),
        P::NotSaved => (
            (
                "没有保存：存储拒绝了写入。",
                "输入的内容还在屏幕上；请再试一次，仍不行请先导出数据包。",
            ),
            (
                "Not saved: storage refused the write.",
                "What you typed is still on the screen; try again, and if it fails again export a bundle first.",
            ),
        ),
        P::StorageFull => (
            (
                "没有保存：存储空间已满。",
                "请清理设备空间后再试；输入的内容还在屏幕上。",
            ),
            (
                "Not saved: storage is full.",
                "Free some space on the device and try again; what you typed is still on the screen.",
            ),
        ),
        P::StorageRefused => (
            (
                "浏览器不允许本页保存数据（可能是无痕窗口或禁用了 Cookie）。",
                "请在普通窗口中打开，并允许本站保存数据。",
            ),
            (
                "The browser gives this page no storage (a private window, or blocked cookies).",
                "Open the page in a normal window and allow this site to keep data.",
            ),
        ),
        P::NewerStore => (
            (
                "本机资料由更新的版本写成。",
                "请刷新页面以更新应用；资料没有改变。",
            ),
            (
                "The stored data was written by a newer version.",
                "Reload the page to update the app; the data was not changed.",
            ),
        ),
        P::Locked => (
            ("本机已锁定。", "请输入解锁口令。"),
            ("This device is locked.", "Type its passphrase."),
        ),
        P::WrongLockPassphrase => (
            ("口令不对。", "请核对大小写与输入法后再试。"),
            (
                "The passphrase is wrong.",
                "Check capital letters and the keyboard, then try again.",
            ),
        ),
        P::TryLater => (
            ("输错次数过多。", "请等 {place} 秒后再试。"),
            (
                "Too many wrong tries.",
                "Wait {place} seconds, then try again.",
            ),
        ),
        P::ShortLockPassphrase => (
            (
                "口令太短。",
                "请使用至少 8 个字符的口令，例如几个不相关的词。",
            ),
            (
                "The passphrase is too short.",
                "Use 8 characters or more, for instance a few unrelated words.",
            ),
        ),
        P::LockBusy => (
            ("资料正在重新加密。", "请等它完成后再修改口令。"),
            (
                "The data is being sealed anew.",
                "Change the passphrase once that is done.",
            ),
        ),
        P::NoLock => (
            (
                "此程序没有屏幕锁。",
                "请用电脑的登录密码和磁盘加密保护这台设备。",
            ),
            (
                "This program has no lock.",
                "Protect the device by its own password and by encrypting its disk.",
            ),
        ),
        P::PinNeeded => (
            (
                "这一步需要本人签名。",
                "请输入您的 PIN；输入的内容还在屏幕上。",
            ),
            (
                "This act needs your signature.",
                "Type your PIN; what you typed is still on the screen.",
            ),
        ),
        P::PinElsewhere => (
            (
                "这一步需要本人签名，而您的签名密钥不在这台设备上。",
                "请在设置中的“我的 PIN”里设置 PIN，并请管理员核对确认；或在您自己的设备上办理。",
            ),
            (
                "This act needs your signature, and your key is not on this device.",
                "Set a PIN under My PIN in the settings and have an administrator certify it, or use your own device.",
            ),
        ),
        P::WrongPin => (
            (
                "PIN 不对。",
                "请再试一次；忘记时可以重新设置，再请管理员确认。",
            ),
            (
                "The PIN is wrong.",
                "Try again; if you forgot it, set a new one and have an administrator certify it.",
            ),
        ),
        P::Busy => (
            (
                "资料正被另一个程序使用：{place}。",
                "请关闭另一个程序后再试。",
            ),
            (
                "Another program holds the data: {place}.",
                "Close the other program and try again.",
            ),
        ),
        P::Restarted => (
            (
                "引擎刚刚重新启动，这一步没有完成。",
                "请再试一次；已保存的内容没有丢失。",
            ),
            (
                "The engine was restarted and this was not finished.",
                "Try again; nothing that was saved is lost.",
            ),
        ),
        P::BadSetting => (
            ("设置“{place}”的值不对。", "请按提示的格式填写。"),
            (
                "The setting “{place}” has a wrong value.",
                "Give it in the form that is shown.",
            ),
        ),
        P::BadFilter => (
            (
                "筛选条件不能使用：{place}。",
                "请改正这个条件；列表没有改变。",
            ),
            (
                "The filter cannot be used: {place}.",
                "Mend the condition; the list has not changed.",
            ),
        ),
        P::BadPack => (
            (
                "制度包在“{place}”处有问题。",
                "请改正这一处再发布；其余内容都还在。",
            ),
            (
                "The pack has a defect at “{place}”.",
                "Mend that place and publish again; everything else is still there.",
            ),
        ),
        P::Internal => (
            (
                "程序内部出错：{place}。",
                "请重新打开页面；如再次出现，请导出数据包并联系维护人员。",
            ),
            (
                "The program has a defect: {place}.",
                "Reload the page; if it comes again, export a bundle and tell whoever maintains the app.",
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_names_the_place_and_the_next_step_in_both_languages() {
        let problem = Problem::at(ProblemCode::BadCsv, "line 7").because("unequal columns");
        let en = problem.sentence(Language::English);
        assert_eq!(
            en.error,
            "The file cannot be read as CSV: line 7. (unequal columns)"
        );
        assert!(en.next.starts_with("Mend that place"));
        let zh = problem.sentence(Language::Chinese);
        assert_eq!(
            zh.error,
            "文件不能按 CSV 读取：第 7 行。（unequal columns）"
        );
    }

    #[test]
    fn details_of_a_known_form_are_told_in_chinese() {
        #[track_caller]
        fn check(detail: &str, expected: &str) {
            let problem = Problem::new(ProblemCode::EmptyFile).because(detail);
            let told = problem.sentence(Language::Chinese).error;
            assert!(told.ends_with(&format!("（{expected}）")), "{told}");
        }
        check("a quote has no partner", "引号没有成对");
        check("found: foo, bar", "文件中有：foo, bar");
        check("at most 200 MiB", "最多 200 MiB");
        check("something else", "something else");
    }
}
