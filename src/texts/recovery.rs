//! Texts about the recovery kit.

use huiyin_api::{KitState, Language};

/// Texts about the kit. The sheet itself is printed in both languages.
pub struct RecoveryTexts {
    pub title: &'static str,
    pub subtitle: &'static str,
    pub text: &'static str,
    pub make: &'static str,
    pub make_again: &'static str,
    pub again_text: &'static str,
    pub made_once: &'static str,
    pub print: &'static str,
    pub put_away: &'static str,
    pub kits: &'static str,
    pub none: &'static str,
    pub none_text: &'static str,
    pub number: &'static str,
    pub made: &'static str,
    pub tried: &'static str,
    pub never_tried: &'static str,
    pub state: &'static str,
    pub states: [&'static str; 4],
    pub by: fn(&str, &str) -> String,
    pub try_it: &'static str,
    pub try_text: &'static str,
    pub code: &'static str,
    pub code_hint: &'static str,
    pub check: &'static str,
    pub works: &'static str,
    pub read_only: &'static str,
    pub due_missing: &'static str,
    pub due_untried: &'static str,
    pub look: &'static str,
}

static ZH: RecoveryTexts = RecoveryTexts {
    title: "恢复卡",
    subtitle: "管理员的设备全部丢失或损坏时，凭这张纸可以在新设备上恢复管理员身份。",
    text: "恢复卡打印在一张 A4 纸上，请像公章一样锁好，不要拍照、不要存入电脑。拿到它的人可以看到公司的全部数据。",
    make: "制作恢复卡",
    make_again: "重新制作",
    again_text: "重新制作后，以前的恢复卡立即作废。",
    made_once: "这一页只显示一次，设备上不留底。请马上打印，然后用纸上的内容试一次。",
    print: "打印",
    put_away: "已打印，收起",
    kits: "做过的恢复卡",
    none: "还没有恢复卡",
    none_text: "没有恢复卡，管理员的设备全部丢失后，就没有人能再邀请设备、调整权限。",
    number: "编号",
    made: "制作",
    tried: "试用",
    never_tried: "还没有试过",
    state: "状态",
    states: ["有效", "已使用", "已作废", "已过期"],
    by: |at, by| format!("{at} · {by}"),
    try_it: "试用恢复卡",
    try_text: "照着纸上的五行输入，或用手机扫码后粘贴。只核对是否能用，不会用掉它。建议每年试一次。",
    code: "卡上的内容",
    code_hint: "不分大小写，空格可省略；输错哪一行会告诉您",
    check: "核对",
    works: "这张恢复卡可用，已记下今天试过",
    read_only: "只有管理员的设备可以制作和试用恢复卡。",
    due_missing: "公司还没有恢复卡：管理员的设备全部丢失时将无法恢复。",
    due_untried: "恢复卡还没有试用过：请照着纸上的内容试一次。",
    look: "恢复卡",
};

static EN: RecoveryTexts = RecoveryTexts {
    title: "Recovery kit",
    subtitle: "If every administrator's device is lost or broken, this sheet makes an administrator again on a new device.",
    text: "The kit is one sheet of A4. Lock it away like the company's seal; take no photo of it and keep it on no computer. Whoever has it can see all of the company's data.",
    make: "Make a kit",
    make_again: "Make another",
    again_text: "Making another one ends all earlier ones at once.",
    made_once: "This is shown once and kept on no device. Print it now, then try it from the paper.",
    print: "Print",
    put_away: "Printed, put away",
    kits: "Kits made",
    none: "There is no recovery kit",
    none_text: "Without one, nobody can invite devices or change rights any more once all administrators' devices are lost.",
    number: "Number",
    made: "Made",
    tried: "Tried",
    never_tried: "never tried",
    state: "State",
    states: ["valid", "used", "closed", "expired"],
    by: |at, by| format!("{at} · {by}"),
    try_it: "Try the kit",
    try_text: "Type the five lines from the paper, or scan the code with a phone and paste it. This only checks that it works and does not use it up. Once a year is a good habit.",
    code: "What stands on it",
    code_hint: "Letter case and spaces do not matter; a mistyped line is named",
    check: "Check",
    works: "This kit works; it is noted that it was tried today",
    read_only: "Only an administrator's device can make and try kits.",
    due_missing: "The company has no recovery kit: if all administrators' devices are lost, nothing brings them back.",
    due_untried: "The recovery kit was never tried: try it once from the paper.",
    look: "Recovery kit",
};

impl RecoveryTexts {
    /// Returns the name of a state.
    pub fn state_of(&self, state: KitState) -> &'static str {
        self.states[match state {
            KitState::Valid => 0,
            KitState::Used => 1,
            KitState::Closed => 2,
            KitState::Expired => 3,
        }]
    }
}

/// Returns the texts of a language.
pub fn of(language: Language) -> &'static RecoveryTexts {
    match language {
        Language::Chinese => &ZH,
        Language::English => &EN,
    }
}
