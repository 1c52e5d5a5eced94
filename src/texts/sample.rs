//! Texts about the sample company and the tour.

use huiyin_api::Language;

/// A stop of the tour: its title and what is said there.
pub type Stop = (&'static str, &'static str);

/// Stops of the tour.
pub const STOPS: usize = 7;

/// Texts about the sample company and the tour.
pub struct SampleTexts {
    pub choice: &'static str,
    pub choice_hint: &'static str,
    pub about: &'static str,
    pub open: &'static str,
    pub making: &'static str,
    pub unfinished: &'static str,
    pub banner: &'static str,
    pub banner_text: &'static str,
    pub remove: &'static str,
    pub remove_text: &'static str,
    pub no_sync: &'static str,
    pub tour: &'static str,
    pub next: &'static str,
    pub back: &'static str,
    pub end: &'static str,
    pub done: &'static str,
    pub place: fn(usize, usize) -> String,
    pub keys: &'static str,
    pub key_tour: &'static str,
    pub stops: [Stop; STOPS],
}

static ZH: SampleTexts = SampleTexts {
    choice: "先看样例公司",
    choice_hint: "虚构的连锁门店，随时可以删除",
    about: "样例公司是一家虚构的连锁门店：3 个门店、200 位客户、120 多件工单，日期都按今天推算。人名和电话都是编的，资料只留在这台设备上，不能连接中继，也不能邀请同事；看完一键删除，再建立自己的公司。",
    open: "打开样例公司",
    making: "正在准备样例公司",
    unfinished: "样例公司没有准备完。请删除后再试一次。",
    banner: "样例公司",
    banner_text: "人和事都是虚构的，只留在这台设备上",
    remove: "删除样例",
    remove_text: "样例公司的全部资料会从这台设备删除，您在里面试填的内容也一并删除，然后回到开始页面。",
    no_sync: "样例公司只留在这台设备上：不连接中继，不邀请同事，也不制作恢复卡。建立自己的公司后，在这里填写中继地址、邀请同事的设备，各台设备的资料会自动合并；没有网络时用数据包文件交换。",
    tour: "功能导览",
    next: "下一步",
    back: "上一步",
    end: "结束导览",
    done: "完成",
    place: |at, of| format!("{at} / {of}"),
    keys: "← → 切换，Esc 结束",
    key_tour: "开始功能导览",
    stops: [
        (
            "今日",
            "每天从这里开始：超期的、今天到期的、等您签字的、该回访的，都排好了次序。点一行就打开它。",
        ),
        (
            "一件工单和它的时限",
            "每个时限从哪一刻算起、按哪些工作日算、什么时候到期，都写明白。点“为什么是这一天”可以逐日查看。",
        ),
        (
            "办理一步",
            "这里只列出您现在能办的步骤，该填的会问您。谁在什么时候办了什么，都记入经过，不会被改掉。",
        ),
        (
            "客户档案",
            "客户的资料、来往、工单、拜访和满意度都在一处。备案是否按时、资料是否齐全，一眼看到。",
        ),
        (
            "同步",
            "资料在每台设备上都有一份，没有网络也能工作。连上中继后自动合并；两个人同时改同一处，两份都留着给您选。",
        ),
        (
            "统计",
            "投诉数量、及时率、原因、满意度，可以按门店和月份看，也可以导出或打印月报。",
        ),
        (
            "找得到一切",
            "按 Ctrl K 找页面、客户和工单；按 ? 看快捷键，导览也在那里。现在可以随便点点看了。",
        ),
    ],
};

static EN: SampleTexts = SampleTexts {
    choice: "Look at a sample",
    choice_hint: "An invented chain of stores, removed at any time",
    about: "The sample company is an invented chain: 3 stores, 200 customers, more than 120 cases, dated back from today. Names and phones are made up. It stays on this device, connects to no relay and invites nobody; remove it with one button and make your own company.",
    open: "Open the sample company",
    making: "Preparing the sample company",
    unfinished: "The sample company is not whole. Remove it and try again.",
    banner: "Sample company",
    banner_text: "people and matters are invented and stay on this device",
    remove: "Remove the sample",
    remove_text: "Everything of the sample company is removed from this device, with whatever you tried out in it. Then the first screen opens again.",
    no_sync: "A sample company stays on this device: no relay, no invitations, no recovery kits. In a company of your own you give the relay's address here and invite devices; their data merges by itself, and without a network they exchange bundle files.",
    tour: "Tour",
    next: "Next",
    back: "Back",
    end: "End the tour",
    done: "Done",
    place: |at, of| format!("{at} of {of}"),
    keys: "← → to move, Esc to end",
    key_tour: "Start the tour",
    stops: [
        (
            "My day",
            "Every day begins here: what is overdue, due today, waits for your signature or wants a call, in order. Press a line to open it.",
        ),
        (
            "A case and its clocks",
            "Each clock says when it began, which working days count and when it is due. It can be followed day by day.",
        ),
        (
            "Take a step",
            "Only the steps you may take now are here, and each asks for what it needs. Who did what and when stays in the time line for good.",
        ),
        (
            "The customer file",
            "Data, dealings, cases, visits and answers of a customer in one place, and whether the file is complete and was filed in time.",
        ),
        (
            "Sync",
            "Every device has its own copy and works without a network. With a relay they merge by themselves; where two people changed the same thing, both values are kept for you to choose.",
        ),
        (
            "Figures",
            "How many complaints, how many in time, why, and how satisfied, by store and month, to be exported or printed.",
        ),
        (
            "Find everything",
            "Ctrl K finds screens, customers and cases; ? shows the shortcuts, and this tour. Now try anything you like.",
        ),
    ],
};

/// Returns the texts in a language.
pub fn of(language: Language) -> &'static SampleTexts {
    match language {
        Language::Chinese => &ZH,
        Language::English => &EN,
    }
}
