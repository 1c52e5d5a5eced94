//! Texts of own reports.

use huiyin_api::Language;

/// Texts of own reports.
pub struct OwnTexts {
    pub title: &'static str,
    pub lead: &'static str,
    pub new: &'static str,
    pub edit: &'static str,
    pub change: &'static str,
    pub remove: &'static str,
    pub close: &'static str,
    pub name: &'static str,
    pub name_hint: &'static str,
    pub rows: &'static str,
    pub columns: &'static str,
    pub no_columns: &'static str,
    pub measure: &'static str,
    pub save: &'static str,
    pub saved: &'static str,
    pub removed: &'static str,
    pub undo: &'static str,
    pub shared: &'static str,
    pub counted: fn(&str, &str) -> String,
    pub nothing: &'static str,
}

static ZH: OwnTexts = OwnTexts {
    title: "自定报表",
    lead: "按自己的行、列、指标和筛选条件统计工单；统计期、门店和类型按上面的选择一起保存。",
    new: "新建报表",
    edit: "修改报表",
    change: "修改",
    remove: "删除报表",
    close: "收起",
    name: "报表名称",
    name_hint: "例如：各门店投诉分类",
    rows: "行",
    columns: "列",
    no_columns: "不分列",
    measure: "指标",
    save: "保存报表",
    saved: "报表已保存",
    removed: "报表已删除",
    undo: "撤销",
    shared: "公司共用",
    counted: |measure, total| format!("{measure} {total}"),
    nothing: "这个统计期没有符合的工单",
};

static EN: OwnTexts = OwnTexts {
    title: "Own reports",
    lead: "Cases by lines, heads, a figure and conditions of your own; the period, branch and kind chosen above are saved with it.",
    new: "New report",
    edit: "Change the report",
    change: "Change",
    remove: "Remove the report",
    close: "Close",
    name: "Name of the report",
    name_hint: "For example: complaints by branch and category",
    rows: "Lines",
    columns: "Heads",
    no_columns: "No heads",
    measure: "Figure",
    save: "Save the report",
    saved: "The report is saved",
    removed: "The report is removed",
    undo: "Undo",
    shared: "shared",
    counted: |measure, total| format!("{measure}: {total}"),
    nothing: "No such cases in this period",
};

/// Returns the texts of a language.
pub fn of(language: Language) -> &'static OwnTexts {
    match language {
        Language::Chinese => &ZH,
        Language::English => &EN,
    }
}
