//! Why a value cannot be taken, in words.

use huiyin_api::Language;
use huiyin_core::field::{FieldReason, MIN_PHONE_DIGITS};

/// Returns what is wrong with a value and what to do.
pub fn reason(language: Language, reason: &FieldReason) -> String {
    match language {
        Language::Chinese => chinese(reason),
        Language::English => english(reason),
    }
}

fn chinese(reason: &FieldReason) -> String {
    match reason {
        FieldReason::Required => "请填写这一项".into(),
        FieldReason::TooLong { max, actual } => {
            format!("共 {actual} 个字，最多 {max} 个，请缩短")
        }
        FieldReason::Nul => "含有无法保存的字符，请重新输入".into(),
        FieldReason::NotAPhone => format!("电话至少有 {MIN_PHONE_DIGITS} 位数字，请检查"),
        FieldReason::NotAnEmail => "电子邮件的格式是 名字@网站，请检查".into(),
        FieldReason::NotADate => "没有这一天，请检查日期".into(),
        FieldReason::NotAnInteger => "请只填数字".into(),
        FieldReason::NotAChoice { .. } => "请从列表中选择".into(),
        FieldReason::TooManyTags { max, actual } => {
            format!("共 {actual} 个标签，最多 {max} 个")
        }
        FieldReason::NotACustomer => "请从列表中选择客户".into(),
        FieldReason::NotACase => "请从列表中选择工单".into(),
        FieldReason::NotABranch => "请从列表中选择分公司".into(),
        FieldReason::NotMoney => "不是金额，请写成 1200.50 或 1.2万".into(),
        FieldReason::NotAnIdentityNumber => "身份证号为 17 位数字加 1 位校验码，请检查".into(),
        FieldReason::NotACreditCode => {
            "统一社会信用代码为 18 位数字和大写字母（不含 I、O、S、V、Z），请检查".into()
        }
        FieldReason::WrongCheckCharacter => {
            "最后一位与前面不符，请对照证件核对，有一位写错了".into()
        }
    }
}

fn english(reason: &FieldReason) -> String {
    match reason {
        FieldReason::Required => "Please fill this in".into(),
        FieldReason::TooLong { max, actual } => {
            format!("{actual} characters: shorten it to {max}")
        }
        FieldReason::Nul => "It has a character that cannot be stored: type it again".into(),
        FieldReason::NotAPhone => {
            format!("A phone number has at least {MIN_PHONE_DIGITS} digits: check it")
        }
        FieldReason::NotAnEmail => "An e-mail address has the form name@place: check it".into(),
        FieldReason::NotADate => "There is no such day: check the date".into(),
        FieldReason::NotAnInteger => "Use digits only".into(),
        FieldReason::NotAChoice { .. } => "Choose from the list".into(),
        FieldReason::TooManyTags { max, actual } => {
            format!("{actual} tags: keep {max} at most")
        }
        FieldReason::NotACustomer => "Choose a customer from the list".into(),
        FieldReason::NotACase => "Choose a case from the list".into(),
        FieldReason::NotABranch => "Choose a branch from the list".into(),
        FieldReason::NotMoney => "It is no amount: write it as 1200.50 or 1.2万".into(),
        FieldReason::NotAnIdentityNumber => {
            "An identity number has 17 digits and a check character: check it".into()
        }
        FieldReason::NotACreditCode => {
            "A credit code has 18 digits and capital letters without I, O, S, V, Z: check it".into()
        }
        FieldReason::WrongCheckCharacter => {
            "The last character does not fit the others: compare it with the paper".into()
        }
    }
}
