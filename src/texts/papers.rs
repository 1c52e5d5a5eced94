//! Texts of printed papers, in both languages whatever the language of the screen is.

use huiyin_api::Language;

use crate::pages::papers::Words;

/// Who signs on a line, told by its title: the step whose signature belongs there, and words such titles have.
const SIGNS_AT: &[(&str, &[&str])] = &[
    (
        "registered",
        &["登记", "接待", "记录人", "regist", "recorded"],
    ),
    ("accepted", &["受理", "accept"]),
    ("investigated", &["调查", "investigat"]),
    ("proposed", &["方案", "提出", "propos"]),
    ("approved", &["批准", "审批", "approv"]),
    ("endorsed", &["会签", "审核", "endors", "review"]),
    (
        "carried_out",
        &["执行", "经办", "处理人", "carried", "handled"],
    ),
    ("answered", &["答复", "answer"]),
    ("called_back", &["回访", "call"]),
    ("closed", &["结案", "closed"]),
];
const CUSTOMER_WORDS: &[&str] = &["客户", "投诉人", "顾客", "customer", "complainant"];

/// Returns whether a drawn signature belongs on a line: by the role signed as, by the step, or because the customer drew it.
pub fn signs_here(title: &str, step: &str, role: &str, is_customer: bool) -> bool {
    let title = title.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| title.contains(word));
    if is_customer {
        return has(CUSTOMER_WORDS);
    }
    if has(CUSTOMER_WORDS) && !has(&["客户经理", "客户服务"]) {
        return false;
    }
    (!role.is_empty() && title.contains(&role.to_lowercase()))
        || SIGNS_AT
            .iter()
            .any(|(known, words)| *known == step && has(words))
}

/// Texts on papers and around them.
pub struct PaperTexts {
    pub html: Words,
    pub screen: &'static str,
    pub print: &'static str,
    pub save_file: &'static str,
    pub edit_texts: &'static str,
    pub back: &'static str,
    pub back_customer: &'static str,
    pub back_contact: &'static str,
    pub of_person: &'static str,
    pub menu: &'static str,
    pub paper: &'static str,
    pub language: &'static str,
    pub month_before: &'static str,
    pub month_after: &'static str,
    pub number: &'static str,
    pub branch: &'static str,
    pub printed: &'static str,
    pub received: &'static str,
    pub customer: &'static str,
    pub acceptance: &'static str,
    pub limit: &'static str,
    pub due: &'static str,
    pub proposal: &'static str,
    pub remedy: &'static str,
    pub approvals: &'static str,
    pub approval_heads: [&'static str; 4],
    pub course_of_handling: &'static str,
    pub record_heads: [&'static str; 4],
    pub investigated_by: &'static str,
    pub investigated_at: &'static str,
    pub responsible: &'static str,
    pub course: &'static str,
    pub cause_listed: &'static str,
    pub result: &'static str,
    pub granted: &'static str,
    pub satisfaction: &'static str,
    pub satisfied: &'static str,
    pub not_satisfied: &'static str,
    pub customer_opinion: &'static str,
    pub call_backs: &'static str,
    pub call_back_heads: [&'static str; 5],
    pub further: &'static str,
    pub person: &'static str,
    pub penalty_kind: &'static str,
    pub penalty: &'static str,
    pub reward: &'static str,
    pub points: &'static str,
    pub month: &'static str,
    pub month_of: &'static str,
    pub decision: &'static str,
    pub clause: &'static str,
    pub grounds: &'static str,
    pub statement: &'static str,
    pub statistics_heads: [&'static str; 7],
    pub by_category: &'static str,
    pub by_branch: &'static str,
    pub by_kind: &'static str,
    pub by_state: &'static str,
    pub total: &'static str,
    pub analysis: &'static str,
    pub improvements: &'static str,
    pub incomplete: &'static str,
    pub made: &'static str,
}

pub const ZH: PaperTexts = PaperTexts {
    html: Words {
        colon: "：",
        date: "日期",
        date_blank: "　　　年　　月　　日",
    },
    screen: "打印",
    print: "打印",
    save_file: "存为文件",
    edit_texts: "修改文字",
    back: "返回工单",
    back_customer: "返回客户",
    back_contact: "返回联系",
    of_person: "人员",
    menu: "打印表单",
    paper: "表单",
    language: "表单的语言",
    month_before: "上个月",
    month_after: "下个月",
    number: "编号",
    branch: "分公司",
    printed: "打印日期",
    received: "受理时间",
    customer: "客户",
    acceptance: "受理意见",
    limit: "办理限期",
    due: "到期时间",
    proposal: "处理方案",
    remedy: "处理方式",
    approvals: "审批意见",
    approval_heads: ["岗位", "姓名", "时间", "意见"],
    course_of_handling: "处理经过",
    record_heads: ["时间", "步骤", "经手人", "内容"],
    investigated_by: "调查人",
    investigated_at: "调查时间",
    responsible: "责任人",
    course: "调查经过",
    cause_listed: "原因类别",
    result: "处理结果",
    granted: "给予的补救",
    satisfaction: "客户意见",
    satisfied: "满意",
    not_satisfied: "不满意",
    customer_opinion: "客户的意见和建议",
    call_backs: "回访记录",
    call_back_heads: ["时间", "回访人", "是否满意", "评分", "客户的话"],
    further: "后续处理",
    person: "姓名",
    penalty_kind: "类别",
    penalty: "处罚",
    reward: "奖励",
    points: "分数",
    month: "计入月份",
    month_of: "月份",
    decision: "决定",
    clause: "依据条款",
    grounds: "事由",
    statement: "本人陈述",
    statistics_heads: ["项目", "件数", "一般", "重要", "重大", "已办结", "超期"],
    by_category: "按问题分类",
    by_branch: "按分公司",
    by_kind: "按类别",
    by_state: "按状态",
    total: "合计",
    analysis: "分析",
    improvements: "改进措施",
    incomplete: "工单太多，只统计了最近的一部分",
    made: "制表日期",
};

pub const EN: PaperTexts = PaperTexts {
    html: Words {
        colon: ": ",
        date: "Date",
        date_blank: "Date: ____________",
    },
    screen: "Print",
    print: "Print",
    save_file: "Save as file",
    edit_texts: "Change texts",
    back: "Back to the case",
    back_customer: "Back to the customer",
    back_contact: "Back to the contact",
    of_person: "Person",
    menu: "Papers",
    paper: "Paper",
    language: "Language of the paper",
    month_before: "Month before",
    month_after: "Month after",
    number: "Number",
    branch: "Branch",
    printed: "Printed on",
    received: "Received",
    customer: "Customer",
    acceptance: "On acceptance",
    limit: "Limit given",
    due: "Due",
    proposal: "Proposal",
    remedy: "Remedy",
    approvals: "Approvals",
    approval_heads: ["Post", "Name", "When", "Opinion"],
    course_of_handling: "Course of handling",
    record_heads: ["When", "Step", "By", "What"],
    investigated_by: "Investigated by",
    investigated_at: "Investigated on",
    responsible: "Person responsible",
    course: "Course of events",
    cause_listed: "Kind of cause",
    result: "Outcome",
    granted: "Remedy given",
    satisfaction: "Customer's verdict",
    satisfied: "Satisfied",
    not_satisfied: "Not satisfied",
    customer_opinion: "Customer's opinion and suggestions",
    call_backs: "Call-backs",
    call_back_heads: ["When", "By", "Satisfied", "Score", "Customer's words"],
    further: "Further handling",
    person: "Name",
    penalty_kind: "Kind",
    penalty: "Penalty",
    reward: "Reward",
    points: "Points",
    month: "Counts in",
    month_of: "Month",
    decision: "Decision",
    clause: "Clause",
    grounds: "Grounds",
    statement: "Statement of the person",
    statistics_heads: [
        "Item",
        "Cases",
        "General",
        "Important",
        "Major",
        "Ended",
        "Late",
    ],
    by_category: "By category",
    by_branch: "By branch",
    by_kind: "By kind",
    by_state: "By state",
    total: "Total",
    analysis: "Analysis",
    improvements: "Improvements",
    incomplete: "Too many cases: only the latest were counted",
    made: "Made on",
};

/// Returns the texts of papers in a language.
pub fn of(language: Language) -> &'static PaperTexts {
    match language {
        Language::Chinese => &ZH,
        Language::English => &EN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_stands_on_the_line_of_whoever_drew_it() {
        assert!(signs_here("调查人", "investigated", "", false));
        assert!(signs_here("质量负责人", "approved", "质量负责人", false));
        assert!(signs_here("Approved by", "approved", "", false));
        assert!(signs_here("投诉人", "registered", "", true));
        assert!(!signs_here("投诉人", "registered", "", false));
        assert!(!signs_here("登记人", "registered", "", true));
        assert!(!signs_here("总经理", "registered", "", false));
    }
}
