//! Texts of the sync screen.

/// Texts of the sync screen.
pub struct SyncTexts {
    pub title: &'static str,
}

pub const ZH: SyncTexts = SyncTexts { title: "同步" };

pub const EN: SyncTexts = SyncTexts { title: "Sync" };
