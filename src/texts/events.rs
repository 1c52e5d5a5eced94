//! Texts about events, invitations and disputes about guests.

use huiyin_api::Language;

use super::counted;

/// Texts about events.
pub struct EventTexts {
    pub title: &'static str,
    pub count: fn(&str) -> String,
    pub rule: fn(&str) -> String,
    pub plan: &'static str,
    pub planned: &'static str,
    pub empty: &'static str,
    pub empty_text: &'static str,
    pub name: &'static str,
    pub day: &'static str,
    pub session: &'static str,
    pub no_session: &'static str,
    pub sessions: [&'static str; 3],
    pub place: &'static str,
    pub departments: &'static str,
    pub guests: fn(&str, &str) -> String,
    pub over: &'static str,
    pub invite: &'static str,
    pub invite_text: &'static str,
    pub inviter: &'static str,
    pub myself: &'static str,
    pub department: &'static str,
    pub no_department: &'static str,
    pub from: fn(&str, &str) -> String,
    pub invited: fn(&str) -> String,
    pub list: &'static str,
    pub no_guests: &'static str,
    pub no_guests_text: &'static str,
    pub counts_on: fn(&str) -> String,
    pub late: &'static str,
    pub gives_way: &'static str,
    pub holds: &'static str,
    pub former: fn(&str) -> String,
    pub came: &'static str,
    pub absent: &'static str,
    pub sold: &'static str,
    pub more: fn(&str) -> String,
    pub dispute: &'static str,
    pub dispute_why: &'static str,
    pub disputed: fn(&str, &str) -> String,
    pub disputed_done: &'static str,
    pub rule_it: &'static str,
    pub in_favour: &'static str,
    pub rule_why: &'static str,
    pub ruled: fn(&str, &str, &str) -> String,
    pub ruled_done: &'static str,
    pub order: fn(&str) -> String,
    pub propose: &'static str,
    pub claimed: &'static str,
    pub proposed: &'static str,
    pub propose_note: fn(&str) -> String,
}

static ZH: EventTexts = EventTexts {
    title: "活动邀约",
    count: |count| format!("{count} 场活动"),
    rule: |time| {
        format!(
            "名单每天 {time} 截止，之后登记的算次日；一位客人只有一位邀约人，先登记的有效，迟交的让位。"
        )
    },
    plan: "安排活动",
    planned: "活动已安排",
    empty: "还没有活动",
    empty_text: "联谊会、会议等活动安排后，在这里登记邀约名单和到会情况。",
    name: "活动名称",
    day: "日期",
    session: "场次",
    no_session: "不分场次",
    sessions: ["上午场", "下午场", "晚场"],
    place: "地点",
    departments: "邀约顺序（先勾选的部门先邀约）",
    guests: |invited, came| format!("邀约 {invited}，到会 {came}"),
    over: "已结束",
    invite: "登记邀约",
    invite_text: "按名称或电话找出客人，点选即登记：",
    inviter: "邀约人",
    myself: "本人",
    department: "部门",
    no_department: "未注明",
    from: |name, day| format!("{name}：{day} 起受理"),
    invited: |name| format!("已登记邀约：{name}"),
    list: "邀约名单",
    no_guests: "还没有邀约",
    no_guests_text: "登记的客人按先后列在这里。",
    counts_on: |day| format!("计入 {day} 名单"),
    late: "迟交",
    gives_way: "让位",
    holds: "有效",
    former: |name| format!("原负责人 {name}：须经邀约人同意才协助"),
    came: "到会",
    absent: "未到",
    sold: "现场成交（元）",
    more: |count| format!("另有 {count} 份邀约未列出。"),
    dispute: "提出争议",
    dispute_why: "争议理由",
    disputed: |by, note| format!("{by} 提出争议：{note}"),
    disputed_done: "争议已提交，等待裁定",
    rule_it: "裁定",
    in_favour: "客人归谁邀约",
    rule_why: "裁定理由",
    ruled: |by, inviter, note| format!("{by} 裁定归 {inviter}：{note}"),
    ruled_done: "已裁定，记入客户往来记录",
    order: |roles| format!("争议依次由 {roles} 裁定"),
    propose: "提出处罚",
    claimed: "已提出处罚",
    proposed: "处罚已提出，等待批准",
    propose_note: |event| format!("邀约名单迟交：{event}"),
};

static EN: EventTexts = EventTexts {
    title: "Events",
    count: |count| counted(count, "event", "events"),
    rule: |time| {
        format!(
            "Lists close daily at {time}, later ones count for the next day. One inviter per guest: the first registered holds, late ones give way."
        )
    },
    plan: "Plan an event",
    planned: "Event planned",
    empty: "No events yet",
    empty_text: "Once an event is planned, who is invited and who came is kept here.",
    name: "Name",
    day: "Day",
    session: "Session",
    no_session: "Not said",
    sessions: ["Morning", "Afternoon", "Evening"],
    place: "Place",
    departments: "Who invites first (in the order ticked)",
    guests: |invited, came| format!("{invited} invited, {came} came"),
    over: "over",
    invite: "Register an invitation",
    invite_text: "Find the guest by name or phone; pressing registers:",
    inviter: "Invited by",
    myself: "Me",
    department: "Department",
    no_department: "Not said",
    from: |name, day| format!("{name}: from {day}"),
    invited: |name| format!("Invitation registered: {name}"),
    list: "Invitation list",
    no_guests: "Nobody is invited yet",
    no_guests_text: "Guests are listed in the order they were registered.",
    counts_on: |day| format!("on the list of {day}"),
    late: "late",
    gives_way: "gives way",
    holds: "holds",
    former: |name| format!("Looked after by {name}, who helps only with the inviter's consent"),
    came: "Came",
    absent: "Did not come",
    sold: "Closed (yuan)",
    more: |count| format!("{count} more are not listed."),
    dispute: "Dispute",
    dispute_why: "Why",
    disputed: |by, note| format!("Disputed by {by}: {note}"),
    disputed_done: "Dispute raised: it waits for a ruling",
    rule_it: "Rule",
    in_favour: "Whose guest",
    rule_why: "Why",
    ruled: |by, inviter, note| format!("{by} ruled for {inviter}: {note}"),
    ruled_done: "Ruled, and noted in the customer's time line",
    order: |roles| format!("Disputes are ruled by {roles}, in this order"),
    propose: "Propose a penalty",
    claimed: "Penalty proposed",
    proposed: "Penalty proposed: it waits for approval",
    propose_note: |event| format!("Late list of invitations: {event}"),
};

impl EventTexts {
    /// Returns the name of a session; empty for none.
    pub fn session_name(&self, wire: &str) -> &'static str {
        let at = huiyin_core::pack::care_rules::SESSIONS
            .iter()
            .position(|known| *known == wire);
        at.and_then(|at| self.sessions.get(at).copied())
            .unwrap_or_default()
    }
}

/// Returns the texts of a language.
pub fn of(language: Language) -> &'static EventTexts {
    match language {
        Language::Chinese => &ZH,
        Language::English => &EN,
    }
}
