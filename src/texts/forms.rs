//! Every form the program prints, with its standard title, standard sentences and signature lines, and the words on the forms of customers,
//! contacts and lists; both languages side by side, whatever the language of the screen is. A pack's titles and signature lines go
//! first, and before them what the company writes itself.
//!
//! Long: every form in both languages.
//!
//! **Source:** the forms the policies name: 客户投诉登记表, 处理表, 记录卡, 调查报告, 反馈表, 回访记录表, 统计表, 客户基本信息表, 客户信息维护表,
//! 客户质量等级评估表, 拜访计划, 拜访报告, 满意度调查表, 资料清单, 签收簿, 查阅审批表, 资料出借单, 迁出申请, 迁出确认单, VIP 资料登记表,
//! 接待申请单, 感谢名单, 礼品清单, 销毁清单.

use huiyin_api::Language;

use super::packs::Both;

/// What a form is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// One case.
    Case,
    /// One customer.
    Customer,
    /// One contact.
    Contact,
    /// The contacts of a month.
    Month,
    /// The customers of the list.
    Customers,
    /// Something with a screen of its own.
    Other,
}

/// A form the program can print.
pub struct Layout {
    /// Wire name.
    pub wire: &'static str,
    /// What it is about.
    pub about: About,
    /// Title without a pack.
    pub title: Both,
    /// Signature lines without a pack.
    pub signatures: &'static [Both],
    /// Sentence above the content; empty = none.
    pub opening: Both,
    /// Sentence above the signatures; empty = none.
    pub closing: Both,
}

const fn both(zh: &'static str, en: &'static str) -> Both {
    Both { zh, en }
}

const NONE: Both = both("", "");
const HANDLER: Both = both("经办人", "Handled by");
const HEAD: Both = both("部门负责人", "Head of department");
const MANAGER: Both = both("总经理", "General manager");
const CUSTOMER: Both = both("客户", "Customer");
const SUPERVISOR: Both = both("客服主管", "Service supervisor");
const APPROVED: Both = both("批准人", "Approved by");
const APPLICANT: Both = both("申请人", "Asked by");
const MADE: Both = both("制表人", "Prepared by");
const CHECKED: Both = both("审核人", "Checked by");
const FILLED: Both = both("填表人", "Filled in by");
const KEEPER: Both = both("档案管理员", "Records keeper");
const FINANCE: Both = both("财务", "Finance");
const INTERNAL: Both = both(
    "本表仅限公司内部使用，未经批准不得复制或外传。",
    "For use within the company only. Not to be copied or passed on without approval.",
);

const fn layout(
    wire: &'static str,
    about: About,
    title: Both,
    signatures: &'static [Both],
) -> Layout {
    Layout {
        wire,
        about,
        title,
        signatures,
        opening: NONE,
        closing: NONE,
    }
}

const fn said(mut layout: Layout, opening: Both, closing: Both) -> Layout {
    layout.opening = opening;
    layout.closing = closing;
    layout
}

/// Every form, in the order offered.
pub const LAYOUTS: &[Layout] = &[
    layout(
        "registration",
        About::Case,
        both("客户投诉登记表", "Complaint registration"),
        &[
            both("登记人", "Registered by"),
            both("受理人", "Accepted by"),
            both("投诉人", "Complainant"),
        ],
    ),
    layout(
        "handling",
        About::Case,
        both("客户投诉处理表", "Complaint handling sheet"),
        &[HANDLER, HEAD, MANAGER],
    ),
    layout(
        "record_card",
        About::Case,
        both("投诉记录卡", "Complaint record card"),
        &[HANDLER, SUPERVISOR],
    ),
    layout(
        "investigation",
        About::Case,
        both("投诉调查报告", "Investigation report"),
        &[both("调查人", "Investigated by"), HEAD, APPROVED],
    ),
    layout(
        "feedback",
        About::Case,
        both("投诉处理结果客户反馈表", "Customer feedback on the outcome"),
        &[HANDLER, CUSTOMER],
    ),
    layout(
        "call_back",
        About::Case,
        both("回访记录表", "Call-back record"),
        &[both("回访人", "Called back by"), SUPERVISOR],
    ),
    layout(
        "penalty",
        About::Case,
        both("奖惩通知", "Notice of penalty or reward"),
        &[both("本人", "The person"), HEAD, APPROVED],
    ),
    said(
        layout(
            "customer_basic",
            About::Customer,
            both("客户基本信息表", "Customer data sheet"),
            &[FILLED, HEAD, KEEPER],
        ),
        NONE,
        INTERNAL,
    ),
    layout(
        "customer_maintenance",
        About::Customer,
        both("客户信息维护表", "Changes of customer data"),
        &[FILLED, HEAD, KEEPER],
    ),
    layout(
        "contact_report",
        About::Customer,
        both("客户联系报告", "Contact report"),
        &[
            both("联系人甲", "First contact"),
            both("联系人乙", "Second contact"),
            HEAD,
        ],
    ),
    layout(
        "paper_checklist",
        About::Customer,
        both("客户资料清单", "List of papers"),
        &[HANDLER, KEEPER],
    ),
    layout(
        "paper_index",
        About::Customer,
        both("档案目录", "Index of the file"),
        &[
            both("移交人", "Handed over by"),
            both("接收人", "Received by"),
            KEEPER,
        ],
    ),
    layout(
        "hand_over_book",
        About::Customer,
        both("资料签收簿", "Hand-over book"),
        &[
            both("移交人", "Handed over by"),
            both("接收人", "Received by"),
        ],
    ),
    said(
        layout(
            "reading_approval",
            About::Customer,
            both("客户档案查阅审批表", "Request to read a file"),
            &[APPLICANT, HEAD, MANAGER],
        ),
        both(
            "查阅非本部门的客户档案须先经批准；未经批准查阅属违规行为。",
            "Reading a file of another department needs approval first; to read without it is a breach.",
        ),
        both(
            "本人承诺对所查阅的内容保密，不复制、不摘抄、不外传，用毕即还。",
            "I will keep what I read confidential, neither copy nor pass it on, and return it after use.",
        ),
    ),
    said(
        layout(
            "lending_slip",
            About::Customer,
            both("资料出借单", "Lending slip"),
            &[
                both("借阅人", "Borrowed by"),
                APPROVED,
                both("归还验收人", "Return checked by"),
            ],
        ),
        NONE,
        both(
            "借阅人须妥善保管所借资料，不得转借、拆散、涂改，并在应还日期前归还。",
            "The borrower keeps the papers safe, does not lend, part or alter them, and returns them by the day named.",
        ),
    ),
    layout(
        "account_application",
        About::Customer,
        both(
            "客户开户（更名）申请",
            "Application to open or rename an account",
        ),
        &[APPLICANT, HEAD, FINANCE],
    ),
    said(
        layout(
            "move_out_application",
            About::Customer,
            both("迁出申请", "Application to move out"),
            &[CUSTOMER, HANDLER, APPROVED],
        ),
        both(
            "本单位（本人）申请迁出下列单元，请予办理。",
            "We ask to move out of the unit named below.",
        ),
        NONE,
    ),
    said(
        layout(
            "move_out_confirmation",
            About::Customer,
            both("迁出确认单", "Confirmation of moving out"),
            &[CUSTOMER, HANDLER, both("保安放行", "Released by security")],
        ),
        NONE,
        both(
            "以上各项经双方核对无误，同意办理迁出及物品放行。",
            "Both sides have checked the above; the move and the release of goods are agreed.",
        ),
    ),
    said(
        layout(
            "vip_registration",
            About::Customer,
            both("VIP 资料登记表", "VIP registration"),
            &[
                both("会员", "Member"),
                HANDLER,
                both("店长", "Store manager"),
            ],
        ),
        NONE,
        both(
            "本人确认以上资料真实，同意门店为会员服务保存和使用这些资料，并已阅读会员须知。",
            "I confirm that the above is true, agree that the store keeps and uses it for the service of members, and have read the rules for members.",
        ),
    ),
    layout(
        "visit_report",
        About::Contact,
        both("客户拜访报告", "Visit report"),
        &[both("拜访人", "Visited by"), HEAD],
    ),
    layout(
        "follow_up_record",
        About::Contact,
        both("回访记录表", "Return-visit record"),
        &[both("回访人", "Visited by"), CUSTOMER, SUPERVISOR],
    ),
    layout(
        "reception_request",
        About::Contact,
        both("接待申请单", "Reception request"),
        &[APPLICANT, both("接待负责人", "Received by"), APPROVED],
    ),
    layout(
        "visit_plan",
        About::Month,
        both("客户拜访计划", "Visit plan"),
        &[both("计划人", "Planned by"), HEAD],
    ),
    layout(
        "follow_up_summary",
        About::Month,
        both("回访月度汇总", "Monthly summary of return visits"),
        &[MADE, both("公司经理", "Company manager")],
    ),
    layout(
        "monthly_summary",
        About::Month,
        both("客户往来月度汇总", "Monthly summary of contacts"),
        &[MADE, HEAD],
    ),
    layout(
        "gift_list",
        About::Month,
        both("礼品清单", "Gift list"),
        &[MADE, APPROVED, FINANCE],
    ),
    layout(
        "customer_list",
        About::Customers,
        both("客户一览表", "List of customers"),
        &[MADE],
    ),
    layout(
        "thank_you_list",
        About::Customers,
        both("感谢名单", "Thank-you list"),
        &[MADE, HEAD],
    ),
    layout(
        "statistics",
        About::Other,
        both("投诉统计表", "Monthly complaint statistics"),
        &[MADE, CHECKED],
    ),
    layout(
        "grading_sheet",
        About::Other,
        both("客户质量等级评估表", "Grading sheet"),
        &[MADE, CHECKED],
    ),
    layout(
        "invitation_list",
        About::Other,
        both("邀约名单", "Invitation list"),
        &[MADE, CHECKED],
    ),
    layout(
        "survey",
        About::Other,
        both("满意度调查表", "Satisfaction survey"),
        &[CUSTOMER],
    ),
    layout(
        "survey_report",
        About::Other,
        both("满意度分析报告", "Satisfaction analysis"),
        &[MADE, MANAGER],
    ),
    layout(
        "penalty_list",
        About::Other,
        both("奖惩汇总表", "Penalties and rewards of the month"),
        &[MADE, FINANCE, MANAGER],
    ),
    said(
        layout(
            "destruction_list",
            About::Other,
            both("档案销毁清单", "Destruction list"),
            &[
                both("提出人", "Proposed by"),
                both("监销人", "Witness"),
                APPROVED,
            ],
        ),
        both(
            "下列档案保管期限已满，经批准销毁。本清单长期保存。",
            "The records below are past their time of keeping and destroyed with approval. This list is kept for good.",
        ),
        NONE,
    ),
];

/// Returns a form by its wire name; the first one for a name that is not known.
pub fn layout_of(wire: &str) -> &'static Layout {
    find(wire).unwrap_or(&LAYOUTS[0])
}

/// Returns a form by its wire name.
pub fn find(wire: &str) -> Option<&'static Layout> {
    LAYOUTS.iter().find(|known| known.wire == wire)
}

/// Returns wire name and standard title of the forms about something, in the order offered.
pub fn offered(about: About, language: Language) -> Vec<(String, String)> {
    LAYOUTS
        .iter()
        .filter(|known| known.about == about)
        .map(|known| {
            let title = known.title.of(language);
            (known.wire.to_owned(), title.to_owned())
        })
        .collect()
}

/// Words on the forms.
pub mod words {
    use super::{Both, both};

    pub const PEOPLE: Both = both("联系人", "Contact persons");
    pub const PEOPLE_HEADS: [Both; 6] = [
        both("姓名", "Name"),
        both("职务", "Post"),
        both("电话", "Phone"),
        both("电子邮件", "E-mail"),
        both("生日", "Birthday"),
        both("喜好", "Preferences"),
    ];
    pub const CARE: Both = both("归属与来源", "Who looks after the customer");
    pub const CHARACTER: Both = both("客户特征", "Character");
    pub const DEALINGS: Both = both("交易状况", "Dealings");
    pub const OBJECTS: Both = both("单元、车辆与会员", "Unit, vehicle, membership");
    pub const FURTHER: Both = both("其他资料", "Further data");
    pub const REVIEW: Both = both("审核意见", "Review");
    pub const CHANGES: Both = both("变更内容", "What changed");
    pub const CHANGE_HEADS: [Both; 5] = [
        both("变更时间", "When"),
        both("项目", "What"),
        both("原内容", "Before"),
        both("新内容", "After"),
        both("变更人", "By"),
    ];
    pub const REASON: Both = both("变更原因", "Why");
    pub const EMPTY: Both = both("（空）", "(empty)");
    pub const SEVERAL: Both = both("仅列出最近的变更", "Only the latest changes are listed");
    pub const PAPER_HEADS: [Both; 9] = [
        both("序号", "No."),
        both("资料名称", "Paper"),
        both("状态", "State"),
        both("份数", "Copies"),
        both("页数", "Pages"),
        both("原件", "Original"),
        both("交件人", "From"),
        both("收件人", "Received by"),
        both("日期与备注", "Day and note"),
    ];
    pub const PAPER_RECEIVED: Both = both("已收到", "received");
    pub const PAPER_CHECKED: Both = both("已核对", "checked");
    pub const PAPER_RETURNED: Both = both("已退回", "returned");
    pub const PAPER_MISSING: Both = both("缺", "missing");
    pub const APART: Both = both("权证（单独存放）", "Title deeds (kept apart)");
    pub const NOT_WANTED: Both = both("选交", "optional");
    pub const INDEX_HEADS: [Both; 5] = [
        both("序号", "No."),
        both("资料名称", "Paper"),
        both("份数", "Copies"),
        both("页数", "Pages"),
        both("备注", "Note"),
    ];
    pub const TOTAL: Both = both("合计", "Total");
    pub const PAPERS: Both = both("资料", "Papers");
    pub const COMPLETE: Both = both("完整度", "Complete");
    pub const BOOK_HEADS: [Both; 6] = [
        both("环节", "Leg"),
        both("移交资料", "Papers handed over"),
        both("欠缺资料", "Papers lacking"),
        both("移交人、时间", "Handed over by, when"),
        both("签收人、时间", "Received by, when"),
        both("结果与备注", "Result and note"),
    ];
    pub const WAITING: Both = both("待签收", "To be received");
    pub const ACCEPTED: Both = both("已签收", "Received");
    pub const REFUSED: Both = both("退回", "Refused");
    pub const YES: Both = both("是", "yes");
    pub const ASKED_BY: Both = both("申请人", "Asked by");
    pub const DEPARTMENT: Both = both("部门", "Department");
    pub const ASKED_ON: Both = both("申请日期", "Asked on");
    pub const FILE_NUMBER: Both = both("档案编号", "Number of the file");
    pub const UNTIL: Both = both("使用至", "Until");
    pub const READ_WHAT: Both = both("查阅内容", "What is to be read");
    pub const READ_WHY: Both = both("查阅目的", "What for");
    pub const WAYS: Both = both("使用方式", "How it is used");
    pub const WAY_BOXES: [Both; 4] = [
        both("阅览", "read"),
        both("摘抄", "take notes"),
        both("复印", "copy"),
        both("借出", "borrow"),
    ];
    pub const OPINION: Both = both("审批意见", "Decision");
    pub const BORROWER: Both = both("借阅人", "Borrower");
    pub const LENT_ON: Both = both("借出日期", "Lent on");
    pub const DUE_ON: Both = both("应还日期", "Due back on");
    pub const BACK_ON: Both = both("归还日期", "Returned on");
    pub const LENDING_HEADS: [Both; 6] = [
        both("序号", "No."),
        both("资料名称", "Paper"),
        both("份数", "Copies"),
        both("页数", "Pages"),
        both("借出 ✓", "Lent ✓"),
        both("归还验收 ✓", "Back ✓"),
    ];
    pub const LENT_WHY: Both = both("借阅事由", "What for");
    pub const RETURN_CHECK: Both = both("归还检查", "State on return");
    pub const RETURN_BOXES: [Both; 3] = [
        both("完好", "complete and whole"),
        both("缺页", "pages missing"),
        both("损坏", "damaged"),
    ];
    pub const MATTER: Both = both("申请事项", "What is asked for");
    pub const ACCOUNT_BOXES: [Both; 2] = [both("开户", "open"), both("更名", "rename")];
    pub const ACCOUNT_WHY: Both = both("申请事由", "Why");
    pub const NEW_NAME: Both = both("变更后名称", "New name");
    pub const BANK: Both = both("开户银行及账号", "Bank and account");
    pub const MOVE_ON: Both = both("拟迁出日期", "Moves out on");
    pub const MOVE_WHY: Both = both("迁出原因", "Why");
    pub const FORWARDING: Both = both("迁出后联系地址、电话", "Address and phone afterwards");
    pub const COUNTERSIGNED: Both = both("部门会签", "Departments");
    pub const SIGN_HEADS: [Both; 4] = [
        both("部门", "Department"),
        both("核对内容与意见", "What was checked, opinion"),
        both("签字", "Signature"),
        both("日期", "Day"),
    ];
    pub const DEPARTMENTS: [Both; 4] = [
        both("工程部", "Engineering"),
        both("财务部", "Finance"),
        both("保安部", "Security"),
        both("客服部", "Service"),
    ];
    pub const CONFIRM_HEADS: [Both; 4] = [
        both("核对项目", "Item"),
        both("结果", "Result"),
        both("经办人", "By"),
        both("备注", "Note"),
    ];
    pub const CONFIRM_ITEMS: [Both; 6] = [
        both("水、电、气表读数", "Water, power and gas meters"),
        both("钥匙、门禁卡交回", "Keys and passes returned"),
        both("装修恢复与设施检查", "Fit-out restored, facilities checked"),
        both("费用结清", "Fees settled"),
        both("保证金退还", "Deposit returned"),
        both("租赁合同终止", "Contract ended"),
    ];
    pub const GOODS: Both = both("放行物品", "Goods released");
    pub const GOODS_HEADS: [Both; 3] = [
        both("物品名称", "Goods"),
        both("数量", "Number"),
        both("备注", "Note"),
    ];
    pub const GRANTED: Both = both("发卡依据", "Granted for");
    pub const CARD_BOXES: [Both; 3] = [
        both("一次性消费", "one purchase"),
        both("累计消费", "purchases in sum"),
        both("特批", "by decision"),
    ];
    pub const CARD_ON: Both = both("发卡日期", "Card given on");
    pub const CARD_UNTIL: Both = both("有效期至", "Valid until");
    pub const WISHES: Both = both("喜好与需求", "Likes and needs");
    pub const CONTACTS: Both = both("往来记录", "Contacts");
    pub const CONTACT_HEADS: [Both; 5] = [
        both("日期", "Day"),
        both("类别", "Kind"),
        both("主题", "Subject"),
        both("经手人", "By"),
        both("结果", "Result"),
    ];
    pub const REPORT: Both = both("联系情况", "What was found");
    pub const NEXT: Both = both("下一步安排", "What comes next");
    pub const PROMISES: Both = both("对客户的承诺", "Promises to the customer");
    pub const PROMISE_HEADS: [Both; 4] = [
        both("承诺内容", "Promise"),
        both("负责人", "Kept by"),
        both("期限", "Until"),
        both("兑现日期", "Kept on"),
    ];
    pub const VERDICT: Both = both("客户评价", "Customer's verdict");
    pub const VERDICT_BOXES: [Both; 3] = [
        both("满意", "satisfied"),
        both("基本满意", "fairly satisfied"),
        both("不满意", "not satisfied"),
    ];
    pub const BY: Both = both("经手人", "By");
    pub const DAY: Both = both("日期", "Day");
    pub const COST_LIMIT: Both = both("标准内费用（元）", "Cost within the limit (yuan)");
    pub const PROGRAMME: Both = both("接待安排", "Programme");
    pub const PLAN_HEADS: [Both; 7] = [
        both("日期", "Day"),
        both("客户", "Customer"),
        both("类别", "Kind"),
        both("目的", "Purpose"),
        both("主题", "Subject"),
        both("计划人", "Planned by"),
        both("状态", "State"),
    ];
    pub const FOLLOW_HEADS: [Both; 6] = [
        both("日期", "Day"),
        both("客户", "Customer"),
        both("主题", "Subject"),
        both("回访人", "By"),
        both("结果", "Result"),
        both("状态", "State"),
    ];
    pub const GIFT_HEADS: [Both; 6] = [
        both("序号", "No."),
        both("客户", "Customer"),
        both("礼品、事由", "Gift, occasion"),
        both("送礼日期", "Day"),
        both("经手人", "By"),
        both("客户签收", "Received"),
    ];
    pub const BY_KIND: Both = both("按类别", "By kind");
    pub const BY_PERSON: Both = both("按人员", "By person");
    pub const BY_RESULT: Both = both("按结果", "By result");
    pub const SUM_HEADS: [Both; 4] = [
        both("项目", "Item"),
        both("合计", "All"),
        both("已进行", "Took place"),
        both("待进行", "To come"),
    ];
    pub const COMMENT: Both = both("分析与下月安排", "Analysis and plans for next month");
    pub const MONTH: Both = both("月份", "Month");
    pub const COUNT: Both = both("件数", "Number");
    pub const CUSTOMER_HEADS: [Both; 7] = [
        both("序号", "No."),
        both("编号", "Number"),
        both("名称", "Name"),
        both("级别", "Class"),
        both("联系人", "Contact person"),
        both("电话", "Phone"),
        both("负责人", "Owner"),
    ];
    pub const THANK_HEADS: [Both; 6] = [
        both("序号", "No."),
        both("客户", "Customer"),
        both("联系人、电话", "Contact person, phone"),
        both("负责人", "Owner"),
        both("感谢事由", "Thanked for"),
        both("感谢方式", "How"),
    ];
    pub const CUSTOMERS: Both = both("客户数", "Customers");
    pub const CUT: Both = both(
        "数量太多，只列出前面一部分，请先筛选",
        "Too many: only the first are listed; narrow the list first",
    );
    pub const DESTROY_HEADS: [Both; 2] = [both("序号", "No."), both("档案", "Record")];
    pub const PERIOD: Both = both("档案所属期间", "Period of the records");
    pub const PROPOSED_BY: Both = both("提出人", "Proposed by");
    pub const APPROVED_BY: Both = both("批准人", "Approved by");
    pub const DESTROYED_ON: Both = both("销毁时间", "Destroyed on");
    pub const WAY_OF_DESTROYING: Both = both("销毁方式与地点", "How and where destroyed");
    pub const SUM_BY_PERSON: Both = both("按人员合计", "Sums per person");
    pub const PENALTY_SUM_HEADS: [Both; 5] = [
        both("姓名", "Name"),
        both("月份", "Month"),
        both("件数", "Number"),
        both("金额（元）", "Amount (yuan)"),
        both("分数", "Points"),
    ];
    pub const ENTRIES: Both = both("明细", "Entries");
    pub const PENALTY_HEADS: [Both; 6] = [
        both("姓名", "Name"),
        both("类别", "Kind"),
        both("依据条款", "Clause"),
        both("金额（元）", "Amount (yuan)"),
        both("分数", "Points"),
        both("决定", "Decision"),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_has_a_name_of_its_own_and_both_languages() {
        for (at, known) in LAYOUTS.iter().enumerate() {
            assert!(!known.title.zh.is_empty() && !known.title.en.is_empty());
            assert!(
                LAYOUTS[..at].iter().all(|other| other.wire != known.wire),
                "{} stands there twice",
                known.wire
            );
            for text in [known.opening, known.closing] {
                assert_eq!(text.zh.is_empty(), text.en.is_empty(), "{}", known.wire);
            }
            for text in known.signatures {
                assert!(!text.zh.is_empty() && !text.en.is_empty());
            }
        }
    }

    #[test]
    fn every_form_of_a_policy_can_be_printed() {
        for pack in huiyin_core::pack::builtin::packs() {
            for form in pack.forms.iter().chain(&pack.file_forms) {
                assert!(find(&form.layout).is_some(), "{}", form.layout);
            }
        }
    }
}
