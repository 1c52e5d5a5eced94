//! Names of the fields, values, states and steps of contacts, by their wire names.

use super::names::Row;

/// Fields of contacts and of their steps.
pub const FIELDS: &[Row] = &[
    ("customer_name", "客户名称", "Customer's name"),
    ("purpose", "目的", "Purpose"),
    ("service_class", "服务类别", "Service class"),
    ("way", "方式", "Way"),
    ("planned_on", "日期", "Day"),
    ("planned_at", "时间", "Time"),
    ("minutes", "时长（分钟）", "Minutes"),
    ("place", "地点", "Place"),
    ("staff", "我方人员", "Our people"),
    ("people", "对方人员", "Their people"),
    ("result", "结果", "Result"),
    ("report", "报告内容", "Report"),
    ("wishes", "客户意见与需求", "Wishes of the customer"),
    ("case", "相关工单", "Case"),
    ("follow_up", "回访规则", "Follow-up rule"),
    ("reception_class", "接待等级", "Class of guests"),
    ("guests", "客人人数", "Guests"),
    ("company_people", "陪同人数", "Our people present"),
    ("cost", "费用（元）", "Cost (yuan)"),
    ("gift", "礼品", "Gift"),
    ("sold", "现场成交（元）", "Closed at the event (yuan)"),
    ("gift_value", "礼品金额（元）", "Value of the gift (yuan)"),
    ("event", "活动", "Event"),
    ("session", "场次", "Session"),
    ("inviter", "邀约人", "Invited by"),
    ("next_on", "下次联系日期", "Next contact on"),
    ("day", "日期", "Day"),
    ("time", "时间", "Time"),
];

/// Choices.
pub const VALUES: &[Row] = &[
    ("kind.visit", "拜访", "Visit"),
    ("kind.call", "电话", "Call"),
    ("kind.letter", "信函", "Letter"),
    ("kind.message", "信息", "Message"),
    ("kind.reception", "接待", "Reception"),
    ("kind.gift", "礼品", "Gift"),
    ("kind.event", "活动", "Event"),
    ("kind.follow_up", "回访", "Return visit"),
    ("way.home", "上门家访", "At home"),
    ("way.customer_site", "客户处", "At the customer's"),
    ("way.our_place", "我方场所", "At our place"),
    ("way.phone", "电话", "By phone"),
    ("way.letter", "信函", "By letter"),
    ("way.message", "信息", "By message"),
    ("way.online", "网上", "Online"),
    ("result.good", "顺利", "Good"),
    ("result.open", "待跟进", "To be followed up"),
    ("result.not_reached", "未接通", "Not reached"),
    ("result.not_at_home", "不在家", "Not at home"),
    ("result.did_not_come", "未到场", "Did not come"),
    ("result.refused", "拒绝", "Refused"),
    ("result.unsolved", "未解决", "Unsolved"),
    ("contact_tab.planned", "待进行", "Planned"),
    ("contact_tab.approve", "待审批", "To approve"),
    ("contact_tab.report", "待报告", "To report"),
    ("contact_tab.done", "已完成", "Done"),
    ("contact_duty.report", "待报告", "Report due"),
    ("contact_duty.promise", "承诺未兑现", "Promise open"),
    ("contact_duty.overdue", "计划日期已过", "Day is over"),
    (
        "contact_duty.signature",
        "缺客户签字",
        "Customer's signature missing",
    ),
    ("contact_duty.supervision", "待主管检查", "To be checked"),
];

/// States that cases do not have.
pub const STATES: &[Row] = &[
    ("planned", "已计划", "Planned"),
    ("submitted", "待审批", "To be approved"),
    ("done", "已进行", "Took place"),
    ("reported", "已报告", "Reported"),
    ("cancelled", "已取消", "Cancelled"),
];

/// What a button says that takes the step.
pub const ACTS: &[Row] = &[
    ("planned", "重新计划", "Plan again"),
    ("submitted", "提交审批", "Submit for approval"),
    ("rescheduled", "改期", "Reschedule"),
    ("done", "已进行", "It took place"),
    ("reported", "写报告", "Report"),
    ("promised", "记录承诺", "Record a promise"),
    ("promise_kept", "已兑现", "Kept"),
    ("customer_signed", "客户签字", "Customer signs"),
    ("supervised", "主管检查", "Check as supervisor"),
    ("cancelled", "取消此次联系", "Cancel it"),
];
