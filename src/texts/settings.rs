//! Texts of the settings screen.

/// Texts of the settings screen.
pub struct SettingsTexts {
    pub title: &'static str,
}

pub const ZH: SettingsTexts = SettingsTexts { title: "设置" };

pub const EN: SettingsTexts = SettingsTexts { title: "Settings" };
