//! Texts of my day.

/// Texts of my day.
pub struct HomeTexts {
    pub title: &'static str,
    pub hello: fn(&str) -> String,
    pub overdue: &'static str,
    pub today: &'static str,
    pub soon: &'static str,
    pub mine: &'static str,
    pub call_backs: &'static str,
    pub to_check: &'static str,
    pub open: &'static str,
    pub customers: &'static str,
    pub conflicts: fn(&str) -> String,
    pub all_clear: &'static str,
    pub all_clear_text: &'static str,
    pub show_all: &'static str,
    pub new_case: &'static str,
    pub new_customer: &'static str,
    pub first_steps: &'static str,
    pub first_steps_text: &'static str,
    pub import: &'static str,
}

pub const ZH: HomeTexts = HomeTexts {
    title: "今日",
    hello: |name| format!("{name}，您好"),
    overdue: "已超期",
    today: "今天到期",
    soon: "三天内到期",
    mine: "我负责的",
    call_backs: "待回访",
    to_check: "需要核对",
    open: "处理中",
    customers: "客户",
    conflicts: |count| format!("{count} 位客户的资料有两种说法，请核对"),
    all_clear: "今天没有到期的工单",
    all_clear_text: "件件有着落，事事有回音。",
    show_all: "查看全部",
    new_case: "登记工单",
    new_customer: "新建客户",
    first_steps: "从这里开始",
    first_steps_text: "登记第一张工单，建立第一位客户，或导入已有的名单。",
    import: "导入名单",
};

pub const EN: HomeTexts = HomeTexts {
    title: "My day",
    hello: |name| format!("Hello, {name}"),
    overdue: "Overdue",
    today: "Due today",
    soon: "Due in 3 days",
    mine: "Mine",
    call_backs: "To call back",
    to_check: "To check",
    open: "Open",
    customers: "Customers",
    conflicts: |count| {
        if count == "1" {
            "1 customer has two versions of a field to check".into()
        } else {
            format!("{count} customers have two versions of a field to check")
        }
    },
    all_clear: "Nothing is due today",
    all_clear_text: "Every matter settled, every customer answered.",
    show_all: "Show all",
    new_case: "Register a case",
    new_customer: "New customer",
    first_steps: "Start here",
    first_steps_text: "Register the first case, file the first customer, or import the lists you have.",
    import: "Import lists",
};
