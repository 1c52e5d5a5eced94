//! Texts about leads that are shared out.

use huiyin_api::Language;

use super::counted;

/// Texts about leads.
pub struct LeadTexts {
    pub title: &'static str,
    pub found: fn(&str) -> String,
    pub entered_by: fn(&str) -> String,
    pub empty: &'static str,
    pub empty_text: &'static str,
    pub branch: &'static str,
    pub own_branch: &'static str,
    pub who: &'static str,
    pub holds: fn(&str) -> String,
    pub level: &'static str,
    pub not_yours: fn(&str) -> String,
    pub list: &'static str,
    pub plan: &'static str,
    pub gets: fn(&str, &str) -> String,
    pub to: &'static str,
    pub beyond: fn(&str, &str) -> String,
    pub more: fn(&str) -> String,
    pub share_now: fn(&str) -> String,
    pub sure: &'static str,
    pub note: &'static str,
    pub done: fn(&str) -> String,
    pub notice: fn(&str, &str, &str) -> String,
    pub notices: &'static str,
    pub copy: &'static str,
    pub copied: &'static str,
    pub left: &'static str,
    pub past: &'static str,
    pub undo: &'static str,
    pub undone: &'static str,
    pub undone_but: fn(&str) -> String,
    pub elsewhere: fn(&str) -> String,
    pub elsewhere_line: fn(&str, &str) -> String,
    pub nobody: &'static str,
}

static ZH: LeadTexts = LeadTexts {
    title: "线索分配",
    found: |count| format!("{count} 条线索待分配：潜在客户，还没有负责人"),
    entered_by: |role| format!("按制度由{role}统一录入、平均分配"),
    empty: "没有待分配的线索",
    empty_text: "潜在客户都有负责人。新登记或导入、没有负责人的潜在客户会列在这里。",
    branch: "所属分公司",
    own_branch: "本分公司",
    who: "参加活动的同事（勾选后平均分配）",
    holds: |count| format!("现有 {count} 位"),
    level: "客户少的同事先分，补齐差额",
    not_yours: |role| format!("线索由{role}分配，您可以查看方案"),
    list: "待分配的线索",
    plan: "分配方案",
    gets: |name, count| format!("{name} 分到 {count} 条"),
    to: "分给",
    beyond: |most, left| format!("一次最多分配 {most} 条，还有 {left} 条请在这次之后再分。"),
    more: |count| format!("另有 {count} 条未列出，分配时一并处理。"),
    share_now: |count| format!("分配 {count} 条线索"),
    sure: "所列线索一次分配完毕，写入每位客户的负责人记录；分配后可以撤销。",
    note: "说明（如活动名称）",
    done: |count| format!("已分配 {count} 条线索"),
    notice: |name, count, note| {
        let note = if note.is_empty() {
            String::new()
        } else {
            format!("（{note}）")
        };
        format!("{name}：分给您 {count} 位新客户{note}，请尽快联系：")
    },
    notices: "通知同事",
    copy: "复制通知",
    copied: "通知已复制",
    left: "未分配",
    past: "以往的分配",
    undo: "撤销分配",
    undone: "分配已撤销，线索回到待分配",
    undone_but: |names| format!("分配已撤销；{names} 后来又有变动，保持现状"),
    elsewhere: |count| format!("{count} 条现由他人负责：别的设备先分出，或后来换了人"),
    elsewhere_line: |to, owner| format!("分给 {to}，现由 {owner} 负责"),
    nobody: "无人",
};

static EN: LeadTexts = LeadTexts {
    title: "Leads",
    found: |count| {
        format!(
            "{} to share out: potential customers nobody looks after",
            counted(count, "lead", "leads")
        )
    },
    entered_by: |role| format!("By the policy entered and shared out evenly by: {role}"),
    empty: "No leads to share out",
    empty_text: "Somebody looks after every potential customer. New or imported ones without an owner are listed here.",
    branch: "Branch",
    own_branch: "Own branch",
    who: "Who took part (ticked: shared out evenly)",
    holds: |count| format!("has {count}"),
    level: "Those with fewer customers come first",
    not_yours: |role| format!("Shared out by: {role}. You may look at the plan."),
    list: "Leads to share out",
    plan: "Plan",
    gets: |name, count| format!("{name} gets {count}"),
    to: "To",
    beyond: |most, left| {
        format!("At most {most} are shared out at once; share out the other {left} afterwards.")
    },
    more: |count| format!("{count} more are not listed; they are shared out too."),
    share_now: |count| format!("Share out {}", counted(count, "lead", "leads")),
    sure: "All of them are shared out in one act, which every customer's time line tells. It can be undone.",
    note: "What about (such as the event)",
    done: |count| format!("{} shared out", counted(count, "lead", "leads")),
    notice: |name, count, note| {
        let note = if note.is_empty() {
            String::new()
        } else {
            format!(" ({note})")
        };
        format!(
            "{name}: {} for you{note}. Please get in touch soon:",
            counted(count, "new customer", "new customers")
        )
    },
    notices: "Tell colleagues",
    copy: "Copy the notice",
    copied: "Notice copied",
    left: "Not shared out",
    past: "Shared out before",
    undo: "Undo",
    undone: "Undone: the leads wait to be shared out again",
    undone_but: |names| format!("Undone; {names} changed since and stay as they are"),
    elsewhere: |count| {
        format!(
            "{count} with somebody else now: another device shared them out first, or they changed hands"
        )
    },
    elsewhere_line: |to, owner| format!("given to {to}, now with {owner}"),
    nobody: "nobody",
};

/// Returns the texts of a language.
pub fn of(language: Language) -> &'static LeadTexts {
    match language {
        Language::Chinese => &ZH,
        Language::English => &EN,
    }
}
