//! Further forms of details and the same in Chinese: values of fields, contacts and their costs, surveys, scores, imports, settings.
//!
//! Decides words only; the rules of reading are in [`crate::detail`]. `tests/details.rs` holds that every sentence of the engine and of
//! the core's errors has its form here or there.
//!
//! Long: a table of sentences.

/// Forms of details and the same in Chinese; `{}` stands for what is named, in the same order.
pub(crate) const MORE: &[(&str, &str)] = &[
    // What the check of everything stored found.
    (
        "envelope {} of device {} in stream {} is missing",
        "第 {} 个封包缺失（设备 {}，数据流 {}）",
    ),
    (
        "envelope {} of device {} in stream {} is forked",
        "第 {} 个封包有两个不同的版本（设备 {}，数据流 {}）",
    ),
    (
        "envelope {} of device {} in stream {} is stored under another one's name",
        "第 {} 个封包存放的名称不对（设备 {}，数据流 {}）",
    ),
    (
        "envelope {} of device {} in stream {} does not follow the one its author sent before",
        "第 {} 个封包与作者的上一个接不上（设备 {}，数据流 {}）",
    ),
    (
        "envelope {} of device {} in stream {} verify an envelope: the signature is not the author's",
        "第 {} 个封包的签名不是作者的（设备 {}，数据流 {}）",
    ),
    ("an envelope: {}", "有一个封包读不出：{}"),
    (
        "record {} of document {}: {}",
        "记录 {}（文档 {}）有一部分读不出：{}",
    ),
    // Values of fields.
    ("it may not be empty: fill it in", "不能为空：请填写"),
    (
        "it contains a NUL character: read the file in its right encoding",
        "含有无法保存的字符：请换正确的编码读入",
    ),
    (
        "a phone number has at least {} digits: check it",
        "电话至少有 {} 位数字：请检查",
    ),
    (
        "an e-mail address has the form name@place: check it",
        "电子邮件的格式是 名字@网站：请检查",
    ),
    (
        "it is no day of the calendar: write it as YYYY-MM-DD",
        "没有这一天：请写成 2026-03-31",
    ),
    ("it is no whole number: use digits only", "请只填数字"),
    (
        "it is none of the choices: take one of {}",
        "不在可选范围内：请从 {} 中选择",
    ),
    (
        "it has {} tags: keep {} at most",
        "共 {} 个标签：最多 {} 个",
    ),
    (
        "it is not the id of a customer: pick the customer from the list",
        "请从列表中选择客户",
    ),
    (
        "it is not the id of a case: pick the case from the list",
        "请从列表中选择工单",
    ),
    (
        "it is not the code of a branch: pick the branch from the list",
        "请从列表中选择分公司",
    ),
    (
        "it is no amount: write it as 1200.50 or 1.2万",
        "不是金额：请写成 1200.50 或 1.2万",
    ),
    (
        "an identity number has 17 digits and a check character: check it",
        "身份证号为 17 位数字加 1 位校验码：请检查",
    ),
    (
        "a credit code has 18 digits and capital letters without I, O, S, V, Z: check it",
        "统一社会信用代码为 18 位数字和大写字母（不含 I、O、S、V、Z）：请检查",
    ),
    (
        "the last character does not fit the others: compare it with the paper, one is mistyped",
        "最后一位与前面不符：请对照证件核对，有一位写错了",
    ),
    ("there is no such field", "没有这一项"),
    (
        "the name of the field is longer than {} characters or not on one line",
        "自定义项目的名称最多 {} 个字，不能换行",
    ),
    (
        "at most {} characters on one line",
        "最多 {} 个字，不能换行",
    ),
    ("at most {} entries", "最多 {} 项"),
    (
        "a logo is a PNG, JPEG or WebP picture of at most {} KiB",
        "标志应为 PNG、JPEG 或 WebP 图片，最大 {} KiB",
    ),
    ("one to {} lines at once", "一次移交 1 到 {} 项"),
    (
        "the id of an act has {} hex digits: open the screen again and repeat it",
        "操作编号应为 {} 位十六进制数字：请重新打开页面再操作一次",
    ),
    // A sample company.
    (
        "this is a sample company: it stays on this device",
        "这是样例公司：只留在这台设备上",
    ),
    // Keys of staff.
    (
        "a PIN has 6 to 12 digits and nothing else",
        "PIN 为 6 到 12 位数字，不能有其他字符",
    ),
    (
        "choose another PIN: the same digit all along is guessed first",
        "请换一个 PIN：全部相同的数字最容易被猜到",
    ),
    (
        "choose another PIN: digits in a row, such as 123456, are guessed first",
        "请换一个 PIN：123456 这样连续的数字最容易被猜到",
    ),
    (
        "the list of staff has not come to this device yet: synchronise first",
        "员工名单还没有传到这台设备：请先同步",
    ),
    (
        "there is no PIN of yours on this device: set one",
        "您在这台设备上还没有 PIN：请先设置",
    ),
    (
        "no key waits with this number: compare again",
        "没有密钥在等待这个数字：请重新核对",
    ),
    // Contacts.
    ("a time of day is written as 09:30", "时间请写成 09:30"),
    ("there is no such open promise", "没有这项未兑现的承诺"),
    (
        "a contact begins as planned or as done",
        "联系只能从计划或已完成开始",
    ),
    (
        "the day lies ahead: plan it, and record it once it has taken place",
        "日期在未来：请先做计划，完成之后再登记",
    ),
    (
        "it took place or was cancelled: its day stays",
        "已经完成或取消：日期不能再改",
    ),
    (
        "the contact is {}: look at it anew",
        "这次联系目前是“{}”：请再看一下",
    ),
    (
        "{} does this, and nobody for their own plan",
        "应由{}办理，本人不能审批自己的计划",
    ),
    // Costs of receptions.
    (
        "the customer is not filed, so nothing is paid: file the customer first",
        "客户还没有备案，费用不予报销：请先备案",
    ),
    (
        "there is no class of guests {}: choose one of the list",
        "没有接待级别 {}：请从列表中选择",
    ),
    (
        "no guests are given: say how many came",
        "没有填写来宾人数：请填写",
    ),
    (
        "{} yuan for {} people are over the limit of {}: {} are not paid",
        "{} 元（共 {} 人）超过限额 {} 元：超出的 {} 元不予报销",
    ),
    (
        "{} people of the company came with {} guests: {} may",
        "陪同 {} 人、来宾 {} 人：陪同最多 {} 人",
    ),
    (
        "{} people of the company came with {} guests: at least {} should",
        "陪同 {} 人、来宾 {} 人：陪同至少 {} 人",
    ),
    (
        "guests of class {} are received by one of {}",
        "{}级来宾应由{}接待",
    ),
    ("the gift needs the approval of one of {}", "礼品须由{}批准"),
    ("{} pays its own receptions", "{}的接待费用自理"),
    (
        "an amount is below zero: correct it",
        "金额不能小于零：请改正",
    ),
    // Scores and surveys.
    ("not scored yet: {}", "还没有评分：{}"),
    (
        "the line {} is scored by {}: leave it as it is",
        "“{}”一项由{}评分：请保持原样",
    ),
    (
        "the sheet has no line {}: take it out",
        "评分表没有 {} 这一项：请去掉",
    ),
    (
        "{} is scored {}: give at most {}",
        "{}评了 {} 分：最多 {} 分",
    ),
    (
        "{} is not answered: ask again, or mark that the customer would not say",
        "{}还没有回答：请再问一次，或注明客户不愿回答",
    ),
    (
        "the survey has no question {}: take the answer out",
        "问卷没有 {} 这一题：请去掉这个回答",
    ),
    (
        "{} is scored from 0 to {}: correct it",
        "{}的评分为 0 到 {}：请改正",
    ),
    ("{} is answered by one of {}", "{}请从 {} 中选择"),
    (
        "{} is answered in more than {} characters: shorten it",
        "{}的回答超过 {} 个字：请缩短",
    ),
    ("there is no such question", "没有这一题"),
    (
        "it is answered in more than {} characters: shorten it",
        "回答超过 {} 个字：请缩短",
    ),
    (
        "it is written when the answers are stored: leave it out",
        "保存回答时自动填写：请去掉",
    ),
    (
        "the round is over: its answers stay as they were counted",
        "这一轮调查已经结束，答卷按已统计的保留，不能再更正",
    ),
    (
        "the version of the questionnaire has not come to this device yet",
        "这份问卷的版本还没有同步到这台设备",
    ),
    (
        "the day lies ahead: answers are stored once they are given",
        "日期在未来：回答之后再保存",
    ),
    (
        "there is no such questionnaire: choose one that is in force",
        "没有这份问卷：请选择正在使用的问卷",
    ),
    ("at most {} questionnaires", "最多 {} 份问卷"),
    ("at most {} questions", "最多 {} 题"),
    (
        "another version came into force meanwhile: look at it and make the changes again",
        "其间已启用另一个版本：请看过之后再修改",
    ),
    // Files and imports.
    (
        "it has {} MiB; at most {} MiB: make the photo smaller",
        "文件有 {} MiB，最多 {} MiB：请把照片缩小后再添加",
    ),
    (
        "the {} has {} files already: put several papers into one PDF file",
        "{}已经有 {} 个附件：请把几份材料合成一个 PDF 文件",
    ),
    ("it was changed meanwhile", "文件在读入时被改动"),
    (
        "it is no field; `import --fields` lists them",
        "没有这一项；可导入的项目见 import --fields",
    ),
    ("the file has {}", "文件中有：{}"),
    (
        "the file has branches that do not exist: {}",
        "文件中有不存在的分公司：{}",
    ),
    ("the column {} is there twice", "栏目 {} 出现了两次"),
    (
        "there is no address card in it: choose a .vcf file",
        "文件中没有名片：请选择 .vcf 文件",
    ),
    (
        "card {} is cut off: what it said so far was taken",
        "第 {} 张名片不完整：已读入前面的内容",
    ),
    (
        "card {} has no name: it was left out",
        "第 {} 张名片没有姓名：已略过",
    ),
    (
        "there are more than {} cards: split the file, the rest was left out",
        "名片超过 {} 张：请分成几个文件，其余的已略过",
    ),
    // Settings.
    ("known: company, case_clock", "可以设置：公司名称、工单时限"),
    (
        "add the branch in the settings first",
        "请先在设置里添加这家分公司",
    ),
    (
        "the company's data has not come yet",
        "公司资料还没有到达这台设备",
    ),
    (
        "{} has no rules for this part ({}); choose a pack that has",
        "{}没有这一部分的规定（{}）：请选择有规定的制度",
    ),
    (
        "read branch code {}: use 1 to 12 letters A-Z, digits or hyphens, for example HQ or BJ-2",
        "分公司代码 {} 无法识别：请用 1 到 12 个大写字母、数字或连字符，例如 HQ、BJ-2",
    ),
    (
        "read length {}: write 3wd, 7d, 2w, 1m, 24h (1 to 1000, months to 120), same-day or at-once",
        "时限 {} 无法识别：请写成 3wd（工作日）、7d、2w、1m、24h、same-day 或 at-once",
    ),
    (
        "read zone {}: write UTC, an offset such as +08:00, or a zone such as Asia/Shanghai or Europe/Berlin (the settings list them all)",
        "时区 {} 无法识别：请从列表中选择，例如 Asia/Shanghai",
    ),
    (
        "office hours need 1 to {} spans: write 09:00-12:00,13:30-18:00",
        "办公时间应有 1 到 {} 段：请写成 09:00-12:00,13:30-18:00",
    ),
    (
        "read line {} of the calendar: {}",
        "日历第 {} 行无法识别：{}",
    ),
    (
        "the clock {} runs until the promised day: give that day",
        "时限 {} 到承诺日为止：请填写承诺日",
    ),
    (
        "the clock {} runs for {} whatever is promised: leave the promised day out",
        "时限 {} 固定为 {}：请不要填写承诺日",
    ),
    (
        "the promised day {} lies before the start on {}: correct one of them",
        "承诺日 {} 早于开始日 {}：请改正其中一个",
    ),
    (
        "the pack has no clock {}: write one of {}",
        "制度没有时限 {}：可选 {}",
    ),
    ("at most 1 MiB", "最多 1 MiB"),
    (
        "the class is decided by these roles: ask one of {}",
        "客户等级由以下角色决定：{}",
    ),
    (
        "a confirmed class is not taken away: give another one",
        "已确认的等级不能取消：请改评为其他等级",
    ),
    (
        "this proposal does not wait any more: look at the customer again",
        "这项评级提议已不在等待：请再看一下该客户",
    ),
    ("the customer has this class already", "客户已经是这个等级"),
    (
        "the customer is not lost: there is nobody to win back",
        "客户没有流失：不需要挽回",
    ),
    ("this step was done already", "这一步已经做过"),
    (
        "the score sheet comes to class {}: propose that one, the meeting may give another",
        "评分表的结果是 {} 级：请按此提议，会议可以另定等级",
    ),
    ("at most {} customers at once", "一次最多 {} 位客户"),
    ("at most {} fields at once", "一次最多 {} 项"),
    (
        "the record was made by this: it is not taken back",
        "这一步新建了记录：不能撤回",
    ),
    (
        "it settled several entries: write the one you want into the field",
        "这一步选定了几种不同写法：请直接填写需要的内容",
    ),
    (
        "card {} has text in an encoding other than UTF-8: that text was left out",
        "第 {} 张名片有不是 UTF-8 编码的文字：这些文字没有读入",
    ),
    ("one of {}", "只能是其中之一：{}"),
    // Devices of the company.
    ("at most {} characters", "最多 {} 个字"),
    ("a time to come", "请选以后的时间"),
    (
        "a device does not shut itself out: do it on another one",
        "设备不能停用自己：请在另一台设备上操作",
    ),
    (
        "an administrator's device stays one: shut it out and invite the person anew",
        "管理员的设备不能降级：请停用它，再重新邀请这位同事",
    ),
    (
        "no device waits with this number: compare again",
        "没有等待放行的设备显示这个数字：请再核对一次",
    ),
    (
        "only the administrator's device that made the invitation",
        "只有发出这个邀请的管理员设备可以放行",
    ),
    (
        "no administrator of the company made it",
        "它不是本公司管理员制作的",
    ),
];

/// Names that stand in these sentences.
pub(crate) const MORE_NAMES: &[(&str, &str)] = &[
    ("a supervisor", "上级"),
    ("customer", "客户"),
    ("new", "新建"),
    ("planned", "已计划"),
    ("done", "已进行"),
    ("submitted", "待审批"),
    ("reported", "已报告"),
    ("cancelled", "已取消"),
];
