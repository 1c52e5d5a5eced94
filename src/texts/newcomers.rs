//! Texts about devices that wait until six digits were compared.

use huiyin_api::Language;

use super::counted;

/// Texts about newcomers.
pub struct NewcomerTexts {
    pub ask: &'static str,
    pub ask_hint: &'static str,
    pub asks: &'static str,
    pub title: &'static str,
    pub text: &'static str,
    pub number: &'static str,
    pub came: &'static str,
    pub rivals: fn(&str) -> String,
    pub rivals_text: &'static str,
    pub no_number: &'static str,
    pub elsewhere: &'static str,
    pub approve: &'static str,
    pub approve_of: fn(&str) -> String,
    pub approved: &'static str,
    pub refuse: &'static str,
    pub refuse_of: fn(&str) -> String,
    pub refused: &'static str,
    pub waiting: fn(&str) -> String,
    pub look: &'static str,
    pub own_asked: &'static str,
    pub own_asked_text: &'static str,
    pub own_number: &'static str,
    pub own_number_text: &'static str,
    pub own_refused: &'static str,
    pub own_refused_text: &'static str,
    pub own_other: &'static str,
    pub own_other_text: &'static str,
    pub hand_over: &'static str,
}

static ZH: NewcomerTexts = NewcomerTexts {
    ask: "放行前先核对六位数字",
    ask_hint: "新设备打开链接后先等待，看不到任何数据；您与对方核对数字一致并放行后才能使用。适合权限较高的岗位。",
    asks: "需核对",
    title: "等待放行的设备",
    text: "请当面或打电话核对：对方屏幕上的六位数字与这里完全一致才放行。数字不同，说明打开链接的不是您要邀请的人。",
    number: "核对数字",
    came: "打开邀请的时间",
    rivals: |count| format!("有 {count} 台设备打开了这个邀请"),
    rivals_text: "链接可能已被转给他人。拿不准就拒绝，另发一个邀请。",
    no_number: "等待发出邀请的设备应答",
    elsewhere: "请在发出邀请的管理员设备上放行",
    approve: "数字一致，放行",
    approve_of: |number| format!("数字一致，放行：{number}"),
    approved: "已放行，对方收到后即可使用",
    refuse: "拒绝",
    refuse_of: |number| format!("拒绝数字为 {number} 的设备并关闭邀请"),
    refused: "已拒绝，邀请已关闭",
    waiting: |count| format!("{count} 台新设备等待核对放行"),
    look: "去核对",
    own_asked: "等待管理员的设备应答",
    own_asked_text: "应答后这里会显示六位数字。没有联网时，请把这台设备的数据包交给管理员，再载入管理员给回的数据包。",
    own_number: "请与管理员核对这六位数字",
    own_number_text: "管理员屏幕上的数字与此一致并放行后，公司的数据才会传来。请勿把数字发给管理员以外的人。",
    own_refused: "管理员没有放行这台设备",
    own_refused_text: "邀请已关闭。需要时请向管理员要一个新的邀请。",
    own_other: "这个邀请已由另一台设备使用",
    own_other_text: "如果那不是您的设备，请马上告诉管理员：链接可能落到了别人手里。",
    hand_over: "导出数据包给管理员",
};

static EN: NewcomerTexts = NewcomerTexts {
    ask: "Compare six digits before letting the device in",
    ask_hint: "Who opens the link waits and sees no data until you have compared the numbers and let the device in. For posts with wider rights.",
    asks: "asks first",
    title: "Devices waiting to be let in",
    text: "Compare in person or by phone: let a device in only if the six digits on its screen are exactly these. Other digits mean that somebody else opened the link.",
    number: "Number",
    came: "Invitation opened",
    rivals: |count| {
        format!(
            "{} opened this invitation",
            counted(count, "device", "devices")
        )
    },
    rivals_text: "The link may be in other hands as well. If in doubt, refuse and make a new invitation.",
    no_number: "waiting for the device that made the invitation",
    elsewhere: "Let it in on the administrator's device that made the invitation",
    approve: "Numbers are equal: let in",
    approve_of: |number| format!("Numbers are equal: let in {number}"),
    approved: "Let in; the device can be used once it hears of it",
    refuse: "Refuse",
    refuse_of: |number| {
        format!("Refuse the device with the number {number} and close the invitation")
    },
    refused: "Refused; the invitation is closed",
    waiting: |count| {
        format!(
            "{} waiting to be let in",
            counted(count, "new device", "new devices")
        )
    },
    look: "Compare",
    own_asked: "Waiting for the administrator's device",
    own_asked_text: "Six digits will be shown here once it has answered. Without a network, hand this device's bundle to the administrator and take in the one you get back.",
    own_number: "Compare these six digits with the administrator",
    own_number_text: "The company's data comes once the administrator's screen shows the same digits and lets this device in. Tell them to nobody else.",
    own_refused: "The administrator did not let this device in",
    own_refused_text: "The invitation is closed. Ask the administrator for a new one if you need it.",
    own_other: "Another device has used this invitation",
    own_other_text: "If that is not your device, tell the administrator at once: the link may be in somebody else's hands.",
    hand_over: "Export a bundle for the administrator",
};

/// Returns the texts of a language.
pub fn of(language: Language) -> &'static NewcomerTexts {
    match language {
        Language::Chinese => &ZH,
        Language::English => &EN,
    }
}

/// Returns six digits as they are read aloud: in two groups.
pub fn in_groups(number: &str) -> String {
    match number.split_at_checked(3) {
        Some((first, second)) => format!("{first} {second}"),
        None => number.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_number_is_shown_in_two_groups() {
        assert_eq!(super::in_groups("004217"), "004 217");
        assert_eq!(super::in_groups("1"), "1");
    }
}
