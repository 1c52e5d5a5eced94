//! Texts of photos and papers that are fetched when somebody opens them.

use huiyin_api::{FetchState, Language};

/// Texts of fetching.
pub struct FetchTexts {
    pub open: fn(&str) -> String,
    pub not_here: &'static str,
    pub loading: fn(&str, &str) -> String,
    pub loading_of: fn(&str) -> String,
    pub cancel_of: fn(&str) -> String,
    pub retry_of: fn(&str) -> String,
    pub offline: &'static str,
    pub missing: &'static str,
    pub damaged: &'static str,
    pub no_relay: &'static str,
    pub old_relay: &'static str,
}

static ZH: FetchTexts = FetchTexts {
    open: |name| format!("打开 {name}（需下载）"),
    not_here: "点开时下载",
    loading: |done, size| format!("正在下载 {done} / {size}"),
    loading_of: |name| format!("正在下载 {name}"),
    cancel_of: |name| format!("取消下载 {name}"),
    retry_of: |name| format!("再试一次：{name}"),
    offline: "暂时连不上，联网后自动继续。",
    missing: "添加它的设备还没有把它传上来，请稍后再试。",
    damaged: "收到的内容与记录不符，已丢弃。请再试一次；仍不行时，请添加人重新上传。",
    no_relay: "本机没有设置中继，请用另一台设备导出的数据包带过来。",
    old_relay: "中继版本太旧，不能单独传照片。请管理员升级中继。",
};

static EN: FetchTexts = FetchTexts {
    open: |name| format!("Open {name} (to be fetched)"),
    not_here: "Fetched when opened",
    loading: |done, size| format!("Fetching {done} of {size}"),
    loading_of: |name| format!("Fetching {name}"),
    cancel_of: |name| format!("Stop fetching {name}"),
    retry_of: |name| format!("Try again: {name}"),
    offline: "Not reachable now. It goes on once this device is connected.",
    missing: "The device it was added on has not handed it over yet. Try again later.",
    damaged: "What came is not what the record names, and was thrown away. Try again; otherwise have it added once more.",
    no_relay: "This device has no relay. A bundle file from another device brings it.",
    old_relay: "The relay is too old to keep photos apart. Ask the administrator to update it.",
};

/// Returns the texts of a language.
pub fn of(language: Language) -> &'static FetchTexts {
    match language {
        Language::Chinese => &ZH,
        Language::English => &EN,
    }
}

/// Returns why nothing comes; nothing while it comes or when it is here.
pub fn reason(language: Language, state: FetchState) -> Option<&'static str> {
    let texts = of(language);
    match state {
        FetchState::Loading | FetchState::Here => None,
        FetchState::Offline => Some(texts.offline),
        FetchState::Missing => Some(texts.missing),
        FetchState::Damaged => Some(texts.damaged),
        FetchState::NoRelay => Some(texts.no_relay),
        FetchState::OldRelay => Some(texts.old_relay),
    }
}
