//! What can be edited in a pack, section by section: each place with its names and the kind of its control.
//!
//! One table for all forms: the views draw what stands here, so that a new place of a pack is one line.
//!
//! Long: a pack has that many places.

use serde_json::{Value, json};

use crate::texts::packs::Both;

/// A place of a pack that is edited.
pub struct Spec {
    /// Key in its object; empty = the entry itself.
    pub key: &'static str,
    /// What it is called.
    pub name: Both,
    /// What to write; empty if the name says it.
    pub hint: Both,
    /// What it holds.
    pub kind: Kind,
}

impl Spec {
    /// Returns where the value is: `/clocks/2/start`.
    pub fn pointer(&self, under: &str) -> String {
        if self.key.is_empty() {
            under.to_owned()
        } else {
            format!("{under}/{}", self.key)
        }
    }
}

/// What a place holds, and so which control it gets.
pub enum Kind {
    /// A wire name or another short text.
    Line,
    /// A longer text in one language.
    Area,
    /// A text in both languages.
    Text,
    /// A longer text in both languages.
    LongText,
    /// A whole number with its unit.
    Count(Both),
    /// Money, in cents.
    Money,
    /// Money, or no limit.
    MoneyOrNone,
    /// On or off.
    Flag,
    /// One of a list.
    One(Source),
    /// One of a list, or none: absent.
    OneOrNone(Source),
    /// When a clock starts.
    Starts,
    /// How long a clock grants.
    Grant,
    /// Several of a list.
    Any(Source),
    /// A list of entries.
    Rows(&'static List),
}

/// A list of entries.
pub struct List {
    /// The places of an entry.
    pub fields: &'static [Spec],
    /// A new entry, given a name that is free.
    pub fresh: fn(&str) -> Value,
    /// Entries are short: all places in one line.
    pub short: bool,
}

/// Where the choices of a place come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Roles of the program.
    Roles,
    /// Roles and the posts of the pack.
    Posts,
    /// Roles, posts, and the people of the case.
    Told,
    /// Steps.
    Steps,
    /// Steps that can be left out.
    OptionalSteps,
    /// The four kinds of case.
    CaseKinds,
    /// Kinds in the pack's words.
    Kinds,
    /// The three severities.
    CaseSeverities,
    /// Severities in the pack's words.
    Severities,
    /// Categories.
    Categories,
    /// Remedies.
    Remedies,
    /// Causes.
    Causes,
    /// Clocks of the pack.
    Clocks,
    /// Channels.
    Channels,
    /// Fields of a case.
    Fields,
    /// What steps are asked for.
    StepFields,
    /// How time runs.
    TimeModes,
    /// Who decides.
    Rights,
    /// Where an approver sits.
    Places,
    /// Layouts of papers.
    Layouts,
}

/// A part of the editor.
pub struct Section {
    /// Its wire name.
    pub key: &'static str,
    /// Its name.
    pub name: Both,
    /// What it is for.
    pub about: Both,
    /// Its places.
    pub fields: &'static [Spec],
}

const NONE: Both = Both { zh: "", en: "" };

const fn both(zh: &'static str, en: &'static str) -> Both {
    Both { zh, en }
}

const fn place(key: &'static str, zh: &'static str, en: &'static str, kind: Kind) -> Spec {
    Spec {
        key,
        name: both(zh, en),
        hint: NONE,
        kind,
    }
}

const fn hinted(
    key: &'static str,
    zh: &'static str,
    en: &'static str,
    kind: Kind,
    hint: Both,
) -> Spec {
    Spec {
        key,
        name: both(zh, en),
        hint,
        kind,
    }
}

const EMPTY_IS_ALL: Both = both("不选即适用于全部", "None chosen means all");
const MONTHS: Both = both("月", "months");

const ID: Spec = place("id", "代号", "Code", Kind::Line);
const WORDS: Spec = place("text", "名称", "Name", Kind::Text);

const CHOICES: List = List {
    fields: &[ID, WORDS],
    fresh: |id| json!({"id": id, "text": {"zh": "", "en": ""}}),
    short: true,
};
const CAUSES: List = List {
    fields: &[
        ID,
        WORDS,
        place("under", "上级原因", "Under", Kind::One(Source::Causes)),
    ],
    fresh: |id| json!({"id": id, "text": {"zh": "", "en": ""}}),
    short: true,
};
const TEXTS: List = List {
    fields: &[place("", "内容", "Text", Kind::Text)],
    fresh: |_| json!({"zh": "", "en": ""}),
    short: true,
};
const LONG_TEXTS: List = List {
    fields: &[place("", "内容", "Text", Kind::LongText)],
    fresh: |_| json!({"zh": "", "en": ""}),
    short: true,
};
const KINDS: List = List {
    fields: &[
        place("id", "类别", "Kind", Kind::One(Source::CaseKinds)),
        WORDS,
        place(
            "off",
            "不经过的步骤",
            "Steps left out",
            Kind::Any(Source::OptionalSteps),
        ),
    ],
    fresh: |_| json!({"id": "complaint", "text": {"zh": "投诉", "en": "Complaint"}, "off": []}),
    short: false,
};
const SEVERITIES: List = List {
    fields: &[
        place("id", "程度", "Severity", Kind::One(Source::CaseSeverities)),
        WORDS,
        place("tell", "立即告知", "Told at once", Kind::Any(Source::Posts)),
    ],
    fresh: |_| json!({"id": "general", "text": {"zh": "一般", "en": "General"}, "tell": []}),
    short: false,
};
const POSTS: List = List {
    fields: &[
        ID,
        WORDS,
        place(
            "acts_as",
            "权限同",
            "Has the rights of",
            Kind::One(Source::Roles),
        ),
    ],
    fresh: |id| json!({"id": id, "text": {"zh": "", "en": ""}, "acts_as": "clerk"}),
    short: false,
};
const STEP_FIELDS: List = List {
    fields: &[
        place("step", "步骤", "Step", Kind::One(Source::Steps)),
        ID,
        WORDS,
        place("required", "必填", "Required", Kind::Flag),
        place("choices", "可选项", "Choices", Kind::Rows(&CHOICES)),
        hinted(
            "kinds",
            "适用类别",
            "For kinds",
            Kind::Any(Source::Kinds),
            EMPTY_IS_ALL,
        ),
    ],
    fresh: |id| json!({"step": "investigated", "id": id.replace('-', "_"), "text": {"zh": "", "en": ""}, "required": false}),
    short: false,
};
const WARNINGS: List = List {
    fields: &[
        hinted(
            "hours",
            "时间",
            "When",
            Kind::Count(both("小时", "hours")),
            both(
                "到期前为负数，到期时为 0，逾期后为正数",
                "Negative before it is due, 0 then, positive after",
            ),
        ),
        place("tell", "告知", "Who is told", Kind::Any(Source::Told)),
    ],
    fresh: |_| json!({"hours": -24, "tell": ["assignee"]}),
    short: true,
};
const CLOCKS: List = List {
    fields: &[
        place("name", "代号", "Code", Kind::Line),
        WORDS,
        place("start", "起算", "Starts at", Kind::Starts),
        place("length", "时限", "Length", Kind::Grant),
        hinted(
            "promise_holds",
            "以约定日期为准",
            "A promised day holds",
            Kind::Flag,
            both(
                "对这件事约定了日期时，以约定的为准",
                "Where a day was promised for the case, it holds instead",
            ),
        ),
        hinted(
            "extends",
            "延期后的时限属于",
            "Holds once this clock is extended",
            Kind::One(Source::Clocks),
            both(
                "延期批准后，代替该时限；平时不计",
                "Replaces that clock after an extension; does not run otherwise",
            ),
        ),
        place("stops", "停止于", "Stopped by", Kind::Any(Source::Steps)),
        hinted(
            "stops_with",
            "且填了",
            "And only with",
            Kind::One(Source::StepFields),
            both(
                "停止的步骤必须填了这一项",
                "The stopping step must say this",
            ),
        ),
        hinted(
            "kinds",
            "适用类别",
            "For kinds",
            Kind::Any(Source::Kinds),
            EMPTY_IS_ALL,
        ),
        hinted(
            "severities",
            "适用程度",
            "For severities",
            Kind::Any(Source::Severities),
            EMPTY_IS_ALL,
        ),
        hinted(
            "categories",
            "适用分类",
            "For categories",
            Kind::Any(Source::Categories),
            EMPTY_IS_ALL,
        ),
        hinted(
            "channels",
            "适用渠道",
            "For channels",
            Kind::Any(Source::Channels),
            EMPTY_IS_ALL,
        ),
        place(
            "pauses",
            "暂停时不计时",
            "Stands still while the case is paused",
            Kind::Flag,
        ),
        hinted(
            "time",
            "计时方式",
            "How time runs",
            Kind::OneOrNone(Source::TimeModes),
            both("不选即与制度相同", "None chosen: as the pack says"),
        ),
        place("warn", "提醒", "Warnings", Kind::Rows(&WARNINGS)),
        place("off", "停用", "Switched off", Kind::Flag),
        place("source", "依据", "Source of the rule", Kind::Area),
    ],
    fresh: |id| json!({"name": id, "text": {"zh": "", "en": ""}, "start": "registered", "length": "3wd", "stops": ["answered"], "pauses": true}),
    short: false,
};
const CHAIN: List = List {
    fields: &[
        place("role", "签字人", "Who signs", Kind::One(Source::Posts)),
        place("place", "所在", "Where", Kind::One(Source::Places)),
    ],
    fresh: |_| json!({"role": "store_manager", "place": "anywhere"}),
    short: true,
};
const APPROVALS: List = List {
    fields: &[
        place("from_amount", "金额从（元）", "From (yuan)", Kind::Money),
        hinted(
            "to_amount",
            "金额到（元）",
            "To (yuan)",
            Kind::MoneyOrNone,
            both("空着即不设上限", "Empty means no limit"),
        ),
        hinted(
            "kinds",
            "适用类别",
            "For kinds",
            Kind::Any(Source::Kinds),
            EMPTY_IS_ALL,
        ),
        hinted(
            "severities",
            "适用程度",
            "For severities",
            Kind::Any(Source::Severities),
            EMPTY_IS_ALL,
        ),
        hinted(
            "categories",
            "适用分类",
            "For categories",
            Kind::Any(Source::Categories),
            EMPTY_IS_ALL,
        ),
        hinted(
            "remedies",
            "适用处理方式",
            "For remedies",
            Kind::Any(Source::Remedies),
            EMPTY_IS_ALL,
        ),
        place(
            "chain",
            "依次签字",
            "Signatures in order",
            Kind::Rows(&CHAIN),
        ),
    ],
    fresh: |_| json!({"from_amount": 0, "chain": [{"role": "store_manager", "place": "anywhere"}]}),
    short: false,
};
const CLAUSES: List = List {
    fields: &[
        ID,
        place("text", "情形", "Breach or merit", Kind::LongText),
        place("reward", "奖励", "A reward", Kind::Flag),
        place("from_amount", "金额从（元）", "From (yuan)", Kind::Money),
        place("to_amount", "金额到（元）", "To (yuan)", Kind::Money),
        place(
            "points",
            "分数",
            "Points",
            Kind::Count(both("分", "points")),
        ),
        place("measure", "其他措施", "Further measures", Kind::Text),
        hinted(
            "doubles_from",
            "月内第几次起加倍",
            "Doubles from breach",
            Kind::Count(both("次", "in a month")),
            both("0 即不加倍", "0 means never"),
        ),
        place(
            "published",
            "批准后公布",
            "Published once approved",
            Kind::Flag,
        ),
    ],
    fresh: |id| json!({"id": id, "text": {"zh": "", "en": ""}, "from_amount": 0, "to_amount": 0, "points": 0}),
    short: false,
};
const FORMS: List = List {
    fields: &[
        place("layout", "版式", "Layout", Kind::One(Source::Layouts)),
        place("title", "标题", "Title", Kind::Text),
        place(
            "signatures",
            "签字栏，从左到右",
            "Signature lines, left to right",
            Kind::Rows(&TEXTS),
        ),
    ],
    fresh: |_| json!({"layout": "registration", "title": {"zh": "", "en": ""}, "signatures": []}),
    short: false,
};
const TEMPLATES: List = List {
    fields: &[
        ID,
        place("title", "标题", "Title", Kind::Text),
        hinted(
            "text",
            "内容",
            "Text",
            Kind::LongText,
            both(
                "会填入 {name} {number} {subject} {company} {date} {result}",
                "{name} {number} {subject} {company} {date} {result} are filled in",
            ),
        ),
    ],
    fresh: |id| json!({"id": id, "title": {"zh": "", "en": ""}, "text": {"zh": "", "en": ""}}),
    short: false,
};

/// The parts of the editor in the order shown.
pub static SECTIONS: &[Section] = &[
    Section {
        key: "basics",
        name: both("基本", "Basics"),
        about: both(
            "制度的名称、计时方式和给经办人的话。",
            "The pack's name, how time runs, and what clerks are told.",
        ),
        fields: &[
            place("name", "名称", "Name", Kind::Text),
            place("about", "适用于", "What it is for", Kind::LongText),
            place(
                "time",
                "计时方式",
                "How time runs",
                Kind::One(Source::TimeModes),
            ),
            place(
                "guidance",
                "办理要点",
                "Principles",
                Kind::Rows(&LONG_TEXTS),
            ),
        ],
    },
    Section {
        key: "steps",
        name: both("类别与步骤", "Kinds and steps"),
        about: both(
            "受理哪些类别，各走哪些步骤，登记和各步骤要填什么。",
            "Which kinds are taken, which steps they go through, and what must be filled in.",
        ),
        fields: &[
            place("kinds", "类别", "Kinds", Kind::Rows(&KINDS)),
            place(
                "off",
                "全部类别都不经过的步骤",
                "Steps left out for every kind",
                Kind::Any(Source::OptionalSteps),
            ),
            place(
                "required_fields",
                "登记时必填",
                "Required when a case is registered",
                Kind::Any(Source::Fields),
            ),
            place(
                "step_fields",
                "步骤中要填的内容",
                "What steps must say",
                Kind::Rows(&STEP_FIELDS),
            ),
        ],
    },
    Section {
        key: "lists",
        name: both("分类与名单", "Lists"),
        about: both(
            "登记和处理时选择的名单。",
            "What people choose from when they register and handle cases.",
        ),
        fields: &[
            place("categories", "问题分类", "Categories", Kind::Rows(&CHOICES)),
            place(
                "severities",
                "严重程度",
                "Severities",
                Kind::Rows(&SEVERITIES),
            ),
            place(
                "major",
                "哪些情形属于重大",
                "What makes a case major",
                Kind::Rows(&CHOICES),
            ),
            place("causes", "原因", "Causes", Kind::Rows(&CAUSES)),
            place("remedies", "处理方式", "Remedies", Kind::Rows(&CHOICES)),
            place("departments", "部门", "Departments", Kind::Rows(&CHOICES)),
            place("posts", "岗位", "Posts", Kind::Rows(&POSTS)),
        ],
    },
    Section {
        key: "clocks",
        name: both("时限", "Clocks"),
        about: both(
            "什么事在多久之内办完，提前和逾期时告诉谁。",
            "What must happen by when, and who is told before and after.",
        ),
        fields: &[place("clocks", "时限", "Clocks", Kind::Rows(&CLOCKS))],
    },
    Section {
        key: "approvals",
        name: both("审批", "Approvals"),
        about: both(
            "处理方案由谁依次签字。按顺序，第一条符合的规则有效。",
            "Who signs a proposal, in order. The first rule that fits holds.",
        ),
        fields: &[
            place(
                "approvals/rights",
                "决策权",
                "Who decides",
                Kind::One(Source::Rights),
            ),
            place(
                "approvals/rules",
                "审批规则",
                "Rules",
                Kind::Rows(&APPROVALS),
            ),
            place(
                "approvals/extend",
                "可批准延期",
                "May extend a clock",
                Kind::Any(Source::Posts),
            ),
            place(
                "approvals/penalties",
                "可决定奖惩",
                "Decide on penalties and rewards",
                Kind::Any(Source::Posts),
            ),
            place(
                "approvals/destruction",
                "可批准销毁",
                "Approve destruction",
                Kind::Any(Source::Posts),
            ),
        ],
    },
    Section {
        key: "clauses",
        name: both("奖惩条款", "Clause book"),
        about: both(
            "差错和功绩的后果。未经批准不执行。",
            "What follows from a breach or a merit. Nothing is applied without approval.",
        ),
        fields: &[place("clauses", "条款", "Clauses", Kind::Rows(&CLAUSES))],
    },
    Section {
        key: "papers",
        name: both("表单与范文", "Papers and texts"),
        about: both(
            "打印的表单、签字栏和答复客户的范文。",
            "Printed forms, their signature lines, and texts for answers.",
        ),
        fields: &[
            place("forms", "表单", "Forms", Kind::Rows(&FORMS)),
            place(
                "templates",
                "答复范文",
                "Texts for answers",
                Kind::Rows(&TEMPLATES),
            ),
        ],
    },
    Section {
        key: "after",
        name: both("回访与保存", "After the end"),
        about: both(
            "回访、抽查的比例和资料保存的期限。0 个月即长期保存。",
            "How many are called back and checked, and how long records are kept. 0 months means for good.",
        ),
        fields: &[
            place(
                "after/call_back_percent",
                "回访比例",
                "Called back",
                Kind::Count(both("%", "%")),
            ),
            place(
                "after/spot_check_percent",
                "抽查比例",
                "Spot-checked",
                Kind::Count(both("%", "%")),
            ),
            place(
                "retention/general_months",
                "一般的保存",
                "General cases are kept",
                Kind::Count(MONTHS),
            ),
            place(
                "retention/important_months",
                "重要的保存",
                "Important cases are kept",
                Kind::Count(MONTHS),
            ),
            place(
                "retention/major_months",
                "重大的保存",
                "Major cases are kept",
                Kind::Count(MONTHS),
            ),
        ],
    },
];

/// Returns the section a defect belongs to; the first one if it has no place.
pub fn section_of(pointer: &str) -> usize {
    let holds = |section: &Section| {
        section.fields.iter().any(|spec| {
            let own = spec.pointer("");
            pointer == own || pointer.starts_with(&format!("{own}/"))
        })
    };
    let same_part = |section: &Section| {
        let first = pointer.split('/').nth(1).unwrap_or_default();
        !first.is_empty()
            && section
                .fields
                .iter()
                .any(|spec| spec.key.split('/').next() == Some(first))
    };
    SECTIONS
        .iter()
        .position(holds)
        .or_else(|| SECTIONS.iter().position(same_part))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use huiyin_core::pack::Pack;

    use super::*;

    #[test]
    fn every_part_of_a_pack_can_be_edited() {
        let pack = serde_json::to_value(Pack::default()).expect("a pack is plain data");
        let edited: BTreeSet<&str> = SECTIONS
            .iter()
            .flat_map(|section| section.fields)
            .filter_map(|spec| spec.key.split('/').next())
            .collect();
        let parts = pack.as_object().expect("a pack is an object").keys();
        for part in parts {
            // The id and version are chosen for the company; which pack is offered first is no matter of a company's own.
            let fixed = ["id", "version", "neutral"].contains(&part.as_str());
            assert!(fixed || edited.contains(part.as_str()), "{part}");
        }
    }

    #[test]
    fn a_new_entry_of_every_list_can_be_read() {
        fn all(specs: &'static [Spec], pointer: &str, tree: &mut Value) {
            for spec in specs {
                if let Kind::Rows(list) = &spec.kind {
                    let own = spec.pointer(pointer);
                    super::super::tree::add(tree, &own, (list.fresh)("new-1"));
                    all(list.fields, &format!("{own}/0"), tree);
                }
            }
        }
        let mut tree = json!({"id": "x", "version": 1, "name": {"zh": "甲", "en": "A"}});
        for section in SECTIONS {
            all(section.fields, "", &mut tree);
        }
        assert!(serde_json::from_value::<Pack>(tree).is_ok());
    }

    #[test]
    fn a_defect_belongs_to_the_section_that_edits_it() {
        for (pointer, section) in [
            ("/clocks/2/start", "clocks"),
            ("/approvals/rules/0/chain", "approvals"),
            ("/approvals", "approvals"),
            ("/name/en", "basics"),
            ("", "basics"),
            ("/after/spot_check_percent", "after"),
        ] {
            assert_eq!(SECTIONS[section_of(pointer)].key, section, "{pointer}");
        }
    }
}
