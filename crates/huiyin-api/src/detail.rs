//! Why a step, a pack or a calendar was refused, in Chinese: the English details of the engine by their form.
//!
//! Decides words only. A detail of no known form is told as it came. Long, because it is two tables.

use crate::detail_forms::{MORE, MORE_NAMES};

/// Forms of details and the same in Chinese; `{}` stands for what is named, in the same order.
const FORMS: &[(&str, &str)] = &[
    (
        "the other customer is not on this device: choose from the list",
        "本机没有这位客户：请从列表中选择",
    ),
    (
        "a customer cannot stand above itself: pick another",
        "客户不能是自己的上级：请另选一位",
    ),
    (
        "the other customer already stands under this one: one of the two relations is wrong",
        "对方已经在这位客户之下：两个关系中有一个不对，请核对",
    ),
    (
        "at most {} people of one customer",
        "一位客户最多 {} 个联系人",
    ),
    (
        "{} is not taken in a file this way: choose one of the steps offered",
        "档案中不能这样“{}”：请从可办理的事项中选择",
    ),
    (
        "the file was merged into another one: go on there",
        "档案已合并到另一份档案：请在那里继续",
    ),
    (
        "{} filed or changed the file: someone else signs it",
        "{}备案或变更了这份档案：请由其他人签字",
    ),
    (
        "the customer is filed already: enter a change instead",
        "客户已经备案：如有变化请登记变更",
    ),
    (
        "the customer is not filed yet: file it first",
        "客户还没有备案：请先备案",
    ),
    (
        "no change waits to be entered: note it first",
        "没有待录入的变更：请先登记得知的变更",
    ),
    ("the file does not wait for a signature", "档案不在等待签字"),
    (
        "it is the turn of {} to sign the file: wait for that signature or ask for it",
        "现在轮到{}在档案上签字：请等待或提醒",
    ),
    (
        "{} {} is no whole number from 0 to {}",
        "{}应为整数：{}，请填 0 到 {}",
    ),
    (
        "the customer is at this stage already",
        "客户已经处于这一阶段",
    ),
    (
        "the paper is not here: note it as received first",
        "这份资料还不在：请先登记收到",
    ),
    (
        "no hand-over waits for this signature: look at the book again",
        "没有等待签收的交接：请再看一下签收簿",
    ),
    (
        "{} handed over: someone else signs for receiving",
        "资料由{}交出：请由他人签收",
    ),
    ("{} is for {} in this hand-over", "这次交接的“{}”由{}办理"),
    (
        "the hand-over before this one is not signed by both: finish that first",
        "前一环节的交接还没有双方签字：请先完成",
    ),
    (
        "at most {} groups within each other",
        "条件组最多嵌套 {} 层",
    ),
    ("at most {} conditions", "最多 {} 个条件"),
    ("at most {} KiB", "最多 {} KiB"),
    (
        "at most {} views: remove one first",
        "最多 {} 个视图：请先删除一个",
    ),
    ("at most {} values", "最多 {} 个值"),
    ("a report is one of cases", "报表只统计工单"),
    (
        "lines and heads are two different columns",
        "行和列要选两个不同的项目",
    ),
    ("a month is written 2026-11", "月份请写成 2026-11"),
    (
        "the month is not over: sign its table afterwards",
        "这个月还没有结束：请在月底后签核",
    ),
    (
        "the figures have changed: look at them again, then sign",
        "数字已有变化：请重新核对后再签核",
    ),
    ("a day is written 2026-11-22", "日期请写成 2026-11-22"),
    (
        "a period has 1 to {} days and ends after it begins",
        "统计期为 1 到 {} 天，截止日不能早于开始日",
    ),
    ("at most {} branches and kinds", "最多选 {} 家门店或种类"),
    ("a value has at most {} characters", "每个值最多 {} 个字"),
    ("there is no such column", "没有这一栏"),
    (
        "the column cannot be compared in this way",
        "这一栏不能这样比较",
    ),
    ("a value is missing", "请填写要比较的值"),
    (
        "a day is written 2026-11-22, today, today-7 or today+7",
        "日期请写成 2026-11-22、today、today-7 或 today+7",
    ),
    (
        "a number is written 12, 1,200 or 3.5",
        "数字请写成 12、1,200 或 3.5",
    ),
    ("the value is yes or no", "只能选是或否"),
    (
        "{} still looks after {} customers, cases, contacts and promises: hand them over first",
        "{}名下还有 {} 项客户、工单、拜访和任务：请先移交",
    ),
    (
        "this report or greeting is not due: look at my day again",
        "这项报告或问候现在不需要处理：请回到“今日”查看",
    ),
    ("this is done by {}", "这项由{}负责"),
    (
        "attach the photo or scan to the customer first, then choose it here",
        "请先把照片或扫描件上传到这位客户的附件，再在这里选择",
    ),
    (
        "the customer is looked after: ask for a change of owner",
        "这位客户有人负责：请申请更换负责人",
    ),
    (
        "you look after this customer already",
        "您已经是这位客户的负责人",
    ),
    (
        "{} is not in the staff list: add the person first",
        "{}不在员工名单里：请先添加",
    ),
    ("{} has left: name somebody else", "{}已调离：请另选一位"),
    (
        "owner A and owner B are one person: name two",
        "负责人 A 和 B 是同一个人：请选两位",
    ),
    ("{} does not look after it any more", "{}已不再负责这一项"),
    ("{} looks after it already", "已由{}负责"),
    (
        "another act gave it to {} as well",
        "另一次分配也把这一项分给了{}，保留不动",
    ),
    (
        "the customer was moved already, or need not be: look at my day again",
        "这位客户已转交，或不需要转交：请回到“今日”查看",
    ),
    (
        "the customer moves to somebody else: name another",
        "客户须转给其他同事：请另选一位",
    ),
    (
        "no paper application is on file: note it among the papers first",
        "还没有收到书面的开户（更名）申请：请先在资料清单中登记",
    ),
    (
        "an event of this name is or was planned for that day: choose another name",
        "当天已有（或曾有）同名活动：请另取名称（如注明场次）",
    ),
    ("the event was cancelled", "活动已经取消"),
    (
        "the day of the event has come: what is said about it stays",
        "活动当天起不能再修改活动内容",
    ),
    (
        "the day lies behind: choose a later one",
        "日期已过：请选择今天或以后的日期",
    ),
    ("the event is over", "活动已经结束"),
    (
        "invitations of this department are taken from {} on",
        "本部门从 {} 起受理邀约",
    ),
    (
        "at most {} invitations to one event",
        "一场活动最多 {} 份邀约",
    ),
    (
        "{} registered this guest first: raise a dispute if that is wrong",
        "{}已先登记这位客人：有异议请提出争议",
    ),
    (
        "it is recorded already: open the invitation to correct it",
        "到会情况已登记：请打开这份邀约更正",
    ),
    (
        "this invitation gives way to that of {}: record it there",
        "这份邀约已让位于{}的邀约：请在那份邀约上登记",
    ),
    (
        "this was proposed already: look under penalties",
        "这一项已经提出：请到“责任与处罚”查看",
    ),
    (
        "this guest has no file: register the customer and invite by it",
        "这位客人还没有档案：请先登记客户，再从档案邀约",
    ),
    (
        "a dispute about this guest waits for a ruling already",
        "这位客人已有争议待裁定",
    ),
    (
        "the last role in order has ruled this: it stands",
        "最后一级已作裁定，不再受理",
    ),
    (
        "no dispute about this guest waits for a ruling",
        "这位客人没有待裁定的争议",
    ),
    (
        "a supervisor rules this, and nobody their own dispute",
        "由主管裁定，当事人不能裁定自己的争议",
    ),
    (
        "{} rule this in this order, and nobody their own dispute",
        "由{}依次裁定，当事人不能裁定自己的争议",
    ),
    (
        "name one of those who invited or who disputes",
        "请选邀约人或提出争议的人",
    ),
    ("one to {} leads at once", "一次分配 1 到 {} 条线索"),
    (
        "nobody is named to take them: name at least one colleague",
        "没有选接手的同事：请至少选一位",
    ),
    (
        "{} leaves and cannot take over: name somebody else",
        "{}即将调离，不能接手：请另选一位",
    ),
    (
        "this hand-over was made by a newer version of the program: update to undo it",
        "这次移交由更新的版本完成：请先更新再撤销",
    ),
    (
        "this change was made by a newer version of the program: update to undo it",
        "这次修改由更新的版本完成：请先更新再撤销",
    ),
    ("at most {} records at once", "一次最多 {} 条"),
    (
        "one to {} records in one request",
        "一次请求只能有 1 到 {} 条",
    ),
    ("one to {} changes at once", "一次可以修改 1 到 {} 项"),
    (
        "this field is not changed for many at once",
        "这一项不能批量修改",
    ),
    (
        "the field is named twice: keep one",
        "同一项写了两次：请留一个",
    ),
    (
        "tags are added or removed, other fields are set",
        "标签只能添加或去掉，其他项目只能改为新的值",
    ),
    ("give one tag", "请只写一个标签"),
    ("it is handed over where it is kept", "请在它所在的页面移交"),
    ("it is not here any more", "这台设备上已没有这条记录"),
    (
        "a file cannot be merged with itself: choose another",
        "不能与自己合并：请另选一份档案",
    ),
    (
        "{} is no customer file: choose two customers",
        "{}不是客户档案：请选择两位客户",
    ),
    (
        "{} was merged already: open the file it is in now",
        "{}已经并入另一份档案：请打开它现在所在的档案",
    ),
    (
        "there is nothing to choose about {}: look at the plan again",
        "“{}”没有可以选择的内容：请再看一下合并预览",
    ),
    (
        "this merge was made by a newer version of the program: update to undo it",
        "这次合并由更新的版本完成：请先更新再撤销",
    ),
    (
        "these two files are not merged: look at them again",
        "这两份档案没有合并：请再看一下",
    ),
    (
        "the file that stays has several values here: settle that first",
        "保留的档案里这一项有几种说法：请先选定",
    ),
    (
        "a case that is {} cannot be {}: next may be {}",
        "目前是“{}”，不能“{}”；接下来可以：{}",
    ),
    (
        "the policy of this case leaves out {}: next may be {}",
        "这件工单的制度没有“{}”这一步；接下来可以：{}",
    ),
    (
        "the policy this case began under has not come to this device: connect and try {} again",
        "这件工单的制度还没有到达这台设备：请联网后再“{}”",
    ),
    (
        "{} is not for these roles: ask one of {}",
        "当前角色不能“{}”，请找：{}",
    ),
    (
        "{} is not for these roles under the policy: ask one of {}",
        "按制度当前角色不能“{}”，请找：{}",
    ),
    (
        "it is the turn of {} ({}): wait for that signature or ask for it",
        "现在轮到{}（{}）签批：请等待或提醒",
    ),
    (
        "the plan does not wait for a signature: look at the case again",
        "方案不在等待签批：请再看一下工单",
    ),
    (
        "this signature is {}: choose that instead of {}",
        "这一签应为“{}”，不是“{}”",
    ),
    (
        "the plan was changed after what you saw: look at the latest plan and decide about that",
        "您看到之后方案有改动：请看最新方案再决定",
    ),
    (
        "the latest plan lacks the signature of {}: have it signed, or proposed again if it does not wait for one",
        "最新方案还缺{}的签批：请先签批；如方案不在等待签批，请重新提出",
    ),
    ("{} lacks {}: fill it in", "“{}”还缺{}：请填写"),
    (
        "the step is dated before the case was registered: correct its time",
        "时间早于登记时间：请改正",
    ),
    (
        "{} is the person complained about and takes no part: let someone else do it",
        "{}是被投诉人，应回避：请由他人办理",
    ),
    (
        "the customer is not satisfied: reopen the case instead of closing it",
        "客户不满意：请重新处理，不能结案",
    ),
    (
        "the score {} is out of range: give 0 to {}",
        "评分 {} 超出范围：请填 0 到 {}",
    ),
    (
        "the amount is below zero: give what the customer gets",
        "金额不能小于零：请填给客户的金额",
    ),
    (
        "the amount has too many digits: give at most {}",
        "金额位数太多：最多 {} 元",
    ),
    (
        "the case is paused already: resume it first",
        "已经暂停：请先恢复",
    ),
    (
        "the case is not paused: there is nothing to resume",
        "没有暂停，不需要恢复",
    ),
    (
        "the clock {} cannot be extended: {}",
        "时限“{}”不能延长：{}",
    ),
    (
        "there is no {} {}: choose from the list",
        "没有这个{}：{}，请从列表中选择",
    ),
    (
        "a case does not repeat itself: name the other case",
        "不能与自己重复：请选择另一件工单",
    ),
    (
        "{} {} is no date: write it like 2026-03-31",
        "{}不是日期：{}，请写成 2026-03-31",
    ),
    (
        "{} {} has passed: choose a day from {} on",
        "{} {} 已过：请选 {} 或以后的日期",
    ),
    (
        "the case has no action {} that waits for this: look at its actions again",
        "没有等待这一步的措施 {}：请再看一下措施",
    ),
    (
        "{} owned or did the action: let someone else verify it",
        "措施由{}负责或完成：请由他人验证",
    ),
    (
        "one does not delegate to oneself: name someone else, or sign",
        "不能委托给自己：请选择他人，或直接签批",
    ),
    (
        "the step carries {} entries: give at most {}",
        "内容有 {} 项：最多 {} 项",
    ),
    (
        "it has {} characters: shorten it to {} of plain text",
        "共 {} 个字：请缩短到 {} 个字以内",
    ),
    (
        "it has {} characters: shorten it to {}",
        "共 {} 个字：请缩短到 {} 个字以内",
    ),
    (
        "{} has {} characters: shorten it to {}",
        "{}共 {} 个字：请缩短到 {} 个字以内",
    ),
    ("the time lies ahead", "时间在未来"),
    (
        "the date lies ahead: a case is registered when it has come",
        "日期在未来：来了才登记",
    ),
    (
        "the policy takes {}: choose one of them",
        "制度只受理：{}，请从中选择",
    ),
    (
        "steps were taken that this kind does not have",
        "已经走过这个类别没有的步骤",
    ),
    (
        "forwarding writes it: forward the case instead",
        "由转办自动填写：请使用转办",
    ),
    ("at most {} cases at once", "一次最多 {} 件"),
    ("there is no branch {}", "没有分公司 {}"),
    ("there is no role {}", "没有角色 {}"),
    ("there is no pack {}", "没有制度 {}"),
    ("there is no such step", "没有这一步"),
    (
        "there is no {}: choose from the list",
        "没有 {}：请从列表中选择",
    ),
    (
        "the first line must be date,kind,name",
        "第一行应为 date,kind,name",
    ),
    (
        "it must have three columns: date, kind, name",
        "应有三栏：日期、类别、名称",
    ),
    (
        "the date must be a day written as YYYY-MM-DD",
        "日期应写成 2026-03-31",
    ),
    (
        "the kind must be holiday or workday",
        "类别应为 holiday 或 workday",
    ),
    ("the day is given twice", "同一天出现了两次"),
    ("{} is given twice", "{} 出现了两次"),
    ("{} is no date", "{} 不是日期"),
    (
        "a week without working day has no deadlines",
        "一周至少要有一个工作日",
    ),
    (
        "give the hours of seven days, Monday first",
        "请给出七天的办公时间，从周一起",
    ),
    (
        "read office hours {}: write 09:00-12:00,13:30-18:00",
        "办公时间 {} 无法识别：请写成 09:00-12:00,13:30-18:00",
    ),
    (
        "office hours {} end before they begin: give the earlier time first, 24:00 for midnight",
        "办公时间 {} 先后颠倒：请先写早的时间，半夜写 24:00",
    ),
    (
        "office hours {} begin before the span before them ends: give spans in order",
        "办公时间 {} 与前一段重叠：请按先后填写",
    ),
    ("only an administrator's device", "只有管理员的设备可以"),
    (
        "it has {} MiB; at most 10 MiB: make the photo smaller",
        "文件有 {} MiB，最多 10 MiB：请把照片缩小后再添加",
    ),
    (
        "attach a JPEG, PNG or WebP picture or a PDF file",
        "请选择 JPEG、PNG、WebP 图片或 PDF 文件",
    ),
    (
        "the customer has {} files already: put several papers into one PDF file",
        "已经有 {} 个附件：请把几份材料合成一个 PDF 文件",
    ),
    (
        "the case has {} files already: put several papers into one PDF file",
        "已经有 {} 个附件：请把几份材料合成一个 PDF 文件",
    ),
    (
        "{} photos are being fetched: open it again in a moment",
        "正在下载 {} 个附件：请稍后再点开",
    ),
    (
        "the file has not come to this device yet",
        "文件还没有到达这台设备",
    ),
    (
        "it was forwarded: that branch works on it, yours reads along",
        "已转办：由该店处理，本店只能查看",
    ),
    (
        "its continuation there has not come to this device yet",
        "对方的处理记录还没有到达这台设备",
    ),
    (
        "it was given back: accept it again or forward it elsewhere",
        "对方已退回：请重新受理或另行转办",
    ),
    (
        "it is still open there: close it when they are done",
        "对方还没有办结：办结后再结案",
    ),
    (
        "they work on it: what has to be done is done there until they are done or give it back",
        "对方正在处理：办结或退回之前，由对方继续办理",
    ),
    (
        "they are done: close it with their outcome",
        "对方已办结：请以对方的结果结案",
    ),
    ("the case is with this branch already", "这件事本来就在本店"),
    ("name the branch it goes to", "请写明转给哪家店"),
    (
        "this device does not hold the managers' records of branch {}",
        "这台设备不保存 {} 店的奖惩记录，请在经理的设备上办理",
    ),
    (
        "there is no clause book: choose a policy in the settings, or wait until it has come",
        "还没有条款：请先在设置里选用制度，或等制度到达",
    ),
    (
        "{} cannot follow now: look at where it stands and choose another step",
        "现在不能“{}”：请看目前的进展，另选一步",
    ),
    (
        "the person has not been heard: hear {} before deciding",
        "当事人还没有申辩：请先听取{}的意见",
    ),
    (
        "{} is for others: ask one of {}",
        "“{}”由他人办理，请找：{}",
    ),
    (
        "{} is the person it is about: someone else proposes, hears and decides",
        "{}是当事人，应回避：由他人提出、听取和决定",
    ),
    (
        "{} proposed it: someone else decides",
        "{}是提出人：由他人决定",
    ),
    (
        "there is no clause {}: choose from the clause book",
        "没有条款 {}：请从条款中选择",
    ),
    (
        "the clause allows {} to {}: give an amount in between",
        "条款规定的金额是 {} 到 {} 元：请填写其间的金额",
    ),
    (
        "points {} do not count: give a whole number up to {}",
        "分数 {} 无效：请填不超过 {} 的整数",
    ),
    (
        "a case in it is open or not past its time of keeping",
        "其中有未办结或保存期未满的工单",
    ),
    (
        "case {} is kept for good, and with it the whole month",
        "工单 {} 永久保存，所在月份一并保存",
    ),
    (
        "nobody has proposed it: propose it first, someone else approves",
        "还没有人提出：请先提出，再由另一人批准",
    ),
    (
        "someone else than the proposer approves, with a post the policy names",
        "由提出人以外、制度规定的岗位批准",
    ),
];

/// Names that stand within details, and the same in Chinese.
const NAMES: &[(&str, &str)] = &[
    ("purpose", "查阅用途"),
    ("signature", "签名"),
    ("leg", "交接环节"),
    ("pages", "页数"),
    ("copies", "份数"),
    ("missing", "所缺资料"),
    ("papers", "交出的资料"),
    ("paper", "资料"),
    ("reason_id", "原因"),
    ("stage", "阶段"),
    ("owner_changed", "更换负责人"),
    ("opened", "查阅"),
    ("life_cycle_changed", "阶段变更"),
    ("hand_over_refused", "拒收"),
    ("hand_over_accepted", "签收"),
    ("handed_over", "移交"),
    ("paper_missing", "缺少资料"),
    ("paper_returned", "归还资料"),
    ("paper_checked", "核对资料"),
    ("paper_received", "收到资料"),
    ("contact_reported", "联系报告"),
    ("file_returned", "退回补充"),
    ("file_approved", "审批确认"),
    ("reviewed", "审核"),
    ("refreshed", "更新核对"),
    ("completed", "补全"),
    ("changed", "变更登记"),
    ("change_noticed", "得知变更"),
    ("filed", "备案"),
    ("registered", "登记"),
    ("accepted", "受理"),
    ("not_upheld", "不成立"),
    ("forwarded", "转办"),
    ("assigned", "分派"),
    ("investigated", "调查"),
    ("proposed", "提出方案"),
    ("approved", "批准"),
    ("sent_back", "退回方案"),
    ("carried_out", "执行"),
    ("answered", "答复"),
    ("called_back", "回访"),
    ("closed", "结案"),
    ("reopened", "重新处理"),
    ("archived", "归档"),
    ("withdrawn", "撤回"),
    ("duplicate", "重复"),
    ("malicious", "恶意"),
    ("noted", "备注"),
    ("imported", "导入"),
    ("classed", "定级"),
    ("paused", "暂停"),
    ("resumed", "恢复"),
    ("extended", "延期"),
    ("endorsed", "会签"),
    ("delegated", "委托"),
    ("returned", "退回转办"),
    ("action_planned", "安排措施"),
    ("action_done", "措施完成"),
    ("action_verified", "措施验证"),
    ("spot_checked", "抽查"),
    ("clerk", "店员"),
    ("service_agent", "客服专员"),
    ("complaint_officer", "投诉受理人"),
    ("service_supervisor", "客服主管"),
    ("department_manager", "部门经理"),
    ("store_manager", "店长"),
    ("quality_lead", "质量负责人"),
    ("records_keeper", "档案管理员"),
    ("sales_rep", "业务员"),
    ("sales_director", "营销总监"),
    ("finance", "财务"),
    ("general_manager", "总经理"),
    ("administrator", "系统管理员"),
    ("an approver", "审批人"),
    ("anywhere", "任一处"),
    ("branch", "本店"),
    ("head_office", "总部"),
    ("nothing", "无"),
    ("the reason", "理由"),
    ("the person or the department", "负责人或部门"),
    ("the branch it goes to", "转往的分公司"),
    ("the conclusion", "结论"),
    ("a note", "说明"),
    ("whether the customer is satisfied", "客户是否满意"),
    ("the imported state", "导入时的状态"),
    ("inquiry", "咨询"),
    ("suggestion", "建议"),
    ("complaint", "投诉"),
    ("repair", "报修"),
    ("reason", "理由"),
    ("note", "说明"),
    ("assignee", "负责人"),
    ("cause", "原因"),
    ("conclusion", "结论"),
    ("countermeasure", "对策"),
    ("prevention", "预防措施"),
    ("course", "经过"),
    ("responsible", "责任人"),
    ("cause_id", "原因类别"),
    ("severity", "严重程度"),
    ("criteria", "重大认定依据"),
    ("clock", "时限"),
    ("limit", "答复日期"),
    ("remedy", "处理方式"),
    ("of", "所审的方案"),
    ("as_role", "签批角色"),
    ("to", "受托人"),
    ("original", "原工单"),
    ("action", "措施"),
    ("action_kind", "措施类别"),
    ("owner", "措施负责人"),
    ("due", "完成日期"),
    ("good", "是否合格"),
    ("channel", "渠道"),
    ("amount", "金额"),
    (
        "the policy grants it no special limit",
        "制度没有给它特别时限",
    ),
    (
        "it was extended once and keeps that limit",
        "已经延长过一次",
    ),
    ("it does not run now", "它现在没有在走"),
];

/// Returns a detail in Chinese where its form is known, else as it came. A detail of one of several cases keeps the number
/// before it.
pub(crate) fn in_chinese(text: &str) -> String {
    if let Some(told) = told(text) {
        return told;
    }
    match text.split_once(": ") {
        Some((number, rest)) => {
            told(rest).map_or_else(|| text.to_owned(), |told| format!("{number}：{told}"))
        }
        None => text.to_owned(),
    }
}

fn told(text: &str) -> Option<String> {
    FORMS.iter().chain(MORE).find_map(|(form, chinese)| {
        let named = read(form, text)?;
        let mut told = String::new();
        let mut parts = chinese.split("{}");
        told.push_str(parts.next().unwrap_or_default());
        for (name, part) in named.iter().zip(parts) {
            told.push_str(&names(name));
            told.push_str(part);
        }
        Some(told)
    })
}

/// Returns what stands in the places of a form, if the text has it.
fn read<'a>(form: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut parts = form.split("{}");
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut named = Vec::new();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let at = match parts.peek() {
            None if part.is_empty() => rest.len(),
            // The last part ends the text, also where it occurs before.
            None => rest
                .rfind(part)
                .filter(|at| at + part.len() == rest.len())?,
            Some(_) => rest.find(part)?,
        };
        named.push(&rest[..at]);
        rest = &rest[at + part.len()..];
    }
    rest.is_empty().then_some(named)
}

/// Returns names separated by commas in Chinese, those that are known.
fn names(text: &str) -> String {
    text.split(", ")
        .map(|name| {
            NAMES
                .iter()
                .chain(MORE_NAMES)
                .find(|(known, _)| *known == name)
                .map_or(name, |(_, chinese)| chinese)
        })
        .collect::<Vec<_>>()
        .join("、")
}

#[cfg(test)]
mod tests {
    use huiyin_core::case::{CaseState, RequiredData, Step, StepError};
    use huiyin_core::staff::Role;
    use huiyin_core::step_error::CannotExtend;

    use super::*;

    #[test]
    fn every_refusal_of_a_step_is_told_in_chinese() {
        let text = || "王芳".to_owned();
        let step = Step::Closed;
        let errors = [
            StepError::NotNow {
                step,
                state: CaseState::Accepted,
                next: vec![Step::Assigned, Step::Noted],
            },
            StepError::LeftOut { step, next: vec![] },
            StepError::PolicyMissing { step },
            StepError::NotYours {
                step,
                roles: vec![Role::StoreManager],
            },
            StepError::NotYoursByPolicy {
                step,
                roles: vec!["finance".to_owned()],
            },
            StepError::NotYourTurn {
                role: "finance".to_owned(),
                place: "head_office".to_owned(),
            },
            StepError::NothingToSign,
            StepError::WrongSignature {
                step: Step::Approved,
                take: Step::Endorsed,
            },
            StepError::OtherPlan {
                of: text(),
                latest: text(),
            },
            StepError::NotApproved { role: text() },
            StepError::Missing {
                step,
                what: RequiredData::Reason,
            },
            StepError::Missing {
                step,
                what: RequiredData::Datum("cause_id".to_owned()),
            },
            StepError::BeforeCase {
                at: 1,
                registered_at: 2,
            },
            StepError::Recused { name: text() },
            StepError::NotSatisfied,
            StepError::Score { score: 11 },
            StepError::Amount { amount: -1 },
            StepError::AmountTooLarge { amount: i64::MAX },
            StepError::AlreadyPaused,
            StepError::NotPaused,
            StepError::CannotExtend {
                clock: "close".to_owned(),
                why: CannotExtend::Extended,
            },
            StepError::UnknownChoice {
                name: "remedy".to_owned(),
                value: text(),
            },
            StepError::OwnOriginal,
            StepError::BadDate {
                name: "due".to_owned(),
                value: text(),
            },
            StepError::PastDate {
                name: "due".to_owned(),
                value: "2026-01-01".to_owned(),
                from: "2026-02-01".to_owned(),
            },
            StepError::UnknownAction { action: text() },
            StepError::OwnWork { name: text() },
            StepError::ToOneself,
            StepError::TooManyEntries { entries: 99 },
            StepError::TooLong {
                name: "note".to_owned(),
                characters: 100_000,
            },
        ];
        for error in errors {
            let english = error.to_string();
            let chinese = in_chinese(&english);
            let foreign = chinese
                .split(|c: char| !c.is_ascii_alphabetic())
                .find(|word| word.len() > 1 && *word != "close");
            assert_eq!(foreign, None, "{english} became {chinese}");
        }
    }

    #[test]
    fn every_refusal_of_a_penalty_has_its_chinese() {
        use huiyin_core::case::Step;
        use huiyin_core::consequence::PenaltyError as E;
        let step = Step::PenaltyApproved;
        let name = || "小李".to_owned();
        for error in [
            E::NotNow { step },
            E::NotHeard { person: name() },
            E::NotYours {
                step,
                roles: vec!["general_manager".to_owned()],
            },
            E::OwnMatter { name: name() },
            E::OwnProposal { name: name() },
            E::UnknownClause {
                clause: "7".to_owned(),
            },
            E::OutsideSpan {
                amount: 1,
                from: 2,
                to: 3,
            },
            E::Points {
                value: "7".to_owned(),
            },
        ] {
            let english = error.to_string();
            assert_ne!(in_chinese(&english), english);
            assert!(
                !in_chinese(&english).contains(": "),
                "{english} became {}",
                in_chinese(&english)
            );
        }
    }

    #[test]
    fn every_refusal_of_a_step_of_a_file_has_its_chinese() {
        use huiyin_core::file::rules::FileStepError as E;
        let step = Step::HandedOver;
        let role = || "records_keeper".to_owned();
        for error in [
            E::NotHere(Step::OwnerChanged),
            E::Merged,
            E::Filed,
            E::NotFiled,
            E::NoChange,
            E::NothingToSign,
            E::NotYourTurn { role: role() },
            E::OwnFiling {
                name: "小李".to_owned(),
            },
            E::Missing {
                step,
                what: "signature".to_owned(),
            },
            E::Unknown {
                name: "stage".to_owned(),
                value: "7".to_owned(),
            },
            E::Figure {
                name: "copies".to_owned(),
                value: "7".to_owned(),
                max: 99,
            },
            E::SameStage,
            E::PaperNotThere,
            E::NoHandOver,
            E::OwnHandOver {
                name: "小李".to_owned(),
            },
            E::NotYourHandOver { step, role: role() },
            E::EarlierLeg,
        ] {
            let english = error.to_string();
            let chinese = in_chinese(&english);
            let foreign = chinese
                .split(|c: char| !c.is_ascii_alphabetic())
                .find(|word| word.len() > 1);
            assert_eq!(foreign, None, "{english} became {chinese}");
        }
    }

    #[test]
    fn what_is_named_stands_in_the_sentence() {
        #[track_caller]
        fn check(english: &str, chinese: &str) {
            assert_eq!(in_chinese(english), chinese);
        }
        check(
            "a case that is accepted cannot be closed: next may be assigned, noted",
            "目前是“受理”，不能“结案”；接下来可以：分派、备注",
        );
        check(
            "HQ-20260601-A-0001: the case is paused already: resume it first",
            "HQ-20260601-A-0001：已经暂停：请先恢复",
        );
        check(
            "the amount has too many digits: give at most 10000000000",
            "金额位数太多：最多 10000000000 元",
        );
        check(
            "envelope 3 of device 0a1b2c3d4e5f in stream branch/HQ is missing",
            "第 3 个封包缺失（设备 0a1b2c3d4e5f，数据流 branch/HQ）",
        );
        check("something else: of no form", "something else: of no form");
    }
}
