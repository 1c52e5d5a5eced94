//! Names of fields, values, steps, states and roles by their wire names, in both languages.
//!
//! Long: the names of everything in both languages.

use huiyin_api::Language;
use huiyin_core::case::CATEGORIES;
use huiyin_core::person::PersonField;

use super::{contact_names, survey};

/// A wire name with its Chinese and its English name.
pub type Row = (&'static str, &'static str, &'static str);

const FIELDS: &[Row] = &[
    // Customer
    ("name", "名称", "Name"),
    ("short_name", "简称", "Short name"),
    ("kind", "类别", "Kind"),
    ("class", "级别", "Class"),
    ("nature", "企业性质", "Type of company"),
    ("industry", "行业", "Industry"),
    ("supervising_unit", "主管单位", "Supervising unit"),
    ("legal_representative", "法定代表人", "Legal representative"),
    ("founded", "成立日期", "Founded"),
    ("registered_capital", "注册资本", "Registered capital"),
    ("business_scope", "经营范围", "Business scope"),
    ("address", "地址", "Address"),
    ("city", "城市", "City"),
    ("region", "省份或地区", "Province or region"),
    ("country", "国家", "Country"),
    ("postcode", "邮编", "Postcode"),
    ("phone", "电话", "Phone"),
    ("phone2", "备用电话", "Second phone"),
    ("fax", "传真", "Fax"),
    ("email", "电子邮件", "E-mail"),
    ("website", "网站", "Web site"),
    ("contact_name", "联系人", "Contact person"),
    ("contact_title", "联系人职务", "Contact's post"),
    ("contact_phone", "联系人电话", "Contact's phone"),
    ("emergency_contact", "紧急联系人", "Emergency contact"),
    ("birthday", "生日", "Birthday"),
    ("owner_a", "负责人 A", "Owner A"),
    ("owner_b", "负责人 B", "Owner B"),
    ("source", "来源", "Source"),
    ("referrer", "介绍人", "Referrer"),
    ("tags", "标签", "Tags"),
    ("card_number", "会员卡号", "Card number"),
    ("plate", "车牌号", "Plate number"),
    ("unit", "房号", "Unit"),
    ("vehicle", "车型", "Vehicle"),
    ("report_number", "报告编号", "Report number"),
    ("report_received_at", "收到报告日期", "Report received on"),
    ("demand_detail", "要求说明", "Demand in words"),
    ("matter", "同一事项", "Same matter as"),
    ("continues", "接续的工单", "Continues"),
    ("from_branch", "转出分公司", "Forwarded by"),
    ("credit_rating", "信用等级", "Credit rating"),
    ("external_number", "外部编号", "External number"),
    ("notes", "备注", "Notes"),
    ("life_cycle", "客户阶段", "Life cycle"),
    ("lost_reason", "流失原因", "Reason for loss"),
    ("points", "积分", "Points"),
    ("filed_on", "备案日期", "Filed on"),
    ("created_on", "建档日期", "Created on"),
    ("identity_number", "身份证号", "Identity number"),
    ("other_papers", "其他证件", "Other papers"),
    ("credit_code", "统一社会信用代码", "Credit code"),
    ("emergency_phone", "紧急联系电话", "Emergency phone"),
    ("parent_company", "上级公司", "Parent company"),
    ("referred_by", "介绍客户", "Brought by"),
    ("first_contact_on", "首次接触日期", "First contact on"),
    ("first_contact_by", "首次接待人", "First contact by"),
    ("life_cycle_reason", "转化原因", "Reason for the stage"),
    ("class_provisional", "临时级别", "Provisional class"),
    ("provisional", "临时级别", "Provisional class"),
    ("win_back", "挽回步骤", "Step to win back"),
    ("graded_on", "评级日期", "Graded on"),
    ("turnover", "年营业额", "Turnover per year"),
    ("headcount", "员工人数", "Staff"),
    ("assets", "资产", "Assets"),
    ("service_area", "服务区域", "Service area"),
    ("sales_ability", "销售能力", "Sales ability"),
    ("growth_potential", "发展潜力", "Growth potential"),
    ("management_style", "经营管理方式", "Management style"),
    ("purchase_decision", "采购决策", "How purchases are decided"),
    ("needs", "需求", "Needs"),
    ("brands", "经营品牌", "Brands"),
    ("finances", "财务状况", "Finances"),
    ("manager_name", "主要负责人", "Manager"),
    ("manager_age", "负责人年龄", "Manager's age"),
    ("manager_education", "负责人学历", "Manager's education"),
    ("manager_family", "负责人家庭", "Manager's family"),
    ("manager_hobbies", "负责人爱好", "Manager's hobbies"),
    ("manager_character", "负责人性格", "Manager's character"),
    ("manager_ability", "负责人能力", "Manager's ability"),
    ("trading_since", "交易起始日期", "Trading since"),
    ("contract_number", "合同号", "Contract number"),
    ("contract_amount", "合同金额", "Contract amount"),
    ("contract_until", "合同到期日", "Contract until"),
    ("trading_way", "交易方式", "Way of trading"),
    ("payment_terms", "付款方式", "Payment terms"),
    ("payment_record", "付款记录", "Payment record"),
    ("yearly_amount", "年交易额", "Amount per year"),
    ("arrears", "欠款", "Arrears"),
    ("account_name", "财务开户名", "Account with finance"),
    ("credit_limit", "信用额度", "Credit limit"),
    ("credit_history", "信用记录", "Credit history"),
    ("competitors", "竞争关系", "Competitors"),
    ("moved_in_on", "入住日期", "Moved in on"),
    ("vin", "车架号", "Vehicle identification number"),
    ("sold_on", "售出日期", "Sold on"),
    ("serviced_on", "维修日期", "Serviced on"),
    ("delivered_on", "交付日期", "Delivered on"),
    ("signed_on", "签约日期", "Signed on"),
    // Case
    ("channel", "渠道", "Channel"),
    ("received_at", "受理日期", "Received on"),
    ("received_by", "接待人", "Received by"),
    ("complainant_name", "来访人姓名", "Person reporting"),
    ("complainant_phone", "来访人电话", "Phone"),
    ("complainant_company", "来访人单位", "Their company"),
    ("relation", "与客户的关系", "Relation to customer"),
    ("customer", "客户", "Customer"),
    ("product", "产品", "Product"),
    ("sub_product", "产品细类", "Product detail"),
    ("order_number", "订单号", "Order number"),
    ("against_branch", "被反映分公司", "Branch concerned"),
    ("against_department", "被反映部门", "Department concerned"),
    ("against_person", "被反映人", "Person concerned"),
    ("category", "问题分类", "Category"),
    ("sub_category", "问题细类", "Sub-category"),
    ("severity", "严重程度", "Severity"),
    ("subject", "主题", "Subject"),
    ("description", "事情经过", "What happened"),
    ("demand", "客户要求", "What is asked for"),
    ("evidence", "证据", "Evidence"),
    ("witnesses", "证人", "Witnesses"),
    ("promised_at", "承诺答复日期", "Answer promised by"),
    ("confidentiality", "保密级别", "Confidentiality"),
    ("company", "涉及公司", "Company concerned"),
    ("origin", "数据来源", "Origin"),
    ("state_region", "州或地区", "State or region"),
    ("company_response", "公司回复", "Company response"),
    ("timely", "回复及时", "Timely response"),
    ("disputed", "客户有异议", "Disputed"),
    // Steps
    ("note", "说明", "Note"),
    ("reason", "理由", "Reason"),
    ("assignee", "负责人", "Person responsible"),
    ("act", "操作编号", "Id of the act"),
    ("lines", "所列项目", "Lines"),
    ("department", "部门", "Department"),
    ("to_branch", "转往分公司", "To branch"),
    ("from_file", "来自档案", "From file"),
    ("other_file", "另一份档案", "Other file"),
    ("put_aside", "未采用", "Not taken"),
    ("told", "已告知", "Told"),
    ("leaver", "调离人员", "Leaver"),
    ("cause", "原因", "Cause"),
    ("conclusion", "结论", "Conclusion"),
    ("countermeasure", "对策", "Countermeasure"),
    ("prevention", "预防措施", "Prevention"),
    ("satisfied", "客户是否满意", "Customer satisfied"),
    ("score", "评分（0–10）", "Score (0–10)"),
    ("amount", "金额（元）", "Amount (yuan)"),
    ("at", "发生时间", "When it happened"),
    ("course", "经过", "Course"),
    ("responsible", "责任人", "Person responsible for it"),
    ("cause_id", "原因分类", "Kind of cause"),
    ("criteria", "重大理由", "What makes it major"),
    ("clock", "时限", "Deadline"),
    ("limit", "答复期限", "To be answered by"),
    ("remedy", "处理方式", "Remedy"),
    ("as_role", "签批身份", "Signed as"),
    ("of", "针对", "About"),
    ("to", "受托人", "Delegated to"),
    ("original", "原工单", "Case that goes on"),
    ("continuation", "接续工单", "Continuation"),
    ("action", "措施", "Action"),
    ("action_kind", "措施类别", "Kind of action"),
    ("owner", "负责人", "Owner"),
    ("good", "结果", "Result"),
    ("signature", "手写签名", "Signature"),
    ("signer", "签名人", "Signed by"),
    ("template", "答复模板", "Template"),
    ("clause", "条款", "Clause"),
    ("person", "人员", "Person"),
    ("reward", "奖励", "Reward"),
    ("statement", "本人陈述", "What the person says"),
    ("old_due", "原期限", "Former deadline"),
    ("new_due", "新期限", "New deadline"),
    ("imported_state", "导入时的状态", "State in the file"),
    (
        "assignee_or_department",
        "负责人或部门",
        "Person or department",
    ),
    // List columns and settings
    ("branch", "分公司", "Branch"),
    ("state", "状态", "State"),
    ("group", "进度", "Progress"),
    ("due", "期限", "Deadline"),
    ("paper", "资料", "Paper"),
    ("papers", "移交资料", "Papers handed over"),
    ("missing", "欠缺资料", "Papers lacking"),
    ("copies", "份数", "Copies"),
    ("pages", "页数", "Pages"),
    ("original_paper", "原件", "Original"),
    ("from", "来自", "From"),
    ("leg", "移交环节", "Leg"),
    ("stage", "阶段", "Stage"),
    ("reason_id", "原因", "Reason"),
    ("scores", "评分", "Scores"),
    ("line_scores", "评分", "Scores"),
    ("number", "编号", "Number"),
    ("filter", "筛选条件", "Filter"),
    ("paper_text", "表单文字", "Text of the form"),
    ("logo", "标志", "Logo"),
    ("view_name", "视图名称", "Name of the view"),
    ("updated", "最近修改", "Last change"),
    ("created", "建档时间", "Filed on"),
    ("received", "受理时间", "Received"),
    ("ended", "办结时间", "Ended"),
    ("customer_name", "客户名称", "Customer's name"),
    ("against", "被反映方", "Party concerned"),
    ("due_state", "期限情况", "Standing of the deadline"),
    ("to_check", "待核对", "To be checked"),
    ("case_clock", "工单期限", "Case deadline"),
    ("staff_name", "姓名", "Name of the person"),
    ("pin", "PIN", "PIN"),
    ("branch_code", "分公司代号", "Branch code"),
    ("branch_name", "分公司名称", "Branch name"),
    ("device_name", "设备名称", "Device name"),
    ("relay", "中继地址", "Relay address"),
    ("link", "邀请链接", "Invitation link"),
    ("role", "角色", "Role"),
    ("roles", "角色", "Roles"),
];

const STEPS: &[Row] = &[
    ("registered", "登记", "Registered"),
    ("accepted", "受理", "Accepted"),
    ("not_upheld", "不成立", "Not upheld"),
    ("forwarded", "转办", "Forwarded"),
    ("assigned", "分派", "Assigned"),
    ("investigated", "调查", "Investigated"),
    ("proposed", "提出方案", "Proposed"),
    ("approved", "批准", "Approved"),
    ("sent_back", "退回", "Sent back"),
    ("carried_out", "执行", "Carried out"),
    ("answered", "答复", "Answered"),
    ("called_back", "回访", "Called back"),
    ("closed", "结案", "Closed"),
    ("reopened", "重新处理", "Reopened"),
    ("archived", "归档", "Archived"),
    ("withdrawn", "撤回", "Withdrawn"),
    ("duplicate", "重复", "Duplicate"),
    ("malicious", "恶意", "Malicious"),
    ("noted", "记录", "Note"),
    ("bulk_edited", "批量修改", "Changed with many"),
    ("answer_corrected", "更正答卷", "Answers corrected"),
    (
        "conflict_settled",
        "选定不同写法",
        "Differing entries settled",
    ),
    ("survey_answered", "填写问卷", "Survey answered"),
    ("class_scored", "分项评分", "Lines scored"),
    ("bulk_undone", "撤销批量修改", "Change of many undone"),
    ("classed", "定级", "Classed"),
    ("paused", "暂停", "Paused"),
    ("resumed", "恢复", "Resumed"),
    ("extended", "延期", "Extended"),
    ("endorsed", "会签", "Endorsed"),
    ("delegated", "委托签批", "Delegated"),
    ("returned", "退回转办", "Given back"),
    ("action_planned", "安排措施", "Action planned"),
    ("action_done", "措施完成", "Action done"),
    ("action_verified", "措施验证", "Action verified"),
    ("spot_checked", "抽查", "Spot check"),
    (
        "penalty_proposed",
        "提出处罚或奖励",
        "Penalty or reward proposed",
    ),
    ("penalty_heard", "听取申辩", "Heard"),
    ("penalty_approved", "批准", "Approved"),
    ("penalty_rejected", "不予批准", "Turned down"),
    ("penalty_published", "公布", "Published"),
    ("penalty_appealed", "申诉", "Appealed"),
    ("penalty_confirmed", "维持", "Upheld"),
    ("penalty_lifted", "撤销", "Lifted"),
    ("filed", "备案", "Filed"),
    ("change_noticed", "得知变更", "Change noticed"),
    ("changed", "变更登记", "Change entered"),
    ("completed", "补全", "Completed"),
    ("refreshed", "更新核对", "Refreshed"),
    ("reviewed", "审核", "Reviewed"),
    ("file_approved", "审批确认", "File approved"),
    ("file_returned", "退回补充", "Sent back to complete"),
    ("contact_reported", "联系报告", "Contact report"),
    ("paper_received", "收到资料", "Paper received"),
    ("paper_checked", "核对资料", "Paper checked"),
    ("paper_returned", "归还资料", "Paper returned"),
    ("paper_missing", "缺少资料", "Paper missing"),
    ("handed_over", "移交", "Handed over"),
    ("hand_over_accepted", "签收", "Received and signed"),
    ("hand_over_refused", "拒收", "Not accepted"),
    ("owner_changed", "更换负责人", "Owner changed"),
    ("customer_told", "告知客户", "Customer told"),
    ("life_cycle_changed", "阶段变更", "Stage changed"),
    ("class_proposed", "评级提议", "Class proposed"),
    ("class_confirmed", "评级确认", "Class confirmed"),
    ("class_refused", "评级否决", "Class refused"),
    ("merged", "合并", "Merged"),
    ("unmerged", "撤销合并", "Merge undone"),
    ("pooled", "放入公海", "Put into the pool"),
    ("claimed", "领取", "Taken from the pool"),
    ("disputed", "提出争议", "Disputed"),
    ("ruled", "裁定", "Ruled"),
    ("opened", "查阅", "Opened"),
    ("planned", "计划", "Planned"),
    ("submitted", "提交", "Submitted"),
    ("rescheduled", "改期", "Rescheduled"),
    ("done", "完成", "Done"),
    ("reported", "报告", "Reported"),
    ("promised", "承诺", "Promised"),
    ("promise_kept", "承诺兑现", "Promise kept"),
    ("cancelled", "取消", "Cancelled"),
    ("customer_signed", "客户签字", "Signed by the customer"),
    ("supervised", "主管检查", "Checked by the supervisor"),
    ("note", "记录", "Note"),
    ("created", "建档", "Created"),
    ("imported", "导入", "Imported"),
    ("edited", "修改", "Edited"),
    ("settled", "核对", "Settled"),
];

/// What a button says that takes the step.
const ACTS: &[Row] = &[
    ("filed", "备案", "File"),
    ("change_noticed", "得知变更", "Note a change"),
    ("changed", "登记变更", "Enter the change"),
    ("completed", "补全", "Complete"),
    ("refreshed", "更新核对", "Refresh"),
    ("reviewed", "审核", "Review"),
    ("file_approved", "审批确认", "Approve"),
    ("file_returned", "退回补充", "Send back"),
    ("contact_reported", "写联系报告", "Write a contact report"),
    ("life_cycle_changed", "变更阶段", "Change stage"),
    ("accepted", "受理", "Accept"),
    ("not_upheld", "不成立", "Not upheld"),
    ("forwarded", "转办", "Forward"),
    ("assigned", "分派", "Assign"),
    ("investigated", "写调查结论", "Investigate"),
    ("proposed", "提出方案", "Propose"),
    ("approved", "批准", "Approve"),
    ("sent_back", "退回", "Send back"),
    ("carried_out", "已执行", "Carry out"),
    ("answered", "答复客户", "Answer"),
    ("called_back", "回访", "Call back"),
    ("closed", "结案", "Close"),
    ("reopened", "重新处理", "Reopen"),
    ("archived", "归档", "Archive"),
    ("withdrawn", "客户撤回", "Withdraw"),
    ("duplicate", "标为重复", "Mark as duplicate"),
    ("malicious", "标为恶意", "Mark as malicious"),
    ("noted", "添加记录", "Add note"),
    ("classed", "定级", "Class"),
    ("paused", "暂停时限", "Pause"),
    ("resumed", "恢复时限", "Resume"),
    ("extended", "延期", "Extend"),
    ("endorsed", "会签同意", "Endorse"),
    ("delegated", "委托他人", "Delegate"),
    ("returned", "退回转出方", "Give back"),
    ("action_planned", "安排措施", "Plan action"),
    ("action_done", "标为完成", "Mark as done"),
    ("action_verified", "验证", "Verify"),
    ("spot_checked", "抽查", "Spot check"),
    ("penalty_heard", "听取申辩", "Hear"),
    ("penalty_approved", "批准", "Approve"),
    ("penalty_rejected", "不予批准", "Turn down"),
    ("penalty_published", "公布", "Publish"),
    ("penalty_appealed", "申诉", "Appeal"),
    ("penalty_confirmed", "维持", "Uphold"),
    ("penalty_lifted", "撤销", "Lift"),
    ("filed", "备案", "File"),
    ("change_noticed", "登记变更消息", "Note a change"),
    ("changed", "变更登记", "Enter the change"),
    ("completed", "补全", "Complete"),
    ("refreshed", "更新核对", "Refresh"),
    ("reviewed", "审核", "Review"),
    ("file_approved", "审批确认", "Approve the file"),
    ("file_returned", "退回补充", "Send back to complete"),
    ("contact_reported", "报告联系情况", "Report the contact"),
    ("paper_received", "收到资料", "Receive a paper"),
    ("paper_checked", "核对资料", "Check the paper"),
    ("paper_returned", "归还资料", "Return the paper"),
    ("paper_missing", "标为缺少", "Mark as missing"),
    ("handed_over", "移交", "Hand over"),
    ("hand_over_accepted", "签收", "Receive and sign"),
    ("hand_over_refused", "拒收", "Refuse"),
    ("customer_told", "告知客户", "Tell the customer"),
    ("life_cycle_changed", "变更阶段", "Change the stage"),
    ("class_proposed", "提议评级", "Propose a class"),
    ("class_confirmed", "确认评级", "Confirm the class"),
    ("class_refused", "否决评级", "Refuse the class"),
    ("disputed", "提出争议", "Dispute"),
    ("ruled", "裁定", "Rule"),
];

const STATES: &[Row] = &[
    ("registered", "待受理", "Registered"),
    ("accepted", "已受理", "Accepted"),
    ("not_upheld", "不成立", "Not upheld"),
    ("forwarded", "已转办", "Forwarded"),
    ("assigned", "处理中", "Assigned"),
    ("investigated", "已调查", "Investigated"),
    ("proposed", "待审批", "Proposed"),
    ("approved", "已批准", "Approved"),
    ("sent_back", "已退回", "Sent back"),
    ("carried_out", "已执行", "Carried out"),
    ("answered", "待回访", "Answered"),
    ("called_back", "已回访", "Called back"),
    ("closed", "已结案", "Closed"),
    ("reopened", "重新处理", "Reopened"),
    ("archived", "已归档", "Archived"),
    ("withdrawn", "已撤回", "Withdrawn"),
    ("duplicate", "重复", "Duplicate"),
    ("malicious", "恶意", "Malicious"),
    ("returned", "已退回转出方", "Given back"),
];

const ROLES: &[Row] = &[
    ("clerk", "店员", "Clerk"),
    ("service_agent", "客服专员", "Service agent"),
    ("complaint_officer", "投诉受理人", "Complaint officer"),
    ("service_supervisor", "客服主管", "Service supervisor"),
    ("department_manager", "部门经理", "Department manager"),
    ("store_manager", "店长", "Store manager"),
    ("quality_lead", "质量负责人", "Quality lead"),
    ("records_keeper", "档案管理员", "Records keeper"),
    ("sales_rep", "业务员", "Sales representative"),
    ("sales_director", "营销总监", "Sales director"),
    ("finance", "财务", "Finance"),
    ("general_manager", "总经理", "General manager"),
    ("administrator", "系统管理员", "Administrator"),
];

/// Values of fields with choices; the key is `field.value`, or `.value` where every field says the same.
const VALUES: &[Row] = &[
    ("kind.consumer", "消费者", "Consumer"),
    ("kind.company", "单位", "Company"),
    ("kind.dealer", "经销商", "Dealer"),
    ("kind.franchisee", "加盟商", "Franchisee"),
    ("kind.agent", "代理商", "Agent"),
    ("kind.institution", "机构", "Institution"),
    ("kind.tenant", "租户", "Tenant"),
    ("kind.vehicle_owner", "车主", "Vehicle owner"),
    ("kind.member", "会员", "Member"),
    ("kind.borrower", "借款客户", "Borrower"),
    ("kind.supplier", "供应商", "Supplier"),
    ("kind.special_partner", "特殊伙伴", "Special partner"),
    ("kind.inquiry", "咨询", "Inquiry"),
    ("kind.suggestion", "建议", "Suggestion"),
    ("kind.complaint", "投诉", "Complaint"),
    ("kind.repair", "报修", "Repair"),
    ("life_cycle.potential", "潜在", "Potential"),
    ("life_cycle.target", "目标", "Target"),
    ("life_cycle.active", "合作", "Active"),
    ("life_cycle.dormant", "休眠", "Dormant"),
    ("life_cycle.lost", "流失", "Lost"),
    ("life_cycle.won_back", "挽回", "Won back"),
    ("channel.on_site", "现场", "On site"),
    ("channel.phone", "电话", "Phone"),
    ("channel.letter", "信函", "Letter"),
    ("channel.email", "电子邮件", "E-mail"),
    ("channel.web", "网站", "Web"),
    ("channel.hotline", "热线", "Hotline"),
    ("channel.wechat", "微信", "WeChat"),
    ("channel.app", "应用", "App"),
    (
        "channel.forwarded_head_office",
        "总部转办",
        "From head office",
    ),
    ("channel.forwarded_maker", "厂家转办", "From the maker"),
    (
        "channel.forwarded_unit",
        "其他单位转办",
        "From another unit",
    ),
    (
        "channel.forwarded_authority",
        "主管部门转办",
        "From an authority",
    ),
    ("severity.general", "一般", "General"),
    ("severity.important", "重要", "Important"),
    ("severity.major", "重大", "Major"),
    ("demand.price_cut", "降价", "Price cut"),
    ("demand.return", "退货", "Return"),
    ("demand.exchange", "换货", "Exchange"),
    ("demand.compensation", "赔偿", "Compensation"),
    ("demand.apology", "道歉", "Apology"),
    ("demand.explanation", "解释", "Explanation"),
    ("confidentiality.none", "不保密", "None"),
    ("confidentiality.confidential", "秘密", "Confidential"),
    ("confidentiality.secret", "机密", "Secret"),
    ("confidentiality.top_secret", "绝密", "Top secret"),
    ("category.product_quality", "产品质量", "Product quality"),
    ("category.return_exchange", "退换货", "Return or exchange"),
    ("category.delivery", "送货", "Delivery"),
    ("category.contract", "合同", "Contract"),
    ("category.repair_quality", "维修质量", "Repair quality"),
    ("category.service_attitude", "服务态度", "Service attitude"),
    (
        "category.professional_skill",
        "专业能力",
        "Professional skill",
    ),
    ("category.efficiency", "办事效率", "Efficiency"),
    ("category.billing", "收费", "Billing"),
    ("category.facility", "设施", "Facility"),
    ("category.test_result", "检测结果", "Test result"),
    ("category.misunderstanding", "误会", "Misunderstanding"),
    ("group.open", "处理中", "Open"),
    ("group.waiting", "等待中", "Waiting"),
    ("group.done", "已结束", "Done"),
    ("due.overdue", "已超期", "Overdue"),
    ("due.today", "今天到期", "Due today"),
    ("due.soon", "即将到期", "Due soon"),
    ("due.on_time", "未到期", "On time"),
    ("due.met", "按期完成", "Met"),
    ("due.late", "超期完成", "Late"),
    ("due.none", "无期限", "No deadline"),
    ("action_kind.corrective", "纠正", "Corrective"),
    ("action_kind.preventive", "预防", "Preventive"),
    ("action_state.open", "进行中", "Open"),
    ("action_state.overdue", "已超期", "Overdue"),
    ("action_state.done", "待验证", "To be verified"),
    ("action_state.verified", "已验证", "Verified"),
    ("penalty_state.proposed", "待听取申辩", "Proposed"),
    ("penalty_state.heard", "待批准", "Heard"),
    ("penalty_state.approved", "已批准", "Approved"),
    ("penalty_state.rejected", "未批准", "Turned down"),
    ("penalty_state.appealed", "申诉中", "Appealed"),
    ("penalty_state.confirmed", "维持原决定", "Upheld"),
    ("penalty_state.lifted", "已撤销", "Lifted"),
    ("good.yes", "合格", "Good"),
    ("good.no", "不合格", "Not good"),
    ("satisfied.true", "满意", "Satisfied"),
    ("satisfied.false", "不满意", "Not satisfied"),
    ("satisfied.yes", "满意", "Satisfied"),
    ("satisfied.no", "不满意", "Not satisfied"),
    ("reward.yes", "是", "Yes"),
    ("paused.yes", "已暂停", "Paused"),
    ("approval.mine", "待我签批", "Waiting for my signature"),
    (
        "paper.registration",
        "客户投诉登记表",
        "Complaint registration",
    ),
    ("paper.handling", "客户投诉处理表", "Complaint handling"),
    ("paper.record_card", "投诉记录卡", "Complaint record card"),
    (
        "paper.investigation",
        "投诉调查报告",
        "Investigation report",
    ),
    ("paper.feedback", "处理结果反馈表", "Customer feedback"),
    ("paper.call_back", "回访记录表", "Call-back record"),
    ("paper.penalty", "奖惩通知", "Notice of penalty or reward"),
    (".other", "其他", "Other"),
    (".yes", "是", "Yes"),
    (".no", "否", "No"),
    (".true", "是", "Yes"),
    (".false", "否", "No"),
    (".not_applicable", "不适用", "Not applicable"),
];

fn find(table: &[Row], language: Language, wire: &str) -> Option<&'static str> {
    table
        .iter()
        .find(|(name, _, _)| *name == wire)
        .map(|(_, zh, en)| match language {
            Language::Chinese => *zh,
            Language::English => *en,
        })
}

/// Unknown names come from newer versions: they are shown in a readable form rather than hidden.
fn readable(wire: &str) -> String {
    wire.replace('_', " ")
}

/// Returns the name of a field. Fields that came with an import bear the name of their column after `x:`.
pub fn field(language: Language, wire: &str) -> String {
    if let Some(column) = wire.strip_prefix("x:") {
        return column.to_owned();
    }
    if let Some((_, own)) = huiyin_core::person::parse_name(wire) {
        let people = match language {
            Language::Chinese => "其他联系人",
            Language::English => "Further person",
        };
        return format!("{people} · {}", person(language, own));
    }
    find(FIELDS, language, wire)
        .or_else(|| find(contact_names::FIELDS, language, wire))
        .or_else(|| find(survey::FIELDS, language, wire))
        .map_or_else(|| readable(wire), str::to_owned)
}

/// Returns the name of a field of a further person of a customer.
pub fn person(language: Language, field: PersonField) -> &'static str {
    let (zh, en) = match field {
        PersonField::Name => ("姓名", "Name"),
        PersonField::Post => ("职务", "Post"),
        PersonField::Phone => ("电话", "Phone"),
        PersonField::Phone2 => ("电话二", "Second phone"),
        PersonField::Email => ("电子邮件", "E-mail"),
        PersonField::Birthday => ("生日", "Birthday"),
        PersonField::Preferences => ("喜好", "Preferences"),
        PersonField::Notes => ("备注", "Notes"),
        PersonField::Left => ("已离开", "Has left"),
    };
    match language {
        Language::Chinese => zh,
        Language::English => en,
    }
}

/// Returns the name of a step or entry of a time line.
pub fn step(language: Language, wire: &str) -> String {
    find(STEPS, language, wire).map_or_else(|| readable(wire), str::to_owned)
}

/// Returns what a button says that takes a step.
pub fn act(language: Language, wire: &str) -> String {
    find(ACTS, language, wire)
        .or_else(|| find(contact_names::ACTS, language, wire))
        .map_or_else(|| step(language, wire), str::to_owned)
}

/// Returns the name of a state of a case.
pub fn state(language: Language, wire: &str) -> String {
    find(STATES, language, wire)
        .or_else(|| find(contact_names::STATES, language, wire))
        .map_or_else(|| readable(wire), str::to_owned)
}

/// Returns the name of a role.
pub fn role(language: Language, wire: &str) -> String {
    find(ROLES, language, wire).map_or_else(|| readable(wire), str::to_owned)
}

/// Returns the name of a value of a field with choices, or the value itself.
pub fn value(language: Language, field: &str, value: &str) -> String {
    find(VALUES, language, &format!("{field}.{value}"))
        .or_else(|| find(contact_names::VALUES, language, &format!("{field}.{value}")))
        .or_else(|| find(survey::VALUES, language, &format!("{field}.{value}")))
        .or_else(|| find(VALUES, language, &format!(".{value}")).filter(|_| has_choices(field)))
        .map_or_else(|| value.to_owned(), str::to_owned)
}

/// Returns the wire name of a category given by its name; other words are kept as they are.
pub fn category_wire(language: Language, name: &str) -> String {
    CATEGORIES
        .iter()
        .find(|wire| value(language, "category", wire) == name)
        .map_or_else(|| name.to_owned(), |wire| (*wire).to_owned())
}

/// Returns the name of a field or step, if the wire name is one.
pub fn known(language: Language, wire: &str) -> Option<String> {
    find(FIELDS, language, wire)
        .or_else(|| find(contact_names::FIELDS, language, wire))
        .or_else(|| find(survey::FIELDS, language, wire))
        .or_else(|| find(STEPS, language, wire))
        .map(str::to_owned)
}

/// Returns the wire names of all roles.
pub fn roles() -> impl Iterator<Item = &'static str> {
    ROLES.iter().map(|(wire, _, _)| *wire)
}

fn has_choices(field: &str) -> bool {
    matches!(
        field,
        "channel"
            | "demand"
            | "category"
            | "timely"
            | "disputed"
            | "satisfied"
            | "original_paper"
            | "provisional"
    )
}

#[cfg(test)]
mod tests {
    use huiyin_core::{
        case::{CASE_KINDS, CHANNELS, CaseField, CaseState, DEMANDS, SEVERITIES, Step},
        contact_field::{CONTACT_KINDS, CONTACT_WAYS, ContactField, RESULTS},
        customer::{CUSTOMER_KINDS, CustomerField, LIFE_CYCLES},
        staff::Role,
    };

    use super::*;

    #[track_caller]
    fn named(table: &[Row], wire: &str) {
        assert!(
            find(table, Language::English, wire).is_some(),
            "{wire} has no name"
        );
    }

    #[test]
    fn every_field_step_state_and_role_of_the_domain_has_a_name() {
        for field in CustomerField::ALL {
            named(FIELDS, field.name());
        }
        for field in CaseField::ALL {
            named(FIELDS, field.name());
        }
        for step in Step::ALL {
            named(STEPS, step.name());
        }
        let language = Language::Chinese;
        for field in ContactField::ALL {
            assert!(known(language, field.name()).is_some(), "{}", field.name());
        }
        for state in CaseState::ALL {
            named(STATES, state.name());
        }
        for role in Role::ALL {
            named(ROLES, role.name());
        }
    }

    #[test]
    fn every_choice_of_the_domain_has_a_name() {
        let choices = [
            ("kind", CUSTOMER_KINDS),
            ("kind", CASE_KINDS),
            ("life_cycle", LIFE_CYCLES),
            ("channel", CHANNELS),
            ("severity", SEVERITIES),
            ("demand", DEMANDS),
            ("category", CATEGORIES),
            ("kind", CONTACT_KINDS),
            ("way", CONTACT_WAYS),
            ("result", RESULTS),
        ];
        for (field, values) in choices {
            for wire in values {
                let name = value(Language::Chinese, field, wire);
                assert_ne!(name, *wire, "{field}.{wire} has no name");
            }
        }
    }

    #[test]
    fn free_text_is_never_translated() {
        assert_eq!(value(Language::Chinese, "subject", "other"), "other");
        assert_eq!(
            value(Language::Chinese, "category", "Billing dispute"),
            "Billing dispute"
        );
        assert_eq!(category_wire(Language::Chinese, "收费"), "billing");
        assert_eq!(category_wire(Language::Chinese, "空调漏水"), "空调漏水");
    }
}
